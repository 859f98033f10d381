//! What applications tell: those that the attacker made, and those with which only he signed in.

use hourzero_model::{ActorKind, Log, Outcome, Record};

use super::grow::Attribution;
use super::label::account_of;

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
        if let (Log::SignIn, Some(app)) = (record.log, &record.app_id) {
            let (his, others) = self
                .app_use
                .entry((account_of(record), app.clone()))
                .or_default();
            *(if hostile { his } else { others }) = true;
        }
    }

    /// Ends the learning of applications: only now is known with which of them nobody else signed in.
    pub(super) fn settle_apps(&mut self) {
        let only_his = std::mem::take(&mut self.app_use)
            .into_iter()
            .filter(|(_, (his, others))| *his && !others);
        self.his_apps = only_his.map(|(key, _)| key).collect();
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
        let his = |who: &str| self.his_apps.contains(&(who.to_owned(), app.clone()));
        if self.made.contains(app) && (through || record.actor.kind == ActorKind::App) {
            Some("an application that the attacker made")
        } else if through && !placed && (his(account) || his(app)) {
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
