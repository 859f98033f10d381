//! SharePoint and OneDrive: what files, shares, pages and lists have in common.

use super::super::Writing;
use super::record::{self, Context, Head, Lateness, User};
use crate::id::SiteNo;
use crate::json::Object;
use crate::world::{Account, AccountKind, Client, ClientKind, Site, SiteKind};

/// A record of a site that is about to be written.
pub(super) struct SiteRecord<'a> {
    /// `Operation`.
    pub(super) operation: &'a str,
    /// `RecordType`.
    pub(super) record_type: u16,
    /// Where.
    pub(super) site: SiteNo,
    /// `ObjectId`, an address.
    pub(super) object: String,
    /// `ItemType`.
    pub(super) item_type: &'static str,
    /// A visitor's user id, for those without an account.
    pub(super) visitor: Option<&'a str>,
}

impl SiteRecord<'_> {
    /// Writes the record; `fill` adds what the operation is about.
    pub(super) fn push(
        &self,
        writing: &mut Writing<'_, '_>,
        fill: impl FnOnce(&mut Object<'_>, &Site),
    ) {
        let world = writing.world;
        let site = world.site(self.site);
        let access = writing.happening.access.as_ref();
        let client = access.map(|access| &*access.client);
        let newest = access.is_some() && writing.stream.chance(900);
        let correlation = correlation(writing);
        let device = access.and_then(|access| access.device);
        let managed = device.is_some_and(|device| world.device(device).managed);
        let address = record::bare(writing);
        let head = Head {
            at: writing.happening.at,
            id: record::ticked_id(&mut writing.stream, writing.happening.at),
            operation: self.operation,
            record_type: self.record_type,
            workload: match site.kind {
                SiteKind::OneDrive => "OneDrive",
                SiteKind::TeamSite => "SharePoint",
            },
            result: None,
            client_ip: Some(address.clone().unwrap_or_default()),
            object: Some(&self.object),
            user: self.user(writing),
        };
        let context = self.context(writing, &correlation).filter(|_| newest);
        let from_object_model = self.record_type == 36 && writing.stream.chance(120);
        record::push_with_context(writing, &head, Lateness::Core, context, |record| {
            record.text("CorrelationId", &correlation);
            if let Some(client) = client.filter(|client| client.kind != ClientKind::Browser) {
                record
                    .text("ApplicationDisplayName", &client.app_name)
                    .shown("ApplicationId", client.app_id);
            }
            if let (true, Some(client)) = (newest, client) {
                let (name, version) = browser(client);
                record
                    .text("AuthenticationType", authentication(client))
                    .text("BrowserName", name)
                    .text("BrowserVersion", version)
                    .text("DeviceDisplayName", address.as_deref().unwrap_or_default());
            }
            let source = if from_object_model {
                "ObjectModel"
            } else {
                "SharePoint"
            };
            record.text("EventSource", source);
            if newest {
                record.flag("IsManagedDevice", managed);
            }
            record.text("ItemType", self.item_type);
            if let (true, Some(client)) = (newest, client) {
                record.text("Platform", platform(client));
            }
            let agent = client.map_or("", |client| client.user_agent.as_str());
            record.shown("Site", site.id).text("UserAgent", agent);
            fill(record, site);
        });
    }

    fn user(&self, writing: &Writing<'_, '_>) -> User {
        if let Some(visitor) = self.visitor {
            return User::new(visitor, visitor, 0);
        }
        match (writing.happening.account, writing.happening.app) {
            (Some(number), _) => {
                let account = writing.world.account(number);
                User::new(
                    name(account, &writing.world.tenant.first_domain),
                    format!("i:0h.f|membership|{}@live.com", account.puid.to_lowercase()),
                    0,
                )
            }
            (None, Some(_)) => User::new(
                "app@sharepoint",
                "i:0i.t|00000003-0000-0ff1-ce00-000000000000|app@sharepoint",
                5,
            ),
            (None, None) => User::new("SHAREPOINT\\system", "S-1-0-0", 4),
        }
    }

    fn context(&self, writing: &Writing<'_, '_>, correlation: &str) -> Option<Context> {
        let access = writing.happening.access.as_ref()?;
        let token = access.token?;
        let sync = is_sync(&access.client);
        Some(Context {
            session: access.session.map(|session| session.to_string()),
            client_name: sync.then(|| "OneDriveSync".to_owned()),
            correlation: Some(correlation.to_owned()),
            token_issued: Some(record::creation_time(token.issued)),
            token: Some(token.id.to_string()),
            ..Context::default()
        })
    }
}

/// The OneDrive sync program.
pub(super) fn is_sync(client: &Client) -> bool {
    client.user_agent.contains("SkyDriveSync") || client.user_agent.contains("OneDriveMpc")
}

/// SharePoint writes names in lower case, guests as the directory knows them.
fn name(account: &Account, first_domain: &str) -> String {
    let lower = account.upn_lower();
    if account.kind == AccountKind::Guest && !lower.contains("#ext#") {
        return format!("{}#ext#@{first_domain}", lower.replace('@', "_"));
    }
    lower
}

/// A correlation id as SharePoint makes it: time in front, and a version nibble with three zeros.
fn correlation(writing: &mut Writing<'_, '_>) -> String {
    let minutes = writing.happening.at.micros() / 60_000_000 * 37;
    let bits = writing.stream.bits();
    let more = writing.stream.bits();
    format!(
        "{:08x}-{:04x}-b000-{:04x}-{:012x}",
        minutes & 0xffff_ffff,
        bits & 0xffff,
        (bits >> 16) & 0x3fff | 0x8000 & 0xffff,
        more & 0xffff_ffff_ffff
    )
}

fn authentication(client: &Client) -> &'static str {
    match client.kind {
        ClientKind::Browser => "FormsCookieAuth",
        _ if is_sync(client) => "FormsCookieAuth",
        _ => "OAuth",
    }
}

/// `Edge 130.0.0` in two parts.
fn browser(client: &Client) -> (&str, &str) {
    client
        .browser
        .split_once(' ')
        .unwrap_or((client.browser.as_str(), ""))
}

fn platform(client: &Client) -> &'static str {
    let os = client.os.to_lowercase();
    if os.starts_with("windows") {
        "WinDesktop"
    } else if os.starts_with("mac") {
        "MacOSX"
    } else if os.starts_with("ios") {
        "IOS"
    } else if os.starts_with("android") {
        "Android"
    } else if os.starts_with("linux") {
        "Linux"
    } else {
        "NotSpecified"
    }
}
