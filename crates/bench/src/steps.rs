//! The steps of a run, their order and how they are shown.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::json;

use crate::gate::{self, Results};
use crate::measure::{self, Measured};
use crate::{Corpus, Options, peer, purview, replicated, report, simulated};

/// Every step, in order: what a later one reads an earlier one wrote.
const STEPS: &[&str] = &[
    "floor-sha256",
    "floor-zstd",
    "floor-json",
    "floor-parquet",
    "duckdb",
    "thin-duckdb",
    "import",
    "rules",
    "all-rules",
    "analysis",
    "sigma-ours",
    "sigma-rsigma",
    "hunts",
    "duckdb-hunts",
    "investigate",
    "csv-investigate",
    "one-core-import",
    "one-core-investigate",
    "signins-import",
    "first-hour",
    "more-investigate",
    "more-import",
];

/// Of a hundred records of a case so many more come later.
const MORE: u64 = 1;

/// What a step's name begins with, as the user gave it; an error where no step's does.
pub(crate) fn beginning(word: &str) -> Result<String, String> {
    if STEPS.iter().any(|step| step.starts_with(word)) {
        return Ok(word.to_owned());
    }
    Err(format!("no step begins so; there are {}", STEPS.join(", ")))
}

/// Measures all steps at all sizes; says whether every gate holds.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let temporary = match &options.dir {
        Some(_) => None,
        None => Some(
            tempfile::Builder::new()
                .prefix("hourzero-bench")
                .tempdir()?,
        ),
    };
    let folder = match (&options.dir, &temporary) {
        (Some(dir), _) => dir.clone(),
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => PathBuf::from("."),
    };
    fs::create_dir_all(&folder)?;
    if let Some(events) = options.report {
        return report::run(&options.program()?, &folder, events, options.json);
    }
    let mut results = Results::new();
    let mut sizes = options.records.clone();
    sizes.sort_unstable();
    sizes.dedup();
    for &records in &sizes {
        let place = Place::new(options, &folder, records)?;
        place.all(&mut results)?;
        if !options.keep {
            place.clear()?;
        }
    }
    let gates = gate::gates(&results, &sizes);
    let all = gates.iter().all(|gate| gate.holds);
    if options.json {
        println!("{}", json!({ "gates": gates, "hold": all }));
    } else {
        println!();
        for gate in &gates {
            let verdict = if gate.holds { "holds" } else { "MISSED" };
            println!(
                "{verdict:7} {:60} {:8.2}, at most {:.2}",
                gate.name, gate.measured, gate.limit
            );
        }
    }
    if options.keep
        && let Some(temporary) = temporary
    {
        eprintln!("kept: {}", temporary.keep().display());
    }
    Ok(all)
}

/// One size: its corpus and its cases.
struct Place<'a> {
    options: &'a Options,
    records: u64,
    work: PathBuf,
    corpus: PathBuf,
    case: PathBuf,
    whole: PathBuf,
    /// The corpus as Purview exports it, and its case.
    csv: [PathBuf; 2],
    /// What comes later.
    more: PathBuf,
    /// The sign-ins of the same days as Graph gives them, and their case.
    sign_ins: [PathBuf; 2],
    /// A folder of exports as responders get them, and its case.
    mixed: [PathBuf; 2],
    /// The case of the steps on one core.
    alone: PathBuf,
    program: PathBuf,
}

impl<'a> Place<'a> {
    fn new(options: &'a Options, work: &Path, records: u64) -> anyhow::Result<Self> {
        let kind = options.corpus.name();
        let place = Self {
            options,
            records,
            work: work.to_owned(),
            corpus: work.join(format!("corpus-{kind}-{records}")),
            case: work.join(format!("case-{kind}-{records}")),
            whole: work.join(format!("whole-{kind}-{records}")),
            csv: ["csv", "csv-case"].map(|name| work.join(format!("{name}-{kind}-{records}"))),
            more: work.join(format!("more-{kind}-{records}")),
            sign_ins: ["signins", "signins-case"]
                .map(|name| work.join(format!("{name}-{kind}-{records}"))),
            mixed: ["mixed", "mixed-case"].map(|name| work.join(name)),
            alone: work.join(format!("alone-{kind}-{records}")),
            program: options.program()?,
        };
        if !place.corpus.exists() {
            place.write_corpus()?;
        }
        Ok(place)
    }

    fn write_corpus(&self) -> anyhow::Result<()> {
        let (written, from) = match self.options.corpus {
            Corpus::Replicated => {
                let written = replicated::write(&self.options.data(), &self.corpus, self.records)?;
                (written, "replicated real records")
            }
            Corpus::Simulated => {
                let program = self.built()?;
                let [sign_ins, _] = &self.sign_ins;
                let tenant = (self.corpus.as_path(), simulated::FIRST);
                let written = simulated::write(&program, tenant, self.records, Some(sign_ins))?;
                (written, "a simulated tenant")
            }
        };
        eprintln!(
            "corpus: {} records of {from}, {} MB",
            self.records,
            written / 1_000_000
        );
        Ok(())
    }

    fn clear(&self) -> anyhow::Result<()> {
        let [csv, csv_case] = &self.csv;
        let [sign_ins, sign_ins_case] = &self.sign_ins;
        let [mixed, mixed_case] = &self.mixed;
        for folder in [
            &self.corpus,
            &self.case,
            &self.whole,
            csv,
            csv_case,
            &self.more,
            sign_ins,
            sign_ins_case,
            mixed,
            mixed_case,
            &self.alone,
        ] {
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
        }
        Ok(())
    }

    fn all(&self, results: &mut Results) -> anyhow::Result<()> {
        for step in STEPS {
            let only = &self.options.only;
            if !only.is_empty() && !only.iter().any(|name| step.starts_with(name.as_str())) {
                continue;
            }
            let words = match self.words(step) {
                Ok(words) => words,
                Err(reason) => {
                    eprintln!("{step}: not measured: {reason:#}");
                    continue;
                }
            };
            let mut measured = measure::command(&words)?;
            if step == &"signins-import" {
                // As many as people sign in; the other steps have the number that was asked for.
                let [_, case] = &self.sign_ins;
                measured.said = json!({ "records": crate::work::count(case)? });
            }
            if let Some(case) = self.changed(step) {
                fs::remove_dir_all(case)?;
            }
            self.show(step, &measured);
            results
                .entry(step)
                .or_default()
                .insert(self.records, measured);
        }
        Ok(())
    }

    fn show(&self, step: &str, measured: &Measured) {
        let (cost, cpu) = (measured.cost, gate::cpu(step, measured));
        let written = self.target(step).map(|path| size(&path));
        if self.options.json {
            let line = json!({
                "step": step, "records": self.records, "cpu_seconds": cpu, "process_cpu_seconds": cost.cpu,
                "wall_seconds": cost.wall, "peak_mib": cost.peak_mib, "bytes_written": written,
                "said": measured.said,
            });
            println!("{line}");
        } else {
            let written = written.map(|bytes| format!("wrote {} MB ", bytes / 1_000_000));
            println!(
                "{step:20} {:>9} records {cpu:8.2} s CPU {:8.2} s wall {:8.0} MiB  {}{}",
                self.records,
                cost.wall,
                cost.peak_mib,
                written.unwrap_or_default(),
                measured.said
            );
        }
    }

    /// The command of a step; makes ready what it needs.
    fn words(&self, step: &str) -> anyhow::Result<Vec<String>> {
        let sigma = self.options.data().join("sigma/rules");
        match step {
            "floor-sha256" => self.own("sha256", &self.corpus, &[]),
            "floor-zstd" => self.own("zstd", &self.corpus, &[]),
            "floor-json" => self.own("json", &self.corpus, &[]),
            "floor-parquet" => self.own("parquet", &self.corpus, &[]),
            "rules" => self.own("scan", &self.imported()?, &[]),
            "all-rules" => {
                let built_in = crate::work::built_in();
                self.own("scan", &self.imported()?, &[&built_in, &sigma])
            }
            "analysis" => self.own("analysis", &self.imported()?, &[]),
            "sigma-ours" => self.own("scan", &self.imported()?, &[&sigma]),
            "sigma-rsigma" => peer::rsigma(&self.work, &sigma, &self.corpus),
            "duckdb" => peer::duckdb("whole", &self.work, &self.corpus),
            "thin-duckdb" => peer::duckdb("thin", &self.work, &self.corpus),
            "hunts" => self.own("hunts", &self.imported()?, &[]),
            "duckdb-hunts" => peer::duckdb_hunts(&self.work, &self.imported()?),
            "import" => self.hourzero("import", (&self.corpus, &self.case)),
            "csv-investigate" => {
                let [csv, case] = &self.csv;
                if !csv.exists() {
                    purview::write(&self.corpus, csv)?;
                }
                self.hourzero("investigate", (csv, case))
            }
            "one-core-import" => self.on_one_core("import"),
            "one-core-investigate" => self.on_one_core("investigate"),
            "signins-import" => {
                let [sign_ins, case] = &self.sign_ins;
                ensure!(sign_ins.exists(), "this corpus has no sign-ins");
                self.hourzero("import", (sign_ins, case))
            }
            "first-hour" => {
                let [mixed, case] = &self.mixed;
                if !mixed.exists() {
                    simulated::write_mixed(&self.built()?, mixed)?;
                }
                self.hourzero("investigate", (mixed, case))
            }
            "more-import" => self.later("import", &self.imported()?),
            "more-investigate" => {
                if !self.whole.exists() {
                    let whole = self.hourzero("investigate", (&self.corpus, &self.whole))?;
                    measure::command(&whole)?;
                }
                self.later("investigate", &self.whole)
            }
            _ => self.hourzero("investigate", (&self.corpus, &self.whole)),
        }
    }

    /// A case that a step has changed, so that no later run takes it for what it was.
    fn changed(&self, step: &str) -> Option<&Path> {
        match step {
            "more-import" => Some(&self.case),
            "more-investigate" => Some(&self.whole),
            _ => None,
        }
    }

    /// More records into a case.
    fn later(&self, command: &str, case: &Path) -> anyhow::Result<Vec<String>> {
        if !self.more.exists() {
            let records = self.records * MORE / 100;
            let tenant = (self.more.as_path(), simulated::LATER);
            simulated::write(&self.built()?, tenant, records, None)?;
        }
        self.command(command, (&self.more, case))
    }

    /// A command on one processor alone.
    fn on_one_core(&self, command: &str) -> anyhow::Result<Vec<String>> {
        let pinned = ["taskset", "--cpu-list", "0"].map(str::to_owned);
        let is_there = Command::new("taskset").arg("--version").output();
        is_there.context("taskset, which keeps a process on a processor")?;
        let command = self.hourzero(command, (&self.corpus, &self.alone))?;
        Ok(pinned.into_iter().chain(command).collect())
    }

    /// What a step writes: a case or a file.
    fn target(&self, step: &str) -> Option<PathBuf> {
        let [_, csv_case] = &self.csv;
        let [_, sign_ins_case] = &self.sign_ins;
        Some(match step {
            "duckdb" | "thin-duckdb" => peer::duckdb_target(&self.work),
            "import" => self.case.clone(),
            "investigate" => self.whole.clone(),
            "csv-investigate" => csv_case.clone(),
            "one-core-import" | "one-core-investigate" => self.alone.clone(),
            "signins-import" => sign_ins_case.clone(),
            "first-hour" => {
                let [_, case] = &self.mixed;
                case.clone()
            }
            _ => return None,
        })
    }

    fn own(&self, work: &str, folder: &Path, rules: &[&Path]) -> anyhow::Result<Vec<String>> {
        let own = std::env::current_exe()?;
        let mut words = vec![
            shown(&own),
            "work".to_owned(),
            work.to_owned(),
            shown(folder),
        ];
        words.extend(rules.iter().map(|folder| shown(folder)));
        Ok(words)
    }

    fn hourzero(&self, command: &str, paths: (&Path, &Path)) -> anyhow::Result<Vec<String>> {
        if paths.1.exists() {
            fs::remove_dir_all(paths.1)?;
        }
        self.command(command, paths)
    }

    /// A command of the program over a folder of evidence, into a case.
    fn command(
        &self,
        command: &str,
        (evidence, case): (&Path, &Path),
    ) -> anyhow::Result<Vec<String>> {
        let program = shown(&self.built()?);
        let quiet = "--quiet".to_owned();
        Ok(vec![
            program,
            command.to_owned(),
            shown(evidence),
            "--case".to_owned(),
            shown(case),
            quiet,
        ])
    }

    /// The program that is measured.
    fn built(&self) -> anyhow::Result<PathBuf> {
        self.program.canonicalize().with_context(|| {
            format!(
                "{}: build it first: cargo build --release",
                self.program.display()
            )
        })
    }

    /// The case of this size, imported if that step was left out.
    fn imported(&self) -> anyhow::Result<PathBuf> {
        if !self.case.exists() {
            measure::command(&self.hourzero("import", (&self.corpus, &self.case))?)?;
        }
        Ok(self.case.clone())
    }
}

/// The bytes of a file, or of all files of a folder.
fn size(path: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(path) else {
        return path.metadata().map_or(0, |data| data.len());
    };
    entries.flatten().map(|entry| size(&entry.path())).sum()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
