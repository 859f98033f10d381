//! Where rules and forwarding send mail: inside the organisation or out of it.
//!
//! Takes a record whose parameters are read and appends two facts that no log has: `RecipientDomain`, once
//! for each domain of an address that the act names, and `RecipientOutside`, which is `False` only when
//! every address is known to belong to the organisation. It must never decide whether that is hostile.

use std::collections::BTreeSet;

use hourzero_model::Record;

/// Operations that say where mail goes.
const OPERATIONS: &[&str] = &[
    "New-InboxRule",
    "Set-InboxRule",
    "Enable-InboxRule",
    "UpdateInboxRules",
    "Set-Mailbox",
    "Enable-Mailbox",
    "New-Mailbox",
    "New-TransportRule",
    "Set-TransportRule",
    "New-JournalRule",
    "Set-JournalRule",
    "Enable-JournalRule",
];

/// Their parameters that hold addresses; `Recipient` is what a rule made in Outlook names.
const ADDRESSES: &[&str] = &[
    "ForwardTo",
    "RedirectTo",
    "ForwardAsAttachmentTo",
    "Recipient",
    "ForwardingSmtpAddress",
    "ForwardingAddress",
    "BlindCopyTo",
    "CopyTo",
    "RedirectMessageTo",
    "AddToRecipients",
    "JournalEmailAddress",
];

/// Appends the facts. `organisation` is the tenant's initial domain, as Exchange logs it.
pub(super) fn read(organisation: Option<&str>, record: &mut Record) {
    let named = |list: &[&str], name: &str| list.iter().any(|one| one.eq_ignore_ascii_case(name));
    if !named(OPERATIONS, &record.operation) {
        return;
    }
    let (mut domains, mut unreadable) = (BTreeSet::new(), false);
    for (name, value) in &record.parameters {
        if !named(ADDRESSES, name) {
            continue;
        }
        for address in addresses(value) {
            match domain(address) {
                Some(domain) => {
                    domains.insert(domain);
                }
                None => unreadable = true,
            }
        }
    }
    if domains.is_empty() && !unreadable {
        return;
    }
    let own = own_domains(organisation, record);
    let inside = |domain: &String| own.iter().any(|own| belongs(domain, own));
    let outside = unreadable || !domains.iter().all(inside);
    for domain in domains {
        record
            .parameters
            .push(("RecipientDomain".into(), domain.into()));
    }
    if !own.is_empty() {
        let outside = if outside { "True" } else { "False" };
        record
            .parameters
            .push(("RecipientOutside".into(), outside.into()));
    }
}

/// The parts of a value that hold an `@`: several addresses stand in one, apart by signs that no domain
/// has.
fn addresses(value: &str) -> impl Iterator<Item = &str> {
    value
        .split(|c: char| c.is_whitespace() || ";,<>[](){}\"'|".contains(c))
        .filter(|part| part.contains('@'))
}

/// The domain of an address, lower-case; `None` where what stands after the `@` is no domain.
fn domain(address: &str) -> Option<String> {
    let domain = address.rsplit('@').next()?.trim_end_matches('.');
    let is_domain = domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
    is_domain.then(|| domain.to_lowercase())
}

/// The organisation's domains as far as the record names them: those of who acted and whose mailbox it
/// is, and the tenant's own. An act from outside, as a partner's, does not make the partner's domain one.
fn own_domains(organisation: Option<&str>, record: &Record) -> BTreeSet<String> {
    let is_foreign = record
        .parameter("ExternalAccess")
        .any(|value| value.eq_ignore_ascii_case("true"));
    let actor = record.actor.upn.as_deref().filter(|_| !is_foreign);
    let accounts = [actor, record.owner.as_deref()];
    let of_accounts = accounts
        .into_iter()
        .flatten()
        .filter(|account| account.contains('@'))
        .filter_map(domain);
    let tenant = organisation.and_then(domain);
    of_accounts.chain(tenant).collect()
}

/// Whether a domain is another, lies below it, or is the registered domain above it.
fn belongs(domain: &str, own: &str) -> bool {
    let below = |inner: &str, outer: &str| {
        inner
            .strip_suffix(outer)
            .is_some_and(|rest| rest.ends_with('.'))
    };
    // Above a registered domain stand public suffixes, and above a tenant's initial domain Microsoft's:
    // they belong to everybody.
    let is_registered = |domain: &str| psl::domain_str(domain).is_some();
    let is_initial = own.contains(".onmicrosoft.") || own.contains(".onmschina.");
    domain == own
        || below(domain, own) && is_registered(own)
        || below(own, domain) && is_registered(domain) && !is_initial
}
