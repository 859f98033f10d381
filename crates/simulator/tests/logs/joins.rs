//! The logs agree with each other: what the services share is shared, and each log exists where it would.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_simulator::happening::{Act, SignInKind};
use hourzero_simulator::logs::{LogRecord, LogWriter, Source};
use hourzero_simulator::world::EntraPlan;
use serde_json::Value;

use super::acts::{self, Cast};
use super::support::{Days, days, plain_days, world};

fn read(record: &LogRecord) -> Value {
    serde_json::from_str(&record.json).unwrap()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn sign_ins(days: &Days) -> BTreeMap<String, Value> {
    days.rows(Source::SignIns)
        .into_iter()
        .map(|row| (text(&row, "id").to_owned(), row))
        .collect()
}

#[test]
fn every_logon_of_the_audit_log_has_its_sign_in() {
    for days in [days(), plain_days()] {
        let rows = sign_ins(days);
        let mut logons = BTreeSet::new();
        for record in days.rows(Source::UnifiedAudit) {
            if record["RecordType"] != 15 {
                continue;
            }
            let row = &rows[text(&record, "Id")];
            assert_eq!(record["InterSystemsId"], row["correlationId"]);
            assert_eq!(record["ApplicationId"], row["appId"]);
            assert_eq!(record["ActorIpAddress"], row["ipAddress"]);
            assert_eq!(record["ObjectId"], row["resourceId"]);
            assert_eq!(
                text(&record, "ErrorNumber"),
                row["status"]["errorCode"].to_string()
            );
            logons.insert(text(&record, "Id").to_owned());
        }
        assert!(logons.len() > 100, "{} logons", logons.len());
        for (happening, _) in &days.happenings {
            if let Act::SignIn(sign_in) = &happening.act
                && sign_in.kind == SignInKind::Interactive
                && happening.account.is_some()
                && happening.access.is_some()
            {
                assert!(logons.contains(&sign_in.id.to_string()));
            }
        }
    }
}

#[test]
fn every_change_of_the_audit_log_is_in_the_directory_audit() {
    let changes = |records: &mut dyn Iterator<Item = &LogRecord>| {
        let mut audited: BTreeSet<(String, String)> = BTreeSet::new();
        let mut told = Vec::new();
        for record in records {
            let row = match record.source {
                Source::DirectoryAudits | Source::UnifiedAudit => read(record),
                _ => continue,
            };
            if record.source == Source::DirectoryAudits {
                audited.insert((
                    text(&row, "correlationId").to_owned(),
                    text(&row, "activityDisplayName").to_owned(),
                ));
            } else if row["RecordType"] == 8 {
                told.push((
                    text(&row, "InterSystemsId").to_owned(),
                    text(&row, "Operation").trim_end_matches('.').to_owned(),
                ));
            }
        }
        for change in &told {
            assert!(audited.contains(change), "{change:?}");
        }
        (audited.len(), told.len())
    };
    let (audited, told) = changes(&mut days().records());
    assert!(audited >= told && told > 20, "{audited} {told}");
    let (audited, told) = changes(&mut acts::records().iter());
    assert!(audited > told && told > 60, "{audited} {told}");
}

#[test]
fn every_consent_has_its_grant_and_its_principal() {
    let rows: Vec<Value> = acts::records()
        .iter()
        .filter(|record| record.source == Source::DirectoryAudits)
        .map(read)
        .collect();
    let of = |activity: &'static str| {
        rows.iter()
            .filter(move |row| row["activityDisplayName"] == activity)
    };
    let mut granted = 0;
    for consent in of("Consent to application") {
        let together =
            |activity| of(activity).any(|row| row["correlationId"] == consent["correlationId"]);
        let given = consent["result"] == "success";
        assert_eq!(together("Add delegated permission grant"), given);
        assert_eq!(together("Add service principal"), given);
        granted += usize::from(given);
    }
    assert_eq!(granted, 2);
}

#[test]
fn tokens_lead_from_acts_to_their_sign_ins() {
    let days = days();
    let tokens: BTreeMap<String, String> = sign_ins(days)
        .into_values()
        .map(|row| {
            (
                text(&row, "uniqueTokenIdentifier").to_owned(),
                text(&row, "sessionId").to_owned(),
            )
        })
        .collect();
    let (mut found, mut all) = (0, 0);
    for record in days.rows(Source::UnifiedAudit) {
        let context = &record["AppAccessContext"];
        let (token, session) = (
            text(context, "UniqueTokenId"),
            text(context, "AADSessionId"),
        );
        if token.is_empty() {
            continue;
        }
        all += 1;
        if let Some(issued) = tokens.get(token) {
            found += 1;
            assert!(session.is_empty() || issued == session, "{record}");
        }
    }
    // Tokens that were issued before the logs begin lead nowhere.
    assert!(all > 500 && found * 10 > all * 7, "{found} of {all}");
}

#[test]
fn hunting_agrees_with_the_other_logs() {
    let days = days();
    let rows = sign_ins(days);
    let mut users = 0;
    for row in days.rows(Source::Hunting("EntraIdSignInEvents")) {
        let sign_in = &rows[text(&row, "RequestId")];
        assert_eq!(row["SessionId"], sign_in["sessionId"]);
        assert_eq!(row["UniqueTokenId"], sign_in["uniqueTokenIdentifier"]);
        assert_eq!(
            row["AccountObjectId"]
                .as_str()
                .filter(|id| !id.is_empty())
                .unwrap_or("00000000-0000-0000-0000-000000000000"),
            text(sign_in, "userId")
        );
        users += 1;
    }
    let principals = days.rows(Source::Hunting("EntraIdSpnSignInEvents")).len();
    assert_eq!(users + principals, rows.len());

    let traced: BTreeSet<(String, String)> = days
        .rows(Source::MessageTrace)
        .iter()
        .map(|row| {
            (
                text(row, "id").to_owned(),
                text(row, "recipientAddress").to_owned(),
            )
        })
        .collect();
    let mailed: BTreeSet<(String, String)> = days
        .rows(Source::Hunting("EmailEvents"))
        .iter()
        .map(|row| {
            (
                text(row, "NetworkMessageId").to_owned(),
                text(row, "RecipientEmailAddress").to_owned(),
            )
        })
        .collect();
    assert!(mailed.len() > 500 && mailed.is_subset(&traced));

    let audit: BTreeMap<String, Value> = days
        .rows(Source::UnifiedAudit)
        .into_iter()
        .map(|row| (text(&row, "Id").to_owned(), row))
        .collect();
    let mut told = BTreeSet::new();
    for mut row in days.rows(Source::Hunting("CloudAppEvents")) {
        let raw = row["RawEventData"].take();
        let id = text(&raw, "Id").to_owned();
        for (key, value) in raw.as_object().unwrap() {
            if key != "CreationTime" {
                assert_eq!(*value, audit[&id][key]);
            }
        }
        assert_eq!(row["ActionType"], raw["Operation"]);
        told.insert(id);
    }
    let expected: BTreeSet<String> = audit
        .iter()
        .filter(|(_, row)| row["RecordType"] != 15)
        .map(|(id, _)| id.clone())
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn alerts_are_the_same_everywhere() {
    let of = |source| -> BTreeSet<String> {
        acts::records()
            .iter()
            .filter(|record| record.source == source)
            .map(|record| {
                let row = read(record);
                let id = row.get("id").or_else(|| row.get("AlertId"));
                id.unwrap().as_str().unwrap().to_owned()
            })
            .collect()
    };
    let alerts = of(Source::Alerts);
    assert_eq!(alerts.len(), 4);
    assert_eq!(alerts, of(Source::Hunting("AlertInfo")));
    assert_eq!(alerts, of(Source::Hunting("AlertEvidence")));
}

#[test]
fn a_tenant_has_the_logs_of_its_licences() {
    let days = plain_days();
    let sources: BTreeSet<Source> = days.records().map(|record| record.source).collect();
    assert!(
        !sources
            .iter()
            .any(|source| matches!(source, Source::Hunting(_) | Source::Alerts))
    );
    for row in days.rows(Source::SignIns) {
        let told = text(&row, "riskLevelDuringSignIn");
        let user = text(&row, "userId") != "00000000-0000-0000-0000-000000000000";
        assert!(!user || told == "hidden", "{row}");
    }
    for plan in [EntraPlan::Free, EntraPlan::P1] {
        let records = acts::records_in(&world(plan, false));
        let risks: Vec<Value> = records
            .iter()
            .filter(|record| record.source == Source::Risk)
            .map(read)
            .collect();
        assert!(!risks.is_empty());
        for risk in risks {
            assert_eq!(risk["riskEventType"], "generic");
            assert_eq!(risk["riskLevel"], "hidden");
        }
        assert!(records.iter().all(|record| record.source != Source::Alerts));
    }
}

#[test]
fn records_are_unique_late_and_the_same_again() {
    for days in [days(), plain_days()] {
        let mut seen = BTreeSet::new();
        for record in days.records() {
            assert!(record.available > record.at, "{record:?}");
            assert!(
                record.source == Source::UnifiedAudit || seen.insert((record.source, &record.id)),
                "{:?} twice: {}",
                record.source,
                record.id
            );
        }
    }
    let world = &days().world;
    let cast = Cast::of(world);
    let act = acts::directory(&cast).remove(0);
    let happening = cast.happening(cast.account, Act::Directory(act));
    let write = |before: u64| {
        let writer = LogWriter::new(world);
        let mut out = Vec::new();
        for number in 0..before {
            writer.write(number, &happening, &mut Vec::new());
        }
        writer.write(77, &happening, &mut out);
        out
    };
    assert_eq!(write(0), write(3));
}
