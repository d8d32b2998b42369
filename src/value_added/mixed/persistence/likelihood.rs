//! −2 log L of the model over years at given R, D and α, and its gradient.
//!
//! With V = ZDZᵀ + R, all students' rows together: M = ΛᵀZᵀR⁻¹ZΛ + I for Λ = √D, and everything else as in the other
//! mixed models. The gradient is R. A. Fisher's identity: the expected gradient of the likelihood of scores and
//! effects together, given the scores.

use super::PersistenceModel;
use crate::value_added::design::dot;
use crate::value_added::mixed::dense::Cholesky;
use crate::value_added::mixed::small;
use faer::Mat;

/// The parameters of the random part.
pub(super) struct Parameters {
    /// The Cholesky factor of R.
    pub(super) root: Vec<f64>,
    /// D.
    pub(super) variances: Vec<f64>,
    /// α, years × years.
    pub(super) shares: Vec<f64>,
}

impl Parameters {
    /// R.
    pub(super) fn residual(&self) -> Vec<f64> {
        let count = self.variances.len();
        let entry = |at: usize| {
            let (i, j) = (at / count, at % count);
            dot(&self.root[i * count..][..count], &self.root[j * count..][..count])
        };
        (0..count * count).map(entry).collect()
    }
}

/// What belongs to the years of a pattern: the part of R and α there.
struct Part {
    inverse: Vec<f64>,
    log_determinant: f64,
    /// α.
    shares: Vec<f64>,
    /// αᵀR⁻¹.
    weights: Vec<f64>,
    /// αᵀR⁻¹α.
    cross: Vec<f64>,
}

/// The solution at given parameters.
pub(super) struct Solution {
    pub(super) value: f64,
    pub(super) beta: Vec<f64>,
    /// (XᵀV⁻¹X)⁻¹.
    pub(super) fixed: Vec<f64>,
    /// The conditional modes of the units.
    pub(super) b: Vec<f64>,
    /// Their covariance given the scores and β; the lower triangle.
    covariance: Mat<f64>,
    /// The variance of prediction error of each unit.
    pub(super) prediction: Vec<f64>,
}

/// ZᵀR⁻¹Z, ZᵀR⁻¹[X y], [X y]ᵀR⁻¹[X y] and ln|R|.
struct Products {
    zz: Mat<f64>,
    zxy: Vec<f64>,
    xyxy: Vec<f64>,
    log_determinant: f64,
}

impl PersistenceModel {
    fn parts(&self, parameters: &Parameters) -> Option<Vec<Part>> {
        let count = self.years.len();
        let r = parameters.residual();
        let part = |years: &Vec<usize>| {
            let k = years.len();
            let pick = |from: &[f64]| -> Vec<f64> {
                (0..k * k).map(|at| from[years[at / k] * count + years[at % k]]).collect()
            };
            let mut l = pick(&r);
            small::cholesky(&mut l, k).then_some(())?;
            let (inverse, shares) = (small::inverse(&l, k), pick(&parameters.shares));
            let weights = small::transposed_product(&shares, k, &inverse, k);
            let cross = small::product(&weights, k, &shares, k);
            Some(Part { inverse, log_determinant: small::log_determinant(&l, k), shares, weights, cross })
        };
        self.patterns.iter().map(part).collect()
    }

    fn products(&self, parts: &[Part]) -> Products {
        let (m, w) = (self.units.len(), self.names.len() + 1);
        let (mut zz, mut zxy, mut xyxy) = (Mat::zeros(m, m), vec![0.0; m * w], vec![0.0; w * w]);
        let mut log_determinant = 0.0;
        let mut weighted = Vec::new();
        for student in &self.students {
            let part = &parts[student.pattern];
            let k = student.rows.len();
            log_determinant += part.log_determinant;
            let xy: Vec<f64> =
                student.rows.iter().flat_map(|row| &self.xy[row * w..][..w]).copied().collect();
            weighted.resize(k * w, 0.0);
            small::product_into(&part.inverse, k, (&xy, w), &mut weighted);
            small::add_transposed_product(&mut xyxy, 1.0, (&xy, w), (&weighted, w));
            small::product_into(&part.weights, k, (&xy, w), &mut weighted);
            for (s, &unit) in student.units.iter().enumerate() {
                let line = &mut zxy[unit * w..][..w];
                line.iter_mut().zip(&weighted[s * w..]).for_each(|(z, x)| *z += x);
                for (other, &with) in student.units.iter().enumerate().filter(|(_, with)| **with <= unit) {
                    zz[(unit, with)] += part.cross[s * k + other];
                }
            }
        }
        Products { zz, zxy, xyxy, log_determinant }
    }

    /// The solution; `None` where a matrix is not positive definite in floating point.
    pub(super) fn solve(&self, parameters: &Parameters) -> Option<Solution> {
        let (m, p) = (self.units.len(), self.names.len());
        let w = p + 1;
        let parts = self.parts(parameters)?;
        let Products { mut zz, zxy, xyxy, log_determinant } = self.products(&parts);
        let lambda: Vec<f64> =
            self.unit_years.iter().map(|year| parameters.variances[*year].sqrt()).collect();
        for i in 0..m {
            (0..=i).for_each(|j| zz[(i, j)] *= lambda[i] * lambda[j]);
            zz[(i, i)] += 1.0;
        }
        let factor = Cholesky::new(zz)?;
        let mut half = zxy;
        half.chunks_exact_mut(w).zip(&lambda).for_each(|(line, l)| line.iter_mut().for_each(|x| *x *= l));
        factor.forward(&mut half, w);
        let mut joint = xyxy;
        small::add_transposed_product(&mut joint, -1.0, (&half, w), (&half, w));
        // The factor of the joint matrix holds that of XᵀV⁻¹X, the solution and the root of yᵀPy.
        small::cholesky(&mut joint, w).then_some(())?;
        let rx: Vec<f64> = (0..p * p).map(|at| joint[at / p * w + at % p]).collect();
        let mut beta = joint[p * w..][..p].to_vec();
        small::backward(&rx, p, &mut beta, 1);
        let square = joint[p * w + p].powi(2);
        let n = (self.xy.len() / w) as f64;
        let value =
            n * (2.0 * std::f64::consts::PI).ln() + log_determinant + factor.log_determinant() + square;
        let (mut u, mut t) = (Vec::with_capacity(m), Vec::with_capacity(m * p));
        for line in half.chunks_exact(w) {
            u.push(line[p] - dot(&line[..p], &beta));
            t.extend_from_slice(&line[..p]);
        }
        factor.backward(&mut u, 1);
        factor.backward(&mut t, p);
        let mut covariance = factor.inverse();
        for j in 0..m {
            (j..m).for_each(|i| covariance[(i, j)] *= lambda[i] * lambda[j]);
        }
        let prediction = (0..m).map(|i| {
            let line = &mut t[i * p..][..p];
            small::forward(&rx, p, line, 1);
            covariance[(i, i)] + lambda[i] * lambda[i] * dot(line, line)
        });
        Some(Solution {
            value: value.is_finite().then_some(value)?,
            prediction: prediction.collect(),
            fixed: small::inverse(&rx, p),
            beta,
            b: u.iter().zip(&lambda).map(|(u, l)| u * l).collect(),
            covariance,
        })
    }

    /// The gradient of −2 log L in the coordinates of [`Self::parameters`].
    pub(super) fn gradient(&self, parameters: &Parameters, solution: &Solution) -> Vec<f64> {
        let count = self.years.len();
        let Some(parts) = self.parts(parameters) else { return vec![f64::NAN; 1] };
        let (by_residual, by_shares) = self.expected(&parts, solution);
        let by_root = small::product(&by_residual, count, &parameters.root, count);
        let mut gradient = Vec::new();
        for t in 0..count {
            let diagonal = parameters.root[t * count + t];
            (0..t).for_each(|s| gradient.push(2.0 * by_root[t * count + s] * diagonal));
            let line = |from: &[f64]| from[t * count..][..=t].to_vec();
            gradient.push(2.0 * dot(&line(&by_root), &line(&parameters.root)));
        }
        let mut squares = vec![(0.0, 0.0); count];
        for (unit, year) in self.unit_years.iter().enumerate() {
            squares[*year].0 += 1.0;
            squares[*year].1 += solution.b[unit].powi(2) + solution.covariance[(unit, unit)];
        }
        let variances = squares.iter().zip(&parameters.variances);
        gradient.extend(variances.map(|((units, square), d)| units - square / d));
        gradient.extend(self.pairs().iter().map(|(t, s)| by_shares[t * count + s]));
        gradient
    }

    /// ∂/∂R and ∂/∂α: with E the expected squares of the residuals of a pattern's n students given the scores and F the
    /// expected products of effects and residuals, R⁻¹(nR − E)R⁻¹ and −2 R⁻¹F, each put in its years.
    fn expected(&self, parts: &[Part], solution: &Solution) -> (Vec<f64>, Vec<f64>) {
        let count = self.years.len();
        let mut sums: Vec<(f64, Vec<f64>, Vec<f64>)> = self
            .patterns
            .iter()
            .map(|years| {
                let k = years.len();
                (0.0, vec![0.0; k * k], vec![0.0; k * k])
            })
            .collect();
        for student in &self.students {
            let (n, squares, products) = &mut sums[student.pattern];
            *n += 1.0;
            self.add_expected(student, &parts[student.pattern], solution, (squares, products));
        }
        let (mut by_residual, mut by_shares) = (vec![0.0; count * count], vec![0.0; count * count]);
        for ((part, years), (n, squares, products)) in parts.iter().zip(&self.patterns).zip(&sums) {
            let k = years.len();
            let left = small::product(&part.inverse, k, squares, k);
            let both = small::product(&left, k, &part.inverse, k);
            let crossed = small::product(&part.inverse, k, products, k);
            for (at, (inverse, both)) in part.inverse.iter().zip(&both).enumerate() {
                let to = years[at / k] * count + years[at % k];
                by_residual[to] += n * inverse - both;
                by_shares[to] -= 2.0 * crossed[at];
            }
        }
        (by_residual, by_shares)
    }

    /// One student's part of E (year × year) and F (year of the residual × year of the effect).
    fn add_expected(
        &self,
        student: &super::Student,
        part: &Part,
        solution: &Solution,
        (squares, products): (&mut [f64], &mut [f64]),
    ) {
        let (k, p) = (student.rows.len(), self.names.len());
        let covariance: Vec<f64> = (0..k * k)
            .map(|at| {
                let (a, b) = (student.units[at / k], student.units[at % k]);
                solution.covariance[(a.max(b), a.min(b))]
            })
            .collect();
        let b: Vec<f64> = student.units.iter().map(|unit| solution.b[*unit]).collect();
        let residual: Vec<f64> = (0..k)
            .map(|t| {
                let line = &self.xy[student.rows[t] * (p + 1)..][..p + 1];
                line[p] - dot(&line[..p], &solution.beta) - dot(&part.shares[t * k..][..k], &b)
            })
            .collect();
        let spread = small::product(&part.shares, k, &covariance, k);
        for t in 0..k {
            for s in 0..k {
                squares[t * k + s] +=
                    residual[t] * residual[s] + dot(&spread[t * k..][..k], &part.shares[s * k..][..k]);
                products[t * k + s] += residual[t] * b[s] - spread[t * k + s];
            }
        }
    }
}
