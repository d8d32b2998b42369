//! What a fit says.

use super::missing::Compared;
use super::projection::Projections;
use super::students::Students;
use crate::stats::Interval;
use crate::stats::distribution::{Normal, StudentT};
use crate::stats::interval;
use crate::value_added::design::{Note, RowCounts};
use crate::value_added::mixed::{Convergence, UnitEffect, Without};
use crate::value_added::ols::{AnovaRow, Coefficient};

/// What a fit says.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// Students given, used and left out.
    pub counts: Option<RowCounts>,
    /// What was done and has to be told.
    pub notes: Vec<Note>,
    /// Coefficients, or the figures of a gain.
    pub coefficients: Vec<Estimate>,
    /// Figures of the fit as a whole, by key: `sigma`, `reml`, `icc`, …
    pub summary: Vec<(String, f64)>,
    /// Share of the information about each coefficient that is missing, after imputation.
    pub fractions: Vec<(String, f64)>,
    /// Students complete in all columns beside those who are not.
    pub compared: Vec<Compared>,
    /// The sequential analysis of variance.
    pub anova: Vec<AnovaRow>,
    /// Likelihood-ratio tests of random terms.
    pub ratios: Vec<Estimate>,
    /// The shares of the effects of units that are left at later times.
    pub shares: Vec<Share>,
    /// Variances and covariances.
    pub components: Vec<Variance>,
    /// Effects of units per grouping factor.
    pub units: Vec<Units>,
    /// What tells unusual units of a mixed model.
    pub unusual: Vec<Unusual>,
    /// Growth percentile of students, by their position in the data set.
    pub percentiles: Vec<(u32, u8)>,
    /// Where students without the outcome stand on the way to it.
    pub projections: Projections,
    /// What the model says of each student it used.
    pub students: Students,
    /// How an optimiser came to its end.
    pub convergence: Option<Convergence>,
}

/// Figures of a fit that exist, by key.
pub(super) fn figures<const N: usize>(all: [(&str, Option<f64>); N]) -> Vec<(String, f64)> {
    all.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

/// An estimate with its uncertainty.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// What is estimated: a column of the fixed part, `mean_gain`, `hedges_g`, …
    pub name: String,
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// Its interval at the declared level.
    pub interval: Option<Interval>,
    /// Estimate over standard error.
    pub statistic: Option<f64>,
    /// Degrees of freedom of the reference t distribution; `None` stands for the normal.
    pub df: Option<f64>,
    /// The two-sided p-value.
    pub p_value: Option<f64>,
}

impl Estimate {
    /// An estimate whose statistic follows t with `df` degrees of freedom, or the normal distribution.
    pub fn new(
        name: impl Into<String>,
        value: f64,
        standard_error: f64,
        df: Option<f64>,
        level: f64,
    ) -> Self {
        let statistic = value / standard_error;
        let p_value = match df {
            Some(df) => StudentT::new(df).and_then(|t| t.two_sided(statistic)),
            None => Normal::STANDARD.sf(statistic.abs()).map(|tail| 2.0 * tail),
        };
        let interval = match df {
            Some(df) => interval::student(value, standard_error, df, level),
            None => interval::normal(value, standard_error, level),
        };
        Self {
            name: name.into(),
            value,
            standard_error: Some(standard_error),
            interval,
            statistic: Some(statistic),
            df,
            p_value,
        }
    }

    /// A row of a table of coefficients.
    pub fn of(coefficient: Coefficient, level: f64) -> Self {
        Self::new(coefficient.name, coefficient.estimate, coefficient.standard_error, coefficient.df, level)
    }

    /// An estimate known by its interval.
    pub fn within(name: impl Into<String>, value: f64, interval: Option<Interval>) -> Self {
        Self {
            name: name.into(),
            value,
            standard_error: None,
            interval,
            statistic: None,
            df: None,
            p_value: None,
        }
    }
}

/// A variance, a covariance or the residual variance.
#[derive(Debug, Clone, PartialEq)]
pub struct Variance {
    /// Grouping factor; the residual where `None`.
    pub factor: Option<String>,
    /// Effect.
    pub effect: String,
    /// The other effect of a covariance.
    pub with: Option<String>,
    /// Estimate, in squared units of the outcome.
    pub estimate: f64,
    /// Standard error, where the likelihood has a curvature.
    pub standard_error: Option<f64>,
    /// Satterthwaite's interval of a variance, Wald's of a covariance.
    pub interval: Option<Interval>,
}

impl Variance {
    /// The same with its interval.
    pub(super) fn with_interval(mut self, level: f64) -> Self {
        let known = self.standard_error.filter(|error| *error > 0.0);
        self.interval = match known {
            Some(error) if self.with.is_some() => interval::normal(self.estimate, error, level),
            Some(error) => interval::variance(self.estimate, error, level),
            None => None,
        };
        self
    }
}

/// What is left of the effects of units.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The time at which the units taught.
    pub from: String,
    /// A later time.
    pub to: String,
    /// The share of their effects that is left then.
    pub share: f64,
}

/// The effects of the units of one factor.
#[derive(Debug, Clone, PartialEq)]
pub struct Units {
    /// Grouping factor.
    pub factor: String,
    /// What the effects are: `(Intercept)`, a slope, `mean_residual`, `median_percentile`.
    pub effect: String,
    /// One entry per unit, in the order of their names.
    pub units: Vec<Unit>,
}

/// A unit and its effect.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Unit {
    /// The unit.
    pub unit: String,
    /// Its students.
    pub n: usize,
    /// The effect.
    pub effect: f64,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// Interval of the effect.
    pub interval: Option<Interval>,
    /// Two units differ at the level, on average over pairs, when these do not overlap.
    pub comparison: Option<Interval>,
    /// Probability that the effect is above the average.
    pub probability_above_average: Option<f64>,
    /// Share of the variance of the estimate that is the unit's.
    pub reliability: Option<f64>,
    /// Mean rank, 1 the highest effect; `None` for a unit that is too small, or where ranks are not estimated.
    pub rank: Option<f64>,
    /// Interval of the rank.
    pub rank_interval: Option<Interval>,
}

impl From<UnitEffect> for Unit {
    fn from(effect: UnitEffect) -> Self {
        Self {
            unit: effect.unit,
            n: effect.n,
            effect: effect.effect,
            standard_error: Some(effect.standard_error),
            interval: effect.interval,
            comparison: effect.comparison,
            probability_above_average: effect.probability_above_average,
            reliability: Some(effect.reliability),
            rank: effect.rank,
            rank_interval: effect.rank_interval,
        }
    }
}

/// What tells an unusual unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Unusual {
    /// Grouping factor.
    pub factor: String,
    /// What the effect is.
    pub effect: String,
    /// The unit.
    pub unit: String,
    /// Its students.
    pub n: usize,
    /// The conditional mode over its standard deviation, √(variance − conditional variance).
    pub standardised: Option<f64>,
    /// The normal quantile of its rank.
    pub normal: Option<f64>,
    /// What changes without it, for the first effect of the first random term.
    pub influence: Option<Without>,
}
