//! What is done to accounts: the wave of cuts, the exception, the second revocation, the password, the way
//! back for the owner.

use hourzero_model::{ActionKind, Channel, Verdict};

use super::draft::{done, draft, object, reset};
use super::targets::{How, Stays, Target};
use crate::call::{ps, segment, shown};
use crate::plan::{Act, Action, Object, Stage};
use crate::situation::{Account, AccountKind, Origin};

fn of(account: &Account) -> Object {
    Object {
        account: account.upn.clone(),
        ..object("account", &account.upn, &account.object_id)
    }
}

/// The open decision of a cut, and whose word it rests on.
fn decision(account: &Account) -> String {
    let mut open = Vec::new();
    match (&account.confirmed_by, account.verdict) {
        (Some(name), _) => open.push(format!("confirmed by {}", shown(name))),
        (None, Some(Verdict::Compromised)) => {
            open.push("approve: a named person signs the wave".to_owned());
        }
        (None, _) => open.push(
            "decide: the verdict is `likely`, an innocent reading is left; a named person decides whether it is cut with the wave".to_owned(),
        ),
    }
    if account.kind == AccountKind::Service {
        open.push("decide: what program runs as it, and may that stand still".to_owned());
    }
    open.join("; ")
}

/// Where it has to be done, when it is not done in the cloud alone.
fn elsewhere(account: &Account) -> &'static str {
    match account.origin {
        Origin::Cloud => "",
        Origin::Synced => {
            " First in Active Directory (the next synchronisation overwrites the cloud), then here."
        }
        Origin::Federated => " First at the identity provider of the domain, then here.",
        Origin::Unknown => {
            " If it is synchronised, first in Active Directory; if federated, first at the identity provider."
        }
    }
}

fn on_premises(account: &Account, cmdlet: &str) -> String {
    match account.origin {
        Origin::Synced => format!("on a domain controller: {cmdlet}; then "),
        Origin::Federated | Origin::Cloud | Origin::Unknown => String::new(),
    }
}

/// The account's name in Active Directory can differ from the alias; it is looked up by the UPN.
fn in_directory(account: &Account) -> String {
    format!(
        "Get-ADUser -Filter {}",
        ps(&format!(
            "UserPrincipalName -eq '{}'",
            account.upn.replace('\'', "''")
        ))
    )
}

pub(super) fn disable(target: &Target) -> Action {
    let account = &target.account;
    let user = segment(account.handle());
    let cut_off = match account.kind {
        AccountKind::SharedMailbox => {
            "nobody: people reach a shared mailbox with their own accounts".to_owned()
        }
        AccountKind::Guest => format!(
            "{} in this tenant; his home tenant must be told, his sessions live there",
            shown(&account.upn)
        ),
        _ if account.made_by_attacker => "nobody but the attacker".to_owned(),
        _ => format!(
            "{} until it is handed back; flows and programs that run as it",
            shown(&account.upn)
        ),
    };
    Action {
        why: "disabled before revoked, so that a revoked client cannot sign in again; all accounts within minutes, because an alerted attacker jumps".to_owned(),
        portal: "Entra admin centre > Users > (user) > Edit properties > Settings > Account enabled: off".to_owned(),
        graph: format!(r#"PATCH /users/{user} {{"accountEnabled":false}}"#),
        powershell: format!(
            "{}Update-MgUser -UserId {} -AccountEnabled:$false",
            on_premises(account, &format!("{} | Disable-ADAccount", in_directory(account))),
            ps(account.handle())
        ),
        export_first: "user with signInSessionsValidFromDateTime, lastPasswordChangeDateTime, methods, roles, groups (20 seconds; never holds the cut)".to_owned(),
        who_is_cut_off: cut_off,
        undo: format!(r#"PATCH /users/{user} {{"accountEnabled":true}}; mail works again after 35 to 40 minutes"#),
        how_to_verify: "GET user: accountEnabled false; later sign-ins fail with 50057. Rules, forwarding and delegates go on: next stages".to_owned(),
        decision: decision(account),
        findings: account.findings.clone(),
        settles: 10,
        as_done: done(ActionKind::AccountDisabled, &account.upn),
        ..draft(Stage::Cut, Act::DisableAccount, of(account), format!("Disable {}.{}", shown(&account.upn), elsewhere(account)))
    }
}

/// Revokes; `why` says why at this place.
pub(super) fn revoke(account: &Account, stage: Stage, why: &str) -> Action {
    let user = segment(account.handle());
    Action {
        why: why.to_owned(),
        portal: "Entra admin centre > Users > (user) > Overview > Revoke sessions".to_owned(),
        graph: format!("POST /users/{user}/revokeSignInSessions"),
        powershell: format!("Revoke-MgUserSignInSession -UserId {}", ps(account.handle())),
        export_first: "signInSessionsValidFromDateTime as it is".to_owned(),
        who_is_cut_off: format!("every session of {}; access tokens live on for up to 90 minutes, 15 with continuous evaluation", shown(&account.upn)),
        undo: "none; the owner signs in again".to_owned(),
        how_to_verify: "GET user: signInSessionsValidFromDateTime has moved; refreshes fail with 50173 afterwards".to_owned(),
        findings: account.findings.clone(),
        settles: 5,
        as_done: done(ActionKind::SessionsRevoked, &account.upn),
        ..draft(stage, Act::RevokeSessions, of(account), format!("Revoke all sessions of {}.", shown(&account.upn)))
    }
}

const fn channel(account: &Account) -> Channel {
    match account.origin {
        Origin::Synced | Origin::Federated => Channel::OnPremises,
        Origin::Cloud | Origin::Unknown => Channel::Entra,
    }
}

fn password_calls(account: &Account) -> (String, String) {
    let user = segment(account.handle());
    let graph = match account.origin {
        Origin::Synced => format!(
            r#"POST /users/{user}/authentication/methods/28c10230-6103-485e-b985-464c60001490/resetPassword (delegated only; needs writeback)"#
        ),
        Origin::Federated => String::new(),
        Origin::Cloud | Origin::Unknown => format!(
            r#"PATCH /users/{user} {{"passwordProfile":{{"password":"(generated, shown once)","forceChangePasswordNextSignIn":true}}}}"#
        ),
    };
    let powershell = match account.origin {
        Origin::Synced => format!(
            "on a domain controller, twice: {} | Set-ADAccountPassword -Reset",
            in_directory(account)
        ),
        Origin::Federated => "at the identity provider of the domain".to_owned(),
        Origin::Cloud | Origin::Unknown => format!(
            "Update-MgUser -UserId {} -PasswordProfile @{{Password=(generated); ForceChangePasswordNextSignIn=$true}}",
            ps(account.handle())
        ),
    };
    (graph, powershell)
}

/// The exception: reset and revocation in the same second.
pub(super) fn reset_at_once(target: &Target, stays: Stays) -> Vec<Action> {
    let account = &target.account;
    let name = shown(&account.upn);
    let (mut graph, mut powershell) = password_calls(account);
    let (what, why, decide) = match stays {
        Stays::LastDoor => (
            format!("{name} stays enabled. He himself, at one sitting and on a clean computer: new password, revoke, take away every method that is not his."),
            "it is the only account that can let anybody in, so no plan may disable it until a second administrator has signed in".to_owned(),
            "decide: make the second administrator first if it can be done within the hour; then this account can be disabled like the others".to_owned(),
        ),
        Stays::Needed => (
            format!("{name} stays enabled: reset its password and revoke in the same second, then at once its methods, devices and grants."),
            format!("it cannot be disabled: {}", account.cannot_be_disabled.as_deref().map(shown).unwrap_or_default()),
            decision(account),
        ),
        Stays::Synchronisation => {
            graph = String::new();
            "on the synchronisation server, once it is clean: Add-ADSyncAADServiceAccount".clone_into(&mut powershell);
            (
                format!("Do not disable {name}: directory synchronisation runs as it. With the people who run Active Directory: take the synchronisation server off the network, renew the account's password from a clean server, revoke; allow its sign-in from that server's address only."),
                "the way in is on the premises: a plan for the cloud alone fails, and disabling the account blindly stops every later act that goes through Active Directory".to_owned(),
                "decide: with whoever runs Active Directory; responders for the premises are needed".to_owned(),
            )
        }
        Stays::BreakGlass => (
            format!("{name} is kept for emergencies and stays enabled: two people together reset it, revoke, and lay the new secret away."),
            "an emergency account that is disabled is no way back; one whose secret the attacker knows is his way back".to_owned(),
            "decide: two named people; prove another way in before".to_owned(),
        ),
    };
    let mut actions = Vec::new();
    actions.push(Action {
        why,
        portal: "Entra admin centre > Users > (user) > Reset password, and at once Revoke sessions".to_owned(),
        graph,
        powershell,
        export_first: "user with lastPasswordChangeDateTime and signInSessionsValidFromDateTime, methods".to_owned(),
        evidence_destroyed: "lastPasswordChangeDateTime as it was".to_owned(),
        who_is_cut_off: format!("whoever is signed in as {name}"),
        undo: "none".to_owned(),
        how_to_verify: "lastPasswordChangeDateTime and signInSessionsValidFromDateTime have moved; read methods again in an hour".to_owned(),
        decision: decide,
        findings: account.findings.clone(),
        settles: 0,
        as_done: reset(channel(account), &account.upn),
        ..draft(Stage::Cut, Act::ResetAtOnce, of(account), what)
    });
    actions.push(revoke(
        account,
        Stage::Cut,
        "in the same second as the reset: a password alone leaves sessions",
    ));
    actions
}

/// The password, last of all.
pub(super) fn reset_last(account: &Account) -> Action {
    let (graph, powershell) = password_calls(account);
    let name = shown(&account.upn);
    Action {
        why: "only now is there no session, no method and no reset channel of his, so the new password stays a secret".to_owned(),
        portal: "Entra admin centre > Users > (user) > Reset password; synchronised: in Active Directory, twice".to_owned(),
        graph,
        powershell,
        export_first: "lastPasswordChangeDateTime; self-service reset telephone and mail, read to the owner by voice".to_owned(),
        evidence_destroyed: "lastPasswordChangeDateTime as it was".to_owned(),
        undo: "none".to_owned(),
        how_to_verify: "lastPasswordChangeDateTime has moved; one `Reset password` event, by you".to_owned(),
        findings: account.findings.clone(),
        settles: 60,
        as_done: reset(channel(account), &account.upn),
        ..draft(Stage::Passwords, Act::ResetPassword, of(account), format!("Set a new password for {name}; tell it to nobody but the owner, by voice. Check by voice that the telephone and mail for self-service reset are his."))
    }
}

/// In Active Directory a password is set twice, so that the old one is in no history that still answers.
pub(super) fn reset_twice(account: &Account) -> Option<Action> {
    (account.origin == Origin::Synced).then(|| {
        let mut again = reset_last(account);
        again.what = format!(
            "Set the password of {} a second time in Active Directory.",
            shown(&account.upn)
        );
        "Kerberos still takes the password before the present one".clone_into(&mut again.why);
        again.object.kind = "account (second reset)".to_owned();
        again.id = crate::plan::action_id(again.stage, again.act, &again.object);
        again
    })
}

/// A guest comes back when his home tenant is clean; nothing that is done here makes it so.
fn readmit(account: &Account) -> Action {
    let user = segment(account.handle());
    Action {
        why: "his password, methods and sessions live in his home tenant".to_owned(),
        portal: "Entra admin centre > Users > (guest) > Account enabled: on".to_owned(),
        graph: format!(r#"PATCH /users/{user} {{"accountEnabled":true}}"#),
        undo: format!(r#"PATCH /users/{user} {{"accountEnabled":false}}"#),
        how_to_verify: "his next sign-in comes from his own network and device".to_owned(),
        decision: "decide: the home tenant has said in writing that he is clean; until then he stays disabled".to_owned(),
        findings: account.findings.clone(),
        ..draft(Stage::GiveBack, Act::EnableAccount, of(account), format!("Let the guest {} in again only when his home tenant has confirmed that it has contained him.", shown(&account.upn)))
    }
}

/// The owner gets his account back; nothing for the account behind a shared mailbox, which nobody needs to
/// sign in to.
pub(super) fn enable(account: &Account) -> Option<Action> {
    match account.kind {
        AccountKind::SharedMailbox => None,
        AccountKind::Guest => Some(readmit(account)),
        _ => Some(hand_back(account)),
    }
}

fn hand_back(account: &Account) -> Action {
    let user = segment(account.handle());
    let name = shown(&account.upn);
    Action {
        why: "with a temporary pass he registers a phishing-resistant method before anybody else can".to_owned(),
        portal: "Entra admin centre > Users > (user) > Authentication methods > Add > Temporary Access Pass; then Account enabled: on".to_owned(),
        graph: format!(
            r#"POST /users/{user}/authentication/temporaryAccessPassMethods {{"lifetimeInMinutes":60,"isUsableOnce":true}}; PATCH /users/{user} {{"accountEnabled":true}}"#
        ),
        powershell: format!(
            "New-MgUserAuthenticationTemporaryAccessPassMethod -UserId {0} -LifetimeInMinutes 60 -IsUsableOnce; {1}Update-MgUser -UserId {0} -AccountEnabled:$true",
            ps(account.handle()),
            on_premises(account, &format!("{} | Enable-ADAccount", in_directory(account)))
        ),
        who_is_cut_off: "nobody; mail works again after 35 to 40 minutes".to_owned(),
        undo: format!(r#"PATCH /users/{user} {{"accountEnabled":false}}, then revoke"#),
        how_to_verify: "the next sign-in is the owner's: his network, his device, the new method; no 50074 from elsewhere".to_owned(),
        decision: if account.computer_suspected {
            "decide: only after the computer was installed anew".to_owned()
        } else {
            "approve: the owner was verified by voice".to_owned()
        },
        findings: account.findings.clone(),
        settles: 300,
        as_done: done(ActionKind::AccountEnabled, &account.upn),
        ..draft(Stage::GiveBack, Act::EnableAccount, of(account), format!("Verify the owner of {name} by voice, issue a temporary pass, enable the account, register a phishing-resistant method at once."))
    }
}

/// A computer with a thief's program on it is taken off the network.
pub(super) fn isolate(account: &Account) -> Action {
    Action {
        why: "a program on it takes the owner's next session as well; the machine is evidence and the owner's own, so its entry in Entra is left alone".to_owned(),
        portal: "Defender portal > Assets > Devices > (device) > Isolate device, Collect investigation package".to_owned(),
        export_first: "an image of disk and memory, hashed".to_owned(),
        who_is_cut_off: format!("{} from the computer", shown(&account.upn)),
        undo: "release from isolation".to_owned(),
        how_to_verify: "the device reads as isolated, or hangs on no network".to_owned(),
        findings: account.findings.clone(),
        ..draft(Stage::Preserve, Act::IsolateComputer, Object { account: account.upn.clone(), ..object("computer", &format!("the computer of {}", account.upn), "") }, format!("Take the computer of {} off the network and image it. Do not wipe it, do not disable or delete it in Entra.", shown(&account.upn)))
    }
}

/// Before the account is handed back, the computer is installed anew.
pub(super) fn reinstall(account: &Account) -> Action {
    Action {
        why: "whoever holds the computer gets the next token as well".to_owned(),
        portal: "Intune admin centre > Devices > (device) > Wipe, or by hand from clean media"
            .to_owned(),
        export_first: "the image of disk and memory, hashed, in the case; BitLocker recovery keys"
            .to_owned(),
        evidence_destroyed:
            "everything on the disk: the program, its traces, the browser profile it stole from"
                .to_owned(),
        who_is_cut_off: format!("{} from the computer, for hours", shown(&account.upn)),
        undo: "none".to_owned(),
        how_to_verify: "installed from clean media; every secret that the browser kept was changed"
            .to_owned(),
        decision: "decide: the image was verified; a replacement computer is the better choice"
            .to_owned(),
        findings: account.findings.clone(),
        settles: 3_600,
        as_done: done(ActionKind::DeviceWiped, &account.upn),
        ..draft(
            Stage::GiveBack,
            Act::ReinstallComputer,
            Object {
                account: account.upn.clone(),
                ..object("computer", &format!("the computer of {}", account.upn), "")
            },
            format!(
                "Give {} another computer, or install this one anew from clean media.",
                shown(&account.upn)
            ),
        )
    }
}

/// What hangs on an account is exported before anything of it is changed.
pub(super) fn export(target: &Target) -> Action {
    let account = &target.account;
    let user = segment(account.handle());
    let name = ps(&account.upn);
    Action {
        why: "time-boxed to 20 seconds an account: what cannot be read by then is written down as missed, and the cut goes on".to_owned(),
        portal: "Entra admin centre > Users > (user): Authentication methods, Assigned roles, Applications, Devices, Sign-in logs".to_owned(),
        graph: format!(
            "GET /users/{user}?$select=id,userPrincipalName,accountEnabled,signInSessionsValidFromDateTime,lastPasswordChangeDateTime,onPremisesSyncEnabled; GET /users/{user}/authentication/methods; GET /users/{user}/mailFolders/inbox/messageRules; GET /users/{user}/oauth2PermissionGrants; GET /users/{user}/registeredDevices; GET /users/{user}/transitiveMemberOf"
        ),
        powershell: format!(
            "Get-InboxRule -Mailbox {name} -IncludeHidden | Format-List; Get-SweepRule -Mailbox {name}; Get-Mailbox {name} | Format-List *Forward*,GrantSendOnBehalfTo,AuditEnabled; Get-MailboxPermission {name}; Get-RecipientPermission {name}; Get-MailboxFolderStatistics {name} | Get-MailboxFolderPermission; Get-App -Mailbox {name}; Get-MobileDevice -Mailbox {name}"
        ),
        how_to_verify: "each answer lies in the case with its hash; each that is missing is named".to_owned(),
        undo: "reading only".to_owned(),
        findings: account.findings.clone(),
        ..draft(Stage::Preserve, Act::Export, of(account), format!("Export what hangs on {}: user, methods, rules by both interfaces, forwarding, rights, grants, devices.", shown(&account.upn)))
    }
}

/// Everything at an account is looked through by somebody with the owner at the telephone.
pub(super) fn sweep(account: &Account) -> Action {
    let mut again = export(&Target {
        account: account.clone(),
        how: How::Disable,
    });
    again.stage = Stage::Persistence;
    again.act = Act::Sweep;
    again.id = crate::plan::action_id(again.stage, again.act, &again.object);
    again.what = format!(
        "Look through everything at {} with the owner at the telephone: rules (hidden ones too), forwarding, rights on mailbox and folders, methods, application passwords, devices, grants, flows, auto-reply, safe senders. Take away, reversibly, what nobody knows.",
        shown(&account.upn)
    );
    "the logs show what was made while they were kept; the state shows what stands"
        .clone_into(&mut again.why);
    "the export of this account from the second stage, read before anything is changed"
        .clone_into(&mut again.export_first);
    "what is taken away: each object as exported".clone_into(&mut again.evidence_destroyed);
    "each object again as exported".clone_into(&mut again.undo);
    "the same reads again: nothing left that the owner does not know"
        .clone_into(&mut again.how_to_verify);
    again.settles = 120;
    again.as_done = done(ActionKind::FootholdRemoved, &account.upn);
    again
}

/// An account that the attacker made is deleted in the end.
pub(super) fn delete(account: &Account) -> Action {
    let user = segment(account.handle());
    Action {
        portal: "Entra admin centre > Users > (user) > Delete".to_owned(),
        graph: format!("DELETE /users/{user}"),
        powershell: format!("Remove-MgUser -UserId {}", ps(account.handle())),
        export_first: "the user with every property, its mailbox if it has one, its grants, devices and sign-ins".to_owned(),
        evidence_destroyed: "the object; after 30 days its mailbox and its properties for good".to_owned(),
        who_is_cut_off: "nobody: it has been disabled since the cut".to_owned(),
        undo: "restore from deleted users within 30 days".to_owned(),
        how_to_verify: "GET user: 404".to_owned(),
        decision: "decide: counsel agreed; until then it stays disabled".to_owned(),
        findings: account.findings.clone(),
        settles: 30,
        as_done: done(ActionKind::AccountDeleted, &account.upn),
        ..draft(Stage::CleanUp, Act::DeleteAccount, of(account), format!("Delete {}, which the attacker made.", shown(&account.upn)))
    }
}
