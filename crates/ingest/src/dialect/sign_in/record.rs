//! A sign-in's columns, the same meaning whatever the dialect (`facts/schemas.md` §3.1, §4, §5).

use hourzero_model::{Actor, ActorKind, Form, Log, Record};
use sonic_rs::{JsonValueTrait, Value};

use super::columns::SignInColumn as C;
use super::facts::{self, Device, Facts, Risk};
use super::kind::Kind;
use super::place::{self, Whereabouts};
use super::word;
use crate::dialect::slot::{Slots, member};
use crate::dialect::{Mapped, Place, Row, field};
use crate::time;

/// What every sign-in is called, interactive or not, of a user or an app (`OperationName` in Log Analytics).
const OPERATION: &str = "Sign-in activity";

/// Reads a sign-in; `layers` are the row's objects, the innermost first.
pub(super) fn event(layers: &[&Value], place: &Place<'_>, form: Form) -> Result<Mapped, String> {
    let slots = Slots::of_layers(layers);
    let Some(event_time) = when(&slots) else {
        return Err("the sign-in has no readable time: none of CreatedDateTime, Date (UTC), Timestamp, time or TimeGenerated holds one; export it again with that column".to_owned());
    };
    let kind = Kind::of(&slots, place.name);
    let mut record = Record::new(place.provenance, form, Log::SignIn, event_time);
    operation_and_id(&slots, kind, &mut record);
    result(&slots, &mut record);
    record.actor = actor(&slots, kind);
    application(&slots, &mut record);
    let whereabouts = place::whereabouts(&slots);
    client(&slots, &whereabouts, &mut record);
    authentication(&slots, &mut record);

    let risk = Risk::of(&slots);
    let device = Device::of(&slots);
    record.risk = risk.summary();
    record.device_id = device.id();

    let mut facts = Facts::default();
    facts::policy_and_token(&slots, &mut facts);
    facts.add("IsInteractive", interactive(&slots, kind));
    facts::authentication(&slots, &mut facts);
    device.facts(&mut facts);
    facts::network(&slots, &whereabouts, &mut facts);
    risk.facts(&mut facts);
    facts.add(
        "IPAddressFromResourceProvider",
        slots.text(C::AddressSeenByResource),
    );
    facts.add("OriginalRequestId", slots.id(C::OriginalRequest));
    facts.add(
        "FlaggedForReview",
        slots.text(C::Flagged).map(|text| word::truth(&text)),
    );
    record.parameters = facts.into_list();
    Ok(Mapped::Event(Box::new(record)))
}

/// The time of the sign-in. `TimeGenerated` and the envelope's `time` are of ingestion, minutes later, and
/// count only where nothing else is logged; the first authentication step is closer than those.
fn when(slots: &Slots<'_, C>) -> Option<hourzero_model::Timestamp> {
    slots
        .first_instant(&[C::Created, C::HuntingTime])
        .or_else(|| {
            let steps = slots.list(C::Steps);
            let times = steps
                .iter()
                .filter_map(|step| member(step, "authenticationStepDateTime"));
            times.filter_map(|text| time::parse(&text)).min()
        })
        .or_else(|| slots.first_instant(&[C::EnvelopeTime, C::Ingested]))
}

fn operation_and_id(slots: &Slots<'_, C>, kind: Kind, record: &mut Record) {
    OPERATION.clone_into(&mut record.operation);
    record.record_type = Some(kind.record_type().to_owned());
    record.workload = Some("AzureActiveDirectory".to_owned());
    record.correlation_id = slots.id(C::CorrelationId);
    field::set_id(record, slots.id(C::Id));
}

fn result(slots: &Slots<'_, C>, record: &mut Record) {
    let status = slots.entered(C::Status).filter(|status| status.is_object());
    let inside = |key| status.as_deref().and_then(|status| member(status, key));
    let code = inside("errorCode")
        .or_else(|| slots.first_text(&[C::ErrorCode, C::ResultType]))
        .map(|code| word::whole(&code).to_owned());
    let said = match status {
        Some(_) => None,
        None => slots.text(C::Status),
    };
    record.result = word::outcome(code.as_deref(), said.as_deref());
    record.result_code = code;
    // Entra writes "Other." where it has no reason, with every success among them.
    record.result_reason = inside("failureReason")
        .or_else(|| slots.first_text(&[C::FailureReason, C::ResultDescription]))
        .filter(|reason| !matches!(reason.as_str(), "Other." | "Other"));
}

fn actor(slots: &Slots<'_, C>, kind: Kind) -> Actor {
    if !kind.is_user() {
        return Actor {
            upn: None,
            id: slots.id(C::ServicePrincipalId),
            name: slots.first_text(&[C::ServicePrincipalName, C::Identity]),
            kind: ActorKind::App,
        };
    }
    let mut actor = Actor::default();
    // An interrupted sign-in can carry the object id where the name belongs.
    if let Some(name) = slots.text(C::UserPrincipalName) {
        field::set_actor_name(&mut actor, &name);
    }
    if let Some(id) = slots.id(C::UserId) {
        actor.id = Some(id);
    }
    actor.name = slots.first_text(&[C::UserName, C::Identity]);
    let named_guest = actor
        .upn
        .as_deref()
        .is_some_and(|upn| upn.contains("#ext#"));
    actor.kind = match facts::user_type(slots).as_deref() {
        Some("Guest") => ActorKind::Guest,
        Some(_) => ActorKind::User,
        None if named_guest => ActorKind::Guest,
        None => ActorKind::User,
    };
    actor
}

fn application(slots: &Slots<'_, C>, record: &mut Record) {
    record.app_id = slots.id(C::AppId);
    record.app_name = slots.text(C::AppName);
    // `ResourceId` of Log Analytics and of the diagnostic envelope is the tenant's path in Azure.
    record.resource_app_id = slots
        .id(C::ResourceIdentity)
        .or_else(|| slots.id(C::ResourceId).filter(|id| !id.starts_with('/')));
    record.resource_name = slots.text(C::ResourceName).or_else(|| {
        slots
            .text(C::Resource)
            .filter(|name| name != "Microsoft.aadiam")
    });
}

fn client(slots: &Slots<'_, C>, whereabouts: &Whereabouts, record: &mut Record) {
    let address = slots.first_text(&[C::Address, C::CallerAddress]);
    field::set_address(record, address.as_deref());
    record.asn = slots
        .text(C::AutonomousSystem)
        .and_then(|text| word::whole(&text).parse().ok())
        .filter(|number| *number != 0);
    record.country = whereabouts
        .country
        .as_deref()
        .filter(|code| code.len() == 2)
        .map(str::to_ascii_uppercase);
    record.user_agent = slots.text(C::UserAgent);
    record.client_app = slots.text(C::ClientApp);
    record.session_id = slots.text(C::SessionId);
    record.token_id = slots.text(C::TokenId);
}

fn authentication(slots: &Slots<'_, C>, record: &mut Record) {
    record.auth_requirement = facts::spelled(slots, C::Requirement, word::REQUIREMENTS, &[]);
    record.auth_protocol = facts::spelled(slots, C::Protocol, word::PROTOCOLS, &[]);
    let detail = slots.entered(C::MfaDetail);
    let part = |key, slot| {
        let inside = detail.as_deref().and_then(|detail| member(detail, key));
        inside.or_else(|| slots.text(slot))
    };
    let parts = [
        part("authMethod", C::MfaMethod),
        part("authDetail", C::MfaMethodDetail),
    ];
    let said: Vec<String> = parts.into_iter().flatten().collect();
    record.mfa_detail = (!said.is_empty()).then(|| said.join("; "));
}

/// Whether a user took part, as logged or as the kind says.
fn interactive(slots: &Slots<'_, C>, kind: Kind) -> Option<String> {
    let logged = slots.text(C::IsInteractive).map(|text| word::truth(&text));
    logged.or_else(|| {
        kind.is_user().then(|| {
            word::truth(if kind == Kind::Interactive {
                "true"
            } else {
                "false"
            })
        })
    })
}

/// One step of a sign-in's authentication, from the portal's companion file. It names its sign-in, and
/// it is none itself: counted as one it would double every sign-in.
pub(super) fn step(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    let slots: Slots<'_, C> = Slots::of(row);
    let get = |key| member(row, key);
    let Some(event_time) = when(&slots).or_else(|| {
        get("Authentication step date time")
            .or_else(|| get("Authentication date (UTC)"))
            .and_then(|text| time::parse(&text))
    }) else {
        return Err("the authentication step has no readable time".to_owned());
    };
    let mut record = Record::new(place.provenance, place.form, Log::SignIn, event_time);
    operation_and_id(&slots, Kind::of(&slots, place.name), &mut record);
    "Sign-in authentication step".clone_into(&mut record.operation);
    field::set_id(&mut record, None);
    let succeeded = get("Succeeded").map(|text| word::truth(&text));
    record.result = match succeeded.as_deref() {
        Some("True") => hourzero_model::Outcome::Success,
        Some("False") => hourzero_model::Outcome::Failure,
        _ => hourzero_model::Outcome::Unknown,
    };
    record.result_reason = get("Result detail");
    if slots.has(C::UserPrincipalName) || slots.has(C::UserId) {
        record.actor = actor(&slots, Kind::Interactive);
    }
    let mut facts = Facts::default();
    facts.add("RequestId", slots.id(C::Id));
    facts.add("AuthenticationMethod", get("Authentication method"));
    facts.add(
        "AuthenticationMethodDetail",
        get("Authentication method detail"),
    );
    facts.add(
        "AuthenticationStepResult",
        get("Result detail").or(succeeded),
    );
    facts.add("AuthenticationStepRequirement", get("Requirement"));
    record.parameters = facts.into_list();
    Ok(Mapped::Event(Box::new(record)))
}
