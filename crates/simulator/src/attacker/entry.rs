//! How he gets in: each entry is a row of stages, each of which leaves its traces and says when the next
//! one comes (`facts/attack-traces.md` §1). Which session his rows carry follows its §4.2.

use std::sync::Arc;

use hourzero_model::{Channel, Timestamp};

use super::agent::{Agent, Bait, at_work};
use super::detection::Detection;
use super::scenario::{Entry, Lure, NetworkUse};
use super::scene::{Scene, Who, access, in_session, satisfied, sign_in, step};
use super::tools;
use super::ways::Door;
use crate::calendar::Day;
use crate::happening::{
    Access, Act, Actor, ChatAct, Click, DirectoryAct, Method, Protocol, Requirement, SignIn,
    SignInKind, Transfer,
};
use crate::id::{AccountNo, AppNo, Guid};
use crate::state::{Artefact, Basis, Foothold, FootholdKind};
use crate::world::{AccountKind, ClientKind, Program, SecondFactor};

impl Agent<'_> {
    /// The next stage of the entry; gives when he goes on.
    pub(super) fn enter(&mut self, scene: &mut Scene<'_>) -> Option<Timestamp> {
        self.stage += 1;
        match self.design.plan.entry {
            Entry::Aitm => self.by_proxy(scene),
            Entry::Spray | Entry::Ropc | Entry::Imap => self.by_guessing(scene),
            Entry::MfaFatigue => self.by_fatigue(scene),
            Entry::DeviceCode | Entry::DeviceCodeKit => self.by_code(scene, Protocol::DeviceCode),
            Entry::CodePhishing => self.by_code(scene, Protocol::OAuth2),
            Entry::Consent => self.by_consent(scene),
            Entry::CookieTheft | Entry::PrtTheft | Entry::TokenReplay => self.by_theft(scene),
            Entry::HelpDesk | Entry::SelfService => self.by_reset(scene),
            Entry::OnPremises => self.by_sync(scene),
            Entry::AppCredential => self.by_secret(scene),
            Entry::Guest | Entry::Partner => self.by_another_tenant(scene),
            Entry::Counterparty | Entry::LookAlikeDomain | Entry::DirectSend => {
                self.by_mail_alone(scene)
            }
        }
    }

    /// The lure reaches the victim; gives when he takes it.
    fn lure(&mut self, scene: &mut Scene<'_>) -> Timestamp {
        let victim = self.design.victim;
        match self.design.plan.lure {
            Lure::Mail => {
                let url = format!(
                    "https://{}/s/{}",
                    self.design.look_alike,
                    self.stream.below(1 << 40)
                );
                let message = self.lure_by_mail(scene, url);
                self.lured.insert(victim);
                let after = scene.now.plus_seconds(self.stream.between(300, 7_200));
                let at = at_work(scene.world, victim, after, &mut self.stream);
                self.clicks_later(scene, &message, victim, at);
                at
            }
            Lure::Teams => {
                self.lure_by_chat(scene);
                let after = scene.now.plus_seconds(self.stream.between(300, 2_400));
                at_work(scene.world, victim, after, &mut self.stream)
            }
            Lure::Unseen => {
                let after = scene.now.plus_seconds(self.stream.between(60, 3_600));
                at_work(scene.world, victim, after, &mut self.stream)
            }
        }
    }

    /// The click that Safe Links saw, a little before what comes of it.
    fn clicks_later(
        &mut self,
        scene: &mut Scene<'_>,
        message: &Arc<crate::happening::Message>,
        who: AccountNo,
        at: Timestamp,
    ) {
        let before = at.seconds_since(scene.now) - self.stream.between(20, 90);
        let by = self.owners_access(scene, who, at);
        let click = Click {
            message: Arc::clone(message),
            url: message.urls.first().cloned().unwrap_or_default(),
            action: "ClickAllowed",
            workload: "Email",
        };
        scene.tell(
            before.max(1),
            Who::user(Actor::Owner, who),
            Some(&by),
            Act::Click(click),
        );
    }

    fn lure_by_chat(&mut self, scene: &mut Scene<'_>) {
        let victim = self.design.victim;
        let tenant = self.stream.guid();
        let thread = format!(
            "19:{}_{}@unq.gbl.spaces",
            scene.world.account(victim).id,
            self.stream.guid()
        );
        let place = self.place(scene);
        let look = tools::kit(scene.world, scene.apps, super::scenario::Tool::Browser);
        let by = in_session(
            access(&mut self.stream, place, &look, scene.now),
            None,
            None,
        );
        let address = format!(
            "helpdesk@{}.onmicrosoft.com",
            self.design.look_alike.replace(['.', '-'], "")
        );
        let steps = [
            ("ChatCreated", 0, false),
            ("MessageSent", 25, false),
            ("MessageCreatedHasLink", 80, true),
        ];
        for (operation, after, link) in steps {
            let act = ChatAct {
                operation,
                team: None,
                thread: Some(thread.clone()),
                members: vec![victim],
                foreign: vec![("Help Desk (External)".to_owned(), address.clone(), tenant)],
                urls: if link {
                    vec!["https://microsoft.com/devicelogin".to_owned()]
                } else {
                    Vec::new()
                },
                message_id: Some(((scene.now.micros() / 1_000) + after).to_string()),
            };
            scene.tell(after, Who::nobody(self.actor), Some(&by), Act::Chat(act));
        }
    }

    /// How the owner himself comes to the service: his computer at his place, in his browser.
    pub(super) fn owners_access(
        &mut self,
        scene: &Scene<'_>,
        account: AccountNo,
        at: Timestamp,
    ) -> Access {
        let world = scene.world;
        let place = match world.account(account).networks.first().copied() {
            Some(network) => world.place(network, account, at, &mut self.stream),
            None => self.place(scene),
        };
        let device = world.computer(account);
        let browser = Program::Browser(scene.apps.office_home);
        let look = Arc::new(world.client(browser, account, device, Day::of(at)));
        in_session(access(&mut self.stream, place, &look, at), None, device)
    }

    /// The owner's browser, at his place, asking for an application within a session.
    fn owners_browser(
        &mut self,
        scene: &Scene<'_>,
        account: AccountNo,
        (app, session): (AppNo, Guid),
    ) -> Access {
        let owner = self.owners_access(scene, account, scene.now);
        let own = &owner.client;
        let look = tools::client(
            scene.world,
            app,
            ClientKind::Browser,
            (&own.user_agent, &own.os, &own.browser),
        );
        in_session(
            access(&mut self.stream, owner.place, &look, scene.now),
            Some(session),
            owner.device,
        )
    }

    /// The owner's own session: the newest that lives, or one from before the logs.
    fn owners_session(&mut self, scene: &Scene<'_>, account: AccountNo) -> (Guid, Basis) {
        let newest = scene
            .state
            .account(account)
            .sessions
            .iter()
            .rev()
            .find(|session| session.holder == Actor::Owner);
        match newest {
            Some(session) => (session.id, session.basis),
            None => (self.stream.guid(), Basis::Password),
        }
    }

    fn by_proxy(&mut self, scene: &mut Scene<'_>) -> Option<Timestamp> {
        if self.stage == 1 {
            return Some(self.lure(scene));
        }
        let victim = self.design.victim;
        let state = scene.state.account(victim);
        if state.disabled || state.deleted {
            return None;
        }
        self.proxied(scene, victim);
        self.is_in(scene)
    }

    /// Somebody types password and second factor into the kit's page: the session is the kit's own.
    pub(super) fn proxied(&mut self, scene: &mut Scene<'_>, victim: AccountNo) {
        let place = self.place(scene);
        let look = tools::kit(scene.world, scene.apps, self.design.plan.client);
        let session = self.stream.guid();
        let correlation = self.stream.guid();
        let asked = super::agent::needs_second_factor(scene.world, scene.state, victim);
        let password = |at| {
            step(
                at,
                "Password",
                "Password in the cloud",
                ("Correct password", true),
            )
        };
        let who = Who::user(self.actor, victim);
        if asked {
            let mut row = sign_in(&mut self.stream, scene.apps.office_home);
            row.correlation = correlation;
            row.error = 50_074;
            row.requirement = Requirement::MultiFactor;
            row.steps = vec![password(scene.now)];
            row.request_type = "Login:login";
            let by = in_session(
                access(&mut self.stream, place, &look, scene.now),
                Some(session),
                None,
            );
            scene.tell(0, who, Some(&by), Act::SignIn(Box::new(row)));
        }
        let at = scene.now.plus_seconds(24);
        let by = in_session(
            access(&mut self.stream, place, &look, at),
            Some(session),
            None,
        );
        let mut row = sign_in(&mut self.stream, scene.apps.office_home);
        row.correlation = correlation;
        row.steps = vec![password(at)];
        row.request_type = "Login:login";
        if asked {
            let factor = factor_name(scene.world.account(victim).factor);
            row.requirement = Requirement::MultiFactor;
            row.request_type = "SAS:ProcessAuth";
            row.steps
                .push(step(at, factor, "", ("MFA successfully completed", true)));
        }
        row.risk = Some(("medium", vec!["unfamiliarFeatures"]));
        let id = (row.id, row.correlation);
        scene.tell(24, who, Some(&by), Act::SignIn(Box::new(row)));
        self.keeps_signed_in(scene, who, (&by, correlation));
        self.begin(scene, victim, (session, Basis::Password, Artefact::Cookie));
        self.learns_password(scene, victim);
        self.takes_after(scene, victim, 24);
        for kind in ["anomalousToken", "attackerinTheMiddle"] {
            self.detected(scene, &Detection::SignIn(kind, victim, Some(id)));
        }
    }

    /// The interrupt that asks whether to stay signed in.
    fn keeps_signed_in(&mut self, scene: &mut Scene<'_>, who: Who, of: (&Access, Guid)) {
        let mut row = sign_in(&mut self.stream, scene.apps.office_home);
        row.error = 50_140;
        row.correlation = of.1;
        row.request_type = "Kmsi:kmsi";
        scene.tell(27, who, Some(of.0), Act::SignIn(Box::new(row)));
    }

    fn by_guessing(&mut self, scene: &mut Scene<'_>) -> Option<Timestamp> {
        let rounds = if self.design.plan.entry == Entry::Spray {
            14
        } else {
            4
        };
        if self.stage <= rounds {
            self.guess_around(scene);
            return Some(scene.now.plus_seconds(self.stream.between(600, 5_400)));
        }
        let victim = self.design.victim;
        let state = scene.state.account(victim);
        if state.disabled || state.deleted {
            return None;
        }
        let (row, look) = self.guess(scene, 0);
        let place = self.place(scene);
        let session = self.stream.guid();
        let by = in_session(
            access(&mut self.stream, place, &look, scene.now),
            Some(session),
            None,
        );
        let id = (row.id, row.correlation);
        scene.tell(
            0,
            Who::user(self.actor, victim),
            Some(&by),
            Act::SignIn(Box::new(row)),
        );
        self.learns_password(scene, victim);
        self.begin(
            scene,
            victim,
            (session, Basis::Password, Artefact::RefreshToken),
        );
        self.takes(scene, victim);
        self.detected(scene, &Detection::SignIn("passwordSpray", victim, Some(id)));
        self.is_in(scene)
    }

    /// A guess of a password: the row, and the program that sends it.
    fn guess(&mut self, scene: &Scene<'_>, error: u32) -> (SignIn, Arc<crate::world::Client>) {
        let world = scene.world;
        let (app, kind, agent) = match self.design.plan.entry {
            Entry::Imap => (scene.apps.exchange, ClientKind::Imap, "BAV2ROPC"),
            Entry::Ropc => (
                scene.apps.old_powershell,
                ClientKind::Script,
                "python-requests/2.32.3",
            ),
            _ => (scene.apps.azure_cli, ClientKind::Script, "fasthttp"),
        };
        let resource = if kind == ClientKind::Imap {
            scene.apps.exchange
        } else {
            scene.apps.graph
        };
        let mut row = sign_in(&mut self.stream, resource);
        row.protocol = Protocol::Ropc;
        row.request_type = "OAuth2:Token";
        row.error = error;
        row.bound = None;
        let result = if error == 0 {
            ("Correct password", true)
        } else {
            ("Invalid username or password", false)
        };
        row.steps = vec![step(scene.now, "Password", "Password in the cloud", result)];
        (row, tools::client(world, app, kind, (agent, "", "")))
    }

    /// One round over a part of the address book, slowly enough for lock-outs to be rare.
    fn guess_around(&mut self, scene: &mut Scene<'_>) {
        let mut people = super::design::people(scene.world);
        people.push(self.design.victim);
        self.stream.shuffle(&mut people);
        people.truncate(25);
        let mut after = 0;
        for account in people {
            let error = if self.stream.chance(60) {
                50_053
            } else {
                50_126
            };
            let (row, look) = self.guess(scene, error);
            let place = self.place(scene);
            let by = in_session(
                access(&mut self.stream, place, &look, scene.now),
                None,
                None,
            );
            scene.tell(
                after,
                Who::user(self.actor, account),
                Some(&by),
                Act::SignIn(Box::new(row)),
            );
            after += self.stream.between(3, 12);
            if self.stream.chance(40) {
                self.move_house();
            }
        }
    }

    /// Prompts until somebody approves.
    fn by_fatigue(&mut self, scene: &mut Scene<'_>) -> Option<Timestamp> {
        let victim = self.design.victim;
        let approved = self.stage > 6;
        let session = self.stream.guid();
        let mut row = self.row(scene, Door::Mail);
        row.requirement = Requirement::MultiFactor;
        row.request_type = "SAS:EndAuth";
        row.error = if approved { 0 } else { 500_121 };
        let denied = if self.stream.chance(500) {
            "MFA denied; user declined the authentication"
        } else {
            "MFA denied; user did not respond to mobile app notification"
        };
        let result = if approved {
            ("MFA successfully completed", true)
        } else {
            (denied, false)
        };
        row.steps = vec![
            step(
                scene.now,
                "Password",
                "Password in the cloud",
                ("Correct password", true),
            ),
            step(
                scene.now.plus_seconds(30),
                "Mobile app notification",
                "",
                result,
            ),
        ];
        let way = self.ask(
            scene,
            victim,
            row,
            (Door::Mail, approved.then_some(session), None),
        );
        if !approved {
            return Some(scene.now.plus_seconds(self.stream.between(45, 400)));
        }
        way?;
        self.learns_password(scene, victim);
        self.begin(scene, victim, (session, Basis::Password, Artefact::Cookie));
        self.takes(scene, victim);
        self.is_in(scene)
    }

    /// Device code and authorization code: the victim signs in at his own place, the attacker gets tokens of
    /// the same session.
    fn by_code(&mut self, scene: &mut Scene<'_>, protocol: Protocol) -> Option<Timestamp> {
        let victim = self.design.victim;
        if self.stage == 1 {
            return Some(self.lure(scene));
        }
        if scene.state.defences.no_device_code && protocol == Protocol::DeviceCode {
            return None;
        }
        let device_code = protocol == Protocol::DeviceCode;
        let (session, basis) = (self.stream.guid(), self.owners_session(scene, victim).1);
        let app = if device_code {
            scene.apps.broker
        } else {
            scene.apps.azure_cli
        };
        let resource = if device_code {
            scene.apps.exchange
        } else {
            scene.apps.old_graph
        };
        let by = self.owners_browser(scene, victim, (app, session));
        let who = Who::user(Actor::Owner, victim);
        if device_code {
            let mut confirm = sign_in(&mut self.stream, resource);
            confirm.error = 50_199;
            confirm.request_type = "Cmsi:Cmsi";
            confirm.protocol = Protocol::DeviceCode;
            scene.tell(0, who, Some(&by), Act::SignIn(Box::new(confirm)));
        }
        let mut row = sign_in(&mut self.stream, resource);
        row.protocol = protocol;
        row.bound = Some(!device_code);
        row.requirement = Requirement::MultiFactor;
        row.steps = vec![satisfied(scene.now)];
        row.request_type = if device_code {
            "Cmsi:Cmsi"
        } else {
            "OAuth2:Authorize"
        };
        let id = (row.id, row.correlation);
        scene.tell(9, who, Some(&by), Act::SignIn(Box::new(row)));
        self.begin(scene, victim, (session, basis, Artefact::RefreshToken));
        if device_code {
            self.by_device_code.insert(session);
        }
        let after = self.redeem(scene, victim, session, resource);
        self.takes_after(scene, victim, after);
        if self.design.plan.entry == Entry::DeviceCodeKit {
            self.goals.push_front((super::scenario::Goal::Device, 0));
        }
        self.detected(
            scene,
            &Detection::SignIn("anomalousToken", victim, Some(id)),
        );
        self.is_in(scene)
    }

    /// The attacker's first tokens of a session that the victim began; gives after how many seconds.
    fn redeem(
        &mut self,
        scene: &mut Scene<'_>,
        victim: AccountNo,
        session: Guid,
        resource: AppNo,
    ) -> i64 {
        let device_code = self.by_device_code.contains(&session);
        let place = self.place(scene);
        let look = tools::at_door(
            scene.world,
            scene.apps,
            self.design.plan.client,
            self.design.plan.entry,
            Door::Graph,
        );
        let after = self.stream.between(12, 200);
        let at = scene.now.plus_seconds(after);
        let by = in_session(
            access(&mut self.stream, place, &look, at),
            Some(session),
            None,
        );
        let mut row = sign_in(&mut self.stream, resource);
        row.kind = SignInKind::NonInteractive;
        row.protocol = if device_code {
            Protocol::DeviceCode
        } else {
            Protocol::OAuth2
        };
        row.transfer = if device_code {
            Transfer::DeviceCodeFlow
        } else {
            Transfer::None
        };
        row.request_type = "OAuth2:Token";
        row.requirement = Requirement::MultiFactor;
        row.steps = vec![satisfied(at)];
        scene.tell(
            after,
            Who::user(self.actor, victim),
            Some(&by),
            Act::SignIn(Box::new(row)),
        );
        after
    }

    fn by_consent(&mut self, scene: &mut Scene<'_>) -> Option<Timestamp> {
        let victim = self.design.victim;
        if self.stage == 1 {
            return Some(self.lure(scene));
        }
        self.consented_by(scene, victim);
        self.is_in(scene)
    }

    /// An owner signs in and consents, at his place, and the application has a token of his.
    fn consented_by(&mut self, scene: &mut Scene<'_>, victim: AccountNo) {
        let (session, basis) = self.owners_session(scene, victim);
        let app = self.design.app;
        let by = self.owners_browser(scene, victim, (app, session));
        let who = Who::user(Actor::Owner, victim);
        for (after, error) in [(0, 65_001), (21, 0)] {
            let mut row = sign_in(&mut self.stream, scene.apps.graph);
            row.error = error;
            row.scopes.clone_from(&scene.world.app(app).scopes);
            scene.tell(after, who, Some(&by), Act::SignIn(Box::new(row)));
        }
        let scopes = scene.world.app(app).scopes.clone();
        let consented = DirectoryAct::Consented {
            app,
            scopes,
            roles: Vec::new(),
            by_admin: false,
            refused: None,
        };
        scene.tell(20, who, Some(&by), Act::Directory(consented));
        self.begin(scene, victim, (session, basis, Artefact::ConfidentialToken));
        let what = FootholdKind::App(app);
        if !scene.state.footholds.iter().any(|one| one.what == what) {
            scene.state.footholds.push(Foothold {
                by: self.actor,
                at: scene.now,
                what,
            });
        }
        self.takes_after(scene, victim, 21);
        self.detected(
            scene,
            &Detection::App("Suspicious OAuth app consent", victim, app),
        );
    }

    /// Something of the owner's own session was stolen from his computer: both use it from now on.
    fn by_theft(&mut self, scene: &mut Scene<'_>) -> Option<Timestamp> {
        let victim = self.design.victim;
        let (session, basis) = self.owners_session(scene, victim);
        let artefact = match self.design.plan.entry {
            Entry::TokenReplay => Artefact::RefreshToken,
            _ => Artefact::Cookie,
        };
        self.begin(scene, victim, (session, basis, artefact));
        if self.design.plan.entry != Entry::TokenReplay
            && let Some(device) = scene.world.computer(victim)
        {
            scene.state.infected_devices.push((device, self.actor));
        }
        self.takes(scene, victim);
        let way = self.reach(scene, victim, Door::Mail);
        if way.is_none() {
            self.first_success = None;
            return None;
        }
        let kind = if self.design.plan.network == NetworkUse::Residential {
            "unfamiliarFeatures"
        } else {
            "anomalousToken"
        };
        self.detected(scene, &Detection::SignIn(kind, victim, None));
        self.is_in(scene)
    }

    /// A reset by telephone, a pass or a code, then methods of his own.
    fn by_reset(&mut self, scene: &mut Scene<'_>) -> Option<Timestamp> {
        let victim = self.design.victim;
        let desk = self.design.plan.entry == Entry::HelpDesk;
        if self.stage == 1 {
            self.has_it_reset(scene, desk);
            return Some(scene.now.plus_seconds(self.stream.between(120, 900)));
        }
        let session = self.stream.guid();
        let mut row = self.row(scene, Door::Security);
        row.requirement = Requirement::MultiFactor;
        row.steps = if desk {
            vec![step(
                scene.now,
                "Temporary Access Pass",
                "",
                ("MFA successfully completed", true),
            )]
        } else {
            vec![
                step(
                    scene.now,
                    "Password",
                    "Password in the cloud",
                    ("Correct password", true),
                ),
                step(
                    scene.now,
                    "Text message",
                    "",
                    ("MFA successfully completed", true),
                ),
            ]
        };
        let basis = if desk {
            Basis::NonPassword
        } else {
            Basis::Password
        };
        self.ask(scene, victim, row, (Door::Security, Some(session), None))?;
        self.begin(scene, victim, (session, basis, Artefact::Cookie));
        self.takes(scene, victim);
        self.detected(
            scene,
            &Detection::SignIn("unfamiliarFeatures", victim, None),
        );
        self.is_in(scene)
    }

    /// The password is set anew: by the help desk with a temporary pass, or by a code to a stolen number.
    fn has_it_reset(&mut self, scene: &mut Scene<'_>, desk: bool) {
        let victim = self.design.victim;
        let channel = if desk { Channel::Entra } else { Channel::Sspr };
        let act = Act::Directory(DirectoryAct::PasswordReset {
            account: victim,
            channel,
        });
        if desk {
            let helper = self.help_desk(scene);
            let by = self.owners_access(scene, helper, scene.now);
            let who = Who::user(Actor::Administrator, helper);
            scene.tell(0, who, Some(&by), act);
            let pass = method(
                victim,
                Method::TemporaryAccessPass,
                true,
                "Temporary access pass",
            );
            scene.tell(70, who, Some(&by), Act::Directory(pass));
        } else {
            let place = self.place(scene);
            let look = tools::kit(scene.world, scene.apps, super::scenario::Tool::Browser);
            let by = in_session(
                access(&mut self.stream, place, &look, scene.now),
                None,
                None,
            );
            scene.tell(0, Who::user(self.actor, victim), Some(&by), act);
        }
        let state = scene.state.account_mut(victim);
        state.password += 1;
        state.password_known_to.clear();
        scene
            .state
            .strike(victim, crate::law::Blow::PasswordReset(channel), scene.now);
        self.learns_password(scene, victim);
    }

    /// Who resets passwords in this tenant.
    fn help_desk(&mut self, scene: &Scene<'_>) -> AccountNo {
        let helpers: Vec<AccountNo> = scene
            .world
            .numbered_accounts()
            .filter(|(number, account)| {
                account.is_administrator()
                    && *number != self.design.victim
                    && !matches!(account.kind, AccountKind::BreakGlass | AccountKind::Sync)
            })
            .map(|(number, _)| number)
            .collect();
        self.stream
            .pick(&helpers)
            .copied()
            .unwrap_or(self.design.victim)
    }

    /// The synchronisation account is used from elsewhere; it sets an administrator's password.
    fn by_sync(&mut self, scene: &mut Scene<'_>) -> Option<Timestamp> {
        let sync = self.design.victim;
        let place = self.place(scene);
        let look = tools::client(
            scene.world,
            scene.apps.sync_service,
            ClientKind::Script,
            ("", "", ""),
        );
        let by = in_session(
            access(&mut self.stream, place, &look, scene.now),
            Some(self.stream.guid()),
            None,
        );
        let mut row = sign_in(&mut self.stream, scene.apps.old_graph);
        row.steps = vec![step(
            scene.now,
            "Password",
            "Password in the cloud",
            ("Correct password", true),
        )];
        scene.tell(
            0,
            Who::user(self.actor, sync),
            Some(&by),
            Act::SignIn(Box::new(row)),
        );
        self.learns_password(scene, sync);
        self.takes(scene, sync);
        if self.stage == 1 {
            return Some(scene.now.plus_seconds(self.stream.between(900, 9_000)));
        }
        let target = scene
            .world
            .numbered_accounts()
            .find(|(number, account)| {
                account.is_administrator()
                    && *number != sync
                    && account.kind != AccountKind::BreakGlass
            })
            .map_or(sync, |(number, _)| number);
        let act = DirectoryAct::PasswordReset {
            account: target,
            channel: Channel::OnPremises,
        };
        scene.tell(
            4,
            Who::user(self.actor, sync),
            Some(&by),
            Act::Directory(act),
        );
        scene.state.account_mut(target).password += 1;
        scene.state.account_mut(target).password_known_to.clear();
        self.learns_password(scene, target);
        // A method of his own is set on the premises' side of the account before he signs in with it.
        scene
            .state
            .account_mut(target)
            .foreign_methods
            .push((self.actor, Method::Phone));
        scene.tell(
            40,
            Who::user(self.actor, sync),
            Some(&by),
            Act::Directory(method(target, Method::Phone, true, "+44 7700 900321")),
        );
        self.takes(scene, target);
        self.is_in(scene)
    }

    /// A secret of the company's own application leaked.
    fn by_secret(&mut self, scene: &mut Scene<'_>) -> Option<Timestamp> {
        let app = self.design.own_app;
        scene.state.footholds.push(Foothold {
            by: self.actor,
            at: scene.now,
            what: FootholdKind::AppKey(app, self.design.key),
        });
        let victim = self.design.victim;
        self.reach_by_app(scene, victim)?;
        self.detected(
            scene,
            &Detection::App("Suspicious credential use by an application", victim, app),
        );
        self.is_in(scene)
    }

    /// His home tenant, or a partner's, is where he was let in: no sign-in of this directory asks anything.
    fn by_another_tenant(&mut self, scene: &mut Scene<'_>) -> Option<Timestamp> {
        let victim = self.design.victim;
        let guest = self.design.plan.entry == Entry::Guest;
        let home = scene
            .world
            .account(victim)
            .home
            .as_ref()
            .map_or_else(|| self.stream.guid(), |(home, _)| *home);
        let session = self.stream.guid();
        let door = if guest { Door::Files } else { Door::Portal };
        let mut row = self.row(scene, door);
        row.home = Some((
            home,
            if guest {
                "b2bCollaboration"
            } else {
                "serviceProvider"
            },
        ));
        row.requirement = Requirement::MultiFactor;
        row.steps = vec![satisfied(scene.now)];
        self.ask(scene, victim, row, (door, Some(session), None))?;
        self.begin(scene, victim, (session, Basis::Password, Artefact::Cookie));
        self.takes(scene, victim);
        self.is_in(scene)
    }

    /// Mail from outside, and nothing more.
    fn by_mail_alone(&mut self, scene: &mut Scene<'_>) -> Option<Timestamp> {
        self.outside_mail(scene);
        if self.stage >= 3 {
            self.reached
                .extend(self.goals.drain(..).map(|(goal, _)| goal));
            return None;
        }
        let later = scene.now.plus_seconds(self.stream.between(30_000, 120_000));
        Some(self.in_hours(later))
    }

    /// A colleague who was lured falls for it.
    pub(super) fn falls(&mut self, scene: &mut Scene<'_>, bait: &Bait) {
        let state = scene.state.account(bait.account);
        if state.disabled
            || state.deleted
            || self.is_taken(bait.account) && !self.is_lost(bait.account)
        {
            return;
        }
        if let Some(message) = &bait.message {
            self.clicks_later(scene, message, bait.account, scene.now);
        }
        if self.design.plan.entry == Entry::Consent {
            self.consented_by(scene, bait.account);
        } else {
            self.proxied(scene, bait.account);
        }
    }
}

/// The name of a second factor in sign-in logs.
const fn factor_name(factor: SecondFactor) -> &'static str {
    match factor {
        SecondFactor::TextMessage => "Text message",
        SecondFactor::Fido2 => "FIDO2 security key",
        SecondFactor::WindowsHello => "Windows Hello for Business",
        SecondFactor::None | SecondFactor::AuthenticatorApp => "Mobile app notification",
    }
}

/// A method registered or issued.
pub(super) fn method(
    account: AccountNo,
    method: Method,
    by_admin: bool,
    detail: &str,
) -> DirectoryAct {
    DirectoryAct::MethodChanged {
        account,
        method,
        registered: true,
        by_admin,
        detail: detail.to_owned(),
    }
}
