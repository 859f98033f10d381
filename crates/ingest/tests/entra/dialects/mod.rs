//! One sign-in, one sign-in of an app, one directory audit and one risk detection, each written by hand in
//! every dialect: all must say the same, but for what a dialect has no place for, and that is listed.
//!
//! There is no real sample of the portal's CSV, the diagnostic stream, the hunting tables and Graph's beta
//! properties; their names come from Microsoft's references and `facts/forms.md`.

mod app_sign_in;
mod audit;
mod risk;
mod sign_in;
mod sign_in_elsewhere;
mod support;

use crate::read::{csv, read};

/// A stream of mixed categories: each row is read as what it is.
#[test]
fn a_mixed_stream_is_told_apart_row_by_row() {
    let (sign_in, audit, risk) = (sign_in::SIGN_IN, audit::AUDIT, risk::RISK);
    let rows = [
        format!(
            r#"{{"time":"2026-03-06T17:45:01Z","category":"SignInLogs","properties":{sign_in}}}"#
        ),
        format!(r#"{{"time":"2026-03-06T17:55:00Z","category":"AuditLogs","properties":{audit}}}"#),
        format!(
            r#"{{"time":"3/6/2026 7:03:00 PM","category":"UserRiskEvents","properties":{risk}}}"#
        ),
    ];
    let got = read("hub.json", rows.join("\n").as_bytes());
    let read: Vec<_> = got
        .records
        .iter()
        .map(|record| (record.log.name(), record.form.0))
        .collect();
    assert_eq!(
        read,
        [
            ("sign-in", "diagnostic-signins"),
            ("directory-audit", "diagnostic-auditlogs"),
            ("risk-detection", "diagnostic-risk-events"),
        ]
    );
}

/// A query keeps the columns that its writer wanted.
#[test]
fn a_query_of_few_columns_is_still_of_sign_ins() {
    let cells = [
        ("TimeGenerated [UTC]", "3/6/2026, 5:45:01.000 PM"),
        ("UserPrincipalName", "ap@contoso.example"),
        ("IPAddress", "203.0.113.9"),
        ("ResultType", "50126"),
        ("AppDisplayName", "OfficeHome"),
        ("Location", "NL"),
    ];
    let got = read("query_data.csv", &csv(&cells));
    assert_eq!(got.form(), "la-signins");
    let record = got.only();
    assert_eq!(record.event_time.to_string(), "2026-03-06T17:45:01Z");
    assert_eq!(record.country.as_deref(), Some("NL"));
    assert_eq!(record.result.name(), "failure");
}

/// A stream holds other services too; a union of tables as well.
#[test]
fn rows_of_other_logs_go_to_the_form_that_knows_them() {
    let sign_in = sign_in::SIGN_IN;
    let stream = format!(
        r#"{{"time":"2026-03-06T17:45:01Z","category":"SignInLogs","properties":{sign_in}}}
{{"time":"2026-03-06T17:45:02Z","category":"MicrosoftGraphActivityLogs","operationName":"Microsoft Graph Activity","callerIpAddress":"203.0.113.9","properties":{{"timeGenerated":"2026-03-06T17:45:02Z","requestId":"9cee9603-bca7-4e62-9634-f1bfdc39ca2f","requestMethod":"GET","responseStatusCode":200,"requestUri":"https://graph.microsoft.com/v1.0/me/messages","signInActivityId":"QkFzZTY0dXJsAQ","appId":"4765445b-32c6-49b0-83e6-1d93765276ca","userId":"0b7c1d2e-1111-4222-8333-444455556666","ipAddress":"203.0.113.9"}}}}
{{"time":"2026-03-06T17:45:03Z","category":"NobodyKnows","properties":{{"a":1}}}}"#
    );
    let got = read("hub.json", stream.as_bytes());
    let logs: Vec<_> = got.records.iter().map(|record| record.log.name()).collect();
    assert_eq!(
        logs.get(..2),
        Some(["sign-in", "graph-activity"].as_slice())
    );
    // What nobody knows is kept by somebody or refused with a reason, and never read as Entra's.
    assert_eq!(logs.len() + got.rejects.len(), 3);
    assert!(!logs.iter().skip(1).any(|log| *log == "sign-in"));
}
