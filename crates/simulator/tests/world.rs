//! A world has what its settings ask for, and what is in it fits together.

use std::collections::BTreeSet;

use hourzero_simulator::world::{AccountKind, NetworkKind, Settings, World};

fn world(seed: u64, accounts: u32) -> World {
    World::build(&Settings {
        seed,
        accounts,
        ..Settings::default()
    })
}

/// Every number points into its list; ids, names and addresses are unique; people have what they need.
fn sound(world: &World) {
    let unique = |what: &str, values: Vec<String>| {
        let mut seen = BTreeSet::new();
        for value in values {
            assert!(seen.insert(value.to_lowercase()), "{what} twice: {value}");
        }
    };
    let accounts = &world.accounts;
    let all =
        |of: fn(&hourzero_simulator::world::Account) -> String| accounts.iter().map(of).collect();
    unique("user name", all(|account| account.upn.clone()));
    unique("object id", all(|account| account.id.to_string()));
    unique("passport id", all(|account| account.puid.clone()));
    unique("security id", all(|account| account.sid.clone()));
    unique(
        "device",
        world
            .devices
            .iter()
            .map(|device| device.id.to_string())
            .collect(),
    );
    unique(
        "site",
        world.sites.iter().map(|site| site.url.clone()).collect(),
    );
    unique(
        "application",
        world.apps.iter().map(|app| app.id.to_string()).collect(),
    );
    unique(
        "company",
        world
            .companies
            .iter()
            .map(|company| company.domain.clone())
            .collect(),
    );
    let homes = world.networks_of(NetworkKind::Home);
    unique(
        "home",
        homes.map(|(_, network)| network.v4.0.to_string()).collect(),
    );
    for (number, account) in world.numbered_accounts() {
        let networks: Vec<NetworkKind> = account
            .networks
            .iter()
            .map(|one| world.network(*one).kind)
            .collect();
        for device in &account.devices {
            assert_eq!(world.device(*device).owner, Some(number));
        }
        if let Some(drive) = account.drive {
            assert_eq!(world.site(drive).owner, Some(number));
        }
        if let Some(manager) = account.manager {
            assert!(manager.index() < accounts.len() && manager != number);
        }
        if let Some(habits) = &account.habits {
            assert!(
                habits.starts > 4 * 3_600 && habits.ends < 86_400 && habits.starts < habits.ends
            );
            assert!(networks.contains(&NetworkKind::Home), "{}", account.upn);
            assert!(networks.contains(&NetworkKind::Mobile), "{}", account.upn);
            assert!(world.computer(number).is_some());
            assert!(account.mailbox.is_some() && account.drive.is_some());
        }
    }
    for team in &world.teams {
        assert!(team.group.index() < world.groups.len());
        assert!(
            team.members
                .iter()
                .all(|member| member.index() < accounts.len())
        );
    }
    assert!(!world.suppliers().is_empty() && !world.customers().is_empty());
    assert!(!world.administrators().is_empty());
}

#[test]
fn worlds_of_every_size_are_sound() {
    for size in [5, 25, 60, 400, 2_000] {
        let world = world(u64::from(size), size);
        assert_eq!(world.accounts.len(), usize::try_from(size).unwrap());
        sound(&world);
    }
}

#[test]
fn the_usual_client_has_all_kinds_of_accounts() {
    let world = world(1, 60);
    for kind in [
        AccountKind::Member,
        AccountKind::Guest,
        AccountKind::Shared,
        AccountKind::Service,
        AccountKind::Admin,
        AccountKind::BreakGlass,
    ] {
        assert!(world.accounts_of(kind).next().is_some(), "{kind:?}");
    }
}
