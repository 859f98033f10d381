//! Entra sign-ins of all four kinds, in every dialect that tools and portals write.
//!
//! Takes a row and gives one sign-in record whose columns and named facts mean the same whatever the
//! dialect, so that one rule serves all. It must never know how a file was framed.

mod columns;
mod facts;
mod kind;
mod place;
mod record;
mod word;

use hourzero_model::Form;
use sonic_rs::Value;

use super::entra;
use super::slot::{entered, member, member_value, score};
use super::{Container, FormSpec, Mapped, Place, Row, Shape};

/// Log Analytics, whatever the container; shared with rows of mixed tables.
pub(crate) const LOG_ANALYTICS: Form = Form("la-signins");
/// Diagnostic settings, whatever the transport; shared with rows of mixed categories.
pub(crate) const DIAGNOSTIC: Form = Form("diagnostic-signins");
const HUNTING: Form = Form("xdr-signins");

/// The forms of sign-ins.
pub(crate) static FORMS: &[FormSpec] = &[
    FormSpec {
        form: Form("graph-signins"),
        about: "Microsoft Graph `signIn` objects as JSON: Microsoft-Extractor-Suite, Hawk, untitledgoosetool, the portal's JSON download",
        fits: |shape| graph(shape, Container::Json),
        map: plain,
    },
    FormSpec {
        form: Form("graph-signins-csv"),
        about: "Microsoft Graph `signIn` objects as CSV, nested properties as JSON text: Microsoft-Extractor-Suite, Hawk",
        fits: |shape| graph(shape, Container::Csv),
        map: plain,
    },
    FormSpec {
        form: LOG_ANALYTICS,
        about: "Log Analytics tables SigninLogs, AADNonInteractiveUserSignInLogs, AADServicePrincipalSignInLogs, AADManagedIdentitySignInLogs",
        fits: log_analytics,
        map: entra::table_row,
    },
    FormSpec {
        form: Form("portal-signins-csv"),
        about: "The Entra portal's CSV download of sign-ins, in English",
        fits: portal,
        map: plain,
    },
    FormSpec {
        form: Form("portal-signins-authdetails-csv"),
        about: "The Entra portal's CSV download of the authentication steps of sign-ins, in English",
        fits: portal_steps,
        map: record::step,
    },
    FormSpec {
        form: DIAGNOSTIC,
        about: "Diagnostic settings of Entra to Event Hub or storage: sign-in categories",
        fits: |shape| entra::diagnostic_score(shape, entra::EntraLog::SignIn),
        map: entra::diagnostic_row,
    },
    FormSpec {
        form: HUNTING,
        about: "Defender XDR hunting tables of Entra sign-ins, from the portal, the API or streaming",
        fits: hunting,
        map: hunting_row,
    },
];

/// Reads a sign-in whose layers are known; for rows of mixed categories and tables.
pub(crate) fn event(layers: &[&Value], place: &Place<'_>, form: Form) -> Result<Mapped, String> {
    record::event(layers, place, form)
}

fn plain(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    record::event(&[row.value()], place, place.form)
}

/// Graph's properties that tell a sign-in; Log Analytics has most of them too.
const PROPERTIES: &[&str] = &[
    "createddatetime",
    "userprincipalname",
    "userid",
    "userdisplayname",
    "serviceprincipalid",
    "appid",
    "appdisplayname",
    "clientappused",
    "conditionalaccessstatus",
    "status",
    "devicedetail",
    "location",
    "isinteractive",
    "resourcedisplayname",
    "signineventtypes",
    "risklevelduringsignin",
    "correlationid",
    "authenticationrequirement",
    "uniquetokenidentifier",
];

fn graph(shape: &Shape<'_>, container: Container) -> u32 {
    if shape.container != container {
        return 0;
    }
    let fitting = score(shape, &["createddatetime", "ipaddress"], PROPERTIES);
    let telling = score(shape, &[], &["conditionalaccessstatus", "status", "appid"]);
    if fitting < 7 || telling < 2 {
        0
    } else {
        fitting
    }
}

/// A query may have kept few columns, so that few are needed.
fn log_analytics(shape: &Shape<'_>) -> u32 {
    let columns = [
        "timegenerated",
        "category",
        "type",
        "table",
        "resourcegroup",
        "resourceidentity",
        "authenticationdetails",
        "authenticationprocessingdetails",
        "locationdetails",
    ];
    let own = score(shape, &["resulttype", "ipaddress"], &columns);
    let shared = score(shape, &[], PROPERTIES);
    if own == 0 || shared < 3 {
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
        "useragent",
        "correlationid",
        "userid",
        "user",
        "username",
        "usertype",
        "crosstenantaccesstype",
        "incomingtokentype",
        "authenticationprotocol",
        "uniquetokenidentifier",
        "originaltransfermethod",
        "clientcredentialtype",
        "application",
        "resource",
        "location",
        "status",
        "signinerrorcode",
        "failurereason",
        "clientapp",
        "authenticationrequirement",
        "sessionid",
        "conditionalaccess",
        "serviceprincipalid",
        "serviceprincipalname",
    ];
    let fitting = score(shape, &["dateutc", "requestid", "applicationid"], &helpful);
    if fitting < 8 { 0 } else { fitting }
}

fn portal_steps(shape: &Shape<'_>) -> u32 {
    if shape.container != Container::Csv {
        return 0;
    }
    let helpful = [
        "authenticationmethoddetail",
        "succeeded",
        "resultdetail",
        "requirement",
        "dateutc",
    ];
    let fitting = score(shape, &["requestid", "authenticationmethod"], &helpful);
    if fitting < 4 { 0 } else { fitting }
}

fn hunting(shape: &Shape<'_>) -> u32 {
    let streamed = shape.rows.iter().filter(|row| streams_sign_ins(row));
    if let Ok(count @ 1..) = u32::try_from(streamed.count()) {
        return count.saturating_add(10);
    }
    let helpful = [
        "logontype",
        "accountupn",
        "accountobjectid",
        "sessionid",
        "resourceid",
        "endpointcall",
        "authenticationrequirement",
        "conditionalaccessstatus",
        "isguestuser",
        "serviceprincipalid",
        "ismanagedidentity",
        "reportid",
    ];
    let needed = [
        "timestamp",
        "application",
        "applicationid",
        "errorcode",
        "requestid",
    ];
    score(shape, &needed, &helpful)
}

/// Whether a streamed row (`facts/forms.md`, form 20) is of a table of sign-ins.
fn streams_sign_ins(row: &Value) -> bool {
    member(row, "category").is_some_and(|category| {
        let category = category.to_ascii_lowercase();
        category.starts_with("advancedhunting-") && category.contains("signinevents")
    })
}

fn hunting_row(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    match member_value(row, "properties").and_then(entered) {
        Some(inner) => record::event(&[&inner, row], place, HUNTING),
        None => record::event(&[row.value()], place, HUNTING),
    }
}
