//! Unit effects as fixed effects, absorbed: the units' columns are never formed.
//!
//! With every column centred on the mean of its unit, least squares give the coefficients β and B = (XᵀX)⁻¹ of the model
//! with a column per unit. The effect of unit j against the average student is (ȳⱼ − ȳ) − (x̄ⱼ − x̄)ᵀβ, with variance
//! s²(1/nⱼ − 1/n + (x̄ⱼ − x̄)ᵀB(x̄ⱼ − x̄)) and s² = RSS/(n − units − columns); the effects of all students sum to zero.
//! Source: J. Wooldridge, "Econometric Analysis of Cross Section and Panel Data", 2010, section 10.5.

use super::design::{COLLINEAR_BELOW, Design, Grouping, Note, dot};
use super::error::ValueAddedError;
use super::mixed::Fitted;
use super::ols::{AnovaRow, Coefficient, Ols};
use crate::stats::distribution::{FisherF, StudentT};
use crate::stats::least_squares::{Fit, LeastSquaresError, least_squares};
use crate::stats::{Interval, interval, moments};
use ndarray::{Array1, Array2};

/// A fit with a fixed effect per unit.
#[derive(Debug, Clone, PartialEq)]
pub struct FixedEffectsFit {
    /// The factor of the units.
    pub factor: String,
    /// Coefficients of the columns that change within units.
    pub coefficients: Vec<Coefficient>,
    /// One effect per unit, in the order of the levels.
    pub effects: Vec<UnitFixedEffect>,
    /// s.
    pub residual_sd: f64,
    /// Whether the units differ: F of all unit effects together.
    pub test: Option<AnovaRow>,
    /// The fit of each row: without and with its unit's effect.
    pub fitted: Vec<Fitted>,
    /// Columns left out because they do not change within units.
    pub notes: Vec<Note>,
}

/// The effect of one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitFixedEffect {
    /// The unit.
    pub unit: String,
    /// Its rows.
    pub n: usize,
    /// The effect against the average student.
    pub effect: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The t interval.
    pub interval: Option<Interval>,
}

/// Fits a design whose first random term names the units.
///
/// # Errors
/// No random term, no degree of freedom left, an exact fit.
pub fn fixed_effects(design: &Design, level: f64) -> Result<FixedEffectsFit, ValueAddedError> {
    let grouping = &design.random.first().ok_or(ValueAddedError::NoRandomTerm)?.grouping;
    let within = Within::new(design, grouping)?;
    let (n, units) = (design.response.len(), grouping.levels.len());
    let columns = within.names.len();
    let df = n.checked_sub(units + columns).filter(|df| *df > 0);
    let df = df.ok_or(ValueAddedError::TooFewRows { rows: n, columns: units + columns })? as f64;
    let residual_sd = (within.residual_ss / df).sqrt();
    if residual_sd <= 0.0 {
        return Err(ValueAddedError::PerfectFit);
    }
    let effects = within.effects(grouping, (residual_sd, df), level);
    let fitted = (design.response.iter().zip(&within.residuals).zip(&grouping.codes))
        .map(|((y, e), code)| {
            let conditional = y - e;
            Fitted { fixed: conditional - effects[*code as usize].effect, conditional }
        })
        .collect();
    Ok(FixedEffectsFit {
        factor: grouping.name.clone(),
        coefficients: within.coefficients(residual_sd, df),
        residual_sd,
        test: test(design, grouping, &within, df),
        fitted,
        notes: within.notes,
        effects,
    })
}

/// Means per unit and over all.
struct Means {
    units: Vec<f64>,
    all: f64,
}

impl Means {
    fn of(values: &[f64], grouping: &Grouping, sizes: &[usize]) -> Self {
        let all = moments::mean(values).unwrap_or_default();
        let mut units = vec![0.0; sizes.len()];
        values.iter().zip(&grouping.codes).for_each(|(x, code)| units[*code as usize] += x - all);
        units.iter_mut().zip(sizes).for_each(|(sum, n)| *sum = all + *sum / *n as f64);
        Self { units, all }
    }

    fn centred(&self, values: &[f64], grouping: &Grouping) -> Vec<f64> {
        values.iter().zip(&grouping.codes).map(|(x, code)| x - self.units[*code as usize]).collect()
    }
}

/// The regression within units.
struct Within {
    names: Vec<String>,
    sizes: Vec<usize>,
    means: Vec<Means>,
    response: Means,
    beta: Vec<f64>,
    unscaled: Array2<f64>,
    residuals: Vec<f64>,
    residual_ss: f64,
    notes: Vec<Note>,
}

impl Within {
    fn new(design: &Design, grouping: &Grouping) -> Result<Self, ValueAddedError> {
        let sizes = grouping.sizes();
        let response = Means::of(&design.response, grouping, &sizes);
        let y = response.centred(&design.response, grouping);
        let Changing { mut names, mut means, mut columns, mut notes } = changing(design, grouping, &sizes);
        let fit = loop {
            match solve(&columns, &y) {
                Err(LeastSquaresError::RankDeficient { dependent, .. }) => {
                    for at in dependent.into_iter().rev() {
                        notes.push(Note::CollinearColumn { column: names.remove(at) });
                        means.remove(at);
                        columns.remove(at);
                    }
                }
                other => break other?,
            }
        };
        Ok(match fit {
            Some(fit) => Self {
                names,
                sizes,
                means,
                response,
                beta: fit.coefficients,
                unscaled: fit.unscaled_covariance,
                residuals: fit.residuals,
                residual_ss: fit.residual_ss,
                notes,
            },
            None => Self {
                names,
                sizes,
                means,
                response,
                beta: Vec::new(),
                unscaled: Array2::zeros((0, 0)),
                residual_ss: dot(&y, &y),
                residuals: y,
                notes,
            },
        })
    }

    fn effects(&self, grouping: &Grouping, (sd, df): (f64, f64), level: f64) -> Vec<UnitFixedEffect> {
        let n = grouping.codes.len() as f64;
        let effect = |(unit, name): (usize, &String)| {
            let apart: Array1<f64> = self.means.iter().map(|mean| mean.units[unit] - mean.all).collect();
            let explained: f64 = apart.iter().zip(&self.beta).map(|(d, b)| d * b).sum();
            let effect = self.response.units[unit] - self.response.all - explained;
            let share = 1.0 / self.sizes[unit] as f64 - 1.0 / n + apart.dot(&self.unscaled.dot(&apart));
            let standard_error = sd * share.max(0.0).sqrt();
            UnitFixedEffect {
                unit: name.clone(),
                n: self.sizes[unit],
                effect,
                standard_error,
                interval: interval::student(effect, standard_error, df, level),
            }
        };
        grouping.levels.iter().enumerate().map(effect).collect()
    }

    fn coefficients(&self, sd: f64, df: f64) -> Vec<Coefficient> {
        let t = StudentT::new(df);
        let rows = self.names.iter().zip(&self.beta).zip(self.unscaled.diag());
        rows.map(|((name, &estimate), variance)| {
            let standard_error = sd * variance.sqrt();
            let statistic = estimate / standard_error;
            let p_value = t.as_ref().and_then(|t| t.two_sided(statistic));
            Coefficient { name: name.clone(), estimate, standard_error, statistic, df: Some(df), p_value }
        })
        .collect()
    }
}

/// The columns that change within units, centred on the means of their units.
struct Changing {
    names: Vec<String>,
    means: Vec<Means>,
    columns: Vec<Vec<f64>>,
    notes: Vec<Note>,
}

fn changing(design: &Design, grouping: &Grouping, sizes: &[usize]) -> Changing {
    let mut changing =
        Changing { names: Vec::new(), means: Vec::new(), columns: Vec::new(), notes: Vec::new() };
    let columns = design.names.iter().zip(&design.columns).zip(&design.column_terms);
    for ((name, column), _) in columns.filter(|(_, term)| term.is_some()) {
        let means = Means::of(column, grouping, sizes);
        let centred = means.centred(column, grouping);
        if dot(&centred, &centred) <= COLLINEAR_BELOW.powi(2) * dot(column, column) {
            changing.notes.push(Note::CollinearColumn { column: name.clone() });
            continue;
        }
        changing.names.push(name.clone());
        changing.means.push(means);
        changing.columns.push(centred);
    }
    changing
}

fn solve(columns: &[Vec<f64>], y: &[f64]) -> Result<Option<Fit>, LeastSquaresError> {
    if columns.is_empty() {
        return Ok(None);
    }
    let design = Array2::from_shape_fn((y.len(), columns.len()), |(row, column)| columns[column][row]);
    least_squares(design.view(), y).map(Some)
}

/// F of the units after the columns of the formula.
fn test(design: &Design, grouping: &Grouping, within: &Within, df: f64) -> Option<AnovaRow> {
    let without = Ols::fixed_part(design).ok()?;
    let more = (grouping.levels.len() + within.names.len()).checked_sub(without.names.len())?;
    let sum_of_squares = without.fit.residual_ss - within.residual_ss;
    let f = sum_of_squares / more as f64 / (within.residual_ss / df);
    let p_value = FisherF::new(more as f64, df).and_then(|distribution| distribution.sf(f));
    (more > 0).then(|| AnovaRow { term: grouping.name.clone(), df: more, sum_of_squares, f, p_value })
}

#[cfg(test)]
mod tests;
