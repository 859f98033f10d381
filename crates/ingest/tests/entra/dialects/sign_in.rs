//! One sign-in in Graph, Log Analytics and diagnostic settings.

use super::support::{assert_same, borrowed, lines, part, row_object, table_cells};
use crate::read::{csv, read, says};

pub(crate) const SIGN_IN: &str = r#"{"id":"3e4f9ff8-5b1c-4c59-8a1e-0d7c3f1b2a00","createdDateTime":"2026-03-06T17:40:12Z","userDisplayName":"Ada Perez","userPrincipalName":"ap@contoso.example","userId":"0b7c1d2e-1111-4222-8333-444455556666","userType":"member","appId":"4765445b-32c6-49b0-83e6-1d93765276ca","appDisplayName":"OfficeHome","resourceId":"4765445b-32c6-49b0-83e6-1d93765276cb","resourceDisplayName":"OfficeHome Service","resourceTenantId":"6c1f0000-1111-4222-8333-444455556666","homeTenantId":"6c1f0000-1111-4222-8333-444455556667","ipAddress":"203.0.113.9","ipAddressFromResourceProvider":"198.51.100.4","clientAppUsed":"Browser","userAgent":"axios/1.7.2","correlationId":"d8230000-1111-4222-8333-444455556666","conditionalAccessStatus":"failure","originalRequestId":"3e4f9ff8-5b1c-4c59-8a1e-0d7c3f1b2a00","isInteractive":true,"tokenIssuerType":"AzureAD","authenticationProtocol":"deviceCode","originalTransferMethod":"deviceCodeFlow","incomingTokenType":"primaryRefreshToken","authenticationRequirement":"multiFactorAuthentication","crossTenantAccessType":"b2bCollaboration","clientCredentialType":"none","flaggedForReview":false,"sessionId":"00420000-1111-4222-8333-444455556666","uniqueTokenIdentifier":"QkFzZTY0dXJsAQ","signInEventTypes":["interactiveUser"],"autonomousSystemNumber":14061,"riskDetail":"none","riskLevelAggregated":"medium","riskLevelDuringSignIn":"high","riskState":"atRisk","riskEventTypes_v2":["unfamiliarFeatures","anomalousToken"],"mfaDetail":{"authMethod":"Mobile app notification","authDetail":"+XX XXXXXXX83"},"tokenProtectionStatusDetails":{"signInSessionStatus":"unbound","signInSessionStatusCode":1003},"status":{"errorCode":53003,"failureReason":"Blocked by Conditional Access.","additionalDetails":"MFA completed in Azure AD"},"deviceDetail":{"deviceId":"1FF04FEC-c4cb-4258-a096-817939f8d724","displayName":"PC-17","operatingSystem":"Windows10","browser":"Edge 126.0.0","isCompliant":true,"isManaged":true,"trustType":"Hybrid Azure AD joined"},"location":{"city":"Amsterdam","state":"Noord-Holland","countryOrRegion":"NL","geoCoordinates":{"latitude":52.3,"longitude":4.9}},"networkLocationDetails":[{"networkType":"trustedNamedLocation","networkNames":["Head office"]}],"authenticationDetails":[{"authenticationStepDateTime":"2026-03-06T17:40:12Z","authenticationMethod":"Password","authenticationMethodDetail":"Password in the cloud","succeeded":true,"authenticationStepResultDetail":"Correct password"},{"authenticationStepDateTime":"2026-03-06T17:40:12Z","authenticationMethod":"Mobile app notification","succeeded":true}],"authenticationProcessingDetails":[{"key":"Is CAE Token","value":"False"}],"appliedConditionalAccessPolicies":[{"id":"p1","displayName":"Block foreign","enforcedGrantControls":["Block"],"result":"failure"},{"id":"p2","displayName":"Other","result":"notApplied"}]}"#;

pub(crate) const TABLE_NAMES: &[(&str, &str)] = &[
    ("Id", "id"),
    ("Identity", "userDisplayName"),
    ("UserDisplayName", "userDisplayName"),
    ("UserPrincipalName", "userPrincipalName"),
    ("UserId", "userId"),
    ("AppId", "appId"),
    ("AppDisplayName", "appDisplayName"),
    ("ServicePrincipalId", "servicePrincipalId"),
    ("ServicePrincipalName", "servicePrincipalName"),
    (
        "ServicePrincipalCredentialKeyId",
        "servicePrincipalCredentialKeyId",
    ),
    ("ResourceIdentity", "resourceId"),
    ("ResourceDisplayName", "resourceDisplayName"),
    ("ResourceTenantId", "resourceTenantId"),
    ("HomeTenantId", "homeTenantId"),
    ("IPAddress", "ipAddress"),
    (
        "IPAddressFromResourceProvider",
        "ipAddressFromResourceProvider",
    ),
    ("ClientAppUsed", "clientAppUsed"),
    ("UserAgent", "userAgent"),
    ("CorrelationId", "correlationId"),
    ("ConditionalAccessStatus", "conditionalAccessStatus"),
    ("OriginalRequestId", "originalRequestId"),
    ("TokenIssuerType", "tokenIssuerType"),
    ("AuthenticationProtocol", "authenticationProtocol"),
    ("OriginalTransferMethod", "originalTransferMethod"),
    ("IncomingTokenType", "incomingTokenType"),
    ("AuthenticationRequirement", "authenticationRequirement"),
    ("CrossTenantAccessType", "crossTenantAccessType"),
    ("ClientCredentialType", "clientCredentialType"),
    ("SessionId", "sessionId"),
    ("UniqueTokenIdentifier", "uniqueTokenIdentifier"),
    ("RiskDetail", "riskDetail"),
    ("RiskLevelAggregated", "riskLevelAggregated"),
    ("RiskLevelDuringSignIn", "riskLevelDuringSignIn"),
    ("RiskState", "riskState"),
    ("RiskEventTypes", "riskEventTypes_v2"),
    ("RiskEventTypes_V2", "riskEventTypes_v2"),
    ("MfaDetail", "mfaDetail"),
    (
        "TokenProtectionStatusDetails",
        "tokenProtectionStatusDetails",
    ),
    ("LocationDetails", "location"),
    ("NetworkLocationDetails", "networkLocationDetails"),
    ("AuthenticationDetails", "authenticationDetails"),
    (
        "AuthenticationProcessingDetails",
        "authenticationProcessingDetails",
    ),
    (
        "ConditionalAccessPolicies",
        "appliedConditionalAccessPolicies",
    ),
    ("ConditionalAccessPoliciesV2", "none"),
];

pub(crate) const USER_TABLE_NAMES: &[(&str, &str)] = &[
    ("IsInteractive", "isInteractive"),
    ("FlaggedForReview", "flaggedForReview"),
];

fn sign_in_table_cells() -> Vec<(&'static str, String)> {
    let mut cells = vec![
        ("OperationName", "Sign-in activity".to_owned()),
        ("Category", "SignInLogs".to_owned()),
        (
            "ResourceId",
            "/tenants/6c1f0000/providers/Microsoft.aadiam".to_owned(),
        ),
        ("Resource", "Microsoft.aadiam".to_owned()),
        ("Location", "NL".to_owned()),
        (
            "ResultDescription",
            "Blocked by Conditional Access.".to_owned(),
        ),
        ("UserType", "Member".to_owned()),
        ("AutonomousSystemNumber", "14061.0".to_owned()),
        ("Type", "SigninLogs".to_owned()),
    ];
    cells.extend(table_cells(SIGN_IN, TABLE_NAMES));
    cells.extend(table_cells(SIGN_IN, USER_TABLE_NAMES));
    cells
}

#[test]
fn one_sign_in_says_the_same_in_graph_and_log_analytics() {
    let reference = says(&read("a.json", SIGN_IN.as_bytes()).only());
    insta::assert_snapshot!(lines(&reference));

    let own = table_cells(SIGN_IN, TABLE_NAMES);
    assert!(own.len() > 40);

    let graph: serde_json::Value = serde_json::from_str(SIGN_IN).unwrap();
    let graph_cells: Vec<(String, String)> = graph
        .as_object()
        .unwrap()
        .keys()
        .map(|key| (key.clone(), part(SIGN_IN, key)))
        .collect();
    let graph_cells: Vec<(&str, &str)> = graph_cells
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    assert_same(
        &reference,
        "Combined.csv",
        &csv(&graph_cells),
        ("graph-signins-csv", &[]),
    );

    // The API: plain names, `+00:00`, numbers as text with `.0`.
    let cells = sign_in_table_cells();
    let mut api = borrowed(&cells);
    let status = part(SIGN_IN, "status");
    let device = part(SIGN_IN, "deviceDetail");
    api.extend([
        ("TimeGenerated", "2026-03-06 17:45:01.000000+00:00"),
        ("CreatedDateTime", "2026-03-06 17:40:12.000000+00:00"),
        ("ResultType", "53003.0"),
        ("Status", status.as_str()),
        ("DeviceDetail", device.as_str()),
    ]);
    assert_same(
        &reference,
        "SigninLogs.csv",
        &csv(&api),
        ("la-signins", &[]),
    );
    let line = row_object(&api).to_string();
    assert_same(
        &reference,
        "rows.json",
        line.as_bytes(),
        ("la-signins", &[]),
    );

    // The portal: `[UTC]`, US dates, a column of two types as a pair, `$table` first.
    let mut portal = vec![("$table", "SigninLogs")];
    portal.extend(borrowed(&cells));
    portal.extend([
        ("TimeGenerated [UTC]", "3/6/2026, 5:45:01.000 PM"),
        ("CreatedDateTime [UTC]", "3/6/2026, 5:40:12.000 PM"),
        ("ResultType", "53003"),
        ("Status_dynamic", status.as_str()),
        ("Status_string", ""),
        ("DeviceDetail_dynamic", "{}"),
        ("DeviceDetail_string", device.as_str()),
    ]);
    assert_same(
        &reference,
        "query_data.csv",
        &csv(&portal),
        ("la-signins", &[]),
    );
}

#[test]
fn one_sign_in_says_the_same_in_diagnostic_settings() {
    let reference = says(&read("a.json", SIGN_IN.as_bytes()).only());
    let record = format!(
        r#"{{"time":"2026-03-06T17:45:01.0000000Z","resourceId":"/tenants/6c1f/providers/Microsoft.aadiam","operationName":"Sign-in activity","category":"SignInLogs","resultType":"53003","resultDescription":"Blocked by Conditional Access.","callerIpAddress":"203.0.113.9","correlationId":"d8230000-1111-4222-8333-444455556666","identity":"Ada Perez","location":"NL","properties":{SIGN_IN}}}"#
    );
    assert_same(
        &reference,
        "PT1H.json",
        record.as_bytes(),
        ("diagnostic-signins", &[]),
    );
    let hub = format!(r#"{{"records":[{record}]}}"#);
    assert_same(
        &reference,
        "hub.json",
        hub.as_bytes(),
        ("diagnostic-signins", &[]),
    );
    let lowered = record
        .replace("callerIpAddress", "calleripaddress")
        .replace("resultType", "resulttype")
        .replace("resourceId\":\"/", "resourceid\":\"/")
        .replace("operationName", "operationname");
    assert_same(
        &reference,
        "lake.json",
        lowered.as_bytes(),
        ("diagnostic-signins", &[]),
    );
}

/// PowerShell writes the same properties with a capital letter, in pretty JSON, a single hit as an object.
#[test]
fn one_sign_in_says_the_same_as_powershell_writes_it() {
    let reference = says(&read("a.json", SIGN_IN.as_bytes()).only());
    let graph: serde_json::Value = serde_json::from_str(SIGN_IN).unwrap();
    let pretty = serde_json::to_string_pretty(&capitals(&graph)).unwrap();
    let expected = ("graph-signins", [].as_slice());
    assert_same(
        &reference,
        "SignInLogs-Combined.json",
        pretty.as_bytes(),
        expected,
    );
}

fn capitals(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(members) => members
            .iter()
            .map(|(key, value)| {
                let (first, rest) = key.split_at(1);
                (format!("{}{rest}", first.to_uppercase()), capitals(value))
            })
            .collect(),
        serde_json::Value::Array(items) => items.iter().map(capitals).collect(),
        other => other.clone(),
    }
}
