//! Alerts of Microsoft's that mean nothing: every tenant has some.

use super::Scene;
use crate::happening::{Act, Actor, Alert, AlertEntity};

/// What kinds there are.
struct Kind {
    title: &'static str,
    source: &'static str,
    detection: &'static str,
    severity: &'static str,
    category: &'static str,
    operation: &'static str,
    needs_defender: bool,
    weight: u64,
}

const KINDS: &[Kind] = &[
    Kind {
        title: "Email reported by user as malware or phish",
        source: "microsoftDefenderForOffice365",
        detection: "microsoftDefenderForOffice365",
        severity: "low",
        category: "InitialAccess",
        operation: "UserSubmission",
        needs_defender: true,
        weight: 30,
    },
    Kind {
        title: "Email messages containing malicious URL removed after delivery",
        source: "microsoftDefenderForOffice365",
        detection: "microsoftDefenderForOffice365",
        severity: "informational",
        category: "InitialAccess",
        operation: "TIMailData",
        needs_defender: true,
        weight: 24,
    },
    Kind {
        title: "Unusual volume of external file sharing",
        source: "microsoftDefenderForOffice365",
        detection: "microsoftDefenderForOffice365",
        severity: "medium",
        category: "Exfiltration",
        operation: "SharingSet",
        needs_defender: true,
        weight: 4,
    },
    Kind {
        title: "Elevation of Exchange admin privilege",
        source: "microsoftDefenderForOffice365",
        detection: "microsoftDefenderForOffice365",
        severity: "low",
        category: "PrivilegeEscalation",
        operation: "Add-RoleGroupMember",
        needs_defender: false,
        weight: 6,
    },
    Kind {
        title: "Creation of forwarding/redirect rule",
        source: "microsoftDefenderForOffice365",
        detection: "microsoftDefenderForOffice365",
        severity: "informational",
        category: "SuspiciousActivity",
        operation: "MailRedirect",
        needs_defender: false,
        weight: 10,
    },
    Kind {
        title: "Messages have been delayed",
        source: "microsoftDefenderForOffice365",
        detection: "microsoftDefenderForOffice365",
        severity: "low",
        category: "MailFlow",
        operation: "MailFlowDelay",
        needs_defender: false,
        weight: 4,
    },
    Kind {
        title: "Activity from infrequent country",
        source: "microsoftDefenderForCloudApps",
        detection: "microsoftDefenderForCloudApps",
        severity: "medium",
        category: "DefenseEvasion",
        operation: "UserLoggedIn",
        needs_defender: true,
        weight: 12,
    },
    Kind {
        title: "Impossible travel activity",
        source: "microsoftDefenderForCloudApps",
        detection: "microsoftDefenderForCloudApps",
        severity: "medium",
        category: "InitialAccess",
        operation: "UserLoggedIn",
        needs_defender: true,
        weight: 10,
    },
];

impl Scene<'_> {
    /// An alert about somebody who did nothing wrong.
    pub(super) fn raises_alert(&mut self) {
        let kinds: Vec<(&Kind, u64)> = KINDS
            .iter()
            .filter(|kind| !kind.needs_defender || self.world.tenant.defender)
            .map(|kind| (kind, kind.weight))
            .collect();
        let Some(kind) = self.stream.weighted(&kinds).copied() else {
            return;
        };
        let Some(person) = self.some_person() else {
            return;
        };
        let mut entities = vec![AlertEntity::Account(person)];
        if kind.operation == "MailRedirect" {
            entities.push(AlertEntity::MailboxConfiguration(person, "userInboxRule"));
        }
        let began = self.at.plus_seconds(-self.stream.between(300, 7_200));
        let act = Act::Alert(Alert {
            title: kind.title.to_owned(),
            source: kind.source,
            detection: kind.detection,
            severity: kind.severity,
            category: kind.category,
            techniques: Vec::new(),
            activity: (began, began.plus_seconds(60)),
            entities,
            operation: kind.operation,
        });
        self.happens(Actor::Service, None, act);
    }
}
