//! Attackers reach their goals, leave their traces, and keep what the law of token death leaves them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests that fails has found what the test is for"
)]

use std::collections::BTreeSet;

use hourzero_model::{ActionKind, Timestamp};
use hourzero_simulator::attacker::{Design, Play, Scenario};
use hourzero_simulator::engine::{self, Sink};
use hourzero_simulator::happening::{
    Act, Actor, DirectoryAct, Happening, MailAct, Manner, Method, Protocol, SignIn, TokenOrigin,
    Transfer,
};
use hourzero_simulator::id::Guid;
use hourzero_simulator::intervene;
use hourzero_simulator::logs::LogRecord;
use hourzero_simulator::outcome::{AttackerOutcome, Outcome};
use hourzero_simulator::world::{Settings, World};

/// Keeps what attackers, responders and the owners that they share a session with do.
#[derive(Default)]
struct Watched {
    happenings: Vec<Happening>,
    last: Option<Timestamp>,
    digest: u64,
}

impl Sink for Watched {
    fn take(&mut self, number: u64, happening: &Happening, _records: &[LogRecord]) {
        assert!(
            self.last.is_none_or(|last| last <= happening.at),
            "time goes back: {happening:?}"
        );
        self.last = Some(happening.at);
        let micros = u64::try_from(happening.at.micros()).unwrap_or(0);
        self.digest = self.digest.rotate_left(7) ^ micros ^ number;
        let concerned = matches!(happening.actor, Actor::Attacker(_) | Actor::Responder)
            || matches!(&happening.act, Act::SignIn(_) | Act::Directory(_))
            || is_mail_from_outside(&happening.act);
        if concerned {
            self.happenings.push(happening.clone());
        }
    }

    fn wants_records(&self) -> bool {
        false
    }
}

fn is_mail_from_outside(act: &Act) -> bool {
    matches!(act, Act::Mail(MailAct::Transported { message, .. }) if message.sender.is_none())
}

struct Played {
    design: Design,
    world: World,
    watched: Watched,
    outcome: Outcome,
}

impl Played {
    fn attacker(&self) -> &AttackerOutcome {
        &self.outcome.attackers[0]
    }

    fn acts(&self, actor: Actor) -> impl Iterator<Item = &Happening> {
        let all = self.watched.happenings.iter();
        all.filter(move |one| one.actor == actor)
    }

    /// The attacker's rows of sign-ins, with what they came by.
    fn rows(&self) -> Vec<(&Happening, &SignIn)> {
        self.acts(Actor::Attacker(0))
            .filter_map(|one| match &one.act {
                Act::SignIn(row) => Some((one, row.as_ref())),
                _ => None,
            })
            .collect()
    }

    fn has(&self, wanted: impl Fn(&Act) -> bool) -> bool {
        self.acts(Actor::Attacker(0)).any(|one| wanted(&one.act))
    }

    /// Errors that the attacker met after a moment.
    fn errors_after(&self, at: Timestamp) -> Vec<u32> {
        let rows = self.rows().into_iter().filter(|(one, _)| one.at > at);
        rows.map(|(_, row)| row.error)
            .filter(|error| *error != 0)
            .collect()
    }

    /// Whether the attacker still did something other than asking in vain after a moment.
    fn at_work_after(&self, at: Timestamp) -> bool {
        self.acts(Actor::Attacker(0)).any(|one| {
            let asked = matches!(&one.act, Act::SignIn(_));
            let carried = matches!(&one.act, Act::Mail(MailAct::Transported { .. }));
            one.at > at && !asked && !carried
        })
    }
}

fn prepared(name: &str, seed: u64) -> (World, Play) {
    let scenario = Scenario::named(name).unwrap();
    let settings = scenario.settings(&Settings {
        seed,
        accounts: 25,
        days: 20,
        ..Settings::default()
    });
    let mut world = World::build(&settings);
    let play = Play::prepare(&mut world, &scenario).unwrap();
    (world, play)
}

/// Plays a scenario; `{victim}`, `{device}`, `{app}` and `{key}` in the interventions are those of the first
/// attacker.
fn play(name: &str, seed: u64, done: &str) -> Played {
    let (world, mut play) = prepared(name, seed);
    let text = filled(done, &world, &play);
    play.interventions = intervene::parse(&text, &world, &play).unwrap();
    let mut watched = Watched::default();
    let outcome = engine::run(&world, &play, &mut watched);
    let design = play.attackers.swap_remove(0);
    Played {
        design,
        world,
        watched,
        outcome,
    }
}

fn filled(done: &str, world: &World, play: &Play) -> String {
    let Some(design) = play.attackers.first() else {
        return done.to_owned();
    };
    let device = world.devices.get(design.device.index());
    let app = world.apps.get(design.app.index());
    done.replace("{victim}", &world.account(design.victim).upn)
        .replace(
            "{device}",
            &device.map_or(Guid::NIL, |one| one.id).to_string(),
        )
        .replace("{app}", &app.map_or(Guid::NIL, |one| one.id).to_string())
        .replace("{key}", &design.key.to_string())
        .replace("{unit}", &design.unit.to_string())
        .replace("{flow}", &design.flow.to_string())
        .replace("{transport}", &design.transport_rule)
        .replace("{domain}", &design.federated)
}

fn done(at: &str, acts: &[(&str, &str)]) -> String {
    let table = |(action, target): &(&str, &str)| {
        let (action, channel) = action.split_once(' ').unwrap_or((action, ""));
        let channel = if channel.is_empty() {
            String::new()
        } else {
            format!("channel = \"{channel}\"\n")
        };
        format!(
            "[[done]]\naction = \"{action}\"\n{channel}target = '{target}'\nat = \"{at}\"\nby = \"IT\"\n"
        )
    };
    acts.iter().map(table).collect()
}

#[test]
fn every_attacker_reaches_his_goals_when_nobody_intervenes() {
    for name in Scenario::names() {
        let (world, play) = prepared(&name, 1);
        let mut watched = Watched::default();
        let outcome = engine::run(&world, &play, &mut watched);
        let any = |one: &&Happening| matches!(one.actor, Actor::Attacker(_));
        if play.attackers.is_empty() {
            assert_eq!(watched.happenings.iter().filter(any).count(), 0, "{name}");
        }
        for (attacker, design) in outcome.attackers.iter().zip(&play.attackers) {
            assert_eq!(attacker.entry, design.plan.entry.id(), "{name}");
            let first = attacker.first_success.unwrap();
            assert!(
                first > world.first_day.plus(4).midnight(),
                "{name}: quiet days come first"
            );
            // Ordinary life may shut him out: an owner who changes his password, as people do.
            let changed = outcome.state.account(design.victim).password > 0;
            assert!(
                attacker.evicted.is_none() || changed,
                "{name}: {:?}",
                attacker.evicted
            );
            // Then, and only then, he leaves something undone.
            assert!(
                attacker.abandoned.is_empty() || attacker.evicted.is_some(),
                "{name}: {:?}",
                attacker.abandoned
            );
            if design.plan.entry.stays_outside() {
                assert!(
                    attacker.compromised.is_empty() && attacker.account.is_none(),
                    "{name}"
                );
                let signed_in = watched
                    .happenings
                    .iter()
                    .any(|one| any(&one) && matches!(one.act, Act::SignIn(_)));
                assert!(!signed_in, "{name}");
            }
        }
    }
}

#[test]
fn entries_leave_their_traces() {
    let proxy = play("aitm-invoice-fraud", 1, "");
    let rows = proxy.rows();
    let (_, first) = rows.iter().find(|(_, row)| row.error == 0).unwrap();
    assert_eq!(
        first.correlation, rows[0].1.correlation,
        "one attempt, one correlation id"
    );
    let sessions: Vec<_> = rows
        .iter()
        .filter_map(|(one, _)| one.access.as_ref()?.session)
        .collect();
    let owner = proxy
        .watched
        .happenings
        .iter()
        .filter(|one| one.actor == Actor::Owner);
    let shared = owner
        .filter_map(|one| one.access.as_ref()?.session)
        .any(|session| sessions.contains(&session));
    assert!(!shared, "a proxy's session is its own");
    assert!(proxy.attacker().sent.len() >= 2, "two mails of the fraud");
    assert!(proxy.has(|act| matches!(act, Act::Cmdlet(cmdlet) if cmdlet.name == "New-InboxRule")));

    let kit = play("device-code-kit", 1, "");
    let approval = kit.watched.happenings.iter().find(|one| {
        one.actor == Actor::Owner
            && one.account == Some(kit.design.victim)
            && matches!(&one.act, Act::SignIn(row) if row.protocol == Protocol::DeviceCode && row.error == 0)
    });
    let session = approval.unwrap().access.as_ref().unwrap().session;
    let polled = kit
        .rows()
        .into_iter()
        .find(|(_, row)| row.transfer == Transfer::DeviceCodeFlow);
    assert_eq!(
        polled.unwrap().0.access.as_ref().unwrap().session,
        session,
        "both share a session"
    );
    assert!(kit.has(|act| matches!(act, Act::Directory(DirectoryAct::DeviceRegistered { .. }))));
    assert!(
        kit.rows()
            .iter()
            .any(|(_, row)| row.origin == TokenOrigin::PrimaryRefreshToken)
    );
    assert!(kit.has(|act| matches!(
        act,
        Act::Directory(DirectoryAct::MethodChanged {
            method: Method::WindowsHello,
            ..
        })
    )));
    assert!(kit.has(|act| matches!(act, Act::Mail(MailAct::RulesUpdated { name: None, .. }))));

    let stolen = play("primary-refresh-token-theft", 1, "");
    let computer = stolen.world.computer(stolen.design.victim);
    assert!(computer.is_some());
    assert!(
        stolen
            .rows()
            .iter()
            .all(|(one, _)| one.access.as_ref().unwrap().device == computer)
    );
}

#[test]
fn consent_reads_from_microsofts_addresses_as_the_application() {
    let consent = play("consent-look-alike-app", 1, "");
    let app = consent.world.app(consent.design.app).id;
    let reads: Vec<_> = consent
        .acts(Actor::Attacker(0))
        .filter(|one| {
            matches!(
                one.act,
                Act::Mail(MailAct::Read { .. } | MailAct::Sent { .. })
            )
        })
        .collect();
    assert!(!reads.is_empty());
    for one in reads {
        let access = one.access.as_ref().unwrap();
        assert_eq!(access.client.app_id, app);
        let kind = consent.world.network(access.place.network).kind;
        assert_eq!(
            kind,
            hourzero_simulator::world::NetworkKind::MicrosoftService
        );
    }
}

/// A scenario and a trace that it leaves.
type Trace = (&'static str, fn(&Act) -> bool);
const FOOTHOLDS: &[Trace] = &[
    (
        "admin-federation",
        (|act| {
            matches!(
                act,
                Act::Directory(DirectoryAct::Federation {
                    federated: true,
                    ..
                })
            )
        }),
    ),
    (
        "admin-app-secret",
        (|act| matches!(act, Act::Directory(DirectoryAct::CredentialAdded { .. }))),
    ),
    (
        "admin-rogue-app",
        (|act| matches!(act, Act::Directory(DirectoryAct::AppRegistered(_)))),
    ),
    (
        "admin-transport-rule",
        (|act| matches!(act, Act::Cmdlet(one) if one.name == "New-TransportRule")),
    ),
    (
        "admin-role",
        (|act| matches!(act, Act::Directory(DirectoryAct::Role { given: true, .. }))),
    ),
    (
        "admin-role-group",
        (|act| {
            matches!(
                act,
                Act::Directory(DirectoryAct::Membership { added: true, .. })
            )
        }),
    ),
    (
        "admin-policy-exclusion",
        (|act| matches!(act, Act::Directory(DirectoryAct::Policy { .. }))),
    ),
    (
        "admin-restricted-unit",
        (|act| matches!(act, Act::Directory(DirectoryAct::Other { change, .. }) if change.category == "AdministrativeUnit")),
    ),
    (
        "power-automate-forwarding",
        (|act| matches!(act, Act::Flow(_))),
    ),
    (
        "delegate-shared-mailbox",
        (|act| {
            matches!(
                act,
                Act::Mail(MailAct::Sent {
                    manner: Manner::SendAs,
                    ..
                })
            )
        }),
    ),
    (
        "share-lure",
        (|act| matches!(act, Act::Share(one) if one.operation == "AddedToSecureLink")),
    ),
    (
        "forwarding",
        (|act| {
            matches!(
                act,
                Act::Mail(MailAct::Transported {
                    forwarded_by: Some(_),
                    ..
                })
            )
        }),
    ),
];

#[test]
fn footholds_of_administrators_leave_their_traces() {
    for (name, wanted) in FOOTHOLDS {
        let played = play(name, 1, "");
        assert!(played.has(wanted), "{name}");
        if *name != "share-lure" && *name != "delegate-shared-mailbox" {
            assert!(!played.attacker().standing.is_empty(), "{name}");
        }
    }
}

#[test]
fn nobody_but_the_attacker_writes_from_his_addresses() {
    for (name, seed) in [
        ("direct-send", 61),
        ("look-alike-domain", 61),
        ("look-alike-domain", 7),
    ] {
        let played = play(name, seed, "");
        let own = played.world.tenant.domain.clone();
        let of_attackers = |address: &str| {
            let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
            domain == played.design.look_alike || domain.eq_ignore_ascii_case(&own)
        };
        let mails = |by_attacker: bool| {
            let all = played.watched.happenings.iter();
            all.filter(move |one| matches!(one.actor, Actor::Attacker(_)) == by_attacker)
                .filter_map(|one| match &one.act {
                    Act::Mail(MailAct::Transported { message, .. }) => Some(message),
                    _ => None,
                })
                .filter(|message| message.sender.is_none() && of_attackers(&message.from))
                .map(|message| message.subject.clone())
                .collect::<Vec<_>>()
        };
        assert!(!mails(true).is_empty(), "{name}, seed {seed}");
        assert_eq!(mails(false), Vec::<String>::new(), "{name}, seed {seed}");
    }
}

#[test]
fn a_spray_takes_four_more_by_internal_phishing() {
    let played = play("spray-internal-phishing", 1, "");
    assert!(played.attacker().compromised.len() >= 5);
    assert!(!played.outcome.noticed.is_empty(), "colleagues ask");
}

/// A scenario, what is done in it, whether the attacker is out at the end, and an error that he met.
type Case = (
    &'static str,
    &'static [(&'static str, &'static str)],
    bool,
    Option<u32>,
);
const ACTS: &[Case] = &[
    // The password was typed: every reset kills the session, and the second factor bars the password.
    (
        "mass-download",
        &[("password-reset entra", "{victim}")],
        true,
        Some(50_133),
    ),
    (
        "mass-download",
        &[("password-reset user", "{victim}")],
        true,
        Some(50_133),
    ),
    (
        "mass-download",
        &[("password-reset graph", "{victim}")],
        true,
        Some(50_133),
    ),
    // The premises' own reset revokes nothing; neither does a change of forwarding.
    (
        "mass-download",
        &[("password-reset on-premises", "{victim}")],
        false,
        None,
    ),
    (
        "mass-download",
        &[("sessions-revoked", "{victim}")],
        true,
        Some(50_173),
    ),
    (
        "mass-download",
        &[("account-disabled", "{victim}")],
        true,
        Some(50_057),
    ),
    (
        "mass-download",
        &[("account-deleted", "{victim}")],
        true,
        None,
    ),
    // A pass is no password: the session lives on after a reset in the Azure portal.
    (
        "help-desk-reset",
        &[("password-reset azure", "{victim}")],
        false,
        None,
    ),
    // A registered device keeps its primary refresh token through reset and revocation …
    (
        "device-code-kit",
        &[
            ("password-reset entra", "{victim}"),
            ("sessions-revoked", "{victim}"),
        ],
        false,
        None,
    ),
    // … and his key signs in anew; all of it together puts him out, but for the rule that forwards.
    (
        "device-code-kit",
        &[
            ("account-disabled", "{victim}"),
            ("device-disabled", "{device}"),
            ("mfa-removed", "{victim}"),
            ("foothold-removed", "{victim}"),
        ],
        true,
        None,
    ),
    (
        "device-code-kit",
        &[
            ("account-disabled", "{victim}"),
            ("device-disabled", "{device}"),
        ],
        false,
        None,
    ),
    // Grants do not die with the password; the application has to go.
    (
        "consent-look-alike-app",
        &[("password-reset azure", "{victim}")],
        false,
        None,
    ),
    (
        "consent-look-alike-app",
        &[("app-disabled", "{app}")],
        true,
        Some(7_000_112),
    ),
    (
        "consent-look-alike-app",
        &[("app-removed", "{app}")],
        true,
        None,
    ),
    (
        "leaked-app-secret",
        &[
            ("sessions-revoked", "{victim}"),
            ("account-disabled", "{victim}"),
        ],
        false,
        None,
    ),
    (
        "leaked-app-secret",
        &[("foothold-removed", "{key}")],
        true,
        None,
    ),
    // A thief's program on the computer has the owner's next session as well.
    (
        "cookie-theft",
        &[
            ("sessions-revoked", "{victim}"),
            ("forwarding-removed", "{victim}"),
        ],
        false,
        None,
    ),
    (
        "cookie-theft",
        &[
            ("device-wiped", "{victim}"),
            ("sessions-revoked", "{victim}"),
            ("forwarding-removed", "{victim}"),
        ],
        true,
        None,
    ),
    // What brings mail out needs no token.
    (
        "forwarding",
        &[("account-disabled", "{victim}")],
        false,
        None,
    ),
    (
        "forwarding",
        &[
            ("account-disabled", "{victim}"),
            ("forwarding-removed", "{victim}"),
        ],
        true,
        None,
    ),
    (
        "hidden-rule",
        &[
            ("account-disabled", "{victim}"),
            ("rules-deleted", "{victim}"),
        ],
        false,
        None,
    ),
    (
        "hidden-rule",
        &[
            ("account-disabled", "{victim}"),
            ("foothold-removed", "{victim}"),
        ],
        true,
        None,
    ),
    (
        "power-automate-forwarding",
        &[
            ("account-disabled", "{victim}"),
            ("foothold-removed", "{flow}"),
        ],
        true,
        None,
    ),
    (
        "admin-transport-rule",
        &[
            ("account-disabled", "{victim}"),
            ("foothold-removed", "{transport}"),
        ],
        true,
        None,
    ),
    (
        "admin-federation",
        &[("account-disabled", "{victim}")],
        false,
        None,
    ),
    (
        "admin-federation",
        &[
            ("account-disabled", "{victim}"),
            ("foothold-removed", "{domain}"),
        ],
        true,
        None,
    ),
    // A restricted-management unit refuses administrators of the whole tenant until the account is out of it.
    (
        "admin-restricted-unit",
        &[
            ("account-disabled", "{victim}"),
            ("sessions-revoked", "{victim}"),
        ],
        false,
        None,
    ),
    (
        "ropc-without-second-factor",
        &[("sessions-revoked", "{victim}")],
        false,
        None,
    ),
    (
        "ropc-without-second-factor",
        &[("password-reset entra", "{victim}")],
        true,
        None,
    ),
];

#[test]
fn acts_leave_what_the_law_leaves() {
    for (name, acts, out, error) in ACTS {
        // Half a day before the logs end, so that every goal was reached before.
        let (world, _) = prepared(name, 1);
        let at = world.first_day.plus(19).midnight();
        let played = play(name, 1, &done(&at.to_string(), acts));
        let label = format!("{name}: {acts:?}");
        let until = played.outcome.until;
        assert!(
            until >= world.first_day.plus(22).midnight(),
            "{label}: three days longer"
        );
        assert_eq!(played.attacker().evicted.is_some(), *out, "{label}");
        if let Some(error) = error {
            let met = played.errors_after(at);
            assert!(met.contains(error), "{label}: {met:?}");
        }
        if *out {
            let evicted = played.attacker().evicted.unwrap();
            assert!(
                evicted >= at && evicted < at.plus_seconds(7_200),
                "{label}: {evicted}"
            );
            // Access tokens live on for 90 minutes at most, and no longer than 28 hours anywhere.
            assert!(
                !played.at_work_after(evicted.plus_seconds(29 * 3_600)),
                "{label}"
            );
        }
        let traces = played
            .acts(Actor::Responder)
            .filter(|one| !matches!(one.act, Act::SignIn(_)))
            .count();
        assert!(
            traces + 1 >= acts.len() || name.contains("hidden-rule"),
            "{label}: {traces} traces"
        );
    }
}

#[test]
fn a_unit_is_left_before_its_account_can_be_cut() {
    let (world, _) = prepared("admin-restricted-unit", 1);
    let first = world.first_day.plus(19).midnight();
    let acts = done(&first.to_string(), &[("foothold-removed", "{unit}")])
        + &done(
            &first.plus_seconds(3_600).to_string(),
            &[("account-disabled", "{victim}")],
        );
    let played = play("admin-restricted-unit", 1, &acts);
    assert!(played.attacker().evicted.is_some());
    assert_eq!(played.attacker().standing, []);
}

#[test]
fn an_attacker_who_is_shut_out_of_one_account_goes_on_in_another() {
    let (world, _) = prepared("delegate-shared-mailbox", 1);
    let at = world.first_day.plus(18).midnight();
    let acts = [
        ("account-disabled", "{victim}"),
        ("sessions-revoked", "{victim}"),
    ];
    let played = play("delegate-shared-mailbox", 1, &done(&at.to_string(), &acts));
    assert_eq!(played.attacker().evicted, None);
    assert!(played.at_work_after(at.plus_seconds(30 * 3_600)));
}

#[test]
fn every_kind_of_act_can_be_played() {
    let (world, mut ready) = prepared("aitm-invoice-fraud", 1);
    let victim = ready.attackers[0].victim;
    let upn = world.account(victim).upn.clone();
    let device = world.devices[0].name.clone();
    let app = world.apps.last().unwrap().name.clone();
    let text: String = ActionKind::ALL
        .iter()
        .map(|kind| {
            let target = match kind {
                ActionKind::AppDisabled | ActionKind::AppRemoved => app.as_str(),
                ActionKind::DeviceDisabled
                | ActionKind::DeviceWiped
                | ActionKind::DeviceScanned
                | ActionKind::RemoteSession => device.as_str(),
                ActionKind::IpBlocked => "95.179.144.0/22",
                ActionKind::CaChanged => "second factor for all",
                _ => upn.as_str(),
            };
            format!("[[done]]\naction = \"{kind}\"\ntarget = '{target}'\nat = \"+3d4h\"\n")
        })
        .collect();
    ready.interventions = intervene::parse(&text, &world, &ready).unwrap();
    let mut watched = Watched::default();
    let outcome = engine::run(&world, &ready, &mut watched);
    let effects = outcome
        .interventions
        .iter()
        .filter(|at| at.is_some())
        .count();
    assert_eq!(effects, ActionKind::ALL.len());
    let first = outcome.attackers[0].first_success.unwrap();
    assert!(
        outcome
            .interventions
            .iter()
            .flatten()
            .all(|at| *at >= first.plus_seconds(273_600))
    );
    let state = &outcome.state;
    assert!(state.defences.second_factor && state.defences.no_legacy);
    assert!(!state.blocked_addresses.is_empty());
    assert!(state.account(victim).mailbox_closed);
}

#[test]
fn unknown_targets_and_missing_times_name_line_and_key() {
    let (world, ready) = prepared("aitm-invoice-fraud", 1);
    for (text, line, word) in [
        (
            "[[done]]\naction = \"password-reset\"\ntarget = \"nobody@nowhere.com\"\nat = \"+1d\"",
            "line 3",
            "`target`",
        ),
        (
            "[[done]]\naction = \"app-disabled\"\nat = \"+1d\"",
            "line 1",
            "`target`",
        ),
        ("# no time\n[[done]]\naction = \"police\"", "line 2", "`at`"),
        (
            "[[done]]\naction = \"police\"\nat = \"2020-01-01T00:00:00Z\"",
            "line 3",
            "`at`",
        ),
        (
            "[[done]]\naction = \"ip-blocked\"\ntarget = \"somewhere\"\nat = \"+1d\"",
            "line 3",
            "`target`",
        ),
        ("[[done]]\naction = \"nuked\"", "line 2", "nuked"),
        ("[[done]]\naction = \"other\"\nwhen = 3", "line 3", "when"),
    ] {
        let error = intervene::parse(text, &world, &ready)
            .unwrap_err()
            .to_string();
        assert!(error.contains(line) && error.contains(word), "{error}");
    }
}

#[test]
fn the_same_seed_plays_the_same_and_another_does_not() {
    let digest = |seed| play("two-attackers", seed, "").watched.digest;
    assert_eq!(digest(5), digest(5));
    assert_ne!(digest(5), digest(6));
}

#[test]
fn one_lure_for_several_people_gives_the_application_a_token_of_each() {
    let campaign = play("consent-campaign", 1, "");
    let outcome = campaign.outcome.attackers.first().unwrap();
    assert_eq!(outcome.compromised.len(), 4);
    let apps = outcome.standing.iter().filter(|one| one.kind == "app");
    assert_eq!(apps.count(), 1, "one application, however many consented");
    let read: BTreeSet<_> = campaign
        .acts(Actor::Attacker(0))
        .filter_map(|one| match &one.act {
            Act::Mail(MailAct::Read { mailbox, .. }) => Some(*mailbox),
            _ => None,
        })
        .collect();
    assert_eq!(read.len(), 4, "one mailbox after the other");
}
