//! Tables of advanced hunting, Log Analytics and Sentinel, one form a table whatever brought it.
//!
//! Takes rows of a table and gives events. A file may mix tables (streaming does): each row goes to the
//! reader of the table that it names, else to that of the form. A table that nobody knows becomes an
//! event with fewer fields: its name, time, act, the columns that every table spells alike, and the
//! rest as parameters.

pub(crate) mod columns;
mod common;
mod device;
mod elsewhere;
mod identity;
pub(crate) mod table;

use hourzero_model::{Form, Log, Record};

use self::columns::Columns;
use self::table::Table;
use super::{FormSpec, Mapped, Place, Row, Shape, alert, email, graph_activity};

/// A form for each table that has a reader.
macro_rules! table_forms {
    ($($form:literal $about:literal $table:path;)*) => {
        /// The forms of the tables that have a reader, and the last resort for those that have none.
        pub(crate) const FORMS: &[FormSpec] = &[
            $(FormSpec {
                form: Form($form),
                about: $about,
                fits: |shape| $table.fits(shape),
                map,
            },)*
            FormSpec {
                form: Form("devicehunting"),
                about: "Device tables of Defender for Endpoint (DeviceEvents, DeviceProcessEvents, DeviceLogonEvents …), or a union of them.",
                fits: device::fits,
                map,
            },
            FormSpec {
                form: Form("hunting-table"),
                about: "Any other table of hunting or Log Analytics that has a time.",
                fits: fits_unknown_table,
                map,
            },
        ];

        /// The tables that have a reader, with their forms.
        const TABLES: &[(&str, &Table)] = &[$(($form, &$table),)*];
    };
}

table_forms! {
    "emailevents" "EmailEvents of Defender for Office 365: one row a message and recipient." email::EVENTS;
    "emailurlinfo" "EmailUrlInfo: one row an address in a message." email::URLS;
    "emailattachmentinfo" "EmailAttachmentInfo: one row an attachment and recipient." email::ATTACHMENTS;
    "emailpostdelivery" "EmailPostDeliveryEvents: what was done to a message after delivery." email::POST_DELIVERY;
    "urlclickevents" "UrlClickEvents: clicks that Safe Links saw." email::CLICKS;
    "messageevents" "MessageEvents: Teams messages that Defender saw." email::TEAMS_MESSAGES;
    "messageurlinfo" "MessageUrlInfo: addresses in Teams messages." email::TEAMS_URLS;
    "identitylogonevents" "IdentityLogonEvents of Defender for Identity and Defender for Cloud Apps." identity::LOGONS;
    "identityqueryevents" "IdentityQueryEvents: queries against a directory." identity::QUERIES;
    "identitydirectoryevents" "IdentityDirectoryEvents: changes and acts in a directory." identity::DIRECTORY;
    "alertinfo" "AlertInfo: alerts of Defender XDR." alert::INFO;
    "alertevidence" "AlertEvidence: what each alert concerns, one row an entity." alert::EVIDENCE;
    "securityalert" "SecurityAlert of Sentinel and Defender for Cloud." alert::SECURITY_ALERT;
    "securityincident" "SecurityIncident of Sentinel." alert::SECURITY_INCIDENT;
    "graphactivity" "MicrosoftGraphActivityLogs or GraphApiAuditEvents: calls to Microsoft Graph." graph_activity::TABLE;
}

/// Tables that other modules read or that have no reader of their own; a row that names one of them is
/// of no other table.
const OTHER_TABLES: &[&str] = &[
    "AADManagedIdentitySignInLogs",
    "AADNonInteractiveUserSignInLogs",
    "AADProvisioningLogs",
    "AADRiskyUsers",
    "AADServicePrincipalSignInLogs",
    "AADSignInEventsBeta",
    "AADSpnSignInEventsBeta",
    "AADUserRiskEvents",
    "AuditLogs",
    "AzureActivity",
    "BehaviorAnalytics",
    "CloudAppEvents",
    "EntraIdSignInEvents",
    "EntraIdSpnSignInEvents",
    "IdentityInfo",
    "ManagedIdentitySignInLogs",
    "NonInteractiveUserSignInLogs",
    "OfficeActivity",
    "ProvisioningLogs",
    "ServicePrincipalSignInLogs",
    "SignInLogs",
    "SigninLogs",
    "ThreatIntelligenceIndicator",
    "UserRiskEvents",
];

/// Columns that only tables of hunting and Log Analytics have.
const HUNTING_COLUMNS: &[&str] = &[
    "AccountUpn",
    "AccountObjectId",
    "ActionType",
    "ReportId",
    "TenantId",
    "Type",
    "$table",
    "SourceSystem",
    "DeviceId",
    "DeviceName",
    "InitiatedBy",
    "OperationName",
    "UserPrincipalName",
    "CorrelationId",
    "NetworkMessageId",
];

/// Whether this is the name of a table of hunting or Log Analytics.
pub(crate) fn is_table(name: &str) -> bool {
    device::is_table(name)
        || TABLES.iter().any(|(_, table)| table.is_named(name))
        || is_elsewhere(name)
}

/// Whether this is the name of a table that no reader here knows.
fn is_elsewhere(name: &str) -> bool {
    OTHER_TABLES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// The last resort: a known table's name, or a time and two columns that tables have. One point, so that
/// every form that knows the table wins. A table without a time is accepted too, so that each of its
/// rows is shown with the reason why it cannot be placed in time.
///
/// Directory audits that a query left without any time go here rather than to the module that reads
/// them: nothing can be read of them, and the reason here says how to export them again.
fn fits_unknown_table(shape: &Shape<'_>) -> u32 {
    let times = [
        "Timestamp",
        "TimeGenerated",
        "ActivityDateTime",
        "time",
        "_time",
    ];
    let is_audit = shape
        .table()
        .is_some_and(|name| name.eq_ignore_ascii_case("AuditLogs"));
    if is_audit && !table::any(shape, &times) {
        return 32;
    }
    let known = shape.table().is_some();
    let timed = table::any(shape, &["Timestamp", "TimeGenerated"]);
    u32::from(known || timed && table::count(shape, HUNTING_COLUMNS) >= 2)
}

/// Reads a row of any table as an event; one that another module knows is read there.
fn map(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    let elsewhere = match columns::table_name(row) {
        Some(name) if is_elsewhere(&name) => columns::envelope(row),
        None if may_be_union(place.form) && device::is_cloud_app(row) => Some(row.value().clone()),
        _ => None,
    };
    if let Some(read) = elsewhere.and_then(|inner| elsewhere::read(&inner, place)) {
        return read;
    }
    columns::read(row, |columns| {
        let record = event(columns, place)?;
        Ok(Mapped::Event(Box::new(record)))
    })
}

/// Whether an export of this form may be a union of tables whose rows do not say which one they are of.
fn may_be_union(form: Form) -> bool {
    form.0 == "devicehunting" || form.0.starts_with("identity")
}

fn event(columns: &mut Columns<'_>, place: &Place<'_>) -> Result<Record, String> {
    let name = columns.table().map(str::to_owned);
    let named = |wanted: &str| TABLES.iter().find(|(_, table)| table.is_named(wanted));
    let by_form = || TABLES.iter().find(|(form, _)| *form == place.form.0);
    // A column `Type` may say something else than a table; the category of a stream never does.
    let is_certain = |name: &&str| columns.is_streamed() || is_table(name);
    let known = match name.as_deref().filter(is_certain) {
        Some(name) => named(name),
        None => by_form(),
    };
    if let Some((_, table)) = known {
        let name = name.filter(|name| table.is_named(name));
        let name = name.unwrap_or_else(|| table.name().to_owned());
        let mut record = table::begin(columns, place, table.log, &name)?;
        (table.fill)(columns, &mut record)?;
        columns.rest_into(&mut record);
        return Ok(record);
    }
    let is_device = name
        .as_deref()
        .map_or(place.form.0 == "devicehunting", device::is_table);
    if is_device {
        return device::event(columns, place, name.as_deref());
    }
    unknown(columns, place, name.as_deref())
}

/// A row of a table that has no reader.
fn unknown(
    columns: &mut Columns<'_>,
    place: &Place<'_>,
    name: Option<&str>,
) -> Result<Record, String> {
    let table = name.unwrap_or("unnamed table");
    let log = match table.to_ascii_lowercase() {
        name if name.starts_with("email") || name.starts_with("message") => Log::EmailHunting,
        name if name.starts_with("identity") => Log::IdentityHunting,
        name if name.starts_with("alert") => Log::Alert,
        name if name == "cloudappevents" => Log::CloudAppEvents,
        name if name == "auditlogs" => Log::DirectoryAudit,
        _ => Log::Other,
    };
    let mut record = table::begin(columns, place, log, table)?;
    record.operation = common::operation(columns, table);
    common::fill(columns, &mut record);
    columns.rest_into(&mut record);
    Ok(record)
}
