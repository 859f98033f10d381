//! A window over a stream: text that has been read and not yet been taken, and where it stands.
//!
//! Takes a reader and gives UTF-8 bytes with their offset in the artefact as received. It holds one
//! record and a little more, never the artefact.

use std::io::{self, Read};

use crate::encoding::Encoding;

/// How much is read at once at least. More than a processor's cache would be slower.
const CHUNK: usize = 256 * 1024;

/// Text of an artefact from a moving start.
pub(crate) struct Window<'r> {
    reader: &'r mut dyn Read,
    encoding: Encoding,
    decoder: Option<encoding_rs::Decoder>,
    /// UTF-16 as received, before it is decoded.
    received: Vec<u8>,
    buffer: Vec<u8>,
    at: usize,
    offset: u64,
    read: u64,
    ended: bool,
    failure: Option<io::Error>,
}

impl<'r> Window<'r> {
    /// Reads the start of the stream and settles its encoding.
    pub(crate) fn new(reader: &'r mut dyn Read) -> Self {
        let mut window = Self {
            reader,
            encoding: Encoding::Utf8,
            decoder: None,
            received: Vec::new(),
            buffer: Vec::new(),
            at: 0,
            offset: 0,
            read: 0,
            ended: false,
            failure: None,
        };
        window.grow();
        let (encoding, mark) = Encoding::of(window.rest());
        window.advance(mark);
        window.encoding = encoding;
        window.decoder = encoding.decoder();
        if window.decoder.is_some() {
            let start = window.rest().to_vec();
            window.buffer.clear();
            window.at = 0;
            window.decode(&start);
        }
        window
    }

    /// What has been read and not been taken.
    pub(crate) fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// Reads on; whether more text came. What is held doubles, so that looking again from the start of
    /// a long record costs no more than a constant times its length.
    pub(crate) fn grow(&mut self) -> bool {
        if self.at > 0 {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        let before = self.buffer.len();
        while !self.ended && self.buffer.len() == before {
            let amount = CHUNK.max(self.buffer.len()) as u64;
            if self.decoder.is_some() {
                let mut received = std::mem::take(&mut self.received);
                received.clear();
                self.receive(&mut received, amount);
                self.decode(&received);
                self.received = received;
            } else {
                let mut buffer = std::mem::take(&mut self.buffer);
                self.receive(&mut buffer, amount);
                self.buffer = buffer;
            }
        }
        self.buffer.len() > before
    }

    fn receive(&mut self, into: &mut Vec<u8>, amount: u64) {
        let before = into.len();
        let outcome = (&mut *self.reader).take(amount).read_to_end(into);
        let came = (into.len() - before) as u64;
        self.read += came;
        if let Err(error) = outcome {
            self.failure = Some(error);
            self.ended = true;
        } else if came < amount {
            self.ended = true;
        }
    }

    fn decode(&mut self, received: &[u8]) {
        let Some(decoder) = self.decoder.as_mut() else {
            return;
        };
        let needed = decoder
            .max_utf8_buffer_length(received.len())
            .unwrap_or(received.len() * 3 + 16);
        let mut text = String::with_capacity(needed);
        let (_, _, _) = decoder.decode_to_string(received, &mut text, self.ended);
        self.buffer.extend_from_slice(text.as_bytes());
    }

    /// Takes so many bytes of the text.
    pub(crate) fn advance(&mut self, count: usize) {
        let count = count.min(self.rest().len());
        self.offset = self.offset_at(count);
        self.at += count;
    }

    /// Where the byte at this index of [`Self::rest`] stands in the artefact as received. A half
    /// UTF-16 unit at the end has become a whole character, so the end of the artefact bounds it.
    pub(crate) fn offset_at(&self, index: usize) -> u64 {
        let passed = self.rest().get(..index).unwrap_or(self.rest());
        (self.offset + self.encoding.received_length(passed)).min(self.read)
    }

    /// Whether everything has been read; [`Self::rest`] may still hold text.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// Bytes received so far.
    pub(crate) fn received(&self) -> u64 {
        self.read
    }

    /// The encoding of the artefact.
    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The error that ended the stream, taken out.
    pub(crate) fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Whether the stream ended by an error, so that what is left is no whole record.
    pub(crate) fn failed(&self) -> bool {
        self.failure.is_some()
    }
}
