//! Azure's control plane: what was done to resources, subscriptions and roles in Azure.
//!
//! Takes rows of `AzureActivity` (portal and API exports), of diagnostic settings and of the activity
//! log's own API and gives events. The act is the machine name (`Authorization.action`), because the
//! display text changes (`facts/schemas.md` §3.5); the text stays as `OperationDisplay`.

use hourzero_model::{ActorKind, Form, HappeningKey, Log, Outcome, Record};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::hunting::columns::{self, Columns};
use super::hunting::table;
use super::{FormSpec, Mapped, Place, Shape, field};
use crate::dialect::field::push_fact;

/// The one form of Azure's activity log.
pub(crate) const FORMS: &[FormSpec] = &[FormSpec {
    form: Form("azureactivity"),
    about: "Azure activity log: AzureActivity as CSV or JSON, diagnostic settings, Get-AzActivityLog, az monitor.",
    fits,
    map: |row, place| {
        columns::read(row, |columns| {
            let record = event(columns, place)?;
            Ok(Mapped::Event(Box::new(record)))
        })
    },
}];

fn fits(shape: &Shape<'_>) -> u32 {
    let marks = [
        "Authorization",
        "EventDataId",
        "CallerIpAddress",
        "Caller",
        "ActivityStatus",
        "ActivityStatusValue",
        "OperationNameValue",
        "EventSubmissionTimestamp",
        "submissionTimestamp",
        "ResourceProvider",
        "ResourceProviderValue",
        "HTTPRequest",
        "SubscriptionId",
        "CorrelationId",
    ];
    let found = table::count(shape, &marks);
    if let Some(name) = shape.table() {
        if name.eq_ignore_ascii_case("AzureActivity") {
            return 64 + found;
        }
        if super::hunting::is_table(name) {
            return 0;
        }
    }
    let table_row = table::any(shape, &["OperationName", "OperationNameValue"])
        && table::all(shape, &["Caller"])
        && table::any(
            shape,
            &[
                "EventDataId",
                "Authorization",
                "ActivityStatus",
                "ActivityStatusValue",
            ],
        );
    let blade = table::all(shape, &["Operation name", "Event initiated by", "Status"]);
    // Diagnostic settings say the provider's resource and whose authority it was.
    let diagnostic = table::all(
        shape,
        &["operationName", "resourceId", "identity", "resultType"],
    ) && shape.rows.first().is_some_and(|row| {
        row.get("identity")
            .is_some_and(|identity| identity.get("authorization").is_some())
    });
    if table_row || blade || diagnostic {
        found.max(3)
    } else {
        0
    }
}

fn event(columns: &mut Columns<'_>, place: &Place<'_>) -> Result<Record, String> {
    let mut record = table::begin(columns, place, Log::AzureActivity, "AzureActivity")?;
    let identity = columns.take_json("identity");
    let inside = |name: &str| {
        identity
            .as_ref()
            .and_then(|identity| field::nested(identity, name))
    };
    let authorization = columns
        .take_json("Authorization")
        .or_else(|| inside("authorization"));
    let claims = columns.take_json("Claims").or_else(|| inside("claims"));
    act(columns, &mut record, authorization.as_ref());
    caller(columns, &mut record, claims.as_ref());
    address(columns, &mut record);
    let names = [
        "ActivityStatusValue",
        "ActivityStatus",
        "status",
        "resultType",
    ];
    record.result_code = columns.take_first(&names);
    record.result = outcome(record.result_code.as_deref());
    let names = [
        "ActivitySubstatusValue",
        "ActivitySubstatus",
        "subStatus",
        "resultSignature",
    ];
    record.result_reason = columns.take_first(&names);
    let names = [
        "ResourceProviderValue",
        "ResourceProvider",
        "resourceProviderName",
    ];
    record.workload = columns.peek_first(&names).or(record.workload);
    record.target.kind = Some("azure-resource".to_owned());
    record.target.id = columns.take_lower(&["_ResourceId", "ResourceId"]);
    record.target.name = columns.take("Resource");
    record.correlation_id = columns.take_lower(&["CorrelationId", "Correlation id"]);
    if let Some(id) = columns.take_lower(&["EventDataId"]) {
        record.id_key = Some(HappeningKey::of(&["azure-activity", &id]));
        record.record_id = id;
    }
    columns.open("Properties", &mut record);
    columns.rest_into(&mut record);
    Ok(record)
}

/// What was done: the machine name where the row has one.
fn act(columns: &mut Columns<'_>, record: &mut Record, authorization: Option<&Value>) {
    let part = |name: &str| authorization.and_then(|granted| field::text(granted, name));
    let machine = part("action").or_else(|| columns.take("OperationNameValue"));
    let localized = columns
        .json("OperationName")
        .and_then(|name| field::text(&name, "localizedValue"));
    let display = columns.take_first(&["OperationName", "Operation name"]);
    record.operation = match (&machine, &display) {
        (Some(name), _) | (None, Some(name)) => field::operation(name),
        (None, None) => "Azure activity".to_owned(),
    };
    push_fact(record, "OperationDisplay", localized.or(display));
    record.object_path = part("scope");
    push_fact(
        record,
        "Role",
        authorization.and_then(|granted| {
            field::nested(granted, "evidence").and_then(|evidence| field::text(&evidence, "role"))
        }),
    );
}

/// Who did it: a user's name, or the object id of an application or managed identity.
fn caller(columns: &mut Columns<'_>, record: &mut Record, claims: Option<&Value>) {
    let claim = |keys: &[&str]| claims.and_then(|claims| field::first_text(claims, keys));
    let upn = [
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
        "upn",
    ];
    let oid = [
        "http://schemas.microsoft.com/identity/claims/objectidentifier",
        "oid",
    ];
    let name = columns.take_first(&["Caller", "Event initiated by"]);
    if let Some(name) = name.or_else(|| claim(&upn)) {
        field::set_actor_name(&mut record.actor, &name);
    }
    record.actor.kind = match (&record.actor.upn, &record.actor.id) {
        (Some(name), _) if name.contains('@') => ActorKind::User,
        (None, Some(_)) => ActorKind::App,
        _ => ActorKind::Unknown,
    };
    record.actor.id = record
        .actor
        .id
        .take()
        .or_else(|| claim(&oid).map(|id| id.to_lowercase()));
    record.actor.name = claim(&["name"]);
    record.app_id = claim(&["appid"]).map(|id| id.to_lowercase());
    record.token_id = claim(&["uti"]);
    record.session_id = claim(&["sid"]);
    for (key, value) in claims
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|all| all.iter())
    {
        if matches!(
            key,
            "acr" | "aud" | "ipaddr" | "idtyp" | "puid" | "wids" | "xms_tcdt"
        ) {
            columns::push(record, key, value);
        }
    }
}

/// Where it came from. When the row says two addresses, the second is kept beside the first.
fn address(columns: &mut Columns<'_>, record: &mut Record) {
    let request = columns.json("HTTPRequest");
    let logged = columns.take("CallerIpAddress");
    let requested = request.and_then(|request| field::text(&request, "clientIpAddress"));
    let first = logged.as_deref().or(requested.as_deref());
    field::set_address(record, first);
    if logged.is_some() && requested != logged {
        push_fact(record, "HTTPRequestClientIpAddress", requested);
    }
}

/// An act has several rows: started, accepted, then how it ended. Only the end tells the result.
fn outcome(status: Option<&str>) -> Outcome {
    match status.map(str::to_ascii_lowercase).as_deref() {
        Some("succeeded" | "success" | "succeed") => Outcome::Success,
        Some("failed" | "failure") => Outcome::Failure,
        _ => Outcome::Unknown,
    }
}
