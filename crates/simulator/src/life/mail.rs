//! Mail: what arrives, is looked at and answered.

use std::sync::Arc;

use hourzero_model::Timestamp;

use super::person::Tool;
use super::post::{self, Draft, Kind, Sender, Topic};
use super::scene::{Scene, in_browser, on_computer, on_phone};
use super::{Aim, Letter};
use crate::happening::{
    Access, Act, Actor, Click, Delivery, Happening, Logon, MailAct, Manner, Message, Recipient,
};
use crate::id::AccountNo;
use crate::world::{AccountKind, FirstParty, MailClient, Program, World};

/// Senders that nobody answers.
const AUTOMATIC: [&str; 5] = ["no-reply@", "noreply@", "newsletter@", "news@", "events@"];

/// How many messages one look opens at most.
const OPENED: usize = 9;

impl Scene<'_> {
    /// The program with which somebody reads mail, on the computer or the telephone.
    pub(crate) fn mail_tool(&self, phone: bool) -> Tool {
        let exchange = FirstParty::ExchangeOnline.number();
        let client = self
            .habits()
            .map_or(MailClient::OutlookWeb, |habits| habits.mail_client);
        match (phone, client) {
            (true, _) => on_phone(Program::Outlook, exchange),
            (false, MailClient::OutlookWeb) => {
                in_browser(FirstParty::OutlookWeb.number(), exchange)
            }
            (false, _) => on_computer(Program::Outlook, exchange),
        }
    }

    /// A mail from outside comes in.
    pub(crate) fn arrives(&mut self, kind: Kind) {
        let me = self.who();
        if self.state.account(me).deleted || self.account().mailbox.is_none() {
            return;
        }
        let Some(sender) = Sender::draw(self.world, me, kind, &mut self.stream) else {
            return;
        };
        let about = match kind {
            Kind::Business => post::topic_of(self.account().department, &mut self.stream),
            Kind::Newsletter => "news",
            Kind::Notice => "notice",
            Kind::Junk | Kind::Phish => "junk",
        };
        let topic = Topic::new(self.world, about, self.at, &mut self.stream);
        let mut to = vec![post::inside(self.world, me)];
        if kind == Kind::Business && self.stream.chance(140) {
            to.extend(
                self.colleague()
                    .map(|other| post::inside(self.world, other)),
            );
        }
        let message = post::from_outside(&sender, to, &topic, self.at, &mut self.stream);
        let delivery = match kind {
            Kind::Business if self.stream.chance(12) => Delivery::Junk,
            Kind::Business | Kind::Newsletter | Kind::Notice => Delivery::Delivered,
            Kind::Junk if self.stream.chance(250) => Delivery::Quarantined,
            Kind::Junk => Delivery::Junk,
            Kind::Phish if self.stream.chance(650) => Delivery::Quarantined,
            Kind::Phish if self.stream.chance(500) => Delivery::Junk,
            Kind::Phish => Delivery::Delivered,
        };
        self.transports(&Letter { message, delivery });
    }

    /// A message reaches its recipients; outsiders may answer it.
    pub(crate) fn transports(&mut self, letter: &Letter) {
        let message = &letter.message;
        self.agenda.happens(Happening {
            at: self.at,
            actor: match message.sender {
                Some(_) => Actor::Owner,
                None if letter.delivery == Delivery::Delivered => Actor::Service,
                None => Actor::Background,
            },
            account: message.sender,
            app: None,
            access: None,
            act: Act::Mail(MailAct::Transported {
                message: Arc::clone(message),
                delivery: letter.delivery,
                forwarded_by: None,
            }),
        });
        let folder = match letter.delivery {
            Delivery::Delivered => "\\Inbox",
            Delivery::Junk => "\\Junk Email",
            Delivery::Quarantined | Delivery::Failed => return,
        };
        for recipient in &message.to {
            if let Some(mailbox) = recipient.account {
                self.state
                    .store(mailbox, Arc::clone(message), folder, self.at);
            }
        }
        let outside = message.to.iter().any(|one| one.account.is_none());
        if outside && self.stream.chance(420) {
            let seconds = self.stream.between(600, 30_000) * self.stream.between(1, 5);
            let at = self.at.plus_seconds(seconds);
            self.later(at, Aim::OutsiderAnswers(Arc::clone(message)));
        }
    }

    /// A correspondent answers a message of this account. Other addresses have nobody behind them who leads an
    /// ordinary life: a sender's that was forged, and whatever an attacker writes from.
    pub(crate) fn outsider_answers(&mut self, message: &Arc<Message>) {
        let outside = || message.to.iter().filter(|one| one.account.is_none());
        let known = outside().find_map(|one| Some((one, name_of(self.world, &one.address)?)));
        let Some((from, name)) = known else {
            return;
        };
        let me = self.who();
        if self.state.account(me).deleted {
            return;
        }
        let sender = Sender {
            address: from.address.clone(),
            name,
            on_microsoft: self.stream.chance(600),
            kind: Kind::Business,
        };
        let topic = Topic::answer(message, &mut self.stream);
        let mut to = vec![post::inside(self.world, me)];
        let others = message.to.iter().filter(|one| one.account.is_some());
        to.extend(others.cloned());
        let message = post::from_outside(&sender, to, &topic, self.at, &mut self.stream);
        self.transports(&Letter {
            message,
            delivery: Delivery::Delivered,
        });
    }

    /// Looks at new mail: Outlook on a computer synchronises, everything else opens single messages.
    pub(crate) fn checks_mail(&mut self, phone: bool) {
        if self.account().mailbox.is_none() {
            return;
        }
        let tool = self.mail_tool(phone);
        let Some(access) = self.reach(tool) else {
            return;
        };
        self.wait(0, 40);
        let mailbox = self.who();
        let unread = self.new_mail(mailbox);
        self.person.read_until = self.at;
        let synchronises = tool.program == Program::Outlook && !phone;
        if synchronises {
            let folder = self.folder();
            let held = if folder == "\\Inbox" {
                unread
            } else {
                Vec::new()
            };
            let act = MailAct::Synced {
                mailbox,
                logon: Logon::Owner,
                folder: folder.to_owned(),
                held,
            };
            self.does(&access, Act::Mail(act));
            return;
        }
        let messages = if unread.is_empty() && self.stream.chance(250) {
            self.older_mail(mailbox)
        } else {
            unread
        };
        self.opens_mail(&access, mailbox, Logon::Owner, messages);
    }

    /// Opens messages of an inbox; the log has one record for two minutes.
    pub(crate) fn opens_mail(
        &mut self,
        access: &Access,
        mailbox: AccountNo,
        logon: Logon,
        messages: Vec<Arc<Message>>,
    ) {
        if messages.is_empty() {
            return;
        }
        self.clicks(access, &messages);
        let act = MailAct::Read {
            mailbox,
            logon,
            folders: vec![("\\Inbox".to_owned(), messages)],
            throttled: false,
        };
        self.does(access, Act::Mail(act));
    }

    /// Clicks on a link now and then; Safe Links of Defender sees it.
    fn clicks(&mut self, access: &Access, messages: &[Arc<Message>]) {
        if !self.world.tenant.defender {
            return;
        }
        for message in messages {
            let harmless = message.authentication.dmarc != "none";
            if let Some(url) = message.urls.first()
                && harmless
                && self.stream.chance(110)
            {
                let click = Click {
                    message: Arc::clone(message),
                    url: url.clone(),
                    action: "ClickAllowed",
                    workload: "Email",
                };
                self.does(access, Act::Click(click));
            }
        }
    }

    /// What came into an inbox since the last look, the newest few.
    pub(crate) fn new_mail(&self, mailbox: AccountNo) -> Vec<Arc<Message>> {
        let since = self.person.read_until;
        self.state
            .account(mailbox)
            .mail
            .iter()
            .rev()
            .take_while(|stored| stored.at > since)
            .filter(|stored| stored.folder == "\\Inbox")
            .take(OPENED)
            .map(|stored| Arc::clone(&stored.message))
            .collect()
    }

    fn older_mail(&mut self, mailbox: AccountNo) -> Vec<Arc<Message>> {
        let mail = &self.state.account(mailbox).mail;
        let many = u64::try_from(mail.len()).unwrap_or(0);
        let at = usize::try_from(self.stream.below(many)).unwrap_or(0);
        mail.get(at)
            .filter(|stored| stored.folder == "\\Inbox")
            .map(|stored| Arc::clone(&stored.message))
            .into_iter()
            .collect()
    }

    /// The folder that is synchronised: the inbox mostly.
    fn folder(&mut self) -> &'static str {
        const FOLDERS: [(&str, u64); 6] = [
            ("\\Inbox", 62),
            ("\\Sent Items", 14),
            ("\\Calendar", 9),
            ("\\Deleted Items", 6),
            ("\\Drafts", 5),
            ("\\Contacts", 2),
        ];
        self.stream.weighted(&FOLDERS).copied().unwrap_or("\\Inbox")
    }

    /// Writes a mail: an answer to one that lies in the inbox, to colleagues, or to somebody outside.
    pub(crate) fn writes(&mut self) {
        if self.account().mailbox.is_none() {
            return;
        }
        let phone = self.habits().is_some_and(|habits| habits.phone)
            && (!self.person.at_work(self.at) || self.stream.chance(110));
        let tool = self.mail_tool(phone);
        let Some(draft) = self.draft() else {
            return;
        };
        let Some(access) = self.reach(tool) else {
            return;
        };
        if self.stream.chance(200) {
            self.drafts(&access, &draft.topic.subject);
        }
        self.wait(15, 240);
        self.sends(&access, draft, Manner::Own);
    }

    fn drafts(&mut self, access: &Access, subject: &str) {
        let item = |operation, changed| {
            Act::Mail(MailAct::Item {
                operation,
                mailbox: self.person.number,
                folder: "\\Drafts".to_owned(),
                subject: subject.to_owned(),
                message: None,
                changed,
            })
        };
        let made = item("Create", Vec::new());
        let changed = item("Update", vec!["RecipientCollection", "Body"]);
        self.does(access, made);
        if self.stream.chance(400) {
            self.wait(20, 90);
            self.does(access, changed);
        }
    }

    fn draft(&mut self) -> Option<Draft> {
        let me = self.who();
        let kind = self.stream.below(100);
        if kind < 50
            && let Some(answered) = self.answerable(me)
        {
            let topic = Topic::answer(&answered, &mut self.stream);
            let mut to = vec![Recipient {
                address: answered.from.clone(),
                account: answered.sender.or_else(|| self.own_mailbox(&answered.from)),
            }];
            if self.stream.chance(180) {
                let others = answered.to.iter().filter(|one| one.account != Some(me));
                to.extend(others.take(3).cloned());
            }
            return Some(Draft {
                mailbox: me,
                to,
                topic,
            });
        }
        let (to, about) = if kind < 76 {
            let many = 1 + self.stream.below(3).min(self.stream.below(4));
            let mut to: Vec<Recipient> = Vec::new();
            for _ in 0..many {
                if let Some(other) = self.colleague()
                    && to.iter().all(|one| one.account != Some(other))
                {
                    to.push(post::inside(self.world, other));
                }
            }
            (to, "office")
        } else {
            let (contact, _) = post::correspondent(self.world, me, &mut self.stream)?;
            let to = vec![Recipient {
                address: contact.address.clone(),
                account: None,
            }];
            let about = post::topic_of(self.account().department, &mut self.stream);
            (to, about)
        };
        let topic = Topic::new(self.world, about, self.at, &mut self.stream);
        (!to.is_empty()).then_some(Draft {
            mailbox: me,
            to,
            topic,
        })
    }

    /// The account that has an address of the tenant's: an answer to a forged sender reaches whoever he claimed to be.
    fn own_mailbox(&self, address: &str) -> Option<AccountNo> {
        let (_, domain) = address.rsplit_once('@')?;
        let own = domain.eq_ignore_ascii_case(&self.world.tenant.domain);
        own.then(|| self.world.account_named(address)).flatten()
    }

    /// A message of a person among the newest in an inbox.
    pub(crate) fn answerable(&mut self, mailbox: AccountNo) -> Option<Arc<Message>> {
        let candidates: Vec<Arc<Message>> = self
            .state
            .account(mailbox)
            .mail
            .iter()
            .rev()
            .filter(|stored| stored.folder == "\\Inbox" && is_by_person(&stored.message))
            .take(6)
            .map(|stored| Arc::clone(&stored.message))
            .collect();
        self.stream.pick(&candidates).cloned()
    }

    /// Hands a message in; its transport follows within seconds.
    pub(crate) fn sends(&mut self, access: &Access, draft: Draft, manner: Manner) {
        let mailbox = draft.mailbox;
        let message = post::from_inside(
            self.world,
            draft,
            self.at,
            access.place.address,
            &mut self.stream,
        );
        self.state
            .store(mailbox, Arc::clone(&message), "\\Sent Items", self.at);
        let act = MailAct::Sent {
            message: Arc::clone(&message),
            mailbox,
            manner,
            saved: true,
        };
        self.does(access, Act::Mail(act));
        let micros = self.stream.between(700_000, 6_000_000);
        let at = Timestamp::from_micros(self.at.micros() + micros);
        let letter = Letter {
            message,
            delivery: Delivery::Delivered,
        };
        self.later(at, Aim::Transport(Box::new(letter)));
    }

    /// A colleague, of the same department more often than not.
    pub(crate) fn colleague(&mut self) -> Option<AccountNo> {
        let many = u64::try_from(self.world.accounts.len()).unwrap_or(0);
        let mine = self.account().department;
        let mut found = None;
        for _ in 0..8 {
            let number = AccountNo(u32::try_from(self.stream.below(many)).unwrap_or(0));
            let account = self.world.account(number);
            let fits = account.kind == AccountKind::Member
                && account.mailbox.is_some()
                && account.habits.is_some()
                && number != self.who()
                && !self.state.account(number).deleted;
            if fits {
                found = Some(number);
                if account.department == mine {
                    break;
                }
            }
        }
        found
    }
}

/// Whether somebody wrote a message who reads answers.
pub(crate) fn is_by_person(message: &Message) -> bool {
    !AUTOMATIC
        .iter()
        .any(|sender| message.from.starts_with(sender))
}

/// The name of a contact by his address; nothing where no correspondent has it.
fn name_of(world: &World, address: &str) -> Option<String> {
    let domain = address.split('@').nth(1).unwrap_or_default();
    world
        .companies
        .iter()
        .filter(|company| company.domain == domain)
        .flat_map(|company| &company.contacts)
        .find(|contact| contact.address == address)
        .map(|contact| contact.name.clone())
}
