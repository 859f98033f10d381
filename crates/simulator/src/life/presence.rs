//! When and where somebody works on a day: hours, home and office, travel, leave.

use hourzero_model::Timestamp;

use crate::calendar::Day;
use crate::id::{AccountNo, NetworkNo};
use crate::random::{Seed, Stream};
use crate::world::{Address, Habits, NetworkKind, WorkPlace, World, holiday};

/// What kind of day it is for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayKind {
    /// At work.
    Work,
    /// A weekend or holiday on which he works a little all the same.
    Glimpse,
    /// Free, on leave or ill: only his programs are awake.
    Free,
}

/// Somebody's time in one network.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stay {
    /// Since when.
    pub(crate) from: Timestamp,
    /// The network that his computer's traffic comes out of.
    pub(crate) network: NetworkNo,
    /// His address there.
    pub(crate) address: Address,
    /// Under way: his telephone and his computer are on the mobile carrier.
    pub(crate) on_the_road: bool,
}

/// A day of somebody's life.
#[derive(Debug, Clone)]
pub(crate) struct DayShape {
    /// Its kind.
    pub(crate) kind: DayKind,
    /// When he sits down to work; on free days, when he would.
    pub(crate) begins: Timestamp,
    /// When he stops.
    pub(crate) ends: Timestamp,
    /// Where he is, in order; the first holds from the day's start.
    pub(crate) stays: Vec<Stay>,
    /// Begins or ends a leave: the first of it, for the automatic reply.
    pub(crate) leave_begins: bool,
    /// The last working day before the return; the automatic reply is switched off on the next.
    pub(crate) back_from_leave: bool,
}

/// What the parts of a day are drawn from.
pub(crate) struct DayOf<'w> {
    /// The world.
    pub(crate) world: &'w World,
    /// Whose day.
    pub(crate) who: AccountNo,
    /// His habits.
    pub(crate) habits: &'w Habits,
    /// His place in the tree of seeds.
    pub(crate) seed: Seed,
    /// The local day.
    pub(crate) day: Day,
}

impl DayOf<'_> {
    /// Draws the day.
    pub(crate) fn shape(&self) -> DayShape {
        let day = u64::try_from(self.day.0).unwrap_or(0);
        let mut stream = self.seed.child("day").number(day).stream();
        let kind = self.kind(&mut stream);
        let habits = self.habits;
        let starts = stream.around(habits.starts, 2_400).clamp(0, 86_000);
        let ends = stream
            .around(habits.ends, 4_800)
            .clamp(starts + 3_600, 86_300);
        let (begins, ends) = match kind {
            DayKind::Work => (starts, ends),
            _ => {
                let from = stream.between(9 * 3_600, 19 * 3_600);
                (from, from + stream.between(600, 5_400))
            }
        };
        let begins = habits.zone.at(self.day, begins);
        let ends = habits.zone.at(self.day, ends);
        DayShape {
            kind,
            begins,
            ends,
            stays: self.stays(kind, begins, ends, &mut stream),
            leave_begins: self.on_leave(self.day.plus(1)) && !self.on_leave(self.day),
            back_from_leave: self.on_leave(self.day.plus(-1)) && !self.on_leave(self.day),
        }
    }

    fn on_leave(&self, day: Day) -> bool {
        self.habits
            .leave
            .iter()
            .any(|(first, last)| *first <= day && day <= *last)
    }

    fn kind(&self, stream: &mut Stream) -> DayKind {
        let free = self.day.is_weekend() || holiday(&self.habits.country, self.day);
        let glimpses = stream.chance(self.habits.weekend_thousandths);
        let ill = stream.chance(14);
        match (free, self.on_leave(self.day)) {
            (true, false) if glimpses => DayKind::Glimpse,
            (false, true) if glimpses && stream.chance(400) => DayKind::Glimpse,
            (false, false) if !ill => DayKind::Work,
            _ => DayKind::Free,
        }
    }

    /// The network of a trip that this day belongs to, if any: Tuesday to Thursday of some weeks.
    fn trip(&self) -> Option<NetworkNo> {
        let week = (self.day.0 + 3).div_euclid(7);
        let mut stream = self
            .seed
            .child("trip")
            .number(u64::try_from(week).unwrap_or(0))
            .stream();
        let travels = stream.chance(self.habits.travel_thousandths);
        let first = stream.between(0, 2);
        let last = (first + stream.between(1, 3)).min(4);
        let here = (first..=last).contains(&self.day.weekday());
        if !travels || !here {
            return None;
        }
        let country = stream.chance(550).then_some(self.habits.country.as_str());
        self.world
            .pick_network(NetworkKind::Travel, country, &mut stream)
    }

    fn works_in_office(&self, stream: &mut Stream) -> bool {
        let weekday = usize::try_from(self.day.weekday()).unwrap_or(0);
        match self.habits.place {
            WorkPlace::Office => !stream.chance(40),
            WorkPlace::Home => stream.chance(30),
            WorkPlace::Hybrid => {
                let habit = self.habits.office_days.get(weekday).copied();
                habit.unwrap_or(false) != stream.chance(80)
            }
            WorkPlace::Field => stream.chance(150),
        }
    }

    fn stays(
        &self,
        kind: DayKind,
        begins: Timestamp,
        ends: Timestamp,
        stream: &mut Stream,
    ) -> Vec<Stay> {
        let morning = self.habits.zone.at(self.day, 0);
        let trip = self.trip();
        let night = trip.or_else(|| self.network(NetworkKind::Home));
        let mut stays = Vec::with_capacity(6);
        self.stay(&mut stays, morning, night, stream);
        if kind != DayKind::Work {
            return stays;
        }
        let office = self.network(NetworkKind::Office);
        let road = self.network(NetworkKind::Mobile);
        if trip.is_some() || (self.habits.place == WorkPlace::Field && stream.chance(600)) {
            // Visits: some hours under way, some in the hotel or at home.
            let mut at = begins.plus_seconds(stream.between(1_800, 7_200));
            while at < ends {
                self.stay(&mut stays, at, road, stream);
                at = at.plus_seconds(stream.between(2_400, 9_000));
                self.stay(&mut stays, at, night, stream);
                at = at.plus_seconds(stream.between(3_600, 14_400));
            }
        } else if office.is_some() && self.works_in_office(stream) {
            let leaves = begins.plus_seconds(-stream.between(900, 3_000));
            self.stay(&mut stays, leaves, road, stream);
            self.stay(&mut stays, begins.plus_seconds(-120), office, stream);
            // Half a day in the office, the rest at home.
            let goes = if stream.chance(70) {
                begins.plus_seconds(ends.seconds_since(begins) / 2)
            } else {
                ends.plus_seconds(240)
            };
            self.stay(&mut stays, goes, road, stream);
            let home = goes.plus_seconds(stream.between(900, 3_000));
            self.stay(&mut stays, home, night, stream);
        }
        stays
    }

    fn network(&self, kind: NetworkKind) -> Option<NetworkNo> {
        self.world.network_of(self.who, kind)
    }

    /// Adds a stay; one without a network of its kind is left out, so that the one before goes on.
    fn stay(
        &self,
        stays: &mut Vec<Stay>,
        from: Timestamp,
        network: Option<NetworkNo>,
        stream: &mut Stream,
    ) {
        let network = network.or_else(|| self.world.account(self.who).networks.first().copied());
        let Some(inside) = network else {
            return;
        };
        let kind = self.world.network(inside).kind;
        let tunnel = match kind {
            NetworkKind::Office => None,
            _ if self.habits.uses_vpn && stream.chance(850) => {
                self.network(NetworkKind::CompanyVpn)
            }
            NetworkKind::Home | NetworkKind::Travel if stream.chance(120) => {
                self.network(NetworkKind::PublicVpn)
            }
            _ => None,
        };
        let network = tunnel.unwrap_or(inside);
        let address = self.world.place(network, self.who, from, stream).address;
        stays.push(Stay {
            from,
            network,
            address,
            on_the_road: kind == NetworkKind::Mobile,
        });
    }
}
