//! What a model says of each student.

use crate::stats::distribution::Normal;
use crate::value_added::data::{Column, Data};
use crate::value_added::design::Design;
use crate::value_added::formula::Formula;
use crate::value_added::mixed::Fitted;
use crate::value_added::ols::Ols;

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
    /// How the residual stands among the others; `None` for a model without residuals, and after imputation.
    pub diagnosis: Option<Diagnosis>,
}

/// What tells an unusual student.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Diagnosis {
    /// The residual in standard deviations; studentised without its own row where least squares give it.
    pub standardised: f64,
    /// The normal quantile of its rank, (i − 3/8)/(n + 1/4) (G. Blom, 1958).
    pub normal: Option<f64>,
    /// Diagonal of the hat matrix.
    pub leverage: Option<f64>,
    /// Cook's distance.
    pub cooks_distance: Option<f64>,
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
            diagnosis: None,
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

    /// The same with residuals over their standard deviation: sd over the root of the row's weight.
    pub(super) fn over(mut self, sd: f64, weights: Option<&[f64]>) -> Self {
        let root = |at: usize| weights.map_or(1.0, |weights| weights[at].sqrt());
        let residual = |(at, row): (usize, &StudentFit)| {
            row.fitted.map(|fitted| root(at) * (row.observed - fitted.conditional) / sd)
        };
        let residuals: Option<Vec<f64>> = self.rows.iter().enumerate().map(residual).collect();
        if let Some(residuals) = residuals.filter(|_| sd > 0.0) {
            self.diagnose(&residuals);
        }
        self
    }

    /// The same with the studentised residuals, leverages and distances of least squares.
    pub(super) fn of_least_squares(mut self, ols: &Ols) -> Self {
        if let Some((residuals, distances)) = ols.studentised_residuals().zip(ols.cooks_distances()) {
            self.diagnose(&residuals);
            for ((row, leverage), distance) in self.rows.iter_mut().zip(&ols.hat).zip(distances) {
                if let Some(own) = &mut row.diagnosis {
                    (own.leverage, own.cooks_distance) = (Some(*leverage), Some(distance));
                }
            }
        }
        self
    }

    fn diagnose(&mut self, residuals: &[f64]) {
        let rows = self.rows.iter_mut().zip(residuals).zip(normal_quantiles(residuals));
        for ((row, residual), normal) in rows {
            let diagnosis =
                Diagnosis { standardised: *residual, normal, leverage: None, cooks_distance: None };
            row.diagnosis = Some(diagnosis);
        }
    }
}

/// The normal quantile of the rank of each value, (i − 3/8)/(n + 1/4).
pub(super) fn normal_quantiles(values: &[f64]) -> Vec<Option<f64>> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut quantiles = vec![None; values.len()];
    for (rank, at) in order.into_iter().enumerate() {
        quantiles[at] = Normal::STANDARD.quantile((rank as f64 + 0.625) / (values.len() as f64 + 0.25));
    }
    quantiles
}
