//! Declared models: what an institution asks of its cohorts, fitted over all of them.
//!
//! A model is one entry of `value_added.toml`; a fit is that model on one cohort, or on all students together. All fits
//! run in parallel and come back in the order of the declarations, so the result is the same for any number of threads.

mod agreed;
mod columns;
mod declared;
mod findings;
mod inputs;
mod missing;
mod model;
mod occasions;
mod pooled;
mod projection;
mod sample;
mod shares;
mod students;

pub use agreed::{Agreed, Over, Sensitivity, agreed, sensitivity};
pub use columns::{Own, student_columns};
pub use declared::{
    Cohorts, Curves, Declaration, DeclarationError, Declarations, Intervals, Likelihood, Missing,
    Persistence, Rows, Scale, Target,
};
pub use findings::{Estimate, Findings, Share, Unit, Units, Unusual, Variance};
pub use missing::{Compared, Side};
pub use model::{MODELS, Model, find};
pub use projection::{Growth, Needed, Projected, Projections, Step};
pub use sample::Sample;
pub use shares::Shares;
pub use students::{Diagnosis, StudentFit, Students};

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::data::Column;
use super::error::ValueAddedError;
use crate::model::Dataset;
pub use crate::stats::Interval;
use occasions::{Occasion, occasion_columns, occasions};

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
    let names = declaration.read_columns();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match declaration.rows {
        Rows::Students => {
            let students: Vec<u32> = (0u32..).take(dataset.students.len()).filter(belongs).collect();
            let data = student_columns(dataset, own, &students, &names)?;
            let at: Vec<Occasion<'_>> = students.iter().map(|student| (*student, None)).collect();
            let shares = Shares::declared(dataset, declaration, &at)?;
            missing::fit(&Sample { declaration, data: &data, students: &students, shares: shares.as_ref() })
        }
        Rows::Times => {
            let at: Vec<Occasion<'_>> = occasions(dataset, &declaration.formula.response, belongs);
            let mut data = occasion_columns(dataset, own, (&at, &declaration.times), &names)?;
            let students: Vec<u32> = at.iter().map(|(student, _)| *student).collect();
            let shares = Shares::declared(dataset, declaration, &at)?;
            if let Some(shares) =
                shares.as_ref().filter(|_| declaration.persistence == Persistence::Estimated)
            {
                let unit = (shares.factor.clone(), Column::Category(shares.alone()?));
                data = data.with([unit])?;
            }
            let sample = Sample { declaration, data: &data, students: &students, shares: shares.as_ref() };
            // A student stands in several rows: there is no one fit of it.
            missing::fit(&sample).map(|findings| Findings { students: Students::default(), ..findings })
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
