//! What all records of the unified audit log share: head, id, times, latency, and the token behind an act.

use hourzero_model::Timestamp;

use super::super::{Source, Writing, stamp};
use crate::id::Guid;
use crate::json::{self, Object};
use crate::random::Stream;

/// The keys that stand at the beginning of every record.
#[derive(Debug)]
pub(super) struct Head<'h> {
    /// `CreationTime`.
    pub(super) at: Timestamp,
    /// `Id`.
    pub(super) id: Guid,
    /// `Operation`.
    pub(super) operation: &'h str,
    /// `RecordType`.
    pub(super) record_type: u16,
    /// `Workload`.
    pub(super) workload: &'h str,
    /// `ResultStatus`, where the workload has one.
    pub(super) result: Option<&'h str>,
    /// `ClientIP`, where the workload has it.
    pub(super) client_ip: Option<String>,
    /// `ObjectId`, where the workload has one.
    pub(super) object: Option<&'h str>,
    /// Who.
    pub(super) user: User,
}

/// The user as a workload names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct User {
    /// `UserId`.
    pub(super) id: String,
    /// `UserKey`.
    pub(super) key: String,
    /// `UserType`: 0 regular, 2 administrator, 3 datacentre, 4 system, 5 application.
    pub(super) kind: u8,
}

impl User {
    /// A user of these names.
    pub(super) fn new(id: impl Into<String>, key: impl Into<String>, kind: u8) -> Self {
        Self {
            id: id.into(),
            key: key.into(),
            kind,
        }
    }
}

impl Head<'_> {
    /// Writes the keys.
    pub(super) fn write(&self, record: &mut Object<'_>, writing: &Writing<'_, '_>) {
        record
            .text("CreationTime", creation_time(self.at))
            .shown("Id", self.id)
            .text("Operation", self.operation)
            .shown("OrganizationId", writing.world.tenant.id)
            .number("RecordType", self.record_type)
            .maybe("ResultStatus", self.result)
            .text("UserKey", &self.user.key)
            .number("UserType", self.user.kind)
            .number("Version", 1)
            .text("Workload", self.workload)
            .maybe("ClientIP", self.client_ip.as_deref())
            .maybe("ObjectId", self.object)
            .text("UserId", &self.user.id);
    }
}

/// How late a log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lateness {
    /// Entra: minutes to an hour.
    Entra,
    /// Exchange, SharePoint, Teams: 60 to 90 minutes are typical (`facts/logs-collect.md` §3.3).
    Core,
    /// All others: up to hours.
    General,
}

impl Lateness {
    /// Seconds until the log has the record. One record in fourteen takes hours, one in a hundred up to a
    /// day.
    pub(super) fn draw(self, stream: &mut Stream) -> i64 {
        let (typical, late) = match self {
            Self::Entra => ((240, 3_600), (3_600, 14_400)),
            Self::Core => ((2_400, 5_400), (5_400, 28_800)),
            Self::General => ((1_800, 10_800), (10_800, 43_200)),
        };
        match stream.below(100) {
            0 => stream.between(late.1, 86_400),
            1..=7 => stream.between(late.0, late.1),
            _ => stream.between(typical.0, typical.1),
        }
    }
}

/// Writes a record: the head, then what its workload adds.
pub(super) fn push(
    writing: &mut Writing<'_, '_>,
    head: &Head<'_>,
    lateness: Lateness,
    fill: impl FnOnce(&mut Object<'_>),
) {
    push_with_context(writing, head, lateness, None, fill);
}

/// Writes a record with the token's context before its head, as the newer records have it.
pub(super) fn push_with_context(
    writing: &mut Writing<'_, '_>,
    head: &Head<'_>,
    lateness: Lateness,
    context: Option<Context>,
    fill: impl FnOnce(&mut Object<'_>),
) {
    let text = json::object(|record| {
        if let Some(context) = context {
            record.object("AppAccessContext", |inner| context.write(inner));
        }
        head.write(record, writing);
        fill(record);
    });
    let latency = lateness.draw(&mut writing.stream);
    // The service writes the same happening twice now and then, with another id. Entra does not: its ids
    // are those of the request.
    if lateness != Lateness::Entra && writing.stream.below(3_000) == 0 {
        let other = ticked_id(&mut writing.stream, writing.happening.at);
        let copy = text.replacen(&head.id.to_string(), &other.to_string(), 1);
        let later = latency + writing.stream.between(1, 600);
        writing.push(Source::UnifiedAudit, other.to_string(), later, copy);
    }
    writing.push(Source::UnifiedAudit, head.id.to_string(), latency, text);
}

/// `AppAccessContext`: which token an act was done with. Keys that a workload does not write are left out.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    /// `AADSessionId`.
    pub(super) session: Option<String>,
    /// `APIId`.
    pub(super) api: Option<&'static str>,
    /// `ClientAppId`.
    pub(super) client_app: Option<String>,
    /// `ClientAppName`.
    pub(super) client_name: Option<String>,
    /// `CorrelationId`.
    pub(super) correlation: Option<String>,
    /// `IssuedAtTime`.
    pub(super) issued: Option<String>,
    /// `TokenIssuedAtTime`, the name that SharePoint gives it.
    pub(super) token_issued: Option<String>,
    /// `UniqueTokenId`.
    pub(super) token: Option<String>,
}

impl Context {
    fn write(&self, record: &mut Object<'_>) {
        record
            .maybe("AADSessionId", self.session.as_deref())
            .maybe("APIId", self.api)
            .maybe("ClientAppId", self.client_app.as_deref())
            .maybe("ClientAppName", self.client_name.as_deref())
            .maybe("CorrelationId", self.correlation.as_deref())
            .maybe("IssuedAtTime", self.issued.as_deref())
            .maybe("TokenIssuedAtTime", self.token_issued.as_deref())
            .maybe("UniqueTokenId", self.token.as_deref());
    }
}

/// `CreationTime`: UTC, whole seconds, without `Z`.
pub(super) fn creation_time(at: Timestamp) -> String {
    stamp::bare(at).to_string()
}

/// A time with seven digits of a fraction, as times inside a record often are.
pub(super) fn long_time(at: Timestamp) -> String {
    let mut text = creation_time(at);
    text.push_str(".0000000Z");
    text
}

/// An id as Exchange, SharePoint and the compliance portal make it: the last group counts time, in ticks
/// of 100 ns since the year 1 without their lowest 16 bits, half a second or so after the act.
pub(super) fn ticked_id(stream: &mut Stream, at: Timestamp) -> Guid {
    const TICKS_AT_EPOCH: i64 = 621_355_968_000_000_000;
    let after = stream.between(200_000, 2_500_000);
    let ticks = TICKS_AT_EPOCH + (at.micros() + after) * 10;
    let mut bytes = stream.bytes();
    let time = (ticks >> 16).to_be_bytes();
    for (place, byte) in bytes.iter_mut().skip(10).zip(time.iter().skip(2)) {
        *place = *byte;
    }
    if let Some(version) = bytes.get_mut(6) {
        *version = (*version & 0x0f) | 0x40;
    }
    Guid::from_bytes(bytes)
}

/// An address with the client's port, in brackets for IPv6, as the records of Exchange's cmdlets have it.
pub(super) fn with_port(writing: &Writing<'_, '_>) -> Option<String> {
    let place = writing.happening.access.as_ref()?.place;
    Some(std::net::SocketAddr::new(place.address, place.port).to_string())
}

/// The address alone.
pub(super) fn bare(writing: &Writing<'_, '_>) -> Option<String> {
    Some(writing.happening.access.as_ref()?.place.address.to_string())
}

/// The address as Teams writes it: IPv4 in its IPv6 form.
pub(super) fn mapped(writing: &Writing<'_, '_>) -> Option<String> {
    let address = writing.happening.access.as_ref()?.place.address;
    Some(if address.is_ipv4() {
        format!("::ffff:{address}")
    } else {
        address.to_string()
    })
}
