//! `value_added.toml`: which models are fitted on which students.

mod read;

use std::collections::BTreeMap;
use std::fmt;

use super::model::Model;
use crate::value_added::error::ValueAddedError;
use crate::value_added::formula::{Formula, FormulaProblem, RandomTerm};
use crate::value_added::ols::Robust;

/// Which students a model is fitted on at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cohorts {
    /// One fit for every cohort.
    #[default]
    Each,
    /// One fit for all students.
    Together,
}

/// Which likelihood of a mixed model is maximised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Likelihood {
    /// The restricted likelihood.
    #[default]
    Reml,
    /// The likelihood.
    Ml,
}

/// Which intervals a mixed model's figures have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Intervals {
    /// From standard errors: t for fixed effects, on the logarithm for variances.
    #[default]
    Wald,
    /// Where the profile of the likelihood falls off: many more fits, and truer for variances of few units.
    Profile,
}

/// What a row of the data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rows {
    /// A student.
    #[default]
    Students,
    /// A student at one of the times at which the outcome was measured.
    Times,
}

/// How long units that a student has left go on having an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Persistence {
    /// They have none: only the units of the row's own time count.
    #[default]
    None,
    /// They keep it (the layered model): the units of all times up to the row's own count.
    Complete,
    /// They keep a share of it, estimated for each pair of times; a unit has an effect of its own at each time.
    Estimated,
}

/// A score to be reached by the last measure of a growth model.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// The same for every student.
    Score(f64),
    /// Each student's own, in a column.
    Column(String),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Score(score) => write!(f, "{score}"),
            Self::Column(column) => f.write_str(column),
        }
    }
}

/// Whose scores the curves of a projection are fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Curves {
    /// All students who have them.
    #[default]
    All,
    /// The newest cohort in which enough students have them.
    Latest,
}

/// What is known of the scale of a measure beside its scores.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scale {
    /// The lowest and the highest possible score: projections stay inside.
    pub limits: Option<(f64, f64)>,
    /// Inner knots of its splines; 20, 40, 60 and 80 % quantiles of the scores where none are given.
    pub knots: Option<Vec<f64>>,
    /// Boundary knots; a tenth of the range outside the scores where none are given.
    pub boundary: Option<(f64, f64)>,
}

/// What becomes of students with missing inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// They are left out, counted and compared with those who are used.
    #[default]
    Complete,
    /// Missing inputs are filled with the mean and marked by a column of their own.
    Indicator,
    /// Multiple imputation by chained equations, pooled by Rubin's rules.
    Impute,
}

impl Missing {
    /// Its key in the file and in the tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Indicator => "indicator",
            Self::Impute => "impute",
        }
    }
}

/// A declared model.
#[derive(Clone)]
pub struct Declaration {
    /// Its key in the results.
    pub key: String,
    /// What is fitted.
    pub model: &'static dyn Model,
    /// Formula in Wilkinson's notation.
    pub formula: Formula,
    /// The formula as it was written.
    pub written: String,
    /// The factor whose units are compared, where the formula has no random term for it.
    pub unit: Option<String>,
    /// The full mark of both measurements, for normalised gains.
    pub full: Option<f64>,
    /// How the errors of least squares are estimated.
    pub errors: Robust,
    /// The column of clusters, for cluster-robust errors; the unit where none is named.
    pub cluster: Option<String>,
    /// What a row of the data is.
    pub rows: Rows,
    /// The times in their order, where their names are no numbers.
    pub times: Vec<String>,
    /// A factor of the table of memberships: students may belong to several of its units with shares.
    pub membership: Option<String>,
    /// How long units that were left count, where rows are times.
    pub persistence: Persistence,
    /// What becomes of students with missing inputs.
    pub missing: Missing,
    /// Imputed data sets.
    pub imputations: usize,
    /// Which students at a time.
    pub cohorts: Cohorts,
    /// Level of the intervals.
    pub level: f64,
    /// Which likelihood of a mixed model is maximised.
    pub criterion: Likelihood,
    /// Which intervals its figures have.
    pub intervals: Intervals,
    /// A column of weights: the residual variance of a row is σ² over its weight.
    pub weights: Option<String>,
    /// Whether random terms are tested: one more fit for each.
    pub tests: bool,
    /// Whether each unit is left out in turn: as many fits as there are units.
    pub influence: bool,
    /// Units with fewer students are shown but not ranked.
    pub smallest_ranked: usize,
    /// Seed of what is drawn.
    pub seed: u64,
    /// Scores to be reached.
    pub targets: Vec<Target>,
    /// The percentiles whose trajectories are listed.
    pub trajectories: Vec<u8>,
    /// Whose scores the curves of projections are fitted to.
    pub curves: Curves,
    /// Scales of measures, by their names.
    pub scales: BTreeMap<String, Scale>,
}

impl fmt::Debug for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.key, self.model.key(), self.written)
    }
}

impl Declaration {
    /// The columns the model needs.
    pub fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = self.formula.columns().into_iter().map(str::to_owned).collect();
        for more in self.unit.iter().chain(&self.cluster).chain(&self.weights) {
            if !columns.contains(more) {
                columns.push(more.clone());
            }
        }
        columns
    }

    /// All columns that are read: those that a row has to be complete in, and what else is asked of it.
    pub(super) fn read_columns(&self) -> Vec<String> {
        let mut columns = self.columns();
        let mut more: Vec<&str> = Vec::new();
        more.extend(self.targets.iter().filter_map(|target| match target {
            Target::Column(column) => Some(column.as_str()),
            Target::Score(_) => None,
        }));
        if self.projects() && self.curves == Curves::Latest {
            more.push("cohort");
        }
        if self.persistence == Persistence::Estimated {
            more.extend([STUDENT, OCCASION]);
        }
        for column in more {
            if !columns.iter().any(|known| known == column) {
                columns.push(column.to_owned());
            }
        }
        columns
    }

    /// Whether students without the outcome are projected to it.
    pub fn projects(&self) -> bool {
        !self.trajectories.is_empty()
    }

    /// The formula with the unit, where one is named, as its only grouping factor: `y ~ x + (1 | unit)`. The design of
    /// it has the rows that are complete with their unit.
    ///
    /// # Errors
    /// [`ValueAddedError::RandomTerm`] where the formula has a random term.
    pub fn grouped(&self) -> Result<Formula, ValueAddedError> {
        if let Some(random) = self.formula.random.first() {
            return Err(ValueAddedError::RandomTerm { term: random.to_string() });
        }
        let term =
            |unit: &String| RandomTerm { intercept: true, terms: Vec::new(), grouping: vec![unit.clone()] };
        Ok(Formula { random: self.unit.iter().map(term).collect(), ..self.formula.clone() })
    }
}

/// All declared models; [`Declarations::parse`] reads them.
#[derive(Debug, Clone, Default)]
pub struct Declarations {
    /// In the order of the file.
    pub models: Vec<Declaration>,
}

/// What is wrong with one option of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclarationError {
    /// Key of the entry, or its number; empty for the file as a whole.
    pub entry: String,
    /// The line, from 1; 0 where the text has none.
    pub line: usize,
    /// The option; empty where the entry as a whole is wrong.
    pub option: String,
    /// What stands there.
    pub value: Option<String>,
    /// Code of the text in the catalogue: `value_added.declared.CODE`.
    pub code: &'static str,
    /// Values the text names.
    pub values: Vec<(&'static str, String)>,
    /// What is wrong with the formula, where it is the formula.
    pub formula: Option<FormulaProblem>,
}

/// The column of students in rows that are times.
pub(super) const STUDENT: &str = "student";
/// The column of times as categories.
pub(super) const OCCASION: &str = "occasion";

#[cfg(test)]
mod tests;
