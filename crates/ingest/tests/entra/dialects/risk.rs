//! One risk detection in every dialect, and users at risk.

use super::sign_in::SIGN_IN;
use super::support::{assert_same, borrowed, lines, part, table_cells};
use crate::read::{csv, read, says};

pub(crate) const RISK: &str = r#"{"id":"8fd9be66dc34fe66","requestId":"3e4f9ff8-5b1c-4c59-8a1e-0d7c3f1b2a00","correlationId":"d8230000-1111-4222-8333-444455556666","riskEventType":"anomalousToken","riskLevel":"high","riskState":"atRisk","riskDetail":"none","source":"IdentityProtection","detectionTimingType":"offline","activity":"signin","tokenIssuerType":"AzureAD","ipAddress":"203.0.113.9","location":{"city":"Amsterdam","state":"Noord-Holland","countryOrRegion":"NL"},"activityDateTime":"2026-03-06T17:40:12Z","detectedDateTime":"2026-03-06T19:02:00Z","lastUpdatedDateTime":"2026-03-06T19:03:00Z","userId":"0b7c1d2e-1111-4222-8333-444455556666","userDisplayName":"Ada Perez","userPrincipalName":"AP@contoso.example","additionalInfo":"[{\"Key\":\"userAgent\",\"Value\":\"axios/1.7.2\"},{\"Key\":\"riskReasons\",\"Value\":[\"UnfamiliarASN\",\"UnfamiliarIP\"]},{\"Key\":\"mitreTechniques\",\"Value\":\"T1539\"},{\"Key\":\"alertUrl\",\"Value\":null}]"}"#;

#[test]
pub(crate) fn one_risk_detection_says_the_same_in_every_dialect() {
    let reference = says(&read("a.json", RISK.as_bytes()).only());
    insta::assert_snapshot!(lines(&reference));
    // Diagnostic settings write US dates in `time`.
    let record = format!(
        r#"{{"time":"3/6/2026 7:03:00 PM","resourceId":"/tenants/6c1f/providers/microsoft.aadiam","operationName":"User Risk Detection","category":"UserRiskEvents","callerIpAddress":"203.0.113.9","resultSignature":"None","properties":{RISK}}}"#
    );
    assert_same(
        &reference,
        "PT1H.json",
        record.as_bytes(),
        ("diagnostic-risk-events", &[]),
    );

    let names = [
        ("Id", "id"),
        ("RequestId", "requestId"),
        ("CorrelationId", "correlationId"),
        ("RiskEventType", "riskEventType"),
        ("RiskLevel", "riskLevel"),
        ("RiskState", "riskState"),
        ("RiskDetail", "riskDetail"),
        ("Source", "source"),
        ("DetectionTimingType", "detectionTimingType"),
        ("Activity", "activity"),
        ("TokenIssuerType", "tokenIssuerType"),
        ("UserId", "userId"),
        ("UserDisplayName", "userDisplayName"),
        ("UserPrincipalName", "userPrincipalName"),
        ("AdditionalInfo", "additionalInfo"),
    ];
    let shared = table_cells(RISK, &names);
    let location = part(RISK, "location");
    let mut table = borrowed(&shared);
    table.extend([
        ("TimeGenerated", "2026-03-06 19:03:00+00:00"),
        ("ActivityDateTime", "2026-03-06 17:40:12+00:00"),
        ("DetectedDateTime", "2026-03-06 19:02:00+00:00"),
        ("LastUpdatedDateTime", "2026-03-06 19:03:00+00:00"),
        ("IpAddress", "203.0.113.9"),
        ("Location", location.as_str()),
        ("Type", "AADUserRiskEvents"),
    ]);
    assert_same(
        &reference,
        "rows.csv",
        &csv(&table),
        ("la-risk-events", &[]),
    );

    let mut extractor = borrowed(&shared);
    extractor.extend([
        ("ActivityDateTime", "3/6/2026 5:40:12 PM"),
        ("DetectedDateTime", "3/6/2026 7:02:00 PM"),
        ("LastUpdatedDateTime", "3/6/2026 7:03:00 PM"),
        ("IPAddress", "203.0.113.9"),
        ("City", "Amsterdam"),
        ("CountryOrRegion", "NL"),
        ("State", "Noord-Holland"),
    ]);
    assert_same(
        &reference,
        "RiskyDetections.csv",
        &csv(&extractor),
        ("mes-risky-detections", &[]),
    );
}

/// A detection has an id of its own: it is another happening than the sign-in that it speaks of.
#[test]
pub(crate) fn a_risk_detection_is_not_merged_with_its_sign_in() {
    let risk = read("a.json", RISK.as_bytes()).only();
    let sign_in = read("a.json", SIGN_IN.as_bytes()).only();
    assert_ne!(risk.id_key, sign_in.id_key);
    assert_eq!(
        risk.parameter("RequestId").collect::<Vec<_>>(),
        [sign_in.record_id.as_str()]
    );
}

/// Users at risk are states, whoever exported them.
#[test]
pub(crate) fn a_user_at_risk_is_a_state() {
    let graph = r#"{"id":"0B7C1D2E-1111-4222-8333-444455556666","isDeleted":false,"isProcessing":false,"riskLevel":"high","riskState":"atRisk","riskDetail":"none","riskLastUpdatedDateTime":"2026-03-06T19:03:00Z","userDisplayName":"Ada Perez","userPrincipalName":"AP@contoso.example"}"#;
    let cells = [
        (
            "History",
            "Microsoft.Graph.PowerShell.Models.MicrosoftGraphRiskyUserHistoryItem[]",
        ),
        ("Id", "0b7c1d2e-1111-4222-8333-444455556666"),
        ("IsDeleted", "False"),
        ("IsProcessing", "False"),
        ("RiskDetail", "none"),
        ("RiskLastUpdatedDateTime", "3/6/2026 7:03:00 PM"),
        ("RiskLevel", "high"),
        ("RiskState", "atRisk"),
        ("UserDisplayName", "Ada Perez"),
        ("UserPrincipalName", "ap@contoso.example"),
    ];
    for (name, bytes) in [
        ("a.json", graph.as_bytes().to_vec()),
        ("RiskyUsers.csv", csv(&cells)),
    ] {
        let got = read(name, &bytes);
        assert_eq!((got.form(), got.states.len()), ("risky-users", 1));
        let state = &got.states[0];
        assert_eq!(state.kind, "risky-user");
        assert_eq!(state.id, "0b7c1d2e-1111-4222-8333-444455556666");
        assert_eq!(state.owner.as_deref(), Some("ap@contoso.example"));
        assert_eq!(state.as_of, None);
        assert_eq!(
            state
                .properties
                .values()
                .filter(|value| *value == "atRisk")
                .count(),
            1
        );
    }
}
