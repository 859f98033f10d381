//! What every world must have.

use std::collections::BTreeSet;
use std::net::IpAddr;

use hourzero_model::Timestamp;
use hourzero_simulator::id::AccountNo;
use hourzero_simulator::random::Seed;
use hourzero_simulator::world::{Account, AccountKind, Network, NetworkKind, World};

fn unique(what: &str, values: impl Iterator<Item = String>) {
    let mut seen = BTreeSet::new();
    for value in values {
        assert!(seen.insert(value.to_lowercase()), "{what} twice: {value}");
    }
}

/// Every number points into its list; ids, names and addresses are unique; everybody has what he needs.
pub(crate) fn sound(world: &World) {
    let accounts = || world.accounts.iter();
    unique("user name", accounts().map(|one| one.upn.clone()));
    unique(
        "display name",
        accounts()
            .filter(|one| one.kind != AccountKind::Guest)
            .map(|one| one.display_name.clone()),
    );
    unique("object id", accounts().map(|one| one.id.to_string()));
    unique("passport id", accounts().map(|one| one.puid.clone()));
    unique("security id", accounts().map(|one| one.sid.clone()));
    unique(
        "mailbox",
        accounts()
            .filter_map(|one| one.mailbox)
            .map(|id| id.to_string()),
    );
    unique("device", world.devices.iter().map(|one| one.id.to_string()));
    unique("site", world.sites.iter().map(|one| one.url.clone()));
    unique(
        "application",
        world.apps.iter().map(|one| one.id.to_string()),
    );
    unique(
        "principal",
        world.apps.iter().map(|one| one.principal.to_string()),
    );
    unique(
        "company",
        world.companies.iter().map(|one| one.domain.clone()),
    );
    unique("group", world.groups.iter().map(|one| one.name.clone()));
    unique(
        "home",
        world
            .networks_of(NetworkKind::Home)
            .map(|(_, one)| one.v4.0.to_string()),
    );
    world.networks.iter().for_each(routable);
    for (number, account) in world.numbered_accounts() {
        account_is_sound(world, number, account);
    }
    let held = |members: &[AccountNo]| members.iter().all(|one| one.index() < world.accounts.len());
    assert!(world.groups.iter().all(|group| held(&group.members)));
    for team in &world.teams {
        assert!(team.group.index() < world.groups.len());
        assert!(held(&team.members) && !team.channels.is_empty());
    }
    for site in &world.sites {
        assert!(
            held(&site.members) && !site.library.files.is_empty(),
            "{}",
            site.url
        );
    }
    for company in &world.companies {
        assert!(!company.contacts.is_empty());
        assert!(company.contacts.iter().all(|one| one.address.is_ascii()));
    }
    for policy in &world.policies {
        assert!(
            policy
                .excludes
                .iter()
                .all(|group| group.index() < world.groups.len())
        );
    }
    assert!(!world.suppliers().is_empty() && !world.customers().is_empty());
    let first = world.administrators().first().copied();
    assert!(first.is_some_and(|one| world.account(one).roles.contains(&"Global Administrator")));
}

fn account_is_sound(world: &World, number: AccountNo, account: &Account) {
    let user = account.upn.split('@').next().unwrap_or_default();
    assert!(
        account.upn.is_ascii() && !user.is_empty() && user.len() <= 64 + 32,
        "{}",
        account.upn
    );
    assert_eq!(account.puid.len(), 16);
    assert!(
        account
            .networks
            .iter()
            .all(|one| one.index() < world.networks.len())
    );
    for device in &account.devices {
        assert_eq!(world.device(*device).owner, Some(number));
    }
    if let Some(drive) = account.drive {
        assert_eq!(world.site(drive).owner, Some(number));
    }
    if let Some(manager) = account.manager {
        assert!(manager.index() < world.accounts.len() && manager != number);
    }
    let Some(habits) = &account.habits else {
        return;
    };
    assert!(habits.starts > 4 * 3_600 && habits.ends < 86_400 && habits.starts < habits.ends);
    assert!(
        habits
            .leave
            .iter()
            .all(|(first, last)| first <= last && *first >= world.first_day)
    );
    for kind in [NetworkKind::Office, NetworkKind::Home, NetworkKind::Mobile] {
        assert!(
            world.network_of(number, kind).is_some(),
            "{}: {kind:?}",
            account.upn
        );
    }
    if habits.uses_vpn {
        assert!(world.network_of(number, NetworkKind::CompanyVpn).is_some());
    }
    assert!(world.computer(number).is_some());
    assert!(account.mailbox.is_some() && account.drive.is_some());
}

/// Addresses that logs can show: no private, documentation, multicast or reserved ones, and rented machines
/// never in a range that Microsoft publishes for its services.
fn routable(network: &Network) {
    let mut stream = Seed::new(3).stream();
    for hour in 0..6 {
        let at = Timestamp::from_micros(hour * 3_600_000_000);
        let who = stream.bits();
        match network.address_at(Seed::new(1), who, at) {
            IpAddr::V4(address) => {
                let [first, second, third, _] = address.octets();
                let bad = address.is_private()
                    || address.is_documentation()
                    || address.is_multicast()
                    || address.is_loopback()
                    || address.is_link_local()
                    || first == 0
                    || first >= 224
                    || (first == 100 && (64..128).contains(&second));
                assert!(!bad, "{address} of {}", network.organisation);
                let (start, length) = network.v4;
                let shift = 32 - u32::from(length);
                assert_eq!(
                    start.to_bits() >> shift << shift,
                    start.to_bits(),
                    "{start}/{length}"
                );
                assert_eq!(
                    address.to_bits() >> shift,
                    start.to_bits() >> shift,
                    "{address}"
                );
                let sign_in = (first, second) == (20, 190) && third >= 128
                    || (first, second) == (40, 126) && third < 64
                    || (first, second) == (20, 20)
                    || (first, second) == (20, 231);
                assert!(
                    network.kind != NetworkKind::AzureHosting || !sign_in,
                    "{address}"
                );
            }
            IpAddr::V6(address) => {
                // Global unicast, 2000::/3, and no documentation.
                let [first, second, ..] = address.segments();
                assert!(
                    first >> 13 == 1 && (first, second) != (0x2001, 0xdb8),
                    "{address}"
                );
            }
        }
    }
}
