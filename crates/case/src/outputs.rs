//! What is derived, written into `out/`: the same evidence gives the same bytes.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hourzero_model::{Attribution, Finding};
use hourzero_report::{Facts, FirstHour, csv, csv_head, first_hour, html, json_line, scope_json};
use hourzero_scope::IdBatches;

use crate::folder::{WholeFile, write_whole};
use crate::investigate::{Answered, Lists};
use crate::lines::{Key, Lines};
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

pub(crate) const RECIPIENTS: &[&str] = &[
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

pub(crate) const EXPOSURE: &[&str] = &[
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
        lists: Lists,
        answered: &Answered,
    ) -> Result<PathBuf, CaseError> {
        let out = self.folder.out();
        let write = |name: &str, text: String| write_whole(&out.join(name), text.as_bytes());
        let mut findings = WholeFile::create(&out.join("findings.jsonl"))?;
        let hostile = &lists.hostile;
        lists.findings.each(&mut |_, line| {
            let line = attributed(line, hostile)?;
            findings.write(line.as_bytes())
        })?;
        findings.finish()?;
        write_timeline(&out, lists.timeline)?;
        let mut scope = WholeFile::create(&out.join("scope.json"))?;
        scope_json(facts, answered.questions(), &answered.links, scope.stream())?;
        scope.finish()?;
        write("indicators.csv", csv(INDICATORS, &facts.indicators)?)?;
        write("footholds.csv", csv(FOOTHOLDS, &facts.footholds)?)?;
        write_list(&out.join("recipients.csv"), RECIPIENTS, lists.recipients)?;
        write_list(&out.join("exposure.csv"), EXPOSURE, lists.exposure)?;
        write("look-alikes.csv", csv(LOOK_ALIKES, &facts.look_alikes)?)?;
        self.write_first_hour(facts, answered)?;
        self.write_id_batches(&answered.batches)?;
        let report = out.join("report.html");
        let mut page = WholeFile::create(&report)?;
        html(facts, answered.questions(), page.stream())?;
        page.finish()?;
        Ok(report)
    }
}

impl Case<'_> {
    /// The page for whoever comes at night.
    fn write_first_hour(&self, facts: &Facts, answered: &Answered) -> Result<(), CaseError> {
        let mut page = WholeFile::create(&self.folder.out().join("first-hour.html"))?;
        let told = FirstHour {
            facts,
            told: answered.questions(),
            money: &answered.money,
            steps: &answered.steps,
        };
        first_hour(told, page.stream())?;
        page.finish()
    }

    /// `exposure/*.txt`; those of an earlier run that no mailbox has any more are taken away.
    fn write_id_batches(&self, batches: &[IdBatches]) -> Result<(), CaseError> {
        let folder = self.folder.out().join("exposure");
        let failed = |error| CaseError::write(&folder, error);
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(failed(error));
            }
            _ => {}
        }
        if batches.is_empty() {
            return Ok(());
        }
        std::fs::create_dir_all(&folder).map_err(failed)?;
        for batch in batches {
            write_whole(&folder.join(&batch.file_name), batch.text.as_bytes())?;
        }
        Ok(())
    }
}

/// The line of a finding with its attribution: it was written before anybody knew whose it is.
fn attributed<'line>(
    line: &'line str,
    hostile: &BTreeSet<String>,
) -> Result<Cow<'line, str>, CaseError> {
    let unread = |error: serde_json::Error| {
        CaseError::Internal(format!("our own finding cannot be read back: {error}"))
    };
    let id: FindingId<'_> = serde_json::from_str(line).map_err(unread)?;
    if !hostile.contains(id.id.as_ref()) {
        return Ok(Cow::Borrowed(line));
    }
    let mut finding: Finding = serde_json::from_str(line).map_err(unread)?;
    finding.attribution = Attribution::Attacker;
    Ok(Cow::Owned(json_line(&finding)?))
}

/// The id of a finding, without the rest of it.
#[derive(serde::Deserialize)]
struct FindingId<'line> {
    #[serde(borrow)]
    id: Cow<'line, str>,
}

/// Both forms of the timeline: a line of JSON has no line feed, so that the first one ends it.
fn write_timeline(out: &Path, lines: Lines) -> Result<(), CaseError> {
    let mut json = WholeFile::create(&out.join("timeline.jsonl"))?;
    let mut table = WholeFile::create(&out.join("timeline.csv"))?;
    table.write(csv_head(TIMELINE)?.as_bytes())?;
    lines.each(&mut |_, line| {
        let end = line.find('\n').map_or(line.len(), |end| end + 1);
        let (object, row) = line.split_at(end);
        json.write(object.as_bytes())?;
        table.write(row.as_bytes())
    })?;
    json.finish()?;
    table.finish()
}

/// Rows, each once.
fn write_list(path: &Path, header: &[&str], lines: Lines) -> Result<(), CaseError> {
    let mut table = WholeFile::create(path)?;
    table.write(csv_head(header)?.as_bytes())?;
    let mut before: Option<Key> = None;
    lines.each(&mut |key, line| {
        if before.as_ref() != Some(key) {
            table.write(line.as_bytes())?;
            before = Some(key.clone());
        }
        Ok(())
    })?;
    table.finish()
}
