//! What a subject is about, and which domains belong to everybody.
//!
//! Takes text and gives words. It must not know a case.

use super::name::Name;

/// Words of payment in the languages of a tenant's usual counterparties, folded as [`folded`] does. A word
/// that ends in `*` is looked for as the beginning of one.
const MONEY: [&str; 81] = [
    "acconto",
    "account details",
    "account number",
    "account statement",
    "ach",
    "amount due",
    "balance due",
    "bank*",
    "bankgegevens",
    "bankverbindung",
    "bbva",
    "betaling*",
    "bezahl*",
    "bic",
    "bonifico",
    "change of account",
    "closing statement",
    "compte bancaire",
    "coordonnees bancaires",
    "credit note*",
    "creditnota*",
    "cuenta bancaria",
    "deposit",
    "direct deposit",
    "down payment",
    "eft",
    "escrow",
    "estado de cuenta",
    "estratto conto",
    "factura*",
    "facture*",
    "faktura*",
    "faktuur",
    "fattura*",
    "gift card*",
    "gutschrift*",
    "iban",
    "invoice*",
    "kontoauszug*",
    "kontodaten",
    "kontonummer",
    "kontoverbindung",
    "mahnung",
    "nota de credito",
    "nota di credito",
    "note de credit",
    "offene posten",
    "open items",
    "openstaande posten",
    "outstanding amount",
    "outstanding balance",
    "overdue",
    "pagamento*",
    "pago",
    "pagos",
    "paiement*",
    "past due",
    "payable*",
    "payment*",
    "payout",
    "payroll",
    "pro forma",
    "proforma*",
    "purchase order",
    "receivable*",
    "rechnung*",
    "refund*",
    "rekening*",
    "releve de compte",
    "remittance*",
    "rib",
    "routing number",
    "sepa",
    "settlement",
    "statement of account",
    "swift",
    "transferencia*",
    "uberweisung*",
    "virement*",
    "wire",
    "zahlung*",
];

/// What mail programs put before the subject of an answer or a forward.
const PREFIXES: [&str; 17] = [
    "re", "aw", "antw", "sv", "vs", "rv", "ref", "rif", "odp", "fw", "fwd", "wg", "tr", "i", "enc",
    "doorst", "vl",
];

/// Labels under which anybody can have a mailbox; their customers are no look-alikes of one another.
const PROVIDERS: [&str; 33] = [
    "163",
    "aol",
    "arcor",
    "bluewin",
    "btinternet",
    "comcast",
    "fastmail",
    "free",
    "freenet",
    "gmail",
    "gmx",
    "googlemail",
    "hotmail",
    "icloud",
    "laposte",
    "libero",
    "live",
    "mac",
    "mail",
    "me",
    "msn",
    "naver",
    "orange",
    "outlook",
    "proton",
    "protonmail",
    "qq",
    "t-online",
    "web",
    "yahoo",
    "yandex",
    "ymail",
    "zoho",
];

/// Lower case, without the marks on letters that people leave out, words apart by one blank.
fn folded(text: &str) -> String {
    let plain: String = text
        .to_lowercase()
        .chars()
        .map(|letter| match letter {
            'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' => 'a',
            'è' | 'é' | 'ê' | 'ë' => 'e',
            'ì' | 'í' | 'î' | 'ï' => 'i',
            'ò' | 'ó' | 'ô' | 'ö' | 'õ' => 'o',
            'ù' | 'ú' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            letter if letter.is_alphanumeric() => letter,
            _ => ' ',
        })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ")
}

/// Whether a subject is about money.
pub(crate) fn about_money(subject: &str) -> bool {
    let text = format!(" {} ", folded(subject));
    MONEY.iter().any(|word| match word.strip_suffix('*') {
        Some(start) => text.contains(&format!(" {start}")),
        None => text.contains(&format!(" {word} ")),
    })
}

/// The subject of a thread: lower-case, without what answers and forwards put before it.
pub(super) fn thread(subject: &str) -> String {
    let mut rest = subject.trim();
    loop {
        if let Some(after) = rest.strip_prefix('[').and_then(|tag| tag.split_once(']')) {
            // A gateway's mark, such as [EXTERNAL].
            rest = after.1.trim();
            continue;
        }
        let Some((prefix, after)) = rest.split_once(':') else {
            break;
        };
        let prefix = prefix.trim().to_lowercase();
        if !PREFIXES.contains(&prefix.as_str()) {
            break;
        }
        rest = after.trim();
    }
    rest.to_lowercase()
}

/// Whether a number stands in a thread's subject.
pub(super) fn has_number(thread: &str) -> bool {
    thread.contains(|letter: char| letter.is_ascii_digit())
}

/// Whether a thread's subject tells it from others: a number stands in it, or at least three words.
pub(super) fn is_telling(thread: &str) -> bool {
    has_number(thread) || thread.split_whitespace().count() >= 3
}

/// Whether anybody can have a mailbox under a domain.
pub(super) fn is_mail_provider(domain: &str) -> bool {
    Name::of(domain).is_some_and(|name| PROVIDERS.contains(&name.label.as_str()))
}
