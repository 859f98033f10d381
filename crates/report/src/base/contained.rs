//! What was done against him, what is outstanding, whether the tenant can be handed back, what to do next.

use hourzero_model::FootholdState;
use hourzero_scope::Held;

use super::make::{Draft, Material, counted, row, words};
use super::{Ground, Section, StatementKind, Table};

pub(super) fn say(material: &Material<'_>, draft: &mut Draft) {
    logged(material, draft);
    told(material, draft);
    outstanding(material, draft);
    hand_back(material, draft);
    recommendations(material, draft);
}

fn logged(material: &Material<'_>, draft: &mut Draft) {
    let rows = material.told.contained;
    draft.figure("containment_acts_in_logs", rows.len() as u64);
    if rows.is_empty() {
        draft.fact(
            Section::Containment,
            "The logs show no act of containment.",
            Ground::Coverage("all".to_owned()),
        );
    }
    for one in rows {
        let by = if one.by.is_empty() {
            "somebody whom the log does not name"
        } else {
            &one.by
        };
        let held = match one.held {
            Held::Refused => format!(
                "the attacker was refused afterwards ({})",
                counted(one.refusals_after, "refusal", "refusals")
            ),
            Held::Quiet => {
                "nothing of the attacker's is seen afterwards, which is silence and no proof"
                    .to_owned()
            }
            Held::OldToken => format!(
                "{} of the attacker's followed, no longer than an old token may live",
                counted(one.acts_after, "act", "acts")
            ),
            Held::Broken => format!(
                "it did not hold: {} of the attacker's followed",
                counted(one.acts_after, "act", "acts")
            ),
        };
        draft.fact(
            Section::Containment,
            format!(
                "{} of {} by {by} at {} ({}): {held}.",
                one.action,
                one.target,
                material.at(one.time),
                one.operation
            ),
            Ground::records_or(&one.evidence, "all"),
        );
    }
}

fn told(material: &Material<'_>, draft: &mut Draft) {
    draft.figure("containment_acts_told", material.call.done.len() as u64);
    for one in &material.call.done {
        let shown = if one.is_in_logs {
            "the logs show it"
        } else {
            "the logs of this case do not show it"
        };
        let on = if one.target.is_empty() {
            String::new()
        } else {
            format!(" of {}", one.target)
        };
        let by = if one.by.is_empty() {
            "not said by whom".to_owned()
        } else {
            format!("by {}", one.by)
        };
        draft.say(
            Section::Containment,
            StatementKind::Told,
            format!(
                "Said to have been done: {}{on}, {by}, {}; {shown}.",
                one.action, one.at
            ),
            Ground::Decision(format!("done/{}", one.action)),
        );
    }
    for lost in &material.call.lost {
        draft.say(
            Section::Containment,
            StatementKind::Told,
            lost.clone(),
            Ground::Decision("done".to_owned()),
        );
    }
    draft.fact(
        Section::Containment,
        "No act of containment was carried out by this program: the case holds no approved plan.",
        Ground::Coverage("case".to_owned()),
    );
}

fn outstanding(material: &Material<'_>, draft: &mut Draft) {
    draft.fact(
        Section::Hardening,
        "No control of the tenant was checked and none was changed in this case: it holds no reading of the tenant's settings by this program.",
        Ground::Coverage("case".to_owned()),
    );
    draft.table(Table {
        id: "worksheet".to_owned(),
        section: Section::Recommendations,
        caption: "The worksheet of containment, in its order; actions.csv has the calls, what each destroys and how to verify it".to_owned(),
        columns: vec![words("stage", 2), words("object", 4), words("what to do", 6)],
        rows: material
            .worksheet
            .iter()
            .map(|one| row(vec![one.stage.clone(), one.object.clone(), one.what.clone()], &[]))
            .collect(),
        left_out: 0,
        whole: "actions.csv".to_owned(),
    });
    draft.figure("worksheet_acts", material.worksheet.len() as u64);
}

fn hand_back(material: &Material<'_>, draft: &mut Draft) {
    let standing = material
        .told
        .footholds
        .iter()
        .filter(|one| one.state != FootholdState::Removed)
        .count() as u64;
    draft.opinion(
        Section::HandBack,
        format!(
            "There is no verdict on handing the tenant back: nothing was verified after containment in this case. {} not shown to be removed.",
            counted(standing, "foothold is", "footholds are")
        ),
        Ground::Coverage("case".to_owned()),
    );
}

fn recommendations(material: &Material<'_>, draft: &mut Draft) {
    let used: Vec<_> = material
        .told
        .verdicts
        .iter()
        .filter(|one| one.verdict.is_found())
        .flat_map(|one| &one.reasons)
        .flat_map(|reason| reason.evidence.iter().take(1).cloned())
        .collect();
    for step in material.steps {
        draft.say(
            Section::Recommendations,
            StatementKind::Advice,
            format!("{} {}", step.text, step.why),
            Ground::records_or(&used, "all"),
        );
    }
}
