//! Which way in stands first, and that the true one is named.

use hourzero_model::{ActorKind, Attribution, EntryHypothesis, Log, Outcome, Record};
use hourzero_scope::{EntryInput, Event, LogSpan, MailPaths, entry};

use crate::common::{PAT, at, attacker, domains, of, record, with};

const AZURE_CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

fn spans() -> Vec<LogSpan> {
    vec![LogSpan {
        log: Log::SignIn,
        first: at("01T00:00:00"),
        last: at("30T00:00:00"),
    }]
}

fn told(accounts: &[&str], events: &[Event], spans: &[LogSpan]) -> Vec<EntryHypothesis> {
    told_by(accounts, events, (spans, false))
}

/// `diverted` is what the client says of a payment.
fn told_by(
    accounts: &[&str],
    events: &[Event],
    (spans, diverted): (&[LogSpan], bool),
) -> Vec<EntryHypothesis> {
    let accounts: Vec<String> = accounts.iter().map(|one| (*one).to_owned()).collect();
    entry(&EntryInput {
        accounts: &accounts,
        events,
        spans,
        paths: &MailPaths::of(events, &domains()),
        look_alikes: &["fabr1kam.example".to_owned()],
        diverted,
    })
}

/// The first hypothesis.
fn check(events: &[Event], expected: &str) {
    let ranked = told(&[PAT], events, &spans());
    let best = ranked.first().unwrap();
    let all: Vec<String> = ranked
        .iter()
        .map(|one| format!("{} {}", one.id.name(), one.score))
        .collect();
    assert_eq!(best.id.name(), expected, "{all:?}");
    assert!(ranked.iter().any(|one| one.id.name() == "unknown"));
    assert!(!best.supports.is_empty() && !best.decided_by.is_empty());
}

fn logon(time: &str, session: &str) -> Record {
    let mut record = record(Log::SignIn, "Sign-in activity", at(time));
    record.session_id = Some(session.to_owned());
    record.result_code = Some("0".to_owned());
    record
}

fn refused(time: &str, code: &str, upn: &str) -> Event {
    let mut record = logon(time, "");
    record.session_id = None;
    record.actor.upn = Some(upn.to_owned());
    record.result = Outcome::Failure;
    record.result_code = Some(code.to_owned());
    attacker(record)
}

fn owner(record: Record) -> Event {
    of(Attribution::Owner, record)
}

fn with_factor(mut record: Record) -> Record {
    record.auth_requirement = Some("multiFactorAuthentication".to_owned());
    record
}

fn lure(from: &str) -> Event {
    let mut record = record(Log::MessageTrace, "Message trace", at("20T07:00:00"));
    record.actor.upn = Some(from.to_owned());
    record.owner = Some(PAT.to_owned());
    record.ip = Some("198.51.100.7".parse().unwrap());
    record.message_id = Some("<lure@x.example>".to_owned());
    attacker(with(record, &[("Recipient", PAT)]))
}

#[test]
fn a_new_session_with_its_factor_met_after_a_lure_is_a_proxy() {
    check(
        &[
            lure("no-reply@evil.example"),
            attacker(with_factor(logon("20T08:00:00", "s1"))),
        ],
        "aitm",
    );
}

#[test]
fn a_session_of_the_owner_that_goes_on_elsewhere_is_theft() {
    check(
        &[
            owner(with_factor(logon("18T08:00:00", "s1"))),
            attacker(with_factor(logon("20T08:00:00", "s1"))),
        ],
        "token-theft",
    );
}

#[test]
fn a_session_whose_first_sign_in_renews_a_token_began_elsewhere() {
    let renewal = with(
        with_factor(logon("20T08:00:00", "s1")),
        &[("IncomingTokenType", "refreshToken")],
    );
    let read = |time: &str| {
        let mut read = record(Log::UnifiedAudit, "MailItemsAccessed", at(time));
        read.session_id = Some("s1".to_owned());
        attacker(read)
    };
    check(
        &[attacker(renewal.clone()), read("20T09:00:00")],
        "token-theft",
    );
    // A sign-in of that session in the evidence began it.
    let began = attacker(with_factor(logon("20T07:59:00", "s1")));
    check(&[began, attacker(renewal), read("20T09:00:00")], "aitm");
}

#[test]
fn a_code_that_the_owner_handed_over_shares_the_session_too() {
    let mut given = logon("20T07:55:00", "s1");
    given.app_id = Some(AZURE_CLI.to_owned());
    check(
        &[
            owner(given.clone()),
            attacker(with_factor(logon("20T08:00:00", "s1"))),
        ],
        "code-phishing",
    );
    check(
        &[
            owner(with(given, &[("RequestType", "Cmsi:Cmsi")])),
            attacker(with_factor(logon("20T08:00:00", "s1"))),
        ],
        "device-code",
    );
}

#[test]
fn a_primary_refresh_token_counts_only_with_a_device_that_the_owner_had() {
    let primary = |device: &str| {
        let mut record = with(
            with_factor(logon("20T08:00:00", "s2")),
            &[("IncomingTokenType", "primaryRefreshToken")],
        );
        record.device_id = Some(device.to_owned());
        attacker(record)
    };
    let mut own = logon("10T08:00:00", "s1");
    own.device_id = Some("laptop".to_owned());
    check(&[owner(own.clone()), primary("laptop")], "token-theft");
    check(&[owner(own), primary("new-one")], "aitm");
}

#[test]
fn guesses_prompts_and_resets_before_it_tell_the_way() {
    let hit = || attacker(logon("20T08:00:00", "s1"));
    check(
        &[
            refused("20T07:00:00", "50126", PAT),
            refused("20T07:00:10", "50126", "kim@contoso.example"),
            refused("20T07:00:20", "50126", "max@contoso.example"),
            hit(),
        ],
        "password-guessing",
    );
    check(
        &[
            refused("20T07:50:00", "500121", PAT),
            refused("20T07:52:00", "500121", PAT),
            attacker(with_factor(logon("20T08:00:00", "s1"))),
        ],
        "mfa-fatigue",
    );
    let mut reset = record(
        Log::DirectoryAudit,
        "Reset password (by admin)",
        at("20T07:50:00"),
    );
    reset.actor.upn = Some("desk@contoso.example".to_owned());
    reset.target.name = Some(PAT.to_owned());
    check(
        &[
            of(Attribution::Administrator, reset),
            attacker(with_factor(logon("20T08:00:00", "s1"))),
        ],
        "helpdesk-reset",
    );
}

#[test]
fn an_old_protocol_comes_before_the_guess_that_opened_it() {
    let mut hit = logon("20T08:00:00", "s1");
    hit.client_app = Some("IMAP4".to_owned());
    check(
        &[refused("20T07:00:00", "50126", PAT), attacker(hit)],
        "legacy-auth",
    );
}

#[test]
fn a_bare_password_that_opened_the_session_comes_before_the_guesses_at_it() {
    let hit = with(
        logon("20T08:00:00", "s1"),
        &[
            ("RequestType", "OAuth2:Token"),
            ("UserAuthenticationMethod", "1"),
        ],
    );
    let guesses = [
        refused("20T07:00:00", "50126", PAT),
        refused("20T07:00:10", "50126", "kim@contoso.example"),
        refused("20T07:00:20", "50126", "max@contoso.example"),
    ];
    let read = |session: &str| {
        let mut read = record(Log::UnifiedAudit, "MailItemsAccessed", at("20T09:00:00"));
        read.actor.upn = Some(PAT.to_owned());
        read.session_id = Some(session.to_owned());
        attacker(read)
    };
    let mut events = guesses.to_vec();
    events.extend([attacker(hit.clone()), read("s1")]);
    check(&events, "legacy-auth");
    // A guess that was only noted, and used later in a browser, was the way in.
    let mut events = guesses.to_vec();
    events.extend([
        attacker(hit.clone()),
        attacker(logon("20T10:00:00", "s2")),
        read("s2"),
    ]);
    check(&events, "password-guessing");
    // So it was where another program went on in the session.
    let mut events = guesses.to_vec();
    let mut by_tool = hit.clone();
    by_tool.app_id = Some(AZURE_CLI.to_owned());
    let other = "1b730954-1685-4b74-9bfd-dac224a7b894";
    let mut renewed = hit;
    renewed.event_time = at("22T08:00:00");
    renewed.app_id = Some(other.to_owned());
    let mut read = read("s1");
    read.record.app_id = Some(other.to_owned());
    events.extend([attacker(by_tool), read, attacker(renewed)]);
    check(&events, "password-guessing");
}

#[test]
fn a_session_that_was_in_use_before_any_sign_in_to_it_was_made_elsewhere() {
    let mut rule = record(Log::UnifiedAudit, "Set-Mailbox", at("20T08:00:00"));
    rule.actor.upn = Some(PAT.to_owned());
    rule.session_id = Some("s1".to_owned());
    // Renewals of a browser ask for a token by the password that once was given.
    let renewal = with(
        logon("21T15:00:00", "s1"),
        &[
            ("RequestType", "OAuth2:Token"),
            ("UserAuthenticationMethod", "1"),
        ],
    );
    let events = [attacker(rule), attacker(renewal)];
    check(&events, "token-theft");
    // A log that begins on the day before may have missed the sign-in.
    let late = [LogSpan {
        log: Log::UnifiedAudit,
        first: at("19T08:00:00"),
        last: at("30T00:00:00"),
    }];
    let ranked = told(&[PAT], &events, &late);
    assert!(ranked.iter().all(|one| one.id.name() != "token-theft"));
}

#[test]
fn other_tenants_and_the_synchronisation_are_told_by_the_record() {
    let crossing = |kind: &str| {
        attacker(with(
            with_factor(logon("20T08:00:00", "s1")),
            &[("CrossTenantAccessType", kind)],
        ))
    };
    check(&[crossing("serviceProvider")], "partner");
    check(&[crossing("b2bCollaboration")], "guest");
    let sync = "sync_srv_1@contoso.example";
    let mut hit = logon("20T08:00:00", "s1");
    hit.actor.upn = Some(sync.to_owned());
    let ranked = told(&[sync], &[attacker(hit)], &spans());
    assert_eq!(ranked[0].id.name(), "on-premises");
}

#[test]
fn a_consent_of_the_owner_is_the_way_in_and_one_of_the_attacker_is_not() {
    let app = "6b3e0207-6150-4a45-ad2c-3f896687ca81";
    let mut consent = record(
        Log::DirectoryAudit,
        "Consent to application",
        at("20T07:50:00"),
    );
    consent.resource_app_id = Some(app.to_owned());
    let mut hit = logon("20T08:00:00", "s1");
    hit.app_id = Some(app.to_owned());
    check(&[owner(consent.clone()), attacker(hit.clone())], "consent");
    let mut earlier = with_factor(logon("20T07:00:00", "s2"));
    earlier.app_id = Some("9199bf20-a13f-4107-85dc-02114787ef48".to_owned());
    check(
        &[attacker(earlier), attacker(consent), attacker(hit)],
        "aitm",
    );
}

#[test]
fn where_nobody_was_entered_the_mail_tells() {
    let first = |events: &[Event]| told(&[], events, &spans())[0].id.name();
    assert_eq!(first(&[lure(PAT)]), "spoof");
    assert_eq!(first(&[lure("bo@fabr1kam.example")]), "look-alike-domain");
    assert_eq!(first(&[lure("bo@fabrikam.example")]), "counterparty");
    assert_eq!(first(&[]), "none");
    assert_eq!(first(&[refused("20T07:00:00", "50126", PAT)]), "none");
}

#[test]
fn guesses_of_another_attacker_are_not_the_way_in() {
    let placed = |event: Event, ip: &str, agent: &str| {
        let mut event = event;
        event.record.ip = Some(ip.parse().unwrap());
        event.record.user_agent = Some(agent.to_owned());
        event
    };
    let guesses = |agent: &str| -> Vec<Event> {
        [PAT, "kim@contoso.example", "lee@contoso.example"]
            .map(|upn| placed(refused("20T07:00:00", "50126", upn), "203.0.113.9", agent))
            .to_vec()
    };
    let hit = |ip: &str, agent: &str| {
        placed(attacker(with_factor(logon("20T08:00:00", "s1"))), ip, agent)
    };
    let mut apart = guesses("fasthttp");
    apart.push(hit("198.51.100.7", "Firefox"));
    check(&apart, "aitm");
    let mut same_client = guesses("fasthttp");
    same_client.push(hit("198.51.100.7", "fasthttp"));
    check(&same_client, "password-guessing");
    let mut same_network = guesses("fasthttp");
    same_network.push(hit("203.0.113.77", "Firefox"));
    check(&same_network, "password-guessing");
}

#[test]
fn a_diverted_payment_without_a_trace_points_to_the_other_side() {
    let first = |accounts: &[&str], events: &[Event]| {
        let ranked = told_by(accounts, events, (&spans(), true));
        ranked[0].id.name()
    };
    assert_eq!(first(&[], &[]), "counterparty");
    assert_eq!(
        first(&[], &[lure("bo@fabr1kam.example")]),
        "look-alike-domain"
    );
    let hit = attacker(with_factor(logon("20T08:00:00", "s1")));
    assert_eq!(first(&[PAT], &[hit]), "aitm");
    // Without it the other side is named, and stands last.
    let ranked = told(&[], &[], &spans());
    assert_eq!(ranked.last().unwrap().id.name(), "counterparty");
}

#[test]
fn an_application_that_signs_in_by_itself_needs_no_account() {
    let mut hit = logon("20T08:00:00", "");
    hit.actor.upn = None;
    hit.actor.kind = ActorKind::App;
    let ranked = told(&[], &[attacker(hit)], &spans());
    assert_eq!(ranked[0].id.name(), "app-credential");
    assert_eq!(ranked[0].account, "");
}

#[test]
fn what_lies_before_the_first_record_of_the_log_is_unknown() {
    let act = attacker(record(Log::UnifiedAudit, "Send", at("20T08:00:00")));
    let late = [LogSpan {
        log: Log::SignIn,
        first: at("24T00:00:00"),
        last: at("30T00:00:00"),
    }];
    let ranked = told(&[PAT], &[act], &late);
    assert_eq!(ranked[0].id.name(), "unknown");
    assert!(!ranked[0].missing.is_empty());
}

#[test]
fn accounts_stand_in_the_order_in_which_they_were_entered() {
    let mut second = with_factor(logon("21T08:00:00", "s2"));
    second.actor.upn = Some("kim@contoso.example".to_owned());
    let events = [
        attacker(second),
        attacker(with_factor(logon("20T08:00:00", "s1"))),
    ];
    let ranked = told(&["kim@contoso.example", PAT], &events, &spans());
    assert_eq!(ranked[0].account, PAT);
    let turned: Vec<Event> = events.into_iter().rev().collect();
    assert_eq!(
        told(&[PAT, "kim@contoso.example"], &turned, &spans()),
        ranked
    );
}

#[test]
fn clicks_on_a_threat_after_he_came_are_told_as_no_way_in() {
    let click = |time: &str| {
        let mut record = record(Log::UnifiedAudit, "TIUrlClickData", at(time));
        record.object_path = Some("http://lure.example/".to_owned());
        of(Attribution::Unknown, record)
    };
    let against = |clicks: &[&str]| {
        let mut events = vec![attacker(with_factor(logon("20T08:00:00", "s1")))];
        events.extend(clicks.iter().map(|time| click(time)));
        let ranked = told(&[PAT], &events, &spans());
        let proxy = ranked
            .into_iter()
            .find(|one| one.id.name() == "aitm")
            .unwrap();
        let mut late = proxy
            .against
            .into_iter()
            .filter(|one| one.text.contains("http://lure.example/"));
        late.next().map(|reason| reason.evidence.len())
    };
    assert_eq!(against(&["20T11:00:00", "20T14:00:00"]), Some(2));
    assert_eq!(against(&["20T07:30:00", "20T11:00:00"]), None);
    assert_eq!(against(&[]), None);
}
