//! From marks to course objectives, indicators, graduation requirements and training objectives.

mod chain;
mod cohort;
mod figure;
mod group;
mod input;
pub mod method;
mod node;
mod offering;
pub mod rule;
mod student;
mod survey;
mod treat;
mod view;
mod weights;

pub use chain::{CohortCourse, CohortResult, Contribution, CrosswalkTarget, Evaluated};
pub use figure::{Attainment, Counts, IntervalMethod, Reason, Uncertainty, Verdict};
pub use input::Basis;
pub use offering::{GroupFigures, OfferingResult};
pub use student::{OwnIndicator, OwnRequirement, StudentChain};
pub use survey::SurveyValue;
