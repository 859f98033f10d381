//! Devices: registered, disabled, deleted.

use super::{By, Draft, Expansion, flag, one, target};
use crate::happening::TargetKind;
use crate::id::{AccountNo, DeviceNo};
use crate::world::TrustType;

/// `DeviceTrustType` of the directory.
fn trust(kind: TrustType) -> &'static str {
    match kind {
        TrustType::Registered => "Workplace",
        TrustType::Joined => "AzureAd",
        TrustType::Hybrid => "ServerAd",
    }
}

/// `DeviceOSType` of the directory: the system without its version.
fn device_os(os: &str) -> &str {
    match os {
        _ if os.starts_with("Windows") => "Windows",
        _ if os.starts_with("Ios") || os.starts_with("iOS") => "IPhone",
        _ => os,
    }
}

pub(super) fn registered(writing: &mut Expansion<'_, '_>, device: DeviceNo, account: AccountNo) {
    let device = writing.world.device(device);
    let service = By::Service("Device Registration Service");
    let hardware = u128::from_be_bytes(device.object_id.bytes()) % 10_000_000_000_000_000;
    let physical = format!(
        r#"["[USER-HWID]:{id}:{hardware}","[GID]:g:{hardware}","[USER-GID]:{id}:{hardware}","[HWID]:h:{hardware}"]"#,
        id = device.id
    );
    let kind = trust(device.trust);
    let draft = Draft::core("Add device", "Device", "Add")
        .target(target(TargetKind::Device, device.object_id, &device.name))
        .detail("DeviceId", device.id.to_string())
        .detail("DeviceOSType", device_os(&device.os))
        .detail("DeviceTrustType", kind)
        .updated("AccountEnabled", "[]", flag(true))
        .updated("CloudAccountEnabled", "[]", flag(true))
        .updated("CloudCreated", "[]", flag(true))
        .updated("CloudDeviceOSType", "[]", one(device_os(&device.os)))
        .updated("CloudDeviceOSVersion", "[]", one(&device.os_version))
        .updated("CloudDisplayName", "[]", one(&device.name))
        .updated("DeviceId", "[]", one(&device.id.to_string()))
        .updated("DeviceObjectVersion", "[]", "[2]")
        .updated("DeviceOSType", "[]", one(device_os(&device.os)))
        .updated("DeviceOSVersion", "[]", one(&device.os_version))
        .updated("DevicePhysicalIds", "[]", physical)
        .updated("DeviceTrustType", "[]", one(kind))
        .updated("DisplayName", "[]", one(&device.name))
        .listed()
        .context("TargetId.DeviceId", &device.id.to_string())
        .context("TargetId.DeviceOSType", device_os(&device.os))
        .context("TargetId.DeviceTrustType", kind);
    writing.add(draft, service.clone());
    for activity in [
        "Add registered owner to device",
        "Add registered users to device",
    ] {
        let draft = Draft::core(activity, "Device", "Assign")
            .target(writing.user(account, false))
            .target(target(TargetKind::Device, device.object_id, ""))
            .about(account)
            .context("Device.ObjectID", &device.object_id.to_string())
            .context("Device.DisplayName", &device.name);
        writing.add_together(draft, service.clone());
    }
    let draft = Draft::new(
        "Register device",
        "Device Registration Service",
        "Device",
        "Add",
    )
    .target(target(TargetKind::Device, device.id, &device.name))
    .details(writing.user_agent())
    .detail("Device Id", device.id.to_string())
    .detail("Device OS", device_os(&device.os))
    .detail("Device Trust Type", trust_in_words(device.trust));
    writing.add(draft, By::User(account));
}

/// The kind of a join as the Device Registration Service says it.
fn trust_in_words(kind: TrustType) -> &'static str {
    match kind {
        TrustType::Registered => "Azure AD registered",
        TrustType::Joined => "Azure AD joined",
        TrustType::Hybrid => "Hybrid Azure AD joined",
    }
}

pub(super) fn set_enabled(
    writing: &mut Expansion<'_, '_>,
    device: DeviceNo,
    enabled: Option<bool>,
) {
    let device = writing.world.device(device);
    let (activity, operation) = match enabled {
        Some(_) => ("Update device", "Update"),
        None => ("Delete device", "Delete"),
    };
    let mut draft = Draft::core(activity, "Device", operation)
        .target(target(TargetKind::Device, device.object_id, &device.name))
        .detail("DeviceId", device.id.to_string())
        .detail("DeviceOSType", device_os(&device.os))
        .detail("DeviceTrustType", trust(device.trust))
        .details(writing.user_agent());
    if let Some(enabled) = enabled {
        draft = draft
            .updated("AccountEnabled", flag(!enabled), flag(enabled))
            .listed();
    }
    let draft = draft
        .context("TargetId.DeviceId", &device.id.to_string())
        .context("TargetId.DeviceOSType", device_os(&device.os))
        .context("TargetId.DeviceTrustType", trust(device.trust));
    writing.add(draft, writing.doer());
}
