//! An application to which several people consented leads from one account to the others.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{played, rows, run};

/// A simulated campaign: its exports, who fell, and the application.
struct Campaign {
    exports: PathBuf,
    fallen: Vec<String>,
    app: String,
}

impl Campaign {
    fn played(folder: &Path) -> Self {
        let (exports, truth) = played(folder, "consent-campaign");
        let outcome = rows(&truth).pop().unwrap();
        let attacker = &outcome["attackers"][0];
        let names = |list: &str, name: &str| -> Vec<String> {
            let list = attacker[list].as_array().unwrap().iter();
            list.map(|one| one[name].as_str().unwrap().to_owned())
                .collect()
        };
        let fallen = names("compromised", "account");
        assert_eq!(fallen.len(), 4, "{outcome}");
        let name = names("footholds", "name").remove(0);
        let app = rows(&exports.join("signins.jsonl"))
            .into_iter()
            .find(|row| row["appDisplayName"] == name.as_str())
            .map(|row| row["appId"].as_str().unwrap().to_owned())
            .unwrap();
        Self {
            exports,
            fallen,
            app,
        }
    }

    /// Leaves out the application's own sign-ins to these accounts, in either log: what it read stays.
    fn forget_sign_ins(&self, accounts: &[String]) {
        for (file, account) in [
            ("signins.jsonl", "userPrincipalName"),
            ("ual.jsonl", "UserId"),
        ] {
            let path = self.exports.join(file);
            let text = std::fs::read_to_string(&path).unwrap();
            let is_kept = |line: &&str| {
                let row: Value = serde_json::from_str(line).unwrap();
                let name = row[account].as_str().unwrap_or_default().to_lowercase();
                let operation = row["Operation"].as_str().unwrap_or("UserLoggedIn");
                !(line.contains(&self.app)
                    && accounts.contains(&name)
                    && operation.starts_with("UserLog"))
            };
            let kept: Vec<&str> = text.lines().filter(is_kept).collect();
            assert!(kept.len() < text.lines().count(), "{file}");
            std::fs::write(&path, kept.join("\n")).unwrap();
        }
    }
}

fn entered(case: &Path) -> BTreeSet<String> {
    let verdicts = run(case, &["scope", "--json"]).lines().into_iter();
    verdicts
        .filter(|one| matches!(one["verdict"].as_str(), Some("compromised" | "likely")))
        .map(|one| one["account"].as_str().unwrap().to_owned())
        .collect()
}

fn decide(case: &Path, word: &str, id: &str) {
    let why = ["--by", "A. Analyst", "--why", "the vendor was called"];
    let done = run(case, &[&["scope", word, id][..], &why].concat());
    assert_eq!(done.status, 0, "{}", done.err);
}

#[test]
fn who_consented_to_the_same_application_is_found_without_his_sign_ins() {
    let root = tempfile::tempdir().unwrap();
    let campaign = Campaign::played(root.path());
    let (seen, unseen) = campaign.fallen.split_at(1);
    campaign.forget_sign_ins(unseen);
    let case = root.path().join("case");
    let done = run(&case, &["investigate", &campaign.exports.to_string_lossy()]);
    assert_eq!(done.status, 0, "{}", done.err);
    let all: BTreeSet<String> = campaign.fallen.iter().cloned().collect();
    assert_eq!(entered(&case), all);
    let from = format!("application {}", campaign.app);
    let links: Vec<Value> = run(&case, &["scope", "--links", "--json"]).lines();
    let by_app: Vec<&Value> = links
        .iter()
        .filter(|link| link["kind"] == "consented-app" && link["from"] == from.as_str())
        .collect();
    for link in &by_app {
        assert!(!link["evidence"].as_array().unwrap().is_empty(), "{link}");
    }
    let led: BTreeSet<&str> = by_app.iter().filter_map(|one| one["to"].as_str()).collect();
    assert!(
        unseen.iter().all(|one| led.contains(one.as_str())),
        "{links:?}"
    );
    // Refused, the link names nobody any more.
    let last = unseen.last().unwrap();
    let link = by_app
        .iter()
        .find(|one| one["to"] == last.as_str())
        .unwrap();
    decide(&case, "reject", link["id"].as_str().unwrap());
    let left = entered(&case);
    assert!(!left.contains(last) && left.contains(&seen[0]), "{left:?}");
    decide(&case, "accept", link["id"].as_str().unwrap());
    assert_eq!(entered(&case), all);
}

#[test]
fn an_application_that_a_person_names_leads_to_all_who_consented() {
    let root = tempfile::tempdir().unwrap();
    let campaign = Campaign::played(root.path());
    campaign.forget_sign_ins(&campaign.fallen);
    let case = root.path().join("case");
    run(&case, &["investigate", &campaign.exports.to_string_lossy()]);
    let all: BTreeSet<String> = campaign.fallen.iter().cloned().collect();
    assert!(entered(&case).is_disjoint(&all));
    decide(&case, "accept", &campaign.app);
    assert_eq!(entered(&case), all);
}
