//! A programme 专业 and its versioned plans 培养方案: the chain above the courses.

use super::{Decimal, Fraction};

/// A training objective 培养目标.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainingObjective {
    /// Identifier within the plan.
    pub id: String,
    /// What it says.
    pub text: Option<String>,
    /// Expected value; the policy's default where `None`.
    pub expected: Option<Fraction>,
}

/// A graduation requirement 毕业要求.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// Identifier within the plan.
    pub id: String,
    /// What it says.
    pub text: Option<String>,
    /// Expected value; the policy's default where `None`.
    pub expected: Option<Fraction>,
}

/// An indicator 指标点 of a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Identifier within the plan, such as `1.2`.
    pub id: String,
    /// Position in [`Plan::requirements`].
    pub requirement: usize,
    /// What it says.
    pub text: Option<String>,
    /// Weight within its requirement, for rules that use it.
    pub weight: Option<Decimal>,
    /// Expected value; the policy's default where `None`.
    pub expected: Option<Fraction>,
}

/// A course of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanCourse {
    /// Course identifier.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Credits 学分.
    pub credits: Option<Decimal>,
}

/// How strongly something is supported: a number or a letter whose number the policy declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Strength {
    /// A weight.
    Weight(Decimal),
    /// A letter: H, M, L.
    Code(String),
}

/// A course, or one of its objectives, supports an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Support {
    /// Position in [`Plan::courses`].
    pub course: usize,
    /// Identifier of the course objective; the whole course where `None`.
    pub objective: Option<String>,
    /// Position in [`Plan::indicators`].
    pub indicator: usize,
    /// How strongly.
    pub strength: Strength,
}

/// A requirement supports a training objective.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequirementSupport {
    /// Position in [`Plan::requirements`].
    pub requirement: usize,
    /// Position in [`Plan::training_objectives`].
    pub training_objective: usize,
    /// How strongly.
    pub strength: Strength,
}

/// One version of a programme's plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Version, such as `2023`.
    pub version: String,
    /// Key of the framework its requirements follow.
    pub framework: Option<String>,
    /// Training objectives.
    pub training_objectives: Vec<TrainingObjective>,
    /// Graduation requirements.
    pub requirements: Vec<Requirement>,
    /// Indicators.
    pub indicators: Vec<Indicator>,
    /// Courses.
    pub courses: Vec<PlanCourse>,
    /// Support matrix: course or course objective → indicator.
    pub support: Vec<Support>,
    /// Support of training objectives by requirements.
    pub requirement_support: Vec<RequirementSupport>,
}

/// A cohort 届/级 and the plan it follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cohort {
    /// Identifier, such as the entry year.
    pub id: String,
    /// Position in [`Programme::plans`].
    pub plan: usize,
}

/// A programme.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Programme {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// College 院系.
    pub college: Option<String>,
    /// Plan versions, ordered by version.
    pub plans: Vec<Plan>,
    /// Cohorts, ordered by identifier.
    pub cohorts: Vec<Cohort>,
}
