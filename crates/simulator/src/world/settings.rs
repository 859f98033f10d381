//! What kind of tenant is wanted.

use super::account::Licence;
use super::tenant::EntraPlan;
use crate::calendar::Day;

/// 2026-10-30, the last day of the logs unless somebody says otherwise.
const LAST_DAY: Day = Day(20_756);

/// What a tenant is drawn from. The default is the usual client: Business Standard, 60 accounts, Entra ID
/// free with seven days of sign-ins, no Defender, cloud only. What is `None` is drawn from the seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The seed of all that is drawn.
    pub seed: u64,
    /// Accounts of the directory altogether, from 5 to 20,000.
    pub accounts: u32,
    /// Days that are lived.
    pub days: i64,
    /// The first of them; when not given, such that the last is 2026-10-30.
    pub first_day: Option<Day>,
    /// The licence of most people. Some of them hold another: Basic in a Business tenant, E5 in an E3 one.
    pub licence: Licence,
    /// The plan of Entra ID.
    pub entra: EntraPlan,
    /// Seat of the company, ISO 3166: one of `data/world/countries.txt`.
    pub country: Option<String>,
    /// Accounts come from Active Directory; when not given, so in every second enterprise.
    pub hybrid: Option<bool>,
    /// Defender for Office 365 and XDR; when not given, so with E5 only.
    pub defender: Option<bool>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            accounts: 60,
            days: 60,
            first_day: None,
            licence: Licence::BusinessStandard,
            entra: EntraPlan::Free,
            country: None,
            hybrid: None,
            defender: None,
        }
    }
}

impl Settings {
    /// The first day that is lived.
    pub fn begins(&self) -> Day {
        self.first_day
            .unwrap_or_else(|| LAST_DAY.plus(1 - self.days))
    }

    /// How many accounts there are: what was asked for, within 5 and 20,000.
    pub fn size(&self) -> u32 {
        self.accounts.clamp(5, 20_000)
    }

    /// A tenant with enterprise licences, and with what goes with them: compliance portals, device management.
    pub const fn is_enterprise(&self) -> bool {
        matches!(self.licence, Licence::E3 | Licence::E5)
    }
}
