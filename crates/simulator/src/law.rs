//! What kills which session: the revocation matrix of `facts/auth.md` §2.4, and nothing else.
//!
//! Inputs are the act with its channel, and how the session was won. Where Microsoft's pages are silent
//! the weakest row counts; a primary refresh token, about which sources disagree, counts as alive until
//! its device or its user is disabled.

use hourzero_model::{Channel, Timestamp};

use crate::happening::Actor;
use crate::id::{AccountNo, DeviceNo};
use crate::state::{Artefact, Basis, EndedSession, Session, State};

/// An act that can end sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blow {
    /// The password expired.
    PasswordExpired,
    /// A password was set anew by this way.
    PasswordReset(Channel),
    /// Refresh tokens and sessions were revoked.
    Revoked,
    /// The user signed out everywhere in one browser (single sign-out).
    SignedOut,
    /// The account was disabled or deleted.
    AccountDisabled,
    /// The device was disabled or deleted.
    DeviceDisabled,
}

/// Whether a session still gets tokens after an act has taken effect.
pub const fn survives(session: &Session, blow: Blow) -> bool {
    let bound_to_device = matches!(session.artefact, Artefact::PrimaryRefreshToken(_));
    match blow {
        Blow::AccountDisabled => false,
        Blow::DeviceDisabled => !bound_to_device,
        Blow::PasswordExpired => true,
        Blow::Revoked => bound_to_device,
        Blow::SignedOut => !matches!(session.artefact, Artefact::Cookie),
        Blow::PasswordReset(channel) => survives_reset(session, channel),
    }
}

const fn survives_reset(session: &Session, channel: Channel) -> bool {
    // The directory on the premises changes its own hash; nothing in the cloud is revoked by it.
    if matches!(channel, Channel::OnPremises) {
        return true;
    }
    match (session.basis, session.artefact) {
        (_, Artefact::PrimaryRefreshToken(_)) | (Basis::NonPassword, Artefact::Cookie) => true,
        (_, Artefact::ConfidentialToken) | (Basis::NonPassword, Artefact::RefreshToken) => {
            !matches!(channel, Channel::Entra | Channel::M365)
        }
        (Basis::Password, Artefact::Cookie | Artefact::RefreshToken) => false,
    }
}

/// The error that a refresh gives after an act (`facts/schemas.md` §5).
pub const fn error_after(blow: Blow) -> u32 {
    match blow {
        Blow::PasswordExpired => 50_055,
        Blow::PasswordReset(_) => 50_133,
        Blow::Revoked => 50_173,
        Blow::SignedOut => 50_058,
        Blow::AccountDisabled => 50_057,
        Blow::DeviceDisabled => 135_011,
    }
}

/// An act takes effect on an account: its sessions end as the matrix says, and continuous access
/// evaluation hears of it where the act is one of its critical events (`facts/auth.md` §2.5).
pub(crate) fn strike_account(state: &mut State, account: AccountNo, blow: Blow, at: Timestamp) {
    strike(state, account, blow, at, |_| true);
    let critical = match blow {
        Blow::Revoked | Blow::AccountDisabled => true,
        Blow::PasswordReset(channel) => channel != Channel::OnPremises,
        Blow::PasswordExpired | Blow::SignedOut | Blow::DeviceDisabled => false,
    };
    if critical {
        state.account_mut(account).cut = Some(at);
    }
}

/// A device is disabled or deleted: the primary refresh tokens on it end.
pub(crate) fn strike_device(state: &mut State, device: DeviceNo, at: Timestamp) {
    let accounts = u32::try_from(state.accounts.len()).unwrap_or(u32::MAX);
    for account in (0..accounts).map(AccountNo) {
        strike(state, account, Blow::DeviceDisabled, at, |session| {
            session.artefact == Artefact::PrimaryRefreshToken(device)
        });
    }
}

fn strike(
    state: &mut State,
    account: AccountNo,
    blow: Blow,
    at: Timestamp,
    hit: impl Fn(&Session) -> bool,
) {
    let mut sessions = std::mem::take(&mut state.account_mut(account).sessions);
    sessions.retain(|session| {
        if !hit(session) || survives(session, blow) {
            return true;
        }
        if matches!(session.holder, Actor::Attacker(_)) {
            state.ended.push(EndedSession {
                id: session.id,
                account: session.account,
                holder: session.holder,
                device: match session.artefact {
                    Artefact::PrimaryRefreshToken(device) => Some(device),
                    _ => None,
                },
                error: error_after(blow),
                at,
            });
        }
        false
    });
    state.account_mut(account).sessions = sessions;
}

/// An access token in somebody's hands: it lives on after its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// When it was issued.
    pub issued: Timestamp,
    /// When it expires by itself: after 60–90 minutes, after up to 28 hours with continuous evaluation.
    pub expires: Timestamp,
    /// Seconds after a critical event until the service refuses it (at most 900); nothing where client or
    /// resource has no continuous access evaluation.
    pub evaluated: Option<i64>,
}

impl Lifetime {
    /// Whether a resource still takes the token.
    pub fn holds(self, now: Timestamp, last_cut: Option<Timestamp>) -> bool {
        let cut_off = match (self.evaluated, last_cut) {
            (Some(delay), Some(cut)) if cut >= self.issued => now >= cut.plus_seconds(delay),
            _ => false,
        };
        now < self.expires && !cut_off
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Guid;

    fn session(basis: Basis, artefact: Artefact) -> Session {
        Session {
            id: Guid::NIL,
            account: AccountNo(0),
            holder: Actor::Attacker(0),
            basis,
            artefact,
            began: Timestamp::from_micros(0),
        }
    }

    /// The matrix of `facts/auth.md` §2.4, row by row: `x` is revoked, `.` lives. Columns: password cookie,
    /// password token, other cookie, other token, confidential token, primary refresh token.
    const MATRIX: [(Blow, &str); 13] = [
        (Blow::PasswordExpired, "......"),
        (Blow::PasswordReset(Channel::User), "xx...."),
        (Blow::PasswordReset(Channel::Sspr), "xx...."),
        (Blow::PasswordReset(Channel::Azure), "xx...."),
        (Blow::PasswordReset(Channel::Entra), "xx.xx."),
        (Blow::PasswordReset(Channel::M365), "xx.xx."),
        (Blow::PasswordReset(Channel::Graph), "xx...."),
        (Blow::PasswordReset(Channel::Unknown), "xx...."),
        (Blow::PasswordReset(Channel::OnPremises), "......"),
        (Blow::Revoked, "xxxxx."),
        (Blow::SignedOut, "x.x..."),
        (Blow::AccountDisabled, "xxxxxx"),
        (Blow::DeviceDisabled, ".....x"),
    ];

    #[test]
    fn every_row_and_column_of_the_matrix_holds() {
        let device = Artefact::PrimaryRefreshToken(DeviceNo(0));
        let columns = [
            vec![session(Basis::Password, Artefact::Cookie)],
            vec![session(Basis::Password, Artefact::RefreshToken)],
            vec![session(Basis::NonPassword, Artefact::Cookie)],
            vec![session(Basis::NonPassword, Artefact::RefreshToken)],
            vec![
                session(Basis::Password, Artefact::ConfidentialToken),
                session(Basis::NonPassword, Artefact::ConfidentialToken),
            ],
            vec![
                session(Basis::Password, device),
                session(Basis::NonPassword, device),
            ],
        ];
        for (blow, row) in MATRIX {
            for (column, expected) in columns.iter().zip(row.chars()) {
                for session in column {
                    assert_eq!(
                        survives(session, blow),
                        expected == '.',
                        "{blow:?}: {:?} {:?}",
                        session.basis,
                        session.artefact
                    );
                }
            }
        }
        let channels: Vec<Channel> = MATRIX
            .iter()
            .filter_map(|(blow, _)| match blow {
                Blow::PasswordReset(channel) => Some(*channel),
                _ => None,
            })
            .collect();
        assert!(Channel::ALL.iter().all(|one| channels.contains(one)));
    }

    #[test]
    fn access_tokens_outlive_their_session() {
        let at = |minutes: i64| Timestamp::from_micros(0).plus_seconds(minutes * 60);
        let plain = Lifetime {
            issued: at(0),
            expires: at(75),
            evaluated: None,
        };
        let evaluated = Lifetime {
            issued: at(0),
            expires: at(28 * 60),
            evaluated: Some(600),
        };
        for (token, now, cut, holds) in [
            (plain, 74, Some(10), true),
            (plain, 75, None, false),
            (evaluated, 600, None, true),
            (evaluated, 19, Some(10), true),
            (evaluated, 20, Some(10), false),
        ] {
            assert_eq!(token.holds(at(now), cut.map(at)), holds, "{now} {cut:?}");
        }
        // A cut before the token was issued does not concern it.
        let later = Lifetime {
            issued: at(30),
            ..evaluated
        };
        assert!(later.holds(at(60), Some(at(10))));
    }
}
