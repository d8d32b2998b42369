//! From marks to course objectives, indicators, graduation requirements and training objectives.

mod figure;
mod group;
pub mod method;
mod offering;
pub mod rule;
mod treat;
mod view;

pub use figure::{Attainment, Counts, IntervalMethod, Reason, Uncertainty, Verdict};
pub use offering::{GroupFigures, OfferingResult};
