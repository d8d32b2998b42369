//! Families of course-objective attainment. There is no single formula: every family here is in real use, and
//! the verdict changes with the choice, so the policy declares one and every figure names it.
//!
//! A family is a [`Scheme`]: how a cell is read, what a mark and a possible mark weigh, in which order students
//! and items are averaged, and what becomes of the average. One kernel computes all of them, in floating point
//! and exactly.

mod allocated_points;
mod allocated_points_weighted;
mod categories;
mod grade_based;
mod level;
mod level_partial;
mod mean_of_ratios;
mod pooled_ratio;
mod relative_to_expected;
mod roll_up;
mod rubric;
mod share_reaching;
mod student_first;
mod student_pool;

use num_rational::BigRational;

use crate::model::{Decimal, Fraction, decimal_f64, decimal_ratio};
use crate::policy::{Cut, ObjectivePolicy};

pub use roll_up::Rollup;

/// A family of course-objective attainment.
pub trait ObjectiveMethod: Sync {
    /// Key, as in policy files and tables; summaries stand in the catalogue under `method.{key}`.
    fn key(&self) -> &'static str;
    /// The public practice it was read from.
    fn source(&self) -> &'static str;
    /// What it computes under a policy's parameters.
    fn scheme(&self, policy: &ObjectivePolicy) -> Scheme;
}

/// All families.
pub static METHODS: &[&dyn ObjectiveMethod] = &[
    &student_first::StudentFirst,
    &mean_of_ratios::MeanOfRatios,
    &pooled_ratio::PooledRatio,
    &student_pool::StudentPool,
    &allocated_points::AllocatedPoints,
    &allocated_points_weighted::AllocatedPointsWeighted,
    &relative_to_expected::RelativeToExpected,
    &share_reaching::ShareReaching,
    &level::Level,
    &level_partial::LevelPartial,
    &rubric::Rubric,
    &categories::Categories,
    &grade_based::GradeBased,
    &roll_up::RollUp,
];

/// The family of a key.
pub fn objective_method(key: &str) -> Option<&'static dyn ObjectiveMethod> {
    METHODS.iter().copied().find(|method| method.key() == key)
}

/// An item as it serves one objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Full mark f_j, above 0.
    pub full: Decimal,
    /// Weight w_j.
    pub weight: Decimal,
    /// Share a_jk.
    pub share: Decimal,
    /// Expected attainment of the objective.
    pub expected: Decimal,
}

/// A coefficient as a product of powers of what an item brings: w_jᵃ·a_jkᵇ·f_jᶜ·expectedᵈ.
///
/// Every family's coefficients have this form, so they are computed in floating point where that decides and
/// exactly only where it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Product {
    /// Whether the weight is a factor.
    pub weight: bool,
    /// Whether the share is a factor.
    pub share: bool,
    /// Power of the full mark: −1, 0 or 1.
    pub full: i8,
    /// Whether the expected attainment is a factor.
    pub expected: bool,
}

impl Product {
    /// 1.
    pub const ONE: Self = Self { weight: false, share: false, full: 0, expected: false };
    /// f_j.
    pub const FULL: Self = Self { full: 1, ..Self::ONE };
    /// 1/f_j.
    pub const PER_FULL: Self = Self { full: -1, ..Self::ONE };
    /// a_jk.
    pub const SHARE: Self = Self { share: true, ..Self::ONE };
    /// w_j·a_jk.
    pub const WEIGHT: Self = Self { weight: true, ..Self::SHARE };

    /// The same product times f_j.
    const fn times_full(self) -> Self {
        Self { full: self.full + 1, ..self }
    }

    /// The same product over f_j.
    const fn per_full(self) -> Self {
        Self { full: self.full - 1, ..self }
    }

    fn factors(self, link: &Link) -> impl Iterator<Item = Decimal> {
        let pick = |wanted: bool, factor: Decimal| wanted.then_some(factor);
        [
            pick(self.weight, link.weight),
            pick(self.share, link.share),
            pick(self.expected, link.expected),
            pick(self.full > 0, link.full),
        ]
        .into_iter()
        .flatten()
    }

    /// Whether a factor is 0.
    pub(crate) fn is_zero(self, link: &Link) -> bool {
        self.factors(link).any(|factor| factor.is_zero())
    }

    /// In floating point: at most five roundings of factors and four of products.
    pub(crate) fn float(self, link: &Link) -> f64 {
        let product: f64 = self.factors(link).map(decimal_f64).product();
        if self.full < 0 { product / decimal_f64(link.full) } else { product }
    }

    /// In machine integers, numerator / (10^places · denominator), where the numerator fits.
    pub(crate) fn parts(self, link: &Link) -> Option<(i128, i32, i128)> {
        let (mut numerator, mut places) = (1i128, 0);
        for factor in self.factors(link) {
            numerator = numerator.checked_mul(factor.mantissa())?;
            places += factor.scale() as i32;
        }
        let full = link.full;
        let per_full = (numerator, places - full.scale() as i32, full.mantissa());
        Some(if self.full < 0 { per_full } else { (numerator, places, 1) })
    }

    /// Exactly.
    pub(crate) fn exact(self, link: &Link) -> BigRational {
        let product: BigRational = self.factors(link).map(decimal_ratio).product();
        if self.full < 0 { product / decimal_ratio(link.full) } else { product }
    }
}

/// How a cell is read.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// The mark itself, in points.
    Points,
    /// A step function of mark ÷ full mark: the value of the highest step reached, as a share of `max`.
    Steps {
        /// Lowest share of the full mark → value, ordered by share.
        steps: Vec<(Fraction, Decimal)>,
        /// Value that counts as 1.
        max: Decimal,
    },
}

/// How one student's cells make one value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reduction {
    /// Σ A_j·s_ij ÷ Σ B_j over the cells present.
    Ratio,
    /// A roll-up of the item ratios in the order of the items.
    Rollup(Rollup),
}

/// The order of averaging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Averaging {
    /// Each student's value first, then the mean over students.
    StudentsFirst,
    /// Each item's mean over its students first, then the weighted sum over items.
    ItemsFirst,
    /// Σ over students and items of A_j·s_ij ÷ Σ of B_j.
    Pooled,
}

/// What becomes of the students' values.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Their mean.
    Mean,
    /// The share of students at or above this value.
    Share(BigRational),
    /// The highest level whose cut the share reaches.
    Level {
        /// What a student must reach.
        reach: BigRational,
        /// Share → level.
        cuts: Vec<Cut>,
        /// Highest level.
        max: u32,
    },
    /// Σ_k min(k, k·p/at_k) ÷ Σ_k k over the levels k, p the share of students at or above `reach`.
    PartialLevels {
        /// What a student must reach.
        reach: BigRational,
        /// Share → level.
        cuts: Vec<Cut>,
    },
}

impl Outcome {
    /// What a student must reach, where students are counted.
    pub fn reach(&self) -> Option<&BigRational> {
        match self {
            Self::Mean => None,
            Self::Share(reach) | Self::Level { reach, .. } | Self::PartialLevels { reach, .. } => Some(reach),
        }
    }

    /// The highest value.
    pub fn scale(&self) -> u32 {
        match self {
            Self::Level { max, .. } => *max,
            _ => 1,
        }
    }

    /// Whether a small change of the share changes the value by little.
    pub fn smooth(&self) -> bool {
        matches!(self, Self::Mean | Self::Share(_))
    }
}

/// What a family's value is measured in. An expected value is set for one of them; verdicts under another are not
/// verdicts of the same question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// The share of the points.
    Points,
    /// Grade points over the highest.
    Grades,
    /// The share of pieces of work at or above a cut-off.
    Work,
    /// The share of students who reach something.
    Students,
    /// Levels by cut-offs on a share of students.
    Levels,
    /// Values multiplied by a mapping level over the highest: a rule of requirements makes them.
    Scaled,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Points, Self::Grades, Self::Work, Self::Students, Self::Levels, Self::Scaled];

    /// The key in tables; its words stand in the catalogue under `measure.{key}`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Grades => "grades",
            Self::Work => "work",
            Self::Students => "students",
            Self::Levels => "levels",
            Self::Scaled => "scaled",
        }
    }
}

/// A family as the kernel computes it.
#[derive(Debug, Clone)]
pub struct Scheme {
    /// How a cell is read.
    pub reading: Reading,
    /// A_j: what a point of a mark weighs.
    pub point: Product,
    /// B_j: what the item adds to the possible sum.
    pub possible: Product,
    /// How one student's cells make one value.
    pub reduction: Reduction,
    /// The order of averaging.
    pub averaging: Averaging,
    /// What becomes of the average.
    pub outcome: Outcome,
}

impl Scheme {
    /// Mean over students of Σ A·s ÷ Σ B.
    fn students(point: Product, possible: Product) -> Self {
        Self {
            reading: Reading::Points,
            point,
            possible,
            reduction: Reduction::Ratio,
            averaging: Averaging::StudentsFirst,
            outcome: Outcome::Mean,
        }
    }

    /// Σ A_j·mean_i(s_ij) ÷ Σ B_j.
    fn items(point: Product, possible: Product) -> Self {
        Self { averaging: Averaging::ItemsFirst, ..Self::students(point, possible) }
    }

    /// Mean over students of Σ w·a·(s/f) ÷ Σ w·a.
    fn weighted_ratios() -> Self {
        Self::students(Product::WEIGHT.per_full(), Product::WEIGHT)
    }

    /// What the value is measured in.
    pub fn measure(&self) -> Measure {
        match (&self.outcome, &self.reading) {
            (Outcome::Level { .. } | Outcome::PartialLevels { .. }, _) => Measure::Levels,
            (Outcome::Share(_), _) => Measure::Students,
            (Outcome::Mean, Reading::Points) => Measure::Points,
            // A single step counts what lies above it.
            (Outcome::Mean, Reading::Steps { steps, .. }) if steps.len() == 1 => Measure::Work,
            (Outcome::Mean, Reading::Steps { .. }) => Measure::Grades,
        }
    }

    fn with_outcome(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message;

    #[test]
    fn every_method_has_a_key_of_its_own_a_source_and_a_summary() {
        for (at, method) in METHODS.iter().enumerate() {
            assert!(METHODS[..at].iter().all(|other| other.key() != method.key()), "{}", method.key());
            assert!(!method.source().is_empty());
            assert!(message::has(&format!("method.{}", method.key())), "method.{}", method.key());
        }
    }
}
