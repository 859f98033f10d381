//! What is due, in the order of time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hourzero_model::Timestamp;

use crate::happening::Happening;

/// Something that is due.
#[derive(Debug)]
struct Due<I> {
    at: Timestamp,
    order: u64,
    what: What<I>,
}

/// What is due: an intention that has yet to meet the state, or a happening that only waits for its second.
#[derive(Debug)]
pub(crate) enum What<I> {
    /// An intention.
    Intention(I),
    /// A happening.
    Happening(Box<Happening>),
}

impl<I> PartialEq for Due<I> {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl<I> Eq for Due<I> {}

impl<I> PartialOrd for Due<I> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<I> Ord for Due<I> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// Everything that is due: a day's plan, sorted once, and what came up meanwhile. What is due in the same
/// microsecond comes in the order in which it was written down.
#[derive(Debug)]
pub(crate) struct Agenda<I> {
    /// Sorted, the next last.
    plan: Vec<Due<I>>,
    soon: BinaryHeap<Reverse<Due<I>>>,
    written: u64,
}

impl<I> Default for Agenda<I> {
    fn default() -> Self {
        Self {
            plan: Vec::new(),
            soon: BinaryHeap::new(),
            written: 0,
        }
    }
}

impl<I> Agenda<I> {
    /// Writes down an intention of a day that is being planned; [`sort`](Self::sort) ends the planning.
    pub(crate) fn plan(&mut self, at: Timestamp, intention: I) {
        let order = self.number();
        let what = What::Intention(intention);
        self.plan.push(Due { at, order, what });
    }

    /// Ends the planning.
    pub(crate) fn sort(&mut self) {
        self.plan.sort_unstable_by(|one, other| other.cmp(one));
    }

    /// Writes down an intention that came up.
    pub(crate) fn later(&mut self, at: Timestamp, intention: I) {
        let order = self.number();
        let what = What::Intention(intention);
        self.soon.push(Reverse(Due { at, order, what }));
    }

    /// Writes down a happening.
    pub(crate) fn happens(&mut self, happening: Happening) {
        let order = self.number();
        let at = happening.at;
        let what = What::Happening(Box::new(happening));
        self.soon.push(Reverse(Due { at, order, what }));
    }

    /// When the next is due.
    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        match (self.plan.last(), self.soon.peek()) {
            (Some(planned), Some(Reverse(soon))) => Some(planned.at.min(soon.at)),
            (Some(planned), None) => Some(planned.at),
            (None, Some(Reverse(soon))) => Some(soon.at),
            (None, None) => None,
        }
    }

    /// Takes the next.
    pub(crate) fn take(&mut self) -> Option<(Timestamp, What<I>)> {
        let planned_first = match (self.plan.last(), self.soon.peek()) {
            (Some(planned), Some(Reverse(soon))) => planned < soon,
            (planned, _) => planned.is_some(),
        };
        let due = if planned_first {
            self.plan.pop()
        } else {
            self.soon.pop().map(|Reverse(soon)| soon)
        };
        due.map(|due| (due.at, due.what))
    }

    /// How many are due.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.plan.len() + self.soon.len()
    }

    fn number(&mut self) -> u64 {
        self.written += 1;
        self.written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_and_what_came_up_are_one_order() {
        let mut agenda = Agenda::default();
        let at = Timestamp::from_micros;
        agenda.plan(at(5), "planned 5");
        agenda.plan(at(1), "planned 1");
        agenda.plan(at(5), "planned 5 again");
        agenda.sort();
        agenda.later(at(3), "came up 3");
        agenda.later(at(5), "came up 5");
        let mut taken = Vec::new();
        while let Some(next) = agenda.next_at() {
            let (at, what) = agenda.take().unwrap();
            assert_eq!(at, next);
            let What::Intention(name) = what else {
                panic!("no happening was written down");
            };
            taken.push(name);
        }
        assert_eq!(
            taken,
            [
                "planned 1",
                "came up 3",
                "planned 5",
                "planned 5 again",
                "came up 5"
            ]
        );
    }
}
