//! A record's label, from the seats.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hourzero_model::{ActorKind, Attribution as Who, Confidence, Log, Record, Timestamp};

use super::circumstance::is_synchronisation;
use super::client::tells_client;
use super::deed::DEED_OPERATIONS;
use super::grow::Attribution;
use super::seat::SeatKey;
use super::trace::prefix;
use crate::Label;
use crate::recipient::{DROPS, SHARING, addresses, is_mail_log, recipients_of};

impl Attribution {
    /// The attacker's label, where the record came from one of his seats. `service` says whether an address is one
    /// of Microsoft's published front ends.
    pub fn label(&self, record: &Record, service: impl Fn(IpAddr) -> bool) -> Option<Label> {
        let account = account_of(record);
        let session = record.session_id.as_deref().unwrap_or_default();
        let ip = record.ip.filter(|ip| !service(*ip));
        let agent = record.user_agent.as_deref().unwrap_or_default();
        let kind = record.client_app.as_deref().unwrap_or_default();
        let key = SeatKey::new((account.as_str().into(), session.into()), ip, (agent, kind))
            .among(&self.split);
        if let Some(weights) = self.hostile.get(&key) {
            let reason = weights
                .iter()
                .filter(|weight| weight.points > 0)
                .take(3)
                .map(|weight| weight.text.clone())
                .collect::<Vec<_>>()
                .join("; ");
            return Some(attacker(reason));
        }
        if ip.is_some_and(|ip| self.ips.contains(&ip)) && !self.seats.contains_key(&key) {
            return Some(attacker("an address of the attacker's".to_owned()));
        }
        // What names neither place nor session and is no person's act, the service does at any time.
        let is_placed = record.ip.is_some() || record.session_id.is_some();
        if self.created.contains(&account) && (is_placed || is_act(record)) {
            return Some(attacker("an account that the attacker made".to_owned()));
        }
        if record
            .token_id
            .as_ref()
            .is_some_and(|token| self.tokens.contains(token))
        {
            return Some(attacker(
                "a token that was issued to the attacker".to_owned(),
            ));
        }
        if let Some(reason) = self.by_app(record, &key) {
            return Some(attacker(reason.to_owned()));
        }
        if let Some(reason) = self.outsider(record) {
            return Some(attacker(reason.to_owned()));
        }
        if let Some(target) = self.brought_out(record) {
            return Some(attacker(format!("mail brought out to {target}")));
        }
        if ip.is_none() && self.holds_session(&account, session) {
            return Some(attacker("a session of the attacker's".to_owned()));
        }
        self.beside(record, &key)
    }

    /// Whether a session of an account's holds nothing but seats of the attacker's.
    pub fn holds_session(&self, account: &str, session: &str) -> bool {
        !session.is_empty() && self.sessions.contains(&(account.into(), session.into()))
    }

    /// Notes what a record of a touched account tells beyond its seat: tokens, where mail is sent to, when who
    /// was active. Call it for every event of these accounts before labels are asked for.
    pub fn learn(&mut self, record: &Record, service: impl Fn(IpAddr) -> bool) {
        let hostile = self.label(record, &service).is_some();
        let placed = record.ip.is_some_and(|ip| !service(ip)) || record.session_id.is_some();
        if placed {
            let account = account_of(record);
            if self.accounts.contains_key(&account) {
                self.moments
                    .entry(account)
                    .or_default()
                    .push((record.event_time, hostile));
            }
        }
        self.note_outward(record);
        self.note_creation(record, &service);
        self.note_app(record, hostile);
        self.note_app_change(record, &service);
        if !hostile {
            // Where an owner has his own mail sent is his affair.
            self.owners_targets.extend(drops(record));
            return;
        }
        if let Some(token) = record
            .token_id
            .as_ref()
            .filter(|_| record.log == Log::SignIn)
        {
            self.tokens.insert(token.clone());
        }
        if SHARING.contains(&record.operation.as_str()) {
            for name in recipients_of(record) {
                let times = self.invited.entry(name).or_default();
                times.insert(record.event_time);
            }
        }
        let outside = drops(record).filter(|address| !self.is_own(address));
        let outside: Vec<String> = outside.collect();
        self.targets.extend(outside);
    }

    fn note_outward(&mut self, record: &Record) {
        let (Log::MessageTrace, Some(ip)) = (record.log, record.ip) else {
            return;
        };
        let account = account_of(record);
        if !self.accounts.contains_key(&account) {
            return;
        }
        let named: Vec<String> = record
            .parameter("Recipient")
            .chain(record.owner.as_deref())
            .flat_map(|list| list.split(';'))
            .map(|name| name.trim().to_lowercase())
            .filter(|name| name.contains('@') && !self.is_own(name))
            .collect();
        for name in named {
            let (networks, since) = self
                .outward
                .entry((account.clone(), name))
                .or_insert_with(|| (BTreeSet::new(), record.event_time));
            *since = record.event_time.min(*since);
            if networks.len() < KEPT_NETWORKS {
                networks.insert(prefix(ip));
            }
        }
    }

    /// Ends the learning.
    pub fn settle(&mut self) {
        let mut own: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (key, seat) in &self.seats {
            if let (Some(ip), false) = (key.ip, seat.only_mail()) {
                own.entry(&key.account).or_default().insert(prefix(ip));
            }
        }
        let none = BTreeSet::new();
        let mut targets = BTreeSet::new();
        for ((account, recipient), (networks, since)) in &self.outward {
            // Mail that a rule or flow sends on carries the address of whoever wrote it first.
            let own = own.get(account.as_str()).unwrap_or(&none);
            let after = self.moments.get(account).is_some_and(|list| {
                list.iter()
                    .any(|(time, hostile)| *hostile && *time < *since)
            });
            if networks.difference(own).count() >= FOREIGN_NETWORKS && after {
                targets.insert(recipient.clone());
            }
        }
        let owners = std::mem::take(&mut self.owners_targets);
        let new = targets
            .into_iter()
            .filter(|target| !owners.contains(target));
        self.targets.extend(new);
        self.outward.clear();
        self.settle_apps();
        self.moments
            .values_mut()
            .for_each(|list| list.sort_unstable());
        self.settle_creations();
        self.settle_app_changes();
    }

    /// Mail of somebody who needed no account of the tenant.
    fn outsider(&self, record: &Record) -> Option<&'static str> {
        if !is_mail_log(record) {
            return None;
        }
        let sender = record.actor.upn.as_deref()?;
        let (_, domain) = sender.rsplit_once('@')?;
        if self.look_alikes.contains(domain) {
            Some("mail from a domain that looks like that of a correspondent")
        } else if self.senders.contains(sender) {
            Some("mail from an address that a person said is the attacker's")
        } else if self.invites(record, sender) {
            Some("the invitation to what the attacker shared")
        } else if self.is_own(sender)
            && record.owner.as_deref().is_some_and(|to| self.is_own(to))
            && record.ip.is_some_and(|ip| self.forgers.contains(&ip))
        {
            Some(
                "mail in the tenant's own name from an address where nobody of the tenant ever is; no mailbox sent it",
            )
        } else {
            None
        }
    }

    /// Whether a mail of Microsoft's invites to what the attacker shared with its recipient a moment before.
    fn invites(&self, record: &Record, sender: &str) -> bool {
        let ours = sender
            .strip_prefix("no-reply@")
            .is_some_and(|domain| domain == "sharepointonline.com" || self.is_own(sender));
        let shared = record.owner.as_ref().and_then(|to| self.invited.get(to));
        ours && shared.is_some_and(|times| {
            let micros = record.event_time.micros();
            let within = |time: &Timestamp| (0..=CLOSE).contains(&(micros - time.micros()));
            times.iter().any(within)
        })
    }

    /// Where a mail log's record tells that mail went, if that is the attacker's.
    fn brought_out(&self, record: &Record) -> Option<String> {
        if self.targets.is_empty() || !matches!(record.log, Log::MessageTrace | Log::EmailHunting) {
            return None;
        }
        let named = record
            .parameter("Recipient")
            .chain(record.owner.as_deref())
            .chain(record.parameter("RecipientEmailAddress"));
        named
            .flat_map(|list| list.split(';'))
            .map(|name| name.trim().to_lowercase())
            .find(|name| self.targets.contains(name))
    }

    /// Whose the client is with which something was done, where only one side uses it in this account. Of what lies
    /// before his first act it tells nothing.
    fn whose_client(&self, record: &Record, account: &str) -> Option<Side> {
        let agent = record.user_agent.as_deref().filter(|it| tells_client(it))?;
        let agents = self.agents.get(account)?;
        let since = self.moments.get(account)?;
        let (first, _) = since.iter().find(|(_, hostile)| *hostile)?;
        match (agents.his.contains(agent), agents.others.contains(agent)) {
            (true, false) if record.event_time.micros() >= first.micros() - CLOSE => {
                Some(Side::His)
            }
            (false, true) => Some(Side::Others),
            _ => None,
        }
    }

    /// A record without session, and without address or at one of his places: by its client. Without address it is else told
    /// by who was active in the same minutes.
    fn beside(&self, record: &Record, key: &SeatKey) -> Option<Label> {
        let loose = key.ip.is_none() && !self.holds_session(&key.account, &key.session);
        // At a place that both use, whatever names no session is told by the client alone.
        let at_his = key.session.is_empty()
            && key
                .ip
                .is_some_and(|ip| self.sat.contains(&(key.account.clone(), ip)));
        let is_detection =
            matches!(record.log, Log::Alert | Log::RiskDetection) || record.operation == RISK;
        if !(loose || at_his) || is_detection {
            return None;
        }
        match self.whose_client(record, &key.account) {
            Some(Side::His) => {
                return Some(attacker(
                    "a client that in this account only the attacker uses".to_owned(),
                ));
            }
            Some(Side::Others) => return None,
            None if !loose || !is_act(record) => return None,
            None => {}
        }
        let target = record
            .target
            .name
            .as_deref()
            .unwrap_or_default()
            .to_lowercase();
        let (list, within) = match self.moments.get(key.account.as_str()) {
            // A program's own writes go on beside him at any minute.
            Some(list) if is_synchronisation(&key.account) => (list, CLOSE),
            Some(list) => (list, NEAR),
            None => (
                self.moments
                    .get(&target)
                    .filter(|_| record.operation == "Update user")?,
                CLOSE,
            ),
        };
        let at = list.partition_point(|(time, _)| *time < record.event_time);
        let distance = |time: Timestamp| (time.micros() - record.event_time.micros()).abs();
        let nearest = list
            .get(at.saturating_sub(1)..)
            .into_iter()
            .flatten()
            .take(2)
            .min_by_key(|(time, _)| distance(*time))?;
        (nearest.1 && distance(nearest.0) <= within).then(|| {
            attacker(
                "nobody but the attacker was active in the account in these minutes".to_owned(),
            )
        })
    }
}

/// Whether a record is a person's act: a sign-in, a change of the directory or of rules, or the label of a mail that was
/// sent. What programs, detections and the back end note at any minute is not the attacker's for being near to him in
/// time.
fn is_act(record: &Record) -> bool {
    let directory = record
        .workload
        .as_deref()
        .is_some_and(|workload| workload.eq_ignore_ascii_case("AzureActiveDirectory"));
    matches!(
        record.log,
        Log::DirectoryAudit | Log::SignIn | Log::IdentityHunting
    ) || directory
        || record.operation == "MipLabel"
        || DEED_OPERATIONS.contains(&record.operation.as_str())
}

/// Whose client it is.
enum Side {
    /// The attacker's alone.
    His,
    /// Somebody else's alone.
    Others,
}

/// Addresses to which a rule or a forwarding brings mail, in lower case.
pub fn drops(record: &Record) -> impl Iterator<Item = String> {
    DROPS
        .iter()
        .flat_map(|name| record.parameter(name))
        .flat_map(addresses)
}

/// From so many networks comes the mail that is sent on to one address.
const FOREIGN_NETWORKS: usize = 5;
const KEPT_NETWORKS: usize = 32;

/// The unified audit log's word for a detection of Identity Protection's.
const RISK: &str = "RiskDetection";

/// How near an act must be to others of the attacker's, in microseconds.
const NEAR: i64 = 20 * 60 * 1_000_000;
const CLOSE: i64 = 3 * 60 * 1_000_000;

/// The account in whose name a record speaks: the actor, else the app.
pub fn account_of(record: &Record) -> String {
    let actor = &record.actor;
    match (&actor.upn, actor.kind) {
        (Some(upn), _) => upn.clone(),
        (None, ActorKind::App) => record
            .app_id
            .clone()
            .or_else(|| actor.id.clone())
            .unwrap_or_default(),
        (None, _) => actor.id.clone().unwrap_or_default(),
    }
}

fn attacker(reason: String) -> Label {
    Label {
        attribution: Who::Attacker,
        confidence: Some(Confidence::Likely),
        reason,
    }
}
