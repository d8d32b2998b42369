//! What a model says of each student.

use crate::value_added::data::{Column, Data};
use crate::value_added::design::Design;
use crate::value_added::formula::Formula;
use crate::value_added::mixed::Fitted;

/// The students of a fit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Students {
    /// The first grouping factor, or the declared unit.
    pub factor: Option<String>,
    /// Its levels.
    pub units: Vec<String>,
    /// The first numeric input of the formula.
    pub prior: Option<String>,
    /// One entry per student used.
    pub rows: Vec<StudentFit>,
}

/// One student of a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct StudentFit {
    /// Position of the student in the data set.
    pub student: u32,
    /// The unit, as a position among the levels.
    pub unit: Option<u32>,
    /// The first numeric input.
    pub prior: Option<f64>,
    /// The outcome.
    pub observed: f64,
    /// What the model expects; `None` for a model that has no expectation.
    pub fitted: Option<Fitted>,
}

impl Students {
    /// Unit, prior and outcome of the rows a design used; row i of the data is the student `students[i]`.
    pub(super) fn new(formula: &Formula, data: &Data, design: &Design, students: &[u32]) -> Self {
        let inputs = formula.terms.iter().flat_map(|term| &term.variables);
        let prior = inputs.into_iter().find_map(|variable| match data.column(&variable.name) {
            Ok(Column::Number(values)) => Some((&variable.name, values)),
            _ => None,
        });
        let grouping = design.random.first().map(|random| &random.grouping);
        let row = |(at, (row, observed)): (usize, (&usize, &f64))| StudentFit {
            student: students[*row],
            unit: grouping.map(|grouping| grouping.codes[at]),
            prior: prior.and_then(|(_, values)| values[*row]),
            observed: *observed,
            fitted: None,
        };
        Self {
            factor: grouping.map(|grouping| grouping.name.clone()),
            units: grouping.map(|grouping| grouping.levels.clone()).unwrap_or_default(),
            prior: prior.map(|(name, _)| name.clone()),
            rows: design.rows.iter().zip(&design.response).enumerate().map(row).collect(),
        }
    }

    /// The same with the fit of each row.
    pub(super) fn fitted(mut self, fitted: Vec<Fitted>) -> Self {
        self.rows.iter_mut().zip(fitted).for_each(|(row, fitted)| row.fitted = Some(fitted));
        self
    }
}
