//! Mailboxes: many mails in one file.

use std::io::{self, Read};

use hourzero_ingest::{Sink, Source, read};
use hourzero_model::{ArtefactId, Record, Reject, State};
use proptest::prelude::*;

use crate::support::{import, show};

fn file(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/mail/data")
        .join(name);
    std::fs::read_to_string(path).expect("the file stands beside the test")
}

const SEPARATOR: &str = "From pat@contoso.example Thu Mar  5 08:00:00 2026";

fn mail(number: usize, body: &str) -> String {
    format!(
        "Received: from a.example by b.example; Thu, 5 Mar 2026 08:00:00 +0000\nMessage-ID: <{number}@contoso.example>\n\
         From: Pat <pat@contoso.example>\nTo: robin@fabrikam.example\nDate: Thu, 5 Mar 2026 08:00:00 +0000\n\
         Subject: Number {number}\n\n{body}\n"
    )
}

fn ids(bytes: &[u8]) -> Vec<String> {
    let all = import(bytes);
    assert_eq!(all.summary.form.map(|form| form.0), Some("mail-mbox"));
    let ids = all.records.iter();
    ids.map(|record| record.message_id.clone().unwrap_or_default())
        .collect()
}

#[test]
fn every_message_reads_as_it_does_alone() {
    let names = [
        "lookalike.eml",
        "forward_attached.eml",
        "reply_elsewhere.eml",
    ];
    let mut mailbox = String::new();
    let mut alone = Vec::new();
    for name in names {
        mailbox.push_str(&format!("{SEPARATOR}\n{}\n", file(name)));
        alone.extend(import(file(name).as_bytes()).records);
    }
    let all = import(mailbox.as_bytes());
    assert_eq!(all.records.len(), 4, "the forward holds another mail");
    assert!(all.rejects.is_empty());
    for (position, (record, alone)) in (1..).zip(all.records.iter().zip(&alone)) {
        assert_eq!(record.provenance.position, position);
        assert_eq!(
            (
                &record.message_id,
                &record.subject,
                record.event_time,
                &record.parameters
            ),
            (
                &alone.message_id,
                &alone.subject,
                alone.event_time,
                &alone.parameters
            )
        );
    }
    let windows = import(mailbox.replace('\n', "\r\n").as_bytes());
    assert_eq!(windows.records.len(), 4);
    insta::assert_snapshot!(show(&import(
        format!("{SEPARATOR}\n{}", file("forward_attached.eml")).as_bytes()
    )));
}

#[test]
fn separators_are_those_that_mail_programs_write() {
    for separator in [
        SEPARATOR,
        "From - Thu Mar 05 08:00:00 2026",
        "From 1812345678901234567@xxx Thu Mar 05 08:00:00 +0000 2026",
        "From MAILER-DAEMON Fri Jul  8 12:08:34 2011",
        "From \"Pat O'Neill\"@contoso.example Thu Mar  5 08:00 2026",
    ] {
        let text = format!(
            "\n{separator}\n{}\n{separator}\n{}",
            mail(1, "Dear all"),
            mail(2, "Bye")
        );
        assert_eq!(
            ids(text.as_bytes()),
            ["<1@contoso.example>", "<2@contoso.example>"],
            "{separator}"
        );
    }
}

#[test]
fn lines_of_a_text_are_no_separators() {
    for line in [
        "From the office we send our regards",
        "From Pat, at 10:30 on 5 March 2026, came:\nno header here",
        "From 2026 on:\nNote: prices rise",
        ">From pat@contoso.example Thu Mar  5 08:00:00 2026\nSubject: quoted",
    ] {
        let text = format!(
            "{SEPARATOR}\n{}\n{SEPARATOR}\n{}",
            mail(1, line),
            mail(2, "Bye")
        );
        assert_eq!(ids(text.as_bytes()).len(), 2, "{line}");
    }
}

#[test]
fn the_mark_before_a_quoted_line_is_taken_off() {
    // An attachment's hash shows the bytes that were read.
    let attached = |body: &str| {
        let text = format!(
            "{SEPARATOR}\nReceived: from a.example by b.example; Thu, 5 Mar 2026 08:00:00 +0000\nMessage-ID: <1@x.example>\n\
             From: pat@contoso.example\nContent-Type: text/plain; name=a.txt\n\
             Content-Disposition: attachment; filename=a.txt\n\n{body}"
        );
        let all = import(text.as_bytes());
        all.records[0]
            .parameter("Attachment")
            .next()
            .unwrap()
            .to_owned()
    };
    assert!(
        attached(">From here\n").contains("; 10; "),
        "{}",
        attached(">From here\n")
    );
    assert!(attached(">>From here\n").contains("; 11; "));
    assert!(attached("> From here\n").contains("; 12; "));
}

#[test]
fn a_message_without_a_time_and_an_empty_one_are_rejects_and_the_rest_is_read() {
    let text = format!(
        "{SEPARATOR}\n{}\n{SEPARATOR}\nSubject: no time\nFrom: a@b.example\n\nx\n\n{SEPARATOR}\nX: y\n\n{SEPARATOR}\n{}",
        mail(1, "a"),
        mail(4, "b")
    );
    let all = import(text.as_bytes());
    let positions: Vec<u64> = all
        .rejects
        .iter()
        .map(|one| one.provenance.position)
        .collect();
    assert_eq!((all.records.len(), positions), (2, vec![2, 3]));
    assert_eq!(all.records[1].provenance.position, 4);
}

/// Gives parts one after the other, so that a large mailbox needs no memory; fails at the end if asked.
struct Parts<I: Iterator<Item = Vec<u8>>> {
    parts: I,
    part: Vec<u8>,
    at: usize,
    fails: bool,
}

impl<I: Iterator<Item = Vec<u8>>> Read for Parts<I> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.part.len() {
            match self.parts.next() {
                Some(part) => (self.part, self.at) = (part, 0),
                None if self.fails => return Err(io::Error::other("the disk is gone")),
                None => return Ok(0),
            }
        }
        let read = (&self.part[self.at..]).read(into)?;
        self.at += read;
        Ok(read)
    }
}

#[derive(Default)]
struct Count {
    subjects: Vec<String>,
    rejects: Vec<(u64, String)>,
}

impl Sink for Count {
    fn record(&mut self, record: Record) {
        self.subjects.push(record.subject.unwrap_or_default());
    }

    fn state(&mut self, state: State) {
        panic!("a mail is no state: {state:?}");
    }

    fn reject(&mut self, reject: Reject) {
        self.rejects
            .push((reject.provenance.position, reject.reason));
    }
}

const SOURCE: Source<'static> = Source {
    artefact: ArtefactId::from_bytes([7; 32]),
    name: "mail.mbox",
};

#[test]
fn a_message_beyond_the_limit_is_one_reject_and_the_next_is_read() {
    let first = format!(
        "{SEPARATOR}\n{}\n{SEPARATOR}\n{}",
        mail(1, "a"),
        mail(2, "b")
    );
    let filling = std::iter::repeat_n(b"x".repeat(1 << 20), 70);
    let last = format!("\n\n{SEPARATOR}\n{}", mail(3, "c"));
    let mut stream = Parts {
        parts: std::iter::once(first.into_bytes())
            .chain(filling)
            .chain([last.into_bytes()]),
        part: Vec::new(),
        at: 0,
        fails: false,
    };
    let mut sink = Count::default();
    let summary = read(&SOURCE, &mut stream, &mut sink).unwrap();
    assert_eq!(
        (summary.records, summary.events, summary.rejects),
        (3, 2, 1)
    );
    assert_eq!(sink.subjects, ["Number 1", "Number 3"]);
    assert_eq!(sink.rejects[0].0, 2);
    assert!(
        sink.rejects[0].1.contains("longer than 64 MiB"),
        "{:?}",
        sink.rejects
    );
}

#[test]
fn what_was_read_before_the_stream_broke_is_given() {
    let text = format!(
        "{SEPARATOR}\n{}\n{SEPARATOR}\n{}",
        mail(1, "a"),
        mail(2, "b")
    );
    let mut stream = Parts {
        parts: std::iter::once(text.into_bytes()),
        part: Vec::new(),
        at: 0,
        fails: true,
    };
    let mut sink = Count::default();
    let error = read(&SOURCE, &mut stream, &mut sink).unwrap_err();
    assert_eq!(error.summary.records, 1);
    assert_eq!(sink.subjects, ["Number 1"], "the last may be cut");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mailbox_breaks_the_reading(
        bodies in prop::collection::vec("(\\PC{0,30}\n){0,4}(From \\PC{0,20} 8:00 2026\n)?", 1..6),
    ) {
        let text: String = bodies
            .iter()
            .enumerate()
            .map(|(number, body)| format!("{SEPARATOR}\n{}", mail(number, body)))
            .collect();
        let all = import(text.as_bytes());
        prop_assert!(all.summary.records >= bodies.len() as u64);
        let held: u64 = all.records.iter().map(|one| one.provenance.length).sum::<u64>()
            + all.rejects.iter().map(|one| one.provenance.length).sum::<u64>();
        prop_assert_eq!(held, text.len() as u64, "every byte belongs to one message");
    }
}
