//! Strangers on the internet who try passwords: every tenant has them, and none of them gets in.

use super::Scene;
use crate::happening::{Act, Actor, AuthStep, Happening, Protocol, SignInKind};
use crate::world::{ClientKind, FirstParty};

/// Names that are tried everywhere.
const NAMES: [&str; 14] = [
    "admin",
    "info",
    "test",
    "sales",
    "scan",
    "accounts",
    "office",
    "support",
    "backup",
    "user1",
    "contact",
    "reception",
    "noreply",
    "administrator",
];

/// With what they try: program, kind, user agent.
const PROGRAMS: [(FirstParty, ClientKind, &str); 6] = [
    (
        FirstParty::AzureCli,
        ClientKind::Script,
        "python-requests/2.31.0",
    ),
    (
        FirstParty::DirectoryPowerShell,
        ClientKind::Script,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
    ),
    (FirstParty::ExchangeOnline, ClientKind::Smtp, "BAV2ROPC"),
    (FirstParty::ExchangeOnline, ClientKind::Imap, "BAV2ROPC"),
    (FirstParty::MicrosoftOffice, ClientKind::Script, "fasthttp"),
    (
        FirstParty::Teams,
        ClientKind::Script,
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
    ),
];

impl Scene<'_> {
    /// So many attempts, one name after another, from one network.
    pub(super) fn strangers_try(&mut self, attempts: u64) {
        let (app, kind, agent) = self.stream.pick(&PROGRAMS).copied().unwrap_or((
            FirstParty::AzureCli,
            ClientKind::Script,
            "python-requests/2.31.0",
        ));
        let network = self.stream.pick(&self.cast.hosting).copied();
        let pause = self.stream.between(2, 90);
        for _ in 0..attempts {
            let client = self.program(app.number(), kind, agent);
            let Some(access) = self.access(network, client) else {
                return;
            };
            let account = if self.stream.chance(550) {
                self.some_person()
            } else {
                None
            };
            // They never hold the right password: what they do has no consequence.
            let error = match account {
                None => 50_034,
                Some(account) if self.state.account(account).disabled => 50_057,
                Some(_) if self.stream.chance(140) => 50_053,
                Some(_) => 50_126,
            };
            let mut sign_in = self.sign_in(
                SignInKind::Interactive,
                FirstParty::ExchangeOnline.number(),
                error,
            );
            sign_in.protocol = Protocol::Ropc;
            sign_in.steps = vec![AuthStep {
                at: self.at,
                method: "Password",
                detail: "Password in the cloud".to_owned(),
                succeeded: false,
                result: "Invalid username or password",
                requirement: "Primary authentication",
            }];
            if account.is_none() {
                let name = self.stream.pick(&NAMES).copied().unwrap_or("admin");
                sign_in.unknown_name = Some(format!("{name}@{}", self.world.tenant.domain));
                sign_in.steps.clear();
            }
            self.agenda.happens(Happening {
                at: self.at,
                actor: Actor::Background,
                account,
                app: None,
                access: Some(access),
                act: Act::SignIn(Box::new(sign_in)),
            });
            self.wait(pause, pause * 2);
        }
    }
}
