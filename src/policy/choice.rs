//! The choices a policy makes, one type per question.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Decimal, Fraction};

/// What a mark state does to its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Treatment {
    /// Counts as 0 of the full mark.
    Zero,
    /// Leaves numerator and denominator of this student.
    Exclude,
    /// Takes the student out of the offering.
    DropStudent,
}

/// Which result of a repeated course counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Retakes {
    /// The first.
    First,
    /// The last.
    #[default]
    Last,
    /// The best by the student's overall value.
    Best,
}

/// How sections and offerings make one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pooling {
    /// All students together.
    #[default]
    Students,
    /// Section values weighted by enrolment.
    Size,
    /// Section values with equal weights.
    Equal,
}

/// How objectives make the course's own value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CourseValue {
    /// Weighted mean of the objectives with evidence.
    #[default]
    Weighted,
    /// The lowest objective.
    Minimum,
    /// All items that serve an objective, each once, by the method of the objectives.
    Items,
}

/// Where the weights of an indicator's courses come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WeightRule {
    /// As given; they must sum to 1 for each indicator.
    #[default]
    Explicit,
    /// Credits of the courses.
    Credits,
    /// Letters turned into numbers.
    Hml,
    /// Means of the H, M and L groups, each with its number as weight, over the groups present.
    HmlGroups,
    /// All equal.
    Equal,
    /// Principal eigenvector of pairwise judgements.
    Ahp,
    /// Mapping levels m as they stand: Σ m·v / Σ m.
    MappedWeighted,
    /// Mean of (m / highest m)·v over what is mapped.
    MappedScaled,
}

impl WeightRule {
    /// All rules.
    pub const ALL: [Self; 8] = [
        Self::Explicit,
        Self::Credits,
        Self::Hml,
        Self::HmlGroups,
        Self::Equal,
        Self::Ahp,
        Self::MappedWeighted,
        Self::MappedScaled,
    ];

    /// The key in policy files and tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::Explicit => "explicit",
            Self::Credits => "credits",
            Self::Hml => "hml",
            Self::HmlGroups => "hml-groups",
            Self::Equal => "equal",
            Self::Ahp => "ahp",
            Self::MappedWeighted => "mapped-weighted",
            Self::MappedScaled => "mapped-scaled",
        }
    }
}

/// How surveys and marks meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IndirectMode {
    /// Joined by declared shares.
    Weighted,
    /// Both shown, neither changed.
    #[default]
    SideBySide,
    /// Surveys are not used.
    Ignore,
}

/// Whether a threshold belongs to the side that reaches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closed {
    /// A value equal to the threshold reaches it (≥).
    #[default]
    AtLeast,
    /// Only a greater value does (>).
    Above,
}

/// Whether verdicts and levels are taken from rounded values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictFrom {
    /// From the exact value.
    #[default]
    Unrounded,
    /// From the value as shown.
    Rounded,
}

/// A share of students at or above `at` has this level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// Lowest share.
    pub at: Fraction,
    /// Level.
    pub level: u32,
}

/// Lowest shares of the full mark of the categories; what lies below is unsatisfactory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryCuts {
    /// Exemplary.
    pub exemplary: Fraction,
    /// Satisfactory.
    pub satisfactory: Fraction,
    /// Developing.
    pub developing: Fraction,
}

impl Default for CategoryCuts {
    fn default() -> Self {
        let cut = super::fraction;
        Self { exemplary: cut(90, 2), satisfactory: cut(75, 2), developing: cut(60, 2) }
    }
}

/// Grade points by share of the full mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GradeScale {
    /// Lowest share → points, ordered by share.
    pub points: BTreeMap<String, Decimal>,
    /// Highest number of points.
    pub max: Decimal,
    /// Points that count as reached, for the share at or above a grade; the mean of points where `None`.
    pub at_least: Option<Decimal>,
}

impl Default for GradeScale {
    fn default() -> Self {
        let points = [("0.9", 4), ("0.8", 3), ("0.7", 2), ("0.6", 1), ("0", 0)];
        Self {
            points: points.iter().map(|&(at, p)| (at.to_owned(), Decimal::new(p, 0))).collect(),
            max: Decimal::new(4, 0),
            at_least: None,
        }
    }
}
