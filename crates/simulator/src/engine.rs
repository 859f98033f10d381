//! How time goes by: days are lived, attackers wake and interventions fall due, in the order of time.

use crate::calendar::Day;
use crate::happening::Happening;
use crate::life::Life;
use crate::logs::{LogRecord, LogWriter};
use crate::service::Service;
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
    let mut state = State::new(world);
    let mut life = Life::new(world, &mut state);
    let mut service = Service::new(world);
    let writer = LogWriter::new(world);
    let mut number = 0;
    let mut records = Vec::new();
    for day in (0..world.days).map(|passed| world.first_day.plus(passed)) {
        life.wake(world, &state, day);
        service.wake(world, &state, day);
        let end = day.plus(1).midnight();
        loop {
            let lived = life.next_at().filter(|at| *at < end);
            let served = service.next_at().filter(|at| *at < end);
            let happening = match (lived, served) {
                (None, None) => break,
                (Some(lived), served) if served.is_none_or(|served| lived <= served) => {
                    life.step(world, &mut state)
                }
                _ => service.step(world, &mut state),
            };
            if let Some(happening) = happening {
                records.clear();
                writer.write(number, &happening, &mut records);
                sink.take(number, &happening, &records);
                number += 1;
            }
        }
        sink.day_over(day);
    }
    state
}
