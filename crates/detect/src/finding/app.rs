//! Details of the directory: roles, applications, consents, permissions, reply addresses.

use hourzero_model::{Log, Record};
use serde_json::Value;

use super::slot::{Slot, Slots};
use crate::knowledge::Knowledge;

/// Adds what a record says of roles and applications.
pub(super) fn add(record: &Record, knowledge: &Knowledge, slots: &mut Slots) {
    role(record, knowledge, slots);
    application(record, slots);
    consent(record, slots);
    reply_addresses(record, slots);
}

/// The values that a change made, by the property's name.
fn changed<'a>(record: &'a Record, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
    names.iter().flat_map(|name| {
        record
            .changed
            .iter()
            .filter(move |change| change.name.eq_ignore_ascii_case(name))
            .filter_map(|change| change.new.as_deref().or(change.old.as_deref()))
    })
}

/// Whether the record is from a log of the directory.
fn is_directory(record: &Record) -> bool {
    record.log == Log::DirectoryAudit || record.workload.as_deref() == Some("AzureActiveDirectory")
}

fn role(record: &Record, knowledge: &Knowledge, slots: &mut Slots) {
    let operation = record.operation.to_ascii_lowercase();
    if !operation.contains("role") && record.target.kind.as_deref() != Some("role") {
        return;
    }
    let named = changed(
        record,
        &[
            "Role.DisplayName",
            "Role.WellKnownObjectName",
            "Role.TemplateId",
        ],
    )
    .chain(record.parameter("Target.Role"))
    .chain(record.parameter("RoleName"))
    .chain(record.parameter("Role"))
    .chain(
        record
            .target
            .name
            .as_deref()
            .filter(|_| record.target.kind.as_deref() == Some("role")),
    );
    let named: Vec<&str> = named.filter(|name| !name.is_empty()).collect();
    let known = named.iter().find_map(|name| knowledge.role(name));
    let Some(logged) = named.first() else { return };
    slots.detail("role", Some(known.unwrap_or(logged)));
    slots.detail("role_as_logged", Some(logged));
}

fn application(record: &Record, slots: &mut Slots) {
    let kind = record.target.kind.as_deref().unwrap_or_default();
    let concerns_app =
        is_directory(record) && matches!(kind, "app" | "service-principal" | "application");
    if concerns_app {
        slots.detail("app_name", record.target.name.as_ref());
        let id = changed(
            record,
            &[
                "AppId",
                "ServicePrincipal.AppId",
                "AppPrincipalId",
                "TargetId.ServicePrincipalNames",
                "SPN",
            ],
        )
        .chain(record.parameter("AppId"))
        .flat_map(|text| text.split(';'))
        .map(|id| id.trim().trim_matches('"'))
        .find(|id| is_guid(id));
        slots.detail("app_id", id.map(str::to_lowercase));
        if let Some(id) = id {
            slots.add(Slot::App, id.to_lowercase());
        } else if let Some(name) = &record.target.name {
            slots.add(Slot::App, name);
        }
        return;
    }
    slots.detail("app_name", record.app_name.as_ref());
    slots.detail("app_id", record.app_id.as_ref());
}

/// Whether a text is a GUID as Entra writes it.
fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.chars().enumerate().all(|(at, character)| {
            if matches!(at, 8 | 13 | 18 | 23) {
                character == '-'
            } else {
                character.is_ascii_hexdigit()
            }
        })
}

fn consent(record: &Record, slots: &mut Slots) {
    for text in changed(record, &["ConsentAction.Permissions"]) {
        // `[] => [[Id: …, ConsentType: AllPrincipals, Scope: Mail.Read offline_access, …]]`
        let after = text.split_once("=>").map_or(text, |(_, after)| after);
        labelled(after, "Scope:").for_each(|scopes| add_scopes(scopes, slots));
        labelled(after, "ConsentType:")
            .for_each(|kind| slots.add(Slot::Detail("consent_type"), kind));
    }
    for scopes in changed(record, &["DelegatedPermissionGrant.Scope"]) {
        add_scopes(scopes, slots);
    }
    for scope in changed(record, &["AppRole.Value"]) {
        slots.add(Slot::Detail("scopes"), scope);
    }
    for kind in changed(record, &["DelegatedPermissionGrant.ConsentType"]) {
        slots.add(Slot::Detail("consent_type"), kind);
    }
}

fn add_scopes(text: &str, slots: &mut Slots) {
    text.split_whitespace()
        .for_each(|scope| slots.add(Slot::Detail("scopes"), scope));
}

/// What stands behind each occurrence of a label, up to the next comma or bracket.
fn labelled<'a>(text: &'a str, label: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(label)
        .skip(1)
        .filter_map(|rest| rest.split([',', ']', '\r', '\n', ';']).next())
        .map(str::trim)
}

fn reply_addresses(record: &Record, slots: &mut Slots) {
    for text in changed(
        record,
        &["AppAddress", "ReplyUrls", "RedirectUris", "IdentifierUris"],
    ) {
        match serde_json::from_str::<Value>(text) {
            Ok(value) => addresses(&value, slots),
            Err(_) if text.contains("://") => slots.add(Slot::Detail("reply_urls"), text),
            Err(_) => {}
        }
    }
}

fn addresses(value: &Value, slots: &mut Slots) {
    match value {
        Value::Array(list) => list.iter().for_each(|entry| addresses(entry, slots)),
        Value::Object(map) => map
            .get("Address")
            .into_iter()
            .for_each(|address| addresses(address, slots)),
        Value::String(text) => slots.add(Slot::Detail("reply_urls"), text),
        _ => {}
    }
}
