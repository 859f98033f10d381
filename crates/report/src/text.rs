//! What the terminal shows at the end of `investigate`.

use hourzero_model::Severity;

use crate::Facts;

/// Text that cannot steer a terminal: control characters and the marks that turn the direction of
/// writing are shown as a replacement sign (Unicode TR36; CVE-2021-42574).
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => ' ',
            c if c.is_control() => '\u{fffd}',
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                '\u{fffd}'
            }
            c => c,
        })
        .collect()
}

/// Text in which signs that are not seen, or that turn the direction of writing, are written as `U+XXXX`: what
/// an attacker wrote is read as he wrote it (Unicode TR36; CVE-2021-42574). Line ends become spaces.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => out.push(' '),
            hidden if is_hidden(hidden) => out.push_str(&format!("U+{:04X}", u32::from(hidden))),
            seen => out.push(seen),
        }
    }
    out
}

/// Whether a sign is not seen or turns the direction of writing.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The summary: what was read, what was found, gravest first, what to look at.
pub fn summary(facts: &Facts) -> String {
    const SHOWN: usize = 15;
    let mut lines: Vec<String> = Vec::new();
    let total =
        |count: fn(&crate::ArtefactRow) -> u64| facts.artefacts.iter().map(count).sum::<u64>();
    lines.push(format!(
        "Read {} records of {} files: {} events, {} states, {} duplicates, {} rejects.",
        total(|a| a.records),
        facts.artefacts.len(),
        total(|a| a.events),
        total(|a| a.states),
        total(|a| a.duplicates),
        total(|a| a.rejects),
    ));
    let by_severity = |severity: Severity| {
        facts
            .findings
            .iter()
            .filter(move |f| f.severity == severity)
            .count()
    };
    lines.push(format!(
        "{} findings: {} critical, {} high, {} medium, {} low, {} informational.",
        facts.findings.len(),
        by_severity(Severity::Critical),
        by_severity(Severity::High),
        by_severity(Severity::Medium),
        by_severity(Severity::Low),
        by_severity(Severity::Informational),
    ));
    for finding in facts
        .findings
        .iter()
        .filter(|f| f.severity >= Severity::Medium)
        .take(SHOWN)
    {
        let accounts = match finding.accounts.as_slice() {
            [] => String::new(),
            [one] => format!(" — {}", plain(one)),
            [one, others @ ..] => format!(" — {} and {} more", plain(one), others.len()),
        };
        lines.push(format!(
            "  {:<8} {}  {}{accounts}",
            finding.severity.name(),
            finding.first_seen,
            plain(&finding.title)
        ));
    }
    let more = facts
        .findings
        .iter()
        .filter(|f| f.severity >= Severity::Medium)
        .count()
        .saturating_sub(SHOWN);
    if more > 0 {
        lines.push(format!(
            "  … and {more} more of medium or higher; `hourzero findings` lists them all."
        ));
    }
    for unread in facts.unread.iter().take(5) {
        lines.push(format!(
            "  not read: {} {}",
            plain(&unread.file),
            plain(&unread.reason)
        ));
    }
    if !facts.rules.failed.is_empty() || !facts.rules.dead.is_empty() {
        lines.push(format!("{} rules could not fire on this evidence and {} could not be compiled; the report names them.",
            facts.rules.dead.len(),
            facts.rules.failed.len()
        ));
    }
    lines.push(String::new());
    lines.join("\n")
}
