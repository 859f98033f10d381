//! The message trace, as Graph gives it: a row for each recipient (`facts/logs-collect.md` §5).

use std::net::{IpAddr, Ipv4Addr};

use super::stamp::ticks;
use super::{Source, Writing};
use crate::happening::{Act, Delivery, Direction, MailAct, Message};
use crate::json;
use crate::random::Seed;

/// First addresses of networks where mail is taken: Microsoft, Google, Proofpoint, Mimecast, Barracuda.
const TAKERS: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::new(52, 101, 8, 1), 60_000),
    (Ipv4Addr::new(142, 250, 102, 26), 6),
    (Ipv4Addr::new(148, 163, 128, 1), 8_000),
    (Ipv4Addr::new(195, 130, 217, 1), 250),
    (Ipv4Addr::new(209, 222, 82, 1), 250),
];

/// Adds a row for each recipient of a message that was carried.
pub(super) fn write(writing: &mut Writing<'_, '_>) {
    let Act::Mail(MailAct::Transported {
        message, delivery, ..
    }) = &writing.happening.act
    else {
        return;
    };
    let at = writing.happening.at;
    let digit = u8::try_from(writing.stream.below(10)).unwrap_or(0);
    let latency = writing.stream.between(300, 660);
    for recipient in &message.to {
        let text = json::object(|row| {
            row.shown("id", message.network_id)
                .text("senderAddress", sender(message))
                .text("recipientAddress", &recipient.address)
                .text("messageId", &message.internet_id)
                .shown("receivedDateTime", ticks(at, digit))
                .text("subject", &message.subject)
                .number("size", i64::try_from(message.size).unwrap_or(i64::MAX))
                .shown("fromIP", message.from_address);
            match taker(message, &recipient.address, recipient.account.is_some()) {
                Some(address) => row.shown("toIP", address),
                None => row.text("toIP", ""),
            };
            row.text("status", status(*delivery));
        });
        let id = format!("{}/{}", message.network_id, recipient.address);
        writing.push(Source::MessageTrace, id, latency, text);
    }
}

/// The envelope's sender.
fn sender(message: &Message) -> &str {
    message.envelope_from.as_deref().unwrap_or(&message.from)
}

/// What the trace says of a delivery. Mail in the junk folder was delivered.
const fn status(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Delivered | Delivery::Junk => "delivered",
        Delivery::Quarantined => "quarantined",
        Delivery::Failed => "failed",
    }
}

/// The address to which the message was handed; the domain decides, so that all mail to it goes there.
fn taker(message: &Message, recipient: &str, inside: bool) -> Option<IpAddr> {
    if inside || message.direction == Direction::Inbound {
        return None;
    }
    let (_, domain) = recipient.rsplit_once('@')?;
    let mut stream = Seed::new(0).child("mail taker").child(domain).stream();
    let (first, count) = stream.pick(TAKERS).copied()?;
    let drawn = u32::try_from(stream.below(u64::from(count))).unwrap_or(0);
    Some(IpAddr::V4(Ipv4Addr::from_bits(
        first.to_bits().wrapping_add(drawn),
    )))
}
