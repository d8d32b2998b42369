//! One objective of one offering, ready to be computed: the linked items with their coefficients, as floats and
//! exactly.

use std::cmp::Ordering;
use std::sync::OnceLock;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};

use super::coefficient::{Integers, Origin, Ratios, over_one, reduced};
use super::method::{Link, Reading, Reduction, Scheme};
use super::treat::Treated;
use crate::model::{Asked, Decimal, Fraction, MarkGrid, Threshold, decimal_f64, decimal_ratio, ratio_f64};

/// Roundings of the two coefficients, in units of [`Exact::bound`]'s count, which allows four unit roundoffs for each:
/// a factor takes at most three, a product of four factors, a quotient and a minor unit at most 26, a numerator and a
/// denominator twice that.
pub(crate) const COEFFICIENT_ROUNDINGS: usize = 16;

/// A linked item.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// Position in the offering's items.
    pub(crate) item: usize,
    /// What one minor unit weighs.
    pub(crate) a: f64,
    /// What the item adds to the possible sum.
    pub(crate) b: f64,
    /// Lowest units → units, where the reading is a step function; ordered by the former.
    steps: Option<Vec<(i64, i64)>>,
}

/// One objective of one offering.
#[derive(Debug, Clone)]
pub(crate) struct View<'a> {
    /// The offering, its states resolved.
    pub(crate) treated: &'a Treated<'a>,
    /// What is computed.
    pub(crate) scheme: &'a Scheme,
    /// The linked items that can carry evidence.
    pub(crate) columns: Vec<Column>,
    /// What a student without any state can have: Σ B.
    possible: f64,
    /// What each column's coefficients are made from.
    origins: Vec<Origin>,
    /// The coefficients, exactly: computed once, and only where floats cannot decide.
    ratios: OnceLock<Ratios>,
    /// The same over one common denominator, where all fit.
    integers: OnceLock<Option<Integers>>,
}

impl<'a> View<'a> {
    /// The objective at `position`, or the whole course (each linked item once) where `None`.
    pub(crate) fn new(
        treated: &'a Treated<'a>,
        scheme: &'a Scheme,
        objective: Option<usize>,
        options: ViewOptions,
    ) -> Self {
        let offering = treated.offering;
        let mut shares: Vec<(usize, Decimal)> = Vec::new();
        for link in &offering.allocation {
            if objective.is_some_and(|objective| objective != link.objective) {
                continue;
            }
            if objective.is_none() {
                if !shares.iter().any(|(item, _)| *item == link.item) {
                    shares.push((link.item, Decimal::ONE));
                }
            } else {
                shares.push((link.item, link.share));
            }
        }
        shares.sort_by_key(|(item, _)| *item);
        let (mut columns, mut origins) = (Vec::with_capacity(shares.len()), Vec::new());
        for (item, share) in shares {
            let entry = &offering.items[item];
            if !options.formative && entry.purpose == crate::model::Purpose::Formative {
                continue;
            }
            let link =
                Link { full: entry.full, weight: entry.weight, share, expected: options.expected.get() };
            let column = Column::new(item, offering.marks.scale_or_zero(item), scheme, link);
            if let Some((column, origin)) = column {
                columns.push(column);
                origins.push(origin);
            }
        }
        let possible = columns.iter().map(|column| column.b).sum();
        Self {
            treated,
            scheme,
            columns,
            possible,
            origins,
            ratios: OnceLock::new(),
            integers: OnceLock::new(),
        }
    }

    /// The cell of a column in a coded row, in units of the column.
    #[inline]
    pub(crate) fn units(&self, column: &Column, row: &[i64]) -> Option<i64> {
        let units = self.treated.units(row[column.item])?;
        match &column.steps {
            None => Some(units),
            Some(steps) => Some(steps.iter().rev().find(|(least, _)| units >= *least).map_or(0, |(_, y)| *y)),
        }
    }

    /// Each roster row's own value; `None` for rows that are dropped or have no evidence.
    pub(crate) fn students(&self) -> Vec<Option<f64>> {
        let mut values = vec![None; self.treated.offering.roster.len()];
        for &row in &self.treated.kept {
            values[row as usize] = match self.scheme.reduction {
                Reduction::Ratio => self.ratio(row as usize),
                Reduction::Rollup(_) => self.student_exact(row).map(|value| ratio_f64(&value)),
            };
        }
        values
    }

    /// Σ A·s ÷ Σ B of a row in floating point.
    #[inline]
    fn ratio(&self, row: usize) -> Option<f64> {
        let (numerator, denominator) = self.sums(row);
        (denominator > 0.0).then(|| numerator / denominator)
    }

    /// Σ A·s and Σ B of a row in floating point.
    #[inline]
    pub(crate) fn sums(&self, row: usize) -> (f64, f64) {
        let marks = &self.treated.offering.marks;
        let cells = marks.row(row);
        if marks.states(row) != 0 || !matches!(self.scheme.reading, Reading::Points) {
            return self.sums_of_units(cells);
        }
        let points = self.columns.iter().fold(0.0, |sum, column| sum + column.a * cells[column.item] as f64);
        (points, self.possible)
    }

    fn sums_of_units(&self, row: &[i64]) -> (f64, f64) {
        let mut numerator = 0.0;
        let mut denominator = 0.0;
        for column in &self.columns {
            if let Some(units) = self.units(column, row) {
                numerator += column.a * units as f64;
                denominator += column.b;
            }
        }
        (numerator, denominator)
    }

    fn ratios(&self) -> &Ratios {
        self.ratios.get_or_init(|| self.origins.iter().map(|origin| origin.exact(self.scheme)).collect())
    }

    fn integers(&self) -> Option<&Integers> {
        let find = || over_one(&self.origins, self.scheme).or_else(|| reduced(self.ratios()));
        self.integers.get_or_init(find).as_ref()
    }

    /// Each column with its exact coefficients.
    pub(crate) fn exact_pairs(&self) -> impl Iterator<Item = (&Column, &(BigRational, BigRational))> {
        self.columns.iter().zip(self.ratios())
    }

    /// Σ A·s and Σ B of a row over the common denominator; `None` where they do not fit.
    fn integer_sums(&self, row: u32) -> Option<(i128, i128)> {
        let integers = self.integers()?;
        let cells = self.treated.offering.marks.row(row as usize);
        let mut sums = (0i128, 0i128);
        for (column, (a, b)) in self.columns.iter().zip(integers) {
            if let Some(units) = self.units(column, cells) {
                sums.0 = sums.0.checked_add(i128::from(*a) * i128::from(units))?;
                sums.1 += i128::from(*b);
            }
        }
        Some(sums)
    }

    /// Σ A·s and Σ B of a row, exactly.
    pub(crate) fn exact_sums(&self, row: u32) -> (BigRational, BigRational) {
        if let Some((numerator, denominator)) = self.integer_sums(row) {
            let whole = |sum: i128| BigRational::from_integer(BigInt::from(sum));
            return (whole(numerator), whole(denominator));
        }
        let cells = self.treated.offering.marks.row(row as usize);
        let mut sums = (BigRational::zero(), BigRational::zero());
        for (column, (a, b)) in self.exact_pairs() {
            if let Some(units) = self.units(column, cells) {
                sums.0 += a * BigInt::from(units);
                sums.1 += b;
            }
        }
        sums
    }

    /// A row's own value, exactly.
    pub(crate) fn student_exact(&self, row: u32) -> Option<BigRational> {
        if let Reduction::Rollup(rollup) = self.scheme.reduction {
            let cells = self.treated.offering.marks.row(row as usize);
            let results: Vec<BigRational> = (self.exact_pairs())
                .filter_map(|(column, (a, _))| Some(a * BigInt::from(self.units(column, cells)?)))
                .collect();
            return rollup.value(&results);
        }
        let (numerator, denominator) = self.exact_sums(row);
        (denominator.is_positive()).then(|| numerator / denominator)
    }

    /// Σ over rows of their own values, exactly: integer numerators are summed per distinct denominator first.
    pub(crate) fn exact_total(&self, rows: impl Iterator<Item = u32>) -> BigRational {
        let mut by_denominator: std::collections::BTreeMap<i128, BigInt> = std::collections::BTreeMap::new();
        let mut total = BigRational::zero();
        for row in rows {
            match (self.scheme.reduction, self.integer_sums(row)) {
                (Reduction::Ratio, Some((numerator, denominator))) if denominator > 0 => {
                    *by_denominator.entry(denominator).or_default() += numerator;
                }
                _ => total += self.student_exact(row).unwrap_or_default(),
            }
        }
        for (denominator, numerator) in by_denominator {
            total += BigRational::new(numerator, BigInt::from(denominator));
        }
        total
    }

    /// How a row's own value compares to a threshold, exactly.
    #[inline]
    pub(crate) fn compare_student(&self, row: u32, value: f64, asked: &Asked) -> Ordering {
        asked.decided(value).unwrap_or_else(|| self.compare_exactly(row, &asked.threshold))
    }

    /// What is asked of each row's own value.
    pub(crate) fn asked(&self, threshold: Threshold) -> Asked {
        Asked::new(threshold, 2 * self.columns.len() + COEFFICIENT_ROUNDINGS)
    }

    #[cold]
    fn compare_exactly(&self, row: u32, threshold: &Threshold) -> Ordering {
        if self.scheme.reduction == Reduction::Ratio
            && let Some((numerator, denominator)) = self.integer_sums(row)
            && let Some((p, q)) = threshold.small()
            && let (Some(left), Some(right)) = (numerator.checked_mul(q), denominator.checked_mul(p))
        {
            return left.cmp(&right);
        }
        self.student_exact(row).map_or(Ordering::Less, |exact| exact.cmp(&threshold.ratio()))
    }
}

/// What a view needs besides the marks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ViewOptions {
    /// Whether formative items count.
    pub(crate) formative: bool,
    /// Expected attainment of the objective.
    pub(crate) expected: Fraction,
}

impl Column {
    /// `None` where the item can carry no evidence: its possible points weigh nothing.
    fn new(item: usize, scale: u8, scheme: &Scheme, link: Link) -> Option<(Self, Origin)> {
        if scheme.possible.is_zero(&link) {
            return None;
        }
        let (steps, unit) = match &scheme.reading {
            Reading::Points => (None, (u32::from(scale), Decimal::ONE)),
            Reading::Steps { steps, max } => {
                let places = steps.iter().map(|(_, value)| value.scale()).max().unwrap_or(0);
                let per_mark = decimal_ratio(link.full) * BigInt::from(10u32).pow(u32::from(scale));
                let steps = (steps.iter())
                    .filter_map(|(at, value)| {
                        let least = (at.ratio() * &per_mark).ceil().to_integer().to_i64()?;
                        Some((least, MarkGrid::units(*value, u8::try_from(places).ok()?)?))
                    })
                    .collect();
                (Some(steps), (places, *max))
            }
        };
        let per_unit = 10f64.powi(unit.0 as i32) * decimal_f64(unit.1);
        let (a, b) = (scheme.point.float(&link) / per_unit, scheme.possible.float(&link));
        Some((Self { item, a, b, steps }, Origin { link, unit }))
    }
}
