//! A configuration object as it was read at a time.

use serde_json::{Map, Value};

use crate::{Form, Provenance, Timestamp};

/// One configuration object: an inbox rule, a grant, a device, a user's methods.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Where it stands in the evidence.
    pub provenance: Provenance,
    /// The form that it was read from.
    pub form: Form,
    /// `inbox-rule`, `transport-rule`, `oauth-grant`, `authentication-methods`, `risky-user`, `user`,
    /// `device`, `mailbox-permission`, `mailbox`, `forwarding` …
    pub kind: String,
    /// Its id as exported, else a name that is unique within its kind and owner.
    pub id: String,
    /// A name for people.
    pub name: Option<String>,
    /// The account that it belongs to, as UPN in lower case.
    pub owner: Option<String>,
    /// When it was read, where the export says so.
    pub as_of: Option<Timestamp>,
    /// All its properties as exported.
    pub properties: Map<String, Value>,
}
