//! Which forms risk detections and risky users come in, and how each is recognised.

use hourzero_model::Form;

use super::{DIAGNOSTIC, LOG_ANALYTICS, RISKY_USERS};
use crate::dialect::entra;
use crate::dialect::slot::score;
use crate::dialect::{Container, FormSpec, Mapped, Place, Row, Shape};

/// The forms of risk detections and risky users.
pub(crate) static FORMS: &[FormSpec] = &[
    FormSpec {
        form: Form("graph-risk-detections"),
        about: "Microsoft Graph `riskDetection` and `servicePrincipalRiskDetection` objects as JSON",
        fits: |shape| detections(shape, Container::Json),
        map: plain,
    },
    FormSpec {
        form: Form("mes-risky-detections"),
        about: "Microsoft-Extractor-Suite's CSV of risk detections",
        fits: |shape| detections(shape, Container::Csv),
        map: plain,
    },
    FormSpec {
        form: LOG_ANALYTICS,
        about: "Log Analytics tables AADUserRiskEvents and AADServicePrincipalRiskEvents",
        fits: log_analytics,
        map: entra::table_row,
    },
    FormSpec {
        form: DIAGNOSTIC,
        about: "Diagnostic settings of Entra to Event Hub or storage: risk categories",
        fits: diagnostic,
        map: entra::diagnostic_row,
    },
    FormSpec {
        form: RISKY_USERS,
        about: "Users at risk: Microsoft Graph `riskyUser`, Log Analytics AADRiskyUsers, Microsoft-Extractor-Suite's CSV",
        fits: risky_users,
        map: |row, place| super::state(&[row.value()], place),
    },
];

fn plain(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    super::event(&[row.value()], place, place.form)
}

/// Graph's properties that tell a risk detection; Log Analytics has them too.
const PROPERTIES: &[&str] = &[
    "activitydatetime",
    "riskdetail",
    "source",
    "detectiontimingtype",
    "activity",
    "ipaddress",
    "requestid",
    "userprincipalname",
    "additionalinfo",
    "detecteddatetime",
    "correlationid",
];

fn detections(shape: &Shape<'_>, container: Container) -> u32 {
    if shape.container != container {
        return 0;
    }
    let needed = [
        "riskeventtype",
        "risklevel",
        "riskstate",
        "activitydatetime",
    ];
    score(shape, &needed, PROPERTIES)
}

fn log_analytics(shape: &Shape<'_>) -> u32 {
    let needed = ["timegenerated", "riskeventtype", "risklevel", "riskstate"];
    let own = score(shape, &needed, &["type", "table", "operationname"]);
    let shared = score(shape, &[], PROPERTIES);
    if own == 0 {
        0
    } else {
        own.saturating_add(shared)
    }
}

fn diagnostic(shape: &Shape<'_>) -> u32 {
    let risk = entra::diagnostic_score(shape, entra::EntraLog::Risk);
    risk.max(entra::diagnostic_score(shape, entra::EntraLog::RiskyUser))
}

fn risky_users(shape: &Shape<'_>) -> u32 {
    let helpful = [
        "id",
        "userprincipalname",
        "userdisplayname",
        "isdeleted",
        "isprocessing",
        "risklastupdateddatetime",
        "riskdetail",
        "history",
    ];
    let fitting = score(shape, &["risklevel", "riskstate"], &helpful);
    if fitting < 5 { 0 } else { fitting }
}
