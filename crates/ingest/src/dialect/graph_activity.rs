//! Calls to Microsoft Graph: `MicrosoftGraphActivityLogs`, also from diagnostic settings, and Defender's
//! `GraphApiAuditEvents`.
//!
//! Takes a row's columns and fills an event. The act is the method and the path with every id replaced,
//! so that the same call has the same name for every user.

use hourzero_model::{ActorKind, HappeningKey, Log, Outcome, Record};

use super::field;
use super::hunting::columns::Columns;
use super::hunting::table::Table;

/// Microsoft Graph as a resource, by Microsoft the same in every tenant.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// Both tables.
pub(super) const TABLE: Table = Table {
    names: &["MicrosoftGraphActivityLogs", "GraphApiAuditEvents"],
    must: &["RequestUri", "RequestMethod", "RequestId"],
    may: &[
        "ResponseStatusCode",
        "ApiVersion",
        "SignInActivityId",
        "Scopes",
        "Wids",
        "OperationId",
    ],
    not: &[],
    log: Log::GraphActivity,
    fill,
};

fn fill(columns: &mut Columns<'_>, record: &mut Record) -> Result<(), String> {
    let method = columns.peek("RequestMethod").unwrap_or_default();
    record.object_path = columns.take("RequestUri");
    let path = template(record.object_path.as_deref().unwrap_or_default());
    record.operation = format!("{} {path}", method.to_ascii_uppercase());
    record.result_code = columns.take("ResponseStatusCode");
    record.result = outcome(record.result_code.as_deref());
    record.actor.id = columns.take_lower(&["UserId", "AccountObjectId"]);
    record.actor.kind = ActorKind::User;
    if record.actor.id.is_none() {
        record.actor.id = columns.take_lower(&["ServicePrincipalId"]);
        record.actor.kind = match record.actor.id {
            Some(_) => ActorKind::App,
            None => ActorKind::Unknown,
        };
    }
    let address = columns.take_first(&["IPAddress", "CallerIpAddress"]);
    field::set_address(record, address.as_deref());
    record.user_agent = columns.take("UserAgent");
    record.app_id = columns.take_lower(&["AppId", "ApplicationId"]);
    record.resource_app_id = Some(GRAPH.to_owned());
    record.session_id = columns.take_first(&["SessionId", "c_sid"]);
    record.token_id =
        columns.take_first(&["SignInActivityId", "UniqueTokenIdentifier", "UniqueTokenId"]);
    record.device_id = columns.take_lower(&["DeviceId"]);
    record.correlation_id = columns.take_lower(&["CorrelationId", "OperationId"]);
    if let Some(request) = columns.take_lower(&["RequestId"]) {
        record.id_key = Some(HappeningKey::of(&["graph-activity", &request]));
        record.record_id = request;
    }
    Ok(())
}

/// The answer's status: 2xx and 3xx are done, 4xx and 5xx refused or failed.
fn outcome(code: Option<&str>) -> Outcome {
    match code.and_then(|code| code.trim().bytes().next()) {
        Some(b'2' | b'3') => Outcome::Success,
        Some(b'4' | b'5') => Outcome::Failure,
        _ => Outcome::Unknown,
    }
}

/// The path of a Graph address with ids, names of people and arguments as `{id}`, without query.
fn template(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = match rest.find('/') {
        Some(at) if address.contains("://") => rest.get(at..).unwrap_or_default(),
        _ => rest,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut shown = String::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        shown.push('/');
        match part.split_once('(') {
            Some((name, arguments)) if arguments.trim_end_matches(')').is_empty() => {
                shown.push_str(name);
            }
            Some((name, _)) => {
                shown.push_str(name);
                shown.push_str("({id})");
            }
            None if is_id(part) => shown.push_str("{id}"),
            None => shown.push_str(part),
        }
    }
    if shown.is_empty() {
        "/".to_owned()
    } else {
        shown
    }
}

/// Whether a part of a path names one object: a GUID, an address, a number, or a long opaque key such as
/// a message's id.
fn is_id(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    field::is_guid(part.trim_matches(['{', '}']))
        || part.contains('@')
        || part.contains("%40")
        || part.starts_with("AAMk")
        || part.starts_with("AAQk")
        || part.contains(['=', ':'])
        || part.contains(',')
        || (digits > 0 && digits == part.len())
        || (part.len() >= 16 && digits >= 2)
        || part.len() >= 48
}
