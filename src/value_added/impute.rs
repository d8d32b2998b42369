//! Multiple imputation by chained equations.
//!
//! Missing numbers start as draws from the observed ones. In each of ten rounds every incomplete column is regressed on
//! all others, coefficients and error variance are drawn from their posterior (σ² = RSS/χ², β = β̂ + σ·L·z with LLᵀ =
//! (XᵀX)⁻¹), and its missing cells become predictions with an error of their own.
//! Sources: D. Rubin, "Multiple Imputation for Nonresponse in Surveys", 1987, section 5.3; S. van Buuren and K.
//! Groothuis-Oudshoorn, Journal of Statistical Software 45 (2011), method `norm`.

use super::error::ValueAddedError;
use super::ols::cholesky;
use crate::stats::least_squares::{Fit, LeastSquaresError, least_squares};
use ndarray::Array2;
use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{ChiSquared, Distribution, StandardNormal};

/// Rounds before the values are taken.
const ROUNDS: usize = 10;

/// A column with missing cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Incomplete {
    /// Its name.
    pub name: String,
    /// Its cells.
    pub cells: Vec<Option<f64>>,
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
) -> Result<Vec<Vec<f64>>, ValueAddedError> {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(which);
    let mut values: Vec<Vec<f64>> = Vec::new();
    for column in incomplete {
        let observed: Vec<f64> = column.cells.iter().flatten().copied().collect();
        if observed.len() < 3 {
            let found = observed.len();
            return Err(ValueAddedError::TooFewValues {
                statistic: "the imputation of a column",
                needed: 3,
                found,
            });
        }
        let mut start =
            |cell: &Option<f64>| cell.unwrap_or_else(|| observed[generator.random_range(0..observed.len())]);
        values.push(column.cells.iter().map(&mut start).collect());
    }
    for _ in 0..ROUNDS {
        for (at, column) in incomplete.iter().enumerate() {
            let others =
                values.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, values)| values);
            let predictors: Vec<&[f64]> = complete.iter().chain(others).map(Vec::as_slice).collect();
            let drawn = draw(&column.cells, &predictors, &mut generator)?;
            values[at] = drawn;
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
