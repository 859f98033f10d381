//! What the attacker writes to people: lures and the mails of a fraud.

use std::sync::Arc;

use super::agent::{Agent, Bait, at_work};
use super::scene::{GENUINE, Letter, Scene, Who, recipient, write};
use crate::happening::{Act, Delivery, MailAct, Message, Recipient};
use crate::id::AccountNo;

const LURES: [&str; 6] = [
    "Action required: your mailbox password expires today",
    "Shared with you: Payment schedule Q3.pdf",
    "You have 1 new voice message",
    "Document waiting for your signature",
    "Salary adjustment notice",
    "Quarantined messages: review required",
];

impl Agent<'_> {
    /// A lure from his own domain to the victim and some others; gives the message and its recipients.
    pub(super) fn lure_by_mail(&mut self, scene: &mut Scene<'_>, url: String) -> Arc<Message> {
        let mut people = super::design::people(scene.world);
        people.retain(|one| *one != self.design.victim);
        self.stream.shuffle(&mut people);
        let others = usize::try_from(self.stream.between(1, 5)).unwrap_or(2);
        let falling = self.design.plan.colleagues;
        people.truncate(others.max(falling));
        people.insert(0, self.design.victim);
        let subject = (*self.stream.pick(&LURES).unwrap_or(&LURES[0])).to_owned();
        let place = self.place(scene);
        let letter = Letter {
            from: format!("no-reply@{}", self.design.look_alike),
            from_name: "Document Services".to_owned(),
            sender: None,
            to: people
                .iter()
                .map(|one| recipient(scene.world, *one))
                .collect(),
            subject,
            money: false,
            attachments: Vec::new(),
            urls: vec![url],
            from_address: place.address,
            authentication: GENUINE,
        };
        let message = write(&mut self.stream, scene.world, letter, scene.now);
        self.transport(scene, 2, &message, Delivery::Delivered);
        for account in people.into_iter().skip(1).take(falling) {
            let after = scene.now.plus_seconds(self.stream.between(600, 60_000));
            self.baits.push(Bait {
                at: at_work(scene.world, account, after, &mut self.stream),
                account,
                message: Some(Arc::clone(&message)),
            });
        }
        message
    }

    /// A message goes its way.
    pub(super) fn transport(
        &mut self,
        scene: &mut Scene<'_>,
        after: i64,
        message: &Arc<Message>,
        delivery: Delivery,
    ) {
        let who = Who {
            actor: self.actor,
            account: message.sender,
            app: None,
        };
        let act = Act::Mail(MailAct::Transported {
            message: Arc::clone(message),
            delivery,
            forwarded_by: None,
        });
        scene.tell(after, who, None, act);
    }

    /// Somebody outside, once in a while a person of a known company.
    pub(super) fn counterpart(
        &mut self,
        scene: &Scene<'_>,
        supplier: bool,
    ) -> Option<(Recipient, String)> {
        let companies: Vec<_> = scene
            .world
            .companies
            .iter()
            .filter(|company| {
                !company.contacts.is_empty()
                    && if supplier {
                        company.supplier
                    } else {
                        company.customer
                    }
            })
            .collect();
        let company = self.stream.pick(&companies)?;
        let contact = self.stream.pick(&company.contacts)?;
        Some((
            Recipient {
                address: contact.address.clone(),
                account: None,
            },
            contact.name.clone(),
        ))
    }

    /// A real money thread of a mailbox with somebody outside, newest first.
    pub(super) fn money_thread(
        &self,
        scene: &Scene<'_>,
        mailbox: AccountNo,
    ) -> Option<Arc<Message>> {
        let mail = &scene.state.account(mailbox).mail;
        mail.iter()
            .rev()
            .map(|stored| &stored.message)
            .find(|message| {
                message.money
                    && message.sender.is_none()
                    && !message.from.ends_with(&self.design.look_alike)
            })
            .cloned()
    }
}
