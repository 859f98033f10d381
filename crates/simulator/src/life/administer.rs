//! Administrators at their work.

use std::sync::LazyLock;

use super::person::Tool;
use super::post::lines;
use super::scene::{Scene, in_browser, on_computer};
use crate::happening::{
    Access, Act, Cmdlet, CmdletService, DirectoryAct, Initiator, Noise, PolicyKind, PropertyChange,
};
use crate::id::{AccountNo, AppNo, GroupNo};
use crate::random::Stream;
use crate::world::{AccountKind, AppKind, FirstParty, Program};

/// A piece of an administrator's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Errand {
    MakesAccount(AccountNo),
    ClosesAccount(AccountNo),
    ResetsPassword(AccountNo),
    Cmdlet,
    Portal,
    ChangesUser,
    ChangesGroup,
    ChangesPolicy,
    ChangesApp,
    ConsentsToApp,
    ChangesRole,
    ChangesMethod,
    LooksAtAzure,
}

impl Errand {
    /// What is to be done today.
    pub(crate) fn draw(stream: &mut Stream) -> Self {
        const LIST: [(Errand, u64); 10] = [
            (Errand::Cmdlet, 34),
            (Errand::Portal, 30),
            (Errand::ChangesUser, 14),
            (Errand::ChangesGroup, 16),
            (Errand::ChangesPolicy, 2),
            (Errand::ChangesApp, 4),
            (Errand::ConsentsToApp, 2),
            (Errand::ChangesRole, 2),
            (Errand::ChangesMethod, 5),
            (Errand::LooksAtAzure, 10),
        ];
        stream.weighted(&LIST).copied().unwrap_or(Self::Portal)
    }
}

/// A cmdlet as administrators run it.
struct Template {
    service: CmdletService,
    name: &'static str,
    parameters: Vec<(&'static str, &'static str)>,
    weight: u64,
}

static CMDLETS: LazyLock<Vec<Template>> = LazyLock::new(|| {
    lines(include_str!("../../data/life/cmdlets.txt"))
        .filter_map(|line| {
            let mut fields = line.split('|').map(str::trim);
            let service = match fields.next()? {
                "exchange" => CmdletService::Exchange,
                "compliance" => CmdletService::Compliance,
                _ => CmdletService::Teams,
            };
            let weight = fields.next()?.parse().ok()?;
            let name = fields.next()?;
            let parameters = fields.filter_map(|field| field.split_once('=')).collect();
            Some(Template {
                service,
                name,
                parameters,
                weight,
            })
        })
        .collect()
});

/// Portal queries of a person at the security and compliance portals: operation and weight.
const QUERIES: &[(&str, u64)] = &[
    ("Search", 50),
    ("SearchAlert", 14),
    ("SearchAlertAggregate", 8),
    ("SearchCustomerInsight", 6),
    ("AggregateActivityData", 4),
    ("Validate", 8),
    ("SearchMtpStatus", 5),
];

impl Scene<'_> {
    /// Does a piece of work.
    pub(crate) fn administers(&mut self, errand: Errand) {
        let tool = self.admin_tool(errand);
        let Some(access) = self.opens(tool) else {
            return;
        };
        self.wait(10, 120);
        match errand {
            Errand::MakesAccount(new) => self.makes_account(&access, new),
            Errand::ClosesAccount(gone) => self.closes_account(&access, gone),
            Errand::ResetsPassword(account) => self.resets_password(&access, account),
            Errand::Cmdlet => self.runs_cmdlet(&access),
            Errand::Portal => self.queries_portal(&access),
            Errand::ChangesUser => self.changes_user(&access),
            Errand::ChangesGroup => self.changes_group(&access),
            Errand::ChangesPolicy => self.changes_policy(&access),
            Errand::ChangesApp => self.changes_app(&access),
            Errand::ConsentsToApp => self.consents_to_app(&access),
            Errand::ChangesRole => self.changes_role(&access),
            Errand::ChangesMethod => self.changes_method(&access),
            Errand::LooksAtAzure => {}
        }
    }

    fn admin_tool(&mut self, errand: Errand) -> Tool {
        let graph = FirstParty::Graph.number();
        match errand {
            Errand::Cmdlet if self.stream.chance(400) => on_computer(
                Program::ExchangePowerShell,
                FirstParty::ExchangeOnline.number(),
            ),
            Errand::Cmdlet => in_browser(
                FirstParty::ExchangeAdminCentre.number(),
                FirstParty::ExchangeOnline.number(),
            ),
            Errand::Portal => in_browser(FirstParty::SecurityPortal.number(), graph),
            Errand::MakesAccount(_) | Errand::ClosesAccount(_) | Errand::ResetsPassword(_) => {
                in_browser(FirstParty::AdminServices.number(), graph)
            }
            Errand::LooksAtAzure => in_browser(
                FirstParty::AzurePortal.number(),
                FirstParty::AzureManagement.number(),
            ),
            _ => in_browser(
                FirstParty::AzurePortal.number(),
                FirstParty::DirectoryGraph.number(),
            ),
        }
    }

    fn some_member(&mut self) -> AccountNo {
        self.colleague().unwrap_or(self.who())
    }

    fn runs_cmdlet(&mut self, access: &Access) {
        let user = self.some_member();
        let other = self.some_member();
        for _ in 0..=self.stream.below(2) {
            let total: u64 = CMDLETS.iter().map(|template| template.weight).sum();
            let mut drawn = self.stream.below(total);
            let Some(template) = CMDLETS.iter().find(|template| {
                let hit = drawn < template.weight;
                drawn = drawn.saturating_sub(template.weight);
                hit
            }) else {
                return;
            };
            let fill = |text: &str| {
                text.replace("{u}", &self.world.account(user).upn)
                    .replace("{v}", &self.world.account(other).upn)
                    .replace("{t}", &self.world.tenant.domain)
            };
            let parameters: Vec<(&'static str, String)> = template
                .parameters
                .iter()
                .map(|(name, value)| (*name, fill(value)))
                .collect();
            let object = parameters
                .iter()
                .find(|(name, _)| matches!(*name, "Identity" | "Name"))
                .map(|(_, value)| value.clone())
                .unwrap_or_default();
            let act = Act::Cmdlet(Cmdlet {
                service: template.service,
                name: template.name,
                object,
                parameters,
                succeeded: !self.stream.chance(25),
                by_service: false,
                external: false,
            });
            self.administers_act(access, act);
            self.wait(10, 120);
        }
    }

    fn queries_portal(&mut self, access: &Access) {
        for _ in 0..2 + self.stream.below(6) {
            let operation = self.stream.weighted(QUERIES).copied().unwrap_or("Search");
            let act = Act::Noise(Noise {
                workload: "SecurityComplianceCenter",
                operation,
                object: String::new(),
            });
            self.administers_act(access, act);
            self.wait(1, 25);
        }
        let rest = self.stream.below(100);
        let (workload, operation) = match rest {
            0..8 => ("Quarantine", "QuarantineReleaseMessage"),
            8..12 => ("Quarantine", "QuarantinePreviewMessage"),
            12..16 => ("SecurityComplianceCenter", "AuditSearchCreated"),
            16..18 => ("SecurityComplianceCenter", "AdminSubmission"),
            18..19 => ("SecurityComplianceCenter", "SearchCreated"),
            _ => return,
        };
        let act = Act::Noise(Noise {
            workload,
            operation,
            object: String::new(),
        });
        self.administers_act(access, act);
    }

    fn changes_user(&mut self, access: &Access) {
        let account = self.some_member();
        let title = self.world.account(account).title.clone();
        let (name, old, new) = match self.stream.below(5) {
            0 => ("JobTitle", title.clone(), format!("Senior {title}")),
            1 => (
                "TelephoneNumber",
                String::new(),
                format!("+XX XX {}", 100_000 + self.stream.below(899_999)),
            ),
            2 => (
                "AssignedLicense",
                "FLOW_FREE".to_owned(),
                "POWER_BI_STANDARD".to_owned(),
            ),
            3 => (
                "Manager",
                String::new(),
                self.account().display_name.clone(),
            ),
            _ => (
                "UsageLocation",
                String::new(),
                self.world.tenant.country.clone(),
            ),
        };
        let changes = vec![PropertyChange {
            name: name.to_owned(),
            old: format!("[\"{old}\"]"),
            new: format!("[\"{new}\"]"),
        }];
        let act = DirectoryAct::UserChanged {
            account,
            changes,
            by: Initiator::User,
        };
        self.administers_act(access, Act::Directory(act));
    }

    fn changes_group(&mut self, access: &Access) {
        let many = u64::try_from(self.world.groups.len()).unwrap_or(0);
        if many == 0 {
            return;
        }
        let group = GroupNo(u32::try_from(self.stream.below(many)).unwrap_or(0));
        if self.world.group(group).role_assignable {
            return;
        }
        let account = self.some_member();
        let act = match self.stream.below(20) {
            0 => DirectoryAct::GroupMade(group),
            1 => DirectoryAct::GroupOwnerAdded { group, account },
            drawn => DirectoryAct::Membership {
                group,
                account,
                added: drawn < 14,
            },
        };
        self.administers_act(access, Act::Directory(act));
    }

    fn changes_policy(&mut self, access: &Access) {
        let policies = &self.world.policies;
        let Some(policy) = self.stream.pick(policies) else {
            return;
        };
        let state = |on: bool| {
            let word = if on {
                "enabled"
            } else {
                "enabledForReportingButNotEnforced"
            };
            format!(
                "{{\"id\":\"{}\",\"displayName\":\"{}\",\"state\":\"{word}\"}}",
                policy.id, policy.name
            )
        };
        let act = DirectoryAct::Policy {
            kind: PolicyKind::ConditionalAccess,
            operation: "Update",
            id: policy.id,
            name: policy.name.clone(),
            old: state(!policy.report_only),
            new: state(!policy.report_only),
        };
        self.administers_act(access, Act::Directory(act));
    }

    /// One of the applications of the tenant that fit.
    fn some_app(&mut self, fits: impl Fn(AppKind) -> bool) -> Option<AppNo> {
        let apps: Vec<AppNo> = (0_u32..)
            .map(AppNo)
            .zip(&self.world.apps)
            .filter(|(_, app)| fits(app.kind))
            .map(|(number, _)| number)
            .collect();
        self.stream.pick(&apps).copied()
    }

    fn changes_app(&mut self, access: &Access) {
        let Some(app) = self.some_app(|kind| kind == AppKind::OwnApp) else {
            return;
        };
        let act = match self.stream.below(4) {
            0 => DirectoryAct::CredentialAdded {
                app,
                key: self.stream.guid(),
                name: "renewed".to_owned(),
                certificate: self.stream.chance(300),
            },
            1 => DirectoryAct::AppOwnerAdded {
                app,
                owner: self.who(),
            },
            2 => DirectoryAct::AppRoleGiven {
                app,
                role: "User.Read.All",
            },
            _ => DirectoryAct::AppRegistered(app),
        };
        self.administers_act(access, Act::Directory(act));
    }

    fn consents_to_app(&mut self, access: &Access) {
        let Some(app) = self.some_app(|kind| kind == AppKind::ThirdParty) else {
            return;
        };
        let act = DirectoryAct::Consented {
            app,
            scopes: self.world.app(app).scopes.clone(),
            roles: Vec::new(),
            by_admin: true,
            refused: None,
        };
        self.administers_act(access, Act::Directory(act));
    }

    /// A colleague of IT gets a small role, or gives it back.
    fn changes_role(&mut self, access: &Access) {
        const ROLES: [&str; 5] = [
            "Reports Reader",
            "Helpdesk Administrator",
            "Message Center Reader",
            "License Administrator",
            "Teams Communications Support Engineer",
        ];
        let account = self.some_member();
        let act = DirectoryAct::Role {
            role: self
                .stream
                .pick(&ROLES)
                .copied()
                .unwrap_or("Reports Reader"),
            account,
            given: self.stream.chance(650),
            by_pim: self.stream.chance(300),
        };
        self.administers_act(access, Act::Directory(act));
    }

    /// The help desk deletes the method of a lost telephone or registers a new number.
    fn changes_method(&mut self, access: &Access) {
        let account = self.some_member();
        if self.world.account(account).kind != AccountKind::Member {
            return;
        }
        let act = DirectoryAct::MethodChanged {
            account,
            method: crate::happening::Method::Phone,
            registered: self.stream.chance(500),
            by_admin: true,
            detail: format!("+XX XXXXXXXX{:02}", self.stream.below(100)),
        };
        self.administers_act(access, Act::Directory(act));
    }
}
