//! The aggregates that attribution starts from: one trace an account, session, address and client.

use std::collections::HashMap;
use std::net::IpAddr;

use foldhash::fast::RandomState;
use hourzero_lake::{NOTHING, Numbered};
use hourzero_model::{ActorKind, Column, Log, Outcome, Timestamp};
use hourzero_scope::attribution::{Seats, Trace};
use indexmap::IndexMap;

use super::calendar::Calendar;
use crate::networks::{MicrosoftClass, Networks};
use crate::{Case, CaseError};

/// Operations by which a file leaves the tenant's storage.
const TAKING: [&str; 3] = [
    "FileDownloaded",
    "FileSyncDownloadedFull",
    "FileSyncDownloadedPartial",
];

/// What traces are told apart by as it stands in the log.
const APART: [Column; 12] = [
    Column::ActorKind,
    Column::Source,
    Column::SessionId,
    Column::Ip,
    Column::UserAgent,
    Column::ClientApp,
    Column::DeviceId,
    Column::AuthProtocol,
    Column::Result,
    Column::Risk,
    Column::Asn,
    Column::Country,
];

/// What is read beside it: who acted, and what was done with which code.
const BESIDE: [Column; 5] = [
    Column::Actor,
    Column::ActorId,
    Column::AppId,
    Column::Operation,
    Column::ResultCode,
];

/// What names a trace: numbers of its texts, those of [`APART`] first, then the account and the code of a sign-in.
type Key = [u32; KEY];
const KEY: usize = APART.len() + 2;

/// Where kind of actor and log stand in [`APART`].
const KIND: usize = 0;
const SOURCE: usize = 1;
/// Where the account and the code stand in a [`Key`].
const ACCOUNT: usize = APART.len();
const CODE: usize = APART.len() + 1;

/// What is counted of a trace.
#[derive(Debug, Clone, Copy)]
struct Sums {
    first: Timestamp,
    last: Timestamp,
    count: u64,
    taken: u64,
    days: u64,
}

/// Texts that decide how an event is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    App,
    SignIn,
    /// `UserLoggedIn`, `UserLoginFailed`: the result code is a sign-in's.
    UserLog,
    Taking,
    Other,
}

impl Word {
    fn of(text: &str) -> Self {
        match text {
            "app" => Self::App,
            "sign-in" => Self::SignIn,
            text if text.starts_with("UserLog") => Self::UserLog,
            text if TAKING.contains(&text) => Self::Taking,
            _ => Self::Other,
        }
    }
}

/// Traces in the making, over the numbers of their texts. A large tenant has hundreds of thousands.
struct Traces<'c> {
    calendar: &'c Calendar,
    sums: IndexMap<Key, Sums, RandomState>,
    /// By number of a text, so that each is looked at once.
    words: HashMap<u32, Word, RandomState>,
}

impl<'c> Traces<'c> {
    fn new(calendar: &'c Calendar) -> Self {
        Self {
            calendar,
            sums: IndexMap::default(),
            words: HashMap::default(),
        }
    }

    fn add(&mut self, events: &Numbered<'_>) {
        for row in (0..events.len()).filter(|row| events.speaks(*row)) {
            let beside = |place: usize| events.number(row, APART.len() + place);
            let mut word = |number: u32| {
                let new = || Word::of(events.text(number));
                *self.words.entry(number).or_insert_with(new)
            };
            let [actor, actor_id, app, operation, code] = [0, 1, 2, 3, 4].map(beside);
            let is_app = word(events.number(row, KIND)) == Word::App;
            let named = [actor, if is_app { app } else { NOTHING }, actor_id];
            let account = named.into_iter().find(|number| *number != NOTHING);
            let Some(account) = account else {
                continue;
            };
            let source = word(events.number(row, SOURCE));
            let operation = word(operation);
            let is_sign_in = source == Word::SignIn || operation == Word::UserLog;
            let code = if is_sign_in { code } else { NOTHING };
            let key: Key = std::array::from_fn(|place| match place {
                ACCOUNT => account,
                CODE => code,
                place => events.number(row, place),
            });
            let time = events.time(row);
            let taken = u64::from(operation == Word::Taking);
            let day = self.calendar.bit(time);
            self.sums
                .entry(key)
                .and_modify(|sums| sums.add((time, taken, day)))
                .or_insert(Sums {
                    first: time,
                    last: time,
                    count: 1,
                    taken,
                    days: day,
                });
        }
    }
}

impl Sums {
    fn add(&mut self, (time, taken, day): (Timestamp, u64, u64)) {
        self.first = self.first.min(time);
        self.last = self.last.max(time);
        self.count += 1;
        self.taken += taken;
        self.days |= day;
    }
}

impl Case<'_> {
    /// Where every account sat.
    pub(super) fn seats(
        &self,
        networks: &Networks,
        calendar: Option<&Calendar>,
    ) -> Result<Seats, CaseError> {
        let mut seats = Seats::default();
        let Some(calendar) = calendar else {
            return Ok(seats);
        };
        let mut traces = Traces::new(calendar);
        let columns = [APART.as_slice(), BESIDE.as_slice()].concat();
        let texts = self
            .lake
            .numbered(&columns, &mut |events| traces.add(events))?;
        for (key, sums) in traces.sums {
            if let Some(trace) = trace(&key.map(|number| texts.text(number)), sums, networks) {
                seats.take(&trace);
            }
        }
        Ok(seats)
    }
}

/// A trace of its texts, in the order of a [`Key`].
fn trace(texts: &[&str; KEY], sums: Sums, networks: &Networks) -> Option<Trace> {
    let [
        kind,
        log,
        session,
        ip,
        user_agent,
        client_app,
        device,
        protocol,
        result,
        risk,
        asn,
        country,
        account,
        code,
    ] = *texts;
    let ip: Option<IpAddr> = ip.parse().ok();
    let logged: Option<u32> = asn.parse().ok();
    let network = ip.map(|ip| networks.of(ip, logged)).unwrap_or_default();
    let country = match country {
        "" => network.country.unwrap_or_default(),
        logged => logged.to_owned(),
    };
    Some(Trace {
        account: account.to_owned(),
        kind: ActorKind::from_name(kind),
        log: Log::from_name(log)?,
        session: session.to_owned(),
        ip,
        user_agent: user_agent.to_owned(),
        client_app: client_app.to_owned(),
        device: device.to_owned(),
        protocol: protocol.to_owned(),
        result: Outcome::from_name(result),
        code: code.to_owned(),
        risk: risk.to_owned(),
        asn: logged.or(network.asn),
        country,
        is_service_address: network.microsoft == Some(MicrosoftClass::Service),
        is_azure_address: network.microsoft == Some(MicrosoftClass::Azure),
        first: sums.first,
        last: sums.last,
        count: sums.count,
        taken: sums.taken,
        days: sums.days,
    })
}
