//! Where output goes: data to standard output, talk to standard error.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use hourzero_case::{Case, CaseError, Environment, Settings};
use hourzero_model::{Clock, Timestamp};

use crate::args::Global;
use crate::commands::Failure;
use crate::progress::Bar;

/// How a command ended (`contract.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Done.
    Done,
    /// Done, but something needs attention.
    Attention,
    /// Could not do it.
    Failed,
}

impl Status {
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Attention => 1,
            Self::Failed => 3,
        })
    }

    /// Attention where something needs it.
    pub(crate) fn attention_if(needed: bool) -> Self {
        if needed { Self::Attention } else { Self::Done }
    }
}

/// The real clock. The only place that reads it.
pub(crate) struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "the command line is where the time comes in"
        )]
        let now = jiff::Timestamp::now();
        Timestamp::from_micros(now.as_microsecond())
    }
}

/// Output of one command.
pub(crate) struct Console<'a> {
    pub(crate) global: &'a Global,
    clock: WallClock,
    bar: Bar,
    actor: String,
}

impl<'a> Console<'a> {
    pub(crate) fn new(global: &'a Global) -> Self {
        let shown = !global.quiet && !global.json && io::stderr().is_terminal();
        let actor = ["USER", "USERNAME"]
            .iter()
            .find_map(|name| std::env::var(name).ok())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "hourzero".to_owned());
        Self {
            global,
            clock: WallClock,
            bar: Bar::new(shown),
            actor,
        }
    }

    fn environment(&self) -> Environment<'_> {
        Environment {
            clock: &self.clock,
            actor: &self.actor,
            memory_limit: usize::try_from(self.global.memory << 20).unwrap_or(usize::MAX),
            progress: &self.bar,
        }
    }

    pub(crate) fn progress(&self) -> &Bar {
        &self.bar
    }

    /// The case, which must exist.
    pub(crate) fn case(&self) -> Result<Case<'_>, CaseError> {
        Case::open(&self.global.case, self.environment())
    }

    /// The case, made where there is none.
    pub(crate) fn case_or_new(&self, new: Settings) -> Result<Case<'_>, CaseError> {
        self.case_at_or_new(&self.global.case, new)
    }

    /// The case in a folder, made where there is none.
    pub(crate) fn case_at_or_new(
        &self,
        folder: &std::path::Path,
        new: Settings,
    ) -> Result<Case<'_>, CaseError> {
        Case::open_or_create(folder, new, self.environment())
    }

    /// Settings of a case that nobody described: named by its folder.
    pub(crate) fn plain_settings(&self) -> Settings {
        let name = self
            .global
            .case
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        Settings {
            name: name.unwrap_or_else(|| "hourzero-case".to_owned()),
            tenant: String::new(),
            zone: "UTC".to_owned(),
            analysts: Vec::new(),
            created: String::new(),
        }
    }

    /// Data, to standard output.
    pub(crate) fn data(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())
            .and_then(|()| out.flush())
            .map_err(Failure::Output)
    }

    /// One object a line, to standard output.
    pub(crate) fn line<Row: serde::Serialize>(&self, row: &Row) -> Result<(), Failure> {
        let mut text = serde_json::to_string(row)
            .map_err(|error| CaseError::Internal(format!("an output: {error}")))?;
        text.push('\n');
        self.data(&text)
    }

    /// Talk, to standard error; nothing with `--quiet`.
    pub(crate) fn say(&self, text: &str) {
        if !self.global.quiet {
            self.talk(text);
        }
    }

    /// What went wrong, and what to do.
    pub(crate) fn failure(&self, failure: &Failure) {
        self.talk(&format!("error: {failure}"));
        if let Failure::Case(error) = failure
            && let Some(hint) = error.hint()
        {
            self.talk(&format!("\nhint: {hint}"));
        }
    }

    fn talk(&self, text: &str) {
        let text: String = text
            .lines()
            .map(|line| hourzero_case::plain(line) + "\n")
            .collect();
        let mut out = anstream::stderr().lock();
        // There is nowhere left to say that talking failed.
        out.write_all(text.as_bytes()).unwrap_or_default();
    }
}
