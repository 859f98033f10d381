//! Names of members, made fit to be shown.
//!
//! Takes the name that an archive states, which an attacker may have chosen, gives a name without control
//! characters, way up or root. Members are stored by their hash, so a name is for the reader alone; it must
//! never become a path on a disk.

use std::collections::BTreeMap;

/// Characters of a cleaned name; what is longer was made to do harm.
const NAME_CHARACTERS_MAX: usize = 512;

/// The names of one container, each given once.
#[derive(Default)]
pub(super) struct Names {
    given: BTreeMap<String, u64>,
}

impl Names {
    /// The cleaned name, with `#2`, `#3` … where the container states it again.
    pub(super) fn give(&mut self, stated: &str) -> String {
        let name = clean(stated);
        let mut number = self.given.get(&name).map_or(1, |last| last + 1);
        let mut unique = numbered(&name, number);
        while self.given.contains_key(&unique) {
            number += 1;
            unique = numbered(&name, number);
        }
        self.given.insert(name, number);
        self.given.entry(unique.clone()).or_insert(1);
        unique
    }
}

fn numbered(name: &str, number: u64) -> String {
    if number == 1 {
        name.to_owned()
    } else {
        format!("{name}#{number}")
    }
}

/// Drops control and direction-changing characters, empty, `.` and `..` steps, the root and drive letters;
/// `\` becomes `/`, and `!`, which parts a member from its archive, becomes `%21`.
fn clean(stated: &str) -> String {
    let mut steps = Vec::new();
    for step in stated.split(['/', '\\']) {
        let visible: String = step.chars().filter(|c| is_harmless(*c)).collect();
        let step = visible.trim();
        let is_drive = steps.is_empty() && is_drive(step);
        if !matches!(step, "" | "." | "..") && !is_drive {
            steps.push(step.replace('!', "%21"));
        }
    }
    let name: String = steps.join("/").chars().take(NAME_CHARACTERS_MAX).collect();
    if name.is_empty() {
        "unnamed".to_owned()
    } else {
        name
    }
}

fn is_drive(step: &str) -> bool {
    let mut characters = step.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && characters.next() == Some(':')
        && characters.next().is_none()
}

/// Control characters move a terminal's cursor; the marks of writing direction let `gpj.exe` look like
/// `exe.jpg` (Unicode Technical Report 36, 2.8); zero-width characters make two names look alike.
fn is_harmless(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// The name of the one member of a compressed file: the last step of the outer name without its ending.
pub(super) fn inner(outer: &str) -> String {
    let last = outer.rsplit(['/', '\\', '!']).next().unwrap_or(outer);
    let lower = last.to_ascii_lowercase();
    let endings = [
        (".tgz", ".tar"),
        (".tzst", ".tar"),
        (".gz", ""),
        (".gzip", ""),
        (".zst", ""),
        (".zstd", ""),
    ];
    for (ending, instead) in endings {
        let stem = last.get(..last.len().saturating_sub(ending.len()));
        if let Some(stem) = stem.filter(|stem| lower.ends_with(ending) && !stem.is_empty()) {
            return format!("{stem}{instead}");
        }
    }
    last.to_owned()
}
