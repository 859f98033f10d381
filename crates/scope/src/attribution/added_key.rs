//! Applications that the attacker registered and keys that he added: who signs in with such a key is he, wherever he is.

use std::net::IpAddr;

use hourzero_model::{ActorKind, Log, Outcome, Record};

use super::apps::bare;
use super::creation::placed;
use super::grow::Attribution;
use super::known_app::AppUsed;
use super::label::account_of;
use crate::foothold::added_keys;

/// What is said of a key that the attacker added to an application.
pub const ADDED_KEY: &str = "a key that the attacker added to the application";
/// The directory's word for a new application.
const REGISTRATION: &str = "Add application";
/// The fact of a sign-in that says with which key an application signed in (`servicePrincipalCredentialKeyId` of
/// Microsoft Graph's `signIn`).
pub const KEY_FACT: &str = "CredentialKeyId";

impl AppUsed {
    /// The use of a key: an application that signed in with it, where the key stands for the application. `service` is as for
    /// [`Attribution::label`]; an address of the service tells nothing of who has the key.
    pub fn of_key(record: &Record, service: impl Fn(IpAddr) -> bool) -> Option<Self> {
        Some(Self {
            app: signed_in_with(record)?,
            account: account_of(record),
            session: record.session_id.clone().unwrap_or_default(),
            ip: Some(record.ip.filter(|ip| !service(*ip))?),
        })
    }
}

/// The id of the key with which an application signed in, lower-case.
pub(crate) fn signed_in_with(record: &Record) -> Option<String> {
    let signed_in = record.log == Log::SignIn
        && record.actor.kind == ActorKind::App
        && record.result == Outcome::Success;
    let id = record.parameter(KEY_FACT).find(|id| !id.is_empty());
    id.filter(|_| signed_in).map(str::to_lowercase)
}

impl Attribution {
    /// Notes that an application was registered or got another key, by whomever: whose act it was can be told only when
    /// all is learnt. `service` is as for [`Attribution::label`].
    pub(super) fn note_app_change(&mut self, record: &Record, service: impl Fn(IpAddr) -> bool) {
        let is_made = record.operation == REGISTRATION || added_keys(record).is_some();
        if is_made && record.result != Outcome::Failure {
            self.app_changes.push(placed(record, service));
        }
    }

    /// Names the applications that he registered and the keys that he added.
    pub(super) fn settle_app_changes(&mut self) {
        for record in std::mem::take(&mut self.app_changes) {
            if self.label(&record, |_| false).is_none() {
                continue;
            }
            if record.operation == REGISTRATION {
                let ids = record.changed.iter().filter(|one| one.name == "AppId");
                self.made
                    .extend(ids.filter_map(|one| one.new.as_deref().map(bare)));
            }
            self.added_keys
                .extend(added_keys(&record).into_iter().flatten());
        }
    }
}
