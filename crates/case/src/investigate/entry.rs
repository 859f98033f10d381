//! How the attacker came in, and whether he is still active: the events that tell it, handed to `scope`.

use hourzero_detect::ir::Expr;
use hourzero_model::{Column, EntryHypothesis, Log};
use hourzero_scope::{EntryInput, Event, LogSpan, MailPaths, entry};

use super::events::one_of;
use super::lists::By;
use crate::{Case, CaseError};

/// Acts beside sign-ins and directory changes that tell of a way in.
const TELLING: &[&str] = &[
    "UserLoggedIn",
    "UserLoginFailed",
    "Consent to application",
    "ChatCreated",
    "MessageCreatedHasLink",
    "MessageSent",
    "MemberAdded",
    "TeamsSessionStarted",
    "Update user",
    "Reset user password",
    "Change user password",
    "User registered security info",
    "Admin registered security info",
    "TIUrlClickData",
    "ClickAllowed",
];

/// So long before the attacker's first act the owner's own acts still matter.
const BEFORE_SECONDS: i64 = 14 * 86_400;

impl Case<'_> {
    /// The ways in, best first. `attackers` are the attacker's events that tell of it.
    pub(super) fn entry(
        &self,
        by: By<'_>,
        (accounts, mut attackers): (&[String], Vec<Event>),
        (spans, look_alikes): (&[LogSpan], &[String]),
    ) -> Result<Vec<EntryHypothesis>, CaseError> {
        let first = attackers.iter().map(|event| event.record.event_time).min();
        if let Some(first) = first.filter(|_| !accounts.is_empty()) {
            let since = first.plus_seconds(-BEFORE_SECONDS);
            let names = || accounts.iter().map(String::as_str);
            let concerned = Expr::Any(vec![
                one_of(Column::Actor, names()),
                one_of(Column::Target, names()),
            ]);
            let telling = Expr::Any(vec![
                one_of(
                    Column::Source,
                    [Log::SignIn.name(), Log::DirectoryAudit.name()],
                ),
                one_of(Column::Operation, TELLING.iter().copied()),
            ]);
            let filter = [Expr::All(vec![concerned, telling])];
            self.each_concerned(&by.attributed.concerned, &filter, &mut |_, mut event| {
                by.label(&mut event);
                if !event.is_attackers() && event.record.event_time >= since {
                    attackers.push(event);
                }
                Ok(())
            })?;
        }
        let paths = MailPaths::of(&attackers, &by.attributed.domains);
        Ok(entry(&EntryInput {
            accounts,
            events: &attackers,
            spans,
            paths: &paths,
            look_alikes,
            diverted: self.answers()?.has_payment_in_play(),
        }))
    }
}

/// Whether an event of the attacker's is kept for the question of entry and activity: mass acts are not, of which
/// one more tells nothing.
pub(super) fn tells(event: &Event) -> bool {
    let operation = event.record.operation.as_str();
    !operation.starts_with("File")
        && !matches!(
            operation,
            "MailItemsAccessed" | "SearchQueryPerformed" | "PageViewed"
        )
}
