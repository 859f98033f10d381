//! Groups of different logs that tell of one happening without a common id (rule 3).

use super::Kind;
use crate::error::LakeError;
use crate::sort::{Sorted, Sorter};

/// Records of one happening lie at most so far apart in different logs.
const APART_MICROS: u64 = 2_000_000;
/// For each group the nearest so many later groups are looked at, so that a flood of records with one
/// key cannot make the work quadratic.
const NEIGHBOURS: usize = 32;
/// A run of groups with one key and small gaps is cut at this length, for the same reason.
const RUN: usize = 65_536;

#[derive(Debug, Clone, Copy)]
struct Candidate {
    link: [u64; 2],
    time: u64,
    log: u64,
    place: [u64; 2],
    logs: u64,
}

impl Candidate {
    fn of(row: [u64; 7]) -> Self {
        let [high, low, time, log, artefact, position, logs] = row;
        Self {
            link: [high, low],
            time,
            log,
            place: [artefact, position],
            logs,
        }
    }
}

/// Reads the groups by link and time; for each that another one speaks for, a row in the shape of
/// the ties but for the 0 that sorts it before them: own place, 0, the speaker's place, kind.
pub(super) fn link(mut groups: Sorted<7>, ties: &mut Sorter<6>) -> Result<(), LakeError> {
    let mut run: Vec<Candidate> = Vec::new();
    while let Some(row) = groups.next()? {
        let candidate = Candidate::of(row);
        let continues = run.last().is_none_or(|last| {
            last.link == candidate.link && candidate.time - last.time <= APART_MICROS
        });
        if !continues || run.len() >= RUN {
            join(&run, ties)?;
            run.clear();
        }
        run.push(candidate);
    }
    join(&run, ties)
}

/// What has been joined, by the number of its root.
#[derive(Debug, Clone, Copy)]
struct Joined {
    parent: usize,
    first: u64,
    last: u64,
    logs: u64,
}

fn join(run: &[Candidate], ties: &mut Sorter<6>) -> Result<(), LakeError> {
    if run.len() < 2 {
        return Ok(());
    }
    let mut pairs = Vec::new();
    for (index, one) in run.iter().enumerate() {
        let later = run.iter().enumerate().skip(index + 1).take(NEIGHBOURS);
        for (other_index, other) in later {
            let apart = other.time - one.time;
            if apart > APART_MICROS {
                break;
            }
            if one.logs & other.logs == 0 {
                pairs.push((apart, index, other_index));
            }
        }
    }
    pairs.sort_unstable();
    let mut joined: Vec<Joined> = run
        .iter()
        .enumerate()
        .map(|(parent, one)| Joined {
            parent,
            first: one.time,
            last: one.time,
            logs: one.logs,
        })
        .collect();
    for (_, one, other) in pairs {
        unite(&mut joined, one, other);
    }
    speak(run, &joined, ties)
}

fn root(joined: &[Joined], mut index: usize) -> usize {
    // A root stands for at most as many groups as there are logs, so the path is short.
    while let Some(entry) = joined.get(index) {
        if entry.parent == index {
            break;
        }
        index = entry.parent;
    }
    index
}

fn unite(joined: &mut [Joined], one: usize, other: usize) {
    let (one, other) = (root(joined, one), root(joined, other));
    let (Some(a), Some(b)) = (joined.get(one).copied(), joined.get(other).copied()) else {
        return;
    };
    let (first, last) = (a.first.min(b.first), a.last.max(b.last));
    if one == other || a.logs & b.logs != 0 || last - first > APART_MICROS {
        return;
    }
    if let Some(entry) = joined.get_mut(other) {
        entry.parent = one;
    }
    if let Some(entry) = joined.get_mut(one) {
        entry.first = first;
        entry.last = last;
        entry.logs = a.logs | b.logs;
    }
}

fn speak(run: &[Candidate], joined: &[Joined], ties: &mut Sorter<6>) -> Result<(), LakeError> {
    let mut speakers: Vec<Option<usize>> = vec![None; run.len()];
    let rank = |index: usize| run.get(index).map(|one| (one.log, one.place));
    for index in 0..run.len() {
        if let Some(speaker) = speakers.get_mut(root(joined, index))
            && speaker.is_none_or(|present| rank(index) < rank(present))
        {
            *speaker = Some(index);
        }
    }
    for (index, one) in run.iter().enumerate() {
        let speaker = speakers.get(root(joined, index)).copied().flatten();
        let Some(speaker) = speaker.filter(|speaker| *speaker != index) else {
            continue;
        };
        let Some(speaker) = run.get(speaker) else {
            continue;
        };
        let ([a, p], [sa, sp]) = (one.place, speaker.place);
        ties.push([a, p, 0, sa, sp, Kind::Witness as u64])?;
    }
    Ok(())
}
