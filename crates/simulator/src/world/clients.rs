//! With which program somebody works: names and user agents by program, device and day.
//!
//! Browsers grow older and newer with the days, as they do in real logs: Chromium's every four weeks.

use super::account::Habits;
use super::place::{Browser, Client, ClientKind, Platform};
use super::{FirstParty, World};
use crate::calendar::Day;
use crate::id::{AccountNo, AppNo, DeviceNo};

/// A program that somebody uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Program {
    /// A browser, at a web application.
    Browser(AppNo),
    /// Outlook: the program on a computer, the app on a telephone.
    Outlook,
    /// The telephone's own mail app, by Exchange ActiveSync.
    NativeMail,
    /// Teams: the program on a computer, the app on a telephone.
    Teams,
    /// OneDrive's synchronisation.
    OneDrive,
    /// Word, Excel and the like on a computer.
    Office,
    /// Signing in to Windows itself.
    WindowsSignIn,
    /// The broker that gets tokens for apps and registers devices.
    Broker,
    /// Microsoft Authenticator.
    Authenticator,
    /// Exchange Online's module of PowerShell.
    ExchangePowerShell,
    /// Microsoft Graph's module of PowerShell.
    GraphPowerShell,
    /// Azure's command line.
    AzureCli,
}

impl World {
    /// A program of an account as services see it. The device tells the system: without one, it is a
    /// telephone for [`Program::NativeMail`] and [`Program::Authenticator`], else the computer's system.
    pub fn client(
        &self,
        program: Program,
        account: AccountNo,
        device: Option<DeviceNo>,
        day: Day,
    ) -> Client {
        let habits = self.account(account).habits.as_ref();
        let phone_only = matches!(program, Program::NativeMail | Program::Authenticator);
        let platform = match device.or_else(|| self.computer(account).filter(|_| !phone_only)) {
            Some(device) => self.device(device).platform,
            None if phone_only => habits.map_or(Platform::Ios, |habits| habits.handset),
            None => Platform::Windows11,
        };
        self.client_on(program, platform, account, day)
    }

    /// A program on the telephone of an account, registered or not.
    pub fn phone_client(&self, program: Program, account: AccountNo, day: Day) -> Client {
        let habits = self.account(account).habits.as_ref();
        let platform = habits.map_or(Platform::Ios, |habits| habits.handset);
        self.client_on(program, platform, account, day)
    }

    /// A program of an account on a given system.
    pub fn client_on(
        &self,
        program: Program,
        platform: Platform,
        account: AccountNo,
        day: Day,
    ) -> Client {
        let browser = browser_of(self.account(account).habits.as_ref(), platform);
        // Updates reach people within two weeks, always in the same order.
        let day = day.plus(-i64::from(account.0 % 13));
        let (kind, app) = application(program, platform);
        let of = self.app(app);
        let (user_agent, shown) = match program {
            Program::Browser(_) => browser_agent(browser, platform, day),
            _ => (program_agent(program, platform, day), String::new()),
        };
        Client {
            kind,
            app_id: of.id,
            app_name: of.name.clone(),
            user_agent,
            os: system(platform).to_owned(),
            browser: shown,
        }
    }

    /// The same program as Entra sees it when tokens are renewed: on a computer or with a broker the
    /// operating system asks, not the program.
    pub fn token_client(&self, client: &Client) -> Client {
        let agent = match (client.kind, client.os.as_str()) {
            (ClientKind::App, "Windows10" | "Windows11") => {
                "Windows-AzureAD-Authentication-Provider/1.0"
            }
            (ClientKind::App, "Ios") => {
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 PKeyAuth/1.0"
            }
            (ClientKind::App, "Android") => {
                "Dalvik/2.1.0 (Linux; U; Android 16; SM-S931B Build/BP2A.250605.031.A3)"
            }
            (ClientKind::App, "MacOs") => {
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
            }
            _ => return client.clone(),
        };
        Client {
            user_agent: agent.to_owned(),
            ..client.clone()
        }
    }
}

/// The name of a system in sign-in logs.
pub(super) const fn system(platform: Platform) -> &'static str {
    match platform {
        Platform::Windows10 => "Windows10",
        Platform::Windows11 => "Windows11",
        Platform::Mac => "MacOs",
        Platform::Ios => "Ios",
        Platform::Android => "Android",
    }
}

fn browser_of(habits: Option<&Habits>, platform: Platform) -> Browser {
    match platform {
        Platform::Ios => Browser::Safari,
        Platform::Android => Browser::Chrome,
        _ => habits.map_or(Browser::Edge, |habits| habits.browser),
    }
}

fn application(program: Program, platform: Platform) -> (ClientKind, AppNo) {
    let phone = matches!(platform, Platform::Ios | Platform::Android);
    let app = match program {
        Program::Browser(app) => return (ClientKind::Browser, app),
        Program::NativeMail => {
            return (ClientKind::ActiveSync, FirstParty::ExchangeOnline.number());
        }
        Program::ExchangePowerShell => {
            return (ClientKind::Script, FirstParty::ExchangePowerShell.number());
        }
        Program::GraphPowerShell => {
            return (ClientKind::Script, FirstParty::GraphCommandLine.number());
        }
        Program::AzureCli => return (ClientKind::Script, FirstParty::AzureCli.number()),
        Program::Outlook if phone => FirstParty::OutlookMobile,
        Program::Outlook | Program::Office => FirstParty::MicrosoftOffice,
        Program::Teams => FirstParty::Teams,
        Program::OneDrive => FirstParty::OneDriveSync,
        Program::WindowsSignIn => FirstParty::WindowsSignIn,
        Program::Broker => FirstParty::AuthenticationBroker,
        Program::Authenticator => FirstParty::AuthenticatorApp,
    };
    (ClientKind::App, app.number())
}

/// The main version of Chromium that a day has: 144 came on 2026-01-13, each further after 28 days.
const fn chromium(day: Day) -> i64 {
    144 + (day.0 - 20_466).div_euclid(28)
}

fn browser_agent(browser: Browser, platform: Platform, day: Day) -> (String, String) {
    let version = chromium(day);
    let system = match platform {
        Platform::Windows10 | Platform::Windows11 => "Windows NT 10.0; Win64; x64",
        Platform::Mac => "Macintosh; Intel Mac OS X 10_15_7",
        Platform::Ios => "iPhone; CPU iPhone OS 18_7 like Mac OS X",
        Platform::Android => "Linux; Android 10; K",
    };
    let chrome = format!(
        "Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 "
    );
    match (browser, platform) {
        (_, Platform::Ios) => (
            format!(
                "Mozilla/5.0 ({system}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.3 Mobile/15E148 Safari/604.1"
            ),
            "Mobile Safari 26.3".to_owned(),
        ),
        (_, Platform::Android) => (
            format!("{chrome}Mobile Safari/537.36"),
            format!("Chrome Mobile {version}.0.0"),
        ),
        (Browser::Edge, _) => (
            format!("{chrome}Safari/537.36 Edg/{version}.0.0.0"),
            format!("Edge {version}.0.0"),
        ),
        (Browser::Firefox, _) => {
            // Firefox has kept three versions ahead of Chromium since 2025.
            let version = version + 3;
            let system = if matches!(platform, Platform::Mac) {
                "Macintosh; Intel Mac OS X 10.15"
            } else {
                system
            };
            (
                format!(
                    "Mozilla/5.0 ({system}; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"
                ),
                format!("Firefox {version}.0"),
            )
        }
        (Browser::Safari, Platform::Mac) => (
            format!(
                "Mozilla/5.0 ({system}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.3 Safari/605.1.15"
            ),
            "Safari 26.3".to_owned(),
        ),
        _ => (
            format!("{chrome}Safari/537.36"),
            format!("Chrome {version}.0.0"),
        ),
    }
}

fn program_agent(program: Program, platform: Platform, day: Day) -> String {
    let windows = matches!(platform, Platform::Windows10 | Platform::Windows11);
    let build = if matches!(platform, Platform::Windows10) {
        19_045
    } else {
        26_100
    };
    // Office's builds grow by about a hundred a month.
    let office = 19_600 + (day.0 - 20_454) * 100 / 30;
    match (program, platform) {
        (Program::Outlook, Platform::Ios) => "Outlook-iOS/2.0".to_owned(),
        (Program::Outlook, Platform::Android) => "Outlook-Android/2.0".to_owned(),
        (Program::Outlook, Platform::Mac) => {
            format!("MacOutlook/16.10{}.26{:02}1520", month(day), month(day))
        }
        (Program::Outlook, _) => {
            format!("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.{office}; Pro)")
        }
        (Program::NativeMail, Platform::Ios) => "Apple-iPhone17C3/2301.355".to_owned(),
        (Program::NativeMail, _) => "Android-SAMSUNG-SM-S931B/101.160000".to_owned(),
        (Program::Teams, Platform::Ios) => "TeamsMobile-iOS".to_owned(),
        (Program::Teams, Platform::Android) => "TeamsMobile-Android".to_owned(),
        (Program::Teams, _) => {
            let version = chromium(day) - 1;
            let system = if windows {
                "Windows NT 10.0; Win64; x64"
            } else {
                "Macintosh; Intel Mac OS X 10_15_7"
            };
            format!(
                "Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36 Edg/{version}.0.0.0 Teams/26{:03}.1204.4{}",
                month(day) * 30,
                day.0 % 900
            )
        }
        (Program::OneDrive, _) if windows => {
            format!(
                "Microsoft SkyDriveSync 26.{:03}.0{}.0003 ship; Windows NT 10.0 ({build})",
                month(day) * 20,
                100 + day.0 % 400
            )
        }
        (Program::OneDrive, _) => {
            format!(
                "OneDrive/26.{:03} CFNetwork/3860.400.51 Darwin/25.3.0",
                month(day) * 20
            )
        }
        (Program::Office, _) => {
            format!("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Word 16.0.{office}; Pro)")
        }
        (Program::WindowsSignIn | Program::Broker, _) if windows => {
            "Windows-AzureAD-Authentication-Provider/1.0".to_owned()
        }
        (Program::ExchangePowerShell, _) => {
            "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.26100.4652"
                .to_owned()
        }
        (Program::GraphPowerShell, _) => "PowerShell/7.5 Microsoft.Graph/2.33".to_owned(),
        (Program::AzureCli, _) => "python-requests/2.32.4 AZURECLI/2.80.0".to_owned(),
        _ => browser_agent(Browser::Safari, platform, day).0,
    }
}

/// The month of a day, 1 to 12.
const fn month(day: Day) -> i64 {
    day.civil().1 as i64
}
