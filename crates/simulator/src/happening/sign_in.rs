//! A request for tokens.

use hourzero_model::Timestamp;

use crate::id::{AppNo, Guid};
use crate::random::Stream;

/// The four lists of sign-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignInKind {
    /// A person at the keyboard.
    Interactive,
    /// A client renews its tokens for a person.
    NonInteractive,
    /// An application for itself.
    ServicePrincipal,
    /// A managed identity of Azure.
    ManagedIdentity,
}

/// `authenticationProtocol` of Graph beta.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are Microsoft's")]
pub enum Protocol {
    None,
    OAuth2,
    Ropc,
    WsFederation,
    Saml20,
    DeviceCode,
}

/// `incomingTokenType`: what the request was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are Microsoft's")]
pub enum TokenOrigin {
    None,
    RefreshToken,
    PrimaryRefreshToken,
    Saml20,
}

/// `originalTransferMethod`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are Microsoft's")]
pub enum Transfer {
    None,
    DeviceCodeFlow,
    AuthenticationTransfer,
}

/// `authenticationRequirement`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are Microsoft's")]
pub enum Requirement {
    SingleFactor,
    MultiFactor,
}

/// One step of an authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthStep {
    /// When.
    pub at: Timestamp,
    /// `Password`, `Mobile app notification`, `Previously satisfied`, `Temporary Access Pass` …
    pub method: &'static str,
    /// `Password Hash Sync`, `Password in the cloud`, a device's name …
    pub detail: String,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// `Correct password`, `MFA successfully completed`, `MFA denied; user declined the authentication` …
    pub result: &'static str,
    /// `Primary authentication`, `Multifactor authentication`; empty where nothing is asked.
    pub requirement: &'static str,
}

/// A request for tokens, granted or refused.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Which list it is in.
    pub kind: SignInKind,
    /// Request id, which is the record's id in the sign-in log and in the unified audit log.
    pub id: Guid,
    /// Correlation id, shared by the rows of one attempt.
    pub correlation: Guid,
    /// The service that the token is for.
    pub resource: AppNo,
    /// 0, or the code of `AADSTS…` (`facts/schemas.md` §5).
    pub error: u32,
    /// What was asked for.
    pub requirement: Requirement,
    /// The steps, as far as the log has them.
    pub steps: Vec<AuthStep>,
    /// Protocol.
    pub protocol: Protocol,
    /// What the request was made with.
    pub origin: TokenOrigin,
    /// How the session first came to this client.
    pub transfer: Transfer,
    /// The token is bound to the device (`signInSessionStatus`): nothing where the log does not say.
    pub bound: Option<bool>,
    /// `RequestType` of the unified audit log: `OAuth2:Authorize`, `OAuth2:Token`, `Login:login`, `Cmsi:Cmsi` …
    pub request_type: &'static str,
    /// Risk seen while signing in: level and event types.
    pub risk: Option<(&'static str, Vec<&'static str>)>,
    /// The name tried, where no account has it.
    pub unknown_name: Option<String>,
    /// Scopes asked for, where the log has them.
    pub scopes: Vec<&'static str>,
    /// The key with which a service principal signed in.
    pub credential: Option<Guid>,
    /// Home directory, when it is not this one, and how it crosses (`crossTenantAccessType`).
    pub home: Option<(Guid, &'static str)>,
    /// Issued by the company's own federation server.
    pub federated: bool,
}

impl SignIn {
    /// A granted request of a client for itself, with nothing special about it; the caller changes what
    /// differs. Request and correlation id are drawn, in this order.
    pub(crate) fn plain(stream: &mut Stream, kind: SignInKind, resource: AppNo) -> Self {
        Self {
            kind,
            id: stream.request(),
            correlation: stream.guid(),
            resource,
            error: 0,
            requirement: Requirement::SingleFactor,
            steps: Vec::new(),
            protocol: Protocol::None,
            origin: TokenOrigin::None,
            transfer: Transfer::None,
            bound: None,
            request_type: "OAuth2:Token",
            risk: None,
            unknown_name: None,
            scopes: Vec::new(),
            credential: None,
            home: None,
            federated: false,
        }
    }
}
