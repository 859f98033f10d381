//! What takes a foothold away: one action each, the reversible form first.

use hourzero_model::{ActionKind, Foothold, FootholdState};

use super::draft::{done, draft, object};
use super::kind::Kind;
use crate::call::{ps, segment, shown};
use crate::plan::{Act, Action, Object, Stage};

/// The stage in which a kind is taken away.
pub(super) const fn stage(kind: Kind) -> Stage {
    match kind {
        Kind::Federation
        | Kind::RestrictedUnit
        | Kind::Role
        | Kind::Group
        | Kind::Policy
        | Kind::Audit
        | Kind::Partner => Stage::Tenant,
        Kind::Flow | Kind::Guest | Kind::Sharing => Stage::Collaboration,
        _ => Stage::Persistence,
    }
}

fn of(foothold: &Foothold) -> Object {
    Object {
        account: foothold.account.clone(),
        ..object(&foothold.kind, &foothold.target, &foothold.object_id)
    }
}

/// The object's name, else its id.
fn name(foothold: &Foothold) -> String {
    match (foothold.target.trim(), foothold.object_id.trim()) {
        ("", "") => "(without a name)".to_owned(),
        ("", id) => shown(id),
        (name, _) => shown(name),
    }
}

/// The object's id, else its name.
fn handle(foothold: &Foothold) -> &str {
    if foothold.object_id.trim().is_empty() {
        &foothold.target
    } else {
        &foothold.object_id
    }
}

/// `mailbox\thing`, as Exchange names what lies in a mailbox.
fn within(foothold: &Foothold, thing: &str) -> String {
    format!("{}\\{thing}", foothold.account)
}

/// A rule is named by its name, a nameless one by its number; one that has neither is the hidden one.
fn rule_handle(foothold: &Foothold) -> &str {
    match (foothold.target.trim(), foothold.object_id.trim()) {
        ("", "") => "hidden",
        ("", id) => id,
        (name, _) => name,
    }
}

/// The action that takes a foothold away.
pub(super) fn remove(kind: Kind, foothold: &Foothold) -> Action {
    let mut action = match stage(kind) {
        Stage::Tenant => match kind {
            Kind::Policy | Kind::Audit | Kind::Partner => settings(kind, foothold),
            _ => control(kind, foothold),
        },
        Stage::Collaboration => collaboration(kind, foothold),
        _ => match kind {
            Kind::Forwarding | Kind::TransportRule | Kind::Connector => {
                flow_of_mail(kind, foothold)
            }
            Kind::Rule | Kind::SweepRule | Kind::Delegate | Kind::AddIn => mailbox(kind, foothold),
            Kind::Grant | Kind::Key | Kind::AppOwner | Kind::AppRole => application(kind, foothold),
            _ => identity(kind, foothold),
        },
    };
    if foothold.state == FootholdState::Unknown {
        action.why = join(
            &action.why,
            "whether it still stands the evidence does not tell: look first",
        );
    }
    action.footholds = vec![foothold.id.clone()];
    action
}

fn join(one: &str, other: &str) -> String {
    if one.is_empty() {
        other.to_owned()
    } else {
        format!("{one}; {other}")
    }
}

/// What the forms below share.
fn base(kind: Kind, act: Act, foothold: &Foothold, what: String) -> Action {
    Action {
        export_first: "the whole object as JSON, with who made it and when".to_owned(),
        how_to_verify: "read it again".to_owned(),
        settles: 30,
        ..draft(stage(kind), act, of(foothold), what)
    }
}

/// Domains, units, roles, groups.
fn control(kind: Kind, foothold: &Foothold) -> Action {
    let shown_name = name(foothold);
    let account = shown(&foothold.account);
    let id = segment(handle(foothold));
    match kind {
        Kind::Federation => Action {
            why: "whoever holds the signing key of a federated domain signs in as any user of it, with a second factor".to_owned(),
            portal: "Microsoft 365 admin centre > Settings > Domains > (domain); Entra admin centre > Custom domain names".to_owned(),
            graph: format!(
                r#"GET then DELETE /domains/{0}/federationConfiguration/{{id}}; PATCH /domains/{0} {{"authenticationType":"Managed"}}; an unknown domain: DELETE /domains/{0}"#,
                segment(&foothold.target)
            ),
            powershell: format!("Update-MgDomain -DomainId {} -AuthenticationType Managed", ps(&foothold.target)),
            export_first: "domain and federationConfiguration with issuerUri and signing certificates".to_owned(),
            evidence_destroyed: "issuer and signing certificate of the attacker".to_owned(),
            who_is_cut_off: "users of that domain, if it has any: they need passwords in the cloud".to_owned(),
            undo: "federationConfiguration as exported".to_owned(),
            how_to_verify: "GET domain: Managed or 404; no sign-in with this issuer afterwards".to_owned(),
            decision: "decide: is it a domain that the tenant itself federates".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, &foothold.target),
            ..base(kind, Act::RestoreDomain, foothold, format!("Take the trust from the domain {shown_name}."))
        },
        Kind::RestrictedUnit => Action {
            why: "a restricted-management unit refuses administrators of the whole tenant: first out of it, then the cut".to_owned(),
            portal: "Entra admin centre > Roles & admins > Admin units > (unit) > Users > Remove".to_owned(),
            graph: format!("DELETE /directory/administrativeUnits/{id}/members/{{user id of {account}}}/$ref"),
            powershell: format!(
                "Remove-MgDirectoryAdministrativeUnitMemberByRef -AdministrativeUnitId {} -DirectoryObjectId (Get-MgUser -UserId {}).Id",
                ps(handle(foothold)),
                ps(&foothold.account)
            ),
            export_first: "units with members and scoped roles: the proof of hiding".to_owned(),
            evidence_destroyed: "the membership".to_owned(),
            undo: "add the member again".to_owned(),
            how_to_verify: "GET user: isManagementRestricted false. The protection can linger for 30 minutes: try before the wave".to_owned(),
            decision: "decide: executives stand in such units for good reasons; ask who made it".to_owned(),
            settles: 1_860,
            as_done: done(ActionKind::FootholdRemoved, handle(foothold)),
            ..base(kind, Act::LeaveUnit, foothold, format!("Take {account} out of the restricted-management unit {shown_name}."))
        },
        Kind::Role => Action {
            portal: "Entra admin centre > Roles & admins > (role) > Assignments".to_owned(),
            graph: "DELETE /roleManagement/directory/roleAssignments/{id}; with PIM: POST …/roleAssignmentScheduleRequests {\"action\":\"adminRemove\"}".to_owned(),
            powershell: "Get-MgRoleManagementDirectoryRoleAssignment -Filter \"principalId eq '…'\"; Remove-MgRoleManagementDirectoryRoleAssignment".to_owned(),
            export_first: "assignments, active and eligible, of this account with start time and assigner".to_owned(),
            evidence_destroyed: "the assignment with its start".to_owned(),
            who_is_cut_off: format!("{account} from administration"),
            undo: "assign the role again".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, &within(foothold, &foothold.target)),
            ..base(kind, Act::RemoveRole, foothold, format!("Take the role {shown_name} from {account}."))
        },
        _ => Action {
            portal: "Entra admin centre > Groups > (group) > Members".to_owned(),
            graph: format!("DELETE /groups/{id}/members/{{user id of {account}}}/$ref"),
            powershell: format!("Remove-MgGroupMemberByRef -GroupId {} -DirectoryObjectId (Get-MgUser -UserId {}).Id", ps(handle(foothold)), ps(&foothold.account)),
            export_first: "group with members, owners, roles and the policies that name it".to_owned(),
            evidence_destroyed: "the membership".to_owned(),
            who_is_cut_off: format!("{account} from what the group gives"),
            undo: "add the member again".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, &within(foothold, handle(foothold))),
            ..base(kind, Act::LeaveGroup, foothold, format!("Take {account} out of the group {shown_name}."))
        },
    }
}

/// Policies, auditing, trust in other tenants.
fn settings(kind: Kind, foothold: &Foothold) -> Action {
    let shown_name = name(foothold);
    let id = segment(handle(foothold));
    match kind {
        Kind::Policy => Action {
            why: "a loosened policy lets him in again without a second factor".to_owned(),
            portal: "Entra admin centre > Protection > Conditional Access > Policies (and Deleted policies), or Properties > Security defaults".to_owned(),
            graph: format!("PATCH /identity/conditionalAccess/policies/{id} (old value from the audit record); deleted: POST /identity/conditionalAccess/deletedItems/policies/{id}/restore"),
            powershell: format!("Update-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId {} -BodyParameter (old value)", ps(handle(foothold))),
            export_first: "the policy as it is now, and the audit record with old and new value".to_owned(),
            evidence_destroyed: "the attacker's version of the policy".to_owned(),
            who_is_cut_off: "whoever relies on the loosened policy; report-only first if that is not known".to_owned(),
            undo: "the exported version again".to_owned(),
            how_to_verify: "POST /identity/conditionalAccess/evaluate for a cut account: the policy applies".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, handle(foothold)),
            ..base(kind, Act::RestorePolicy, foothold, format!("Put the policy {shown_name} back to what it was."))
        },
        Kind::Audit => Action {
            why: "what is not logged cannot be verified in the end".to_owned(),
            portal: "none; Exchange Online PowerShell".to_owned(),
            powershell: format!(
                "Set-MailboxAuditBypassAssociation -Identity {0} -AuditBypassEnabled $false; Set-Mailbox {0} -AuditEnabled $true -DefaultAuditSet Admin,Delegate,Owner; Set-OrganizationConfig -AuditDisabled $false; Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled $true",
                ps(if foothold.target.is_empty() { &foothold.account } else { &foothold.target })
            ),
            export_first: "the switches as they are: they prove the gap".to_owned(),
            evidence_destroyed: "the switched-off state".to_owned(),
            undo: "the old value".to_owned(),
            how_to_verify: "an act of your own appears in the log within an hour".to_owned(),
            as_done: done(ActionKind::AuditEnabled, handle(foothold)),
            ..base(kind, Act::RestoreAudit, foothold, format!("Switch auditing on again: {shown_name}."))
        },
        _ => Action {
            portal: "Entra admin centre > External identities > Cross-tenant access settings; Microsoft 365 admin centre > Settings > Partner relationships".to_owned(),
            graph: "PATCH or DELETE /policies/crossTenantAccessPolicy/partners/{tenant id}".to_owned(),
            export_first: "the relationship with its roles and dates".to_owned(),
            evidence_destroyed: "the relationship as it was".to_owned(),
            who_is_cut_off: "the partner from this tenant".to_owned(),
            undo: "the exported settings again".to_owned(),
            decision: "decide: speak to the partner by voice; he may be a victim as well".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, handle(foothold)),
            ..base(kind, Act::RemovePartner, foothold, format!("Take the access of {shown_name} away."))
        },
    }
}

fn flow_of_mail(kind: Kind, foothold: &Foothold) -> Action {
    let shown_name = name(foothold);
    match kind {
        Kind::Forwarding => Action {
            why: "first of all: mail leaves the tenant as long as it stands, whether the account is disabled or not".to_owned(),
            portal: "Exchange admin centre > Mailboxes > (mailbox) > Mail flow settings > Email forwarding".to_owned(),
            powershell: format!("Set-Mailbox {} -ForwardingSmtpAddress $null -ForwardingAddress $null -DeliverToMailboxAndForward $false", ps(&foothold.account)),
            export_first: "Get-Mailbox with ForwardingSmtpAddress, ForwardingAddress, DeliverToMailboxAndForward; message trace of the copies".to_owned(),
            evidence_destroyed: "the address to which mail went".to_owned(),
            who_is_cut_off: format!("whoever gets the copies ({shown_name})"),
            undo: "the exported values again".to_owned(),
            how_to_verify: "Get-Mailbox: empty; no more copies in the message trace".to_owned(),
            as_done: done(ActionKind::ForwardingRemoved, &foothold.account),
            ..base(kind, Act::ClearForwarding, foothold, format!("Switch off forwarding of {} to {shown_name}.", shown(&foothold.account)))
        },
        Kind::TransportRule => Action {
            portal: "Exchange admin centre > Mail flow > Rules > (rule) > Disabled".to_owned(),
            powershell: format!("Disable-TransportRule {} -Confirm:$false", ps(&foothold.target)),
            export_first: "Get-TransportRule with every property and WhenChanged".to_owned(),
            who_is_cut_off: "whoever gets the copies".to_owned(),
            undo: format!("Enable-TransportRule {}", ps(&foothold.target)),
            how_to_verify: "Get-TransportRule: State Disabled; works within 30 minutes".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, &foothold.target),
            ..base(kind, Act::DisableTransportRule, foothold, format!("Disable the mail-flow rule {shown_name}."))
        },
        _ => Action {
            portal: "Exchange admin centre > Mail flow > Connectors > (connector) > Off".to_owned(),
            powershell: format!("Set-InboundConnector {0} -Enabled $false (outbound: Set-OutboundConnector {0} -Enabled $false)", ps(&foothold.target)),
            export_first: "the connector with addresses, smart hosts and certificate names".to_owned(),
            who_is_cut_off: "mail that goes through it".to_owned(),
            undo: "-Enabled $true".to_owned(),
            how_to_verify: "Get-…Connector: Enabled false; message trace".to_owned(),
            decision: "decide: does a gateway, printer or partner use it".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, &foothold.target),
            ..base(kind, Act::DisableConnector, foothold, format!("Switch off the connector {shown_name}."))
        },
    }
}

fn mailbox(kind: Kind, foothold: &Foothold) -> Action {
    let shown_name = name(foothold);
    let mailbox = ps(&foothold.account);
    let owner = shown(&foothold.account);
    match kind {
        Kind::Rule => {
            let rule = rule_handle(foothold);
            Action {
                why: "by Graph where Graph shows it: every change by an Exchange cmdlet deletes the client-side rules of the mailbox, which are kept nowhere else".to_owned(),
                portal: "none that keeps evidence; not in Outlook".to_owned(),
                graph: format!(
                    r#"GET /users/{0}/mailFolders/inbox/messageRules; PATCH /users/{0}/mailFolders/inbox/messageRules/{{id}} {{"isEnabled":false}}"#,
                    segment(&foothold.account)
                ),
                powershell: format!("only if Graph does not show it: Get-InboxRule -Mailbox {mailbox} -IncludeHidden; Disable-InboxRule -Mailbox {mailbox} -Identity {}", ps(rule)),
                export_first: "all rules of the mailbox by both interfaces, hidden ones included; rules carry no times, so the audit records as well".to_owned(),
                evidence_destroyed: "by Graph nothing that is known; by cmdlet every client-side rule of the mailbox".to_owned(),
                who_is_cut_off: "nobody; what the rule hid stays where it is".to_owned(),
                undo: "enable it again; lost client-side rules: none".to_owned(),
                how_to_verify: "both interfaces again: disabled or gone".to_owned(),
                as_done: done(ActionKind::FootholdRemoved, &within(foothold, rule)),
                ..base(kind, Act::DisableRule, foothold, format!("Disable the inbox rule {shown_name} of {owner}; this one only."))
            }
        }
        Kind::SweepRule => Action {
            portal: "none".to_owned(),
            powershell: format!(
                "Get-SweepRule -Mailbox {mailbox}; Disable-SweepRule -Mailbox {mailbox} -Identity {}",
                ps(&foothold.target)
            ),
            undo: "Enable-SweepRule".to_owned(),
            how_to_verify: "Get-SweepRule: disabled".to_owned(),
            as_done: done(
                ActionKind::FootholdRemoved,
                &within(foothold, rule_handle(foothold)),
            ),
            ..base(
                kind,
                Act::DisableRule,
                foothold,
                format!("Disable the sweep rule {shown_name} of {owner}."),
            )
        },
        Kind::Delegate => {
            let user = ps(&foothold.target);
            Action {
                portal: "Exchange admin centre > Mailboxes > (mailbox) > Delegation".to_owned(),
                powershell: format!("Remove-MailboxPermission {mailbox} -User {user} -AccessRights FullAccess -Confirm:$false; Remove-RecipientPermission {mailbox} -Trustee {user} -AccessRights SendAs -Confirm:$false; Set-Mailbox {mailbox} -GrantSendOnBehalfTo @{{Remove={user}}}; on each folder by its id: Remove-MailboxFolderPermission -User {user}"),
                export_first: "rights on the mailbox and on every folder (by folder id), Default and Anonymous included".to_owned(),
                evidence_destroyed: "the entries of the access list".to_owned(),
                who_is_cut_off: format!("{shown_name} from the mailbox of {owner}"),
                undo: "Add-MailboxPermission and its sisters with the exported entries".to_owned(),
                how_to_verify: "all rights again; an open session can linger for about an hour".to_owned(),
                as_done: done(ActionKind::DelegateRemoved, &within(foothold, &foothold.target)),
                ..base(kind, Act::RemoveDelegate, foothold, format!("Take the rights of {shown_name} on the mailbox of {owner} away."))
            }
        }
        _ => Action {
            portal: "Microsoft 365 admin centre > Settings > Integrated apps".to_owned(),
            powershell: format!(
                "Disable-App -Mailbox {mailbox} -Identity {}",
                ps(handle(foothold))
            ),
            export_first: "Get-App with id and manifest address".to_owned(),
            undo: "Enable-App".to_owned(),
            how_to_verify: "Get-App: Enabled false".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, handle(foothold)),
            ..base(
                kind,
                Act::RemoveAddIn,
                foothold,
                format!("Disable the mail add-in {shown_name} of {owner}."),
            )
        },
    }
}

fn application(kind: Kind, foothold: &Foothold) -> Action {
    let shown_name = name(foothold);
    match kind {
        Kind::Grant => Action {
            why: "after its service principal was disabled: deleting alone invites the next consent".to_owned(),
            portal: "Entra admin centre > Enterprise applications > (application) > Permissions > Revoke".to_owned(),
            graph: format!("GET /servicePrincipals/{0}/oauth2PermissionGrants; DELETE /oauth2PermissionGrants/{{id}}; GET and DELETE /servicePrincipals/{0}/appRoleAssignments/{{id}}", segment(handle(foothold))),
            powershell: "Remove-MgOauth2PermissionGrant -OAuth2PermissionGrantId (id)".to_owned(),
            export_first: "service principal, grants (scope, consentType, principal), application roles, owners, keys, the consent event".to_owned(),
            evidence_destroyed: "scope, kind of consent and principal of the grant".to_owned(),
            who_is_cut_off: "whoever uses the application".to_owned(),
            undo: "POST the exported grant again".to_owned(),
            how_to_verify: "GET grant: 404; sign-ins of the application fail".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, handle(foothold)),
            ..base(kind, Act::RemoveGrant, foothold, format!("Remove the consent to {shown_name}."))
        },
        Kind::Key => Action {
            why: "a key works without any account".to_owned(),
            portal: "Entra admin centre > App registrations > (application) > Certificates & secrets".to_owned(),
            graph: format!(r#"POST /applications/{{id}}/removePassword {{"keyId":{}}}; certificates: PATCH keyCredentials without it; the same under /servicePrincipals"#, serde_json::Value::from(foothold.object_id.as_str())),
            powershell: format!("Remove-MgApplicationPassword -ApplicationId (id of {}) -KeyId {}", ps(&foothold.target), ps(&foothold.object_id)),
            export_first: "credentials with keyId, hint, start and end; service-principal sign-ins with this servicePrincipalCredentialKeyId".to_owned(),
            evidence_destroyed: "keyId, hint, start and end of the attacker's key".to_owned(),
            who_is_cut_off: "programs that use this key".to_owned(),
            undo: "none; a new key".to_owned(),
            how_to_verify: "GET credentials: gone; sign-ins with it fail with 7000215".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, handle(foothold)),
            ..base(kind, Act::RemoveKey, foothold, format!("Remove the key {} of {shown_name}.", shown(&foothold.object_id)))
        },
        Kind::AppOwner => Action {
            portal: "Entra admin centre > App registrations > (application) > Owners".to_owned(),
            graph: format!("DELETE /applications/{{id}}/owners/{{user id of {}}}/$ref", shown(&foothold.account)),
            powershell: "Remove-MgApplicationOwnerByRef".to_owned(),
            evidence_destroyed: "the ownership".to_owned(),
            undo: "add the owner again".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, handle(foothold)),
            ..base(kind, Act::RemoveOwner, foothold, format!("Take {} off the owners of {shown_name}.", shown(&foothold.account)))
        },
        _ => Action {
            portal: "Entra admin centre > Enterprise applications > (application) > Permissions".to_owned(),
            graph: format!("DELETE /servicePrincipals/{}/appRoleAssignments/{{id}}", segment(handle(foothold))),
            powershell: "Remove-MgServicePrincipalAppRoleAssignment".to_owned(),
            export_first: "the assignment with createdDateTime and principal".to_owned(),
            evidence_destroyed: "the assignment with its date".to_owned(),
            who_is_cut_off: "the application; a token that it has keeps its roles for up to 90 minutes".to_owned(),
            undo: "POST the exported assignment again".to_owned(),
            how_to_verify: "GET assignment: 404".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, handle(foothold)),
            ..base(kind, Act::RemoveAppRole, foothold, format!("Take the application permission of {shown_name} away ({}).", shown(&foothold.detail)))
        },
    }
}

fn identity(kind: Kind, foothold: &Foothold) -> Action {
    let shown_name = name(foothold);
    let owner = shown(&foothold.account);
    let user = segment(&foothold.account);
    match kind {
        Kind::Method => Action {
            why: "only what the attacker registered, never the owner's last good method; the account is disabled, so nobody can register another now".to_owned(),
            portal: "Entra admin centre > Users > (user) > Authentication methods > (method) > Delete".to_owned(),
            graph: format!("GET /users/{user}/authentication/methods; DELETE /users/{user}/authentication/{{kind}}Methods/{{id}}"),
            powershell: format!("Get-MgUserAuthenticationMethod -UserId {0}; Remove-MgUserAuthentication(kind)Method -UserId {0}", ps(&foothold.account)),
            export_first: "all methods with telephone numbers, device names and createdDateTime; the registration events".to_owned(),
            evidence_destroyed: "the method: telephone number, device name, createdDateTime".to_owned(),
            who_is_cut_off: "whoever has the attacker's method".to_owned(),
            undo: "none; the owner registers again with a temporary pass".to_owned(),
            how_to_verify: "GET methods: only what the owner knows; no registration event afterwards".to_owned(),
            decision: "approve: the owner said by voice which methods are his".to_owned(),
            as_done: done(ActionKind::MfaRemoved, &foothold.account),
            ..base(kind, Act::RemoveMethod, foothold, format!("Delete the method {shown_name} of {owner}."))
        },
        Kind::AppPassword => Action {
            why: "application passwords survive every reset and ask no second factor".to_owned(),
            portal: "Entra admin centre > Users > Per-user MFA > (user) > Manage user settings > Delete all existing app passwords".to_owned(),
            export_first: "the creation event; sign-ins of old protocols".to_owned(),
            evidence_destroyed: "the application passwords; they cannot be listed".to_owned(),
            who_is_cut_off: "programs of the owner that use one".to_owned(),
            undo: "none".to_owned(),
            how_to_verify: "sign-ins of old protocols fail".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, &foothold.account),
            ..base(kind, Act::RemoveAppPassword, foothold, format!("Delete the application passwords of {owner}."))
        },
        _ => Action {
            why: "this kind has no call of its own here".to_owned(),
            portal: "where it was made: see the record".to_owned(),
            evidence_destroyed: "the object, if it is deleted: disable it where that can be done".to_owned(),
            undo: "the object again as exported".to_owned(),
            decision: "decide: what it is, and how it is taken away reversibly".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, handle(foothold)),
            ..base(kind, Act::ByHand, foothold, format!("Take away what was made here ({}): {shown_name}.", shown(&foothold.kind)))
        },
    }
}

fn collaboration(kind: Kind, foothold: &Foothold) -> Action {
    let shown_name = name(foothold);
    match kind {
        Kind::Flow => Action {
            why: "a flow runs with a connection of its own: it goes on while its owner is disabled".to_owned(),
            portal: "Power Platform admin centre > Environments > (environment) > Resources > Flows > (flow) > Turn off".to_owned(),
            powershell: format!("Disable-AdminFlow -EnvironmentName (environment) -FlowName {}", ps(handle(foothold))),
            export_first: "the flow's definition, its connections, its run history".to_owned(),
            evidence_destroyed: "nothing when turned off; connections when deleted".to_owned(),
            who_is_cut_off: "what the flow does".to_owned(),
            undo: "turn it on".to_owned(),
            how_to_verify: "Get-AdminFlow: Enabled false; no more mail by the connector".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, handle(foothold)),
            ..base(kind, Act::StopFlow, foothold, format!("Turn off the flow {shown_name} of {}, and remove its connections.", shown(&foothold.account)))
        },
        Kind::Guest => Action {
            portal: "Entra admin centre > Users > (guest) > Account enabled: off".to_owned(),
            graph: format!(r#"PATCH /users/{} {{"accountEnabled":false}}"#, segment(handle(foothold))),
            powershell: format!("Update-MgUser -UserId {} -AccountEnabled:$false", ps(handle(foothold))),
            export_first: "the guest with invitation, groups, roles, shares".to_owned(),
            who_is_cut_off: "the guest in this tenant".to_owned(),
            undo: "accountEnabled true".to_owned(),
            how_to_verify: "GET user: accountEnabled false".to_owned(),
            as_done: done(ActionKind::AccountDisabled, handle(foothold)),
            ..base(kind, Act::BlockGuest, foothold, format!("Block the guest {shown_name}, whom the attacker invited."))
        },
        _ => Action {
            why: "remove links only after who was given them and who used them has been written down".to_owned(),
            portal: "SharePoint or OneDrive > (file) > Manage access".to_owned(),
            graph: "GET then DELETE /drives/{drive}/items/{item}/permissions/{id}".to_owned(),
            export_first: "link, grantees, and who opened it".to_owned(),
            evidence_destroyed: "the link and the list of those who were given it".to_owned(),
            who_is_cut_off: "whoever has the link".to_owned(),
            undo: "a new link".to_owned(),
            how_to_verify: "GET permissions: gone".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, handle(foothold)),
            ..base(kind, Act::RemoveSharing, foothold, format!("Take the sharing of {shown_name} away."))
        },
    }
}

/// The irreversible form, where the reversible one came before.
pub(super) fn clean_up(kind: Kind, foothold: &Foothold) -> Option<Action> {
    let shown_name = name(foothold);
    let mut action = match kind {
        Kind::Rule => Action {
            powershell: format!(
                "Remove-InboxRule -Mailbox {} -Identity {} -Force",
                ps(&foothold.account),
                ps(rule_handle(foothold))
            ),
            graph: format!(
                "DELETE /users/{}/mailFolders/inbox/messageRules/{{id}}",
                segment(&foothold.account)
            ),
            portal: "none that keeps evidence".to_owned(),
            evidence_destroyed: "the rule".to_owned(),
            as_done: done(
                ActionKind::RulesDeleted,
                &within(foothold, rule_handle(foothold)),
            ),
            ..base(
                kind,
                Act::DeleteRule,
                foothold,
                format!(
                    "Delete the inbox rule {shown_name} of {}.",
                    shown(&foothold.account)
                ),
            )
        },
        Kind::TransportRule => Action {
            powershell: format!(
                "Remove-TransportRule {} -Confirm:$false",
                ps(&foothold.target)
            ),
            portal: "Exchange admin centre > Mail flow > Rules".to_owned(),
            evidence_destroyed: "the rule with WhenChanged".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, &foothold.target),
            ..base(
                kind,
                Act::DeleteMailFlow,
                foothold,
                format!("Delete the mail-flow rule {shown_name}."),
            )
        },
        Kind::Connector => Action {
            powershell: format!(
                "Remove-InboundConnector {0} (outbound: Remove-OutboundConnector {0})",
                ps(&foothold.target)
            ),
            portal: "Exchange admin centre > Mail flow > Connectors".to_owned(),
            evidence_destroyed: "addresses, smart hosts and certificate names".to_owned(),
            as_done: done(ActionKind::FootholdRemoved, &foothold.target),
            ..base(
                kind,
                Act::DeleteMailFlow,
                foothold,
                format!("Delete the connector {shown_name}."),
            )
        },
        _ => return None,
    };
    action.stage = Stage::CleanUp;
    action.id = crate::plan::action_id(action.stage, action.act, &action.object);
    action.undo = "recreate it from the export".to_owned();
    action.decision = "decide: counsel agreed; until then it stays disabled".to_owned();
    action.footholds = vec![foothold.id.clone()];
    Some(action)
}
