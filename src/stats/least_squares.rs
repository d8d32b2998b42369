//! Linear least squares by Householder's QR decomposition.
//!
//! Columns are scaled by powers of two (exactly) and pivoted, so that polynomials and columns of unlike units
//! lose no more digits than the problem itself does. Normal equations are not formed.

use super::moments;
use super::sum::compensated_sum;
use ndarray::{Array2, ArrayView2};
use thiserror::Error;

/// A pivot smaller than this share of the largest one means a column that follows from the others.
pub const RANK_TOLERANCE: f64 = 1e-13;

/// Why there is no fit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LeastSquaresError {
    /// The response has another length than the design has rows, or the design has no column.
    #[error("the design has {rows} rows and {columns} columns, the response {values} values")]
    Shape {
        /// Rows of the design.
        rows: usize,
        /// Columns of the design.
        columns: usize,
        /// Values of the response.
        values: usize,
    },
    /// A value of the design or of the response is not finite.
    #[error("a value is not finite")]
    NotFinite,
    /// Fewer rows than columns.
    #[error("{rows} rows cannot determine {columns} coefficients")]
    TooFewRows {
        /// Rows of the design.
        rows: usize,
        /// Columns of the design.
        columns: usize,
    },
    /// Some columns follow from the others.
    #[error("the design has rank {rank}; columns {dependent:?} follow from the others")]
    RankDeficient {
        /// The numerical rank.
        rank: usize,
        /// The columns (from 0) that the pivoting left over, in rising order.
        dependent: Vec<usize>,
    },
}

/// A least-squares fit of n values on k columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The k coefficients, in the order of the columns.
    pub coefficients: Vec<f64>,
    /// Their standard errors s·√((XᵀX)⁻¹ⱼⱼ); `None` without degrees of freedom.
    pub standard_errors: Option<Vec<f64>>,
    /// (XᵀX)⁻¹, k × k: times s² the covariance of the coefficients.
    pub unscaled_covariance: Array2<f64>,
    /// y − Xβ.
    pub residuals: Vec<f64>,
    /// Σ residual².
    pub residual_ss: f64,
    /// n − k.
    pub residual_df: usize,
    /// s = √(residual_ss / residual_df); `None` without degrees of freedom.
    pub residual_sd: Option<f64>,
    /// 1 − residual_ss / total: the total is about the mean when the columns hold a constant one, and about zero
    /// otherwise; `None` when the total is zero.
    pub r_squared: Option<f64>,
}

/// Fits y on the columns of `design`, which holds its own constant column where one is wanted.
///
/// # Errors
/// See [`LeastSquaresError`].
pub fn least_squares(design: ArrayView2<'_, f64>, response: &[f64]) -> Result<Fit, LeastSquaresError> {
    check(design, response)?;
    let (n, k) = design.dim();
    let mut qr = Qr::new(design);
    let rank = qr.decompose();
    if rank < k {
        let mut dependent = qr.order[rank..].to_vec();
        dependent.sort_unstable();
        return Err(LeastSquaresError::RankDeficient { rank, dependent });
    }
    let mut rotated = response.to_vec();
    qr.apply_transpose(&mut rotated);
    let coefficients = qr.solve(&rotated);
    let unscaled_covariance = qr.unscaled_covariance();
    let residual_ss = compensated_sum(rotated[k..].iter().map(|r| r * r));
    rotated[..k].fill(0.0);
    qr.apply(&mut rotated);
    let residual_df = n - k;
    let residual_sd = (residual_df > 0).then(|| (residual_ss / residual_df as f64).sqrt());
    let standard_errors =
        residual_sd.map(|s| unscaled_covariance.diag().iter().map(|v| s * v.sqrt()).collect());
    let total = total_ss(design, response);
    let r_squared = (total > 0.0).then(|| 1.0 - residual_ss / total);
    Ok(Fit {
        coefficients,
        standard_errors,
        unscaled_covariance,
        residuals: rotated,
        residual_ss,
        residual_df,
        residual_sd,
        r_squared,
    })
}

fn check(design: ArrayView2<'_, f64>, response: &[f64]) -> Result<(), LeastSquaresError> {
    let (rows, columns) = design.dim();
    if rows != response.len() || columns == 0 {
        return Err(LeastSquaresError::Shape { rows, columns, values: response.len() });
    }
    if !design.iter().chain(response).all(|x| x.is_finite()) {
        return Err(LeastSquaresError::NotFinite);
    }
    if rows < columns {
        return Err(LeastSquaresError::TooFewRows { rows, columns });
    }
    Ok(())
}

/// Σ(y − ȳ)² with a constant column in the design, Σy² without.
fn total_ss(design: ArrayView2<'_, f64>, response: &[f64]) -> f64 {
    let has_constant = design
        .columns()
        .into_iter()
        .any(|column| column[0].abs() > 0.0 && column.iter().all(|x| x.to_bits() == column[0].to_bits()));
    if has_constant {
        moments::Moments::of(response).map_or(0.0, |m| m.sum_of_squares)
    } else {
        compensated_sum(response.iter().map(|y| y * y))
    }
}

/// A pivoted Householder decomposition A D P = Q R of the scaled design.
struct Qr {
    /// Columns in pivoted order: above and on the diagonal R, from the diagonal down the reflectors' tails.
    columns: Vec<Vec<f64>>,
    /// Diagonal of R.
    diagonal: Vec<f64>,
    /// Reflector j is I − 2 v vᵀ / (vᵀ v); this is 2 / (vᵀ v).
    factors: Vec<f64>,
    /// The original index of each pivoted column.
    order: Vec<usize>,
    /// The power of two by which each original column was multiplied.
    scales: Vec<f64>,
}

impl Qr {
    fn new(design: ArrayView2<'_, f64>) -> Self {
        let mut columns = Vec::new();
        let mut scales = Vec::new();
        for column in design.columns() {
            let largest = column.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
            let norm = largest * compensated_sum(column.iter().map(|x| (x / largest).powi(2))).sqrt();
            let scale = if norm > 0.0 && norm.is_finite() { (-norm.log2().round()).exp2() } else { 1.0 };
            columns.push(column.iter().map(|x| x * scale).collect());
            scales.push(scale);
        }
        let k = columns.len();
        Self { columns, diagonal: vec![0.0; k], factors: vec![0.0; k], order: (0..k).collect(), scales }
    }

    /// Runs to the end or to the first negligible pivot, and returns the rank.
    fn decompose(&mut self) -> usize {
        let k = self.columns.len();
        for step in 0..k {
            let norms: Vec<f64> = (step..k).map(|j| norm(&self.columns[j][step..])).collect();
            let best =
                norms.iter().enumerate().fold(0, |best, (i, n)| if *n > norms[best] { i } else { best });
            let largest = if step == 0 { norms[best] } else { self.diagonal[0].abs() };
            if norms[best] <= RANK_TOLERANCE * largest {
                return step;
            }
            self.columns.swap(step, step + best);
            self.order.swap(step, step + best);
            self.reflect(step, norms[best]);
        }
        k
    }

    /// Turns column `step` below its diagonal to zero and carries the reflection over the later columns.
    fn reflect(&mut self, step: usize, norm: f64) {
        let (done, later) = self.columns.split_at_mut(step + 1);
        let v = &mut done[step];
        let head = v[step];
        let target = if head > 0.0 { -norm } else { norm };
        v[step] = head - target;
        let factor = 1.0 / (norm * (norm + head.abs()));
        for column in later {
            reflect_with(&v[step..], factor, &mut column[step..]);
        }
        self.diagonal[step] = target;
        self.factors[step] = factor;
    }

    fn apply_transpose(&self, y: &mut [f64]) {
        for (step, v) in self.columns.iter().enumerate() {
            reflect_with(&v[step..], self.factors[step], &mut y[step..]);
        }
    }

    fn apply(&self, y: &mut [f64]) {
        for (step, v) in self.columns.iter().enumerate().rev() {
            reflect_with(&v[step..], self.factors[step], &mut y[step..]);
        }
    }

    fn r(&self, row: usize, column: usize) -> f64 {
        if row == column { self.diagonal[row] } else { self.columns[column][row] }
    }

    /// Back substitution in R, unscaled and put into the order of the design.
    fn solve(&self, rotated: &[f64]) -> Vec<f64> {
        let k = self.columns.len();
        let mut pivoted = vec![0.0; k];
        for i in (0..k).rev() {
            let known = compensated_sum((i + 1..k).map(|j| -self.r(i, j) * pivoted[j]));
            pivoted[i] = (rotated[i] + known) / self.r(i, i);
        }
        let mut coefficients = vec![0.0; k];
        for (i, &column) in self.order.iter().enumerate() {
            coefficients[column] = pivoted[i] * self.scales[column];
        }
        coefficients
    }

    /// R⁻¹ R⁻ᵀ, unscaled and put into the order of the design.
    fn unscaled_covariance(&self) -> Array2<f64> {
        let k = self.columns.len();
        let mut inverse = Array2::<f64>::zeros((k, k));
        for j in 0..k {
            inverse[(j, j)] = 1.0 / self.r(j, j);
            for i in (0..j).rev() {
                let known = compensated_sum((i + 1..=j).map(|m| self.r(i, m) * inverse[(m, j)]));
                inverse[(i, j)] = -known / self.r(i, i);
            }
        }
        let mut covariance = Array2::zeros((k, k));
        for i in 0..k {
            for j in 0..k {
                let product = compensated_sum((i.max(j)..k).map(|m| inverse[(i, m)] * inverse[(j, m)]));
                let (row, column) = (self.order[i], self.order[j]);
                covariance[(row, column)] = product * self.scales[row] * self.scales[column];
            }
        }
        covariance
    }
}

fn norm(xs: &[f64]) -> f64 {
    compensated_sum(xs.iter().map(|x| x * x)).sqrt()
}

fn reflect_with(v: &[f64], factor: f64, y: &mut [f64]) {
    let along = factor * compensated_sum(v.iter().zip(&*y).map(|(a, b)| a * b));
    for (value, direction) in y.iter_mut().zip(v) {
        *value -= along * direction;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_column_that_follows_from_others_is_named() {
        let x = array![[1.0, 1.0, 2.0], [1.0, 2.0, 3.0], [1.0, 3.0, 4.0], [1.0, 5.0, 6.0]];
        let error = least_squares(x.view(), &[1.0, 2.0, 3.0, 4.0]).unwrap_err();
        assert!(
            matches!(error, LeastSquaresError::RankDeficient { rank: 2, ref dependent } if dependent.len() == 1)
        );
    }

    #[test]
    fn a_change_of_unit_changes_the_coefficient_by_its_factor() {
        let y = [1.0, 2.5, 2.0, 4.5];
        let x = array![[1.0, 1.0], [1.0, 2.0], [1.0, 3.0], [1.0, 5.0]];
        let mut scaled = x.clone();
        scaled.column_mut(1).mapv_inplace(|v| v * 1024.0);
        let (a, b) = (least_squares(x.view(), &y).unwrap(), least_squares(scaled.view(), &y).unwrap());
        assert_eq!(a.coefficients[1], b.coefficients[1] * 1024.0);
        assert_eq!(a.residual_ss, b.residual_ss);
    }

    #[test]
    fn residuals_are_the_response_minus_the_fit_and_orthogonal_to_the_columns() {
        let x = array![[1.0, 1.0], [1.0, 2.0], [1.0, 3.0], [1.0, 5.0]];
        let y = [1.0, 2.5, 2.0, 4.5];
        let fit = least_squares(x.view(), &y).unwrap();
        for (i, value) in y.iter().enumerate() {
            let fitted = fit.coefficients[0] + fit.coefficients[1] * x[(i, 1)];
            assert!((value - fitted - fit.residuals[i]).abs() < 1e-14);
        }
        assert!(fit.residuals.iter().sum::<f64>().abs() < 1e-14);
    }

    #[test]
    fn as_many_columns_as_rows_leave_no_standard_error() {
        let fit = least_squares(array![[1.0, 0.0], [1.0, 1.0]].view(), &[1.0, 3.0]).unwrap();
        assert_eq!(fit.standard_errors, None);
        assert!((fit.coefficients[1] - 2.0).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_fitted_is_an_error() {
        let x = array![[1.0, 2.0]];
        assert!(matches!(least_squares(x.view(), &[1.0]), Err(LeastSquaresError::TooFewRows { .. })));
        assert!(matches!(least_squares(x.view(), &[]), Err(LeastSquaresError::Shape { .. })));
        assert_eq!(least_squares(array![[f64::NAN]].view(), &[1.0]), Err(LeastSquaresError::NotFinite));
        assert!(matches!(
            least_squares(array![[0.0], [0.0]].view(), &[1.0, 2.0]),
            Err(LeastSquaresError::RankDeficient { rank: 0, .. })
        ));
    }
}
