//! Entra's logs in the wrappings that they share: diagnostic settings and Log Analytics put sign-ins,
//! directory audits and risk into one stream or file and name the log in each row.
//!
//! Takes a row and hands it to the mapper of its log; a row of another service's log goes to the form
//! that knows it. It must never read a field of the log itself.

use sonic_rs::{JsonContainerTrait, Value};

use super::slot::{entered, fold, member, member_value, says_something};
use super::{Mapped, Place, Row, Shape, directory_audit, risk, sign_in};

/// The logs of Entra that share wrappings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntraLog {
    SignIn,
    DirectoryAudit,
    Risk,
    RiskyUser,
}

impl EntraLog {
    /// The log of a category of diagnostic settings or of a table of Log Analytics.
    ///
    /// A table that was loaded again by hand ends in `_CL`.
    fn named(label: &str) -> Option<Self> {
        let folded = fold(label.strip_suffix("_CL").unwrap_or(label));
        let name = folded.strip_prefix("aad").unwrap_or(&folded);
        match name {
            "signinlogs"
            | "noninteractiveusersigninlogs"
            | "serviceprincipalsigninlogs"
            | "managedidentitysigninlogs" => Some(Self::SignIn),
            "auditlogs" => Some(Self::DirectoryAudit),
            "userriskevents" | "serviceprincipalriskevents" => Some(Self::Risk),
            "riskyusers" | "riskyserviceprincipals" => Some(Self::RiskyUser),
            _ => None,
        }
    }

    /// The log of a row of diagnostic settings: as its category names it, else as its properties show it.
    /// Forwarders put the audit's own category (`Policy`, `ApplicationManagement`) where the log's
    /// name belongs.
    fn of_row(row: &Value) -> Option<Self> {
        let named = member(row, "category").as_deref().and_then(Self::named);
        named.or_else(|| {
            let inner = member_value(row, "properties").and_then(entered)?;
            let has = |key| member_value(&inner, key).is_some();
            let is_audit = has("activityDateTime") && has("initiatedBy") && has("loggedByService");
            is_audit.then_some(Self::DirectoryAudit)
        })
    }
}

/// How well rows fit diagnostic settings of one log: the wrapper's four keys and the rows that name the log.
pub(crate) fn diagnostic_score(shape: &Shape<'_>, log: EntraLog) -> u32 {
    let of_log = shape.rows.iter().filter(|row| {
        member_value(row, "properties").is_some() && EntraLog::of_row(row) == Some(log)
    });
    match u32::try_from(of_log.count()) {
        Ok(count @ 1..) => count.saturating_add(4),
        _ => 0,
    }
}

/// Reads a row of diagnostic settings, `{time, category, properties: {…}}`.
pub(crate) fn diagnostic_row(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    let Some(log) = EntraLog::of_row(row) else {
        let category = member(row, "category").unwrap_or_default();
        return elsewhere(row, place, &format!("the category `{category}`"));
    };
    let inner = member_value(row, "properties").and_then(entered);
    let layers: Vec<&Value> = inner.as_deref().into_iter().chain([row.value()]).collect();
    match log {
        EntraLog::SignIn => sign_in::event(&layers, place, sign_in::DIAGNOSTIC),
        EntraLog::DirectoryAudit => {
            directory_audit::event(&layers, place, directory_audit::DIAGNOSTIC)
        }
        EntraLog::Risk => risk::event(&layers, place, risk::DIAGNOSTIC),
        EntraLog::RiskyUser => risk::state(&layers, place),
    }
}

/// Reads a row of Log Analytics. The table stands in `$table` or `Type`; where neither is exported, the
/// form that was recognised decides.
pub(crate) fn table_row(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    let label = member(row, "$table").or_else(|| member(row, "Type"));
    let log = match (label.as_deref(), place.form) {
        (Some(label), _) => match EntraLog::named(label) {
            Some(log) => log,
            None => return elsewhere(row, place, &format!("the table `{label}`")),
        },
        (None, form) if form == directory_audit::LOG_ANALYTICS => EntraLog::DirectoryAudit,
        (None, form) if form == risk::LOG_ANALYTICS => EntraLog::Risk,
        (None, _) => EntraLog::SignIn,
    };
    match log {
        EntraLog::SignIn => sign_in::event(&[row.value()], place, sign_in::LOG_ANALYTICS),
        EntraLog::DirectoryAudit => {
            directory_audit::event(&[row.value()], place, directory_audit::LOG_ANALYTICS)
        }
        EntraLog::Risk => risk::event(&[row.value()], place, risk::LOG_ANALYTICS),
        EntraLog::RiskyUser => risk::state(&[row.value()], place),
    }
}

/// Reads a row that is none of Entra's by the form that fits it best when it is looked at alone. The
/// record says the form that read it.
fn elsewhere(row: &Row<'_>, place: &Place<'_>, what: &str) -> Result<Mapped, String> {
    let ours = [sign_in::FORMS, directory_audit::FORMS, risk::FORMS];
    let keys: Vec<String> = row
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, value)| says_something(value))
        .map(|(key, _)| key.to_owned())
        .collect();
    let shape = Shape::new(
        place.container,
        &keys,
        std::slice::from_ref(row),
        place.name,
    );
    let others = super::forms().filter(|spec| {
        ours.iter()
            .flat_map(|forms| forms.iter())
            .all(|own| own.form != spec.form)
    });
    let Some((spec, _)) = shape.best(others) else {
        return Err(format!("{what} is of no log that can be read here"));
    };
    let place = Place {
        form: spec.form,
        ..*place
    };
    (spec.map)(row, &place)
}
