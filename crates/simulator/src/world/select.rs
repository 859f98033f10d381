//! How the parts of the simulation find what they need in the world.

use hourzero_model::Timestamp;

use super::account::{Account, AccountKind, Department};
use super::place::{FrontEnd, Network, NetworkKind, Place};
use super::{FirstParty, Group, Policy, World};
use crate::id::{AccountNo, AppNo, CompanyNo, DeviceNo, GroupNo, NetworkNo, SiteNo, TeamNo};
use crate::random::Stream;

impl World {
    /// The people of the company: accounts with habits.
    pub fn people(&self) -> impl Iterator<Item = (AccountNo, &Account)> {
        self.numbered_accounts()
            .filter(|(_, account)| account.habits.is_some())
    }

    /// Accounts of a kind.
    pub fn accounts_of(&self, kind: AccountKind) -> impl Iterator<Item = (AccountNo, &Account)> {
        self.numbered_accounts()
            .filter(move |(_, account)| account.kind == kind)
    }

    /// The people of a department.
    pub fn people_of(&self, department: Department) -> impl Iterator<Item = (AccountNo, &Account)> {
        self.people()
            .filter(move |(_, account)| account.department == department)
    }

    /// Accounts that hold a directory role, the Global Administrators first.
    pub fn administrators(&self) -> Vec<AccountNo> {
        let holds = |account: &Account| account.roles.contains(&"Global Administrator");
        let mut list: Vec<(bool, AccountNo)> = self
            .numbered_accounts()
            .filter(|(_, account)| {
                account.is_administrator()
                    && !matches!(account.kind, AccountKind::BreakGlass | AccountKind::Sync)
            })
            .map(|(number, account)| (!holds(account), number))
            .collect();
        list.sort_unstable();
        list.into_iter().map(|(_, number)| number).collect()
    }

    /// The account with a user principal name or object id, in any case of letters.
    pub fn account_named(&self, name: &str) -> Option<AccountNo> {
        self.numbered_accounts()
            .find(|(_, account)| {
                account.upn.eq_ignore_ascii_case(name)
                    || account.id.to_string().eq_ignore_ascii_case(name)
            })
            .map(|(number, _)| number)
    }

    /// Networks of a kind, in the order of the list. Homes are many: one a household.
    pub fn networks_of(&self, kind: NetworkKind) -> impl Iterator<Item = (NetworkNo, &Network)> {
        (0_u32..)
            .map(NetworkNo)
            .zip(&self.networks)
            .filter(move |(_, network)| network.kind == kind)
    }

    /// One of the networks of a kind, in a country where one is asked for and has any.
    pub fn pick_network(
        &self,
        kind: NetworkKind,
        country: Option<&str>,
        stream: &mut Stream,
    ) -> Option<NetworkNo> {
        let all: Vec<NetworkNo> = self.networks_of(kind).map(|(number, _)| number).collect();
        let near: Vec<NetworkNo> = all
            .iter()
            .copied()
            .filter(|number| country.is_none_or(|country| self.network(*number).country == country))
            .collect();
        stream
            .pick(if near.is_empty() { &all } else { &near })
            .copied()
    }

    /// Networks of a service of Microsoft's.
    pub fn front_ends(&self, service: FrontEnd) -> Vec<NetworkNo> {
        self.networks_of(NetworkKind::MicrosoftService)
            .filter(|(_, network)| network.front_end == Some(service))
            .map(|(number, _)| number)
            .collect()
    }

    /// The network of a kind that an account uses.
    pub fn network_of(&self, account: AccountNo, kind: NetworkKind) -> Option<NetworkNo> {
        self.account(account)
            .networks
            .iter()
            .copied()
            .find(|number| self.network(*number).kind == kind)
    }

    /// Where an account is when it uses a network at a time: the address stays the same until its lease ends.
    pub fn place(
        &self,
        network: NetworkNo,
        who: AccountNo,
        at: Timestamp,
        stream: &mut Stream,
    ) -> Place {
        let of = self.network(network);
        // Behind one router everybody has its address.
        let holder = match of.kind {
            NetworkKind::Home => u64::from(network.0) << 32,
            _ => u64::from(who.0),
        };
        Place {
            network,
            address: of.address_at(self.seed.child("addresses"), holder, at),
            port: u16::try_from(stream.between(1_025, 65_534)).unwrap_or(50_000),
        }
    }

    /// The application at a place of the table of Microsoft's own.
    pub const fn first_party(&self, app: FirstParty) -> AppNo {
        app.number()
    }

    /// The application with a name.
    pub fn app_named(&self, name: &str) -> Option<AppNo> {
        (0_u32..)
            .zip(&self.apps)
            .find(|(_, app)| app.name == name)
            .map(|(at, _)| AppNo(at))
    }

    /// A registered device of an account that is a computer.
    pub fn computer(&self, account: AccountNo) -> Option<DeviceNo> {
        self.device_where(account, |platform| !is_phone(platform))
    }

    /// A registered device of an account that is a telephone; many telephones are not registered.
    pub fn registered_phone(&self, account: AccountNo) -> Option<DeviceNo> {
        self.device_where(account, is_phone)
    }

    fn device_where(
        &self,
        account: AccountNo,
        fits: impl Fn(super::Platform) -> bool,
    ) -> Option<DeviceNo> {
        self.account(account)
            .devices
            .iter()
            .copied()
            .find(|device| fits(self.device(*device).platform))
    }

    /// Sites where an account may work, its OneDrive apart.
    pub fn sites_of(&self, account: AccountNo) -> Vec<SiteNo> {
        (0_u32..)
            .map(SiteNo)
            .zip(&self.sites)
            // Team sites stand before the OneDrives.
            .take_while(|(_, site)| site.owner.is_none())
            .filter(|(_, site)| site.members.binary_search(&account).is_ok())
            .map(|(number, _)| number)
            .collect()
    }

    /// Teams of an account.
    pub fn teams_of(&self, account: AccountNo) -> Vec<TeamNo> {
        (0_u32..)
            .map(TeamNo)
            .zip(&self.teams)
            .filter(|(_, team)| team.members.contains(&account))
            .map(|(number, _)| number)
            .collect()
    }

    /// Companies that send invoices to the tenant.
    pub fn suppliers(&self) -> Vec<CompanyNo> {
        (0_u32..)
            .map(CompanyNo)
            .zip(&self.companies)
            .filter(|(_, company)| company.supplier)
            .map(|(number, _)| number)
            .collect()
    }

    /// Companies that the tenant sends invoices to.
    pub fn customers(&self) -> Vec<CompanyNo> {
        (0_u32..)
            .map(CompanyNo)
            .zip(&self.companies)
            .filter(|(_, company)| company.customer)
            .map(|(number, _)| number)
            .collect()
    }

    /// Groups that fit.
    pub fn groups_where(&self, fits: impl Fn(&Group) -> bool) -> Vec<GroupNo> {
        (0_u32..)
            .map(GroupNo)
            .zip(&self.groups)
            .filter(|(_, group)| fits(group))
            .map(|(number, _)| number)
            .collect()
    }

    /// The policies that apply to an account.
    pub fn policies_for(&self, account: AccountNo) -> impl Iterator<Item = &Policy> {
        let administrator = self.account(account).is_administrator();
        self.policies.iter().filter(move |policy| {
            (administrator || !policy.administrators_only)
                && !policy
                    .excludes
                    .iter()
                    .any(|group| self.group(*group).members.contains(&account))
        })
    }
}

const fn is_phone(platform: super::Platform) -> bool {
    matches!(platform, super::Platform::Ios | super::Platform::Android)
}
