//! Entra's logs in the wrappings that they share: diagnostic settings and Log Analytics put sign-ins,
//! directory audits and risk into one stream or file and name the log in each row.
//!
//! Takes a row and hands it to the mapper of its log. It must never read a field of the log itself.

use sonic_rs::Value;

use super::slot::{entered, fold, member, member_value};
use super::{Mapped, Place, Shape, directory_audit, risk, sign_in};

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
    fn named(label: &str) -> Option<Self> {
        let folded = fold(label);
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
}

/// How well rows fit diagnostic settings of one log: the wrapper's four keys and the rows that name the log.
pub(crate) fn diagnostic_score(shape: &Shape<'_>, log: EntraLog) -> u32 {
    let of_log = shape.rows.iter().filter(|row| {
        let label = member(row, "category");
        member_value(row, "properties").is_some()
            && label.as_deref().and_then(EntraLog::named) == Some(log)
    });
    match u32::try_from(of_log.count()) {
        Ok(count @ 1..) => count.saturating_add(4),
        _ => 0,
    }
}

/// Reads a row of diagnostic settings, `{time, category, properties: {…}}`.
pub(crate) fn diagnostic_row(row: &Value, place: &Place<'_>) -> Result<Mapped, String> {
    let category = member(row, "category").unwrap_or_default();
    let Some(log) = EntraLog::named(&category) else {
        return Err(format!(
            "the category `{category}` is none of Entra's sign-ins, audits and risk"
        ));
    };
    let inner = member_value(row, "properties").and_then(entered);
    let layers: Vec<&Value> = inner.as_deref().into_iter().chain([row]).collect();
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
pub(crate) fn table_row(row: &Value, place: &Place<'_>) -> Result<Mapped, String> {
    let label = member(row, "$table").or_else(|| member(row, "Type"));
    let log = label
        .as_deref()
        .and_then(EntraLog::named)
        .unwrap_or(match place.form {
            form if form == directory_audit::LOG_ANALYTICS => EntraLog::DirectoryAudit,
            form if form == risk::LOG_ANALYTICS => EntraLog::Risk,
            _ => EntraLog::SignIn,
        });
    match log {
        EntraLog::SignIn => sign_in::event(&[row], place, sign_in::LOG_ANALYTICS),
        EntraLog::DirectoryAudit => {
            directory_audit::event(&[row], place, directory_audit::LOG_ANALYTICS)
        }
        EntraLog::Risk => risk::event(&[row], place, risk::LOG_ANALYTICS),
        EntraLog::RiskyUser => risk::state(&[row], place),
    }
}
