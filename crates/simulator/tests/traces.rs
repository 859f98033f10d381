//! The truth against the logs: in every scenario what an attacker left stands in the written files where the
//! truth says, and nothing else in them bears a trait that only an attacker has.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the tests write their own files; a failure is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::path::Path;

use hourzero_model::Timestamp;
use hourzero_simulator::attacker::Play;
use hourzero_simulator::engine::{self, Sink};
use hourzero_simulator::forms::Forms;
use hourzero_simulator::happening::{Act, Actor, Happening, MailAct, SignInKind};
use hourzero_simulator::id::{Guid, TokenId};
use hourzero_simulator::logs::{LogRecord, Source};
use hourzero_simulator::truth::Truth;
use hourzero_simulator::world::{EntraPlan, Licence, Settings, World};
use hourzero_simulator::{Request, Scenario, Size, Target};

const SIZE: Size = Size {
    seed: 5,
    accounts: 22,
    days: 14,
};

/// What a request or an act can be told by. An address of IPv4 may stand with a port behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Trait {
    Address,
    Session,
    Token,
    App,
}

/// An act of an attacker with the records that it left.
struct Deed {
    happening: Happening,
    records: Vec<LogRecord>,
}

/// A second run of the same days, watched from outside: who used which address, session, token, app.
#[derive(Default)]
struct Watched {
    deeds: BTreeMap<u64, Deed>,
    attackers: HashMap<String, Trait>,
    others: HashSet<String>,
    names: BTreeMap<u64, String>,
}

impl Sink for Watched {
    fn take(&mut self, number: u64, happening: &Happening, records: &[LogRecord]) {
        let attacker = matches!(happening.actor, Actor::Attacker(_));
        let mut bears = |value: String, kind: Trait| {
            if attacker {
                self.attackers.insert(value, kind);
            } else {
                self.others.insert(value);
            }
        };
        if let Some(access) = &happening.access {
            bears(address(access.place.address), Trait::Address);
            if let Some(session) = access.session {
                bears(session.to_string(), Trait::Session);
            }
            if let Some(token) = access.token {
                bears(token.id.to_string(), Trait::Token);
            }
            bears(access.client.app_id.to_string(), Trait::App);
        }
        if attacker {
            let records = records.to_vec();
            let happening = happening.clone();
            self.deeds.insert(number, Deed { happening, records });
        } else if matches!(happening.act, Act::Alert(_) | Act::Risk(_)) {
            self.names.insert(number, "detection".to_owned());
        }
    }
}

fn address(address: IpAddr) -> String {
    address.to_string()
}

/// Days for which a log holds a record, as Microsoft documents it; written here a second time on purpose.
fn held_days(world: &World, record: &LogRecord) -> i64 {
    let free = world.tenant.entra == EntraPlan::Free;
    match record.source {
        Source::SignIns | Source::DirectoryAudits | Source::Risk if free => 7,
        Source::SignIns | Source::DirectoryAudits | Source::Risk | Source::Hunting(_) => 30,
        Source::MessageTrace => 90,
        Source::Alerts => 180,
        Source::UnifiedAudit => match record.licensed.map(|number| world.account(number).licence) {
            Some(Licence::E5) => 365,
            _ => 180,
        },
    }
}

/// The log that tells of an act whatever the licence, as long as it holds it.
fn must_be_in(world: &World, happening: &Happening) -> Option<Source> {
    let licence = |number| world.account(number).licence;
    match &happening.act {
        Act::SignIn(_) => Some(Source::SignIns),
        Act::Mail(MailAct::Transported { .. }) => Some(Source::MessageTrace),
        Act::Mail(MailAct::Synced { mailbox, .. }) => {
            matches!(licence(*mailbox), Licence::E3 | Licence::E5).then_some(Source::UnifiedAudit)
        }
        // What was read within the hour before, or after a thousand reads, is not told again.
        Act::Mail(MailAct::Read { .. } | MailAct::Searched { .. } | MailAct::Removed { .. }) => {
            None
        }
        Act::Mail(_) | Act::File(_) | Act::Share(_) | Act::Site(_) | Act::Chat(_) => {
            Some(Source::UnifiedAudit)
        }
        Act::Cmdlet(_) | Act::Flow(_) => Some(Source::UnifiedAudit),
        Act::Directory(_) => Some(Source::DirectoryAudits),
        Act::Alert(_) | Act::Risk(_) | Act::Click(_) | Act::Noise(_) => None,
    }
}

/// One scenario, exported and watched.
struct Case {
    name: String,
    world: World,
    watched: Watched,
    until: Timestamp,
    truth: Truth,
    /// Lines of every file.
    files: BTreeMap<String, Vec<String>>,
}

impl Case {
    fn of(scenario: &Scenario) -> Self {
        let work = tempfile::tempdir().unwrap();
        let (out, truth) = (work.path().join("out"), work.path().join("truth.jsonl"));
        let exported = Request::new(scenario, SIZE, "")
            .unwrap()
            .export(Target {
                out: &out,
                truth: Some(&truth),
                forms: Forms::Clean,
            })
            .unwrap();
        let mut world = World::build(&scenario.settings(&Settings {
            seed: SIZE.seed,
            accounts: SIZE.accounts,
            days: SIZE.days,
            ..Settings::default()
        }));
        let play = Play::prepare(&mut world, scenario).unwrap();
        let mut watched = Watched::default();
        let outcome = engine::run(&world, &play, &mut watched);
        assert_eq!(outcome.until, exported.outcome.until);
        Self {
            name: scenario.name.clone(),
            world,
            watched,
            until: outcome.until,
            truth: Truth::read(std::fs::read(&truth).unwrap().as_slice()).unwrap(),
            files: exported
                .files
                .iter()
                .map(|file| (file.name.clone(), lines(&out.join(&file.name))))
                .collect(),
        }
    }

    fn held(&self, record: &LogRecord) -> bool {
        let days = held_days(&self.world, record);
        record.at >= self.until.plus_seconds(-86_400 * days) && record.available <= self.until
    }

    /// Every record of an attacker that its log holds stands where the truth says, and nowhere else.
    fn check_records(&self) {
        let mut expected: BTreeSet<(String, String, u64)> = BTreeSet::new();
        for (number, deed) in &self.watched.deeds {
            let held = deed.records.iter().filter(|record| self.held(record));
            expected.extend(
                held.map(|record| (record.source.clean_file(), record.json.clone(), *number)),
            );
        }
        let mut told = BTreeSet::new();
        for ((file, position), number) in &self.truth.places {
            let line = usize::try_from(*position).unwrap() - 1;
            told.insert((file.clone(), self.files[file][line].clone(), *number));
        }
        let missing = expected.difference(&told).next();
        assert_eq!(missing, None, "{}: not where the truth says", self.name);
        let unknown = told.difference(&expected).next();
        assert_eq!(unknown, None, "{}: no attacker left it", self.name);
        let numbers: BTreeSet<u64> = self.truth.events.keys().copied().collect();
        let deeds: BTreeSet<u64> = self.watched.deeds.keys().copied().collect();
        assert_eq!(numbers, deeds, "{}: events of attackers", self.name);
        for (number, event) in &self.truth.events {
            let held = self.watched.deeds[number].records.iter();
            let given = held.filter(|record| self.held(record)).count() > 0;
            assert_eq!(event.given, given, "{}: event {number}", self.name);
        }
    }

    /// Acts that a log always tells are in it as long as it holds them.
    fn check_acts(&self) {
        for (number, deed) in &self.watched.deeds {
            let Some(source) = must_be_in(&self.world, &deed.happening) else {
                continue;
            };
            assert!(
                deed.records.iter().any(|record| record.source == source),
                "{}: {number} {:?} left nothing in {source:?}",
                self.name,
                deed.happening.act
            );
        }
    }

    /// No record is of another make because an attacker left it: the id of a token is made of its request's, and
    /// a message's id has its server's form.
    fn check_make(&self) {
        for line in self.files.get("signins.jsonl").into_iter().flatten() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let request = Guid::parse(row["id"].as_str().unwrap()).unwrap();
            let token = TokenId::of_request(request).to_string();
            assert_eq!(row["uniqueTokenIdentifier"], token, "{}: {line}", self.name);
            assert!(request.bytes()[15] < 3, "{}: {line}", self.name);
        }
        let servers: BTreeSet<&str> = self
            .world
            .accounts
            .iter()
            .map(|account| account.server.as_str())
            .collect();
        let mut forms = BTreeSet::new();
        for line in self.files.get("message-trace.jsonl").into_iter().flatten() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let id = row["messageId"].as_str().unwrap();
            let (first, second) = id.split_once('@').unwrap();
            let server = second.split('.').next().unwrap();
            if servers.contains(server) {
                forms.insert((first.len() - server.len(), second.len() - server.len()));
            }
        }
        assert!(forms.len() < 2, "{}: {forms:?}", self.name);
    }

    /// What bears a trait that only attackers have is an attacker's, or a detection that tells of him.
    fn check_traits(&self) {
        let only: HashMap<&str, Trait> = self
            .watched
            .attackers
            .iter()
            .filter(|(value, _)| !self.watched.others.contains(*value))
            .map(|(value, kind)| (value.as_str(), *kind))
            .collect();
        let mut seen = HashSet::new();
        for (file, lines) in &self.files {
            for (position, line) in (1_u64..).zip(lines) {
                let traits: Vec<(&str, Trait)> = words(line)
                    .filter_map(|word| only.get_key_value(word))
                    .map(|(value, kind)| (*value, *kind))
                    .collect();
                seen.extend(traits.iter().map(|(_, kind)| *kind));
                let Some((value, kind)) = traits.first() else {
                    continue;
                };
                let place = (file.clone(), position);
                assert!(
                    self.truth.places.contains_key(&place) || is_detection(file, line),
                    "{}: {file}:{position} is no attacker's and bears {kind:?} {value}: {line}",
                    self.name
                );
            }
        }
        let signed_in = self.watched.deeds.values().any(|deed| {
            matches!(&deed.happening.act, Act::SignIn(row) if row.error == 0 && row.kind != SignInKind::ServicePrincipal)
                && deed.records.iter().any(|record| self.held(record))
        });
        if signed_in {
            assert!(seen.contains(&Trait::Token), "{}: {seen:?}", self.name);
        }
    }
}

/// Alerts and risk detections name the address that they are about.
fn is_detection(file: &str, line: &str) -> bool {
    matches!(
        file,
        "alerts.jsonl" | "risk.jsonl" | "hunting-AlertEvidence.jsonl" | "hunting-AlertInfo.jsonl"
    ) || (file == "ual.jsonl"
        && (line.contains("\"Operation\":\"AlertTriggered\"")
            || line.contains("\"Operation\":\"AlertEntityGenerated\"")))
}

fn lines(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// The words of a record in which an address, a GUID or a token's id would stand, also without a port.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|sign: char| {
        !(sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_' | ':'))
    })
    .flat_map(|word| {
        let bare = word.rsplit_once(':').map(|(before, _)| before);
        let mapped = word.strip_prefix("::ffff:");
        [Some(word), bare, mapped].into_iter().flatten()
    })
}

fn check(part: usize) {
    for name in Scenario::names().iter().skip(part).step_by(PARTS) {
        let case = Case::of(&Scenario::named(name).unwrap());
        case.check_records();
        case.check_acts();
        case.check_make();
        case.check_traits();
    }
}

/// The scenarios are shared out so that they run side by side.
const PARTS: usize = 4;

#[test]
fn logs_and_truth_agree_in_the_first_part() {
    check(0);
}

#[test]
fn logs_and_truth_agree_in_the_second_part() {
    check(1);
}

#[test]
fn logs_and_truth_agree_in_the_third_part() {
    check(2);
}

#[test]
fn logs_and_truth_agree_in_the_fourth_part() {
    check(3);
}
