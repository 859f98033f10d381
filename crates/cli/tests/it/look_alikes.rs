//! Domains that look alike, from a message trace to the lists.

use std::fmt::Write as _;

use crate::support::run;

#[test]
fn a_new_look_alike_that_writes_about_money_is_a_finding_and_others_are_hints() {
    let mut trace = String::from(
        "Organization,MessageId,Received,SenderAddress,RecipientAddress,Subject,Status,ToIP,FromIP,Size,MessageTraceId\n",
    );
    let mut row = |number: usize, day: usize, from: &str, to: &str, subject: &str| {
        writeln!(trace, "contoso.com,<{number}@x>,2026-02-{day:02}T08:00:00,{from},{to},{subject},Delivered,,203.0.113.40,100,00000000-0000-4000-8000-{number:012}").unwrap();
    };
    row(1, 1, "kim@fabrikam.com", "pat@contoso.com", "Invoice 4711");
    row(
        2,
        2,
        "pat@contoso.com",
        "kim@fabrikam.com",
        "RE: Invoice 4711",
    );
    row(
        3,
        20,
        "kim@fabr1kam.com",
        "pat@contoso.com",
        "RE: Invoice 4711",
    );
    row(4, 21, "lee@fabrikam-group.com", "pat@contoso.com", "Lunch");
    row(
        5,
        21,
        "news@northwind.com",
        "pat@contoso.com",
        "Your invoice",
    );
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("trace.csv");
    std::fs::write(&path, trace).unwrap();
    let root = tempfile::tempdir().unwrap();
    let done = run(root.path(), &["investigate", &path.to_string_lossy()]);
    assert_eq!(done.status, 0, "{}", done.err);
    let findings = run(root.path(), &["findings", "--json"]).lines();
    let ours: Vec<_> = findings
        .iter()
        .filter(|finding| finding["rule"] == "look_alike/money")
        .collect();
    assert_eq!(ours.len(), 1, "{findings:?}");
    assert_eq!(ours[0]["severity"], "high", "the thread was taken over");
    assert_eq!(ours[0]["confidence"], "likely");
    assert_eq!(ours[0]["accounts"][0], "pat@contoso.com");
    assert_eq!(ours[0]["evidence"][0]["position"], 3);
    let timeline = run(root.path(), &["timeline", "--json"]).lines();
    assert!(
        timeline
            .iter()
            .any(|row| row["findings"][0] == ours[0]["id"]),
        "{timeline:?}"
    );
    let list = std::fs::read_to_string(root.path().join("out/look-alikes.csv")).unwrap();
    assert!(
        list.contains("fabr1kam.com,fabrikam.com,same-look,finding,"),
        "{list}"
    );
    assert!(
        list.contains("fabrikam-group.com,fabrikam.com,added-word,hint,"),
        "{list}"
    );
    let page = std::fs::read_to_string(root.path().join("out/report.html")).unwrap();
    assert!(page.contains("Domains that look alike"));
    let recipients = run(
        root.path(),
        &["query", "SELECT count(*) AS n FROM events", "--json"],
    )
    .lines();
    assert_eq!(recipients[0]["n"], 5);
}
