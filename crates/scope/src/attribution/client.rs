//! Which client a user agent or client string tells of, without its version.

/// A client as far as its strings tell: a family and the platform it runs on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Client {
    /// `windows`, `mac`, `ios`, `android`, `linux`, `library`; empty where the strings do not tell.
    pub platform: &'static str,
    /// `edge`, `chrome`, `outlook`, `python-requests` …; empty where the strings do not tell.
    pub family: String,
}

/// Libraries and tools that no person signs in with.
const LIBRARIES: &[&str] = &[
    "python-requests",
    "python",
    "axios",
    "agentaxios",
    "node",
    "undici",
    "go-http-client",
    "fasthttp",
    "curl",
    "okhttp",
    "java/",
    "bav2ropc",
    "cbainprod",
    "aiohttp",
    "httpx",
    "kali365",
    "libwww",
    "wget",
];

/// A browser. Each keeps the cookies of its sessions to itself.
struct Browser {
    family: &'static str,
    /// The word for the older of two that held one session.
    older: &'static str,
    /// Before the version stands this in a user agent, in lower case.
    mark: &'static str,
}

const BROWSERS: &[Browser] = &[
    browser("edge", "older edge", "edg/"),
    browser("chrome", "older chrome", "chrome/"),
    browser("firefox", "older firefox", "firefox/"),
    browser("safari", "older safari", "version/"),
    browser("opera", "older opera", "opr/"),
];

const fn browser(family: &'static str, older: &'static str, mark: &'static str) -> Browser {
    Browser {
        family,
        older,
        mark,
    }
}

/// Whether a family is a browser's.
pub(super) fn is_browser(family: &str) -> bool {
    BROWSERS.iter().any(|one| one.family == family)
}

/// The word for the older of two browsers of a family; empty where it is none of a browser.
pub(super) fn older_of(family: &str) -> &'static str {
    let known = BROWSERS.iter().find(|one| one.family == family);
    known.map_or("", |one| one.older)
}

/// Platforms whose browsers are told apart. On telephones the programs of one device share their sessions.
const DESKTOPS: &[&str] = &["windows", "mac", "linux"];

/// The family of the browser on a computer that a user agent tells of, also within the client string of Exchange's web
/// access, and its version; nothing for everything else. The version is 0 where it is not told.
pub(super) fn browser_of(user_agent: &str) -> (&'static str, u16) {
    let text = user_agent.to_ascii_lowercase();
    let text = match text.strip_prefix("client=") {
        Some(rest) => rest.split_once(';').map_or("", |(_, agent)| agent),
        None => text.as_str(),
    };
    // Programs that are built on a browser sign in as their device does.
    let is_own = text.starts_with("mozilla/") && !text.contains("electron/");
    if !is_own || !DESKTOPS.contains(&platform(text)) {
        return ("", 0);
    }
    let family = family(text);
    let known = BROWSERS.iter().find(|one| one.family == family);
    known.map_or(("", 0), |one| (one.family, version(text, one.mark)))
}

/// The number after a mark.
fn version(text: &str, mark: &str) -> u16 {
    let number = text.split_once(mark).map_or("", |(_, rest)| rest);
    let digits = number.split(|c: char| !c.is_ascii_digit()).next();
    digits
        .and_then(|digits| digits.parse().ok())
        .unwrap_or_default()
}

/// Whether a client string tells one client from another: that of web access or of the interface for programs without an
/// agent of its own is the same for everybody, and a consent bears the name of Entra's token service.
pub(super) fn tells_client(agent: &str) -> bool {
    !agent.starts_with("Client=REST") && !matches!(agent, "Client=OWA;Action=ViaProxy" | "EvoSTS")
}

impl Client {
    /// Reads a user agent and the kind of client beside it.
    pub fn read(user_agent: &str, client_app: &str) -> Self {
        let text = user_agent.to_ascii_lowercase();
        if let Some(exchange) = text.strip_prefix("client=").or_else(|| {
            client_app
                .get(..7)
                .filter(|start| start.eq_ignore_ascii_case("client="))
                .map(|_| "")
        }) {
            let rest = if exchange.is_empty() {
                client_app.to_ascii_lowercase().replace("client=", "")
            } else {
                exchange.to_owned()
            };
            return Self::exchange(&rest);
        }
        if let Some(library) = LIBRARIES.iter().find(|name| text.starts_with(**name)) {
            return Self {
                platform: "library",
                family: (*library).trim_end_matches('/').to_owned(),
            };
        }
        if text.is_empty() {
            return Self::default();
        }
        Self {
            platform: platform(&text),
            family: family(&text).to_owned(),
        }
    }

    fn exchange(rest: &str) -> Self {
        let name = rest.split([';', ',']).next().unwrap_or_default();
        let platform = if rest.contains("outlook-android") {
            "android"
        } else if rest.contains("outlook-ios") {
            "ios"
        } else if name == "msexchangerpc" {
            "windows"
        } else {
            ""
        };
        Self {
            platform,
            family: format!("exchange-{name}"),
        }
    }

    /// Whether it is a library or tool.
    pub fn is_library(&self) -> bool {
        self.platform == "library"
    }

    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        self.platform.is_empty() && self.family.is_empty()
    }
}

fn platform(text: &str) -> &'static str {
    let has = |word: &str| text.contains(word);
    if has("iphone") || has("ipad") || has("outlook-ios") || has("darwin") && has("cfnetwork") {
        "ios"
    } else if has("android") || has("dalvik") {
        "android"
    } else if has("windows") {
        "windows"
    } else if has("macintosh") || has("mac os x") {
        "mac"
    } else if has("linux") || has("x11") || has("cros") {
        "linux"
    } else {
        ""
    }
}

fn family(text: &str) -> &'static str {
    let has = |word: &str| text.contains(word);
    if has("windows-azuread-authentication-provider") {
        "wam"
    } else if has("skydrivesync") || has("onedrive") {
        "onedrive"
    } else if has("microsoft office") || has("msoffice") {
        "office"
    } else if has("powershell") {
        "powershell"
    } else if has("teams/") || has("teamsmobile") {
        "teams"
    } else if has("edg/") || has("edge/") || has("edga/") || has("edgios/") {
        "edge"
    } else if has("opr/") {
        "opera"
    } else if has("firefox/") || has("fxios/") {
        "firefox"
    } else if has("chrome/") || has("crios/") {
        "chrome"
    } else if has("safari/") {
        "safari"
    } else if has("dalvik") {
        "dalvik"
    } else if has("applewebkit") {
        "webkit"
    } else {
        "other"
    }
}
