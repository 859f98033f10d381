//! How an attacker's acts come into the world: the queue of what is to happen, and the forms of sign-ins
//! and messages.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use hourzero_model::Timestamp;

use super::apps::KnownApps;
use crate::happening::{
    Access, Act, Actor, Attachment, AuthStep, Authentication, Direction, Happening, Message,
    Recipient, SignIn, SignInKind, Token,
};
use crate::id::{AccountNo, AppNo, DeviceNo, Guid, TokenId};
use crate::life::post;
use crate::random::Stream;
use crate::state::State;
use crate::world::{Client, Place, World};

/// What is to happen, in the order of time; at the same time, in the order in which it was told.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: BTreeMap<(Timestamp, u64), Told>,
    told: u64,
}

/// Something that is to happen.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) happening: Happening,
    /// The attacker for whose way in it was told.
    pub(crate) entering: Option<u8>,
}

impl Queue {
    pub(crate) fn push(&mut self, happening: Happening) {
        self.push_told(Told {
            happening,
            entering: None,
        });
    }

    fn push_told(&mut self, told: Told) {
        self.waiting.insert((told.happening.at, self.told), told);
        self.told += 1;
    }

    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        self.waiting.first_key_value().map(|((at, _), _)| *at)
    }

    pub(crate) fn pop(&mut self) -> Option<Told> {
        self.waiting.pop_first().map(|(_, told)| told)
    }
}

/// Who does something in whose name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) actor: Actor,
    pub(crate) account: Option<AccountNo>,
    pub(crate) app: Option<AppNo>,
}

impl Who {
    pub(crate) const fn user(actor: Actor, account: AccountNo) -> Self {
        Self {
            actor,
            account: Some(account),
            app: None,
        }
    }

    pub(crate) const fn nobody(actor: Actor) -> Self {
        Self {
            actor,
            account: None,
            app: None,
        }
    }
}

/// The moment in which an attacker acts.
pub(crate) struct Scene<'a> {
    pub(crate) world: &'a World,
    pub(crate) state: &'a mut State,
    pub(crate) apps: KnownApps,
    pub(crate) now: Timestamp,
    pub(crate) queue: &'a mut Queue,
    /// The attacker, as long as he is not in.
    pub(crate) entering: Option<u8>,
}

impl Scene<'_> {
    /// Something happens so many seconds from now.
    pub(crate) fn tell(&mut self, after: i64, who: Who, access: Option<&Access>, act: Act) {
        let at = self.now.plus_seconds(after);
        let access = match (&act, access) {
            (Act::SignIn(row), Some(access)) => Some(answered(access.clone(), row, at)),
            (_, access) => access.cloned(),
        };
        let happening = Happening {
            at,
            actor: who.actor,
            account: who.account,
            app: who.app,
            access,
            act,
        };
        self.queue.push_told(Told {
            happening,
            entering: self.entering,
        });
    }
}

/// A granted, interactive sign-in with nothing special about it; the caller changes what differs.
pub(crate) fn sign_in(stream: &mut Stream, resource: AppNo) -> SignIn {
    SignIn {
        bound: Some(false),
        request_type: "OAuth2:Authorize",
        ..SignIn::plain(stream, SignInKind::Interactive, resource)
    }
}

/// A step of an authentication.
pub(crate) fn step(
    at: Timestamp,
    method: &'static str,
    detail: &str,
    result: (&'static str, bool),
) -> AuthStep {
    let requirement = match method {
        "Password" | "Temporary Access Pass" | "Windows Hello for Business" => {
            "Primary authentication"
        }
        _ => "Multifactor authentication",
    };
    AuthStep {
        at,
        method,
        detail: detail.to_owned(),
        succeeded: result.1,
        result: result.0,
        requirement,
    }
}

/// The step that says that an earlier claim was enough.
pub(crate) fn satisfied(at: Timestamp) -> AuthStep {
    AuthStep {
        at,
        method: "Previously satisfied",
        detail: String::new(),
        succeeded: true,
        result: "MFA requirement satisfied by claim in the token",
        requirement: "Multifactor authentication",
    }
}

/// A way to a service.
pub(crate) fn access(
    stream: &mut Stream,
    place: Place,
    client: &Arc<Client>,
    at: Timestamp,
) -> Access {
    Access {
        place,
        client: Arc::clone(client),
        session: None,
        token: Some(Token {
            id: stream.token(),
            issued: at,
        }),
        device: None,
    }
}

/// The same way with the token that a request is answered with: its id is made of the request's.
pub(crate) fn answered(mut access: Access, request: &SignIn, at: Timestamp) -> Access {
    access.token = Some(Token {
        id: TokenId::of_request(request.id),
        issued: at,
    });
    access
}

/// The same way with a session and a device.
pub(crate) fn in_session(
    mut access: Access,
    session: Option<Guid>,
    device: Option<DeviceNo>,
) -> Access {
    access.session = session;
    access.device = device;
    access
}

/// What a message is made of.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) from: String,
    pub(crate) from_name: String,
    pub(crate) sender: Option<AccountNo>,
    pub(crate) to: Vec<Recipient>,
    pub(crate) subject: String,
    pub(crate) money: bool,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) urls: Vec<String>,
    pub(crate) from_address: IpAddr,
    pub(crate) authentication: Authentication,
}

/// Sender authentication of mail from a real domain of the sender's.
pub(crate) const GENUINE: Authentication = Authentication {
    spf: "pass",
    dkim: "pass",
    dmarc: "pass",
    compauth: "pass reason=100",
};

/// Sender authentication of mail that is handed in for a domain by a stranger.
pub(crate) const SPOOFED: Authentication = Authentication {
    spf: "fail",
    dkim: "none",
    dmarc: "fail",
    compauth: "none reason=451",
};

/// Writes a message.
pub(crate) fn write(
    stream: &mut Stream,
    world: &World,
    letter: Letter,
    at: Timestamp,
) -> Arc<Message> {
    let inside = letter.sender.is_some();
    let outside_recipient = letter.to.iter().any(|one| one.account.is_none());
    let direction = match (inside, outside_recipient) {
        (false, _) => Direction::Inbound,
        (true, true) => Direction::Outbound,
        (true, false) => Direction::IntraOrg,
    };
    let internet_id = match letter.sender {
        Some(account) => post::own_message_id(world, account, stream),
        None => {
            let domain = letter.from.rsplit('@').next().unwrap_or_default();
            post::foreign_message_id(domain, stream)
        }
    };
    let attached: u64 = letter.attachments.iter().map(|one| one.size).sum();
    Arc::new(Message {
        internet_id,
        network_id: Guid::timed(stream.bytes(), at),
        sent_at: at,
        subject: letter.subject,
        money: letter.money,
        from: letter.from,
        from_name: letter.from_name,
        envelope_from: None,
        sender: letter.sender,
        to: letter.to,
        size: 18_000 + stream.below(40_000) + attached * 4 / 3,
        attachments: letter.attachments,
        urls: letter.urls,
        direction,
        authentication: letter.authentication,
        from_address: letter.from_address,
        item: stream.bytes(),
    })
}

/// One who gets mail, inside or outside.
pub(crate) fn recipient(world: &World, account: AccountNo) -> Recipient {
    post::inside(world, account)
}

/// A document on a message.
pub(crate) fn document(stream: &mut Stream, name: String) -> Attachment {
    let sha256 = post::sha256(stream);
    Attachment {
        name,
        size: 60_000 + stream.below(240_000),
        sha256,
    }
}
