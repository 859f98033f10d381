//! One sign-in of an app in every dialect.

use std::collections::BTreeMap;

use super::sign_in::TABLE_NAMES;
use super::support::{assert_same, borrowed, lines, table_cells};
use crate::read::{csv, read, says};

const APP_SIGN_IN: &str = r#"{"id":"9e4f9ff8-5b1c-4c59-8a1e-0d7c3f1b2a00","createdDateTime":"2026-03-06T18:00:00Z","userId":"00000000-0000-0000-0000-000000000000","appId":"646e6312-7ae7-45b4-b0db-4c66ceb03639","servicePrincipalId":"3771e2fe-e684-472d-8c73-7fbeac13ea0d","servicePrincipalName":"Mail Sync","servicePrincipalCredentialKeyId":"b208ad9a-bdce-4bb4-b049-0b2256886808","resourceId":"00000003-0000-0000-c000-000000000000","resourceDisplayName":"Microsoft Graph","ipAddress":"203.0.113.77","correlationId":"47c82903-00c9-4a08-bf5e-40190b60f341","conditionalAccessStatus":"notApplied","isInteractive":false,"clientCredentialType":"clientSecret","uniqueTokenIdentifier":"czwun3VJYkGCN0j3S4ROAA","signInEventTypes":["servicePrincipal"],"status":{"errorCode":7000215,"failureReason":"Invalid client secret provided."},"location":{"city":"Boydton","state":"Virginia","countryOrRegion":"US"}}"#;

#[test]
fn one_sign_in_of_an_app_says_the_same_in_graph_and_diagnostic_settings() {
    let reference = says(&read("a.json", APP_SIGN_IN.as_bytes()).only());
    insta::assert_snapshot!(lines(&reference));
    let record = format!(
        r#"{{"time":"2026-03-06T18:04:00Z","category":"ServicePrincipalSignInLogs","operationName":"Sign-in activity","resultType":7000215,"properties":{APP_SIGN_IN}}}"#
    );
    assert_same(
        &reference,
        "PT1H.json",
        record.as_bytes(),
        ("diagnostic-signins", &[]),
    );
}

/// The reference without what only Graph says of an app's sign-in: that nobody took part.
fn reference() -> BTreeMap<String, String> {
    let mut said = says(&read("a.json", APP_SIGN_IN.as_bytes()).only());
    said.remove("parameters.IsInteractive");
    said
}

#[test]
fn one_sign_in_of_an_app_says_the_same_in_log_analytics_and_the_portal() {
    let reference = reference();
    let mut cells = table_cells(APP_SIGN_IN, TABLE_NAMES);
    cells.extend([
        ("TimeGenerated", "2026-03-06 18:00:00+00:00".to_owned()),
        ("Category", "ServicePrincipalSignInLogs".to_owned()),
        ("Location", "US".to_owned()),
        ("ResultType", "7000215".to_owned()),
        (
            "ResultDescription",
            "Invalid client secret provided.".to_owned(),
        ),
        ("Type", "AADServicePrincipalSignInLogs".to_owned()),
    ]);
    assert_same(
        &reference,
        "rows.csv",
        &csv(&borrowed(&cells)),
        ("la-signins", &[]),
    );

    let portal = [
        ("Date (UTC)", "2026-03-06T18:00:00Z"),
        ("Request ID", "9e4f9ff8-5b1c-4c59-8a1e-0d7c3f1b2a00"),
        ("Correlation ID", "47c82903-00c9-4a08-bf5e-40190b60f341"),
        ("Application ID ", "646e6312-7ae7-45b4-b0db-4c66ceb03639"),
        (
            "Service principal ID",
            "3771e2fe-e684-472d-8c73-7fbeac13ea0d",
        ),
        ("Service principal name", "Mail Sync"),
        ("Credential key ID", "b208ad9a-bdce-4bb4-b049-0b2256886808"),
        ("Client credential type", "Client secret"),
        ("Resource", "Microsoft Graph"),
        ("Resource ID ", "00000003-0000-0000-c000-000000000000"),
        ("IP address", "203.0.113.77"),
        ("Location", "Boydton, Virginia, US"),
        ("Status", "Failure"),
        ("Sign-in error code", "7000215"),
        ("Failure reason", "Invalid client secret provided."),
        ("Unique token identifier", "czwun3VJYkGCN0j3S4ROAA"),
        ("Conditional Access", "Not applied"),
    ];
    let expected = ("portal-signins-csv", [].as_slice());
    assert_same(
        &reference,
        "ApplicationSignIns_2026-03-06.csv",
        &csv(&portal),
        expected,
    );
}

#[test]
fn one_sign_in_of_an_app_says_the_same_in_the_hunting_tables() {
    let reference = reference();
    let hunting = [
        ("Timestamp", "2026-03-06T18:00:00Z"),
        ("Application", ""),
        ("ApplicationId", "646e6312-7ae7-45b4-b0db-4c66ceb03639"),
        ("IsManagedIdentity", "false"),
        ("ErrorCode", "7000215"),
        ("CorrelationId", "47c82903-00c9-4a08-bf5e-40190b60f341"),
        ("ServicePrincipalName", "Mail Sync"),
        ("ServicePrincipalId", "3771e2fe-e684-472d-8c73-7fbeac13ea0d"),
        ("ResourceDisplayName", "Microsoft Graph"),
        ("ResourceId", "00000003-0000-0000-c000-000000000000"),
        ("IPAddress", "203.0.113.77"),
        ("Country", "US"),
        ("State", "Virginia"),
        ("City", "Boydton"),
        ("RequestId", "9e4f9ff8-5b1c-4c59-8a1e-0d7c3f1b2a00"),
        ("ReportId", "r"),
    ];
    let lacks = [
        "result_reason",
        "token_id",
        "parameters.ClientCredentialType",
        "parameters.ConditionalAccessStatus",
        "parameters.CredentialKeyId",
    ];
    assert_same(
        &reference,
        "spn.csv",
        &csv(&hunting),
        ("xdr-signins", &lacks),
    );
}
