//! Columns that the hunting tables spell alike: account, address, client, application, message.
//!
//! Takes a row's columns and fills a record from those that it has. It must not know a table.

use hourzero_model::{ActorKind, Record};

use super::columns::Columns;
use crate::dialect::field;

/// The act that a row of an unknown table tells of; the table's name where no column says it.
pub(super) fn operation(columns: &mut Columns<'_>, table: &str) -> String {
    let names = [
        "ActionType",
        "ActivityDisplayName",
        "OperationName",
        "OperationNameValue",
        "Operation",
        "Title",
        "AlertName",
        "DisplayName",
    ];
    let act = columns.take_first(&names);
    field::operation(act.as_deref().unwrap_or(table))
}

/// Fills what every hunting table spells alike.
pub(super) fn fill(columns: &mut Columns<'_>, record: &mut Record) {
    account(columns, record);
    network(columns, record);
    record.app_id = columns.take_lower(&["OAuthAppId", "AppId", "ApplicationId"]);
    record.app_name = columns.take_first(&["Application", "AppDisplayName"]);
    record.client_app = columns.take_first(&["ClientAppUsed"]);
    record.session_id = columns.take_first(&["SessionId"]);
    record.token_id = columns.take_first(&["UniqueTokenId", "UniqueTokenIdentifier"]);
    record.device_id = columns.take_lower(&["DeviceId", "AadDeviceId"]);
    record.correlation_id = columns.take_lower(&["CorrelationId"]);
    record.message_id = columns.take("InternetMessageId");
    record.network_message_id = columns.take_lower(&["NetworkMessageId"]);
    record.subject = columns.take_first(&["Subject", "EmailSubject"]);
    record.object_path = columns.take_first(&["Url", "RemoteUrl", "ObjectName"]);
    if let Some(upn) = columns.take_first(&["TargetAccountUpn", "targetDisplayName"]) {
        record.target.name = field::account(&upn);
    }
}

/// The account that acted. A column that names an application's account is left to the parameters.
pub(super) fn account(columns: &mut Columns<'_>, record: &mut Record) {
    let names = [
        "AccountUpn",
        "UserPrincipalName",
        "InitiatingUserOrApp",
        "UserId",
        "Caller",
    ];
    if let Some(name) = columns.take_first(&names) {
        field::set_actor_name(&mut record.actor, &name);
    }
    if let Some(id) = columns.take_lower(&["AccountObjectId"]) {
        record.actor.id = Some(id);
    }
    record.actor.name = columns.take_first(&["AccountDisplayName", "UserDisplayName"]);
    if record.actor.upn.is_some() {
        record.actor.kind = ActorKind::User;
    }
    if record.actor.upn.is_none() && record.actor.name.is_none() {
        record.actor.name = qualified(
            columns.peek("AccountDomain").as_deref(),
            columns.peek("AccountName"),
        );
    }
}

/// Where it came from.
pub(super) fn network(columns: &mut Columns<'_>, record: &mut Record) {
    let names = [
        "IPAddress",
        "ClientIP",
        "CallerIpAddress",
        "InitiatingIpAddress",
        "RemoteIP",
    ];
    let address = columns.take_first(&names);
    field::set_address(record, address.as_deref());
    if record.ip.is_some() {
        let port = columns.take_first(&["Port"]);
        let port = port
            .and_then(|port| whole(&port))
            .and_then(|port| u16::try_from(port).ok());
        record.ip_port = record.ip_port.or(port);
    }
    record.as_org = columns.take("ISP");
    record.country = country(columns);
    record.user_agent = columns.take("UserAgent");
}

/// A country code where a column has one; a place in words stays among the parameters.
fn country(columns: &mut Columns<'_>) -> Option<String> {
    ["CountryCode", "Location", "Country"]
        .iter()
        .find_map(|name| {
            let code = columns.peek(name)?;
            let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
            is_code.then(|| {
                columns.take(name);
                code.to_ascii_uppercase()
            })
        })
}

/// `domain\name` as Windows writes it.
pub(super) fn qualified(domain: Option<&str>, name: Option<String>) -> Option<String> {
    let name = name?;
    Some(match domain {
        Some(domain) => format!("{domain}\\{name}"),
        None => name,
    })
}

/// A whole number that an export may have written as `443.0`.
pub(crate) fn whole(text: &str) -> Option<u64> {
    let text = text.trim();
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}
