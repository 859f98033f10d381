//! What signs in without a person: apps, managed identities, directory synchronisation, scanners.

use std::sync::Arc;

use hourzero_model::Timestamp;

use super::Scene;
use crate::happening::{
    Access, Act, Actor, AuthStep, Delivery, Happening, Logon, MailAct, Manner, Protocol, SignIn,
    SignInKind, Token,
};
use crate::id::{AccountNo, AppNo, Guid, NetworkNo, TokenId};
use crate::life::post::{self, Draft, Topic};
use crate::world::{AppKind, ClientKind, FirstParty, NetworkKind};

impl Scene<'_> {
    /// A request for tokens without anything special.
    pub(super) fn sign_in(&mut self, kind: SignInKind, resource: AppNo, error: u32) -> SignIn {
        SignIn {
            error,
            ..SignIn::plain(&mut self.stream, kind, resource)
        }
    }

    /// Where an app runs: its maker's machines, always the same few, or the office for the company's own.
    fn home_of(&self, app: AppNo) -> Option<NetworkNo> {
        let own = self.world.app(app).kind == AppKind::OwnApp;
        let list = if own && app.0.is_multiple_of(2) {
            return self.cast.office;
        } else if app.0.is_multiple_of(3) {
            &self.cast.hosting
        } else {
            &self.cast.azure
        };
        list.get(usize::try_from(app.0).unwrap_or(0) % list.len().max(1))
            .copied()
    }

    /// The key that an app signs in with, the same all the time.
    fn key_of(&self, app: AppNo) -> Guid {
        self.world
            .seed
            .child("key")
            .number(u64::from(app.0))
            .stream()
            .guid()
    }

    fn app_happens(&mut self, app: AppNo, access: Option<Access>, act: Act) {
        self.agenda.happens(Happening {
            at: self.at,
            actor: Actor::Service,
            account: None,
            app: Some(app),
            access,
            act,
        });
    }

    pub(super) fn app_signs_in(&mut self, app: AppNo) {
        if self.state.disabled_apps.contains(&app) {
            return;
        }
        let error = if self.stream.chance(6) { 7_000_222 } else { 0 };
        let mut sign_in = self.sign_in(
            SignInKind::ServicePrincipal,
            FirstParty::Graph.number(),
            error,
        );
        sign_in.credential = Some(self.key_of(app));
        let client = self.program(app, ClientKind::Script, "");
        let network = self.home_of(app);
        let access = self.access(network, client).map(|mut access| {
            access.token = Some(Token {
                id: TokenId::of_request(sign_in.id),
                issued: self.at,
            });
            access
        });
        self.app_happens(app, access, Act::SignIn(Box::new(sign_in)));
    }

    pub(super) fn identity_signs_in(&mut self, app: AppNo) {
        let resource = if self.stream.chance(500) {
            FirstParty::AzureManagement
        } else {
            FirstParty::Graph
        };
        let sign_in = self.sign_in(SignInKind::ManagedIdentity, resource.number(), 0);
        let client = self.program(app, ClientKind::Script, "");
        let network = self.cast.azure.first().copied();
        let access = self.access(network, client);
        self.app_happens(app, access, Act::SignIn(Box::new(sign_in)));
    }

    /// A backup reads new mail of some mailboxes.
    pub(super) fn app_reads(&mut self, app: AppNo) {
        if self.state.disabled_apps.contains(&app) {
            return;
        }
        let client = self.program(app, ClientKind::Script, "");
        let network = self.stream.pick(&self.cast.front_ends).copied();
        let Some(access) = self.access(network, client) else {
            return;
        };
        for _ in 0..3 {
            let Some(mailbox) = self.some_mailbox() else {
                continue;
            };
            let newest: Vec<_> = self
                .state
                .account(mailbox)
                .mail
                .iter()
                .rev()
                .take(4)
                .filter(|stored| stored.folder == "\\Inbox")
                .map(|stored| Arc::clone(&stored.message))
                .collect();
            if newest.is_empty() {
                continue;
            }
            let act = MailAct::Read {
                mailbox,
                logon: Logon::Owner,
                folders: vec![("\\Inbox".to_owned(), newest)],
                throttled: false,
            };
            self.app_happens(app, Some(access.clone()), Act::Mail(act));
            self.wait(1, 40);
        }
    }

    fn account_happens(&mut self, account: AccountNo, access: Option<Access>, act: Act) {
        self.agenda.happens(Happening {
            at: self.at,
            actor: Actor::Service,
            account: Some(account),
            app: None,
            access,
            act,
        });
    }

    fn password_step(&self) -> Vec<AuthStep> {
        vec![AuthStep {
            at: self.at,
            method: "Password",
            detail: "Password in the cloud".to_owned(),
            succeeded: true,
            result: "Correct password",
            requirement: "Primary authentication",
        }]
    }

    /// Directory synchronisation signs in every half hour, from its server, with its password.
    pub(super) fn synchronises(&mut self, account: AccountNo) {
        if self.state.account(account).disabled {
            return;
        }
        let mut sign_in = self.sign_in(
            SignInKind::Interactive,
            FirstParty::DirectoryGraph.number(),
            0,
        );
        sign_in.steps = self.password_step();
        sign_in.protocol = Protocol::Ropc;
        let client = self.program(FirstParty::ConnectSync.number(), ClientKind::Script, "");
        let network = self.cast.office;
        let access = self.access(network, client);
        self.account_happens(account, access, Act::SignIn(Box::new(sign_in)));
    }

    /// A scanner or alarm system hands in a mail by authenticated SMTP.
    pub(super) fn device_sends(&mut self, account: AccountNo) {
        let state = self.state.account(account);
        let of = self.world.account(account);
        if state.disabled || state.deleted || of.mailbox.is_none() {
            return;
        }
        let client = self.program(
            FirstParty::ExchangeOnline.number(),
            ClientKind::Smtp,
            "BAV2ROPC",
        );
        let network = self
            .world
            .network_of(account, NetworkKind::Office)
            .or(self.cast.office);
        let Some(access) = self.access(network, client) else {
            return;
        };
        let mut sign_in = self.sign_in(
            SignInKind::Interactive,
            FirstParty::ExchangeOnline.number(),
            0,
        );
        sign_in.steps = self.password_step();
        sign_in.protocol = Protocol::Ropc;
        self.account_happens(
            account,
            Some(access.clone()),
            Act::SignIn(Box::new(sign_in)),
        );
        let Some(to) = self.some_person() else {
            return;
        };
        self.wait(1, 6);
        let draft = Draft {
            mailbox: account,
            to: vec![post::inside(self.world, to)],
            topic: Topic {
                subject: format!("Scan {}", 1_000 + self.stream.below(9_000)),
                attachment: "Scan.pdf".to_owned(),
                money: false,
            },
        };
        let address = access.place.address;
        let message = post::from_inside(self.world, draft, self.at, address, &mut self.stream);
        let sent = MailAct::Sent {
            message: Arc::clone(&message),
            mailbox: account,
            manner: Manner::Own,
            saved: false,
        };
        self.account_happens(account, Some(access), Act::Mail(sent));
        self.at = Timestamp::from_micros(self.at.micros() + 2_100_000);
        self.state
            .store(to, Arc::clone(&message), "\\Inbox", self.at);
        let transported = MailAct::Transported {
            message,
            delivery: Delivery::Delivered,
            forwarded_by: None,
        };
        self.account_happens(account, None, Act::Mail(transported));
    }
}
