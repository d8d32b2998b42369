//! How far the figures of an offering can be trusted: difficulty, discrimination, ceiling and reliability of its
//! assessment, what its components contribute, how students are spread.

mod classical;
mod component;
mod offering;
mod spread;

pub use classical::{alpha, feldt, rest_correlations};
pub use component::{ComponentObjective, component_objectives};
pub use offering::{ItemEvidence, ObjectiveEvidence, items, objectives};
pub use spread::{PROBABILITIES, spread};
