//! Every kind of act once, so that rare records are looked at too.

use std::sync::{Arc, OnceLock};

use hourzero_model::{Channel, Timestamp};
use hourzero_simulator::happening::{
    Access, Act, Actor, Alert, AlertEntity, Attachment, Authentication, Click, Delivery, Direction,
    DirectoryAct, DirectoryChange, Happening, Initiator, MailAct, Message, Method, PolicyKind,
    PropertyChange, Recipient, RiskDetection, TargetKind, TargetObject,
};
use hourzero_simulator::id::{AccountNo, AppNo, DeviceNo, GroupNo, Guid};
use hourzero_simulator::logs::{LogRecord, LogWriter};
use hourzero_simulator::world::{AccountKind, AppKind, Client, ClientKind, Place, World};

use super::support::days;

/// The people and things that the acts are about.
pub(crate) struct Cast<'w> {
    pub(crate) world: &'w World,
    pub(crate) account: AccountNo,
    pub(crate) administrator: AccountNo,
    pub(crate) guest: AccountNo,
    pub(crate) app: AppNo,
    pub(crate) device: DeviceNo,
    pub(crate) access: Access,
}

const AT: &str = "2026-10-29T09:30:15.25Z";

impl<'w> Cast<'w> {
    pub(crate) fn of(world: &'w World) -> Self {
        let find = |fits: &dyn Fn(&hourzero_simulator::world::Account) -> bool| {
            world
                .numbered_accounts()
                .find(|(_, account)| fits(account))
                .map_or(AccountNo(0), |(number, _)| number)
        };
        let account = find(&|account| {
            account.kind == AccountKind::Member
                && !account.devices.is_empty()
                && !account.is_administrator()
        });
        let device = world.account(account).devices[0];
        let network = world.account(account).networks.last().copied().unwrap();
        let mut stream = world.seed.child("cast").stream();
        let app = world
            .apps
            .iter()
            .position(|app| matches!(app.kind, AppKind::ThirdParty | AppKind::Newcomer))
            .unwrap();
        Self {
            world,
            account,
            administrator: find(&|account| account.is_administrator()),
            guest: find(&|account| account.kind == AccountKind::Guest),
            app: AppNo(u32::try_from(app).unwrap()),
            device,
            access: Access {
                place: Place {
                    network,
                    address: world.network(network).address(&mut stream),
                    port: 51_000,
                },
                client: Arc::new(Client {
                    kind: ClientKind::Browser,
                    app_id: Guid::parse("c44b4083-3bb0-49c1-b47d-974e53cbdf3c").unwrap(),
                    app_name: "Azure Portal".to_owned(),
                    user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64)".to_owned(),
                    os: "Windows10".to_owned(),
                    browser: "Edge 141.0.0".to_owned(),
                }),
                session: Some(stream.guid()),
                token: None,
                device: Some(device),
            },
        }
    }

    /// An act of the administrator's, or of the account's own.
    pub(crate) fn happening(&self, by: AccountNo, act: Act) -> Happening {
        Happening {
            at: Timestamp::parse(AT).unwrap(),
            actor: Actor::Owner,
            account: Some(by),
            app: None,
            access: Some(self.access.clone()),
            act,
        }
    }

    /// A message from outside with a link and an attachment.
    pub(crate) fn message(&self) -> Arc<Message> {
        let at = Timestamp::parse(AT).unwrap();
        Arc::new(Message {
            internet_id: "<a.1@fabrikam.com>".to_owned(),
            network_id: Guid::timed([7; 16], at),
            sent_at: at,
            subject: "Invoice \"4711\" \\ overdue".to_owned(),
            money: true,
            from: "ann@fabrikam.com".to_owned(),
            from_name: "Ann Ünal".to_owned(),
            envelope_from: Some("bounce@mail.fabrikam.com".to_owned()),
            sender: None,
            to: vec![Recipient {
                address: self.world.account(self.account).upn.clone(),
                account: Some(self.account),
            }],
            size: 48_213,
            attachments: vec![Attachment {
                name: "Invoice.PDF".to_owned(),
                size: 20_000,
                sha256: "ab".repeat(32),
            }],
            urls: vec!["https://login.fabrikam.com/a?b=c".to_owned()],
            direction: Direction::Inbound,
            authentication: Authentication {
                spf: "pass",
                dkim: "pass",
                dmarc: "pass",
                compauth: "pass reason=100",
            },
            from_address: "52.100.0.7".parse().unwrap(),
            item: [3; 16],
        })
    }
}

fn apps(cast: &Cast<'_>) -> Vec<DirectoryAct> {
    let app = cast.app;
    let registered = cast
        .world
        .apps
        .iter()
        .position(|app| app.object_id.is_some())
        .map_or(app, |at| AppNo(u32::try_from(at).unwrap()));
    let consent = |by_admin, refused| DirectoryAct::Consented {
        app,
        scopes: vec!["Mail.Read", "offline_access"],
        roles: if by_admin { vec!["Mail.Read"] } else { vec![] },
        by_admin,
        refused,
    };
    vec![
        consent(false, None),
        consent(true, None),
        consent(false, Some("Risky application detected")),
        DirectoryAct::AppRegistered(registered),
        DirectoryAct::CredentialAdded {
            app: registered,
            key: Guid::NIL,
            name: "backup".to_owned(),
            certificate: false,
        },
        DirectoryAct::CredentialAdded {
            app,
            key: Guid::NIL,
            name: "backup".to_owned(),
            certificate: true,
        },
        DirectoryAct::AppOwnerAdded {
            app: registered,
            owner: cast.account,
        },
        DirectoryAct::AppOwnerAdded {
            app,
            owner: cast.account,
        },
        DirectoryAct::AppRoleGiven {
            app,
            role: "full_access_as_app",
        },
        DirectoryAct::AppEnabled {
            app,
            enabled: false,
        },
        DirectoryAct::AppDeleted(registered),
        DirectoryAct::GrantRemoved(app),
    ]
}

fn accounts(cast: &Cast<'_>) -> Vec<DirectoryAct> {
    let account = cast.account;
    let mut acts = vec![
        DirectoryAct::UserMade(account),
        DirectoryAct::UserChanged {
            account,
            changes: vec![PropertyChange {
                name: "JobTitle".to_owned(),
                old: "[\"Clerk\"]".to_owned(),
                new: "[\"Head clerk\"]".to_owned(),
            }],
            by: Initiator::Service("Microsoft Substrate Management"),
        },
        DirectoryAct::UserEnabled {
            account,
            enabled: false,
        },
        DirectoryAct::UserEnabled {
            account,
            enabled: true,
        },
        DirectoryAct::UserDeleted(account),
        DirectoryAct::Guest {
            account: cast.guest,
            redeemed: false,
        },
        DirectoryAct::Guest {
            account: cast.guest,
            redeemed: true,
        },
        DirectoryAct::SessionsRevoked(account),
    ];
    acts.extend(
        [
            Channel::Entra,
            Channel::M365,
            Channel::Graph,
            Channel::Sspr,
            Channel::User,
            Channel::OnPremises,
        ]
        .map(|channel| DirectoryAct::PasswordReset { account, channel }),
    );
    for method in [
        Method::AuthenticatorApp,
        Method::Phone,
        Method::Email,
        Method::Fido2,
        Method::WindowsHello,
        Method::TemporaryAccessPass,
        Method::SoftwareOath,
        Method::AppPassword,
    ] {
        for (registered, by_admin) in [(true, false), (false, true)] {
            acts.push(DirectoryAct::MethodChanged {
                account,
                method,
                registered,
                by_admin,
                detail: "+49 1512 0001".to_owned(),
            });
        }
    }
    acts
}

fn objects(cast: &Cast<'_>) -> Vec<DirectoryAct> {
    let account = cast.account;
    let group = GroupNo(0);
    let mut acts = vec![
        DirectoryAct::Membership {
            group,
            account,
            added: true,
        },
        DirectoryAct::Membership {
            group,
            account,
            added: false,
        },
        DirectoryAct::GroupOwnerAdded { group, account },
        DirectoryAct::GroupMade(group),
        DirectoryAct::DeviceRegistered {
            device: cast.device,
            account,
        },
        DirectoryAct::Federation {
            domain: "fabrikam.com".to_owned(),
            federated: true,
            issuer: "http://adfs.fabrikam.com/adfs/services/trust".to_owned(),
        },
        DirectoryAct::Other {
            change: DirectoryChange {
                activity: "Set Company Information".to_owned(),
                service: "Core Directory",
                category: "DirectoryManagement",
                operation: "Update",
                targets: vec![TargetObject {
                    kind: TargetKind::Directory,
                    id: cast.world.tenant.id.to_string(),
                    name: cast.world.tenant.name.clone(),
                    upn: None,
                }],
                changes: Vec::new(),
                details: Vec::new(),
                failure: None,
                in_audit_log: true,
            },
            by: Initiator::User,
        },
    ];
    acts.extend(roles_and_policies(cast));
    acts
}

fn roles_and_policies(cast: &Cast<'_>) -> Vec<DirectoryAct> {
    let account = cast.account;
    let mut acts = Vec::new();
    for (given, by_pim) in [(true, false), (true, true), (false, true), (false, false)] {
        acts.push(DirectoryAct::Role {
            role: "Global Administrator",
            account,
            given,
            by_pim,
        });
    }
    acts.push(DirectoryAct::Role {
        role: "Exchange Administrator",
        account: cast.administrator,
        given: true,
        by_pim: true,
    });
    for enabled in [Some(false), Some(true), None] {
        acts.push(DirectoryAct::DeviceEnabled {
            device: cast.device,
            enabled,
        });
    }
    for kind in [
        PolicyKind::ConditionalAccess,
        PolicyKind::NamedLocation,
        PolicyKind::AuthenticationMethods,
        PolicyKind::Authorization,
        PolicyKind::SecurityDefaults,
        PolicyKind::CrossTenantAccess,
    ] {
        acts.push(DirectoryAct::Policy {
            kind,
            operation: "Update",
            id: Guid::NIL,
            name: "Require MFA".to_owned(),
            old: "{\"state\":\"enabled\"}".to_owned(),
            new: "{\"state\":\"disabled\"}".to_owned(),
        });
    }
    acts
}

/// Every act of the directory.
pub(crate) fn directory(cast: &Cast<'_>) -> Vec<DirectoryAct> {
    let mut acts = apps(cast);
    acts.extend(accounts(cast));
    acts.extend(objects(cast));
    acts
}

/// Alerts with all kinds of entities, from all products.
fn alerts(cast: &Cast<'_>) -> Vec<Act> {
    let at = Timestamp::parse(AT).unwrap();
    let entities = vec![
        AlertEntity::Account(cast.account),
        AlertEntity::Address(cast.access.place.address),
        AlertEntity::Message(cast.message()),
        AlertEntity::MailboxConfiguration(cast.account, "userInboxRule"),
        AlertEntity::App(cast.app),
        AlertEntity::Url("https://login.fabrikam.com/".to_owned()),
        AlertEntity::Session(Guid::NIL),
    ];
    [
        (
            "microsoftDefenderForOffice365",
            "microsoftDefenderForOffice365",
        ),
        ("microsoftDefenderForCloudApps", "cloudAppSecurity"),
        ("azureAdIdentityProtection", "azureAdIdentityProtection"),
        ("microsoft365Defender", "microsoft365Defender"),
    ]
    .map(|(source, detection)| {
        Act::Alert(Alert {
            title: "Suspicious inbox manipulation rule".to_owned(),
            source,
            detection,
            severity: "high",
            category: "DefenseEvasion",
            techniques: vec!["T1564.008"],
            activity: (at, at.plus_seconds(60)),
            entities: entities.clone(),
            operation: "",
        })
    })
    .to_vec()
}

fn others(cast: &Cast<'_>) -> Vec<Act> {
    let at = Timestamp::parse(AT).unwrap();
    let message = cast.message();
    let mut acts = alerts(cast);
    acts.extend(
        [
            Delivery::Delivered,
            Delivery::Junk,
            Delivery::Quarantined,
            Delivery::Failed,
        ]
        .map(|delivery| {
            Act::Mail(MailAct::Transported {
                message: message.clone(),
                delivery,
                forwarded_by: None,
            })
        }),
    );
    for reason in ["Phish ZAP", "Manual remediation"] {
        acts.push(Act::Mail(MailAct::Removed {
            message: message.clone(),
            mailbox: cast.account,
            reason,
            to: Delivery::Quarantined,
        }));
    }
    for action in ["ClickAllowed", "ClickBlocked"] {
        acts.push(Act::Click(Click {
            message: message.clone(),
            url: message.urls[0].clone(),
            action,
            workload: "Email",
        }));
    }
    for (kind, timing, request) in [
        (
            "anonymizedIPAddress",
            "realtime",
            Some((Guid::NIL, Guid::NIL)),
        ),
        ("leakedCredentials", "offline", None),
    ] {
        acts.push(Act::Risk(RiskDetection {
            kind,
            level: "medium",
            state: "atRisk",
            timing,
            request,
            activity: at,
        }));
    }
    acts
}

/// The records of all these acts in the tenant that has everything.
pub(crate) fn records() -> &'static [LogRecord] {
    static RECORDS: OnceLock<Vec<LogRecord>> = OnceLock::new();
    RECORDS.get_or_init(|| records_in(&days().world))
}

/// The records of all these acts in a tenant.
pub(crate) fn records_in(world: &World) -> Vec<LogRecord> {
    let cast = Cast::of(world);
    let writer = LogWriter::new(world);
    let mut out = Vec::new();
    let mut number = 1_000_000_000;
    for act in directory(&cast) {
        let happening = cast.happening(cast.administrator, Act::Directory(act));
        writer.write(number, &happening, &mut out);
        number += 1;
    }
    for act in others(&cast) {
        let happening = cast.happening(cast.account, act);
        writer.write(number, &happening, &mut out);
        number += 1;
    }
    out
}
