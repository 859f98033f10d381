//! The people, and what else signs in with a name.

use super::place::{Browser, Platform};
use crate::calendar::{Day, Zone};
use crate::id::{AccountNo, DeviceNo, Guid, NetworkNo, SiteNo};

/// What an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountKind {
    /// A person of the company.
    Member,
    /// A person of another company, invited.
    Guest,
    /// A shared mailbox; its account cannot sign in.
    Shared,
    /// An account that a program or a device uses.
    Service,
    /// An account only for administration.
    Admin,
    /// An administrator for emergencies, hardly ever used.
    BreakGlass,
    /// The account of directory synchronisation, `Sync_…`.
    Sync,
}

/// Where in the company somebody works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names of departments say all")]
pub enum Department {
    Management,
    Finance,
    Sales,
    Purchasing,
    HumanResources,
    It,
    Operations,
    Legal,
    Marketing,
}

/// The licence of an account: what its acts are logged with and how long they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are Microsoft's")]
pub enum Licence {
    None,
    BusinessBasic,
    BusinessStandard,
    BusinessPremium,
    E3,
    E5,
}

impl Licence {
    /// Days for which the unified audit log keeps this account's acts: 180, or a year with Audit (Premium)
    /// (`facts/logs-collect.md` §3.4).
    pub const fn audit_days(self) -> i64 {
        if matches!(self, Self::E5) { 365 } else { 180 }
    }

    /// Whether mail access is logged for the mailbox (`MailItemsAccessed`): from E3 on; Business plans often
    /// lack it (`facts/logs-collect.md` §3.4).
    pub const fn logs_mail_access(self) -> bool {
        matches!(self, Self::E3 | Self::E5)
    }
}

/// The program with which somebody reads mail on the computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are Microsoft's")]
pub enum MailClient {
    OutlookDesktop,
    OutlookWeb,
    OutlookMac,
}

/// How somebody proves to be himself after the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are Microsoft's")]
pub enum SecondFactor {
    None,
    AuthenticatorApp,
    TextMessage,
    Fido2,
    WindowsHello,
}

/// Where somebody works on most days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkPlace {
    /// In an office.
    Office,
    /// At home.
    Home,
    /// Some days here, some there.
    Hybrid,
    /// On the road: mobile carrier, hotels.
    Field,
}

/// What somebody does day by day. Counts are means of a working day.
#[derive(Debug, Clone)]
pub struct Habits {
    /// The zone of his life.
    pub zone: Zone,
    /// When he begins, in seconds of the local day.
    pub starts: i64,
    /// When he ends, in seconds of the local day.
    pub ends: i64,
    /// Where he works.
    pub place: WorkPlace,
    /// In how many of a thousand weekend days he looks at his mail.
    pub weekend_thousandths: u64,
    /// Mails written a working day, in thousandths.
    pub mails_sent: u64,
    /// Mails received from outside a working day, in thousandths.
    pub mails_received: u64,
    /// Files opened, in thousandths.
    pub files: u64,
    /// Messages in chats and channels, in thousandths.
    pub chats: u64,
    /// The program for mail on the computer.
    pub mail_client: MailClient,
    /// Reads mail on the telephone as well.
    pub phone: bool,
    /// In how many of a thousand weeks he travels abroad or to another city.
    pub travel_thousandths: u64,
    /// The country whose holidays he keeps, ISO 3166.
    pub country: String,
    /// For `WorkPlace::Hybrid`: weekdays in the office, Monday first.
    pub office_days: [bool; 5],
    /// First and last days of leave within the days that are lived.
    pub leave: Vec<(Day, Day)>,
    /// The browser he likes on the computer.
    pub browser: Browser,
    /// The system of his telephone, registered or not.
    pub handset: Platform,
    /// When away from the office, his computer's traffic goes through the company's VPN.
    pub uses_vpn: bool,
}

/// An account of the directory.
#[derive(Debug, Clone)]
pub struct Account {
    /// Object id.
    pub id: Guid,
    /// User principal name, in the case in which Exchange logs it.
    pub upn: String,
    /// Name for people.
    pub display_name: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub surname: String,
    /// What it is.
    pub kind: AccountKind,
    /// Where its person works.
    pub department: Department,
    /// Job title.
    pub title: String,
    /// Licence.
    pub licence: Licence,
    /// Comes from Active Directory on the premises.
    pub synced: bool,
    /// Passport unique id, 16 hex digits, the `UserKey` of Exchange.
    pub puid: String,
    /// Security id of the mailbox, `S-1-5-21-…`.
    pub sid: String,
    /// Mailbox GUID; nothing for accounts without one.
    pub mailbox: Option<Guid>,
    /// The server that holds the mailbox, such as `DB7PR07MB1234`.
    pub server: String,
    /// Second factor.
    pub factor: SecondFactor,
    /// What its person does; nothing for accounts that live otherwise.
    pub habits: Option<Habits>,
    /// Who leads its person; nothing for the head of the company and for what is no person.
    pub manager: Option<AccountNo>,
    /// Networks: the office or none, the home, the mobile carrier, then the company's and private VPNs; look
    /// them up by kind with [`World::network_of`](super::World::network_of).
    pub networks: Vec<NetworkNo>,
    /// Registered devices, the computer first.
    pub devices: Vec<DeviceNo>,
    /// Its OneDrive.
    pub drive: Option<SiteNo>,
    /// Directory roles held from the start, by their names of today.
    pub roles: Vec<&'static str>,
    /// Home directory of a guest, and its domain.
    pub home: Option<(Guid, String)>,
}

impl Account {
    /// User principal name in lower case, as sign-in logs and SharePoint write it.
    pub fn upn_lower(&self) -> String {
        self.upn.to_lowercase()
    }

    /// Holds a privileged directory role.
    pub fn is_administrator(&self) -> bool {
        !self.roles.is_empty()
    }
}
