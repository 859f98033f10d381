//! How somebody's programs get their tokens: sessions that go on, sign-ins at the keyboard, refusals.

use hourzero_model::{Channel, Timestamp};

use super::person::{Held, Root, Tool};
use super::scene::{Scene, on_computer};
use crate::happening::{
    Access, Act, Actor, AuthStep, DirectoryAct, Happening, Protocol, Requirement, RiskDetection,
    SignIn, SignInKind, Token, TokenOrigin, Transfer,
};
use crate::id::{Guid, TokenId};
use crate::law::Blow;
use crate::state::{Artefact, Basis, Session};
use crate::world::{
    AccountKind, AppKind, Browser, ClientKind, EntraPlan, FirstParty, NetworkKind, Program,
    SecondFactor, TrustType,
};

/// `Previously satisfied`, as renewals have it.
const SATISFIED: &str = "Previously satisfied";

/// How many sessions of its owner an account has at most.
const SESSIONS: usize = 6;

/// One request for tokens, as far as it differs from the others of its attempt.
struct Request {
    kind: SignInKind,
    error: u32,
    origin: TokenOrigin,
    steps: Vec<AuthStep>,
    request_type: &'static str,
    requirement: Requirement,
    correlation: Guid,
    id: Guid,
}

impl Scene<'_> {
    /// Gets a program through to a service: with the token it has, with a new one, or with a new sign-in.
    /// Nothing when the account may not sign in.
    pub(crate) fn reach(&mut self, tool: Tool) -> Option<Access> {
        self.reach_from(tool, SignInKind::NonInteractive)
    }

    /// Opens a web application: always a row of the interactive list, silent as long as the session lives.
    pub(crate) fn opens(&mut self, tool: Tool) -> Option<Access> {
        self.reach_from(tool, SignInKind::Interactive)
    }

    fn reach_from(&mut self, tool: Tool, kind: SignInKind) -> Option<Access> {
        let root = tool.root();
        if self.at < self.person.gives_up_until {
            return None;
        }
        if self.is_locked_out(tool) {
            return None;
        }
        let held = self.person.held(root).cloned();
        let Some(held) = held.filter(|held| held.until > self.at) else {
            return self.signs_in(tool);
        };
        if !self.lives(&held) {
            self.is_refused(tool, &held);
            self.person.forget(root);
            self.wait(4, 45);
            return self.signs_in(tool);
        }
        let cut = self.state.account(self.who()).cut;
        let token = held
            .token(tool, self.at)
            .filter(|token| cut.is_none_or(|cut| token.issued > cut));
        match token {
            Some(token) if kind == SignInKind::NonInteractive => {
                Some(self.access(tool, Some(held.session), Some(token)))
            }
            _ => Some(self.renews(tool, &held, kind)),
        }
    }

    /// A program renews its token by itself: without a session it stays silent, and nobody is asked.
    pub(crate) fn renews_quietly(&mut self, tool: Tool) -> Option<Access> {
        if self.at < self.person.gives_up_until || self.is_locked_out(tool) {
            return None;
        }
        let held = self.person.held(tool.root()).cloned()?;
        if held.until <= self.at {
            return None;
        }
        if !self.lives(&held) {
            self.is_refused(tool, &held);
            self.person.forget(tool.root());
            return None;
        }
        Some(self.renews(tool, &held, SignInKind::NonInteractive))
    }

    /// Whether the session is still in the state.
    fn lives(&self, held: &Held) -> bool {
        let sessions = &self.state.account(self.who()).sessions;
        sessions.iter().any(|session| {
            session.id == held.session
                && session.holder == Actor::Owner
                && session.artefact == held.artefact
        })
    }

    /// A disabled account: one refused attempt, then the program waits for hours.
    fn is_locked_out(&mut self, tool: Tool) -> bool {
        let state = self.state.account(self.who());
        if state.deleted {
            self.person.gives_up_until = self.at.plus_seconds(86_400);
            return true;
        }
        if !state.disabled {
            return false;
        }
        let session = self.person.held(tool.root()).map(|held| held.session);
        let correlation = self.stream.guid();
        let request = Request {
            kind: if session.is_some() {
                SignInKind::NonInteractive
            } else {
                SignInKind::Interactive
            },
            error: 50_057,
            origin: TokenOrigin::RefreshToken,
            steps: Vec::new(),
            request_type: "OAuth2:Token",
            requirement: Requirement::SingleFactor,
            correlation,
            id: self.stream.request(),
        };
        self.requests(tool, session, None, request);
        let patience = self.stream.between(1_200, 21_600);
        self.person.gives_up_until = self.at.plus_seconds(patience);
        true
    }

    /// The renewal that shows the program that its session is gone.
    fn is_refused(&mut self, tool: Tool, held: &Held) {
        let reset = self.state.account(self.who()).password != held.password;
        let request = Request {
            kind: SignInKind::NonInteractive,
            error: if reset { 50_133 } else { 50_173 },
            origin: origin(held.artefact),
            steps: Vec::new(),
            request_type: "OAuth2:Token",
            requirement: Requirement::SingleFactor,
            correlation: self.stream.guid(),
            id: self.stream.request(),
        };
        self.requests(tool, Some(held.session), None, request);
    }

    /// A program asks with an old token first, or for more than its session has: it is refused, and asks again.
    /// That means nothing, and every tenant has it: 15 of a thousand renewals in the real samples.
    fn stumbles(&mut self, tool: Tool, held: &Held) {
        const REASONS: [(u32, u64); 5] = [
            (70_043, 60),
            (700_082, 14),
            (50_076, 12),
            (50_097, 8),
            (65_001, 6),
        ];
        if !self.stream.chance(15) {
            return;
        }
        let error = self.stream.weighted(&REASONS).copied().unwrap_or(70_043);
        let request = Request {
            kind: SignInKind::NonInteractive,
            error,
            origin: origin(held.artefact),
            steps: Vec::new(),
            request_type: "OAuth2:Token",
            requirement: Requirement::SingleFactor,
            correlation: self.stream.guid(),
            id: self.stream.request(),
        };
        self.requests(tool, Some(held.session), None, request);
        self.wait(1, 6);
    }

    /// A new token from a session that lives.
    fn renews(&mut self, tool: Tool, held: &Held, kind: SignInKind) -> Access {
        if kind == SignInKind::NonInteractive {
            self.stumbles(tool, held);
        }
        let (id, token) = self.new_token();
        let (requirement, text) = if self.person.asks_factor {
            (
                Requirement::MultiFactor,
                "MFA requirement satisfied by claim in the token",
            )
        } else {
            (Requirement::SingleFactor, "")
        };
        let request = Request {
            kind,
            error: 0,
            origin: origin(held.artefact),
            steps: vec![AuthStep {
                at: self.at,
                method: SATISFIED,
                detail: String::new(),
                succeeded: true,
                result: text,
                requirement: "Primary authentication",
            }],
            request_type: if kind == SignInKind::Interactive {
                "OAuth2:Authorize"
            } else {
                "OAuth2:Token"
            },
            requirement,
            correlation: self.stream.guid(),
            id,
        };
        self.requests(tool, Some(held.session), Some(token), request);
        self.keep(tool, token);
        self.access(tool, Some(held.session), Some(token))
    }

    /// A sign-in at the keyboard, with what goes wrong on the way. A new session begins.
    fn signs_in(&mut self, tool: Tool) -> Option<Access> {
        let root = tool.root();
        if root == Root::Browser
            && let Some(access) = self.is_signed_in_by_device(tool)
        {
            return Some(access);
        }
        let correlation = self.stream.guid();
        self.fails_first(tool, correlation);
        self.learns_password(tool, correlation);
        let session = self.stream.guid();
        let factor = self.account().factor;
        let steps = self.steps(factor);
        let multi = steps.len() > 1 || matches!(factor, SecondFactor::Fido2);
        if multi && self.stream.chance(330) {
            // The row that asks for the second factor; the answer is a row of its own.
            let error = if self.stream.chance(850) {
                50_074
            } else {
                50_076
            };
            self.interrupted(tool, error, correlation);
            self.wait(4, 30);
            if self.stream.chance(25) {
                self.interrupted(tool, 500_121, correlation);
                self.wait(15, 60);
            }
        }
        if root == Root::Browser && self.stream.chance(220) {
            self.interrupted(tool, 50_140, correlation);
            self.wait(2, 9);
        }
        let (id, token) = self.new_token();
        let request = Request {
            kind: SignInKind::Interactive,
            error: 0,
            origin: TokenOrigin::None,
            steps,
            request_type: if multi {
                "SAS:ProcessAuth"
            } else {
                "Login:login"
            },
            requirement: if self.person.asks_factor && factor != SecondFactor::None {
                Requirement::MultiFactor
            } else {
                Requirement::SingleFactor
            },
            correlation,
            id,
        };
        self.requests(tool, Some(session), Some(token), request);
        self.may_look_strange(id, correlation);
        self.begins(root, session, factor);
        self.keep(tool, token);
        let seconds = self.stream.between(1, 5);
        self.at = self.at.plus_seconds(seconds);
        Some(self.access(tool, Some(session), Some(token)))
    }

    /// A sign-in from a hotel or an anonymous exit looks strange to Entra ID Protection, and means nothing.
    fn may_look_strange(&mut self, request: Guid, correlation: Guid) {
        let Some(stay) = self.person.stay(self.at) else {
            return;
        };
        let (kind, timing, chance) = match self.world.network(stay.network).kind {
            NetworkKind::Travel => ("unfamiliarFeatures", "realtime", 160),
            NetworkKind::PublicVpn => ("anonymizedIPAddress", "realtime", 260),
            NetworkKind::Mobile => ("unfamiliarFeatures", "realtime", 12),
            _ => ("unlikelyTravel", "offline", 3),
        };
        if self.world.tenant.entra != EntraPlan::P2 || !self.stream.chance(chance) {
            return;
        }
        let activity = self.at;
        let seconds = match timing {
            "realtime" => self.stream.between(2, 240),
            _ => self.stream.between(3_600, 40_000),
        };
        let act = Act::Risk(RiskDetection {
            kind,
            level: if self.stream.chance(750) {
                "low"
            } else {
                "medium"
            },
            state: if self.person.asks_factor {
                "remediated"
            } else {
                "atRisk"
            },
            timing,
            request: Some((request, correlation)),
            activity,
        });
        let access = self.access(WINDOWS, None, None);
        self.agenda.happens(Happening {
            at: activity.plus_seconds(seconds),
            actor: Actor::Service,
            account: Some(self.person.number),
            app: None,
            access: Some(access),
            act,
        });
    }

    /// On a joined computer Edge and Chrome take over the computer's session.
    fn is_signed_in_by_device(&mut self, tool: Tool) -> Option<Access> {
        if std::mem::take(&mut self.person.types_next) {
            return None;
        }
        let device = self.person.computer?;
        let held = self.person.held(Root::Computer).cloned()?;
        let bound = matches!(held.artefact, Artefact::PrimaryRefreshToken(_));
        if !bound || held.until <= self.at || !self.lives(&held) {
            return None;
        }
        let firefox = self
            .habits()
            .is_some_and(|habits| habits.browser == Browser::Firefox);
        if firefox || self.state.disabled_devices.contains(&device) {
            return None;
        }
        let basis = self.basis();
        let until = self.browser_closes();
        let held = Held::new(Root::Browser, held.session, Artefact::Cookie, until)
            .with_password(self.person.password);
        self.begin(&held, basis);
        self.person.forget(Root::Browser);
        self.person.held.push(held.clone());
        Some(self.renews(tool, &held, SignInKind::Interactive))
    }

    /// Wrong passwords and silent attempts before the right one.
    fn fails_first(&mut self, tool: Tool, correlation: Guid) {
        if tool.root() == Root::Browser && self.stream.chance(90) {
            self.interrupted(tool, 50_058, correlation);
            self.wait(1, 4);
        }
        let factor = self.account().factor;
        if matches!(factor, SecondFactor::Fido2 | SecondFactor::WindowsHello) {
            return;
        }
        if self.stream.chance(45) {
            let times = 1 + self.stream.below(2);
            for _ in 0..times {
                self.interrupted(tool, 50_126, correlation);
                self.wait(4, 25);
            }
        }
    }

    /// Somebody else set the password anew: the old one fails, the temporary one asks to be changed.
    fn learns_password(&mut self, tool: Tool, correlation: Guid) {
        let password = self.state.account(self.who()).password;
        if self.person.password == password {
            return;
        }
        self.interrupted(tool, 50_126, correlation);
        self.wait(60, 1_500);
        self.person.password = password;
        if self.stream.chance(700) {
            self.interrupted(tool, 50_055, correlation);
            self.wait(20, 90);
            let act = Act::Directory(DirectoryAct::PasswordReset {
                account: self.who(),
                channel: Channel::User,
            });
            let access = self.access(tool, None, None);
            self.does(&access, act);
            self.own_password_changed(Channel::User);
            self.wait(2, 8);
        }
    }

    /// The owner has set a new password himself: what the law says dies, and whoever knew the old one
    /// knows this one not.
    pub(crate) fn own_password_changed(&mut self, channel: Channel) {
        let who = self.who();
        self.state
            .strike(who, Blow::PasswordReset(channel), self.at);
        let account = self.state.account_mut(who);
        account.password += 1;
        account.password_known_to.clear();
        self.person.password = account.password;
    }

    /// An attempt that is not a success.
    pub(crate) fn interrupted(&mut self, tool: Tool, error: u32, correlation: Guid) {
        let password = AuthStep {
            at: self.at,
            method: "Password",
            detail: self.password_detail().to_owned(),
            succeeded: error != 50_126,
            result: if error == 50_126 {
                "Invalid username or password"
            } else {
                "Correct password"
            },
            requirement: "Primary authentication",
        };
        let mut steps = vec![password];
        if error == 500_121 {
            steps.push(AuthStep {
                at: self.at.plus_seconds(20),
                method: "Mobile app notification",
                detail: String::new(),
                succeeded: false,
                result: "MFA denied; user did not respond to mobile app notification",
                requirement: "Multifactor authentication",
            });
        }
        if matches!(error, 50_058 | 50_057) {
            steps.clear();
        }
        let request = Request {
            kind: SignInKind::Interactive,
            error,
            origin: TokenOrigin::None,
            steps,
            request_type: match error {
                50_140 => "Kmsi:kmsi",
                500_121 => "SAS:EndAuth",
                50_058 | 65_001 => "OAuth2:Authorize",
                _ => "Login:login",
            },
            requirement: if matches!(error, 50_074 | 50_076 | 500_121 | 50_140)
                && self.person.asks_factor
            {
                Requirement::MultiFactor
            } else {
                Requirement::SingleFactor
            },
            correlation,
            id: self.stream.request(),
        };
        self.requests(tool, None, None, request);
    }

    fn password_detail(&self) -> &'static str {
        if self.account().synced {
            "Password Hash Sync"
        } else {
            "Password in the cloud"
        }
    }

    /// The steps of a sign-in that succeeds.
    fn steps(&self, factor: SecondFactor) -> Vec<AuthStep> {
        let step = |method, detail: &str, result, requirement| AuthStep {
            at: self.at,
            method,
            detail: detail.to_owned(),
            succeeded: true,
            result,
            requirement,
        };
        let alone = |method| vec![step(method, "", "", "Primary authentication")];
        let password = step(
            "Password",
            self.password_detail(),
            "Correct password",
            "Primary authentication",
        );
        let second = |method, detail| {
            let done = "MFA successfully completed";
            step(method, detail, done, "Multifactor authentication")
        };
        match factor {
            SecondFactor::Fido2 => alone("FIDO2 security key"),
            SecondFactor::WindowsHello => alone("Windows Hello for Business"),
            _ if !self.person.asks_factor => vec![password],
            SecondFactor::None => vec![password],
            SecondFactor::AuthenticatorApp => {
                vec![password, second("Mobile app notification", "")]
            }
            SecondFactor::TextMessage => vec![password, second("Text message", "+XX XXXXXXXX12")],
        }
    }

    fn basis(&self) -> Basis {
        match self.account().factor {
            SecondFactor::Fido2 | SecondFactor::WindowsHello => Basis::NonPassword,
            _ => Basis::Password,
        }
    }

    /// When a browser's session ends: with the day, or after weeks with "stay signed in".
    fn browser_closes(&mut self) -> Timestamp {
        if self.person.stays_signed_in {
            let days = self.stream.between(4, 30);
            self.at.plus_seconds(days * 86_400)
        } else {
            let hours = self.stream.between(5, 14);
            self.at.plus_seconds(hours * 3_600)
        }
    }

    /// A session begins and is held.
    fn begins(&mut self, root: Root, session: Guid, factor: SecondFactor) {
        let until = match root {
            Root::Browser => self.browser_closes(),
            // Refresh tokens roll on for 90 days and more; now and then an app forgets.
            Root::Computer | Root::Phone => {
                let days = self.stream.between(50, 200);
                self.at.plus_seconds(days * 86_400)
            }
        };
        let joined = self
            .person
            .computer
            .filter(|device| self.world.device(*device).trust != TrustType::Registered);
        let artefact = match (root, joined) {
            (Root::Browser, _) => Artefact::Cookie,
            (Root::Computer, Some(device)) => Artefact::PrimaryRefreshToken(device),
            _ => Artefact::RefreshToken,
        };
        let basis = match factor {
            SecondFactor::Fido2 | SecondFactor::WindowsHello => Basis::NonPassword,
            _ => Basis::Password,
        };
        let held = Held::new(root, session, artefact, until).with_password(self.person.password);
        self.begin(&held, basis);
        self.person.forget(root);
        self.person.held.push(held);
    }

    /// Puts a session into the state. Those that a browser or telephone forgot go on living there, and the
    /// oldest of them end when there are many.
    fn begin(&mut self, held: &Held, basis: Basis) {
        let who = self.who();
        let kept: Vec<(Guid, Artefact)> = self
            .person
            .held
            .iter()
            .filter(|other| other.root != held.root)
            .map(|other| (other.session, other.artefact))
            .collect();
        let sessions = &mut self.state.account_mut(who).sessions;
        let own = |session: &Session| session.holder == Actor::Owner;
        while sessions.iter().filter(|session| own(session)).count() >= SESSIONS {
            let forgotten =
                |session: &Session| own(session) && !kept.contains(&(session.id, session.artefact));
            let Some(oldest) = sessions.iter().position(forgotten) else {
                break;
            };
            sessions.remove(oldest);
        }
        self.state.begin(Session {
            id: held.session,
            account: who,
            holder: Actor::Owner,
            basis,
            artefact: held.artefact,
            began: self.at,
        });
    }

    /// Puts the sessions that are older than the logs into the state.
    pub(crate) fn remembers_session(&mut self, root: Root) {
        let session = self.stream.guid();
        let factor = self.account().factor;
        let since = self.stream.between(1, 40);
        let now = self.at;
        self.at = now.plus_seconds(-since * 86_400);
        self.begins(root, session, factor);
        self.at = now;
    }

    /// A request's id and the token that it gets, whose id follows from it.
    fn new_token(&mut self) -> (Guid, Token) {
        let id = self.stream.request();
        let token = Token {
            id: TokenId::of_request(id),
            issued: self.at,
        };
        (id, token)
    }

    /// How long a token is used: an hour or so, or a day by clients with continuous access evaluation.
    fn keep(&mut self, tool: Tool, token: Token) {
        let long = !matches!(tool.program, Program::Browser(_)) && self.stream.chance(350);
        let seconds = if long {
            self.stream.between(20 * 3_600, 28 * 3_600)
        } else {
            self.stream.between(3_600, 5_400)
        };
        let until = self.at.plus_seconds(seconds);
        if let Some(held) = self.person.held_mut(tool.root()) {
            held.keep(tool, token, until);
        }
    }

    /// The way by which a tool's request reaches a service.
    pub(crate) fn access(
        &mut self,
        tool: Tool,
        session: Option<Guid>,
        token: Option<Token>,
    ) -> Access {
        let firefox_hides = matches!(tool.program, Program::Browser(_))
            && self
                .habits()
                .is_some_and(|habits| habits.browser == Browser::Firefox);
        Access {
            place: self.place(tool),
            client: self.client(tool, false),
            session,
            token,
            device: match tool.root() {
                Root::Phone => self.person.phone,
                _ if firefox_hides => None,
                _ => self.person.computer,
            },
        }
    }

    fn requests(
        &mut self,
        tool: Tool,
        session: Option<Guid>,
        token: Option<Token>,
        request: Request,
    ) {
        let mut access = self.access(tool, session, token);
        access.client = self.client(tool, true);
        let account = self.account();
        let device_bound = matches!(request.origin, TokenOrigin::PrimaryRefreshToken);
        let sign_in = SignIn {
            kind: request.kind,
            id: request.id,
            correlation: request.correlation,
            resource: tool.resource,
            error: request.error,
            requirement: request.requirement,
            steps: request.steps,
            protocol: match access.client.kind {
                ClientKind::App | ClientKind::Script => Protocol::OAuth2,
                _ if self.world.app(tool.resource).kind == AppKind::SingleSignOn => {
                    Protocol::Saml20
                }
                _ => Protocol::None,
            },
            origin: request.origin,
            transfer: Transfer::None,
            bound: (request.error == 0).then_some(device_bound),
            request_type: request.request_type,
            risk: None,
            unknown_name: None,
            scopes: Vec::new(),
            credential: None,
            home: match account.kind {
                AccountKind::Guest => account
                    .home
                    .as_ref()
                    .map(|(tenant, _)| (*tenant, "b2bCollaboration")),
                _ => None,
            },
            federated: false,
        };
        self.does(&access, Act::SignIn(Box::new(sign_in)));
    }
}

/// What a renewal is made with.
const fn origin(artefact: Artefact) -> TokenOrigin {
    match artefact {
        Artefact::PrimaryRefreshToken(_) => TokenOrigin::PrimaryRefreshToken,
        Artefact::RefreshToken | Artefact::ConfidentialToken => TokenOrigin::RefreshToken,
        Artefact::Cookie => TokenOrigin::None,
    }
}

/// Signing in to the computer itself.
pub(crate) const WINDOWS: Tool =
    on_computer(Program::WindowsSignIn, FirstParty::DirectoryGraph.number());
