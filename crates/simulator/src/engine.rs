//! How time goes by: days are lived, attackers wake and interventions fall due, in the order of time.

use crate::calendar::Day;
use crate::happening::Happening;
use crate::life;
use crate::logs::{LogRecord, LogWriter};
use crate::service;
use crate::state::State;
use crate::world::World;

/// Who takes what the simulation gives: the exports, the truth, the benchmarks.
pub trait Sink {
    /// A happening with its number and the records that it left, in the order of time within a day.
    fn take(&mut self, number: u64, happening: &Happening, records: &[LogRecord]);

    /// A day of UTC is over.
    fn day_over(&mut self, _day: Day) {}
}

/// Lives every day of a world and gives each happening to the sink.
pub fn run(world: &World, sink: &mut dyn Sink) -> State {
    let state = State::new(world);
    let writer = LogWriter::new(world);
    let mut number = 0;
    let mut records = Vec::new();
    for day in (0..world.days).map(|passed| world.first_day.plus(passed)) {
        let mut happenings = life::day(world, &state, day);
        happenings.extend(service::day(world, day));
        happenings.sort_by_key(|happening| happening.at);
        for happening in &happenings {
            records.clear();
            writer.write(number, happening, &mut records);
            sink.take(number, happening, &records);
            number += 1;
        }
        sink.day_over(day);
    }
    state
}
