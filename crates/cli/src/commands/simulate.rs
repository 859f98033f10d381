//! `simulate list`, `simulate export`.

use hourzero_simulator::forms::Forms;
use hourzero_simulator::{Exported, Request, Scenario, SimulateError, Target};
use serde_json::json;

use super::Failure;
use crate::args::{EvidenceForms, SimulateExport, SimulatedTenant};
use crate::console::{Console, Status};

/// Prints the scenarios' names.
pub(crate) fn list_scenarios(console: &Console<'_>) -> Result<Status, Failure> {
    for scenario in hourzero_simulator::scenarios()? {
        if console.global.json {
            console.line(&json!({ "name": scenario.name, "title": scenario.title }))?;
        } else {
            console.data(&format!("{}\n", scenario.name))?;
        }
    }
    Ok(Status::Done)
}

/// Writes the evidence of a simulated tenant.
pub(crate) fn simulate(console: &Console<'_>, args: &SimulateExport) -> Result<Status, Failure> {
    let interventions = match &args.intervene {
        None => String::new(),
        Some(path) => std::fs::read_to_string(path)
            .map_err(|source| Failure::Read(path.display().to_string(), source))?,
    };
    let scenario = Scenario::named(&args.scenario).map_err(SimulateError::from)?;
    let request = request(&scenario, &args.tenant, &interventions)?;
    let target = Target {
        out: &args.out,
        truth: args.truth.as_deref(),
        forms: match args.forms {
            EvidenceForms::Mixed => Forms::Mixed { holes: true },
            EvidenceForms::Clean => Forms::Clean,
        },
    };
    let exported = request.export(target)?;
    show(console, &exported)?;
    Ok(Status::Done)
}

/// What the options ask for.
pub(crate) fn request(
    scenario: &Scenario,
    tenant: &SimulatedTenant,
    interventions: &str,
) -> Result<Request, SimulateError> {
    Request::new(
        scenario,
        hourzero_simulator::Size {
            seed: tenant.seed,
            accounts: tenant.accounts,
            days: tenant.days,
        },
        interventions,
    )
}

fn show(console: &Console<'_>, exported: &Exported) -> Result<(), Failure> {
    if console.global.json {
        return exported.files.iter().try_for_each(|file| {
            console.line(&json!({
                "file": file.name, "records": file.records, "damaged": file.damaged
            }))
        });
    }
    for file in &exported.files {
        console.say(&format!("{}: {} records", file.name, file.records));
    }
    console.say(&format!(
        "{} files; {} happenings left {} records in the logs, of which some are past their retention",
        exported.files.len(),
        exported.happenings,
        exported.records
    ));
    Ok(())
}
