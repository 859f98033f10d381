//! Accounts at a glance: which findings concern each, how grave, from when to when.

use std::collections::BTreeMap;

use hourzero_model::{Finding, Severity, Timestamp};
use serde::Serialize;

/// An account with what is said about it. It is no verdict: verdicts need scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountRow {
    /// UPN in lower case, as the findings name it.
    pub account: String,
    /// The gravest finding.
    pub severity: Severity,
    /// Findings by severity, gravest first.
    pub findings: BTreeMap<String, u64>,
    /// The first event behind them.
    pub first: Timestamp,
    /// The last event behind them.
    pub last: Timestamp,
}

/// The accounts that findings name, gravest first, then by name.
pub fn accounts(findings: &[Finding]) -> Vec<AccountRow> {
    let mut rows: BTreeMap<&str, AccountRow> = BTreeMap::new();
    for finding in findings {
        for account in &finding.accounts {
            let row = rows.entry(account).or_insert_with(|| AccountRow {
                account: account.clone(),
                severity: finding.severity,
                findings: BTreeMap::new(),
                first: finding.first_seen,
                last: finding.last_seen,
            });
            row.severity = row.severity.max(finding.severity);
            row.first = row.first.min(finding.first_seen);
            row.last = row.last.max(finding.last_seen);
            *row.findings
                .entry(finding.severity.name().to_owned())
                .or_default() += 1;
        }
    }
    let mut rows: Vec<AccountRow> = rows.into_values().collect();
    rows.sort_by(|a, b| {
        b.severity
            .cmp(&a.severity)
            .then_with(|| a.account.cmp(&b.account))
    });
    rows
}
