//! Real exports, read from the samples beside the project; a test without its sample says so and ends.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use hourzero_model::{Log, Record};

use crate::read::{self, Read, compact, filled};

fn folder() -> PathBuf {
    std::env::var_os("HOURZERO_SAMPLES").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    )
}

fn sample(path: &str) -> Option<Read> {
    let Ok(bytes) = std::fs::read(folder().join(path)) else {
        println!("sample {path} is absent: test skipped");
        return None;
    };
    Some(read::read(path.rsplit('/').next().unwrap(), &bytes))
}

/// The form, the counts, how often each column is filled, and the first record of some operations.
fn shown(read: &Read, operations: &[&str]) -> String {
    let mut text = format!(
        "{}: {} records, {} events, {} rejects\n{}\n",
        read.form(),
        read.summary.records,
        read.summary.events,
        read.summary.rejects,
        filled(&read.records)
    );
    for operation in operations {
        let record = read
            .records
            .iter()
            .find(|record| record.operation == *operation);
        let record = record.unwrap_or_else(|| panic!("no record of {operation}"));
        write!(text, "\n{}", compact(record)).unwrap();
    }
    text
}

macro_rules! samples {
    ($($test:ident $path:literal [$($operation:literal),*];)*) => {
        $(#[test]
        fn $test() {
            if let Some(read) = sample($path) {
                assert_eq!(read.summary.records, read.summary.events + read.summary.rejects);
                insta::assert_snapshot!(stringify!($test), shown(&read, &[$($operation),*]));
            }
        })*
    };
}

samples! {
    search_csv_role "det_eng_samples/t1098.001_Add a user to company administrator role.csv" ["Add member to role"];
    search_csv_send_as "det_eng_samples/t1098.002_Mail account delegation-SendAs permission.csv" ["Add-RecipientPermission"];
    search_csv_spray "det_eng_samples/t1110.003_msolspraywithsuccess_1.csv" ["UserLoginFailed"];
    search_csv_spray_reporting "det_eng_samples/t1110.003_o365spray_reporting.csv" ["UserLoginFailed"];
    search_csv_pop "det_eng_samples/t1114.002_Enable_POP_IMAP_OWA.csv" ["Set-CASMailbox"];
    search_csv_forwarding "det_eng_samples/t1114_Set-Mailbox-ForwardSMTPAddress.csv" ["Set-Mailbox"];
    search_csv_group "det_eng_samples/t1531_Remove-Admin members from a group.csv" [];
    search_csv_strong_authentication "det_eng_samples/t1556.006_Disable Strong Authentication.csv" ["Disable Strong Authentication"];
    search_csv_dlp "det_eng_samples/t1562.001_Remove-DlpCompliancePolicy.csv" ["Remove-DlpCompliancePolicy"];
    search_csv_age "det_eng_samples/t1562.001_Set-Mailbox-AuditLogAgeLimitoZero.csv" ["Set-Mailbox"];
    search_csv_ingestion "det_eng_samples/t1562.008_Disable UAL ingestion.csv" ["Set-AdminAuditLogConfig"];
    search_csv_bypass "det_eng_samples/t1562.008_Set-MailboxAuditBypassAssociation.csv" ["Set-MailboxAuditBypassAssociation"];
    search_csv_rule "det_eng_samples/t1564.008_New inbox rule to delete email.csv" ["New-InboxRule"];
    search_json_rule "det_eng_samples/t1564.008_rule_mark_as_read_move.json" ["New-InboxRule"];
    bare_full_access "det_eng_samples/t1098.002_Mail Account Delegation full access permissions.json" ["Add-MailboxPermission"];
    bare_global_admin "det_eng_samples/t1098.003_add_role_global_admin.json" [];
    bare_company_admin "det_eng_samples/t1098_Add a user to company administrator role.json" [];
    bare_spray_powershell "det_eng_samples/t1110.003_msolspray-powershell.json" ["UserLoginFailed"];
    bare_spray_python "det_eng_samples/t1110.003_msolspray-python.json" [];
    bare_pop "det_eng_samples/t1114.002_Enable_POP_IMAP_OWA.json" [];
    bare_strong_authentication "det_eng_samples/t1556_Disable _Strong_Authentication.json" ["Update user"];
    bare_bypass "det_eng_samples/t1562-Set-MailboxAuditBypassAssociation.json" [];
    bare_ingestion "det_eng_samples/t1562-UnifiedAuditlogIngestion-Stopped.json" [];
    bare_age "det_eng_samples/t1562_Set-Mailbox-AuditLogAgeLimitoZero.json" [];
    bare_incident_166 "excytin_166/ual_from_RawEventData.jsonl" [
        "New-InboxRule", "MoveToDeletedItems", "MailItemsAccessed", "Send", "Update user", "TIUrlClickData",
        "AlertTriggered", "MemberAdded", "MipLabel", "GATFRTokenIssue", "Add member to group",
        "AdminSubmissionSubmitted", "SensitivityLabelApplied"
    ];
    bare_incident_38 "excytin_38/ual_from_RawEventData.jsonl" [];
    bare_incident_39 "excytin_39/ual_from_RawEventData.jsonl" [];
    bare_incident_5 "excytin_5/ual_from_RawEventData.jsonl" ["FileRenamed"];
    bare_plaso "plaso/microsoft_audit_log.jsonl" ["Set-MailboxPlan"];
    bare_management_activity "msdocs/management_activity_api_content_blob.json" ["PasswordLogonInitialAuthUsingPassword", "Add User"];
    office_activity_incident "excytin_166/OfficeActivity.csv" ["Send", "MailItemsAccessed"];
    office_activity_portal "sentinel_training_lab/office_activity_inbox_rule.csv" ["New-InboxRule"];
    office_activity_lines "otrf/OfficeActivityEvents.json" ["MailItemsAccessed"];
    cloud_app_events_166 "excytin_166/CloudAppEvents.csv" ["New-InboxRule", "TIUrlClickData"];
    cloud_app_events_38 "excytin_38/CloudAppEvents.csv" [];
    cloud_app_events_39 "excytin_39/CloudAppEvents.csv" [];
    cloud_app_events_5 "excytin_5/CloudAppEvents.csv" ["FileRenamed"];
}

fn keys(records: &[Record], log: Log) -> BTreeSet<u128> {
    let of_log = records.iter().filter(|record| record.log == log);
    of_log
        .filter_map(|record| record.id_key.map(|key| key.0))
        .collect()
}

#[test]
fn the_record_inside_a_hunting_row_witnesses_the_audit_record() {
    let (Some(audit), Some(table)) = (
        sample("excytin_166/ual_from_RawEventData.jsonl"),
        sample("excytin_166/CloudAppEvents.csv"),
    ) else {
        return;
    };
    let audit = keys(&audit.records, Log::UnifiedAudit);
    let table = keys(&table.records, Log::CloudAppEvents);
    assert!(audit.len() > 100);
    assert_eq!(audit.difference(&table).count(), 0);
}

#[test]
fn a_directory_record_links_to_the_directory_audit() {
    let (Some(audit), Some(directory)) = (
        sample("excytin_166/ual_from_RawEventData.jsonl"),
        sample("excytin_166/AuditLogs.csv"),
    ) else {
        return;
    };
    let links = |records: &[Record]| -> BTreeSet<u128> {
        records
            .iter()
            .filter_map(|record| record.link_key.map(|key| key.0))
            .collect()
    };
    let (audit, directory) = (links(&audit.records), links(&directory.records));
    assert_eq!(audit.intersection(&directory).count(), 3);
}

#[test]
fn audit_records_in_a_union_of_hunting_tables_are_found() {
    let Some(read) = sample("otrf/Microsoft365DefenderEvents.json") else {
        return;
    };
    let audit = |record: &&Record| record.log == Log::CloudAppEvents;
    let found: Vec<_> = read.records.iter().filter(audit).map(compact).collect();
    insta::assert_snapshot!("union_of_tables", found.join("\n"));
}
