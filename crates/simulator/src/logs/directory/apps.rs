//! Applications: consent, registration, keys, owners, permissions.

use super::names::{permission_id, principal_names, principal_of, resource_of, service_app_id};
use super::{Draft, Expansion, Shown, flag, one, target};
use crate::happening::{DirectoryAct, TargetKind, TargetObject};
use crate::id::{AccountNo, AppNo, Guid};
use crate::json;
use crate::world::{App, AppKind};

const CATEGORY: &str = "ApplicationManagement";

fn principal(app: &App) -> TargetObject {
    target(TargetKind::ServicePrincipal, app.principal, &app.name)
}

fn unnamed(object: TargetObject) -> TargetObject {
    TargetObject {
        name: String::new(),
        ..object
    }
}

/// Spells out an act about an application.
pub(super) fn expand(writing: &mut Expansion<'_, '_>, act: &DirectoryAct) {
    match act {
        DirectoryAct::Consented {
            app,
            scopes,
            roles,
            by_admin,
            refused,
        } => {
            let consent = Consent {
                scopes,
                roles,
                by_admin: *by_admin,
                refused: *refused,
            };
            consented(writing, *app, &consent);
        }
        DirectoryAct::AppRegistered(app) => registered(writing, *app),
        DirectoryAct::CredentialAdded {
            app,
            key,
            name,
            certificate,
        } => credential_added(writing, *app, *key, name, *certificate),
        DirectoryAct::AppOwnerAdded { app, owner } => owner_added(writing, *app, *owner),
        DirectoryAct::AppRoleGiven { app, role } => role_given(writing, *app, role),
        DirectoryAct::AppEnabled { app, enabled } => set_enabled(writing, *app, *enabled),
        DirectoryAct::AppDeleted(app) => deleted(writing, *app),
        DirectoryAct::GrantRemoved(app) => grant_removed(writing, *app),
        _ => {}
    }
}

/// What was consented to.
struct Consent<'a> {
    scopes: &'a [&'static str],
    roles: &'a [&'static str],
    by_admin: bool,
    refused: Option<&'static str>,
}

fn consented(writing: &mut Expansion<'_, '_>, number: AppNo, consent: &Consent<'_>) {
    let &Consent {
        scopes,
        roles,
        by_admin,
        refused,
    } = consent;
    let app = writing.world.app(number);
    let doer = writing.doer();
    if refused.is_none() {
        let jit = matches!(
            app.kind,
            AppKind::FirstPartyClient | AppKind::FirstPartyService
        );
        let added_by = if jit {
            super::By::Service("Microsoft Azure AD Internal - Jit Provisioning")
        } else {
            doer.clone()
        };
        let draft = service_principal_added(app)
            .detail("User-Agent", "EvoSTS")
            .detail("AppId", app.id.to_string());
        writing.add(draft, added_by);
        if !scopes.is_empty() {
            let draft = delegated_grant(writing, app, scopes, by_admin);
            writing.add_together(draft, doer.clone());
        }
        if let Some(account) = writing.happening.account {
            let draft = assigned_to_user(writing, app, account);
            writing.add_together(draft, doer.clone());
        }
        for role in roles {
            let draft = app_role(writing, app, role);
            writing.add_together(draft, doer.clone());
        }
    }
    let grants = permissions(writing, app, scopes, by_admin);
    let shown = if writing.stream.chance(400) {
        Shown::Service
    } else {
        Shown::Empty
    };
    let mut draft = Draft::core("Consent to application", CATEGORY, "Assign")
        .target(principal(app))
        .context("ConsentContext.IsAdminConsent", truth(by_admin))
        .context("ConsentContext.IsAppOnly", truth(scopes.is_empty()))
        .context("ConsentContext.OnBehalfOfAll", truth(by_admin))
        .context(
            "ConsentContext.Tags",
            "WindowsAzureActiveDirectoryIntegratedApp",
        )
        .detail("User-Agent", "EvoSTS")
        .detail("AppId", app.id.to_string())
        .shown(shown);
    if let Some(reason) = refused {
        draft = draft
            .context("ConsentAction.Permissions", "[] => []; ")
            .context("ConsentAction.Reason", reason);
        draft.change.failure = Some(reason.to_owned());
    } else {
        draft = draft.context("ConsentAction.Permissions", &grants);
    }
    draft = draft.context("TargetId.ServicePrincipalNames", &app.id.to_string());
    writing.add_together(draft, doer);
}

/// True and false as the properties of a consent write them.
fn truth(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// `ConsentAction.Permissions`.
fn permissions(
    writing: &mut Expansion<'_, '_>,
    app: &App,
    scopes: &[&'static str],
    by_admin: bool,
) -> String {
    let resource = principal_of(writing.world, "Microsoft Graph");
    let (kind, who) = match writing.happening.account {
        Some(account) if !by_admin => ("Principal", writing.world.account(account).id.to_string()),
        _ => ("AllPrincipals", String::new()),
    };
    let grant = crate::id::base64(&writing.stream.bytes(), crate::id::STANDARD);
    format!(
        "[] => [[Id: {grant}, ClientId: {}, PrincipalId: {who}, ResourceId: {resource}, ConsentType: {kind}, \
         Scope:  {}, CreatedDateTime: , LastModifiedDateTime ]]; ",
        app.principal,
        scopes.join(" "),
    )
}

fn service_principal_added(app: &App) -> Draft {
    Draft::core("Add service principal", CATEGORY, "Add")
        .target(principal(app))
        .updated("AccountEnabled", "[]", flag(true))
        .updated("AppPrincipalId", "[]", one(&app.id.to_string()))
        .updated("DisplayName", "[]", one(&app.name))
        .updated("ServicePrincipalName", "[]", one(&app.id.to_string()))
        .updated(
            "Credential",
            "[]",
            r#"[{"CredentialType":2,"KeyStoreId":"291154f0-a9f5-45bb-87be-9c8ee5b6d62c","KeyGroupId":"291154f0-a9f5-45bb-87be-9c8ee5b6d62c"}]"#,
        )
        .listed()
        .context("TargetId.ServicePrincipalNames", &app.id.to_string())
}

/// What a grant says about the application that it is given to.
fn grantee(draft: Draft, app: &App, names: &str) -> Draft {
    draft
        .context("ServicePrincipal.ObjectID", &app.principal.to_string())
        .property("ServicePrincipal.DisplayName", "", "")
        .property("ServicePrincipal.AppId", "", "")
        .property("ServicePrincipal.Name", "", "")
        .context("TargetId.ServicePrincipalNames", names)
        .target(unnamed(principal(app)))
}

fn resource(writing: &Expansion<'_, '_>, service: &str) -> TargetObject {
    target(
        TargetKind::ServicePrincipal,
        principal_of(writing.world, service),
        service,
    )
}

fn delegated_grant(
    writing: &Expansion<'_, '_>,
    app: &App,
    scopes: &[&'static str],
    for_all: bool,
) -> Draft {
    let graph = "Microsoft Graph";
    let kind = if for_all {
        "AllPrincipals"
    } else {
        "Principal"
    };
    let draft = Draft::core("Add delegated permission grant", CATEGORY, "Assign")
        .target(resource(writing, graph))
        .detail("User-Agent", "EvoSTS")
        .detail("AppId", service_app_id(graph).to_string())
        .context(
            "DelegatedPermissionGrant.Scope",
            &format!(" {}", scopes.join(" ")),
        )
        .context("DelegatedPermissionGrant.ConsentType", kind);
    grantee(draft, app, &principal_names(graph))
}

fn app_role(writing: &Expansion<'_, '_>, app: &App, role: &str) -> Draft {
    let service = resource_of(role);
    let draft = Draft::core(
        "Add app role assignment to service principal",
        CATEGORY,
        "Assign",
    )
    .target(resource(writing, service))
    .details(writing.user_agent())
    .detail("AppId", service_app_id(service).to_string())
    .context("AppRole.Id", &permission_id(role).to_string())
    .context("AppRole.Value", role)
    .context("AppRole.DisplayName", &role.replace('.', " "))
    .context("AppRoleAssignment.CreatedDateTime", &writing.time())
    .context("AppRoleAssignment.LastModifiedDateTime", &writing.time());
    grantee(draft, app, &principal_names(service))
}

fn assigned_to_user(writing: &Expansion<'_, '_>, app: &App, number: AccountNo) -> Draft {
    let account = writing.world.account(number);
    Draft::core(
        "Add app role assignment grant to user",
        "UserManagement",
        "Assign",
    )
    .target(principal(app))
    .target(writing.user(number, false))
    .detail("User-Agent", "EvoSTS")
    .detail("AppId", app.id.to_string())
    .context("AppRole.Id", &Guid::NIL.to_string())
    .property("AppRole.Value", "", "")
    .property("AppRole.DisplayName", "", "")
    .context("AppRoleAssignment.CreatedDateTime", &writing.time())
    .context("AppRoleAssignment.LastModifiedDateTime", &writing.time())
    .context("User.ObjectID", &account.id.to_string())
    .context("User.UPN", &account.upn)
    .context("User.PUID", &account.puid)
    .context("TargetId.ServicePrincipalNames", &app.id.to_string())
}

fn registered(writing: &mut Expansion<'_, '_>, number: AppNo) {
    let app = writing.world.app(number);
    let doer = writing.doer();
    let agent = writing.user_agent();
    let object = app.object_id.unwrap_or(app.principal);
    let mut draft = Draft::core("Add application", CATEGORY, "Add")
        .target(target(TargetKind::Application, object, &app.name))
        .details(agent.clone());
    if !app.reply_urls.is_empty() {
        let addresses: Vec<String> = app
            .reply_urls
            .iter()
            .map(|url| {
                format!(
                    r#"{{"AddressType":0,"Address":{},"ReplyAddressClientType":1}}"#,
                    json::quoted(url)
                )
            })
            .collect();
        draft = draft.updated("AppAddress", "[]", format!("[{}]", addresses.join(",")));
    }
    draft = draft
        .updated("AppId", "[]", one(&app.id.to_string()))
        .updated("AvailableToOtherTenants", "[]", flag(false))
        .updated("DisplayName", "[]", one(&app.name))
        .updated("RequiredResourceAccess", "[]", required_access(app))
        .listed();
    writing.add(draft, doer.clone());
    if let Some(owner) = writing.happening.account {
        let draft = application_owner(writing, app, object, owner);
        writing.add_together(draft, doer.clone());
    }
    writing.add(service_principal_added(app).details(agent), doer);
}

/// `RequiredResourceAccess`: what the registration asks for.
fn required_access(app: &App) -> String {
    let wanted = |name: &&'static str, kind: u8| {
        format!(
            r#"{{"EntitlementId":"{}","DirectAccessGrant":{},"ImpersonationAccessGrants":[{}]}}"#,
            permission_id(name),
            kind == 1,
            if kind == 1 { "" } else { "20" },
        )
    };
    let permissions: Vec<String> = app
        .scopes
        .iter()
        .map(|scope| wanted(scope, 0))
        .chain(app.roles.iter().map(|role| wanted(role, 1)))
        .collect();
    format!(
        r#"[{{"ResourceAppId":"00000003-0000-0000-c000-000000000000","RequiredAppPermissions":[{}],"EncodingVersion":1}}]"#,
        permissions.join(",")
    )
}

fn application_owner(
    writing: &Expansion<'_, '_>,
    app: &App,
    object: Guid,
    owner: AccountNo,
) -> Draft {
    Draft::core("Add owner to application", CATEGORY, "Assign")
        .target(writing.user(owner, false))
        .target(target(TargetKind::Application, object, ""))
        .about(owner)
        .details(writing.user_agent())
        .context("Application.ObjectID", &object.to_string())
        .context("Application.DisplayName", &app.name)
        .context("Application.AppId", &app.id.to_string())
}

fn owner_added(writing: &mut Expansion<'_, '_>, number: AppNo, owner: AccountNo) {
    let app = writing.world.app(number);
    let draft = match app.object_id {
        Some(object) => application_owner(writing, app, object, owner),
        None => Draft::core("Add owner to service principal", CATEGORY, "Assign")
            .target(writing.user(owner, false))
            .target(unnamed(principal(app)))
            .about(owner)
            .details(writing.user_agent())
            .context("ServicePrincipal.ObjectID", &app.principal.to_string())
            .context("ServicePrincipal.DisplayName", &app.name)
            .context("ServicePrincipal.AppId", &app.id.to_string())
            .context("ServicePrincipal.Name", &app.id.to_string()),
    };
    writing.add(draft, writing.doer());
}

fn credential_added(
    writing: &mut Expansion<'_, '_>,
    number: AppNo,
    key: Guid,
    name: &str,
    certificate: bool,
) {
    let app = writing.world.app(number);
    let kind = if certificate {
        "AsymmetricX509Cert"
    } else {
        "Password"
    };
    let described = one(&format!(
        "[KeyIdentifier={key},KeyType={kind},KeyUsage=Verify,DisplayName={name}]"
    ));
    let draft = match app.object_id {
        Some(object) => Draft::core(
            "Update application – Certificates and secrets management ",
            CATEGORY,
            "Update",
        )
        .target(target(TargetKind::Application, object, &app.name)),
        None => Draft::core("Add service principal credentials", CATEGORY, "Update")
            .target(principal(app)),
    };
    let draft = draft
        .details(writing.user_agent())
        .detail("AppId", app.id.to_string())
        .updated("KeyDescription", "[]", described)
        .listed();
    writing.add(draft, writing.doer());
    if let Some(object) = app.object_id {
        // The same request is recorded once more without saying what changed.
        let draft = Draft::core("Update application", CATEGORY, "Update")
            .target(target(TargetKind::Application, object, &app.name))
            .details(writing.user_agent())
            .detail("AppId", app.id.to_string())
            .listed();
        writing.add_together(draft, writing.doer());
    }
}

fn role_given(writing: &mut Expansion<'_, '_>, number: AppNo, role: &'static str) {
    let draft = app_role(writing, writing.world.app(number), role);
    writing.add(draft, writing.doer());
}

fn set_enabled(writing: &mut Expansion<'_, '_>, number: AppNo, enabled: bool) {
    let app = writing.world.app(number);
    let draft = Draft::core("Update service principal", CATEGORY, "Update")
        .target(principal(app))
        .details(writing.user_agent())
        .detail("AppId", app.id.to_string())
        .updated("AccountEnabled", flag(!enabled), flag(enabled))
        .listed()
        .context("TargetId.ServicePrincipalNames", &app.id.to_string());
    writing.add(draft, writing.doer());
}

fn deleted(writing: &mut Expansion<'_, '_>, number: AppNo) {
    let app = writing.world.app(number);
    if let Some(object) = app.object_id {
        let draft = Draft::core("Delete application", CATEGORY, "Delete")
            .target(target(TargetKind::Application, object, &app.name))
            .details(writing.user_agent());
        writing.add(draft, writing.doer());
    }
    if !app.scopes.is_empty() {
        grant_removed(writing, number);
    }
    let draft = Draft::core("Remove service principal", CATEGORY, "Delete")
        .target(principal(app))
        .details(writing.user_agent())
        .detail("AppId", app.id.to_string())
        .context("TargetId.ServicePrincipalNames", &app.id.to_string());
    writing.add(draft, writing.doer());
}

fn grant_removed(writing: &mut Expansion<'_, '_>, number: AppNo) {
    let app = writing.world.app(number);
    let graph = "Microsoft Graph";
    let scopes = json::quoted(&format!(" {}", app.scopes.join(" ")));
    let draft = Draft::core("Remove delegated permission grant", CATEGORY, "Unassign")
        .target(resource(writing, graph))
        .target(unnamed(principal(app)))
        .details(writing.user_agent())
        .detail("AppId", service_app_id(graph).to_string())
        .property("DelegatedPermissionGrant.Scope", scopes, "")
        .property(
            "DelegatedPermissionGrant.ConsentType",
            json::quoted("Principal"),
            "",
        )
        .property(
            "ServicePrincipal.ObjectID",
            json::quoted(&app.principal.to_string()),
            "",
        )
        .property("ServicePrincipal.DisplayName", json::quoted(&app.name), "")
        .property(
            "ServicePrincipal.AppId",
            json::quoted(&app.id.to_string()),
            "",
        )
        .property(
            "ServicePrincipal.Name",
            json::quoted(&app.id.to_string()),
            "",
        )
        .context("TargetId.ServicePrincipalNames", &principal_names(graph));
    writing.add(draft, writing.doer());
}
