//! Groups of one id, and of one content where there is no id (rules 1 and 2).

use std::path::Path;

use super::Kind;
use crate::error::LakeError;
use crate::sort::{Sorted, Sorter};

/// A place as two numbers: the artefact's rank by hash, and the position.
pub(super) type Place = [u64; 2];

/// What is known of a record that may be tied, in the order in which groups are read: the first
/// record of a group speaks for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    /// The id's key, or the hash of the content where there is no id.
    pub(super) key: u128,
    /// Whether there is no id.
    pub(super) anonymous: bool,
    /// Rank of the log.
    pub(super) log: u64,
    /// Columns filled.
    pub(super) filled: u32,
    /// Microseconds.
    pub(super) time: i64,
    /// Hash of the content.
    pub(super) content: u64,
    /// Where it stands.
    pub(super) place: Place,
    /// Key of links, 0 for none.
    pub(super) link: u128,
}

/// A number that sorts as the time does.
pub(super) fn ordered(time: i64) -> u64 {
    time.cast_unsigned() ^ (1 << 63)
}

pub(super) fn halves(key: u128) -> [u64; 2] {
    [(key >> 64) as u64, key as u64]
}

pub(super) fn joined(high: u64, low: u64) -> u128 {
    (u128::from(high) << 64) | u128::from(low)
}

impl Member {
    pub(super) fn row(self) -> [u64; 11] {
        let [high, low] = halves(self.key);
        let [link_high, link_low] = halves(self.link);
        let [artefact, position] = self.place;
        [
            high,
            low,
            u64::from(self.anonymous),
            self.log,
            !u64::from(self.filled),
            !ordered(self.time),
            self.content,
            artefact,
            position,
            link_high,
            link_low,
        ]
    }

    fn of(row: [u64; 11]) -> Self {
        let [
            high,
            low,
            anonymous,
            log,
            filled,
            time,
            content,
            artefact,
            position,
            lh,
            ll,
        ] = row;
        Self {
            key: joined(high, low),
            anonymous: anonymous != 0,
            log,
            filled: u32::try_from(!filled).unwrap_or(u32::MAX),
            time: (!time ^ (1 << 63)).cast_signed(),
            content,
            place: [artefact, position],
            link: joined(lh, ll),
        }
    }
}

/// What the groups give.
pub(super) struct Groups {
    /// Ties in the shape that [`super::settle`] sorts by speaker: speaker, 1, record, kind.
    pub(super) ties: Sorter<6>,
    /// Groups that may be linked: link, time, log, place, mask of logs.
    pub(super) groups: Sorter<7>,
}

/// Reads the members in order and finds the groups.
pub(super) fn group(
    mut members: Sorted<11>,
    folder: &Path,
    memory: usize,
) -> Result<Groups, LakeError> {
    let mut out = Groups {
        ties: Sorter::new(folder, memory),
        groups: Sorter::new(folder, memory),
    };
    let mut current: Option<Group> = None;
    while let Some(row) = members.next()? {
        let member = Member::of(row);
        match &mut current {
            Some(group) if group.holds(&member) => group.add(&member, &mut out)?,
            _ => {
                if let Some(done) = current.take() {
                    done.finish(&mut out)?;
                }
                current = Some(Group::new(member));
            }
        }
    }
    if let Some(done) = current {
        done.finish(&mut out)?;
    }
    Ok(out)
}

/// The group being read.
struct Group {
    first: Member,
    last: Member,
    /// The first record of the log being read.
    log_first: Member,
    logs: u64,
    link: u128,
    /// Without ids: the speakers of the first, second … occurrence, and the number of the present one.
    occurrences: Vec<Member>,
    occurrence: usize,
}

impl Group {
    fn new(member: Member) -> Self {
        Self {
            first: member,
            last: member,
            log_first: member,
            logs: 1 << member.log,
            link: member.link,
            occurrences: if member.anonymous {
                vec![member]
            } else {
                Vec::new()
            },
            occurrence: 0,
        }
    }

    fn holds(&self, member: &Member) -> bool {
        let same = self.first.key == member.key && self.first.anonymous == member.anonymous;
        // Without ids the key is a hash over log, time and content; they are compared all the same.
        same && (!member.anonymous
            || (self.first.log == member.log
                && self.first.time == member.time
                && self.first.content == member.content))
    }

    fn add(&mut self, member: &Member, out: &mut Groups) -> Result<(), LakeError> {
        if member.anonymous {
            return self.add_anonymous(member, out);
        }
        let kind = if member.log != self.last.log {
            self.log_first = *member;
            Kind::Witness
        } else if member.content == self.log_first.content || member.content == self.last.content {
            Kind::Duplicate
        } else {
            Kind::Revision
        };
        self.logs |= 1 << member.log;
        if self.link == 0 {
            self.link = member.link;
        }
        self.last = *member;
        tie(out, member.place, self.first.place, kind)
    }

    fn add_anonymous(&mut self, member: &Member, out: &mut Groups) -> Result<(), LakeError> {
        let [artefact, _] = member.place;
        let [before, _] = self.last.place;
        self.occurrence = if artefact == before {
            self.occurrence + 1
        } else {
            0
        };
        self.last = *member;
        match self.occurrences.get(self.occurrence) {
            Some(speaker) => tie(out, member.place, speaker.place, Kind::Duplicate),
            None => {
                self.occurrences.push(*member);
                Ok(())
            }
        }
    }

    fn finish(self, out: &mut Groups) -> Result<(), LakeError> {
        if self.first.anonymous {
            for speaker in &self.occurrences {
                linkable(out, speaker, speaker.link, 1 << speaker.log)?;
            }
            Ok(())
        } else {
            linkable(out, &self.first, self.link, self.logs)
        }
    }
}

fn tie(out: &mut Groups, record: Place, speaker: Place, kind: Kind) -> Result<(), LakeError> {
    let [a, p] = record;
    let [sa, sp] = speaker;
    out.ties.push([sa, sp, 1, a, p, kind as u64])
}

fn linkable(out: &mut Groups, speaker: &Member, link: u128, logs: u64) -> Result<(), LakeError> {
    if link == 0 {
        return Ok(());
    }
    let [high, low] = halves(link);
    let [a, p] = speaker.place;
    out.groups
        .push([high, low, ordered(speaker.time), speaker.log, a, p, logs])
}
