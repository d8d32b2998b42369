//! One objective over a group of students: its value, its exact value, and how much each student moves it.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::method::{Averaging, Outcome, Reading, Reduction};
use super::view::{COEFFICIENT_ROUNDINGS, View};
use crate::model::{Exact, Threshold, decimal_ratio, ratio_f64};

/// A group's value before the outcome's step (the mean, or the share of students who reach).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Base {
    /// Mean or share.
    pub(crate) value: f64,
    /// Proven bound of its rounding error.
    pub(crate) bound: f64,
    /// Students with evidence.
    pub(crate) n: usize,
}

/// The same with the students' influence.
#[derive(Debug, Clone)]
pub(crate) struct GroupValue {
    /// The value itself.
    pub(crate) base: Base,
    /// (roster row, influence): the derivative of the value with respect to the student's weight; sums to 0.
    pub(crate) influence: Vec<(u32, f64)>,
}

/// What a group's value and the influence of its students are both made from.
enum Sums {
    /// A mean or share of students' own values.
    Students(f64),
    /// Means of items.
    Items(ItemMeans),
    /// Points of all students together.
    Pooled(Pool),
}

impl Sums {
    fn value(&self) -> f64 {
        match self {
            Self::Students(value) => *value,
            Self::Items(means) => means.value(),
            Self::Pooled(pool) => pool.value(),
        }
    }
}

/// One objective of one offering, every student's own value computed.
#[derive(Debug, Clone)]
pub(crate) struct ObjectiveRun<'a> {
    /// Linked items and coefficients.
    pub(crate) view: View<'a>,
    /// Each roster row's own value.
    pub(crate) values: Vec<Option<f64>>,
    /// Whether each roster row reaches what the outcome counts; empty where nothing is counted.
    reached: Vec<bool>,
}

impl<'a> ObjectiveRun<'a> {
    /// Computes every student's own value.
    pub(crate) fn new(view: View<'a>) -> Self {
        let values = view.students();
        let reached = match view.scheme.outcome.reach() {
            None => Vec::new(),
            Some(reach) => {
                let asked = view.asked(Threshold::from(reach.clone()));
                let reaches = |(row, value): (usize, &Option<f64>)| {
                    value.is_some_and(|value| view.compare_student(row as u32, value, &asked).is_ge())
                };
                values.iter().enumerate().map(reaches).collect()
            }
        };
        Self { view, values, reached }
    }

    /// The rows of a group that have evidence, with their values.
    fn assessed<'b>(&'b self, rows: &'b [u32]) -> impl Iterator<Item = (u32, f64)> + 'b {
        rows.iter().filter_map(|&row| Some((row, self.values[row as usize]?)))
    }

    /// The group's value: #reached / n, (1/n) Σ C_i, Σ_j A_j·s̄_j / Σ_j B_j or Σ_i N_i / Σ_i D_i; `None` where no
    /// student of it has evidence.
    pub(crate) fn base(&self, rows: &[u32]) -> Option<Base> {
        Some(self.sums(rows)?.0)
    }

    fn sums(&self, rows: &[u32]) -> Option<(Base, Sums)> {
        let (n, total) = self.assessed(rows).fold((0, 0.0), |(n, sum), (_, value)| (n + 1, sum + value));
        if n == 0 {
            return None;
        }
        let sums = if self.view.scheme.outcome.reach().is_some() {
            Sums::Students(self.count_reached(rows) as f64 / n as f64)
        } else {
            match self.view.scheme.averaging {
                Averaging::StudentsFirst => Sums::Students(total / n as f64),
                Averaging::ItemsFirst => Sums::Items(self.item_means(rows)?),
                Averaging::Pooled => Sums::Pooled(self.pooled(rows)?),
            }
        };
        let value = sums.value();
        let bound = Exact::bound(value, 2 * self.view.columns.len() + n + COEFFICIENT_ROUNDINGS);
        Some((Base { value, bound, n }, sums))
    }

    /// The group's value with the influence of its students; `None` where none of them has evidence.
    pub(crate) fn group(&self, rows: &[u32]) -> Option<GroupValue> {
        let (base, sums) = self.sums(rows)?;
        let (value, count) = (base.value, base.n as f64);
        let mut influence = Vec::with_capacity(base.n);
        match &sums {
            // (1{i reaches} − share)/n
            Sums::Students(_) if self.view.scheme.outcome.reach().is_some() => {
                let hit = |row: u32| if self.reached[row as usize] { 1.0 } else { 0.0 };
                influence.extend(self.assessed(rows).map(|(row, _)| (row, (hit(row) - value) / count)));
            }
            // (C_i − C̄)/n
            Sums::Students(_) => {
                influence.extend(self.assessed(rows).map(|(row, own)| (row, (own - value) / count)));
            }
            Sums::Items(means) => influence.extend(self.item_influence(rows, means)),
            Sums::Pooled(pool) => influence.extend(pool.influence()),
        }
        Some(GroupValue { base, influence })
    }

    /// Number of the group's assessed students who reach what the outcome counts.
    pub(crate) fn count_reached(&self, rows: &[u32]) -> usize {
        self.assessed(rows).filter(|(row, _)| self.reached[*row as usize]).count()
    }

    /// The mean of each item; `None` where they weigh nothing.
    fn item_means(&self, rows: &[u32]) -> Option<ItemMeans> {
        let marks = &self.view.treated.offering.marks;
        let mut means =
            ItemMeans { columns: Vec::with_capacity(self.view.columns.len()), sum: 0.0, possible: 0.0 };
        for (at, column) in self.view.columns.iter().enumerate() {
            let scored = |(row, _): (u32, f64)| self.view.units(column, marks.row(row as usize));
            let (sum, n) = (self.assessed(rows).filter_map(scored))
                .fold((0.0, 0usize), |(sum, n), units| (sum + units as f64, n + 1));
            if n > 0 {
                let mean = sum / n as f64;
                means.sum += column.a * mean;
                means.possible += column.b;
                means.columns.push((at, mean, n as f64));
            }
        }
        (means.possible > 0.0).then_some(means)
    }

    /// ψ_i = Σ_j A_j·1{ij}(s_ij − s̄_j)/n_j / Σ_j B_j.
    fn item_influence<'b>(
        &'b self,
        rows: &'b [u32],
        means: &'b ItemMeans,
    ) -> impl Iterator<Item = (u32, f64)> + 'b {
        let marks = &self.view.treated.offering.marks;
        let influence = move |(row, _): (u32, f64)| {
            let cells = marks.row(row as usize);
            let pull = means.columns.iter().filter_map(|(at, mean, n)| {
                let column = &self.view.columns[*at];
                Some(column.a * (self.view.units(column, cells)? as f64 - mean) / n)
            });
            (row, pull.sum::<f64>() / means.possible)
        };
        self.assessed(rows).map(influence)
    }

    /// Points and possible points of each student; `None` where the latter sum to nothing.
    fn pooled(&self, rows: &[u32]) -> Option<Pool> {
        let students: Vec<(u32, (f64, f64))> =
            self.assessed(rows).map(|(row, _)| (row, self.view.sums(row as usize))).collect();
        let total = students.iter().fold((0.0, 0.0), |sum, (_, own)| (sum.0 + own.0, sum.1 + own.1));
        (total.1 > 0.0).then_some(Pool { students, total })
    }

    /// The group's value, exactly; 0 where no student of it has evidence (callers ask only where some do).
    pub(crate) fn group_exact(&self, rows: &[u32]) -> BigRational {
        let n = BigRational::from_integer(BigInt::from(self.assessed(rows).count()));
        if n.is_zero() {
            return BigRational::zero();
        }
        if self.view.scheme.outcome.reach().is_some() {
            return BigRational::from_integer(BigInt::from(self.count_reached(rows))) / n;
        }
        let assessed = self.assessed(rows).map(|(row, _)| row);
        match self.view.scheme.averaging {
            Averaging::StudentsFirst => self.view.exact_total(assessed) / n,
            Averaging::ItemsFirst => self.item_means_exact(&assessed.collect::<Vec<_>>()),
            Averaging::Pooled => {
                let zero = (BigRational::zero(), BigRational::zero());
                let (numerator, denominator) = assessed.fold(zero, |total, row| {
                    let sums = self.view.exact_sums(row);
                    (total.0 + sums.0, total.1 + sums.1)
                });
                if denominator.is_zero() { denominator } else { numerator / denominator }
            }
        }
    }

    fn item_means_exact(&self, rows: &[u32]) -> BigRational {
        let marks = &self.view.treated.offering.marks;
        let (mut value, mut possible) = (BigRational::zero(), BigRational::zero());
        for (column, (a, b)) in self.view.exact_pairs() {
            let scored: Vec<i64> =
                rows.iter().filter_map(|&row| self.view.units(column, marks.row(row as usize))).collect();
            if !scored.is_empty() {
                let sum: i128 = scored.iter().map(|&units| i128::from(units)).sum();
                value += a * BigRational::new(BigInt::from(sum), BigInt::from(scored.len()));
                possible += b;
            }
        }
        if possible.is_zero() { possible } else { value / possible }
    }
}

/// The means of the items of an objective.
struct ItemMeans {
    /// (column, mean, students) of the items somebody has a mark in.
    columns: Vec<(usize, f64, f64)>,
    /// Σ_j A_j·s̄_j.
    sum: f64,
    /// Σ_j B_j.
    possible: f64,
}

impl ItemMeans {
    fn value(&self) -> f64 {
        self.sum / self.possible
    }
}

/// The points of a group.
struct Pool {
    /// (row, (N_i, D_i)).
    students: Vec<(u32, (f64, f64))>,
    /// (Σ N, Σ D).
    total: (f64, f64),
}

impl Pool {
    fn value(&self) -> f64 {
        self.total.0 / self.total.1
    }

    /// ψ_i = (N_i − V·D_i)/Σ D.
    fn influence(&self) -> impl Iterator<Item = (u32, f64)> {
        let value = self.value();
        self.students.iter().map(move |(row, (n, d))| (*row, (n - value * d) / self.total.1))
    }
}

/// An objective's value from the class means of its items, where no student's marks are known.
///
/// `None` where an item is without a mean only if none has one; families that need students have no value.
pub(crate) fn from_item_means(view: &View<'_>) -> Option<BigRational> {
    let linear = view.scheme.outcome == Outcome::Mean
        && view.scheme.reduction == Reduction::Ratio
        && view.scheme.reading == Reading::Points;
    if !linear {
        return None;
    }
    let offering = view.treated.offering;
    let (mut value, mut possible) = (BigRational::zero(), BigRational::zero());
    for (column, (a, b)) in view.exact_pairs() {
        let Some(mean) = offering.item_means.iter().find(|mean| mean.item == column.item) else { continue };
        // The view's coefficient is per minor unit; without marks the scale is 0 and a unit is a point.
        let scale = BigInt::from(10u32).pow(u32::from(offering.marks.scale_or_zero(column.item)));
        value += a * decimal_ratio(mean.mean) * scale;
        possible += b;
    }
    (possible.is_positive()).then(|| value / possible)
}

impl Outcome {
    /// The outcome of a base value known exactly.
    pub(crate) fn apply_exact(&self, base: &BigRational) -> BigRational {
        match self {
            Self::Mean | Self::Share(_) => base.clone(),
            Self::Level { cuts, .. } => {
                let level = cuts.iter().rev().find(|cut| *base >= cut.at.ratio()).map_or(0, |cut| cut.level);
                BigRational::from_integer(level.into())
            }
            Self::PartialLevels { cuts, .. } => {
                let mut sum = BigRational::zero();
                let mut whole = BigRational::zero();
                for cut in cuts {
                    let level = BigRational::from_integer(cut.level.into());
                    let at = cut.at.ratio();
                    let part = if at.is_zero() { BigRational::one() } else { base / at };
                    sum += &level * part.min(BigRational::one());
                    whole += level;
                }
                if whole.is_zero() { whole } else { sum / whole }
            }
        }
    }

    /// The outcome of a base value in floating point: for replicates and intervals, where no verdict hangs on it.
    pub(crate) fn apply(&self, base: f64) -> f64 {
        match self {
            Self::Mean | Self::Share(_) => base,
            Self::Level { cuts, .. } => cuts
                .iter()
                .rev()
                .find(|cut| base >= cut.at.to_f64() - 1e-12)
                .map_or(0.0, |cut| f64::from(cut.level)),
            Self::PartialLevels { cuts, .. } => {
                let (mut sum, mut whole) = (0.0, 0.0);
                for cut in cuts {
                    let (level, at) = (f64::from(cut.level), cut.at.to_f64());
                    sum += level * if at > 0.0 { (base / at).min(1.0) } else { 1.0 };
                    whole += level;
                }
                if whole > 0.0 { sum / whole } else { 0.0 }
            }
        }
    }

    /// The outcome of a base value known to within a bound, exact where a cut is near.
    pub(crate) fn decide(&self, base: &Exact<'_>) -> f64 {
        match self {
            Self::Mean | Self::Share(_) => base.value,
            Self::PartialLevels { .. } => self.apply(base.value),
            Self::Level { cuts, .. } => (cuts.iter().rev())
                .find(|cut| base.compare(&Threshold::from(cut.at)) != Ordering::Less)
                .map_or(0.0, |cut| f64::from(cut.level)),
        }
    }
}

/// The float nearest to an exact base with the bound of that one rounding.
pub(crate) fn rounded(base: &BigRational) -> (f64, f64) {
    let value = ratio_f64(base);
    (value, Exact::bound(value, 2))
}
