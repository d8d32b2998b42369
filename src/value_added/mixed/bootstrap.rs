//! The parametric bootstrap: new outcomes from the fitted model, refitted from stored cross-products. With one grouping
//! factor the outcomes' sufficient statistics are drawn, otherwise the outcomes row by row: the law is the same.

use super::fit::{Estimate, MixedFit, MixedModel};
use super::profile::inside;
use super::small;
use super::sufficient::SufficientLaw;
use super::system::Outcome;
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
        let law = SufficientLaw::new(&self.system);
        let mean = if law.is_some() { Vec::new() } else { self.fixed_prediction(fit) };
        let shift = self.in_basis(fit);
        let sigma = fit.residual_variance.sqrt();
        let start = inside(self, &fit.values);
        let one = |replicate: usize| {
            let mut generator = ChaCha8Rng::seed_from_u64(seed);
            generator.set_stream(replicate as u64);
            let (outcome, shift): (Outcome, Vec<f64>) = match &law {
                Some(law) => law.draw(&shift, &lambdas[0], sigma, &mut generator),
                None => self.system.outcome(&self.simulate(&mean, &lambdas, sigma, &mut generator)),
            };
            let estimate =
                self.estimate(&outcome, fit.criterion, (start.clone(), REPLICATE_TOLERANCE)).ok()?;
            Some(self.replicate(&estimate, &shift))
        };
        Ok((0..replicates).into_par_iter().map(one).collect())
    }

    /// Rβ: the fixed effects as coefficients of Q.
    fn in_basis(&self, fit: &MixedFit) -> Vec<f64> {
        let p = self.system.p;
        let r = &self.system.r;
        (0..p).map(|i| (i..p).map(|j| r[i * p + j] * fit.fixed[j].estimate).sum()).collect()
    }

    fn replicate(&self, estimate: &Estimate, shift: &[f64]) -> Replicate {
        let residual_variance = estimate.residual_variance;
        let mut covariances = Vec::new();
        for (factor, lambda) in self.system.factors.iter().zip(&estimate.lambdas) {
            let q = factor.q();
            for &(start, size) in &factor.blocks {
                for (i, j) in (start..start + size).flat_map(|i| (start..start + size).map(move |j| (i, j))) {
                    let product: f64 = (0..q).map(|k| lambda[i * q + k] * lambda[j * q + k]).sum();
                    let scale = factor.effects[i].scale * factor.effects[j].scale;
                    covariances.push(residual_variance * product / scale);
                }
            }
        }
        Replicate { fixed: self.coefficients(&estimate.solution, shift), covariances, residual_variance }
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
