//! Rows of CSV: places, quoting, delimiters, headers, dates, damage.

use hourzero_ingest::raw_value;

use crate::support::{Done, Item, audit, read_bytes};

const HEADER: &str = "RecordType,CreationDate,UserIds,Operations,AuditData,ResultIndex,ResultCount,Identity,IsValid,ObjectState";

fn row_with(id: &str, data: &str) -> String {
    format!(
        "\"AzureActiveDirectoryStsLogon\",\"3/6/2026 10:00:00 AM\",\"pat@contoso.example\",\
         \"UserLoggedIn\",\"{}\",\"1\",\"3\",\"{id}\",\"True\",\"Unchanged\"",
        data.replace('"', "\"\"")
    )
}

fn row(id: &str) -> String {
    row_with(id, &audit(id))
}

fn read_csv(text: &str) -> Done {
    read_bytes("x.csv", text.as_bytes())
}

#[test]
fn each_row_has_its_own_bytes() {
    let pretty = row_with("two", &crate::support::pretty("two"));
    let rows = [row("one"), pretty, row("three")];
    for (start, end) in [
        ("", "\n"),
        ("", "\r\n"),
        ("\u{feff}", "\r\n"),
        ("#TYPE Deserialized.Thing\r\n", "\r\n"),
        ("sep=,\r\n", "\r\n"),
        ("", "\r\n\r\n"),
    ] {
        for last in ["", end] {
            let text = format!("{start}{HEADER}{end}{}{last}", rows.join(end));
            let done = read_csv(&text);
            assert_eq!(done.slices(), rows, "{text}");
            assert_eq!(done.ids(), ["one", "two", "three"]);
            done.check_again();
        }
    }
}

#[test]
fn other_delimiters_are_known_by_the_header() {
    for delimiter in [";", "\t"] {
        let text = format!("{HEADER}\n{}\n", row("one"))
            .replace("\",\"", &format!("\"{delimiter}\""))
            .replacen(HEADER, &HEADER.replace(',', delimiter), 1);
        // The cell with the record holds commas between quotation marks as well, which are doubled.
        let done = read_csv(&text.replace(&format!("\"\"{delimiter}\"\""), "\"\",\"\""));
        assert_eq!(done.ids(), ["one"], "{}", done.told());
        done.check_again();
    }
}

#[test]
fn utf_16_rows_have_their_places_as_received() {
    let text = format!("\u{feff}{HEADER}\r\n{}\r\n{}", row("one 𝄞"), row("two"));
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let done = read_bytes("x.csv", &bytes);
    assert_eq!(done.ids(), ["one 𝄞", "two"]);
    let wanted: Vec<u8> = row("one 𝄞")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(done.slice(done.items[0].place()), wanted);
    done.check_again();
}

#[test]
fn a_row_with_missing_columns_is_a_reject_that_keeps_what_it_has() {
    let whole = row("two");
    let short = whole.rsplitn(4, ',').last().unwrap();
    let text = format!("{HEADER}\n{}\n{short}\n{},,,\n", row("one"), row("three"));
    insta::assert_snapshot!(read_csv(&text).told());
}

#[test]
fn a_missing_quotation_mark_costs_one_row() {
    let broken = row("two").replacen("\"AzureActive", "\"Azure\"\"Active", 1);
    let unclosed = row("two").replacen("Unchanged\"", "Unchanged", 1);
    for damaged in [broken.clone(), unclosed] {
        let text = format!(
            "{HEADER}\r\n{}\r\n{damaged}\r\n{}\r\n",
            row("one"),
            row("three")
        );
        let done = read_csv(&text);
        assert!(done.ids().contains(&"one".to_owned()), "{}", done.told());
        assert!(done.ids().contains(&"three".to_owned()), "{}", done.told());
    }
    let text = format!("{HEADER}\n{}\n{}", row("one"), &row("two")[..300]);
    insta::assert_snapshot!(read_csv(&text).told());
}

#[test]
fn a_damaged_body_is_a_reject_with_its_wrapper() {
    let text = format!(
        "{HEADER}\n{}\n{}\n",
        row("one"),
        row_with("two", &audit("two")[..90])
    );
    insta::assert_snapshot!(read_csv(&text).told());
}

#[test]
fn the_header_among_the_rows_is_no_record() {
    let text = format!("{HEADER}\n{}\n{HEADER}\n{}\n", row("one"), row("two"));
    insta::assert_snapshot!(read_csv(&text).told());
}

#[test]
fn rows_that_are_no_utf_8_are_read_as_windows_1252() {
    let text = format!("{HEADER}\n{}\n{}\n", row("one"), row("zwei ü"));
    let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let done = read_bytes("x.csv", &bytes);
    assert_eq!(done.ids(), ["one", "zwei ü"]);
    assert_eq!(
        done.summary.notes,
        ["not UTF-8 and read as Windows-1252: 1 of the rows"]
    );
    done.check_again();
}

#[test]
fn a_table_without_rows_is_known_by_its_header() {
    let done = read_csv(&format!("{HEADER}\r\n"));
    insta::assert_snapshot!(done.told());
}

#[test]
fn a_second_column_of_a_name_has_its_own() {
    let text = format!("{HEADER},Identity,\n{},\"other\",\n", row("one"));
    let done = read_csv(&text);
    let value = raw_value(&done.raw(&done.items[0])).unwrap();
    assert_eq!(value["Identity"], "one");
    assert_eq!(value["Identity#2"], "other");
    assert_eq!(value["AuditData"]["Operation"], "UserLoggedIn");
}

#[test]
fn a_day_above_twelve_tells_that_days_stand_first_in_all_rows() {
    let header = "Received,SenderAddress,RecipientAddress,Subject,Status,ToIP,FromIP,Size,MessageId,MessageTraceId";
    let trace = |received: &str| {
        format!(
            "\"{received}\",\"a@contoso.example\",\"b@fabrikam.example\",\"s\",\"Delivered\",\"\",\
             \"192.0.2.1\",\"9\",\"<1@contoso.example>\",\"0d2a4b6c-1111-4222-8333-444455556666\""
        )
    };
    let times = |received: [&str; 2]| -> Vec<String> {
        let done = read_csv(&format!(
            "{header}\n{}\n{}\n",
            trace(received[0]),
            trace(received[1])
        ));
        done.check_again();
        done.items
            .iter()
            .map(|item| match item {
                Item::Event(record) => record.event_time.to_string(),
                other => panic!("{other:?}"),
            })
            .collect()
    };
    assert_eq!(
        times(["03/02/2026 09:30:00", "13/02/2026 09:30:00"]),
        ["2026-02-03T09:30:00Z", "2026-02-13T09:30:00Z"]
    );
    assert_eq!(
        times(["03/02/2026 09:30:00", "02/13/2026 09:30:00"]),
        ["2026-03-02T09:30:00Z", "2026-02-13T09:30:00Z"]
    );
}
