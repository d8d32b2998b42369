//! An offering 开课: one course taught and assessed once.

use serde::{Deserialize, Serialize};

use super::{Decimal, Fraction, MarkGrid};

/// Whether an item steers learning or counts for the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Counts for the result 终结性.
    #[default]
    Summative,
    /// Steers learning 形成性.
    Formative,
}

/// A course objective 课程目标 of an offering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseObjective {
    /// Identifier within the offering: `1`, `CO1`, `课程目标1`.
    pub id: String,
    /// What it says.
    pub text: Option<String>,
    /// Expected attainment 期望值; the policy's default where `None`.
    pub expected: Option<Fraction>,
    /// Weight in the course's own value; equal weights where no objective has one.
    pub weight: Option<Decimal>,
}

/// An assessment component 考核环节: homework, experiment, final examination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Name.
    pub name: String,
    /// Weight in the course total.
    pub weight: Option<Decimal>,
}

/// An assessed item 考核项: a question, a piece of homework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Identifier within the offering.
    pub id: String,
    /// Name, where it differs from the identifier.
    pub name: Option<String>,
    /// Position of its component in [`Offering::components`].
    pub component: Option<usize>,
    /// Full mark, above 0.
    pub full: Decimal,
    /// Weight in the course total; at least 0.
    pub weight: Decimal,
    /// Formative or summative.
    pub purpose: Purpose,
}

/// How much of an item serves an objective.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// Position in [`Offering::items`].
    pub item: usize,
    /// Position in [`Offering::objectives`].
    pub objective: usize,
    /// Share of the item, or weight of the link; above 0.
    pub share: Decimal,
}

/// A student in an offering; the student's row in the mark grid is the position in [`Offering::roster`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Position in [`super::Dataset::students`].
    pub student: u32,
    /// Position in [`Offering::sections`].
    pub section: Option<u16>,
    /// Takes the course again 重修.
    pub retake: bool,
    /// Left the course 退课.
    pub withdrawn: bool,
}

/// The class mean of an item, where no student's marks are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemMean {
    /// Position in [`Offering::items`].
    pub item: usize,
    /// Mean mark of the class.
    pub mean: Decimal,
    /// Number of students behind it, where known.
    pub n: Option<u32>,
}

/// An offering with its assessment plan and its marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offering {
    /// Identifier.
    pub id: String,
    /// Course identifier.
    pub course: String,
    /// Course name.
    pub name: Option<String>,
    /// Term, such as `2025-2026-1`.
    pub term: Option<String>,
    /// Who teaches it.
    pub teacher: Option<String>,
    /// Cohort the offering was made for; used for students without a cohort of their own.
    pub cohort: Option<String>,
    /// Programme the offering was made for; used for students without one of their own.
    pub programme: Option<String>,
    /// Course objectives.
    pub objectives: Vec<CourseObjective>,
    /// Components.
    pub components: Vec<Component>,
    /// Items.
    pub items: Vec<Item>,
    /// Which item serves which objective.
    pub allocation: Vec<Allocation>,
    /// Section names 班.
    pub sections: Vec<String>,
    /// Students, ordered by their position in the data set.
    pub roster: Vec<Enrolment>,
    /// Marks: rows as in `roster`, columns as in `items`.
    pub marks: MarkGrid,
    /// Class means where marks are not known.
    pub item_means: Vec<ItemMean>,
}
