//! Roles, groups, policies, domains.

use super::names::{role_object, role_template};
use super::{By, Draft, Expansion, Shown, flag, one, target};
use crate::happening::{PolicyKind, TargetKind};
use crate::id::{AccountNo, GroupNo, Guid};
use crate::json;
use crate::world::EntraPlan;

/// Names of the object that somebody was added to or taken from: new when added, old when taken.
fn named(mut draft: Draft, added: bool, names: &[(&str, String)]) -> Draft {
    for (name, value) in names {
        let value = if value.is_empty() {
            String::new()
        } else {
            json::quoted(value)
        };
        draft = if added {
            draft.property(name, "", value)
        } else {
            draft.property(name, value, "")
        };
    }
    draft
}

pub(super) fn role(
    writing: &mut Expansion<'_, '_>,
    role: &'static str,
    account: AccountNo,
    given: bool,
    by_pim: bool,
) {
    let doer = writing.doer();
    let activates = doer == By::User(account);
    if by_pim {
        let request = pim_request(writing, role, account, given, activates);
        if given {
            let activity = if activates {
                "Add member to role requested (PIM activation)"
            } else {
                "Add member to role in PIM requested (permanent)"
            };
            let draft = pim(activity, "Create", &request);
            writing.add(draft, doer.clone());
        }
        let pim_service = By::Service("MS-PIM");
        let draft = core_role(writing, role, account, given);
        writing.add(draft, pim_service);
        let activity = match (given, activates) {
            (true, true) => "Add member to role completed (PIM activation)",
            (true, false) => "Add member to role in PIM completed (permanent)",
            (false, true) => "Remove member from role (PIM activation expired)",
            (false, false) => "Remove member from role in PIM completed (permanent)",
        };
        let operation = if given { "Update" } else { "Delete" };
        let correlation = writing.records.first().map(|record| record.correlation);
        writing.add(pim(activity, operation, &request), doer);
        if let (true, Some(correlation), Some(last)) =
            (given, correlation, writing.records.last_mut())
        {
            last.correlation = correlation;
        }
        return;
    }
    let draft = core_role(writing, role, account, given).details(writing.user_agent());
    writing.add(draft, doer.clone());
    if given && writing.world.tenant.entra == EntraPlan::P2 {
        let request = pim_request(writing, role, account, given, false);
        let draft = pim(
            "Add member to role outside of PIM (permanent)",
            "Update",
            &request,
        );
        writing.add(draft, doer);
    }
}

fn core_role(writing: &Expansion<'_, '_>, role: &str, account: AccountNo, given: bool) -> Draft {
    let (activity, operation) = if given {
        ("Add member to role", "Assign")
    } else {
        ("Remove member from role", "Unassign")
    };
    let (template, well_known) = role_template(role);
    let object = role_object(writing.world, role);
    let draft = Draft::core(activity, "RoleManagement", operation)
        .target(writing.user(account, false))
        .target(target(TargetKind::Role, object, ""))
        .about(account);
    named(
        draft,
        given,
        &[
            ("Role.ObjectID", object.to_string()),
            ("Role.DisplayName", role.to_owned()),
            ("Role.TemplateId", template.to_string()),
            ("Role.WellKnownObjectName", well_known.to_owned()),
        ],
    )
}

/// What all rows of one request to Privileged Identity Management say.
struct PimRequest {
    targets: Vec<crate::happening::TargetObject>,
    template: Guid,
    details: Vec<(&'static str, String)>,
    reason: &'static str,
}

fn pim_request(
    writing: &mut Expansion<'_, '_>,
    role: &str,
    account: AccountNo,
    given: bool,
    activates: bool,
) -> PimRequest {
    let (template, _) = role_template(role);
    let request = writing.stream.guid();
    let tenant = &writing.world.tenant;
    let mut details = vec![
        ("RoleDefinitionOriginId", template.to_string()),
        ("RoleDefinitionOriginType", "BuiltInRole".to_owned()),
        ("TemplateId", template.to_string()),
    ];
    if given {
        details.push(("StartTime", writing.happening.at.to_string()));
    }
    if given && activates {
        let hours = writing.stream.between(1, 8);
        details.push((
            "ExpirationTime",
            writing.happening.at.plus_seconds(hours * 3_600).to_string(),
        ));
    }
    let reason = if given {
        writing
            .stream
            .pick(&[
                "Mailbox request",
                "Weekly maintenance",
                "Ticket from the desk",
                "New colleague",
                "Policy review",
            ])
            .copied()
            .unwrap_or_default()
    } else {
        ""
    };
    details.push(("Justification", reason.to_owned()));
    if let Some(doer) = writing.happening.account {
        details.push(("oid", writing.world.account(doer).id.to_string()));
    }
    details.push(("tid", tenant.id.to_string()));
    if let Some(access) = &writing.happening.access {
        details.push(("ipaddr", access.place.address.to_string()));
    }
    details.push(("RequestId", request.to_string()));
    PimRequest {
        targets: vec![
            target(TargetKind::Role, template, role),
            target(TargetKind::Other, request, ""),
            writing.user(account, true),
            target(TargetKind::Directory, tenant.id, &tenant.name),
        ],
        template,
        details,
        reason,
    }
}

fn pim(activity: &str, operation: &'static str, request: &PimRequest) -> Draft {
    let mut draft = Draft::new(activity, "PIM", "RoleManagement", operation)
        .because(request.reason)
        .property(
            "RoleDefinitionOriginId",
            "\"\"",
            json::quoted(&request.template.to_string()),
        )
        .property(
            "RoleDefinitionOriginType",
            "\"\"",
            json::quoted("BuiltInRole"),
        )
        .property(
            "TemplateId",
            "\"\"",
            json::quoted(&request.template.to_string()),
        )
        .shown(Shown::Null);
    draft.change.targets.clone_from(&request.targets);
    draft.change.details.clone_from(&request.details);
    draft
}

fn group_member(
    writing: &Expansion<'_, '_>,
    activity: &str,
    group: GroupNo,
    account: AccountNo,
    added: bool,
) -> Draft {
    let group = writing.world.group(group);
    let operation = if added { "Assign" } else { "Unassign" };
    let draft = Draft::core(activity, "GroupManagement", operation)
        .target(writing.user(account, false))
        .target(target(TargetKind::Group, group.id, ""))
        .about(account)
        .details(writing.user_agent());
    named(
        draft,
        added,
        &[
            ("Group.ObjectID", group.id.to_string()),
            ("Group.DisplayName", group.name.clone()),
            ("Group.WellKnownObjectName", String::new()),
        ],
    )
}

pub(super) fn membership(
    writing: &mut Expansion<'_, '_>,
    group: GroupNo,
    account: AccountNo,
    added: bool,
) {
    let activity = if added {
        "Add member to group"
    } else {
        "Remove member from group"
    };
    let draft = group_member(writing, activity, group, account, added);
    writing.add(draft, writing.doer());
}

pub(super) fn group_owner_added(
    writing: &mut Expansion<'_, '_>,
    group: GroupNo,
    account: AccountNo,
) {
    let draft = group_member(writing, "Add owner to group", group, account, true);
    writing.add(draft, writing.doer());
}

pub(super) fn group_made(writing: &mut Expansion<'_, '_>, number: GroupNo) {
    let group = writing.world.group(number);
    let unified = writing.world.teams.iter().any(|team| team.group == number);
    let nickname: String = group
        .name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let mut draft = Draft::core("Add group", "GroupManagement", "Add")
        .target(target(TargetKind::Group, group.id, &group.name))
        .details(writing.user_agent())
        .updated("DisplayName", "[]", one(&group.name));
    if unified {
        draft = draft.updated("GroupType", "[]", one("Unified"));
    }
    if group.role_assignable {
        draft = draft.updated("IsAssignableToRole", "[]", flag(true));
    }
    let draft = draft
        .updated("MailEnabled", "[]", flag(unified))
        .updated("MailNickname", "[]", one(&nickname))
        .updated("RenewedDateTime", "[]", one(&writing.time()))
        .updated("SecurityEnabled", "[]", flag(!unified))
        .listed();
    writing.add(draft, writing.doer());
    if let Some(owner) = writing.happening.account {
        group_owner_added(writing, number, owner);
    }
}

/// A policy that was made, changed or deleted.
pub(super) struct PolicyChange<'a> {
    pub(super) kind: PolicyKind,
    pub(super) operation: &'static str,
    pub(super) id: Guid,
    pub(super) name: &'a str,
    pub(super) old: &'a str,
    pub(super) new: &'a str,
}

pub(super) fn policy_changed(writing: &mut Expansion<'_, '_>, policy: &PolicyChange<'_>) {
    let verb = policy.operation;
    let (activity, service, category, property) = match policy.kind {
        PolicyKind::ConditionalAccess => (
            format!("{verb} conditional access policy"),
            "Conditional Access",
            "Policy",
            "ConditionalAccessPolicy",
        ),
        PolicyKind::NamedLocation => (
            format!("{verb} named location"),
            "Conditional Access",
            "Policy",
            "NamedLocation",
        ),
        PolicyKind::AuthenticationMethods => (
            "Authentication Methods Policy Update".to_owned(),
            "Authentication Methods",
            "ApplicationManagement",
            "AuthenticationMethodsPolicy",
        ),
        PolicyKind::Authorization => (
            "Update authorization policy".to_owned(),
            "Core Directory",
            "AuthorizationPolicy",
            "DefaultUserRolePermissions",
        ),
        PolicyKind::SecurityDefaults => (
            "Update security defaults".to_owned(),
            "Conditional Access",
            "Policy",
            "IsEnabled",
        ),
        PolicyKind::CrossTenantAccess => (
            format!("{verb} a partner cross-tenant access setting"),
            "Core Directory",
            "CrossTenantAccessSettings",
            "tenantId",
        ),
    };
    let object = target(TargetKind::Policy, policy.id, policy.name);
    let draft = Draft::new(&activity, service, category, verb)
        .target(object.clone())
        .details(writing.user_agent())
        .property(property, policy.old, policy.new);
    writing.add(draft, writing.doer());
    // Policies of Conditional Access are objects of the directory as well; the unified audit log knows them
    // by these records.
    if matches!(
        policy.kind,
        PolicyKind::ConditionalAccess | PolicyKind::NamedLocation
    ) {
        let listed = |value: &str| {
            if value.is_empty() {
                "[]".to_owned()
            } else {
                one(value)
            }
        };
        let draft = Draft::core(&format!("{verb} policy"), "Policy", verb)
            .target(object)
            .details(writing.user_agent())
            .updated("PolicyDetail", listed(policy.old), listed(policy.new))
            .listed();
        writing.add_together(draft, writing.doer());
    }
}

pub(super) fn federation(
    writing: &mut Expansion<'_, '_>,
    domain: &str,
    federated: bool,
    issuer: &str,
) {
    let kinds = (one("Managed"), one("Federated"));
    let (old, new) = if federated { kinds } else { (kinds.1, kinds.0) };
    let draft = Draft::core("Set domain authentication", "DirectoryManagement", "Update")
        .target(target(TargetKind::Other, domain, domain))
        .details(writing.user_agent())
        .updated("LiveType", old, new)
        .listed();
    writing.add(draft, writing.doer());
    if federated {
        let draft = Draft::core(
            "Set federation settings on domain",
            "DirectoryManagement",
            "Update",
        )
        .target(target(TargetKind::Other, domain, domain))
        .details(writing.user_agent())
        .updated("IssuerUri", "[]", one(issuer))
        .updated(
            "ActiveLogOnUri",
            "[]",
            one(&format!("{}/active", issuer.trim_end_matches('/'))),
        )
        .updated(
            "PassiveLogOnUri",
            "[]",
            one(&format!("{}/passive", issuer.trim_end_matches('/'))),
        )
        .updated("PreferredAuthenticationProtocol", "[]", "[1]")
        .listed();
        writing.add_together(draft, writing.doer());
    }
}
