//! The mailbox beside reading and writing: tidying, calendar, rules, automatic replies, delegates, shared
//! mailboxes.

use std::sync::{Arc, LazyLock};

use super::person::{Person, Tool};
use super::post::{self, Draft, Topic};
use super::scene::{Scene, in_browser};
use crate::happening::{Access, Act, Actor, Cmdlet, Logon, MailAct, Manner, Message, Recipient};
use crate::id::AccountNo;
use crate::random::Stream;
use crate::state::{InboxRule, State};
use crate::world::{AccountKind, Department, FirstParty, MailClient, World};

static FOLDERS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| post::lines(include_str!("../../data/life/folders.txt")).collect());

static QUERIES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| post::lines(include_str!("../../data/life/searches.txt")).collect());

/// One of the things that people look for.
fn query(stream: &mut Stream) -> &'static str {
    stream.pick(&QUERIES).copied().unwrap_or("invoice")
}

/// Something with the mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Errand {
    Flags,
    Deletes,
    Files,
    EmptiesDeleted,
    MakesAppointment,
    ChangesAppointment,
    OpensWebMail,
    MakesRule,
    ChangesRule,
    DropsRule,
    MakesOutlookRule,
    ForwardsToPrivate,
    SharesCalendar,
    LetsDelegateIn,
    Searches,
    Sets(&'static str),
    ReadsForBoss,
    SharedMailbox,
    AutomaticReply { on: bool },
}

impl Errand {
    /// One of the many small ones of every day.
    pub(crate) fn tidies(stream: &mut Stream) -> Self {
        const LIST: [(Errand, u64); 7] = [
            (Errand::Flags, 44),
            (Errand::Deletes, 26),
            (Errand::Files, 8),
            (Errand::EmptiesDeleted, 5),
            (Errand::MakesAppointment, 9),
            (Errand::ChangesAppointment, 5),
            (Errand::OpensWebMail, 3),
        ];
        stream.weighted(&LIST).copied().unwrap_or(Self::Flags)
    }

    /// One of those of every few days.
    pub(crate) fn draw(stream: &mut Stream) -> Self {
        const LIST: [(Errand, u64); 13] = [
            (Errand::MakesRule, 6),
            (Errand::ChangesRule, 3),
            (Errand::DropsRule, 2),
            (Errand::MakesOutlookRule, 4),
            (Errand::ForwardsToPrivate, 1),
            (Errand::SharesCalendar, 8),
            (Errand::LetsDelegateIn, 2),
            (Errand::Searches, 30),
            (Errand::Sets("Set-MailboxMessageConfiguration"), 6),
            (Errand::Sets("Set-MailboxRegionalConfiguration"), 2),
            (Errand::Sets("Set-MailboxJunkEmailConfiguration"), 4),
            (Errand::Sets("Set-MailboxCalendarConfiguration"), 3),
            (Errand::ReadsForBoss, 12),
        ];
        stream.weighted(&LIST).copied().unwrap_or(Self::Searches)
    }
}

/// Who works on shared mailboxes, and who reads the mail of whom.
pub(crate) fn appoint_delegates(world: &World, state: &mut State, people: &mut [Person]) {
    let mut stream = world.seed.child("delegates").stream();
    let members: Vec<AccountNo> = world
        .numbered_accounts()
        .filter(|(_, account)| {
            account.kind == AccountKind::Member
                && account.mailbox.is_some()
                && account.habits.is_some()
        })
        .map(|(number, _)| number)
        .collect();
    let mut appoint = |mailbox: AccountNo, delegate: AccountNo, state: &mut State| {
        if let Some(person) = people.get_mut(delegate.index())
            && delegate != mailbox
            && !person.shared.contains(&mailbox)
            && person.shared.len() < 4
        {
            person.shared.push(mailbox);
            let delegates = &mut state.account_mut(mailbox).delegates;
            delegates.push((delegate, Actor::Administrator));
        }
    };
    for (number, account) in world.numbered_accounts() {
        let boss = account.department == Department::Management
            && account.kind == AccountKind::Member
            && account.mailbox.is_some();
        let many = match account.kind {
            AccountKind::Shared => 2 + stream.below(4),
            _ if boss && stream.chance(400) => 1,
            _ => 0,
        };
        if many == 0 {
            continue;
        }
        let of_department: Vec<AccountNo> = members
            .iter()
            .copied()
            .filter(|member| world.account(*member).department == account.department)
            .collect();
        for _ in 0..many {
            let pool = if of_department.is_empty() || stream.chance(200) {
                &members
            } else {
                &of_department
            };
            if let Some(delegate) = stream.pick(pool) {
                appoint(number, *delegate, state);
            }
        }
    }
}

impl Scene<'_> {
    /// Does one of them.
    pub(crate) fn mailbox_errand(&mut self, errand: Errand) {
        if self.account().mailbox.is_none() {
            return;
        }
        let tool = match errand {
            Errand::MakesOutlookRule if self.uses_outlook() => self.mail_tool(false),
            Errand::Flags | Errand::Deletes | Errand::Files => {
                let phone = self.habits().is_some_and(|habits| habits.phone);
                let phone = phone && self.stream.chance(200);
                self.mail_tool(phone)
            }
            Errand::EmptiesDeleted
            | Errand::MakesAppointment
            | Errand::ChangesAppointment
            | Errand::SharesCalendar
            | Errand::LetsDelegateIn
            | Errand::ReadsForBoss
            | Errand::SharedMailbox
            | Errand::Searches => self.mail_tool(false),
            _ => web_mail(),
        };
        let Some(access) = self.reach(tool) else {
            return;
        };
        self.wait(1, 15);
        match errand {
            Errand::Flags => self.updates(&access, &["ItemClass", "FlagStatus"]),
            Errand::Deletes => self.moves(&access, "MoveToDeletedItems", "\\Inbox"),
            Errand::Files => self.moves(&access, "Move", "\\Inbox"),
            Errand::EmptiesDeleted => {
                let hard = self.stream.chance(150);
                let operation = if hard { "HardDelete" } else { "SoftDelete" };
                self.moves(&access, operation, "\\Deleted Items");
            }
            Errand::MakesAppointment => self.appointment(&access, "Create"),
            Errand::ChangesAppointment => self.appointment(&access, "Update"),
            Errand::OpensWebMail => self.opens_web_mail(&access),
            Errand::MakesRule => self.makes_rule(&access),
            Errand::ChangesRule | Errand::DropsRule => {
                self.changes_rule(&access, errand == Errand::DropsRule);
            }
            Errand::MakesOutlookRule => self.makes_outlook_rule(&access),
            Errand::ForwardsToPrivate => self.forwards_to_private(&access),
            Errand::SharesCalendar => self.shares_calendar(&access),
            Errand::LetsDelegateIn => self.lets_delegate_in(&access),
            Errand::Searches => self.searches_mail(&access),
            Errand::Sets(name) => {
                let parameters = vec![("Identity", self.account().upn.clone())];
                self.own_cmdlet(&access, name, String::new(), parameters);
            }
            Errand::ReadsForBoss | Errand::SharedMailbox => self.works_for_another(&access),
            Errand::AutomaticReply { on } => self.automatic_reply(&access, on),
        }
    }

    fn uses_outlook(&self) -> bool {
        self.habits()
            .is_some_and(|habits| habits.mail_client == MailClient::OutlookDesktop)
    }

    /// One of the newest messages in a folder of a mailbox.
    fn some_mail(&mut self, mailbox: AccountNo, folder: &str) -> Option<Arc<Message>> {
        let found: Vec<Arc<Message>> = self
            .state
            .account(mailbox)
            .mail
            .iter()
            .rev()
            .take(40)
            .filter(|stored| stored.folder == folder)
            .take(12)
            .map(|stored| Arc::clone(&stored.message))
            .collect();
        self.stream.pick(&found).cloned()
    }

    fn updates(&mut self, access: &Access, changed: &[&'static str]) {
        let mailbox = self.who();
        if let Some(message) = self.some_mail(mailbox, "\\Inbox") {
            let act = MailAct::Item {
                operation: "Update",
                mailbox,
                folder: "\\Inbox".to_owned(),
                subject: message.subject.clone(),
                message: Some(message),
                changed: changed.to_vec(),
            };
            self.does(access, Act::Mail(act));
        }
    }

    /// Moves or deletes a message; the mailbox's list follows.
    fn moves(&mut self, access: &Access, operation: &'static str, from: &str) {
        let mailbox = self.who();
        let Some(message) = self.some_mail(mailbox, from) else {
            return;
        };
        let to = match operation {
            "Move" => Some(format!(
                "\\{}",
                self.stream.pick(&FOLDERS).copied().unwrap_or("Archive")
            )),
            "MoveToDeletedItems" => Some("\\Deleted Items".to_owned()),
            _ => None,
        };
        let mail = &mut self.state.account_mut(mailbox).mail;
        if let Some(at) = mail
            .iter()
            .position(|stored| stored.folder == from && Arc::ptr_eq(&stored.message, &message))
        {
            match &to {
                Some(folder) => {
                    if let Some(stored) = mail.get_mut(at) {
                        stored.folder.clone_from(folder);
                    }
                }
                None => {
                    mail.remove(at);
                }
            }
        }
        let act = MailAct::Moved {
            operation,
            mailbox,
            from: from.to_owned(),
            to,
            messages: vec![message],
        };
        self.does(access, Act::Mail(act));
    }

    fn appointment(&mut self, access: &Access, operation: &'static str) {
        let topic = Topic::new(self.world, "office", self.at, &mut self.stream);
        let act = MailAct::Item {
            operation,
            mailbox: self.who(),
            folder: "\\Calendar".to_owned(),
            subject: topic.subject,
            message: None,
            changed: if operation == "Update" {
                vec!["StartTime", "EndTime", "AttendeeCollection"]
            } else {
                Vec::new()
            },
        };
        self.does(access, Act::Mail(act));
    }

    fn opens_web_mail(&mut self, access: &Access) {
        let mailbox = self.who();
        self.does(access, Act::Mail(MailAct::WebTokenIssued { mailbox }));
        self.wait(10, 90);
        let messages = self.new_mail(mailbox);
        self.person.read_until = self.at;
        self.opens_mail(access, mailbox, Logon::Owner, messages);
    }

    /// A rule as people make them: newsletters into a folder, a customer's mail into another.
    fn makes_rule(&mut self, access: &Access) {
        let mailbox = self.who();
        if self.state.account(mailbox).rules.len() > 12 {
            return;
        }
        let folder = self.stream.pick(&FOLDERS).copied().unwrap_or("Archive");
        let sender = self
            .some_mail(mailbox, "\\Inbox")
            .map_or_else(|| "newsletter".to_owned(), |message| message.from.clone());
        let name = sender.split('@').next().unwrap_or("rule").to_owned();
        let id = self.stream.bits() >> 1;
        self.state.account_mut(mailbox).rules.push(InboxRule {
            id,
            name: Some(name.clone()),
            by: Actor::Owner,
            words: vec![sender.clone()],
            moves_to: Some(folder.to_owned()),
            deletes: false,
            forwards_to: None,
            visible: true,
            client_side: false,
        });
        let parameters = vec![
            ("AlwaysDeleteOutlookRulesBlob", "False".to_owned()),
            ("Force", "False".to_owned()),
            ("From", sender),
            ("MoveToFolder", folder.to_owned()),
            ("Name", name.clone()),
            ("StopProcessingRules", "True".to_owned()),
        ];
        let object = self.rule_object(&name);
        self.own_cmdlet(access, "New-InboxRule", object, parameters);
    }

    fn rule_object(&self, name: &str) -> String {
        let account = self.account();
        format!(
            "{}.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/{}/{}\\{name}",
            self.world.tenant.forest, self.world.tenant.first_domain, account.id
        )
    }

    fn changes_rule(&mut self, access: &Access, drops: bool) {
        let mailbox = self.who();
        let own = |rule: &InboxRule| rule.by == Actor::Owner && rule.visible;
        let rules = &mut self.state.account_mut(mailbox).rules;
        let Some(at) = rules.iter().position(own) else {
            return;
        };
        let name = rules
            .get(at)
            .and_then(|rule| rule.name.clone())
            .unwrap_or_default();
        if drops {
            rules.remove(at);
        }
        let object = self.rule_object(&name);
        let mut parameters = vec![
            ("AlwaysDeleteOutlookRulesBlob", "False".to_owned()),
            ("Force", "False".to_owned()),
            ("Identity", object.clone()),
        ];
        if !drops {
            parameters.push(("StopProcessingRules", "False".to_owned()));
        }
        let cmdlet = if drops {
            "Remove-InboxRule"
        } else {
            "Set-InboxRule"
        };
        self.own_cmdlet(access, cmdlet, object, parameters);
    }

    fn makes_outlook_rule(&mut self, access: &Access) {
        let mailbox = self.who();
        let folder = self.stream.pick(&FOLDERS).copied().unwrap_or("Archive");
        let act = MailAct::RulesUpdated {
            mailbox,
            operation: "AddMailboxRule",
            name: Some(folder.to_owned()),
            condition: "(Property Subject contains string [newsletter])".to_owned(),
            actions: format!("[{{\"ActionType\":\"Move\",\"FolderName\":\"{folder}\"}}]"),
        };
        self.does(access, Act::Mail(act));
    }

    /// Somebody sends his own work mail on to a private address: against the rules of the house and innocent.
    fn forwards_to_private(&mut self, access: &Access) {
        let mailbox = self.who();
        let account = self.account();
        let many = self.state.account(mailbox).rules.iter();
        if many.filter(|rule| rule.forwards_to.is_some()).count() > 0 {
            return;
        }
        let address = format!(
            "{}.{}{}@outlook.com",
            account.given_name.to_lowercase(),
            account.surname.to_lowercase(),
            self.stream.between(60, 99)
        )
        .replace(' ', "");
        let address: String = address.chars().filter(char::is_ascii).collect();
        let id = self.stream.bits() >> 1;
        self.state.account_mut(mailbox).rules.push(InboxRule {
            id,
            name: Some("private".to_owned()),
            by: Actor::Owner,
            words: vec!["Booking".to_owned(), "Travel".to_owned()],
            moves_to: None,
            deletes: false,
            forwards_to: Some(address.clone()),
            visible: true,
            client_side: false,
        });
        let parameters = vec![
            ("AlwaysDeleteOutlookRulesBlob", "False".to_owned()),
            ("Force", "False".to_owned()),
            ("SubjectContainsWords", "Booking;Travel".to_owned()),
            ("ForwardTo", address),
            ("Name", "private".to_owned()),
        ];
        let object = self.rule_object("private");
        self.own_cmdlet(access, "New-InboxRule", object, parameters);
    }

    fn shares_calendar(&mut self, access: &Access) {
        let Some(other) = self.colleague() else {
            return;
        };
        let everyone = self.stream.chance(150);
        let act = MailAct::FolderRights {
            operation: self
                .stream
                .pick(&[
                    "AddFolderPermissions",
                    "ModifyFolderPermissions",
                    "RemoveFolderPermissions",
                ])
                .copied()
                .unwrap_or("AddFolderPermissions"),
            mailbox: self.who(),
            folder: "\\Calendar".to_owned(),
            member: if everyone {
                "Everyone".to_owned()
            } else {
                self.world.account(other).upn.clone()
            },
            rights: "ReadAny, Visible, FreeBusySimple, FreeBusyDetailed".to_owned(),
        };
        self.does(access, Act::Mail(act));
    }

    fn lets_delegate_in(&mut self, access: &Access) {
        let Some(other) = self.colleague() else {
            return;
        };
        let act = MailAct::FolderRights {
            operation: "UpdateCalendarDelegation",
            mailbox: self.who(),
            folder: "\\Calendar".to_owned(),
            member: self.world.account(other).upn.clone(),
            rights: "ReadAny, Create, EditAny, Visible".to_owned(),
        };
        self.does(access, Act::Mail(act));
    }

    fn searches_mail(&mut self, access: &Access) {
        let act = MailAct::Searched {
            mailbox: self.who(),
            query: query(&mut self.stream).to_owned(),
        };
        self.does(access, Act::Mail(act));
    }

    /// Works on a shared mailbox or reads the boss's mail.
    fn works_for_another(&mut self, access: &Access) {
        let shared = self.person.shared.clone();
        let Some(mailbox) = self.stream.pick(&shared).copied() else {
            return;
        };
        let me = self.who();
        let state = self.state.account(mailbox);
        if state.deleted || state.delegates.iter().all(|(delegate, _)| *delegate != me) {
            return;
        }
        let mut messages = Vec::new();
        messages.extend(self.some_mail(mailbox, "\\Inbox"));
        if self.stream.chance(500) {
            messages.extend(self.some_mail(mailbox, "\\Inbox"));
        }
        messages.dedup_by(|one, other| Arc::ptr_eq(one, other));
        self.opens_mail(access, mailbox, Logon::Delegate, messages);
        if self.world.account(mailbox).kind == AccountKind::Shared && self.stream.chance(300) {
            self.answers_for(access, mailbox);
        }
    }

    fn answers_for(&mut self, access: &Access, mailbox: AccountNo) {
        let Some(message) = self.answerable(mailbox) else {
            return;
        };
        self.wait(40, 400);
        let draft = Draft {
            mailbox,
            to: vec![Recipient {
                address: message.from.clone(),
                account: message.sender,
            }],
            topic: Topic::answer(&message, &mut self.stream),
        };
        let manner = if self.stream.chance(800) {
            Manner::SendAs
        } else {
            Manner::OnBehalf
        };
        self.sends(access, draft, manner);
    }

    fn automatic_reply(&mut self, access: &Access, on: bool) {
        let state = if on { "Enabled" } else { "Disabled" };
        let mut parameters = vec![
            ("Identity", self.account().upn.clone()),
            ("AutoReplyState", state.to_owned()),
        ];
        if on {
            parameters.push(("ExternalAudience", "Known".to_owned()));
        }
        let name = "Set-MailboxAutoReplyConfiguration";
        self.own_cmdlet(access, name, String::new(), parameters);
    }

    /// A cmdlet that Outlook on the web runs for its user.
    pub(crate) fn own_cmdlet(
        &mut self,
        access: &Access,
        name: &'static str,
        object: String,
        parameters: Vec<(&'static str, String)>,
    ) {
        let act = Act::Cmdlet(Cmdlet::by_person(name, object, parameters));
        self.does(access, act);
    }
}

/// Outlook on the web.
const fn web_mail() -> Tool {
    in_browser(
        FirstParty::OutlookWeb.number(),
        FirstParty::ExchangeOnline.number(),
    )
}
