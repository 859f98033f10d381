//! How a message comes to be: who writes to whom about what, and what the mail systems add.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, LazyLock};

use hourzero_model::Timestamp;

use crate::calendar::{Day, MONTHS};
use crate::happening::{Attachment, Authentication, Direction, Message, Recipient};
use crate::id::{AccountNo, Guid};
use crate::random::Stream;
use crate::world::{Contact, Department, World};

/// What arrives from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// From companies that the tenant works with.
    Business,
    /// Newsletters.
    Newsletter,
    /// Services that tell something.
    Notice,
    /// Advertisement and fraud for anybody.
    Junk,
    /// Phishing for anybody.
    Phish,
}

/// A template of a subject with its attachment.
struct Template {
    kind: &'static str,
    subject: &'static str,
    attachment: &'static str,
}

static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    lines(include_str!("../../data/life/subjects.txt"))
        .filter_map(|line| {
            let mut fields = line.split('|');
            Some(Template {
                kind: fields.next()?,
                subject: fields.next()?,
                attachment: fields.next().unwrap_or_default(),
            })
        })
        .collect()
});

static PROJECTS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| lines(include_str!("../../data/life/projects.txt")).collect());

/// Lines of a list, without comments and empty ones.
pub(crate) fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Senders of newsletters, notices and advertisement: name, mailbox, domain.
const STRANGERS: &[(Kind, &str, &str)] = &[
    (
        Kind::Newsletter,
        "Trade Weekly",
        "newsletter@mail.proseware.com",
    ),
    (Kind::Newsletter, "Logistics Today", "news@tailspintoys.net"),
    (
        Kind::Newsletter,
        "Wingtip Insights",
        "newsletter@e.wingtiptoys.com",
    ),
    (
        Kind::Newsletter,
        "Adventure Works Events",
        "events@news.adventure-works.com",
    ),
    (
        Kind::Newsletter,
        "Fourth Coffee",
        "newsletter@fourthcoffee.com",
    ),
    (
        Kind::Notice,
        "Parcel Service",
        "no-reply@track.lucernepublishing.com",
    ),
    (
        Kind::Notice,
        "Ticket Desk",
        "noreply@desk.alpineskihouse.com",
    ),
    (
        Kind::Notice,
        "Microsoft Teams",
        "no-reply@teams.mail.microsoft",
    ),
    (
        Kind::Notice,
        "Microsoft Planner",
        "noreply@planner.office365.com",
    ),
    (
        Kind::Notice,
        "Relecloud Billing",
        "no-reply@billing.relecloud.com",
    ),
    (
        Kind::Notice,
        "Travel Desk",
        "no-reply@blueyonderairlines.com",
    ),
    (Kind::Junk, "Best Deals", "info@deals4u-shop.biz"),
    (
        Kind::Junk,
        "Dr. Samuel Okoro",
        "samuel.okoro77@mail-post.top",
    ),
    (Kind::Junk, "Marketing Pros", "hello@growth-leads.click"),
    (Kind::Junk, "Service", "service@parcel-fee.info"),
    (
        Kind::Phish,
        "IT Service Desk",
        "support@it-helpdesk-notice.top",
    ),
    (Kind::Phish, "SharePoint", "share@docs-online-view.click"),
    (Kind::Phish, "HR Department", "hr@payroll-update.info"),
    (Kind::Phish, "Voicemail", "voice@msg-center.live"),
];

/// Outbound mail hosts: first address and length of a prefix, by who runs them.
const MAIL_HOSTS: &[([u8; 4], u8)] = &[
    ([209, 85, 128, 0], 17),
    ([148, 163, 128, 0], 19),
    ([54, 240, 0, 0], 18),
    ([207, 211, 30, 0], 24),
    ([81, 169, 146, 0], 24),
    ([212, 227, 126, 0], 24),
    ([198, 2, 128, 0], 18),
    ([167, 89, 0, 0], 17),
];

/// What a message is about.
#[derive(Debug, Clone)]
pub(crate) struct Topic {
    /// Subject.
    pub(crate) subject: String,
    /// Name of an attachment; empty for none.
    pub(crate) attachment: String,
    /// About money.
    pub(crate) money: bool,
}

impl Topic {
    /// A new topic of a kind: `money`, `work`, `office`, `news`, `notice`, `junk`.
    pub(crate) fn new(world: &World, kind: &str, at: Timestamp, stream: &mut Stream) -> Self {
        let fitting = TEMPLATES.iter().filter(|template| template.kind == kind);
        let many = fitting.clone().count();
        let which = stream.below(u64::try_from(many).unwrap_or(0));
        let Some(template) = fitting.clone().nth(usize::try_from(which).unwrap_or(0)) else {
            return Self {
                subject: String::new(),
                attachment: String::new(),
                money: false,
            };
        };
        let filled = Filling::draw(world, at, stream);
        Self {
            subject: filled.fill(template.subject),
            attachment: filled.fill(template.attachment),
            money: kind == "money",
        }
    }

    /// The answer to a message.
    pub(crate) fn answer(message: &Message, stream: &mut Stream) -> Self {
        let answered = ["RE: ", "Re: ", "AW: ", "FW: "];
        let subject = if answered
            .iter()
            .any(|sign| message.subject.starts_with(sign))
        {
            message.subject.clone()
        } else {
            format!("RE: {}", message.subject)
        };
        Self {
            subject,
            attachment: if stream.chance(90) {
                format!("image{:03}.png", stream.below(6) + 1)
            } else {
                String::new()
            },
            money: message.money,
        }
    }
}

struct Filling {
    number: u64,
    month: &'static str,
    company: String,
    project: &'static str,
    date: String,
    amount: u64,
}

impl Filling {
    fn draw(world: &World, at: Timestamp, stream: &mut Stream) -> Self {
        let day = Day::of(at).plus(stream.between(-20, 20));
        let month = usize::from(day.civil().1);
        Self {
            number: 10_000 + stream.below(899_999),
            month: MONTHS.get(month - 1).copied().unwrap_or("May"),
            company: stream
                .pick(&world.companies)
                .map_or_else(|| "Contoso".to_owned(), |company| company.name.clone()),
            project: stream.pick(&PROJECTS).copied().unwrap_or("Atlas"),
            date: day.midnight().day(),
            amount: 1_000 * (1 + stream.below(900)),
        }
    }

    fn fill(&self, template: &str) -> String {
        let mut text = String::with_capacity(template.len() + 16);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (mark, after) = after.split_once('}').unwrap_or(("", after));
            match mark {
                "n" => text.push_str(&self.number.to_string()),
                "m" => text.push_str(self.month),
                "c" => text.push_str(&self.company),
                "p" => text.push_str(self.project),
                "d" => text.push_str(&self.date),
                "s" => text.push_str(&self.amount.to_string()),
                _ => {}
            }
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

/// The address of a host that hands in mail for a domain, always one of the same few.
pub(crate) fn mail_host(domain: &str, on_microsoft: bool, stream: &mut Stream) -> IpAddr {
    let hash = domain.bytes().fold(5_381_u32, |hash, byte| {
        hash.wrapping_mul(33) ^ u32::from(byte)
    });
    let host = hash.wrapping_add(u32::try_from(stream.below(3)).unwrap_or(0));
    if on_microsoft {
        // Outbound protection of Exchange Online, 40.107.0.0/16 (attack-traces.md §4.1).
        return IpAddr::V4(Ipv4Addr::from_bits(0x286b_0000 | (host & 0xffff)));
    }
    let pick = usize::try_from(hash >> 8).unwrap_or(0) % MAIL_HOSTS.len();
    let ([a, b, c, d], length) = MAIL_HOSTS
        .get(pick)
        .copied()
        .unwrap_or(([209, 85, 128, 0], 17));
    let first = Ipv4Addr::new(a, b, c, d).to_bits();
    let mask = u32::MAX.checked_shr(u32::from(length)).unwrap_or(0);
    IpAddr::V4(Ipv4Addr::from_bits(first | (host.max(1) & mask)))
}

fn attachments(topic: &Topic, stream: &mut Stream) -> Vec<Attachment> {
    if topic.attachment.is_empty() {
        return Vec::new();
    }
    let sha256 = sha256(stream);
    vec![Attachment {
        name: topic.attachment.replace('/', "-"),
        size: 18_000 + stream.below(60) * stream.below(60) * 400,
        sha256,
    }]
}

/// The hash of a file that nobody has.
pub(crate) fn sha256(stream: &mut Stream) -> String {
    (0..4).fold(String::with_capacity(64), |mut text, _| {
        text.push_str(&format!("{:016x}", stream.bits()));
        text
    })
}

/// A Message-ID as a mail server of a domain outside makes it.
pub(crate) fn foreign_message_id(domain: &str, stream: &mut Stream) -> String {
    format!(
        "<{:016x}.{:08x}@{domain}>",
        stream.bits(),
        stream.below(1 << 32)
    )
}

/// A Message-ID as the server of a mailbox makes it, whoever writes in it.
pub(crate) fn own_message_id(world: &World, mailbox: AccountNo, stream: &mut Stream) -> String {
    let account = world.account(mailbox);
    let forest = world.tenant.forest.to_lowercase().replace("pr", "prd");
    let server = if account.server.is_empty() {
        "DB7PR07MB1000"
    } else {
        account.server.as_str()
    };
    format!(
        "<{server}{:024X}@{server}.{forest}.prod.outlook.com>",
        u128::from(stream.bits()) << 12 | u128::from(stream.below(4_096)),
    )
}

/// The recipient that is an account of the tenant.
pub(crate) fn inside(world: &World, number: AccountNo) -> Recipient {
    Recipient {
        address: world.account(number).upn.clone(),
        account: Some(number),
    }
}

/// The sender of a message from outside.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    /// Address.
    pub(crate) address: String,
    /// Name.
    pub(crate) name: String,
    /// Its mail comes from Exchange Online.
    pub(crate) on_microsoft: bool,
    /// What it is to the tenant.
    pub(crate) kind: Kind,
}

impl Sender {
    /// Somebody who writes to an account: its own correspondents more often than others.
    pub(crate) fn draw(
        world: &World,
        to: AccountNo,
        kind: Kind,
        stream: &mut Stream,
    ) -> Option<Self> {
        if kind == Kind::Business {
            let (contact, on_microsoft) = correspondent(world, to, stream)?;
            return Some(Self {
                address: contact.address.clone(),
                name: contact.name.clone(),
                on_microsoft,
                kind,
            });
        }
        let fitting: Vec<_> = STRANGERS.iter().filter(|(its, ..)| *its == kind).collect();
        let (_, name, address) = stream.pick(&fitting).copied()?;
        Some(Self {
            address: (*address).to_owned(),
            name: (*name).to_owned(),
            on_microsoft: false,
            kind,
        })
    }
}

/// A contact that an account writes with: mostly one of a dozen companies of its own.
pub(crate) fn correspondent<'w>(
    world: &'w World,
    who: AccountNo,
    stream: &mut Stream,
) -> Option<(&'w Contact, bool)> {
    let many = u64::try_from(world.companies.len()).unwrap_or(0);
    if many == 0 {
        return None;
    }
    let near = stream.below(12).min(stream.below(12));
    let which = if stream.chance(850) {
        (u64::from(who.0).wrapping_mul(2_654_435_761) % many + near * 7) % many
    } else {
        stream.below(many)
    };
    let company = world.companies.get(usize::try_from(which).unwrap_or(0))?;
    // Of a company, people know one or two.
    let first = stream.below(2) + u64::from(who.0) % 3;
    let at = usize::try_from(first).unwrap_or(0) % company.contacts.len().max(1);
    let contact = company.contacts.get(at)?;
    Some((contact, company.tenant.is_some()))
}

/// What somebody writes about, by department.
pub(crate) fn topic_of(department: Department, stream: &mut Stream) -> &'static str {
    let money = match department {
        Department::Finance => 620,
        Department::Purchasing => 420,
        Department::Sales => 330,
        Department::Management => 200,
        _ => 70,
    };
    if stream.chance(money) {
        "money"
    } else {
        "work"
    }
}

/// A message from outside.
pub(crate) fn from_outside(
    sender: &Sender,
    to: Vec<Recipient>,
    topic: &Topic,
    at: Timestamp,
    stream: &mut Stream,
) -> Arc<Message> {
    let domain = sender.address.split('@').nth(1).unwrap_or_default();
    let attachments = attachments(topic, stream);
    let size = 9_000 + stream.below(70_000) + attachments.iter().map(|one| one.size).sum::<u64>();
    let internet_id = if sender.on_microsoft {
        format!(
            "<AM0PR{:02}MB{:04}{:024X}@AM0PR{:02}MB{:04}.eurprd{:02}.prod.outlook.com>",
            stream.below(20) + 1,
            stream.below(9_000) + 1_000,
            u128::from(stream.bits()),
            stream.below(20) + 1,
            stream.below(9_000) + 1_000,
            stream.below(20) + 1,
        )
    } else {
        foreign_message_id(domain, stream)
    };
    let urls = match sender.kind {
        Kind::Newsletter => vec![
            format!("https://{domain}/c/{:08x}", stream.below(1 << 32)),
            format!("https://{domain}/unsubscribe/{:08x}", stream.below(1 << 32)),
        ],
        Kind::Notice | Kind::Junk | Kind::Phish => {
            vec![format!("https://{domain}/v/{:08x}", stream.below(1 << 32))]
        }
        Kind::Business if stream.chance(120) => vec![format!("https://www.{domain}/")],
        Kind::Business => Vec::new(),
    };
    let bulk = matches!(sender.kind, Kind::Newsletter | Kind::Notice);
    Arc::new(Message {
        internet_id,
        network_id: Guid::timed(stream.bytes(), at),
        sent_at: at,
        subject: topic.subject.clone(),
        money: topic.money,
        from: sender.address.clone(),
        from_name: sender.name.clone(),
        envelope_from: bulk.then(|| format!("bounce-{:08x}@{domain}", stream.below(1 << 32))),
        sender: None,
        to,
        size,
        attachments,
        urls,
        direction: Direction::Inbound,
        authentication: authentication(sender.kind, stream),
        from_address: mail_host(domain, sender.on_microsoft, stream),
        item: stream.bytes(),
    })
}

fn authentication(kind: Kind, stream: &mut Stream) -> Authentication {
    match kind {
        Kind::Junk | Kind::Phish if stream.chance(600) => Authentication {
            spf: "softfail",
            dkim: "none",
            dmarc: "none",
            compauth: "fail reason=001",
        },
        _ if stream.chance(90) => Authentication {
            spf: "pass",
            dkim: "none",
            dmarc: "bestguesspass",
            compauth: "pass reason=109",
        },
        _ => Authentication {
            spf: "pass",
            dkim: "pass",
            dmarc: "pass",
            compauth: "pass reason=100",
        },
    }
}

/// A message before it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// The mailbox that it is sent from.
    pub(crate) mailbox: AccountNo,
    /// To whom.
    pub(crate) to: Vec<Recipient>,
    /// About what.
    pub(crate) topic: Topic,
}

/// A message that an account writes.
pub(crate) fn from_inside(
    world: &World,
    draft: Draft,
    at: Timestamp,
    from_address: IpAddr,
    stream: &mut Stream,
) -> Arc<Message> {
    let Draft { mailbox, to, topic } = draft;
    let topic = &topic;
    let account = world.account(mailbox);
    let outside = to.iter().any(|one| one.account.is_none());
    let attachments = attachments(topic, stream);
    let size = 6_000 + stream.below(60_000) + attachments.iter().map(|one| one.size).sum::<u64>();
    Arc::new(Message {
        internet_id: own_message_id(world, mailbox, stream),
        network_id: Guid::timed(stream.bytes(), at),
        sent_at: at,
        subject: topic.subject.clone(),
        money: topic.money,
        from: account.upn.clone(),
        from_name: account.display_name.clone(),
        envelope_from: None,
        sender: Some(mailbox),
        to,
        size,
        attachments,
        urls: Vec::new(),
        direction: if outside {
            Direction::Outbound
        } else {
            Direction::IntraOrg
        },
        authentication: Authentication {
            spf: "none",
            dkim: "none",
            dmarc: "none",
            compauth: "pass",
        },
        from_address,
        item: stream.bytes(),
    })
}
