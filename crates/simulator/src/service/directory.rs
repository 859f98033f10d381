//! The directory as services change it.

use super::Scene;
use crate::happening::{
    Act, Actor, DirectoryAct, DirectoryChange, Initiator, PropertyChange, TargetKind, TargetObject,
};
use crate::id::AccountNo;
use crate::world::{AccountKind, AppKind};

/// Service principals that come into being when Microsoft ships something.
const NEW_PRINCIPALS: [&str; 8] = [
    "Microsoft Defender For Cloud Discovery",
    "Microsoft 365 Support Service",
    "Office 365 Zoom",
    "Viva Goals Service",
    "M365 Label Analytics",
    "Microsoft Teams Approvals Backend",
    "Purview Ecosystem",
    "SharePoint Framework Azure AD Helper",
];

impl Scene<'_> {
    /// One change by a service.
    pub(super) fn changes_directory(&mut self) {
        match self.stream.below(100) {
            0..42 => self.user_by_service("Microsoft Substrate Management", "SIPProxyAddress"),
            42..52 => self.user_by_service(
                "Azure MFA StrongAuthenticationService",
                "StrongAuthenticationPhoneAppDetail",
            ),
            52..60 => self.user_by_service(
                "Microsoft Azure AD Group-Based Licensing",
                "AssignedLicense",
            ),
            60..76 => self.device_by_service(),
            76..82 => self.new_principal(),
            82..87 => self.principal_changes(),
            87..92 => self.group_by_service(),
            92..95 => self.revoked_by_service(),
            _ => self.synchronised(),
        }
    }

    fn directory(&mut self, act: DirectoryAct) {
        self.happens(Actor::Service, None, Act::Directory(act));
    }

    fn change(&mut self, change: DirectoryChange, by: &'static str) {
        self.directory(DirectoryAct::Other {
            change,
            by: Initiator::Service(by),
        });
    }

    fn user_by_service(&mut self, service: &'static str, property: &str) {
        let Some(account) = self.some_person() else {
            return;
        };
        let number = self.stream.below(9_999);
        let changes = vec![PropertyChange {
            name: property.to_owned(),
            old: "[]".to_owned(),
            new: format!("[\"{number}\"]"),
        }];
        self.directory(DirectoryAct::UserChanged {
            account,
            changes,
            by: Initiator::Service(service),
        });
    }

    fn device_by_service(&mut self) {
        let Some(device) = self.stream.pick(&self.world.devices) else {
            return;
        };
        // Only what its owner works with: a device that comes later is not there yet.
        let in_use = device.owner.is_some_and(|owner| {
            let devices = &self.world.account(owner).devices;
            devices
                .iter()
                .any(|number| self.world.device(*number).id == device.id)
        });
        if !in_use {
            return;
        }
        let by = if device.managed {
            "Microsoft Intune"
        } else {
            "Device Registration Service"
        };
        let change = DirectoryChange {
            activity: "Update device".to_owned(),
            service: "Core Directory",
            category: "Device",
            operation: "Update",
            targets: vec![TargetObject {
                kind: TargetKind::Device,
                id: device.object_id.to_string(),
                name: device.name.clone(),
                upn: None,
            }],
            changes: vec![PropertyChange {
                name: "CloudDeviceOSVersion".to_owned(),
                old: format!("[\"{}\"]", device.os_version),
                new: format!("[\"{}\"]", device.os_version),
            }],
            details: Vec::new(),
            failure: None,
            in_audit_log: true,
        };
        self.change(change, by);
    }

    fn new_principal(&mut self) {
        let name = self
            .stream
            .pick(&NEW_PRINCIPALS)
            .copied()
            .unwrap_or("Purview Ecosystem");
        let by = if self.stream.chance(600) {
            "Microsoft Azure AD Internal - Jit Provisioning"
        } else {
            "Windows Azure Service Management API"
        };
        let app = self.stream.guid().to_string();
        let property = |name: &str, new: String| PropertyChange {
            name: name.to_owned(),
            old: "[]".to_owned(),
            new,
        };
        let change = DirectoryChange {
            activity: "Add service principal".to_owned(),
            service: "Core Directory",
            category: "ApplicationManagement",
            operation: "Add",
            targets: vec![TargetObject {
                kind: TargetKind::ServicePrincipal,
                id: self.stream.guid().to_string(),
                name: name.to_owned(),
                upn: None,
            }],
            changes: vec![
                property("AccountEnabled", "[true]".to_owned()),
                property("AppPrincipalId", format!("[\"{app}\"]")),
                property("DisplayName", format!("[\"{name}\"]")),
                property("ServicePrincipalName", format!("[\"{app}\"]")),
            ],
            details: vec![("AppId", app)],
            failure: None,
            in_audit_log: true,
        };
        self.change(change, by);
    }

    fn principal_changes(&mut self) {
        let Some(app) = self.stream.pick(&self.world.apps) else {
            return;
        };
        if matches!(app.kind, AppKind::FirstPartyClient | AppKind::Newcomer) {
            return;
        }
        let change = DirectoryChange {
            activity: "Update service principal".to_owned(),
            service: "Core Directory",
            category: "ApplicationManagement",
            operation: "Update",
            targets: vec![TargetObject {
                kind: TargetKind::ServicePrincipal,
                id: app.principal.to_string(),
                name: app.name.clone(),
                upn: None,
            }],
            changes: vec![PropertyChange {
                name: "Included Updated Properties".to_owned(),
                old: String::new(),
                new: "\"\"".to_owned(),
            }],
            details: vec![("AppId", app.id.to_string())],
            failure: None,
            in_audit_log: true,
        };
        self.change(change, "Microsoft Azure AD Internal - Jit Provisioning");
    }

    fn group_by_service(&mut self) {
        let Some(group) = self.stream.pick(&self.world.groups) else {
            return;
        };
        let (activity, operation) = if self.stream.chance(700) {
            ("Update group", "Update")
        } else {
            ("Add member to group", "Assign")
        };
        let member = self.some_person();
        let mut targets = vec![TargetObject {
            kind: TargetKind::Group,
            id: group.id.to_string(),
            name: group.name.clone(),
            upn: None,
        }];
        if let (Some(member), "Assign") = (member, operation) {
            targets.insert(0, self.user_target(member));
        }
        let change = DirectoryChange {
            activity: activity.to_owned(),
            service: "Core Directory",
            category: "GroupManagement",
            operation,
            targets,
            changes: vec![PropertyChange {
                name: "Group.ObjectID".to_owned(),
                old: String::new(),
                new: format!("\"{}\"", group.id),
            }],
            details: Vec::new(),
            failure: None,
            in_audit_log: true,
        };
        self.change(change, "Microsoft Teams Services");
    }

    fn user_target(&self, number: AccountNo) -> TargetObject {
        let account = self.world.account(number);
        TargetObject {
            kind: TargetKind::User,
            id: account.id.to_string(),
            name: account.display_name.clone(),
            upn: Some(account.upn.clone()),
        }
    }

    /// The time from which refresh tokens count is touched by synchronisation and by services, and nobody's
    /// sessions end.
    fn revoked_by_service(&mut self) {
        let Some(account) = self.some_person() else {
            return;
        };
        let at = self.at.to_string();
        let change = DirectoryChange {
            activity: "Update user".to_owned(),
            service: "Core Directory",
            category: "UserManagement",
            operation: "Update",
            targets: vec![self.user_target(account)],
            changes: vec![PropertyChange {
                name: "LastDirSyncTime".to_owned(),
                old: "[]".to_owned(),
                new: format!("[\"{at}\"]"),
            }],
            details: Vec::new(),
            failure: None,
            in_audit_log: true,
        };
        self.change(change, "Azure ESTS Service");
    }

    /// A change that synchronisation brings, in its account's name.
    fn synchronised(&mut self) {
        let sync = self
            .world
            .accounts_of(AccountKind::Sync)
            .next()
            .map(|(number, _)| number);
        let (Some(sync), Some(account)) = (sync, self.some_person()) else {
            self.user_by_service("Microsoft Substrate Management", "ProxyAddresses");
            return;
        };
        let phone = self.stream.below(899_999);
        let changes = vec![PropertyChange {
            name: "TelephoneNumber".to_owned(),
            old: "[]".to_owned(),
            new: format!("[\"+XX XX {phone}\"]"),
        }];
        let act = DirectoryAct::UserChanged {
            account,
            changes,
            by: Initiator::User,
        };
        self.agenda.happens(crate::happening::Happening {
            at: self.at,
            actor: Actor::Service,
            account: Some(sync),
            app: None,
            access: None,
            act: Act::Directory(act),
        });
    }
}
