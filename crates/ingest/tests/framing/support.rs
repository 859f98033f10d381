//! A sink that keeps everything, and hand-made records.

use std::io::Read;

use hourzero_ingest::{
    IngestError, RawRecord, ReadAgain, Sink, Source, Summary, raw_value, read, read_one,
};
use hourzero_model::{ArtefactId, Form, Provenance, Record, Reject, State};

/// What was given to the sink, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    Event(Box<Record>),
    State(Box<State>),
    Reject(Reject),
}

impl Item {
    pub(crate) fn place(&self) -> Provenance {
        match self {
            Self::Event(record) => record.provenance,
            Self::State(state) => state.provenance,
            Self::Reject(reject) => reject.provenance,
        }
    }

    pub(crate) fn form(&self) -> Option<Form> {
        match self {
            Self::Event(record) => Some(record.form),
            Self::State(state) => Some(state.form),
            Self::Reject(_) => None,
        }
    }
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Kept(pub(crate) Vec<Item>);

impl Sink for Kept {
    fn record(&mut self, record: Record) {
        self.0.push(Item::Event(Box::new(record)));
    }
    fn state(&mut self, state: State) {
        self.0.push(Item::State(Box::new(state)));
    }
    fn reject(&mut self, reject: Reject) {
        self.0.push(Item::Reject(reject));
    }
}

/// An artefact that has been read.
pub(crate) struct Done {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) summary: Summary,
    pub(crate) items: Vec<Item>,
}

pub(crate) fn read_stream(
    name: &str,
    stream: &mut dyn Read,
) -> (Result<Summary, IngestError>, Vec<Item>) {
    let source = Source {
        artefact: ArtefactId::from_bytes([7; 32]),
        name,
    };
    let mut kept = Kept::default();
    let outcome = read(&source, stream, &mut kept);
    (outcome, kept.0)
}

/// Reads bytes and holds them to the promises that are the same for every artefact.
pub(crate) fn read_bytes(name: &str, bytes: &[u8]) -> Done {
    let (outcome, items) = read_stream(name, &mut &bytes[..]);
    let done = Done {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
        summary: outcome.expect("a slice never fails"),
        items,
    };
    done.check_promises();
    done
}

impl Done {
    fn check_promises(&self) {
        let summary = &self.summary;
        assert_eq!(
            summary.records,
            summary.events + summary.states + summary.rejects
        );
        assert_eq!(summary.records, self.items.len() as u64);
        assert_eq!(summary.form.is_none(), summary.unknown.is_some());
        let mut end = 0;
        for (number, item) in self.items.iter().enumerate() {
            let place = item.place();
            assert_eq!(place.position, number as u64 + 1);
            assert!(place.offset >= end, "records overlap at {}", place.position);
            assert!(place.length > 0, "record {} is empty", place.position);
            end = place.offset + place.length;
            assert!(end <= self.bytes.len() as u64, "a record beyond the end");
        }
    }

    /// A record's bytes by its place.
    pub(crate) fn slice(&self, place: Provenance) -> &[u8] {
        let start = usize::try_from(place.offset).unwrap();
        &self.bytes[start..start + usize::try_from(place.length).unwrap()]
    }

    /// All records' bytes as text.
    pub(crate) fn slices(&self) -> Vec<String> {
        self.items
            .iter()
            .map(|item| String::from_utf8_lossy(self.slice(item.place())).into_owned())
            .collect()
    }

    pub(crate) fn raw<'a>(&'a self, item: &Item) -> RawRecord<'a> {
        let form = item.form().or(self.summary.form).expect("a known form");
        RawRecord {
            form,
            header: self.summary.header.as_deref(),
            name: &self.name,
            place: item.place(),
            bytes: self.slice(item.place()),
        }
    }

    /// Every event and state is read again from its bytes alone and must be the same.
    pub(crate) fn check_again(&self) {
        for item in &self.items {
            let raw = self.raw(item);
            match (read_one(&raw), item) {
                (Ok(ReadAgain::Event(again)), Item::Event(first)) => assert_eq!(&again, first),
                (Ok(ReadAgain::State(again)), Item::State(first)) => assert_eq!(&again, first),
                (Err(_), Item::Reject(_)) => {}
                (again, first) => panic!("read again: {again:?}\nfirst: {first:?}"),
            }
            if !matches!(item, Item::Reject(_)) {
                assert!(raw_value(&raw).unwrap().is_object());
            }
        }
    }

    /// One line a record: what it became and its bytes.
    pub(crate) fn told(&self) -> String {
        let mut lines = vec![format!(
            "{} | {} events, {} states, {} rejects{}",
            self.summary.form.map_or("unknown", |form| form.0),
            self.summary.events,
            self.summary.states,
            self.summary.rejects,
            self.summary
                .notes
                .iter()
                .map(|note| format!(" | {note}"))
                .collect::<String>(),
        )];
        for item in &self.items {
            let place = item.place();
            let at = format!("{} [{}+{}]", place.position, place.offset, place.length);
            lines.push(match item {
                Item::Event(record) => format!("{at} event {}", record.record_id),
                Item::State(state) => format!("{at} state {} {}", state.kind, state.id),
                Item::Reject(reject) => {
                    let wrapper: Vec<String> = reject
                        .wrapper
                        .iter()
                        .map(|(name, value)| format!("{name}={value}"))
                        .collect();
                    format!("{at} reject: {} ({})", reject.reason, wrapper.join(", "))
                }
            });
        }
        lines.join("\n")
    }

    /// The ids of the events.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.items
            .iter()
            .filter_map(|item| match item {
                Item::Event(record) => Some(record.record_id.clone()),
                _ => None,
            })
            .collect()
    }
}

/// An audit record on one line.
pub(crate) fn audit(id: &str) -> String {
    format!(
        "{{\"CreationTime\":\"2026-03-06T10:00:00\",\"Id\":\"{id}\",\"Operation\":\"UserLoggedIn\",\
         \"OrganizationId\":\"0d2a4b6c-1111-4222-8333-444455556666\",\"RecordType\":15,\
         \"UserKey\":\"k\",\"UserType\":0,\"Workload\":\"AzureActiveDirectory\",\
         \"UserId\":\"pat@contoso.example\",\"ExtendedProperties\":[{{\"Name\":\"a [\\\"b\\\\\",\
         \"Value\":\"}}\"}}]}}"
    )
}

/// The same, pretty-printed.
pub(crate) fn pretty(id: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(&audit(id)).unwrap();
    serde_json::to_string_pretty(&value).unwrap()
}
