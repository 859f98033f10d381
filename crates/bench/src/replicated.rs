//! A corpus of any size out of real unified-audit records.
//!
//! It takes the development data and a number of records and writes JSON lines. Every replica of a record has ids, a user and a time of its own; what tells kinds of records
//! apart (operations, applications, addresses, tenant) stays. The same number gives the same bytes. It
//! must never write where development data lies.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::{Map, Value};

use crate::parts::Parts;

/// Acts of administration, which attacks are made of, stand in one round of so many.
const ADMINISTRATION_EVERY: u64 = 50;
/// Users of the made-up tenant; then names come again.
const USERS: u64 = 2_000;
/// The first moment, 2024-05-01, and the length, 90 days, in seconds.
const FIRST: u64 = 1_714_521_600;
const SPAN: u64 = 90 * 86_400;
/// Fields that are different in every record.
const IDS: &[&str] = &[
    "Id",
    "InterSystemsId",
    "IntraSystemId",
    "CorrelationId",
    "SessionId",
    "AADSessionId",
    "UniqueTokenId",
    "InternetMessageId",
    "ImmutableId",
    "ListItemUniqueId",
    "ClientRequestId",
    "MessageId",
];

/// A record cut where replicas differ.
struct Seed {
    pieces: Vec<Piece>,
    administration: bool,
}

enum Piece {
    Text(String),
    /// A GUID or another id; its text as it stands.
    Id(String),
    /// The local part of a user's name goes before it: the number that makes another user.
    User,
    /// `2024-07-19T07:19:54`.
    Time,
}

/// Writes `records` lines into the folder; gives their bytes.
pub(crate) fn write(samples: &Path, folder: &Path, records: u64) -> anyhow::Result<u64> {
    let seeds = seeds(samples)?;
    ensure!(
        seeds.iter().any(|seed| !seed.administration),
        "{}: no unified-audit records; give the folder of the development data with --samples",
        samples.display()
    );
    let mut parts = Parts::new(folder, ("jsonl", b""))?;
    let (mut number, mut round, mut line) = (0_u64, 0_u64, Vec::new());
    while number < records {
        for seed in &seeds {
            if seed.administration && !round.is_multiple_of(ADMINISTRATION_EVERY) {
                continue;
            }
            if number == records {
                break;
            }
            line.clear();
            render(seed, round, FIRST + number * SPAN / records, &mut line)?;
            parts.line(&line)?;
            number += 1;
        }
        round += 1;
    }
    parts.finish()
}

fn render(seed: &Seed, round: u64, second: u64, line: &mut Vec<u8>) -> anyhow::Result<()> {
    for piece in &seed.pieces {
        match piece {
            Piece::Text(text) => line.extend_from_slice(text.as_bytes()),
            Piece::Id(id) => replica_of(id, round, line),
            Piece::User => write!(line, "{}", round % USERS)?,
            Piece::Time => {
                let (year, month, day) = date(second / 86_400);
                let (hour, rest) = (second % 86_400 / 3_600, second % 3_600);
                let (minute, second) = (rest / 60, rest % 60);
                write!(
                    line,
                    "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
                )?;
            }
        }
    }
    line.push(b'\n');
    Ok(())
}

/// Every hexadecimal digit is moved by a digit that hangs on round and id, so that the form stays.
fn replica_of(id: &str, round: u64, line: &mut Vec<u8>) {
    let mut state = id
        .bytes()
        .fold(round ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    for byte in id.bytes() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let turned = char::from(byte)
            .to_digit(16)
            .and_then(|digit| char::from_digit((digit + (state >> 60) as u32) % 16, 16));
        line.push(turned.map_or(byte, |digit| digit as u8));
    }
}

/// Year, month and day of a number of days since 1970, of the years 1970 to 2099.
fn date(days: u64) -> (u64, u64, u64) {
    let (mut year, mut left) = (1970, days);
    loop {
        let length = if u64::is_multiple_of(year, 4) {
            366
        } else {
            365
        };
        if left < length {
            break;
        }
        left -= length;
        year += 1;
    }
    let february = if year.is_multiple_of(4) { 29 } else { 28 };
    for (month, length) in (1..).zip([31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
        if left < length {
            return (year, month, left + 1);
        }
        left -= length;
    }
    (year, 12, 31)
}

fn seeds(samples: &Path) -> anyhow::Result<Vec<Seed>> {
    let mut lines = Vec::new();
    for incident in ["166", "38", "39", "5"] {
        let path = samples.join(format!("excytin_{incident}/ual_from_RawEventData.jsonl"));
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        lines.extend(text.lines().map(str::to_owned));
    }
    let path = samples.join("plaso/microsoft_audit_log.jsonl");
    lines.extend(fs::read_to_string(path)?.lines().map(str::to_owned));
    for (folder, ending) in [("det_eng_samples", "json"), ("msdocs", "json")] {
        let mut paths: Vec<_> = fs::read_dir(samples.join(folder))?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|name| name == ending))
            .collect();
        paths.sort();
        for path in paths {
            let text = fs::read_to_string(path)?;
            let values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
            for value in values.map_while(Result::ok) {
                match value {
                    Value::Array(items) => lines.extend(items.iter().map(Value::to_string)),
                    one => lines.push(one.to_string()),
                }
            }
        }
    }
    Ok(lines.iter().filter_map(|line| seed(line)).collect())
}

/// Records of other forms are passed over.
fn seed(line: &str) -> Option<Seed> {
    let record: Map<String, Value> = serde_json::from_str(line).ok()?;
    let text = |key: &str| record.get(key).and_then(Value::as_str);
    let time = text("CreationTime")?.get(..19)?.to_owned();
    text("Operation")?;
    let mut ids = BTreeSet::new();
    collect(&Value::Object(record.clone()), &mut ids);
    let user = text("UserId").filter(|user| user.contains('@'));
    let mut pieces = vec![Piece::Text(line.to_owned())];
    cut(&mut pieces, &time, || vec![Piece::Time]);
    // The longer first: one id may be a part of another.
    let mut ids: Vec<String> = ids.into_iter().collect();
    ids.sort_by_key(|id| std::cmp::Reverse(id.len()));
    for id in &ids {
        cut(&mut pieces, id, || vec![Piece::Id(id.clone())]);
    }
    if let Some((local, domain)) = user.and_then(|user| user.split_once('@')) {
        let again = || {
            vec![
                Piece::Text(local.to_owned()),
                Piece::User,
                Piece::Text(format!("@{domain}")),
            ]
        };
        cut(&mut pieces, &format!("{local}@{domain}"), again);
    }
    let kind = record.get("RecordType").and_then(Value::as_u64);
    Some(Seed {
        pieces,
        administration: matches!(kind, Some(1 | 8 | 15)),
    })
}

fn collect(value: &Value, ids: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value.as_str() {
                    Some(text) if IDS.contains(&key.as_str()) && text.len() >= 16 => {
                        ids.insert(text.to_owned());
                    }
                    _ => collect(value, ids),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, ids)),
        _ => {}
    }
}

fn cut(pieces: &mut Vec<Piece>, what: &str, with: impl Fn() -> Vec<Piece>) {
    let mut done = Vec::new();
    for piece in pieces.drain(..) {
        let Piece::Text(text) = piece else {
            done.push(piece);
            continue;
        };
        for (turn, part) in text.split(what).enumerate() {
            if turn > 0 {
                done.extend(with());
            }
            done.push(Piece::Text(part.to_owned()));
        }
    }
    *pieces = done;
}

#[cfg(test)]
mod tests {
    use super::{date, render, seed};

    #[test]
    fn replicas_differ_in_ids_user_and_time_and_in_nothing_else() {
        let line = r#"{"CreationTime":"2024-07-19T07:19:54","Id":"5fb53b09-d464-4c74-820c-5678f6d4c4d1","Operation":"Send","UserId":"ada@contoso.example","RecordType":2}"#;
        let seed = seed(line).unwrap();
        let replica = |round, second| {
            let mut line = Vec::new();
            render(&seed, round, second, &mut line).unwrap();
            serde_json::from_slice::<serde_json::Value>(&line).unwrap()
        };
        let (one, two) = (replica(1, 1_714_521_600), replica(2, 1_714_521_601));
        for key in ["Id", "UserId", "CreationTime"] {
            assert_ne!(one[key], two[key], "{key}");
        }
        for key in ["Operation", "RecordType"] {
            assert_eq!(one[key], two[key], "{key}");
        }
        assert_eq!(one["CreationTime"], "2024-05-01T00:00:00");
        assert_eq!(one["Id"].as_str().unwrap().len(), 36);
        assert_eq!(one["UserId"], "ada1@contoso.example");
    }

    #[test]
    fn days_are_dates() {
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(19_782), (2024, 2, 29));
        assert_eq!(date(20_781), (2026, 11, 24));
    }
}
