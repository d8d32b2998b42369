//! From marks to course objectives, indicators, graduation requirements and training objectives.

mod cohort;
mod figure;
mod group;
pub mod method;
mod input;
mod node;
mod offering;
pub mod rule;
mod treat;
mod view;

pub use figure::{Attainment, Counts, IntervalMethod, Reason, Uncertainty, Verdict};
pub use offering::{GroupFigures, OfferingResult};
