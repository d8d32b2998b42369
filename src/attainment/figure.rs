//! A figure with everything that travels with it.

use std::cmp::Ordering;

use serde::Serialize;

use crate::model::{Decimal, Exact, Fraction, Threshold, decimal_ratio};
use crate::policy::{Closed, Policy, VerdictFrom};
use crate::stats::distribution::StudentT;
use crate::stats::moments::quantile_of_sorted;

/// Whether a value reaches what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 达成.
    Reached,
    /// 未达成.
    NotReached,
}

impl Verdict {
    /// The key in tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::NotReached => "not_reached",
        }
    }
}

/// Why a value or an interval cannot be known. Texts stand in the catalogue under `reason.{key}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No student has evidence.
    NoEvidence,
    /// No item serves it.
    NoItems,
    /// Nothing supports it.
    NotSupported,
    /// None of what supports it has evidence.
    NoInputs,
    /// Fewer students than the policy's least number.
    TooFew,
    /// Only class means are known.
    ClassMeansOnly,
    /// The method needs students' marks and only class means are known.
    NeedsStudents,
    /// The credits that the policy weighs by are missing.
    NoWeights,
    /// All students have the same value.
    NoSpread,
    /// The rule reads mapping levels and the plan gives none.
    NeedsLevels,
}

impl Reason {
    /// The key in tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::NoEvidence => "no_evidence",
            Self::NoItems => "no_items",
            Self::NotSupported => "not_supported",
            Self::NoInputs => "no_inputs",
            Self::TooFew => "too_few",
            Self::ClassMeansOnly => "class_means_only",
            Self::NeedsStudents => "needs_students",
            Self::NoWeights => "no_weights",
            Self::NoSpread => "no_spread",
            Self::NeedsLevels => "needs_levels",
        }
    }

    /// All reasons.
    pub const ALL: [Self; 10] = [
        Self::NoEvidence,
        Self::NoItems,
        Self::NotSupported,
        Self::NoInputs,
        Self::TooFew,
        Self::ClassMeansOnly,
        Self::NeedsStudents,
        Self::NoWeights,
        Self::NoSpread,
        Self::NeedsLevels,
    ];
}

/// How an interval was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalMethod {
    /// Student t about the mean, variance by student influence.
    T,
    /// Wilson score interval of a share, taken through the outcome where that is a level.
    Wilson,
    /// Percentiles of a bootstrap over students.
    Bootstrap,
}

impl IntervalMethod {
    /// The key in tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::T => "t",
            Self::Wilson => "wilson",
            Self::Bootstrap => "bootstrap",
        }
    }
}

/// How far a figure can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Uncertainty {
    /// Standard error; `None` for outcomes that jump.
    pub se: Option<f64>,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How the interval was made.
    pub method: IntervalMethod,
    /// Probability that the true value lies below the expected value.
    pub p_below: Option<f64>,
}

/// Who stands behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Students enrolled, where known.
    pub enrolled: Option<usize>,
    /// Students with evidence, where known.
    pub assessed: Option<usize>,
}

impl Counts {
    /// Known counts.
    pub fn of(enrolled: usize, assessed: usize) -> Self {
        Self { enrolled: Some(enrolled), assessed: Some(assessed) }
    }

    /// Students not counted.
    pub fn excluded(self) -> Option<usize> {
        Some(self.enrolled?.saturating_sub(self.assessed?))
    }
}

/// A figure with everything that travels with it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attainment {
    /// The value; `None` where there is no evidence.
    pub value: Option<f64>,
    /// The value rounded by the policy.
    pub shown: Option<Decimal>,
    /// The highest possible value: 1, or the highest level.
    pub scale: f64,
    /// How far it can be trusted; `None` with a `reason`.
    pub uncertainty: Option<Uncertainty>,
    /// Who stands behind it.
    pub counts: Counts,
    /// Expected value, in the units of the value.
    pub expected: Option<f64>,
    /// Whether it reaches the expected value, decided exactly.
    pub verdict: Option<Verdict>,
    /// Why there is no value, or no interval.
    pub reason: Option<Reason>,
}

impl Attainment {
    /// No figure, and why.
    pub fn unavailable(reason: Reason, counts: Counts, expected: Option<f64>) -> Self {
        Self {
            value: None,
            shown: None,
            scale: 1.0,
            uncertainty: None,
            counts,
            expected,
            verdict: None,
            reason: Some(reason),
        }
    }
}

/// A value on its way to becoming a figure.
pub(crate) struct Candidate<'a> {
    /// The value, its bound, its exact value.
    pub(crate) value: Exact<'a>,
    /// The highest possible value.
    pub(crate) scale: u32,
    /// Who stands behind it.
    pub(crate) counts: Counts,
    /// Expected share of the scale.
    pub(crate) expected: Fraction,
}

/// The figure of a value: rounded and judged exactly.
pub(crate) fn judge(
    candidate: &Candidate<'_>,
    uncertainty: Result<Uncertainty, Reason>,
    policy: &Policy,
) -> Attainment {
    let value = &candidate.value;
    let threshold = Threshold::on_scale(candidate.expected, candidate.scale);
    let shown = policy.rounding.round_float(value.value, value.bound, value.exact);
    let ordering = match policy.rounding.verdict_from {
        VerdictFrom::Unrounded => value.compare(&threshold),
        VerdictFrom::Rounded => decimal_ratio(shown).cmp(&threshold.ratio()),
    };
    let reached = match policy.threshold.closed {
        Closed::AtLeast => ordering != Ordering::Less,
        Closed::Above => ordering == Ordering::Greater,
    };
    Attainment {
        value: Some(value.value),
        shown: Some(shown),
        scale: f64::from(candidate.scale),
        counts: candidate.counts,
        expected: Some(threshold.to_f64()),
        verdict: Some(if reached { Verdict::Reached } else { Verdict::NotReached }),
        reason: uncertainty.as_ref().err().copied(),
        uncertainty: uncertainty.ok(),
    }
}

/// Student t about a value: se² = m/(m − 1)·Σψ², m − 1 degrees of freedom, cut to 0…scale.
///
/// `sum_of_squares` already holds the small-sample factor where inputs of different sizes were joined.
pub(crate) fn t_uncertainty(
    value: f64,
    sum_of_squares: f64,
    n: usize,
    context: &Interval<'_>,
) -> Result<Uncertainty, Reason> {
    if n < context.policy.uncertainty.min_n {
        return Err(Reason::TooFew);
    }
    let se = sum_of_squares.max(0.0).sqrt();
    let df = n as f64 - 1.0;
    if is_still(value, sum_of_squares) {
        return Err(Reason::NoSpread);
    }
    let tail = 0.5 + context.policy.uncertainty.confidence / 2.0;
    let Some((t, quantile)) = StudentT::new(df).and_then(|t| Some((t, t.quantile(tail)?))) else {
        return Err(Reason::TooFew);
    };
    Ok(Uncertainty {
        se: Some(se),
        low: (value - quantile * se).max(0.0),
        high: (value + quantile * se).min(context.scale),
        method: IntervalMethod::T,
        p_below: t.cdf((context.expected - value) / se),
    })
}

/// Whether a variance is nothing but rounding of the value.
pub(crate) fn is_still(value: f64, variance: f64) -> bool {
    variance.max(0.0).sqrt() <= value.abs() * 1e-14
}

/// What an interval is made for.
pub(crate) struct Interval<'a> {
    /// The policy.
    pub(crate) policy: &'a Policy,
    /// Highest possible value.
    pub(crate) scale: f64,
    /// Expected value in the units of the value.
    pub(crate) expected: f64,
}

/// Percentiles of bootstrap replicates; the probability below is the share of replicates below, a replicate
/// equal to the expected value counting as reached where the policy's threshold is closed.
pub(crate) fn bootstrap_uncertainty(
    replicates: &[f64],
    n: usize,
    context: &Interval<'_>,
) -> Result<Uncertainty, Reason> {
    if n < context.policy.uncertainty.min_n || replicates.is_empty() {
        return Err(Reason::TooFew);
    }
    let mut sorted = replicates.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let tail = (1.0 - context.policy.uncertainty.confidence) / 2.0;
    let ends = quantile_of_sorted(&sorted, tail).zip(quantile_of_sorted(&sorted, 1.0 - tail));
    let Some((low, high)) = ends else { return Err(Reason::TooFew) };
    let slack = 1e-12 * context.scale;
    let below = sorted.iter().filter(|&&replicate| replicate < context.expected - slack).count();
    let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
    let variance =
        sorted.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / (sorted.len() as f64 - 1.0).max(1.0);
    Ok(Uncertainty {
        se: Some(variance.sqrt()),
        low: low.max(0.0),
        high: high.min(context.scale),
        method: IntervalMethod::Bootstrap,
        p_below: Some(below as f64 / sorted.len() as f64),
    })
}
