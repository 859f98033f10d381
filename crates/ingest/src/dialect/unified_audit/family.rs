//! Which schema a record follows, and how it ended.
//!
//! Takes record type, workload and the result members and gives the family and the outcome. It must
//! never look at who did it.

use hourzero_model::Outcome;

use super::fields::Fields;
use super::names::Field;

/// Records of one schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// Cmdlets: Exchange, and security & compliance.
    Cmdlet,
    /// Items of a mailbox.
    Mailbox,
    /// Entra's directory.
    Directory,
    /// Sign-ins.
    Logon,
    /// SharePoint and OneDrive.
    Files,
    /// Teams.
    Teams,
    /// Alerts.
    Alert,
    /// A mail that Defender judged.
    Mail,
    /// A click on a rewritten link.
    Click,
    /// All others.
    Other,
}

/// The family of a record: by its type's number, else by workload and what it carries.
pub(super) fn family(number: Option<u16>, workload: Option<&str>, fields: &Fields<'_>) -> Family {
    match number {
        Some(1 | 10 | 18) => Family::Cmdlet,
        Some(2 | 3 | 19 | 50) => Family::Mailbox,
        Some(8) => Family::Directory,
        Some(9 | 15) => Family::Logon,
        Some(4 | 6 | 7 | 14 | 36 | 37 | 54 | 55 | 56 | 205) => Family::Files,
        Some(25 | 57) => Family::Teams,
        Some(40) => Family::Alert,
        Some(28) => Family::Mail,
        Some(41) => Family::Click,
        Some(_) => Family::Other,
        None => by_workload(workload.unwrap_or_default(), fields),
    }
}

fn by_workload(workload: &str, fields: &Fields<'_>) -> Family {
    let has = |key| fields.value(key).is_some();
    match workload.to_ascii_lowercase().as_str() {
        "exchange" if has(Field::MailboxOwnerUpn) => Family::Mailbox,
        "exchange" => Family::Cmdlet,
        "azureactivedirectory" if has(Field::ErrorNumber) => Family::Logon,
        "azureactivedirectory" => Family::Directory,
        "sharepoint" | "onedrive" => Family::Files,
        "microsoftteams" => Family::Teams,
        _ => Family::Other,
    }
}

/// How an act ended: the outcome, its code and its reason as logged.
pub(super) struct Ending {
    pub(super) outcome: Outcome,
    pub(super) code: Option<String>,
    pub(super) reason: Option<String>,
}

/// Reads the ending of a record.
pub(super) fn ending(family: Family, operation: &str, fields: &Fields<'_>) -> Ending {
    let status = fields.text(Field::ResultStatus);
    if family == Family::Logon {
        return logon(operation, status, fields);
    }
    let outcome = match status.as_deref() {
        Some(word) => outcome_of(word),
        // These are written only when the thing was done; they carry no status.
        None if matches!(family, Family::Files | Family::Mailbox) => Outcome::Success,
        None => Outcome::Unknown,
    };
    Ending {
        outcome,
        code: status,
        reason: fields.text(Field::LogonError),
    }
}

/// The words for an ending over all workloads; a word of another meaning ("New") says nothing.
pub(in crate::dialect) fn outcome_of(word: &str) -> Outcome {
    match word.trim().to_ascii_lowercase().as_str() {
        "true" | "succeeded" | "success" | "partiallysucceeded" => Outcome::Success,
        "false" | "failed" | "failure" | "fail" | "timeout" => Outcome::Failure,
        _ => Outcome::Unknown,
    }
}

/// In a sign-in `ResultStatus` is the processing of the request, not its ending: the error number
/// decides, and where there is none the operation's name.
fn logon(operation: &str, status: Option<String>, fields: &Fields<'_>) -> Ending {
    let number = fields.first_text(&[Field::ErrorNumber, Field::LoginStatus]);
    let failed = operation.eq_ignore_ascii_case("UserLoginFailed");
    let outcome = match number.as_deref() {
        Some("0") if failed => Outcome::Failure,
        Some("0") => Outcome::Success,
        Some(number) if is_interrupt(number) => Outcome::Interrupted,
        Some(_) => Outcome::Failure,
        None if failed => Outcome::Failure,
        None if operation.eq_ignore_ascii_case("UserLoggedIn") => Outcome::Success,
        None => status.as_deref().map_or(Outcome::Unknown, outcome_of),
    };
    Ending {
        outcome,
        code: number.or(status),
        reason: fields.text(Field::LogonError),
    }
}

/// Entra's numbers for a sign-in that was stopped to ask for more (`facts/schemas.md` §5).
fn is_interrupt(number: &str) -> bool {
    matches!(
        number,
        "50140"
            | "50199"
            | "50058"
            | "50072"
            | "50074"
            | "50076"
            | "50079"
            | "50097"
            | "50125"
            | "50129"
            | "50155"
            | "50158"
            | "16000"
            | "16003"
            | "50059"
    )
}
