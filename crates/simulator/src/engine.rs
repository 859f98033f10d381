//! How time goes by: days are lived, attackers wake and interventions fall due, in the order of time.

use hourzero_model::Timestamp;

use crate::attacker::{Agent, Play, Queue, Scene, Told, has_way_in, standing};
use crate::calendar::Day;
use crate::consequence::Following;
use crate::happening::{Act, Actor, Delivery, Happening, MailAct};
use crate::intervene::Responders;
use crate::life::Life;
use crate::logs::{LogRecord, LogWriter};
use crate::outcome::{AttackerOutcome, CUSTOMER_CALLED, Notice, Outcome, SUPPLIER_ASKED};
use crate::service::Service;
use crate::state::State;
use crate::world::World;

/// Who takes what the simulation gives: the exports, the truth, the benchmarks.
pub trait Sink {
    /// A happening with its number and the records that it left, in the order of time within a day.
    fn take(&mut self, number: u64, happening: &Happening, records: &[LogRecord]);

    /// Whether records are wanted with the happenings; writing them costs more than all else.
    fn wants_records(&self) -> bool {
        true
    }

    /// A day of UTC is over.
    fn day_over(&mut self, _day: Day) {}
}

/// A played tenant runs at least so many days longer than the last intervention.
const DAYS_AFTER: i64 = 4;

/// The most days that interventions can add.
const DAYS_ADDED: i64 = 400;

/// Who is due next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Told,
    Responders,
    Attacker(usize),
    Life,
    Service,
}

/// Lives every day of a world in which a scenario is played, and gives each happening to the sink.
pub fn run(world: &World, play: &Play, sink: &mut dyn Sink) -> Outcome {
    let mut running = Running::new(world, play);
    let mut day = world.first_day;
    while day < running.last_day() {
        running.live(day, sink);
        sink.day_over(day);
        day = day.plus(1);
    }
    running.end(day.midnight())
}

struct Running<'w> {
    world: &'w World,
    play: &'w Play,
    state: State,
    life: Life,
    service: Service,
    agents: Vec<Agent<'w>>,
    outcomes: Vec<AttackerOutcome>,
    responders: Responders<'w>,
    queue: Queue,
    noticed: Vec<Notice>,
    writer: LogWriter<'w>,
    number: u64,
    records: Vec<LogRecord>,
}

impl<'w> Running<'w> {
    fn new(world: &'w World, play: &'w Play) -> Self {
        let mut state = State::new(world);
        let life = Life::new(world, &mut state);
        let agents: Vec<Agent<'w>> = play
            .attackers
            .iter()
            .map(|design| Agent::new(world, design))
            .collect();
        Self {
            world,
            play,
            outcomes: agents.iter().map(|_| AttackerOutcome::new()).collect(),
            agents,
            state,
            life,
            service: Service::new(world),
            responders: Responders::new(world, play),
            queue: Queue::default(),
            noticed: Vec::new(),
            writer: LogWriter::new(world),
            number: 0,
            records: Vec::new(),
        }
    }

    /// The first day that is not lived any more.
    fn last_day(&self) -> Day {
        let planned = self.world.first_day.plus(self.world.days);
        let played = self
            .responders
            .last(self.first_success())
            .map_or(planned, |at| Day::of(at).plus(DAYS_AFTER));
        planned.max(played).min(planned.plus(DAYS_ADDED))
    }

    fn first_success(&self) -> Option<Timestamp> {
        self.agents
            .iter()
            .filter_map(|agent| agent.first_success)
            .min()
    }

    fn live(&mut self, day: Day, sink: &mut dyn Sink) {
        self.life.wake(self.world, &self.state, day);
        self.service.wake(self.world, &self.state, day);
        let end = day.plus(1).midnight();
        while let Some((at, due)) = self.next(end) {
            let happening = match due {
                Due::Told => {
                    if let Some(told) = self.queue.pop() {
                        self.enters(&told);
                        self.happens(&told.happening, sink);
                    }
                    None
                }
                Due::Life => self.life.step(self.world, &mut self.state),
                Due::Service => self.service.step(self.world, &mut self.state),
                Due::Responders => {
                    self.respond(at);
                    None
                }
                Due::Attacker(number) => {
                    self.attack(number, at);
                    None
                }
            };
            if let Some(happening) = happening {
                self.happens(&happening, sink);
            }
        }
        for number in 0..self.agents.len() {
            self.presence(number, end);
        }
    }

    /// Who is due first; at the same time, what was told before, then responders, attackers, people.
    fn next(&self, end: Timestamp) -> Option<(Timestamp, Due)> {
        let agents = (0..)
            .zip(&self.agents)
            .filter_map(|(number, agent)| Some((agent.next_at()?, Due::Attacker(number))));
        let first = self.first_success();
        let mut next: Option<(Timestamp, Due)> = None;
        let told = self.queue.next_at().map(|at| (at, Due::Told));
        let responders = self
            .responders
            .next_at(first)
            .map(|at| (at, Due::Responders));
        let life = self.life.next_at().map(|at| (at, Due::Life));
        let service = self.service.next_at().map(|at| (at, Due::Service));
        for candidate in told
            .into_iter()
            .chain(responders)
            .chain(agents)
            .chain(life)
            .chain(service)
        {
            if candidate.0 < end && next.is_none_or(|(at, _)| candidate.0 < at) {
                next = Some(candidate);
            }
        }
        next
    }

    fn attack(&mut self, number: usize, at: Timestamp) {
        let Some(agent) = self.agents.get_mut(number) else {
            return;
        };
        let mut scene = Scene {
            world: self.world,
            state: &mut self.state,
            apps: self.play.apps,
            now: at,
            queue: &mut self.queue,
            entering: agent.entering(),
        };
        agent.wake(&mut scene);
        self.presence(number, at);
    }

    fn respond(&mut self, at: Timestamp) {
        let first = self.first_success();
        self.responders
            .act(&mut self.state, &mut self.queue, (at, first));
        for number in 0..self.agents.len() {
            self.presence(number, at);
        }
    }

    /// Whether an attacker still has a way in, and since when he has none.
    fn presence(&mut self, number: usize, at: Timestamp) {
        let (Some(agent), Some(outcome)) = (self.agents.get(number), self.outcomes.get_mut(number))
        else {
            return;
        };
        if agent.first_success.is_none() || agent.design.plan.entry.stays_outside() {
            return;
        }
        if has_way_in(self.world, &self.state, agent.actor) {
            outcome.evicted = None;
        } else {
            outcome.evicted.get_or_insert(at);
        }
    }

    /// Something is about to happen; an attacker's way in is told by what it leaves. The lure is not: mail and
    /// chat of strangers say that somebody tried, and nothing of how he got in.
    fn enters(&mut self, told: &Told) {
        let Some(number) = told.entering.map(usize::from) else {
            return;
        };
        let (Some(agent), Some(outcome)) = (self.agents.get(number), self.outcomes.get_mut(number))
        else {
            return;
        };
        let tells = match &told.happening.act {
            Act::Alert(_) | Act::Risk(_) | Act::Click(_) | Act::Chat(_) => false,
            Act::Mail(_) => agent.design.plan.entry.stays_outside(),
            _ => true,
        };
        if tells {
            outcome.entry_acts.insert(self.number);
        }
    }

    fn happens(&mut self, happening: &Happening, sink: &mut dyn Sink) {
        Following {
            world: self.world,
            state: &mut self.state,
            queue: &mut self.queue,
        }
        .follow(happening);
        if let Actor::Attacker(number) = happening.actor {
            if let Some(outcome) = self.outcomes.get_mut(usize::from(number)) {
                outcome.add(happening);
            }
            self.noticed_later(happening);
        }
        self.records.clear();
        if sink.wants_records() {
            self.writer.write(self.number, happening, &mut self.records);
        }
        sink.take(self.number, happening, &self.records);
        self.number += 1;
    }

    /// Sent mail is noticed in the end: a customer calls, a colleague asks, the owner sees it. Money that went to a
    /// stranger is missed by whoever waits for it.
    fn noticed_later(&mut self, happening: &Happening) {
        let Act::Mail(act) = &happening.act else {
            return;
        };
        let (message, account) = match act {
            MailAct::Sent {
                message, mailbox, ..
            } if happening.account.is_some() => (message, *mailbox),
            MailAct::Transported {
                message,
                delivery: Delivery::Delivered,
                forwarded_by: None,
            } if message.sender.is_none() && message.money => {
                let Some(payer) = message.to.iter().find_map(|one| one.account) else {
                    return;
                };
                (message, payer)
            }
            _ => return,
        };
        let saved = matches!(act, MailAct::Sent { saved: true, .. });
        let from_outside = matches!(act, MailAct::Transported { .. });
        let mut stream = self.world.seed.child("notice").number(self.number).stream();
        let inside = message.to.iter().any(|one| one.account.is_some());
        let (chance, hours, how) = match (message.money, inside, saved) {
            _ if from_outside => (700, (20, 120), SUPPLIER_ASKED),
            (true, false, _) => (700, (20, 120), CUSTOMER_CALLED),
            // One of many always asks.
            (_, true, _) if message.to.len() > 5 => {
                (1_000, (1, 30), "a colleague asked about a strange mail")
            }
            (_, true, _) => (500, (1, 30), "a colleague asked about a strange mail"),
            (false, false, true) => (300, (2, 60), "the owner saw mail that he had not sent"),
            (false, false, false) => (100, (8, 90), "an outsider asked about a strange mail"),
        };
        if stream.chance(chance) {
            let at = happening
                .at
                .plus_seconds(stream.between(hours.0 * 3_600, hours.1 * 3_600));
            self.noticed.push(Notice { at, account, how });
        }
    }

    fn end(mut self, until: Timestamp) -> Outcome {
        self.noticed.retain(|notice| notice.at < until);
        self.noticed
            .sort_by_key(|notice| (notice.at, notice.account));
        for (agent, outcome) in self.agents.iter().zip(&mut self.outcomes) {
            let plan = &agent.design.plan;
            outcome.first_success = agent.first_success;
            outcome.entry = if agent.first_success.is_some() {
                plan.entry.id()
            } else {
                "none"
            };
            outcome.compromised = agent
                .taken
                .iter()
                .map(|taken| (taken.account, taken.since))
                .collect();
            let entered = agent
                .taken
                .iter()
                .any(|taken| taken.account == agent.design.victim);
            outcome.account = entered.then_some(agent.design.victim);
            outcome.standing = standing(self.world, &self.state, agent.actor);
            outcome.gave_up = agent.gave_up;
            outcome.reached = agent
                .reached
                .iter()
                .map(|goal| format!("{goal:?}"))
                .collect();
            outcome.abandoned = agent
                .abandoned
                .iter()
                .map(|goal| format!("{goal:?}"))
                .collect();
        }
        Outcome {
            state: self.state,
            until,
            attackers: self.outcomes,
            noticed: self.noticed,
            interventions: self.responders.done(),
        }
    }
}
