//! Logs of other products, read by a mapping.

use hourzero_ingest::{Fit, Mapping};
use proptest::prelude::*;

use crate::support::{import_with, show};

const VPN: &str = r#"
source = "vpn"
container = "csv"

[time]
column = ["Date", "Time"]
format = "%d.%m.%Y %H:%M:%S"
zone = "Europe/Berlin"

[columns]
actor = "User"
ip = ["Client", "Gateway"]
result = "State"
id = "Id"
session = "Tunnel"

[constants]
action = "VPN login"
Site = "Head office"

[values.result]
"UP" = "success"
"DOWN" = "failure"
"#;

const OKTA: &str = r#"
source = "okta"
[time]
column = "published"
[columns]
action = "eventType"
actor = "actor.alternateId"
actor_name = "actor.displayName"
ip = "client.ipAddress"
user_agent = "client.userAgent.rawUserAgent"
result = "outcome.result"
reason = "outcome.reason"
target = "target.0.alternateId"
id = "uuid"
[values.action]
"user.session.start" = "Sign-in"
"#;

fn mapping(text: &str) -> Mapping {
    Mapping::parse(text, "vpn.mapping.toml").unwrap()
}

#[test]
fn a_table_in_local_time() {
    let table = "Date,Time,User,Client,Gateway,State,Id,Tunnel,Bytes\n\
        05.03.2026,10:14:05,Pat@Contoso.example,192.0.2.7:4433,203.0.113.1,UP,v-1,t1,12\n\
        05.07.2026,10:14:05,robin,,203.0.113.1,DOWN,v-2,,\n\
        yesterday,noon,kim,192.0.2.8,,UP,v-3,,\n\
        05.07.2026,,kim,192.0.2.8,,UP,v-4,,\n";
    insta::assert_snapshot!(show(&import_with(&mapping(VPN), table.as_bytes())));
}

#[test]
fn a_pattern_reads_dates_as_they_are_written() {
    let text = "source = \"x\"\n[time]\ncolumn = \"t\"\nformat = \"%d/%m/%Y %H:%M\"\n\
        [columns]\naction = \"a\"\n";
    let table = "t,a\n25/03/2026 10:00,x\n05/03/2026 10:00,y\n";
    let all = import_with(&mapping(text), table.as_bytes());
    let days: Vec<String> = all.records.iter().map(|one| one.event_time.day()).collect();
    assert_eq!(days, ["2026-03-25", "2026-03-05"]);
}

#[test]
fn json_with_lists_in_it() {
    let event = r#"{"uuid":"0a","published":"2026-03-05T09:14:05.123Z","eventType":"user.session.start",
        "actor":{"alternateId":"pat@contoso.example","displayName":"Pat"},
        "client":{"ipAddress":"2001:db8::7","userAgent":{"rawUserAgent":"Mozilla/5.0"}},
        "outcome":{"result":"DENY","reason":"INVALID_CREDENTIALS"},
        "target":[{"alternateId":"portal"},{"alternateId":"mail"}],"severity":"WARN"}"#;
    insta::assert_snapshot!(show(&import_with(
        &mapping(OKTA),
        format!("[{event}]").as_bytes()
    )));
}

#[test]
fn rows_of_a_shipper_hold_the_record_under_a_path() {
    let text = "source = \"fw\"\nrow = \"event.data\"\n[time]\ncolumn = \"t\"\nformat = \"epoch-ms\"\n\
        [columns]\naction = \"act\"\n";
    let lines = "{\"event\":{\"data\":{\"t\":1772702045123,\"act\":\"deny\"}}}\n\
        {\"event\":{\"data\":\"{\\\"t\\\":1772702045,\\\"act\\\":\\\"allow\\\"}\"}}\n\
        {\"event\":{}}\n";
    let all = import_with(&mapping(text), lines.as_bytes());
    let times: Vec<String> = all
        .records
        .iter()
        .map(|one| one.event_time.to_string())
        .collect();
    assert_eq!(
        times,
        ["2026-03-05T09:14:05.123Z", "1970-01-21T12:25:02.045Z"]
    );
    assert_eq!(
        all.rejects[0].reason,
        "the record has nothing under `event.data`"
    );
}

#[test]
fn times_are_read_as_the_mapping_says() {
    for (format, zone, text, expected) in [
        ("auto", "UTC", "2026-03-05 09:14:05", "2026-03-05T09:14:05Z"),
        (
            "auto",
            "+05:30",
            "2026-03-05 09:14:05",
            "2026-03-05T03:44:05Z",
        ),
        (
            "auto",
            "+05:30",
            "2026-03-05T09:14:05Z",
            "2026-03-05T09:14:05Z",
        ),
        (
            "auto",
            "+05:30",
            "2026-03-05T09:14:05+01:00",
            "2026-03-05T08:14:05Z",
        ),
        ("auto", "+05:30", "1772702045", "2026-03-05T09:14:05Z"),
        ("epoch", "UTC", "1772702045.25", "2026-03-05T09:14:05.25Z"),
        (
            "epoch-us",
            "UTC",
            "1772702045250000",
            "2026-03-05T09:14:05.25Z",
        ),
        (
            "%d/%b/%Y:%H:%M:%S %z",
            "UTC",
            "05/Mar/2026:09:14:05 +0100",
            "2026-03-05T08:14:05Z",
        ),
        // The clock showed this twice: the earlier one.
        (
            "auto",
            "Europe/Berlin",
            "2026-10-25 02:30:00",
            "2026-10-25T00:30:00Z",
        ),
        (
            "auto",
            "America/New_York",
            "3/5/2026 4:14:05 AM",
            "2026-03-05T09:14:05Z",
        ),
    ] {
        let text = serde_json::json!({"t": text, "a": "x"}).to_string();
        let mapping = mapping(&format!(
            "source = \"x\"\n[time]\ncolumn = \"t\"\nformat = \"{format}\"\nzone = \"{zone}\"\n\
             [columns]\naction = \"a\"\n"
        ));
        let all = import_with(&mapping, text.as_bytes());
        assert_eq!(all.summary.unknown, None, "{text}");
        assert_eq!(all.records[0].event_time.to_string(), expected, "{text}");
    }
}

#[test]
fn a_wrong_mapping_says_where_and_what_to_do() {
    let told: Vec<String> = [
        "source = ",
        "source = \"a b\"\n[time]\ncolumn = \"t\"\n",
        "source = \"x\"\n",
        "source = \"x\"\n[time]\nzone = \"UTC\"\n",
        "source = \"x\"\n[time]\ncolumn = \"t\"\nzone = \"Mars/Base\"\n",
        "source = \"x\"\n[time]\ncolumn = \"t\"\nformat = \"sometime\"\n",
        "source = \"x\"\n[time]\ncolumn = \"t\"\n",
        "source = \"x\"\ntable = \"y\"\n[time]\ncolumn = \"t\"\n",
        "source = \"x\"\n[time]\ncolumn = \"t\"\n[columns]\nuser = \"u\"\n",
        "source = \"x\"\n[time]\ncolumn = \"t\"\n[columns]\naction = []\n",
        "source = \"x\"\n[time]\ncolumn = \"t\"\n[columns]\naction = \"a\"\n[values.result]\n\"OK\" = \"fine\"\n",
        "source = \"x\"\ncontainer = \"xml\"\n[time]\ncolumn = \"t\"\n",
    ]
    .iter()
    .map(|text| Mapping::parse(text, "x.mapping.toml").unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_file_that_the_mapping_does_not_describe_is_one_sentence() {
    let told: Vec<String> = [
        "{\"published\":\"x\"}",
        "Start,User\n2026-03-05,pat\n",
        "Date,Time,User\n3/5/2026,9 AM,pat\n",
    ]
    .iter()
    .map(|bytes| {
        let all = import_with(&mapping(VPN), bytes.as_bytes());
        assert_eq!(all.summary.records, 0);
        all.summary.unknown.unwrap()
    })
    .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_mapping_fits_by_its_columns() {
    let names =
        |names: &[&str]| -> Vec<String> { names.iter().map(|name| (*name).to_owned()).collect() };
    assert!(mapping(VPN).fits(&names(&["Date", "Time", "User", "x"])));
    assert!(!mapping(VPN).fits(&names(&["Date", "User"])));
    assert!(!mapping(VPN).fits(&names(&["Date", "Time"])));
    assert!(mapping(OKTA).fits(&names(&["published", "actor"])));
    assert!(!mapping(OKTA).fits(&names(&["createdDateTime", "actor"])));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_breaks_the_reading(text in "\\PC{0,200}", cells in prop::collection::vec("\\PC{0,30}", 0..40)) {
        if let Err(error) = Mapping::parse(&text, "x") {
            prop_assert!(!error.to_string().is_empty());
        }
        let table = format!("Date,Time,User,Client\n05.03.2026,10:14:05,a,b\n{}", cells.join(","));
        import_with(&mapping(VPN), table.as_bytes());
        let lines: Vec<String> = cells
            .iter()
            .map(|cell| serde_json::json!({"published": cell, "target": cell, "actor": {"alternateId": cell}}).to_string())
            .collect();
        import_with(&mapping(OKTA), lines.join("\n").as_bytes());
    }
}

#[test]
fn how_well_a_mapping_describes_a_file() {
    let fit = |text: &str, file: &str| {
        hourzero_ingest::fit(&mut file.as_bytes(), &mapping(text)).expect("memory can be read")
    };
    let reads = |fields| Fit::Reads { fields };
    let vpn = "Date,Time,User,Client,Gateway,State,Id,Tunnel\n";
    let row = "05.03.2026,10:14:05,pat,192.0.2.7,203.0.113.1,UP,v-1,t1\n";
    let okta =
        r#"{"published":"2026-03-05T09:14:05Z","eventType":"x","actor":{"alternateId":"a"}}"#;
    for (text, file, expected) in [
        (VPN, format!("{vpn}{row}"), reads(5)),
        (VPN, vpn.to_owned(), reads(5)),
        (
            VPN,
            "Date,Time,User\n05.03.2026,10:14:05,pat\n".to_owned(),
            reads(1),
        ),
        (
            VPN,
            "Date,Time,Other\n05.03.2026,10:14:05,pat\n".to_owned(),
            reads(0),
        ),
        (OKTA, okta.to_owned(), reads(2)),
    ] {
        assert_eq!(fit(text, &file), expected, "{file}");
    }
    for (text, file, why) in [
        (
            VPN,
            okta.to_owned(),
            "the file is JSON, the mapping describes CSV",
        ),
        (VPN, "Day,User\nx,pat\n".to_owned(), "no row has the time"),
        (
            VPN,
            "Date,Time,User\nx,y,pat\n".to_owned(),
            "cannot be read as the mapping says",
        ),
        (VPN, "\u{1}\u{2}\u{3}".to_owned(), ""),
    ] {
        let Fit::Misfit(told) = fit(text, &file) else {
            panic!("{file} is read");
        };
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn a_mapping_names_files_by_pattern() {
    for (pattern, name, expected) in [
        ("vpn-*.csv", "VPN-2026-03.CSV", true),
        ("vpn-*.csv", "logs/vpn-.csv", true),
        ("vpn-*.csv", "a.zip!vpn-1.csv", true),
        ("vpn-*.csv", "vpn-1.csv.bak", false),
        ("vpn-*.csv", "my-vpn-1.csv", false),
        ("*vpn*", "my-vpn-1.csv", true),
        ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "a-c-b", false),
        ("vpn.log", "vpn.log", true),
        ("vpn.log", "vpnxlog", false),
    ] {
        let one = mapping(&format!("files = \"{pattern}\"\n{OKTA}"));
        assert_eq!(one.names_file(name), expected, "{pattern} {name}");
    }
    assert!(!mapping(OKTA).names_file("okta.json"));
    let refused = |files: &str| {
        Mapping::parse(&format!("files = {files}\n{OKTA}"), "okta.toml")
            .expect_err("the pattern is wrong")
            .to_string()
    };
    assert_eq!(
        refused("\"*\""),
        "okta.toml, line 1: `files` names every file, also those of Microsoft's logs: write a pattern \
         such as \"vpn-*.csv\""
    );
    assert!(refused("\"logs/*.csv\"").contains("without their folders"));
    assert!(refused("7").starts_with("okta.toml, line 1: `files`"));
}

#[test]
fn an_artefact_is_read_again_by_the_mapping_that_was_kept() {
    let table = "Date,Time,User,Client,Gateway,State,Id,Tunnel\n\
        05.03.2026,10:14:05,pat,192.0.2.7,203.0.113.1,UP,v-1,t1\n";
    let first = import_with(&mapping(VPN), table.as_bytes());
    let again = crate::support::import_again(first.summary.header.as_deref(), table.as_bytes());
    assert_eq!(first.records, again.records);
    assert_eq!(first.summary, again.summary);
    let unmapped = crate::support::import_again(None, table.as_bytes());
    assert!(unmapped.records.is_empty());
}
