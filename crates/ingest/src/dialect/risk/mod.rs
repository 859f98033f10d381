//! Entra risk detections, and risky users as states, in every dialect.
//!
//! Takes a row and gives one record of a detection, or the state of a user at risk. A detection is
//! Microsoft's word; it must never be read as proof.

mod columns;
mod form;

use hourzero_model::{ActorKind, Fact, Form, Log, Record, State};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use self::columns::RiskColumn as C;
pub(crate) use self::form::FORMS;
use super::slot::{Slots, member, member_value};
use super::{Mapped, Place, field};

/// Log Analytics, whatever the container; shared with rows of mixed tables.
pub(crate) const LOG_ANALYTICS: Form = Form("la-risk-events");
/// Diagnostic settings, whatever the transport; shared with rows of mixed categories.
pub(crate) const DIAGNOSTIC: Form = Form("diagnostic-risk-events");
/// Users at risk, as states.
const RISKY_USERS: Form = Form("risky-users");

/// Reads a risk detection; `layers` are the row's objects, the innermost first.
pub(crate) fn event(layers: &[&Value], place: &Place<'_>, form: Form) -> Result<Mapped, String> {
    let slots: Slots<'_, C> = Slots::of_layers(layers);
    let times = [
        C::Activity,
        C::Detected,
        C::LastUpdated,
        C::EnvelopeTime,
        C::Ingested,
    ];
    let Some(event_time) = slots.first_instant(&times) else {
        return Err("the risk detection has no readable time: none of ActivityDateTime, DetectedDateTime, time or TimeGenerated holds one; export it again with that column".to_owned());
    };
    let mut record = Record::new(place.provenance, form, Log::RiskDetection, event_time);
    let types = slots.words(C::EventType);
    record.operation = match types.first() {
        Some(first) => field::operation(first),
        None => "unknown risk".to_owned(),
    };
    record.workload = Some("AzureActiveDirectory".to_owned());
    record.correlation_id = slots.id(C::CorrelationId);
    field::set_id(&mut record, slots.text(C::Id));
    actor(&slots, &mut record);
    let address = slots.first_text(&[C::Address, C::CallerAddress]);
    field::set_address(&mut record, address.as_deref());
    let location = slots.entered(C::Location).filter(|place| place.is_object());
    let part = |key: &str, column| {
        let inside = location.as_deref().and_then(|place| member(place, key));
        inside.or_else(|| slots.text(column))
    };
    record.country = part("countryOrRegion", C::Country)
        .filter(|code| code.len() == 2)
        .map(|code| code.to_ascii_uppercase());
    record.risk = risk(&slots, &types);

    let named = [
        ("RequestId", slots.text(C::RequestId)),
        ("RiskLevel", slots.text(C::Level)),
        ("RiskState", slots.text(C::State)),
        ("RiskDetail", slots.text(C::Detail)),
        ("Source", slots.text(C::Source)),
        ("DetectionTimingType", slots.text(C::Timing)),
        ("Activity", slots.text(C::ActivityKind)),
        ("DetectedDateTime", instant(&slots, C::Detected)),
        ("LastUpdatedDateTime", instant(&slots, C::LastUpdated)),
        ("TokenIssuerType", slots.text(C::TokenIssuer)),
        ("City", part("city", C::City)),
        ("State", part("state", C::Region)),
    ];
    for (name, value) in named {
        field::push_fact(&mut record, name, value);
    }
    let mut more = additional(&slots);
    record.user_agent = slots.text(C::UserAgent).or_else(|| {
        let agent = more.iter().find(|(name, _)| name == "userAgent");
        agent.map(|(_, value)| value.to_string())
    });
    // These stand in columns and facts of their own.
    more.retain(|(name, _)| !["userAgent", "requestId", "correlationId"].contains(&name.as_str()));
    record.parameters.extend(more);
    Ok(Mapped::Event(Box::new(record)))
}

/// An instant in one writing, because the exports of one moment differ.
fn instant(slots: &Slots<'_, C>, column: C) -> Option<String> {
    match slots.first_instant(&[column]) {
        Some(instant) => Some(instant.to_string()),
        None => slots.text(column),
    }
}

/// The user or service principal at risk stands as the actor.
fn actor(slots: &Slots<'_, C>, record: &mut Record) {
    if let Some(id) = slots.id(C::ServicePrincipalId) {
        record.record_type = Some("ServicePrincipalRiskEvents".to_owned());
        record.actor.id = Some(id);
        record.actor.name = slots.text(C::ServicePrincipalName);
        record.actor.kind = ActorKind::App;
        record.app_id = slots.id(C::AppId);
        return;
    }
    record.record_type = Some("UserRiskEvents".to_owned());
    if let Some(name) = slots.text(C::UserPrincipalName) {
        field::set_actor_name(&mut record.actor, &name);
    }
    if let Some(id) = slots.id(C::UserId) {
        record.actor.id = Some(id);
    }
    record.actor.name = slots.text(C::UserName);
    let guest = record
        .actor
        .upn
        .as_deref()
        .is_some_and(|upn| upn.contains("#ext#"));
    record.actor.kind = if guest {
        ActorKind::Guest
    } else {
        ActorKind::User
    };
}

/// Level, state and types that say anything, separated by `;`.
fn risk(slots: &Slots<'_, C>, types: &[String]) -> Option<String> {
    let said = [slots.text(C::Level), slots.text(C::State)];
    let words: Vec<String> = said
        .into_iter()
        .flatten()
        .filter(|word| word != "none")
        .chain(types.iter().cloned())
        .collect();
    (!words.is_empty()).then(|| words.join(";"))
}

/// `additionalInfo`, a list of `{Key, Value}` as JSON text, opened; a list of values becomes several facts
/// of one name.
fn additional(slots: &Slots<'_, C>) -> Vec<Fact> {
    let mut facts = Vec::new();
    for pair in slots.list(C::Additional) {
        let (Some(key), Some(value)) = (member(&pair, "key"), member_value(&pair, "value")) else {
            continue;
        };
        let fact = |value| Some((key.as_str().into(), field::flat_str(value)?.into()));
        match value.as_array() {
            Some(items) => facts.extend(items.iter().filter_map(fact)),
            None => facts.extend(fact(value)),
        }
    }
    facts
}

/// Reads a user (or service principal) at risk as a state.
pub(crate) fn state(layers: &[&Value], place: &Place<'_>) -> Result<Mapped, String> {
    let slots: Slots<'_, C> = Slots::of_layers(layers);
    let upn = slots
        .text(C::UserPrincipalName)
        .and_then(|name| field::account(&name));
    let id = slots
        .first_text(&[C::Id, C::UserId])
        .map(|id| id.to_lowercase());
    let Some(id) = id.or_else(|| upn.clone()) else {
        return Err("the risky user has neither id nor name".to_owned());
    };
    let Some(inner) = layers.first() else {
        return Err("the risky user is empty".to_owned());
    };
    let properties = sonic_rs::to_string(inner)
        .ok()
        .and_then(|json| serde_json::from_str(&json).ok())
        .ok_or_else(|| "the risky user is no JSON object".to_owned())?;
    Ok(Mapped::State(Box::new(State {
        provenance: place.provenance,
        form: if place.form == DIAGNOSTIC {
            DIAGNOSTIC
        } else {
            RISKY_USERS
        },
        kind: "risky-user".to_owned(),
        id,
        name: slots.first_text(&[C::UserName, C::ServicePrincipalName]),
        owner: upn,
        as_of: slots.first_instant(&[C::EnvelopeTime, C::Ingested]),
        properties,
    })))
}
