//! Entra provisioning: what a synchronisation job did to which identity.
//!
//! Takes rows of `AADProvisioningLogs`, of diagnostic settings (`ProvisioningLogs`) and of Graph's
//! `auditLogs/provisioning` and gives events.

use hourzero_model::{ActorKind, Change, Form, HappeningKey, Log, Outcome, Record};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::hunting::columns::{self, Columns};
use super::hunting::table::{self, Table};
use super::{FormSpec, Mapped, Place, field};
use crate::dialect::field::push_fact;

/// The one form of provisioning logs.
pub(crate) const FORMS: &[FormSpec] = &[FormSpec {
    form: Form("provisioning"),
    about: "Entra provisioning logs: Log Analytics, diagnostic settings, or Graph auditLogs/provisioning.",
    fits: |shape| TABLE.fits(shape),
    map: |row, place| {
        columns::read(row, |columns| {
            let record = event(columns, place)?;
            Ok(Mapped::Event(Box::new(record)))
        })
    },
}];

const TABLE: Table = Table {
    names: &["AADProvisioningLogs", "ProvisioningLogs"],
    must: &["JobId", "CycleId", "ChangeId"],
    may: &[
        "ProvisioningAction",
        "ProvisioningSteps",
        "SourceIdentity",
        "TargetIdentity",
        "ServicePrincipal",
    ],
    not: &[],
    log: Log::Provisioning,
    fill,
};

fn event(columns: &mut Columns<'_>, place: &Place<'_>) -> Result<Record, String> {
    let mut record = table::begin(columns, place, TABLE.log, TABLE.name())?;
    (TABLE.fill)(columns, &mut record)?;
    columns.rest_into(&mut record);
    Ok(record)
}

fn fill(columns: &mut Columns<'_>, record: &mut Record) -> Result<(), String> {
    let act = columns.take("OperationName");
    record.operation = field::operation(act.as_deref().unwrap_or("Provisioning activity"));
    if let Some(by) = columns.take_json("InitiatedBy") {
        record.actor.name = any_case(&by, &["Name", "displayName"]);
        record.actor.id = any_case(&by, &["Id"]).map(|id| id.to_lowercase());
        record.actor.kind = match any_case(&by, &["Type", "initiatorType"]).as_deref() {
            Some("user") => ActorKind::User,
            Some("app" | "application") => ActorKind::App,
            _ => ActorKind::Service,
        };
    }
    if let Some(service) = columns.take_json("ServicePrincipal") {
        record.app_name = any_case(&service, &["Name", "displayName"]);
        push_fact(record, "ServicePrincipalId", any_case(&service, &["Id"]));
    }
    if let Some(identity) = columns.json("TargetIdentity") {
        record.target.kind = any_case(&identity, &["identityType"]).map(|kind| kind.to_lowercase());
        record.target.id = any_case(&identity, &["Id"]).map(|id| id.to_lowercase());
        let upn = identity
            .get("details")
            .and_then(|details| any_case(details, &["UserPrincipalName"]))
            .and_then(|upn| field::account(&upn));
        record.owner.clone_from(&upn);
        record.target.name = upn.or_else(|| any_case(&identity, &["Name", "displayName"]));
    }
    record.correlation_id = columns.take_lower(&["CorrelationId"]);
    let status = columns.json("ProvisioningStatusInfo");
    let status = status.and_then(|status| any_case(&status, &["Status"]));
    record.result_code = columns.take("ResultType").or(status);
    record.result = match record
        .result_code
        .as_deref()
        .map(str::to_ascii_lowercase)
        .as_deref()
    {
        Some("success") => Outcome::Success,
        Some("failure" | "failed") => Outcome::Failure,
        _ => Outcome::Unknown,
    };
    record.result_reason = columns.take("ResultDescription");
    record.changed = changes(columns);
    if let Some(id) = columns.take("Id") {
        record.id_key = Some(HappeningKey::of(&["provisioning", &id]));
        record.record_id = id;
    }
    Ok(())
}

/// A scalar of an object whose keys differ in case between Log Analytics and Graph.
fn any_case(object: &Value, keys: &[&str]) -> Option<String> {
    let entries = object.as_object()?;
    keys.iter().find_map(|key| {
        entries
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(key))
            .find_map(|(_, value)| field::scalar(value))
    })
}

fn changes(columns: &mut Columns<'_>) -> Vec<Change> {
    let Some(list) = columns.take_json("ModifiedProperties") else {
        return Vec::new();
    };
    let items = list.as_array().into_iter().flat_map(|items| items.iter());
    items
        .filter_map(|item| {
            let side = |key: &str| field::text(item, key).map(|text| field::unwrapped(&text));
            Some(Change {
                name: field::text(item, "displayName")?,
                old: side("oldValue"),
                new: side("newValue"),
            })
        })
        .collect()
}
