//! The attacker's programs, as logs show them.

use std::sync::Arc;

use super::apps::KnownApps;
use super::scenario::{Entry, Tool};
use super::ways::Door;
use crate::id::AppNo;
use crate::world::{Client, ClientKind, World};

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0";
const OUTLOOK: &str = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)";

/// A client program with the name of its application in this world.
pub(super) fn client(
    world: &World,
    app: AppNo,
    kind: ClientKind,
    shown: (&str, &str, &str),
) -> Arc<Client> {
    let app = world.app(app);
    Arc::new(Client {
        kind,
        app_id: app.id,
        app_name: app.name.clone(),
        user_agent: shown.0.to_owned(),
        os: shown.1.to_owned(),
        browser: shown.2.to_owned(),
    })
}

/// How the tool shows itself: kind, user agent, operating system and browser as sign-in logs name them.
const fn shown(tool: Tool) -> (ClientKind, (&'static str, &'static str, &'static str)) {
    match tool {
        Tool::Browser => (ClientKind::Browser, (CHROME, "Windows10", "Chrome 137.0.0")),
        Tool::Axios => (ClientKind::Browser, ("axios/1.7.9", "", "")),
        Tool::Python => (
            ClientKind::Script,
            ("python-requests/2.32.3", "", "Python Requests 2.32"),
        ),
        Tool::Outlook => (ClientKind::App, (OUTLOOK, "Windows10", "")),
        Tool::Kali365 => (ClientKind::Script, ("kali365-live/1.0.0", "", "")),
    }
}

/// Whether access tokens of the tool are evaluated continuously.
pub(super) const fn evaluated(tool: Tool) -> bool {
    matches!(tool, Tool::Browser | Tool::Outlook)
}

/// The client that a tool uses at a door.
pub(super) fn at_door(
    world: &World,
    apps: KnownApps,
    tool: Tool,
    entry: Entry,
    door: Door,
) -> Arc<Client> {
    let (kind, look) = shown(tool);
    let browser = matches!(tool, Tool::Browser | Tool::Axios);
    let app = match (door, entry) {
        (Door::Registration, _) => apps.broker,
        (Door::AdminExchange, _) => apps.exchange_powershell,
        (Door::Sso(app), _) => app,
        (Door::Security, _) => apps.my_sign_ins,
        (Door::Portal, _) => apps.azure_portal,
        (_, Entry::CodePhishing) => apps.azure_cli,
        (_, Entry::DeviceCode | Entry::DeviceCodeKit) => apps.office,
        (_, Entry::Ropc | Entry::Spray) if !browser => apps.old_powershell,
        (Door::Mail, _) if browser => apps.outlook_web,
        (Door::Files, _) if browser => apps.sharepoint,
        (_, _) if browser => apps.office_home,
        (_, _) => apps.office,
    };
    let kind = match (door, kind) {
        // Portals want a browser, whatever else he has.
        (Door::Security | Door::Portal | Door::Sso(_), ClientKind::App) => ClientKind::Browser,
        (_, kind) => kind,
    };
    client(world, app, kind, look)
}

/// The kit that stands between the victim and the sign-in page.
pub(super) fn kit(world: &World, apps: KnownApps, tool: Tool) -> Arc<Client> {
    let look = if matches!(tool, Tool::Axios) {
        ("axios/1.7.9", "", "")
    } else {
        (FIREFOX, "Linux", "Firefox 139.0")
    };
    client(world, apps.office_home, ClientKind::Browser, look)
}
