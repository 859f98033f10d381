//! The fact base of the documents, gathered from the stages.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_contain::Situation;
use hourzero_lake::QueryLimits;
use hourzero_model::{Finding, Log, Severity};
use hourzero_report::{ArtefactRow, Facts, LogRow, RuleSummary, Unread};
use hourzero_scope::attribution::{Attribution, Tally};
use hourzero_scope::{
    Devices, Event, Indicator, LogSpan, LookAlikeRow, Reach, Traits, indicators, suspicion,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::answers::Answered;
use super::lists::{By, Lists};
use crate::aside::Backing;
use crate::found::FoundFindings;
use crate::import::ImportedFile;
use crate::lines::Lines;
use crate::networks::{MicrosoftClass, Networks};
use crate::survey::Survey;
use crate::{Case, CaseError};

impl Reach for Survey {
    fn accounts_of_ip(&self, ip: &str) -> BTreeSet<String> {
        let users = ip.parse().ok().into_iter().flat_map(|ip| self.users(ip));
        users.map(|(account, _)| account.to_owned()).collect()
    }
}

/// Everything that the documents and the worksheet print.
pub(crate) struct Gathered {
    pub(crate) facts: Facts,
    /// Lists that are too long for memory.
    pub(crate) lists: Lists,
    pub(crate) answered: Answered,
    pub(crate) situation: Situation,
}

impl Case<'_> {
    /// Gathers everything that the documents print, and the lists that are too long for memory.
    pub(crate) fn facts(
        &mut self,
        (mut found, backing): (FoundFindings, &Backing),
        rules: RuleSummary,
        (survey, look_alikes): (&Survey, Vec<LookAlikeRow>),
    ) -> Result<Gathered, CaseError> {
        let zone = self.settings.time_zone()?;
        let networks = Networks::open(&self.folder.networks())?;
        let files = self.files()?;
        let spilled = self.folder.temporary();
        let new = || Lines::new(&spilled);
        let (mut timeline, mut sent, mut reached) = (new(), new(), new());
        let attributed =
            self.attributed((&networks, survey), &hostile_domains(&look_alikes, &found))?;
        let others = self.others(&attributed.found)?;
        let by = By {
            zone: &zone,
            networks: &networks,
            survey,
            attributed: &attributed,
            others: &others,
        };
        let logs = survey.logs.clone();
        let spans = spans(&logs);
        let suspicion = suspicion(&found.findings);
        let mut attack = self.attack((&suspicion, by), &spans, (&mut sent, &mut reached))?;
        let others = others.clone().concerning(attack.concern.take());
        let by = By {
            others: &others,
            ..by
        };
        self.contradictions(by, (&attack, &spans), &mut found)?;
        let mut behind = self.behind((&mut found, backing), by, &mut timeline)?;
        self.beside(by, (&mut behind, &mut attack), &mut timeline)?;
        let FoundFindings {
            mut findings,
            listed,
            lines,
            ..
        } = found;
        behind.attribute(&mut findings);
        findings.sort_by(|a, b| a.rank().cmp(&b.rank()));
        let hostile_findings = std::mem::take(&mut behind.hostile);
        let whose = std::mem::take(&mut behind.whose);
        let footholds = attack.footholds_with(std::mem::take(&mut behind.making));
        let traits = std::mem::take(&mut attack.told.traits);
        let accounts = attack.accounts.as_slice();
        let indicators = betraying(accounts, &traits, (&findings, &behind.devices), survey);
        let facts = Facts {
            name: self.settings.name.clone(),
            tenant: self.settings.tenant.clone(),
            zone: self.settings.zone.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            chain: evidence_hash(&files),
            accounts: hourzero_scope::accounts(&findings),
            indicators,
            timeline: behind.timeline(),
            footholds,
            look_alikes,
            counts: counts(survey, &attributed.found, &attack.told.tally),
            limits: limits(&logs),
            logs,
            unread: unread(&files),
            artefacts: artefacts(&files, &self.sizes()),
            findings,
            listed,
            rules,
            engagement: self.engagement()?,
        };
        let lists = Lists {
            findings: lines,
            hostile: hostile_findings,
            timeline,
            recipients: sent,
            exposure: reached,
        };
        let answered = self.answered(by, (attack, &whose), (&facts, &spans))?;
        let situation = self.situation(by, &answered, &facts)?;
        Ok(Gathered {
            facts,
            lists,
            answered,
            situation,
        })
    }

    /// One hash over the hashes of all artefacts.
    pub(crate) fn evidence_hash(&mut self) -> Result<String, CaseError> {
        Ok(evidence_hash(&self.files()?))
    }

    fn sizes(&self) -> BTreeMap<String, u64> {
        self.receipts
            .iter()
            .map(|(id, held)| (id.to_string(), held.size))
            .collect()
    }

    pub(crate) fn rows(&self, sql: &str) -> Result<Vec<Vec<Value>>, CaseError> {
        let limits = QueryLimits {
            max_rows: usize::MAX,
            ..QueryLimits::default()
        };
        let table = self
            .lake
            .query(sql, limits)
            .map_err(|error| CaseError::Internal(format!("our own query failed: {error}")))?;
        if table.truncated {
            return Err(CaseError::Internal(format!(
                "our own query is too large for memory: {sql}"
            )));
        }
        Ok(table.rows)
    }
}

/// Events by attribution.
fn counts(survey: &Survey, found: &Attribution, tally: &Tally) -> BTreeMap<String, u64> {
    let (mut all, mut of_service) = (0, 0);
    for (kind, count) in &survey.kinds {
        all += count;
        if matches!(kind.as_str(), "system" | "service") {
            of_service += count;
        }
    }
    tally.counts(found, all, of_service)
}

/// What betrays the attacker. Where nobody is known to have been entered, findings are all that there is to go by.
fn betraying(
    accounts: &[String],
    traits: &Traits,
    (findings, devices): (&[Finding], &Devices),
    survey: &Survey,
) -> Vec<Indicator> {
    match accounts {
        [] => indicators(findings, devices, survey),
        accounts => traits.indicators(accounts, survey),
    }
}

/// Texts as the inside of `IN (…)`, quoted; empty for none.
pub(crate) fn quoted(texts: impl IntoIterator<Item = impl std::fmt::Display>) -> String {
    texts
        .into_iter()
        .map(|text| format!("'{}'", text.to_string().replace('\'', "''")))
        .collect::<Vec<_>>()
        .join(", ")
}

pub(crate) fn words(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub(crate) fn number(value: Option<&Value>) -> u64 {
    value.and_then(Value::as_u64).unwrap_or_default()
}

/// Fills in what the log does not say from the user's databases and from Microsoft's published ranges; the
/// log's own word stays.
pub(crate) fn enrich(events: &mut [Event], networks: &Networks) {
    for event in events {
        let record = &mut event.record;
        let Some(network) = record.ip.map(|ip| networks.of(ip, record.asn)) else {
            continue;
        };
        event.network_class = network.microsoft.map(MicrosoftClass::name);
        record.asn = record.asn.or(network.asn);
        record.as_org = record.as_org.take().or(network.organisation);
        record.country = record.country.take().or(network.country);
    }
}

/// One hash over the sorted hashes of all artefacts: the same evidence, the same hash.
fn evidence_hash(files: &[ImportedFile]) -> String {
    let ids: BTreeSet<String> = files
        .iter()
        .filter_map(|file| file.sha256)
        .map(|id| id.to_string())
        .collect();
    let mut hash = Sha256::new();
    for id in ids {
        hash.update(id.as_bytes());
        hash.update(b"\n");
    }
    crate::hash::hex(hash.finalize())
}

fn artefacts(files: &[ImportedFile], sizes: &BTreeMap<String, u64>) -> Vec<ArtefactRow> {
    files
        .iter()
        .map(|file| {
            let sha256 = file.sha256.map(|id| id.to_string()).unwrap_or_default();
            ArtefactRow {
                file: file.file.clone(),
                size: sizes.get(&sha256).copied().unwrap_or_default(),
                sha256,
                form: file.form.clone().unwrap_or_default(),
                records: file.records,
                events: file.events,
                states: file.states,
                duplicates: file.duplicates,
                rejects: file.rejects,
                note: file
                    .reject_reasons
                    .first()
                    .map(|reason| reason.reason.clone())
                    .unwrap_or_default(),
            }
        })
        .collect()
}

/// One row a file and reason, with the first such record.
fn unread(files: &[ImportedFile]) -> Vec<Unread> {
    let mut rows: BTreeMap<(&str, &str), (u64, u64)> = BTreeMap::new();
    for file in files {
        for reject in &file.reject_reasons {
            let row = rows
                .entry((&file.file, &reject.reason))
                .or_insert((reject.position, 0));
            row.0 = row.0.min(reject.position);
            row.1 += 1;
        }
    }
    rows.into_iter()
        .map(|((file, reason), (position, count))| Unread {
            file: file.to_owned(),
            position,
            reason: reason.to_owned(),
            count,
        })
        .collect()
}

/// Look-alike domains whose mail is the attacker's. A likeness without a finding is a hint, and one of little weight
/// may be a company of the same name that has always written.
fn hostile_domains(look_alikes: &[LookAlikeRow], found: &FoundFindings) -> BTreeSet<String> {
    let grave: BTreeSet<&str> = found
        .findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Medium)
        .map(|finding| finding.id.as_str())
        .collect();
    look_alikes
        .iter()
        .filter(|row| grave.contains(row.finding.as_str()))
        .map(|row| row.domain.clone())
        .collect()
}

/// From when to when each log reaches.
fn spans(logs: &[LogRow]) -> Vec<LogSpan> {
    logs.iter()
        .filter_map(|row| {
            Some(LogSpan {
                log: Log::from_name(&row.source)?,
                first: row.first?,
                last: row.last?,
            })
        })
        .collect()
}

/// What the evidence cannot tell because a log is not in it.
fn limits(logs: &[LogRow]) -> Vec<String> {
    let has = |source: &str| logs.iter().any(|log| log.source == source);
    let mut limits = Vec::new();
    for (source, what) in [
        (
            "sign-in",
            "how an account was entered, and from where it was used, cannot be seen",
        ),
        (
            "unified-audit",
            "inbox rules, mail read and sent, and files touched cannot be seen",
        ),
        (
            "directory-audit",
            "new sign-in methods, devices, roles and consents may be missing: the unified audit log does not hold all of them",
        ),
        ("message-trace", "recipients of sent mail may be missing"),
    ] {
        if !has(source) {
            limits.push(format!("No {source} log is in the evidence: {what}."));
        }
    }
    limits
}
