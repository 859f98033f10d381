//! The first call in the terminal: one question at a time, each answer kept at once.
//!
//! Takes the lines that somebody types and gives what to say and what to journal. It must never read a
//! clock or do I/O: the caller reads, journals and prints.

use hourzero_model::{ActionKind, ActionTime, Channel, ResponderAction, Timestamp};

use crate::answers::{Answer, AnswerSet, Answers, DONE};
use crate::entry::Choice;
use crate::playbook::Playbook;
use crate::question::{self, Question};
use crate::schema::{self, Kind};
use crate::span;
use crate::value;
use crate::written::done_toml;

/// Who speaks at the other end of the line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Speaker {
    /// The name, where it is known already; else it is asked once.
    pub name: Option<String>,
}

/// What came of one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    /// What to show: the reading of a time, why an answer was not taken, help. May be empty.
    pub say: String,
    /// What to journal before anything else is asked.
    pub store: Option<AnswerSet>,
}

/// Where the talk stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Speaker,
    Zone,
    Ask(Question),
    /// The fact of this number among those asked along with the question.
    Also(Question, usize),
    Act(Question, ActStep),
    End,
}

/// What of an act is asked; the act as far as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
enum ActStep {
    Which { more: bool },
    Way(ResponderAction),
    Target(ResponderAction),
    When(ResponderAction),
    Who(ResponderAction),
}

/// A first call that goes on where it stopped.
pub struct Interview<'a> {
    playbook: &'a Playbook,
    answers: Answers,
    by: Option<String>,
    step: Step,
    /// The keys asked, to go back through.
    trail: Vec<String>,
    asked: usize,
}

const KEYS: &str = "[empty: not known · ? why · back · done]";

impl<'a> Interview<'a> {
    /// A talk that begins, or goes on, with these answers.
    pub fn new(answers: Answers, playbook: &'a Playbook, speaker: Speaker, now: Timestamp) -> Self {
        let by = speaker
            .name
            .or_else(|| answers.text("call.by").map(str::to_owned));
        let trail = answers
            .history()
            .iter()
            .map(|answer| answer.key.clone())
            .filter(|key| question::question_of(key, playbook).is_some())
            .collect();
        let mut talk = Self {
            playbook,
            answers,
            by,
            step: Step::End,
            trail,
            asked: 0,
        };
        talk.step = talk.next_step(now);
        talk
    }

    /// The answers so far.
    pub const fn answers(&self) -> &Answers {
        &self.answers
    }

    /// What to ask; nothing when the talk is over.
    pub fn prompt(&self) -> Option<String> {
        let text = match &self.step {
            Step::End => return None,
            Step::Speaker => "Who is on the line: name or part in the firm?".to_owned(),
            Step::Zone => {
                "Which time zone is that in, such as Europe/Berlin or America/New_York? Times are read in it. [empty: UTC]".to_owned()
            }
            Step::Ask(question) => {
                format!("{}. {}", self.asked + 1, with_choices(&question.say, &question.choices))
            }
            Step::Also(question, index) => {
                let say = question.also.get(*index).map_or("", |also| also.say.as_str());
                format!("   {say} [empty: leave it out]")
            }
            Step::Act(question, ActStep::Which { more: false }) => format!(
                "{}. {}\n   [nothing: nothing was done]",
                self.asked + 1,
                with_choices(&question.say, &question.choices)
            ),
            Step::Act(_, ActStep::Which { more: true }) => {
                "   What else was done? [empty: nothing more]".to_owned()
            }
            Step::Act(_, ActStep::Way(_)) => format!(
                "   By which way was it reset: {}? [empty: not known]",
                Channel::ALL.iter().map(|way| way.name()).collect::<Vec<_>>().join(", ")
            ),
            Step::Act(_, ActStep::Target(_)) => {
                "   To which account, device or application? [empty: not known]".to_owned()
            }
            Step::Act(_, ActStep::When(_)) => {
                "   When? Such as 2026-03-06 15:30, or 15:30 today. [empty: not known]".to_owned()
            }
            Step::Act(_, ActStep::Who(_)) => "   Who did it? [empty: not known]".to_owned(),
        };
        Some(text)
    }

    /// Ends the talk: everything that was said is kept.
    pub fn stop(&mut self) {
        self.step = Step::End;
    }

    /// Takes one line.
    pub fn hear(&mut self, line: &str, now: Timestamp) -> Heard {
        let line = line.trim();
        match line {
            "?" => return say(self.help()),
            "done" => {
                self.stop();
                return Heard::default();
            }
            "back" => return self.back(),
            _ => {}
        }
        match self.step.clone() {
            Step::End => Heard::default(),
            Step::Speaker => {
                let name = if line.is_empty() { "caller" } else { line };
                let heard = self.keep("call.by", name, name, now);
                if heard.store.is_some() {
                    self.by = Some(name.to_owned());
                    self.step = self.next_step(now);
                }
                heard
            }
            Step::Zone => {
                let zone = if line.is_empty() { "UTC" } else { line };
                let by = self.speaker();
                let heard = self.keep("client.zone", zone, &by, now);
                if heard.store.is_some() {
                    self.step = self.next_step(now);
                }
                heard
            }
            Step::Ask(question) => self.hear_answer(question, line, now),
            Step::Also(question, index) => self.hear_also(question, index, line, now),
            Step::Act(question, act) => self.hear_act(question, act, line, now),
        }
    }

    fn hear_answer(&mut self, question: Question, line: &str, now: Timestamp) -> Heard {
        let by = self.speaker();
        let value = if line.is_empty() { "unknown" } else { line };
        let heard = self.keep(&question.key, &chosen(&question, value), &by, now);
        if heard.store.is_some() {
            self.asked += 1;
            self.trail.push(question.key.clone());
            let known = !self.answers.is_open(&question.key);
            self.step = match question.also.is_empty() || !known {
                true => self.next_step(now),
                false => self.also_from(question, 0, now),
            };
        }
        heard
    }

    /// The next fact along with a question that is still open; else the next question.
    fn also_from(&self, question: Question, from: usize, now: Timestamp) -> Step {
        let open = question
            .also
            .iter()
            .enumerate()
            .skip(from)
            .find(|(_, also)| !self.answers.was_asked(&also.key))
            .map(|(index, _)| index);
        match open {
            Some(index) => Step::Also(question, index),
            None => self.next_step(now),
        }
    }

    fn hear_also(&mut self, question: Question, index: usize, line: &str, now: Timestamp) -> Heard {
        let Some(also) = question.also.get(index).cloned() else {
            self.step = self.next_step(now);
            return Heard::default();
        };
        let by = self.speaker();
        let heard = match line {
            "" => Heard::default(),
            sum if also.key == "payment.amount" => self.keep_sum(sum, &by, now),
            text => self.keep(&also.key, text, &by, now),
        };
        if heard.store.is_some() || line.is_empty() {
            self.step = self.also_from(question, index + 1, now);
        }
        heard
    }

    /// A sum with or without its currency, such as `180 000 EUR`.
    fn keep_sum(&mut self, text: &str, by: &str, now: Timestamp) -> Heard {
        let letters: String = text
            .chars()
            .filter(|sign| sign.is_alphabetic())
            .collect::<String>()
            .to_uppercase();
        let figures: String = text
            .chars()
            .filter(|sign| !sign.is_alphabetic() && !sign.is_whitespace() && *sign != '\'')
            .collect();
        let mut pairs = vec![("payment.amount", figures)];
        if !letters.is_empty() {
            pairs.push(("payment.currency", letters));
        }
        self.keep_all(&pairs, by, now)
    }

    fn hear_act(&mut self, question: Question, step: ActStep, line: &str, now: Timestamp) -> Heard {
        let next = match step {
            ActStep::Which { more } => return self.hear_which(question, more, line, now),
            ActStep::Way(mut act) => {
                if !line.is_empty() {
                    match Channel::from_name(&line.to_lowercase()) {
                        Ok(way) => act.channel = Some(way),
                        Err(unknown) => return say(format!("write one of {}", unknown.allowed)),
                    }
                }
                ActStep::Target(act)
            }
            ActStep::Target(mut act) => {
                act.target = value::plain_text(line).ok();
                ActStep::When(act)
            }
            ActStep::When(mut act) => {
                if !line.is_empty() {
                    match self.time_of_act(line, now) {
                        Ok(at) => act.at = Some(at),
                        Err(problem) => return say(problem),
                    }
                }
                let said = act.at.as_ref().and_then(ActionTime::utc);
                self.step = Step::Act(question, ActStep::Who(act));
                return say(said.map_or_else(String::new, |utc| format!("   = {utc}")));
            }
            ActStep::Who(mut act) => {
                act.by = value::plain_text(line).ok();
                let by = self.speaker();
                let heard = self.keep(DONE, &done_toml(&act), &by, now);
                self.step = Step::Act(question, ActStep::Which { more: true });
                return heard;
            }
        };
        self.step = Step::Act(question, next);
        Heard::default()
    }

    fn time_of_act(&self, line: &str, now: Timestamp) -> Result<ActionTime, String> {
        let text =
            span::read_spoken_time(line, self.zone(), now).map_err(|error| error.to_string())?;
        let moment = value::moment(&text).map_err(|problem| problem.what)?;
        let call = self.answers.call_time(now);
        if moment.utc > call {
            return Err(format!(
                "{text} lies after the call at {call}; check the date"
            ));
        }
        Ok(ActionTime::At {
            utc: moment.utc,
            original: moment.original,
        })
    }

    fn hear_which(&mut self, question: Question, more: bool, line: &str, now: Timestamp) -> Heard {
        let by = self.speaker();
        let over = |talk: &mut Self| {
            talk.asked += 1;
            talk.trail.push(DONE.to_owned());
            talk.step = talk.next_step(now);
        };
        match line {
            "" if more => {
                over(self);
                Heard::default()
            }
            "" | "nothing" | "none" | "no" => {
                if more {
                    over(self);
                    return Heard::default();
                }
                let value = if line.is_empty() { "unknown" } else { "" };
                let heard = self.keep(DONE, value, &by, now);
                over(self);
                heard
            }
            word => match ActionKind::from_name(&chosen(&question, word)) {
                Ok(action) => {
                    let act = ResponderAction {
                        action,
                        channel: None,
                        target: None,
                        at: None,
                        by: None,
                    };
                    let next = match action {
                        ActionKind::PasswordReset => ActStep::Way(act),
                        _ => ActStep::Target(act),
                    };
                    self.step = Step::Act(question, next);
                    Heard::default()
                }
                Err(_) => say(unknown_act(word)),
            },
        }
    }

    fn speaker(&self) -> String {
        self.by.clone().unwrap_or_else(|| "caller".to_owned())
    }

    fn zone(&self) -> &str {
        self.answers.text("client.zone").unwrap_or("UTC")
    }

    /// Takes one answer; what is to be journalled, or why not.
    fn keep(&mut self, key: &str, value: &str, by: &str, now: Timestamp) -> Heard {
        self.keep_all(&[(key, value.to_owned())], by, now)
    }

    fn keep_all(&mut self, pairs: &[(&str, String)], by: &str, now: Timestamp) -> Heard {
        let mut shown = String::new();
        let mut answers = Vec::new();
        for (key, value) in pairs {
            let value = match read_answer(key, value, self.zone(), now) {
                Ok(value) => value,
                Err(problem) => return say(problem),
            };
            if is_time(key) && value != "unknown" {
                let utc = value::moment(&value).map(|moment| moment.utc.to_string());
                shown = format!("   = {}", utc.unwrap_or_default());
            }
            answers.push(Answer {
                key: (*key).to_owned(),
                value,
                by: by.to_owned(),
                at: now,
            });
        }
        let set = AnswerSet::spoken(answers);
        match self.answers.with(&set, now) {
            Ok(next) => {
                self.answers = next;
                Heard {
                    say: shown,
                    store: Some(set),
                }
            }
            Err(refused) => say(format!("not taken: {}; {}", refused.what, refused.hint)),
        }
    }

    /// What comes next: who speaks, the zone, then the question that changes the orders most.
    fn next_step(&self, now: Timestamp) -> Step {
        if self.by.is_none() {
            return Step::Speaker;
        }
        if !self.answers.was_asked("client.zone") {
            return Step::Zone;
        }
        match question::next_question(&self.answers, self.playbook, now) {
            Some(question) => self.ask(question),
            None => Step::End,
        }
    }

    fn ask(&self, question: Question) -> Step {
        if question.key == DONE {
            Step::Act(question, ActStep::Which { more: false })
        } else {
            Step::Ask(question)
        }
    }

    fn back(&mut self) -> Heard {
        if let Step::Act(question, act) = &self.step
            && !matches!(act, ActStep::Which { .. })
        {
            self.step = Step::Act(
                question.clone(),
                ActStep::Which {
                    more: self.answers.was_asked(DONE),
                },
            );
            return Heard::default();
        }
        let current = match &self.step {
            Step::Also(question, _) => Some(question.key.clone()),
            _ => None,
        };
        let key = current.or_else(|| self.trail.pop());
        match key.and_then(|key| question::question_of(&key, self.playbook)) {
            Some(question) => {
                self.asked = self.asked.saturating_sub(1);
                let was = match self.answers.get(&question.key) {
                    Some(value) => format!("so far: {value}"),
                    None => String::new(),
                };
                self.step = self.ask(question);
                say(was)
            }
            None => say("this is the first question".to_owned()),
        }
    }

    fn help(&self) -> String {
        let why = match &self.step {
            Step::Ask(question) | Step::Also(question, _) | Step::Act(question, _) => {
                question.matters.clone()
            }
            Step::Speaker => "Every answer is kept with who said it.".to_owned(),
            Step::Zone => "Deadlines are counted in UTC and shown in this zone.".to_owned(),
            Step::End => String::new(),
        };
        let form = match &self.step {
            Step::Ask(question) if is_time(&question.key) => {
                "\n   A time as 2026-03-06 15:30, 15:30 for today, yesterday 15:30, now, or with its offset."
            }
            Step::Ask(question) if is_list(&question.key) => {
                "\n   Several answers with commas between; none where there is none."
            }
            _ => "",
        };
        format!("   {why}{form}\n   {KEYS}")
    }
}

/// One act in a few words: `password-reset; channel=entra; target=pat@example.com; at=…; by=IT`, as the
/// value of the key `done`. Times without offset are read in the zone.
///
/// # Errors
/// With what to write instead.
pub fn read_act(text: &str, zone: &str, now: Timestamp) -> Result<String, String> {
    let mut parts = text.split(';').map(str::trim);
    let word = parts.next().unwrap_or_default();
    let mut act = ResponderAction {
        action: ActionKind::from_name(word).map_err(|_| unknown_act(word))?,
        channel: None,
        target: None,
        at: None,
        by: None,
    };
    for part in parts.filter(|part| !part.is_empty()) {
        let (name, given) = part.split_once('=').unwrap_or((part, ""));
        let text = |problem: value::Problem| format!("{name}: {}", problem.what);
        let given = given.trim();
        match name.trim() {
            "channel" => {
                let way = Channel::from_name(given);
                act.channel =
                    Some(way.map_err(|unknown| format!("write one of {}", unknown.allowed))?);
            }
            "target" => act.target = Some(value::plain_text(given).map_err(text)?),
            "by" => act.by = Some(value::plain_text(given).map_err(text)?),
            "at" => {
                let at = span::read_spoken_time(given, zone, now).map_err(|e| e.to_string())?;
                let moment = value::moment(&at).map_err(text)?;
                act.at = Some(ActionTime::At {
                    utc: moment.utc,
                    original: moment.original,
                });
            }
            other => {
                return Err(format!(
                    "`{other}` is no part of an act; the parts are channel, target, at, by"
                ));
            }
        }
    }
    Ok(done_toml(&act))
}

fn unknown_act(word: &str) -> String {
    let names = ActionKind::ALL.iter().map(|kind| kind.name());
    match schema::nearest(word, names.clone()) {
        Some(meant) => format!("`{word}` is no act; did you mean {meant}?"),
        None => format!(
            "`{word}` is no act; write one of {}",
            names.collect::<Vec<_>>().join(", ")
        ),
    }
}

fn say(text: String) -> Heard {
    Heard {
        say: text,
        store: None,
    }
}

fn with_choices(say: &str, choices: &[Choice]) -> String {
    let mut text = say.to_owned();
    for (index, choice) in choices.iter().enumerate() {
        text.push_str(&format!(
            "\n   {} {}: {}",
            index + 1,
            choice.value,
            choice.say
        ));
    }
    text.push_str(&format!("\n   {KEYS}"));
    text
}

/// Numbers of choices become their words; several with commas between.
fn chosen(question: &Question, line: &str) -> String {
    let one = |word: &str| -> String {
        let word = word.trim();
        let by_number = word.parse::<usize>().ok().and_then(|number| {
            let index = number.checked_sub(1)?;
            question.choices.get(index)
        });
        by_number.map_or_else(|| word.to_owned(), |choice| choice.value.clone())
    };
    if question.choices.is_empty() {
        return line.to_owned();
    }
    line.split(',').map(one).collect::<Vec<_>>().join(", ")
}

/// What was typed, in the form of its key: words in lower case, codes in capitals, times with an offset.
/// A key that does not exist is for [`Answers::with`] to refuse.
///
/// # Errors
/// When a time is none, or the clocks changed at it.
pub fn read_answer(key: &str, typed: &str, zone: &str, now: Timestamp) -> Result<String, String> {
    let Some(kind) = schema::find(key).map(|key| key.kind) else {
        return Ok(typed.to_owned());
    };
    if typed.eq_ignore_ascii_case("unknown") {
        return Ok("unknown".to_owned());
    }
    Ok(match kind {
        Kind::Time => {
            span::read_spoken_time(typed, zone, now).map_err(|error| error.to_string())?
        }
        Kind::Word(words) => {
            let lower = typed.to_lowercase();
            match lower.as_str() {
                "y" if words.contains(&"yes") => "yes".to_owned(),
                "n" if words.contains(&"no") => "no".to_owned(),
                _ => lower,
            }
        }
        Kind::Words(_) | Kind::OpenWords(_) => typed.to_lowercase(),
        Kind::Places if typed != "none" => typed.to_uppercase(),
        Kind::Currency => typed.to_uppercase(),
        _ => typed.to_owned(),
    })
}

fn is_time(key: &str) -> bool {
    schema::find(key).is_some_and(|key| matches!(key.kind, Kind::Time))
}

fn is_list(key: &str) -> bool {
    schema::find(key).is_some_and(|key| {
        matches!(
            key.kind,
            Kind::Texts | Kind::Words(_) | Kind::OpenWords(_) | Kind::Places
        )
    })
}
