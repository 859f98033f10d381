//! Mails as files: `.eml`, Outlook's `.msg`, headers that were pasted into a text, or many mails in one
//! `.mbox`.
//!
//! Takes an artefact that is a mail and gives one record for it and one for every mail attached to it,
//! the innermost first, because a forward's outer mail only witnesses that the inner one existed. All
//! records of a mail stand at the whole of it and are told apart by their position. Nothing is
//! rendered and nothing fetched.

mod authentication;
mod body;
mod domain;
mod header;
mod hop;
mod mbox;
mod outlook;
mod part;
mod pasted;
mod recognise;
mod record;

use std::io::Read;

use hourzero_model::{Form, Provenance, Record, Reject};

use self::header::Headers;
use self::part::{Budget, Inner, Letter, MAX_PARTS};
use crate::encoding::Encoding;
use crate::inventory::Inventory;
use crate::{IngestError, RawRecord, Sink, Source, Summary};

/// A longer file is not read as a mail: no mail system takes that much.
const MAX_MAIL: u64 = 64 * 1024 * 1024;

/// A value longer than this is cut in the record; the raw record holds all of it.
const MAX_VALUE: usize = 4_096;

/// How a mail was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// RFC 5322.
    Eml,
    /// Outlook's compound file.
    Outlook,
    /// Header lines alone.
    Pasted,
    /// Several of the first kind, each after a line that begins with `From ` (RFC 4155).
    Mbox,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Eml, Self::Outlook, Self::Pasted, Self::Mbox];

    /// The name of the form.
    const fn form(self) -> Form {
        Form(match self {
            Self::Eml => "mail-eml",
            Self::Outlook => "mail-msg",
            Self::Pasted => "mail-headers",
            Self::Mbox => "mail-mbox",
        })
    }

    fn of(form: Form) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.form() == form)
    }
}

/// Which kind of mail begins like this, if any.
pub(crate) fn recognise(start: &[u8]) -> Option<Kind> {
    recognise::kind(start)
}

/// What became of one mail of the artefact.
enum Found {
    Mail(Box<Record>, Headers),
    Refused(String, Headers),
}

/// Reads an artefact that is a mail.
pub(crate) fn read(
    kind: Kind,
    source: &Source<'_>,
    stream: &mut dyn Read,
    sink: &mut dyn Sink,
) -> Result<Summary, IngestError> {
    if kind == Kind::Mbox {
        return read_mbox(source, stream, sink);
    }
    let mut bytes = Vec::new();
    let mut summary = Summary {
        form: Some(kind.form()),
        ..Summary::default()
    };
    let read = stream.take(MAX_MAIL + 1).read_to_end(&mut bytes);
    let mut place = Provenance {
        artefact: source.artefact,
        position: 1,
        offset: 0,
        length: bytes.len() as u64,
    };
    if let Err(error) = read {
        let unread = Summary::default();
        return Err(IngestError::new(error, place.length, unread));
    }
    if place.length > MAX_MAIL {
        let rest = std::io::copy(stream, &mut std::io::sink());
        place.length +=
            rest.map_err(|error| IngestError::new(error, place.length, Summary::default()))?;
        summary.records = 1;
        summary.rejects = 1;
        sink.reject(reject(place, too_long(), &Headers::default()));
        return Ok(summary);
    }
    let found = match mails(kind, &bytes, place) {
        Ok(found) => found,
        Err(unknown) => {
            return Ok(Summary {
                unknown: Some(unknown),
                ..Summary::default()
            });
        }
    };
    let mut taken = Taken {
        place,
        inventory: Inventory::default(),
        summary,
    };
    taken.all(found, sink);
    Ok(taken.end())
}

/// Reads a mailbox, one message in memory at a time.
fn read_mbox(
    source: &Source<'_>,
    stream: &mut dyn Read,
    sink: &mut dyn Sink,
) -> Result<Summary, IngestError> {
    let mut pieces = mbox::Pieces::new(stream);
    let mut attached = mbox::Attached::default();
    let mut taken = Taken {
        place: Provenance {
            artefact: source.artefact,
            position: 1,
            offset: 0,
            length: 0,
        },
        inventory: Inventory::default(),
        summary: Summary {
            form: Some(Kind::Mbox.form()),
            ..Summary::default()
        },
    };
    while let Some(found) = pieces.next() {
        taken.place.offset = found.offset;
        taken.place.length = found.length;
        let first = taken.place.position;
        let mails = match &found.piece {
            mbox::Piece::Whole(bytes) => mails(Kind::Mbox, bytes, taken.place),
            mbox::Piece::TooLong => Err(too_long()),
        };
        let refused = |why| vec![Found::Refused(why, Headers::default())];
        taken.all(mails.unwrap_or_else(refused), sink);
        attached.note(first, taken.place.position - first);
    }
    let mut summary = taken.end();
    summary.header = attached.into_header();
    let received = pieces.window().received();
    match pieces.window().take_failure() {
        None => Ok(summary),
        Some(error) => Err(IngestError::new(error, received, summary)),
    }
}

/// What was taken out of an artefact so far.
struct Taken {
    /// Where the next record stands.
    place: Provenance,
    inventory: Inventory,
    summary: Summary,
}

impl Taken {
    fn all(&mut self, found: Vec<Found>, sink: &mut dyn Sink) {
        for found in found {
            self.summary.records += 1;
            match found {
                Found::Mail(record, headers) => {
                    self.summary.events += 1;
                    if let Ok(row) = crate::frame::row(raw(&headers).to_string().as_bytes()) {
                        self.inventory.count(record.form, &row);
                    }
                    sink.record(*record);
                }
                Found::Refused(reason, headers) => {
                    self.summary.rejects += 1;
                    sink.reject(reject(self.place, reason, &headers));
                }
            }
            self.place.position += 1;
        }
    }

    fn end(self) -> Summary {
        Summary {
            inventory: self.inventory.into_paths(),
            ..self.summary
        }
    }
}

fn too_long() -> String {
    format!(
        "the mail is longer than {} MiB and was not read",
        MAX_MAIL >> 20
    )
}

fn reject(provenance: Provenance, reason: String, headers: &Headers) -> Reject {
    let names = ["Date", "From", "To", "Subject", "Message-ID"];
    let wrapper = names.iter().filter_map(|name| {
        let value = header::decoded(headers.first(name)?);
        Some(((*name).to_owned(), crate::frame::shortened(&value)))
    });
    Reject {
        provenance,
        reason,
        wrapper: wrapper.collect(),
    }
}

/// One mail read again; nothing when the form is no mail's.
pub(crate) fn again(raw: &RawRecord<'_>) -> Option<Result<Box<Record>, Reject>> {
    let kind = Kind::of(raw.form)?;
    Some(match nth(kind, raw) {
        Ok(Found::Mail(record, _)) => Ok(record),
        Ok(Found::Refused(reason, headers)) => Err(reject(raw.place, reason, &headers)),
        Err(reason) => Err(reject(raw.place, reason, &Headers::default())),
    })
}

/// The headers of one mail as JSON; nothing when the form is no mail's.
pub(crate) fn raw_value(record: &RawRecord<'_>) -> Option<Result<serde_json::Value, String>> {
    let kind = Kind::of(record.form)?;
    let Ok(Found::Mail(_, headers) | Found::Refused(_, headers)) = nth(kind, record) else {
        return Some(Err("the mail cannot be read".to_owned()));
    };
    Some(Ok(raw(&headers)))
}

fn nth(kind: Kind, raw: &RawRecord<'_>) -> Result<Found, String> {
    if raw.bytes.len() as u64 > MAX_MAIL {
        return Err(too_long());
    }
    let number = match kind {
        Kind::Mbox => mbox::Attached::of(raw.header).number(raw.place.position),
        _ => raw.place.position.saturating_sub(1),
    };
    let place = Provenance {
        position: raw.place.position.saturating_sub(number),
        ..raw.place
    };
    let mut found = mails(kind, raw.bytes, place)?.into_iter();
    usize::try_from(number)
        .ok()
        .and_then(|number| found.nth(number))
        .ok_or_else(|| format!("the artefact holds no mail number {}", raw.place.position))
}

/// A name that stands once is a text, one that stands several times a list with the topmost first.
fn raw(headers: &Headers) -> serde_json::Value {
    use serde_json::Value;
    let mut object = serde_json::Map::new();
    for line in headers.iter() {
        let value = Value::String(line.value.clone());
        match object.get_mut(&line.name) {
            None => {
                object.insert(line.name.clone(), value);
            }
            Some(Value::Array(list)) => list.push(value),
            Some(one) => {
                let first = one.take();
                *one = Value::Array(vec![first, value]);
            }
        }
    }
    Value::Object(object)
}

/// All mails of an artefact or of one message of a mailbox, the innermost first; the first stands at
/// `place`. The error says why it is no mail at all.
fn mails(kind: Kind, bytes: &[u8], place: Provenance) -> Result<Vec<Found>, String> {
    let mut budget = Budget { parts: MAX_PARTS };
    let letter = match kind {
        Kind::Outlook => outlook::letter(bytes, &mut budget)?,
        Kind::Eml => {
            let (_, mark) = Encoding::of(bytes);
            let text = bytes.get(mark..).unwrap_or_default().trim_ascii_start();
            part::letter(text, 0, &mut budget)
        }
        Kind::Mbox => part::letter(&mbox::message(bytes), 0, &mut budget),
        Kind::Pasted => {
            let (encoding, mark) = Encoding::of(bytes);
            let text = encoding.decode(bytes.get(mark..).unwrap_or_default());
            Letter {
                headers: pasted::headers(&String::from_utf8_lossy(&text)),
                ..Letter::default()
            }
        }
    };
    let mut found = Vec::new();
    collect(letter, (kind, place), None, &mut found);
    Ok(found)
}

fn collect(
    letter: Letter,
    (kind, first): (Kind, Provenance),
    around: Option<&str>,
    found: &mut Vec<Found>,
) {
    let mut letter = letter;
    let inner = std::mem::take(&mut letter.inner);
    let role = if inner.is_empty() {
        around
    } else {
        Some("outer")
    };
    for one in inner {
        match one {
            Inner::Letter(inner) => collect(*inner, (kind, first), Some("inner"), found),
            Inner::Refused(reason) => found.push(Found::Refused(reason, Headers::default())),
        }
    }
    let place = Provenance {
        position: first.position + found.len() as u64,
        ..first
    };
    found.push(match record::record(&letter, kind, place, role) {
        Ok(record) => Found::Mail(Box::new(record), letter.headers),
        Err(reason) => Found::Refused(reason, letter.headers),
    });
}

/// Text cut to a length that a column should have.
fn clipped(text: &str) -> String {
    match text.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
