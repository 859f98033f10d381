//! Entra directory audits, in every dialect that tools and portals write.
//!
//! Takes a row and gives one record whose columns and named facts mean the same whatever the dialect.
//! It must never know how a file was framed.

mod columns;
mod parts;

use hourzero_model::{Actor, ActorKind, Fact, Form, HappeningKey, Log, Outcome, Record};
use sonic_rs::{JsonValueTrait, Value};

use self::columns::AuditColumn as C;
use self::parts::Resource;
use super::entra;
use super::slot::{self, Slots, entered, member, member_value, score};
use super::{Container, FormSpec, Mapped, Place, Row, Shape, field};

/// Log Analytics, whatever the container; shared with rows of mixed tables.
pub(crate) const LOG_ANALYTICS: Form = Form("la-auditlogs");
/// Diagnostic settings, whatever the transport; shared with rows of mixed categories.
pub(crate) const DIAGNOSTIC: Form = Form("diagnostic-auditlogs");

/// The forms of directory audits.
pub(crate) static FORMS: &[FormSpec] = &[
    FormSpec {
        form: Form("graph-directory-audits"),
        about: "Microsoft Graph `directoryAudit` objects as JSON: Microsoft-Extractor-Suite, Hawk, untitledgoosetool, the portal's JSON download",
        fits: |shape| graph(shape, Container::Json),
        map: plain,
    },
    FormSpec {
        form: Form("graph-directory-audits-csv"),
        about: "Microsoft Graph `directoryAudit` objects as CSV, nested properties as JSON text",
        fits: |shape| graph(shape, Container::Csv),
        map: plain,
    },
    FormSpec {
        form: LOG_ANALYTICS,
        about: "Log Analytics table AuditLogs",
        fits: log_analytics,
        map: entra::table_row,
    },
    FormSpec {
        form: Form("portal-auditlogs-csv"),
        about: "The Entra portal's CSV download of audit logs, in English",
        fits: portal,
        map: plain,
    },
    FormSpec {
        form: DIAGNOSTIC,
        about: "Diagnostic settings of Entra to Event Hub or storage: category AuditLogs",
        fits: |shape| entra::diagnostic_score(shape, entra::EntraLog::DirectoryAudit),
        map: entra::diagnostic_row,
    },
];

/// Graph's properties that tell a directory audit; Log Analytics has most of them too.
const PROPERTIES: &[&str] = &[
    "activitydatetime",
    "activitydisplayname",
    "id",
    "category",
    "correlationid",
    "result",
    "resultreason",
    "initiatedby",
    "targetresources",
    "loggedbyservice",
    "operationtype",
    "additionaldetails",
];

fn graph(shape: &Shape<'_>, container: Container) -> u32 {
    if shape.container != container {
        return 0;
    }
    let needed = ["activitydatetime", "activitydisplayname"];
    let fitting = score(shape, &needed, PROPERTIES);
    if fitting < 7 { 0 } else { fitting }
}

/// A query may have kept few columns, so that few are needed.
fn log_analytics(shape: &Shape<'_>) -> u32 {
    let columns = [
        "timegenerated",
        "type",
        "table",
        "aadoperationtype",
        "aadtenantid",
        "resultdescription",
        "resourcegroup",
    ];
    let own = score(
        shape,
        &["operationname", "initiatedby", "targetresources"],
        &columns,
    );
    let shared = score(shape, &[], PROPERTIES);
    if own == 0 {
        0
    } else {
        own.saturating_add(shared)
    }
}

fn portal(shape: &Shape<'_>) -> u32 {
    if shape.container != Container::Csv {
        return 0;
    }
    let helpful = [
        "correlationid",
        "service",
        "category",
        "result",
        "resultreason",
        "useragent",
        "actortype",
        "actorobjectid",
        "actoruserprincipalname",
        "target1type",
        "target1displayname",
        "additionaldetail1key",
    ];
    let fitting = score(shape, &["dateutc", "activity"], &helpful);
    if fitting < 6 { 0 } else { fitting }
}

fn plain(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    event(&[row.value()], place, place.form)
}

/// Reads a directory audit; `layers` are the row's objects, the innermost first.
pub(crate) fn event(layers: &[&Value], place: &Place<'_>, form: Form) -> Result<Mapped, String> {
    let slots: Slots<'_, C> = Slots::of_layers(layers);
    let Some(event_time) = slots.first_instant(&[C::Activity, C::EnvelopeTime, C::Ingested]) else {
        return Err("the audit record has no readable time: none of ActivityDateTime, Date (UTC), time or TimeGenerated holds one; export it again with that column".to_owned());
    };
    let Some(name) = slots.first_text(&[C::ActivityName, C::OperationName]) else {
        return Err("the audit record names no activity".to_owned());
    };
    let mut record = Record::new(place.provenance, form, Log::DirectoryAudit, event_time);
    record.operation = field::operation(&name);
    // The envelope's own category only names the log.
    record.record_type = slots.text(C::Category).filter(|text| text != "AuditLogs");
    record.workload = slots.text(C::Service);
    record.correlation_id = slots.id(C::CorrelationId);
    field::set_id(&mut record, slots.text(C::Id));
    result(&slots, &mut record);

    let empty = Value::new_null();
    let row = layers.first().copied().unwrap_or(&empty);
    let details = parts::details(&slots, row);
    let initiator = Initiator::of(&slots);
    initiator.fill(&mut record);
    let address = initiator
        .address
        .or_else(|| slots.first_text(&[C::Address, C::CallerAddress]))
        .or_else(|| detail(&details, "ipaddr"));
    field::set_address(&mut record, address.as_deref());
    record.user_agent = detail(&details, "User-Agent").or_else(|| slots.text(C::UserAgent));

    let resources = parts::resources(&slots, row);
    link(&mut record, &resources);
    record.parameters = details;
    let chosen = parts::principal_target(&record.operation, &resources);
    targets(&mut record, &resources, chosen);
    facts(&slots, &mut record);
    record.changed = resources.into_iter().flat_map(|one| one.changes).collect();
    Ok(Mapped::Event(Box::new(record)))
}

fn detail(details: &[Fact], key: &str) -> Option<String> {
    details
        .iter()
        .find(|(have, _)| have.eq_ignore_ascii_case(key))
        .map(|(_, value)| value.to_string())
}

fn result(slots: &Slots<'_, C>, record: &mut Record) {
    record.result_code = slots.text(C::Result).map(|code| code.to_lowercase());
    record.result = match record.result_code.as_deref() {
        Some("success") => Outcome::Success,
        Some("failure" | "failed" | "timeout") => Outcome::Failure,
        _ => Outcome::Unknown,
    };
    record.result_reason = slots.first_text(&[C::ResultReason, C::ResultDescription]);
}

/// Who began the act, a user or an app, from the nested object or the portal's columns.
#[derive(Debug, Default)]
struct Initiator {
    actor: Actor,
    app_id: Option<String>,
    app_name: Option<String>,
    address: Option<String>,
}

impl Initiator {
    fn of(slots: &Slots<'_, C>) -> Self {
        let Some(initiated) = slots.entered(C::InitiatedBy).filter(|by| by.is_object()) else {
            return Self::from_columns(slots);
        };
        let part = |key| member_value(&initiated, key).and_then(entered);
        // Some rows carry both, one of them with nothing but nulls.
        let user = part("user").filter(|user| {
            ["id", "userPrincipalName", "displayName"]
                .iter()
                .any(|key| member(user, key).is_some())
        });
        match (user, part("app")) {
            (Some(user), _) => Self::user(&user),
            (None, Some(app)) => Self::app(&app),
            (None, None) => Self::default(),
        }
    }

    fn user(user: &Value) -> Self {
        let kind = member(user, "userType");
        Self {
            actor: user_actor(
                member(user, "userPrincipalName"),
                member(user, "id"),
                member(user, "displayName"),
                kind.as_deref(),
            ),
            address: member(user, "ipAddress"),
            ..Self::default()
        }
    }

    fn app(app: &Value) -> Self {
        let name = member(app, "displayName").or_else(|| member(app, "servicePrincipalName"));
        Self {
            actor: Actor {
                upn: None,
                id: member(app, "servicePrincipalId").and_then(|id| slot::real_id(&id)),
                name: name.clone(),
                kind: ActorKind::App,
            },
            app_id: member(app, "appId").and_then(|id| slot::real_id(&id)),
            app_name: name,
            address: member(app, "ipAddress"),
        }
    }

    fn from_columns(slots: &Slots<'_, C>) -> Self {
        let kind = slots.text(C::ActorType).map(|text| text.to_lowercase());
        let service_principal = slots.id(C::ActorServicePrincipalId);
        let upn = slots.text(C::ActorUpn);
        let is_app = match kind.as_deref() {
            Some(kind) => kind.contains("app") || kind.contains("service"),
            None => upn.is_none() && service_principal.is_some(),
        };
        let name = slots.text(C::ActorName);
        if is_app {
            let name = name.or_else(|| slots.text(C::ActorServicePrincipalName));
            return Self {
                actor: Actor {
                    upn: None,
                    id: service_principal.or_else(|| slots.id(C::ActorId)),
                    name: name.clone(),
                    kind: ActorKind::App,
                },
                app_name: name,
                ..Self::default()
            };
        }
        let id = slots.text(C::ActorId);
        if upn.is_none() && id.is_none() && name.is_none() {
            return Self::default();
        }
        Self {
            actor: user_actor(upn, id, name, kind.as_deref()),
            ..Self::default()
        }
    }

    fn fill(&self, record: &mut Record) {
        record.actor.clone_from(&self.actor);
        record.app_id.clone_from(&self.app_id);
        record.app_name.clone_from(&self.app_name);
    }
}

fn user_actor(
    upn: Option<String>,
    id: Option<String>,
    name: Option<String>,
    kind: Option<&str>,
) -> Actor {
    let mut actor = Actor::default();
    if let Some(upn) = upn {
        field::set_actor_name(&mut actor, &upn);
    }
    if let Some(id) = id.and_then(|id| slot::real_id(&id)) {
        actor.id = Some(id);
    }
    actor.name = name;
    let guest = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("guest"))
        || actor
            .upn
            .as_deref()
            .is_some_and(|upn| upn.contains("#ext#"));
    actor.kind = if guest {
        ActorKind::Guest
    } else {
        ActorKind::User
    };
    actor
}

/// The key that the same act has in the unified audit log (record type 8): `InterSystemsId`, `Operation`
/// and the GUID of its target there.
fn link(record: &mut Record, resources: &[Resource]) {
    let Some(correlation) = record.correlation_id.as_deref() else {
        return;
    };
    if let Some(key) = resources.first().and_then(Resource::key) {
        record.link_key = Some(HappeningKey::of(&[
            "dir",
            correlation,
            &record.operation,
            &key,
        ]));
    }
}

fn targets(record: &mut Record, resources: &[Resource], chosen: Option<usize>) {
    for (at, resource) in resources.iter().enumerate() {
        if Some(at) == chosen {
            record.target = resource.target();
            continue;
        }
        let kind = resource.kind.as_deref().unwrap_or("Other");
        field::push_fact(record, &format!("Target.{kind}"), resource.label());
        field::push_fact(record, "Target.Id", resource.id.clone());
    }
}

fn facts(slots: &Slots<'_, C>, record: &mut Record) {
    let facts = [
        ("Category", record.record_type.clone()),
        ("LoggedByService", record.workload.clone()),
        ("OperationType", slots.text(C::OperationType)),
        ("ResultReason", record.result_reason.clone()),
        ("ActorDisplayName", record.actor.name.clone()),
    ];
    for (name, value) in facts {
        field::push_fact(record, name, value);
    }
}
