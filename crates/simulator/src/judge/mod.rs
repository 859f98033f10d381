//! How well a case found the truth. Reads the case's own outputs and the truth, and nothing else.

mod said;
mod score;

pub use said::{Ledger, Said};
pub use score::{Accounts, EntryScore, Exposure, PrecisionRecall, Records, Score, score};
