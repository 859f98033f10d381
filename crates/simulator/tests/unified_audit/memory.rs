//! What the services remember from one record to the next: reads within the hour, throttling, long access.

use hourzero_simulator::happening::Happening;
use hourzero_simulator::logs::{LogWriter, Source};
use hourzero_simulator::world::{Licence, Settings, World};
use serde_json::Value;

use crate::{acts, tenant};

/// The unified audit records of happenings, in their order, without the copies that the service makes.
fn records(world: &World, happenings: &[Happening]) -> Vec<Value> {
    let writer = LogWriter::new(world);
    let mut out = Vec::new();
    for (number, happening) in (0_u64..).zip(happenings) {
        writer.write(number, happening, &mut out);
    }
    let mut records: Vec<Value> = out
        .iter()
        .filter(|record| record.source == Source::UnifiedAudit)
        .map(|record| serde_json::from_str(&record.json).unwrap())
        .collect();
    let sorted = |record: &Value| {
        let mut record = record.clone();
        record["Id"] = Value::Null;
        record
    };
    records.dedup_by_key(|record| sorted(record));
    records
}

fn is_throttled(record: &Value) -> bool {
    let properties = record["OperationProperties"].as_array().unwrap();
    properties
        .iter()
        .any(|one| one["Name"] == "IsThrottled" && one["Value"] == "True")
}

#[test]
fn the_same_read_is_written_once_within_an_hour() {
    let world = tenant(5, 60, 3);
    // Three messages, four times each, five minutes apart: the whole takes an hour less five minutes.
    let within = records(&world, &acts::reads(&world, 3, 4, 300));
    assert_eq!(within.len(), 3);
    // The same with half an hour between: each message comes again after an hour and a half.
    let beyond = records(&world, &acts::reads(&world, 3, 4, 1_800));
    assert_eq!(beyond.len(), 12);
}

#[test]
fn after_a_thousand_reads_a_mailbox_is_silent_for_a_day() {
    let world = tenant(5, 60, 3);
    let within_a_day = records(&world, &acts::reads(&world, 1_200, 1, 20));
    assert_eq!(within_a_day.len(), 1_001);
    let throttled: Vec<usize> = (0..within_a_day.len())
        .filter(|at| is_throttled(&within_a_day[*at]))
        .collect();
    assert_eq!(throttled, [1_000], "the last one says that it is");
    // Fewer than a thousand a day are never throttled.
    let spread = records(&world, &acts::reads(&world, 1_200, 1, 100));
    assert_eq!(spread.len(), 1_200);
    assert!(!spread.iter().any(is_throttled));
    // The day after, the mailbox is heard again.
    let long = records(&world, &acts::reads(&world, 5_400, 1, 20));
    assert!(long.len() > 1_001 && long.len() < 2_100, "{}", long.len());
}

#[test]
fn business_licences_have_no_reads() {
    let world = World::build(&Settings {
        licence: Licence::BusinessStandard,
        ..Settings::default()
    });
    assert_eq!(
        records(&world, &acts::reads(&world, 3, 1, 60)),
        [] as [Value; 0]
    );
}

#[test]
fn going_on_with_a_file_has_another_name() {
    let world = tenant(5, 60, 3);
    let operations = |seconds| -> Vec<String> {
        records(&world, &acts::file_accesses(&world, 3, seconds))
            .iter()
            .map(|record| record["Operation"].as_str().unwrap().to_owned())
            .collect()
    };
    let longer = "FileAccessedExtended";
    assert_eq!(operations(600), ["FileAccessed", longer, longer]);
    assert_eq!(operations(12_000), ["FileAccessed"; 3]);
}
