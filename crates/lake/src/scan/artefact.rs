//! One artefact's part of a scan: its files judged a row group at a time, their hits merged.

use std::sync::{Mutex, PoisonError};

use super::file::{FileScan, Found, Judged, ScannedFile};
use super::kept::KeptFile;
use super::rules::Rules;
use super::{Hit, Source};
use crate::ahead::ahead;
use crate::error::LakeError;
use crate::fetch::RecordKey;
use crate::store::Folders;
use crate::ties;

/// The files of an artefact, open.
pub(super) struct Artefact<'a> {
    source: &'a Source<'a>,
    files: Vec<ScannedFile<'a>>,
    /// What the only row group of each file gave, until it is taken, where no file has more: such an artefact is judged as a whole.
    only: Vec<Mutex<Option<Judged>>>,
}

impl<'a> Artefact<'a> {
    /// Opens the files, and judges them where they are small.
    pub(super) fn open(rules: &'a Rules, source: &'a Source<'a>) -> Result<Self, LakeError> {
        let mut opened = Self {
            source,
            files: Vec::new(),
            only: Vec::new(),
        };
        for (path, before) in &source.files {
            let file = ScannedFile::open(rules, source.artefact, (path, *before))?;
            opened.files.push(file);
        }
        if opened.files.iter().all(|file| file.groups() == 1) {
            for file in &opened.files {
                opened.only.push(Mutex::new(Some(file.judge(0)?)));
            }
        }
        Ok(opened)
    }

    /// Gives what meets a rule in order of position, merged over the files, with the rules that it meets. The rows of which
    /// nothing is wanted yet come back.
    pub(super) fn give(
        &self,
        (folders, threads): (&Folders, usize),
        on: &mut dyn FnMut(&[usize], &Hit),
    ) -> Result<Vec<KeptFile>, LakeError> {
        let order = self.order();
        let judge = |task: usize| {
            let (file, group) = order.get(task).copied().ok_or(LakeError::WorkerGone)?;
            let file = self.files.get(file).ok_or(LakeError::WorkerGone)?;
            file.judge(group)
        };
        ahead((threads, order.len()), &judge, |ahead| {
            let judged = |file: usize, group: usize| {
                if let Some(only) = self.only(file) {
                    return Ok(only);
                }
                let task = order.iter().position(|task| *task == (file, group));
                ahead.take(task.ok_or(LakeError::WorkerGone)?)?
            };
            self.merge(folders, &judged, on)
        })
    }

    /// The row groups that are not judged yet, in the order in which their hits are given.
    fn order(&self) -> Vec<(usize, usize)> {
        let files = self.files.iter().enumerate().skip(self.only.len());
        let mut order: Vec<(usize, usize)> = files
            .flat_map(|(number, file)| (0..file.groups()).map(move |group| (number, group)))
            .collect();
        order.sort_by_cached_key(|(number, group)| {
            let file = self.files.get(*number);
            (file.and_then(|file| file.first_position(*group)), *group)
        });
        order
    }

    fn only(&self, file: usize) -> Option<Judged> {
        let only = self.only.get(file)?.lock();
        only.unwrap_or_else(PoisonError::into_inner).take()
    }

    fn merge(
        &self,
        folders: &Folders,
        judged: &dyn Fn(usize, usize) -> Result<Judged, LakeError>,
        on: &mut dyn FnMut(&[usize], &Hit),
    ) -> Result<Vec<KeptFile>, LakeError> {
        let artefact = self.source.artefact;
        let mut files = Vec::with_capacity(self.files.len());
        for (number, file) in self.files.iter().enumerate() {
            let mut file = FileScan::new(file);
            let head = file.next(&|group| judged(number, group))?;
            files.push((head, file, number));
        }
        let mut ties: Option<ties::Index> = None;
        let position =
            |head: &Option<Found>| head.as_ref().map(|found| found.record.provenance.position);
        while let Some((head, file, number)) = files
            .iter_mut()
            .filter(|(head, ..)| head.is_some())
            .min_by_key(|(head, ..)| position(head))
        {
            let next = file.next(&|group| judged(*number, group))?;
            let Some(found) = std::mem::replace(head, next) else {
                break;
            };
            let ties = match &mut ties {
                Some(ties) => ties,
                None => ties.insert(ties::index(folders, artefact)?),
            };
            let (rules, hit) = attach(found, ties);
            on(&rules, &hit);
        }
        Ok(files.into_iter().map(|(_, file, _)| file.kept()).collect())
    }
}

/// Says of a record who speaks for it.
fn attach(found: Found, ties: &ties::Index) -> (Vec<usize>, Hit) {
    let own = RecordKey {
        artefact: found.record.provenance.artefact,
        position: found.record.provenance.position,
    };
    let other = ties.speaker(own.position);
    let hit = Hit {
        record: found.record,
        is_whole: found.is_whole,
        speaker: other.unwrap_or(own),
        speaks: other.is_none(),
    };
    (found.rules, hit)
}
