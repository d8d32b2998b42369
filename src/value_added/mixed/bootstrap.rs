//! The parametric bootstrap: new outcomes from the fitted model, refitted from stored cross-products.

use super::fit::{MixedFit, MixedModel};
use super::small;
use crate::value_added::error::ValueAddedError;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

/// A replicate need not be closer to its own maximum than this share of a standard error.
const REPLICATE_TOLERANCE: f64 = 1e-4;

/// The estimates of one replicate.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicate {
    /// Fixed effects.
    pub fixed: Vec<f64>,
    /// Covariance matrices of the random terms, row by row, in the order of the components.
    pub covariances: Vec<f64>,
    /// Residual variance.
    pub residual_variance: f64,
}

impl MixedModel {
    /// Refits the model to `replicates` outcomes simulated from a fit; replicate r uses stream r of ChaCha8 under the
    /// seed, so the result does not depend on the number of threads. `None` stands for a replicate without a fit.
    ///
    /// # Errors
    /// [`ValueAddedError::Singular`] when the fit does not belong to the model.
    pub fn bootstrap(
        &self,
        fit: &MixedFit,
        replicates: usize,
        seed: u64,
    ) -> Result<Vec<Option<Replicate>>, ValueAddedError> {
        let lambdas = self.system.lambdas(&fit.values);
        if lambdas.len() != self.system.factors.len() || fit.n != self.system.n {
            return Err(ValueAddedError::Singular);
        }
        let mean = self.fixed_prediction(fit);
        // From inside: a variance of zero would start on the boundary.
        let start: Vec<f64> = self
            .system
            .parameters
            .iter()
            .zip(&fit.values)
            .map(|(parameter, value)| if parameter.variance { value.max(1e-3) } else { *value })
            .collect();
        let one = |replicate: usize| {
            let mut generator = ChaCha8Rng::seed_from_u64(seed);
            generator.set_stream(replicate as u64);
            let response = self.simulate(&mean, &lambdas, fit.residual_variance.sqrt(), &mut generator);
            let (outcome, shift) = self.system.outcome(&response);
            let start = (start.clone(), REPLICATE_TOLERANCE);
            let refit = self.fit_outcome(&outcome, &shift, fit.criterion, start).ok()?;
            Some(Replicate {
                fixed: refit.fixed.iter().map(|effect| effect.estimate).collect(),
                covariances: refit.components.iter().flat_map(|c| c.covariance.iter().copied()).collect(),
                residual_variance: refit.residual_variance,
            })
        };
        Ok((0..replicates).into_par_iter().map(one).collect())
    }

    /// Xβ per row.
    #[must_use]
    pub fn fixed_prediction(&self, fit: &MixedFit) -> Vec<f64> {
        let mut mean = vec![0.0; self.system.n];
        for (column, effect) in self.design.columns.iter().zip(&fit.fixed) {
            mean.iter_mut().zip(column).for_each(|(m, x)| *m += effect.estimate * x);
        }
        mean
    }

    fn simulate(
        &self,
        mean: &[f64],
        lambdas: &[Vec<f64>],
        sigma: f64,
        generator: &mut ChaCha8Rng,
    ) -> Vec<f64> {
        let mut response = mean.to_vec();
        for (factor, lambda) in self.system.factors.iter().zip(lambdas) {
            let q = factor.q();
            let mut b = vec![0.0; factor.n_effects()];
            let mut u = vec![0.0; q];
            for block in b.chunks_exact_mut(q) {
                u.iter_mut().for_each(|u| *u = sigma * draw(generator));
                small::product_into(lambda, q, (&u, 1), block);
            }
            for (e, effect) in factor.effects.iter().enumerate() {
                for (row, y) in response.iter_mut().enumerate() {
                    let z = effect.values.as_ref().map_or(1.0, |values| values[row]);
                    factor.for_each_member(row, |code, share| *y += share * z * b[code * q + e]);
                }
            }
        }
        match &self.system.roots {
            None => response.iter_mut().for_each(|y| *y += sigma * draw(generator)),
            Some(roots) => {
                response.iter_mut().zip(roots).for_each(|(y, root)| *y += sigma * draw(generator) / root);
            }
        }
        response
    }
}

fn draw(generator: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(generator)
}
