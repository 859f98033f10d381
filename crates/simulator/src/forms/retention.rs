//! What a log still holds when it is asked (`facts/logs-collect.md`).

use crate::logs::{LogRecord, Source};
use crate::world::{EntraPlan, World};

/// Days for which a log keeps a record; for the unified audit log the licence of the acting account decides.
pub fn retention_days(world: &World, record: &LogRecord) -> i64 {
    match record.source {
        Source::SignIns | Source::DirectoryAudits | Source::Risk => match world.tenant.entra {
            EntraPlan::Free => 7,
            EntraPlan::P1 | EntraPlan::P2 => 30,
        },
        Source::MessageTrace => 90,
        Source::Hunting(_) => 30,
        Source::Alerts => 180,
        Source::UnifiedAudit => record
            .licensed
            .map_or(180, |number| world.account(number).licence.audit_days()),
    }
}
