//! What all mailbox records share (record types 2, 3 and 50): who opened which mailbox with what.

use super::super::Writing;
use super::record::{self, Context, Head, Lateness, User};
use crate::happening::{Access, Logon};
use crate::id::{AccountNo, Guid};
use crate::json::{List, Object};
use crate::world::{Account, AppKind, Client as Program, ClientKind};

/// Microsoft Graph and Exchange Online as the services that a token is for.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
const EXCHANGE: &str = "00000002-0000-0ff1-ce00-000000000000";

/// A record of a mailbox that is about to be written.
pub(super) struct MailboxRecord<'a> {
    /// `Operation`.
    pub(super) operation: &'a str,
    /// `RecordType`.
    pub(super) record_type: u16,
    /// The mailbox.
    pub(super) mailbox: AccountNo,
    /// In which role it was opened.
    pub(super) logon: Logon,
    /// `OperationProperties`, empty for most operations.
    pub(super) properties: Vec<(&'static str, String)>,
    /// `ClientIP` beside `ClientIPAddress`: all but the reads have both.
    pub(super) both_addresses: bool,
}

impl MailboxRecord<'_> {
    /// Writes the record; `fill` adds what the operation is about.
    pub(super) fn push(&self, writing: &mut Writing<'_, '_>, fill: impl FnOnce(&mut Object<'_>)) {
        let world = writing.world;
        let owner = world.account(self.mailbox);
        let client = Client::of(writing);
        let address = record::bare(writing).unwrap_or_default();
        let id = if self.record_type == 50 {
            writing.stream.guid()
        } else {
            record::ticked_id(&mut writing.stream, writing.happening.at)
        };
        let head = Head {
            at: writing.happening.at,
            id,
            operation: self.operation,
            record_type: self.record_type,
            workload: "Exchange",
            result: Some("Succeeded"),
            client_ip: self.both_addresses.then(|| address.clone()),
            object: None,
            user: self.user(writing, owner, &client),
        };
        let request =
            (self.record_type == 2 && writing.stream.chance(300)).then(|| writing.stream.guid());
        // What the newest records add; not every front end writes it yet.
        let newest = writing.stream.chance(850);
        let context = client.context(writing, newest);
        let acting = writing
            .happening
            .account
            .map(|number| world.account(number));
        let base = Base {
            owner,
            acting,
            client: &client,
            address: &address,
            request,
            newest,
            organisation: &world.tenant.first_domain,
            tenant: world.tenant.id,
            access: writing.happening.access.as_ref(),
        };
        record::push_with_context(writing, &head, Lateness::Core, context, |record| {
            self.write_base(record, &base);
            fill(record);
        });
    }

    /// A person, or an app for itself: those have the app's id as key and the owner's name.
    fn user(&self, writing: &Writing<'_, '_>, owner: &Account, client: &Client) -> User {
        match writing.happening.account {
            Some(number) => {
                let account = writing.world.account(number);
                let kind = if self.logon == Logon::Admin { 2 } else { 0 };
                User::new(account.upn.clone(), account.puid.clone(), kind)
            }
            None => User::new(owner.upn.clone(), client.client_app.clone(), 5),
        }
    }

    fn write_base(&self, record: &mut Object<'_>, base: &Base<'_>) {
        let logon = match self.logon {
            Logon::Owner => 0,
            Logon::Admin => 1,
            Logon::Delegate => 2,
        };
        let sid = base.acting.map_or(&base.owner.sid, |account| &account.sid);
        record
            .text("AppId", &base.client.app)
            .text("ClientAppId", &base.client.client_app)
            .text("ClientIPAddress", base.address)
            .text("ClientInfoString", &base.client.info);
        if base.client.desktop {
            record
                .text("ClientProcessName", "OUTLOOK.EXE")
                .text("ClientVersion", "16.0.19231.20118");
        }
        record.maybe("ClientRequestId", base.request);
        let device = base.access.and_then(|access| access.device);
        if let (true, Some(device)) = (base.newest, device.and(base.client.device)) {
            record.shown("DeviceId", device);
        }
        record
            .flag("ExternalAccess", false)
            .number("InternalLogonType", 0)
            .number("LogonType", logon)
            .text("LogonUserSid", sid)
            .maybe("MailboxGuid", base.owner.mailbox)
            .text("MailboxOwnerSid", &base.owner.sid)
            .text("MailboxOwnerUPN", &base.owner.upn);
        if !self.properties.is_empty() {
            record.list("OperationProperties", |list| {
                for (name, value) in &self.properties {
                    list.pair(name, value);
                }
            });
        }
        record
            .text("OrganizationName", base.organisation)
            .text(
                "OriginatingServer",
                format!("{} (15.20.4200.000)\r\n", base.owner.server),
            )
            .maybe("SessionId", base.access.and_then(|access| access.session));
        if let (true, Some(account), Some(_)) = (
            base.newest,
            base.acting,
            base.access.and_then(|access| access.token),
        ) {
            record
                .shown("TokenObjectId", account.id)
                .shown("TokenTenantId", base.tenant);
        }
    }
}

/// What the base of a mailbox record is written from.
struct Base<'b> {
    owner: &'b Account,
    acting: Option<&'b Account>,
    client: &'b Client,
    address: &'b str,
    request: Option<Guid>,
    newest: bool,
    organisation: &'b str,
    tenant: Guid,
    access: Option<&'b Access>,
}

/// The client program as Exchange names it.
struct Client {
    app: String,
    client_app: String,
    info: String,
    desktop: bool,
    device: Option<Guid>,
    api: &'static str,
}

impl Client {
    fn of(writing: &mut Writing<'_, '_>) -> Self {
        let world = writing.world;
        let happening = writing.happening;
        if let (None, Some(number)) = (happening.account, happening.app) {
            let app = world.app(number);
            let first_party = matches!(
                app.kind,
                AppKind::FirstPartyClient | AppKind::FirstPartyService
            );
            let id = app.id.to_string();
            return Self {
                app: if first_party {
                    id.clone()
                } else {
                    GRAPH.to_owned()
                },
                client_app: id,
                info: if first_party {
                    "Client=REST;Client=RESTSystem;;".to_owned()
                } else {
                    "Client=REST;;".to_owned()
                },
                desktop: false,
                device: None,
                api: GRAPH,
            };
        }
        let Some(access) = &happening.access else {
            return Self::inside();
        };
        let via_proxy = writing.stream.chance(880);
        let mut client = Self::with(access, via_proxy);
        client.device = access.device.map(|device| world.device(device).id);
        client
    }

    /// What Exchange does by itself.
    fn inside() -> Self {
        Self {
            app: String::new(),
            client_app: String::new(),
            info: "Client=TBA;Action=Internal".to_owned(),
            desktop: false,
            device: None,
            api: EXCHANGE,
        }
    }

    fn with(access: &Access, via_proxy: bool) -> Self {
        let agent = access.client.user_agent.as_str();
        let id = access.client.app_id.to_string();
        let desktop = is_outlook_for_windows(&access.client);
        let info = match access.client.kind {
            ClientKind::Browser if via_proxy => "Client=OWA;Action=ViaProxy".to_owned(),
            ClientKind::Browser => format!("Client=OWA;{agent};"),
            ClientKind::App if desktop => "Client=MSExchangeRPC".to_owned(),
            ClientKind::App if agent.contains("Outlook-") => {
                format!("Client=OutlookService;{agent};")
            }
            ClientKind::App if agent.contains("MacOutlook") => {
                format!("Client=OutlookService;{agent};")
            }
            ClientKind::App | ClientKind::Script => "Client=REST;;".to_owned(),
            ClientKind::Imap => "Client=POP3/IMAP4;Protocol=IMAP4".to_owned(),
            ClientKind::Pop => "Client=POP3/IMAP4;Protocol=POP3".to_owned(),
            ClientKind::Smtp => "Client=Hub Transport".to_owned(),
            ClientKind::ActiveSync => format!("Client=ActiveSync;{agent};"),
            ClientKind::WebServices => format!("Client=WebServices;{agent};"),
        };
        let rest = info == "Client=REST;;";
        let legacy = matches!(
            access.client.kind,
            ClientKind::Imap | ClientKind::Pop | ClientKind::Smtp
        );
        let (app, client_app) = match (rest, legacy) {
            (true, _) => (GRAPH.to_owned(), id),
            (_, true) => (String::new(), String::new()),
            _ => (id.clone(), id),
        };
        Self {
            app,
            client_app,
            info,
            desktop,
            device: None,
            api: if rest { GRAPH } else { EXCHANGE },
        }
    }

    fn context(&self, writing: &Writing<'_, '_>, newest: bool) -> Option<Context> {
        let access = writing.happening.access.as_ref()?;
        let token = access.token.filter(|_| newest)?;
        Some(Context {
            session: access.session.map(|session| session.to_string()),
            api: Some(self.api),
            client_app: Some(self.client_app.clone()).filter(|id| !id.is_empty()),
            issued: Some(record::creation_time(token.issued)),
            token: Some(token.id.to_string()),
            ..Context::default()
        })
    }
}

/// Outlook for Windows signs in as "Microsoft Office" or "Microsoft Outlook"; its other systems' programs
/// speak another protocol.
fn is_outlook_for_windows(client: &Program) -> bool {
    const IDS: [&str; 2] = [
        "d3590ed6-52b3-4102-aeff-aad2292ab01c",
        "5d661950-3475-41cd-a2c3-d671a3162bc1",
    ];
    client.kind == ClientKind::App
        && client.os.starts_with("Windows")
        && IDS.contains(&client.app_id.to_string().as_str())
}

/// The provider id of mailbox stores in short item ids (MS-OXCDATA).
const STORE: [u8; 16] = [
    0x1d, 0x84, 0x03, 0x11, 0xaa, 0x66, 0x11, 0xcd, 0x9b, 0xc8, 0x00, 0xaa, 0x00, 0x2f, 0xc4, 0x5a,
];

/// Ids of items and folders of one mailbox, as Exchange writes them: base64 of entry ids (MS-OXCDATA 2.2.4).
pub(super) struct ItemIds {
    mailbox: [u8; 16],
    replica: [u8; 16],
}

impl ItemIds {
    /// Of a mailbox. The store's two ids follow from the mailbox's GUID.
    pub(super) fn of(owner: &Account) -> Self {
        let mailbox = owner.mailbox.unwrap_or(owner.id).bytes();
        let mut replica = mailbox;
        replica.reverse();
        for byte in &mut replica {
            *byte = byte.wrapping_mul(167).wrapping_add(13);
        }
        Self { mailbox, replica }
    }

    /// A folder's id.
    pub(super) fn folder(&self, path: &str) -> String {
        let mut bytes = vec![0x2e, 0, 0, 0, 0];
        bytes.extend(self.mailbox);
        bytes.extend([0x01, 0x00]);
        bytes.extend(self.replica);
        bytes.extend(counter(path));
        bytes.extend([0, 0, 1]);
        crate::id::base64(&bytes, crate::id::STANDARD)
    }

    /// An item's id in a folder: it changes when the item moves.
    pub(super) fn item(&self, folder: &str, item: &[u8; 16]) -> String {
        let mut bytes = vec![0x46, 0, 0, 0, 0];
        bytes.extend(self.mailbox);
        bytes.extend([0x07, 0x00]);
        bytes.extend(self.replica);
        bytes.extend(counter(folder));
        bytes.extend([0, 0]);
        bytes.extend(self.replica);
        bytes.extend([0, 0]);
        bytes.extend(item.iter().take(4));
        bytes.extend([0, 0, 9]);
        crate::id::base64(&bytes, crate::id::STANDARD)
    }

    /// An item's immutable id, which the lists of reads have.
    pub(super) fn immutable(&self, item: &[u8; 16]) -> String {
        let mut bytes = vec![0x2e, 0, 0, 0, 0];
        bytes.extend(STORE);
        bytes.extend([0x0d, 0x00]);
        bytes.extend(self.replica);
        bytes.extend([0, 0]);
        bytes.extend(item.iter().take(4));
        bytes.extend([0, 0, 9]);
        crate::id::base64(&bytes, crate::id::STANDARD)
    }
}

/// The number of a folder in its store: fixed for the folders that every mailbox has.
fn counter(path: &str) -> [u8; 6] {
    let number: u32 = match path {
        "\\Inbox" => 0x10c,
        "\\Sent Items" => 0x109,
        "\\Deleted Items" => 0x10a,
        "\\Outbox" => 0x10b,
        "\\Calendar" => 0x10d,
        "\\Contacts" => 0x10e,
        "\\Drafts" => 0x10f,
        other => other.bytes().fold(0x200_u32, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u32::from(byte)) & 0x00ff_ffff
        }),
    };
    let [a, b, c, d] = number.to_be_bytes();
    [0, 0, a, b, c, d]
}

/// A folder with its id and path.
pub(super) fn folder(record: &mut Object<'_>, key: &str, ids: &ItemIds, path: &str) {
    record.object(key, |folder| {
        folder.text("Id", ids.folder(path)).text("Path", path);
    });
}

/// The recipients of a message, as the newer records of sending have them.
pub(super) fn recipients(list: &mut List<'_>, addresses: impl IntoIterator<Item: AsRef<str>>) {
    for address in addresses.into_iter().take(1_000) {
        list.text(address);
    }
}
