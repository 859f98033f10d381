//! By which way the attacker reaches a service: a token that still holds, a session that still renews, a
//! device, a key, a password, a federated domain, an application, another account's right. What fails
//! leaves its row.

use hourzero_model::Timestamp;

use super::agent::{Agent, needs_second_factor};
use super::scenario::{Entry, Tool};
use super::scene::{Scene, Who, access, answered, in_session, satisfied, sign_in, step};
use super::tools;
use crate::happening::{
    Access, Act, Logon, Method, Protocol, Requirement, SignIn, SignInKind, TokenOrigin, Transfer,
};
use crate::id::{AccountNo, AppNo, DeviceNo, Guid};
use crate::law::Lifetime;
use crate::state::{Artefact, Basis, FootholdKind, Session};
use crate::world::FrontEnd;

/// A service behind its own door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// Exchange Online.
    Mail,
    /// SharePoint and OneDrive.
    Files,
    /// Microsoft Graph.
    Graph,
    /// Registration of devices.
    Registration,
    /// The page of one's own sign-in methods.
    Security,
    /// The portals of administrators.
    Portal,
    /// Exchange's cmdlets.
    AdminExchange,
    /// An application with single sign-on.
    Sso(AppNo),
}

/// A way that is open.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    pub(crate) who: Who,
    pub(crate) access: Access,
    pub(crate) logon: Logon,
}

/// An access token in his hands.
#[derive(Debug, Clone)]
pub(super) struct Held {
    account: AccountNo,
    door: Door,
    access: Access,
    life: Lifetime,
}

impl Agent<'_> {
    /// Opens a door in an account's name, or leaves the rows of having tried.
    pub(super) fn reach(
        &mut self,
        scene: &mut Scene<'_>,
        account: AccountNo,
        door: Door,
    ) -> Option<Way> {
        let cut = scene.state.account(account).cut;
        let now = scene.now;
        self.tokens
            .retain(|held| held.life.holds(now, cut) || held.account != account);
        if let Some(held) = self
            .tokens
            .iter()
            .find(|held| held.account == account && held.door == door)
        {
            return Some(self.way(account, held.access.clone()));
        }
        let sessions: Vec<Session> = scene
            .state
            .account(account)
            .sessions
            .iter()
            .filter(|session| {
                session.holder == self.actor && session.artefact != Artefact::ConfidentialToken
            })
            .cloned()
            .collect();
        for session in sessions {
            if let Some(way) = self.renew(scene, &session, door) {
                return Some(way);
            }
        }
        self.told_that_it_ended(scene, account, door);
        self.by_key(scene, account, door)
            .or_else(|| self.by_federation(scene, account, door))
            .or_else(|| self.by_password(scene, account, door))
    }

    /// Opens a mailbox: in its owner's name, as a delegate, or through an application.
    pub(super) fn reach_mailbox(
        &mut self,
        scene: &mut Scene<'_>,
        mailbox: AccountNo,
    ) -> Option<Way> {
        if scene.state.account(mailbox).mailbox_closed || scene.state.account(mailbox).deleted {
            return None;
        }
        if !self.is_lost(mailbox)
            && self.is_taken(mailbox)
            && let Some(way) = self.reach(scene, mailbox, Door::Mail)
        {
            return Some(way);
        }
        let delegates: Vec<AccountNo> = scene
            .state
            .account(mailbox)
            .delegates
            .iter()
            .map(|(account, _)| *account)
            .filter(|account| self.is_taken(*account) && !self.is_lost(*account))
            .collect();
        for delegate in delegates {
            if let Some(mut way) = self.reach(scene, delegate, Door::Mail) {
                way.logon = Logon::Delegate;
                return Some(way);
            }
        }
        self.reach_by_app(scene, mailbox)
    }

    /// Through an application that he brought or whose key he has: its requests come from Microsoft's own
    /// addresses or from his server, and name the application.
    pub(super) fn reach_by_app(
        &mut self,
        scene: &mut Scene<'_>,
        mailbox: AccountNo,
    ) -> Option<Way> {
        let keyed = scene
            .state
            .footholds
            .iter()
            .find_map(|foothold| match foothold.what {
                FootholdKind::AppKey(app, key) if foothold.by == self.actor => Some((app, key)),
                FootholdKind::App(app)
                    if foothold.by == self.actor && !scene.world.app(app).roles.is_empty() =>
                {
                    Some((app, self.design.key))
                }
                _ => None,
            });
        if let Some((app, key)) = keyed {
            return self.as_application(scene, app, key);
        }
        let app = self.design.app;
        if app.index() >= scene.world.apps.len() {
            return None;
        }
        let consent = scene
            .state
            .account(mailbox)
            .sessions
            .iter()
            .find(|session| session.is_consents_of(self.actor))
            .cloned();
        let standing = scene
            .state
            .footholds
            .iter()
            .any(|foothold| foothold.what == FootholdKind::App(app));
        let error = match &consent {
            _ if scene.state.disabled_apps.contains(&app) => 7_000_112,
            _ if !standing => 65_001,
            None => 50_173,
            Some(_) if scene.state.account(mailbox).disabled => 50_057,
            Some(_) => 0,
        };
        if !standing && !self.is_taken(mailbox) {
            return None;
        }
        let server = self.place(scene);
        let look = tools::client(
            scene.world,
            app,
            crate::world::ClientKind::Script,
            ("", "", ""),
        );
        let session = consent.as_ref().map(|session| session.id);
        let from_server = in_session(
            access(&mut self.stream, server, &look, scene.now),
            session,
            None,
        );
        let mut row = sign_in(&mut self.stream, scene.apps.graph);
        row.kind = SignInKind::NonInteractive;
        row.protocol = Protocol::OAuth2;
        row.origin = TokenOrigin::RefreshToken;
        row.request_type = "OAuth2:Token";
        row.error = error;
        row.scopes = vec!["Mail.Read", "Mail.Send", "User.Read"];
        let from_server = answered(from_server, &row, scene.now);
        let who = Who::user(self.actor, mailbox);
        scene.tell(0, who, Some(&from_server), Act::SignIn(Box::new(row)));
        if error != 0 {
            return None;
        }
        Some(self.through_service(scene, who, from_server))
    }

    /// What an application does with its token reaches the logs from the service's own addresses.
    fn through_service(&mut self, scene: &Scene<'_>, who: Who, mut access: Access) -> Way {
        access.place = self.service_place(scene).unwrap_or(access.place);
        Way {
            who,
            access,
            logon: Logon::Owner,
        }
    }

    /// As the application itself, with a key.
    fn as_application(&mut self, scene: &mut Scene<'_>, app: AppNo, key: Guid) -> Option<Way> {
        let place = self.place(scene);
        let look = tools::client(
            scene.world,
            app,
            crate::world::ClientKind::Script,
            ("python-requests/2.32.3", "", ""),
        );
        let from_server = in_session(
            access(&mut self.stream, place, &look, scene.now),
            None,
            None,
        );
        let key_stands = scene
            .state
            .footholds
            .iter()
            .any(|foothold| match foothold.what {
                FootholdKind::AppKey(of, id) => of == app && id == key,
                FootholdKind::App(of) => of == app,
                _ => false,
            });
        let mut row = sign_in(&mut self.stream, scene.apps.graph);
        row.kind = SignInKind::ServicePrincipal;
        row.credential = Some(key);
        row.bound = None;
        row.request_type = "OAuth2:Token";
        row.error = if scene.state.disabled_apps.contains(&app) {
            7_000_112
        } else if key_stands {
            0
        } else {
            7_000_215
        };
        let error = row.error;
        let from_server = answered(from_server, &row, scene.now);
        let who = Who {
            actor: self.actor,
            account: None,
            app: Some(app),
        };
        scene.tell(0, who, Some(&from_server), Act::SignIn(Box::new(row)));
        if error != 0 {
            return None;
        }
        Some(self.through_service(scene, who, from_server))
    }

    /// A session gets another token, or is refused.
    fn renew(&mut self, scene: &mut Scene<'_>, session: &Session, door: Door) -> Option<Way> {
        let account = session.account;
        let device = self.device_of(scene, session);
        let mut row = self.row(scene, door);
        row.kind = SignInKind::NonInteractive;
        row.protocol = Protocol::OAuth2;
        row.request_type = "OAuth2:Token";
        row.origin = match session.artefact {
            Artefact::PrimaryRefreshToken(_) => TokenOrigin::PrimaryRefreshToken,
            Artefact::Cookie if self.design.plan.entry == Entry::PrtTheft && device.is_some() => {
                TokenOrigin::PrimaryRefreshToken
            }
            Artefact::Cookie => TokenOrigin::None,
            _ => TokenOrigin::RefreshToken,
        };
        if self.by_device_code.contains(&session.id) {
            row.transfer = Transfer::DeviceCodeFlow;
        }
        if needs_second_factor(scene.world, scene.state, account) {
            row.requirement = Requirement::MultiFactor;
            row.steps = vec![satisfied(scene.now)];
        }
        if let Artefact::PrimaryRefreshToken(device) = session.artefact
            && scene.state.disabled_devices.contains(&device)
        {
            row.error = 135_011;
        }
        self.ask(scene, account, row, (door, Some(session.id), device))
    }

    /// The first try after a session ended says why.
    fn told_that_it_ended(&mut self, scene: &mut Scene<'_>, account: AccountNo, door: Door) {
        let told = &mut self.told;
        let news: Vec<(Guid, u32, Option<DeviceNo>)> = scene
            .state
            .ended
            .iter()
            .filter(|ended| ended.holder == self.actor && ended.account == account)
            .filter(|ended| told.insert((ended.id, ended.error, ended.device)))
            .map(|ended| (ended.id, ended.error, ended.device))
            .collect();
        for (session, error, device) in news.into_iter().take(2) {
            let mut row = self.row(scene, door);
            row.kind = SignInKind::NonInteractive;
            row.protocol = Protocol::OAuth2;
            row.request_type = "OAuth2:Token";
            row.origin = if device.is_some() {
                TokenOrigin::PrimaryRefreshToken
            } else {
                TokenOrigin::RefreshToken
            };
            row.error = error;
            self.ask(scene, account, row, (door, Some(session), device));
        }
    }

    /// With a Windows Hello key on his own device.
    fn by_key(&mut self, scene: &mut Scene<'_>, account: AccountNo, door: Door) -> Option<Way> {
        let has_key = scene
            .state
            .account(account)
            .foreign_methods
            .contains(&(self.actor, Method::WindowsHello));
        if !has_key {
            return None;
        }
        let device = self.design.device;
        let mut row = self.row(scene, door);
        row.requirement = Requirement::MultiFactor;
        row.steps = vec![step(
            scene.now,
            "Windows Hello for Business",
            "",
            ("MFA successfully completed", true),
        )];
        row.origin = TokenOrigin::PrimaryRefreshToken;
        if scene.state.disabled_devices.contains(&device) {
            row.error = 135_011;
        }
        let session = self.stream.guid();
        let way = self.ask(scene, account, row, (door, Some(session), Some(device)))?;
        self.begin(
            scene,
            account,
            (
                session,
                Basis::NonPassword,
                Artefact::PrimaryRefreshToken(device),
            ),
        );
        Some(way)
    }

    /// With a token of the domain that he federated.
    fn by_federation(
        &mut self,
        scene: &mut Scene<'_>,
        account: AccountNo,
        door: Door,
    ) -> Option<Way> {
        let federated = scene.state.footholds.iter().any(|foothold| {
            foothold.by == self.actor && matches!(foothold.what, FootholdKind::Federation(_))
        });
        if !federated {
            return None;
        }
        let mut row = self.row(scene, door);
        row.federated = true;
        row.protocol = Protocol::WsFederation;
        row.origin = TokenOrigin::Saml20;
        row.requirement = Requirement::MultiFactor;
        row.steps = vec![satisfied(scene.now)];
        row.request_type = "OrgIdWsFederation:federation";
        let session = self.stream.guid();
        let way = self.ask(scene, account, row, (door, Some(session), None))?;
        self.begin(
            scene,
            account,
            (session, Basis::NonPassword, Artefact::Cookie),
        );
        Some(way)
    }

    /// With the password, and what he can show as a second factor.
    fn by_password(
        &mut self,
        scene: &mut Scene<'_>,
        account: AccountNo,
        door: Door,
    ) -> Option<Way> {
        let known = *self.passwords.get(&account)?;
        let legacy = matches!(
            self.design.plan.entry,
            Entry::Ropc | Entry::Imap | Entry::Spray
        );
        let state = scene.state.account(account);
        let right = known == state.password && state.password_known_to.contains(&self.actor);
        let own_factor = state
            .foreign_methods
            .iter()
            .any(|(actor, _)| *actor == self.actor);
        let asked = needs_second_factor(scene.world, scene.state, account);
        let mut row = self.row(scene, door);
        let wrong = ("Invalid username or password", false);
        row.steps = vec![step(
            scene.now,
            "Password",
            "Password in the cloud",
            if right {
                ("Correct password", true)
            } else {
                wrong
            },
        )];
        row.request_type = "Login:login";
        if !right {
            self.passwords.remove(&account);
            row.error = 50_126;
        } else if legacy && asked && !scene.state.defences.no_legacy {
            row.protocol = Protocol::Ropc;
            row.request_type = "OAuth2:Token";
        } else if legacy && scene.state.defences.no_legacy {
            row.error = 53_003;
        } else if asked && own_factor {
            row.requirement = Requirement::MultiFactor;
            row.steps.push(step(
                scene.now.plus_seconds(6),
                "Mobile app notification",
                "",
                ("MFA successfully completed", true),
            ));
        } else if asked {
            row.requirement = Requirement::MultiFactor;
            row.error = if self.stream.chance(500) {
                50_074
            } else {
                50_076
            };
        }
        let artefact = if matches!(self.design.plan.client, Tool::Browser | Tool::Axios) {
            Artefact::Cookie
        } else {
            Artefact::RefreshToken
        };
        let session = self.stream.guid();
        let way = self.ask(scene, account, row, (door, Some(session), None))?;
        self.begin(scene, account, (session, Basis::Password, artefact));
        Some(way)
    }

    /// Begins a session that he holds.
    pub(super) fn begin(
        &mut self,
        scene: &mut Scene<'_>,
        account: AccountNo,
        won: (Guid, Basis, Artefact),
    ) {
        let (id, basis, artefact) = won;
        scene.state.begin(Session {
            id,
            account,
            holder: self.actor,
            basis,
            artefact,
            began: scene.now,
        });
    }

    /// Puts a request; what stands against every request is added here.
    pub(super) fn ask(
        &mut self,
        scene: &mut Scene<'_>,
        account: AccountNo,
        mut row: SignIn,
        way: (Door, Option<Guid>, Option<DeviceNo>),
    ) -> Option<Way> {
        let (door, session, device) = way;
        let place = self.place(scene);
        let state = scene.state.account(account);
        if state.deleted {
            row.error = 50_034;
        } else if state.disabled && matches!(row.error, 0 | 50_074 | 50_076) {
            row.error = 50_057;
        } else if row.error == 0
            && scene
                .state
                .blocked_addresses
                .get(&place.address)
                .is_some_and(|since| *since <= scene.now)
        {
            row.error = 53_003;
            self.move_house();
        }
        let look = tools::at_door(
            scene.world,
            scene.apps,
            self.design.plan.client,
            self.design.plan.entry,
            door,
        );
        let by = in_session(
            access(&mut self.stream, place, &look, scene.now),
            session,
            device,
        );
        let by = answered(by, &row, scene.now);
        let error = row.error;
        scene.tell(
            0,
            Who::user(self.actor, account),
            Some(&by),
            Act::SignIn(Box::new(row)),
        );
        if error != 0 {
            return None;
        }
        let life = self.lifetime(scene.now, door);
        self.tokens.push(Held {
            account,
            door,
            access: by.clone(),
            life,
        });
        Some(self.way(account, by))
    }

    /// A bare row for a door.
    pub(super) fn row(&mut self, scene: &Scene<'_>, door: Door) -> SignIn {
        let apps = scene.apps;
        let resource = match door {
            Door::Mail | Door::AdminExchange => apps.exchange,
            Door::Files => apps.sharepoint,
            Door::Graph | Door::Security => apps.graph,
            Door::Registration => apps.registration,
            Door::Portal => apps.azure,
            Door::Sso(app) => app,
        };
        sign_in(&mut self.stream, resource)
    }

    fn lifetime(&mut self, now: Timestamp, door: Door) -> Lifetime {
        let watched = matches!(door, Door::Mail | Door::Files | Door::Graph);
        if watched && tools::evaluated(self.design.plan.client) {
            Lifetime {
                issued: now,
                expires: now.plus_seconds(self.stream.between(72_000, 100_800)),
                evaluated: Some(self.stream.between(30, 900)),
            }
        } else {
            Lifetime {
                issued: now,
                expires: now.plus_seconds(self.stream.between(3_600, 5_400)),
                evaluated: None,
            }
        }
    }

    fn way(&self, account: AccountNo, access: Access) -> Way {
        Way {
            who: Who::user(self.actor, account),
            access,
            logon: Logon::Owner,
        }
    }

    /// The device that a session's tokens name: his own, or the owner's whose token was stolen.
    fn device_of(&self, scene: &Scene<'_>, session: &Session) -> Option<DeviceNo> {
        match session.artefact {
            Artefact::PrimaryRefreshToken(device) => Some(device),
            _ if self.design.plan.entry == Entry::PrtTheft
                && session.account == self.design.victim =>
            {
                scene.world.computer(session.account)
            }
            _ => None,
        }
    }

    /// A front end of Microsoft's, from which applications are seen.
    pub(super) fn service_place(&mut self, scene: &Scene<'_>) -> Option<crate::world::Place> {
        let front_ends = scene.world.front_ends(FrontEnd::Exchange);
        let network = *self.stream.pick(&front_ends)?;
        Some(crate::world::Place {
            network,
            address: scene.world.network(network).address(&mut self.stream),
            port: 443,
        })
    }
}
