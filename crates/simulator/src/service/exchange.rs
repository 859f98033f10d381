//! Exchange by itself: maintenance cmdlets and back ends that read mail.

use std::sync::Arc;

use super::{SUBSTRATE, Scene};
use crate::happening::{Act, Actor, Cmdlet, Happening, Logon, MailAct};
use crate::world::{ClientKind, FirstParty};

/// Cmdlets of a maintenance, in order: name, how often, and a parameter that each has.
const MAINTENANCE: &[(&str, u64, (&str, &str))] = &[
    ("Set-TenantObjectVersion", 1, ("Identity", "")),
    ("Install-DefaultSharingPolicy", 1, ("Organization", "")),
    ("Install-ResourceConfig", 1, ("Organization", "")),
    ("Install-AdminAuditLogConfig", 1, ("Organization", "")),
    (
        "Set-AdminAuditLogConfig",
        1,
        ("AdminAuditLogEnabled", "True"),
    ),
    ("Install-DataClassificationConfig", 1, ("Organization", "")),
    ("New-ExchangeAssistanceConfig", 1, ("Organization", "")),
    ("Set-ExchangeAssistanceConfig", 1, ("Identity", "")),
    ("Enable-AddressListPaging", 1, ("DomainController", "")),
    (
        "Set-OwaMailboxPolicy",
        1,
        ("Identity", "OwaMailboxPolicy-Default"),
    ),
    (
        "Set-RecipientEnforcementProvisioningPolicy",
        1,
        ("Identity", ""),
    ),
    ("Set-TransportConfig", 3, ("Identity", "")),
    (
        "Set-MailboxPlan",
        24,
        ("Identity", "ExchangeOnlineEnterprise"),
    ),
    ("Add-MailboxPermission", 1, ("AccessRights", "FullAccess")),
];

impl Scene<'_> {
    fn cmdlet(
        &mut self,
        name: &'static str,
        object: String,
        parameters: Vec<(&'static str, String)>,
    ) {
        let act = Act::Cmdlet(Cmdlet {
            by_service: true,
            external: true,
            ..Cmdlet::by_person(name, object, parameters)
        });
        self.happens(Actor::Service, None, act);
    }

    /// The organisation's objects are brought up to date.
    pub(super) fn maintains(&mut self) {
        for (name, times, (parameter, value)) in MAINTENANCE {
            for _ in 0..*times {
                let value = if value.is_empty() {
                    self.world.tenant.first_domain.clone()
                } else {
                    (*value).to_owned()
                };
                let mut parameters = vec![("Identity", value.clone())];
                if *parameter != "Identity" {
                    parameters.push((parameter, value.clone()));
                }
                self.cmdlet(name, value, parameters);
                self.wait(0, 9);
            }
        }
    }

    /// A mailbox is kept up to date: licences, plans, policies.
    pub(super) fn keeps_mailbox(&mut self) {
        let Some(mailbox) = self.some_mailbox() else {
            return;
        };
        let account = self.world.account(mailbox);
        let object = account.upn.split('@').next().unwrap_or_default().to_owned();
        let identity = format!(
            "{}.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/{}/{}",
            self.world.tenant.forest, self.world.tenant.first_domain, account.id
        );
        let (name, parameter) = match self.stream.below(100) {
            0..78 => ("Set-Mailbox", ("ElcProcessingDisabled", "False")),
            78..90 => (
                "Set-User",
                ("CountryOrRegion", self.world.tenant.country.as_str()),
            ),
            90..94 => ("Set-CASMailbox", ("ActiveSyncEnabled", "True")),
            94..97 => ("Set-MailboxPlan", ("ProhibitSendQuota", "49.5 GB")),
            _ => (
                "Set-CalendarProcessing",
                ("AutomateProcessing", "AutoUpdate"),
            ),
        };
        let parameters = vec![
            ("Identity", identity),
            (parameter.0, parameter.1.to_owned()),
        ];
        self.cmdlet(name, object, parameters);
    }

    /// Microsoft's back ends read new mail, and the log has it as REST without a person.
    pub(super) fn back_end_reads(&mut self) {
        let Some(mailbox) = self.some_mailbox() else {
            return;
        };
        let newest: Vec<_> = self
            .state
            .account(mailbox)
            .mail
            .iter()
            .rev()
            .filter(|stored| stored.folder == "\\Inbox")
            .take(1 + usize::try_from(self.stream.below(3)).unwrap_or(0))
            .map(|stored| Arc::clone(&stored.message))
            .collect();
        if newest.is_empty() {
            return;
        }
        let app = if self.stream.chance(700) {
            SUBSTRATE
        } else {
            FirstParty::MediaAnalysis.number()
        };
        let network = self.stream.pick(&self.cast.front_ends).copied();
        let client = self.program(app, ClientKind::Script, "");
        let access = self.access(network, client);
        self.agenda.happens(Happening {
            at: self.at,
            actor: Actor::Service,
            account: None,
            app: Some(app),
            access,
            act: Act::Mail(MailAct::Read {
                mailbox,
                logon: Logon::Owner,
                folders: vec![("\\Inbox".to_owned(), newest)],
                throttled: false,
            }),
        });
    }
}
