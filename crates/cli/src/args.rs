//! What can be typed. Pure data: help, man page and shell completions are made from it.

mod report;
mod simulated;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

pub(crate) use report::{Report, ReportAct};
pub(crate) use simulated::{Demo, EvidenceForms, Simulate, SimulateExport, SimulatedTenant};

/// From the first call to the written report of a Microsoft 365 breach.
#[derive(Debug, Parser)]
#[command(
    name = "hourzero",
    version,
    about,
    after_help = "Example: hourzero investigate ./exports --case ./contoso\n\nExit status: 0 done; 1 done, but something needs attention (rejects, gaps, unproven); 2 wrong usage; 3 could not do it."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Folder of the case.
    #[arg(long, global = true, default_value = "./hourzero-case", value_hint = ValueHint::DirPath)]
    pub(crate) case: PathBuf,
    /// Print JSON lines for machines on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// No progress on standard error.
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
    /// Memory that the query engine may use before it spills to disk, in MiB.
    #[arg(long, global = true, default_value_t = 512, value_name = "MIB", value_parser = clap::value_parser!(u64).range(64..))]
    pub(crate) memory: u64,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// From a folder of exports to findings, a timeline and a report.
    #[command(
        after_help = "Example: hourzero investigate ./exports --case ./contoso\n\nRunning it again on the same case adds what is new and changes nothing else."
    )]
    Investigate(Investigate),
    /// Open a case.
    #[command(
        after_help = "Example: hourzero new --case ./contoso --name Contoso --tenant contoso.com --zone Europe/Berlin"
    )]
    New(New),
    /// The first call: who must do what first, what must not be done yet, clocks, what to pull.
    #[command(
        after_help = "Example: hourzero intake --case ./contoso\n         hourzero intake --from answers.toml --json\n         hourzero intake --set payment.state=sent --by \"A. Controller\"\n         hourzero intake --set \"done=password-reset; channel=entra; target=pat@example.com; at=15:30; by=IT\"\n\nWithout an option it asks, one question at a time; each answer is kept at once, so it can be stopped and goes on where it stopped. A file that is refused (exit 2) is named with line and key, and nothing is stored. Clocks that are past stand in the sheet and do not change the exit status."
    )]
    Intake(Intake),
    /// The engagement log: notes, decisions, calls, hours, costs; nothing in it is ever changed.
    #[command(subcommand)]
    Log(Log),
    /// Take exports into evidence.
    #[command(after_help = "Example: hourzero import ./exports audit.zip --json")]
    Import(Import),
    /// List findings.
    #[command(after_help = "Example: hourzero findings --at-least high")]
    Findings(Findings),
    /// List the events behind findings, by time.
    #[command(after_help = "Example: hourzero timeline --format csv > timeline.csv")]
    Timeline(Timeline),
    /// Say which logs the evidence holds and from when to when.
    #[command(
        after_help = "Example: hourzero coverage\n  hourzero coverage --days\n  hourzero coverage --gaps --format csv"
    )]
    Coverage(CoverageOf),
    /// Say which accounts the attacker used, since when, and why.
    #[command(
        after_help = "Example: hourzero scope\n  hourzero scope --links\n  hourzero scope explain pat@contoso.com\n  hourzero scope reject 0f1e2d3c4b5a6978 --by \"A. Analyst\" --why \"her new mobile carrier, she was called\""
    )]
    Scope(Scope),
    /// What to cut, in which order: the worksheet for people.
    #[command(
        subcommand,
        after_help = "Example:\n  hourzero contain show\n  hourzero contain plan --as-done done.toml"
    )]
    Contain(Contain),
    /// Write the report for an audience, check what was written, compare two versions.
    #[command(
        after_help = "Example: hourzero report\n  hourzero report --audience leadership --format pdf --out briefing.pdf\n  hourzero report --format json --out facts.json\n  hourzero report check\n  hourzero report diff before.json after.json\n\nWithout --out the document goes into the case's `out` folder. Where the case has changed since the last investigation, the analysis is made again first."
    )]
    Report(Report),
    /// Hand what betrays the attacker to another case, or take it over from one.
    #[command(
        subcommand,
        after_help = "Example: hourzero indicators export contoso.json\n  hourzero indicators import contoso.json --case ./fabrikam"
    )]
    Indicators(Indicators),
    /// Ask the events in SQL; read only.
    #[command(
        after_help = "Example: hourzero query \"SELECT actor, ip, count(*) AS n FROM events WHERE source = 'sign-in' GROUP BY actor, ip ORDER BY n DESC\"\n\nTables: events, records, states, rejects, ties. `hourzero query --schema` lists the columns."
    )]
    Query(Query),
    /// Prove, list, copy out or seal the evidence.
    #[command(subcommand)]
    Evidence(Evidence),
    /// List, test and check detection rules.
    #[command(subcommand)]
    Rules(Rules),
    /// Add offline data about networks.
    #[command(subcommand)]
    Enrich(Enrich),
    /// A whole engagement on a simulated tenant, scored against what really happened there.
    #[command(
        after_help = "Example: hourzero demo --scenario aitm-invoice-fraud --seed 7\n\nWith several runs (`--scenario all`) each has a case of its own below the folder of --case."
    )]
    Demo(Demo),
    /// A simulated tenant: its scenarios, and its logs as responders get them.
    #[command(subcommand)]
    Simulate(Simulate),
    /// Write a shell's completions to standard output.
    #[command(after_help = "Example: hourzero completions bash > /etc/bash_completion.d/hourzero")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write the man page to standard output.
    #[command(after_help = "Example: hourzero manual | man -l -")]
    Manual,
}

#[derive(Debug, Args)]
pub(crate) struct Investigate {
    /// Files, folders and archives.
    #[arg(required_unless_present = "mappings", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
    /// How the log of another product is read (VPN, Okta, firewall …); kept in the case and used from now
    /// on. May be given several times.
    #[arg(long = "mapping", id = "mappings", value_name = "FILE.toml", value_hint = ValueHint::FilePath)]
    pub(crate) mappings: Vec<PathBuf>,
    /// Sigma rules to run beside ours: files or folders.
    #[arg(long = "rules", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) rules: Vec<PathBuf>,
    /// What IT and responders did, as `[[done]]` tables; kept in the case in place of an earlier such file.
    #[arg(long, value_name = "FILE.toml", value_hint = ValueHint::FilePath)]
    pub(crate) actions: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct New {
    /// Name of the case; the folder's name if it is left out.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The tenant's domain.
    #[arg(long, default_value = "")]
    pub(crate) tenant: String,
    /// Time zone for local times, such as Europe/Berlin.
    #[arg(long, default_value = "UTC")]
    pub(crate) zone: String,
    /// Who works on it; may be given several times.
    #[arg(long = "analyst", value_name = "NAME")]
    pub(crate) analysts: Vec<String>,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct IntakeMode {
    /// Take the answers of a TOML file; it stands for itself and takes the place of an earlier one.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) from: Option<PathBuf>,
    /// Change or add one answer; the earlier one stays in the history. May be given several times.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Show every answer ever given, with who said it and when.
    #[arg(long)]
    pub(crate) show: bool,
    /// Decide that it was no incident, and why; writes a page that says so.
    #[arg(long, value_name = "WHY")]
    pub(crate) no_incident: Option<String>,
    /// Take that decision back, and why.
    #[arg(long, value_name = "WHY")]
    pub(crate) reopen: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Intake {
    #[command(flatten)]
    pub(crate) mode: IntakeMode,
    /// Who says it; else the caller whom the file names, or whoever runs the command.
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
}

/// What every entry of the engagement log has.
#[derive(Debug, Args)]
pub(crate) struct LogBase {
    /// Who speaks in it; whoever runs the command, if it is left out.
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// When it happened: with an offset, or in the client's zone as `2026-03-06 15:30`, `15:30`; now, if it
    /// is left out.
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// What it says.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) text: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Log {
    /// Write down an observation.
    #[command(
        after_help = "Example: hourzero log note --by \"A. Analyst\" --text \"The gateway has copies of the lure\""
    )]
    Note {
        #[command(flatten)]
        base: LogBase,
    },
    /// Write down a decision and its reason.
    #[command(
        after_help = "Example: hourzero log decision --by \"A. Analyst\" --text \"Cut at 18:00\" --why \"Finance has reached the bank\""
    )]
    Decision {
        #[command(flatten)]
        base: LogBase,
        /// Why.
        #[arg(long, allow_hyphen_values = true)]
        why: String,
    },
    /// Write down a conversation.
    #[command(
        after_help = "Example: hourzero log call --with \"Fraud desk\" --number \"+49 30 1234\" --at 17:55 --text \"Recall is running\""
    )]
    Call {
        #[command(flatten)]
        base: LogBase,
        /// With whom.
        #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
        with: String,
        /// The number that was called, or called from.
        #[arg(long)]
        number: Option<String>,
    },
    /// Write down time spent.
    #[command(
        after_help = "Example: hourzero log hours --by \"A. Analyst\" --minutes 90 --text \"Triage of the sign-in log\""
    )]
    Hours {
        #[command(flatten)]
        base: LogBase,
        /// How long, in minutes.
        #[arg(long)]
        minutes: u32,
    },
    /// Write down money spent.
    #[command(
        after_help = "Example: hourzero log cost --amount 120.50 --currency EUR --text \"Disk for the copies\""
    )]
    Cost {
        #[command(flatten)]
        base: LogBase,
        /// The sum.
        #[arg(long)]
        amount: String,
        /// Its currency, three letters.
        #[arg(long)]
        currency: String,
    },
    /// List all entries, by time.
    #[command(after_help = "Example: hourzero log list --format csv > log.csv")]
    List(Listing),
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Files, folders and archives.
    #[arg(required_unless_present = "mappings", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
    /// How the log of another product is read (VPN, Okta, firewall …); kept in the case and used from now
    /// on. May be given several times.
    #[arg(long = "mapping", id = "mappings", value_name = "FILE.toml", value_hint = ValueHint::FilePath)]
    pub(crate) mappings: Vec<PathBuf>,
}

/// Containment on exports: the worksheet.
#[derive(Debug, Subcommand)]
pub(crate) enum Contain {
    /// Say what to cut in which order; the worksheet lies in out/actions.md and actions.csv.
    Plan(ContainPlan),
    /// Print the worksheet.
    Show,
}

/// What is done with the plan.
#[derive(Debug, Args)]
pub(crate) struct ContainPlan {
    /// Write the worksheet as `[[done]]` tables, in its order, as if people had followed it.
    #[arg(long, value_name = "FILE")]
    pub(crate) as_done: Option<PathBuf>,
    /// When they begin, RFC 3339; the end of the evidence, if it is left out.
    #[arg(long, value_name = "TIME", requires = "as_done")]
    pub(crate) at: Option<String>,
}

/// Forms of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values.
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct Listing {
    /// Form of the list.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Scope {
    #[command(flatten)]
    pub(crate) list: Listing,
    /// List the links instead: by what the attacker is said to have used each account, and what people said of it.
    #[arg(long)]
    pub(crate) links: bool,
    /// What IT and responders did, as `[[done]]` tables; kept in the case in place of an earlier such file, and the
    /// analysis is made again.
    #[arg(long, value_name = "FILE.toml", value_hint = ValueHint::FilePath)]
    pub(crate) actions: Option<PathBuf>,
    /// With --actions: own Sigma rules, as given to `investigate`.
    #[arg(long = "rules", value_name = "PATH", requires = "actions", value_hint = ValueHint::AnyPath)]
    pub(crate) rules: Vec<PathBuf>,
    #[command(subcommand)]
    pub(crate) act: Option<ScopeAct>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ScopeAct {
    /// Say why an account is called compromised, or what a link rests on, with the records.
    #[command(after_help = "Example: hourzero scope explain pat@contoso.com")]
    Explain {
        /// An account, or the id of a link.
        id: String,
    },
    /// Say that a link, an account, an address, a session, an application or a mail address outside is the attacker's;
    /// the analysis is made again from there.
    #[command(
        after_help = "Example: hourzero scope accept pat@contoso.com --by \"A. Analyst\" --why \"she was in the office, the sign-in is not hers\"\n  hourzero scope accept 203.0.113.9 --by \"A. Analyst\" --why \"the proxy of the phishing page\""
    )]
    Accept(ScopeDecision),
    /// Say that a link, an account, an address or a session is not the attacker's; the analysis is made again without
    /// it.
    #[command(
        after_help = "Example: hourzero scope reject 0f1e2d3c4b5a6978 --by \"A. Analyst\" --why \"her new mobile carrier, she was called\""
    )]
    Reject(ScopeDecision),
}

#[derive(Debug, Args)]
pub(crate) struct ScopeDecision {
    /// An account, the id of a link, or an address, session, application or foreign mail address as the records have it.
    pub(crate) id: String,
    /// Who decides.
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
    /// Own Sigma rules, as given to `investigate`.
    #[arg(long = "rules", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) rules: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CoverageOf {
    #[command(flatten)]
    pub(crate) list: Listing,
    /// Days by log and by account of the case: present, proven empty, absent, out of retention (as the last
    /// investigation saw them).
    #[arg(long)]
    pub(crate) days: bool,
    /// What else to pull and why, the soonest to vanish first.
    #[arg(long, conflicts_with = "days")]
    pub(crate) gaps: bool,
}

/// Severities, for the option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AtLeast {
    /// Everything.
    Informational,
    /// Low and above.
    Low,
    /// Medium and above.
    Medium,
    /// High and above.
    High,
    /// Critical only.
    Critical,
}

#[derive(Debug, Args)]
pub(crate) struct Findings {
    #[command(flatten)]
    pub(crate) list: Listing,
    /// Leave out what is less grave.
    #[arg(long, value_enum, default_value_t = AtLeast::Informational)]
    pub(crate) at_least: AtLeast,
}

#[derive(Debug, Args)]
pub(crate) struct Timeline {
    #[command(flatten)]
    pub(crate) list: Listing,
    /// Every event of the case, not only those behind findings; goes through all records.
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Query {
    /// One SELECT.
    #[arg(required_unless_present = "schema")]
    pub(crate) sql: Option<String>,
    /// List the tables and columns.
    #[arg(long)]
    pub(crate) schema: bool,
    /// At most so many rows; it is said when there are more.
    #[arg(long, default_value_t = 1_000, value_name = "ROWS")]
    pub(crate) limit: u64,
    #[command(flatten)]
    pub(crate) list: Listing,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Evidence {
    /// Prove that no byte of evidence and no line of the journal changed.
    #[command(after_help = "Example: hourzero evidence verify --case ./contoso")]
    Verify,
    /// List the artefacts.
    #[command(after_help = "Example: hourzero evidence list --format csv")]
    List(Listing),
    /// Copy an artefact out as it was received.
    #[command(after_help = "Example: hourzero evidence export 3f2a90c1d4e5 --out audit.csv")]
    Export {
        /// The artefact's hash, or its first digits.
        artefact: String,
        /// Where to.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        out: PathBuf,
    },
    /// Sign the head of the journal with an Ed25519 key.
    #[command(after_help = "Example: hourzero evidence seal --key analyst.pem --make-key")]
    Seal {
        /// The signing key, PKCS#8 PEM.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        key: PathBuf,
        /// Make the key file if there is none.
        #[arg(long)]
        make_key: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// List the rules that are built in.
    #[command(after_help = "Example: hourzero rules list --format csv")]
    List(Listing),
    /// Run every built-in rule on its own samples.
    #[command(after_help = "Example: hourzero rules test")]
    Test,
    /// Compile rules and say which could fire on this case's evidence.
    #[command(after_help = "Example: hourzero rules check ./sigma/rules/cloud --json")]
    Check {
        /// Sigma rules: files or folders; ours if none is given.
        #[arg(value_hint = ValueHint::AnyPath)]
        paths: Vec<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Indicators {
    /// Write the indicators of the last investigation, without sessions, accounts and what innocents use too.
    #[command(after_help = "Example: hourzero indicators export contoso.json")]
    Export {
        /// The file to write.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Keep the indicators of another case; the next investigation weighs their addresses until they expire.
    #[command(after_help = "Example: hourzero indicators import contoso.json")]
    Import {
        /// A file of `indicators export`.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Enrich {
    /// Copy a database of networks into the case; nothing is looked up on the network.
    #[command(after_help = "Example: hourzero enrich add dbip-asn.mmdb")]
    Add {
        /// A file in MMDB form.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}
