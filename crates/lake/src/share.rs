//! Whether a record is one of many like it: most rules and most questions are about those that are not.
//!
//! Takes records in their order and tells common ones from rare ones, by what was seen so far. Rare ones lie in files of their
//! own, so that their lists are read without those of a thousand sign-ins beside each. It must not look at rules.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use hourzero_model::{Fact, FactText, Record};

/// What has more than one in so many is common: an operation of the records of its log, a yes or no of an operation's.
const COMMON: u64 = 64;
/// Before so many records nothing is common.
const EARLY: u64 = 4_096;
/// Operations of a log that are counted; a hostile export can invent any number.
const OPERATIONS: usize = 4_096;
/// Parameters of an operation whose yes and no are counted.
const FLAGS: usize = 64;
/// Bytes of a name that is counted: longer ones are inventions, too.
const NAME: usize = 256;

/// Whether a record is like many of its log: by its operation, and by the parameters that say yes or no (a chat with a
/// foreign tenant among a hundred within).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Share {
    Common,
    Rare,
}

/// How often each operation of a log was seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    all: u64,
    operations: HashMap<String, Operation, RandomState>,
}

/// One operation: how often, and how often its parameters said no and yes.
#[derive(Debug, Default)]
struct Operation {
    all: u64,
    flags: HashMap<FactText, [u64; 2], RandomState>,
}

impl Seen {
    /// Counts a record, and says whether it is like many before it.
    pub(crate) fn share(&mut self, record: &Record) -> Share {
        self.all += 1;
        let name = &record.operation;
        let has_room = self.operations.len() < OPERATIONS && name.len() <= NAME;
        if has_room && !self.operations.contains_key(name) {
            self.operations.insert(name.clone(), Operation::default());
        }
        let Some(operation) = self.operations.get_mut(name) else {
            return Share::Rare;
        };
        let is_usual = operation.takes(&record.parameters);
        if self.all > EARLY && is_usual && is_common(operation.all, self.all) {
            Share::Common
        } else {
            Share::Rare
        }
    }
}

impl Operation {
    /// Counts a record's parameters; gives whether none says what few before it said.
    fn takes(&mut self, parameters: &[Fact]) -> bool {
        self.all += 1;
        let mut is_usual = true;
        for (name, value) in parameters {
            let Some(flag) = flag(value) else {
                continue;
            };
            let has_room = self.flags.len() < FLAGS && name.len() <= NAME;
            if has_room && !self.flags.contains_key(name) {
                self.flags.insert(name.clone(), [0; 2]);
            }
            let counts = self.flags.get_mut(name);
            if let Some(count) = counts.and_then(|counts| counts.get_mut(usize::from(flag))) {
                *count += 1;
                is_usual &= is_common(*count, self.all);
            }
        }
        is_usual
    }
}

fn is_common(count: u64, of: u64) -> bool {
    count.saturating_mul(COMMON) > of
}

/// What a parameter that says yes or no says.
fn flag(value: &str) -> Option<bool> {
    match value.len() {
        4 if value.eq_ignore_ascii_case("true") => Some(true),
        5 if value.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use hourzero_model::Record;

    use super::{EARLY, Seen, Share};
    use crate::shape::tests::record as with;

    fn record(operation: &str, foreign: &str) -> Record {
        let parameters = [
            ("ParticipantInfo.HasForeignTenantUsers", foreign),
            ("Members", "pat@contoso.example"),
        ];
        with(operation, &parameters)
    }

    #[test]
    fn rare_operations_and_rare_yeses_lie_apart() {
        let mut seen = Seen::default();
        for _ in 0..=EARLY {
            seen.share(&record("MessageSent", "False"));
        }
        let mut share = |operation: &str, foreign: &str| seen.share(&record(operation, foreign));
        assert_eq!(share("MessageSent", "False"), Share::Common);
        assert_eq!(share("MessageSent", "True"), Share::Rare);
        assert_eq!(share("MessageSent", "what is no flag"), Share::Common);
        assert_eq!(share("New-InboxRule", "False"), Share::Rare);
        // What becomes common is common from then on.
        for _ in 0..EARLY / 32 {
            share("MessageSent", "True");
        }
        assert_eq!(share("MessageSent", "True"), Share::Common);
    }

    #[test]
    fn before_the_first_records_nothing_is_common_and_inventions_are_not_counted_for_ever() {
        let mut seen = Seen::default();
        assert_eq!(seen.share(&record("Send", "False")), Share::Rare);
        seen.share(&record(&"long ".repeat(1_000), "True"));
        for number in 0..10_000 {
            seen.share(&record(&format!("Invented {number}"), "True"));
        }
        assert!(!seen.operations.keys().any(|name| name.len() > super::NAME));
        assert!(seen.operations.len() <= super::OPERATIONS);
        let mut many = record("Send", "False");
        many.parameters = (0..1_000)
            .map(|number| (format!("flag {number}").into(), "True".into()))
            .collect();
        seen.share(&many);
        let send = seen.operations.get("Send").expect("it was seen");
        assert!(send.flags.len() <= super::FLAGS);
    }
}
