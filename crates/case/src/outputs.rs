//! What is derived, written into `out/`: the same evidence gives the same bytes.

use std::path::PathBuf;

use hourzero_report::{Answers, Facts, csv, html, json_lines, scope_json};

use crate::folder::write_whole;
use crate::{Case, CaseError};

/// The columns of `timeline.csv`, in order; the names are those of `contract.md`.
pub const TIMELINE: &[&str] = &[
    "time",
    "time_local",
    "account",
    "attribution",
    "confidence",
    "reason",
    "action",
    "operation",
    "result",
    "source",
    "witnesses",
    "ip",
    "asn",
    "country",
    "user_agent",
    "client_app",
    "session",
    "token",
    "device",
    "app",
    "target",
    "findings",
    "record_id",
    "file",
    "position",
    "network_class",
];

const LOOK_ALIKES: &[&str] = &[
    "domain",
    "resembles",
    "how",
    "verdict",
    "finding",
    "received",
    "sent",
    "first_seen",
    "last_seen",
    "original_received",
    "original_sent",
    "original_first_seen",
    "original_last_seen",
];

const RECIPIENTS: &[&str] = &[
    "time",
    "account",
    "kind",
    "subject",
    "internet_message_id",
    "network_message_id",
    "recipient",
    "direction",
    "delivered",
    "clicked",
    "purged",
    "attribution",
];

const EXPOSURE: &[&str] = &[
    "time",
    "account",
    "proof",
    "message_id",
    "subject",
    "folder",
    "file",
    "app_id",
    "session",
    "ip",
    "attribution",
];

const FOOTHOLDS: &[&str] = &[
    "id", "kind", "target", "detail", "created", "by", "state", "as_of", "evidence",
];

const INDICATORS: &[&str] = &[
    "type",
    "value",
    "first",
    "last",
    "accounts",
    "confidence",
    "context",
    "shared_with_innocents",
];

impl Case<'_> {
    /// Writes every derived file; gives the report's path.
    pub(crate) fn write_outputs(
        &self,
        facts: &Facts,
        answers: &Answers,
    ) -> Result<PathBuf, CaseError> {
        let out = self.folder.out();
        let write = |name: &str, text: String| write_whole(&out.join(name), text.as_bytes());
        write("findings.jsonl", json_lines(&facts.findings)?)?;
        write("timeline.jsonl", json_lines(&facts.timeline)?)?;
        write("timeline.csv", csv(TIMELINE, &facts.timeline)?)?;
        write("scope.json", scope_json(facts, answers)?)?;
        write("indicators.csv", csv(INDICATORS, &facts.indicators)?)?;
        write("footholds.csv", csv(FOOTHOLDS, &facts.footholds)?)?;
        write("recipients.csv", csv(RECIPIENTS, &facts.recipients)?)?;
        write("exposure.csv", csv(EXPOSURE, &facts.exposure)?)?;
        write("look-alikes.csv", csv(LOOK_ALIKES, &facts.look_alikes)?)?;
        write("report.html", html(facts)?)?;
        Ok(out.join("report.html"))
    }
}
