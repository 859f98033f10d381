//! The data proves itself: every entry of the playbook appears where its sample says so.

use hourzero_intake::{Answers, Playbook, assess};
use hourzero_model::Timestamp;

#[test]
fn every_entry_appears_where_its_samples_say_so() {
    let playbook = Playbook::built_in().unwrap();
    let now = Timestamp::parse("2026-03-06T16:40:00Z").unwrap();
    let samples = playbook.samples();
    assert!(samples.len() > 150, "{}", samples.len());
    let mut wrong = Vec::new();
    for (list, id, sample) in samples {
        let answers = match Answers::parse(&sample.answers, "sample.toml", now) {
            Ok(answers) => answers,
            Err(errors) => panic!("{list} {id}: {}", errors[0]),
        };
        let json = serde_json::to_value(assess(&answers, &playbook, now)).unwrap();
        let field = match list {
            "lost" => "what",
            "requests" => "source",
            _ => "id",
        };
        let entries = json[list].as_array().unwrap();
        let appears = entries.iter().any(|entry| entry[field] == id);
        if appears != sample.appears {
            wrong.push(format!("{list} {id}: {}", sample.answers));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
}
