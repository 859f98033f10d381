//! At the desk: starting work, web applications, and what programs do by themselves meanwhile.

use super::person::{Root, Tool};
use super::scene::{Scene, in_browser, on_computer, on_phone};
use super::sign_in::WINDOWS;
use crate::happening::{Act, Actor, ChatAct, DirectoryAct, MailAct, Noise};
use crate::id::AppNo;
use crate::logs::{Doer, NoiseOperation};
use crate::state::Artefact;
use crate::world::{AppKind, FirstParty, MailClient, Program};

/// Programs that renew their tokens in the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Background {
    Outlook,
    OutlookSearch,
    Teams,
    TeamsGraph,
    TeamsFiles,
    OneDrive,
    Office,
    Windows,
    WebGraph,
    PhoneMail,
    PhoneTeams,
}

impl Background {
    /// Those of a computer.
    pub(crate) const OF_COMPUTER: &'static [Self] = &[
        Self::Outlook,
        Self::OutlookSearch,
        Self::Teams,
        Self::TeamsGraph,
        Self::TeamsFiles,
        Self::OneDrive,
        Self::Office,
        Self::Windows,
        Self::WebGraph,
    ];

    /// Every how many seconds.
    pub(crate) const fn every(self) -> i64 {
        match self {
            Self::Outlook | Self::Teams => 5_600,
            Self::TeamsGraph | Self::WebGraph => 7_200,
            Self::OutlookSearch | Self::TeamsFiles | Self::Office => 12_000,
            Self::OneDrive | Self::Windows => 14_400,
            Self::PhoneMail | Self::PhoneTeams => 10_000,
        }
    }

    const fn tool(self) -> Tool {
        let exchange = FirstParty::ExchangeOnline.number();
        let graph = FirstParty::Graph.number();
        let share_point = FirstParty::SharePointOnline.number();
        let teams = FirstParty::TeamsServices.number();
        match self {
            Self::Outlook => on_computer(Program::Outlook, exchange),
            Self::OutlookSearch => on_computer(Program::Outlook, graph),
            Self::Teams => on_computer(Program::Teams, teams),
            Self::TeamsGraph => on_computer(Program::Teams, graph),
            Self::TeamsFiles => on_computer(Program::Teams, share_point),
            Self::OneDrive => on_computer(Program::OneDrive, share_point),
            Self::Office => on_computer(Program::Office, FirstParty::OfficeCloudPolicy.number()),
            Self::Windows => WINDOWS,
            Self::WebGraph => in_browser(FirstParty::OfficeShell.number(), graph),
            Self::PhoneMail => on_phone(Program::Outlook, exchange),
            Self::PhoneTeams => on_phone(Program::Teams, teams),
        }
    }
}

/// Web applications that people open, by how often; the company's own are drawn beside them.
const WEB: &[((FirstParty, FirstParty), u64)] = &[
    ((FirstParty::OfficeHome, FirstParty::OfficeHome), 22),
    ((FirstParty::OfficeShell, FirstParty::Graph), 20),
    (
        (FirstParty::SharePointOnline, FirstParty::SharePointOnline),
        18,
    ),
    ((FirstParty::OutlookWeb, FirstParty::ExchangeOnline), 9),
    ((FirstParty::TeamsWeb, FirstParty::TeamsServices), 5),
    ((FirstParty::BingSearch, FirstParty::Graph), 4),
    ((FirstParty::Edge, FirstParty::Graph), 4),
    ((FirstParty::Planner, FirstParty::Graph), 3),
    ((FirstParty::Forms, FirstParty::Forms), 2),
    ((FirstParty::MyApps, FirstParty::DirectoryGraph), 2),
    ((FirstParty::Loop, FirstParty::SharePointOnline), 2),
    ((FirstParty::FlowPortal, FirstParty::FlowService), 1),
    ((FirstParty::MySignIns, FirstParty::Graph), 1),
    ((FirstParty::MyProfile, FirstParty::Graph), 1),
];

impl Scene<'_> {
    /// Sits down to work.
    pub(crate) fn starts(&mut self) {
        let joined = self
            .person
            .held(Root::Computer)
            .is_some_and(|held| matches!(held.artefact, Artefact::PrimaryRefreshToken(_)));
        if joined || self.person.computer.is_some() && self.person.held(Root::Computer).is_none() {
            let opened = if self.stream.chance(300) {
                self.opens(WINDOWS)
            } else {
                self.renews_quietly(WINDOWS)
            };
            if opened.is_some() {
                self.wait(20, 120);
            }
        }
        let teams = Background::Teams.tool();
        if let Some(access) = self.reach(teams) {
            self.wait(1, 20);
            self.does(&access, Act::Chat(session_started()));
        }
        self.wait(5, 90);
        if self
            .habits()
            .is_some_and(|habits| habits.mail_client != MailClient::OutlookWeb)
        {
            self.checks_mail(false);
        }
    }

    /// A program renews its tokens.
    pub(crate) fn renews_in_background(&mut self, background: Background) {
        let web = self
            .habits()
            .is_some_and(|habits| habits.mail_client == MailClient::OutlookWeb);
        if web && matches!(background, Background::Outlook | Background::OutlookSearch) {
            return;
        }
        let joined = self
            .person
            .held(Root::Computer)
            .is_some_and(|held| matches!(held.artefact, Artefact::PrimaryRefreshToken(_)));
        if matches!(background, Background::Windows) && !joined {
            return;
        }
        let access = self.renews_quietly(background.tool());
        if let (Some(access), Background::PhoneTeams) = (access, background)
            && self.stream.chance(350)
        {
            self.wait(1, 10);
            self.does(&access, Act::Chat(session_started()));
        }
    }

    /// Leaves a record of the long tail.
    pub(crate) fn leaves_trace(&mut self, operation: &'static NoiseOperation) {
        let share_point = FirstParty::SharePointOnline.number();
        let graph = FirstParty::Graph.number();
        let (client, resource) = match operation.workload.as_str() {
            "SharePoint" | "OneDrive" => (share_point, share_point),
            "MicrosoftForms" => (FirstParty::Forms.number(), FirstParty::Forms.number()),
            "Planner" => (FirstParty::Planner.number(), graph),
            _ if operation.doer == Doer::Administrator => {
                (FirstParty::SecurityPortal.number(), graph)
            }
            _ => (FirstParty::OfficeHome.number(), graph),
        };
        let Some(access) = self.reach(in_browser(client, resource)) else {
            return;
        };
        self.wait(0, 20);
        let noise = Noise {
            workload: operation.workload.as_str(),
            operation: operation.operation.as_str(),
            object: String::new(),
        };
        let actor = match operation.doer {
            Doer::Administrator => Actor::Administrator,
            Doer::Person | Doer::Service => Actor::Owner,
        };
        self.happens(actor, Some(access), Act::Noise(noise));
    }

    /// Lets an application of another maker read what is his own: first refused for want of consent, then
    /// granted.
    fn consents(&mut self) {
        let apps: Vec<AppNo> = (0_u32..)
            .map(AppNo)
            .zip(&self.world.apps)
            .filter(|(_, app)| app.kind == AppKind::ThirdParty && !app.scopes.is_empty())
            .map(|(number, _)| number)
            .collect();
        let Some(app) = self.stream.pick(&apps).copied() else {
            return;
        };
        let tool = in_browser(app, FirstParty::Graph.number());
        let correlation = self.stream.guid();
        self.interrupted(tool, 65_001, correlation);
        self.wait(4, 60);
        let Some(access) = self.opens(tool) else {
            return;
        };
        let act = DirectoryAct::Consented {
            app,
            scopes: self.world.app(app).scopes.clone(),
            roles: Vec::new(),
            by_admin: false,
            refused: None,
        };
        self.does(&access, Act::Directory(act));
    }

    /// Opens a web application.
    pub(crate) fn browses(&mut self) {
        if self.stream.chance(3) {
            self.consents();
            return;
        }
        if self.stream.chance(55) {
            // Another browser, a private window, a cleared cache: everything is typed again.
            self.person.forget(Root::Browser);
            self.person.types_next = true;
        }
        let own: Vec<AppNo> = if self.stream.chance(220) {
            (0_u32..)
                .map(AppNo)
                .zip(&self.world.apps)
                .filter(|(_, app)| app.kind == AppKind::SingleSignOn)
                .map(|(number, _)| number)
                .collect()
        } else {
            Vec::new()
        };
        if let Some(app) = self.stream.pick(&own).copied() {
            self.opens(in_browser(app, app));
            return;
        }
        let Some(((client, service), _)) = self
            .stream
            .weighted(&WEB.iter().map(|pair| (pair, pair.1)).collect::<Vec<_>>())
            .copied()
            .copied()
        else {
            return;
        };
        let Some(access) = self.opens(in_browser(client.number(), service.number())) else {
            return;
        };
        self.wait(1, 12);
        match client {
            FirstParty::OutlookWeb if self.account().mailbox.is_some() => {
                let mailbox = self.who();
                self.does(&access, Act::Mail(MailAct::WebTokenIssued { mailbox }));
            }
            FirstParty::SharePointOnline | FirstParty::OfficeHome => self.looks_at_site(&access),
            FirstParty::FlowPortal if self.stream.chance(300) => self.makes_flow(&access),
            _ => {}
        }
    }
}

fn session_started() -> ChatAct {
    ChatAct {
        operation: "TeamsSessionStarted",
        team: None,
        thread: None,
        members: Vec::new(),
        foreign: Vec::new(),
        urls: Vec::new(),
        message_id: None,
    }
}
