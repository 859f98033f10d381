//! One pass over all records for what every stage asks: which logs there are and how full they are, whose domains the
//! mail is in, who was at which address.
//!
//! Takes columns as numbers out of the lake, gives counts. It must decide nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;

use foldhash::fast::RandomState;
use hourzero_lake::{Numbered, Texts};
use hourzero_model::{Column, Log, Timestamp};
use hourzero_report::LogRow;
use hourzero_scope::HourCount;

use crate::investigate::words;
use crate::{Case, CaseError};

const MICROS_AN_HOUR: i64 = 3_600_000_000;

/// What is read, in the order in which [`Counts::add`] takes it apart.
const COLUMNS: [Column; 8] = [
    Column::Source,
    Column::Workload,
    Column::Operation,
    Column::Result,
    Column::ActorKind,
    Column::Actor,
    Column::Owner,
    Column::Ip,
];

/// Records of one kind and the time that they span.
#[derive(Debug, Clone, Copy)]
struct Span {
    records: u64,
    first: Timestamp,
    last: Timestamp,
}

/// Texts that decide what a record counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    SignIn,
    /// A log of mail on its way, whose recipients can be anybody.
    Mail,
    User,
    Exchange,
    Internal,
    Success,
    Other,
}

impl Word {
    fn of(text: &str) -> Self {
        match text {
            "sign-in" => Self::SignIn,
            "message-trace" | "email-hunting" | "mail" => Self::Mail,
            "user" => Self::User,
            "Exchange" => Self::Exchange,
            "Email internal" => Self::Internal,
            "success" => Self::Success,
            _ => Self::Other,
        }
    }
}

/// Where an address stands that shows one of the tenant's own domains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Home {
    /// Who signed in as a user; guests among them.
    SignedIn,
    /// Whose mailbox a record is about, or who sent mail within the tenant.
    Mailbox,
}

/// What one pass counts. Numbers are those of texts.
#[derive(Default)]
struct Counts {
    words: HashMap<u32, Word, RandomState>,
    /// By source and workload, of all records.
    logs: HashMap<(u32, u32), Span, RandomState>,
    /// Source, workload and actor of all records.
    actors: HashSet<(u32, u32, u32), RandomState>,
    /// By source and hour since 1970, of events.
    hours: HashMap<(u32, i64), Span, RandomState>,
    /// By kind of actor, of events.
    kinds: HashMap<u32, u64, RandomState>,
    homes: HashSet<(Home, u32), RandomState>,
    /// Address and actor of all records, and whether one of them was an event that succeeded.
    users: HashMap<(u32, u32), bool, RandomState>,
}

impl Span {
    fn of(time: Timestamp) -> Self {
        Self {
            records: 1,
            first: time,
            last: time,
        }
    }

    fn add(&mut self, other: Self) {
        self.records += other.records;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

impl Counts {
    fn add(&mut self, records: &Numbered<'_>) {
        for row in 0..records.len() {
            let [source, workload, operation, result, kind, actor, owner, ip] =
                std::array::from_fn(|place| records.number(row, place));
            let mut word = |number: u32| {
                let new = || Word::of(records.text(number));
                *self.words.entry(number).or_insert_with(new)
            };
            let words = [source, workload, operation, result, kind].map(&mut word);
            let time = records.time(row);
            let one = Span::of(time);
            let speaks = records.speaks(row);
            let add = |held: &mut Span| held.add(one);
            self.logs
                .entry((source, workload))
                .and_modify(add)
                .or_insert(one);
            self.actors.insert((source, workload, actor));
            if speaks {
                let hour = time.micros().div_euclid(MICROS_AN_HOUR);
                self.hours
                    .entry((source, hour))
                    .and_modify(add)
                    .or_insert(one);
                *self.kinds.entry(kind).or_default() += 1;
            }
            let success = self.users.entry((ip, actor)).or_default();
            *success |= speaks && words[3] == Word::Success;
            self.homes.extend(homes(words, (actor, owner)));
        }
    }
}

/// Addresses of a record that show the tenant's domains; words of source, workload, operation, result and kind of actor.
fn homes(
    [source, workload, operation, _, kind]: [Word; 5],
    (actor, owner): (u32, u32),
) -> impl Iterator<Item = (Home, u32)> {
    let signed_in = source == Word::SignIn && kind == Word::User;
    let mailbox = workload == Word::Exchange && source != Word::Mail;
    [
        signed_in.then_some((Home::SignedIn, actor)),
        mailbox.then_some((Home::Mailbox, owner)),
        (operation == Word::Internal).then_some((Home::Mailbox, actor)),
    ]
    .into_iter()
    .flatten()
}

/// What the records of a case are, as a whole.
pub(crate) struct Survey {
    /// One row a log; of logs that are no kind of their own, one row a workload.
    pub(crate) logs: Vec<LogRow>,
    /// The tenant's own mail domains: that of the case, and those of its members as the logs name them.
    pub(crate) domains: Vec<String>,
    /// Events by log and hour.
    pub(crate) hours: Vec<HourCount>,
    /// Events by kind of actor.
    pub(crate) kinds: BTreeMap<String, u64>,
    /// First and last event.
    pub(crate) span: Option<(Timestamp, Timestamp)>,
    users: BTreeMap<IpAddr, Vec<(u32, bool)>>,
    texts: Texts,
}

impl Survey {
    /// Accounts named by mail address that records show at an address, and whether one of them succeeded in something.
    pub(crate) fn users(&self, ip: IpAddr) -> impl Iterator<Item = (&str, bool)> {
        let users = self.users.get(&ip).into_iter().flatten();
        users
            .map(|(actor, success)| (self.texts.text(*actor), *success))
            .filter(|(actor, _)| actor.contains('@'))
    }
}

impl Case<'_> {
    /// Looks at every record once.
    pub(crate) fn survey(&self) -> Result<Survey, CaseError> {
        let mut counts = Counts::default();
        let texts = self
            .lake
            .numbered(&COLUMNS, &mut |records| counts.add(records))?;
        let mut domains = domains(&counts.homes, &texts);
        domains.extend(self.traced_domains(&counts, &texts)?);
        domains.insert(self.settings.tenant.to_lowercase());
        domains.remove("");
        let logs = logs(&counts, &texts);
        let mut users: BTreeMap<IpAddr, Vec<(u32, bool)>> = BTreeMap::new();
        for ((ip, actor), success) in sorted(counts.users) {
            if let Ok(ip) = texts.text(ip).parse() {
                users.entry(ip).or_default().push((actor, success));
            }
        }
        let hours = sorted(counts.hours);
        let mut spans = hours.iter().map(|(_, span)| (span.first, span.last));
        let both =
            |a: (Timestamp, Timestamp), b: (Timestamp, Timestamp)| (a.0.min(b.0), a.1.max(b.1));
        let span = spans.next().map(|first| spans.fold(first, both));
        let mut hours: Vec<HourCount> = hours
            .into_iter()
            .filter_map(|((source, _), span)| {
                Some(HourCount {
                    log: Log::from_name(texts.text(source))?,
                    hour: span.first,
                    records: span.records,
                })
            })
            .collect();
        hours.sort_by_key(|count| (count.log, count.hour));
        let kinds = sorted(counts.kinds).into_iter();
        Ok(Survey {
            logs,
            domains: domains.into_iter().collect(),
            hours,
            kinds: kinds
                .map(|(kind, count)| (texts.text(kind).to_owned(), count))
                .collect(),
            span,
            users,
            texts,
        })
    }

    /// The tenant's domain as its message trace says it.
    fn traced_domains(
        &self,
        counts: &Counts,
        texts: &Texts,
    ) -> Result<BTreeSet<String>, CaseError> {
        let trace = Log::MessageTrace.name();
        let is_trace = |(source, _): &(u32, u32)| texts.text(*source) == trace;
        if !counts.logs.keys().any(is_trace) {
            return Ok(BTreeSet::new());
        }
        let rows = self.rows(&format!(
            "SELECT DISTINCT lower(param(parameters, 'Organization')) FROM records WHERE \
             source = '{trace}' AND param(parameters, 'Organization') LIKE '%.%'"
        ))?;
        Ok(rows.iter().map(|row| words(row.first())).collect())
    }
}

/// The domains of addresses.
fn domains(homes: &HashSet<(Home, u32), RandomState>, texts: &Texts) -> BTreeSet<String> {
    homes
        .iter()
        .map(|(home, number)| (home, texts.text(*number)))
        .filter(|(home, address)| **home != Home::SignedIn || !address.contains("#ext#"))
        .filter_map(|(_, address)| address.split('@').nth(1))
        .map(str::to_owned)
        .collect()
}

/// One row a log, in the order of names.
fn logs(counts: &Counts, texts: &Texts) -> Vec<LogRow> {
    let name = |(source, workload): (u32, u32)| match (texts.text(source), texts.text(workload)) {
        ("other", "") => "other",
        ("other", workload) => workload,
        (source, _) => source,
    };
    let mut rows: BTreeMap<&str, (Span, BTreeSet<u32>)> = BTreeMap::new();
    for (log, span) in sorted(&counts.logs) {
        let known = rows.entry(name(*log));
        let add = |(held, _): &mut (Span, BTreeSet<u32>)| held.add(*span);
        known.and_modify(add).or_insert((*span, BTreeSet::new()));
    }
    for (source, workload, actor) in counts.actors.iter().copied().collect::<BTreeSet<_>>() {
        if let Some((_, actors)) = rows.get_mut(name((source, workload)))
            && !texts.text(actor).is_empty()
        {
            actors.insert(actor);
        }
    }
    rows.into_iter()
        .map(|(source, (span, actors))| LogRow {
            source: source.to_owned(),
            records: span.records,
            first: Some(span.first),
            last: Some(span.last),
            accounts: actors.len() as u64,
        })
        .collect()
}

/// What was counted, in the order of its keys.
fn sorted<Key: Ord, Value>(counts: impl IntoIterator<Item = (Key, Value)>) -> Vec<(Key, Value)> {
    let mut sorted: Vec<(Key, Value)> = counts.into_iter().collect();
    sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
    sorted
}
