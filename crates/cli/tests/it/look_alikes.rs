//! Domains that look alike, from a message trace to the lists.

use crate::support::{message_trace, run};

#[test]
fn a_new_look_alike_that_writes_about_money_is_a_finding_and_others_are_hints() {
    let (pat, ip) = ("pat@contoso.com", "203.0.113.40");
    let trace = message_trace(&[
        (1, "kim@fabrikam.com", pat, "Invoice 4711", ip),
        (2, pat, "kim@fabrikam.com", "RE: Invoice 4711", ip),
        (20, "kim@fabr1kam.com", pat, "RE: Invoice 4711", ip),
        (21, "lee@fabrikam-group.com", pat, "Lunch", ip),
        (21, "news@northwind.com", pat, "Your invoice", ip),
    ]);
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
