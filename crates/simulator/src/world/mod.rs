//! Who and what is there: the tenant before anything happens, drawn from the seed and never changed.
//!
//! What changes while time goes by (sessions, rules, passwords, grants) is the [`State`](crate::state).

mod account;
mod build;
mod clients;
mod content;
mod data;
mod directory;
mod first_party;
mod holidays;
mod place;
mod select;
mod settings;
mod tenant;

pub use account::{
    Account, AccountKind, Department, Habits, Licence, MailClient, SecondFactor, WorkPlace,
};
pub use clients::Program;
pub use content::{Company, Contact, Library, Site, SiteKind, StoredFile, Team, Thread};
pub use directory::{App, AppKind, Device, Group, Policy, TrustType};
pub use first_party::FirstParty;
pub use holidays::holiday;
pub use place::{
    Address, Browser, Client, ClientKind, FrontEnd, Network, NetworkKind, Place, Platform,
};
pub use settings::Settings;
pub use tenant::{EntraPlan, Tenant};

use crate::calendar::Day;
use crate::id::{AccountNo, AppNo, CompanyNo, DeviceNo, GroupNo, NetworkNo, SiteNo, TeamNo};
use crate::random::Seed;

/// The tenant and its surroundings.
#[derive(Debug, Clone)]
pub struct World {
    /// Where all of it was drawn from.
    pub seed: Seed,
    /// The customer.
    pub tenant: Tenant,
    /// The first day of the logs.
    pub first_day: Day,
    /// How many days are lived.
    pub days: i64,
    /// Every account of the directory: members, guests, shared mailboxes, service accounts.
    pub accounts: Vec<Account>,
    /// Every network that anybody uses, the attackers' among them.
    pub networks: Vec<Network>,
    /// Every registered device.
    pub devices: Vec<Device>,
    /// First-party clients and services, and the applications that the tenant has let in.
    pub apps: Vec<App>,
    /// SharePoint sites and OneDrives.
    pub sites: Vec<Site>,
    /// Teams.
    pub teams: Vec<Team>,
    /// Directory groups.
    pub groups: Vec<Group>,
    /// Suppliers, customers, banks and other correspondents.
    pub companies: Vec<Company>,
    /// Conditional Access policies.
    pub policies: Vec<Policy>,
}

macro_rules! look_up {
    ($($(#[$doc:meta])* $name:ident: $list:ident[$number:ty] -> $item:ty,)+) => {$(
        $(#[$doc])*
        ///
        /// # Panics
        /// When the number comes from another world; numbers are made with their world and never read.
        #[expect(clippy::indexing_slicing, reason = "numbers are made with their world and never come from input")]
        pub fn $name(&self, number: $number) -> &$item {
            &self.$list[number.index()]
        }
    )+};
}

impl World {
    look_up! {
        /// An account.
        account: accounts[AccountNo] -> Account,
        /// A network.
        network: networks[NetworkNo] -> Network,
        /// A device.
        device: devices[DeviceNo] -> Device,
        /// An application.
        app: apps[AppNo] -> App,
        /// A site.
        site: sites[SiteNo] -> Site,
        /// A team.
        team: teams[TeamNo] -> Team,
        /// A company.
        company: companies[CompanyNo] -> Company,
        /// A group.
        group: groups[GroupNo] -> Group,
    }

    /// Every account with its number.
    pub fn numbered_accounts(&self) -> impl Iterator<Item = (AccountNo, &Account)> {
        (0_u32..).map(AccountNo).zip(&self.accounts)
    }

    /// The application with an id, if the tenant knows it.
    pub fn app_by_id(&self, id: crate::id::Guid) -> Option<AppNo> {
        (0_u32..)
            .zip(&self.apps)
            .find(|(_, app)| app.id == id)
            .map(|(at, _)| AppNo(at))
    }
}
