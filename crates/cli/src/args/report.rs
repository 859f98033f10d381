//! What can be typed for documents.

use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueHint};
use hourzero_case::{Audience, Format};
use hourzero_model::UnknownWord;

/// One of these words of ours, each with what it means.
fn word_of<Word>(
    words: impl Iterator<Item = (&'static str, &'static str)>,
) -> impl TypedValueParser<Value = Word>
where
    Word: FromStr<Err = UnknownWord> + Clone + Send + Sync + 'static,
{
    let words = words
        .map(|(name, meaning)| PossibleValue::new(name).help(meaning.trim().trim_end_matches('.')));
    PossibleValuesParser::new(words).try_map(|word| word.parse())
}

/// The audiences that can be asked for; the recommendations come beside the insurer's copy.
fn audience() -> impl TypedValueParser<Value = Audience> {
    let asked = Audience::ALL
        .iter()
        .filter(|one| **one != Audience::Recommendations);
    word_of(asked.map(|one| (one.name(), one.meaning())))
}

fn format() -> impl TypedValueParser<Value = Format> {
    word_of(Format::ALL.iter().map(|one| (one.name(), one.meaning())))
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Report {
    /// For whom.
    #[arg(long, value_parser = audience(), default_value = "full")]
    pub(crate) audience: Audience,
    /// In which form; the forms from csv on are the same for every audience.
    #[arg(long, value_parser = format(), default_value = "html")]
    pub(crate) format: Format,
    /// Where to.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
    /// Make it final: the case must be sealed, and nothing have come since. Without it a document is a draft.
    #[arg(long = "final")]
    pub(crate) is_final: bool,
    /// Put words in place of mail addresses; the key to them is kept in the case.
    #[arg(long)]
    pub(crate) redact: bool,
    /// Own Sigma rules, as given to `investigate`.
    #[arg(long = "rules", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) rules: Vec<PathBuf>,
    #[command(subcommand)]
    pub(crate) act: Option<ReportAct>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportAct {
    /// Prove the evidence, make the analysis again and compare, read every statement's records back, compare every
    /// document that was made.
    #[command(after_help = "Example: hourzero report check --json")]
    Check {
        /// Own Sigma rules, as given to `investigate`.
        #[arg(long = "rules", value_name = "PATH", value_hint = ValueHint::AnyPath)]
        rules: Vec<PathBuf>,
    },
    /// Keep words of your own for a section of every document; they are marked as yours.
    #[command(
        after_help = "Example: hourzero report text --section entry --by \"A. Analyst\" --text \"The owner remembers the page.\""
    )]
    Text {
        /// The section, by its name in ids: `summary`, `scope`, `entry`, `exposure`, `recommendations` …
        #[arg(long, value_name = "SECTION")]
        section: String,
        /// Whose words they are.
        #[arg(long, value_name = "NAME")]
        by: String,
        /// The words.
        #[arg(long, value_name = "TEXT")]
        text: String,
    },
    /// Say what differs between two fact bases.
    #[command(after_help = "Example: hourzero report diff before.json after.json")]
    Diff {
        /// A file of `report --format json`.
        #[arg(value_hint = ValueHint::FilePath)]
        before: PathBuf,
        /// Another one.
        #[arg(value_hint = ValueHint::FilePath)]
        after: PathBuf,
    },
}
