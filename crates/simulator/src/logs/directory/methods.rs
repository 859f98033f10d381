//! Authentication methods: registered and deleted, by users and administrators.

use super::accounts::{CATEGORY, core, updated};
use super::{By, Draft, Expansion, Shown};
use crate::happening::Method;
use crate::id::AccountNo;
use crate::json;

/// How an authentication method changed.
pub(super) struct MethodChange<'a> {
    pub(super) method: Method,
    pub(super) registered: bool,
    pub(super) by_admin: bool,
    pub(super) detail: &'a str,
}

/// The method as `resultReason` names it.
fn spoken(method: Method) -> &'static str {
    match method {
        Method::AuthenticatorApp => "Authenticator App with Notification and Code",
        Method::Phone => "Mobile Phone SMS",
        Method::Email => "Email",
        Method::Fido2 => "Fido",
        Method::WindowsHello => "Windows Hello for Business",
        Method::TemporaryAccessPass => "temporary access pass method",
        Method::SoftwareOath => "Authenticator App with Code",
        Method::AppPassword => "app password",
    }
}

pub(super) fn method_changed(
    writing: &mut Expansion<'_, '_>,
    number: AccountNo,
    change: &MethodChange<'_>,
) {
    match change.method {
        Method::AppPassword => app_password(writing, number, change.registered),
        Method::Fido2 | Method::WindowsHello => {
            device_bound(writing, number, change);
            security_info(writing, number, change);
        }
        Method::TemporaryAccessPass | Method::Email => security_info(writing, number, change),
        Method::AuthenticatorApp | Method::Phone | Method::SoftwareOath => {
            if change.registered && !change.by_admin {
                let draft = methods(writing, number, "User started security info registration")
                    .because(format!(
                        "User started the registration for {}",
                        spoken(change.method)
                    ));
                writing.add(draft, By::User(number));
            }
            strong_authentication(writing, number, change);
            security_info(writing, number, change);
        }
    }
    if change.registered && !change.by_admin && writing.stream.chance(300) {
        let draft = methods(
            writing,
            number,
            "User registered all required security info",
        )
        .because("User registered all required security info.");
        writing.add(draft, By::User(number));
    }
}

/// A row of the service of authentication methods.
fn methods(writing: &Expansion<'_, '_>, number: AccountNo, activity: &str) -> Draft {
    let operation = if activity.contains("deleted") {
        "Delete"
    } else if activity.contains("updated") || activity.contains("changed") {
        "Update"
    } else {
        "Add"
    };
    Draft::new(activity, "Authentication Methods", CATEGORY, operation)
        .target(writing.user(number, true))
        .about(number)
}

fn security_info(writing: &mut Expansion<'_, '_>, number: AccountNo, change: &MethodChange<'_>) {
    let who = if change.by_admin { "Admin" } else { "User" };
    let what = if change.registered {
        "registered"
    } else {
        "deleted"
    };
    let tail = if change.by_admin { " for user" } else { "" };
    let by = if change.by_admin {
        writing.doer()
    } else {
        By::User(number)
    };
    let draft = methods(writing, number, &format!("{who} {what} security info"))
        .because(format!("{who} {what} {}{tail}", spoken(change.method)));
    writing.add(draft, by);
}

/// What Core Directory says of methods that are properties of the account.
fn strong_authentication(
    writing: &mut Expansion<'_, '_>,
    number: AccountNo,
    change: &MethodChange<'_>,
) {
    let (kinds, name, value) = match change.method {
        Method::Phone => (
            "[{\"MethodType\":0,\"Default\":true},{\"MethodType\":5,\"Default\":false}]",
            "StrongAuthenticationUserDetails",
            format!(
                r#"[{{"PhoneNumber":{},"AlternativePhoneNumber":null,"Email":null,"VoiceOnlyPhoneNumber":null}}]"#,
                json::quoted(change.detail)
            ),
        ),
        Method::SoftwareOath => (
            "[{\"MethodType\":7,\"Default\":true}]",
            "StrongAuthenticationPhoneAppDetail",
            phone_app(
                writing,
                "NO_DEVICE_TOKEN",
                "NO_DEVICE",
                "SoftwareTokenActivated",
            ),
        ),
        _ => {
            let token = crate::id::base64(&writing.stream.bytes(), crate::id::STANDARD);
            (
                "[{\"MethodType\":6,\"Default\":true},{\"MethodType\":7,\"Default\":false}]",
                "StrongAuthenticationPhoneAppDetail",
                phone_app(writing, &format!("apns2-{token}"), change.detail, "Iphone"),
            )
        }
    };
    let (old_kinds, new_kinds) = if change.registered {
        ("[]", kinds)
    } else {
        (kinds, "[]")
    };
    let (old, new) = if change.registered {
        ("[]".to_owned(), value)
    } else {
        (value, "[]".to_owned())
    };
    let by = if change.by_admin {
        writing.doer()
    } else if writing.stream.chance(350) {
        By::Service("Azure MFA StrongAuthenticationService")
    } else {
        By::User(number)
    };
    let draft = core(writing, number, "Update user", "Update")
        .updated("StrongAuthenticationMethod", old_kinds, new_kinds)
        .updated(name, old, new)
        .shown(Shown::Empty);
    let draft = updated(writing, number, draft);
    writing.add(draft, by);
}

/// The entry of a telephone's app.
fn phone_app(writing: &mut Expansion<'_, '_>, token: &str, device: &str, tag: &str) -> String {
    let id = writing.stream.guid();
    let app = json::object(|app| {
        app.text("DeviceName", device)
            .text("DeviceToken", token)
            .text("DeviceTag", tag)
            .text("PhoneAppVersion", "6.8.15")
            .number("OathTokenTimeDrift", 0)
            .null("DeviceId")
            .shown("Id", id)
            .number("TimeInterval", 0)
            .number("AuthenticationType", 3)
            .number("NotificationType", 2)
            .shown("LastAuthenticatedTimestamp", "0001-01-01T00:00:00Z")
            .null("AuthenticatorFlavor")
            .null("HashFunction")
            .null("TenantDeviceId")
            .number("SecuredPartitionId", 0)
            .number("SecuredKeyId", 0);
    });
    format!("[{app}]")
}

/// Keys that a device holds, which the Device Registration Service records.
fn device_bound(writing: &mut Expansion<'_, '_>, number: AccountNo, change: &MethodChange<'_>) {
    let name = if change.method == Method::Fido2 {
        "FIDO2 security key"
    } else {
        "Windows Hello for Business credential"
    };
    let (verb, operation) = if change.registered {
        ("Add", "Add")
    } else {
        ("Delete", "Delete")
    };
    let by = if change.by_admin {
        writing.doer()
    } else {
        By::User(number)
    };
    let mut draft = Draft::new(
        &format!("{verb} {name}"),
        "Device Registration Service",
        CATEGORY,
        operation,
    )
    .target(writing.user(number, true))
    .about(number)
    .details(writing.user_agent());
    if !change.detail.is_empty() {
        draft = draft.detail("DisplayName", change.detail);
    }
    let device = writing
        .happening
        .access
        .as_ref()
        .and_then(|access| access.device);
    if let Some(device) = device {
        draft = draft.detail("Device Id", writing.world.device(device).id.to_string());
    }
    writing.add(draft, by);
    let key = writing.stream.guid();
    let value = format!(
        r#"[{{"keyIdentifier":"{key}","usage":"{}","creationTime":"{}"}}]"#,
        if change.method == Method::Fido2 {
            "FIDO"
        } else {
            "NGC"
        },
        writing.time()
    );
    let (old, new) = if change.registered {
        ("[]".to_owned(), value)
    } else {
        (value, "[]".to_owned())
    };
    let draft =
        core(writing, number, "Update user", "Update").updated("SearchableDeviceKey", old, new);
    let draft = updated(writing, number, draft);
    writing.add_together(draft, By::Service("Device Registration Service"));
}

fn app_password(writing: &mut Expansion<'_, '_>, number: AccountNo, made: bool) {
    let activity = if made {
        "Create application password for user"
    } else {
        "Delete application password for user"
    };
    let operation = if made { "Add" } else { "Delete" };
    let draft = core(writing, number, activity, operation).shown(Shown::Empty);
    writing.add(draft, writing.doer());
}
