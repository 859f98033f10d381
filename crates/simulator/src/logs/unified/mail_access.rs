//! What Exchange remembers while it writes reads of mail (`facts/logs-collect.md` §3.5): the same message
//! is not written twice within an hour for the same client, and a mailbox with more than a thousand records
//! of reads in a day falls silent for the next.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;

use hourzero_model::Timestamp;

use crate::happening::{Happening, Message};
use crate::id::{AccountNo, Guid};
use crate::random::Seed;

/// Seconds within which the same read is not written again.
const SAME_READ: i64 = 3_600;
/// Records of single reads after which a mailbox is throttled.
const MOST_BINDS: usize = 1_000;
/// Seconds over which they are counted, and for which the mailbox is silent.
const THROTTLING: i64 = 86_400;
/// Seconds within which accesses to the same file are told as one long access.
const SAME_FILE: i64 = 10_800;

/// What the services remember. It holds the last hours only.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    mailboxes: BTreeMap<AccountNo, Mailbox>,
    files: BTreeMap<(Option<AccountNo>, Guid, &'static str), Timestamp>,
    files_pruned: Option<Timestamp>,
}

#[derive(Debug, Default)]
struct Mailbox {
    recent: VecDeque<(Timestamp, u64)>,
    known: BTreeSet<u64>,
    binds: VecDeque<Timestamp>,
    silent_until: Option<Timestamp>,
}

/// A read that is to be written.
pub(super) struct Bind {
    /// Folders and the messages that are listed.
    pub(super) listed: Vec<(String, Vec<Arc<Message>>)>,
    /// It is the last before the silence.
    pub(super) throttled: bool,
}

impl Memory {
    /// What is written of a read; nothing when all of it was written within the hour or the mailbox is
    /// throttled.
    pub(super) fn bind(
        &mut self,
        happening: &Happening,
        mailbox: AccountNo,
        folders: &[(String, Vec<Arc<Message>>)],
    ) -> Option<Bind> {
        let at = happening.at;
        let memory = self.mailboxes.entry(mailbox).or_default();
        memory.forget(at);
        if memory.silent_until.is_some_and(|until| at < until) {
            return None;
        }
        let mut listed = Vec::new();
        for (path, messages) in folders {
            let new: Vec<Arc<Message>> = messages
                .iter()
                .filter(|message| memory.is_new(at, context(happening, path, message)))
                .cloned()
                .collect();
            if !new.is_empty() {
                listed.push((path.clone(), new));
            }
        }
        if listed.is_empty() {
            return None;
        }
        memory.binds.push_back(at);
        let throttled = memory.binds.len() > MOST_BINDS;
        if throttled {
            memory.silent_until = Some(at.plus_seconds(THROTTLING));
            memory.binds.clear();
        }
        Some(Bind { listed, throttled })
    }

    /// Whether the same person did the same with the same file within three hours: SharePoint then writes
    /// `FileAccessedExtended` and `FileModifiedExtended`.
    pub(super) fn goes_on(
        &mut self,
        happening: &Happening,
        file: Guid,
        operation: &'static str,
    ) -> bool {
        let at = happening.at;
        let pruned = self.files_pruned.get_or_insert(at);
        if at.seconds_since(*pruned) > SAME_FILE {
            *pruned = at;
            self.files
                .retain(|_, last| at.seconds_since(*last) <= SAME_FILE);
        }
        let last = self.files.insert((happening.account, file, operation), at);
        last.is_some_and(|last| at.seconds_since(last) <= SAME_FILE)
    }
}

impl Mailbox {
    fn forget(&mut self, at: Timestamp) {
        while let Some((when, context)) = self.recent.front().copied() {
            if at.seconds_since(when) < SAME_READ {
                break;
            }
            self.recent.pop_front();
            self.known.remove(&context);
        }
        while let Some(when) = self.binds.front().copied() {
            if at.seconds_since(when) < THROTTLING {
                break;
            }
            self.binds.pop_front();
        }
    }

    fn is_new(&mut self, at: Timestamp, context: u64) -> bool {
        let new = self.known.insert(context);
        if new {
            self.recent.push_back((at, context));
        }
        new
    }
}

/// What makes two reads the same: message, folder, user, session, address and program.
fn context(happening: &Happening, path: &str, message: &Message) -> u64 {
    let guid = |place: Seed, guid: Guid| {
        let halves = u128::from_le_bytes(guid.bytes());
        let low = u64::try_from(halves & u128::from(u64::MAX)).unwrap_or(0);
        let high = u64::try_from(halves >> 64).unwrap_or(0);
        place.number(low).number(high)
    };
    let mut place = guid(Seed::new(0), message.network_id).child(path);
    if let Some(account) = happening.account {
        place = place.number(u64::from(account.0));
    }
    if let Some(access) = &happening.access {
        place = match access.place.address {
            IpAddr::V4(address) => place.number(u64::from(address.to_bits())),
            IpAddr::V6(address) => guid(place, Guid::from_bytes(address.octets())),
        };
        place = guid(place.child(&access.client.user_agent), access.client.app_id);
        if let Some(session) = access.session {
            place = guid(place, session);
        }
    }
    place.stream().bits()
}
