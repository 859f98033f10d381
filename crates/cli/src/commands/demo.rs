//! `demo`: simulate, export, first call, investigate, play the worksheet, score.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hourzero_case::{AnswerFile, Audience, Case, Format, Kind, Settings, Wanted, summary};
use hourzero_simulator::forms::Forms;
use hourzero_simulator::judge::{Eviction, Ledger, Said, Score, score};
use hourzero_simulator::truth::Truth;
use hourzero_simulator::{Exported, Request, Scenario, SimulateError, Target};
use serde_json::{Map, Value, json};

use super::Failure;
use super::simulate::request;
use crate::args::Demo;
use crate::console::{Console, Status};
use crate::printer::Prints;

/// One run: how it went.
struct Run {
    scenario: String,
    seed: u64,
    score: Score,
    report: PathBuf,
    summary: String,
    seconds_to_first_finding: f64,
    /// Statements of the report with nothing behind them.
    uncited: u64,
    /// What came of the worksheet, played on the same tenant.
    eviction: Eviction,
    /// From the first act of the worksheet to the last attacker's last way in, in the tenant's time.
    seconds_to_eviction: Option<i64>,
    /// What came of the orders that others publish, where they were played.
    orders: Vec<Value>,
}

/// Runs one scenario or all of them.
pub(crate) fn demo(console: &Console<'_>, args: &Demo) -> Result<Status, Failure> {
    let scenarios = if args.scenario == "all" {
        hourzero_simulator::scenarios()?
    } else {
        vec![Scenario::named(&args.scenario).map_err(SimulateError::from)?]
    };
    let several = scenarios.len() > 1;
    for scenario in &scenarios {
        let name = format!("{}-{}", scenario.name, args.tenant.seed);
        let folder = if several {
            console.global.case.join(name)
        } else {
            console.global.case.clone()
        };
        let run = run(console, args, scenario, &folder)?;
        if console.global.json {
            console.line(&run.json())?;
        } else {
            console.data(&run.text())?;
        }
    }
    Ok(Status::Done)
}

fn run(
    console: &Console<'_>,
    args: &Demo,
    scenario: &Scenario,
    folder: &Path,
) -> Result<Run, Failure> {
    let work = tempfile::tempdir().map_err(Failure::Work)?;
    let (exports, truth) = (work.path().join("exports"), work.path().join("truth.jsonl"));
    console.say(&format!(
        "simulating `{}`, seed {}: {} accounts, {} days",
        scenario.name, args.tenant.seed, args.tenant.accounts, args.tenant.days
    ));
    let request = request(scenario, &args.tenant, "")?;
    let exported = request.export(Target {
        out: &exports,
        truth: Some(&truth),
        forms: Forms::Mixed { holes: args.holes },
    })?;
    let settings = Settings {
        name: format!("{}-{}", scenario.name, args.tenant.seed),
        tenant: request.world().tenant.domain.clone(),
        zone: request.world().tenant.zone.name().to_owned(),
        analysts: vec!["demo analyst".to_owned()],
        created: String::new(),
    };
    let mut case = console.case_at_or_new(folder, settings)?;
    first_call(console, &mut case, work.path(), &request, &exported)?;
    // The real clock, not the tenant's: how long a person would have waited.
    let began = console.now();
    let (summary, ledger) = investigate(console, &mut case, &exports, &exported)?;
    let waited = console.now().micros().saturating_sub(began.micros());
    let truth = File::open(&truth).map_err(Failure::Work)?;
    let truth = Truth::read(BufReader::new(truth)).map_err(SimulateError::from)?;
    let said = Said::read(&folder.join("out"), ledger).map_err(Failure::Work)?;
    console.say("writing the report");
    let (report, uncited) = document(&mut case, folder)?;
    let (eviction, seconds_to_eviction) = contain(console, &case, scenario, args)?;
    let orders = if args.orders {
        orders(console, &case, scenario, args)?
    } else {
        Vec::new()
    };
    Ok(Run {
        scenario: scenario.name.clone(),
        seed: args.tenant.seed,
        score: score(&truth, &said),
        report,
        summary,
        seconds_to_first_finding: Duration::from_micros(waited.unsigned_abs()).as_secs_f64(),
        uncited,
        eviction,
        seconds_to_eviction,
        orders,
    })
}

/// Writes the report, and gives how many of its statements rest on nothing.
fn document(case: &mut Case<'_>, folder: &Path) -> Result<(PathBuf, u64), Failure> {
    let wanted = Wanted {
        kind: Kind {
            audience: Audience::Full,
            format: Format::Html,
            is_final: false,
            is_redacted: false,
        },
        out: None,
    };
    let made = case.make_documents(&wanted, &[], &Prints)?;
    let path = made.first().map(|one| folder.join(&one.path));
    Ok((path.unwrap_or_default(), case.uncited_statements()?))
}

/// Plays the worksheet, from the end of the evidence on, in the same tenant with the same attacker, who
/// reacts. Whoever carries it out does what it says and nothing else.
fn contain(
    console: &Console<'_>,
    case: &Case<'_>,
    scenario: &Scenario,
    args: &Demo,
) -> Result<(Eviction, Option<i64>), Failure> {
    console.say("playing the worksheet");
    let played = case.containment_as_done(None)?;
    let eviction = request(scenario, &args.tenant, &played.tables)?.eviction();
    let seconds = eviction
        .since
        .map(|since| since.seconds_since(played.from).max(0));
    Ok((eviction, seconds))
}

/// Plays the orders that others publish, from the end of the evidence on, each in the same tenant with the same attacker.
fn orders(
    console: &Console<'_>,
    case: &Case<'_>,
    scenario: &Scenario,
    args: &Demo,
) -> Result<Vec<Value>, Failure> {
    let mut rows = Vec::new();
    for order in case.published_orders_as_done()? {
        console.say(&format!("playing the order `{}`", order.id));
        let played = request(scenario, &args.tenant, &order.as_done.tables)?.eviction();
        let mut row = came_of(&played);
        row.insert("id".to_owned(), order.id.into());
        row.insert("destroyed".to_owned(), order.destroyed.into());
        rows.push(Value::Object(row));
    }
    Ok(rows)
}

/// What came of acts of containment, as the objects of `contract.md` say it.
fn came_of(played: &Eviction) -> Map<String, Value> {
    Map::from_iter([
        (
            "evicted".to_owned(),
            (played.evicted == played.inside).into(),
        ),
        (
            "footholds_left".to_owned(),
            played.footholds_left.clone().into(),
        ),
        (
            "innocents_cut".to_owned(),
            played.innocents_cut.len().into(),
        ),
        ("locked_out".to_owned(), played.locked_out.len().into()),
    ])
}

/// The client calls, if anybody has noticed anything.
fn first_call(
    console: &Console<'_>,
    case: &mut Case<'_>,
    work: &Path,
    request: &Request,
    exported: &Exported,
) -> Result<(), Failure> {
    let Some(answers) = hourzero_simulator::first_call(request.world(), &exported.outcome) else {
        console.say("nobody has noticed anything, so nobody calls");
        return Ok(());
    };
    let path = work.join("first-call.toml");
    std::fs::write(&path, answers).map_err(Failure::Work)?;
    case.take_answer_file(&AnswerFile::read(&path, console.now())?, None)?;
    let call = case.first_call()?;
    for path in &call.written {
        console.say(&format!("written: {}", path.display()));
    }
    Ok(())
}

fn investigate(
    console: &Console<'_>,
    case: &mut Case<'_>,
    exports: &Path,
    exported: &Exported,
) -> Result<(String, Vec<Ledger>), Failure> {
    console.say(&format!("investigating {} files", exported.files.len()));
    let imported = case.import(&[exports.to_owned()])?;
    let investigation = case.investigate(&[])?;
    let ledger = imported
        .files
        .iter()
        .map(|file| Ledger {
            file: file.file.clone(),
            records: file.records,
            accounted: file.events + file.states + file.duplicates + file.rejects,
        })
        .collect();
    Ok((summary(&investigation.facts), ledger))
}

impl Run {
    /// The object of `contract.md`; what the product cannot do yet is null.
    fn json(&self) -> Value {
        let mut row = json!({
            "scenario": self.scenario,
            "seed": self.seed,
            "gate": null,
            "seconds_to_first_finding": self.seconds_to_first_finding,
            "seconds_to_eviction": self.seconds_to_eviction,
            "report": self.report,
            "uncited_statements": self.uncited,
        });
        if let (Value::Object(row), Ok(Value::Object(score))) =
            (&mut row, serde_json::to_value(&self.score))
        {
            row.extend(score);
            row.extend(came_of(&self.eviction));
            if !self.orders.is_empty() {
                row.insert("orders".to_owned(), Value::Array(self.orders.clone()));
            }
        }
        row
    }

    fn text(&self) -> String {
        let unanswered = "not answered yet".to_owned();
        let score = &self.score;
        let accounts = score.accounts.as_ref().map_or(unanswered.clone(), |one| {
            format!(
                "{} taken, {} found, {} missed, {} wrong",
                one.really, one.found, one.missed, one.wrong
            )
        });
        let events = score.events.as_ref().map_or(unanswered.clone(), |one| {
            format!(
                "{} by attackers, precision {}, recall {}",
                one.attacker, one.precision, one.recall
            )
        });
        let exposure = score.exposure.as_ref().map_or(unanswered.clone(), |one| {
            format!("precision {}, recall {}", one.precision, one.recall)
        });
        let entry = score.entry.as_ref().map_or(unanswered, |list| {
            list.iter()
                .map(|one| match one.rank {
                    Some(rank) => format!("{} ranked {rank}", one.really),
                    None => format!("{} not named", one.really),
                })
                .collect::<Vec<_>>()
                .join(", ")
        });
        let records = &score.records;
        let named = |names: &[String]| match names.is_empty() {
            true => String::new(),
            false => format!(" ({})", names.join(", ")),
        };
        format!(
            "{}\nScore against the truth of `{}`, seed {}\n  accounts  {accounts}\n  events    {events}\n  entry     {entry}\n  exposure  {exposure}\n  records   {} given, {} arrived, {} lost, {} files with false figures\n  worksheet {} of {} attackers out, {} footholds left{}, {} innocents cut{}, {} owners locked out{}\nReport: {}\n",
            self.summary,
            self.scenario,
            self.seed,
            records.given,
            records.arrived,
            records.lost,
            records.ledger_false,
            self.eviction.evicted,
            self.eviction.inside,
            self.eviction.footholds_left.len(),
            named(&self.eviction.footholds_left),
            self.eviction.innocents_cut.len(),
            named(&self.eviction.innocents_cut),
            self.eviction.locked_out.len(),
            named(&self.eviction.locked_out),
            self.report.display()
        )
    }
}
