//! What each policy of Conditional Access said to a sign-in.

use super::Row;
use crate::happening::Requirement;
use crate::json::{self, Object};
use crate::world::{ClientKind, EntraPlan, Policy};

/// What a policy did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Applied {
    /// It was satisfied.
    Success,
    /// It refused or interrupted.
    Failure,
    /// It was not about this sign-in.
    OutOfScope,
}

impl Applied {
    /// `result` of the policy.
    const fn result(self, report_only: bool) -> &'static str {
        match (self, report_only) {
            (Self::Success, false) => "success",
            (Self::Failure, false) => "failure",
            (Self::OutOfScope, false) => "notApplied",
            (Self::Success, true) => "reportOnlySuccess",
            (Self::Failure, true) => "reportOnlyFailure",
            (Self::OutOfScope, true) => "reportOnlyNotApplied",
        }
    }
}

/// Errors before the first factor was accepted: policies were not asked.
const fn before_policies(error: u32) -> bool {
    matches!(
        error,
        50_034
            | 50_053
            | 50_055
            | 50_056
            | 50_057
            | 50_058
            | 50_059
            | 50_064
            | 50_126
            | 50_144
            | 700_016
            | 16_000
            | 51_004
    )
}

/// Errors that ask for a second factor or are about it.
const fn about_second_factor(error: u32) -> bool {
    matches!(
        error,
        50_072 | 50_074 | 50_076 | 50_078 | 50_079 | 50_088 | 50_158 | 500_121
    )
}

/// What a policy said to a sign-in: it follows from the policy, the client, the device and the outcome.
fn applied(row: &Row<'_>, policy: &Policy) -> Applied {
    let error = row.sign_in.error;
    let administrator = row
        .account
        .is_some_and(crate::world::Account::is_administrator);
    if !row.is_user() || before_policies(error) || (policy.administrators_only && !administrator) {
        return Applied::OutOfScope;
    }
    let legacy = row.client.is_some_and(|client| {
        matches!(
            client.kind,
            ClientKind::Imap | ClientKind::Pop | ClientKind::Smtp | ClientKind::ActiveSync
        )
    });
    if policy.blocks_legacy {
        return match (legacy, error) {
            (true, 53_003 | 530_035) => Applied::Failure,
            (true, _) if policy.report_only => Applied::Failure,
            _ => Applied::OutOfScope,
        };
    }
    if policy.requires_device {
        let compliant = row.device.is_some_and(|device| device.compliant);
        return match error {
            _ if compliant => Applied::Success,
            53_000 | 53_001 | 50_131 | 50_097 => Applied::Failure,
            _ if policy.report_only => Applied::Failure,
            _ => Applied::OutOfScope,
        };
    }
    if policy.requires_mfa {
        return match error {
            _ if about_second_factor(error) => Applied::Failure,
            _ if row.sign_in.requirement == Requirement::MultiFactor => Applied::Success,
            _ if policy.report_only => Applied::Failure,
            _ => Applied::OutOfScope,
        };
    }
    match error {
        53_003 if !policy.report_only => Applied::Failure,
        _ => Applied::OutOfScope,
    }
}

/// The controls that a policy enforces.
fn controls(policy: &Policy) -> &'static [&'static str] {
    match policy {
        Policy {
            requires_mfa: true, ..
        } => &["Mfa"],
        Policy {
            requires_device: true,
            ..
        } => &["RequireCompliantDevice"],
        _ => &["Block"],
    }
}

/// `conditionalAccessStatus`.
pub(in crate::logs) fn status(row: &Row<'_>) -> &'static str {
    let mut said = "notApplied";
    for policy in row
        .world
        .policies
        .iter()
        .filter(|policy| !policy.report_only)
    {
        match applied(row, policy) {
            Applied::Failure => return "failure",
            Applied::Success => said = "success",
            Applied::OutOfScope => {}
        }
    }
    if row.is_user() && matches!(row.sign_in.error, 53_003) && !row.world.policies.is_empty() {
        return "failure";
    }
    said
}

/// Every policy with what it said; security defaults stand alone where there are no policies.
pub(super) fn write(record: &mut Object<'_>, row: &Row<'_>) {
    let world = row.world;
    record.list("appliedConditionalAccessPolicies", |list| {
        if !row.is_user() {
            return;
        }
        if world.policies.is_empty() && world.tenant.entra == EntraPlan::Free {
            let asked = row.sign_in.requirement == Requirement::MultiFactor;
            let result = match row.sign_in.error {
                error if before_policies(error) => "notApplied",
                error if about_second_factor(error) => "failure",
                _ => "success",
            };
            list.object(|policy| {
                policy
                    .text("id", "SecurityDefaults")
                    .text("displayName", "Security Defaults")
                    .texts("enforcedGrantControls", asked.then_some("Mfa"))
                    .list("enforcedSessionControls", |_| {})
                    .text("result", result);
                conditions(policy, result != "notApplied");
            });
        }
        for one in &world.policies {
            let applied = applied(row, one);
            list.object(|policy| {
                policy
                    .shown("id", one.id)
                    .text("displayName", &one.name)
                    .texts("enforcedGrantControls", controls(one))
                    .list("enforcedSessionControls", |_| {})
                    .text("result", applied.result(one.report_only));
                conditions(policy, applied != Applied::OutOfScope);
            });
        }
    });
}

/// Which conditions fitted, as the beta says it.
fn conditions(policy: &mut Object<'_>, fits: bool) {
    policy
        .list("sessionControlsNotSatisfied", |_| {})
        .text(
            "conditionsSatisfied",
            if fits {
                "application,users"
            } else {
                "application"
            },
        )
        .text(
            "conditionsNotSatisfied",
            if fits { "none" } else { "users" },
        );
}

/// The policies as hunting has them: a list inside a text.
pub(in crate::logs) fn text(row: &Row<'_>) -> String {
    let said: Vec<String> = row
        .world
        .policies
        .iter()
        .map(|one| {
            json::object(|policy| {
                policy
                    .shown("id", one.id)
                    .text("displayName", &one.name)
                    .texts("enforcedGrantControls", controls(one))
                    .list("enforcedSessionControls", |_| {})
                    .text("result", applied(row, one).result(one.report_only));
            })
        })
        .collect();
    format!("[{}]", said.join(","))
}
