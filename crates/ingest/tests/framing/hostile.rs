//! Input that would hurt a careless reader, and streams that break.

use std::io::{self, Read};

use crate::support::{Item, audit, read_bytes, read_stream};

/// Gives its pieces one after the other, then ends or fails.
struct Pieces<'a> {
    pieces: Vec<Box<dyn Read + 'a>>,
    fails: bool,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(piece) = self.pieces.first_mut() {
            let count = piece.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            self.pieces.remove(0);
        }
        if self.fails {
            return Err(io::Error::other("the disk was pulled"));
        }
        Ok(0)
    }
}

fn filler(byte: u8, length: u64) -> Box<dyn Read> {
    Box::new(io::repeat(byte).take(length))
}

fn text(text: &str) -> Box<dyn Read + '_> {
    Box::new(text.as_bytes())
}

/// Above the limit of a record, and above what is held when looking for the next one.
const LONG: u64 = 150 * 1024 * 1024;

#[test]
fn a_record_above_the_limit_is_one_reject_and_reading_goes_on() {
    let one = format!("{}\n", audit("one"));
    let three = format!("\n{}\n", audit("three"));
    let start = "{\"CreationTime\":\"2026-03-06T10:00:00\",\"Id\":\"two\",\"Operation\":\"";
    for (end, damaged_bytes) in [
        ("\"}", start.len() as u64 + LONG + 2),
        ("", start.len() as u64 + LONG),
    ] {
        let mut stream = Pieces {
            pieces: vec![
                text(&one),
                text(start),
                filler(b'x', LONG),
                text(end),
                text(&three),
            ],
            fails: false,
        };
        let (summary, items) = read_stream("x.json", &mut stream);
        let summary = summary.unwrap();
        assert_eq!((summary.records, summary.events), (3, 2));
        let Item::Reject(reject) = &items[1] else {
            panic!("{:?}", items[1])
        };
        assert_eq!(reject.reason, "the record is longer than 64 MiB");
        assert_eq!(reject.provenance.offset, one.len() as u64);
        assert_eq!(reject.provenance.length, damaged_bytes);
        assert_eq!(reject.wrapper[1], ("Id".to_owned(), "two".to_owned()));
        assert_eq!(
            items[2].place().offset,
            one.len() as u64 + damaged_bytes + 1
        );
    }
}

#[test]
fn a_row_above_the_limit_is_one_reject_and_reading_goes_on() {
    let header = "RecordType,CreationDate,UserIds,Operations,AuditData\n";
    let row = |id: &str| {
        let data = audit(id).replace('"', "\"\"");
        format!("1,2026-03-06,u,UserLoggedIn,\"{data}\"\n")
    };
    let (one, three) = (row("one"), row("three"));
    for start in ["1,2026-03-06,u,o,", "1,2026-03-06,u,o,\""] {
        let mut stream = Pieces {
            pieces: vec![
                text(header),
                text(&one),
                text(start),
                filler(b'x', LONG),
                text("\n"),
                text(&three),
            ],
            fails: false,
        };
        let (summary, items) = read_stream("x.csv", &mut stream);
        let summary = summary.unwrap();
        assert_eq!((summary.events, summary.rejects), (2, 1));
        let Item::Reject(reject) = &items[1] else {
            panic!("{:?}", items[1])
        };
        assert_eq!(reject.reason, "the row is longer than 64 MiB");
        assert_eq!(reject.provenance.length, start.len() as u64 + LONG);
    }
}

#[test]
fn nesting_without_end_is_one_reject() {
    let deep = 100_000;
    let closed = format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep));
    let open = "{\"a\":".repeat(deep);
    let lists = format!("{{\"a\":{}{}}}", "[".repeat(deep), "]".repeat(deep));
    for hostile in [closed, open, lists] {
        let text = format!("{}\n{hostile}\n{}", audit("one"), audit("three"));
        let done = read_bytes("x.json", text.as_bytes());
        assert_eq!(done.ids(), ["one", "three"]);
        assert_eq!(
            done.summary.rejects,
            1,
            "{}",
            done.told().get(..400).unwrap()
        );
    }
    for hostile in ["[".repeat(deep), "]".repeat(deep), "}{".repeat(deep)] {
        let text = format!("{}\n{hostile}", audit("one"));
        assert_eq!(read_bytes("x.json", text.as_bytes()).ids(), ["one"]);
    }
}

#[test]
fn a_stream_that_breaks_gives_what_came_before_and_says_where() {
    let lines = format!(
        "{}\n{}\n{}",
        audit("one"),
        audit("two"),
        &audit("three")[..50]
    );
    let list = format!(
        "[{},{},{}",
        audit("one"),
        audit("two"),
        &audit("three")[..50]
    );
    let table = format!(
        "RecordType,CreationDate,UserIds,Operations,AuditData\n1,d,u,o,\"{}\"\n1,d,u,o,\"{}\"\n1,d,u,\"o",
        audit("one").replace('"', "\"\""),
        audit("two").replace('"', "\"\"")
    );
    for (name, start) in [("x.json", &lines), ("x.json", &list), ("x.csv", &table)] {
        let mut stream = Pieces {
            pieces: vec![text(start)],
            fails: true,
        };
        let (outcome, items) = read_stream(name, &mut stream);
        let error = outcome.unwrap_err();
        assert_eq!(error.received, start.len() as u64);
        assert_eq!(
            (error.summary.records, error.summary.events),
            (2, 2),
            "{start}"
        );
        assert_eq!(items.len(), 2);
        assert_eq!(
            error.to_string(),
            format!(
                "the reading broke after {} bytes and 2 whole records: the disk was pulled; import \
                 the file again",
                start.len()
            )
        );
    }
}
