//! What he does once he is in: reads, searches, takes, defrauds, lures others, covers his tracks
//! (`facts/attack-traces.md` §3).

use std::sync::Arc;

use super::agent::{Agent, Bait, Progress, at_work};
use super::detection::Detection;
use super::scenario::{Goal, Tool};
use super::scene::{GENUINE, Letter, Scene, Who, document, recipient, write};
use super::ways::{Door, Way};
use crate::happening::{
    Act, Actor, Delivery, FileAct, Logon, MailAct, Manner, Message, Recipient, SiteAct,
};
use crate::id::{AccountNo, AppNo, SiteNo};
use crate::world::{AccountKind, AppKind, Department, StoredFile};

/// How many more accounts internal phishing wants.
const MORE: usize = 4;

impl Agent<'_> {
    /// One act towards a goal.
    pub(super) fn pursue(&mut self, scene: &mut Scene<'_>, goal: Goal) -> Progress {
        self.acts += 1;
        match goal {
            Goal::ReadMail => self.reads(scene, 5),
            Goal::SyncMail => self.syncs(scene),
            Goal::Search => self.searches(scene),
            Goal::Look => self.looks(scene),
            Goal::InvoiceFraud => self.defrauds(scene),
            Goal::InternalPhishing => self.lures_colleagues(scene),
            Goal::ShareLure => self.shares_a_lure(scene),
            Goal::MassDownload => self.takes_files(scene, "FileDownloaded"),
            Goal::MassSync => self.takes_files(scene, "FileSyncDownloadedFull"),
            Goal::Payroll => self.diverts_pay(scene),
            Goal::SharedMailboxInvoices => self.invoices_from_shared(scene),
            Goal::Spam => self.spams(scene),
            Goal::AppRead => self.reads_by_app(scene),
            Goal::AppSend => self.sends_by_app(scene),
            Goal::CoverTracks => self.covers_tracks(scene),
            other => self.persist(scene, other),
        }
    }

    /// He comes back now and then to see what is new.
    pub(super) fn linger(&mut self, scene: &mut Scene<'_>) -> Progress {
        match self.reads(scene, u32::MAX) {
            Progress::Done | Progress::Pointless => Progress::Again,
            other => other,
        }
    }

    /// The mailbox that he is after.
    fn mailbox(&self) -> AccountNo {
        self.base().unwrap_or(self.design.victim)
    }

    fn reads(&mut self, scene: &mut Scene<'_>, acts: u32) -> Progress {
        if self.design.plan.client == Tool::Outlook {
            return self.syncs(scene);
        }
        let mailbox = self.mailbox();
        if scene.world.account(mailbox).mailbox.is_none() {
            return self.looks(scene);
        }
        let Some(way) = self.reach_mailbox(scene, mailbox) else {
            return Progress::Refused;
        };
        self.reads_some(scene, mailbox, &way);
        if self.acts >= acts {
            Progress::Done
        } else {
            Progress::Again
        }
    }

    /// Opens a handful of messages, money first.
    fn reads_some(&mut self, scene: &mut Scene<'_>, mailbox: AccountNo, way: &Way) {
        let wanted = usize::try_from(self.stream.between(2, 9)).unwrap_or(4);
        let mut listed: Vec<(bool, String, Arc<Message>)> = scene
            .state
            .account(mailbox)
            .mail
            .iter()
            .rev()
            .filter(|stored| !self.opened.contains(&stored.message.item))
            .take(120)
            .map(|stored| {
                (
                    !stored.message.money,
                    stored.folder.clone(),
                    Arc::clone(&stored.message),
                )
            })
            .collect();
        listed.sort_by_key(|(rest, _, _)| *rest);
        listed.truncate(wanted);
        if listed.is_empty() {
            return;
        }
        let mut folders: Vec<(String, Vec<Arc<Message>>)> = Vec::new();
        for (_, folder, message) in listed {
            self.opened.insert(message.item);
            match folders.iter_mut().find(|(name, _)| *name == folder) {
                Some((_, messages)) => messages.push(message),
                None => folders.push((folder, vec![message])),
            }
        }
        let act = MailAct::Read {
            mailbox,
            logon: way.logon,
            folders,
            throttled: false,
        };
        scene.tell(1, way.who, Some(&way.access), Act::Mail(act));
    }

    fn syncs(&mut self, scene: &mut Scene<'_>) -> Progress {
        let mailbox = self.mailbox();
        let Some(way) = self.reach_mailbox(scene, mailbox) else {
            return Progress::Refused;
        };
        let folders = [r"\Inbox", r"\Sent Items", r"\Archive"];
        let folder = usize::try_from(self.acts.saturating_sub(1))
            .ok()
            .and_then(|at| folders.get(at % 3))
            .copied()
            .unwrap_or(r"\Inbox");
        let held = scene
            .state
            .account(mailbox)
            .mail
            .iter()
            .filter(|stored| stored.folder == folder)
            .map(|stored| Arc::clone(&stored.message))
            .collect();
        let act = MailAct::Synced {
            mailbox,
            logon: way.logon,
            folder: folder.to_owned(),
            held,
        };
        scene.tell(2, way.who, Some(&way.access), Act::Mail(act));
        if self.acts >= 3 {
            Progress::Done
        } else {
            Progress::Again
        }
    }

    fn searches(&mut self, scene: &mut Scene<'_>) -> Progress {
        let Some(base) = self.base() else {
            return Progress::Refused;
        };
        let words = [
            "invoice",
            "payment",
            "wire",
            "iban",
            "password",
            "payroll",
            "bank details",
        ];
        let query = (*self.stream.pick(&words).unwrap_or(&"invoice")).to_owned();
        let Some(way) = self.reach(scene, base, Door::Files) else {
            return Progress::Refused;
        };
        if let Some(site) = self.sites_of(scene, base).first().copied() {
            let act = SiteAct {
                operation: "SearchQueryPerformed",
                record_type: 4,
                site,
                item: query.clone(),
            };
            scene.tell(3, way.who, Some(&way.access), Act::Site(act));
        }
        if let Some(way) = self.reach_mailbox(scene, base) {
            scene.tell(
                40,
                way.who,
                Some(&way.access),
                Act::Mail(MailAct::Searched {
                    mailbox: base,
                    query,
                }),
            );
        }
        if self.acts >= 3 {
            Progress::Done
        } else {
            Progress::Again
        }
    }

    fn looks(&mut self, scene: &mut Scene<'_>) -> Progress {
        let Some(base) = self.base() else {
            return Progress::Refused;
        };
        let administrator = scene.world.account(base).is_administrator();
        let door = if administrator {
            Door::Portal
        } else {
            Door::Files
        };
        let Some(way) = self.reach(scene, base, door) else {
            return Progress::Refused;
        };
        let sites = self.sites_of(scene, base);
        if let Some(site) = self.stream.pick(&sites).copied() {
            let act = SiteAct {
                operation: "PageViewed",
                record_type: 4,
                site,
                item: "Home.aspx".to_owned(),
            };
            scene.tell(5, way.who, Some(&way.access), Act::Site(act));
        }
        if self.acts >= 2 {
            Progress::Done
        } else {
            Progress::Again
        }
    }

    /// Sites that an account may open, its own OneDrive first.
    pub(super) fn sites_of(&self, scene: &Scene<'_>, account: AccountNo) -> Vec<SiteNo> {
        let drive = scene.world.account(account).drive;
        let others = (0_u32..)
            .map(SiteNo)
            .zip(&scene.world.sites)
            .filter(|(number, site)| site.members.contains(&account) && Some(*number) != drive)
            .map(|(number, _)| number);
        drive.into_iter().chain(others).collect()
    }

    /// Hands in a message and sends it on its way.
    fn send(
        &mut self,
        scene: &mut Scene<'_>,
        way: &Way,
        letter: Letter,
        from: (AccountNo, Manner),
    ) -> Arc<Message> {
        let (mailbox, manner) = from;
        let at = scene.now.plus_seconds(8);
        let message = write(&mut self.stream, scene.world, letter, at);
        let saved = !self.stream.chance(self.design.plan.care / 4);
        if way.who.app.is_none() && self.stream.chance(700) {
            let draft = MailAct::Item {
                operation: "Create",
                mailbox,
                folder: r"\Drafts".to_owned(),
                subject: message.subject.clone(),
                message: Some(Arc::clone(&message)),
                changed: Vec::new(),
            };
            scene.tell(0, way.who, Some(&way.access), Act::Mail(draft));
        }
        let act = MailAct::Sent {
            message: Arc::clone(&message),
            mailbox,
            manner,
            saved,
        };
        scene.tell(8, way.who, Some(&way.access), Act::Mail(act));
        self.transport(scene, 11, &message, Delivery::Delivered);
        self.sent.push((mailbox, Arc::clone(&message)));
        message
    }

    /// A letter in somebody's name.
    fn letter(
        &self,
        scene: &Scene<'_>,
        from: AccountNo,
        to_about: (Vec<Recipient>, String),
        way: &Way,
    ) -> Letter {
        let (to, subject) = to_about;
        let account = scene.world.account(from);
        Letter {
            from: account.upn.clone(),
            from_name: account.display_name.clone(),
            sender: Some(from),
            to,
            subject,
            money: false,
            attachments: Vec::new(),
            urls: Vec::new(),
            from_address: way.access.place.address,
            authentication: GENUINE,
        }
    }

    /// New bank details in a real thread, and a reminder.
    fn defrauds(&mut self, scene: &mut Scene<'_>) -> Progress {
        let mailbox = self.mailbox();
        let Some(way) = self.reach_mailbox(scene, mailbox) else {
            return Progress::Refused;
        };
        if self.acts == 1 {
            self.reads_some(scene, mailbox, &way);
        }
        let thread = self.money_thread(scene, mailbox);
        let (to, subject) = match (&self.fraud, thread) {
            (Some((to, subject)), _) => (to.clone(), subject.clone()),
            (None, Some(real)) => {
                let subject = real
                    .subject
                    .trim_start_matches("Re: ")
                    .trim_start_matches("RE: ");
                (
                    Recipient {
                        address: real.from.clone(),
                        account: None,
                    },
                    format!("Re: {subject}"),
                )
            }
            (None, None) => match self.counterpart(scene, false) {
                Some((to, _)) => (to, "Re: Outstanding invoices".to_owned()),
                None => return Progress::Pointless,
            },
        };
        self.fraud = Some((to.clone(), subject.clone()));
        let mut letter = self.letter(scene, mailbox, (vec![to.clone()], subject.clone()), &way);
        letter.money = true;
        let name = format!("Bank_details_{}.pdf", self.stream.between(100, 999));
        letter.attachments = vec![document(&mut self.stream, name)];
        let message = self.send(scene, &way, letter, (mailbox, Manner::Own));
        self.answered(scene, mailbox, &to, &message);
        if self.acts >= 2 {
            Progress::Done
        } else {
            Progress::Again
        }
    }

    /// The other side answers within a day; his rule may hide it.
    fn answered(
        &mut self,
        scene: &mut Scene<'_>,
        mailbox: AccountNo,
        by: &Recipient,
        to: &Message,
    ) {
        let after = self.stream.between(3_000, 60_000);
        let place = self.place(scene);
        let letter = Letter {
            from: by.address.clone(),
            from_name: by.address.split('@').next().unwrap_or_default().to_owned(),
            sender: None,
            to: vec![recipient(scene.world, mailbox)],
            subject: format!("Re: {}", to.subject.trim_start_matches("Re: ")),
            money: true,
            attachments: Vec::new(),
            urls: Vec::new(),
            from_address: self
                .service_place(scene)
                .map_or(place.address, |front| front.address),
            authentication: GENUINE,
        };
        let message = write(
            &mut self.stream,
            scene.world,
            letter,
            scene.now.plus_seconds(after),
        );
        let act = MailAct::Transported {
            message,
            delivery: Delivery::Delivered,
            forwarded_by: None,
        };
        scene.tell(after, Who::nobody(Actor::Owner), None, Act::Mail(act));
    }

    /// Waves of mail to colleagues until enough have fallen.
    fn lures_colleagues(&mut self, scene: &mut Scene<'_>) -> Progress {
        if self.taken.len() > MORE {
            return Progress::Done;
        }
        if !self.baits.is_empty() {
            return self.linger(scene);
        }
        let progress = self.lures_wave(scene, 12);
        if progress == Progress::Pointless && self.taken.len() > 1 {
            return Progress::Done;
        }
        progress
    }

    /// One mail with a link to colleagues who have not had one; about half of them type their password.
    pub(super) fn lures_wave(&mut self, scene: &mut Scene<'_>, size: usize) -> Progress {
        let mut people = super::design::people(scene.world);
        people.retain(|one| !self.is_taken(*one) && !self.lured.contains(one));
        self.stream.shuffle(&mut people);
        people.truncate(size);
        if people.is_empty() {
            return Progress::Pointless;
        }
        let mailbox = self.mailbox();
        let Some(way) = self.reach_mailbox(scene, mailbox) else {
            return Progress::Refused;
        };
        let to = people
            .iter()
            .map(|one| recipient(scene.world, *one))
            .collect();
        let mut letter = self.letter(
            scene,
            mailbox,
            (to, "Updated remittance schedule for your review".to_owned()),
            &way,
        );
        letter.urls = vec![format!(
            "https://{}/doc/{}",
            self.design.look_alike,
            self.stream.below(1 << 40)
        )];
        let message = self.send(scene, &way, letter, (mailbox, Manner::Own));
        for account in people {
            self.lured.insert(account);
            if self.stream.chance(550) {
                let after = scene.now.plus_seconds(self.stream.between(200, 14_000));
                let at = at_work(scene.world, account, after, &mut self.stream);
                self.baits.push(Bait {
                    at,
                    account,
                    message: Some(Arc::clone(&message)),
                });
            }
        }
        self.detected(
            scene,
            &Detection::Mail(
                "Suspicious email sending patterns detected",
                mailbox,
                &message,
            ),
        );
        Progress::Again
    }

    /// Downloads or synchronises files in bursts.
    fn takes_files(&mut self, scene: &mut Scene<'_>, operation: &'static str) -> Progress {
        let Some(base) = self.base() else {
            return Progress::Refused;
        };
        let Some(way) = self.reach(scene, base, Door::Files) else {
            return Progress::Refused;
        };
        let sites = self.sites_of(scene, base);
        if sites.is_empty() {
            return Progress::Pointless;
        }
        let at = usize::try_from(self.acts).unwrap_or(0) % sites.len();
        let site = sites.get(at).copied().unwrap_or(SiteNo(0));
        let files: Vec<StoredFile> = scene
            .world
            .site(site)
            .library
            .files
            .iter()
            .skip((at * 7) % 3)
            .take(45)
            .cloned()
            .collect();
        let mut after = 1;
        for file in files {
            let act = FileAct {
                operation,
                site,
                file,
                folder: false,
                destination: None,
            };
            scene.tell(after, way.who, Some(&way.access), Act::File(act));
            after += self.stream.between(0, 2);
        }
        if self.acts == 2 {
            self.detected(
                scene,
                &Detection::Cloud("Mass download by a single user", base),
            );
        }
        if self.acts >= 4 {
            Progress::Done
        } else {
            Progress::Again
        }
    }

    /// The payroll application through single sign-on, and a request to human resources.
    fn diverts_pay(&mut self, scene: &mut Scene<'_>) -> Progress {
        let Some(base) = self.base() else {
            return Progress::Refused;
        };
        if self.acts == 1 {
            let Some(app) = payroll(scene) else {
                return Progress::Pointless;
            };
            if self.reach(scene, base, Door::Sso(app)).is_none() {
                return Progress::Refused;
            }
            return Progress::Again;
        }
        let Some(way) = self.reach_mailbox(scene, base) else {
            return Progress::Refused;
        };
        let people = super::design::people(scene.world);
        let desk = people
            .iter()
            .find(|one| {
                **one != base && scene.world.account(**one).department == Department::HumanResources
            })
            .or_else(|| people.iter().find(|one| **one != base))
            .copied();
        let Some(desk) = desk else {
            return Progress::Pointless;
        };
        let mut letter = self.letter(
            scene,
            base,
            (
                vec![recipient(scene.world, desk)],
                "Direct deposit update".to_owned(),
            ),
            &way,
        );
        letter.money = true;
        self.send(scene, &way, letter, (base, Manner::Own));
        Progress::Done
    }

    /// Invoices from a mailbox that belongs to nobody.
    fn invoices_from_shared(&mut self, scene: &mut Scene<'_>) -> Progress {
        let Some(base) = self.base() else {
            return Progress::Refused;
        };
        let shared = scene
            .world
            .numbered_accounts()
            .filter(|(_, account)| account.kind == AccountKind::Shared && account.mailbox.is_some())
            .max_by_key(|(number, account)| {
                let money = account.upn.contains("invoice") || account.upn.contains("account");
                (money, std::cmp::Reverse(*number))
            })
            .map(|(number, _)| number);
        let Some(shared) = shared else {
            return Progress::Pointless;
        };
        let Some(mut way) = self.reach(scene, base, Door::Mail) else {
            return Progress::Refused;
        };
        way.logon = Logon::Delegate;
        if self.acts == 1 {
            self.reads_some(scene, shared, &way);
            return Progress::Again;
        }
        let Some((to, _)) = self.counterpart(scene, false) else {
            return Progress::Pointless;
        };
        let number = self.stream.between(10_000, 99_999);
        let mut letter = self.letter(
            scene,
            shared,
            (
                vec![to.clone()],
                format!("Invoice {number}: new remittance account"),
            ),
            &way,
        );
        letter.money = true;
        letter.attachments = vec![document(&mut self.stream, format!("Invoice_{number}.pdf"))];
        let message = self.send(scene, &way, letter, (shared, Manner::SendAs));
        self.answered(scene, shared, &to, &message);
        if self.acts >= 4 {
            Progress::Done
        } else {
            Progress::Again
        }
    }

    fn spams(&mut self, scene: &mut Scene<'_>) -> Progress {
        let mailbox = self.mailbox();
        let Some(way) = self.reach_mailbox(scene, mailbox) else {
            return Progress::Refused;
        };
        let mut to = Vec::new();
        for _ in 0..25 {
            let supplier = self.stream.chance(500);
            if let Some((one, _)) = self.counterpart(scene, supplier)
                && !to.contains(&one)
            {
                to.push(one);
            }
        }
        if to.is_empty() {
            return Progress::Pointless;
        }
        let mut letter = self.letter(scene, mailbox, (to, "Proposal document".to_owned()), &way);
        letter.urls = vec![format!("https://{}/view", self.design.look_alike)];
        let message = self.send(scene, &way, letter, (mailbox, Manner::Own));
        self.detected(
            scene,
            &Detection::Mail("User restricted from sending email", mailbox, &message),
        );
        if self.acts >= 2 {
            Progress::Done
        } else {
            Progress::Again
        }
    }

    fn reads_by_app(&mut self, scene: &mut Scene<'_>) -> Progress {
        // One mailbox after the other, of all who consented.
        let of = self.consenting(scene);
        let (acts, many) = (
            usize::try_from(self.acts).unwrap_or(usize::MAX),
            of.len().max(1),
        );
        let mailbox = of.get(acts % many).copied();
        let mailbox = mailbox.unwrap_or(self.design.victim);
        let Some(way) = self.reach_by_app(scene, mailbox) else {
            return Progress::Refused;
        };
        self.reads_some(scene, mailbox, &way);
        if acts >= 5 * many {
            Progress::Done
        } else {
            Progress::Again
        }
    }

    /// Whose consent gave his application a token.
    fn consenting(&self, scene: &Scene<'_>) -> Vec<AccountNo> {
        let has_token = |account: &AccountNo| {
            let sessions = &scene.state.account(*account).sessions;
            sessions.iter().any(|one| one.is_consents_of(self.actor))
        };
        let taken = self.taken.iter().map(|taken| taken.account);
        taken.filter(has_token).collect()
    }

    fn sends_by_app(&mut self, scene: &mut Scene<'_>) -> Progress {
        let mailbox = self.design.victim;
        let Some(way) = self.reach_by_app(scene, mailbox) else {
            return Progress::Refused;
        };
        let Some((to, _)) = self.counterpart(scene, false) else {
            return Progress::Pointless;
        };
        let mut letter = self.letter(
            scene,
            mailbox,
            (vec![to], "Change of our bank details".to_owned()),
            &way,
        );
        letter.money = true;
        self.send(scene, &way, letter, (mailbox, Manner::Own));
        if self.acts >= 2 {
            Progress::Done
        } else {
            Progress::Again
        }
    }

    /// Deletes what he sent, and notices about him.
    fn covers_tracks(&mut self, scene: &mut Scene<'_>) -> Progress {
        let Some((mailbox, message)) = self.sent.pop() else {
            return Progress::Done;
        };
        let Some(way) = self.reach_mailbox(scene, mailbox) else {
            return Progress::Refused;
        };
        let hard = self.stream.chance(self.design.plan.care);
        let act = MailAct::Moved {
            operation: if hard { "HardDelete" } else { "SoftDelete" },
            mailbox,
            from: r"\Sent Items".to_owned(),
            to: None,
            messages: vec![message],
        };
        scene.tell(3, way.who, Some(&way.access), Act::Mail(act));
        let replies: Vec<Arc<Message>> = scene
            .state
            .account(mailbox)
            .mail
            .iter()
            .filter(|stored| {
                stored.folder == r"\Inbox"
                    && self
                        .fraud
                        .as_ref()
                        .is_some_and(|(to, _)| to.address == stored.message.from)
            })
            .map(|stored| Arc::clone(&stored.message))
            .take(2)
            .collect();
        if !replies.is_empty() {
            let act = MailAct::Moved {
                operation: "MoveToDeletedItems",
                mailbox,
                from: r"\Inbox".to_owned(),
                to: Some(r"\Deleted Items".to_owned()),
                messages: replies,
            };
            scene.tell(21, way.who, Some(&way.access), Act::Mail(act));
        }
        if self.sent.is_empty() {
            Progress::Done
        } else {
            Progress::Again
        }
    }

    /// Mail from outside that enters no account: a taken mailbox of another company, a look-alike domain, or
    /// a colleague's name handed in without a sign-in.
    pub(super) fn outside_mail(&mut self, scene: &mut Scene<'_>) {
        use super::scenario::Entry;
        let victim = self.design.victim;
        let place = self.place(scene);
        let mut letter = Letter {
            from: String::new(),
            from_name: String::new(),
            sender: None,
            to: vec![recipient(scene.world, victim)],
            subject: "Re: Outstanding invoices: new bank details".to_owned(),
            money: true,
            attachments: vec![document(
                &mut self.stream,
                "Bank confirmation.pdf".to_owned(),
            )],
            urls: Vec::new(),
            from_address: place.address,
            authentication: GENUINE,
        };
        let supplier = self.money_thread(scene, victim).map(|real| {
            (
                real.from.clone(),
                real.from_name.clone(),
                real.subject.clone(),
            )
        });
        let known = supplier.or_else(|| {
            let (to, name) = self.counterpart(scene, true)?;
            Some((to.address, name, letter.subject.clone()))
        });
        let (address, name, subject) = known.unwrap_or_else(|| {
            (
                format!("billing@{}", self.design.look_alike),
                "Billing".to_owned(),
                letter.subject.clone(),
            )
        });
        match self.design.plan.entry {
            Entry::DirectSend => {
                let colleague = scene.world.account(victim);
                letter.from = colleague.upn_lower();
                letter.from_name.clone_from(&colleague.display_name);
                letter.subject = "Missed voice message (00:42)".to_owned();
                letter.money = false;
                letter.authentication = super::scene::SPOOFED;
            }
            Entry::LookAlikeDomain => {
                let local = address.split('@').next().unwrap_or("billing");
                letter.from = format!("{local}@{}", self.design.look_alike);
                letter.from_name = name;
                letter.subject = subject;
            }
            _ => {
                letter.from = address;
                letter.from_name = name;
                letter.subject = subject;
                if let Some(front) = self.service_place(scene) {
                    letter.from_address = front.address;
                }
            }
        }
        let message = write(&mut self.stream, scene.world, letter, scene.now);
        self.first_success.get_or_insert(scene.now);
        self.transport(scene, 3, &message, Delivery::Delivered);
    }
}

/// The application in which people's pay is kept, else any with single sign-on.
fn payroll(scene: &Scene<'_>) -> Option<AppNo> {
    let sso = |(_, app): &(AppNo, &crate::world::App)| app.kind == AppKind::SingleSignOn;
    let apps = || (0_u32..).map(AppNo).zip(&scene.world.apps).filter(sso);
    apps()
        .find(|(_, app)| {
            let name = app.name.to_lowercase();
            ["payroll", "hr", "workday", "people", "adp"]
                .iter()
                .any(|word| name.contains(word))
        })
        .or_else(|| apps().next())
        .map(|(number, _)| number)
}
