//! One directory audit in every dialect.

use super::support::{assert_same, borrowed, lines, part, table_cells};
use crate::read::{csv, read, says};

pub(crate) const AUDIT: &str = r#"{"id":"Directory_9cee9603-bca7-4e62-9634-f1bfdc39ca2f_1261B_35670955","category":"RoleManagement","correlationId":"9cee9603-bca7-4e62-9634-f1bfdc39ca2f","result":"success","resultReason":"Done by hand","activityDisplayName":"Add member to role","activityDateTime":"2026-03-06T17:50:00.1234567Z","loggedByService":"Core Directory","operationType":"Assign","initiatedBy":{"app":null,"user":{"id":"0b7c1d2e-1111-4222-8333-444455556666","displayName":"Ada Perez","userPrincipalName":"AP@contoso.example","ipAddress":"203.0.113.9","roles":[]}},"targetResources":[{"id":"7df0206c-6765-48d4-b100-28ee19536990","displayName":"Bo Lindt","type":"User","userPrincipalName":"Bo@contoso.example","modifiedProperties":[{"displayName":"Role.DisplayName","oldValue":null,"newValue":"\"Global Administrator\""},{"displayName":"Role.TemplateId","oldValue":null,"newValue":"\"62e90394-69f5-4237-9190-012177145e10\""}]},{"id":"5bb1f17c-4e3c-4d4c-9e0f-6a6b4b0a0001","displayName":"Company Administrator","type":"Role","modifiedProperties":[]}],"additionalDetails":[{"key":"User-Agent","value":"python-requests/2.31"},{"key":"AppId","value":"1b730954-1685-4b74-9bfd-dac224a7b894"}]}"#;

#[test]
pub(crate) fn one_directory_audit_says_the_same_in_every_dialect() {
    let reference = says(&read("a.json", AUDIT.as_bytes()).only());
    insta::assert_snapshot!(lines(&reference));

    let graph: serde_json::Value = serde_json::from_str(AUDIT).unwrap();
    let keys: Vec<String> = graph.as_object().unwrap().keys().cloned().collect();
    let cells: Vec<(&str, String)> = keys
        .iter()
        .map(|key| (key.as_str(), part(AUDIT, key)))
        .collect();
    let cells: Vec<(&str, &str)> = cells
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    assert_same(
        &reference,
        "a.csv",
        &csv(&cells),
        ("graph-directory-audits-csv", &[]),
    );

    let names = [
        ("Id", "id"),
        ("Category", "category"),
        ("CorrelationId", "correlationId"),
        ("Result", "result"),
        ("ResultReason", "resultReason"),
        ("ResultDescription", "resultReason"),
        ("OperationName", "activityDisplayName"),
        ("ActivityDisplayName", "activityDisplayName"),
        ("ActivityDateTime", "activityDateTime"),
        ("LoggedByService", "loggedByService"),
        ("AADOperationType", "operationType"),
        ("InitiatedBy", "initiatedBy"),
        ("TargetResources", "targetResources"),
        ("AdditionalDetails", "additionalDetails"),
    ];
    let mut table = table_cells(AUDIT, &names);
    table.extend([
        ("TimeGenerated", "2026-03-06 17:55:00+00:00".to_owned()),
        ("Identity", "Ada Perez".to_owned()),
        ("Type", "AuditLogs".to_owned()),
    ]);
    assert_same(
        &reference,
        "rows.csv",
        &csv(&borrowed(&table)),
        ("la-auditlogs", &[]),
    );

    let record = format!(
        r#"{{"time":"2026-03-06T17:55:00Z","category":"AuditLogs","operationName":"Add member to role","resultSignature":"None","callerIpAddress":"203.0.113.9","correlationId":"9cee9603-bca7-4e62-9634-f1bfdc39ca2f","properties":{AUDIT}}}"#
    );
    assert_same(
        &reference,
        "PT1H.json",
        record.as_bytes(),
        ("diagnostic-auditlogs", &[]),
    );
}

/// The portal's CSV has neither the record's id nor the kind of operation.
#[test]
pub(crate) fn one_directory_audit_says_the_same_in_the_portals_csv() {
    let mut reference = says(&read("a.json", AUDIT.as_bytes()).only());
    let portal = [
        ("Date (UTC)", "2026-03-06T17:50:00.1234567Z"),
        ("CorrelationId", "9cee9603-bca7-4e62-9634-f1bfdc39ca2f"),
        ("Service", "Core Directory"),
        ("Category", "RoleManagement"),
        ("Activity", "Add member to role"),
        ("Result", "success"),
        ("ResultReason", "Done by hand"),
        ("User Agent", ""),
        ("ActorType", "User"),
        ("ActorDisplayName", "Ada Perez"),
        ("ActorObjectId", "0b7c1d2e-1111-4222-8333-444455556666"),
        ("ActorUserPrincipalName", "ap@contoso.example"),
        ("IPAddress", "203.0.113.9"),
        ("ActorServicePrincipalId", ""),
        ("ActorServicePrincipalName", ""),
        ("Target1Type", "User"),
        ("Target1DisplayName", "Bo Lindt"),
        ("Target1ObjectId", "7df0206c-6765-48d4-b100-28ee19536990"),
        ("Target1UserPrincipalName", "bo@contoso.example"),
        ("Target1ModifiedProperty1Name", "Role.DisplayName"),
        ("Target1ModifiedProperty1OldValue", ""),
        (
            "Target1ModifiedProperty1NewValue",
            "\"Global Administrator\"",
        ),
        ("Target1ModifiedProperty2Name", "Role.TemplateId"),
        ("Target1ModifiedProperty2OldValue", ""),
        (
            "Target1ModifiedProperty2NewValue",
            "\"62e90394-69f5-4237-9190-012177145e10\"",
        ),
        ("Target2Type", "Role"),
        ("Target2DisplayName", "Company Administrator"),
        ("Target2ObjectId", "5bb1f17c-4e3c-4d4c-9e0f-6a6b4b0a0001"),
        ("Target2UserPrincipalName", ""),
        ("AdditionalDetail1Key", "User-Agent"),
        ("AdditionalDetail1Value", "python-requests/2.31"),
        ("AdditionalDetail2Key", "AppId"),
        (
            "AdditionalDetail2Value",
            "1b730954-1685-4b74-9bfd-dac224a7b894",
        ),
    ];
    reference.insert("record_id".to_owned(), "070707070707:1".to_owned());
    let lacks = ["id_key", "parameters.OperationType"];
    let expected = ("portal-auditlogs-csv", lacks.as_slice());
    assert_same(
        &reference,
        "AuditLogs_2026-03-06.csv",
        &csv(&portal),
        expected,
    );
}

/// The key that ties the audit to its twin in the unified audit log is made of what both logs have.
#[test]
pub(crate) fn an_audit_carries_the_key_of_its_twin_in_the_unified_audit_log() {
    let record = read("a.json", AUDIT.as_bytes()).only();
    let key = hourzero_model::HappeningKey::of(&[
        "dir",
        "9cee9603-bca7-4e62-9634-f1bfdc39ca2f",
        "Add member to role",
        "7df0206c-6765-48d4-b100-28ee19536990",
    ]);
    assert_eq!(record.link_key, Some(key));
}

/// A damaged address is no address; an app that acts is an app; of a consent the service principal is
/// what it was done to.
#[test]
pub(crate) fn an_audit_of_an_app_with_a_damaged_address() {
    let audit = AUDIT.replace("203.0.113.9", "215.47.134.1581").replace(
        "Add member to role",
        "Update application – Certificates and secrets management ",
    );
    let record = read("a.json", audit.as_bytes()).only();
    assert_eq!(record.ip, None);
    assert_eq!(
        record.operation,
        "Update application - Certificates and secrets management"
    );

    let app = r#"{"id":"a","category":"ApplicationManagement","correlationId":"c","result":"timeout","activityDisplayName":"Consent to application.","activityDateTime":"2026-03-06T17:50:00Z","loggedByService":"Core Directory","initiatedBy":{"user":{"id":null,"userPrincipalName":null},"app":{"appId":"1b730954-1685-4b74-9bfd-dac224a7b894","displayName":"Setup","servicePrincipalId":"3771e2fe-e684-472d-8c73-7fbeac13ea0d"}},"targetResources":[{"id":"5bb1f17c-4e3c-4d4c-9e0f-6a6b4b0a0001","displayName":"Mail Sync","type":"ServicePrincipal","modifiedProperties":[{"displayName":"ConsentContext.IsAdminConsent","oldValue":null,"newValue":"\"True\""}]}]}"#;
    let record = read("a.json", app.as_bytes()).only();
    insta::assert_snapshot!(crate::read::compact(&record));
}
