//! What changes about accounts: people who come and go, new telephones and computers, passwords forgotten
//! and changed.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::Channel;

use super::administer;
use super::person::{Person, Root};
use super::plan::Plan;
use super::scene::{Scene, in_browser};
use super::{ADMINISTRATOR, Aim};
use crate::calendar::Day;
use crate::happening::{Access, Act, DirectoryAct, Initiator, Method, PropertyChange};
use crate::id::AccountNo;
use crate::law::Blow;
use crate::random::Stream;
use crate::state::State;
use crate::world::{AccountKind, FirstParty, SecondFactor, World};

/// A change of one's own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Errand {
    /// Changes the password because it is time.
    ChangesPassword,
    /// Forgot the password and sets a new one alone.
    ResetsAlone,
    /// Forgot the password and calls the help desk.
    CallsHelpDesk,
    /// Has a new telephone.
    NewPhone,
    /// Has a new or newly installed computer.
    NewComputer,
    /// Adds another authentication method.
    AddsMethod,
}

impl Errand {
    fn draw(stream: &mut Stream) -> Self {
        const LIST: [(Errand, u64); 6] = [
            (Errand::ChangesPassword, 8),
            (Errand::ResetsAlone, 5),
            (Errand::CallsHelpDesk, 4),
            (Errand::NewPhone, 4),
            (Errand::NewComputer, 3),
            (Errand::AddsMethod, 3),
        ];
        stream
            .weighted(&LIST)
            .copied()
            .unwrap_or(Self::ChangesPassword)
    }
}

/// Who comes and who goes, and when.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    joins: BTreeMap<AccountNo, Day>,
    leaves: BTreeMap<AccountNo, Day>,
    /// Those who do it, by day: an administrator, and what he does.
    work: BTreeMap<Day, Vec<(AccountNo, administer::Errand)>>,
    administrators: BTreeSet<AccountNo>,
}

impl Changes {
    /// Draws them: of a hundred people about one comes and one goes a month. Very small firms stay as they are.
    pub(crate) fn draw(world: &World) -> Self {
        let administrators = world.administrators();
        let mut changes = Self {
            administrators: administrators.iter().copied().collect(),
            ..Self::default()
        };
        if world.accounts.len() < 15 || administrators.is_empty() || world.days < 8 {
            return changes;
        }
        let months = u64::try_from(world.days).unwrap_or(0);
        let mut stream = world.seed.child("joiners").stream();
        for (number, account) in world.numbered_accounts() {
            let (joins, leaves) = match account.kind {
                // Accounts without a person are nobody's to come and go.
                _ if account.habits.is_none() => (0, 0),
                AccountKind::Member if account.roles.is_empty() => {
                    (months * 12 / 30, months * 10 / 30)
                }
                AccountKind::Guest => (months * 60 / 30, 0),
                _ => (0, 0),
            };
            let is_joiner = stream.chance(joins.min(300));
            let is_leaver = stream.chance(leaves.min(300)) && !is_joiner;
            let day = world.first_day.plus(stream.between(3, world.days - 2));
            let day = if day.is_weekend() { day.plus(2) } else { day };
            let administrator = stream.pick(&administrators).copied();
            let Some(administrator) = administrator.filter(|_| is_joiner || is_leaver) else {
                continue;
            };
            let errand = if is_joiner {
                changes.joins.insert(number, day);
                administer::Errand::MakesAccount(number)
            } else {
                changes.leaves.insert(number, day);
                administer::Errand::ClosesAccount(number)
            };
            let work = changes.work.entry(day).or_default();
            work.push((administrator, errand));
        }
        changes
    }

    /// Takes those who are still to come out of the state.
    pub(crate) fn set_out(&self, state: &mut State) {
        for number in self.joins.keys() {
            let account = state.account_mut(*number);
            (account.deleted, account.is_ownerless) = (true, true);
        }
    }

    /// Neither new nor leaving.
    pub(crate) fn is_settled(&self, account: AccountNo) -> bool {
        !self.joins.contains_key(&account) && !self.leaves.contains_key(&account)
    }

    /// Gone for good: even the forgotten programs are silent.
    pub(crate) fn is_gone(&self, account: AccountNo, day: Day) -> bool {
        self.leaves
            .get(&account)
            .is_some_and(|left| day > left.plus(2))
    }

    /// Adds what changes on a day to what somebody has in mind.
    pub(crate) fn plan(&self, plan: &mut Plan<'_>, person: &Person) {
        let number = u64::try_from(plan.day.0).unwrap_or(0);
        let mut stream = plan.seed.child("changes").number(number).stream();
        let Some(shape) = person.shape() else {
            self.plan_work(plan, person, &mut stream);
            return;
        };
        self.plan_work(plan, person, &mut stream);
        let member = plan.world.account(person.number).kind == AccountKind::Member;
        if member && shape.kind == super::presence::DayKind::Work && stream.chance(12) {
            let at = super::plan::Span::of(shape).draw(&mut stream);
            let draw = stream.bits();
            let errand = Errand::draw(&mut stream);
            plan.at(person, at, draw, Aim::Change(errand));
        }
    }

    fn plan_work(&self, plan: &mut Plan<'_>, person: &Person, stream: &mut Stream) {
        if !self.administrators.contains(&person.number) {
            return;
        }
        let zone = &plan.world.tenant.zone;
        let work = self.work.get(&plan.day).into_iter().flatten();
        for (_, errand) in work.filter(|(who, _)| *who == person.number) {
            let at = zone.at(plan.day, stream.between(28_800, 57_600));
            let draw = stream.bits();
            plan.at(person, at, draw, Aim::Administer(*errand));
        }
    }
}

impl Scene<'_> {
    /// Does one of them.
    pub(crate) fn changes_account(&mut self, errand: Errand) {
        if self.state.account(self.who()).disabled || self.state.account(self.who()).deleted {
            return;
        }
        match errand {
            Errand::ChangesPassword => self.changes_password(),
            Errand::ResetsAlone => self.resets_alone(),
            Errand::CallsHelpDesk => self.calls_help_desk(),
            Errand::NewPhone => self.has_new_phone(),
            Errand::NewComputer => self.has_new_computer(),
            Errand::AddsMethod => {
                let method = if self.stream.chance(500) {
                    (Method::Phone, "+XX XXXXXXXX47")
                } else {
                    (Method::SoftwareOath, "Authenticator app")
                };
                self.registers(method.0, method.1);
            }
        }
    }

    fn account_pages(&mut self) -> Option<Access> {
        self.opens(in_browser(
            FirstParty::MySignIns.number(),
            FirstParty::Graph.number(),
        ))
    }

    fn changes_password(&mut self) {
        let Some(access) = self.account_pages() else {
            return;
        };
        self.wait(15, 90);
        self.sets_password(&access, Channel::User);
    }

    fn sets_password(&mut self, access: &Access, channel: Channel) {
        let act = DirectoryAct::PasswordReset {
            account: self.who(),
            channel,
        };
        self.does(access, Act::Directory(act));
        self.own_password_changed(channel);
    }

    /// Wrong passwords, then the self-service.
    fn forgets(&mut self) -> Access {
        let tool = in_browser(
            FirstParty::OfficeHome.number(),
            FirstParty::OfficeHome.number(),
        );
        let correlation = self.stream.guid();
        for _ in 0..1 + self.stream.below(4) {
            self.interrupted(tool, 50_126, correlation);
            self.wait(5, 30);
        }
        if self.stream.chance(120) {
            self.interrupted(tool, 50_053, correlation);
            self.wait(20, 60);
        }
        let tool = in_browser(
            FirstParty::PasswordReset.number(),
            FirstParty::PasswordReset.number(),
        );
        self.access(tool, None, None)
    }

    fn resets_alone(&mut self) {
        let access = self.forgets();
        self.wait(60, 240);
        self.sets_password(&access, Channel::Sspr);
        self.wait(10, 60);
        self.browses();
    }

    fn calls_help_desk(&mut self) {
        self.forgets();
        let mut helpers = self.world.administrators();
        helpers.retain(|helper| *helper != self.who());
        let Some(helper) = self.stream.pick(&helpers).copied() else {
            return;
        };
        let minutes = self.stream.between(4, 60);
        let at = self.at.plus_seconds(minutes * 60);
        let aim = Aim::Administer(administer::Errand::ResetsPassword(self.who()));
        self.others_later(helper, at, aim);
        let back = self.stream.between(3, 20);
        self.later(at.plus_seconds(back * 60), Aim::Browse);
    }

    fn registers(&mut self, method: Method, detail: &str) {
        let Some(access) = self.account_pages() else {
            return;
        };
        self.wait(20, 120);
        self.method(&access, method, true, detail);
    }

    fn method(&mut self, access: &Access, method: Method, registered: bool, detail: &str) {
        let act = DirectoryAct::MethodChanged {
            account: self.who(),
            method,
            registered,
            by_admin: false,
            detail: detail.to_owned(),
        };
        self.does(access, Act::Directory(act));
    }

    fn has_new_phone(&mut self) {
        let Some(access) = self.account_pages() else {
            return;
        };
        self.wait(20, 120);
        if self.account().factor == SecondFactor::AuthenticatorApp {
            let model = self.handset();
            self.method(&access, Method::AuthenticatorApp, true, model);
            self.wait(30, 200);
            self.method(&access, Method::AuthenticatorApp, false, model);
        }
        self.person.forget(Root::Phone);
        let device = self.person.phone;
        if let Some(device) = device {
            let account = self.who();
            self.wait(60, 600);
            let act = DirectoryAct::DeviceRegistered { device, account };
            self.does(&access, Act::Directory(act));
        }
        self.wait(60, 900);
        self.checks_mail(true);
    }

    fn handset(&mut self) -> &'static str {
        const MODELS: [&str; 6] = [
            "iPhone 16",
            "iPhone 17 Pro",
            "SM-S931B",
            "SM-A566B",
            "Pixel 10",
            "iPhone 15",
        ];
        self.stream.pick(&MODELS).copied().unwrap_or("iPhone 16")
    }

    fn has_new_computer(&mut self) {
        let Some(device) = self.person.computer else {
            return;
        };
        self.person.forget(Root::Computer);
        self.person.forget(Root::Browser);
        let Some(access) = self.reach(super::sign_in::WINDOWS) else {
            return;
        };
        self.wait(30, 300);
        let account = self.who();
        let act = DirectoryAct::DeviceRegistered { device, account };
        self.does(&access, Act::Directory(act));
        if self.account().factor == SecondFactor::WindowsHello {
            self.wait(60, 300);
            let name = self.world.device(device).name.clone();
            self.method(&access, Method::WindowsHello, true, &name);
        }
        self.wait(60, 600);
        self.checks_mail(false);
    }

    /// A new colleague's account, his licence and his groups; he signs in on the same day.
    pub(crate) fn makes_account(&mut self, access: &Access, new: AccountNo) {
        let guest = self.world.account(new).kind == AccountKind::Guest;
        let state = self.state.account_mut(new);
        state.deleted = false;
        state.is_ownerless = false;
        if guest {
            let act = DirectoryAct::Guest {
                account: new,
                redeemed: false,
            };
            self.administers_act(access, Act::Directory(act));
            return;
        }
        // The password is the administrator's until its owner sets his own.
        state.password += 1;
        self.administers_act(access, Act::Directory(DirectoryAct::UserMade(new)));
        self.wait(20, 90);
        let changes = vec![PropertyChange {
            name: "AssignedLicense".to_owned(),
            old: "[]".to_owned(),
            new: format!("[\"{:?}\"]", self.world.account(new).licence),
        }];
        let act = DirectoryAct::UserChanged {
            account: new,
            changes,
            by: Initiator::User,
        };
        self.administers_act(access, Act::Directory(act));
        let groups: Vec<_> = self
            .world
            .groups_where(|group| group.members.contains(&new))
            .into_iter()
            .take(4)
            .collect();
        for group in groups {
            self.wait(5, 60);
            let act = DirectoryAct::Membership {
                group,
                account: new,
                added: true,
            };
            self.administers_act(access, Act::Directory(act));
        }
        let hours = self.stream.between(1, 20);
        let at = self.at.plus_seconds(hours * 3_600);
        self.others_later(new, at, Aim::Change(Errand::NewComputer));
        self.others_later(new, at.plus_seconds(2_400), Aim::Change(Errand::AddsMethod));
    }

    /// Somebody has left: no sign-in, no sessions, no licence.
    pub(crate) fn closes_account(&mut self, access: &Access, gone: AccountNo) {
        if self.state.account(gone).deleted {
            return;
        }
        let act = DirectoryAct::UserEnabled {
            account: gone,
            enabled: false,
        };
        self.administers_act(access, Act::Directory(act));
        let account = self.state.account_mut(gone);
        (account.disabled, account.is_ownerless) = (true, true);
        self.state.strike(gone, Blow::AccountDisabled, self.at);
        self.wait(10, 120);
        self.administers_act(access, Act::Directory(DirectoryAct::SessionsRevoked(gone)));
        self.wait(60, 600);
        let groups: Vec<_> = self
            .world
            .groups_where(|group| group.members.contains(&gone))
            .into_iter()
            .take(3)
            .collect();
        for group in groups {
            let act = DirectoryAct::Membership {
                group,
                account: gone,
                added: false,
            };
            self.administers_act(access, Act::Directory(act));
            self.wait(5, 60);
        }
    }

    /// The help desk sets a password for somebody.
    pub(crate) fn resets_password(&mut self, access: &Access, account: AccountNo) {
        let channel = if self.stream.chance(600) {
            Channel::M365
        } else {
            Channel::Entra
        };
        let act = DirectoryAct::PasswordReset { account, channel };
        self.administers_act(access, Act::Directory(act));
        self.state
            .strike(account, Blow::PasswordReset(channel), self.at);
        let state = self.state.account_mut(account);
        state.password += 1;
        state.password_known_to.clear();
    }

    /// An act of an administrator at his work.
    pub(crate) fn administers_act(&mut self, access: &Access, act: Act) {
        self.happens(ADMINISTRATOR, Some(access.clone()), act);
    }
}
