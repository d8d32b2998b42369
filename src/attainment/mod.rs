//! From marks to course objectives, indicators, graduation requirements and training objectives.

mod chain;
mod choices;
mod coefficient;
mod cohort;
mod compare;
mod document;
mod engine;
mod figure;
mod group;
mod input;
mod item;
pub mod method;
mod missing;
mod node;
mod objectives;
mod offering;
pub mod rule;
mod student;
mod survey;
mod treat;
mod view;
mod weights;

pub use chain::{CohortCourse, CohortResult, Contribution, CrosswalkTarget, Evaluated};
pub use choices::unknown_choices;
pub use compare::{Compared, compare, n_choices};
pub use document::document;
pub use engine::{Attained, AttainmentError, CourseTerm, Wanted, attain, attain_wanted, n_steps};
pub use figure::{Attainment, Counts, IntervalMethod, Reason, Uncertainty, Verdict};
pub use input::Basis;
pub use item::ItemResult;
pub use missing::{MissingResult, MissingTreatment};
pub use objectives::{OfferingObjectives, objectives};
pub use offering::{GroupFigures, OfferingResult};
pub use student::{OwnIndicator, OwnRequirement, StudentChain};
pub use survey::SurveyValue;
