//! Draws of missing categories: logistic regression for two levels, multinomial for more.
//!
//! The coefficients maximise the likelihood of the observed cells together with a few weighted pseudo-rows, which keep them
//! finite where an input tells the levels apart perfectly (I. White, R. Daniel and P. Royston, Computational Statistics and
//! Data Analysis 54, 2010): for every predictor and level two rows at its mean ± half a standard deviation, in all as heavy
//! as there are coefficients. They are then drawn from the normal distribution around the maximum with the inverse of the
//! observed information, and every missing cell from the probabilities they give (D. Rubin, 1987, section 5.3).

use super::{FEWEST, regression};
use crate::stats::moments;
use crate::value_added::error::ValueAddedError;
use crate::value_added::ols::cholesky;
use ndarray::Array2;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Newton's steps at most; the likelihood is concave, and 5 to 10 are taken.
const STEPS: usize = 60;
/// The decrease of the deviance left at the end.
const TOLERANCE: f64 = 1e-12;
/// Halvings of a step that does not raise the likelihood.
const HALVINGS: usize = 30;

/// The regression of one column; it starts from the coefficients of the round before.
#[derive(Debug, Default)]
pub(super) struct Logistic {
    start: Vec<f64>,
}

/// Rows with their weights and levels, on standardised predictors.
struct Rows {
    /// Predictors with the constant one in front, row by row.
    x: Vec<f64>,
    width: usize,
    /// Level of each row, as a position among those that occur.
    codes: Vec<usize>,
    weights: Vec<f64>,
    levels: usize,
}

/// The maximum: coefficients of every level but the first, and the factor of the information.
pub(super) struct Maximum {
    pub(super) coefficients: Vec<f64>,
    root: Array2<f64>,
}

/// Mean and standard deviation of a predictor among the observed rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standard {
    pub(super) mean: f64,
    pub(super) sd: f64,
}

impl Logistic {
    /// The codes with a draw for each missing one.
    pub(super) fn draw(
        &mut self,
        (codes, levels): (&[Option<u32>], u32),
        predictors: &[&[f64]],
        generator: &mut ChaCha8Rng,
    ) -> Result<Vec<u32>, ValueAddedError> {
        let present: Vec<u32> = (0..levels).filter(|level| codes.contains(&Some(*level))).collect();
        let [first, _, ..] = present.as_slice() else {
            return Ok(codes.iter().map(|code| code.unwrap_or(*present.first().unwrap_or(&0))).collect());
        };
        let (kept, standards, maximum) = self.maximum((codes, &present), predictors)?;
        let beta = maximum.drawn(generator);
        let width = kept.len() + 1;
        let mut drawn = Vec::with_capacity(codes.len());
        for (row, code) in codes.iter().enumerate() {
            drawn.push(match code {
                Some(code) => *code,
                None => {
                    let own =
                        kept.iter().zip(&standards).map(|(at, of)| (predictors[*at][row] - of.mean) / of.sd);
                    let x: Vec<f64> = std::iter::once(1.0).chain(own).collect();
                    let mut left = generator.random::<f64>();
                    let probabilities = probabilities(&beta, &x, width);
                    let level = probabilities.iter().position(|p| {
                        left -= p;
                        left < 0.0
                    });
                    level.map_or(*first, |level| present[level])
                }
            });
        }
        Ok(drawn)
    }

    /// The predictors that do not follow from others, their standards, and the maximum on these.
    pub(super) fn maximum(
        &mut self,
        (codes, present): (&[Option<u32>], &[u32]),
        predictors: &[&[f64]],
    ) -> Result<(Vec<usize>, Vec<Standard>, Maximum), ValueAddedError> {
        let observed: Vec<usize> = (0..codes.len()).filter(|row| codes[*row].is_some()).collect();
        let place = |code: u32| present.partition_point(|level| *level < code);
        let own: Vec<usize> = observed.iter().filter_map(|row| codes[*row].map(place)).collect();
        let y: Vec<f64> = own.iter().map(|code| *code as f64).collect();
        let (kept, _) = regression(&observed, predictors, &y)?;
        let kept: Vec<usize> = kept.into_iter().filter_map(|column| column.checked_sub(1)).collect();
        let of = |at: &usize| -> Vec<f64> { observed.iter().map(|row| predictors[*at][*row]).collect() };
        let columns: Vec<Vec<f64>> = kept.iter().map(of).collect();
        let standard =
            |column: &Vec<f64>| Some(Standard { mean: moments::mean(column)?, sd: moments::sd(column)? });
        let standards: Vec<Standard> =
            columns.iter().map(standard).collect::<Option<_>>().ok_or_else(|| {
                let (needed, found) = (FEWEST, observed.len());
                ValueAddedError::TooFewValues { statistic: "the imputation of a column", needed, found }
            })?;
        let rows = Rows::new(&columns, &standards, own, present.len());
        let maximum = rows.maximum(std::mem::take(&mut self.start))?;
        self.start.clone_from(&maximum.coefficients);
        Ok((kept, standards, maximum))
    }
}

impl Rows {
    /// The observed rows and the pseudo-rows.
    fn new(columns: &[Vec<f64>], standards: &[Standard], mut codes: Vec<usize>, levels: usize) -> Self {
        let (n, p) = (codes.len(), columns.len());
        let scaled: Vec<Vec<f64>> = (columns.iter().zip(standards))
            .map(|(column, of)| column.iter().map(|x| (x - of.mean) / of.sd).collect())
            .collect();
        let mut x = Vec::with_capacity((n + 2 * p * levels) * (p + 1));
        for row in 0..n {
            x.push(1.0);
            x.extend(scaled.iter().map(|column| column[row]));
        }
        let pseudo = 2 * p * levels;
        for (at, column) in scaled.iter().enumerate() {
            let low = column.iter().copied().fold(f64::INFINITY, f64::min);
            let high = column.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            for level in 0..levels {
                for step in [0.5_f64, -0.5] {
                    x.push(1.0);
                    x.extend((0..p).map(|other| if other == at { step.clamp(low, high) } else { 0.0 }));
                    codes.push(level);
                }
            }
        }
        let mut weights = vec![1.0; n];
        weights.resize(n + pseudo, (p + 1) as f64 / pseudo.max(1) as f64);
        Self { x, width: p + 1, codes, weights, levels }
    }

    fn log_likelihood(&self, beta: &[f64]) -> f64 {
        let rows = self.x.chunks_exact(self.width).zip(&self.codes).zip(&self.weights);
        rows.map(|((x, code), w)| w * probabilities(beta, x, self.width)[*code].ln()).sum()
    }

    /// Gradient and information.
    fn derivatives(&self, beta: &[f64]) -> (Vec<f64>, Array2<f64>) {
        let (width, size) = (self.width, beta.len());
        let (mut gradient, mut information) = (vec![0.0; size], Array2::zeros((size, size)));
        for ((x, code), w) in self.x.chunks_exact(width).zip(&self.codes).zip(&self.weights) {
            let p = probabilities(beta, x, width);
            for k in 1..self.levels {
                let own = f64::from(u8::from(*code == k));
                let line = (k - 1) * width;
                (0..width).for_each(|i| gradient[line + i] += w * (own - p[k]) * x[i]);
                for l in 1..=k {
                    let weight = w * p[k] * (f64::from(u8::from(k == l)) - p[l]);
                    for i in 0..width {
                        let left = weight * x[i];
                        for j in 0..width {
                            information[(line + i, (l - 1) * width + j)] += left * x[j];
                        }
                    }
                }
            }
        }
        for i in 0..size {
            (0..i).for_each(|j| information[(j, i)] = information[(i, j)]);
        }
        (gradient, information)
    }

    fn maximum(&self, start: Vec<f64>) -> Result<Maximum, ValueAddedError> {
        let size = (self.levels - 1) * self.width;
        let mut beta = if start.len() == size { start } else { vec![0.0; size] };
        let mut value = self.log_likelihood(&beta);
        let mut remaining = f64::INFINITY;
        for _ in 0..STEPS {
            let (gradient, information) = self.derivatives(&beta);
            let root = cholesky(&information).ok_or(ValueAddedError::Singular)?;
            let step = backward(&root, forward(&root, gradient.clone()));
            remaining = gradient.iter().zip(&step).map(|(g, s)| g * s).sum();
            if remaining < TOLERANCE {
                return Ok(Maximum { coefficients: beta, root });
            }
            let mut share = 1.0;
            for _ in 0..HALVINGS {
                let next: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b + share * s).collect();
                let found = self.log_likelihood(&next);
                if found >= value {
                    (beta, value) = (next, found);
                    break;
                }
                share *= 0.5;
            }
        }
        Err(ValueAddedError::NotConverged { evaluations: STEPS, remaining: remaining.max(0.0).sqrt() })
    }
}

impl Maximum {
    /// β̂ + L⁻ᵀz for the information LLᵀ.
    fn drawn(&self, generator: &mut ChaCha8Rng) -> Vec<f64> {
        let z: Vec<f64> = self.coefficients.iter().map(|_| StandardNormal.sample(generator)).collect();
        self.coefficients.iter().zip(backward(&self.root, z)).map(|(b, z)| b + z).collect()
    }

    /// The standard deviation of each coefficient.
    #[cfg(test)]
    pub(super) fn deviations(&self) -> Vec<f64> {
        let size = self.coefficients.len();
        let unit = |at: usize| (0..size).map(|i| f64::from(u8::from(i == at))).collect::<Vec<_>>();
        (0..size).map(|at| forward(&self.root, unit(at)).iter().map(|x| x * x).sum::<f64>().sqrt()).collect()
    }
}

/// The probabilities of the levels, the first one's predictor being zero.
fn probabilities(beta: &[f64], x: &[f64], width: usize) -> Vec<f64> {
    let product = |line: &[f64]| line.iter().zip(x).map(|(b, x)| b * x).sum::<f64>();
    let mut values: Vec<f64> = std::iter::once(0.0).chain(beta.chunks_exact(width).map(product)).collect();
    let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    values.iter_mut().for_each(|value| *value = (*value - highest).exp());
    let sum: f64 = values.iter().sum();
    values.iter_mut().for_each(|value| *value /= sum);
    values
}

/// L⁻¹x.
fn forward(root: &Array2<f64>, mut x: Vec<f64>) -> Vec<f64> {
    for i in 0..x.len() {
        let sum: f64 = (0..i).map(|j| root[(i, j)] * x[j]).sum();
        x[i] = (x[i] - sum) / root[(i, i)];
    }
    x
}

/// L⁻ᵀx.
fn backward(root: &Array2<f64>, mut x: Vec<f64>) -> Vec<f64> {
    for i in (0..x.len()).rev() {
        let sum: f64 = (i + 1..x.len()).map(|j| root[(j, i)] * x[j]).sum();
        x[i] = (x[i] - sum) / root[(i, i)];
    }
    x
}
