//! Rows that no service wrote: every one is an event, a state or a reject, and nothing panics.

use proptest::prelude::*;

use crate::read::read;

/// Names that the mappers look for, in the writings of several dialects.
const NAMES: &[&str] = &[
    "id",
    "Id",
    "createdDateTime",
    "CreatedDateTime",
    "TimeGenerated",
    "time",
    "Timestamp",
    "Date (UTC)",
    "activityDateTime",
    "activityDisplayName",
    "OperationName",
    "category",
    "Category",
    "Type",
    "$table",
    "properties",
    "status",
    "Status",
    "ResultType",
    "location",
    "LocationDetails",
    "deviceDetail",
    "DeviceDetail",
    "authenticationDetails",
    "AuthenticationProcessingDetails",
    "appliedConditionalAccessPolicies",
    "networkLocationDetails",
    "mfaDetail",
    "riskEventTypes_v2",
    "riskEventType",
    "riskLevel",
    "riskState",
    "additionalInfo",
    "initiatedBy",
    "InitiatedBy",
    "targetResources",
    "TargetResources",
    "additionalDetails",
    "modifiedProperties",
    "user",
    "app",
    "userPrincipalName",
    "ipAddress",
    "signInEventTypes",
    "autonomousSystemNumber",
    "appId",
    "userId",
    "conditionalAccessStatus",
    "Target1Type",
    "Target1ModifiedProperty1Name",
    "AdditionalDetail1Key",
    "key",
    "value",
    "displayName",
    "oldValue",
    "newValue",
    "LogonType",
    "ErrorCode",
    "RequestId",
    "Application",
    "ApplicationId",
];

/// Rows whose names alone lead to each form.
const SEEDS: &[&str] = &[
    r#"{"id":"x","createdDateTime":"2026-03-06T17:40:00Z","ipAddress":"192.0.2.1","appId":"a","userId":"u","status":{},"conditionalAccessStatus":"success","userPrincipalName":"a@contoso.example","deviceDetail":{}}"#,
    r#"{"TimeGenerated":"2026-03-06T17:40:00Z","Id":"x","ResultType":"0","ConditionalAccessStatus":"success","AppId":"a","UserPrincipalName":"a@contoso.example","LocationDetails":"{}","IPAddress":"192.0.2.1","Type":"SigninLogs"}"#,
    r#"{"time":"2026-03-06T17:40:00Z","category":"SignInLogs","properties":{}}"#,
    r#"{"time":"2026-03-06T17:40:00Z","category":"AuditLogs","properties":{}}"#,
    r#"{"time":"3/6/2026 5:40:00 PM","category":"UserRiskEvents","properties":{}}"#,
    r#"{"Timestamp":"2026-03-06T17:40:00Z","Application":"A","ApplicationId":"a","ErrorCode":0,"RequestId":"x"}"#,
    r#"{"id":"x","activityDateTime":"2026-03-06T17:40:00Z","activityDisplayName":"Update user","category":"UserManagement","initiatedBy":{},"targetResources":[]}"#,
    r#"{"TimeGenerated":"2026-03-06T17:40:00Z","OperationName":"Update user","InitiatedBy":"{}","TargetResources":"[]","LoggedByService":"Core Directory"}"#,
    r#"{"id":"x","riskEventType":"anomalousToken","riskLevel":"high","riskState":"atRisk","activityDateTime":"2026-03-06T17:40:00Z"}"#,
    r#"{"id":"x","riskLevel":"high","riskState":"atRisk","userPrincipalName":"a@contoso.example","isDeleted":false,"isProcessing":false}"#,
];

fn scalar() -> impl Strategy<Value = serde_json::Value> {
    prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,24}".prop_map(Into::into),
        prop::sample::select(vec![
            "",
            "<null>",
            "[]",
            "{}",
            "[{\"key\":1,\"value\":[null]}]",
            "{\"user\":[]}",
            "0.0",
            ",,,,",
            "00000000-0000-0000-0000-000000000000",
            "13/13/2026 25:61",
            "\"[[\"",
            "é,ü,ß",
            "215.47.134.1581",
        ])
        .prop_map(Into::into),
    ]
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    scalar().prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            object_of(inner).prop_map(serde_json::Value::Object),
        ]
    })
}

fn object_of(
    inner: impl Strategy<Value = serde_json::Value>,
) -> impl Strategy<Value = serde_json::Map<String, serde_json::Value>> {
    prop::collection::vec((prop::sample::select(NAMES), inner), 0..8).prop_map(|pairs| {
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_row_comes_out_once(
        seed in prop::sample::select(SEEDS),
        rows in prop::collection::vec(object_of(value()), 1..4),
    ) {
        let mut lines = format!("{seed}\n");
        for row in &rows {
            // Each row keeps the names of its form, so that it reaches the mapper that it is to upset.
            let mut whole: serde_json::Map<_, _> = serde_json::from_str(seed).unwrap();
            whole.extend(row.clone());
            lines.push_str(&serde_json::to_string(&whole).unwrap());
            lines.push('\n');
        }
        let read = read("hostile.json", lines.as_bytes());
        prop_assert!(read.summary.form.is_some());
        let out = read.records.len() + read.states.len() + read.rejects.len();
        prop_assert_eq!(out, rows.len() + 1);
        for record in &read.records {
            prop_assert!(!record.record_id.is_empty());
            prop_assert!(!record.operation.is_empty() || record.log == hourzero_model::Log::RiskDetection);
        }
    }
}
