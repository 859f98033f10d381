//! What an attacker is up to: scenarios as data, one file each in `scenarios/`, compiled in and replaceable.

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::world::{EntraPlan, Licence, Settings};

/// Our scenarios; the file's name without `.toml` is the scenario's name.
static SCENARIOS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../scenarios");

/// A scenario cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// The text is no scenario.
    #[error("scenario `{name}`, line {line}: {problem}")]
    Text {
        /// The scenario's name.
        name: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// There is none of this name.
    #[error("there is no scenario `{0}`; `simulate list` prints the names")]
    Unknown(String),
    /// The tenant has nobody for the part.
    #[error("scenario `{name}` needs {what}; take more accounts or another seed")]
    Tenant {
        /// The scenario's name.
        name: String,
        /// What is missing.
        what: &'static str,
    },
}

/// A scenario: what the tenant is like, and who attacks it how.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// One sentence for people.
    pub title: String,
    /// What is fixed about the tenant.
    #[serde(default)]
    pub tenant: TenantOverrides,
    /// People who are abroad in every week: so many of the first victim's colleagues, himself included.
    #[serde(default)]
    pub travellers: usize,
    /// The attackers, none in a clean tenant.
    #[serde(default, rename = "attacker")]
    pub attackers: Vec<Plan>,
}

/// What a scenario fixes about its tenant; the rest is the default or the user's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TenantOverrides {
    /// Licence of most people.
    pub licence: Option<LicenceName>,
    /// Plan of Entra ID.
    pub entra: Option<PlanName>,
    /// Accounts come from Active Directory.
    pub hybrid: Option<bool>,
    /// Defender is licensed.
    pub defender: Option<bool>,
}

/// A licence by its word in scenario files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are Microsoft's")]
pub enum LicenceName {
    BusinessBasic,
    BusinessStandard,
    BusinessPremium,
    E3,
    E5,
}

impl From<LicenceName> for Licence {
    fn from(name: LicenceName) -> Self {
        match name {
            LicenceName::BusinessBasic => Self::BusinessBasic,
            LicenceName::BusinessStandard => Self::BusinessStandard,
            LicenceName::BusinessPremium => Self::BusinessPremium,
            LicenceName::E3 => Self::E3,
            LicenceName::E5 => Self::E5,
        }
    }
}

/// A plan of Entra ID by its word in scenario files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are Microsoft's")]
pub enum PlanName {
    Free,
    P1,
    P2,
}

impl From<PlanName> for EntraPlan {
    fn from(name: PlanName) -> Self {
        match name {
            PlanName::Free => Self::Free,
            PlanName::P1 => Self::P1,
            PlanName::P2 => Self::P2,
        }
    }
}

/// One attacker.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Plan {
    /// How he gets in.
    pub entry: Entry,
    /// When he begins, in thousandths of the logged days, so that there are quiet days before.
    #[serde(default = "default_start")]
    pub start: i64,
    /// Whom he wants.
    #[serde(default)]
    pub victim: Victim,
    /// How the lure comes.
    #[serde(default)]
    pub lure: Lure,
    /// So many colleagues get the same lure by mail and fall for it as well.
    #[serde(default)]
    pub colleagues: usize,
    /// From which networks he gets in.
    #[serde(default)]
    pub network: NetworkUse,
    /// From which networks he works afterwards; the same when left out.
    pub later: Option<NetworkUse>,
    /// With which program he works.
    #[serde(default)]
    pub client: Tool,
    /// The zone of his life.
    #[serde(default = "default_zone")]
    pub zone: String,
    /// The hours in which he mostly works, local.
    #[serde(default = "default_hours")]
    pub hours: [i64; 2],
    /// How fast.
    #[serde(default)]
    pub pace: Pace,
    /// How carefully: in how many of a thousand cases he covers a track or avoids a mistake.
    #[serde(default = "default_care")]
    pub care: u64,
    /// What he wants, in his order.
    pub goals: Vec<Goal>,
    /// What he does when he is thrown out.
    #[serde(default)]
    pub reactions: Vec<Reaction>,
}

const fn default_start() -> i64 {
    450
}

fn default_zone() -> String {
    "Africa/Lagos".to_owned()
}

const fn default_hours() -> [i64; 2] {
    [8, 20]
}

const fn default_care() -> u64 {
    400
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$about])* $variant,)+
        }
    )+};
}

words! {
    /// How he gets in.
    Entry {
        /// A proxy between the victim and the sign-in page takes password and session.
        #[default]
        Aitm,
        /// Common passwords against many accounts.
        Spray,
        /// A known password and prompts until somebody approves.
        MfaFatigue,
        /// A code that the victim types in.
        DeviceCode,
        /// The same by a kit that registers a device at once and takes a primary refresh token.
        DeviceCodeKit,
        /// The victim pastes the address with an authorization code of a first-party client.
        CodePhishing,
        /// The victim consents to an application.
        Consent,
        /// A stolen browser cookie of the owner's session.
        CookieTheft,
        /// A stolen primary refresh token: the owner's session and his device's id.
        PrtTheft,
        /// A stolen refresh token, replayed through a household near the victim.
        TokenReplay,
        /// A guessed password sent by the client itself (ROPC), where no second factor is asked.
        Ropc,
        /// A guessed password in an old mail protocol.
        Imap,
        /// The help desk is talked into a reset and a temporary pass.
        HelpDesk,
        /// Self-service reset with a stolen telephone number.
        SelfService,
        /// The synchronisation account, taken on the premises.
        OnPremises,
        /// A leaked secret of the company's own application.
        AppCredential,
        /// A guest whose home tenant was taken.
        Guest,
        /// A partner's account with delegated administration.
        Partner,
        /// No entry: mail from a taken mailbox of another company.
        Counterparty,
        /// No entry: mail from a domain that looks like a supplier's.
        LookAlikeDomain,
        /// No entry: mail handed in without a sign-in, in the name of a colleague.
        DirectSend,
    }

    /// Whom he wants.
    Victim {
        /// Somebody in finance.
        #[default]
        Finance,
        /// A manager.
        Management,
        /// Somebody in sales.
        Sales,
        /// Somebody in human resources.
        HumanResources,
        /// An administrator.
        Administrator,
        /// Whoever comes first.
        Anybody,
    }

    /// How the lure comes.
    Lure {
        /// By mail.
        #[default]
        Mail,
        /// In a Teams chat from outside.
        Teams,
        /// In no log.
        Unseen,
    }

    /// From where he works.
    NetworkUse {
        /// Rented machines.
        #[default]
        Hosting,
        /// Rented machines in Azure.
        Azure,
        /// Households near the victim.
        Residential,
        /// The victim's own mobile carrier.
        VictimsCarrier,
        /// The company's VPN.
        CompanyVpn,
        /// A commercial VPN.
        PublicVpn,
    }

    /// With which program he works.
    Tool {
        /// A browser.
        #[default]
        Browser,
        /// A kit on axios.
        Axios,
        /// A script in Python.
        Python,
        /// Desktop Outlook, which synchronises.
        Outlook,
        /// A device-code kit.
        Kali365,
    }

    /// How fast.
    Pace {
        /// Days between sittings.
        Slow,
        /// A sitting or two a day.
        #[default]
        Steady,
        /// At once.
        Fast,
    }

    /// What he wants.
    Goal {
        /// Reads single messages, money first.
        #[default]
        ReadMail,
        /// Synchronises folders.
        SyncMail,
        /// Searches the mailbox and the sites.
        Search,
        /// Looks around in portals.
        Look,
        /// A rule that moves and marks read, with an odd name, in Outlook on the web.
        VisibleRule,
        /// A rule that only MAPI sees.
        HiddenRule,
        /// A rule that runs in the owner's Outlook.
        ClientSideRule,
        /// Forwards the mailbox.
        Forwarding,
        /// A flow that forwards.
        Flow,
        /// Another taken or tame account gets rights on the mailbox.
        Delegate,
        /// An authenticator of his own.
        Method,
        /// A device of his own, with a primary refresh token.
        Device,
        /// A Windows Hello key on that device.
        HelloKey,
        /// Consents to a mail program of his own.
        ConsentApp,
        /// A secret on the company's own application.
        AppSecret,
        /// Makes an application with permissions of its own.
        RogueApp,
        /// Gives a directory role.
        Role,
        /// Joins a group that holds a role.
        RoleGroup,
        /// Exempts an account from Conditional Access.
        PolicyExclusion,
        /// Makes a domain federated.
        Federation,
        /// A mail-flow rule with blind copies.
        TransportRule,
        /// A restricted-management unit around his account.
        RestrictedUnit,
        /// An account of his own.
        RogueAccount,
        /// Switches auditing of a mailbox off.
        AuditOff,
        /// Changed bank details in a real thread.
        InvoiceFraud,
        /// Mails a lure to colleagues until four more have fallen.
        InternalPhishing,
        /// Shares a lure file with colleagues and partners.
        ShareLure,
        /// Downloads files in bulk.
        MassDownload,
        /// Synchronises libraries.
        MassSync,
        /// Opens the payroll application and writes to human resources.
        Payroll,
        /// Writes invoices from a shared mailbox.
        SharedMailboxInvoices,
        /// Mail to strangers.
        Spam,
        /// The consented application reads mail.
        AppRead,
        /// The consented application sends mail.
        AppSend,
        /// Deletes what he sent and the notices about him.
        CoverTracks,
    }

    /// What he does when he is thrown out.
    Reaction {
        /// Registers an authenticator where he still is.
        #[default]
        Method,
        /// Registers a device where he still is.
        Device,
        /// Makes a rule where he still is.
        Rule,
        /// Lures another account out of one that he still holds.
        Jump,
        /// Resets a lost account through an administrator that he holds.
        Reset,
    }
}

impl Entry {
    /// The entry's id in the contract.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Aitm => "aitm",
            Self::Spray => "password-guessing",
            Self::MfaFatigue => "mfa-fatigue",
            Self::DeviceCode | Self::DeviceCodeKit => "device-code",
            Self::CodePhishing => "code-phishing",
            Self::Consent => "consent",
            Self::CookieTheft | Self::PrtTheft | Self::TokenReplay => "token-theft",
            Self::Ropc | Self::Imap => "legacy-auth",
            Self::HelpDesk | Self::SelfService => "helpdesk-reset",
            Self::OnPremises => "on-premises",
            Self::AppCredential => "app-credential",
            Self::Guest => "guest",
            Self::Partner => "partner",
            Self::Counterparty => "counterparty",
            Self::LookAlikeDomain => "look-alike-domain",
            Self::DirectSend => "spoof",
        }
    }

    /// No account of the tenant is entered.
    pub const fn stays_outside(self) -> bool {
        matches!(
            self,
            Self::Counterparty | Self::LookAlikeDomain | Self::DirectSend
        )
    }
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// When the text is none.
    pub fn parse(name: &str, text: &str) -> Result<Self, ScenarioError> {
        let mut scenario: Self = toml::from_str(text).map_err(|error| ScenarioError::Text {
            name: name.to_owned(),
            line: error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count() + 1),
            problem: error.message().to_owned(),
        })?;
        name.clone_into(&mut scenario.name);
        Ok(scenario)
    }

    /// The settings of a tenant for this scenario: those given, with what the scenario fixes.
    pub fn settings(&self, given: &Settings) -> Settings {
        let mut settings = given.clone();
        if let Some(licence) = self.tenant.licence {
            settings.licence = licence.into();
        }
        if let Some(entra) = self.tenant.entra {
            settings.entra = entra.into();
        }
        settings.hybrid = self.tenant.hybrid.or(settings.hybrid);
        settings.defender = self.tenant.defender.or(settings.defender);
        settings
    }

    /// The names of the built-in scenarios, in order.
    pub fn names() -> Vec<String> {
        let mut names: Vec<String> = SCENARIOS
            .files()
            .filter_map(|file| file.path().file_stem()?.to_str().map(str::to_owned))
            .collect();
        names.sort();
        names
    }

    /// A built-in scenario.
    ///
    /// # Errors
    /// When there is none of this name, or its file is none.
    pub fn named(name: &str) -> Result<Self, ScenarioError> {
        let text = SCENARIOS
            .get_file(format!("{name}.toml"))
            .and_then(|file| file.contents_utf8())
            .ok_or_else(|| ScenarioError::Unknown(name.to_owned()))?;
        Self::parse(name, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_scenario_reads() {
        let names = Scenario::names();
        assert!(names.len() >= 28, "{}", names.len());
        for name in &names {
            let scenario = Scenario::named(name).unwrap();
            assert_eq!(
                name.starts_with("clean"),
                scenario.attackers.is_empty(),
                "{name}"
            );
            assert!(scenario.attackers.len() <= 2);
        }
    }

    #[test]
    fn errors_name_line_and_key() {
        let error = Scenario::parse(
            "x",
            "title = \"x\"\n[[attacker]]\nentry = \"aitm\"\ngoal = []",
        )
        .unwrap_err()
        .to_string();
        assert!(
            error.contains("line 4") && error.contains("goal"),
            "{error}"
        );
        assert!(matches!(
            Scenario::named("nothing"),
            Err(ScenarioError::Unknown(_))
        ));
    }
}
