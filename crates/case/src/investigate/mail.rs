//! Who was written to, and what rules brought out: the attacker's mail beside what the mail logs say of it.

use std::collections::BTreeSet;

use hourzero_detect::ir::Expr;
use hourzero_model::{Column, Log};
use hourzero_report::csv_line;
use hourzero_scope::{
    Accessed, Event, MailPaths, RecipientRow, SENDING_OPERATIONS, canonical_message_id, exposures,
    is_drop, message_id_forms, recipient_rows, recipients,
};

use super::events::one_of;
use super::lists::{By, of_exposure, of_recipient};
use crate::lines::Lines;
use crate::outputs::{EXPOSURE, RECIPIENTS};
use crate::{Case, CaseError};

/// Events about mail and shares. They are held in memory, because a message is told by several logs.
#[derive(Default)]
pub(super) struct Mail {
    events: Vec<Event>,
}

impl Mail {
    /// Takes in an event where it sends, shares, carries mail or says where mail goes.
    pub(super) fn take(&mut self, event: &Event) {
        let record = &event.record;
        if SENDING_OPERATIONS.contains(&record.operation.as_str())
            || matches!(record.log, Log::MessageTrace | Log::EmailHunting)
            || is_drop(record)
        {
            self.events.push(event.clone());
        }
    }

    fn values(&self, of: fn(&Event) -> Option<&String>) -> BTreeSet<String> {
        self.events.iter().filter_map(of).cloned().collect()
    }
}

/// Writes down to whom one event by itself says that something went.
pub(super) fn push_recipients(
    event: &Event,
    by: By<'_>,
    sent: &mut Lines,
) -> Result<(), CaseError> {
    for row in recipients(event, &by.attributed.domains) {
        sent.push(&of_recipient(&row), &csv_line(RECIPIENTS, &row)?)?;
    }
    Ok(())
}

impl Case<'_> {
    /// Writes down who was written to or given a share, and what was brought out; gives the rows.
    pub(super) fn write_mail(
        &self,
        by: By<'_>,
        mut mail: Mail,
        (sent, reached, accessed): (&mut Lines, &mut Lines, &mut Accessed),
    ) -> Result<Vec<RecipientRow>, CaseError> {
        self.same_messages(by, &mut mail)?;
        let domains = &by.attributed.domains;
        let paths = MailPaths::of(&mail.events, domains);
        for row in exposures(&mail.events, &paths) {
            accessed.take(&row);
            reached.push(&of_exposure(&row), &csv_line(EXPOSURE, &row)?)?;
        }
        let rows = recipient_rows(&mail.events, domains, &paths);
        for row in &rows {
            sent.push(&of_recipient(row), &csv_line(RECIPIENTS, row)?)?;
        }
        Ok(rows)
    }

    /// Adds what the mail logs say of the same messages, whoever the rows are attributed to.
    fn same_messages(&self, by: By<'_>, mail: &mut Mail) -> Result<(), CaseError> {
        let ids: BTreeSet<String> = mail
            .values(|event| event.record.message_id.as_ref())
            .iter()
            .map(|id| canonical_message_id(id))
            .flat_map(|id| message_id_forms(&id).map(str::to_owned))
            .collect();
        self.add_mail(by, Column::MessageId, &ids, mail)?;
        let ids = mail.values(|event| event.record.network_message_id.as_ref());
        self.add_mail(by, Column::NetworkMessageId, &ids, mail)
    }

    fn add_mail(
        &self,
        by: By<'_>,
        column: Column,
        ids: &BTreeSet<String>,
        mail: &mut Mail,
    ) -> Result<(), CaseError> {
        if ids.is_empty() {
            return Ok(());
        }
        let logs = [Log::MessageTrace.name(), Log::EmailHunting.name()];
        let filter = [Expr::All(vec![
            one_of(Column::Source, logs),
            one_of(column, ids.iter().map(String::as_str)),
        ])];
        let held: BTreeSet<_> = mail
            .events
            .iter()
            .map(|event| event.record.provenance)
            .collect();
        self.each_event_that(&filter, &mut |_, mut event| {
            if !held.contains(&event.record.provenance) {
                by.label(&mut event);
                mail.events.push(event);
            }
            Ok(())
        })
    }
}
