//! Which look-alikes are findings: first seen in the case's window, and money as their topic.
//!
//! Takes pairs and the mail with their domains, gives findings and the rows of `look-alikes.csv`. A
//! likeness alone stays a hint, however close it is: most of them are second domains of one owner.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{
    Attribution, Confidence, EVIDENCE_LIMIT, Finding, HappeningKey, Severity, Timestamp,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::money::{about_money, has_number, is_mail_provider, is_telling, thread};
use super::{Likeness, LookAlike};
use crate::Event;

/// The rule of these findings.
pub const LOOK_ALIKE_RULE: &str = "look_alike/money";

/// The mail before a domain's first message must go back so far for the domain to count as surely new.
const KNOWN_BEFORE_DAYS: i64 = 7;

/// Without a grave finding the window of the case is so long, up to the last mail.
const WINDOW_DAYS: i64 = 30;

/// When the case plays, as far as mail is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first message of the evidence.
    pub mail_since: Timestamp,
    /// From when on a new domain belongs to the case.
    pub from: Timestamp,
}

impl Window {
    /// The window: 30 days before the first grave finding, or where there is none before the last mail.
    pub fn of(
        grave_since: Option<Timestamp>,
        mail_since: Timestamp,
        mail_until: Timestamp,
    ) -> Self {
        let end = grave_since.map_or(mail_until, |since| since.min(mail_until));
        Self {
            mail_since,
            from: end.plus_seconds(-WINDOW_DAYS * 86_400),
        }
    }

    fn holds(&self, pair: &LookAlike) -> bool {
        pair.traffic.first_seen >= self.from
    }

    fn is_surely_new(&self, pair: &LookAlike) -> bool {
        let needed = self.mail_since.plus_seconds(KNOWN_BEFORE_DAYS * 86_400);
        pair.traffic.first_seen >= needed
    }
}

/// A row of `look-alikes.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LookAlikeRow {
    /// The domain under suspicion.
    pub domain: String,
    /// The domain that it looks like.
    pub resembles: String,
    /// In what way.
    pub how: Likeness,
    /// `finding` or `hint`.
    pub verdict: String,
    /// The finding's id; empty for a hint.
    pub finding: String,
    /// Messages that came from it.
    pub received: u64,
    /// Messages that the tenant sent to it.
    pub sent: u64,
    /// Its first message in the evidence.
    pub first_seen: Timestamp,
    /// Its last one.
    pub last_seen: Timestamp,
    /// Messages from the domain that it looks like; nothing for the tenant's own.
    pub original_received: Option<u64>,
    /// Messages sent there.
    pub original_sent: Option<u64>,
    /// The first of them.
    pub original_first_seen: Option<Timestamp>,
    /// The last.
    pub original_last_seen: Option<Timestamp>,
}

/// The row of a pair; `finding` is the id of what it became.
pub fn look_alike_row(pair: &LookAlike, finding: Option<&str>) -> LookAlikeRow {
    let original = pair.original;
    LookAlikeRow {
        domain: pair.domain.clone(),
        resembles: pair.resembles.clone(),
        how: pair.how,
        verdict: finding.map_or("hint", |_| "finding").to_owned(),
        finding: finding.unwrap_or_default().to_owned(),
        received: pair.traffic.received,
        sent: pair.traffic.sent,
        first_seen: pair.traffic.first_seen,
        last_seen: pair.traffic.last_seen,
        original_received: original.map(|mail| mail.received),
        original_sent: original.map(|mail| mail.sent),
        original_first_seen: original.map(|mail| mail.first_seen),
        original_last_seen: original.map(|mail| mail.last_seen),
    }
}

/// Whether a pair's mail is worth a look: new in the window, and not the domain of a mail provider, whose
/// customers are no look-alikes.
pub fn is_suspect(pair: &LookAlike, window: &Window) -> bool {
    window.holds(pair) && !is_mail_provider(&pair.domain)
}

/// The threads about money in the mail with a domain that can be told from others: subjects without what
/// answers and forwards put before them, lower-case.
pub fn money_threads(mail: &[Event]) -> BTreeSet<String> {
    let subjects = mail
        .iter()
        .filter_map(|event| event.record.subject.as_deref());
    let subjects = subjects.filter(|subject| about_money(subject));
    subjects
        .map(thread)
        .filter(|thread| is_telling(thread))
        .collect()
}

/// Whether the subject of a mail is about money.
pub fn is_about_money(event: &Event) -> bool {
    event.record.subject.as_deref().is_some_and(about_money)
}

/// A pair as a finding; nothing where money is not its topic. `mail` is all mail with the domain, `threads`
/// all mail whose subject ends like one of [`money_threads`], both by time; `own` are the tenant's domains.
pub fn look_alike_finding(
    pair: &LookAlike,
    window: &Window,
    (mail, threads): (&[Event], &[Event]),
    own: &[String],
) -> Option<Finding> {
    let about: Vec<&Event> = mail.iter().filter(|event| is_about_money(event)).collect();
    let (first, last) = (about.first()?, about.last()?);
    let keeps_company = keeps_company(pair, window, mail, own);
    let mut wanted = money_threads(mail);
    if keeps_company {
        // Two companies both write of the "Statement of account September"; a number is one thread's own.
        wanted.retain(|thread| has_number(thread));
    }
    let is_taken_over = threads.iter().any(|event| {
        let subject = event.record.subject.as_deref().map(thread);
        subject.is_some_and(|subject| wanted.contains(&subject))
            && event.record.event_time < first.record.event_time
            && parties(event).any(|domain| is_of(domain, &pair.resembles))
            && !parties(event).any(|domain| is_of(domain, &pair.domain))
    });
    let standing = if is_taken_over {
        Standing::TookOver
    } else if keeps_company {
        Standing::KeepsCompany
    } else {
        Standing::Stranger
    };
    let (severity, confidence) = grade(pair, window, standing);
    let mut finding = Finding {
        id: id(&[LOOK_ALIKE_RULE, &pair.domain, &pair.resembles]),
        rule: LOOK_ALIKE_RULE.to_owned(),
        title: title(pair, standing),
        severity,
        confidence,
        innocent: innocent(pair),
        attack: vec!["T1583.001".to_owned(), "T1656".to_owned()],
        first_seen: first.record.event_time,
        last_seen: last.record.event_time,
        accounts: Vec::new(),
        ips: Vec::new(),
        apps: Vec::new(),
        sessions: Vec::new(),
        targets: vec![pair.domain.clone()],
        details: details(pair, window, &about, standing),
        count: about.len() as u64,
        evidence: about
            .iter()
            .take(EVIDENCE_LIMIT)
            .map(|event| event.evidence.clone())
            .collect(),
        evidence_truncated: about.len() > EVIDENCE_LIMIT,
        attribution: Attribution::Unknown,
    };
    finding.accounts = insiders(about.iter().copied(), own);
    finding.evidence.sort();
    finding.evidence.dedup();
    Some(finding)
}

/// How a domain that wrote about money stands to the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It went on with a thread about money of the domain that it looks like.
    TookOver,
    /// It has dealt with the tenant as a company does, since the evidence begins.
    KeepsCompany,
    /// Neither.
    Stranger,
}

fn grade(pair: &LookAlike, window: &Window, standing: Standing) -> (Severity, Confidence) {
    match standing {
        Standing::TookOver => return (Severity::High, Confidence::Likely),
        Standing::KeepsCompany => return (Severity::Low, Confidence::Possible),
        Standing::Stranger => {}
    }
    let answered = pair.traffic.sent > 0;
    match pair.how {
        Likeness::OtherSuffix | Likeness::AddedWord if stands_beside(pair, window) => {
            (Severity::Medium, Confidence::Possible)
        }
        // Often the same owner.
        Likeness::OtherSuffix | Likeness::AddedWord => (Severity::Low, Confidence::Possible),
        _ if answered => (Severity::High, Confidence::Likely),
        Likeness::SameLook | Likeness::SubDomain if window.is_surely_new(pair) => {
            (Severity::Medium, Confidence::Likely)
        }
        _ => (Severity::Medium, Confidence::Possible),
    }
}

/// Whether a domain is surely new beside one that the tenant writes to and that goes on as before: a company that moves
/// to another domain, or has two, shows it in both.
fn stands_beside(pair: &LookAlike, window: &Window) -> bool {
    /// The true domain writes so many times as much.
    const TIMES: u64 = 10;
    window.is_surely_new(pair)
        && pair.original.is_some_and(|original| {
            original.sent > 0
                && original.received >= pair.traffic.received * TIMES
                && original.last_seen >= pair.traffic.last_seen
        })
}

/// Whether a domain of another name deals with the tenant as a company does, since the evidence begins: many people,
/// many days, many threads, answers. A domain made to deceive plays one thread, or writes to many at once and is new.
fn keeps_company(pair: &LookAlike, window: &Window, mail: &[Event], own: &[String]) -> bool {
    const PEOPLE: usize = 5;
    const DAYS: usize = 8;
    const THREADS: usize = 10;
    if matches!(pair.how, Likeness::SameLook | Likeness::SubDomain)
        || window.is_surely_new(pair)
        || pair.traffic.sent == 0
    {
        return false;
    }
    let days: BTreeSet<_> = mail.iter().map(|one| one.record.event_time.day()).collect();
    let threads: BTreeSet<String> = mail
        .iter()
        .filter_map(|event| event.record.subject.as_deref().map(thread))
        .collect();
    insiders(mail, own).len() >= PEOPLE && days.len() >= DAYS && threads.len() >= THREADS
}

fn title(pair: &LookAlike, standing: Standing) -> String {
    let whose = if pair.original.is_some() {
        "that of a correspondent"
    } else {
        "the tenant's own"
    };
    let what = match standing {
        Standing::TookOver => "appeared and went on with a thread about money",
        Standing::KeepsCompany => {
            "writes about money and has many dealings with the tenant, as far back as the mail goes"
        }
        Standing::Stranger => "appeared and wrote about money",
    };
    format!("A domain that looks like {whose} {what}")
}

fn innocent(pair: &LookAlike) -> String {
    let reading = match pair.how {
        Likeness::OtherSuffix | Likeness::AddedWord => {
            "The same company may own both domains, for another country or another department."
        }
        _ => "Two companies may have similar names, or one company a second domain.",
    };
    format!(
        "{reading} To confirm: call the counterparty on a number known from before, ask whether {} is theirs \
         and whether the payment details are, and look at the mail's authentication.",
        pair.domain
    )
}

fn details(
    pair: &LookAlike,
    window: &Window,
    about: &[&Event],
    standing: Standing,
) -> BTreeMap<String, Value> {
    let texts = |of: fn(&Event) -> Option<String>| {
        let set: BTreeSet<String> = about.iter().filter_map(|event| of(event)).collect();
        let first: Vec<String> = set.into_iter().take(50).collect();
        json!(first)
    };
    let mut details = BTreeMap::from([
        ("domain".to_owned(), json!(pair.domain)),
        ("resembles".to_owned(), json!(pair.resembles)),
        ("how".to_owned(), json!(pair.how)),
        ("traffic".to_owned(), json!(pair.traffic)),
        (
            "subject".to_owned(),
            texts(|event| event.record.subject.clone()),
        ),
        (
            "internet_message_id".to_owned(),
            texts(|event| event.record.message_id.clone()),
        ),
        (
            "network_message_id".to_owned(),
            texts(|event| event.record.network_message_id.clone()),
        ),
        ("mail_since".to_owned(), json!(window.mail_since)),
    ]);
    if let Some(original) = pair.original {
        details.insert("original_traffic".to_owned(), json!(original));
    }
    if standing == Standing::TookOver {
        details.insert("thread_taken_over".to_owned(), json!(true));
    }
    details.retain(|_, value| value != &json!([]));
    details
}

/// The people of the tenant who got mail or answered it.
fn insiders<'e>(mail: impl IntoIterator<Item = &'e Event>, own: &[String]) -> Vec<String> {
    let addresses: BTreeSet<String> = mail
        .into_iter()
        .flat_map(|event| [&event.record.actor.upn, &event.record.owner])
        .flatten()
        .filter(|address| {
            let domain = address.rsplit_once('@').map(|(_, domain)| domain);
            domain.is_some_and(|domain| own.iter().any(|own| own == domain))
        })
        .cloned()
        .collect();
    addresses.into_iter().collect()
}

/// The domains of who wrote a message and who got it.
fn parties(event: &Event) -> impl Iterator<Item = &str> {
    [&event.record.actor.upn, &event.record.owner]
        .into_iter()
        .flatten()
        .filter_map(|address| address.rsplit_once('@').map(|(_, domain)| domain))
}

/// Whether a host is a domain or below it.
pub fn is_of(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

pub(crate) fn id(parts: &[&str]) -> String {
    let HappeningKey(hash) = HappeningKey::of(parts);
    let folded = (hash ^ (hash >> 64)) & u128::from(u64::MAX);
    format!("{folded:016x}")
}
