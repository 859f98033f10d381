//! What he leaves behind to come back or to keep watching (`facts/attack-traces.md` §2).

use super::agent::{Agent, Progress};
use super::detection::Detection;
use super::entry::method;
use super::scenario::Goal;
use super::scene::Scene;
use super::ways::{Door, Way};
use crate::happening::{
    Act, Cmdlet, DirectoryAct, DirectoryChange, Flow, Initiator, MailAct, Method, PolicyKind,
    PropertyChange, TargetKind, TargetObject,
};
use crate::id::AccountNo;
use crate::state::{Artefact, Basis, Foothold, FootholdKind, InboxRule, TransportRule};

const WORDS: [&str; 6] = ["invoice", "payment", "wire", "iban", "bank", "remittance"];

/// Whether an account may change the tenant: by a role of its own or one that was given to it.
pub(super) fn rules(scene: &Scene<'_>, account: AccountNo) -> bool {
    scene.world.account(account).is_administrator()
        || scene.state.footholds.iter().any(|foothold| {
            matches!(foothold.what, FootholdKind::Role(_, to) | FootholdKind::Group(_, to) if to == account)
        })
}

impl Agent<'_> {
    /// One foothold.
    pub(super) fn persist(&mut self, scene: &mut Scene<'_>, goal: Goal) -> Progress {
        let Some(base) = self.base() else {
            return Progress::Refused;
        };
        match goal {
            Goal::VisibleRule | Goal::HiddenRule | Goal::ClientSideRule => {
                self.makes_rule(scene, base, goal)
            }
            Goal::Forwarding => self.forwards(scene, base),
            Goal::Flow => self.makes_flow(scene, base),
            Goal::Delegate => self.delegates(scene, base),
            Goal::Method => self.registers_method(scene, base),
            Goal::Device => self.registers_device(scene, base),
            Goal::HelloKey => self.registers_key(scene, base),
            Goal::ConsentApp => self.consents(scene, base),
            Goal::TransportRule | Goal::AuditOff => self.by_cmdlet(scene, base, goal),
            _ => self.by_directory(scene, base, goal),
        }
    }

    fn stands(&self, scene: &mut Scene<'_>, what: FootholdKind) {
        if scene
            .state
            .footholds
            .iter()
            .any(|foothold| foothold.what == what)
        {
            return;
        }
        scene.state.footholds.push(Foothold {
            by: self.actor,
            at: scene.now,
            what,
        });
    }

    fn makes_rule(&mut self, scene: &mut Scene<'_>, base: AccountNo, goal: Goal) -> Progress {
        let Some(way) = self.reach_mailbox(scene, base) else {
            return Progress::Refused;
        };
        let visible = goal == Goal::VisibleRule;
        let words: Vec<String> = WORDS.iter().map(|word| (*word).to_owned()).collect();
        let id = self.design.rule ^ u64::from(base.0);
        let account = scene.world.account(base);
        let alias = account.upn.split('@').next().unwrap_or_default().to_owned();
        let forwards_to = (goal == Goal::HiddenRule).then(|| self.design.drop.clone());
        let act = if visible {
            let parameters = vec![
                ("AlwaysDeleteOutlookRulesBlob", "False".to_owned()),
                ("Force", "False".to_owned()),
                ("MoveToFolder", "RSS Feeds".to_owned()),
                ("Name", self.design.rule_name.clone()),
                ("SubjectOrBodyContainsWords", words.join(";")),
                ("MarkAsRead", "True".to_owned()),
                ("StopProcessingRules", "True".to_owned()),
            ];
            Act::Cmdlet(Cmdlet::by_person(
                "New-InboxRule",
                format!("{alias}\\{}", self.design.rule_name),
                parameters,
            ))
        } else {
            let condition = format!("(SubjectProperty ContainsAny {})", words.join(","));
            let actions = match &forwards_to {
                Some(address) => format!(
                    r#"[{{"ActionType":"Forward","Recipients":["{address}"],"ForwardFlags":"None"}},{{"ActionType":"MarkAsRead"}}]"#
                ),
                None => r#"[{"ActionType":"Delete"},{"ActionType":"ClientSide"}]"#.to_owned(),
            };
            Act::Mail(MailAct::RulesUpdated {
                mailbox: base,
                operation: "AddMailboxRule",
                name: (goal == Goal::ClientSideRule).then(|| self.design.rule_name.clone()),
                condition,
                actions,
            })
        };
        scene.tell(4, way.who, Some(&way.access), act);
        scene.state.account_mut(base).rules.push(InboxRule {
            id,
            name: (goal != Goal::HiddenRule).then(|| self.design.rule_name.clone()),
            by: self.actor,
            words,
            moves_to: visible.then(|| r"\RSS Feeds".to_owned()),
            deletes: goal == Goal::ClientSideRule,
            forwards_to,
            visible: goal != Goal::HiddenRule,
            client_side: goal == Goal::ClientSideRule,
        });
        if goal != Goal::ClientSideRule {
            self.detected(
                scene,
                &Detection::Mailbox("Suspicious inbox manipulation rule", base, "InboxRule"),
            );
        }
        Progress::Done
    }

    fn forwards(&mut self, scene: &mut Scene<'_>, base: AccountNo) -> Progress {
        let Some(way) = self.reach_mailbox(scene, base) else {
            return Progress::Refused;
        };
        let upn = scene.world.account(base).upn.clone();
        let address = self.design.drop.clone();
        let parameters = vec![
            ("Identity", upn.clone()),
            ("DeliverToMailboxAndForward", "True".to_owned()),
            ("ForwardingSmtpAddress", format!("smtp:{address}")),
        ];
        scene.tell(
            4,
            way.who,
            Some(&way.access),
            Act::Cmdlet(Cmdlet::by_person("Set-Mailbox", upn, parameters)),
        );
        scene.state.account_mut(base).forwarding = Some((address, self.actor));
        self.detected(
            scene,
            &Detection::Mailbox("Creation of forwarding/redirect rule", base, "Forwarding"),
        );
        Progress::Done
    }

    fn makes_flow(&mut self, scene: &mut Scene<'_>, base: AccountNo) -> Progress {
        let Some(way) = self.reach(scene, base, Door::Graph) else {
            return Progress::Refused;
        };
        let act = Flow {
            operation: "CreateFlow",
            id: self.design.flow,
            environment: scene.world.tenant.id,
            connectors: "Office 365 Outlook, Gmail",
            shared_with: None,
        };
        scene.tell(5, way.who, Some(&way.access), Act::Flow(act));
        scene
            .state
            .flows
            .push((self.design.flow, base, self.design.drop.clone(), self.actor));
        self.stands(scene, FootholdKind::Flow(self.design.flow, base));
        Progress::Done
    }

    /// Another account that he holds gets rights on the mailbox; through the portal where he rules.
    fn delegates(&mut self, scene: &mut Scene<'_>, base: AccountNo) -> Progress {
        let other = self
            .taken
            .iter()
            .rev()
            .find(|taken| taken.account != base && !taken.lost)
            .map(|taken| taken.account);
        let Some(other) = other else {
            return Progress::Pointless;
        };
        let member = scene.world.account(other).upn.clone();
        if rules(scene, base) {
            let Some(way) = self.reach(scene, base, Door::AdminExchange) else {
                return Progress::Refused;
            };
            let upn = scene.world.account(base).upn.clone();
            let parameters = vec![
                ("Identity", upn.clone()),
                ("User", member),
                ("AccessRights", "FullAccess".to_owned()),
                ("AutoMapping", "False".to_owned()),
            ];
            scene.tell(
                4,
                way.who,
                Some(&way.access),
                Act::Cmdlet(Cmdlet::by_person("Add-MailboxPermission", upn, parameters)),
            );
        } else {
            let Some(way) = self.reach_mailbox(scene, base) else {
                return Progress::Refused;
            };
            let act = MailAct::FolderRights {
                operation: "AddFolderPermissions",
                mailbox: base,
                folder: r"\Inbox".to_owned(),
                member,
                rights: "ReadAny, Create, EditAny, Visible".to_owned(),
            };
            scene.tell(4, way.who, Some(&way.access), Act::Mail(act));
        }
        scene
            .state
            .account_mut(base)
            .delegates
            .push((other, self.actor));
        Progress::Done
    }

    fn registers_method(&mut self, scene: &mut Scene<'_>, base: AccountNo) -> Progress {
        let Some(way) = self.reach(scene, base, Door::Security) else {
            return Progress::Refused;
        };
        let act = method(base, Method::AuthenticatorApp, false, "SM-G991B");
        scene.tell(30, way.who, Some(&way.access), Act::Directory(act));
        let methods = &mut scene.state.account_mut(base).foreign_methods;
        if !methods.contains(&(self.actor, Method::AuthenticatorApp)) {
            methods.push((self.actor, Method::AuthenticatorApp));
        }
        Progress::Done
    }

    /// The broker's token for the registration service, the device, and a primary refresh token on it.
    fn registers_device(&mut self, scene: &mut Scene<'_>, base: AccountNo) -> Progress {
        let device = self.design.device;
        if !self.design.has_device(scene.world) {
            return Progress::Pointless;
        }
        let Some(way) = self.reach(scene, base, Door::Registration) else {
            return Progress::Refused;
        };
        let act = DirectoryAct::DeviceRegistered {
            device,
            account: base,
        };
        scene.tell(35, way.who, Some(&way.access), Act::Directory(act));
        let basis = scene
            .state
            .account(base)
            .sessions
            .iter()
            .find(|session| session.holder == self.actor)
            .map_or(Basis::Password, |session| session.basis);
        let session = self.stream.guid();
        self.begin(
            scene,
            base,
            (session, basis, Artefact::PrimaryRefreshToken(device)),
        );
        self.stands(scene, FootholdKind::Device(device));
        self.primary(scene, base, session);
        Progress::Done
    }

    /// The first token by the primary refresh token.
    fn primary(&mut self, scene: &mut Scene<'_>, base: AccountNo, session: crate::id::Guid) {
        let mut row = self.row(scene, Door::Graph);
        row.kind = crate::happening::SignInKind::NonInteractive;
        row.protocol = crate::happening::Protocol::OAuth2;
        row.origin = crate::happening::TokenOrigin::PrimaryRefreshToken;
        row.request_type = "OAuth2:Token";
        let now = scene.now;
        scene.now = now.plus_seconds(60);
        self.ask(
            scene,
            base,
            row,
            (Door::Graph, Some(session), Some(self.design.device)),
        );
        scene.now = now;
    }

    fn registers_key(&mut self, scene: &mut Scene<'_>, base: AccountNo) -> Progress {
        let device = self.design.device;
        let stands = scene
            .state
            .footholds
            .iter()
            .any(|foothold| foothold.what == FootholdKind::Device(device));
        if !stands {
            return self.registers_device(scene, base);
        }
        let Some(way) = self.reach(scene, base, Door::Registration) else {
            return Progress::Refused;
        };
        let name = scene.world.device(device).name.clone();
        let act = method(base, Method::WindowsHello, false, &name);
        scene.tell(20, way.who, Some(&way.access), Act::Directory(act));
        scene
            .state
            .account_mut(base)
            .foreign_methods
            .push((self.actor, Method::WindowsHello));
        Progress::Done
    }

    fn consents(&mut self, scene: &mut Scene<'_>, base: AccountNo) -> Progress {
        let app = self.design.app;
        if app.index() >= scene.world.apps.len() {
            return Progress::Pointless;
        }
        let Some(way) = self.reach(scene, base, Door::Graph) else {
            return Progress::Refused;
        };
        let scopes = scene.world.app(app).scopes.clone();
        let act = DirectoryAct::Consented {
            app,
            scopes,
            roles: Vec::new(),
            by_admin: false,
            refused: None,
        };
        scene.tell(9, way.who, Some(&way.access), Act::Directory(act));
        let basis = scene
            .state
            .account(base)
            .sessions
            .iter()
            .find(|one| one.holder == self.actor)
            .map_or(Basis::Password, |one| one.basis);
        let session = way.access.session.unwrap_or_else(|| self.stream.guid());
        self.begin(scene, base, (session, basis, Artefact::ConfidentialToken));
        self.stands(scene, FootholdKind::App(app));
        self.detected(
            scene,
            &Detection::App("Unusual addition of credentials or consent", base, app),
        );
        Progress::Done
    }

    fn by_cmdlet(&mut self, scene: &mut Scene<'_>, base: AccountNo, goal: Goal) -> Progress {
        if !rules(scene, base) {
            return Progress::Pointless;
        }
        let Some(way) = self.reach(scene, base, Door::AdminExchange) else {
            return Progress::Refused;
        };
        let upn = scene.world.account(self.design.victim).upn.clone();
        if goal == Goal::AuditOff {
            let parameters = vec![
                ("Identity", upn.clone()),
                ("AuditBypassEnabled", "True".to_owned()),
            ];
            scene.tell(
                5,
                way.who,
                Some(&way.access),
                Act::Cmdlet(Cmdlet::by_person(
                    "Set-MailboxAuditBypassAssociation",
                    upn,
                    parameters,
                )),
            );
            return Progress::Done;
        }
        let name = self.design.transport_rule.clone();
        let parameters = vec![
            ("Name", name.clone()),
            (
                "SubjectOrBodyContainsWords",
                "invoice;payment;iban".to_owned(),
            ),
            ("BlindCopyTo", self.design.drop.clone()),
            ("Mode", "Enforce".to_owned()),
        ];
        scene.tell(
            5,
            way.who,
            Some(&way.access),
            Act::Cmdlet(Cmdlet::by_person(
                "New-TransportRule",
                name.clone(),
                parameters,
            )),
        );
        let copies_to = self.design.drop.clone();
        scene.state.transport_rules.push(TransportRule {
            name: name.clone(),
            account: None,
            copies_to,
            by: self.actor,
        });
        self.stands(scene, FootholdKind::TransportRule(name));
        Progress::Done
    }

    /// What is done in the directory by an administrator's account.
    fn by_directory(&mut self, scene: &mut Scene<'_>, base: AccountNo, goal: Goal) -> Progress {
        if !rules(scene, base) {
            return Progress::Pointless;
        }
        let Some(way) = self.reach(scene, base, Door::Portal) else {
            return Progress::Refused;
        };
        let design = self.design;
        let own = if design.account.index() < scene.world.accounts.len() {
            design.account
        } else {
            base
        };
        let mut told = self.on_apps_and_accounts(scene, own, goal);
        told.extend(self.on_the_tenant(scene, (base, own), goal));
        if told.is_empty() {
            return Progress::Pointless;
        }
        self.tell_all(scene, &way, told);
        Progress::Done
    }

    /// Applications, accounts, roles and groups.
    fn on_apps_and_accounts(
        &mut self,
        scene: &mut Scene<'_>,
        own: AccountNo,
        goal: Goal,
    ) -> Vec<DirectoryAct> {
        let design = self.design;
        let mut told: Vec<DirectoryAct> = Vec::new();
        match goal {
            Goal::AppSecret => {
                let name = "backup".to_owned();
                told.push(DirectoryAct::CredentialAdded {
                    app: design.own_app,
                    key: design.key,
                    name,
                    certificate: false,
                });
                self.stands(scene, FootholdKind::AppKey(design.own_app, design.key));
            }
            Goal::RogueApp => {
                told.push(DirectoryAct::AppRegistered(design.app));
                let name = "sync".to_owned();
                told.push(DirectoryAct::CredentialAdded {
                    app: design.app,
                    key: design.key,
                    name,
                    certificate: false,
                });
                told.push(DirectoryAct::AppRoleGiven {
                    app: design.app,
                    role: "Mail.ReadWrite",
                });
                told.push(DirectoryAct::AppRoleGiven {
                    app: design.app,
                    role: "Mail.Send",
                });
                self.stands(scene, FootholdKind::App(design.app));
            }
            Goal::RogueAccount => {
                told.push(DirectoryAct::UserMade(own));
                self.learns_password(scene, own);
                self.takes(scene, own);
                self.stands(scene, FootholdKind::Account(own));
            }
            Goal::Role => {
                let role = "Global Administrator";
                told.push(DirectoryAct::Role {
                    role,
                    account: own,
                    given: true,
                    by_pim: false,
                });
                self.stands(scene, FootholdKind::Role(role, own));
            }
            Goal::RoleGroup => {
                told.push(DirectoryAct::Membership {
                    group: design.group,
                    account: own,
                    added: true,
                });
                self.stands(scene, FootholdKind::Group(design.group, own));
            }
            _ => {}
        }
        told
    }

    /// Policies, domains and administrative units.
    fn on_the_tenant(
        &mut self,
        scene: &mut Scene<'_>,
        accounts: (AccountNo, AccountNo),
        goal: Goal,
    ) -> Vec<DirectoryAct> {
        let design = self.design;
        let (base, own) = accounts;
        let mut told: Vec<DirectoryAct> = Vec::new();
        match goal {
            Goal::PolicyExclusion => {
                told.push(self.exclusion(scene, own));
                let (id, name) = design.policy.clone();
                self.stands(scene, FootholdKind::Policy(id, name));
            }
            Goal::Federation => {
                let domain = design.federated.clone();
                told.extend(
                    ["Add unverified domain", "Verify domain"]
                        .map(|activity| domain_change(activity, &domain)),
                );
                let issuer = format!("https://{}/adfs/services/trust", design.look_alike);
                told.push(DirectoryAct::Federation {
                    domain: domain.clone(),
                    federated: true,
                    issuer,
                });
                self.stands(scene, FootholdKind::Federation(domain));
            }
            Goal::RestrictedUnit => {
                told.extend(self.unit(scene, base));
                scene.state.account_mut(base).restricted = true;
                self.stands(scene, FootholdKind::RestrictedUnit(design.unit, base));
            }
            _ => {}
        }
        told
    }

    fn tell_all(&mut self, scene: &mut Scene<'_>, way: &Way, acts: Vec<DirectoryAct>) {
        let mut after = 6;
        for act in acts {
            scene.tell(after, way.who, Some(&way.access), Act::Directory(act));
            after += self.stream.between(8, 60);
        }
    }

    /// Conditional Access with one more account left out.
    fn exclusion(&self, scene: &Scene<'_>, own: AccountNo) -> DirectoryAct {
        let (id, name) = self.design.policy.clone();
        let users = |excluded: &str| {
            format!(
                r#"{{"id":"{id}","displayName":"{name}","state":"enabled","conditions":{{"users":{{"includeUsers":["All"],"excludeUsers":[{excluded}]}}}},"grantControls":{{"operator":"OR","builtInControls":["mfa"]}}}}"#
            )
        };
        DirectoryAct::Policy {
            kind: PolicyKind::ConditionalAccess,
            operation: "Update",
            id,
            old: users(""),
            new: users(&format!("\"{}\"", scene.world.account(own).id)),
            name,
        }
    }

    /// A restricted-management unit, the account in it, and a role over it for himself.
    fn unit(&self, scene: &Scene<'_>, base: AccountNo) -> Vec<DirectoryAct> {
        let account = scene.world.account(base);
        let unit = TargetObject {
            kind: TargetKind::Other,
            id: self.design.unit.to_string(),
            name: "Executive devices".to_owned(),
            upn: None,
        };
        let user = TargetObject::user(account);
        let change = |activity, category, operation, targets, changes| DirectoryAct::Other {
            change: DirectoryChange {
                changes,
                ..DirectoryChange::core(activity, (category, operation), targets)
            },
            by: Initiator::User,
        };
        let restricted = PropertyChange {
            name: "IsMemberManagementRestricted".to_owned(),
            old: "[]".to_owned(),
            new: "[true]".to_owned(),
        };
        vec![
            change(
                "Add administrative unit",
                "AdministrativeUnit",
                "Add",
                vec![unit.clone()],
                vec![restricted],
            ),
            change(
                "Add member to restricted management administrative unit",
                "AdministrativeUnit",
                "Assign",
                vec![user.clone(), unit.clone()],
                Vec::new(),
            ),
            change(
                "Add member to role scoped over Restricted Management Administrative Unit",
                "RoleManagement",
                "Assign",
                vec![user, unit],
                Vec::new(),
            ),
        ]
    }
}

fn domain_change(activity: &str, domain: &str) -> DirectoryAct {
    DirectoryAct::Other {
        change: DirectoryChange::core(
            activity,
            (
                "DirectoryManagement",
                if activity.starts_with("Add") {
                    "Add"
                } else {
                    "Update"
                },
            ),
            vec![TargetObject {
                kind: TargetKind::Other,
                id: String::new(),
                name: domain.to_owned(),
                upn: None,
            }],
        ),
        by: Initiator::User,
    }
}
