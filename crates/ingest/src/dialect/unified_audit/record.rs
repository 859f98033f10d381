//! One record of the unified audit log, whatever transport brought it.
//!
//! Takes the record's JSON object and what its wrapper says and gives the columns. It is the hot path of
//! the program: millions of records pass here. It must never fail for a missing field but the time.

use std::borrow::Cow;

use hourzero_model::{ActorKind, HappeningKey, Log, Record};
use sonic_rs::Value;

use super::family::{Family, ending, family};
use super::fields::{Fields, each_member};
use super::names::Field;
use super::parameters::joined;
use super::{items, parameters, party, recipients, target};
use crate::dialect::{Place, Row, field, record_type, slot};
use crate::time;

/// A wrapper's columns, read only where the record itself lacks a field.
mod wrapper {
    pub(super) const TIME: &[&str] = &[
        "CreationDate",
        "createdDateTime",
        "TimeGenerated",
        "TimeGenerated [UTC]",
        "Timestamp",
        "Start_Time",
        "Start_Time [UTC]",
        "ElevationTime [UTC]",
    ];
    pub(super) const ID: &[&str] = &["Identity", "RecordId", "id", "SourceRecordId"];
    pub(super) const OPERATION: &[&str] = &["Operations", "Operation", "operation", "ActionType"];
    pub(super) const USER: &[&str] = &["UserIds", "UserId", "userPrincipalName", "userId"];
    pub(super) const TYPE: &[&str] = &["RecordType", "auditLogRecordType"];
    pub(super) const WORKLOAD: &[&str] = &["service"];
    pub(super) const ADDRESS: &[&str] = &["clientIp", "IPAddress"];
}

/// Members that fill no column, or only in part, and that rules ask for by name.
const ALSO_FACTS: &[(Field, &str)] = &[
    (Field::ItemType, "ItemType"),
    (Field::SourceFileName, "SourceFileName"),
    (Field::SourceRelativeUrl, "SourceRelativeUrl"),
    (Field::SourceName, "SourceName"),
    (Field::SiteUrl, "SiteUrl"),
    (Field::Site, "Site"),
    (Field::EventData, "EventData"),
    (Field::ApplicationDisplayName, "ApplicationDisplayName"),
    (Field::AlertId, "AlertId"),
    (Field::TeamName, "TeamName"),
    (Field::AadGroupId, "AADGroupId"),
    (Field::ChatThreadId, "ChatThreadId"),
    (Field::ListItemUniqueId, "ListItemUniqueId"),
];

/// Reads a record.
///
/// # Errors
/// When the value is no object or has no time that can be read.
pub(super) fn read(
    row: &Row<'_>,
    outer: Option<&Value>,
    place: &Place<'_>,
    log: Log,
) -> Result<Record, String> {
    let fields = Fields::of(row).ok_or("the audit data is no JSON object")?;
    let from_wrapper = |keys: &[&str]| outer.and_then(|outer| field::first_text(outer, keys));
    let event_time = fields
        .scalar(Field::CreationTime)
        .and_then(|text| time::parse(&text))
        .or_else(|| from_wrapper(wrapper::TIME).and_then(|text| time::parse(&text)))
        .ok_or("the record has no CreationTime that can be read")?;
    let mut record = Record::new(place.provenance, place.form, log, event_time);
    let operation = fields
        .scalar(Field::Operation)
        .or_else(|| from_wrapper(wrapper::OPERATION).map(Cow::Owned));
    record.operation = operation
        .as_deref()
        .map(field::operation)
        .unwrap_or_default();
    let kind = fields
        .scalar(Field::RecordType)
        .or_else(|| from_wrapper(wrapper::TYPE).map(Cow::Owned));
    let kind = record_type::read(kind.as_deref().unwrap_or_default());
    record.record_type = kind.name;
    record.workload = fields
        .text(Field::Workload)
        .or_else(|| from_wrapper(wrapper::WORKLOAD));
    let family = family(kind.number, record.workload.as_deref(), &fields);
    let id = fields.text(Field::Id).or_else(|| from_wrapper(wrapper::ID));
    identify(id, kind.number, &fields, &mut record);

    let end = ending(family, &record.operation, &fields);
    record.result = end.outcome;
    record.result_code = end.code;
    record.result_reason = end.reason;
    let user = fields
        .scalar(Field::UserId)
        .or_else(|| from_wrapper(wrapper::USER).map(Cow::Owned));
    let (mut actor, actor_app) = party::actor(&fields, user.as_deref());
    if family == Family::Click && actor.upn.is_some() {
        // Defender writes the click for the user, and calls itself the actor's type.
        actor.kind = ActorKind::User;
    }
    record.actor = actor;
    // The rest and a handful of those with a name: taking memory once is cheaper than growing four times.
    record.parameters.reserve(fields.rest.len() + 8);
    let mut named = parameters::read(&fields, &mut record);
    let category = named.category.take();
    items::read(&fields, &mut record);
    client(&fields, &mut record, named, actor_app);
    if record.ip.is_none() {
        field::set_address(&mut record, from_wrapper(wrapper::ADDRESS).as_deref());
    }
    facts(family, &fields, &mut record);
    target::read(family, category.as_deref(), &fields, &mut record);
    record.owner = fields
        .scalar(Field::MailboxOwnerUpn)
        .and_then(|name| field::account(&name))
        .or(record.owner);
    recipients::read(fields.str(Field::OrganizationName), &mut record);
    link(family, &mut record);
    Ok(record)
}

/// A sign-in's `IntraSystemId` is the sign-in log's id, so that both logs share a key.
fn identify(id: Option<String>, number: Option<u16>, fields: &Fields<'_>, record: &mut Record) {
    let shared = match number {
        Some(15) => fields.text(Field::IntraSystemId).or_else(|| id.clone()),
        _ => id.clone(),
    };
    record.id_key = shared.map(|id| HappeningKey::of(&["id", &id]));
    record.record_id = id.unwrap_or_else(|| record.provenance.own_id());
}

/// Address, client, application, session, token and device.
fn client(
    fields: &Fields<'_>,
    record: &mut Record,
    named: parameters::Named,
    actor_app: Option<String>,
) {
    for key in [
        Field::ClientIp,
        Field::ClientIpAddress,
        Field::ActorIpAddress,
        Field::UserIp,
    ] {
        if record.ip.is_none() {
            field::set_address(record, fields.str(key));
        }
    }
    record.app_id = actor_app;
    record.session_id = fields.text(Field::AadSessionId);
    record.token_id = None;
    if let Some(context) = fields.entered(Field::AppAccessContext) {
        access_context(&context, record);
    }
    let session = fields.text(Field::SessionId);
    record.session_id = record.session_id.take().or(session).or(named.session_id);
    record.token_id = record
        .token_id
        .take()
        .or_else(|| fields.text(Field::UniqueTokenIdentifier));
    let device = fields
        .text(Field::DeviceId)
        .or(record.device_id.take())
        .or(named.device_id);
    record.device_id = device.and_then(|id| slot::real_id(&id));
    let correlation = fields.first_text(&[Field::InterSystemsId, Field::CorrelationId]);
    record.correlation_id = correlation
        .or(record.correlation_id.take())
        .and_then(|id| slot::real_id(&id));
    for key in [
        Field::ClientAppId,
        Field::AppId,
        Field::ApplicationId,
        Field::AadAppId,
    ] {
        if record.app_id.is_none() {
            record.app_id = fields.scalar(key).and_then(|id| slot::real_id(&id));
        }
    }
    let name = fields.first_text(&[Field::ApplicationDisplayName, Field::AppName]);
    record.app_name = record.app_name.take().or(name);
    let info = fields.scalar(Field::ClientInfoString);
    let token = info
        .as_deref()
        .and_then(|info| info.split(';').next())
        .filter(|token| !token.is_empty());
    record.client_app = token
        .map(str::to_owned)
        .or_else(|| fields.first_text(&[Field::ClientAppName, Field::BrowserName]));
    let agent = fields.text(Field::UserAgent).or(named.user_agent);
    record.user_agent = agent.or_else(|| info.map(Cow::into_owned));
}

/// What the token says that the act was done with.
fn access_context(context: &Value, record: &mut Record) {
    each_member(context, |name, value| {
        let text = || slot::text_of(value);
        match name {
            "AADSessionId" => record.session_id = text(),
            "UniqueTokenId" => record.token_id = text(),
            "ClientAppId" => {
                let id = text().and_then(|id| slot::real_id(&id));
                record.app_id = id.or(record.app_id.take());
            }
            "ClientAppName" => record.app_name = text(),
            "APIId" => record.resource_app_id = text().and_then(|id| slot::real_id(&id)),
            "CorrelationId" => record.correlation_id = text(),
            "DeviceId" => record.device_id = text(),
            "UserObjectId" => {
                let id = text().and_then(|id| slot::real_id(&id));
                record.actor.id = record.actor.id.take().or(id);
            }
            _ => parameters::open(record, &joined("AppAccessContext", name), value, 1),
        }
    });
}

/// What no column holds, or what a column does not hold as it was logged.
fn facts(family: Family, fields: &Fields<'_>, record: &mut Record) {
    for (key, name) in ALSO_FACTS {
        field::push_fact(record, name, fields.scalar(*key));
    }
    let logon = fields
        .scalar(Field::LogonType)
        .map(|text| logon_type(&text));
    field::push_fact(record, "LogonType", logon);
    let internal = fields
        .scalar(Field::InternalLogonType)
        .map(|text| logon_type(&text));
    field::push_fact(record, "InternalLogonType", internal);
    let name = if family == Family::Alert {
        "AlertName"
    } else {
        "Name"
    };
    field::push_fact(record, name, fields.scalar(Field::Name));
    if let Some(data) = fields.value(Field::Data) {
        match slot::entered(data) {
            Some(inner) => parameters::open(record, "Data", &inner, 1),
            None => parameters::push_value(record, "Data", data),
        }
    }
    unless_column(fields, record);
    for member in &fields.rest {
        // Hawk writes each argument of a cmdlet into a column of its own.
        match (member.name.strip_prefix("Param_"), member.text) {
            (Some(argument), _) => parameters::push_value(record, argument, member.value),
            (None, Some(text)) => field::push_fact(record, member.name, field::filled(text)),
            (None, None) => parameters::open(record, member.name, member.value, 0),
        }
    }
}

/// Members whose value stands in a column only when nothing better was there: told as facts where the
/// column says something else.
fn unless_column(fields: &Fields<'_>, record: &mut Record) {
    let mut told: Vec<(&str, Cow<'_, str>)> = Vec::new();
    for (key, name) in [
        (Field::ClientIp, "ClientIP"),
        (Field::ClientIpAddress, "ClientIPAddress"),
        (Field::ActorIpAddress, "ActorIpAddress"),
        (Field::UserIp, "UserIp"),
    ] {
        let ip = |text: &str| hourzero_model::canonical_ip(text).map(|address| address.ip);
        let text = fields.scalar(key);
        let text = text.filter(|text| ip(text).is_none_or(|ip| Some(ip) != record.ip));
        told.extend(text.map(|text| (name, text)));
    }
    let app = record.app_id.as_deref();
    let actor = record.actor.id.as_deref().or(record.actor.upn.as_deref());
    for (key, name, column) in [
        (Field::ClientAppId, "ClientAppId", app),
        (Field::AppId, "AppId", app),
        (Field::ApplicationId, "ApplicationId", app),
        (Field::AadAppId, "AadAppId", app),
        (Field::AppName, "AppName", record.app_name.as_deref()),
        (
            Field::ClientInfoString,
            "ClientInfoString",
            record.user_agent.as_deref(),
        ),
        (
            Field::ClientAppName,
            "ClientAppName",
            record.client_app.as_deref(),
        ),
        (
            Field::BrowserName,
            "BrowserName",
            record.client_app.as_deref(),
        ),
        (Field::SessionId, "SessionId", record.session_id.as_deref()),
        (
            Field::IntraSystemId,
            "IntraSystemId",
            Some(record.record_id.as_str()),
        ),
        (
            Field::CorrelationId,
            "CorrelationId",
            record.correlation_id.as_deref(),
        ),
        (
            Field::ResultStatus,
            "ResultStatus",
            record.result_code.as_deref(),
        ),
        (
            Field::LoginStatus,
            "LoginStatus",
            record.result_code.as_deref(),
        ),
        (Field::UserKey, "UserKey", actor),
        (Field::ObjectId, "ObjectId", None),
        (Field::SourceId, "SourceId", None),
        (
            Field::TokenObjectId,
            "TokenObjectId",
            record.actor.id.as_deref(),
        ),
    ] {
        let text = fields.scalar(key);
        let other =
            |text: &Cow<'_, str>| column.is_none_or(|column| !column.eq_ignore_ascii_case(text));
        told.extend(text.filter(other).map(|text| (name, text)));
    }
    for (name, text) in told {
        field::push_fact(record, name, Some(text));
    }
}

/// The kinds of logon to a mailbox, by name whichever way an export writes them.
pub(in crate::dialect) fn logon_type(text: &str) -> String {
    let name = match text.strip_suffix(".0").unwrap_or(text) {
        "0" => "Owner",
        "1" => "Admin",
        "2" => "Delegate",
        "3" => "Transport",
        "4" => "SystemService",
        "5" => "BestAccess",
        "6" => "DelegatedAdmin",
        other => other,
    };
    name.to_owned()
}

/// The directory's own audit log tells of the same act under the same correlation, name and target.
fn link(family: Family, record: &mut Record) {
    if family != Family::Directory {
        return;
    }
    let target = record
        .target
        .id
        .as_deref()
        .or(record.target.name.as_deref());
    if let (Some(correlation), Some(target)) = (record.correlation_id.as_deref(), target) {
        record.link_key = Some(HappeningKey::of(&[
            "dir",
            correlation,
            &record.operation,
            target,
        ]));
    }
}
