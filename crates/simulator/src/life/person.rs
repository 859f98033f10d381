//! What somebody and his programs remember from one moment to the next.

use std::collections::VecDeque;

use hourzero_model::Timestamp;

use super::presence::{DayShape, Stay};
use crate::calendar::Day;
use crate::happening::Token;
use crate::id::{AccountNo, AppNo, DeviceNo, Guid, SiteNo};
use crate::state::Artefact;
use crate::world::{AccountKind, Program, StoredFile, World};

/// Where a session is held: what dies together when it dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Root {
    /// The programs of the computer.
    Computer,
    /// The browser on the computer.
    Browser,
    /// The apps of the telephone.
    Phone,
}

/// A program at a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tool {
    /// The program.
    pub(crate) program: Program,
    /// On the telephone.
    pub(crate) phone: bool,
    /// The service.
    pub(crate) resource: AppNo,
}

impl Tool {
    /// What its session is held by.
    pub(crate) const fn root(self) -> Root {
        match (self.phone, self.program) {
            (true, _) => Root::Phone,
            (false, Program::Browser(_)) => Root::Browser,
            (false, _) => Root::Computer,
        }
    }
}

/// A token that a program keeps until it ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    program: Program,
    resource: AppNo,
    token: Token,
    until: Timestamp,
}

/// A session as its programs hold it.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// Where.
    pub(crate) root: Root,
    /// Its id.
    pub(crate) session: Guid,
    /// What holds it in the state.
    pub(crate) artefact: Artefact,
    /// When its holder forgets it: the browser is closed, the sign-in frequency is over.
    pub(crate) until: Timestamp,
    /// The password at its beginning, as the state counts them.
    pub(crate) password: u32,
    tokens: VecDeque<Kept>,
}

/// How many tokens a root keeps.
const TOKENS: usize = 12;

impl Held {
    /// A session that has just begun.
    pub(crate) const fn new(
        root: Root,
        session: Guid,
        artefact: Artefact,
        until: Timestamp,
    ) -> Self {
        Self {
            root,
            session,
            artefact,
            until,
            password: 0,
            tokens: VecDeque::new(),
        }
    }

    /// The same, begun with a password.
    pub(crate) const fn with_password(mut self, password: u32) -> Self {
        self.password = password;
        self
    }

    /// The token for a tool, while it lives.
    pub(crate) fn token(&self, tool: Tool, at: Timestamp) -> Option<Token> {
        self.tokens
            .iter()
            .find(|kept| {
                kept.program == tool.program && kept.resource == tool.resource && kept.until > at
            })
            .map(|kept| kept.token)
    }

    /// Keeps a token; the oldest goes when there are too many.
    pub(crate) fn keep(&mut self, tool: Tool, token: Token, until: Timestamp) {
        self.tokens
            .retain(|kept| kept.program != tool.program || kept.resource != tool.resource);
        if self.tokens.len() == TOKENS {
            self.tokens.pop_front();
        }
        self.tokens.push_back(Kept {
            program: tool.program,
            resource: tool.resource,
            token,
            until,
        });
    }
}

/// How many files somebody comes back to.
const RECENT_FILES: usize = 6;

/// How many days' shapes are kept.
const SHAPES: usize = 3;

/// An account's memory. It is bounded: sessions by their roots, tokens and files by a number each.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// Whose.
    pub(crate) number: AccountNo,
    /// The next local day to be planned.
    pub(crate) next_day: Day,
    /// The shapes of the last days, the newest last. A local day in the east is planned while the one before
    /// it still goes on, and one in the west goes on when the next day of UTC begins.
    shapes: VecDeque<DayShape>,
    /// Sessions.
    pub(crate) held: Vec<Held>,
    /// Files that were opened lately.
    pub(crate) recent: VecDeque<(SiteNo, StoredFile)>,
    /// Mail that arrived until then was looked at.
    pub(crate) read_until: Timestamp,
    /// The password that its person knows, as the state counts them.
    pub(crate) password: u32,
    /// Gives up trying until then: the account is disabled.
    pub(crate) gives_up_until: Timestamp,
    /// The computer, when one is registered.
    pub(crate) computer: Option<DeviceNo>,
    /// The telephone, when it is registered.
    pub(crate) phone: Option<DeviceNo>,
    /// A second factor is asked for.
    pub(crate) asks_factor: bool,
    /// The next sign-in is typed, whatever the computer could do silently.
    pub(crate) types_next: bool,
    /// Ticks "stay signed in".
    pub(crate) stays_signed_in: bool,
    /// Sites where it works, the OneDrive apart.
    pub(crate) sites: Vec<SiteNo>,
    /// Mailboxes that it works on beside its own.
    pub(crate) shared: Vec<AccountNo>,
}

impl Person {
    /// The memory with which the logs begin.
    pub(crate) fn new(world: &World, number: AccountNo) -> Self {
        let account = world.account(number);
        let asked = world.tenant.security_defaults
            || world
                .policies_for(number)
                .any(|policy| policy.requires_mfa && !policy.report_only);
        let may_be_asked = !matches!(
            account.kind,
            AccountKind::Shared | AccountKind::Service | AccountKind::Sync
        );
        Self {
            number,
            next_day: world.first_day,
            shapes: VecDeque::new(),
            held: Vec::new(),
            recent: VecDeque::new(),
            read_until: world.first_day.midnight(),
            password: 0,
            gives_up_until: Timestamp::from_micros(0),
            computer: world.computer(number),
            phone: world.registered_phone(number),
            asks_factor: asked && may_be_asked,
            types_next: false,
            stays_signed_in: world
                .seed
                .child("stays signed in")
                .number(u64::from(number.0))
                .stream()
                .chance(600),
            sites: Vec::new(),
            shared: Vec::new(),
        }
    }

    /// The session of a root.
    pub(crate) fn held(&self, root: Root) -> Option<&Held> {
        self.held.iter().find(|held| held.root == root)
    }

    /// The session of a root, to be changed.
    pub(crate) fn held_mut(&mut self, root: Root) -> Option<&mut Held> {
        self.held.iter_mut().find(|held| held.root == root)
    }

    /// Forgets the session of a root.
    pub(crate) fn forget(&mut self, root: Root) -> Option<Held> {
        let at = self.held.iter().position(|held| held.root == root)?;
        Some(self.held.remove(at))
    }

    /// A day has got its shape.
    pub(crate) fn begins_day(&mut self, shape: DayShape) {
        if self.shapes.len() == SHAPES {
            self.shapes.pop_front();
        }
        self.shapes.push_back(shape);
    }

    /// The shape of the day that was planned last.
    pub(crate) fn shape(&self) -> Option<&DayShape> {
        self.shapes.back()
    }

    /// Where its person is at a time.
    pub(crate) fn stay(&self, at: Timestamp) -> Option<Stay> {
        let stays = || self.shapes.iter().flat_map(|shape| &shape.stays);
        let now = stays().rev().find(|stay| stay.from <= at);
        now.or_else(|| stays().next()).copied()
    }

    /// At the desk, with the computer open.
    pub(crate) fn at_work(&self, at: Timestamp) -> bool {
        self.shapes
            .iter()
            .any(|shape| shape.begins <= at && at <= shape.ends)
    }

    /// Comes back to a file later.
    pub(crate) fn remember_file(&mut self, site: SiteNo, file: StoredFile) {
        if self.recent.len() == RECENT_FILES {
            self.recent.pop_front();
        }
        self.recent.push_back((site, file));
    }
}
