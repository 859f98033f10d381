//! One or several happenings of every act, so that every branch of the writers is compared, however rare
//! it is in the life of a tenant. Long, because it is one list of acts after another.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use hourzero_model::{Channel, Timestamp};
use hourzero_simulator::happening::*;
use hourzero_simulator::id::{AccountNo, AppNo, DeviceNo, GroupNo, Guid, SiteNo, TeamNo};
use hourzero_simulator::logs::noise_catalogue;
use hourzero_simulator::random::{Seed, Stream};
use hourzero_simulator::world::{
    AccountKind, AppKind, Client, FirstParty, Program, SiteKind, World,
};

/// Cmdlets that only the service runs.
const SERVICE_CMDLETS: [&str; 13] = [
    "Set-MailboxPlan",
    "Set-TransportConfig",
    "Set-RecipientEnforcementProvisioningPolicy",
    "Install-DefaultSharingPolicy",
    "Set-OwaMailboxPolicy",
    "Set-ExchangeAssistanceConfig",
    "Set-TenantObjectVersion",
    "Enable-AddressListPaging",
    "New-ExchangeAssistanceConfig",
    "Install-DataClassificationConfig",
    "Install-AdminAuditLogConfig",
    "Install-ResourceConfig",
    "Set-User",
];

/// Makes happenings of one world.
struct Maker<'w> {
    world: &'w World,
    stream: Stream,
    person: AccountNo,
    other: AccountNo,
    made: Vec<Happening>,
}

/// Reads of a mailbox by its owner in a browser: so many messages, each read again and again, so many
/// seconds between one read and the next.
pub(crate) fn reads(world: &World, messages: usize, times: usize, seconds: i64) -> Vec<Happening> {
    let mut maker = Maker::new(world);
    let access = maker.browser();
    let begun = maker.at();
    let all: Vec<Arc<Message>> = (0..messages).map(|_| maker.message()).collect();
    let rounds = (0..times).flat_map(|_| &all);
    (0_i64..)
        .zip(rounds)
        .map(|(passed, message)| Happening {
            at: begun.plus_seconds(passed * seconds),
            actor: Actor::Owner,
            account: Some(maker.person),
            app: None,
            access: Some(access.clone()),
            act: Act::Mail(MailAct::Read {
                mailbox: maker.person,
                logon: Logon::Owner,
                folders: vec![("\\Inbox".to_owned(), vec![Arc::clone(message)])],
                throttled: false,
            }),
        })
        .collect()
}

/// The same file opened again and again, so many seconds between.
pub(crate) fn file_accesses(world: &World, times: usize, seconds: i64) -> Vec<Happening> {
    let mut maker = Maker::new(world);
    let access = maker.browser();
    let begun = maker.at();
    let at = world
        .sites
        .iter()
        .position(|site| !site.library.files.is_empty())
        .unwrap();
    let site = SiteNo(u32::try_from(at).unwrap());
    let act = FileAct {
        operation: "FileAccessed",
        site,
        file: world.site(site).library.files[0].clone(),
        folder: false,
        destination: None,
    };
    (0_i64..)
        .zip(0..times)
        .map(|(passed, _)| Happening {
            at: begun.plus_seconds(passed * seconds),
            actor: Actor::Owner,
            account: Some(maker.person),
            app: None,
            access: Some(access.clone()),
            act: Act::File(act.clone()),
        })
        .collect()
}

/// Happenings of every act.
pub(crate) fn every_act(world: &World) -> Vec<Happening> {
    let mut maker = Maker::new(world);
    maker.sign_ins();
    maker.mail();
    maker.files();
    maker.teams();
    maker.directory();
    maker.cmdlets();
    maker.security();
    maker.noise();
    maker.made
}

impl<'w> Maker<'w> {
    fn new(world: &'w World) -> Self {
        let people: Vec<AccountNo> = world.people().map(|(number, _)| number).collect();
        Self {
            world,
            stream: Seed::new(9).stream(),
            person: people[3],
            other: people[7],
            made: Vec::new(),
        }
    }

    fn at(&self) -> Timestamp {
        let passed = i64::try_from(self.made.len()).unwrap() * 40;
        self.world
            .first_day
            .midnight()
            .plus_seconds(30_000 + passed)
    }

    fn access(&mut self, client: Client) -> Access {
        let network = self.world.account(self.person).networks[0];
        let at = self.at();
        let place = self.world.place(network, self.person, at, &mut self.stream);
        Access {
            place,
            client: Arc::new(client),
            session: Some(self.stream.guid()),
            token: Some(Token {
                id: self.stream.token(),
                issued: at.plus_seconds(-900),
            }),
            device: self.world.account(self.person).devices.first().copied(),
        }
    }

    fn browser(&mut self) -> Access {
        let day = self.world.first_day;
        let program = Program::Browser(FirstParty::OutlookWeb.number());
        let client = self.world.client(program, self.person, None, day);
        let mut access = self.access(client);
        access.device = None;
        access
    }

    fn program(&mut self, program: Program) -> Access {
        let day = self.world.first_day;
        let device = self.world.account(self.person).devices.first().copied();
        let client = self.world.client(program, self.person, device, day);
        self.access(client)
    }

    fn push(&mut self, account: Option<AccountNo>, access: Option<Access>, act: Act) {
        self.made.push(Happening {
            at: self.at(),
            actor: Actor::Owner,
            account,
            app: None,
            access,
            act,
        });
    }

    fn by_browser(&mut self, act: Act) {
        let access = self.browser();
        self.push(Some(self.person), Some(access), act);
    }

    fn by_app(&mut self, kind: AppKind, act: Act) {
        let app = self.world.apps.iter().position(|app| app.kind == kind);
        let access = self.program(Program::Teams);
        let at = self.at();
        self.made.push(Happening {
            at,
            actor: Actor::Service,
            account: None,
            app: app.map(|at| AppNo(u32::try_from(at).unwrap())),
            access: Some(Access {
                session: None,
                device: None,
                ..access
            }),
            act,
        });
    }

    fn sign_ins(&mut self) {
        let codes = [
            0, 50_140, 50_126, 50_053, 50_074, 50_076, 50_199, 500_121, 53_003, 65_001,
        ];
        for error in codes {
            for (request_type, protocol) in [
                ("OAuth2:Authorize", Protocol::None),
                ("OAuth2:Token", Protocol::OAuth2),
                ("Login:login", Protocol::None),
                ("OAuth2:Token", Protocol::Ropc),
            ] {
                let sign_in = SignIn {
                    kind: SignInKind::Interactive,
                    id: self.stream.guid(),
                    correlation: self.stream.guid(),
                    resource: FirstParty::ExchangeOnline.number(),
                    error,
                    requirement: Requirement::MultiFactor,
                    steps: Vec::new(),
                    protocol,
                    origin: TokenOrigin::None,
                    transfer: Transfer::None,
                    bound: None,
                    request_type,
                    risk: None,
                    unknown_name: None,
                    scopes: Vec::new(),
                    credential: None,
                    home: None,
                    federated: false,
                };
                let act = Act::SignIn(Box::new(sign_in));
                let access = if error % 2 == 0 {
                    self.browser()
                } else {
                    self.program(Program::Outlook)
                };
                self.push(Some(self.person), Some(access), act);
            }
        }
    }

    /// A message to the account.
    fn message(&mut self) -> Arc<Message> {
        let own = self.world.account(self.person).upn.clone();
        let item = self.stream.bytes();
        Arc::new(Message {
            internet_id: format!("<{}@mail.example>", self.stream.guid()),
            network_id: self.stream.guid(),
            sent_at: self.at(),
            subject: "Offer 4471".to_owned(),
            money: true,
            from: own,
            from_name: "Somebody".to_owned(),
            envelope_from: None,
            sender: Some(self.person),
            to: vec![Recipient {
                address: "clerk@fabrikam.example".to_owned(),
                account: Some(self.other),
            }],
            size: 48_213,
            attachments: vec![Attachment {
                name: "offer.pdf".to_owned(),
                size: 20_000,
                sha256: "ab".repeat(32),
            }],
            urls: vec!["https://fabrikam.example/x".to_owned()],
            direction: Direction::Inbound,
            authentication: Authentication {
                spf: "pass",
                dkim: "pass",
                dmarc: "pass",
                compauth: "pass reason=100",
            },
            from_address: IpAddr::V4(Ipv4Addr::new(23, 4, 5, 6)),
            item,
        })
    }

    #[expect(clippy::too_many_lines, reason = "a list of acts, one after another")]
    fn mail(&mut self) {
        for _ in 0..6 {
            let message = self.message();
            let mailbox = self.person;
            let folder = || vec![("\\Inbox".to_owned(), vec![Arc::clone(&message)])];
            let read = |throttled, logon| MailAct::Read {
                mailbox,
                logon,
                folders: folder(),
                throttled,
            };
            let sent = |manner| MailAct::Sent {
                message: Arc::clone(&message),
                mailbox,
                manner,
                saved: true,
            };
            let acts = vec![
                read(false, Logon::Owner),
                sent(Manner::Own),
                sent(Manner::SendAs),
                sent(Manner::OnBehalf),
                MailAct::Synced {
                    mailbox,
                    logon: Logon::Owner,
                    folder: "\\Inbox".to_owned(),
                    held: Vec::new(),
                },
                MailAct::RulesUpdated {
                    mailbox,
                    operation: "AddMailboxRule",
                    name: Some("r".to_owned()),
                    condition: "(SubjectProperty Contains \"invoice\")".to_owned(),
                    actions: "[{\"ActionType\":\"Delete\"}]".to_owned(),
                },
                MailAct::FolderRights {
                    operation: "ModifyFolderPermissions",
                    mailbox,
                    folder: "\\Calendar".to_owned(),
                    member: "Everyone".to_owned(),
                    rights: "FreeBusySimple".to_owned(),
                },
                MailAct::Item {
                    operation: "Create",
                    mailbox,
                    folder: "\\Drafts".to_owned(),
                    subject: "Offer".to_owned(),
                    message: Some(Arc::clone(&message)),
                    changed: Vec::new(),
                },
                MailAct::Item {
                    operation: "Update",
                    mailbox,
                    folder: "\\Calendar".to_owned(),
                    subject: "Meeting".to_owned(),
                    message: None,
                    changed: vec!["RecipientCollection"],
                },
                MailAct::WebTokenIssued { mailbox },
                MailAct::Searched {
                    mailbox,
                    query: "invoice".to_owned(),
                },
                MailAct::Transported {
                    message: Arc::clone(&message),
                    delivery: Delivery::Quarantined,
                    forwarded_by: None,
                },
            ];
            for act in acts {
                self.by_browser(Act::Mail(act.clone()));
                let access = self.program(Program::Outlook);
                self.push(Some(self.person), Some(access), Act::Mail(act));
            }
            for operation in ["Move", "MoveToDeletedItems", "SoftDelete", "HardDelete"] {
                let to = (operation == "Move").then(|| "\\Archive".to_owned());
                let act = MailAct::Moved {
                    operation,
                    mailbox,
                    from: "\\Inbox".to_owned(),
                    to,
                    messages: vec![Arc::clone(&message)],
                };
                self.by_browser(Act::Mail(act));
            }
            self.by_app(
                AppKind::FirstPartyService,
                Act::Mail(read(false, Logon::Owner)),
            );
            self.by_app(AppKind::ThirdParty, Act::Mail(sent(Manner::Own)));
        }
    }

    #[expect(clippy::too_many_lines, reason = "a list of acts, one after another")]
    fn files(&mut self) {
        for kind in [SiteKind::OneDrive, SiteKind::TeamSite] {
            let at = self
                .world
                .sites
                .iter()
                .position(|site| site.kind == kind && !site.library.files.is_empty());
            let site = SiteNo(u32::try_from(at.unwrap()).unwrap());
            let file = self.world.site(site).library.files[0].clone();
            for operation in [
                "FileAccessed",
                "FilePreviewed",
                "FileUploaded",
                "FileModified",
                "FileDownloaded",
                "FileRenamed",
                "FileSyncUploadedFull",
                "FileSyncDownloadedFull",
                "FileVersionsAllDeleted",
                "FileRecycled",
                "FileMoved",
                "FolderModified",
            ] {
                for _ in 0..3 {
                    let act = FileAct {
                        operation,
                        site,
                        file: file.clone(),
                        folder: operation.starts_with("Folder"),
                        destination: (operation == "FileRenamed")
                            .then(|| (file.folder.clone(), "new.pdf".to_owned())),
                    };
                    if !operation.starts_with("FileSync") {
                        self.by_browser(Act::File(act.clone()));
                    }
                    let access = self.program(Program::OneDrive);
                    self.push(Some(self.person), Some(access), Act::File(act));
                }
            }
            for operation in [
                "SharingSet",
                "AddedToGroup",
                "SharingInheritanceBroken",
                "AnonymousLinkCreated",
                "AnonymousLinkUsed",
                "SiteCollectionAdminAdded",
                "SiteCollectionAdminRemoved",
                "AddedToSecureLink",
                "SecureLinkCreated",
            ] {
                let whole = operation.starts_with("SiteCollection") || operation == "AddedToGroup";
                let act = ShareAct {
                    operation,
                    site,
                    file: (!whole).then(|| file.clone()),
                    target: Some(ShareTarget {
                        name: "partner@fabrikam.example".to_owned(),
                        kind: "Guest",
                    }),
                    permission: "Edit",
                    link: operation.contains("Link").then(|| self.stream.guid()),
                    visitor: None,
                };
                self.by_browser(Act::Share(act));
            }
            for (operation, record_type) in [
                ("PageViewed", 4),
                ("ClientViewSignaled", 4),
                ("PermissionLevelAdded", 4),
                ("GroupAdded", 4),
                ("SiteCollectionCreated", 4),
                ("ListViewed", 36),
                ("ListUpdated", 36),
                ("ListCreated", 36),
                ("ListItemCreated", 36),
                ("ListColumnCreated", 56),
            ] {
                for _ in 0..4 {
                    let act = SiteAct {
                        operation,
                        record_type,
                        site,
                        item: "Home.aspx".to_owned(),
                    };
                    self.by_browser(Act::Site(act.clone()));
                    let access = self.program(Program::Office);
                    self.push(Some(self.person), Some(access), Act::Site(act));
                }
            }
        }
    }

    fn teams(&mut self) {
        let tenant = self.stream.guid();
        for operation in [
            "MemberAdded",
            "MemberRoleChanged",
            "TeamCreated",
            "ChannelAdded",
            "MessageSent",
            "ChatCreated",
            "TeamsSessionStarted",
        ] {
            for team in [None, Some((TeamNo(0), 0))] {
                if team.is_none() && operation.starts_with("Member") {
                    continue;
                }
                let act = ChatAct {
                    operation,
                    team,
                    thread: Some("19:abc@thread.v2".to_owned()),
                    members: vec![self.other],
                    foreign: vec![(
                        "Help".to_owned(),
                        "help@tailspin.example".to_owned(),
                        tenant,
                    )],
                    urls: Vec::new(),
                    message_id: Some("1790000000000".to_owned()),
                };
                let access = self.program(Program::Teams);
                self.push(Some(self.person), Some(access), Act::Chat(act.clone()));
                if team.is_some() && operation == "MemberAdded" {
                    self.push(None, None, Act::Chat(act));
                }
            }
        }
        for operation in ["CreateFlow", "EditFlow", "PutPermissions", "DeleteFlow"] {
            let flow = Flow {
                operation,
                id: self.stream.guid(),
                environment: self.world.tenant.id,
                connectors: "Office 365 Outlook, Gmail",
                shared_with: (operation == "PutPermissions").then_some(self.other),
            };
            self.by_browser(Act::Flow(flow));
        }
    }

    #[expect(clippy::too_many_lines, reason = "a list of acts, one after another")]
    fn directory(&mut self) {
        let other = self.other;
        let own = self
            .world
            .apps
            .iter()
            .position(|app| app.kind == AppKind::OwnApp);
        let third = self
            .world
            .apps
            .iter()
            .position(|app| app.kind == AppKind::ThirdParty);
        let number = |at: Option<usize>| AppNo(u32::try_from(at.unwrap()).unwrap());
        let (own, third) = (number(own), number(third));
        let guest = self
            .world
            .accounts_of(AccountKind::Guest)
            .next()
            .map(|(number, _)| number)
            .unwrap();
        let device = DeviceNo(0);
        let change = PropertyChange {
            name: "JobTitle".to_owned(),
            old: "[]".to_owned(),
            new: "[\"Buyer\"]".to_owned(),
        };
        let mut acts = vec![
            DirectoryAct::AppRegistered(own),
            DirectoryAct::CredentialAdded {
                app: own,
                key: Guid::NIL,
                name: "key".to_owned(),
                certificate: false,
            },
            DirectoryAct::AppOwnerAdded {
                app: own,
                owner: other,
            },
            DirectoryAct::AppRoleGiven {
                app: own,
                role: "Mail.Read",
            },
            DirectoryAct::AppEnabled {
                app: third,
                enabled: false,
            },
            DirectoryAct::GrantRemoved(third),
            DirectoryAct::AppDeleted(own),
            DirectoryAct::GroupOwnerAdded {
                group: GroupNo(0),
                account: other,
            },
            DirectoryAct::GroupMade(GroupNo(0)),
            DirectoryAct::UserMade(other),
            DirectoryAct::UserDeleted(other),
            DirectoryAct::SessionsRevoked(other),
            DirectoryAct::DeviceRegistered {
                device,
                account: other,
            },
            DirectoryAct::Federation {
                domain: "contoso.example".to_owned(),
                federated: true,
                issuer: "http://a.example".to_owned(),
            },
        ];
        for by_admin in [false, true] {
            acts.push(DirectoryAct::Consented {
                app: third,
                scopes: vec!["Mail.Read", "offline_access"],
                roles: vec!["Mail.Read"],
                by_admin,
                refused: None,
            });
        }
        for flag in [false, true] {
            acts.push(DirectoryAct::Role {
                role: "Global Administrator",
                account: other,
                given: flag,
                by_pim: false,
            });
            acts.push(DirectoryAct::Membership {
                group: GroupNo(0),
                account: other,
                added: flag,
            });
            acts.push(DirectoryAct::UserEnabled {
                account: other,
                enabled: flag,
            });
            acts.push(DirectoryAct::Guest {
                account: guest,
                redeemed: flag,
            });
            acts.push(DirectoryAct::DeviceEnabled {
                device,
                enabled: Some(flag),
            });
        }
        for channel in Channel::ALL {
            acts.push(DirectoryAct::PasswordReset {
                account: other,
                channel: *channel,
            });
        }
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
            for registered in [true, false] {
                acts.push(DirectoryAct::MethodChanged {
                    account: other,
                    method,
                    registered,
                    by_admin: false,
                    detail: "iPhone 16".to_owned(),
                });
            }
        }
        for by in [
            Initiator::User,
            Initiator::App(own),
            Initiator::Service("Microsoft Substrate Management"),
        ] {
            acts.push(DirectoryAct::UserChanged {
                account: other,
                changes: vec![change.clone()],
                by,
            });
        }
        for kind in [
            PolicyKind::ConditionalAccess,
            PolicyKind::NamedLocation,
            PolicyKind::Authorization,
            PolicyKind::SecurityDefaults,
        ] {
            for operation in ["Add", "Update", "Delete"] {
                acts.push(DirectoryAct::Policy {
                    kind,
                    operation,
                    id: Guid::NIL,
                    name: "Require MFA".to_owned(),
                    old: "{}".to_owned(),
                    new: "{\"state\":\"enabled\"}".to_owned(),
                });
            }
        }
        for act in acts {
            self.by_browser(Act::Directory(act));
        }
    }

    fn cmdlets(&mut self) {
        let user = self.world.account(self.other).upn.clone();
        for name in [
            "Set-Mailbox",
            "Set-MailboxPlan",
            "Set-TransportConfig",
            "Set-User",
            "Add-MailboxPermission",
            "Set-AdminAuditLogConfig",
            "Set-RecipientEnforcementProvisioningPolicy",
            "Install-DefaultSharingPolicy",
            "Set-OwaMailboxPolicy",
            "Set-ExchangeAssistanceConfig",
            "Set-TenantObjectVersion",
            "Enable-AddressListPaging",
            "New-ExchangeAssistanceConfig",
            "Install-DataClassificationConfig",
            "Install-AdminAuditLogConfig",
            "Install-ResourceConfig",
            "New-Mailbox",
            "New-App",
            "New-TransportRule",
            "Add-RecipientPermission",
            "Remove-UnifiedGroup",
            "Set-MailboxAuditBypassAssociation",
            "Set-CASMailbox",
            "New-InboxRule",
            "Set-InboxRule",
        ] {
            let cmdlet = |by_service| Cmdlet {
                service: CmdletService::Exchange,
                name,
                object: user.clone(),
                parameters: vec![("Identity", user.clone())],
                succeeded: true,
                by_service,
                external: false,
            };
            if SERVICE_CMDLETS.contains(&name) {
                self.push(None, None, Act::Cmdlet(cmdlet(true)));
                continue;
            }
            self.by_browser(Act::Cmdlet(cmdlet(false)));
            let access = self.program(Program::ExchangePowerShell);
            self.push(Some(self.person), Some(access), Act::Cmdlet(cmdlet(false)));
        }
        for (service, name) in [
            (CmdletService::Compliance, "Get-DlpSiDetectionsReport"),
            (CmdletService::Compliance, "New-DlpCompliancePolicy"),
            (CmdletService::Compliance, "Remove-DlpCompliancePolicy"),
            (CmdletService::Teams, "Get-CsTeamsUpgradeOverridePolicy"),
        ] {
            let cmdlet = Cmdlet {
                service,
                name,
                object: String::new(),
                parameters: vec![("Identity", "Default".to_owned())],
                succeeded: true,
                by_service: false,
                external: false,
            };
            self.by_browser(Act::Cmdlet(cmdlet));
        }
    }

    fn security(&mut self) {
        let alert = Alert {
            title: "Creation of forwarding/redirect rule".to_owned(),
            source: "microsoftDefenderForOffice365",
            detection: "microsoftDefenderForOffice365",
            severity: "informational",
            category: "SuspiciousActivity",
            techniques: vec!["T1114"],
            activity: (self.at(), self.at()),
            entities: vec![AlertEntity::Account(self.other)],
            operation: "New-InboxRule",
        };
        self.push(None, None, Act::Alert(alert));
        let click = Click {
            message: self.message(),
            url: "https://fabrikam.example/x".to_owned(),
            action: "ClickAllowed",
            workload: "Email",
        };
        self.by_browser(Act::Click(click));
        let risk = RiskDetection {
            kind: "anonymizedIPAddress",
            level: "medium",
            state: "atRisk",
            timing: "realtime",
            request: Some((self.stream.guid(), self.stream.guid())),
            activity: self.at(),
        };
        self.by_browser(Act::Risk(risk));
    }

    fn noise(&mut self) {
        for operation in noise_catalogue() {
            for _ in 0..4 {
                let noise = Noise {
                    workload: &operation.workload,
                    operation: &operation.operation,
                    object: String::new(),
                };
                self.by_browser(Act::Noise(noise));
            }
        }
    }
}
