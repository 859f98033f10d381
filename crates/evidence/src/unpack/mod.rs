//! Archives and their members.
//!
//! Takes an archive that is in the store, gives each member as a stream with a clean name, members of members
//! included. It must never write: the caller stores each member as an artefact of its own, and that copy is
//! what a nested archive is read from. Nothing is dropped silently: what could not be had is a [`Fault`].

mod kind;
mod member;
mod name;
mod sevenz;
mod stream;
mod tar;
mod zip;

use std::io::Read;

use hourzero_model::ArtefactId;

pub use kind::{HEAD_BYTES, Kind};
pub use member::{Fault, Member};
use name::Names;

use crate::EvidenceError;
use crate::object::{ArtefactReader, Objects};

/// What one outermost archive may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Containers inside of each other.
    pub depth: u32,
    /// Members, those of nested archives included.
    pub members: u64,
    /// Bytes of all members together.
    pub bytes: u64,
    /// Bytes for each byte of an archive, beyond [`Limits::FREE_BYTES`]. Logs as JSON pack 20 to 50 times
    /// smaller, rarely 200.
    pub ratio: u64,
}

impl Limits {
    /// So many bytes an archive may always become: small files of equal bytes pack at any ratio.
    pub const FREE_BYTES: u64 = 256 << 20;

    fn allowed(&self, archive_bytes: u64) -> u64 {
        self.bytes.min(
            archive_bytes
                .saturating_mul(self.ratio)
                .max(Self::FREE_BYTES),
        )
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 4,
            members: 100_000,
            bytes: 256 << 30,
            ratio: 1000,
        }
    }
}

/// A member, or the rest of a container, that could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// The name of the member or container.
    pub name: String,
    /// The container it is missing from.
    pub parent: ArtefactId,
    /// The bytes that were had before.
    pub bytes: u64,
    /// Why.
    pub fault: Fault,
}

/// What came out of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unpacked {
    /// Members that were given to the caller.
    pub members: u64,
    /// Their bytes together, nested archives and their members both counted.
    pub bytes: u64,
    /// What could not be had, in the order of the archive.
    pub missed: Vec<Missed>,
}

/// What is done with each member: store it, and say under which id, so that a container among them can be
/// read again and unpacked in turn; `None` leaves it at that.
pub type Visit<'a> = dyn FnMut(&mut Member<'_>) -> Result<Option<ArtefactId>, EvidenceError> + 'a;

/// The kind of container that an artefact is; `None` for a plain file.
///
/// # Errors
/// When the artefact cannot be read.
pub fn kind_of(objects: &Objects, id: ArtefactId) -> Result<Option<Kind>, EvidenceError> {
    let mut reader = objects.read(id)?;
    let length = reader.size().min(HEAD_BYTES as u64);
    Ok(Kind::of(&reader.range(0, length)?))
}

/// Walks all members of an archive that is in the store under `id`, in the archive's order, each nested
/// archive right after itself. A plain file has no members. Each member is read to its end, whether `visit`
/// does so or not.
///
/// # Errors
/// When the archive's artefact cannot be read from the store, and what `visit` fails with. A damaged,
/// encrypted or exploding archive is no error but stands in [`Unpacked::missed`].
pub fn walk(
    objects: &Objects,
    (id, name): (ArtefactId, &str),
    limits: &Limits,
    visit: &mut Visit<'_>,
) -> Result<Unpacked, EvidenceError> {
    let mut walk = Walk {
        objects,
        limits: *limits,
        visit,
        unpacked: Unpacked::default(),
    };
    walk.container(id, name, 0, limits.bytes)?;
    Ok(walk.unpacked)
}

struct Walk<'a, 'v> {
    objects: &'a Objects,
    limits: Limits,
    visit: &'a mut Visit<'v>,
    unpacked: Unpacked,
}

impl Walk<'_, '_> {
    /// Unpacks one container, and gives the bytes that were spent.
    fn container(
        &mut self,
        id: ArtefactId,
        name: &str,
        depth: u32,
        left: u64,
    ) -> Result<u64, EvidenceError> {
        let Some(kind) = kind_of(self.objects, id)? else {
            return Ok(0);
        };
        let reader = self.objects.read(id)?;
        let allowed = self.limits.allowed(reader.size()).min(left);
        let mut level = Level {
            walk: self,
            id,
            name,
            depth: depth + 1,
            names: Names::default(),
            allowed,
            spent: 0,
        };
        if level.depth > level.walk.limits.depth {
            level.miss_rest(Fault::TooDeep(depth));
            return Ok(0);
        }
        match kind {
            Kind::Zip => zip::members(reader, &mut level)?,
            Kind::Gzip => stream::gzip(reader, &mut level)?,
            Kind::Zstd => stream::zstd(reader, &mut level)?,
            Kind::SevenZip => sevenz::members(reader, &mut level)?,
            Kind::Tar => tar::members(reader, &mut level)?,
        }
        Ok(level.spent)
    }
}

/// Whether the container goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Go,
    Stop,
}

/// One container that is being unpacked.
struct Level<'l, 'a, 'v> {
    walk: &'l mut Walk<'a, 'v>,
    id: ArtefactId,
    name: &'l str,
    depth: u32,
    names: Names,
    allowed: u64,
    spent: u64,
}

impl Level<'_, '_, '_> {
    /// Gives one member to the caller, and unpacks it where it is a container.
    fn member(&mut self, stated: &str, source: &mut dyn Read) -> Result<Next, EvidenceError> {
        if self.walk.unpacked.members >= self.walk.limits.members {
            self.miss_rest(Fault::TooMany {
                allowed: self.walk.limits.members,
            });
            return Ok(Next::Stop);
        }
        let left = self.allowed.saturating_sub(self.spent);
        if left == 0 {
            self.miss_rest(Fault::TooLarge {
                allowed: self.allowed,
            });
            return Ok(Next::Stop);
        }
        let name = self.full_name(stated);
        let place = (self.id, self.depth);
        let mut member = Member::new(name.clone(), place, source, (left, self.allowed));
        let stored = (self.walk.visit)(&mut member)?;
        // `Member` never fails, and neither does the sink.
        drop(std::io::copy(&mut member, &mut std::io::sink()));
        let (bytes, kind) = (member.passed(), member.kind());
        let fault = member.into_fault();
        self.spent += bytes;
        self.walk.unpacked.members += 1;
        self.walk.unpacked.bytes += bytes;
        let stop = matches!(fault, Some(Fault::TooLarge { .. }));
        if let Some(fault) = fault {
            self.miss_named(name.clone(), bytes, fault);
        }
        if let (Some(id), Some(_)) = (stored, kind) {
            // Half at most, so that one that explodes leaves something to the members after it.
            let half = self.allowed.saturating_sub(self.spent) / 2;
            self.spent += self.walk.container(id, &name, self.depth, half)?;
        }
        Ok(if stop { Next::Stop } else { Next::Go })
    }

    /// Notes a member that could not be had at all.
    fn miss(&mut self, stated: &str, fault: Fault) -> Next {
        if self.walk.unpacked.missed.len() as u64 >= self.walk.limits.members {
            return Next::Stop;
        }
        let name = self.full_name(stated);
        self.miss_named(name, 0, fault);
        Next::Go
    }

    /// Notes that the rest of this container could not be had.
    fn miss_rest(&mut self, fault: Fault) {
        self.miss_named(self.name.to_owned(), self.spent, fault);
    }

    fn miss_named(&mut self, name: String, bytes: u64, fault: Fault) {
        self.walk.unpacked.missed.push(Missed {
            name,
            parent: self.id,
            bytes,
            fault,
        });
    }

    fn full_name(&mut self, stated: &str) -> String {
        format!("{}!{}", self.name, self.names.give(stated))
    }
}

/// Reads in pieces that suit the frames of the store.
fn buffered(reader: ArtefactReader) -> std::io::BufReader<ArtefactReader> {
    std::io::BufReader::with_capacity(1 << 16, reader)
}
