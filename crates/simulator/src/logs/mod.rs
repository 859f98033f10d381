//! Which records a happening leaves: one module a log. Writers know the world and the happening and
//! nothing of habits or attackers; what a log does not tell, they do not write.

mod alert;
mod directory;
mod directory_audit;
mod hunting;
mod message_trace;
mod risk;
mod sign_in;
mod stamp;
mod unified;

pub use unified::{Doer, Need, NoiseOperation, noise_catalogue};

use std::cell::RefCell;

use hourzero_model::Timestamp;

use crate::happening::{Act, Happening};
use crate::id::AccountNo;
use crate::random::{Seed, Stream};
use crate::world::World;

/// A log: in clean form, one file each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The unified audit log, records as in `AuditData`.
    UnifiedAudit,
    /// Entra sign-ins of all four kinds, as Graph beta gives them.
    SignIns,
    /// Entra directory audits, as Graph gives them.
    DirectoryAudits,
    /// Message trace, as Graph gives it.
    MessageTrace,
    /// A table of advanced hunting.
    Hunting(&'static str),
    /// Alerts (`alerts_v2`).
    Alerts,
    /// Risk detections.
    Risk,
}

impl Source {
    /// Its name, for files and the truth.
    pub fn name(self) -> String {
        match self {
            Self::UnifiedAudit => "ual".to_owned(),
            Self::SignIns => "signins".to_owned(),
            Self::DirectoryAudits => "directory-audits".to_owned(),
            Self::MessageTrace => "message-trace".to_owned(),
            Self::Hunting(table) => format!("hunting-{table}"),
            Self::Alerts => "alerts".to_owned(),
            Self::Risk => "risk".to_owned(),
        }
    }

    /// The file of the clean form.
    pub fn clean_file(self) -> String {
        format!("{}.jsonl", self.name())
    }
}

/// One record as its log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRecord {
    /// Which log.
    pub source: Source,
    /// Microsoft's id of the record: `Id`, `id`, or what identifies the row.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// When the log had it: the latency of the log is the difference.
    pub available: Timestamp,
    /// Whose licence decides how long it is kept.
    pub licensed: Option<AccountNo>,
    /// The record, one line of JSON without a line end.
    pub json: String,
}

/// Writes the records of happenings.
#[derive(Debug)]
pub struct LogWriter<'w> {
    world: &'w World,
    seed: Seed,
    /// What the services remember from one record to the next; happenings come in the order of time.
    memory: RefCell<unified::Memory>,
}

/// What the writers of the logs share while they write one happening's records.
pub(crate) struct Writing<'w, 'o> {
    /// The world.
    pub(crate) world: &'w World,
    /// The happening.
    pub(crate) happening: &'w Happening,
    /// Draws ids and latencies, the same for the same happening; every log has a stream of its own.
    pub(crate) stream: Stream,
    /// What the directory records of the happening: for the directory audit and the unified audit log alike.
    pub(crate) changes: Vec<directory::Recorded>,
    /// What the services remember from one record to the next.
    pub(crate) memory: &'o mut unified::Memory,
    /// Takes the records.
    pub(crate) out: &'o mut Vec<LogRecord>,
    /// How many records lay there before this happening's.
    pub(crate) began: usize,
}

impl<'w> LogWriter<'w> {
    /// A writer for a world.
    pub fn new(world: &'w World) -> Self {
        Self {
            world,
            seed: world.seed.child("logs"),
            memory: RefCell::default(),
        }
    }

    /// Adds every record that a happening leaves. The number is the happening's place in the simulation;
    /// ids and latencies are drawn from it.
    pub fn write(&self, number: u64, happening: &Happening, out: &mut Vec<LogRecord>) {
        let place = self.seed.number(number);
        let changes = match &happening.act {
            Act::Directory(act) => directory::expand(
                self.world,
                happening,
                act,
                &mut place.child("directory").stream(),
            ),
            _ => Vec::new(),
        };
        let mut writing = Writing {
            world: self.world,
            happening,
            stream: place.stream(),
            changes,
            began: out.len(),
            memory: &mut self.memory.borrow_mut(),
            out,
        };
        unified::write(&mut writing);
        type Write = fn(&mut Writing<'_, '_>);
        // Hunting comes last: some of its rows are made of the records before.
        let others: [(&str, Write); 6] = [
            ("sign-ins", sign_in::write),
            ("directory audits", directory_audit::write),
            ("message trace", message_trace::write),
            ("alerts", alert::write),
            ("risk", risk::write),
            ("hunting", hunting::write),
        ];
        for (name, write) in others {
            writing.stream = place.child(name).stream();
            write(&mut writing);
        }
    }
}

impl Writing<'_, '_> {
    /// Adds a record that its log has so many seconds after it happened.
    pub(crate) fn push(&mut self, source: Source, id: String, latency: i64, json: String) {
        self.push_at(source, id, (self.happening.at, latency), json);
    }

    /// Adds a record with a time of its own, a little after the happening's.
    pub(crate) fn push_at(
        &mut self,
        source: Source,
        id: String,
        (at, latency): (Timestamp, i64),
        json: String,
    ) {
        self.out.push(LogRecord {
            source,
            id,
            at,
            available: at.plus_seconds(latency),
            licensed: self.happening.account,
            json,
        });
    }
}
