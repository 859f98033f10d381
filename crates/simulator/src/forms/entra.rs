//! Doors of Entra's sign-ins and directory audits: pages of Graph, lines, portal downloads, diagnostic
//! settings (forms 10 to 15).

use serde_json::Value;

use super::door::{Batch, Door, Made, Order};
use super::row::{Table, cell, tree};
use crate::json;
use crate::world::EntraPlan;

/// Pages of Graph with their envelope (form 10).
pub(super) const GRAPH_PAGES: Door = Door {
    order: Order::NewestFirst,
    most: 1_000,
    packs: true,
    write: graph_page,
};
/// One array (a collector's, or the portal's JSON download).
pub(super) const ARRAY: Door = Door {
    order: Order::NewestFirst,
    most: 20_000,
    packs: true,
    write: array,
};
/// A line each.
pub(super) const LINES: Door = Door {
    order: Order::OldestFirst,
    most: 50_000,
    packs: true,
    write: lines,
};
/// Diagnostic settings into storage (form 15).
pub(super) const DIAGNOSTIC: Door = Door {
    order: Order::OldestFirst,
    most: 20_000,
    packs: true,
    write: diagnostic,
};
/// The portal's CSV of sign-ins (form 12): a file for each kind. The portal gives up to 100,000 rows; who has
/// so many asks for fewer days at once.
pub(super) const PORTAL_SIGN_INS: Door = Door {
    order: Order::NewestFirst,
    most: 40_000,
    packs: false,
    write: portal_sign_ins,
};
/// The portal's CSV of directory audits (form 13).
pub(super) const PORTAL_AUDITS: Door = Door {
    order: Order::NewestFirst,
    most: 100_000,
    packs: false,
    write: portal_audits,
};

/// Doors of sign-ins: without P1 only the portal has them.
pub(super) fn sign_in_doors(plan: EntraPlan) -> &'static [Door] {
    match plan {
        EntraPlan::Free => &[PORTAL_SIGN_INS, ARRAY],
        EntraPlan::P1 | EntraPlan::P2 => &[GRAPH_PAGES, ARRAY, LINES, DIAGNOSTIC, PORTAL_SIGN_INS],
    }
}

/// Doors of directory audits; every plan can read them by Graph.
pub(super) const AUDIT_DOORS: &[Door] = &[GRAPH_PAGES, ARRAY, LINES, DIAGNOSTIC, PORTAL_AUDITS];

fn is_sign_in(record: &str) -> bool {
    record.contains("\"createdDateTime\"")
}

fn stem(batch: &Batch<'_>) -> &'static str {
    if is_sign_in(batch.whole(0)) {
        "SignInLogs"
    } else {
        "DirectoryAudits"
    }
}

fn graph_page(batch: &Batch<'_>) -> Vec<Made> {
    let name = format!(
        "{}-{}-page{}.json",
        batch.last_day(),
        stem(batch),
        batch.part
    );
    let context = if stem(batch) == "SignInLogs" {
        "signIns"
    } else {
        "directoryAudits"
    };
    let before = format!(
        "{{\"@odata.context\":\"https://graph.microsoft.com/beta/$metadata#auditLogs/{context}\",\"value\":["
    );
    vec![batch.array(name, (&before, ",", "]}"), |place| {
        batch.whole(place).to_owned()
    })]
}

fn array(batch: &Batch<'_>) -> Vec<Made> {
    let name = format!("{}_{}_{}.json", stem(batch), batch.last_day(), batch.part);
    vec![batch.array(name, ("[", ",\n", "]"), |place| {
        batch.whole(place).to_owned()
    })]
}

fn lines(batch: &Batch<'_>) -> Vec<Made> {
    let name = format!("{}-Combined-{}.json", stem(batch), batch.part);
    vec![batch.lines(name, |place| batch.json(place).to_owned())]
}

fn diagnostic(batch: &Batch<'_>) -> Vec<Made> {
    let tenant = batch.world.tenant.id;
    let line = |place: usize| {
        let Some(record) = batch.records.get(place) else {
            return String::new();
        };
        let said = tree(&record.json);
        let wrapped = json::object(|row| {
            row.text(
                "time",
                first_of(&said, &["createdDateTime", "activityDateTime"]),
            )
            .text(
                "resourceId",
                format!("/tenants/{tenant}/providers/Microsoft.aadiam"),
            )
            .text(
                "operationName",
                if is_sign_in(&record.json) {
                    "Sign-in activity".to_owned()
                } else {
                    cell(&said, "activityDisplayName")
                },
            )
            .text("operationVersion", "1.0")
            .text("category", category(&said))
            .shown("tenantId", tenant)
            .text("resultType", cell(&said, "status.errorCode"))
            .text(
                "callerIpAddress",
                first_of(&said, &["ipAddress", "initiatedBy.user.ipAddress"]),
            )
            .text("correlationId", cell(&said, "correlationId"))
            .number("Level", 4)
            .raw("properties", &record.json);
        });
        batch.cut_if_so(place, &wrapped).to_owned()
    };
    let name = format!("PT1H-{}-{}.json", stem(batch).to_lowercase(), batch.part);
    vec![batch.lines(name, line)]
}

fn first_of(record: &Value, paths: &[&str]) -> String {
    paths
        .iter()
        .map(|path| cell(record, path))
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

fn category(record: &Value) -> &'static str {
    if record.get("createdDateTime").is_none() {
        return "AuditLogs";
    }
    match kind_of(record) {
        Kind::Interactive => "SignInLogs",
        Kind::NonInteractive => "NonInteractiveUserSignInLogs",
        Kind::Application => "ServicePrincipalSignInLogs",
        Kind::ManagedIdentity => "ManagedIdentitySignInLogs",
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Interactive,
    NonInteractive,
    Application,
    ManagedIdentity,
}

fn kind_of(record: &Value) -> Kind {
    match cell(record, "signInEventTypes").as_str() {
        kinds if kinds.contains("nonInteractiveUser") => Kind::NonInteractive,
        kinds if kinds.contains("servicePrincipal") => Kind::Application,
        kinds if kinds.contains("managedIdentity") => Kind::ManagedIdentity,
        _ => Kind::Interactive,
    }
}

/// How a cell of the portal comes from the record.
#[derive(Debug, Clone, Copy)]
enum Cell {
    /// As it stands at a path.
    At(&'static str),
    /// A name such as `primaryRefreshToken`, in words.
    Words(&'static str),
    /// With a capital.
    Capital(&'static str),
    /// `Yes` or `No`.
    YesNo(&'static str),
    /// Made of several.
    Made(fn(&Value) -> String),
    /// Always the same.
    Fixed(&'static str),
}

/// The portal's columns; blanks and the repeated one are the portal's own.
const PORTAL_COLUMNS: &[(&str, Cell)] = &[
    ("Date (UTC)", Cell::At("createdDateTime")),
    ("Request ID", Cell::At("id")),
    ("User agent", Cell::At("userAgent")),
    ("Correlation ID", Cell::At("correlationId")),
    ("User ID", Cell::At("userId")),
    ("User", Cell::At("userDisplayName")),
    ("Username", Cell::At("userPrincipalName")),
    ("User type", Cell::Capital("userType")),
    (
        "Cross tenant access type",
        Cell::At("crossTenantAccessType"),
    ),
    ("Incoming token type", Cell::Words("incomingTokenType")),
    (
        "Authentication Protocol",
        Cell::Words("authenticationProtocol"),
    ),
    ("Unique token identifier", Cell::At("uniqueTokenIdentifier")),
    (
        "Original transfer method",
        Cell::Words("originalTransferMethod"),
    ),
    (
        "Client credential type",
        Cell::Words("clientCredentialType"),
    ),
    (
        "Token Protection - Sign In Session",
        Cell::Capital("tokenProtectionStatusDetails.signInSessionStatus"),
    ),
    (
        "Token Protection - Sign In Session StatusCode",
        Cell::At("tokenProtectionStatusDetails.signInSessionStatusCode"),
    ),
    ("Application", Cell::At("appDisplayName")),
    ("Application ID ", Cell::At("appId")),
    ("App owner tenant ID", Cell::At("appOwnerTenantId")),
    ("Resource", Cell::At("resourceDisplayName")),
    ("Resource ID ", Cell::At("resourceId")),
    ("Resource tenant ID", Cell::At("resourceTenantId")),
    (
        "Resource owner tenant ID",
        Cell::At("resourceOwnerTenantId"),
    ),
    ("Home tenant ID", Cell::At("homeTenantId")),
    ("Home tenant name", Cell::At("homeTenantName")),
    ("IP address", Cell::At("ipAddress")),
    ("Location", Cell::Made(location)),
    ("Status", Cell::Made(status)),
    (
        "Sign-in error code",
        Cell::Made(|record| when_refused(record, "status.errorCode")),
    ),
    (
        "Failure reason",
        Cell::Made(|record| when_refused(record, "status.failureReason")),
    ),
    ("Client app", Cell::At("clientAppUsed")),
    ("Device ID", Cell::At("deviceDetail.deviceId")),
    ("Browser", Cell::At("deviceDetail.browser")),
    ("Operating System", Cell::At("deviceDetail.operatingSystem")),
    ("Compliant", Cell::YesNo("deviceDetail.isCompliant")),
    ("Managed", Cell::YesNo("deviceDetail.isManaged")),
    ("Join Type", Cell::At("deviceDetail.trustType")),
    (
        "Multifactor authentication result",
        Cell::At("status.additionalDetails"),
    ),
    (
        "Multifactor authentication auth method",
        Cell::At("mfaDetail.authMethod"),
    ),
    (
        "Multifactor authentication auth detail",
        Cell::At("mfaDetail.authDetail"),
    ),
    ("Authentication requirement", Cell::Made(requirement)),
    ("Sign-in identifier", Cell::At("signInIdentifier")),
    ("Session ID", Cell::At("sessionId")),
    (
        "IP address (seen by resource)",
        Cell::At("ipAddressFromResourceProvider"),
    ),
    (
        "Through Global Secure Access",
        Cell::YesNo("isThroughGlobalSecureAccess"),
    ),
    (
        "Global Secure Access IP address",
        Cell::At("globalSecureAccessIpAddress"),
    ),
    (
        "Autonomous system  number",
        Cell::At("autonomousSystemNumber"),
    ),
    ("Flagged for review", Cell::YesNo("flaggedForReview")),
    ("Token issuer type", Cell::Made(issuer)),
    ("Incoming token type", Cell::Words("incomingTokenType")),
    ("Token issuer name", Cell::At("tokenIssuerName")),
    ("Latency", Cell::At("processingTimeInMilliseconds")),
    ("Conditional Access", Cell::Words("conditionalAccessStatus")),
    ("Managed Identity type", Cell::Fixed("None")),
    ("Associated Resource Id", Cell::Fixed("")),
    ("Federated Token Id", Cell::Fixed("")),
    ("Federated Token Issuer", Cell::Fixed("")),
];

/// The columns of applications' sign-ins that stand where those of people have the user.
const APP_COLUMNS: [(&str, Cell); 3] = [
    ("Service principal ID", Cell::At("servicePrincipalId")),
    ("Service principal name", Cell::At("servicePrincipalName")),
    (
        "Credential key ID",
        Cell::At("servicePrincipalCredentialKeyId"),
    ),
];

impl Cell {
    fn of(self, record: &Value) -> String {
        match self {
            Self::At(path) => cell(record, path),
            Self::Words(path) => words(&cell(record, path)),
            Self::Capital(path) => capital(&cell(record, path)),
            Self::YesNo(path) => yes_no(&cell(record, path)),
            Self::Made(make) => make(record),
            Self::Fixed(text) => text.to_owned(),
        }
    }
}

fn location(record: &Value) -> String {
    ["city", "state", "countryOrRegion"]
        .iter()
        .map(|part| cell(record, &format!("location.{part}")))
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

fn when_refused(record: &Value, path: &str) -> String {
    if cell(record, "status.errorCode") == "0" {
        String::new()
    } else {
        cell(record, path)
    }
}

fn requirement(record: &Value) -> String {
    match cell(record, "authenticationRequirement").as_str() {
        "multiFactorAuthentication" => "Multifactor authentication".to_owned(),
        "singleFactorAuthentication" => "Single-factor authentication".to_owned(),
        other => other.to_owned(),
    }
}

fn issuer(record: &Value) -> String {
    match cell(record, "tokenIssuerType").as_str() {
        "AzureAD" => "Microsoft Entra ID".to_owned(),
        other => other.to_owned(),
    }
}

fn portal_sign_ins(batch: &Batch<'_>) -> Vec<Made> {
    let kinds = [
        (Kind::Interactive, "InteractiveSignIns"),
        (Kind::NonInteractive, "NonInteractiveSignIns"),
        (Kind::Application, "ApplicationSignIns"),
        (Kind::ManagedIdentity, "MSISignIns"),
    ];
    let mut sheets: Vec<Sheet> = kinds.iter().map(|(kind, _)| Sheet::new(*kind)).collect();
    // One tree at a time: a download has as many rows as the portal gives.
    for (place, record) in batch.records.iter().enumerate() {
        let record = tree(&record.json);
        let kind = kind_of(&record);
        if let Some(sheet) = sheets.iter_mut().find(|sheet| sheet.kind == kind) {
            sheet.row(place, &record);
        }
    }
    let days = format!("{}_{}", batch.first_day(), batch.last_day());
    // A second download of the same days gets a number from the browser.
    let again = match batch.part {
        0 | 1 => String::new(),
        part => format!(" ({})", part - 1),
    };
    kinds
        .into_iter()
        .zip(sheets)
        .filter(|(_, sheet)| !sheet.places.is_empty())
        .map(|((_, name), sheet)| {
            let mut bytes = b"\xef\xbb\xbf".to_vec();
            bytes.extend(sheet.table.bytes());
            Made {
                name: format!("{name}_{days}{again}.csv"),
                bytes,
                places: sheet.places,
                damaged: std::collections::BTreeSet::new(),
            }
        })
        .collect()
}

/// The portal's table of one kind of sign-ins.
struct Sheet {
    kind: Kind,
    columns: Vec<(&'static str, Cell)>,
    table: Table,
    places: Vec<usize>,
}

impl Sheet {
    fn new(kind: Kind) -> Self {
        let mut columns = PORTAL_COLUMNS.to_vec();
        if matches!(kind, Kind::Application | Kind::ManagedIdentity) {
            columns.splice(4..8, APP_COLUMNS);
        }
        let header: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        Self {
            kind,
            table: Table::new(&header),
            columns,
            places: Vec::new(),
        }
    }

    fn row(&mut self, place: usize, record: &Value) {
        let cells = self.columns.iter().map(|(_, cell)| cell.of(record));
        self.table.row(cells);
        self.places.push(place);
    }
}

/// Interrupts are told apart from failures in the portal.
fn status(record: &Value) -> String {
    match cell(record, "status.errorCode").as_str() {
        "0" => "Success",
        "50140" | "50199" | "50058" | "50072" | "50074" | "50076" | "50079" | "50097" | "50125"
        | "50129" | "50158" | "16000" | "65001" => "Interrupted",
        _ => "Failure",
    }
    .to_owned()
}

fn yes_no(flag: &str) -> String {
    match flag {
        "true" => "Yes".to_owned(),
        "false" => "No".to_owned(),
        other => other.to_owned(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// `primaryRefreshToken` as `Primary refresh token`.
fn words(name: &str) -> String {
    let mut text = String::new();
    for sign in name.chars() {
        if sign.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.extend(sign.to_lowercase());
    }
    capital(&text)
}

fn portal_audits(batch: &Batch<'_>) -> Vec<Made> {
    let mut header: Vec<String> = [
        "Date (UTC)",
        "CorrelationId",
        "Service",
        "Category",
        "Activity",
        "Result",
        "ResultReason",
        "User Agent",
        "ActorType",
        "ActorDisplayName",
        "ActorObjectId",
        "ActorUserPrincipalName",
        "IPAddress",
        "ActorHomeTenantId",
        "ActorHomeTenantName",
        "ActorServicePrincipalId",
        "ActorServicePrincipalName",
    ]
    .map(str::to_owned)
    .to_vec();
    for target in 1..=3 {
        for part in ["Type", "DisplayName", "ObjectId", "UserPrincipalName"] {
            header.push(format!("Target{target}{part}"));
        }
        for property in 1..=5 {
            for part in ["Name", "OldValue", "NewValue"] {
                header.push(format!("Target{target}ModifiedProperty{property}{part}"));
            }
        }
    }
    for detail in 1..=6 {
        header.push(format!("AdditionalDetail{detail}Key"));
        header.push(format!("AdditionalDetail{detail}Value"));
    }
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = Table::new(&names);
    for record in batch.records {
        table.row(audit_cells(&tree(&record.json)));
    }
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    bytes.extend(table.bytes());
    vec![batch.table(format!("AuditLogs_{}.csv", batch.last_day()), bytes)]
}

fn audit_cells(record: &Value) -> Vec<String> {
    let get = |path: &str| cell(record, path);
    let by_user = record
        .get("initiatedBy")
        .and_then(|by| by.get("user"))
        .is_some_and(Value::is_object);
    let mut cells = vec![
        get("activityDateTime"),
        get("correlationId"),
        get("loggedByService"),
        get("category"),
        get("activityDisplayName"),
        get("result"),
        get("resultReason"),
        get("userAgent"),
        if by_user { "User" } else { "Application" }.to_owned(),
        get(if by_user {
            "initiatedBy.user.displayName"
        } else {
            "initiatedBy.app.displayName"
        }),
        get("initiatedBy.user.id"),
        get("initiatedBy.user.userPrincipalName"),
        get("initiatedBy.user.ipAddress"),
        get("initiatedBy.user.homeTenantId"),
        get("initiatedBy.user.homeTenantName"),
        get("initiatedBy.app.servicePrincipalId"),
        get("initiatedBy.app.servicePrincipalName"),
    ];
    for target in 0..3 {
        let said = list_item(record, "targetResources", target);
        for part in ["type", "displayName", "id", "userPrincipalName"] {
            cells.push(cell(said, part));
        }
        for property in 0..5 {
            let changed = list_item(said, "modifiedProperties", property);
            for part in ["displayName", "oldValue", "newValue"] {
                cells.push(cell(changed, part));
            }
        }
    }
    for detail in 0..6 {
        let said = list_item(record, "additionalDetails", detail);
        cells.push(cell(said, "key"));
        cells.push(cell(said, "value"));
    }
    cells
}

fn list_item<'v>(record: &'v Value, list: &str, at: usize) -> &'v Value {
    record
        .get(list)
        .and_then(|list| list.get(at))
        .unwrap_or(&Value::Null)
}
