//! What is asked for on the command line.

use std::path::PathBuf;

pub(super) const USAGE: &str = "usage: cargo xtask score [--seeds COUNT] [--from FIRST] [--seed 61,57] \
[--accounts N] [--days N] [--holes yes] [--orders yes] [--keep FOLDER]";

/// Seeds played where nothing else is said.
const SEEDS: u64 = 3;

/// A tenant of this size shows what there is to show, and a pack of all scenarios takes some minutes.
const SIZE: [(&str, &str); 2] = [("--accounts", "30"), ("--days", "20")];

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// The seeds to play, in order.
    pub(super) seeds: Vec<u64>,
    /// Evidence with holes and damaged records.
    pub(super) has_holes: bool,
    /// Words that `demo` takes as they are.
    pub(super) words: Vec<String>,
    /// Where the rows of each seed are kept; what is there already is not played again.
    pub(super) keep: Option<PathBuf>,
}

impl Asked {
    /// Reads the words of the command line; nothing where one is not understood.
    pub(super) fn read(words: impl Iterator<Item = String>) -> Option<Self> {
        let (mut count, mut first, mut named) = (SEEDS, 1_u64, None);
        let (mut has_holes, mut has_orders, mut keep) = (false, false, None);
        let mut size = SIZE.map(|(word, value)| (word, value.to_owned()));
        let mut words = words.peekable();
        while let Some(word) = words.next() {
            let value = words.next()?;
            match word.as_str() {
                "--seeds" => count = value.parse().ok().filter(|count| *count > 0)?,
                "--from" => first = value.parse().ok()?,
                "--seed" => {
                    let seeds: Result<Vec<u64>, _> = value.split(',').map(str::parse).collect();
                    named = Some(seeds.ok()?);
                }
                "--holes" if value == "yes" => has_holes = true,
                "--orders" if value == "yes" => has_orders = true,
                "--keep" => keep = Some(PathBuf::from(value)),
                _ => {
                    let known = size.iter_mut().find(|(known, _)| *known == word)?;
                    known.1 = value.parse::<u32>().ok()?.to_string();
                }
            }
        }
        let switches = [("--holes", has_holes), ("--orders", has_orders)];
        let switches = switches.into_iter().filter(|(_, on)| *on);
        Some(Self {
            seeds: named.unwrap_or_else(|| (first..first.saturating_add(count)).collect()),
            has_holes,
            words: size
                .into_iter()
                .flat_map(|(word, value)| [word.to_owned(), value])
                .chain(switches.map(|(word, _)| word.to_owned()))
                .collect(),
            keep,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Asked;

    fn asked(line: &str) -> Option<Asked> {
        Asked::read(line.split_whitespace().map(str::to_owned))
    }

    fn seeds(line: &str) -> Option<Vec<u64>> {
        asked(line).map(|asked| asked.seeds)
    }

    #[test]
    fn seeds_are_a_count_and_named_ones_have_a_word_of_their_own() {
        assert_eq!(seeds(""), Some(vec![1, 2, 3]));
        assert_eq!(seeds("--seeds 2 --from 81"), Some(vec![81, 82]));
        assert_eq!(seeds("--seed 61,57"), Some(vec![61, 57]));
        assert_eq!(seeds("--seeds 20").map(|all| all.len()), Some(20));
        assert_eq!(seeds("--seeds 61,57"), None);
        assert_eq!(seeds("--seeds 0"), None);
        assert_eq!(seeds("--seed"), None);
        assert_eq!(seeds("--seed one"), None);
    }

    #[test]
    fn the_demo_gets_the_size_and_the_switches() {
        let words = |line| asked(line).map(|asked| asked.words.join(" "));
        assert_eq!(words("").as_deref(), Some("--accounts 30 --days 20"));
        assert_eq!(
            words("--days 9 --orders yes --holes yes").as_deref(),
            Some("--accounts 30 --days 9 --holes --orders")
        );
        assert_eq!(words("--days many"), None);
        assert_eq!(words("--holes no"), None);
        assert_eq!(words("--faults 1"), None);
    }
}
