//! The tests for likeness as look-ups.
//!
//! Takes domains in their rank and gives pairs of ranks. It must not know counts or times.

use std::collections::{BTreeMap, BTreeSet};

use super::name::Name;
use super::{Domain, Likeness};

/// Of the domains that share an entry, each is compared with so many of the first. Somebody who sends from
/// ten thousand variants of one domain must not make a hundred million pairs.
const COMPARED: usize = 32;

/// Of the labels that have the same remains, so many of the first are looked at for each remains.
const SHARING: usize = 8;

/// Shorter labels are one edit from too many others.
const SHORTEST: usize = 4;

/// From this length on two edits count as well.
const LONG: usize = 10;

/// From this length on only one edit is looked for: the number of pairs of places grows with its square.
const TOO_LONG: usize = 32;

/// Words that are put to a name to make another: the papers and departments of money, and legal forms.
const WORDS: [&str; 44] = [
    "accounting",
    "accounts",
    "admin",
    "ap",
    "ar",
    "bank",
    "billing",
    "co",
    "company",
    "corp",
    "docs",
    "email",
    "eu",
    "finance",
    "global",
    "gmbh",
    "group",
    "helpdesk",
    "holding",
    "holdings",
    "hr",
    "inc",
    "international",
    "intl",
    "invoice",
    "invoices",
    "invoicing",
    "legal",
    "llc",
    "login",
    "ltd",
    "mail",
    "office",
    "online",
    "pay",
    "payment",
    "payments",
    "portal",
    "secure",
    "service",
    "services",
    "support",
    "team",
    "us",
];

/// Ranks by what can be looked up, each list in rising order.
pub(super) struct Index {
    domain: BTreeMap<String, usize>,
    label: BTreeMap<String, Vec<usize>>,
    look: BTreeMap<String, Vec<usize>>,
    joined: BTreeMap<String, Vec<usize>>,
}

impl Index {
    pub(super) fn of(domains: &[Domain]) -> Self {
        let mut index = Self {
            domain: BTreeMap::new(),
            label: BTreeMap::new(),
            look: BTreeMap::new(),
            joined: BTreeMap::new(),
        };
        for (rank, Domain { name, .. }) in domains.iter().enumerate() {
            index.domain.insert(name.domain.clone(), rank);
            for (list, key) in [
                (&mut index.label, name.label.clone()),
                (&mut index.look, name.look()),
                (&mut index.joined, name.joined()),
            ] {
                list.entry(key).or_default().push(rank);
            }
        }
        index
    }

    /// Pairs of a later and an earlier domain that look alike; a pair may come more than once.
    pub(super) fn pairs(&self, domains: &[Domain]) -> Vec<(usize, usize, Likeness)> {
        let mut pairs = Vec::new();
        self.same_entries(domains, &mut pairs);
        self.added_words(domains, &mut pairs);
        edits(domains, &mut pairs);
        pairs
    }

    fn same_entries(&self, domains: &[Domain], pairs: &mut Vec<(usize, usize, Likeness)>) {
        for (list, how) in [
            (&self.label, Likeness::OtherSuffix),
            (&self.look, Likeness::SameLook),
            (&self.joined, Likeness::Hyphen),
        ] {
            for ranks in list.values() {
                for_pairs(ranks, |later, earlier| {
                    let (Some(one), Some(other)) = (domains.get(later), domains.get(earlier))
                    else {
                        return;
                    };
                    let is_same_label = one.name.label == other.name.label;
                    if is_same_label == (how == Likeness::OtherSuffix) {
                        pairs.push((later, earlier, how));
                    }
                });
            }
        }
    }

    /// Either of the two may be the one with the word.
    fn added_words(&self, domains: &[Domain], pairs: &mut Vec<(usize, usize, Likeness)>) {
        for (rank, Domain { name, .. }) in domains.iter().enumerate() {
            for plain in without_word(&name.label) {
                for other in self.label.get(plain).into_iter().flatten().take(COMPARED) {
                    let (later, earlier) = (rank.max(*other), rank.min(*other));
                    pairs.push((later, earlier, Likeness::AddedWord));
                }
            }
        }
    }

    /// The domains that stand as labels in front of a host's own: `fabrikam.com.evil.example`, and
    /// `fabrikam-com.evil.example`.
    pub(super) fn in_front(&self, host: &str) -> Vec<usize> {
        let Some(front) = Name::of(host).and_then(|name| {
            let front = host.strip_suffix(&name.domain)?.strip_suffix('.')?;
            Some(front.to_owned())
        }) else {
            return Vec::new();
        };
        let labels: Vec<&str> = front.split('.').collect();
        let mut found = Vec::new();
        for (at, label) in labels.iter().enumerate() {
            found.extend(self.domain.get(&label.replace('-', ".")));
            for length in 2..=4 {
                let run = labels.get(at..at + length).map(|run| run.join("."));
                found.extend(run.and_then(|run| self.domain.get(&run)));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Every member of a list with the first few before it.
fn for_pairs(ranks: &[usize], mut pair: impl FnMut(usize, usize)) {
    for (number, later) in ranks.iter().enumerate() {
        for earlier in ranks.iter().take(number.min(COMPARED)) {
            pair(*later, *earlier);
        }
    }
}

/// What is left of a label when one of the words is taken off its end, or its front with a hyphen.
fn without_word(label: &str) -> Vec<&str> {
    let mut plain = Vec::new();
    for word in WORDS {
        if let Some(rest) = label.strip_suffix(word) {
            match rest.strip_suffix('-') {
                Some(rest) => plain.push(rest),
                // "fabrikamgroup", but not every name that ends in "co" or "us".
                None if word.len() >= 4 => plain.push(rest),
                None => {}
            }
        }
        let rest = label.strip_prefix(word);
        plain.extend(rest.and_then(|rest| rest.strip_prefix('-')));
    }
    plain.retain(|rest| rest.chars().count() >= SHORTEST);
    plain
}

/// Pairs of labels at most one edit apart, or two where they are long. Labels that are so many edits apart
/// have a text in common that is left of both when as many characters are taken out.
fn edits(domains: &[Domain], pairs: &mut Vec<(usize, usize, Likeness)>) {
    let labels: Vec<Vec<char>> = domains
        .iter()
        .map(|domain| domain.name.label.chars().collect())
        .collect();
    let remains: Vec<Vec<u64>> = labels.iter().map(|label| remains(label)).collect();
    let mut holders: Vec<(u64, usize)> = remains
        .iter()
        .enumerate()
        .flat_map(|(rank, hashes)| hashes.iter().map(move |hash| (*hash, rank)))
        .collect();
    holders.sort_unstable();
    holders.dedup();
    for (later, (label, hashes)) in labels.iter().zip(&remains).enumerate() {
        let earlier: BTreeSet<usize> = hashes
            .iter()
            .flat_map(|hash| {
                let start = holders.partition_point(|(one, _)| one < hash);
                let group = holders.get(start..).unwrap_or_default().iter();
                group.take(SHARING).take_while(move |(one, _)| one == hash)
            })
            .map(|(_, rank)| *rank)
            .filter(|rank| *rank < later)
            .collect();
        for rank in earlier.into_iter().take(COMPARED) {
            let other = labels.get(rank).map(Vec::as_slice).unwrap_or_default();
            if let Some(how) = edited(label, other) {
                pairs.push((later, rank, how));
            }
        }
    }
}

/// How a label is an edited other one.
fn edited(label: &[char], original: &[char]) -> Option<Likeness> {
    if label.len().min(original.len()) < SHORTEST {
        return None;
    }
    match distance(label, original) {
        1 => Some(Likeness::OneEdit),
        2 if original.len() >= LONG => Some(Likeness::TwoEdits),
        _ => None,
    }
}

/// The hashes of what is left of a label when none, one, or in a long one two characters are taken out.
fn remains(label: &[char]) -> Vec<u64> {
    let length = label.len();
    let mut hashes = vec![hash(label, None, None)];
    for one in 0..length {
        hashes.push(hash(label, Some(one), None));
        if (LONG - 2..TOO_LONG).contains(&length) {
            hashes.extend((one + 1..length).map(|two| hash(label, Some(one), Some(two))));
        }
    }
    hashes
}

/// FNV-1a of a label without the characters at these places. Equal hashes only propose a pair.
fn hash(label: &[char], without: Option<usize>, and: Option<usize>) -> u64 {
    let kept = label
        .iter()
        .enumerate()
        .filter(|(at, _)| Some(*at) != without && Some(*at) != and);
    kept.fold(0xcbf2_9ce4_8422_2325, |hash: u64, (_, c)| {
        (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Insertions, deletions, changes and swaps of neighbours that make one of the other.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let mut left: Option<&char> = None;
    for (row, c) in one.iter().enumerate() {
        let mut this = vec![row + 1];
        let mut above: Option<&char> = None;
        for (column, d) in other.iter().enumerate() {
            let at =
                |list: &[usize], place: usize| list.get(place).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column) + usize::from(c != d))
                .min(at(&last, column + 1) + 1)
                .min(at(&this, column) + 1);
            if above == Some(c) && left == Some(d) {
                best = best.min(at(&before, column.wrapping_sub(1)) + 1);
            }
            this.push(best);
            above = Some(d);
        }
        left = Some(c);
        before = std::mem::replace(&mut last, this);
    }
    last.last().copied().unwrap_or_default()
}
