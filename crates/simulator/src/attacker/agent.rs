//! Who the attacker is at present: what he holds and knows, when he wakes, what he pursues.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hourzero_model::Timestamp;

use super::apps::attacker_seed;
use super::design::Design;
use super::scenario::{Goal, Pace};
use super::scene::Scene;
use super::ways::Held;
use crate::happening::{Actor, Method};
use crate::id::{AccountNo, DeviceNo, Guid, NetworkNo};
use crate::random::Stream;
use crate::state::{Artefact, Foothold, FootholdKind, Session, State};
use crate::world::{AccountKind, Place, SecondFactor, World};

/// An account that he has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) account: AccountNo,
    pub(crate) since: Timestamp,
    /// He was refused and has given it up.
    pub(crate) lost: bool,
}

/// Somebody who was lured and will fall for it, or not.
#[derive(Debug, Clone)]
pub(super) struct Bait {
    pub(super) at: Timestamp,
    pub(super) account: AccountNo,
    pub(super) message: Option<std::sync::Arc<crate::happening::Message>>,
}

/// How far an act went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// The goal is reached.
    Done,
    /// More of it.
    Again,
    /// No way in.
    Refused,
    /// The tenant has nothing of the kind.
    Pointless,
}

/// An attacker at work.
#[derive(Debug)]
pub(crate) struct Agent<'p> {
    pub(crate) design: &'p Design,
    pub(crate) actor: Actor,
    pub(super) stream: Stream,
    /// How far the entry is.
    pub(super) stage: u32,
    pub(super) inside: bool,
    pub(crate) first_success: Option<Timestamp>,
    pub(super) goals: VecDeque<(Goal, u32)>,
    /// Goals that were reached.
    pub(crate) reached: Vec<Goal>,
    /// Goals that he gave up.
    pub(crate) abandoned: Vec<Goal>,
    pub(crate) taken: Vec<Taken>,
    pub(super) tokens: Vec<Held>,
    /// Passwords that he knows, by the count of resets.
    pub(super) passwords: BTreeMap<AccountNo, u32>,
    pub(super) by_device_code: BTreeSet<Guid>,
    pub(super) told: BTreeSet<(Guid, u32, Option<DeviceNo>)>,
    pub(super) baits: Vec<Bait>,
    pub(super) lured: BTreeSet<AccountNo>,
    /// Messages that he sent, to be covered up.
    pub(super) sent: Vec<(AccountNo, std::sync::Arc<crate::happening::Message>)>,
    /// Messages that he has opened, by their items.
    pub(super) opened: BTreeSet<[u8; 16]>,
    /// Whom he defrauds, in which thread.
    pub(super) fraud: Option<(crate::happening::Recipient, String)>,
    /// Acts towards the goal in hand.
    pub(super) acts: u32,
    place: Option<(Place, Timestamp)>,
    house: usize,
    refusals: u32,
    /// He has nothing left and knows it.
    pub(crate) gave_up: Option<Timestamp>,
    next: Option<Timestamp>,
    sitting: u32,
}

impl<'p> Agent<'p> {
    /// An attacker before his first act.
    pub(crate) fn new(world: &World, design: &'p Design) -> Self {
        Self {
            design,
            actor: Actor::Attacker(design.number),
            stream: attacker_seed(world, design.number).child("acts").stream(),
            stage: 0,
            inside: false,
            first_success: None,
            goals: design.plan.goals.iter().map(|goal| (*goal, 0)).collect(),
            reached: Vec::new(),
            abandoned: Vec::new(),
            taken: Vec::new(),
            tokens: Vec::new(),
            passwords: BTreeMap::new(),
            by_device_code: BTreeSet::new(),
            told: BTreeSet::new(),
            baits: Vec::new(),
            lured: BTreeSet::new(),
            sent: Vec::new(),
            opened: BTreeSet::new(),
            fraud: None,
            acts: 0,
            place: None,
            house: 0,
            refusals: 0,
            gave_up: None,
            next: Some(design.start),
            sitting: 0,
        }
    }

    /// His number, as long as he is not in.
    pub(crate) fn entering(&self) -> Option<u8> {
        (!self.inside).then_some(self.design.number)
    }

    /// When he wakes.
    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        let bait = self.baits.iter().map(|bait| bait.at).min();
        match (self.next, bait) {
            (Some(next), Some(bait)) => Some(next.min(bait)),
            (next, bait) => next.or(bait),
        }
    }

    /// One act.
    pub(crate) fn wake(&mut self, scene: &mut Scene<'_>) {
        if let Some(at) = self.baits.iter().position(|bait| bait.at <= scene.now) {
            let bait = self.baits.swap_remove(at);
            self.falls(scene, &bait);
            return;
        }
        if self.inside {
            self.act(scene);
        } else {
            self.next = self.enter(scene);
        }
    }

    /// He is in, and begins with his goals after a while.
    pub(super) fn is_in(&mut self, scene: &Scene<'_>) -> Option<Timestamp> {
        self.inside = true;
        self.first_success.get_or_insert(scene.now);
        let rest = match self.design.plan.pace {
            Pace::Slow => self.stream.between(20_000, 90_000),
            Pace::Steady => self.stream.between(600, 10_000),
            Pace::Fast => self.stream.between(40, 400),
        };
        Some(self.in_hours(scene.now.plus_seconds(rest)))
    }

    /// An account is his from now on.
    pub(super) fn takes(&mut self, scene: &Scene<'_>, account: AccountNo) {
        self.takes_after(scene, account, 0);
    }

    /// An account is his when the request is answered that comes so many seconds from now.
    pub(super) fn takes_after(&mut self, scene: &Scene<'_>, account: AccountNo, after: i64) {
        let since = scene.now.plus_seconds(after);
        self.first_success.get_or_insert(since);
        if let Some(taken) = self.taken.iter_mut().find(|taken| taken.account == account) {
            taken.lost = false;
            return;
        }
        self.taken.push(Taken {
            account,
            since,
            lost: false,
        });
    }

    /// He learns an account's password.
    pub(super) fn learns_password(&mut self, scene: &mut Scene<'_>, account: AccountNo) {
        let state = scene.state.account_mut(account);
        if !state.password_known_to.contains(&self.actor) {
            state.password_known_to.push(self.actor);
        }
        self.passwords.insert(account, state.password);
    }

    pub(super) fn is_taken(&self, account: AccountNo) -> bool {
        self.taken.iter().any(|taken| taken.account == account)
    }

    pub(super) fn is_lost(&self, account: AccountNo) -> bool {
        self.taken
            .iter()
            .any(|taken| taken.account == account && taken.lost)
    }

    /// The account that he works from: the victim's, else another that is left.
    pub(super) fn base(&self) -> Option<AccountNo> {
        let mut left = self
            .taken
            .iter()
            .filter(|taken| !taken.lost)
            .map(|taken| taken.account);
        let first = left.next()?;
        Some(
            left.find(|account| *account == self.design.victim)
                .unwrap_or(first),
        )
    }

    /// Pursues what comes next, and chooses when to go on.
    fn act(&mut self, scene: &mut Scene<'_>) {
        let lingering = self.goals.is_empty();
        let (goal, tries) = self.goals.front().copied().unwrap_or((Goal::ReadMail, 0));
        let progress = if lingering {
            self.linger(scene)
        } else {
            self.pursue(scene, goal)
        };
        match progress {
            Progress::Done => {
                self.refusals = 0;
                self.finish(goal, lingering, true);
            }
            Progress::Again => self.refusals = 0,
            Progress::Pointless => self.finish(goal, lingering, false),
            Progress::Refused => {
                self.refusals += 1;
                if let Some(front) = self.goals.front_mut() {
                    front.1 = tries + 1;
                }
                if !self.react(scene) && self.refusals > 5 {
                    self.give_up(scene);
                    return;
                }
                if tries >= 6 {
                    self.finish(goal, lingering, false);
                }
            }
        }
        self.next = Some(self.later(scene, lingering));
    }

    fn finish(&mut self, goal: Goal, lingering: bool, reached: bool) {
        if lingering {
            return;
        }
        self.acts = 0;
        self.goals.pop_front();
        if reached {
            self.reached.push(goal);
        } else {
            self.abandoned.push(goal);
        }
    }

    fn give_up(&mut self, scene: &Scene<'_>) {
        self.gave_up = Some(scene.now);
        while let Some((goal, _)) = self.goals.pop_front() {
            self.abandoned.push(goal);
        }
        self.next = None;
    }

    /// When he goes on: minutes within a sitting, hours or days between two.
    fn later(&mut self, scene: &Scene<'_>, lingering: bool) -> Timestamp {
        self.sitting += 1;
        let length = u32::try_from(self.stream.between(4, 14)).unwrap_or(8);
        if !lingering && self.sitting < length {
            let gap = match self.design.plan.pace {
                Pace::Slow => self.stream.between(240, 1_500),
                Pace::Steady => self.stream.between(60, 600),
                Pace::Fast => self.stream.between(10, 120),
            };
            return scene.now.plus_seconds(gap);
        }
        self.sitting = 0;
        // A new sitting often comes from another address.
        if self.stream.chance(500) {
            self.move_house();
        }
        let pause = match self.design.plan.pace {
            _ if lingering => self.stream.between(14_000, 50_000),
            Pace::Slow => self.stream.between(50_000, 130_000),
            Pace::Steady => self.stream.between(7_000, 50_000),
            Pace::Fast => self.stream.between(1_800, 9_000),
        };
        self.in_hours(scene.now.plus_seconds(pause))
    }

    /// The next moment of his working hours; one time in eight he works at night.
    pub(super) fn in_hours(&mut self, at: Timestamp) -> Timestamp {
        let (day, second) = self.design.zone.local(at);
        let [opens, closes] = self.design.plan.hours;
        let inside = second >= opens * 3_600 && second < closes * 3_600;
        if inside || self.stream.chance(125) {
            return at;
        }
        let next = if second < opens * 3_600 {
            day
        } else {
            day.plus(1)
        };
        let begin = opens * 3_600 + self.stream.between(0, 5_400);
        self.design.zone.at(next, begin).max(at)
    }

    /// Where he is: a place that he keeps for some hours.
    pub(super) fn place(&mut self, scene: &Scene<'_>) -> Place {
        if let Some((place, until)) = self.place
            && scene.now < until
        {
            return place;
        }
        let networks = if self.inside {
            &self.design.later_networks
        } else {
            &self.design.entry_networks
        };
        let at = self.house % networks.len().max(1);
        let network = networks.get(at).copied().unwrap_or(NetworkNo(0));
        let place = Place {
            network,
            address: scene.world.network(network).address(&mut self.stream),
            port: u16::try_from(self.stream.between(20_000, 64_000)).unwrap_or(50_000),
        };
        self.place = Some((
            place,
            scene.now.plus_seconds(self.stream.between(9_000, 60_000)),
        ));
        place
    }

    /// He changes his address.
    pub(super) fn move_house(&mut self) {
        self.place = None;
        self.house += 1;
    }
}

/// A moment in somebody's next working hours after a while: when he sees a mail and clicks.
pub(super) fn at_work(
    world: &World,
    account: AccountNo,
    after: Timestamp,
    stream: &mut Stream,
) -> Timestamp {
    let Some(habits) = &world.account(account).habits else {
        return after;
    };
    let (day, second) = habits.zone.local(after);
    let latest = habits.ends - 600;
    if !day.is_weekend() && second >= habits.starts && second < latest {
        return after;
    }
    let mut next = if second < habits.starts {
        day
    } else {
        day.plus(1)
    };
    while next.is_weekend() {
        next = next.plus(1);
    }
    habits
        .zone
        .at(next, habits.starts + stream.between(300, 7_200))
        .max(after)
}

/// Whether a sign-in with a password is asked for a second factor.
pub(crate) fn needs_second_factor(world: &World, state: &State, account: AccountNo) -> bool {
    let subject = world.account(account);
    // An attacker's exemption is made for the accounts that he holds.
    let exempt = state.footholds.iter().any(|foothold| {
        matches!(foothold.what, FootholdKind::Policy(_, _))
            && state
                .account(account)
                .password_known_to
                .contains(&foothold.by)
    });
    if exempt && !state.defences.second_factor {
        return false;
    }
    let by_policy = world.policies.iter().any(|policy| {
        policy.requires_mfa
            && !policy.report_only
            && (!policy.administrators_only || subject.is_administrator())
    });
    let person = matches!(
        subject.kind,
        AccountKind::Member | AccountKind::Admin | AccountKind::Guest
    );
    state.defences.second_factor || (person && (by_policy || subject.factor != SecondFactor::None))
}

/// Whether somebody still has a way in: something that gets or uses tokens, or brings mail out.
pub(crate) fn has_way_in(world: &World, state: &State, actor: Actor) -> bool {
    let by_account = world.numbered_accounts().any(|(number, account)| {
        let now = state.account(number);
        if now.deleted {
            return false;
        }
        if leaks(state, number, actor) {
            return true;
        }
        if now.disabled {
            return false;
        }
        let session = now.sessions.iter().any(|session| {
            session.holder == actor && session.artefact != Artefact::ConfidentialToken
        });
        let own_factor = now
            .foreign_methods
            .iter()
            .any(|(by, method)| *by == actor && !matches!(method, Method::WindowsHello));
        let key = now.foreign_methods.contains(&(actor, Method::WindowsHello));
        let password = now.password_known_to.contains(&actor)
            && account.kind != AccountKind::Shared
            && (own_factor || !needs_second_factor(world, state, number));
        let thief = stolen_again(world, state, number, actor).is_some();
        session || key || password || thief || now.app_password == Some(actor)
    });
    by_account
        || state
            .footholds
            .iter()
            .any(|foothold| foothold.by == actor && opens(world, state, foothold))
}

/// Mail still leaves a mailbox by what somebody set up.
fn leaks(state: &State, mailbox: AccountNo, actor: Actor) -> bool {
    let now = state.account(mailbox);
    now.forwarding.as_ref().is_some_and(|(_, by)| *by == actor)
        || now
            .rules
            .iter()
            .any(|rule| rule.by == actor && rule.forwards_to.is_some())
        || state.transport_rules.iter().any(|rule| rule.by == actor)
        || state
            .flows
            .iter()
            .any(|(_, of, _, by)| *of == mailbox && *by == actor)
}

/// The owner's newest session on a computer on which somebody's program sits.
pub(super) fn stolen_again(
    world: &World,
    state: &State,
    account: AccountNo,
    actor: Actor,
) -> Option<Session> {
    let computer = world.computer(account)?;
    if !state.infected_devices.contains(&(computer, actor)) {
        return None;
    }
    let mut own = state.account(account).sessions.iter().rev();
    own.find(|session| session.holder == Actor::Owner).cloned()
}

fn opens(world: &World, state: &State, foothold: &Foothold) -> bool {
    match &foothold.what {
        FootholdKind::App(app) | FootholdKind::AppKey(app, _)
            if state.disabled_apps.contains(app) =>
        {
            false
        }
        FootholdKind::AppKey(_, _) => true,
        // Without permissions of its own, an application needs the consent's own token.
        FootholdKind::App(app) => {
            !world.app(*app).roles.is_empty()
                || state.accounts.iter().any(|account| {
                    !account.disabled
                        && account
                            .sessions
                            .iter()
                            .any(|session| session.is_consents_of(foothold.by))
                })
        }
        FootholdKind::Federation(_) => true,
        FootholdKind::Account(account) => {
            !state.account(*account).disabled && !state.account(*account).deleted
        }
        _ => false,
    }
}

/// What somebody made that still stands, one line each, in the words of the tenant.
pub(crate) fn standing(
    world: &World,
    state: &State,
    actor: Actor,
) -> Vec<crate::outcome::Standing> {
    let mut found = Vec::new();
    for (number, account) in world.numbered_accounts() {
        let now = state.account(number);
        let upn = account.upn_lower();
        let mut push = |kind: &'static str, name: String| {
            found.push(crate::outcome::Standing {
                kind,
                account: Some(number),
                name,
            });
        };
        for rule in now.rules.iter().filter(|rule| rule.by == actor) {
            push(
                "inbox-rule",
                rule.name
                    .clone()
                    .unwrap_or_else(|| format!("(hidden) {}", rule.id)),
            );
        }
        if let Some((address, by)) = &now.forwarding
            && *by == actor
        {
            push("forwarding", address.clone());
        }
        for (delegate, _) in now.delegates.iter().filter(|(_, by)| *by == actor) {
            push("delegate", world.account(*delegate).upn_lower());
        }
        for (_, method) in now.foreign_methods.iter().filter(|(by, _)| *by == actor) {
            push("method", format!("{method:?} of {upn}"));
        }
        if now.app_password == Some(actor) {
            push("app-password", upn.clone());
        }
    }
    found.extend(
        state
            .footholds
            .iter()
            .filter(|foothold| foothold.by == actor)
            .map(|foothold| named(world, &foothold.what)),
    );
    found
}

fn named(world: &World, what: &FootholdKind) -> crate::outcome::Standing {
    let (kind, account, name) = match what {
        FootholdKind::App(app) => ("app", None, world.app(*app).name.clone()),
        FootholdKind::AppKey(app, key) => (
            "app-key",
            None,
            format!("{key} of {}", world.app(*app).name),
        ),
        FootholdKind::Device(device) => (
            "device",
            world.device(*device).owner,
            world.device(*device).name.clone(),
        ),
        FootholdKind::Role(role, account) => ("role", Some(*account), (*role).to_owned()),
        FootholdKind::Group(group, account) => {
            ("group", Some(*account), world.group(*group).name.clone())
        }
        FootholdKind::Account(account) => (
            "account",
            Some(*account),
            world.account(*account).upn_lower(),
        ),
        FootholdKind::TransportRule(name) => ("transport-rule", None, name.clone()),
        FootholdKind::Federation(domain) => ("federation", None, domain.clone()),
        FootholdKind::Policy(id, name) => ("policy", None, format!("{name} ({id})")),
        FootholdKind::Flow(flow, account) => ("flow", Some(*account), flow.to_string()),
        FootholdKind::RestrictedUnit(unit, account) => {
            ("restricted-unit", Some(*account), unit.to_string())
        }
    };
    crate::outcome::Standing {
        kind,
        account,
        name,
    }
}
