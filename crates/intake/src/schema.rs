//! Which keys an answer file has and what each may hold.
//!
//! Gives one table, the only definition of a key: the reader of files, the questions on the telephone
//! and the writer all go by it. It must never know what an answer means for the orders.

/// What the value of a key may be. Every key also takes `"unknown"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// RFC 3339 with an offset.
    Time,
    /// Free text.
    Text,
    /// A list of free texts.
    Texts,
    /// One word of a closed list.
    Word(&'static [&'static str]),
    /// Words of a closed list.
    Words(&'static [&'static str]),
    /// Words of which the best known are listed; others are taken, mistyped ones are not.
    OpenWords(&'static [&'static str]),
    /// A name of the IANA time zone database.
    Zone,
    /// ISO 3166 country codes, or a country and one of its parts such as `US-CA`.
    Places,
    /// A sum above 0.
    Amount,
    /// An ISO 4217 code.
    Currency,
}

/// One key of an answer file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    /// Table and key, such as `payment.state`.
    pub(crate) path: &'static str,
    /// What it may hold.
    pub(crate) kind: Kind,
}

const YES_NO: &[&str] = &["yes", "no"];

const fn key(path: &'static str, kind: Kind) -> Key {
    Key { path, kind }
}

/// Every key outside `[[done]]`, in the order of the contract.
pub(crate) const KEYS: &[Key] = &[
    key("call.at", Kind::Time),
    key("call.by", Kind::Text),
    key("client.zone", Kind::Zone),
    key("client.jurisdictions", Kind::Places),
    key(
        "client.regulated",
        Kind::OpenWords(&[
            "hipaa", "nydfs", "sec", "reg-s-p", "glba", "nis2", "dora", "pci", "apra", "ncua",
            "circia", "soci", "cert-in", "aba", "us-bank",
        ]),
    ),
    key(
        "client.engaged_by",
        Kind::Word(&["client", "counsel", "insurer", "msp"]),
    ),
    key("client.insurer", Kind::Word(YES_NO)),
    key("tenant.domain", Kind::Text),
    key(
        "tenant.licences",
        Kind::OpenWords(&[
            "m365-e3",
            "m365-e5",
            "m365-f1",
            "m365-f3",
            "m365-a3",
            "m365-a5",
            "m365-g3",
            "m365-g5",
            "o365-e1",
            "o365-e3",
            "o365-e5",
            "business-basic",
            "business-standard",
            "business-premium",
            "business-apps",
            "ems-e3",
            "ems-e5",
            "entra-p1",
            "entra-p2",
            "exchange-plan-1",
            "exchange-plan-2",
        ]),
    ),
    key("tenant.entra", Kind::Word(&["free", "p1", "p2"])),
    key("tenant.hybrid", Kind::Word(YES_NO)),
    key(
        "tenant.other_logs",
        Kind::OpenWords(&["sentinel", "gateway", "edr", "firewall", "backup"]),
    ),
    key("noticed.at", Kind::Time),
    key("noticed.since", Kind::Time),
    key("noticed.by", Kind::Text),
    key("noticed.how", Kind::Text),
    key("noticed.confirmed_at", Kind::Time),
    key("credentials.passwords_changed", Kind::Word(YES_NO)),
    key("credentials.sessions_revoked", Kind::Word(YES_NO)),
    key(
        "credentials.user_did",
        Kind::Words(&[
            "clicked",
            "typed-password",
            "approved-mfa",
            "entered-code",
            "pasted-address",
            "took-call",
            "opened-attachment",
        ]),
    ),
    key("activity.still", Kind::Word(YES_NO)),
    key(
        "payment.state",
        Kind::Word(&["none", "suspected", "instructed", "sent"]),
    ),
    key(
        "payment.kind",
        Kind::Word(&[
            "wire",
            "ach",
            "sepa",
            "sepa-instant",
            "fps",
            "payroll",
            "card",
            "other",
        ]),
    ),
    key(
        "payment.payer",
        Kind::Word(&["us", "customer", "vendor", "employee"]),
    ),
    key("payment.at", Kind::Time),
    key("payment.executes_at", Kind::Time),
    key("payment.amount", Kind::Amount),
    key("payment.currency", Kind::Currency),
    key("payment.route", Kind::Word(&["domestic", "international"])),
    key("accounts.known", Kind::Texts),
    key("accounts.others", Kind::Text),
    key("accounts.admin_involved", Kind::Word(YES_NO)),
    key("accounts.admin_reachable", Kind::Word(YES_NO)),
];

/// The key of this path.
pub(crate) fn find(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path == path)
}

/// The keys of a `[[done]]` table.
pub(crate) const DONE_KEYS: &[&str] = &["action", "channel", "target", "at", "by"];

/// The order in which open keys are urgent: the payment, then the way back in, then whether the
/// attacker is active, then the rest as the contract lists them; the time of the call comes last,
/// because the machine knows it as well.
pub(crate) fn by_urgency() -> Vec<&'static str> {
    let first = [
        "payment.state",
        "payment.payer",
        "payment.kind",
        "payment.at",
        "payment.executes_at",
        "payment.amount",
        "payment.currency",
        "payment.route",
        "accounts.admin_reachable",
        "activity.still",
        "accounts.admin_involved",
        "credentials.sessions_revoked",
        "credentials.passwords_changed",
        "credentials.user_did",
        "done",
        "noticed.confirmed_at",
        "noticed.at",
        "noticed.since",
        "accounts.known",
        "accounts.others",
    ];
    let mut order: Vec<&'static str> = first.to_vec();
    for key in KEYS {
        if !order.contains(&key.path) && !key.path.starts_with("call.") {
            order.push(key.path);
        }
    }
    order.extend(["call.by", "call.at"]);
    order
}

/// The known word that a mistyped one most likely means.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|one| (distance(word, one), one))
        .filter(|(far, one)| *far <= 2 && *far < one.chars().count())
        .min_by_key(|(far, _)| *far)
        .map(|(_, one)| one)
}

/// How many characters must be added, dropped or changed to make one word of the other.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, a) in left.chars().enumerate() {
        let mut next = vec![index + 1];
        for (column, b) in right.iter().enumerate() {
            let diagonal = row.get(column).copied().unwrap_or(0) + usize::from(a != *b);
            let above = row.get(column + 1).copied().unwrap_or(0) + 1;
            let before = next.last().copied().unwrap_or(0) + 1;
            next.push(diagonal.min(above).min(before));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
