//! The aggregates that attribution starts from: one row an account, session, address and client.

use hourzero_model::{ActorKind, Log, Outcome, Timestamp};
use hourzero_scope::attribution::{Seats, Trace};
use serde_json::Value;

use crate::investigate::{number, words};
use crate::networks::{MicrosoftClass, Networks};
use crate::{Case, CaseError};

/// Days that one word of bits tells apart.
const BITS: i64 = 63;
const SECONDS_A_DAY: i64 = 86_400;

impl Case<'_> {
    /// Where every account sat.
    pub(super) fn seats(
        &self,
        networks: &Networks,
        span: Option<(i64, i64)>,
    ) -> Result<Seats, CaseError> {
        let mut seats = Seats::default();
        let Some((first, days)) = span else {
            return Ok(seats);
        };
        let sql = format!(
            "SELECT coalesce(actor, CASE WHEN actor_kind = 'app' THEN coalesce(app_id, actor_id) ELSE actor_id END) AS account, \
             actor_kind, source, session_id, ip, user_agent, client_app, device_id, auth_protocol, result, \
             CASE WHEN source = 'sign-in' OR operation LIKE 'UserLog%' THEN result_code END AS code, risk, asn, country, \
             min(event_time), max(event_time), count(*), \
             sum(CASE WHEN operation IN ('FileDownloaded', 'FileSyncDownloadedFull', 'FileSyncDownloadedPartial') THEN 1 ELSE 0 END), \
             bit_or(1 << CAST((CAST(date_part('epoch', event_time) AS BIGINT) - {first}) / {SECONDS_A_DAY} * {BITS} / {days} AS BIGINT)) \
             FROM events GROUP BY account, actor_kind, source, session_id, ip, user_agent, client_app, device_id, \
             auth_protocol, result, code, risk, asn, country",
            days = days.max(BITS),
        );
        self.each_row(&sql, &mut |row| {
            if let Some(trace) = trace(row, networks) {
                seats.take(&trace);
            }
        })?;
        Ok(seats)
    }

    /// The first second of the evidence and its days.
    pub(super) fn span(&self) -> Result<Option<(i64, i64)>, CaseError> {
        let rows = self.rows("SELECT min(event_time), max(event_time) FROM events")?;
        let time = |at: usize| {
            let text = rows.first()?.get(at)?.as_str()?;
            Timestamp::parse(text).ok()
        };
        Ok(time(0).zip(time(1)).map(|(first, last)| {
            let begins = first.micros().div_euclid(1_000_000);
            (begins, last.seconds_since(first) / SECONDS_A_DAY + 1)
        }))
    }
}

fn trace(row: &[Value], networks: &Networks) -> Option<Trace> {
    let text = |at: usize| words(row.get(at));
    let time = |at: usize| Timestamp::parse(row.get(at)?.as_str()?).ok();
    let account = text(0);
    if account.is_empty() {
        return None;
    }
    let ip: Option<std::net::IpAddr> = text(4).parse().ok();
    let logged = row
        .get(12)
        .and_then(Value::as_u64)
        .and_then(|asn| u32::try_from(asn).ok());
    let network = ip.map(|ip| networks.of(ip, logged)).unwrap_or_default();
    let country = text(13);
    Some(Trace {
        account,
        kind: ActorKind::from_name(&text(1)),
        log: Log::from_name(&text(2))?,
        session: text(3),
        ip,
        user_agent: text(5),
        client_app: text(6),
        device: text(7),
        protocol: text(8),
        result: Outcome::from_name(&text(9)),
        code: text(10),
        risk: text(11),
        asn: logged.or(network.asn),
        country: if country.is_empty() {
            network.country.unwrap_or_default()
        } else {
            country
        },
        is_service_address: network.microsoft == Some(MicrosoftClass::Service),
        is_azure_address: network.microsoft == Some(MicrosoftClass::Azure),
        first: time(14)?,
        last: time(15)?,
        count: number(row.get(16)),
        taken: number(row.get(17)),
        days: row
            .get(18)
            .and_then(Value::as_i64)
            .map_or(0, i64::cast_unsigned),
    })
}
