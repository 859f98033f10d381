//! The three lists of a directory audit: what it was done to, what changed, further details; as nested
//! objects or as the portal's numbered columns.

use hourzero_model::{Change, Fact, Target};
use sonic_rs::Value;

use super::columns::AuditColumn as C;
use crate::dialect::field;
use crate::dialect::slot::{self, Slots, member, member_value, text_of};

/// The portal numbers its columns; it writes three targets with five properties each and six details.
/// A few more are looked for, in case it learns to write them.
const NUMBERED: std::ops::RangeInclusive<u32> = 1..=12;

/// One thing that the act was done to.
#[derive(Debug, Default)]
pub(super) struct Resource {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) upn: Option<String>,
    /// As logged: `User`, `ServicePrincipal` ….
    pub(super) kind: Option<String>,
    pub(super) changes: Vec<Change>,
}

impl Resource {
    fn nested(value: &Value) -> Self {
        let properties = slot::elements(member_value(value, "modifiedProperties"));
        let get = |key| member(value, key);
        Self {
            id: get("id").and_then(|id| target_id(&id)),
            name: get("displayName"),
            upn: get("userPrincipalName").and_then(|name| field::account(&name)),
            kind: get("type").filter(|kind| kind != "N/A"),
            changes: properties
                .iter()
                .filter_map(|property| {
                    change(
                        member(property, "displayName"),
                        member_value(property, "oldValue").and_then(field::flat),
                        member_value(property, "newValue").and_then(field::flat),
                    )
                })
                .collect(),
        }
    }

    fn numbered(row: &Value, number: u32) -> Self {
        let get =
            |what: &str| member_value(row, &format!("Target{number}{what}")).and_then(text_of);
        let changes = NUMBERED.filter_map(|at| {
            let part = |what: &str| get(&format!("ModifiedProperty{at}{what}"));
            change(part("Name"), part("OldValue"), part("NewValue"))
        });
        Self {
            id: get("ObjectId").and_then(|id| target_id(&id)),
            name: get("DisplayName"),
            upn: get("UserPrincipalName").and_then(|name| field::account(&name)),
            kind: get("Type").filter(|kind| kind != "N/A"),
            changes: changes.collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.id.is_none() && self.name.is_none() && self.upn.is_none() && self.changes.is_empty()
    }

    /// Whether it says what it is beyond a display name.
    fn is_identified(&self) -> bool {
        self.id.is_some() || self.upn.is_some()
    }

    /// What links this act to the same act in the unified audit log: the object's GUID, else its name.
    pub(super) fn key(&self) -> Option<String> {
        let guid = self.id.as_deref().filter(|id| field::is_guid(id));
        guid.or(self.upn.as_deref())
            .or(self.name.as_deref())
            .map(str::to_lowercase)
    }

    /// How a reader knows it: UPN, display name, id.
    pub(super) fn label(&self) -> Option<String> {
        let label = self.upn.as_ref().or(self.name.as_ref());
        label.or(self.id.as_ref()).cloned()
    }

    /// As the record's target.
    pub(super) fn target(&self) -> Target {
        Target {
            kind: self.kind.as_deref().map(hyphenated),
            id: self.id.clone(),
            name: self.upn.clone().or_else(|| self.name.clone()),
        }
    }
}

/// An id of a target: a GUID in lower case, anything else as logged, zeros as nothing.
fn target_id(text: &str) -> Option<String> {
    if field::is_guid(text) {
        return slot::real_id(text);
    }
    Some(text.to_owned())
}

fn change(name: Option<String>, old: Option<String>, new: Option<String>) -> Option<Change> {
    let unwrapped = |text: Option<String>| {
        text.map(|text| field::unwrapped(&text))
            .filter(|text| !text.is_empty())
    };
    let (old, new) = (unwrapped(old), unwrapped(new));
    if name.is_none() && old.is_none() && new.is_none() {
        return None;
    }
    Some(Change {
        name: name.unwrap_or_default(),
        old,
        new,
    })
}

/// `ServicePrincipal` as `service-principal`; an `Application` is an `app`.
fn hyphenated(kind: &str) -> String {
    let mut text = String::with_capacity(kind.len() + 4);
    let mut after_lower = false;
    for c in kind.trim().chars() {
        if c.is_whitespace() || c == '_' {
            text.push('-');
        } else {
            if c.is_uppercase() && after_lower {
                text.push('-');
            }
            text.extend(c.to_lowercase());
        }
        after_lower = c.is_lowercase();
    }
    if text == "application" {
        text.truncate(3);
    }
    text
}

/// Everything that the act was done to, in the order as logged.
pub(super) fn resources(slots: &Slots<'_, C>, row: &Value) -> Vec<Resource> {
    let nested = slots.list(C::Targets);
    let found: Vec<Resource> = if nested.is_empty() {
        let has_columns = member_value(row, "Target1Type").is_some();
        let numbers = NUMBERED.filter(|_| has_columns);
        numbers.map(|at| Resource::numbered(row, at)).collect()
    } else {
        nested.iter().map(Resource::nested).collect()
    };
    found.into_iter().filter(|one| !one.is_empty()).collect()
}

/// The further details, name and value, in the order as logged.
pub(super) fn details(slots: &Slots<'_, C>, row: &Value) -> Vec<Fact> {
    let nested = slots.list(C::Details);
    if !nested.is_empty() {
        return nested
            .iter()
            .filter_map(|detail| {
                let value = member_value(detail, "value").and_then(field::flat_str)?;
                Some((member(detail, "key")?.into(), value.into()))
            })
            .collect();
    }
    if member_value(row, "AdditionalDetail1Key").is_none() {
        return Vec::new();
    }
    let get = |at: u32, what: &str| {
        member_value(row, &format!("AdditionalDetail{at}{what}")).and_then(text_of)
    };
    NUMBERED
        .filter_map(|at| Some((get(at, "Key")?.into(), get(at, "Value")?.into())))
        .collect()
}

/// The place in the list of the thing that the act is about: of memberships, ownerships and roles the
/// user or service principal who gains or loses; otherwise the first that is identified.
pub(super) fn principal_target(operation: &str, resources: &[Resource]) -> Option<usize> {
    let operation = operation.to_lowercase();
    let grants = [
        "member to",
        "member from",
        "owner to",
        "owner from",
        "members to",
    ]
    .iter()
    .any(|word| operation.contains(word));
    let of_kind = |kind: &str| {
        resources.iter().position(|one| {
            one.is_identified()
                && one
                    .kind
                    .as_deref()
                    .is_some_and(|have| have.eq_ignore_ascii_case(kind))
        })
    };
    let gaining = grants
        .then(|| of_kind("User").or_else(|| of_kind("ServicePrincipal")))
        .flatten();
    gaining
        .or_else(|| resources.iter().position(Resource::is_identified))
        .or_else(|| (!resources.is_empty()).then_some(0))
}
