//! The same sign-in in the portal's CSV and the hunting tables; how sign-ins end, and who signed in.

use super::sign_in::SIGN_IN;
use super::support::{assert_same, part, row_object};
use crate::read::{csv, read, says};

/// What the portal's CSV of sign-ins has no column for.
const PORTAL_LACKS: &[&str] = &[
    "risk",
    "parameters.AuthenticationMethod",
    "parameters.AuthenticationMethodDetail",
    "parameters.AuthenticationStepResult",
    "parameters.AuthenticationProcessing.Is CAE Token",
    "parameters.ConditionalAccessPolicy",
    "parameters.DeviceDisplayName",
    "parameters.NetworkName",
    "parameters.NetworkType",
    "parameters.OriginalRequestId",
    "parameters.RiskDetail",
    "parameters.RiskEventType",
    "parameters.RiskLevelAggregated",
    "parameters.RiskLevelDuringSignIn",
    "parameters.RiskState",
];

/// The portal's headers with their trailing and double blanks, and the one that occurs twice.
const PORTAL_SIGN_IN: &[(&str, &str)] = &[
    ("Date (UTC)", "2026-03-06T17:40:12Z"),
    ("Request ID", "3e4f9ff8-5b1c-4c59-8a1e-0d7c3f1b2a00"),
    ("User agent", "axios/1.7.2"),
    ("Correlation ID", "d8230000-1111-4222-8333-444455556666"),
    ("User ID", "0b7c1d2e-1111-4222-8333-444455556666"),
    ("User", "Ada Perez"),
    ("Username", "ap@contoso.example"),
    ("User type", "Member"),
    ("Cross tenant access type", "b2bCollaboration"),
    ("Incoming token type", "Primary refresh token"),
    ("Authentication Protocol", "Device code"),
    ("Unique token identifier", "QkFzZTY0dXJsAQ"),
    ("Original transfer method", "Device code flow"),
    ("Client credential type", "None"),
    ("Token Protection - Sign In Session", "Unbound"),
    ("Token Protection - Sign In Session StatusCode", "1003"),
    ("Application", "OfficeHome"),
    ("Application ID ", "4765445b-32c6-49b0-83e6-1d93765276ca"),
    ("App owner tenant ID", ""),
    ("Resource", "OfficeHome Service"),
    ("Resource ID ", "4765445b-32c6-49b0-83e6-1d93765276cb"),
    ("Resource tenant ID", "6c1f0000-1111-4222-8333-444455556666"),
    ("Resource owner tenant ID", ""),
    ("Home tenant ID", "6c1f0000-1111-4222-8333-444455556667"),
    ("Home tenant name", ""),
    ("IP address", "203.0.113.9"),
    ("Location", "Amsterdam, Noord-Holland, NL"),
    ("Status", "Failure"),
    ("Sign-in error code", "53003"),
    ("Failure reason", "Blocked by Conditional Access."),
    ("Client app", "Browser"),
    ("Device ID", "1ff04fec-c4cb-4258-a096-817939f8d724"),
    ("Browser", "Edge 126.0.0"),
    ("Operating System", "Windows10"),
    ("Compliant", "Yes"),
    ("Managed", "Yes"),
    ("Join Type", "Microsoft Entra hybrid joined"),
    (
        "Multifactor authentication result",
        "MFA completed in Azure AD",
    ),
    (
        "Multifactor authentication auth method",
        "Mobile app notification",
    ),
    ("Multifactor authentication auth detail", "+XX XXXXXXX83"),
    ("Authentication requirement", "Multifactor authentication"),
    ("Sign-in identifier", "ap@contoso.example"),
    ("Session ID", "00420000-1111-4222-8333-444455556666"),
    ("IP address (seen by resource)", "198.51.100.4"),
    ("Through Global Secure Access", "No"),
    ("Global Secure Access IP address", ""),
    ("Autonomous system  number", "14061"),
    ("Flagged for review", "No"),
    ("Token issuer type", "Microsoft Entra ID"),
    ("Incoming token type", "Primary refresh token"),
    ("Token issuer name", ""),
    ("Latency", "126"),
    ("Conditional Access", "Failure"),
    ("Managed Identity type", "None"),
    ("Associated Resource Id", ""),
    ("Federated Token ID", ""),
    ("Federated Token Issuer", ""),
];

#[test]
fn one_sign_in_says_the_same_in_the_portals_csv() {
    let reference = says(&read("a.json", SIGN_IN.as_bytes()).only());
    let bytes = csv(PORTAL_SIGN_IN);
    let expected = ("portal-signins-csv", PORTAL_LACKS);
    assert_same(
        &reference,
        "InteractiveSignIns_2026-03-06.csv",
        &bytes,
        expected,
    );

    let quiet = read(
        "InteractiveSignIns.zip!NonInteractiveSignIns_2026-03-06.csv",
        &bytes,
    )
    .only();
    assert_eq!(
        quiet.record_type.as_deref(),
        Some("NonInteractiveUserSignInLogs")
    );
    assert_eq!(
        quiet.parameter("IsInteractive").collect::<Vec<_>>(),
        ["False"]
    );
}

/// What the hunting table has no column for.
const HUNTING_LACKS: &[&str] = &[
    "result_reason",
    "asn",
    "auth_protocol",
    "mfa_detail",
    "parameters.AdditionalDetails",
    "parameters.AuthenticationMethod",
    "parameters.AuthenticationMethodDetail",
    "parameters.AuthenticationStepResult",
    "parameters.ClientCredentialType",
    "parameters.CrossTenantAccessType",
    "parameters.FlaggedForReview",
    "parameters.HomeTenantId",
    "parameters.IPAddressFromResourceProvider",
    "parameters.IncomingTokenType",
    "parameters.OriginalRequestId",
    "parameters.OriginalTransferMethod",
    "parameters.RiskDetail",
    "parameters.TokenProtection",
];

#[test]
fn one_sign_in_says_the_same_in_the_hunting_tables() {
    let reference = says(&read("a.json", SIGN_IN.as_bytes()).only());
    let networks = part(SIGN_IN, "networkLocationDetails");
    let policies = part(SIGN_IN, "appliedConditionalAccessPolicies");
    let processing = part(SIGN_IN, "authenticationProcessingDetails");
    let cells = [
        ("Timestamp", "2026-03-06T17:40:12Z"),
        ("Application", "OfficeHome"),
        ("ApplicationId", "4765445b-32c6-49b0-83e6-1d93765276ca"),
        ("LogonType", r#"["interactiveUser"]"#),
        ("ErrorCode", "53003"),
        ("CorrelationId", "d8230000-1111-4222-8333-444455556666"),
        ("SessionId", "00420000-1111-4222-8333-444455556666"),
        ("AccountDisplayName", "Ada Perez"),
        ("AccountObjectId", "0b7c1d2e-1111-4222-8333-444455556666"),
        ("AccountUpn", "ap@contoso.example"),
        ("IsExternalUser", "0"),
        ("IsGuestUser", "false"),
        ("ResourceDisplayName", "OfficeHome Service"),
        ("ResourceId", "4765445b-32c6-49b0-83e6-1d93765276cb"),
        ("ResourceTenantId", "6c1f0000-1111-4222-8333-444455556666"),
        ("DeviceName", "PC-17"),
        ("EntraIdDeviceId", "1ff04fec-c4cb-4258-a096-817939f8d724"),
        ("OSPlatform", "Windows10"),
        ("DeviceTrustType", "ServerAd"),
        ("IsManaged", "1"),
        ("IsCompliant", "1"),
        ("AuthenticationProcessingDetails", processing.as_str()),
        ("AuthenticationRequirement", "multiFactorAuthentication"),
        ("TokenIssuerType", "0"),
        ("RiskLevelAggregated", "50"),
        ("RiskLevelDuringSignIn", "100"),
        (
            "RiskEventTypes",
            r#"["unfamiliarFeatures","anomalousToken"]"#,
        ),
        ("RiskState", "4"),
        ("UserAgent", "axios/1.7.2"),
        ("ClientAppUsed", "Browser"),
        ("Browser", "Edge 126.0.0"),
        ("ConditionalAccessPolicies", policies.as_str()),
        ("ConditionalAccessStatus", "1"),
        ("IPAddress", "203.0.113.9"),
        ("Country", "NL"),
        ("State", "Noord-Holland"),
        ("City", "Amsterdam"),
        ("NetworkLocationDetails", networks.as_str()),
        ("RequestId", "3e4f9ff8-5b1c-4c59-8a1e-0d7c3f1b2a00"),
        ("ReportId", "3e4f9ff8-5b1c-4c59-8a1e-0d7c3f1b2a01"),
        ("UniqueTokenId", "QkFzZTY0dXJsAQ"),
    ];
    let expected = ("xdr-signins", HUNTING_LACKS);
    assert_same(&reference, "New query.csv", &csv(&cells), expected);
    let inner = row_object(&cells);
    let streamed = format!(
        r#"{{"time":"2026-03-06T17:52:00Z","tenantId":"6c1f","operationName":"Publish","category":"AdvancedHunting-EntraIdSignInEvents","properties":{inner}}}"#
    );
    assert_same(&reference, "stream.json", streamed.as_bytes(), expected);
}

/// How sign-ins end, by the number as three dialects write it.
#[test]
fn the_error_number_decides_how_a_sign_in_ended() {
    let cases = [
        ("0", "success"),
        ("50126", "failure"),
        ("50053", "failure"),
        ("53003", "failure"),
        ("50131", "failure"),
        ("65001", "failure"),
        ("500121", "failure"),
        ("50074", "interrupted"),
        ("50140", "interrupted"),
        ("50199", "interrupted"),
        ("50058", "interrupted"),
        ("16003", "interrupted"),
        ("50158", "interrupted"),
    ];
    for (code, result) in cases {
        let graph = SIGN_IN.replace("\"errorCode\":53003", &format!("\"errorCode\":{code}"));
        let record = read("a.json", graph.as_bytes()).only();
        assert_eq!(
            (record.result.name(), record.result_code.as_deref()),
            (result, Some(code))
        );
        let portal: Vec<(&str, &str)> = PORTAL_SIGN_IN
            .iter()
            .map(|(name, value)| match *name {
                "Sign-in error code" => (*name, code),
                _ => (*name, *value),
            })
            .collect();
        let record = read("InteractiveSignIns_a.csv", &csv(&portal)).only();
        assert_eq!(record.result.name(), result, "{code}");
    }
}

/// An interrupted sign-in can carry the object id where the name belongs.
#[test]
fn an_object_id_in_place_of_the_name_is_an_id() {
    let graph = SIGN_IN
        .replace("ap@contoso.example", "0B7C1D2E-1111-4222-8333-444455556666")
        .replace("\"userId\":\"0b7c1d2e-1111-4222-8333-444455556666\",", "");
    let record = read("a.json", graph.as_bytes()).only();
    assert_eq!(record.actor.upn, None);
    assert_eq!(
        record.actor.id.as_deref(),
        Some("0b7c1d2e-1111-4222-8333-444455556666")
    );
}

/// A guest is told by his type or, in Graph's first version, by his name alone.
#[test]
fn a_guest_is_a_guest_in_every_writing() {
    let by_type = SIGN_IN.replace("\"userType\":\"member\"", "\"userType\":\"guest\"");
    let by_name = SIGN_IN.replace("\"userType\":\"member\",", "").replace(
        "ap@contoso.example",
        "ap_fabrikam.example#EXT#@contoso.example",
    );
    for graph in [by_type, by_name] {
        assert_eq!(
            read("a.json", graph.as_bytes()).only().actor.kind.name(),
            "guest"
        );
    }
}

/// The portal's companion file: its rows name their sign-in and are not counted as sign-ins.
#[test]
fn the_steps_of_a_sign_in_are_no_sign_ins() {
    let cells = [
        ("Request ID", "3e4f9ff8-5b1c-4c59-8a1e-0d7c3f1b2a00"),
        ("Date (UTC)", "2026-03-06T17:40:12Z"),
        ("Authentication method", "Password"),
        ("Authentication method detail", "Password in the cloud"),
        ("Succeeded", "Yes"),
        ("Result detail", "Correct password"),
        ("Requirement", "Primary authentication"),
    ];
    let got = read(
        "InteractiveSignIns_AuthDetails_2026-03-06.csv",
        &csv(&cells),
    );
    assert_eq!(got.form(), "portal-signins-authdetails-csv");
    let record = got.only();
    assert_eq!(record.id_key, None);
    insta::assert_snapshot!(crate::read::compact(&record));
}
