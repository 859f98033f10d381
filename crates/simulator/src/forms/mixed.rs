//! The evidence as it arrives: every log through a door or two, split, overlapping, out of order.

use std::collections::BTreeSet;
use std::path::Path;

use hourzero_model::Timestamp;

use super::damage::Hole;
use super::door::{Batch, Door, Made, Order};
use super::output::{self, Archive, ExportError, ExportedFile, Placed};
use super::spool::{Spool, Spooled};
use super::{entra, mail, tables, unified};
use crate::logs::Source;
use crate::random::Stream;
use crate::world::World;

/// How the records of a run become files.
#[derive(Debug)]
pub(super) struct Mixed<'m> {
    /// The world.
    pub(super) world: &'m World,
    /// The export's folder.
    pub(super) folder: &'m Path,
    /// When the logs are asked.
    pub(super) asked: Timestamp,
    /// With holes and damaged records.
    pub(super) holes: bool,
}

/// One pull of a log.
#[derive(Debug, Clone, Copy)]
struct Pull {
    /// 0 for the first of its log.
    number: u64,
    source: Source,
    door: Door,
    /// Only records from here on.
    from: Option<Timestamp>,
}

/// What is written while a log's records go through a door.
struct Passage<'p> {
    world: &'p World,
    folder: &'p Path,
    asked: Timestamp,
    /// The folder below it for this log.
    below: String,
    pull: Pull,
    stream: Stream,
    holes: Vec<Hole>,
    damages: bool,
    part: usize,
    /// The last records of the list before: exports overlap.
    tail: Vec<Spooled>,
    /// The archive that the files go into: its name, and what is open of it.
    archive: Option<(String, Option<Archive>)>,
    files: Vec<ExportedFile>,
}

impl<'m> Mixed<'m> {
    /// Writes every file and says where each record stands.
    pub(super) fn write(
        &self,
        spool: &mut Spool,
        places: &mut dyn FnMut(Placed) -> Result<(), ExportError>,
    ) -> Result<Vec<ExportedFile>, ExportError> {
        let seed = self.world.seed.child("forms");
        let mut files = Vec::new();
        for source in spool.sources() {
            let mut stream = seed.child(&source.clean_file()).stream();
            // Without damage every log is there; with it, one of the lesser logs may never have been pulled.
            let never_pulled = self.holes
                && !matches!(source, Source::UnifiedAudit | Source::SignIns)
                && stream.chance(120);
            if never_pulled {
                continue;
            }
            let doors = doors(self.world, source);
            let first = stream.pick(doors).copied();
            // A second pull of the last days through another door: witnesses of the same bytes.
            let second = (stream.chance(350))
                .then(|| stream.pick(doors).copied())
                .flatten();
            let last_days = self.asked.plus_seconds(-86_400 * stream.between(2, 6));
            let pulls = [(0, first, None), (1, second, Some(last_days))];
            for (number, door, from) in pulls {
                let Some(door) = door else { continue };
                let pull = Pull {
                    number,
                    source,
                    door,
                    from,
                };
                files.extend(self.passage(pull, &mut stream).pass(spool, places)?);
            }
        }
        Ok(files)
    }

    fn passage(&self, pull: Pull, stream: &mut Stream) -> Passage<'m> {
        let begin = self.world.first_day.midnight();
        let holes = if self.holes && pull.from.is_none() {
            Hole::draw(stream, begin, self.asked)
        } else {
            Vec::new()
        };
        let archived = !pull.door.packs && stream.chance(300);
        let log = pull.source.clean_file();
        let below = format!(
            "{}{}",
            match pull.source {
                Source::UnifiedAudit => "audit",
                Source::SignIns | Source::DirectoryAudits | Source::Risk => "entra",
                Source::MessageTrace => "mail",
                Source::Hunting(_) | Source::Alerts => "defender",
            },
            if pull.number == 0 { "" } else { "/again" }
        );
        Passage {
            world: self.world,
            folder: self.folder,
            asked: self.asked,
            archive: archived.then(|| (format!("{below}/{}.zip", pull.source.name()), None)),
            below,
            stream: self
                .world
                .seed
                .child("forms")
                .child(&log)
                .number(pull.number)
                .stream(),
            pull,
            holes,
            damages: self.holes,
            part: 0,
            tail: Vec::new(),
            files: Vec::new(),
        }
    }
}

/// The doors of a log.
fn doors(world: &World, source: Source) -> &'static [Door] {
    match source {
        Source::UnifiedAudit => unified::ALL,
        Source::SignIns => entra::sign_in_doors(world.tenant.entra),
        Source::DirectoryAudits => entra::AUDIT_DOORS,
        Source::MessageTrace => mail::ALL,
        Source::Hunting(_) => tables::HUNTING,
        Source::Alerts | Source::Risk => tables::DETECTIONS,
    }
}

impl<'p> Passage<'p> {
    fn pass(
        mut self,
        spool: &mut Spool,
        places: &mut dyn FnMut(Placed) -> Result<(), ExportError>,
    ) -> Result<Vec<ExportedFile>, ExportError> {
        let (source, most) = (self.pull.source, self.pull.door.most);
        spool.lists((source, self.asked), most, &mut |list| {
            self.list(list, places)
        })?;
        if let Some((name, open)) = self.archive.take() {
            let archive = match open {
                Some(archive) => archive,
                None => Archive::create(self.folder, &name)?,
            };
            archive.finish()?;
        }
        Ok(self.files)
    }

    fn list(
        &mut self,
        list: Vec<Spooled>,
        places: &mut dyn FnMut(Placed) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let wanted = |record: &Spooled| {
            self.pull.from.is_none_or(|from| record.at >= from)
                && !self.holes.iter().any(|hole| hole.holds(record.at))
        };
        let fresh: Vec<Spooled> = list.into_iter().filter(wanted).collect();
        if fresh.is_empty() {
            return Ok(());
        }
        let overlap = fresh.len() / 40;
        let tail = fresh
            .get(fresh.len() - overlap..)
            .unwrap_or_default()
            .to_vec();
        let mut records = std::mem::replace(&mut self.tail, tail);
        records.extend(fresh);
        self.arrange(&mut records);
        self.part += 1;
        let batch = self.batch(&records);
        for made in (self.pull.door.write)(&batch) {
            self.write(&made, &records, places)?;
        }
        Ok(())
    }

    fn arrange(&mut self, records: &mut Vec<Spooled>) {
        records.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        match self.pull.door.order {
            Order::OldestFirst => {}
            Order::NewestFirst => records.reverse(),
            Order::Unsorted => {
                let twice = records.len() / 200;
                for _ in 0..twice {
                    records.extend(self.stream.pick(records).cloned());
                }
                self.stream.shuffle(records);
            }
        }
    }

    fn batch<'b>(&mut self, records: &'b [Spooled]) -> Batch<'b>
    where
        'p: 'b,
    {
        let times = || records.iter().map(|record| record.at);
        let begin = self.world.first_day.midnight();
        let span = (
            times().min().unwrap_or(begin),
            times().max().unwrap_or(begin),
        );
        let mut cut = BTreeSet::new();
        if self.damages {
            let last = u64::try_from(records.len()).unwrap_or(0);
            for _ in 0..self.stream.below(3) {
                cut.insert(usize::try_from(self.stream.below(last)).unwrap_or(0));
            }
        }
        Batch {
            world: self.world,
            source: self.pull.source,
            records,
            part: self.part,
            span,
            cut,
            torn: self.damages && self.stream.chance(80),
            stream: self.stream.clone(),
        }
    }

    fn write(
        &mut self,
        made: &Made,
        records: &[Spooled],
        places: &mut dyn FnMut(Placed) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let name = if let Some((archive, open)) = &mut self.archive {
            let file = match open {
                Some(file) => file,
                None => open.insert(Archive::create(self.folder, archive)?),
            };
            file.add(&made.name, &made.bytes)?;
            format!("{archive}!{}", made.name)
        } else {
            let packed = self.pull.door.packs && self.stream.chance(200);
            let plain = format!("{}/{}", self.below, made.name);
            if packed {
                let name = format!("{plain}.gz");
                output::write_file(self.folder, &name, &made.bytes)?;
                format!("{name}!{}", made.name)
            } else {
                output::write_file(self.folder, &plain, &made.bytes)?;
                plain
            }
        };
        for (position, place) in (1_u64..).zip(&made.places) {
            if let Some(record) = records.get(*place) {
                places(Placed {
                    number: record.number,
                    source: self.pull.source,
                    id: record.id.clone(),
                    file: name.clone(),
                    position,
                    damaged: made.damaged.contains(place),
                })?;
            }
        }
        self.files.push(ExportedFile {
            name,
            records: u64::try_from(made.places.len()).unwrap_or(0),
            damaged: u64::try_from(made.damaged.len()).unwrap_or(0),
        });
        Ok(())
    }
}
