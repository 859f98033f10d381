//! Hostile rows: whatever stands in a column, reading ends, panics at nothing and loses no record.

use proptest::prelude::*;

use crate::support::import;

/// Columns that make an artefact a table, trace, alert or object, one list a form.
const SHAPES: &[&[&str]] = &[
    &[
        "Timestamp",
        "NetworkMessageId",
        "EmailDirection",
        "RecipientEmailAddress",
        "AuthenticationDetails",
        "ReportId",
    ],
    &[
        "TimeGenerated",
        "SystemAlertId",
        "AlertSeverity",
        "Entities",
        "ExtendedProperties",
        "StartTime",
        "AlertLink",
        "Tactics",
        "Techniques",
    ],
    &[
        "Timestamp",
        "AlertId",
        "EntityType",
        "EvidenceRole",
        "AdditionalFields",
        "Categories",
    ],
    &[
        "id",
        "title",
        "severity",
        "createdDateTime",
        "evidence",
        "userStates",
        "vendorInformation",
        "incidentIds",
    ],
    &[
        "TimeGenerated",
        "RequestUri",
        "RequestMethod",
        "RequestId",
        "ResponseStatusCode",
    ],
    &[
        "TimeGenerated",
        "JobId",
        "CycleId",
        "ChangeId",
        "InitiatedBy",
        "TargetIdentity",
        "ModifiedProperties",
    ],
    &[
        "TimeGenerated",
        "OperationName",
        "Caller",
        "Authorization",
        "EventDataId",
        "Claims",
        "HTTPRequest",
        "Properties",
    ],
    &[
        "Received",
        "SenderAddress",
        "RecipientAddress",
        "Status",
        "MessageTraceId",
        "FromIP",
    ],
    &[
        "origin_timestamp_utc",
        "sender_address",
        "recipient_status",
        "message_id",
        "network_message_id",
        "recipient_address",
    ],
    &["time", "category", "properties", "operationName"],
    &[
        "Timestamp",
        "DeviceId",
        "DeviceName",
        "ActionType",
        "InitiatingProcessFileName",
        "ReportId",
        "RawEventData",
    ],
    &[
        "UserName",
        "RuleName",
        "Enabled",
        "ForwardTo",
        "RuleIdentity",
    ],
    &["id", "displayName", "sequence", "isEnabled", "actions"],
    &[
        "id",
        "deviceId",
        "displayName",
        "operatingSystem",
        "trustType",
        "registeredOwners",
    ],
    &[
        "Type",
        "TimeGenerated",
        "UserPrincipalName",
        "ResultType",
        "ActionType",
        "Application",
        "properties",
        "category",
        "time",
    ],
];

/// Text that a column may hold: times, ids, JSON, broken JSON, anything.
fn cell() -> impl Strategy<Value = serde_json::Value> {
    let texts = prop_oneof![
        Just("2026-03-06T16:40:00Z".to_owned()),
        Just("3/6/2026, 4:40:00.123 PM".to_owned()),
        Just("AdvancedHunting-SecurityAlert".to_owned()),
        prop::sample::select(
            &[
                "EntraIdSignInEvents",
                "CloudAppEvents",
                "AuditLogs",
                "AADRiskyUsers",
                "X"
            ][..]
        )
        .prop_map(str::to_owned),
        Just("a@contoso.example##Receive;##;b##".to_owned()),
        Just("https://graph.microsoft.com/v1.0/users('a')//((é)/\u{1f600}?x".to_owned()),
        Just(
            "[{\"$id\":\"1\",\"Type\":\"account\",\"Name\":1,\"Roles\":\"x\"},{\"$ref\":\"1\"},3]"
                .to_owned()
        ),
        Just("{\"action\":null,\"scope\":[],\"a\":{\"b\":[{}]}}".to_owned()),
        Just("[[[[{\"Type\":\"ip\",\"Address\":{}}".to_owned()),
        Just("/alerts/".to_owned()),
        "\\PC{0,24}",
    ];
    let leaf = prop_oneof![
        4 => texts.prop_map(serde_json::Value::from),
        1 => any::<i64>().prop_map(serde_json::Value::from),
        1 => Just(serde_json::Value::Null),
        1 => any::<bool>().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let keys = prop_oneof![
            Just("Type".to_owned()),
            Just("Timestamp".to_owned()),
            Just("@odata.type".to_owned()),
            Just("userAccount".to_owned()),
            Just("Roles".to_owned()),
            Just("Entities".to_owned()),
            "[a-zA-Z$@. ]{0,10}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::vec((keys, inner), 0..4).prop_map(|entries| entries
                .into_iter()
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_row_breaks_the_reading(
        shape in prop::sample::select(SHAPES),
        rows in prop::collection::vec(prop::collection::vec(cell(), 9), 1..4),
    ) {
        let lines: Vec<String> = rows
            .iter()
            .map(|cells| {
                let row: serde_json::Map<String, serde_json::Value> = shape
                    .iter()
                    .zip(cells)
                    .map(|(key, cell)| ((*key).to_owned(), cell.clone()))
                    .collect();
                serde_json::Value::from(row).to_string()
            })
            .collect();
        let count = lines.len() as u64;
        let all = import("rows.jsonl", lines.join("\n").as_bytes());
        if all.summary.form.is_some() {
            prop_assert_eq!(all.summary.records, count);
        }
    }
}
