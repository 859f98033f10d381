//! What somebody has in mind for a day: how often, and when.

use hourzero_model::Timestamp;

use super::agenda::Agenda;
use super::desk::Background;
use super::person::Person;
use super::post::Kind;
use super::presence::{DayKind, DayOf, DayShape};
use super::{Aim, Intention, administer, chat, mailbox, share};
use crate::calendar::Day;
use crate::logs::{Doer, noise_catalogue};
use crate::random::{Seed, Stream};
use crate::service::has_what_it_needs;
use crate::world::{AccountKind, Habits, MailClient, World};

/// A day that is being planned for somebody.
pub(crate) struct Plan<'p> {
    /// The world.
    pub(crate) world: &'p World,
    /// The account's place in the tree of seeds.
    pub(crate) seed: Seed,
    /// The local day.
    pub(crate) day: Day,
    /// Nothing is planned before this: the logs begin.
    pub(crate) from: Timestamp,
    /// Where it is written down.
    pub(crate) agenda: &'p mut Agenda<Intention>,
}

impl Plan<'_> {
    /// Writes an intention down.
    pub(crate) fn at(&mut self, person: &Person, at: Timestamp, draw: u64, aim: Aim) {
        if at >= self.from {
            let who = person.number;
            self.agenda.plan(at, Intention { who, draw, aim });
        }
    }

    /// Draws the day of an account.
    pub(crate) fn draw(&mut self, person: &mut Person) {
        let account = self.world.account(person.number);
        let number = u64::try_from(self.day.0).unwrap_or(0);
        let mut stream = self.seed.child("plan").number(number).stream();
        match (&account.habits, account.kind) {
            (Some(habits), AccountKind::Guest) => {
                self.shape(person, habits);
                self.guest(person, &mut stream);
            }
            (Some(habits), _) => {
                self.shape(person, habits);
                self.person(person, habits, &mut stream);
            }
            (None, AccountKind::Shared) => self.shared_mailbox(person, &mut stream),
            (None, _) => {}
        }
        self.administrator(person, &mut stream);
    }

    fn shape(&self, person: &mut Person, habits: &Habits) {
        let shape = DayOf {
            world: self.world,
            who: person.number,
            habits,
            seed: self.seed,
            day: self.day,
        }
        .shape();
        person.begins_day(shape);
    }

    fn person(&mut self, person: &Person, habits: &Habits, stream: &mut Stream) {
        let Some(shape) = person.shape().cloned() else {
            return;
        };
        let has_mail = self.world.account(person.number).mailbox.is_some();
        if has_mail {
            self.post(person, habits, stream);
        }
        self.phone(person, habits, &shape, stream);
        match shape.kind {
            DayKind::Work => {
                self.work(person, habits, &shape, stream);
                if has_mail {
                    self.mail(person, habits, &shape, stream);
                }
            }
            DayKind::Glimpse => {
                let span = Span::of(&shape);
                self.some((person, span), stream, 1_200, |_| Aim::Browse);
                self.some((person, span), stream, 1_500, |_| Aim::ChecksMail {
                    phone: false,
                });
                self.some((person, span), stream, habits.mails_sent / 6, |_| {
                    Aim::Writes
                });
                self.some((person, span), stream, habits.files / 8, |_| Aim::Files);
            }
            DayKind::Free => {}
        }
    }

    /// So many intentions on average (in thousandths), spread over a span.
    fn some(
        &mut self,
        (person, span): (&Person, Span),
        stream: &mut Stream,
        mean: u64,
        aim: impl Fn(&mut Stream) -> Aim,
    ) {
        for _ in 0..stream.count(mean) {
            let at = span.draw(stream);
            let draw = stream.bits();
            let aim = aim(stream);
            self.at(person, at, draw, aim);
        }
    }

    /// What arrives, by the hours of those who write.
    fn post(&mut self, person: &Person, habits: &Habits, stream: &mut Stream) {
        let day = Span::hours(habits, self.day, 6, 20);
        let night = Span::hours(habits, self.day, 0, 24);
        let weight = if self.day.is_weekend() { 5 } else { 1 };
        let outside = habits.mails_received / weight;
        self.some((person, day), stream, outside * 86 / 100, |_| {
            Aim::Arrives(Kind::Business)
        });
        self.some((person, night), stream, outside * 14 / 100, |_| {
            Aim::Arrives(Kind::Business)
        });
        self.some((person, night), stream, 2_600 / weight, |_| {
            Aim::Arrives(Kind::Newsletter)
        });
        self.some((person, night), stream, 2_200 / weight, |_| {
            Aim::Arrives(Kind::Notice)
        });
        self.some((person, night), stream, 1_300, |_| Aim::Arrives(Kind::Junk));
        self.some((person, night), stream, 60, |_| Aim::Arrives(Kind::Phish));
    }

    /// The telephone: looks before, between and after work, and renewals day and night.
    fn phone(&mut self, person: &Person, habits: &Habits, shape: &DayShape, stream: &mut Stream) {
        if !habits.phone {
            return;
        }
        let awake = Span::hours(habits, self.day, 6, 23);
        let night = Span::hours(habits, self.day, 0, 24);
        let looks = match shape.kind {
            DayKind::Work => 6_000,
            DayKind::Glimpse => 4_000,
            DayKind::Free => 900,
        };
        self.some((person, awake), stream, looks, |_| Aim::ChecksMail {
            phone: true,
        });
        self.some((person, night), stream, 7_000, |_| {
            Aim::Renew(Background::PhoneMail)
        });
        self.some((person, night), stream, 2_500, |_| {
            Aim::Renew(Background::PhoneTeams)
        });
    }

    fn work(&mut self, person: &Person, habits: &Habits, shape: &DayShape, stream: &mut Stream) {
        let span = Span::of(shape);
        let draw = stream.bits();
        self.at(person, shape.begins, draw, Aim::Start);
        for background in Background::OF_COMPUTER {
            let mut at = shape
                .begins
                .plus_seconds(stream.between(300, background.every()));
            while at < shape.ends {
                let draw = stream.bits();
                self.at(person, at, draw, Aim::Renew(*background));
                let next = stream.around(background.every(), background.every() / 4);
                at = at.plus_seconds(next.max(600));
            }
        }
        self.some((person, span), stream, 3_600, |_| Aim::Browse);
        self.some((person, span), stream, habits.files / 2, |_| Aim::Files);
        self.some((person, span), stream, 1_100, |stream| {
            Aim::Share(share::Errand::draw(stream))
        });
        self.some((person, span), stream, habits.chats / 2, |_| {
            Aim::Chat(chat::Errand::Talks)
        });
        self.some((person, span), stream, 1_700, |_| {
            Aim::Chat(chat::Errand::Meets)
        });
        self.some((person, span), stream, 260, |stream| {
            Aim::Chat(chat::Errand::draw(stream))
        });
        self.tail((person, span), stream, Doer::Person);
    }

    /// Operations of the long tail that somebody's work leaves.
    fn tail(&mut self, (person, span): (&Person, Span), stream: &mut Stream, doer: Doer) {
        for operation in noise_catalogue() {
            // Web mail's tokens have a happening of their own.
            let own = operation.operation == "GATFRTokenIssue";
            if operation.doer == doer && !own && has_what_it_needs(self.world, operation) {
                self.some((person, span), stream, operation.daily, |_| {
                    Aim::Tail(operation)
                });
            }
        }
    }

    fn mail(&mut self, person: &Person, habits: &Habits, shape: &DayShape, stream: &mut Stream) {
        let span = Span::of(shape);
        let looks = match habits.mail_client {
            MailClient::OutlookDesktop => 13_000,
            MailClient::OutlookMac => 11_000,
            MailClient::OutlookWeb => 18_000,
        };
        self.some((person, span), stream, looks, |_| Aim::ChecksMail {
            phone: false,
        });
        self.some((person, span), stream, habits.mails_sent, |_| Aim::Writes);
        self.some((person, span), stream, 9_500, |stream| {
            Aim::Mailbox(mailbox::Errand::tidies(stream))
        });
        self.some((person, span), stream, 330, |stream| {
            Aim::Mailbox(mailbox::Errand::draw(stream))
        });
        if !person.shared.is_empty() {
            self.some((person, span), stream, 5_000, |_| {
                Aim::Mailbox(mailbox::Errand::SharedMailbox)
            });
        }
        let set = if shape.leave_begins {
            Some((shape.ends.plus_seconds(-400), true))
        } else if shape.back_from_leave {
            Some((shape.begins.plus_seconds(500), false))
        } else {
            None
        };
        if let Some((at, on)) = set {
            let draw = stream.bits();
            let aim = Aim::Mailbox(mailbox::Errand::AutomaticReply { on });
            self.at(person, at, draw, aim);
        }
    }

    fn shared_mailbox(&mut self, person: &Person, stream: &mut Stream) {
        let zone = &self.world.tenant.zone;
        let span = Span {
            from: zone.at(self.day, 6 * 3_600),
            to: zone.at(self.day, 20 * 3_600),
        };
        let weight = if self.day.is_weekend() { 4 } else { 1 };
        self.some((person, span), stream, 14_000 / weight, |_| {
            Aim::Arrives(Kind::Business)
        });
        self.some((person, span), stream, 2_500 / weight, |_| {
            Aim::Arrives(Kind::Notice)
        });
        self.some((person, span), stream, 4_000 / weight, |_| {
            Aim::Arrives(Kind::Junk)
        });
    }

    fn guest(&mut self, person: &Person, stream: &mut Stream) {
        let Some(shape) = person.shape().cloned() else {
            return;
        };
        if shape.kind == DayKind::Work {
            let span = Span::of(&shape);
            self.some((person, span), stream, 250, |_| {
                Aim::Share(share::Errand::GuestWorks)
            });
        }
    }

    fn administrator(&mut self, person: &Person, stream: &mut Stream) {
        let account = self.world.account(person.number);
        let unattended = matches!(account.kind, AccountKind::BreakGlass | AccountKind::Sync);
        if !account.is_administrator() || unattended {
            return;
        }
        let works = match person.shape() {
            Some(shape) => shape.kind == DayKind::Work,
            None => !self.day.is_weekend(),
        };
        if !works {
            return;
        }
        let zone = account
            .habits
            .as_ref()
            .map_or(&self.world.tenant.zone, |habits| &habits.zone);
        let span = person.shape().map_or(
            Span {
                from: zone.at(self.day, 8 * 3_600),
                to: zone.at(self.day, 17 * 3_600),
            },
            Span::of,
        );
        // The work of administration grows with the tenant and is shared by its administrators.
        let all = u64::try_from(self.world.accounts.len()).unwrap_or(0);
        let shared_by = u64::try_from(self.world.administrators().len().max(1)).unwrap_or(1);
        let mean = (1_400 + 16 * all) / shared_by;
        self.some((person, span), stream, mean.min(14_000), |stream| {
            Aim::Administer(administer::Errand::draw(stream))
        });
        if stream.chance(600) {
            self.tail((person, span), stream, Doer::Administrator);
        }
    }
}

/// A span of time within which something is done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    from: Timestamp,
    to: Timestamp,
}

impl Span {
    /// Working hours.
    pub(crate) const fn of(shape: &DayShape) -> Self {
        Self {
            from: shape.begins.plus_seconds(240),
            to: shape.ends,
        }
    }

    /// Hours of somebody's local day.
    pub(crate) fn hours(habits: &Habits, day: Day, from: i64, to: i64) -> Self {
        Self {
            from: habits.zone.at(day, from * 3_600),
            to: habits.zone.at(day, to * 3_600 - 1),
        }
    }

    /// A time within it, to the microsecond.
    pub(crate) fn draw(self, stream: &mut Stream) -> Timestamp {
        Timestamp::from_micros(stream.between(self.from.micros(), self.to.micros()))
    }
}
