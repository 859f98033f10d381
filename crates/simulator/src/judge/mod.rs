//! How well a case found the truth, and what came of what it advised. Reads the case's own outputs and the
//! truth, and nothing else.

mod eviction;
mod said;
mod score;

pub use eviction::Eviction;
pub use said::{Gap, Ledger, Said};
pub use score::{Accounts, EntryScore, Exposure, PrecisionRecall, Records, Score, score};
