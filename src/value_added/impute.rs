//! Multiple imputation by chained equations.
//!
//! Missing cells start as draws from the observed ones. In each of ten rounds every incomplete column is regressed on
//! all others, the coefficients are drawn from their posterior, and its missing cells become draws from the prediction:
//! of numbers by least squares (σ² = RSS/χ², β = β̂ + σ·L·z with LLᵀ = (XᵀX)⁻¹), of categories by the logistic
//! regressions.
//! Sources: D. Rubin, "Multiple Imputation for Nonresponse in Surveys", 1987, section 5.3; S. van Buuren and K.
//! Groothuis-Oudshoorn, Journal of Statistical Software 45 (2011), methods `norm`, `logreg` and `polyreg`.

mod category;

use super::error::ValueAddedError;
use super::ols::cholesky;
use crate::stats::least_squares::{Fit, LeastSquaresError, least_squares};
use category::Logistic;
use ndarray::Array2;
use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{ChiSquared, Distribution, StandardNormal};

/// Rounds before the values are taken.
const ROUNDS: usize = 10;

/// Observed cells a column must have.
const FEWEST: usize = 3;

/// A column with missing cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Incomplete {
    /// Its name.
    pub name: String,
    /// Its cells.
    pub cells: Cells,
}

/// The cells of a column; `None` is a missing one.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    /// Numbers.
    Numbers(Vec<Option<f64>>),
    /// Codes below so many levels.
    Categories(Vec<Option<u32>>, u32),
}

/// A column without missing cells.
#[derive(Debug, Clone, PartialEq)]
pub enum Completed {
    /// Numbers.
    Numbers(Vec<f64>),
    /// Codes.
    Categories(Vec<u32>),
}

impl Incomplete {
    /// How many cells are missing.
    #[must_use]
    pub fn missing(&self) -> usize {
        match &self.cells {
            Cells::Numbers(cells) => cells.iter().filter(|cell| cell.is_none()).count(),
            Cells::Categories(codes, _) => codes.iter().filter(|code| code.is_none()).count(),
        }
    }

    /// Every missing cell as a draw from the observed ones.
    fn started(&self, generator: &mut ChaCha8Rng) -> Result<Completed, ValueAddedError> {
        Ok(match &self.cells {
            Cells::Numbers(cells) => Completed::Numbers(filled(cells, generator)?),
            Cells::Categories(codes, _) => Completed::Categories(filled(codes, generator)?),
        })
    }

    /// What the regressions of other columns see of it: its numbers, or a mark for every level but the first.
    fn columns(&self, values: &Completed) -> Vec<Vec<f64>> {
        match (&self.cells, values) {
            (_, Completed::Numbers(values)) => vec![values.clone()],
            (Cells::Numbers(_), Completed::Categories(_)) => Vec::new(),
            (Cells::Categories(_, levels), Completed::Categories(codes)) => (1..*levels)
                .map(|level| codes.iter().map(|code| f64::from(u8::from(*code == level))).collect())
                .collect(),
        }
    }
}

fn filled<T: Copy>(cells: &[Option<T>], generator: &mut ChaCha8Rng) -> Result<Vec<T>, ValueAddedError> {
    let observed: Vec<T> = cells.iter().flatten().copied().collect();
    if observed.len() < FEWEST {
        let (needed, found) = (FEWEST, observed.len());
        return Err(ValueAddedError::TooFewValues { statistic: "the imputation of a column", needed, found });
    }
    let mut draw =
        |cell: &Option<T>| cell.unwrap_or_else(|| observed[generator.random_range(0..observed.len())]);
    Ok(cells.iter().map(&mut draw).collect())
}

/// One completed version of the incomplete columns, from complete columns and each other; `which` picks the stream of
/// the generator (ChaCha8).
///
/// # Errors
/// A column with too few observed cells to be regressed on the others.
pub fn imputed(
    incomplete: &[Incomplete],
    complete: &[Vec<f64>],
    (seed, which): (u64, u64),
) -> Result<Vec<Completed>, ValueAddedError> {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(which);
    let started: Result<Vec<Completed>, _> =
        incomplete.iter().map(|column| column.started(&mut generator)).collect();
    let mut values = started?;
    let mut seen: Vec<Vec<Vec<f64>>> =
        incomplete.iter().zip(&values).map(|(column, values)| column.columns(values)).collect();
    let mut logistic: Vec<Logistic> = incomplete.iter().map(|_| Logistic::default()).collect();
    for _ in 0..ROUNDS {
        for (at, column) in incomplete.iter().enumerate() {
            let others = seen.iter().enumerate().filter(|(other, _)| *other != at).flat_map(|(_, seen)| seen);
            let predictors: Vec<&[f64]> = complete.iter().chain(others).map(Vec::as_slice).collect();
            values[at] = match &column.cells {
                Cells::Numbers(cells) => Completed::Numbers(draw(cells, &predictors, &mut generator)?),
                Cells::Categories(codes, levels) => {
                    let drawn = logistic[at].draw((codes, *levels), &predictors, &mut generator)?;
                    Completed::Categories(drawn)
                }
            };
            seen[at] = column.columns(&values[at]);
        }
    }
    Ok(values)
}

/// The column with a draw for each missing cell.
fn draw(
    cells: &[Option<f64>],
    predictors: &[&[f64]],
    generator: &mut ChaCha8Rng,
) -> Result<Vec<f64>, ValueAddedError> {
    let observed: Vec<usize> = (0..cells.len()).filter(|row| cells[*row].is_some()).collect();
    let y: Vec<f64> = cells.iter().flatten().copied().collect();
    let (kept, fit) = regression(&observed, predictors, &y)?;
    let (Some(sd), Some(root)) = (fit.residual_sd, cholesky(&fit.unscaled_covariance)) else {
        let (rows, columns) = (y.len(), kept.len());
        return Err(ValueAddedError::TooFewRows { rows, columns });
    };
    let df = fit.residual_df as f64;
    let chi = ChiSquared::new(df).map_err(|_| ValueAddedError::Singular)?.sample(generator);
    let sigma = sd * (df / chi).sqrt();
    let mut normal = || -> f64 { StandardNormal.sample(generator) };
    let z: Vec<f64> = kept.iter().map(|_| normal()).collect();
    let beta: Vec<f64> = (fit.coefficients.iter().enumerate())
        .map(|(i, b)| b + sigma * (0..=i).map(|j| root[(i, j)] * z[j]).sum::<f64>())
        .collect();
    Ok(cells
        .iter()
        .enumerate()
        .map(|(row, cell)| {
            cell.unwrap_or_else(|| {
                let mean: f64 =
                    kept.iter().zip(&beta).map(|(column, b)| value(predictors, *column, row) * b).sum();
                mean + sigma * normal()
            })
        })
        .collect())
}

/// Column 0 is the constant one.
fn value(predictors: &[&[f64]], column: usize, row: usize) -> f64 {
    column.checked_sub(1).map_or(1.0, |at| predictors[at][row])
}

/// The regression on the columns that do not follow from others, and which these are.
fn regression(
    rows: &[usize],
    predictors: &[&[f64]],
    y: &[f64],
) -> Result<(Vec<usize>, Fit), ValueAddedError> {
    let mut kept: Vec<usize> = (0..=predictors.len()).collect();
    loop {
        let design = Array2::from_shape_fn((rows.len(), kept.len()), |(row, at)| {
            value(predictors, kept[at], rows[row])
        });
        match least_squares(design.view(), y) {
            Err(LeastSquaresError::RankDeficient { dependent, .. }) => {
                for at in dependent.into_iter().rev() {
                    kept.remove(at);
                }
            }
            fit => return Ok((kept, fit?)),
        }
    }
}

#[cfg(test)]
mod tests;
