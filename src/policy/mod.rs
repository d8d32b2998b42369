//! What an institution decides: methods, weights, mark states, retakes, rounding, thresholds.
//!
//! A policy is a TOML file. As written by people it is a draft; [`Policy::parse`] checks it and returns either a
//! whole [`Policy`] or every problem of the file at once. Built-in policies and frameworks are such files too,
//! compiled in, each with its source and date.

mod builtin;
mod check;
mod choice;
mod decision;
mod draft;
pub(crate) mod entries;
mod framework;
mod rounding;
mod source;

pub use builtin::{builtin_policies, builtin_policy, builtin_text};
pub use check::PolicyError;
pub use choice::{
    CategoryCuts, Closed, CourseValue, Cut, GradeScale, IndirectMode, Pooling, Retakes, Treatment,
    VerdictFrom, WeightRule,
};
pub use decision::{Decision, decisions};
pub use entries::place_of;
pub use framework::{Crosswalk, Framework, FrameworkItem, builtin_frameworks, framework, framework_text};
pub use rounding::{Rounding, RoundingMode};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::message::Bilingual;
use crate::model::{Decimal, Fraction, MarkState, MarkWords};

/// Whether somebody has checked a policy against its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Written, not yet checked: every report says so.
    Draft,
    /// Checked against the source it names.
    Checked,
}

impl Status {
    /// The key in policy files and results.
    pub fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Checked => "checked",
        }
    }
}

/// How the attainment of course objectives is computed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ObjectivePolicy {
    /// Key of the method family, see `attain list methods`.
    pub method: String,
    /// τ of `share-reaching` and `level`: a student reaches the objective at this share of the possible points.
    pub reach: Fraction,
    /// Share of students → level, for `level`; ordered by level.
    pub levels: Vec<Cut>,
    /// Highest level, for `level` and `rubric`.
    pub level_max: u32,
    /// Cut-offs of the categories, for `categories`.
    pub categories: CategoryCuts,
    /// Points per grade, for `grade-based`.
    pub grades: GradeScale,
    /// Which repeated result counts, for `roll-up`: average, highest, latest, n-mastery, weighted-average,
    /// decaying-average.
    pub rollup: String,
    /// `n` of `n-mastery`.
    pub rollup_n: u32,
    /// `p` of `weighted-average` and `decaying-average`.
    pub rollup_p: Fraction,
    /// Mastery mark of `n-mastery`, as a share of the full mark.
    pub mastery: Fraction,
    /// Whether formative items count.
    pub formative: bool,
}

impl Default for ObjectivePolicy {
    fn default() -> Self {
        Self {
            method: "student-first".into(),
            reach: fraction(60, 2),
            levels: vec![
                Cut { at: fraction(60, 2), level: 1 },
                Cut { at: fraction(70, 2), level: 2 },
                Cut { at: fraction(80, 2), level: 3 },
            ],
            level_max: 3,
            categories: CategoryCuts::default(),
            grades: GradeScale::default(),
            rollup: "latest".into(),
            rollup_n: 3,
            rollup_p: fraction(65, 2),
            mastery: fraction(60, 2),
            formative: true,
        }
    }
}

/// What each mark state does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MarkPolicy {
    /// Not handed in.
    pub blank: Treatment,
    /// Absent.
    pub absent: Treatment,
    /// Deferred.
    pub deferred: Treatment,
    /// Exempt.
    pub exempt: Treatment,
    /// Withdrawn.
    pub withdrawn: Treatment,
    /// Misconduct.
    pub misconduct: Treatment,
    /// Words a mark cell may hold.
    pub words: MarkWords,
}

impl Default for MarkPolicy {
    fn default() -> Self {
        Self {
            blank: Treatment::Zero,
            absent: Treatment::Zero,
            deferred: Treatment::Exclude,
            exempt: Treatment::Exclude,
            withdrawn: Treatment::DropStudent,
            misconduct: Treatment::Zero,
            words: MarkWords(BTreeMap::new()),
        }
    }
}

impl MarkPolicy {
    /// What a state does.
    pub fn treatment(&self, state: MarkState) -> Treatment {
        match state {
            MarkState::Blank => self.blank,
            MarkState::Absent => self.absent,
            MarkState::Deferred => self.deferred,
            MarkState::Exempt => self.exempt,
            MarkState::Withdrawn => self.withdrawn,
            MarkState::Misconduct => self.misconduct,
            // A cell nobody could read is never a number, whatever the policy.
            MarkState::Rejected => Treatment::Exclude,
        }
    }
}

/// How courses make indicators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IndicatorPolicy {
    /// Where the weights come from.
    pub weights: WeightRule,
    /// Number of each support letter, for `hml` and `hml-groups`.
    pub codes: BTreeMap<String, Decimal>,
    /// Highest mapping level, for `mapped-scaled`.
    pub highest: Decimal,
    /// Pairwise judgements by indicator for `ahp`: how many times the row matters more than the column.
    pub judgements: BTreeMap<String, Vec<Vec<Decimal>>>,
}

impl Default for IndicatorPolicy {
    fn default() -> Self {
        let codes = [("H", 10, 1), ("M", 7, 1), ("L", 4, 1)];
        Self {
            weights: WeightRule::Explicit,
            codes: codes.iter().map(|&(code, n, scale)| (code.into(), Decimal::new(n, scale))).collect(),
            highest: Decimal::new(3, 0),
            judgements: BTreeMap::new(),
        }
    }
}

/// How indicators make requirements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RequirementPolicy {
    /// Key of the rule, see `attain list methods`.
    pub rule: String,
    /// Share of a student's mapped courses that must be reached, for `student-share`.
    pub course_share: Fraction,
    /// Share of students that must attain, for `student-share`.
    pub student_share: Fraction,
}

impl Default for RequirementPolicy {
    fn default() -> Self {
        Self { rule: "minimum".into(), course_share: fraction(50, 2), student_share: fraction(50, 2) }
    }
}

/// How training objectives are evaluated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingObjectivePolicy {
    /// Rule over the requirements that support one: `weighted` or `minimum`.
    pub rule: String,
    /// Weight of each audience of the surveys; equal where empty.
    pub audiences: BTreeMap<String, Decimal>,
    /// Whether audiences are combined by weight or the lowest counts.
    pub audience_rule: String,
}

impl Default for TrainingObjectivePolicy {
    fn default() -> Self {
        Self { rule: "weighted".into(), audiences: BTreeMap::new(), audience_rule: "weighted".into() }
    }
}

/// How surveys are read and joined with the marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IndirectPolicy {
    /// Combined by shares, or shown side by side.
    pub mode: IndirectMode,
    /// Share of the direct value where both exist.
    pub direct_share: Fraction,
    /// `mean` (mean ÷ highest score) or `top-box` (share of the highest `top` scores).
    pub value: String,
    /// How many of the highest scores count for `top-box`.
    pub top: u32,
    /// Fewer answers than this are warned about.
    pub warn_below: u32,
    /// Cut-offs turning a survey mean into a level, for policies that work in levels.
    pub levels: Vec<SurveyLevel>,
}

/// A survey mean at or above `at` (in scores of the scale) has this level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveyLevel {
    /// Lowest mean score.
    pub at: Decimal,
    /// Level.
    pub level: u32,
}

impl Default for IndirectPolicy {
    fn default() -> Self {
        Self {
            mode: IndirectMode::SideBySide,
            direct_share: fraction(80, 2),
            value: "mean".into(),
            top: 2,
            warn_below: 5,
            levels: Vec::new(),
        }
    }
}

/// Expected values and which side of them is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ThresholdPolicy {
    /// Expected value of a course objective that states none.
    pub objective: Fraction,
    /// Expected value of a course.
    pub course: Fraction,
    /// Expected value of an indicator that states none.
    pub indicator: Fraction,
    /// Expected value of a requirement that states none.
    pub requirement: Fraction,
    /// Expected value of a training objective that states none.
    pub training_objective: Fraction,
    /// Whether a value equal to the expected one reaches it.
    pub closed: Closed,
}

impl Default for ThresholdPolicy {
    fn default() -> Self {
        let usual = fraction(65, 2);
        Self {
            objective: usual,
            course: usual,
            indicator: usual,
            requirement: usual,
            training_objective: usual,
            closed: Closed::AtLeast,
        }
    }
}

/// How uncertainty is stated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UncertaintyPolicy {
    /// Confidence level of the intervals.
    pub confidence: f64,
    /// Fewer assessed students than this: no interval.
    pub min_n: usize,
    /// Bootstrap replicates for rules that are not smooth.
    pub replicates: usize,
    /// Seed of the bootstrap.
    pub seed: u64,
}

impl Default for UncertaintyPolicy {
    fn default() -> Self {
        Self { confidence: 0.95, min_n: 5, replicates: 1000, seed: 20_260_101 }
    }
}

/// What is kept from the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrivacyPolicy {
    /// Groups smaller than this are suppressed in public outputs.
    pub suppress_below: usize,
}

impl Default for PrivacyPolicy {
    fn default() -> Self {
        Self { suppress_below: 10 }
    }
}

/// Everything an institution decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Key, such as `ceeaa-2024`.
    pub key: String,
    /// Name.
    pub title: Bilingual,
    /// Where the rules come from: in the file one text for both languages, or `{ zh = "…", en = "…" }`.
    #[serde(deserialize_with = "source::read")]
    pub source: Bilingual,
    /// Date of the source, ISO 8601.
    pub date: String,
    /// Whether it has been checked.
    pub status: Status,
    /// Who checked it against its source; a checked policy says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_by: Option<String>,
    /// When, ISO 8601; a checked policy says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<String>,
    /// Keys of the decisions, or sections of them, that the source does not support and that somebody still has to
    /// take; none in a checked policy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// Key of the framework its requirements follow.
    #[serde(default)]
    pub framework: Option<String>,
    /// Course objectives.
    #[serde(default)]
    pub objective: ObjectivePolicy,
    /// How objectives make the course's own value.
    #[serde(default)]
    pub course_value: CourseValue,
    /// Mark states.
    #[serde(default)]
    pub marks: MarkPolicy,
    /// Which result of a student who took a course several times counts.
    #[serde(default)]
    pub retakes: Retakes,
    /// How sections and offerings make one value.
    #[serde(default)]
    pub sections: Pooling,
    /// Indicators.
    #[serde(default)]
    pub indicator: IndicatorPolicy,
    /// Requirements.
    #[serde(default)]
    pub requirement: RequirementPolicy,
    /// Training objectives.
    #[serde(default)]
    pub training_objective: TrainingObjectivePolicy,
    /// Surveys.
    #[serde(default)]
    pub indirect: IndirectPolicy,
    /// Rounding of what is shown.
    #[serde(default)]
    pub rounding: Rounding,
    /// Expected values.
    #[serde(default)]
    pub threshold: ThresholdPolicy,
    /// Intervals.
    #[serde(default)]
    pub uncertainty: UncertaintyPolicy,
    /// Small groups.
    #[serde(default)]
    pub privacy: PrivacyPolicy,
}

impl Policy {
    /// Reads and checks a policy file.
    ///
    /// # Errors
    /// Every problem of the file at once: what does not parse, and what contradicts itself. Whether the method and
    /// the rule it names exist is for `attainment::unknown_choices` to say.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        draft::read(text)
    }
}

/// A built-in fraction in minor units; the callers' constants all lie between 0 and 1.
fn fraction(units: i64, scale: u32) -> Fraction {
    Fraction::new(Decimal::new(units, scale)).unwrap_or_else(|| unreachable!("a constant between 0 and 1"))
}
