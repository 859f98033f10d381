//! What an intervention leaves in the logs: the responder's sign-in and the act itself, in the name of an
//! administrator of the tenant.

use std::sync::Arc;

use hourzero_model::{ActionKind, Channel, Timestamp};

use super::remove::names;
use super::target::{Intervention, Target};
use crate::attacker::{
    GENUINE, KnownApps, Letter, Queue, Scene, Who, access, in_session, people, recipient, sign_in,
    step, write,
};
use crate::happening::{
    Access, Act, Actor, AuthStep, Cmdlet, CmdletService, Delivery, DirectoryAct, DirectoryChange,
    Flow, Initiator, MailAct, Manner, Method, PolicyKind, PropertyChange, Requirement, TargetKind,
    TargetObject,
};
use crate::id::{AccountNo, Guid};
use crate::random::Stream;
use crate::state::{FootholdKind, State};
use crate::world::{AccountKind, Client, ClientKind, NetworkKind, Place, World};

const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";

/// A responder at work in a moment.
pub(super) struct Desk<'a> {
    pub(super) world: &'a World,
    pub(super) state: &'a mut State,
    pub(super) queue: &'a mut Queue,
    pub(super) now: Timestamp,
    pub(super) stream: Stream,
    pub(super) operator: AccountNo,
    pub(super) apps: KnownApps,
}

impl Desk<'_> {
    /// Whether an act leaves anything in the tenant's logs.
    pub(super) fn leaves_traces(&self, one: &Intervention) -> bool {
        !matches!(
            one.action.action,
            ActionKind::Police
                | ActionKind::Insurer
                | ActionKind::VendorPaidAgain
                | ActionKind::ClientsNotified
                | ActionKind::RemoteSession
                | ActionKind::DeviceScanned
                | ActionKind::DeviceWiped
                | ActionKind::Other
        )
    }

    /// In whose name: the appointed administrator, or another one while he is shut out himself.
    fn hand(&self) -> AccountNo {
        let free = |number: AccountNo| {
            !self.state.account(number).disabled && !self.state.account(number).deleted
        };
        if free(self.operator) {
            return self.operator;
        }
        self.world
            .numbered_accounts()
            .find(|(number, account)| account.is_administrator() && free(*number))
            .map_or(self.operator, |(number, _)| number)
    }

    fn place(&mut self) -> Place {
        let offices = (0_u32..)
            .map(crate::id::NetworkNo)
            .zip(&self.world.networks)
            .find(|(_, network)| network.kind == NetworkKind::Office)
            .map(|(number, _)| number);
        let network = offices.unwrap_or(crate::id::NetworkNo(0));
        Place {
            network,
            address: self.world.network(network).address(&mut self.stream),
            port: 55_120,
        }
    }

    fn access(&mut self, app: crate::id::AppNo) -> Access {
        let place = self.place();
        let app = self.world.app(app);
        let client = Arc::new(Client {
            kind: ClientKind::Browser,
            app_id: app.id,
            app_name: app.name.clone(),
            user_agent: EDGE.to_owned(),
            os: "Windows10".to_owned(),
            browser: "Edge 142.0.0".to_owned(),
        });
        // One session for a responder's work of an hour.
        let hour = self.now.micros().div_euclid(3_600_000_000);
        let session = Guid::random(
            self.world
                .seed
                .child("responder session")
                .number(hour.unsigned_abs())
                .stream()
                .bytes(),
        );
        in_session(
            access(&mut self.stream, place, &client, self.now),
            Some(session),
            None,
        )
    }

    /// Signs in to the portal, a minute before.
    pub(super) fn signs_in(&mut self) {
        let hand = self.hand();
        let by = self.access(self.apps.azure_portal);
        let mut row = sign_in(&mut self.stream, self.apps.azure);
        row.requirement = Requirement::MultiFactor;
        let steps: [AuthStep; 2] = [
            step(
                self.now,
                "Password",
                "Password in the cloud",
                ("Correct password", true),
            ),
            step(
                self.now,
                "Mobile app notification",
                "",
                ("MFA successfully completed", true),
            ),
        ];
        row.steps = steps.to_vec();
        self.tell(0, hand, &by, Act::SignIn(Box::new(row)));
    }

    fn tell(&mut self, after: i64, account: AccountNo, by: &Access, act: Act) {
        let mut scene = Scene {
            world: self.world,
            state: self.state,
            apps: self.apps,
            now: self.now,
            queue: self.queue,
            entering: None,
        };
        scene.tell(after, Who::user(Actor::Responder, account), Some(by), act);
    }

    fn directory(&mut self, act: DirectoryAct) {
        let hand = self.hand();
        let by = self.access(self.apps.azure_portal);
        self.tell(2, hand, &by, Act::Directory(act));
    }

    fn cmdlet(
        &mut self,
        service: CmdletService,
        name: &'static str,
        object: String,
        parameters: Vec<(&'static str, String)>,
    ) {
        let hand = self.hand();
        let by = self.access(self.apps.exchange_powershell);
        let act = Cmdlet {
            service,
            ..Cmdlet::by_person(name, object, parameters)
        };
        self.tell(2, hand, &by, Act::Cmdlet(act));
    }

    /// Writes an act's traces; true when the tenant refuses it.
    pub(super) fn trace(&mut self, one: &Intervention) -> bool {
        match &one.target {
            Target::Account(account) => return self.on_account(one, *account),
            Target::App(app) => {
                if one.action.action == ActionKind::AppDisabled {
                    self.directory(DirectoryAct::AppEnabled {
                        app: *app,
                        enabled: false,
                    });
                } else {
                    self.directory(DirectoryAct::GrantRemoved(*app));
                }
                if one.action.action == ActionKind::AppRemoved {
                    self.directory(DirectoryAct::AppDeleted(*app));
                }
            }
            Target::Device(device) => {
                let enabled = match one.action.action {
                    ActionKind::DeviceDisabled => Some(false),
                    ActionKind::FootholdRemoved => None,
                    _ => return false,
                };
                self.directory(DirectoryAct::DeviceEnabled {
                    device: *device,
                    enabled,
                });
            }
            Target::Rule(mailbox, name) => self.rules(*mailbox, Some(name)),
            Target::Delegate(mailbox, user) => self.permission(*mailbox, *user),
            Target::Addresses(address, length) => self.location(&format!("{address}/{length}")),
            Target::Named(name) => self.named(one, name),
            Target::Text(_) | Target::Nothing => self.on_tenant(one),
        }
        false
    }

    /// A restricted-management unit refuses administrators of the whole tenant.
    fn refused(&mut self, account: AccountNo, activity: &str) {
        let subject = self.world.account(account);
        let change = DirectoryChange {
            activity: activity.to_owned(),
            service: "Core Directory",
            category: "UserManagement",
            operation: "Update",
            targets: vec![TargetObject {
                kind: TargetKind::User,
                id: subject.id.to_string(),
                name: subject.display_name.clone(),
                upn: Some(subject.upn.clone()),
            }],
            changes: Vec::new(),
            details: Vec::new(),
            failure: Some("Insufficient privileges to complete the operation: the user is a member of a restricted management administrative unit".to_owned()),
            in_audit_log: true,
        };
        self.directory(DirectoryAct::Other {
            change,
            by: Initiator::User,
        });
    }

    fn on_account(&mut self, one: &Intervention, account: AccountNo) -> bool {
        use ActionKind as Kind;
        let action = one.action.action;
        let directory = matches!(
            action,
            Kind::PasswordReset
                | Kind::SessionsRevoked
                | Kind::AccountDisabled
                | Kind::AccountDeleted
                | Kind::AccountEnabled
                | Kind::MfaRemoved
        );
        if directory && self.state.account(account).restricted {
            self.refused(
                account,
                if action == Kind::PasswordReset {
                    "Reset password (by admin)"
                } else {
                    "Update user"
                },
            );
            return true;
        }
        let upn = self.world.account(account).upn.clone();
        match action {
            Kind::PasswordReset => {
                self.reset(account, one.action.channel.unwrap_or(Channel::Unknown));
            }
            Kind::SessionsRevoked => self.directory(DirectoryAct::SessionsRevoked(account)),
            Kind::AccountDisabled => self.directory(DirectoryAct::UserEnabled {
                account,
                enabled: false,
            }),
            Kind::AccountEnabled => self.directory(DirectoryAct::UserEnabled {
                account,
                enabled: true,
            }),
            Kind::AccountDeleted => self.directory(DirectoryAct::UserDeleted(account)),
            Kind::Restored => self.directory(restored(self.world, account)),
            Kind::MfaRemoved => self.methods(account),
            Kind::RulesDeleted => self.rules(Some(account), None),
            Kind::ForwardingRemoved => self.forwarding(&upn),
            Kind::DelegateRemoved => self.permissions(account),
            Kind::LicenceRemoved => self.directory(unlicensed(account)),
            Kind::MailboxConverted => {
                let parameters = vec![("Identity", upn.clone()), ("Type", "Shared".to_owned())];
                self.cmdlet(CmdletService::Exchange, "Set-Mailbox", upn, parameters);
            }
            Kind::MailPurged => self.purge(&upn),
            Kind::FootholdRemoved => self.footholds_of(account),
            _ => {}
        }
        false
    }

    fn reset(&mut self, account: AccountNo, channel: Channel) {
        let act = DirectoryAct::PasswordReset { account, channel };
        match channel {
            // The owner does it himself, at his own place.
            Channel::User | Channel::Sspr => {
                let by = self.access(self.apps.my_sign_ins);
                self.tell(2, account, &by, Act::Directory(act));
            }
            Channel::OnPremises => {
                let sync = self
                    .world
                    .numbered_accounts()
                    .find(|(_, one)| one.kind == AccountKind::Sync)
                    .map_or(self.operator, |(number, _)| number);
                let by = self.access(self.apps.sync_service);
                self.tell(120, sync, &by, Act::Directory(act));
            }
            _ => self.directory(act),
        }
    }

    fn methods(&mut self, account: AccountNo) {
        let mut methods: Vec<Method> = self
            .state
            .account(account)
            .foreign_methods
            .iter()
            .map(|(_, method)| *method)
            .collect();
        if methods.is_empty() {
            methods.push(Method::AuthenticatorApp);
        }
        for method in methods {
            let detail = String::new();
            self.directory(DirectoryAct::MethodChanged {
                account,
                method,
                registered: false,
                by_admin: true,
                detail,
            });
        }
    }

    /// A cmdlet for each rule that is taken away.
    fn rules(&mut self, mailbox: Option<AccountNo>, name: Option<&str>) {
        let mut found: Vec<(AccountNo, String)> = Vec::new();
        for (number, _) in self.world.numbered_accounts() {
            if mailbox.is_some_and(|one| one != number) {
                continue;
            }
            for rule in &self.state.account(number).rules {
                let own = rule.name.clone().unwrap_or_else(|| rule.id.to_string());
                let hit = match name {
                    Some(name) => {
                        own.eq_ignore_ascii_case(name)
                            || rule.id.to_string() == name
                            || rule.name.is_none()
                    }
                    None => rule.visible,
                };
                if hit {
                    found.push((number, own));
                }
            }
        }
        for (number, rule) in found {
            let upn = self.world.account(number).upn.clone();
            let alias = upn.split('@').next().unwrap_or_default().to_owned();
            let parameters = vec![
                ("Mailbox", upn),
                ("Identity", rule.clone()),
                ("Force", "True".to_owned()),
                ("Confirm", "False".to_owned()),
            ];
            self.cmdlet(
                CmdletService::Exchange,
                "Remove-InboxRule",
                format!("{alias}\\{rule}"),
                parameters,
            );
        }
    }

    fn forwarding(&mut self, upn: &str) {
        let parameters = vec![
            ("Identity", upn.to_owned()),
            ("ForwardingSmtpAddress", String::new()),
            ("ForwardingAddress", String::new()),
            ("DeliverToMailboxAndForward", "False".to_owned()),
        ];
        self.cmdlet(
            CmdletService::Exchange,
            "Set-Mailbox",
            upn.to_owned(),
            parameters,
        );
    }

    fn permissions(&mut self, mailbox: AccountNo) {
        let users: Vec<AccountNo> = self
            .state
            .account(mailbox)
            .delegates
            .iter()
            .map(|(user, _)| *user)
            .collect();
        for user in users {
            self.permission(mailbox, user);
        }
    }

    fn permission(&mut self, mailbox: AccountNo, user: AccountNo) {
        let upn = self.world.account(mailbox).upn.clone();
        let parameters = vec![
            ("Identity", upn.clone()),
            ("User", self.world.account(user).upn.clone()),
            ("AccessRights", "FullAccess".to_owned()),
            ("Confirm", "False".to_owned()),
        ];
        self.cmdlet(
            CmdletService::Exchange,
            "Remove-MailboxPermission",
            upn,
            parameters,
        );
    }

    fn purge(&mut self, what: &str) {
        let search = format!("Purge {what}");
        let parameters = vec![
            ("SearchName", search.clone()),
            ("Purge", "True".to_owned()),
            ("PurgeType", "SoftDelete".to_owned()),
        ];
        self.cmdlet(
            CmdletService::Compliance,
            "New-ComplianceSearchAction",
            search,
            parameters,
        );
    }

    fn location(&mut self, prefix: &str) {
        let id = self.stream.guid();
        let new = format!(
            r#"{{"id":"{id}","displayName":"Blocked addresses","isTrusted":false,"ipRanges":["{prefix}"]}}"#
        );
        self.directory(policy(
            PolicyKind::NamedLocation,
            "Add",
            (id, "Blocked addresses".to_owned()),
            new,
        ));
        let id = self.stream.guid();
        let new = format!(
            r#"{{"id":"{id}","displayName":"Block hostile addresses","state":"enabled","grantControls":{{"builtInControls":["block"]}}}}"#
        );
        self.directory(policy(
            PolicyKind::ConditionalAccess,
            "Add",
            (id, "Block hostile addresses".to_owned()),
            new,
        ));
    }

    fn on_tenant(&mut self, one: &Intervention) {
        let id = self.stream.guid();
        match one.action.action {
            ActionKind::CaChanged => {
                let name = one
                    .action
                    .target
                    .clone()
                    .unwrap_or_else(|| "Require MFA for all users".to_owned());
                let new = format!(r#"{{"id":"{id}","displayName":"{name}","state":"enabled"}}"#);
                self.directory(policy(
                    PolicyKind::ConditionalAccess,
                    "Add",
                    (id, name),
                    new,
                ));
            }
            ActionKind::SecurityDefaults => {
                let name = "Security Defaults".to_owned();
                self.directory(policy(
                    PolicyKind::SecurityDefaults,
                    "Update",
                    (id, name),
                    r#"{"isEnabled":true}"#.to_owned(),
                ));
            }
            ActionKind::AuditEnabled => {
                let parameters = vec![("UnifiedAuditLogIngestionEnabled", "True".to_owned())];
                self.cmdlet(
                    CmdletService::Exchange,
                    "Set-AdminAuditLogConfig",
                    "Admin Audit Log Settings".to_owned(),
                    parameters,
                );
            }
            ActionKind::MailPurged => {
                self.purge(one.action.target.as_deref().unwrap_or("hostile mail"));
            }
            ActionKind::StaffMailed => self.mail_staff(),
            _ => {}
        }
    }

    /// One mail to the staff.
    fn mail_staff(&mut self) {
        let hand = self.hand();
        let by = self.access(self.apps.outlook_web);
        let account = self.world.account(hand);
        let staff: Vec<AccountNo> = people(self.world).into_iter().take(80).collect();
        let letter = Letter {
            from: account.upn.clone(),
            from_name: account.display_name.clone(),
            sender: Some(hand),
            to: staff
                .iter()
                .map(|one| recipient(self.world, *one))
                .collect(),
            subject: "Security notice: please do not open unexpected links".to_owned(),
            money: false,
            attachments: Vec::new(),
            urls: Vec::new(),
            from_address: by.place.address,
            authentication: GENUINE,
        };
        let message = write(&mut self.stream, self.world, letter, self.now);
        let sent = MailAct::Sent {
            message: Arc::clone(&message),
            mailbox: hand,
            manner: Manner::Own,
            saved: true,
        };
        self.tell(5, hand, &by, Act::Mail(sent));
        let transported = MailAct::Transported {
            message,
            delivery: Delivery::Delivered,
            forwarded_by: None,
        };
        self.tell(8, hand, &by, Act::Mail(transported));
    }

    /// Footholds by a name or id.
    fn named(&mut self, one: &Intervention, name: &str) {
        let hits: Vec<FootholdKind> = self
            .state
            .footholds
            .iter()
            .map(|foothold| foothold.what.clone())
            .filter(|what| {
                names(self.world, what)
                    .iter()
                    .any(|own| own.to_lowercase() == name)
            })
            .collect();
        if hits.is_empty() && one.action.action == ActionKind::CaChanged {
            self.on_tenant(one);
        }
        for what in hits {
            self.foothold(&what);
        }
        let forwarded: Vec<String> = self
            .world
            .numbered_accounts()
            .filter(|(number, _)| {
                self.state
                    .account(*number)
                    .forwarding
                    .as_ref()
                    .is_some_and(|(to, _)| to.eq_ignore_ascii_case(name))
            })
            .map(|(_, account)| account.upn.clone())
            .collect();
        for upn in forwarded {
            self.forwarding(&upn);
        }
    }

    fn footholds_of(&mut self, account: AccountNo) {
        self.rules(Some(account), None);
        let upn = self.world.account(account).upn.clone();
        if self.state.account(account).forwarding.is_some() {
            self.forwarding(&upn);
        }
        self.permissions(account);
        if !self.state.account(account).foreign_methods.is_empty() {
            self.methods(account);
        }
        let own: Vec<FootholdKind> = self
            .state
            .footholds
            .iter()
            .map(|foothold| foothold.what.clone())
            .filter(|what| match what {
                FootholdKind::Role(_, of)
                | FootholdKind::Group(_, of)
                | FootholdKind::Flow(_, of)
                | FootholdKind::RestrictedUnit(_, of)
                | FootholdKind::Account(of) => *of == account,
                FootholdKind::Device(device) => self.world.device(*device).owner == Some(account),
                _ => false,
            })
            .collect();
        for what in own {
            self.foothold(&what);
        }
    }

    fn foothold(&mut self, what: &FootholdKind) {
        match what {
            FootholdKind::App(app) => self.directory(DirectoryAct::AppDeleted(*app)),
            FootholdKind::AppKey(app, key) => {
                let change = key_removed(self.world, *app, *key);
                self.directory(change);
            }
            FootholdKind::Device(device) => self.directory(DirectoryAct::DeviceEnabled {
                device: *device,
                enabled: None,
            }),
            FootholdKind::Role(role, account) => {
                self.directory(DirectoryAct::Role {
                    role,
                    account: *account,
                    given: false,
                    by_pim: false,
                });
            }
            FootholdKind::Group(group, account) => {
                self.directory(DirectoryAct::Membership {
                    group: *group,
                    account: *account,
                    added: false,
                });
            }
            FootholdKind::Account(account) => self.directory(DirectoryAct::UserEnabled {
                account: *account,
                enabled: false,
            }),
            FootholdKind::TransportRule(name) => {
                let parameters = vec![("Identity", name.clone()), ("Confirm", "False".to_owned())];
                self.cmdlet(
                    CmdletService::Exchange,
                    "Remove-TransportRule",
                    name.clone(),
                    parameters,
                );
            }
            FootholdKind::Federation(domain) => {
                self.directory(DirectoryAct::Federation {
                    domain: domain.clone(),
                    federated: false,
                    issuer: String::new(),
                });
            }
            FootholdKind::Policy(id, name) => {
                let new = format!(
                    r#"{{"id":"{id}","displayName":"{name}","state":"enabled","conditions":{{"users":{{"includeUsers":["All"],"excludeUsers":[]}}}}}}"#
                );
                self.directory(policy(
                    PolicyKind::ConditionalAccess,
                    "Update",
                    (*id, name.clone()),
                    new,
                ));
            }
            FootholdKind::Flow(id, account) => {
                let by = self.access(self.apps.azure_portal);
                let flow = Flow {
                    operation: "DeleteFlow",
                    id: *id,
                    environment: self.world.tenant.id,
                    connectors: "Office 365 Outlook, Gmail",
                    shared_with: None,
                };
                self.tell(2, *account, &by, Act::Flow(flow));
            }
            FootholdKind::RestrictedUnit(unit, account) => {
                let change = unit_left(self.world, *unit, *account);
                self.directory(change);
            }
        }
    }
}

fn policy(
    kind: PolicyKind,
    operation: &'static str,
    named: (Guid, String),
    new: String,
) -> DirectoryAct {
    DirectoryAct::Policy {
        kind,
        operation,
        id: named.0,
        name: named.1,
        old: String::new(),
        new,
    }
}

fn user(world: &World, account: AccountNo) -> TargetObject {
    TargetObject::user(world.account(account))
}

fn other(
    activity: &str,
    kind: (&'static str, &'static str),
    targets: Vec<TargetObject>,
    changes: Vec<PropertyChange>,
) -> DirectoryAct {
    DirectoryAct::Other {
        change: DirectoryChange {
            changes,
            ..DirectoryChange::core(activity, kind, targets)
        },
        by: Initiator::User,
    }
}

fn restored(world: &World, account: AccountNo) -> DirectoryAct {
    other(
        "Restore user",
        ("UserManagement", "Update"),
        vec![user(world, account)],
        Vec::new(),
    )
}

fn unlicensed(account: AccountNo) -> DirectoryAct {
    let change = PropertyChange {
        name: "AssignedLicense".to_owned(),
        old: r#"["[SkuName=O365_BUSINESS_PREMIUM]"]"#.to_owned(),
        new: "[]".to_owned(),
    };
    DirectoryAct::UserChanged {
        account,
        changes: vec![change],
        by: Initiator::User,
    }
}

/// A key was taken off an application; the activity has an en dash and a blank at its end.
fn key_removed(world: &World, app: crate::id::AppNo, key: Guid) -> DirectoryAct {
    let app = world.app(app);
    let target = TargetObject {
        kind: TargetKind::Application,
        id: app.object_id.unwrap_or(app.principal).to_string(),
        name: app.name.clone(),
        upn: None,
    };
    let change = PropertyChange {
        name: "KeyDescription".to_owned(),
        old: format!(
            r#"["[KeyIdentifier={key},KeyType=Password,KeyUsage=Verify,DisplayName=backup]"]"#
        ),
        new: "[]".to_owned(),
    };
    other(
        "Update application \u{2013} Certificates and secrets management ",
        ("ApplicationManagement", "Update"),
        vec![target],
        vec![change],
    )
}

fn unit_left(world: &World, unit: Guid, account: AccountNo) -> DirectoryAct {
    let unit = TargetObject {
        kind: TargetKind::Other,
        id: unit.to_string(),
        name: "Executive devices".to_owned(),
        upn: None,
    };
    other(
        "Remove member from restricted management administrative unit",
        ("AdministrativeUnit", "Unassign"),
        vec![user(world, account), unit],
        Vec::new(),
    )
}
