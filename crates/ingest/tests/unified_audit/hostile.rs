//! Records that no service wrote: every one is an event or a reject, and nothing panics.

use proptest::prelude::*;

use crate::read::read;

/// Names that the mappers look for.
const NAMES: &[&str] = &[
    "Id",
    "ResultStatus",
    "UserKey",
    "UserType",
    "ClientIP",
    "ClientIPAddress",
    "ObjectId",
    "Parameters",
    "OperationProperties",
    "ExtendedProperties",
    "DeviceProperties",
    "ExtraProperties",
    "ModifiedProperties",
    "Actor",
    "Target",
    "AppAccessContext",
    "Item",
    "AffectedItems",
    "Folder",
    "Folders",
    "FolderItems",
    "ParentFolder",
    "Path",
    "Members",
    "UPN",
    "recipientList",
    "AttachmentData",
    "Data",
    "Name",
    "Value",
    "NewValue",
    "OldValue",
    "ID",
    "Type",
    "additionalDetails",
    "RuleActions",
    "Attachments",
    "SourceFileName",
    "ItemType",
    "ErrorNumber",
    "LogonType",
    "InterSystemsId",
    "Url",
    "TeamName",
    "Param_X",
    "Key",
];

/// The members that lead to each form of this log.
const SEEDS: &[&str] = &[
    r#""CreationTime":"2026-03-06T17:40:00","Operation":"x","Workload":"Exchange","UserId":"a""#,
    r#""CreationTime":"2026-03-06T17:40:00","Operation":"UpdateInboxRules","RecordType":2,"UserId":"a""#,
    r#""CreationTime":"2026-03-06T17:40:00","Operation":"x","RecordType":8,"UserId":"User_a""#,
    r#""CreationTime":"2026-03-06T17:40:00","Operation":"x","RecordType":6,"UserId":"a%""#,
    r#""CreationTime":"2026-03-06T17:40:00","Operation":"Set-InboxRule","RecordType":1,"UserId":"a\\b""#,
    r#""CreationTime":"never","Operation":"x","RecordType":15,"UserId":"a""#,
    r#""OfficeWorkload":"Exchange","Operation":"x","OfficeId":"1","Logon_Type":"0","TimeGenerated":"2026-03-06""#,
    r#""ActionType":"x","RawEventData":"{}","Application":"A","ReportId":"1","Timestamp":"2026-03-06T17:40:00Z""#,
    r#""LastAccessed":"2026-03-06T17:40:00Z","Operation":"x","OperationResult":"Succeeded","ClientInfoString":"""#,
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
            "System.Object[]",
            "@{",
            "@{}",
            "@{a=b; c; =d}",
            "[{\"Name\":1,\"Value\":[null]}]",
            "-",
            "-a -b:$c \"d",
            "%",
            "%é%4",
            "User_",
            "urn:spo:guest#",
            "\\",
            "[::1]:99999",
            "0.0",
            "[\"[\"]",
            "é—–\u{202f}",
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
    let name = prop_oneof![
        4 => prop::sample::select(NAMES).prop_map(str::to_owned),
        1 => ".{0,12}",
    ];
    prop::collection::vec((name, inner), 0..8).prop_map(|members| members.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_record_is_an_event_or_a_reject(seed in prop::sample::select(SEEDS), members in object_of(value())) {
        let seed: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&format!("{{{seed}}}")).unwrap();
        let mut bare = members;
        for (name, value) in seed {
            bare.insert(name, value);
        }
        let bare = serde_json::Value::Object(bare);
        let wrapped = serde_json::json!({"CreationDate": "2026-03-06", "Operations": "x", "UserIds": "a", "AuditData": bare});
        for row in [&bare, &wrapped] {
            let read = read("audit.json", row.to_string().as_bytes());
            let summary = &read.summary;
            prop_assert_eq!(summary.records, summary.events + summary.states + summary.rejects);
            prop_assert_eq!(summary.records, 1);
        }
    }
}

#[test]
fn a_long_name_is_not_multiplied_by_its_members() {
    let name = "n".repeat(10_000);
    let members: Vec<String> = (0..2_000).map(|at| format!("\"m{at}\":{at}")).collect();
    let text = format!(
        r#"{{"CreationTime":"2026-03-06T17:40:00","Id":"1","Operation":"x","Workload":"y","UserId":"a","{name}":{{{}}}}}"#,
        members.join(",")
    );
    let record = read("audit.json", text.as_bytes()).only();
    let size: usize = record
        .parameters
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    assert!(
        size < 2 * text.len(),
        "{size} bytes of facts out of {}",
        text.len()
    );
}
