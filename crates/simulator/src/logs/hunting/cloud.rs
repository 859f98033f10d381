//! `CloudAppEvents`: what Defender for Cloud Apps makes of the unified audit log. `RawEventData` is the
//! record itself, so the rows are made of the records that the same happening has left there.

use std::net::IpAddr;

use crate::happening::{Access, Happening};
use crate::json::{self, List, Object};
use crate::logs::stamp::seconds;
use crate::logs::{LogRecord, Source, Writing};
use crate::world::{Account, NetworkKind, World};

/// Adds a row for every record of the unified audit log that the happening has left. Sign-ins are in tables
/// of their own.
pub(super) fn write(writing: &mut Writing<'_, '_>) {
    let before = writing.began;
    let end = writing.out.len();
    for place in before..end {
        let lag = writing.stream.between(60, 900);
        let Some(record) = writing.out.get(place) else {
            return;
        };
        if record.source != Source::UnifiedAudit {
            continue;
        }
        let Some(told) = Told::of(record) else {
            continue;
        };
        let id = format!("99435038_{}_{}", told.application.1, record.id);
        let row = row(writing.world, writing.happening, &told, &id);
        let at = record.at;
        let latency = record.available.seconds_since(at) + lag;
        writing.push_at(Source::Hunting("CloudAppEvents"), id, (at, latency), row);
    }
}

/// What a record of the unified audit log tells; texts are as they stand in its JSON, escapes included.
struct Told<'r> {
    record: &'r LogRecord,
    operation: &'r str,
    application: (&'static str, u32),
    exchange: bool,
    files: bool,
    record_type: u32,
    user_type: u32,
    user: &'r str,
    object: Option<&'r str>,
    address: Option<IpAddr>,
    agent: Option<&'r str>,
}

impl<'r> Told<'r> {
    fn of(record: &'r LogRecord) -> Option<Self> {
        let json = record.json.as_str();
        let record_type = number(json, "RecordType")?;
        if record_type == 15 {
            return None;
        }
        let workload = member(json, "Workload")?;
        let exchange = workload == "Exchange";
        let files = matches!(workload, "SharePoint" | "OneDrive");
        let application = match workload {
            "Exchange" => ("Microsoft Exchange Online", 20_893),
            "OneDrive" => ("Microsoft OneDrive for Business", 15_600),
            "SharePoint" => ("Microsoft SharePoint Online", 20_892),
            "MicrosoftTeams" => ("Microsoft Teams", 28_375),
            _ => ("Microsoft 365", 11_161),
        };
        let address = member(json, "ClientIPAddress")
            .or_else(|| member(json, "ClientIP"))
            .and_then(address);
        let agent = if exchange {
            member(json, "ClientInfoString")
        } else if files {
            member(json, "UserAgent")
        } else {
            None
        };
        Some(Self {
            record,
            operation: member(json, "Operation")?,
            application,
            exchange,
            files,
            record_type,
            user_type: number(json, "UserType").unwrap_or(0),
            user: member(json, "UserId").unwrap_or_default(),
            object: member(json, "ObjectId"),
            address,
            agent,
        })
    }

    /// `ActivityType`.
    fn kind(&self) -> &'static str {
        match self.operation {
            "MailItemsAccessed" | "Send" | "SendAs" | "SendOnBehalf" => "Run",
            "Create" | "Add group." | "Add user." | "Add application." => "Create",
            "Update" => "Edit",
            "Move" => "Move",
            "MoveToDeletedItems" | "SoftDelete" | "HardDelete" => "Delete",
            "FileRenamed" => "Rename",
            "FileMoved" => "Move",
            "FileCopied" => "Copy",
            "FileUploaded" => "Upload",
            "FileDownloaded" => "Download",
            "FileModified" | "FileModifiedExtended" => "Edit",
            "FileAccessed"
            | "FileAccessedExtended"
            | "FilePreviewed"
            | "PageViewed"
            | "ListViewed" => "View",
            "FileDeleted" | "FileRecycled" => "Delete",
            "FileSyncUploadedFull" | "FileSyncUploadedPartial" => "Synctocloud",
            "FileSyncDownloadedFull" | "FileSyncDownloadedPartial" => "Synctodevice",
            "SharingSet"
            | "SharingInvitationCreated"
            | "AnonymousLinkCreated"
            | "SecureLinkCreated"
            | "CompanyLinkCreated"
            | "AddedToSecureLink" => "Share",
            _ if self.exchange => "Run",
            operation if operation.starts_with("Update ") => "Edit",
            operation if operation.starts_with("Add ") => "Add",
            operation if operation.starts_with("Remove ") => "Remove",
            operation if operation.starts_with("Delete ") => "Delete",
            _ => "Basic",
        }
    }

    /// The record is about one item of a mailbox.
    fn is_item(&self) -> bool {
        self.exchange
            && matches!(
                self.operation,
                "Create" | "Update" | "Move" | "MoveToDeletedItems" | "SoftDelete" | "HardDelete"
            )
    }
}

/// The text of a member, as it stands between its quotes. The head of a record stands first, so that the
/// first member of a name is the record's own.
fn member<'j>(json: &'j str, key: &str) -> Option<&'j str> {
    let mut rest = json;
    loop {
        let at = rest.find(key)?;
        let (before, after) = (rest.get(..at)?, rest.get(at + key.len()..)?);
        rest = after;
        let quoted = before.ends_with('"') && !before.ends_with("\\\"");
        let Some(value) = after.strip_prefix("\":\"").filter(|_| quoted) else {
            continue;
        };
        let mut escaped = false;
        let end = value.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        })?;
        return value.get(..end);
    }
}

/// The number of a member.
fn number(json: &str, key: &str) -> Option<u32> {
    let (_, after) = json.split_once(key)?;
    let digits = after.strip_prefix("\":")?;
    let end = digits
        .find(|sign: char| !sign.is_ascii_digit())
        .unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

/// An address as records have it: bare, with a port, in brackets, or mapped.
fn address(text: &str) -> Option<IpAddr> {
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None if text.matches(':').count() == 1 => text.split(':').next()?,
        None => text,
    };
    bare.parse::<IpAddr>()
        .ok()
        .map(|address| address.to_canonical())
}

fn row(world: &World, happening: &Happening, told: &Told<'_>, id: &str) -> String {
    let account = happening.account.map(|number| world.account(number));
    let access = happening.access.as_ref();
    json::object(|row| {
        row.shown("Timestamp", seconds(told.record.at));
        row.raw("ActionType", &format!("\"{}\"", told.operation))
            .text("Application", told.application.0)
            .number("ApplicationId", told.application.1)
            .number("AppInstanceId", 0);
        who(row, world, happening, told, account);
        from_where(row, world, told, access);
        agent(row, told);
        row.text("ActivityType", told.kind());
        row.list("ActivityObjects", |list| {
            objects(list, world, happening, told);
        });
        about(row, told);
        row.text("ReportId", id);
        row.text("AccountType", account_type(told, account))
            .flag(
                "IsExternalUser",
                account.is_some_and(|account| account.home.is_some()),
            )
            .flag("IsImpersonated", false);
        tags(row, world, told, access);
        row.raw("RawEventData", &raw(&told.record.json));
        row.object("AdditionalFields", |fields| {
            if told.address.is_some() {
                fields.flag("IsSatelliteProvider", false);
            }
        })
        .object("LastSeenForUser", |_| {})
        .list("UncommonForUser", |_| {});
        let app = happening.app.map(|app| world.app(app).id);
        match app {
            Some(app) => row.shown("OAuthAppId", app),
            None => row.text("OAuthAppId", ""),
        };
    })
}

/// Whose act it was, as Defender names accounts: by object id, applications by theirs, services by name.
fn who(
    row: &mut Object<'_>,
    world: &World,
    happening: &Happening,
    told: &Told<'_>,
    account: Option<&Account>,
) {
    let administrative = told.record_type == 8 && account.is_some_and(Account::is_administrator);
    match (account, happening.app) {
        (Some(account), _) => row
            .shown("AccountObjectId", account.id)
            .shown("AccountId", account.id)
            .text("AccountDisplayName", &account.display_name),
        (None, Some(app)) => {
            let app = world.app(app);
            row.text("AccountObjectId", "")
                .shown("AccountId", app.id)
                .text("AccountDisplayName", &app.name)
        }
        (None, None) => {
            let name = format!("\"{}\"", told.user.to_lowercase());
            row.text("AccountObjectId", "")
                .raw("AccountId", &name)
                .raw("AccountDisplayName", &name)
        }
    };
    row.flag("IsAdminOperation", administrative);
}

fn account_type(told: &Told<'_>, account: Option<&Account>) -> &'static str {
    match (account, told.user_type) {
        (_, 5 | 6) => "Application",
        (Some(account), _) if account.is_administrator() => "Admin",
        _ => "Regular",
    }
}

/// The network that an address of the record belongs to, when it is the one of the request.
fn network<'w>(
    world: &'w World,
    told: &Told<'_>,
    access: Option<&Access>,
) -> Option<&'w crate::world::Network> {
    let place = access?.place;
    (told.address == Some(place.address)).then(|| world.network(place.network))
}

fn from_where(row: &mut Object<'_>, world: &World, told: &Told<'_>, access: Option<&Access>) {
    let client = access
        .map(|access| access.client.as_ref())
        .filter(|_| told.agent.is_some());
    let (kind, platform) = match client {
        Some(client) if told.files && client.os.starts_with("Windows") => ("Desktop", "Windows 10"),
        Some(_) => ("Other", "Unknown"),
        None => ("", ""),
    };
    row.text("DeviceType", kind).text("OSPlatform", platform);
    let network = network(world, told, access);
    match told.address {
        Some(address) => row.shown("IPAddress", address).flag(
            "IsAnonymousProxy",
            network.is_some_and(|network| network.kind == NetworkKind::PublicVpn),
        ),
        None => row.text("IPAddress", "").null("IsAnonymousProxy"),
    };
    match network {
        Some(network) => row
            .text("CountryCode", &network.country)
            .text("City", network.city.to_lowercase())
            .text("ISP", network.organisation.to_lowercase()),
        None => row.text("CountryCode", "").text("City", "").text("ISP", ""),
    };
}

/// What the category and the tags of an address are.
fn tags(row: &mut Object<'_>, world: &World, told: &Told<'_>, access: Option<&Access>) {
    let network = network(world, told, access);
    let (category, tags): (&str, &[&str]) = match network.map(|network| network.kind) {
        Some(NetworkKind::PublicVpn) => ("Risky", &["Anonymous proxy"]),
        Some(NetworkKind::AzureHosting) => ("Cloud provider", &["Microsoft Azure"]),
        Some(NetworkKind::MicrosoftService) => {
            ("Cloud provider", &["Microsoft Azure", "Microsoft 365"])
        }
        Some(NetworkKind::Hosting) => ("Cloud provider", &[]),
        _ => ("", &[]),
    };
    row.texts("IPTags", tags)
        .text("IPCategory", category)
        .texts("UserAgentTags", told.files.then_some("Native client"));
}

fn agent(row: &mut Object<'_>, told: &Told<'_>) {
    row.raw("UserAgent", &format!("\"{}\"", told.agent.unwrap_or("")));
}

/// The object that the act was about.
fn about(row: &mut Object<'_>, told: &Told<'_>) {
    let json = told.record.json.as_str();
    let quoted = |text: Option<&str>| format!("\"{}\"", text.unwrap_or(""));
    if told.files {
        let id = member(json, "ListItemUniqueId").map(|item| {
            let site = member(json, "Site").unwrap_or("");
            format!("{site}|{item}")
        });
        row.raw("ObjectName", &quoted(told.object))
            .text("ObjectType", "File")
            .raw("ObjectId", &quoted(id.as_deref()));
    } else if told.is_item() {
        row.raw("ObjectName", &quoted(member(json, "Subject")))
            .text("ObjectType", "Email")
            .raw("ObjectId", &quoted(item_id(json)));
    } else if told.exchange {
        row.raw("ObjectName", &quoted(Some(told.operation)))
            .text("ObjectType", "Task")
            .text("ObjectId", "");
    } else {
        row.text("ObjectName", "")
            .text("ObjectType", "")
            .text("ObjectId", "");
    }
}

/// The id of the first item of a mailbox record.
fn item_id(json: &str) -> Option<&str> {
    let (_, items) = json
        .split_once("\"AffectedItems\":")
        .or_else(|| json.split_once("\"Item\":"))?;
    member(items, "Id")
}

fn objects(list: &mut List<'_>, world: &World, happening: &Happening, told: &Told<'_>) {
    let account = happening.account.map(|number| world.account(number));
    let session = happening.access.as_ref().and_then(|access| access.session);
    let json = told.record.json.as_str();
    if told.exchange {
        list.object(|object| {
            object
                .text("Type", "Structured object")
                .text("Role", "Parameter")
                .text("ServiceObjectType", "Session ID");
            if let Some(session) = session {
                object.shown("Value", session);
            }
        });
        list.object(|object| {
            if told.is_item() {
                let subject = member(json, "Subject").unwrap_or("");
                object
                    .text("Type", "Email")
                    .text("Role", "Target object")
                    .raw("Name", &format!("\"{subject}\""))
                    .raw("Id", &format!("\"{}\"", item_id(json).unwrap_or("")));
            } else {
                object
                    .text("Type", "Task")
                    .text("Role", "Target object")
                    .raw("Name", &format!("\"{}\"", told.operation));
            }
        });
    }
    if let (true, Some(name)) = (told.files, told.object) {
        list.object(|object| {
            object
                .text("Type", "File")
                .text("Role", "Target object")
                .raw("Name", &format!("\"{name}\""));
        });
    }
    list.object(|object| {
        match (account, happening.app) {
            (Some(account), _) => object
                .text("Type", "User")
                .text("Role", "Actor")
                .text("Name", &account.display_name)
                .shown("Id", account.id),
            (None, Some(app)) => {
                let app = world.app(app);
                object
                    .text("Type", "Account")
                    .text("Role", "Actor")
                    .text("Name", &app.name)
                    .shown("Id", app.id)
            }
            (None, None) => {
                let name = format!("\"{}\"", told.user.to_lowercase());
                object
                    .text("Type", "Account")
                    .text("Role", "Actor")
                    .raw("Name", &name)
                    .raw("Id", &name)
            }
        };
        object
            .number("ApplicationId", 11_161)
            .number("ApplicationInstance", 0);
    });
}

/// The record, with its time as this table writes it: `2024-07-22T07:00:11.0000000Z`.
fn raw(json: &str) -> String {
    const HEAD: &str = "{\"CreationTime\":\"";
    let parts = json.strip_prefix(HEAD).and_then(|rest| {
        let (time, rest) = rest.split_once('"')?;
        Some((time.get(..19)?, rest))
    });
    match parts {
        Some((time, rest)) => format!("{HEAD}{time}.0000000Z\"{rest}"),
        None => json.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_as_they_stand() {
        let json = r#"{"CreationTime":"2026-03-02T10:00:00","Id":"a","Operation":"x \"y\" z","RecordType":50,"n":{"Id":"b"}}"#;
        assert_eq!(member(json, "Id"), Some("a"));
        assert_eq!(member(json, "Operation"), Some(r#"x \"y\" z"#));
        assert_eq!(member(json, "y"), None);
        assert_eq!(number(json, "RecordType"), Some(50));
        assert_eq!(number(json, "UserType"), None);
        assert!(raw(json).starts_with(r#"{"CreationTime":"2026-03-02T10:00:00.0000000Z","Id""#));
    }

    #[test]
    fn addresses_are_read_in_all_forms() {
        for (text, read) in [
            ("20.190.160.1:443", Some("20.190.160.1")),
            ("20.190.160.1", Some("20.190.160.1")),
            ("[2603:1026::1]:443", Some("2603:1026::1")),
            ("2603:1026::1", Some("2603:1026::1")),
            ("::ffff:20.190.160.1", Some("20.190.160.1")),
            ("", None),
            ("<null>", None),
        ] {
            assert_eq!(address(text).map(|read| read.to_string()).as_deref(), read);
        }
    }
}
