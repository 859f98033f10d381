//! Whatever the bytes: nothing panics, everything is counted, places hold, pieces do not matter.

use std::io::{self, Read};

use proptest::prelude::*;

use crate::support::{audit, pretty, read_bytes, read_stream};

/// Gives at most so many bytes at once.
struct Slow<'a> {
    bytes: &'a [u8],
    most: usize,
}

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = self.most.min(buffer.len());
        self.bytes.read(&mut buffer[..most])
    }
}

/// Pieces of which exports, and broken exports, are made.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let words: Vec<Vec<u8>> = [
        "{",
        "}",
        "[",
        "]",
        ",",
        "\n",
        "\r\n",
        "\"",
        "\\",
        ":",
        ";",
        "\t",
        " ",
        "null",
        "\u{feff}",
        "{\"value\":[",
        "{\"records\":[",
        "]}",
        "{\"tables\":[{\"name\":\"p\",\"columns\":[{\"name\":\"a\"}],\"rows\":[[",
        "{\"_raw\":\"",
        "CreationTime",
        "Operation",
        "AuditData",
        "RecordType,CreationDate,UserIds,Operations,AuditData\n",
        "a,b,c,d,\"{}\"\n",
        "\u{1d11e}",
    ]
    .iter()
    .map(|word| word.as_bytes().to_vec())
    .chain([audit("one").into_bytes(), pretty("two").into_bytes()])
    .chain([vec![0], vec![0xFF, 0xFE], vec![0xC3], b"\\ud800".to_vec()])
    .collect();
    prop_oneof![
        6 => prop::sample::select(words),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ]
}

fn artefact() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(piece(), 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_everything_is_counted(bytes in artefact()) {
        let done = read_bytes("x", &bytes);
        if done.summary.form.is_some() {
            for item in &done.items {
                // What a reject's bytes are alone may differ from what they were among others.
                if item.form().is_some() {
                    prop_assert!(hourzero_ingest::read_one(&done.raw(item)).is_ok());
                }
            }
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_bytes("x", &bytes);
    }

    #[test]
    fn pieces_do_not_matter(bytes in artefact(), most in 1_usize..40) {
        let (whole, wanted) = read_stream("x", &mut &bytes[..]);
        let (slow, got) = read_stream("x", &mut Slow { bytes: &bytes, most });
        prop_assert_eq!(whole.unwrap(), slow.unwrap());
        prop_assert_eq!(got, wanted);
    }

    #[test]
    fn records_are_read_again_as_they_were(
        ids in prop::collection::vec("[a-z{}\\[\\], üé𝄞]{1,8}", 1..8),
        damaged in prop::collection::vec(any::<bool>(), 8),
        framing in 0..4,
        utf_16 in any::<bool>(),
    ) {
        let records: Vec<String> = ids
            .iter()
            .zip(std::iter::once(false).chain(damaged))
            .map(|(id, damaged)| {
                let record = audit(id);
                if damaged { record.replacen("\"Operation\":", "\"Operation\"", 1) } else { record }
            })
            .collect();
        let text = match framing {
            0 => records.join("\n"),
            1 => format!("[{}]", records.join(",")),
            2 => format!("{{\"value\":[\n{}\n]}}", records.join(",\n")),
            _ => format!(
                "RecordType,CreationDate,UserIds,Operations,AuditData\r\n{}",
                records
                    .iter()
                    .map(|r| format!("1,2026-03-06,u,o,\"{}\"\r\n", r.replace('"', "\"\"")))
                    .collect::<String>()
            ),
        };
        let bytes = if utf_16 {
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        } else {
            text.into_bytes()
        };
        let done = read_bytes("x", &bytes);
        prop_assert_eq!(done.items.len(), ids.len());
        done.check_again();
    }
}
