//! A mail as a record: who wrote it to whom, through which hands, and what the receiving service found.
//!
//! Takes a [`Letter`] and its place. It must not judge: where a line may be forged by the sender, the
//! record says so beside it.

use hourzero_model::{HappeningKey, Log, Provenance, Record, Timestamp, canonical_ip};

use super::authentication::{Results, antispam};
use super::body::{self, Urls};
use super::header::{self, Mailbox};
use super::hop::Chain;
use super::part::Letter;
use super::{Kind, clipped, domain, outlook};

/// So many recipients and attachments are named; the rest is counted.
const MAX_NAMED: usize = 500;

/// Fills a record step by step.
struct Draft<'a> {
    letter: &'a Letter,
    chain: Chain,
    /// The antispam report of the receiving service.
    report: Vec<(&'a str, &'a str)>,
    record: Record,
}

/// The record of a mail; the error is the reject's reason.
pub(super) fn record(
    letter: &Letter,
    kind: Kind,
    place: Provenance,
    role: Option<&str>,
) -> Result<Record, String> {
    let report = letter
        .headers
        .first("X-Forefront-Antispam-Report")
        .map(antispam)
        .unwrap_or_default();
    let connecting = report
        .iter()
        .find(|(key, _)| *key == "CIP")
        .and_then(|(_, value)| connecting_address(value));
    let chain = Chain::read(&letter.headers, connecting);
    let (time, from) = time(letter, &chain).ok_or_else(|| {
        "the mail has no readable time, neither in its Received lines nor as Date: get the original \
         mail with all its headers"
            .to_owned()
    })?;
    let mut record = Record::new(place, kind.form(), Log::Mail, time);
    record.record_id = place.own_id();
    "Mail".clone_into(&mut record.operation);
    let mut draft = Draft {
        letter,
        chain,
        report,
        record,
    };
    draft.push("TimeFrom", &from);
    draft.push("Role", role.unwrap_or_default());
    draft.parties();
    draft.identity();
    draft.authentication();
    draft.service();
    draft.chain();
    draft.thread();
    draft.content();
    Ok(draft.record)
}

/// 255.255.255.255 stands for mail that did not come in over SMTP.
fn connecting_address(value: &str) -> Option<std::net::IpAddr> {
    canonical_ip(value)
        .map(|address| address.ip)
        .filter(|ip| ip.to_string() != "255.255.255.255")
}

fn time(letter: &Letter, chain: &Chain) -> Option<(Timestamp, String)> {
    let ours = chain.hops.iter().take(chain.trusted).enumerate();
    let received = ours
        .filter_map(|(number, hop)| Some((hop.time?, format!("Received, hop {}", number + 1))))
        .next();
    let outlook = letter.outlook.as_ref();
    let property = |time: Option<Timestamp>, word: &str| Some((time?, word.to_owned()));
    received
        .or_else(|| property(outlook?.delivered, "delivery time in Outlook's file"))
        .or_else(|| {
            let date = letter.headers.first("Date")?;
            Some((
                header::instant(date)?,
                "Date, the sender's claim".to_owned(),
            ))
        })
        .or_else(|| property(outlook?.submitted, "submit time in Outlook's file"))
        .or_else(|| {
            let hops = chain.hops.iter().enumerate();
            hops.filter_map(|(number, hop)| {
                Some((hop.time?, format!("Received, hop {}, a claim", number + 1)))
            })
            .next()
        })
}

impl Draft<'_> {
    fn push(&mut self, name: &str, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            let value = clipped(value).into();
            self.record.parameters.push((name.into(), value));
        }
    }

    fn header(&self, names: &[&str]) -> Option<String> {
        self.letter.headers.first_of(names).map(str::to_owned)
    }

    /// Puts a header into the parameters as it is, encoded words decoded.
    fn push_header(&mut self, name: &str, headers: &[&str]) {
        if let Some(value) = self.header(headers) {
            self.push(name, &header::decoded(&value));
        }
    }

    fn parties(&mut self) {
        let of_outlook = self.letter.outlook.clone().unwrap_or_default();
        let from = self
            .header(&["From"])
            .and_then(|value| header::mailboxes(&value).into_iter().next())
            .unwrap_or(of_outlook.sender);
        let named: Vec<(&str, Mailbox)> = ["To", "Cc", "Bcc"]
            .into_iter()
            .flat_map(|name| {
                let lines = self.letter.headers.all(name);
                let all: Vec<Mailbox> = lines
                    .flat_map(|(_, line)| header::mailboxes(line))
                    .collect();
                all.into_iter().map(move |mailbox| (name, mailbox))
            })
            .collect();
        let first = named
            .iter()
            .find_map(|(_, mailbox)| mailbox.address.clone())
            .or_else(|| {
                of_outlook
                    .recipients
                    .iter()
                    .find_map(|one| one.address.clone())
            });
        self.record.owner = first;
        let mut all: Vec<String> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        let mailboxes = named.into_iter().map(|(_, mailbox)| mailbox);
        for address in mailboxes
            .chain(of_outlook.recipients)
            .filter_map(|mailbox| mailbox.address)
        {
            if seen.insert(address.clone()) {
                all.push(address);
            }
        }
        for address in all.iter().take(MAX_NAMED) {
            self.push("Recipient", address);
        }
        self.count_rest("RecipientsNotListed", all.len());
        self.replies(from.address.as_deref());
        self.record.actor.upn = from.address.map(|address| clipped(&address));
        self.record.actor.name = from.name.map(|name| clipped(&name));
    }

    /// Where answers and bounces go, and whether that is another domain than the writer's.
    fn replies(&mut self, from: Option<&str>) {
        let own = from.and_then(domain::registrable);
        self.push("FromDomain", own.as_deref().unwrap_or_default());
        for (name, differs, header) in [
            ("ReplyTo", "ReplyToDiffers", "Reply-To"),
            ("ReturnPath", "ReturnPathDiffers", "Return-Path"),
            ("Sender", "SenderDiffers", "Sender"),
        ] {
            let Some(value) = self.header(&[header]) else {
                continue;
            };
            let addresses: Vec<String> = header::mailboxes(&value)
                .into_iter()
                .filter_map(|mailbox| mailbox.address)
                .filter(|address| address.contains('@'))
                .collect();
            for address in addresses.iter().take(MAX_NAMED) {
                self.push(name, address);
            }
            if !addresses.is_empty() {
                let elsewhere = addresses
                    .iter()
                    .any(|address| domain::registrable(address) != own);
                self.push(differs, if elsewhere { "True" } else { "False" });
            }
        }
    }

    fn identity(&mut self) {
        self.record.message_id = self.header(&["Message-ID"]).map(|id| clipped(id.trim()));
        self.record.network_message_id = self
            .header(&[
                "X-MS-Exchange-Organization-Network-Message-Id",
                "X-MS-Exchange-CrossTenant-Network-Message-Id",
            ])
            .map(|id| clipped(&id.to_lowercase()));
        self.record.subject = self
            .header(&["Subject"])
            .map(|subject| clipped(&header::decoded(&subject)));
        self.record.target.kind = Some("message".to_owned());
        self.record.target.id = self.record.network_message_id.clone();
        self.record.target.name = self.record.subject.clone();
        self.record.id_key = self
            .record
            .message_id
            .as_deref()
            .map(|id| HappeningKey::of(&["mail", id]));
    }

    /// The topmost results that the receiving service wrote; where there are none, the topmost claim.
    fn authentication(&mut self) {
        let headers = &self.letter.headers;
        let lines: Vec<(usize, &str)> = headers.all("Authentication-Results").collect();
        let trusted = lines.iter().find(|(at, _)| self.chain.is_above_border(*at));
        let proof = if trusted.is_some() {
            "trusted"
        } else {
            "claim"
        };
        if let Some((_, line)) = trusted.or(lines.first()) {
            let results = Results::read(line);
            let server = results.server.clone();
            self.push("AuthenticationProof", proof);
            self.push(
                "AuthenticationServer",
                server.as_deref().unwrap_or_default(),
            );
            self.results(&results);
        }
        self.push_header("ArcResults", &["ARC-Authentication-Results"]);
    }

    fn results(&mut self, results: &Results) {
        for (name, parameter) in [
            ("spf", "SPF"),
            ("dkim", "DKIM"),
            ("dmarc", "DMARC"),
            ("compauth", "CompAuth"),
        ] {
            for method in results.of(name).take(20) {
                self.push(parameter, &method.result);
            }
        }
        for (name, property, parameter) in [
            ("spf", "smtp.mailfrom", "SpfDomain"),
            ("dkim", "header.d", "DkimDomain"),
            ("dmarc", "header.from", "DmarcFrom"),
            ("dmarc", "action", "DmarcAction"),
            ("compauth", "reason", "CompAuthReason"),
        ] {
            for method in results.of(name).take(20) {
                let value = method.property(property).unwrap_or_default();
                let is_domain = parameter == "SpfDomain";
                let value = value
                    .rsplit('@')
                    .next()
                    .filter(|_| is_domain)
                    .unwrap_or(value);
                // Microsoft's service writes `header.d=none` where there is no signature.
                if value != "none" || parameter == "DmarcAction" {
                    self.push(parameter, value);
                }
            }
        }
    }

    /// The lines of Microsoft's service: its antispam report and what Exchange knows of the writer.
    fn service(&mut self) {
        for (key, value) in std::mem::take(&mut self.report) {
            let parameter = match key {
                "CIP" => {
                    if self.chain.trusted > 0 {
                        self.record.ip = connecting_address(value);
                    }
                    "ConnectingIp"
                }
                "CTRY" => {
                    self.record.country = Some(value.to_uppercase())
                        .filter(|code| code.len() == 2 && self.chain.trusted > 0);
                    "CountryCode"
                }
                "DIR" => "Direction",
                "H" => "HeloHost",
                "PTR" | "SFV" | "CAT" | "SCL" | "SFTY" => key,
                _ => continue,
            };
            self.push(parameter, value);
        }
        if self.record.ip.is_none() {
            self.record.ip = self.chain.border().and_then(|hop| hop.ip);
        }
        for (name, suffix) in [
            ("AuthAs", "AuthAs"),
            ("AuthSource", "AuthSource"),
            ("AuthMechanism", "AuthMechanism"),
        ] {
            let ours = format!("X-MS-Exchange-Organization-{suffix}");
            let across = format!("X-MS-Exchange-CrossTenant-{suffix}");
            self.push_header(name, &[&ours, &across]);
        }
        self.push_header("CrossTenantId", &["X-MS-Exchange-CrossTenant-Id"]);
        self.push_header(
            "FromEntity",
            &["X-MS-Exchange-CrossTenant-FromEntityHeader"],
        );
        self.push_header("OriginatingIp", &["X-Originating-IP"]);
        self.record.user_agent = self
            .header(&["User-Agent", "X-Mailer"])
            .map(|client| clipped(&client));
    }

    fn chain(&mut self) {
        for hop in self.chain.told().iter().take(MAX_NAMED) {
            self.push("Hop", hop);
        }
        self.count_rest("HopsNotListed", self.chain.hops.len());
        let trusted = match self.chain.trusted {
            0 if self.chain.hops.is_empty() => String::new(),
            0 => "none".to_owned(),
            number => number.to_string(),
        };
        self.push("TrustedHop", &trusted);
        for gap in self.chain.gaps().iter().take(MAX_NAMED) {
            self.push("HopGap", gap);
        }
    }

    fn thread(&mut self) {
        self.push_header("Date", &["Date"]);
        self.push_header("InReplyTo", &["In-Reply-To"]);
        let ids: Vec<String> = self
            .header(&["References"])
            .map(|ids| ids.split_whitespace().map(str::to_owned).collect())
            .unwrap_or_default();
        for id in ids.iter().take(MAX_NAMED) {
            self.push("References", id);
        }
        self.count_rest("ReferencesNotListed", ids.len());
        self.push_header("ThreadTopic", &["Thread-Topic"]);
        let begun = self
            .header(&["Thread-Index"])
            .and_then(|index| thread_time(&index));
        if let Some(begun) = begun {
            self.push("ThreadIndexTime", &begun.to_string());
        }
    }

    fn content(&mut self) {
        let letter = self.letter;
        if let Some(outlook) = &letter.outlook
            && !outlook.has_headers
        {
            self.push("TransportHeaders", "absent");
        }
        for attachment in letter.attachments.iter().take(MAX_NAMED) {
            let told = format!(
                "{}; {}; {}; {}",
                clipped(&attachment.name),
                attachment.media_type,
                attachment.bytes,
                attachment.sha256
            );
            self.push("Attachment", &told);
        }
        self.count_rest("AttachmentsNotListed", letter.attachments.len());
        let urls = Urls::of(&letter.texts);
        for url in &urls.listed {
            self.push("Url", url);
        }
        for host in &urls.hosts {
            self.push("UrlHost", host);
        }
        if urls.not_listed > 0 {
            self.push("UrlsNotListed", &urls.not_listed.to_string());
        }
        let subject = self.record.subject.clone().unwrap_or_default();
        if body::is_forwarded_inline(&subject, &letter.texts) {
            self.push("ForwardedInline", "True");
        }
        if letter.headers.not_read > 0 {
            self.push("LinesNotRead", &letter.headers.not_read.to_string());
        }
        for remark in &letter.remarks {
            self.push("NotRead", remark);
        }
    }

    fn count_rest(&mut self, name: &str, all: usize) {
        if all > MAX_NAMED {
            self.push(name, &(all - MAX_NAMED).to_string());
        }
    }
}

/// When the thread began: the first six bytes of its index are the upper ones of a file time.
fn thread_time(index: &str) -> Option<Timestamp> {
    let bytes = mail_parser::decoders::base64::base64_decode(index.trim().as_bytes())?;
    let [a, b, c, d, e, f] = *bytes.first_chunk::<6>()?;
    outlook::file_time(u64::from_be_bytes([a, b, c, d, e, f, 0, 0]))
}
