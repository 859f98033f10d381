//! The unified audit log (`facts/schemas.md` §1 and §2, `facts/operations.md`).

use hourzero_model::Timestamp;

use super::{Source, Writing};
use crate::happening::{Act, SignIn, SignInKind};
use crate::json;

/// Adds the records of the unified audit log.
pub(super) fn write(writing: &mut Writing<'_, '_>) {
    let happening = writing.happening;
    if let Act::SignIn(sign_in) = &happening.act
        && matches!(sign_in.kind, SignInKind::Interactive)
    {
        logged_in(writing, sign_in);
    }
}

/// `CreationTime`: UTC, whole seconds, without `Z`.
pub(super) fn creation_time(at: Timestamp) -> String {
    at.to_string().chars().take(19).collect()
}

fn logged_in(writing: &mut Writing<'_, '_>, sign_in: &SignIn) {
    let happening = writing.happening;
    let Some(number) = happening.account else {
        return;
    };
    let account = writing.world.account(number);
    let operation = if sign_in.error == 0 {
        "UserLoggedIn"
    } else {
        "UserLoginFailed"
    };
    let text = json::object(|record| {
        record
            .text("CreationTime", creation_time(happening.at))
            .shown("Id", sign_in.id)
            .text("Operation", operation)
            .shown("OrganizationId", writing.world.tenant.id)
            .number("RecordType", 15)
            .text("ResultStatus", "Success")
            .shown("UserKey", account.id)
            .number("UserType", 0)
            .number("Version", 1)
            .text("Workload", "AzureActiveDirectory")
            .text("UserId", account.upn_lower());
    });
    let latency = writing.stream.between(120, 1_800);
    writing.push(Source::UnifiedAudit, sign_in.id.to_string(), latency, text);
}
