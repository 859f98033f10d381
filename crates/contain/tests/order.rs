//! What no plan may hold, whatever the situation: unsafe orders cannot be made.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::net::{IpAddr, Ipv4Addr};

    use hourzero_contain::{
        Account, AccountKind, Act, Action, Active, Address, Administrator, AppOwner, Device,
        HostileApp, Origin, Plan, Situation, Stage, Tables, as_done, markdown, plan, rows,
    };
    use hourzero_model::{ActionKind, EntryId, Foothold, FootholdState, Timestamp, Verdict};
    use proptest::prelude::*;

    const KINDS: [&str; 28] = [
        "inbox-rule",
        "sweep-rule",
        "forwarding",
        "delegate",
        "authentication-method",
        "oauth-grant",
        "app-credential",
        "app-owner",
        "app-role",
        "device",
        "role",
        "group",
        "account",
        "guest",
        "transport-rule",
        "connector",
        "federation",
        "domain",
        "policy",
        "security-defaults",
        "audit",
        "flow",
        "restricted-unit",
        "app-password",
        "partner",
        "add-in",
        "sharing-link",
        "something-new",
    ];

    const ACCOUNTS: [AccountKind; 6] = [
        AccountKind::Member,
        AccountKind::Guest,
        AccountKind::SharedMailbox,
        AccountKind::Service,
        AccountKind::Synchronisation,
        AccountKind::BreakGlass,
    ];

    const NAMES: [&str; 9] = [
        "pat@contoso.example",
        "sam@contoso.example",
        "admin@contoso.example",
        "sync_dc1@contoso.example",
        "emergency@contoso.example",
        "guest#ext#@contoso.example",
        "o'hara@contoso.example",
        "responder@contoso.example",
        "scanner@contoso.example",
    ];

    /// Names that an attacker chooses.
    const HOSTILE: [&str; 8] = [
        ".",
        "",
        "=cmd|'/c calc'!A1",
        "'; Remove-Mailbox x #",
        "<script>alert(1)</script>",
        "a`b\u{202e}c",
        "line\nbreak | table",
        "\u{1b}[2Jgone",
    ];

    const ENTRIES: [EntryId; 7] = [
        EntryId::Aitm,
        EntryId::DeviceCode,
        EntryId::LegacyAuth,
        EntryId::PasswordGuessing,
        EntryId::Consent,
        EntryId::Spoof,
        EntryId::Unknown,
    ];

    fn roles() -> impl Strategy<Value = Vec<String>> {
        prop_oneof![
            3 => Just(Vec::new()),
            1 => Just(vec!["Global Administrator".to_owned()]),
            1 => Just(vec!["Exchange Administrator".to_owned()]),
        ]
    }

    fn account() -> impl Strategy<Value = Account> {
        let facts = (
            any::<[bool; 4]>(),
            0..4_usize,
            0..ACCOUNTS.len(),
            0..NAMES.len(),
        );
        (facts, roles()).prop_map(|((flags, origin, kind, name), roles)| Account {
            upn: NAMES[name].to_owned(),
            verdict: Some(if flags[0] {
                Verdict::Compromised
            } else {
                Verdict::Likely
            }),
            kind: ACCOUNTS[kind],
            origin: [
                Origin::Cloud,
                Origin::Synced,
                Origin::Federated,
                Origin::Unknown,
            ][origin],
            roles,
            made_by_attacker: flags[1] && flags[2],
            restricted: flags[2],
            cannot_be_disabled: flags[3].then(|| "on stage".to_owned()),
            computer_suspected: flags[1],
            ..Account::default()
        })
    }

    fn foothold() -> impl Strategy<Value = Foothold> {
        let place = (0..KINDS.len(), 0..HOSTILE.len(), 0..NAMES.len(), 0..3_u8);
        (place, any::<bool>()).prop_map(|((kind, target, account, state), with_id)| {
            let at = Timestamp::from_micros(1_772_000_000_000_000);
            let id = if with_id {
                "11111111-2222-3333-4444-555555555555"
            } else {
                ""
            };
            Foothold {
                id: format!("foothold-{kind}-{target}-{account}-{with_id}"),
                kind: KINDS[kind].to_owned(),
                target: HOSTILE[target].to_owned(),
                object_id: id.to_owned(),
                account: NAMES[account].to_owned(),
                detail: HOSTILE[target].to_owned(),
                created: at,
                by: String::new(),
                state: [
                    FootholdState::Present,
                    FootholdState::Removed,
                    FootholdState::Unknown,
                ][usize::from(state)],
                as_of: at,
                evidence: Vec::new(),
            }
        })
    }

    fn device() -> impl Strategy<Value = Device> {
        (0..3_usize, any::<bool>()).prop_map(|(number, registered_by_attacker)| Device {
            device_id: format!("device-{number}"),
            name: format!("DESKTOP-{number}"),
            account: NAMES[0].to_owned(),
            registered_by_attacker,
            ..Device::default()
        })
    }

    fn app() -> impl Strategy<Value = HostileApp> {
        (0..HOSTILE.len(), any::<bool>()).prop_map(|(name, own)| HostileApp {
            name: HOSTILE[name].to_owned(),
            app_id: format!("app-{name}"),
            owner: if own {
                AppOwner::Tenant
            } else {
                AppOwner::Attacker
            },
            ..HostileApp::default()
        })
    }

    fn address() -> impl Strategy<Value = Address> {
        (any::<u8>(), any::<[bool; 2]>()).prop_map(|(last, flags)| Address {
            ip: IpAddr::V4(Ipv4Addr::new(198, 51, 100, last)),
            shared_with_innocents: flags[0],
            microsoft: flags[1],
        })
    }

    fn situation() -> impl Strategy<Value = Situation> {
        let people = (
            proptest::collection::vec(account(), 0..6),
            proptest::collection::vec((0..NAMES.len(), roles()), 0..4),
        );
        let things = (
            proptest::collection::vec(foothold(), 0..14),
            proptest::collection::vec(app(), 0..4),
            proptest::collection::vec(device(), 0..4),
            proptest::collection::vec(address(), 0..4),
        );
        (people, things, 0..ENTRIES.len(), any::<bool>()).prop_map(
            |((accounts, admins), (footholds, apps, devices, addresses), entry, money)| Situation {
                domain: "contoso.example".to_owned(),
                until: None,
                accounts,
                administrators: admins
                    .into_iter()
                    .map(|(name, roles)| Administrator {
                        upn: NAMES[name].to_owned(),
                        roles,
                        ..Administrator::default()
                    })
                    .collect(),
                responders: vec!["Responder@contoso.example".to_owned()],
                footholds,
                apps,
                devices,
                addresses,
                entries: vec![ENTRIES[entry]],
                done: Vec::new(),
                money_in_flight: money,
                active: Active::Unknown,
            },
        )
    }

    fn about(action: &Action) -> String {
        action.object.name.to_lowercase()
    }

    fn of(plan: &Plan, act: Act) -> impl Iterator<Item = &Action> {
        plan.actions()
            .iter()
            .filter(move |action| action.act == act)
    }

    fn names(plan: &Plan, act: Act) -> BTreeSet<String> {
        of(plan, act).map(about).collect()
    }

    /// Every reset has a revocation with or before it and one after it.
    fn no_reset_without_revocation(plan: &Plan) {
        for act in [Act::ResetPassword, Act::ResetAtOnce] {
            for reset in of(plan, act) {
                let revoked = |wanted: &dyn Fn(&Action) -> bool| {
                    of(plan, Act::RevokeSessions)
                        .any(|one| about(one) == about(reset) && wanted(one))
                };
                assert!(revoked(&|one| one.order > reset.order), "{}", reset.what);
                let with = |one: &Action| match act {
                    Act::ResetAtOnce => one.order == reset.order + 1 && reset.settles == 0,
                    _ => one.order < reset.order,
                };
                assert!(revoked(&with), "{}", reset.what);
            }
        }
    }

    /// The wave: every block before every revocation, in one stage, and passwords after all of it.
    fn one_wave(plan: &Plan) {
        let last_block = of(plan, Act::DisableAccount).map(|one| one.order).max();
        for revoked in of(plan, Act::RevokeSessions).filter(|one| one.stage == Stage::Cut) {
            if names(plan, Act::DisableAccount).contains(&about(revoked)) {
                assert!(Some(revoked.order) > last_block, "{}", revoked.what);
            }
        }
        let blocks: Vec<u32> = of(plan, Act::DisableAccount).map(|one| one.order).collect();
        assert!(blocks.windows(2).all(|two| two[1] == two[0] + 1));
        for reset in of(plan, Act::ResetPassword) {
            assert!(Some(reset.order) > last_block);
            let before = |act| of(plan, act).all(|one| one.order < reset.order);
            assert!(
                before(Act::RemoveMethod) && before(Act::RemoveGrant),
                "{}",
                reset.what
            );
        }
    }

    /// What destroys has its export; what cannot be undone comes last, after its reversible form.
    fn nothing_is_lost(plan: &Plan) {
        for action in plan.actions() {
            if !action.evidence_destroyed.is_empty() {
                assert!(!action.export_first.is_empty(), "{}", action.what);
            }
            let deletes = matches!(
                action.act,
                Act::DeleteAccount
                    | Act::DeleteApp
                    | Act::DeleteDevice
                    | Act::DeleteMailFlow
                    | Act::DeleteRule
            );
            assert_eq!(deletes, action.stage == Stage::CleanUp, "{}", action.what);
            if deletes {
                assert!(action.decision.starts_with("decide"), "{}", action.what);
                let softened = |act| {
                    of(plan, act).any(|one| {
                        one.object.name == action.object.name
                            && one.object.account == action.object.account
                    })
                };
                assert!(
                    match action.act {
                        Act::DeleteAccount => softened(Act::DisableAccount),
                        Act::DeleteApp => softened(Act::DisableApp),
                        Act::DeleteDevice => softened(Act::DisableDevice),
                        Act::DeleteRule => softened(Act::DisableRule),
                        _ => softened(Act::DisableTransportRule) || softened(Act::DisableConnector),
                    },
                    "{}",
                    action.what
                );
            }
        }
        for act in [Act::ResetPassword, Act::DisableAccount] {
            for name in names(plan, act) {
                assert!(names(plan, Act::Export).contains(&name), "{name}");
            }
        }
    }

    /// Nobody is locked out, and what is not the attacker's is left alone.
    fn nobody_is_locked_out(situation: &Situation, plan: &Plan) {
        let mut shut = names(plan, Act::DisableAccount);
        shut.extend(names(plan, Act::DeleteAccount));
        let made: BTreeSet<String> = situation
            .footholds
            .iter()
            .filter(|one| one.kind == "account" && one.state != FootholdState::Removed)
            .map(|one| one.account.clone())
            .collect();
        assert!(!shut.contains("responder@contoso.example"));
        let kept = |kind: AccountKind| {
            // Of two descriptions of one account the plan takes one.
            let of_kind = |name: &str| {
                situation
                    .accounts
                    .iter()
                    .filter(|one| one.upn == name)
                    .all(|one| one.kind == kind && !one.made_by_attacker)
            };
            situation
                .accounts
                .iter()
                .filter(|one| of_kind(&one.upn) && !made.contains(&one.upn))
                .all(|one| !shut.contains(&one.upn))
        };
        assert!(kept(AccountKind::Synchronisation) && kept(AccountKind::BreakGlass));
        // Some administrator who was one before can still sign in, if there was one. Whom the attacker made or
        // gave his keys is none.
        let keys = |roles: &[String]| roles.iter().any(|role| role == "Global Administrator");
        let foreign: BTreeSet<&str> = situation
            .footholds
            .iter()
            .filter(|one| matches!(one.kind.as_str(), "role" | "group" | "account"))
            .filter(|one| one.state != FootholdState::Removed)
            .map(|one| one.account.as_str())
            .chain(
                situation
                    .accounts
                    .iter()
                    .filter(|one| one.made_by_attacker || one.kind == AccountKind::Synchronisation)
                    .map(|one| one.upn.as_str()),
            )
            .collect();
        let administrators = situation.administrators.iter();
        let doors: BTreeSet<&str> = administrators
            .filter(|one| keys(&one.roles) && one.kind != AccountKind::Synchronisation)
            .map(|one| one.upn.as_str())
            .chain(
                situation
                    .accounts
                    .iter()
                    .filter(|one| keys(&one.roles))
                    .map(|one| one.upn.as_str()),
            )
            .filter(|one| !foreign.contains(one))
            .collect();
        assert!(
            doors.is_empty() || doors.iter().any(|door| !shut.contains(*door)),
            "{doors:?} {shut:?}"
        );
        for action in plan.actions() {
            if matches!(action.act, Act::DisableDevice | Act::DeleteDevice) {
                let own = situation
                    .devices
                    .iter()
                    .any(|one| !one.registered_by_attacker && one.device_id == action.object.id);
                assert!(!own, "{}", action.what);
            }
            if action.act == Act::BlockAddress {
                let shared = situation.addresses.iter().any(|one| {
                    one.ip.to_string() == action.object.name
                        && (one.shared_with_innocents || one.microsoft)
                });
                assert!(!shared, "{}", action.what);
            }
        }
    }

    /// An account in a restricted-management unit is taken out of it before it is cut.
    fn units_are_left_first(plan: &Plan) {
        for left in of(plan, Act::LeaveUnit) {
            for act in [Act::DisableAccount, Act::ResetAtOnce, Act::RevokeSessions] {
                for cut in of(plan, act).filter(|one| about(one) == left.object.account) {
                    assert!(left.order < cut.order, "{}", cut.what);
                }
            }
        }
    }

    fn tables_tell_the_same_order(plan: &Plan) {
        let from = Timestamp::from_micros(1_772_000_000_000_000);
        let text = as_done(plan, from);
        let tables: Tables = toml::from_str(&text).expect(&text);
        let told: Vec<(ActionKind, Option<String>)> = tables
            .done
            .iter()
            .map(|one| (one.action, one.target.clone()))
            .collect();
        let planned: Vec<(ActionKind, Option<String>)> = plan
            .actions()
            .iter()
            .filter_map(|one| one.as_done.as_ref())
            .map(|one| (one.action, one.target.clone()))
            .collect();
        assert_eq!(told, planned);
        let times: Vec<Timestamp> = tables
            .done
            .iter()
            .filter_map(hourzero_model::ResponderAction::time)
            .collect();
        assert_eq!(times.len(), told.len());
        assert!(times.windows(2).all(|two| two[0] <= two[1]));
    }

    fn texts_hold_no_hostile_sign(plan: &Plan) {
        let sheet = markdown(plan);
        assert!(!sheet.contains('\u{1b}') && !sheet.contains('\u{202e}'));
        for line in sheet.lines() {
            // In a span of code a sign is itself.
            let code = line.starts_with("  - Graph: `") || line.starts_with("  - PowerShell: `");
            assert!(code || !line.contains('<'), "{line}");
            assert!(!line.starts_with("break | table"));
        }
        for row in rows(plan) {
            for cell in [&row.powershell, &row.graph, &row.what_to_do] {
                assert!(!cell.contains(['\n', '\u{1b}', '\u{202e}']), "{cell:?}");
            }
        }
    }

    /// The attacker worked with Microsoft's own programs, like everybody: they stay.
    #[test]
    fn microsofts_own_applications_are_left_alone() {
        let app = |app_id: &str| HostileApp {
            app_id: app_id.to_owned(),
            name: app_id.to_owned(),
            ..HostileApp::default()
        };
        let situation = Situation {
            apps: vec![
                app("00000003-0000-0000-c000-000000000000"),
                app("04b07795-8ddb-461a-bbee-02f9e1bf7b46"),
                app("d6cfc470-5ba0-4435-ab3e-020761502a45"),
            ],
            ..Situation::default()
        };
        let plan = plan(&situation);
        let disabled: Vec<&str> = of(&plan, Act::DisableApp)
            .map(|one| one.object.id.as_str())
            .collect();
        assert_eq!(disabled, ["d6cfc470-5ba0-4435-ab3e-020761502a45"]);
        assert_eq!(plan.held_back().len(), 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn unsafe_orders_cannot_be_made(situation in situation()) {
            let plan = plan(&situation);
            no_reset_without_revocation(&plan);
            one_wave(&plan);
            nothing_is_lost(&plan);
            nobody_is_locked_out(&situation, &plan);
            units_are_left_first(&plan);
            tables_tell_the_same_order(&plan);
            texts_hold_no_hostile_sign(&plan);
            let ids: BTreeSet<&str> = plan.actions().iter().map(|one| one.id.as_str()).collect();
            prop_assert_eq!(ids.len(), plan.actions().len());
        }

        #[test]
        fn the_order_of_lists_changes_nothing(situation in situation()) {
            let mut turned = situation.clone();
            turned.accounts.reverse();
            turned.administrators.reverse();
            turned.footholds.reverse();
            turned.apps.reverse();
            turned.devices.reverse();
            turned.addresses.reverse();
            let (one, other) = (plan(&situation), plan(&turned));
            prop_assert_eq!(one.hash(), other.hash());
            prop_assert_eq!(one, other);
        }
    }
}
