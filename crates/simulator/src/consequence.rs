//! What comes of a happening by itself: mail lies in mailboxes, rules and forwarding act on it, deleted
//! mail is gone.

use std::sync::Arc;

use hourzero_model::Timestamp;

use crate::attacker::Queue;
use crate::happening::{Act, Actor, Delivery, Direction, Happening, MailAct, Message, Recipient};
use crate::id::{AccountNo, Guid};
use crate::state::State;
use crate::world::World;

/// Where and when something has consequences.
pub(crate) struct Following<'a> {
    pub(crate) world: &'a World,
    pub(crate) state: &'a mut State,
    pub(crate) queue: &'a mut Queue,
}

impl Following<'_> {
    /// Lets a happening have its consequences.
    pub(crate) fn follow(&mut self, happening: &Happening) {
        let Act::Mail(act) = &happening.act else {
            return;
        };
        match act {
            MailAct::Transported {
                message,
                delivery,
                forwarded_by: None,
            } => {
                if matches!(happening.actor, Actor::Attacker(_)) {
                    self.state.hostile_mail.insert(message.item);
                }
                let folder = match delivery {
                    Delivery::Delivered => r"\Inbox",
                    Delivery::Junk => r"\Junk Email",
                    Delivery::Quarantined | Delivery::Failed => return,
                };
                for to in &message.to {
                    if let Some(mailbox) = to.account {
                        self.arrives(mailbox, message, folder, happening.at);
                    }
                }
            }
            MailAct::Sent {
                message,
                mailbox,
                saved: true,
                ..
            } => {
                self.list(*mailbox, message, r"\Sent Items", happening.at);
            }
            MailAct::Moved {
                mailbox,
                to,
                messages,
                ..
            } if lies_outside_life(happening.actor) => {
                self.moved(*mailbox, to.as_deref(), messages);
            }
            _ => {}
        }
    }

    fn moved(&mut self, mailbox: AccountNo, to: Option<&str>, messages: &[Arc<Message>]) {
        let mail = &mut self.state.account_mut(mailbox).mail;
        let concerned = |message: &Message| messages.iter().any(|one| one.item == message.item);
        match to {
            Some(folder) => {
                for stored in mail.iter_mut().filter(|stored| concerned(&stored.message)) {
                    folder.clone_into(&mut stored.folder);
                }
            }
            None => mail.retain(|stored| !concerned(&stored.message)),
        }
    }

    /// Adds a message to a mailbox's list unless whoever made the happening has done so.
    fn list(&mut self, mailbox: AccountNo, message: &Arc<Message>, folder: &str, at: Timestamp) {
        let mail = &self.state.account(mailbox).mail;
        let listed = mail
            .iter()
            .rev()
            .take(6)
            .any(|stored| stored.message.item == message.item);
        if !listed {
            self.state.store(mailbox, Arc::clone(message), folder, at);
        }
    }

    fn arrives(&mut self, mailbox: AccountNo, message: &Arc<Message>, folder: &str, at: Timestamp) {
        self.list(mailbox, message, folder, at);
        let quiet = {
            let now = self.state.account(mailbox);
            now.rules.is_empty() && now.forwarding.is_none()
        };
        if quiet && self.state.flows.is_empty() && self.state.transport_rules.is_empty() {
            return;
        }
        for (address, by) in self.copies(mailbox, message) {
            self.copy(mailbox, message, (&address, by), at);
        }
        let target = self.state.account(mailbox).rules.iter().find_map(|rule| {
            let hit = matches(&rule.words, message);
            (hit && (rule.moves_to.is_some() || rule.deletes)).then(|| rule.moves_to.clone())
        });
        if let Some(target) = target {
            let folder = target.unwrap_or_else(|| r"\Deleted Items".to_owned());
            let mail = &mut self.state.account_mut(mailbox).mail;
            if let Some(stored) = mail
                .iter_mut()
                .rev()
                .take(6)
                .find(|stored| stored.message.item == message.item)
            {
                stored.folder = folder;
            }
        }
    }

    /// To which addresses copies of a message go, and by whose doing.
    fn copies(&self, mailbox: AccountNo, message: &Message) -> Vec<(String, Actor)> {
        let now = self.state.account(mailbox);
        let rules = now
            .rules
            .iter()
            .filter(|rule| matches(&rule.words, message))
            .filter_map(|rule| Some((rule.forwards_to.clone()?, rule.by)));
        let flows = self
            .state
            .flows
            .iter()
            .filter(|(_, of, _, _)| *of == mailbox)
            .map(|(_, _, to, by)| (to.clone(), *by));
        let blind = self
            .state
            .transport_rules
            .iter()
            .filter(|rule| message.money && rule.account.is_none_or(|account| account == mailbox))
            .map(|rule| (rule.copies_to.clone(), rule.by));
        let forwarding = now.forwarding.clone();
        forwarding
            .into_iter()
            .chain(rules)
            .chain(flows)
            .chain(blind)
            .collect()
    }

    fn copy(
        &mut self,
        mailbox: AccountNo,
        message: &Arc<Message>,
        to: (&str, Actor),
        at: Timestamp,
    ) {
        let (address, by) = to;
        let mut copy = Message::clone(message);
        let mut stream = self
            .world
            .seed
            .child("copy")
            .number(u64::from(mailbox.0))
            .child(&copy.internet_id)
            .child(address)
            .stream();
        copy.network_id = Guid::timed(stream.bytes(), at);
        copy.envelope_from = Some(self.world.account(mailbox).upn_lower());
        copy.to = vec![Recipient {
            address: address.to_owned(),
            account: None,
        }];
        copy.direction = Direction::Outbound;
        self.queue.push(Happening {
            at: at.plus_seconds(stream.between(2, 40)),
            actor: by,
            account: Some(mailbox),
            app: None,
            access: None,
            act: Act::Mail(MailAct::Transported {
                message: Arc::new(copy),
                delivery: Delivery::Delivered,
                forwarded_by: Some(mailbox),
            }),
        });
    }
}

/// Life keeps its own lists; what attackers and responders move is moved here.
const fn lies_outside_life(actor: Actor) -> bool {
    matches!(actor, Actor::Attacker(_) | Actor::Responder)
}

fn matches(words: &[String], message: &Message) -> bool {
    if words.is_empty() {
        return true;
    }
    let subject = message.subject.to_lowercase();
    let from = message.from.to_lowercase();
    words.iter().any(|word| {
        let word = word.to_lowercase();
        subject.contains(&word) || from.contains(&word)
    })
}
