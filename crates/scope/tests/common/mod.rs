//! A sign-in, places, a record, and times, for tests of attribution to change.

use hourzero_model::{ActorKind, ArtefactId, Form, Log, Outcome, Provenance, Record, Timestamp};
use hourzero_scope::attribution::{Attribution, Input, Trace, attribute};

/// So many days and minutes after the tests' beginning.
#[allow(dead_code, reason = "not every test counts days")]
pub(crate) fn at(day: i64, minute: i64) -> Timestamp {
    Timestamp::from_micros(1_772_000_000_000_000).plus_seconds(day * 86_400 + minute * 60)
}

/// Three sign-ins of an account that succeeded, on the first day, from one office.
pub(crate) fn sign_in(account: &str) -> Trace {
    Trace {
        account: account.to_owned(),
        kind: ActorKind::User,
        log: Log::SignIn,
        session: String::new(),
        ip: Some("192.0.2.10".parse().unwrap()),
        user_agent: String::new(),
        client_app: "Browser".to_owned(),
        device: String::new(),
        protocol: String::new(),
        result: Outcome::Success,
        code: "0".to_owned(),
        risk: String::new(),
        asn: Some(7_018),
        country: "US".to_owned(),
        is_service_address: false,
        is_azure_address: false,
        first: at(0, 0),
        last: at(0, 30),
        count: 3,
        taken: 0,
        days: 1,
    }
}

/// An account on some days at a place: session, address, client, device.
#[allow(dead_code, reason = "not every test has places that last for days")]
pub(crate) fn place(
    account: &str,
    (session, from): (&str, &str),
    (agent, device): (&str, &str),
    days: std::ops::Range<i64>,
) -> Vec<Trace> {
    days.map(|day| Trace {
        session: session.to_owned(),
        ip: from.parse().ok(),
        user_agent: agent.to_owned(),
        device: device.to_owned(),
        first: at(day, 60),
        last: at(day, 90),
        days: 1 << day,
        ..sign_in(account)
    })
    .collect()
}

/// What is said of traces in a tenant of one domain.
#[allow(dead_code, reason = "not every test asks without more than traces")]
pub(crate) fn attributed(traces: &[Trace]) -> Attribution {
    attribute(
        traces.iter().collect(),
        &Input {
            domains: vec!["contoso.example".to_owned()],
            ..Input::default()
        },
    )
}

/// A record of a person's that says nothing yet of what was done.
#[allow(dead_code, reason = "not every test asks for labels")]
pub(crate) fn record_of(account: &str, log: Log, time: Timestamp) -> Record {
    let provenance = Provenance {
        artefact: ArtefactId::from_bytes([7; 32]),
        position: 1,
        offset: 0,
        length: 0,
    };
    let mut record = Record::new(provenance, Form("x"), log, time);
    record.actor.upn = Some(account.to_owned());
    record.actor.kind = ActorKind::User;
    record
}
