//! Every framing of JSON gives the same records, each with exactly its own bytes.

use crate::support::{audit, pretty, read_bytes};

/// A framing by name, and the artefact that it makes of records.
type Framing = (&'static str, fn(&[String]) -> String);

const FRAMINGS: &[Framing] = &[
    ("lines", |r| r.join("\n")),
    ("lines, CRLF, blank lines, last line ended", |r| {
        format!("\r\n\r\n{}\r\n\r\n", r.join("\r\n\r\n"))
    }),
    ("lines with leading blanks and trailing commas", |r| {
        format!("  {},\n", r.join(",\n  "))
    }),
    ("byte order mark before each file put together", |r| {
        format!("\u{feff}{}", r.join("\n\u{feff}"))
    }),
    ("record separators", |r| {
        format!("\u{1e}{}\n", r.join("\n\u{1e}"))
    }),
    ("array on one line", |r| format!("[{}]", r.join(","))),
    ("array with a record a line", |r| {
        format!("[\n{}\n]\n", r.join(",\n"))
    }),
    ("array that opens on the first record's line", |r| {
        format!("[{}]", r.join(",\r\n"))
    }),
    ("array with a trailing comma", |r| {
        format!("[{},]", r.join(", "))
    }),
    ("array without its end", |r| format!("[{}", r.join(","))),
    ("array without its start", |r| format!("{}]", r.join(",\n"))),
    ("arrays one after the other", |r| {
        format!("[{}]", r.join("]["))
    }),
    ("arrays in an array", |r| format!("[[{}]]", r.join("],["))),
    ("objects one after the other", |r| r.join("")),
    ("Graph page", |r| {
        format!(
            "{{\"@odata.context\":\"https://graph.example/$metadata#x\",\"value\":[{}],\
             \"@odata.nextLink\":\"https://graph.example/?$skip=1\"}}",
            r.join(",")
        )
    }),
    ("Graph pages one after the other", |r| {
        r.iter()
            .map(|r| {
                format!(
                    "{{\r\n  \"@odata.context\": \"c\",\r\n  \"value\": [\r\n{r}\r\n]\r\n}}\r\n"
                )
            })
            .collect()
    }),
    ("Event Hub batches a line", |r| {
        r.iter()
            .map(|r| format!("{{\"records\":[{r}]}}\n"))
            .collect()
    }),
    ("Graph's answer to a hunting query", |r| {
        format!(
            "{{\"schema\":[{{\"name\":\"Timestamp\",\"type\":\"DateTime\"}}],\"results\":[{}]}}",
            r.join(",")
        )
    }),
    ("Defender's answer to a hunting query", |r| {
        format!(
            "{{\"Stats\":{{\"ExecutionTime\":0.1}},\"Schema\":[{{\"Name\":\"a\",\"Type\":\"b\"}}],\"Results\":[{}]}}",
            r.join(",")
        )
    }),
    ("Splunk results", |r| {
        format!(
            "{{\"preview\":false,\"init_offset\":0,\"messages\":[],\"fields\":[{{\"name\":\"a\"}}],\
             \"results\":[{}],\"highlighted\":{{}}}}",
            r.join(",")
        )
    }),
    ("OData version 2", |r| {
        format!(
            "{{\"d\":{{\"results\":[{}],\"__next\":\"n\"}}}}",
            r.join(",")
        )
    }),
    ("Elasticsearch", |r| {
        format!(
            "{{\"took\":1,\"timed_out\":false,\"hits\":{{\"total\":{{\"value\":3}},\"hits\":[{}]}}}}",
            r.join(",")
        )
    }),
];

#[test]
fn each_framing_gives_each_record_its_own_bytes() {
    for (framing, frame) in FRAMINGS {
        for (style, make) in [
            ("minified", audit as fn(&str) -> String),
            ("pretty", pretty),
        ] {
            let records: Vec<String> = ["one", "two", "three"].map(make).into();
            let done = read_bytes("x.json", frame(&records).as_bytes());
            assert_eq!(done.slices(), records, "{framing}, {style}");
            assert_eq!(
                done.summary.events,
                3,
                "{framing}, {style}: {}",
                done.told()
            );
            done.check_again();
        }
    }
}

#[test]
fn a_single_record_is_an_artefact() {
    for make in [audit as fn(&str) -> String, pretty] {
        let done = read_bytes(
            "x.json",
            format!("\u{feff} {}\r\n\r\n", make("one")).as_bytes(),
        );
        assert_eq!(done.slices(), [make("one")]);
        assert_eq!(done.ids(), ["one"]);
    }
}

#[test]
fn rows_of_log_analytics_stand_under_their_columns() {
    let table = |name: &str, columns: &str, rows: &str| {
        format!("{{\"name\":\"{name}\",\"columns\":{columns},\"rows\":[{rows}]}}")
    };
    let columns = r#"[{"name":"CreationTime","type":"datetime"},{"name":"Id","type":"string"},{"name":"Operation"},{"name":"UserId"},{"name":"RecordType"},{"name":"Workload"}]"#;
    let turned = r#"[{"name":"Id"},{"name":"CreationTime"},{"name":"Operation"},{"name":"UserId"},{"name":"RecordType"},{"name":"Workload"}]"#;
    let text = format!(
        "{{\"tables\":[{},{}]}}",
        table(
            "PrimaryResult",
            columns,
            r#"["2026-03-06T10:00:00Z","one","Send","p@contoso.example",2,"Exchange"],
               ["2026-03-06T10:00:00Z","short"],
               ["2026-03-06T10:00:00Z","two","Send","p@contoso.example",2,"Exchange"]"#
        ),
        table(
            "Second",
            turned,
            r#"["three","2026-03-06T10:00:00Z","Send","p@contoso.example",2,"Exchange"]"#
        ),
    );
    let done = read_bytes("x.json", text.as_bytes());
    insta::assert_snapshot!(done.told());
    assert!(done.slices()[0].starts_with("[\"2026"));
    done.check_again();
}

#[test]
fn utf_16_is_read_with_its_places_as_received() {
    let records = [audit("one 𝄞"), audit("zwei ü"), audit("three")];
    for text in [records.join("\n"), format!("[{}]", records.join(","))] {
        for mark in ["", "\u{feff}"] {
            for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
                let encode =
                    |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(to_bytes).collect() };
                let done = read_bytes("x.json", &encode(&format!("{mark}{text}")));
                assert_eq!(done.ids(), ["one 𝄞", "zwei ü", "three"]);
                for (item, record) in done.items.iter().zip(&records) {
                    assert_eq!(done.slice(item.place()), encode(record));
                }
                done.check_again();
            }
        }
    }
}

#[test]
fn a_record_may_be_much_longer_than_what_is_read_at_once() {
    let long = audit("long").replace("\"k\"", &format!("\"{}\"", "k".repeat(3_000_000)));
    for text in [
        format!("{}\n{long}\n{}", audit("one"), audit("two")),
        format!("[{},{long},{}]", audit("one"), audit("two")),
        format!("[{long}]"),
    ] {
        let done = read_bytes("x.json", text.as_bytes());
        assert_eq!(done.summary.rejects, 0, "{}", done.told());
        assert!(done.slices().contains(&long));
    }
}
