//! What Microsoft's own detections make of an attacker's act: with the licence that has them, sometimes,
//! and later.

use std::sync::Arc;

use super::agent::Agent;
use super::scene::{Scene, Who};
use crate::happening::{Act, Actor, Alert, AlertEntity, Message, RiskDetection};
use crate::id::{AccountNo, AppNo, Guid};
use crate::world::EntraPlan;

/// Something that a detection may see.
pub(super) enum Detection<'m> {
    /// A sign-in with a risk type, and the ids of its row.
    SignIn(&'static str, AccountNo, Option<(Guid, Guid)>),
    /// An alert about a mail.
    Mail(&'static str, AccountNo, &'m Arc<Message>),
    /// An alert about a mailbox's rule or forwarding.
    Mailbox(&'static str, AccountNo, &'static str),
    /// An alert about an application.
    App(&'static str, AccountNo, AppNo),
    /// An alert of Defender for Cloud Apps.
    Cloud(&'static str, AccountNo),
}

impl Agent<'_> {
    /// Microsoft may detect it.
    pub(super) fn detected(&mut self, scene: &mut Scene<'_>, what: &Detection<'_>) {
        match *what {
            Detection::SignIn(kind, account, request) => self.risk(scene, kind, account, request),
            Detection::Mail(title, account, message) => {
                let entities = vec![
                    AlertEntity::Account(account),
                    AlertEntity::Message(Arc::clone(message)),
                ];
                self.alert(
                    scene,
                    450,
                    (title, "microsoftDefenderForOffice365"),
                    (account, entities),
                );
            }
            Detection::Mailbox(title, account, setting) => {
                let entities = vec![
                    AlertEntity::Account(account),
                    AlertEntity::MailboxConfiguration(account, setting),
                ];
                // The alert policy on forwarding and rules exists in every tenant.
                self.alert(
                    scene,
                    600,
                    (title, "microsoftDefenderForOffice365"),
                    (account, entities),
                );
            }
            Detection::App(title, account, app) => {
                let entities = vec![AlertEntity::Account(account), AlertEntity::App(app)];
                self.alert(
                    scene,
                    300,
                    (title, "microsoftDefenderForCloudApps"),
                    (account, entities),
                );
            }
            Detection::Cloud(title, account) => {
                let entities = vec![AlertEntity::Account(account)];
                self.alert(
                    scene,
                    400,
                    (title, "microsoftDefenderForCloudApps"),
                    (account, entities),
                );
            }
        }
    }

    fn risk(
        &mut self,
        scene: &mut Scene<'_>,
        kind: &'static str,
        account: AccountNo,
        request: Option<(Guid, Guid)>,
    ) {
        let chance = match kind {
            "unfamiliarFeatures" => 500,
            "passwordSpray" => 350,
            _ => 400,
        };
        if scene.world.tenant.entra != EntraPlan::P2 || !self.stream.chance(chance) {
            return;
        }
        let real_time = kind == "unfamiliarFeatures";
        let (timing, level) = if real_time {
            ("realtime", "medium")
        } else {
            ("offline", "high")
        };
        let after = if real_time {
            self.stream.between(30, 500)
        } else {
            self.stream.between(4_000, 90_000)
        };
        let act = RiskDetection {
            kind,
            level,
            state: "atRisk",
            timing,
            request,
            activity: scene.now,
        };
        let who = Who::user(Actor::Service, account);
        scene.tell(after, who, None, Act::Risk(act));
        if scene.world.tenant.defender && self.stream.chance(700) {
            let title = match kind {
                "anomalousToken" => "Anomalous Token",
                "attackerinTheMiddle" => "Attacker in the Middle",
                "passwordSpray" => "Password Spray",
                _ => "Unfamiliar sign-in properties",
            };
            let entities = vec![AlertEntity::Account(account)];
            self.alert(
                scene,
                1_000,
                (title, "azureAdIdentityProtection"),
                (account, entities),
            );
        }
    }

    fn alert(
        &mut self,
        scene: &mut Scene<'_>,
        chance: u64,
        named: (&'static str, &'static str),
        about: (AccountNo, Vec<AlertEntity>),
    ) {
        let (title, source) = named;
        let (account, entities) = about;
        let needs_defender = source != "microsoftDefenderForOffice365";
        if (needs_defender && !scene.world.tenant.defender) || !self.stream.chance(chance) {
            return;
        }
        let act = Alert {
            title: title.to_owned(),
            source,
            detection: source,
            severity: if self.stream.chance(400) {
                "high"
            } else {
                "medium"
            },
            category: if title.contains("Token") || title.contains("sign-in") {
                "InitialAccess"
            } else {
                "SuspiciousActivity"
            },
            techniques: Vec::new(),
            activity: (scene.now, scene.now),
            entities,
            operation: if needs_defender { "" } else { "AlertTriggered" },
        };
        let after = self.stream.between(300, 5_400);
        scene.tell(
            after,
            Who::user(Actor::Service, account),
            None,
            Act::Alert(act),
        );
    }
}
