//! Surveys: what graduates, employers, students say.

use super::Decimal;

/// Who was asked, such as `graduate`, `employer`, `student`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Audience(pub String);

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SurveyTarget {
    /// A training objective.
    TrainingObjective(String),
    /// A graduation requirement.
    Requirement(String),
    /// An indicator.
    Indicator(String),
    /// An objective of a course.
    CourseObjective {
        /// Offering identifier.
        offering: String,
        /// Objective identifier.
        objective: String,
    },
}

/// How often each score of the scale was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// Score → number of answers, ordered by score.
    pub counts: Vec<(Decimal, u32)>,
    /// Highest score of the scale.
    pub scale_max: Decimal,
    /// Number of people asked, where known.
    pub invited: Option<u32>,
}

impl Answers {
    /// Number of answers.
    pub fn n(&self) -> u64 {
        self.counts.iter().map(|(_, count)| u64::from(*count)).sum()
    }
}

/// The answers of one audience about one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Survey identifier.
    pub id: String,
    /// Programme identifier.
    pub programme: String,
    /// Cohort asked or asked about.
    pub cohort: Option<String>,
    /// Who was asked.
    pub audience: Audience,
    /// What about.
    pub target: SurveyTarget,
    /// The answers.
    pub answers: Answers,
}
