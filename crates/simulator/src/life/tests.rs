//! Statistics of ordinary life, its order, and that it meets the state.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{Channel, Timestamp};
use sha2::{Digest as _, Sha256};

use super::Life;
use crate::happening::{Act, Actor, Happening, MailAct, Manner, SignInKind};
use crate::id::AccountNo;
use crate::law::Blow;
use crate::service::Service;
use crate::state::{Artefact, State};
use crate::world::{AccountKind, EntraPlan, Licence, NetworkKind, Settings, World};

fn world(accounts: u32, days: i64) -> World {
    World::build(&Settings {
        accounts,
        days,
        licence: Licence::E3,
        entra: EntraPlan::P2,
        ..Settings::default()
    })
}

/// Lives the days of a world without logs. `see` may change the state after each happening.
fn live(world: &World, mut see: impl FnMut(&Happening, &mut State)) -> (Life, State) {
    let mut state = State::new(world);
    let mut life = Life::new(world, &mut state);
    let mut service = Service::new(world);
    for day in (0..world.days).map(|passed| world.first_day.plus(passed)) {
        life.wake(world, &state, day);
        service.wake(world, &state, day);
        let end = day.plus(1).midnight();
        loop {
            let lived = life.next_at().filter(|at| *at < end);
            let served = service.next_at().filter(|at| *at < end);
            let happening = match (lived, served) {
                (None, None) => break,
                (Some(lived), served) if served.is_none_or(|served| lived <= served) => {
                    life.step(world, &mut state)
                }
                _ => service.step(world, &mut state),
            };
            if let Some(happening) = happening {
                see(&happening, &mut state);
            }
        }
    }
    (life, state)
}

/// The operations that a happening leaves in the unified audit log, or a word for what it does not leave there.
fn operation(happening: &Happening) -> String {
    match &happening.act {
        Act::SignIn(one) if one.kind == SignInKind::Interactive && one.error == 0 => {
            "UserLoggedIn".to_owned()
        }
        Act::SignIn(one) if one.kind == SignInKind::Interactive => "UserLoginFailed".to_owned(),
        Act::SignIn(one) => format!("{:?}", one.kind),
        Act::Mail(act) => mail_operation(act).to_owned(),
        Act::File(act) => act.operation.to_owned(),
        Act::Share(act) => act.operation.to_owned(),
        Act::Site(act) => act.operation.to_owned(),
        Act::Chat(act) => act.operation.to_owned(),
        Act::Cmdlet(act) => act.name.to_owned(),
        Act::Noise(act) => act.operation.to_owned(),
        Act::Flow(act) => act.operation.to_owned(),
        Act::Alert(_) => "AlertTriggered".to_owned(),
        Act::Risk(_) => "RiskDetection".to_owned(),
        Act::Click(_) => "TIUrlClickData".to_owned(),
        Act::Directory(act) => {
            let text = format!("{act:?}");
            let end = text.find([' ', '(']).unwrap_or(text.len());
            format!("directory {}", text.get(..end).unwrap_or_default())
        }
    }
}

fn mail_operation(act: &MailAct) -> &'static str {
    match act {
        MailAct::Transported { .. } | MailAct::Removed { .. } => "transport",
        MailAct::Sent { manner, .. } => match manner {
            Manner::Own => "Send",
            Manner::SendAs => "SendAs",
            Manner::OnBehalf => "SendOnBehalf",
        },
        MailAct::Read { .. } => "MailItemsAccessed",
        MailAct::Synced { .. } => "MailItemsAccessed (Sync)",
        MailAct::Moved { operation, .. }
        | MailAct::Item { operation, .. }
        | MailAct::FolderRights { operation, .. } => operation,
        MailAct::RulesUpdated { .. } => "UpdateInboxRules",
        MailAct::Searched { .. } => "SearchQueryInitiatedExchange",
        MailAct::WebTokenIssued { .. } => "GATFRTokenIssue",
    }
}

#[test]
fn happenings_come_in_the_order_of_time_and_within_the_days() {
    let world = world(40, 6);
    let first = world.first_day.midnight();
    let last = world.first_day.plus(world.days).midnight();
    let mut before = first;
    live(&world, |happening, _| {
        assert!(happening.at >= before, "{happening:?} came after {before}");
        assert!(happening.at >= first && happening.at < last);
        before = happening.at;
    });
    assert!(before > first.plus_seconds(5 * 86_400));
}

/// Means of a member's working day, in hundredths, by operation.
fn rates(world: &World) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut at_work: BTreeSet<(AccountNo, i64)> = BTreeSet::new();
    let members: BTreeSet<AccountNo> = world
        .people()
        .filter(|(_, account)| account.kind == AccountKind::Member)
        .map(|(number, _)| number)
        .collect();
    live(world, |happening, _| {
        let own = happening.account.filter(|number| members.contains(number));
        if let Some(number) = own
            && happening.actor == Actor::Owner
        {
            *counts.entry(operation(happening)).or_default() += 1;
            if matches!(happening.act, Act::File(_) | Act::Chat(_)) {
                at_work.insert((number, happening.at.micros() / 86_400_000_000));
            }
        }
    });
    let days = u64::try_from(at_work.len()).unwrap();
    counts
        .into_iter()
        .map(|(name, count)| (name, count * 100 / days))
        .collect()
}

#[test]
fn a_working_day_has_the_volumes_of_a_real_one() {
    let rates = rates(&world(60, 10));
    let rate = |name: &str| rates.get(name).copied().unwrap_or(0);
    // Hundredths of a working day: least and most.
    let ranges = [
        ("UserLoggedIn", 250, 1_000),
        ("UserLoginFailed", 5, 120),
        ("NonInteractive", 2_000, 8_000),
        ("Send", 300, 2_500),
        ("MailItemsAccessed", 300, 3_000),
        ("MailItemsAccessed (Sync)", 200, 2_000),
        ("Update", 100, 1_500),
        ("MoveToDeletedItems", 50, 800),
        ("FileAccessed", 400, 2_500),
        ("FileModified", 100, 1_500),
        ("FileDownloaded", 10, 400),
        ("FileSyncDownloadedFull", 20, 800),
        ("PageViewed", 50, 1_500),
        ("MessageSent", 200, 3_000),
        ("TeamsSessionStarted", 80, 500),
        ("MeetingParticipantDetail", 40, 600),
    ];
    let outside: Vec<String> = ranges
        .iter()
        .filter(|(name, least, most)| !(*least..=*most).contains(&rate(name)))
        .map(|(name, least, most)| format!("{name}: {} not in {least}..={most}", rate(name)))
        .collect();
    assert!(outside.is_empty(), "{outside:#?}");
    let audited: u64 = rates
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "transport" | "NonInteractive"))
        .map(|(_, rate)| rate)
        .sum();
    assert!((6_000..=25_000).contains(&audited), "{audited}");
}

/// A local day in the far east or west is lived while another is planned already.
#[test]
fn people_are_at_their_desks_in_every_zone() {
    for country in ["AU", "DE", "US"] {
        let world = World::build(&Settings {
            accounts: 24,
            days: 4,
            country: Some(country.to_owned()),
            ..Settings::default()
        });
        let (mut office, mut synchronised) = (0, 0);
        live(&world, |happening, _| {
            if let (Act::File(act), Some(access)) = (&happening.act, &happening.access) {
                let kind = world.network(access.place.network).kind;
                office += u64::from(kind == NetworkKind::Office);
                synchronised += u64::from(act.operation.starts_with("FileSync"));
            }
        });
        assert!(office > 20, "{country}: {office} in the office");
        assert!(synchronised > 10, "{country}: {synchronised}");
    }
}

#[test]
fn nights_and_weekends_are_quiet_and_failures_are_few() {
    let world = world(60, 14);
    let zone = &world.tenant.zone;
    let (mut week, mut weekend, mut night) = (0_u64, 0_u64, 0_u64);
    let (mut succeeded, mut failed) = (0_u64, 0_u64);
    live(&world, |happening, _| {
        if happening.actor != Actor::Owner {
            return;
        }
        if let Act::SignIn(sign_in) = &happening.act {
            if sign_in.kind == SignInKind::Interactive {
                succeeded += u64::from(sign_in.error == 0);
                failed += u64::from(sign_in.error != 0);
            }
            return;
        }
        let (day, second) = zone.local(happening.at);
        if day.is_weekend() {
            weekend += 1;
        } else {
            week += 1;
        }
        night += u64::from(!(5 * 3_600..23 * 3_600).contains(&second));
    });
    let share = weekend * 1_000 / (week + weekend);
    assert!((5..=120).contains(&share), "weekend {share} of a thousand");
    let share = night * 1_000 / (week + weekend);
    assert!(share <= 130, "night {share} of a thousand");
    let share = failed * 1_000 / (succeeded + failed);
    assert!((10..=180).contains(&share), "failed {share} of a thousand");
}

#[test]
fn a_tenant_shows_at_least_120_operations() {
    let world = World::build(&Settings {
        accounts: 120,
        days: 12,
        licence: Licence::E5,
        entra: EntraPlan::P2,
        ..Settings::default()
    });
    let mut operations = BTreeSet::new();
    live(&world, |happening, _| {
        operations.insert(operation(happening));
    });
    assert!(
        operations.len() >= 120,
        "{}: {operations:?}",
        operations.len()
    );
}

/// A hash of everything that happens on some days.
fn hash(world: &World) -> String {
    let mut hash = Sha256::new();
    live(world, |happening, _| hash.update(format!("{happening:?}")));
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn the_same_seed_lives_the_same_days() {
    let one = hash(&world(20, 3));
    assert_eq!(one, hash(&world(20, 3)));
    assert_ne!(one, hash(&world(21, 3)));
}

/// What happens on the days of a small tenant. It changes with the world's lists and with every draw: then
/// look at what changed, and write the new one.
const GOLDEN: &str = "e15c1911fc739b04";

#[test]
fn the_days_of_a_known_seed_are_known() {
    assert_eq!(hash(&world(12, 2)), GOLDEN);
}

/// Somebody with a telephone, a browser session and no key that needs no password.
fn somebody(world: &World, life: &Life, state: &State) -> AccountNo {
    world
        .people()
        .find(|(number, account)| {
            account.kind == AccountKind::Member
                && account.habits.as_ref().is_some_and(|habits| habits.phone)
                && !state.account(*number).sessions.is_empty()
                && life.is_settled(*number)
        })
        .map(|(number, _)| number)
        .unwrap()
}

/// The sign-ins of an account before and after an act at noon of the third day.
fn after_act(
    act: impl Fn(&mut State, AccountNo, Timestamp),
) -> (Vec<(Timestamp, Happening)>, Timestamp, State) {
    let world = world(30, 6);
    let mut fresh = State::new(&world);
    let life = Life::new(&world, &mut fresh);
    let who = somebody(&world, &life, &fresh);
    let noon = world.first_day.plus(2).midnight().plus_seconds(43_200);
    let mut done = false;
    let mut sign_ins = Vec::new();
    let (_, state) = live(&world, |happening, state| {
        if !done && happening.at >= noon {
            act(state, who, noon);
            done = true;
        }
        let own = happening.account == Some(who) && happening.actor == Actor::Owner;
        if own && matches!(happening.act, Act::SignIn(_)) {
            sign_ins.push((happening.at, happening.clone()));
        }
    });
    (sign_ins, noon, state)
}

fn error(happening: &Happening) -> u32 {
    match &happening.act {
        Act::SignIn(sign_in) => sign_in.error,
        _ => 0,
    }
}

#[test]
fn a_disabled_account_is_refused_with_50057() {
    let (sign_ins, noon, _) = after_act(|state, who, at| {
        state.account_mut(who).disabled = true;
        state.strike(who, Blow::AccountDisabled, at);
    });
    // What was on its way within the same minutes may still have come through.
    let later: Vec<u32> = sign_ins
        .iter()
        .filter(|(at, _)| *at > noon.plus_seconds(1_800))
        .map(|(_, happening)| error(happening))
        .collect();
    assert!(later.contains(&50_057), "{later:?}");
    assert!(later.iter().all(|error| *error == 50_057), "{later:?}");
}

#[test]
fn revoked_sessions_are_refused_and_begun_anew() {
    let (sign_ins, noon, state) = after_act(|state, who, at| {
        state.strike(who, Blow::Revoked, at);
    });
    let session =
        |happening: &Happening| happening.access.as_ref().and_then(|access| access.session);
    let before: BTreeSet<_> = sign_ins
        .iter()
        .filter(|(at, _)| *at < noon)
        .filter_map(|(_, happening)| session(happening))
        .collect();
    let refused = sign_ins
        .iter()
        .position(|(at, happening)| *at >= noon && error(happening) == 50_173);
    let refused = refused.expect("a renewal is refused");
    let anew = sign_ins[refused..].iter().find(|(_, happening)| {
        error(happening) == 0
            && session(happening).is_some_and(|session| !before.contains(&session))
    });
    assert!(anew.is_some(), "a session begins anew");
    let who = sign_ins[0].1.account.unwrap();
    let sessions = &state.account(who).sessions;
    assert!(sessions.iter().any(|session| session.began > noon));
}

#[test]
fn after_a_reset_the_old_password_fails_once() {
    let (sign_ins, noon, _) = after_act(|state, who, at| {
        state.account_mut(who).password += 1;
        state.strike(who, Blow::PasswordReset(Channel::Entra), at);
        // The computer's key would let him in without the password.
        state
            .account_mut(who)
            .sessions
            .retain(|session| !matches!(session.artefact, Artefact::PrimaryRefreshToken(_)));
    });
    let later: Vec<u32> = sign_ins
        .iter()
        .filter(|(at, _)| *at > noon)
        .map(|(_, happening)| error(happening))
        .collect();
    let wrong = later.iter().position(|error| *error == 50_126);
    let wrong = wrong.expect("the old password is tried");
    assert!(later[..wrong].contains(&50_133), "{later:?}");
    assert!(later[wrong..].contains(&0), "{later:?}");
}

#[test]
fn memory_does_not_grow_with_the_days() {
    let world = world(30, 20);
    let (life, state) = live(&world, |_, _| {});
    let accounts = world.accounts.len();
    assert!(life.waiting() < accounts * 60, "{}", life.waiting());
    for account in &state.accounts {
        assert!(account.sessions.len() <= 6, "{}", account.sessions.len());
        assert!(account.mail.len() <= state.remembered);
        assert!(account.rules.len() <= 15);
    }
}

#[test]
fn accounts_change_in_many_ways() {
    let world = world(150, 14);
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    live(&world, |happening, _| {
        if matches!(happening.act, Act::Directory(_)) {
            *seen.entry(operation(happening)).or_default() += 1;
        }
    });
    for name in [
        "directory PasswordReset",
        "directory DeviceRegistered",
        "directory MethodChanged",
        "directory Membership",
        "directory UserChanged",
        "directory Other",
    ] {
        assert!(seen.contains_key(name), "{name}: {seen:?}");
    }
}

#[test]
fn people_come_and_go() {
    let world = world(400, 60);
    let mut state = State::new(&world);
    let life = Life::new(&world, &mut state);
    let members: Vec<AccountNo> = world
        .accounts_of(AccountKind::Member)
        .map(|(number, _)| number)
        .collect();
    let absent = |number: &&AccountNo| state.account(**number).deleted;
    let new = members.iter().filter(absent).count();
    let unsettled = members
        .iter()
        .filter(|number| !life.is_settled(**number))
        .count();
    assert!((2..=30).contains(&new), "{new} come");
    assert!(
        (2..=30).contains(&(unsettled - new)),
        "{} go",
        unsettled - new
    );
}
