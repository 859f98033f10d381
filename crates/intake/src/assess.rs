//! From answers to orders: the one entry of the crate.
//!
//! Takes answers, the playbook and the time of the call, gives orders, warnings, clocks, losses and
//! requests. Every order has a condition that the answers meet; an order that fits every call is noise.

use std::collections::BTreeMap;

use hourzero_model::Timestamp;
use serde::Serialize;

use crate::answers::Answers;
use crate::clock::{self, Clock, Family, Setting};
use crate::entry::{Due, OrderEntry, Who};
use crate::facts::{self, Facts, Holds};
use crate::lost::{self, Lost, SoftDelete};
use crate::playbook::Playbook;
use crate::request::{self, Request};
use crate::schema;
use crate::span;
use crate::text::{self, Blanks};

/// How many urgent orders one side may have: more than four at once are none.
pub const URGENT_LIMIT: usize = 4;

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Order {
    /// Stable id, such as `bank-recall`.
    pub id: String,
    /// What to do.
    pub title: String,
    /// Who has to do it.
    pub who: Who,
    /// Whether it is one of the at most four urgent ones of its side.
    pub now: bool,
    /// Until when, where there is such a moment.
    pub due: Option<Timestamp>,
    /// The condition that called for it in this case.
    pub why: String,
    /// Where this is known from, and when that was checked.
    pub sources: Vec<String>,
    /// The rank; orders of equal rank stand in the playbook's order.
    #[serde(skip)]
    pub rank: u8,
    /// What to do, step by step; for the sheet.
    #[serde(skip)]
    pub steps: Vec<String>,
}

/// One thing that must not be done yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotYet {
    /// Stable id, such as `wipe`.
    pub id: String,
    /// The reason that is true in this case.
    pub why: String,
    /// Where this is known from, and when that was checked.
    pub sources: Vec<String>,
    /// What must not be done, in words; for the sheet.
    #[serde(skip)]
    pub title: String,
}

/// What the first call comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assessment {
    /// Who must do what, best first.
    pub orders: Vec<Order>,
    /// What must not be done yet.
    pub not_yet: Vec<NotYet>,
    /// Every clock.
    pub clocks: Vec<Clock>,
    /// What is lost already.
    pub lost: Vec<Lost>,
    /// What to pull, in the order in which it vanishes.
    pub requests: Vec<Request>,
    /// Keys without an answer, most urgent first.
    pub unanswered: Vec<String>,
}

/// Assesses a call. `now` is the time of the call where the answers name none.
pub fn assess(answers: &Answers, playbook: &Playbook, now: Timestamp) -> Assessment {
    let call = answers.call_time(now);
    let zone = span::client_zone(answers);
    let mut facts = facts::of(answers, call);
    let setting = Setting {
        answers,
        playbook,
        facts: &facts.clone(),
        call,
        zone: zone.clone(),
    };
    let clocks = clock::all(&setting);
    let soft = lost::soft_deletes(answers, playbook);
    add_clock_facts(&mut facts, answers, &clocks, call);
    add_deletion_facts(&mut facts, &soft, call);
    add_licence_facts(&mut facts, answers, playbook);
    let blanks = text::blanks(answers, call, &zone);
    let lost = lost::all(answers, playbook, &clocks, call);
    let requests = request::all(&setting, &facts, &clocks);
    Assessment {
        orders: orders(&setting, &facts, &soft, &blanks),
        not_yet: not_yet(playbook, &facts, &blanks, call),
        clocks: clocks.into_iter().map(|(_, clock)| clock).collect(),
        lost,
        requests,
        unanswered: unanswered(answers, &facts),
    }
}

fn add_clock_facts(
    facts: &mut Facts,
    answers: &Answers,
    clocks: &[(Family, Clock)],
    call: Timestamp,
) {
    let logs = || {
        clocks
            .iter()
            .filter(|(family, _)| *family == Family::Retention)
            .map(|(_, clock)| clock)
    };
    let soon = call.plus_seconds(2 * span::DAY);
    let urgent = logs().any(|clock| clock.ends.is_some_and(|end| end <= soon));
    // A log holds nothing of the affair any more when even its last known moment has left.
    let last = answers
        .known_times()
        .filter(|at| Some(*at) != answers.time("call.at"))
        .max();
    let holds_some = logs().any(|clock| clock.horizon <= Some(last.unwrap_or(call)));
    let state_open = facts.holds("more") && !facts.holds("ended");
    // The contract names conditional and past ones; one that runs before anybody has confirmed, as
    // those from discovery do, calls for counsel all the more.
    let law_open = clocks
        .iter()
        .any(|(family, _)| *family == Family::Notification);
    facts.add("retention-urgent", Holds(urgent));
    facts.add("can-vanish", Holds(holds_some || state_open));
    facts.add("clock-open", Holds(law_open));
}

fn add_deletion_facts(facts: &mut Facts, soft: &[SoftDelete], call: Timestamp) {
    let running: Vec<&SoftDelete> = soft.iter().filter(|one| is_running(one, call)).collect();
    let soon = call.plus_seconds(3 * span::DAY);
    facts.add("soft-delete-running", Holds(!running.is_empty()));
    facts.add(
        "soft-delete-soon",
        Holds(
            running
                .iter()
                .any(|one| one.ends.is_none_or(|end| end <= soon)),
        ),
    );
    facts.add(
        "deleted-mail-running",
        Holds(running.iter().any(|one| is_mail(one))),
    );
}

fn is_running(soft: &SoftDelete, call: Timestamp) -> bool {
    soft.ends.is_none_or(|end| end > call)
}

fn is_mail(soft: &SoftDelete) -> bool {
    matches!(soft.action, "mail-purged" | "account-deleted")
}

fn add_licence_facts(facts: &mut Facts, answers: &Answers, playbook: &Playbook) {
    let edition = match clock::entra(answers, playbook) {
        clock::Edition::Known(edition, _) => edition,
        clock::Edition::Unknown => "free".to_owned(),
    };
    facts.add(&format!("entra:{edition}"), Holds(true));
    facts.add("signins-by-api", Holds(edition != "free"));
    let licences = answers.list("tenant.licences");
    let holds = playbook
        .plans
        .iter()
        .filter(|plan| plan.licences.iter().any(|one| licences.contains(one)))
        .any(|plan| plan.hold == "yes");
    facts.add("hold-possible", Holds(holds));
}

fn orders(
    setting: &Setting<'_>,
    facts: &Facts,
    soft: &[SoftDelete],
    blanks: &Blanks,
) -> Vec<Order> {
    let mut ordered: Vec<&OrderEntry> = setting
        .playbook
        .orders
        .iter()
        .filter(|entry| facts.meet(&entry.when))
        .collect();
    ordered.sort_by_key(|entry| rank(entry, facts));
    let mut urgent: BTreeMap<Who, usize> = BTreeMap::new();
    let mut orders = Vec::new();
    for entry in ordered {
        let count = urgent.entry(entry.who).or_default();
        let calls_for_now = entry.now.as_ref().is_none_or(|now| facts.meet(now));
        let now = calls_for_now && *count < URGENT_LIMIT;
        *count += usize::from(now);
        orders.push(Order {
            id: entry.id.clone(),
            title: text::first(&entry.title, facts, blanks),
            who: entry.who,
            now,
            due: due(entry, setting, facts, soft),
            why: text::each(&entry.why, facts, blanks).join(" "),
            sources: clock::dated(&entry.basis, setting.call),
            rank: entry.rank,
            steps: text::each(&entry.steps, facts, blanks),
        });
    }
    orders
}

/// The rank in twice its steps: preserving goes before confirming where a log is about to lose the
/// records of the start, and a warning without a payment is no money in flight but the first of the
/// rest.
fn rank(entry: &OrderEntry, facts: &Facts) -> u16 {
    if entry.id == "warn-counterparties" && !facts.holds("payment") {
        return LAST_RANK * 2 - 1;
    }
    let rank = u16::from(entry.rank) * 2;
    if entry.id == "preserve-first"
        && facts.holds("suspicion-only")
        && facts.holds("retention-urgent")
    {
        return CONFIRM_RANK * 2 - 1;
    }
    rank
}

/// The rank of `confirm-first` in the contract's list.
const CONFIRM_RANK: u16 = 3;

/// The rank of the rest in the contract's list.
const LAST_RANK: u16 = 7;

fn due(
    entry: &OrderEntry,
    setting: &Setting<'_>,
    facts: &Facts,
    soft: &[SoftDelete],
) -> Option<Timestamp> {
    let running = soft.iter().filter(|one| is_running(one, setting.call));
    match entry.due? {
        Due::Execution if facts.holds("cut-off-ahead") => {
            setting.answers.time("payment.executes_at")
        }
        Due::Execution => None,
        Due::SoftDelete => running.filter_map(|one| one.ends).min(),
        Due::DeletedMail => running
            .filter(|one| is_mail(one))
            .filter_map(|one| one.ends)
            .min(),
    }
}

fn not_yet(playbook: &Playbook, facts: &Facts, blanks: &Blanks, call: Timestamp) -> Vec<NotYet> {
    playbook
        .not_yet
        .iter()
        .filter(|entry| facts.meet(&entry.when))
        .map(|entry| NotYet {
            id: entry.id.clone(),
            why: text::each(&entry.why, facts, blanks).join(" "),
            sources: clock::dated(&entry.basis, call),
            title: entry.title.clone(),
        })
        .collect()
}

/// The open keys; those that another answer has made pointless are left out.
fn unanswered(answers: &Answers, facts: &Facts) -> Vec<String> {
    let no_payment = answers.is("payment.state", "none");
    let executed = answers.is("payment.state", "sent");
    schema::by_urgency()
        .into_iter()
        .filter(|key| answers.is_open(key))
        .filter(|key| !(no_payment && key.starts_with("payment.")))
        .filter(|key| !(executed && *key == "payment.executes_at"))
        .filter(|key| !(facts.holds("admin-unreachable") && *key == "accounts.admin_reachable"))
        .map(str::to_owned)
        .collect()
}
