//! Text with places to be filled, for records that are data: `"Url":"https://${domain}/x","Count":${number:1:9}`.
//!
//! A template is read once and filled millions of times; what stands between quotes is escaped.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hourzero_model::Timestamp;

use super::super::Writing;
use super::record::{creation_time, long_time};
use crate::id::{AccountNo, Guid};
use crate::json::escape_into;
use crate::world::{Account, AccountKind};

/// A template that was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Template {
    pieces: Vec<Piece>,
    guids: usize,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Place { what: Place, quoted: bool },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// `${guid}`: a new one.
    Guid,
    /// `${guid:NAME}`: the same one all over the record.
    NamedGuid(usize),
    /// `${id}`: the record's own id.
    RecordId,
    /// `${tenant}`, `${domain}`, `${first_domain}`, `${short}`: the customer.
    Tenant,
    Domain,
    FirstDomain,
    Short,
    /// `${upn}`, `${upn_lower}`, `${oid}`, `${puid}`, `${name}`, `${sid}`: the account.
    Upn,
    UpnLower,
    ObjectId,
    Puid,
    Name,
    Sid,
    /// `${member}`: the name of somebody of the company.
    Member,
    /// `${outsider}`, `${outside_domain}`: an address, a domain of another company.
    Outsider,
    OutsideDomain,
    /// `${object}`: what the happening is about.
    Object,
    /// `${ip}`, `${ip_mapped}`, `${session}`, `${token}`, `${user_agent}`, `${app}`: the access.
    Ip,
    IpMapped,
    Session,
    Token,
    UserAgent,
    App,
    /// `${time}`, `${time7}`, `${timez}`, `${time_us}`, `${millis}`, each with `:SECONDS` from the happening.
    Time(TimeForm, i64),
    /// `${number:LEAST:MOST}`.
    Number(i64, i64),
    /// `${hex:DIGITS}`.
    Hex(usize),
    /// `${pick:a|b|c}`.
    Pick(Vec<String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TimeForm {
    Plain,
    Long,
    Zulu,
    American,
    Millis,
}

impl Template {
    /// Reads a template; `variables` are put in for `${set:NAME}` first.
    ///
    /// # Errors
    /// The place that is not known, in words.
    pub(super) fn read(text: &str, variables: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut template = Self::default();
        let mut names: Vec<String> = Vec::new();
        let mut quoted = false;
        let text: String = text.lines().map(str::trim).collect();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            quoted = template.text(before, quoted);
            let (place, after) = after
                .split_once('}')
                .ok_or_else(|| format!("`${{{after}` has no end"))?;
            rest = after;
            if let Some(name) = place.strip_prefix("set:") {
                let value = variables
                    .get(name)
                    .ok_or_else(|| format!("`{name}` is not set"))?;
                quoted = template.text(value, quoted);
                continue;
            }
            let what = Place::read(place, &mut names).ok_or_else(|| format!("`{place}`"))?;
            template.pieces.push(Piece::Place { what, quoted });
        }
        template.text(rest, quoted);
        template.guids = names.len();
        Ok(template)
    }

    /// Adds fixed text; gives whether a JSON string is open behind it.
    fn text(&mut self, text: &str, open: bool) -> bool {
        let mut open = open;
        let mut escaped = false;
        for sign in text.chars() {
            match sign {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => open = !open,
                _ => {}
            }
        }
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
        open
    }

    /// Fills the places. Outside of quotes only numbers make sense.
    pub(super) fn fill(&self, writing: &mut Writing<'_, '_>, id: Guid, object: &str) -> String {
        let guids: Vec<Guid> = (0..self.guids).map(|_| writing.stream.guid()).collect();
        let mut out = String::with_capacity(256);
        let mut value = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Place { what, quoted } => {
                    value.clear();
                    match what {
                        Place::NamedGuid(at) => {
                            let guid = guids.get(*at).copied().unwrap_or(Guid::NIL);
                            value.push_str(&guid.to_string());
                        }
                        Place::RecordId => value.push_str(&id.to_string()),
                        Place::Object => value.push_str(object),
                        other => other.fill(writing, &mut value),
                    }
                    if *quoted {
                        escape_into(&mut out, &value);
                    } else {
                        out.push_str(&value);
                    }
                }
            }
        }
        out
    }
}

impl Place {
    fn read(text: &str, names: &mut Vec<String>) -> Option<Self> {
        let (word, argument) = match text.split_once(':') {
            Some((word, argument)) => (word, Some(argument)),
            None => (text, None),
        };
        let seconds = || argument.map_or(Some(0), |seconds| seconds.parse().ok());
        Some(match (word, argument) {
            ("guid", None) => Self::Guid,
            ("guid", Some(name)) => {
                let at = names.iter().position(|known| known == name);
                Self::NamedGuid(at.unwrap_or_else(|| {
                    names.push(name.to_owned());
                    names.len() - 1
                }))
            }
            ("time", _) => Self::Time(TimeForm::Plain, seconds()?),
            ("time7", _) => Self::Time(TimeForm::Long, seconds()?),
            ("timez", _) => Self::Time(TimeForm::Zulu, seconds()?),
            ("time_us", _) => Self::Time(TimeForm::American, seconds()?),
            ("millis", _) => Self::Time(TimeForm::Millis, seconds()?),
            ("number", Some(range)) => {
                let (least, most) = range.split_once(':')?;
                Self::Number(least.parse().ok()?, most.parse().ok()?)
            }
            ("hex", Some(digits)) => Self::Hex(digits.parse().ok()?),
            ("pick", Some(choices)) => Self::Pick(choices.split('|').map(str::to_owned).collect()),
            (word, None) => Self::named(word)?,
            _ => return None,
        })
    }

    fn named(word: &str) -> Option<Self> {
        Some(match word {
            "id" => Self::RecordId,
            "tenant" => Self::Tenant,
            "domain" => Self::Domain,
            "first_domain" => Self::FirstDomain,
            "short" => Self::Short,
            "upn" => Self::Upn,
            "upn_lower" => Self::UpnLower,
            "oid" => Self::ObjectId,
            "puid" => Self::Puid,
            "name" => Self::Name,
            "sid" => Self::Sid,
            "member" => Self::Member,
            "outsider" => Self::Outsider,
            "outside_domain" => Self::OutsideDomain,
            "object" => Self::Object,
            "ip" => Self::Ip,
            "ip_mapped" => Self::IpMapped,
            "session" => Self::Session,
            "token" => Self::Token,
            "user_agent" => Self::UserAgent,
            "app" => Self::App,
            _ => return None,
        })
    }

    fn fill(&self, writing: &mut Writing<'_, '_>, out: &mut String) {
        let at = writing.happening.at;
        let tenant = &writing.world.tenant;
        match self {
            Self::Guid => out.push_str(&writing.stream.guid().to_string()),
            Self::Tenant => out.push_str(&tenant.id.to_string()),
            Self::Domain => out.push_str(&tenant.domain),
            Self::FirstDomain => out.push_str(&tenant.first_domain),
            Self::Short => {
                out.push_str(tenant.first_domain.split('.').next().unwrap_or_default());
            }
            Self::Member => member(writing, out),
            Self::Outsider | Self::OutsideDomain => outside(writing, out, self == &Self::Outsider),
            Self::Time(form, seconds) => out.push_str(&form.show(at.plus_seconds(*seconds))),
            Self::Number(least, most) => {
                out.push_str(&writing.stream.between(*least, *most).to_string());
            }
            Self::Hex(digits) => hex(writing, out, *digits),
            Self::Pick(choices) => {
                if let Some(choice) = writing.stream.pick(choices) {
                    out.push_str(choice);
                }
            }
            Self::Ip
            | Self::IpMapped
            | Self::Session
            | Self::Token
            | Self::UserAgent
            | Self::App => {
                self.fill_access(writing, out);
            }
            _ => {
                if let Some(number) = writing.happening.account {
                    self.fill_account(writing.world.account(number), out);
                }
            }
        }
    }

    fn fill_account(&self, account: &Account, out: &mut String) {
        match self {
            Self::UpnLower => out.push_str(&account.upn_lower()),
            Self::ObjectId => out.push_str(&account.id.to_string()),
            Self::Puid => out.push_str(&account.puid),
            Self::Name => out.push_str(&account.display_name),
            Self::Sid => out.push_str(&account.sid),
            _ => out.push_str(&account.upn),
        }
    }

    fn fill_access(&self, writing: &mut Writing<'_, '_>, out: &mut String) {
        let access = writing.happening.access.as_ref();
        let drawn = writing.stream.token();
        let written = match (self, access) {
            (Self::Token, None) => write!(out, "{drawn}"),
            (_, None) => Ok(()),
            (Self::Ip, Some(access)) => write!(out, "{}", access.place.address),
            (Self::IpMapped, Some(access)) if access.place.address.is_ipv4() => {
                write!(out, "::ffff:{}", access.place.address)
            }
            (Self::IpMapped, Some(access)) => write!(out, "{}", access.place.address),
            (Self::Session, Some(access)) => match access.session {
                Some(session) => write!(out, "{session}"),
                None => Ok(()),
            },
            (Self::Token, Some(access)) => match access.token {
                Some(token) => write!(out, "{}", token.id),
                None => write!(out, "{drawn}"),
            },
            (Self::App, Some(access)) => write!(out, "{}", access.client.app_id),
            (_, Some(access)) => out.write_str(&access.client.user_agent),
        };
        debug_assert!(written.is_ok(), "texts take all that is written to them");
    }
}

impl TimeForm {
    fn show(self, at: Timestamp) -> String {
        match self {
            Self::Plain => creation_time(at),
            Self::Long => long_time(at),
            Self::Zulu => format!("{}Z", creation_time(at)),
            Self::American => american(&creation_time(at)),
            Self::Millis => (at.micros() / 1_000).to_string(),
        }
    }
}

/// `2024-10-31T13:31:54` as `10/31/2024 1:31:54 PM`, as automatic investigations write it.
fn american(text: &str) -> String {
    let number = |from, to| -> u32 {
        let part: Option<&str> = text.get(from..to);
        part.and_then(|part| part.parse().ok()).unwrap_or_default()
    };
    let hour = number(11, 13);
    format!(
        "{}/{}/{} {}:{} {}",
        number(5, 7),
        number(8, 10),
        number(0, 4),
        (hour + 11) % 12 + 1,
        text.get(14..19).unwrap_or_default(),
        if hour < 12 { "AM" } else { "PM" }
    )
}

fn member(writing: &mut Writing<'_, '_>, out: &mut String) {
    let accounts = &writing.world.accounts;
    // A few tries find a person; a tenant of shared mailboxes alone does not exist.
    for _ in 0..8 {
        let drawn = writing
            .stream
            .below(u64::try_from(accounts.len()).unwrap_or(1));
        let account = writing
            .world
            .account(AccountNo(u32::try_from(drawn).unwrap_or(0)));
        if account.kind == AccountKind::Member {
            out.push_str(&account.upn);
            return;
        }
    }
    out.push_str("postmaster@");
    out.push_str(&writing.world.tenant.domain);
}

fn outside(writing: &mut Writing<'_, '_>, out: &mut String, whole: bool) {
    let Some(company) = writing.stream.pick(&writing.world.companies) else {
        return;
    };
    match writing.stream.pick(&company.contacts) {
        Some(contact) if whole => out.push_str(&contact.address),
        _ => out.push_str(&company.domain),
    }
}

fn hex(writing: &mut Writing<'_, '_>, out: &mut String, digits: usize) {
    let ends = out.len() + digits;
    while out.len() < ends {
        out.push_str(&format!("{:016x}", writing.stream.bits()));
    }
    out.truncate(ends);
}
