//! Whole engagements, written down: what must come out, in which order, and what must not appear.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hourzero_intake::{Answers, Assessment, Playbook, assess};
use hourzero_model::Timestamp;
use serde::Deserialize;

/// What an engagement must come to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// Every order, in order.
    orders: Vec<String>,
    /// Those that are not urgent.
    later: Vec<String>,
    /// Orders with a deadline; all others have none.
    #[serde(default)]
    due: BTreeMap<String, String>,
    /// What the title of an order says.
    #[serde(default)]
    says: BTreeMap<String, String>,
    /// Every warning, in order.
    not_yet: Vec<String>,
    /// Who, what it was done to, until when.
    lost: Vec<String>,
    /// Words that no id, state or end may contain.
    absent: Vec<String>,
    /// Id, state, end of every clock.
    clocks: Vec<String>,
}

fn assessment(folder: &Path) -> Assessment {
    let text = fs::read_to_string(folder.join("answers.toml")).unwrap();
    // Every engagement names the time of its call: another time here must change nothing.
    let now = Timestamp::parse("2000-01-01T00:00:00Z").unwrap();
    let answers = Answers::parse(&text, "answers.toml", now)
        .unwrap_or_else(|errors| panic!("{}: {}", folder.display(), errors[0]));
    assess(&answers, &Playbook::built_in().unwrap(), now)
}

fn clocks(assessment: &Assessment) -> Vec<String> {
    let clocks = assessment.clocks.iter();
    clocks
        .map(|clock| {
            let state = format!("{:?}", clock.state).to_lowercase();
            let end = clock.ends.map_or_else(String::new, |end| format!(" {end}"));
            format!("{} {state}{end}", clock.id)
        })
        .collect()
}

fn lost(assessment: &Assessment) -> Vec<String> {
    let lost = assessment.lost.iter();
    lost.map(|one| {
        let target = one.target.clone().unwrap_or_default();
        match one.until {
            Some(until) if one.by != "time" => format!("{} {target} {until}", one.by),
            _ => format!("{} {target}", one.by),
        }
    })
    .collect()
}

#[test]
fn engagements_come_out_as_an_experienced_responder_would_give_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engagements");
    let mut folders: Vec<_> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    assert!(folders.len() >= 20);
    let mut wrong = Vec::new();
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let expected: Expected =
            toml::from_str(&fs::read_to_string(folder.join("expect.toml")).unwrap()).unwrap();
        let found = assessment(&folder);
        let mut compare = |what: &str, is: Vec<String>, should: Vec<String>| {
            if is != should {
                wrong.push(format!(
                    "{name}: {what}\n  is     {is:#?}\n  should {should:#?}"
                ));
            }
        };
        let ids = |keep: &dyn Fn(&hourzero_intake::Order) -> bool| -> Vec<String> {
            let orders = found.orders.iter().filter(|order| keep(order));
            orders.map(|order| order.id.clone()).collect()
        };
        compare("orders", ids(&|_| true), expected.orders);
        let mut later = ids(&|order| !order.now);
        let mut expected_later = expected.later;
        later.sort();
        expected_later.sort();
        compare("later", later, expected_later);
        let due = found
            .orders
            .iter()
            .filter_map(|order| Some(format!("{} {}", order.id, order.due?)));
        let mut due: Vec<String> = due.collect();
        due.sort();
        let should = expected
            .due
            .iter()
            .map(|(id, at)| format!("{id} {at}"))
            .collect();
        compare("due", due, should);
        for (id, words) in expected.says {
            let title = found
                .orders
                .iter()
                .find(|order| order.id == id)
                .unwrap()
                .title
                .clone();
            assert!(title.contains(&words), "{name}: {id}: {title}");
        }
        compare(
            "not yet",
            found.not_yet.iter().map(|one| one.id.clone()).collect(),
            expected.not_yet,
        );
        compare("lost", lost(&found), expected.lost);
        let shown = clocks(&found);
        for word in expected.absent {
            let all = ids(&|_| true).join(" ")
                + &found
                    .not_yet
                    .iter()
                    .map(|one| one.id.as_str())
                    .collect::<Vec<_>>()
                    .join(" ")
                + &shown.join("; ");
            assert!(
                !all.contains(&word),
                "{name}: {word} must not appear: {all}"
            );
        }
        compare("clocks", shown, expected.clocks);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
