//! Files with one technique each: the technique that the name says is found.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{Finding, Severity};

use crate::support::done;

/// File, the rule that finds its technique, the technique's id, and the severity by the table of
/// severities.
const TECHNIQUES: &[(&str, &str, &str, Severity)] = &[
    (
        "t1098.001_Add a user to company administrator role.csv",
        "roles/global_administrator",
        "T1098.003",
        Severity::High,
    ),
    (
        "t1098_Add a user to company administrator role.json",
        "roles/global_administrator",
        "T1098.003",
        Severity::High,
    ),
    (
        "t1098.003_add_role_global_admin.json",
        "roles/global_administrator",
        "T1098.003",
        Severity::High,
    ),
    (
        "t1098.002_Mail Account Delegation full access permissions.json",
        "delegation/full_access",
        "T1098.002",
        Severity::Medium,
    ),
    (
        "t1098.002_Mail account delegation-SendAs permission.csv",
        "delegation/send_as",
        "T1098.002",
        Severity::Medium,
    ),
    (
        "t1110.003_msolspray-powershell.json",
        "spray/success_after",
        "T1110.003",
        Severity::High,
    ),
    (
        "t1110.003_msolspray-python.json",
        "spray/success_after",
        "T1110.003",
        Severity::High,
    ),
    (
        "t1110.003_msolspraywithsuccess_1.csv",
        "spray/success_after",
        "T1110.003",
        Severity::High,
    ),
    (
        "t1110.003_o365spray_reporting.csv",
        "spray/success_after",
        "T1110.003",
        Severity::High,
    ),
    (
        "t1114.002_Enable_POP_IMAP_OWA.csv",
        "legacy_auth/protocols_enabled",
        "T1114.002",
        Severity::Medium,
    ),
    (
        "t1114.002_Enable_POP_IMAP_OWA.json",
        "legacy_auth/protocols_enabled",
        "T1114.002",
        Severity::Medium,
    ),
    (
        "t1114_Set-Mailbox-ForwardSMTPAddress.csv",
        "forwarding/mailbox_to_address",
        "T1114.003",
        Severity::High,
    ),
    // Taking a member out of a group is what administrators do all day: it is told, and no more.
    (
        "t1531_Remove-Admin members from a group.csv",
        "roles/removed",
        "T1531",
        Severity::Low,
    ),
    (
        "t1556.006_Disable Strong Authentication.csv",
        "authentication_methods/legacy_mfa_off",
        "T1556.006",
        Severity::Medium,
    ),
    (
        "t1556_Disable _Strong_Authentication.json",
        "authentication_methods/legacy_mfa_off",
        "T1556.006",
        Severity::Medium,
    ),
    (
        "t1562-Set-MailboxAuditBypassAssociation.json",
        "audit_off/bypass",
        "T1562.008",
        Severity::High,
    ),
    (
        "t1562.008_Set-MailboxAuditBypassAssociation.csv",
        "audit_off/bypass",
        "T1562.008",
        Severity::High,
    ),
    (
        "t1562-UnifiedAuditlogIngestion-Stopped.json",
        "audit_off/ingestion",
        "T1562.008",
        Severity::High,
    ),
    (
        "t1562.008_Disable UAL ingestion.csv",
        "audit_off/ingestion",
        "T1562.008",
        Severity::High,
    ),
    (
        "t1562.001_Remove-DlpCompliancePolicy.csv",
        "security_off/data_loss",
        "T1562.001",
        Severity::Medium,
    ),
    (
        "t1562.001_Set-Mailbox-AuditLogAgeLimitoZero.csv",
        "audit_off/age_zero",
        "T1562.008",
        Severity::High,
    ),
    // Its name says zero, its record says one day.
    (
        "t1562_Set-Mailbox-AuditLogAgeLimitoZero.json",
        "audit_off/age_short",
        "T1562.008",
        Severity::Low,
    ),
    (
        "t1564.008_New inbox rule to delete email.csv",
        "inbox_rules/delete",
        "T1564.008",
        Severity::High,
    ),
    (
        "t1564.008_rule_mark_as_read_move.json",
        "inbox_rules/mark_read_and_move",
        "T1564.008",
        Severity::Medium,
    ),
];

/// Findings by the file of their records.
fn by_file(findings: &[Finding]) -> BTreeMap<&str, Vec<&Finding>> {
    let mut by_file: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let files: BTreeSet<&str> = finding.evidence.iter().map(|e| e.file.as_str()).collect();
        for file in files {
            by_file.entry(file).or_default().push(finding);
        }
    }
    by_file
}

#[test]
fn each_file_shows_the_technique_in_its_name() {
    let Some(done) = done("det_eng_samples") else {
        return;
    };
    let findings = done.findings();
    let by_file = by_file(&findings);
    for (file, rule, technique, severity) in TECHNIQUES {
        let of_file = by_file
            .get(file)
            .unwrap_or_else(|| panic!("{file}: nothing found"));
        let finding = of_file
            .iter()
            .find(|finding| finding.rule == *rule)
            .unwrap_or_else(|| panic!("{file}: {rule} is not among {of_file:?}"));
        assert!(
            finding.attack.iter().any(|id| id == technique),
            "{file}: {:?}",
            finding.attack
        );
        assert_eq!(finding.severity, *severity, "{file}");
        assert!(
            !finding.innocent.is_empty(),
            "{file}: no innocent reading is named"
        );
    }
    let named: BTreeSet<&str> = TECHNIQUES.iter().map(|(file, ..)| *file).collect();
    let given: BTreeSet<&str> = done
        .imported
        .files
        .iter()
        .filter(|file| file.form.is_some())
        .map(|file| file.file.as_str())
        .collect();
    assert_eq!(
        named, given,
        "a file without its technique here, or the reverse"
    );
}

#[test]
fn an_age_limit_of_one_day_is_no_zero() {
    let Some(done) = done("det_eng_samples") else {
        return;
    };
    let findings = done.findings();
    let of_trap = by_file(&findings)["t1562_Set-Mailbox-AuditLogAgeLimitoZero.json"].clone();
    for finding in of_trap {
        assert!(finding.severity < Severity::Medium, "{finding:?}");
    }
}
