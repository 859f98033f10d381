//! What applications tell: those that the attacker made, and those with which only he signed in.

use hourzero_model::{ActorKind, Log, Outcome, Record, Timestamp};

use super::grow::Attribution;
use super::label::account_of;

/// Who used an application with an account.
#[derive(Debug, Default)]
pub(crate) struct AppUse {
    /// The attacker's first sign-in.
    his: Option<Timestamp>,
    /// Whether anybody else signed in.
    others: bool,
    /// The first read through it.
    read: Option<Timestamp>,
}

impl Attribution {
    /// Notes who signed in with which application, and which applications the attacker made.
    pub(super) fn note_app(&mut self, record: &Record, hostile: bool) {
        if record.result == Outcome::Failure {
            return;
        }
        if hostile && record.operation == "Add application" {
            let ids = record
                .changed
                .iter()
                .filter(|change| change.name == "AppId");
            self.registered
                .extend(ids.filter_map(|change| change.new.as_deref().map(bare)));
        }
        let Some(app) = &record.app_id else { return };
        let used = || (account_of(record), app.clone());
        let time = record.event_time;
        if record.log == Log::SignIn {
            let used = self.app_use.entry(used()).or_default();
            if hostile {
                used.his = Some(used.his.map_or(time, |first| first.min(time)));
            } else {
                used.others = true;
            }
        } else if is_through_interface(record) {
            let used = self.app_use.entry(used()).or_default();
            used.read = Some(used.read.map_or(time, |first| first.min(time)));
        }
    }

    /// Ends the learning of applications: only now is known with which of them nobody else signed in. Where one read
    /// before he signed in with it, somebody else has it whose sign-ins are not in the evidence.
    pub(super) fn settle_apps(&mut self) {
        self.his_apps = std::mem::take(&mut self.app_use)
            .into_iter()
            .filter_map(|(key, used)| {
                let since = used.his.filter(|_| !used.others)?;
                used.read
                    .is_none_or(|read| read >= since)
                    .then_some((key, since))
            })
            .collect();
        self.made = std::mem::take(&mut self.registered);
    }

    /// Why an act of an application is the attacker's, if it is. Where the address is one of Microsoft's (`placed` is
    /// false), the application alone tells.
    pub(super) fn by_app(
        &self,
        record: &Record,
        (account, placed): (&str, bool),
    ) -> Option<&'static str> {
        let app = record.app_id.as_ref()?;
        let through = is_through_interface(record);
        let his = || {
            let since = self.his_apps.get(&(account.to_owned(), app.clone()));
            since.is_some_and(|since| record.event_time >= *since)
        };
        if self.made.contains(app) && (through || record.actor.kind == ActorKind::App) {
            Some("an application that the attacker made")
        } else if through && !placed && record.actor.kind != ActorKind::App && his() {
            Some("an application with which only the attacker signed in")
        } else {
            None
        }
    }
}

/// Whether a mailbox was used through an interface for programs.
fn is_through_interface(record: &Record) -> bool {
    let agent = record.user_agent.as_deref().unwrap_or_default();
    agent.starts_with("Client=REST") || agent.starts_with("Client=WebServices")
}

/// A value of a directory record without the quotation marks and brackets around it.
fn bare(value: &str) -> String {
    value.trim_matches(['"', '[', ']', ' ']).to_lowercase()
}
