//! How far the figures of an offering can be trusted: difficulty, discrimination, ceiling and reliability of its
//! assessment.

mod classical;
mod offering;

pub use classical::{alpha, feldt, rest_correlations};
pub use offering::{ItemEvidence, ObjectiveEvidence, items, objectives};
