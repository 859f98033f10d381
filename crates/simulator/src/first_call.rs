//! What the client would say on the telephone: an answer file of what people of the tenant noticed, and of
//! nothing that only the truth knows.

use std::fmt::Write as _;

use crate::outcome::{CUSTOMER_CALLED, Outcome, SUPPLIER_ASKED};
use crate::world::{EntraPlan, Licence, World};

/// The answers of the first call as TOML (`contract.md`, `intake`); nothing where nobody noticed anything,
/// so that nobody would call.
pub fn first_call(world: &World, outcome: &Outcome) -> Option<String> {
    let notice = outcome.noticed.first()?;
    let account = world.account(notice.account);
    let called = notice.at.plus_seconds(40 * 60);
    let mut text = String::new();
    let mut line = |line: &str| {
        // Writing to a String cannot fail.
        writeln!(text, "{line}").unwrap_or_default();
    };
    line("[call]");
    line(&format!("at = \"{called}\""));
    line(&format!("by = {}", quoted(&account.display_name)));
    line("[client]");
    line(&format!("zone = \"{}\"", world.tenant.zone.name()));
    line(&format!("jurisdictions = [\"{}\"]", world.tenant.country));
    line("engaged_by = \"client\"");
    line("[tenant]");
    line(&format!("domain = {}", quoted(&world.tenant.domain)));
    if let Some(licence) = licence(account.licence) {
        line(&format!("licences = [\"{licence}\"]"));
    }
    line(&format!(
        "entra = \"{}\"",
        match world.tenant.entra {
            EntraPlan::Free => "free",
            EntraPlan::P1 => "p1",
            EntraPlan::P2 => "p2",
        }
    ));
    line(&format!(
        "hybrid = \"{}\"",
        if world.tenant.hybrid { "yes" } else { "no" }
    ));
    line("[noticed]");
    line(&format!("at = \"{}\"", notice.at));
    line(&format!("by = {}", quoted(&account.display_name)));
    line(&format!("how = {}", quoted(notice.how)));
    // Whoever was asked to pay elsewhere says so first.
    let payer = match notice.how {
        CUSTOMER_CALLED => Some("customer"),
        SUPPLIER_ASKED => Some("us"),
        _ => None,
    };
    if let Some(payer) = payer {
        line("[payment]");
        line("state = \"suspected\"");
        line(&format!("payer = \"{payer}\""));
    }
    line("[accounts]");
    line(&format!("known = [{}]", quoted(&account.upn_lower())));
    line("others = \"unknown\"");
    Some(text)
}

/// The contract's word for a licence.
fn licence(licence: Licence) -> Option<&'static str> {
    match licence {
        Licence::None => None,
        Licence::BusinessBasic => Some("business-basic"),
        Licence::BusinessStandard => Some("business-standard"),
        Licence::BusinessPremium => Some("business-premium"),
        Licence::E3 => Some("m365-e3"),
        Licence::E5 => Some("m365-e5"),
    }
}

/// A text as a TOML string.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
