//! Well-known names and ids of the directory: Microsoft's services, roles, permissions.

use crate::id::Guid;
use crate::random::Seed;
use crate::world::World;

/// Application ids of Microsoft's services that change directories. Those of Graph, Exchange, SharePoint,
/// Substrate Management, Teams Services, password reset, Signup and the Service Management API were compared
/// with a copy of Microsoft's list of first-party applications, that of the Device Registration Service with
/// `facts/`; the others are unverified.
const SERVICES: &[(&str, &str)] = &[
    ("AAD Terms Of Use", "d52792f4-ba38-424d-8140-ada5b883f293"),
    (
        "Azure AD Identity Governance - Directory Management",
        "ec245c98-4a90-40c2-955a-88b727d97151",
    ),
    (
        "Azure Credential Configuration Endpoint Service",
        "ea890292-c8c8-4433-b5ea-b09d0668e1a6",
    ),
    ("Azure ESTS Service", "00000001-0000-0000-c000-000000000000"),
    (
        "Azure MFA StrongAuthenticationService",
        "b5a60e17-278b-4c92-a4e2-b9262e66bb28",
    ),
    (
        "Device Registration Service",
        "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9",
    ),
    (
        "Microsoft.Azure.SyncFabric",
        "00000014-0000-0000-c000-000000000000",
    ),
    (
        "Microsoft B2B Admin Worker",
        "1e2ca66a-c176-45ea-a877-e87f7231e0ee",
    ),
    ("Microsoft Graph", "00000003-0000-0000-c000-000000000000"),
    ("Microsoft Intune", "0000000a-0000-0000-c000-000000000000"),
    (
        "Microsoft Invitation Acceptance Portal",
        "4660504c-45b3-4674-a709-71951a6b0763",
    ),
    (
        "Microsoft password reset service",
        "93625bc8-bfe2-437a-97e0-3d0060024faa",
    ),
    (
        "Microsoft Substrate Management",
        "98db8bd6-0cc0-4e67-9de5-f187f1cd1b41",
    ),
    (
        "Microsoft Teams Services",
        "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",
    ),
    ("MS-PIM", "01fc33a7-78ba-4d2f-a4b7-768e336e890e"),
    (
        "Office 365 Exchange Online",
        "00000002-0000-0ff1-ce00-000000000000",
    ),
    (
        "Office 365 SharePoint Online",
        "00000003-0000-0ff1-ce00-000000000000",
    ),
    ("Signup", "b4bddae8-ab25-483e-8670-df09b9f1d0ea"),
    (
        "Windows Azure Service Management API",
        "797f4846-ba00-4fd7-ba43-dac1f8f63013",
    ),
];

/// The application id of one of Microsoft's services; the same in every tenant.
pub(crate) fn service_app_id(name: &str) -> Guid {
    SERVICES
        .iter()
        .find(|(known, _)| *known == name)
        .and_then(|(_, id)| Guid::parse(id))
        .unwrap_or_else(|| everywhere("service", name))
}

/// The object id of a service's principal in this tenant.
pub(crate) fn principal_of(world: &World, service: &str) -> Guid {
    world.app_by_id(service_app_id(service)).map_or_else(
        || {
            world
                .seed
                .child("service principal")
                .child(service)
                .stream()
                .guid()
        },
        |app| world.app(app).principal,
    )
}

/// An id that Microsoft fixed for all tenants and that we have no list of.
fn everywhere(kind: &str, name: &str) -> Guid {
    Seed::new(0).child(kind).child(name).stream().guid()
}

/// Application permissions with their ids in Microsoft Graph and Exchange Online: most as in `facts/auth.md`;
/// `Directory.ReadWrite.All`, `Files.ReadWrite.All`, `Group.Read.All` and `full_access_as_app` are unverified.
const PERMISSIONS: &[(&str, &str)] = &[
    (
        "Application.ReadWrite.All",
        "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
    ),
    (
        "AppRoleAssignment.ReadWrite.All",
        "06b708a9-e830-4db3-a914-8e69da51d44f",
    ),
    ("Directory.Read.All", "7ab1d382-f21e-4acd-a863-ba3e13f7da61"),
    (
        "Directory.ReadWrite.All",
        "19dbc75e-c2e2-444c-a770-ec69d8559fc7",
    ),
    ("Files.Read.All", "01d4889c-1287-42c6-ac1f-5d1e02578ef6"),
    (
        "Files.ReadWrite.All",
        "75359482-378d-4052-8f01-80520e7db3cd",
    ),
    ("full_access_as_app", "dc890d15-9560-4a4c-9b7f-a736ec74ec40"),
    ("Group.Read.All", "5b567255-7703-4780-807c-7be8301ae99b"),
    ("Mail.Read", "810c84a8-4a9e-49e6-bf7d-12d183f40d01"),
    ("Mail.ReadWrite", "e2a3a72e-5f79-4c64-b1b1-878b674786c9"),
    ("Mail.Send", "b633e1c5-b582-4048-a93e-9f11b44c7e96"),
    (
        "RoleManagement.ReadWrite.Directory",
        "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
    ),
    ("Sites.Read.All", "332a536c-c7ef-4017-ab91-336970924f0d"),
    ("User.Read.All", "df021288-bdef-4463-88db-98f22de89214"),
];

/// The id of an application permission.
pub(crate) fn permission_id(name: &str) -> Guid {
    PERMISSIONS
        .iter()
        .find(|(known, _)| *known == name)
        .and_then(|(_, id)| Guid::parse(id))
        .unwrap_or_else(|| everywhere("permission", name))
}

/// The service whose data an application permission opens.
pub(super) fn resource_of(permission: &str) -> &'static str {
    match permission {
        "full_access_as_app" | "Exchange.ManageAsApp" | "IMAP.AccessAsApp" | "SMTP.SendAsApp" => {
            "Office 365 Exchange Online"
        }
        _ => "Microsoft Graph",
    }
}

/// `TargetId.ServicePrincipalNames` of a service.
pub(super) fn principal_names(service: &str) -> String {
    let id = service_app_id(service);
    match service {
        "Microsoft Graph" => format!(
            "{id}/ags.windows.net;{id};https://canary.graph.microsoft.com;https://graph.microsoft.com;\
             https://ags.windows.net;https://graph.microsoft.us;https://graph.microsoft.com/;\
             https://dod-graph.microsoft.us;https://canary.graph.microsoft.com/;https://graph.microsoft.us/;\
             https://dod-graph.microsoft.us/"
        ),
        "Office 365 Exchange Online" => format!(
            "{id}/outlook.office.com;{id}/outlook.office365.com;{id};https://outlook.office.com;\
             https://outlook.office365.com;https://outlook.office365.com/;https://ps.outlook.com"
        ),
        _ => id.to_string(),
    }
}

/// Built-in roles: today's name, template id, name of the object in the directory. Template ids are those of
/// Microsoft's reference of built-in roles, not all of them compared; of the third column only `TenantAdmins`
/// was seen in real records.
const ROLES: &[(&str, &str, &str)] = &[
    (
        "Application Administrator",
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
        "ApplicationAdministrators",
    ),
    (
        "Authentication Administrator",
        "c4e39bd9-1100-46d3-8c65-fb160da0071f",
        "AuthenticationAdmins",
    ),
    (
        "Billing Administrator",
        "b0f54661-2d74-4c50-afa3-1ec803f12efe",
        "BillingAdmins",
    ),
    (
        "Cloud Application Administrator",
        "158c047a-c907-4556-b7ef-446551a6b5f7",
        "CloudApplicationAdministrators",
    ),
    (
        "Compliance Administrator",
        "17315797-102d-40b4-93e0-432062caca18",
        "ComplianceAdmins",
    ),
    (
        "Conditional Access Administrator",
        "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
        "ConditionalAccessAdmins",
    ),
    (
        "Directory Synchronization Accounts",
        "d29b2b05-8046-44ba-8758-1e26182fcf32",
        "DirectorySynchronizationAccounts",
    ),
    (
        "Domain Name Administrator",
        "8329153b-31d0-4727-b945-745eb3bc5f31",
        "DomainNameAdministrators",
    ),
    (
        "Exchange Administrator",
        "29232cdf-9323-42fd-ade2-1d097af3e4de",
        "ExchangeServiceAdmins",
    ),
    (
        "Global Administrator",
        "62e90394-69f5-4237-9190-012177145e10",
        "TenantAdmins",
    ),
    (
        "Global Reader",
        "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
        "GlobalReaders",
    ),
    (
        "Guest Inviter",
        "95e79109-95c0-4d8e-aee3-d01accf2d47b",
        "GuestInviters",
    ),
    (
        "Helpdesk Administrator",
        "729827e3-9c14-49f7-bb1b-9608f156bbb8",
        "HelpdeskAdmins",
    ),
    (
        "Hybrid Identity Administrator",
        "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2",
        "HybridIdentityAdmins",
    ),
    (
        "Intune Administrator",
        "3a2c62db-5318-420d-8d74-23affee5d9d5",
        "IntuneServiceAdmins",
    ),
    (
        "Password Administrator",
        "966707d0-3269-4727-9be2-8c3a10f19b9d",
        "PasswordAdmins",
    ),
    (
        "Privileged Authentication Administrator",
        "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
        "PrivilegedAuthenticationAdmins",
    ),
    (
        "Privileged Role Administrator",
        "e8611ab8-c189-46e8-94e1-60213ab1f814",
        "PrivilegedRoleAdmins",
    ),
    (
        "Reports Reader",
        "4a5d8f65-41da-4de4-8968-e035b65339cf",
        "ReportsReaders",
    ),
    (
        "Security Administrator",
        "194ae4cb-b126-40b2-bd5b-6091b380977d",
        "SecurityAdmins",
    ),
    (
        "Security Reader",
        "5d6b6bb7-de71-4623-b4af-96380a352509",
        "SecurityReaders",
    ),
    (
        "SharePoint Administrator",
        "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
        "SharePointServiceAdmins",
    ),
    (
        "Teams Administrator",
        "69091246-20e8-4a56-aa4d-066075b2a7a8",
        "TeamsServiceAdmins",
    ),
    (
        "User Administrator",
        "fe930be7-5e62-47db-91af-98c3a49a38b1",
        "UserAccountAdmins",
    ),
];

/// Template id of a role and its name in the directory; roles that are not listed have an id all the same.
pub(super) fn role_template(role: &str) -> (Guid, &'static str) {
    ROLES
        .iter()
        .find(|(known, _, _)| *known == role)
        .and_then(|(_, id, name)| Some((Guid::parse(id)?, *name)))
        .unwrap_or_else(|| (everywhere("role", role), ""))
}

/// The object id of a role in this tenant.
pub(super) fn role_object(world: &World, role: &str) -> Guid {
    world.seed.child("role").child(role).stream().guid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_id_is_one() {
        for (name, id) in SERVICES.iter().chain(PERMISSIONS) {
            assert!(Guid::parse(id).is_some(), "{name}");
        }
        for (name, id, _) in ROLES {
            assert!(Guid::parse(id).is_some(), "{name}");
        }
        assert_eq!(service_app_id("Unheard of"), service_app_id("Unheard of"));
        assert_eq!(role_template("Global Administrator").1, "TenantAdmins");
    }
}
