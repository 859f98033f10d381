//! Writing the truth while time goes by.

use std::io::{self, Write};

use super::{Gains, actor_name};
use crate::forms::{ExportedFile, Placed};
use crate::happening::{Act, Actor, Happening, MailAct};
use crate::json;
use crate::logs::LogRecord;
use crate::world::World;

/// Writes the truth as JSON lines.
#[derive(Debug)]
pub struct TruthWriter<W> {
    out: W,
    /// The actor of every happening, one byte each, so that a record that is placed later finds its own.
    actors: Vec<u8>,
}

/// Every actor that a byte stands for; attackers follow.
const ACTORS: [Actor; 6] = [
    Actor::Owner,
    Actor::Administrator,
    Actor::Responder,
    Actor::Partner,
    Actor::Service,
    Actor::Background,
];

fn byte(actor: Actor) -> u8 {
    let first = u8::try_from(ACTORS.len()).unwrap_or(u8::MAX);
    match actor {
        Actor::Attacker(number) => first.saturating_add(number),
        other => ACTORS
            .iter()
            .position(|known| *known == other)
            .and_then(|at| u8::try_from(at).ok())
            .unwrap_or(u8::MAX),
    }
}

fn actor(byte: u8) -> Actor {
    let first = u8::try_from(ACTORS.len()).unwrap_or(u8::MAX);
    ACTORS
        .get(usize::from(byte))
        .copied()
        .unwrap_or_else(|| Actor::Attacker(byte.saturating_sub(first)))
}

impl<W: Write> TruthWriter<W> {
    /// Begins the truth of a world.
    ///
    /// # Errors
    /// When the line cannot be written.
    pub fn begin(mut out: W, world: &World, (scenario, seed): (&str, u64)) -> io::Result<Self> {
        let line = json::object(|tenant| {
            tenant
                .text("kind", "tenant")
                .text("scenario", scenario)
                .text("seed", seed.to_string())
                .shown("tenant", world.tenant.id)
                .text("domain", &world.tenant.domain)
                .shown("first", world.first_day.midnight())
                .number("accounts", i64::try_from(world.accounts.len()).unwrap_or(0));
        });
        writeln!(out, "{line}")?;
        Ok(Self {
            out,
            actors: Vec::new(),
        })
    }

    /// Notes a happening with the records that it left; numbers come in order, from 0.
    ///
    /// # Errors
    /// When the line cannot be written.
    pub fn happening(
        &mut self,
        world: &World,
        (number, happening): (u64, &Happening),
        records: &[LogRecord],
    ) -> io::Result<()> {
        self.actors.push(byte(happening.actor));
        if matches!(
            happening.actor,
            Actor::Owner | Actor::Service | Actor::Background
        ) {
            return Ok(());
        }
        let gains = Gains::of(world, &happening.act);
        let line = json::object(|event| {
            event
                .text("kind", "event")
                .raw("number", &number.to_string())
                .shown("at", happening.at)
                .text("actor", actor_name(happening.actor))
                .maybe(
                    "account",
                    happening.account.map(|one| world.account(one).upn_lower()),
                )
                .text("act", act_name(&happening.act))
                .texts("logs", records.iter().map(|record| record.source.name()));
            if let Act::Mail(MailAct::Sent { message, .. } | MailAct::Transported { message, .. }) =
                &happening.act
            {
                event.text("message", &message.internet_id);
            }
            for (key, items) in [
                ("read", &gains.read),
                ("files", &gains.files),
                ("sent", &gains.sent),
            ] {
                if !items.is_empty() {
                    event.texts(key, items);
                }
            }
            if let Some((mailbox, folder)) = &gains.synced {
                event.object("synced", |synced| {
                    synced.text("mailbox", mailbox).text("folder", folder);
                });
            }
            if !gains.shared.is_empty() {
                event.list("shared", |list| {
                    for (file, with) in &gains.shared {
                        list.object(|share| {
                            share.text("file", file).text("with", with);
                        });
                    }
                });
            }
        });
        writeln!(self.out, "{line}")
    }

    /// Notes where a record stands.
    ///
    /// # Errors
    /// When the line cannot be written.
    pub fn placed(&mut self, placed: &Placed) -> io::Result<()> {
        let byte = usize::try_from(placed.number)
            .ok()
            .and_then(|number| self.actors.get(number))
            .copied()
            .unwrap_or_default();
        let line = json::object(|record| {
            record
                .text("kind", "record")
                .raw("number", &placed.number.to_string())
                .text("actor", actor_name(actor(byte)))
                .text("log", placed.source.name())
                .text("id", &placed.id)
                .text("file", &placed.file)
                .raw("position", &placed.position.to_string());
            if placed.damaged {
                record.flag("damaged", true);
            }
        });
        writeln!(self.out, "{line}")
    }

    /// Ends the truth with the files and what came of it all, as JSON.
    ///
    /// # Errors
    /// When the lines cannot be written.
    pub fn end(mut self, files: &[ExportedFile], outcome: &str) -> io::Result<W> {
        for file in files {
            let line = json::object(|line| {
                line.text("kind", "file")
                    .text("name", &file.name)
                    .raw("records", &file.records.to_string())
                    .raw("damaged", &file.damaged.to_string());
            });
            writeln!(self.out, "{line}")?;
        }
        let line = json::object(|line| {
            line.text("kind", "outcome").raw("attackers", outcome);
        });
        writeln!(self.out, "{line}")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// The name of an act, for people who read the truth.
fn act_name(act: &Act) -> String {
    match act {
        Act::SignIn(sign_in) if sign_in.error == 0 => "sign-in".to_owned(),
        Act::SignIn(sign_in) => format!("sign-in refused with {}", sign_in.error),
        Act::Mail(mail) => format!("mail {}", mail_name(mail)),
        Act::File(file) => file.operation.to_owned(),
        Act::Share(share) => share.operation.to_owned(),
        Act::Site(site) => site.operation.to_owned(),
        Act::Chat(chat) => chat.operation.to_owned(),
        Act::Directory(change) => {
            let text = format!("{change:?}");
            let end = text.find([' ', '(']).unwrap_or(text.len());
            format!("directory {}", text.get(..end).unwrap_or("").to_lowercase())
        }
        Act::Cmdlet(cmdlet) => cmdlet.name.to_owned(),
        Act::Alert(alert) => format!("alert {}", alert.title),
        Act::Risk(risk) => format!("risk {}", risk.kind),
        Act::Click(_) => "click".to_owned(),
        Act::Flow(flow) => flow.operation.to_owned(),
        Act::Noise(noise) => noise.operation.to_owned(),
    }
}

/// The name of something with mail. Spelt out, because a message can have thousands of recipients and its
/// debug text would be made for one word.
const fn mail_name(mail: &MailAct) -> &'static str {
    match mail {
        MailAct::Transported { .. } => "transported",
        MailAct::Sent { .. } => "sent",
        MailAct::Read { .. } => "read",
        MailAct::Synced { .. } => "synced",
        MailAct::Moved { .. } => "moved",
        MailAct::Item { .. } => "item",
        MailAct::FolderRights { .. } => "folderrights",
        MailAct::RulesUpdated { .. } => "rulesupdated",
        MailAct::Searched { .. } => "searched",
        MailAct::WebTokenIssued { .. } => "webtokenissued",
        MailAct::Removed { .. } => "removed",
    }
}
