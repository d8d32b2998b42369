//! Declared models: what an institution asks of its cohorts, fitted over all of them.
//!
//! A model is one entry of `value_added.toml`; a fit is that model on one cohort, or on all students together. All fits
//! run in parallel and come back in the order of the declarations, so the result is the same for any number of threads.

mod columns;
mod declared;
mod model;
mod students;

pub use columns::{Own, student_columns};
pub use declared::{Cohorts, Declaration, DeclarationError, Declarations};
pub use model::{MODELS, Model, find};
pub use students::{StudentFit, Students};

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::data::Data;
use super::design::{Note, RowCounts};
use super::error::ValueAddedError;
use super::mixed::{Convergence, UnitEffect};
use super::ols::Coefficient;
use crate::model::Dataset;
pub use crate::stats::Interval;

/// A model fitted on a cohort, or on all students together.
#[derive(Debug)]
pub struct Fit<'d> {
    /// What was asked.
    pub declaration: &'d Declaration,
    /// The cohort; all students where `None`.
    pub cohort: Option<String>,
    /// What came out, or why nothing did.
    pub outcome: Result<Findings, ValueAddedError>,
}

/// What a fit says.
#[derive(Debug, Default)]
pub struct Findings {
    /// Students given, used and left out.
    pub counts: Option<RowCounts>,
    /// What was done and has to be told.
    pub notes: Vec<Note>,
    /// Coefficients, or the figures of a gain.
    pub coefficients: Vec<Coefficient>,
    /// Figures of the fit as a whole, by key: `sigma`, `reml`, `icc`, …
    pub summary: Vec<(&'static str, f64)>,
    /// Variances and covariances.
    pub components: Vec<Variance>,
    /// Effects of units per grouping factor.
    pub units: Vec<Units>,
    /// Growth percentile of students, by their position in the data set.
    pub percentiles: Vec<(u32, u8)>,
    /// What the model says of each student it used.
    pub students: Students,
    /// How an optimiser came to its end.
    pub convergence: Option<Convergence>,
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

/// A declaration and the cohort it is fitted on; all students where `None`.
pub type Task<'d> = (&'d Declaration, Option<String>);

/// What is to be fitted: every declaration on every cohort it asks for.
pub fn tasks<'d>(dataset: &Dataset, declarations: &'d Declarations) -> Vec<Task<'d>> {
    let cohorts: BTreeSet<&str> =
        dataset.students.iter().filter_map(|student| student.cohort.as_deref()).collect();
    let mut tasks = Vec::new();
    for declaration in &declarations.models {
        match declaration.cohorts {
            Cohorts::Together => tasks.push((declaration, None)),
            Cohorts::Each => {
                tasks.extend(cohorts.iter().map(|cohort| (declaration, Some((*cohort).to_owned()))));
            }
        }
    }
    tasks
}

/// Fits every task. `step` is called once per fit, from any thread.
pub fn fit_all<'d>(
    dataset: &Dataset,
    own: &Own,
    tasks: &[Task<'d>],
    step: &(dyn Fn() + Sync),
) -> Vec<Fit<'d>> {
    let fit = |(declaration, cohort): &Task<'d>| {
        let outcome = one(dataset, own, declaration, cohort.as_deref());
        step();
        Fit { declaration, cohort: cohort.clone(), outcome }
    };
    tasks.par_iter().map(fit).collect()
}

fn one(
    dataset: &Dataset,
    own: &Own,
    declaration: &Declaration,
    cohort: Option<&str>,
) -> Result<Findings, ValueAddedError> {
    let belongs = |at: &u32| {
        cohort.is_none_or(|cohort| dataset.students[*at as usize].cohort.as_deref() == Some(cohort))
    };
    let students: Vec<u32> = (0u32..).take(dataset.students.len()).filter(belongs).collect();
    let names = declaration.columns();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let data: Data = student_columns(dataset, own, &students, &names)?;
    declaration.model.fit(declaration, &data, &students)
}

#[cfg(test)]
mod tests;
