//! What is done to applications, devices, addresses and the door that was used; and what people do.

use hourzero_model::{ActionKind, EntryId};

use super::draft::{done, draft, object};
use super::targets::Targets;
use crate::call::{ps, segment, shown};
use crate::plan::{Act, Action, AsDone, Object, Stage};
use crate::situation::{Active, Address, Administrator, AppOwner, Device, HostileApp, Situation};

fn app_object(app: &HostileApp) -> Object {
    object("application", &app.name, handle(app))
}

fn handle(app: &HostileApp) -> &str {
    [&app.app_id, &app.principal_id, &app.name]
        .into_iter()
        .find(|one| !one.is_empty())
        .map_or("", String::as_str)
}

fn principal(app: &HostileApp) -> String {
    if app.principal_id.is_empty() {
        format!("servicePrincipals(appId='{}')", segment(&app.app_id))
    } else {
        format!("servicePrincipals/{}", segment(&app.principal_id))
    }
}

pub(super) fn disable_app(app: &HostileApp, stage: Stage) -> Action {
    let own = app.owner == AppOwner::Tenant;
    let path = principal(app);
    Action {
        why: "a service principal has tokens of its own, which no revocation of a user touches; disabled it keeps grants, keys and owners as evidence, deleted it is consented to again".to_owned(),
        portal: "Entra admin centre > Enterprise applications > (application) > Properties > Enabled for users to sign-in: No".to_owned(),
        graph: format!(r#"PATCH /{path} {{"accountEnabled":false}}"#),
        powershell: format!("Update-MgServicePrincipal -ServicePrincipalId (Get-MgServicePrincipal -Filter {}).Id -AccountEnabled:$false", ps(&format!("appId eq '{}'", app.app_id.replace('\'', "''")))),
        export_first: "service principal and application with grants, roles, owners, keys, reply addresses; its sign-ins".to_owned(),
        who_is_cut_off: if own {
            "the tenant's own program until it has a new key".to_owned()
        } else {
            "whoever uses the application".to_owned()
        },
        undo: format!(r#"PATCH /{path} {{"accountEnabled":true}}"#),
        how_to_verify: "GET service principal: accountEnabled false; its sign-ins fail with 7000112. Issued tokens live on for up to 90 minutes".to_owned(),
        decision: if own {
            "decide: what stands still while it is off".to_owned()
        } else {
            "approve with the wave; check first that it is none of Microsoft's own and that nobody needs it".to_owned()
        },
        findings: app.findings.clone(),
        settles: 10,
        as_done: done(ActionKind::AppDisabled, handle(app)),
        ..draft(stage, Act::DisableApp, app_object(app), format!("Disable the application {}.", shown(&app.name)))
    }
}

/// The tenant's own application gets a key that nobody else knows.
pub(super) fn renew_app(app: &HostileApp) -> Action {
    Action {
        why: "its old secret is known to somebody else, wherever that came from".to_owned(),
        portal: "Entra admin centre > App registrations > (application) > Certificates & secrets"
            .to_owned(),
        graph: format!(
            r#"POST /applications(appId='{0}')/addPassword; POST /applications(appId='{0}')/removePassword for every older one; PATCH /{1} {{"accountEnabled":true}}"#,
            segment(&app.app_id),
            principal(app)
        ),
        powershell: "Add-MgApplicationPassword; Remove-MgApplicationPassword".to_owned(),
        export_first: "every credential with keyId, hint, start and end".to_owned(),
        evidence_destroyed: "the old credentials' keyId, hint, start and end".to_owned(),
        undo: "none; another key".to_owned(),
        how_to_verify:
            "its sign-ins carry the new servicePrincipalCredentialKeyId only, from its own address"
                .to_owned(),
        decision:
            "decide: with the program's owner; rotate what the application could read as well"
                .to_owned(),
        findings: app.findings.clone(),
        ..draft(
            Stage::GiveBack,
            Act::RenewApp,
            app_object(app),
            format!(
                "Give {} a new key, remove all old ones, enable it.",
                shown(&app.name)
            ),
        )
    }
}

pub(super) fn delete_app(app: &HostileApp) -> Action {
    Action {
        portal: "Entra admin centre > Enterprise applications > (application) > Delete".to_owned(),
        graph: format!("DELETE /{}", principal(app)),
        powershell: "Remove-MgServicePrincipal".to_owned(),
        export_first: "all of it once more, after the last sign-ins were collected".to_owned(),
        evidence_destroyed: "grants, roles, owners and keys; for good after 30 days".to_owned(),
        who_is_cut_off: "nobody: it has been disabled since the cut".to_owned(),
        undo: "restore from deleted items within 30 days".to_owned(),
        how_to_verify: "GET service principal: 404".to_owned(),
        decision: "decide: counsel agreed. A disabled one stays blocked against new consent, a deleted one does not: tighten consent before".to_owned(),
        findings: app.findings.clone(),
        settles: 30,
        as_done: done(ActionKind::AppRemoved, handle(app)),
        ..draft(Stage::CleanUp, Act::DeleteApp, app_object(app), format!("Delete the application {}.", shown(&app.name)))
    }
}

fn device_object(device: &Device) -> Object {
    Object {
        account: device.account.clone(),
        ..object("device", &device.name, &device.device_id)
    }
}

fn device_handle(device: &Device) -> &str {
    [&device.device_id, &device.object_id, &device.name]
        .into_iter()
        .find(|one| !one.is_empty())
        .map_or("", String::as_str)
}

fn device_path(device: &Device) -> String {
    if device.object_id.is_empty() {
        format!("devices(deviceId='{}')", segment(&device.device_id))
    } else {
        format!("devices/{}", segment(&device.object_id))
    }
}

pub(super) fn disable_device(device: &Device) -> Action {
    let path = device_path(device);
    Action {
        why: "its primary refresh token outlives the revocation; only because a registration lies in a hostile session is it the attacker's".to_owned(),
        portal: "Entra admin centre > Devices > All devices > (device) > Disable".to_owned(),
        graph: format!(r#"PATCH /{path} {{"accountEnabled":false}}"#),
        powershell: format!("Update-MgDevice -DeviceId (Get-MgDevice -Filter {}).Id -AccountEnabled:$false", ps(&format!("deviceId eq '{}'", device.device_id.replace('\'', "''")))),
        export_first: "device with registration time, owners, trust, keys; the registration events".to_owned(),
        who_is_cut_off: "whoever holds the device".to_owned(),
        undo: format!(r#"PATCH /{path} {{"accountEnabled":true}}"#),
        how_to_verify: "GET device: accountEnabled false; sign-ins from it fail with 135011".to_owned(),
        decision: "approve with the wave: the owner said by voice that it is not his".to_owned(),
        findings: device.findings.clone(),
        settles: 10,
        as_done: done(ActionKind::DeviceDisabled, device_handle(device)),
        ..draft(Stage::Cut, Act::DisableDevice, device_object(device), format!("Disable the device {}, which the attacker registered for {}.", shown(&device.name), shown(&device.account)))
    }
}

pub(super) fn delete_device(device: &Device) -> Action {
    Action {
        portal: "Entra admin centre > Devices > All devices > (device) > Delete".to_owned(),
        graph: format!("DELETE /{}", device_path(device)),
        powershell: "Remove-MgDevice".to_owned(),
        export_first: "device with registration time, owners and BitLocker keys, once more"
            .to_owned(),
        evidence_destroyed: "registration time, owner, keys".to_owned(),
        who_is_cut_off: "nobody: it has been disabled since the cut".to_owned(),
        undo: "none".to_owned(),
        how_to_verify: "GET device: 404".to_owned(),
        decision: "decide: counsel agreed; until then it stays disabled".to_owned(),
        findings: device.findings.clone(),
        settles: 30,
        as_done: done(ActionKind::FootholdRemoved, device_handle(device)),
        ..draft(
            Stage::CleanUp,
            Act::DeleteDevice,
            device_object(device),
            format!("Delete the device {}.", shown(&device.name)),
        )
    }
}

/// Blocks an address, unless innocent people or Microsoft itself use it.
pub(super) fn block(address: &Address) -> Option<Action> {
    if address.shared_with_innocents || address.microsoft {
        return None;
    }
    let length = if address.ip.is_ipv4() { 32 } else { 128 };
    let range = format!("{}/{length}", address.ip);
    let family = if address.ip.is_ipv4() {
        "iPv4CidrRange"
    } else {
        "iPv6CidrRange"
    };
    Some(Action {
        why: "against whoever still holds a token; useless against kits that poll from rented platforms".to_owned(),
        portal: "Entra admin centre > Protection > Conditional Access > Named locations, then a policy that blocks it".to_owned(),
        graph: format!(r##"POST /identity/conditionalAccess/namedLocations {{"@odata.type":"#microsoft.graph.ipNamedLocation","displayName":"Incident","isTrusted":false,"ipRanges":[{{"@odata.type":"#microsoft.graph.{family}","cidrAddress":"{range}"}}]}}; POST /identity/conditionalAccess/policies, first report-only"##),
        powershell: "New-MgIdentityConditionalAccessNamedLocation; New-MgIdentityConditionalAccessPolicy".to_owned(),
        export_first: "sign-ins of the last 30 days from it: is anybody of ours there".to_owned(),
        who_is_cut_off: "whoever comes from this address".to_owned(),
        undo: "delete the policy".to_owned(),
        how_to_verify: "report-only shows the attacker alone; then sign-ins from it fail with 53003. Emergency accounts are excluded".to_owned(),
        settles: 20,
        as_done: done(ActionKind::IpBlocked, &range),
        ..draft(Stage::Block, Act::BlockAddress, object("address", &address.ip.to_string(), ""), format!("Block {range} by Conditional Access; exclude the emergency accounts."))
    })
}

/// Closes the way in that was used, where a setting of the tenant can.
pub(super) fn close(entry: EntryId) -> Option<Action> {
    let (title, what, graph, powershell, cut_off, table) = match entry {
        EntryId::DeviceCode => (
            "device code flow",
            "Block the device code flow by Conditional Access; first report-only for an hour.",
            r#"POST /identity/conditionalAccess/policies with conditions.authenticationFlows.transferMethods "deviceCodeFlow", grant block"#,
            "",
            "meeting rooms and tools that sign in by device code",
            Some(ActionKind::CaChanged),
        ),
        EntryId::LegacyAuth => (
            "legacy authentication",
            "Block legacy authentication by Conditional Access, and IMAP, POP and SMTP AUTH of the cut mailboxes.",
            "POST /identity/conditionalAccess/policies with clientAppTypes exchangeActiveSync, other, grant block",
            "Set-CASMailbox (mailbox) -ImapEnabled $false -PopEnabled $false -SmtpClientAuthenticationDisabled $true",
            "scanners and programs with old protocols: find them in the sign-ins first",
            Some(ActionKind::CaChanged),
        ),
        EntryId::PasswordGuessing => (
            "second factor for everybody",
            "Require a second factor for every account that has none, by Conditional Access; emergency accounts excluded.",
            "POST /identity/conditionalAccess/policies with grant mfa for all users",
            "",
            "people and programs without a second factor",
            Some(ActionKind::CaChanged),
        ),
        EntryId::Consent => (
            "consent by users",
            "Let users no longer consent to applications by themselves.",
            r#"PATCH /policies/authorizationPolicy {"defaultUserRolePermissions":{"permissionGrantPoliciesAssigned":[]}}"#,
            "",
            "nobody today: new applications need an administrator",
            None,
        ),
        EntryId::Spoof => (
            "Direct Send",
            "Refuse mail that is handed in without a sign-in in the tenant's own name; connectors for printers first.",
            "",
            "Set-OrganizationConfig -RejectDirectSend $true",
            "printers and programs that hand mail in without a connector",
            None,
        ),
        _ => return None,
    };
    Some(Action {
        why: "the door that was used stands open for the next one".to_owned(),
        portal: "Entra admin centre > Protection > Conditional Access; Exchange admin centre"
            .to_owned(),
        graph: graph.to_owned(),
        powershell: powershell.to_owned(),
        export_first: "policies and settings as they are".to_owned(),
        who_is_cut_off: cut_off.to_owned(),
        undo: "the policy off, the old value again".to_owned(),
        how_to_verify: "what-if for a cut account: blocked; for the emergency account: not applied"
            .to_owned(),
        decision: "decide: who in the tenant uses it today".to_owned(),
        settles: 60,
        as_done: table.map(|action| AsDone {
            action,
            channel: None,
            target: Some(title.to_owned()),
        }),
        ..draft(
            Stage::Block,
            Act::CloseEntry,
            object("setting", title, ""),
            what.to_owned(),
        )
    })
}

/// What people do before the tenant is touched.
pub(super) fn prepare(situation: &Situation, targets: &Targets) -> Vec<Action> {
    let mut actions = Vec::new();
    if situation.money_in_flight {
        let urgent = if situation.active == Active::Yes {
            "The attacker is active: cut at once (next stages), the exports run beside it."
        } else {
            "Everything below goes on beside it."
        };
        actions.push(Action {
            why: "hours decide whether money can be recalled; evidence can wait minutes".to_owned(),
            portal: "by telephone, to a number that was known before".to_owned(),
            who_is_cut_off: "nobody".to_owned(),
            how_to_verify: "the bank named a reference; written down with time and name".to_owned(),
            ..draft(Stage::Prepare, Act::RecallMoney, object("payment", "the payment in play", ""), format!("Call the bank's fraud desk: recall and freeze; then the police, and every counterparty by voice. {urgent}"))
        });
    }
    let nothing = targets.accounts.is_empty()
        && targets.apps.is_empty()
        && targets.devices.is_empty()
        && targets.footholds.is_empty();
    if nothing {
        return actions;
    }
    actions.push(Action {
        why: "he may read mail and chats of the tenant".to_owned(),
        how_to_verify: "nobody wrote of it in the tenant's mail or Teams".to_owned(),
        ..draft(Stage::Prepare, Act::OutOfBand, object("channel", "another channel", ""), "Agree on a channel that is not this tenant's (telephone, another tenant); speak of the plan nowhere else.".to_owned())
    });
    match targets.doors.first() {
        Some(door) => actions.push(prove(door)),
        None => actions.push(make(targets)),
    }
    actions
}

fn prove(door: &Administrator) -> Action {
    let name = shown(&door.upn);
    let what = if door.proven {
        format!("Keep {name} signed in on a clean computer: it is the way back in, and no target.")
    } else {
        format!(
            "Sign in as {name} from a clean computer with a phishing-resistant method: it is the way back in, and no target. Exclude it from every policy that is made here."
        )
    };
    Action {
        why: "a plan that locks its own people out ends the engagement".to_owned(),
        portal: "Entra admin centre, signed in as this administrator".to_owned(),
        how_to_verify:
            "its own sign-in is in the log, from the responder's address, with its own method"
                .to_owned(),
        decision: "approve: this account is nobody's but the responder's for tonight".to_owned(),
        ..draft(
            Stage::Prepare,
            Act::ProveWayBack,
            object("account", &door.upn, &door.object_id),
            what,
        )
    }
}

fn make(targets: &Targets) -> Action {
    let who = if targets.keys_at_stake {
        "No administrator outside the targets is known who could let anybody in again."
    } else {
        "No Global Administrator is known from the evidence."
    };
    Action {
        why: format!("{who} Until a second one has signed in, the only one is not disabled."),
        portal: "Entra admin centre > Users > New user; Roles & admins > Global Administrator > Add assignments".to_owned(),
        graph: r#"POST /users; POST /roleManagement/directory/roleAssignments {"roleDefinitionId":"62e90394-69f5-4237-9190-012177145e10"}"#.to_owned(),
        powershell: "New-MgUser; New-MgRoleManagementDirectoryRoleAssignment".to_owned(),
        undo: "take the role away when the case ends".to_owned(),
        how_to_verify: "it has signed in with a phishing-resistant method from a clean computer".to_owned(),
        decision: "approve: who holds it. If nobody can sign in: emergency account, self-service reset of the administrator, partner with Privileged Authentication Administrator, Microsoft by telephone, all at once".to_owned(),
        settles: 600,
        as_done: Some(AsDone { action: ActionKind::Other, channel: None, target: Some("second administrator made".to_owned()) }),
        ..draft(Stage::Prepare, Act::MakeWayBack, object("account", "a second Global Administrator", ""), "Make a second Global Administrator with a phishing-resistant method, sign in with it, keep it out of every target set.".to_owned())
    }
}

/// What is read before the tenant plane is touched, and held.
pub(super) fn preserve(targets: &Targets) -> Vec<Action> {
    let mut actions = Vec::new();
    for target in targets
        .accounts
        .iter()
        .filter(|one| !one.account.made_by_attacker)
    {
        let mailbox = ps(&target.account.upn);
        actions.push(Action {
            why: "keeps what he or a purge deletes; disables nothing".to_owned(),
            portal: "Exchange admin centre > Mailboxes > (mailbox) > Others > Litigation hold".to_owned(),
            powershell: format!("Set-Mailbox {mailbox} -LitigationHoldEnabled $true; without the licence: Set-Mailbox {mailbox} -RetainDeletedItemsFor 30 -SingleItemRecoveryEnabled $true"),
            undo: "-LitigationHoldEnabled $false".to_owned(),
            how_to_verify: "Get-Mailbox: LitigationHoldEnabled; takes up to an hour".to_owned(),
            ..draft(Stage::Preserve, Act::HoldMailbox, Object { account: target.account.upn.clone(), ..object("mailbox", &target.account.upn, "") }, format!("Hold the mailbox of {}.", shown(&target.account.upn)))
        });
    }
    actions
}

/// Reading everything again, and watching.
pub(super) fn verify(targets: &Targets, situation: &Situation) -> Vec<Action> {
    let removed: Vec<String> = targets
        .removed
        .iter()
        .map(|(_, foothold)| foothold.id.clone())
        .collect();
    let addresses = situation.addresses.len();
    vec![
        Action {
            why: "the logs told of what was made while they were kept; another account may hold the same".to_owned(),
            portal: "Exchange admin centre, Entra admin centre: rules, connectors, consent, roles, policies, domains".to_owned(),
            powershell: "Get-Mailbox -ResultSize Unlimited | Get-InboxRule -IncludeHidden; Get-TransportRule; Get-InboundConnector; Get-OutboundConnector; Get-MailboxAuditBypassAssociation".to_owned(),
            graph: "GET /domains; GET /oauth2PermissionGrants; GET /applications; GET /roleManagement/directory/roleAssignments; GET /identity/conditionalAccess/policies; GET /directory/administrativeUnits".to_owned(),
            undo: "reading only".to_owned(),
            how_to_verify: "each list lies in the case; what nobody knows became a foothold of the next plan".to_owned(),
            ..draft(Stage::Verify, Act::SweepTenant, object("tenant", &situation.domain, ""), "Read the whole tenant: every mailbox's rules, every grant, key, role, policy, domain, connector.".to_owned())
        },
        Action {
            why: "done means seen; also what others removed before this plan".to_owned(),
            undo: "reading only".to_owned(),
            how_to_verify: "export, compare with the export of the second stage: each difference is one of this plan's actions".to_owned(),
            footholds: removed,
            ..draft(Stage::Verify, Act::ReadAgain, object("tenant", &situation.domain, ""), "Read every touched object again and compare it with its export.".to_owned())
        },
        Action {
            why: "an attacker who lost one door tries the next within hours".to_owned(),
            portal: "Entra admin centre > Sign-in logs, all four kinds; Purview > Audit".to_owned(),
            undo: "reading only".to_owned(),
            how_to_verify: format!("for 24 to 72 hours: no success from the {addresses} known addresses, his agents, sessions, tokens or applications after the cut; refused refreshes (50173, 50133) and sign-ins (50057) are seen"),
            settles: 86_400,
            ..draft(Stage::Verify, Act::Watch, object("tenant", &situation.domain, ""), "Watch for 24 to 72 hours, import the new logs, ask again whether he is still in.".to_owned())
        },
    ]
}

/// Systems outside the tenant.
pub(super) fn other_systems() -> Action {
    Action {
        why: "their sessions and logs are their own: nothing that is done here ends them".to_owned(),
        how_to_verify: "each owner answered, by voice, with what he saw and what he revoked".to_owned(),
        undo: "theirs".to_owned(),
        ..draft(Stage::Collaboration, Act::OtherSystems, object("systems", "other systems", ""), "Ask the owners of every system that was reached by single sign-on or whose reset mails went through a taken mailbox: payroll, bank, customer system, VPN, password manager. Sessions there are revoked there.".to_owned())
    }
}
