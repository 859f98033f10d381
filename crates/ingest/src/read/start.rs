//! A stream whose first bytes can be looked at before it is read.

use std::io::{self, ErrorKind, Read};

/// So many bytes are looked at: more than the headers of nearly every mail.
const LOOKED_AT: usize = 64 * 1024;

/// The stream with its start held.
pub(crate) struct Start<'r> {
    held: Vec<u8>,
    at: usize,
    /// The error that came while the start was read; it is given where the reader comes to it.
    failure: Option<io::Error>,
    rest: &'r mut dyn Read,
}

impl<'r> Start<'r> {
    pub(crate) fn of(stream: &'r mut dyn Read) -> Self {
        let mut held = Vec::new();
        let mut buffer = vec![0_u8; LOOKED_AT];
        let mut failure = None;
        while held.len() < LOOKED_AT {
            let wanted = LOOKED_AT - held.len();
            let into = buffer.get_mut(..wanted).unwrap_or_default();
            match stream.read(into) {
                Ok(0) => break,
                Ok(count) => held.extend_from_slice(buffer.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        Self {
            held,
            at: 0,
            failure,
            rest: stream,
        }
    }

    /// The first bytes.
    pub(crate) fn peeked(&self) -> &[u8] {
        &self.held
    }
}

impl Read for Start<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut held = self.held.get(self.at..).unwrap_or_default();
        if !held.is_empty() {
            let count = held.read(into)?;
            self.at += count;
            return Ok(count);
        }
        match self.failure.take() {
            Some(error) => Err(error),
            None => self.rest.read(into),
        }
    }
}
