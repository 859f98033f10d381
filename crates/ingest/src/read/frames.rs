//! A stream of records whatever holds them, opened by what its first bytes look like.

use crate::IngestError;
use crate::Summary;
use crate::dialect::Container;
use crate::frame::Found;
use crate::frame::csv::CsvFrames;
use crate::frame::json::JsonFrames;
use crate::frame::window::Window;
use crate::recognise::no_frame;

use super::header;

/// How many lines are looked at for one that begins like a JSON record.
const FIRST_LINES: usize = 20;

/// The records of an artefact.
pub(crate) enum Frames<'r> {
    Json(JsonFrames<'r>),
    Csv(CsvFrames<'r>),
}

/// Nothing that can be framed: why, and the error of the stream where there was one.
pub(crate) struct Unreadable {
    sentence: String,
    failure: Option<std::io::Error>,
    received: u64,
}

impl Unreadable {
    /// A summary without a form, or the stream's error.
    pub(crate) fn into_result(self) -> Result<Summary, IngestError> {
        let summary = Summary {
            unknown: Some(self.sentence),
            ..Summary::default()
        };
        match self.failure {
            None => Ok(summary),
            Some(error) => Err(IngestError::new(error, self.received, summary)),
        }
    }
}

impl<'r> Frames<'r> {
    /// Opens a stream.
    pub(crate) fn open(bytes: &'r mut dyn std::io::Read) -> Result<Self, Unreadable> {
        let window = Window::new(bytes);
        if begins_like_json(window.rest()) {
            return Ok(Self::Json(JsonFrames::new(window)));
        }
        let sentence = no_frame(window.rest());
        let is_text = !looks_like_no_table(window.rest());
        let mut window = if is_text {
            match CsvFrames::new(window) {
                Ok(frames) => return Ok(Self::Csv(frames)),
                Err(window) => *window,
            }
        } else {
            window
        };
        Err(Unreadable {
            sentence,
            received: window.received(),
            failure: window.take_failure(),
        })
    }

    pub(crate) fn container(&self) -> Container {
        match self {
            Self::Json(_) => Container::Json,
            Self::Csv(_) => Container::Csv,
        }
    }

    /// The column names of a CSV; none for JSON.
    pub(crate) fn column_names(&self) -> Vec<String> {
        match self {
            Self::Json(_) => Vec::new(),
            Self::Csv(frames) => {
                let columns = frames.header().columns.iter();
                columns.map(|column| column.name.clone()).collect()
            }
        }
    }

    pub(crate) fn next(&mut self) -> Option<Found> {
        match self {
            Self::Json(frames) => frames.next(),
            Self::Csv(frames) => frames.next(),
        }
    }

    /// What is needed to read one record alone, as text to be kept.
    pub(crate) fn header(&mut self) -> Option<String> {
        match self {
            Self::Json(frames) => {
                let encoding = frames.window().encoding();
                header::of_json(encoding, frames.tables())
            }
            Self::Csv(frames) => {
                let encoding = frames.window().encoding();
                Some(header::of_csv(encoding, frames.header()))
            }
        }
    }

    /// What was done to the artefact as a whole, as sentences.
    pub(crate) fn notes(&mut self) -> Vec<String> {
        let mut notes = Vec::new();
        match self {
            Self::Json(frames) => {
                if frames.is_open() && !frames.window().failed() {
                    notes.push(
                        "the list of records has no end: the export may have been cut off"
                            .to_owned(),
                    );
                }
            }
            Self::Csv(frames) => {
                let again = frames.headers_again();
                if again > 0 {
                    notes.push(format!(
                        "the header stands among the rows as well ({again} times): several exports \
                         were put one after the other"
                    ));
                }
                let recoded = frames.recoded();
                if recoded > 0 {
                    notes.push(format!(
                        "not UTF-8 and read as Windows-1252: {recoded} of the rows"
                    ));
                }
            }
        }
        notes
    }

    /// The summary, or the stream's error with it.
    pub(crate) fn end(mut self, summary: Summary) -> Result<Summary, IngestError> {
        let window = match &mut self {
            Self::Json(frames) => frames.window(),
            Self::Csv(frames) => frames.window(),
        };
        let received = window.received();
        match window.take_failure() {
            None => Ok(summary),
            Some(error) => Err(IngestError::new(error, received, summary)),
        }
    }
}

/// Whether the text begins with a bracket, or one of its first lines with an object.
fn begins_like_json(text: &[u8]) -> bool {
    let separators = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | 0x1E);
    let start = text.iter().position(|byte| !separators(byte));
    let first = start
        .and_then(|start| text.get(start..))
        .unwrap_or_default();
    if matches!(first.first(), Some(b'{' | b'[')) && !first.starts_with(b"{\\rtf") {
        return true;
    }
    let start = text.get(..64 * 1024).unwrap_or(text);
    start
        .split(|byte| *byte == b'\n')
        .take(FIRST_LINES)
        .any(|line| line.starts_with(b"{\""))
}

/// Markup, archives and binary files can hold commas, too.
fn looks_like_no_table(text: &[u8]) -> bool {
    let start = text.get(..4096).unwrap_or(text);
    let trimmed = start.trim_ascii_start();
    let unprintable = start
        .iter()
        .filter(|byte| matches!(byte, 0..=8 | 0x0E..=0x1F))
        .count();
    trimmed.starts_with(b"<") || trimmed.starts_with(b"%PDF") || unprintable * 50 > start.len()
}
