//! What exists: programmes and their chain of objectives, offerings, marks, students, surveys.
//!
//! Everything here is valid once it exists. Identifiers are text; the engine works on their positions in the
//! sorted lists of a [`Dataset`], so no result depends on the order of rows or files.

mod dataset;
mod decimal;
mod exact;
mod issue;
mod mark;
mod offering;
mod plan;
mod shared_text;
mod survey;

pub use dataset::{ClassValue, Dataset, Measure, ReportNote, Student, UnitShare};
pub use decimal::{Decimal, Fraction, decimal_ratio, parse_decimal};
pub(crate) use decimal::{decimal_f64, ratio_f64};
pub(crate) use exact::Asked;
pub use exact::{Exact, Threshold};
pub use issue::{Issue, Place, Severity};
pub use mark::{Mark, MarkGrid, MarkState, MarkWords, WordMeaning};
pub use offering::{Allocation, Component, CourseObjective, Enrolment, Item, ItemMean, Offering, Purpose};
pub use plan::{
    Cohort, Indicator, Plan, PlanCourse, Programme, Requirement, RequirementSupport, Strength, Support,
    TrainingObjective,
};
pub use shared_text::SharedText;
pub use survey::{Answers, Audience, Survey, SurveyTarget};
