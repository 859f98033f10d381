//! Accounts: made, changed, disabled; passwords, sessions, authentication methods.

use hourzero_model::Channel;

use super::methods::{MethodChange, method_changed};
use super::{By, Draft, Expansion, Shown, flag, one};
use crate::happening::{DirectoryAct, Initiator, PropertyChange};
use crate::id::AccountNo;
use crate::json;
use crate::world::AccountKind;

pub(super) const CATEGORY: &str = "UserManagement";

/// A change of Core Directory to one account.
pub(super) fn core(
    writing: &Expansion<'_, '_>,
    number: AccountNo,
    activity: &str,
    operation: &'static str,
) -> Draft {
    Draft::core(activity, CATEGORY, operation)
        .target(writing.user(number, false))
        .about(number)
}

fn user_type(writing: &Expansion<'_, '_>, number: AccountNo) -> &'static str {
    if writing.world.account(number).kind == AccountKind::Guest {
        "Guest"
    } else {
        "Member"
    }
}

/// An update that closes with the kind of the account, as every "Update user" does.
pub(super) fn updated(writing: &Expansion<'_, '_>, number: AccountNo, draft: Draft) -> Draft {
    let kind = user_type(writing, number);
    draft
        .listed()
        .context("TargetId.UserType", kind)
        .detail("UserType", kind)
}

/// Spells out an act about an account.
pub(super) fn expand(writing: &mut Expansion<'_, '_>, act: &DirectoryAct) {
    match act {
        DirectoryAct::UserMade(account) => made(writing, *account),
        DirectoryAct::UserChanged {
            account,
            changes,
            by,
        } => changed(writing, *account, changes, *by),
        DirectoryAct::UserEnabled { account, enabled } => set_enabled(writing, *account, *enabled),
        DirectoryAct::UserDeleted(account) => deleted(writing, *account),
        DirectoryAct::Guest { account, redeemed } => guest(writing, *account, *redeemed),
        DirectoryAct::PasswordReset { account, channel } => {
            password_reset(writing, *account, *channel);
        }
        DirectoryAct::SessionsRevoked(account) => revoked(writing, *account),
        DirectoryAct::MethodChanged {
            account,
            method,
            registered,
            by_admin,
            detail,
        } => {
            let change = MethodChange {
                method: *method,
                registered: *registered,
                by_admin: *by_admin,
                detail,
            };
            method_changed(writing, *account, &change);
        }
        _ => {}
    }
}

fn made(writing: &mut Expansion<'_, '_>, number: AccountNo) {
    let account = writing.world.account(number);
    let by = if account.synced {
        writing.synchroniser()
    } else {
        writing.doer()
    };
    let nickname = account.upn.split('@').next().unwrap_or_default();
    let agent = if account.synced {
        Vec::new()
    } else {
        writing.user_agent()
    };
    let mut draft = core(writing, number, "Add user", "Add")
        .details(agent)
        .updated("AccountEnabled", "[]", flag(true))
        .updated("DisplayName", "[]", one(&account.display_name));
    if account.synced {
        draft = draft.updated("DirSyncEnabled", "[]", flag(true)).updated(
            "LastDirSyncTime",
            "[]",
            one(&writing.time()),
        );
    }
    if !account.given_name.is_empty() {
        draft = draft.updated("GivenName", "[]", one(&account.given_name));
    }
    draft = draft.updated("MailNickname", "[]", one(nickname)).updated(
        "StsRefreshTokensValidFrom",
        "[]",
        one(&writing.time()),
    );
    if !account.surname.is_empty() {
        draft = draft.updated("Surname", "[]", one(&account.surname));
    }
    draft = draft
        .updated("UserPrincipalName", "[]", one(&account.upn))
        .updated("UserType", "[]", one(user_type(writing, number)))
        .listed();
    writing.add(draft, by);
}

fn changed(
    writing: &mut Expansion<'_, '_>,
    number: AccountNo,
    changes: &[PropertyChange],
    by: Initiator,
) {
    let mut draft = core(writing, number, "Update user", "Update");
    if by == Initiator::User {
        draft = draft.details(writing.user_agent());
    }
    for change in changes {
        draft = draft.updated(&change.name, change.old.as_str(), change.new.as_str());
    }
    let draft = updated(writing, number, draft);
    writing.add(draft, writing.initiator(by));
}

fn set_enabled(writing: &mut Expansion<'_, '_>, number: AccountNo, enabled: bool) {
    let by = writing.doer();
    let synced =
        matches!(by, By::User(doer) if writing.world.account(doer).kind == AccountKind::Sync);
    let activity = if enabled {
        "Enable account"
    } else {
        "Disable account"
    };
    for activity in ["Update user", activity] {
        let mut draft = core(writing, number, activity, "Update").updated(
            "AccountEnabled",
            flag(!enabled),
            flag(enabled),
        );
        if synced {
            draft = draft.updated(
                "LastDirSyncTime",
                one(&writing.time()),
                one(&writing.time()),
            );
        } else {
            draft = draft.details(writing.user_agent());
        }
        let draft = updated(writing, number, draft);
        writing.add_together(draft, by.clone());
    }
}

fn deleted(writing: &mut Expansion<'_, '_>, number: AccountNo) {
    let account = writing.world.account(number);
    let mut draft = core(writing, number, "Delete user", "Delete")
        .details(writing.user_agent())
        .property("Is Hard Deleted", "", json::quoted("False"))
        .context("TargetId.UserType", user_type(writing, number))
        .detail("UserType", user_type(writing, number));
    // A deleted account's name begins with its object id, without hyphens.
    let id: String = account
        .id
        .to_string()
        .chars()
        .filter(|sign| *sign != '-')
        .collect();
    if let Some(target) = draft.change.targets.first_mut() {
        target.upn = Some(format!("{id}{}", account.upn));
    }
    writing.add(draft, writing.doer());
}

fn guest(writing: &mut Expansion<'_, '_>, number: AccountNo, redeemed: bool) {
    let account = writing.world.account(number);
    let address = guest_address(&account.upn);
    if redeemed {
        let draft = Draft::new(
            "Redeem external user invite",
            "B2B Auth",
            CATEGORY,
            "Update",
        )
        .target(writing.user(number, true))
        .about(number)
        .detail("InvitedUserEmailAddress", address.clone());
        writing.add(draft, By::Service("Microsoft B2B Admin Worker"));
        let draft = core(writing, number, "Update user", "Update")
            .updated("AcceptedAs", "[]", one(&address))
            .updated("AcceptedOn", "[]", one(&writing.time()))
            .updated("UserState", one("PendingAcceptance"), one("Accepted"))
            .updated("UserStateChangedOn", "[]", one(&writing.time()));
        let draft = updated(writing, number, draft);
        writing.add(draft, By::Service("Microsoft Invitation Acceptance Portal"));
        return;
    }
    let doer = writing.doer();
    let draft = Draft::new("Invite external user", "Invited Users", CATEGORY, "Add")
        .target(writing.user(number, true))
        .about(number)
        .detail("oid", account.id.to_string())
        .detail("tid", writing.world.tenant.id.to_string())
        .detail("InvitedUserEmailAddress", address.clone());
    writing.add(draft, doer);
    let draft = core(writing, number, "Add user", "Add")
        .updated("AccountEnabled", "[]", flag(true))
        .updated("AlternativeSecurityId", "[]", "[]")
        .updated("CreationType", "[]", one("Invitation"))
        .updated("DisplayName", "[]", one(&account.display_name))
        .updated("OtherMail", "[]", one(&address))
        .updated("ProxyAddresses", "[]", one(&format!("SMTP:{address}")))
        .updated("UserPrincipalName", "[]", one(&account.upn))
        .updated("UserState", "[]", one("PendingAcceptance"))
        .updated("UserType", "[]", one("Guest"))
        .listed();
    writing.add(draft, By::Service("Microsoft B2B Admin Worker"));
}

/// The address inside a guest's user principal name: `ann_fabrikam.com#EXT#@…` is `ann@fabrikam.com`.
fn guest_address(upn: &str) -> String {
    let name = upn.split("#EXT#").next().unwrap_or(upn);
    match name.rsplit_once('_') {
        Some((user, domain)) => format!("{user}@{domain}"),
        None => name.to_owned(),
    }
}

fn password_reset(writing: &mut Expansion<'_, '_>, number: AccountNo, channel: Channel) {
    let doer = writing.doer();
    match channel {
        Channel::User => {
            self_service(writing, number, "Change password (self-service)", "");
            writing.add(
                core(writing, number, "Change user password", "Update").shown(Shown::Empty),
                By::User(number),
            );
            tokens_ended(writing, number, By::User(number), true);
        }
        Channel::Sspr => {
            for step in [
                "User submitted their user ID",
                "User was presented with verification options",
                "User successfully reset password",
            ] {
                self_service(
                    writing,
                    number,
                    "Self-service password reset flow activity progress",
                    step,
                );
            }
            self_service(
                writing,
                number,
                "Reset password (self-service)",
                "Successfully completed reset.",
            );
            let service = By::Named("fim_password_service@support.onmicrosoft.com");
            let draft = core(writing, number, "Reset user password", "Update");
            writing.add(draft, service.clone());
            tokens_ended(writing, number, service, true);
        }
        Channel::OnPremises => {
            let by = writing.synchroniser();
            let draft = core(writing, number, "Change user password", "Update").shown(Shown::Empty);
            writing.add(draft, by);
        }
        Channel::Entra | Channel::M365 | Channel::Azure | Channel::Graph | Channel::Unknown => {
            if matches!(channel, Channel::Entra | Channel::Azure) {
                let draft = Draft::new(
                    "Reset password (by admin)",
                    "Self-service Password Management",
                    CATEGORY,
                    "Update",
                )
                .target(writing.user(number, true))
                .about(number)
                .because("None")
                .detail("OnPremisesAgent", "None");
                writing.add(draft, doer.clone());
            }
            let draft = core(writing, number, "Reset user password", "Update")
                .details(writing.user_agent());
            writing.add(draft, doer.clone());
            tokens_ended(writing, number, doer, true);
        }
    }
}

/// A row of self-service password management.
fn self_service(writing: &mut Expansion<'_, '_>, number: AccountNo, activity: &str, reason: &str) {
    let draft = Draft::new(
        activity,
        "Self-service Password Management",
        CATEGORY,
        "Update",
    )
    .target(writing.user(number, true))
    .about(number)
    .because(reason)
    .detail("OnPremisesAgent", "None")
    .shown(Shown::Client);
    writing.add_together(draft, By::User(number));
}

/// "Update StsRefreshTokenValidFrom Timestamp": with a password it says nothing more, alone it has the times.
fn tokens_ended(writing: &mut Expansion<'_, '_>, number: AccountNo, by: By, with_password: bool) {
    let mut draft = core(
        writing,
        number,
        "Update StsRefreshTokenValidFrom Timestamp",
        "Update",
    );
    if with_password {
        writing.add_together(draft, by);
        return;
    }
    let long_before = writing
        .happening
        .at
        .plus_seconds(-writing.stream.between(86_400, 12_000_000));
    let before = long_before.to_string();
    draft = draft.details(writing.user_agent()).updated(
        "StsRefreshTokensValidFrom",
        one(&format!("{}Z", before.get(..19).unwrap_or(&before))),
        one(&writing.time()),
    );
    let draft = updated(writing, number, draft);
    writing.add(draft, by);
}

fn revoked(writing: &mut Expansion<'_, '_>, number: AccountNo) {
    let by = writing.doer();
    tokens_ended(writing, number, by, false);
}
