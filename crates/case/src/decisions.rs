//! What people said of links and accounts: kept in the journal, read back by every analysis.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::PathBuf;

use hourzero_model::Column;
use hourzero_scope::attribution::{DEED_OPERATIONS, Link, LinkDecision, drops, link_id};
use serde_json::Value;

use crate::attribution::{Attributed, is_service};
use crate::investigate::{Told, one_of, quoted};
use crate::networks::Networks;
use crate::{Case, CaseError, Investigation};

/// The journal's kind of these entries.
const DECISION: &str = "scope-decision";

/// What a person can say is the attacker's although no link leads there.
const SEEDS: &[&str] = &["address", "session", "app", "mail-address"];

impl Case<'_> {
    /// The links that the last investigation wrote, those that were refused among them.
    ///
    /// # Errors
    /// When the case was not investigated, or `scope.json` cannot be read.
    pub fn known_links(&self) -> Result<Vec<Link>, CaseError> {
        let mut scope: Value = self.derived("scope.json")?;
        let links = scope.get_mut("links").map(Value::take).unwrap_or_default();
        if links.is_null() {
            return Ok(Vec::new());
        }
        serde_json::from_value(links)
            .map_err(|error| self.damaged("scope.json", &error.to_string()))
    }

    /// Accepts or refuses a link, an account by its name, or an address, session or application that occurs in the
    /// evidence, and investigates again. The word is kept with name,
    /// reason and time; the last word on a thing holds.
    ///
    /// # Errors
    /// [`CaseError::Refused`] for an unknown id, or without a name or a reason; else as
    /// [`Case::investigate`].
    pub fn decide_link(
        &mut self,
        id: &str,
        (accepted, by, why): (bool, &str, &str),
        own_rules: &[PathBuf],
    ) -> Result<Investigation, CaseError> {
        let refused = |problem: String| CaseError::Refused {
            problems: vec![problem],
        };
        if by.trim().is_empty() || why.trim().is_empty() {
            return Err(refused(
                "a decision needs who made it (--by) and why (--why)".to_owned(),
            ));
        }
        self.catch_up()?;
        let mut link = self.thing(id)?.ok_or_else(|| {
            refused(format!(
                "`{id}`: no link and no account of this case has this name, and no record came from it as from an address, a session, a mail address outside or an application; `hourzero scope --links` and `hourzero scope` list links and accounts"
            ))
        })?;
        link.decision = Some(LinkDecision {
            accepted,
            by: by.trim().to_owned(),
            why: why.trim().to_owned(),
            at: self.now(),
        });
        let content = serde_json::to_value(&link)
            .map_err(|error| CaseError::Internal(format!("a decision has no JSON: {error}")))?;
        self.note(DECISION, content, None)?;
        self.investigate(own_rules)
    }

    /// A link by its id, an account as a whole, or an address, session, application or mail address of the evidence.
    fn thing(&self, id: &str) -> Result<Option<Link>, CaseError> {
        let known = self.known_links()?;
        if let Some(link) = known.iter().find(|link| link.id == id) {
            return Ok(Some(link.clone()));
        }
        let account = id.to_lowercase();
        let called =
            |verdict: &Value| verdict.get("account").and_then(Value::as_str) == Some(&account);
        if self.verdicts()?.iter().any(called) {
            return Ok(Some(Link {
                id: account.clone(),
                from: String::new(),
                to: account,
                kind: "account".to_owned(),
                evidence: Vec::new(),
                decision: None,
            }));
        }
        self.seed(id)
    }

    /// An address, session, application or foreign mail address from which some record of the evidence came, or to which
    /// mail goes. One of Microsoft's front ends stands for nobody: a word on it could change nothing.
    fn seed(&self, id: &str) -> Result<Option<Link>, CaseError> {
        let address: Option<IpAddr> = id.parse().ok();
        let id = address.map_or_else(|| id.to_owned(), |ip| ip.to_string());
        let occurs = |condition: &str| {
            let sql = format!(
                "SELECT 1 FROM records WHERE {condition} = {} LIMIT 1",
                quoted([&id])
            );
            self.rows(&sql).map(|rows| !rows.is_empty())
        };
        if id.contains('@') {
            return self.mail_seed(&id.to_lowercase());
        }
        let kind = if let Some(ip) = address {
            let networks = Networks::open(&self.folder.networks())?;
            (occurs("ip")? && !is_service(&networks, ip)).then_some("address")
        } else if occurs("session_id")? {
            Some("session")
        } else {
            occurs("app_id")?.then_some("app")
        };
        Ok(kind.map(|kind| seed(id, kind)))
    }

    /// A mail address outside that sent or got mail, or to which a rule or a forwarding brings it.
    fn mail_seed(&self, id: &str) -> Result<Option<Link>, CaseError> {
        let own = self.survey()?.domains;
        let domain = id.rsplit_once('@').map_or("", |(_, domain)| domain);
        if own.iter().any(|one| one == domain) {
            return Ok(None);
        }
        let id_quoted = quoted([id]);
        let sql = format!(
            "SELECT 1 FROM records WHERE actor = {id_quoted} OR owner = {id_quoted} LIMIT 1"
        );
        let mut occurs = !self.rows(&sql)?.is_empty();
        if !occurs {
            let filter = one_of(Column::Operation, DEED_OPERATIONS.iter().copied());
            self.each_event_that(&[filter], &mut |_, event| {
                occurs |= drops(&event.record).any(|drop| drop == id);
                Ok(())
            })?;
        }
        Ok(occurs.then(|| seed(id.to_owned(), "mail-address")))
    }

    /// The last word on each thing, by id.
    fn decisions(&self) -> Result<BTreeMap<String, Link>, CaseError> {
        let mut decisions = BTreeMap::new();
        for entry in self.journal.of_kind(DECISION) {
            let link: Link = serde_json::from_value(entry.entry.content.clone()).map_err(|error| {
                CaseError::Internal(format!(
                    "the journal holds a decision on a link that no version of this program wrote: {error}"
                ))
            })?;
            decisions.insert(link.id.clone(), link);
        }
        Ok(decisions)
    }

    /// Ids of what a person said is not the attacker's.
    pub(crate) fn refused(&self) -> Result<BTreeSet<String>, CaseError> {
        let is_refused = |link: &Link| link.decision.as_ref().is_some_and(|word| !word.accepted);
        Ok(self
            .decisions()?
            .into_values()
            .filter(is_refused)
            .map(|link| link.id)
            .collect())
    }

    /// Addresses, sessions, applications and mail addresses that a person said are the attacker's, each with the clause that says so.
    pub(crate) fn accepted(&self) -> Result<BTreeMap<String, String>, CaseError> {
        let seeds = self.decisions()?.into_values().filter_map(|link| {
            let word = link.decision.filter(|word| word.accepted)?;
            SEEDS.contains(&link.kind.as_str()).then(|| {
                let clause = format!("{} said so: {}", word.by, word.why);
                (link.id, clause)
            })
        });
        Ok(seeds.collect())
    }

    /// The links of an analysis with what people said of them, and what they said of others; `between` are those from account
    /// to account.
    pub(crate) fn links(
        &self,
        attributed: &Attributed,
        told: &Told,
        between: Vec<Link>,
    ) -> Result<Vec<Link>, CaseError> {
        let mut decisions = self.decisions()?;
        let mut links: Vec<Link> = Vec::new();
        for (place, kind) in attributed.found.links() {
            let id = link_id(&place);
            let said = decisions.remove(&id).and_then(|link| link.decision);
            let trail = told.places.get(&place);
            links.push(Link {
                id,
                evidence: trail
                    .map(crate::investigate::Trail::named)
                    .unwrap_or_default(),
                from: place.0,
                to: place.1,
                kind: kind.to_owned(),
                decision: said,
            });
        }
        for link in between {
            let said = decisions.remove(&link.id).and_then(|held| held.decision);
            links.push(Link {
                decision: said,
                ..link
            });
        }
        links.extend(decisions.into_values());
        links.sort_by(|a, b| (&a.to, &a.from, &a.id).cmp(&(&b.to, &b.from, &b.id)));
        Ok(links)
    }
}

/// What is said of a thing to which no link leads.
fn seed(id: String, kind: &str) -> Link {
    Link {
        from: id.clone(),
        id,
        to: String::new(),
        kind: kind.to_owned(),
        evidence: Vec::new(),
        decision: None,
    }
}
