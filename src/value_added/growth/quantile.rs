//! Linear quantile regression, solved exactly.
//!
//! Minimises Σ ρ_τ(yᵢ − xᵢβ), `ρ_τ(r) = r (τ − 1{r < 0})` (R. Koenker and G. Bassett, Econometrica 46, 1978) by the simplex
//! method in the residuals with exact line search (I. Barrodale and F. Roberts, SIAM J. Numerical Analysis 10, 1973):
//! a basis of p rows is fitted exactly; a row leaves it when its dual value is outside [τ − 1, τ], the step passes all
//! rows whose sign change still lowers the sum, and the next one enters. The optimal basis of one τ starts the next.
//!
//! Scores are whole numbers, so many rows tie. The outcome is shifted by less than any difference that counts, one fixed
//! amount per row; the optimal basis of the shifted problem is optimal for the given one, whose solution it then yields.

use crate::value_added::error::ValueAddedError;
use ndarray::ArrayView2;

/// Size of the shifts that break ties, relative to the largest outcome.
const SHIFT: f64 = 1e-9;

/// A dual value may miss its interval by this much.
const DUAL_TOLERANCE: f64 = 1e-9;

/// Pivots after which the basis is inverted and the residuals are computed anew.
const REFRESH_AFTER: usize = 60;

/// A row of the basis must reach this share of its column's largest entry.
const PIVOT_TOLERANCE: f64 = 1e-10;

/// A fit at one τ.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantileFit {
    /// τ.
    pub tau: f64,
    /// Coefficients.
    pub coefficients: Vec<f64>,
    /// Σ ρ_τ(residual).
    pub objective: f64,
    /// Pivots it took from the fit before.
    pub pivots: usize,
}

/// Fits one design to one outcome at several τ, which should rise or fall: each fit starts from the one before.
///
/// # Errors
/// Unequal lengths, columns that follow from others, a τ outside (0, 1), no end after many pivots.
pub fn quantile_regression(
    design: ArrayView2<'_, f64>,
    response: &[f64],
    taus: &[f64],
) -> Result<Vec<QuantileFit>, ValueAddedError> {
    let (n, p) = design.dim();
    if response.len() != n {
        let rows = response.len();
        return Err(ValueAddedError::UnequalColumns { column: "response".to_owned(), rows, expected: n });
    }
    if n < p || p == 0 {
        return Err(ValueAddedError::TooFewRows { rows: n, columns: p });
    }
    let mut solver = Solver::new(design, response)?;
    taus.iter().map(|&tau| solver.fit(tau)).collect()
}

struct Solver<'a> {
    /// Row by row.
    rows: Vec<f64>,
    columns: Vec<Vec<f64>>,
    response: &'a [f64],
    shifted: Vec<f64>,
    basis: Vec<usize>,
    /// Inverse of the basis rows, p × p, column by column.
    inverse: Vec<Vec<f64>>,
    residuals: Vec<f64>,
    in_basis: Vec<bool>,
    p: usize,
    /// Σ ψ(rᵢ) xᵢ outside the basis for τ = ½: the part of the signs, and Σ xᵢ.
    signs: Vec<f64>,
    total: Vec<f64>,
    moves: Vec<f64>,
    candidates: Vec<(f64, f64, u32)>,
}

impl<'a> Solver<'a> {
    fn new(design: ArrayView2<'_, f64>, response: &'a [f64]) -> Result<Self, ValueAddedError> {
        let (n, p) = design.dim();
        let rows: Vec<f64> = design.iter().copied().collect();
        let columns: Vec<Vec<f64>> = design.columns().into_iter().map(|c| c.to_vec()).collect();
        let largest = response.iter().fold(0.0_f64, |m, y| m.max(y.abs()));
        let shifted = (0_u64..).zip(response).map(|(i, y)| y + SHIFT * largest * jitter(i)).collect();
        let basis = independent_rows(&rows, p).ok_or(ValueAddedError::Singular)?;
        let mut solver = Self {
            rows,
            columns,
            response,
            shifted,
            basis,
            inverse: vec![vec![0.0; p]; p],
            residuals: vec![0.0; n],
            in_basis: vec![false; n],
            p,
            signs: vec![0.0; p],
            total: vec![0.0; p],
            moves: vec![0.0; n],
            candidates: Vec::with_capacity(n),
        };
        for &row in &solver.basis {
            solver.in_basis[row] = true;
        }
        solver.refresh()?;
        Ok(solver)
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.rows[row * self.p..][..self.p]
    }

    fn fit(&mut self, tau: f64) -> Result<QuantileFit, ValueAddedError> {
        if !(tau > 0.0 && tau < 1.0) {
            return Err(ValueAddedError::OutOfRange { what: "τ", value: tau, expected: "between 0 and 1" });
        }
        let limit = 100 * (self.response.len() + self.p);
        let (mut pivots, mut since) = (0, 0);
        loop {
            let Some((leaving, upwards, slope)) = self.violated(tau) else {
                if since == 0 {
                    break;
                }
                self.refresh()?;
                since = 0;
                continue;
            };
            if pivots > limit {
                return Err(ValueAddedError::NotConverged { evaluations: pivots, remaining: slope });
            }
            self.pivot(leaving, upwards, slope)?;
            pivots += 1;
            since += 1;
            if since >= REFRESH_AFTER {
                self.refresh()?;
                since = 0;
            }
        }
        let coefficients = self.coefficients(self.response);
        let mut objective = crate::stats::sum::NeumaierSum::default();
        for (row, y) in self.rows.chunks_exact(self.p).zip(self.response) {
            let r = y - row.iter().zip(&coefficients).map(|(x, b)| x * b).sum::<f64>();
            objective.add(r * (tau - f64::from(u8::from(r < 0.0))));
        }
        Ok(QuantileFit { tau, coefficients, objective: objective.value(), pivots })
    }

    /// The row of the basis whose dual value is farthest outside [τ − 1, τ], whether its residual grows, and by how
    /// much the sum falls per unit.
    fn violated(&self, tau: f64) -> Option<(usize, bool, f64)> {
        let mut worst: Option<(usize, bool, f64)> = None;
        for (j, column) in self.inverse.iter().enumerate() {
            // ψ = τ − ½ + ½ sign.
            let dual: f64 = -column
                .iter()
                .zip(self.signs.iter().zip(&self.total))
                .map(|(inverse, (sign, total))| inverse * (0.5 * sign + (tau - 0.5) * total))
                .sum::<f64>();
            let (over, under) = (dual - tau, tau - 1.0 - dual);
            let (upwards, slope) = if over > under { (true, over) } else { (false, under) };
            if slope > DUAL_TOLERANCE && worst.is_none_or(|(_, _, w)| slope > w) {
                worst = Some((j, upwards, slope));
            }
        }
        worst
    }

    fn pivot(&mut self, leaving: usize, upwards: bool, slope: f64) -> Result<(), ValueAddedError> {
        let factor = if upwards { -1.0 } else { 1.0 };
        self.moves.fill(0.0);
        for (column, direction) in self.columns.iter().zip(&self.inverse[leaving]) {
            let direction = factor * direction;
            self.moves.iter_mut().zip(column).for_each(|(m, x)| *m += direction * x);
        }
        self.candidates.clear();
        for (i, (r, z)) in (0_u32..).zip(self.residuals.iter().zip(&self.moves)) {
            // Rows of the basis have residual zero and do not move, but for the leaving one.
            if r * z > 0.0 && !self.in_basis[i as usize] {
                self.candidates.push((r / z, z.abs(), i));
            }
        }
        let (step, entering, passed) =
            weighted_select(&mut self.candidates, slope).ok_or(ValueAddedError::Singular)?;
        for &(_, _, i) in &self.candidates[..passed] {
            // The sign of a passed row turns.
            let sign = self.residuals[i as usize].signum();
            let (rows, p) = (&self.rows, self.p);
            let row = &rows[i as usize * p..][..p];
            self.signs.iter_mut().zip(row).for_each(|(s, x)| *s -= 2.0 * sign * x);
        }
        let sign_in = self.residuals[entering].signum();
        self.residuals.iter_mut().zip(&self.moves).for_each(|(r, z)| *r -= step * z);
        let out = self.basis[leaving];
        self.residuals[entering] = 0.0;
        self.residuals[out] = if upwards { step } else { -step };
        let sign_out = if upwards { 1.0 } else { -1.0 };
        let (rows, p) = (&self.rows, self.p);
        let (row_in, row_out) = (&rows[entering * p..][..p], &rows[out * p..][..p]);
        for k in 0..p {
            self.signs[k] += sign_out * row_out[k] - sign_in * row_in[k];
            self.total[k] += row_out[k] - row_in[k];
        }
        self.in_basis[out] = false;
        self.in_basis[entering] = true;
        self.basis[leaving] = entering;
        self.exchange(leaving, entering);
        Ok(())
    }

    /// The inverse after row `leaving` of the basis became the given row.
    fn exchange(&mut self, leaving: usize, entering: usize) {
        let row = self.row(entering).to_vec();
        let along: Vec<f64> =
            self.inverse.iter().map(|column| column.iter().zip(&row).map(|(a, b)| a * b).sum()).collect();
        let pivot = 1.0 / along[leaving];
        self.inverse[leaving].iter_mut().for_each(|x| *x *= pivot);
        let own = self.inverse[leaving].clone();
        for (k, column) in self.inverse.iter_mut().enumerate().filter(|(k, _)| *k != leaving) {
            column.iter_mut().zip(&own).for_each(|(x, o)| *x -= along[k] * o);
        }
    }

    fn coefficients(&self, response: &[f64]) -> Vec<f64> {
        let mut coefficients = vec![0.0; self.p];
        for (column, &row) in self.inverse.iter().zip(&self.basis) {
            coefficients.iter_mut().zip(column).for_each(|(b, x)| *b += x * response[row]);
        }
        // One step of refinement: the basis rows are met to the last digits.
        let misses: Vec<f64> = self
            .basis
            .iter()
            .map(|&row| {
                response[row] - self.row(row).iter().zip(&coefficients).map(|(x, b)| x * b).sum::<f64>()
            })
            .collect();
        for (column, miss) in self.inverse.iter().zip(misses) {
            coefficients.iter_mut().zip(column).for_each(|(b, x)| *b += x * miss);
        }
        coefficients
    }

    /// Inverts the basis, computes residuals and sums anew.
    fn refresh(&mut self) -> Result<(), ValueAddedError> {
        let p = self.p;
        let basis: Vec<f64> = self.basis.iter().flat_map(|&row| self.row(row).to_vec()).collect();
        let inverse = invert(&basis, p).ok_or(ValueAddedError::Singular)?;
        for (j, column) in self.inverse.iter_mut().enumerate() {
            column.iter_mut().enumerate().for_each(|(i, x)| *x = inverse[i * p + j]);
        }
        let coefficients = self.coefficients(&self.shifted);
        self.signs.fill(0.0);
        self.total.fill(0.0);
        for (i, row) in self.rows.chunks_exact(p).enumerate() {
            if self.in_basis[i] {
                self.residuals[i] = 0.0;
                continue;
            }
            let r = self.shifted[i] - row.iter().zip(&coefficients).map(|(x, b)| x * b).sum::<f64>();
            self.residuals[i] = r;
            let sign = if r < 0.0 { -1.0 } else { 1.0 };
            for (k, x) in row.iter().enumerate() {
                self.signs[k] += sign * x;
                self.total[k] += x;
            }
        }
        Ok(())
    }
}

/// A fixed number in (−1, 1) per row (SplitMix64).
fn jitter(i: u64) -> f64 {
    let mut z = i.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// The crossing at which the passed weights reach `limit`: its place, its row, and how many lie before it at the front
/// of the list.
fn weighted_select(candidates: &mut [(f64, f64, u32)], limit: f64) -> Option<(f64, usize, usize)> {
    let (mut low, mut high, mut passed) = (0, candidates.len(), 0.0);
    if high == 0 {
        return None;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        candidates[low..high]
            .select_nth_unstable_by(middle - low, |a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
        let weight: f64 = candidates[low..middle].iter().map(|c| c.1).sum();
        if passed + weight >= limit {
            high = middle;
        } else {
            passed += weight;
            low = middle;
        }
    }
    let (step, _, row) = candidates[low];
    Some((step, row as usize, low))
}

/// p linearly independent rows by elimination with complete pivoting within each column.
fn independent_rows(rows: &[f64], p: usize) -> Option<Vec<usize>> {
    let mut work = rows.to_vec();
    let mut chosen: Vec<usize> = Vec::with_capacity(p);
    let mut free_columns: Vec<usize> = (0..p).collect();
    while let Some(&column) = free_columns.last() {
        let scale = rows.iter().skip(column).step_by(p).fold(0.0_f64, |m, x| m.max(x.abs()));
        let (best, size) = work
            .chunks_exact(p)
            .enumerate()
            .map(|(i, row)| (i, row[column].abs()))
            .fold((0, 0.0), |best, own| if own.1 > best.1 { own } else { best });
        if size <= PIVOT_TOLERANCE * scale {
            return None;
        }
        let pivot = work[best * p..][..p].to_vec();
        for row in work.chunks_exact_mut(p) {
            let factor = row[column] / pivot[column];
            row.iter_mut().zip(&pivot).for_each(|(x, y)| *x -= factor * y);
            row[column] = 0.0;
        }
        chosen.push(best);
        free_columns.pop();
    }
    Some(chosen)
}

/// The inverse of a p × p matrix by elimination with partial pivoting.
fn invert(matrix: &[f64], p: usize) -> Option<Vec<f64>> {
    let mut a = matrix.to_vec();
    let mut inverse = vec![0.0; p * p];
    (0..p).for_each(|i| inverse[i * p + i] = 1.0);
    for column in 0..p {
        let pivot =
            (column..p).max_by(|&i, &j| a[i * p + column].abs().total_cmp(&a[j * p + column].abs()))?;
        let size = a[pivot * p + column];
        if size.is_nan() || size.abs() < f64::MIN_POSITIVE {
            return None;
        }
        for k in 0..p {
            a.swap(column * p + k, pivot * p + k);
            inverse.swap(column * p + k, pivot * p + k);
        }
        for k in 0..p {
            a[column * p + k] /= size;
            inverse[column * p + k] /= size;
        }
        for row in (0..p).filter(|&row| row != column) {
            let factor = a[row * p + column];
            for k in 0..p {
                a[row * p + k] -= factor * a[column * p + k];
                inverse[row * p + k] -= factor * inverse[column * p + k];
            }
        }
    }
    Some(inverse)
}
