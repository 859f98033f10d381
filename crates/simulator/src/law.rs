//! What kills which session: the revocation matrix of `facts/auth.md` §2.4, and nothing else.

use hourzero_model::Channel;

use crate::state::{Artefact, Basis, Session};

/// An act that can end sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blow {
    /// A password was set anew by this way.
    PasswordReset(Channel),
    /// Refresh tokens and sessions were revoked.
    Revoked,
    /// The account was disabled or deleted.
    AccountDisabled,
    /// The device was disabled or deleted.
    DeviceDisabled,
}

/// Whether a session still gets tokens after an act has taken effect.
pub fn survives(session: &Session, blow: Blow) -> bool {
    let bound_to_device = matches!(session.artefact, Artefact::PrimaryRefreshToken(_));
    match blow {
        Blow::AccountDisabled => false,
        Blow::DeviceDisabled => !bound_to_device,
        // Sources disagree about primary refresh tokens; they count as alive until device or user is disabled.
        Blow::Revoked => bound_to_device,
        Blow::PasswordReset(channel) => survives_reset(session, channel),
    }
}

fn survives_reset(session: &Session, channel: Channel) -> bool {
    if channel == Channel::OnPremises {
        return true;
    }
    match (session.basis, session.artefact) {
        (_, Artefact::ConfidentialToken) | (Basis::NonPassword, Artefact::RefreshToken) => {
            !matches!(channel, Channel::Entra | Channel::M365)
        }
        (Basis::NonPassword, Artefact::Cookie | Artefact::PrimaryRefreshToken(_)) => true,
        (
            Basis::Password,
            Artefact::Cookie | Artefact::RefreshToken | Artefact::PrimaryRefreshToken(_),
        ) => false,
    }
}
