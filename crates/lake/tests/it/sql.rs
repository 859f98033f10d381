//! SQL: what it answers, and what it refuses.

use hourzero_lake::{QueryError, QueryLimits, Table};
use hourzero_model::{Change, Log};
use serde_json::{Value, json};

use crate::fixture::{Case, artefact, record, with_actor, with_id};

fn case() -> Case {
    let mut rule = with_actor(
        with_id(record(1, 1, Log::UnifiedAudit, 0), "r"),
        "a@contoso.example",
    );
    rule.operation = "New-InboxRule".to_owned();
    rule.parameters = vec![
        ("Name".into(), ".".into()),
        ("ForwardTo".into(), "x@fabrikam.example".into()),
    ];
    rule.changed = vec![Change {
        name: "Enabled".to_owned(),
        old: None,
        new: Some("True".to_owned()),
    }];
    let again = {
        let mut again = rule.clone();
        again.provenance.artefact = artefact(2);
        again.provenance.position = 4;
        again
    };
    Case::with(&[vec![rule, record(1, 2, Log::SignIn, 60)], vec![again]])
}

fn rows(case: &Case, sql: &str) -> Vec<Vec<Value>> {
    let table: Table = case.lake.query(sql, QueryLimits::default()).expect(sql);
    assert!(!table.truncated);
    table.rows
}

fn refusal(case: &Case, sql: &str) -> String {
    let answer = case.lake.query(sql, QueryLimits::default());
    answer.expect_err(sql).to_string()
}

#[test]
fn events_are_the_records_that_speak() {
    let case = case();
    let sql = "SELECT operation, witnesses, event_time FROM events ORDER BY event_time";
    assert_eq!(
        rows(&case, sql),
        [
            vec![
                json!("New-InboxRule"),
                json!(1),
                json!("2026-02-25T06:13:20Z")
            ],
            vec![
                json!("UserLoggedIn"),
                json!(0),
                json!("2026-02-25T06:14:20Z")
            ],
        ]
    );
    assert_eq!(rows(&case, "SELECT count(*) FROM records"), [[json!(3)]]);
    assert_eq!(
        rows(
            &case,
            "SELECT count(*) FROM events WHERE source = 'unified-audit'"
        ),
        [[json!(1)]]
    );
    assert_eq!(rows(&case, "SELECT kind FROM ties"), [[json!("duplicate")]]);
    assert_eq!(rows(&case, "SELECT count(*) FROM states"), [[json!(0)]]);
    assert_eq!(rows(&case, "SELECT count(*) FROM rejects"), [[json!(0)]]);
}

#[test]
fn our_functions_reach_lists_and_the_raw_record() {
    let case = case();
    let sql = "WITH e AS (SELECT * FROM events WHERE operation = 'New-InboxRule') \
               SELECT param(parameters, 'forwardto'), param(parameters, 'none'), \
               changed_new(changed, 'ENABLED'), changed_old(changed, 'enabled'), \
               raw(artefact, position, \"offset\", length) FROM e";
    assert_eq!(
        rows(&case, sql),
        [[
            json!("x@fabrikam.example"),
            Value::Null,
            json!("True"),
            Value::Null,
            json!("{\"at\":100,\"of\":1}")
        ]]
    );
    let sql =
        "SELECT u.entry.name FROM (SELECT unnest(parameters) AS entry FROM events) u ORDER BY 1";
    assert_eq!(rows(&case, sql), [[json!("ForwardTo")], [json!("Name")]]);
}

#[test]
fn values_keep_their_types() {
    let case = case();
    let sql = "SELECT parameters, artefact, id_key, 1.5 AS half, true AS yes FROM records ORDER BY artefact, position LIMIT 1";
    let table = case.lake.query(sql, QueryLimits::default()).expect("rows");
    let kinds: Vec<&str> = table.columns.iter().map(|(_, kind)| *kind).collect();
    assert_eq!(kinds, ["list", "text", "bytes", "number", "boolean"]);
    let row = &table.rows[0];
    assert_eq!(
        row[0][1],
        json!({"name": "ForwardTo", "value": "x@fabrikam.example"})
    );
    assert_eq!(row[1], json!(artefact(1).to_string()));
    assert_eq!(row[2].as_str().map(str::len), Some(32));
    assert_eq!((&row[3], &row[4]), (&json!(1.5), &json!(true)));
}

#[test]
fn only_reading_is_allowed() {
    let case = case();
    let outside = case.folder.path().join("records/ties.parquet");
    let outside = outside.display();
    for sql in [
        "DROP TABLE records".to_owned(),
        "INSERT INTO ties VALUES ('a', 1, 'b', 2, 'witness')".to_owned(),
        "CREATE TABLE t AS SELECT 1".to_owned(),
        "CREATE VIEW v AS SELECT 1".to_owned(),
        format!("CREATE EXTERNAL TABLE t STORED AS PARQUET LOCATION '{outside}'"),
        "COPY (SELECT 1) TO 'x.csv'".to_owned(),
        "SET datafusion.execution.batch_size = 1".to_owned(),
        "EXPLAIN DROP TABLE records".to_owned(),
        "SHOW TABLES".to_owned(),
        "DELETE FROM records".to_owned(),
    ] {
        let answer = case.lake.query(&sql, QueryLimits::default());
        assert!(
            matches!(answer, Err(QueryError::NotReading { .. })),
            "{sql}: {answer:?}"
        );
    }
    for sql in [
        format!("SELECT * FROM '{outside}'"),
        "SELECT * FROM generate_series(1, 3)".to_owned(),
        "SELECT * FROM information_schema.tables".to_owned(),
        "SELECT 1; SELECT 2".to_owned(),
    ] {
        assert!(
            case.lake.query(&sql, QueryLimits::default()).is_err(),
            "{sql}"
        );
    }
    assert_eq!(rows(&case, "SELECT count(*) FROM records"), [[json!(3)]]);
    assert!(!rows(&case, "EXPLAIN SELECT * FROM events").is_empty());
}

#[test]
fn errors_help() {
    let case = case();
    let said: Vec<String> = [
        "SELECT user_agnet FROM events",
        "SELECT frobnication FROM events",
        "SELECT * FROM event",
        "SELEC 1",
        "SELECT frob(1)",
        "SELECT sum(operation) FROM events",
        "DROP TABLE records",
        "SELECT raw('cut', 1, 0, 9)",
        "SELECT raw('0101010101010101010101010101010101010101010101010101010101010101', 1, 0, 0)",
    ]
    .iter()
    .map(|sql| format!("{sql}\n  {}", refusal(&case, sql)))
    .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn limits_are_said() {
    let case = case();
    let limits = QueryLimits {
        max_rows: 2,
        ..QueryLimits::default()
    };
    let table = case
        .lake
        .query("SELECT * FROM records", limits)
        .expect("rows");
    assert_eq!((table.rows.len(), table.truncated), (2, true));
    let table = case
        .lake
        .query("SELECT * FROM records LIMIT 2", limits)
        .expect("rows");
    assert_eq!((table.rows.len(), table.truncated), (2, false));
    let narrow = QueryLimits {
        max_bytes: 1,
        ..QueryLimits::default()
    };
    let all = "SELECT operation FROM records";
    let table = case.lake.query(all, narrow).expect("rows");
    assert_eq!((table.rows.len(), table.truncated), (1, true));
    let one = "SELECT operation FROM records LIMIT 1";
    let table = case.lake.query(one, narrow).expect("rows");
    assert_eq!((table.rows.len(), table.truncated), (1, false));
}

#[test]
fn a_statement_sees_what_came_since_the_last() {
    let case = Case::new();
    let counts = "SELECT (SELECT count(*) FROM records) AS records, \
                  (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM ties) AS ties";
    let told = |case: &Case| rows(case, counts).remove(0);
    assert_eq!(told(&case), [json!(0), json!(0), json!(0)]);
    let first = with_id(record(1, 1, Log::UnifiedAudit, 0), "r");
    case.import(std::slice::from_ref(&first));
    assert_eq!(told(&case), [json!(1), json!(1), json!(0)]);
    let mut again = first;
    again.provenance.artefact = artefact(2);
    case.import(&[again]);
    assert_eq!(told(&case), [json!(2), json!(2), json!(0)]);
    case.lake.settle().expect("ties");
    assert_eq!(told(&case), [json!(2), json!(1), json!(1)]);
    case.lake.forget(&artefact(2)).expect("forgotten");
    assert_eq!(told(&case).first(), Some(&json!(1)));
}

#[test]
fn times_are_cut_in_utc_as_the_engine_cuts_them() {
    // Before 1970, at the end of a year, on a leap day, on a Sunday.
    let seconds = [-1, 0, 63_999, 64_000, -62_208_000, -2_000_000_000];
    let records = seconds.iter().zip(1..);
    let records = records.map(|(after, position)| record(1, position, Log::SignIn, *after));
    let case = Case::with(&[records.collect()]);
    for unit in [
        "second", "minute", "hour", "day", "week", "month", "quarter", "year",
    ] {
        let cut = |time: &str| {
            let sql = format!(
                "SELECT event_time, date_trunc('{unit}', {time}) AS cut FROM records ORDER BY event_time"
            );
            rows(&case, &sql)
        };
        // Under another name of the same zone our way is not taken.
        let engines = cut("arrow_cast(event_time, 'Timestamp(Microsecond, Some(\"+00:00\"))')");
        assert_eq!(cut("event_time"), engines, "{unit}");
    }
    let days = "SELECT date_trunc('day', event_time) AS day, count(*) FROM records WHERE event_time >= '2026-02-25T00:00:00Z' GROUP BY 1 ORDER BY 1";
    let days = rows(&case, days);
    assert_eq!(
        days.first(),
        Some(&vec![json!("2026-02-25T00:00:00Z"), json!(3)])
    );
    let kind = case.lake.query(
        "SELECT date_trunc('day', event_time) AS day FROM records",
        QueryLimits::default(),
    );
    assert_eq!(kind.expect("days").columns, [("day".to_owned(), "time")]);
}
