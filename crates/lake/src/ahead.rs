//! Tasks done on several threads, a few ahead of the one that takes what they give.
//!
//! For reading a case in its order: what is taken first is done first, and no more is held than threads there are, whatever
//! the number of tasks. Whoever takes what nobody has begun does it himself, so that any order of taking comes to an end.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::LakeError;

/// What tasks of one kind give.
pub(crate) struct Ahead<'w, R> {
    work: &'w (dyn Fn(usize) -> R + Sync),
    /// So many may be begun and not taken.
    most: usize,
    state: Mutex<State<R>>,
    changed: Condvar,
}

struct State<R> {
    steps: Vec<Step<R>>,
    /// No task before it is left to begin.
    next: usize,
    /// Begun ahead and not taken.
    held: usize,
    /// Nobody takes any more.
    over: bool,
    /// A thread ended before its task did.
    lost: bool,
}

enum Step<R> {
    Open,
    Begun,
    Done(R),
    Taken,
}

/// Does as many tasks as are counted, in their order; `with` takes what they give, each once, in any order. `threads` are those
/// that work, the caller's among them.
pub(crate) fn ahead<R: Send, Out>(
    (threads, count): (usize, usize),
    work: &(dyn Fn(usize) -> R + Sync),
    with: impl FnOnce(&Ahead<'_, R>) -> Out,
) -> Out {
    let ahead = Ahead {
        work,
        most: threads,
        state: Mutex::new(State {
            steps: (0..count).map(|_| Step::Open).collect(),
            next: 0,
            held: 0,
            over: false,
            lost: false,
        }),
        changed: Condvar::new(),
    };
    // The caller does some himself.
    let others = threads.min(count).saturating_sub(1);
    std::thread::scope(|scope| {
        for _ in 0..others {
            scope.spawn(|| ahead.help());
        }
        // The others end with it, also where what takes panics.
        let end = End(&ahead);
        let out = with(&ahead);
        drop(end);
        out
    })
}

/// As [`ahead`], where what is given is taken in the order of the tasks.
pub(crate) fn in_order<'t, T: Sync, R: Send>(
    (threads, tasks): (usize, &'t [T]),
    work: &(dyn Fn(&'t T) -> Result<R, LakeError> + Sync),
    on: &mut dyn FnMut(R) -> Result<(), LakeError>,
) -> Result<(), LakeError> {
    let work = |task: usize| tasks.get(task).map(work).transpose();
    ahead((threads, tasks.len()), &work, |ahead| {
        (0..tasks.len()).try_for_each(|task| ahead.take(task)??.map_or(Ok(()), &mut *on))
    })
}

impl<R> Ahead<'_, R> {
    /// What a task gives. It is done here where no other thread has begun it; while one is at it, others that are next are
    /// done here.
    ///
    /// # Errors
    /// When the thread that had begun it is gone, or it was taken before.
    pub(crate) fn take(&self, task: usize) -> Result<R, LakeError> {
        let mut state = self.state();
        loop {
            let lost = state.lost;
            let step = state.steps.get_mut(task).ok_or(LakeError::WorkerGone)?;
            match std::mem::replace(step, Step::Taken) {
                Step::Open => {
                    drop(state);
                    return Ok((self.work)(task));
                }
                Step::Done(given) => {
                    state.held -= 1;
                    self.changed.notify_all();
                    return Ok(given);
                }
                Step::Begun if !lost => *step = Step::Begun,
                Step::Begun | Step::Taken => return Err(LakeError::WorkerGone),
            }
            state = match self.begin(&mut state) {
                Some(other) => {
                    drop(state);
                    self.carry_out(other);
                    self.state()
                }
                None => self.wait(state),
            };
        }
    }

    /// Does tasks until there are none left, as soon as there is room for what they give.
    fn help(&self) {
        let mut state = self.state();
        loop {
            if let Some(task) = self.begin(&mut state) {
                drop(state);
                self.carry_out(task);
                state = self.state();
            } else if state.is_over() {
                return;
            } else {
                state = self.wait(state);
            }
        }
    }

    /// The next task, which nobody has begun, if there is room for what it gives.
    fn begin(&self, state: &mut State<R>) -> Option<usize> {
        if state.over || state.lost || state.held >= self.most {
            return None;
        }
        let next = state.next_open()?;
        let step = state.steps.get_mut(next)?;
        *step = Step::Begun;
        state.held += 1;
        Some(next)
    }

    /// Does a task that was begun.
    fn carry_out(&self, task: usize) {
        let alarm = Alarm(self);
        let given = (self.work)(task);
        std::mem::forget(alarm);
        if let Some(step) = self.state().steps.get_mut(task) {
            *step = Step::Done(given);
        }
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State<R>> {
        // Nothing panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State<R>>) -> MutexGuard<'s, State<R>> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R> State<R> {
    /// The first task that nobody has begun.
    fn next_open(&mut self) -> Option<usize> {
        let is_open = |step: &Step<R>| matches!(step, Step::Open);
        let left = self.steps.iter().skip(self.next);
        self.next += left.take_while(|step| !is_open(step)).count();
        (self.next < self.steps.len()).then_some(self.next)
    }

    /// Whether there is nothing left to begin.
    fn is_over(&mut self) -> bool {
        self.over || self.lost || self.next_open().is_none()
    }
}

/// Says at its end that nobody takes any more.
struct End<'a, 'w, R>(&'a Ahead<'w, R>);

impl<R> Drop for End<'_, '_, R> {
    fn drop(&mut self) {
        self.0.state().over = true;
        self.0.changed.notify_all();
    }
}

/// Says, unless it is forgotten, that a task will not end.
struct Alarm<'a, 'w, R>(&'a Ahead<'w, R>);

impl<R> Drop for Alarm<'_, '_, R> {
    fn drop(&mut self) {
        self.0.state().lost = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn what_tasks_give_is_taken_in_any_order() {
        for threads in 1..5 {
            let sum = ahead((threads, 100), &|task| task * 2, |ahead| {
                let forth = (0..50).map(|task| ahead.take(task));
                let back = (50..100).rev().map(|task| ahead.take(task));
                forth.chain(back).sum::<Result<usize, LakeError>>()
            });
            assert_eq!(sum.expect("all tasks"), 9_900);
        }
    }

    #[test]
    fn no_more_is_held_than_there_are_threads() {
        let (begun, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let most = AtomicUsize::new(0);
        let work = |task: &usize| {
            let held = begun.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(held - taken.load(Ordering::SeqCst), Ordering::SeqCst);
            Ok(*task)
        };
        let tasks: Vec<usize> = (0..200).collect();
        let mut given = Vec::new();
        in_order((3, &tasks), &work, &mut |task| {
            taken.fetch_add(1, Ordering::SeqCst);
            given.push(task);
            Ok(())
        })
        .expect("all tasks");
        assert_eq!(given, tasks);
        // Three ahead, one done by the one that takes it, and one that is taken but not counted yet.
        assert!(most.load(Ordering::SeqCst) <= 5, "{most:?}");
    }

    #[test]
    fn a_task_is_taken_once_and_those_left_are_not_waited_for() {
        let again = ahead((2, 3), &|task| task, |ahead| {
            (
                ahead.take(1).is_ok(),
                ahead.take(1).is_err(),
                ahead.take(9).is_err(),
            )
        });
        assert_eq!(again, (true, true, true));
    }

    #[test]
    fn a_panic_in_a_task_ends_the_waiting() {
        let work = |task: usize| {
            assert_ne!(task, 7, "the seventh task fails on purpose");
            task
        };
        let took = AssertUnwindSafe(|| {
            ahead((2, 20), &work, |ahead| {
                (0..20).all(|task| ahead.take(task).is_ok())
            })
        });
        assert!(catch_unwind(took).is_err());
    }
}
