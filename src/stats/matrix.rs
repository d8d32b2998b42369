//! Decompositions of small dense matrices.

use super::sum::compensated_sum;
use ndarray::{Array1, Array2, ArrayView2};

/// Jacobi's sweeps converge quadratically; matrices met in practice need fewer than ten.
const MAX_SWEEPS: usize = 60;

/// Eigenvalues in falling order with their unit eigenvectors as columns.
#[derive(Debug, Clone, PartialEq)]
pub struct SymmetricEigen {
    /// The eigenvalues, largest first.
    pub values: Vec<f64>,
    /// Column j belongs to value j; its largest component in size is positive.
    pub vectors: Array2<f64>,
}

/// The eigen-decomposition of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, 8.5).
///
/// Only the lower triangle is read. `None` when the matrix is not square, is empty, or a value is not finite or overflows
/// when squared.
#[must_use]
pub fn symmetric_eigen(matrix: ArrayView2<'_, f64>) -> Option<SymmetricEigen> {
    let n = matrix.nrows();
    if n == 0 || matrix.ncols() != n || !matrix.iter().all(|x| x.is_finite()) {
        return None;
    }
    let mut a = Array2::from_shape_fn((n, n), |(i, j)| matrix[(i.max(j), i.min(j))]);
    let mut vectors = Array2::eye(n);
    for _ in 0..MAX_SWEEPS {
        let mut rotated = false;
        for p in 0..n {
            for q in p + 1..n {
                rotated |= annihilate(&mut a, &mut vectors, p, q);
            }
        }
        if !rotated {
            break;
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| a[(j, j)].total_cmp(&a[(i, i)]));
    let values: Vec<f64> = order.iter().map(|&i| a[(i, i)]).collect();
    let mut sorted = Array2::zeros((n, n));
    for (to, &from) in order.iter().enumerate() {
        let column = vectors.column(from);
        let sign = sign_of_largest(column.iter().copied());
        sorted.column_mut(to).assign(&(&column * sign));
    }
    let finite = values.iter().chain(&sorted).all(|x| x.is_finite());
    finite.then_some(SymmetricEigen { values, vectors: sorted })
}

/// Turns entry (p, q) to zero; false when it was negligible beside its diagonal.
fn annihilate(a: &mut Array2<f64>, vectors: &mut Array2<f64>, p: usize, q: usize) -> bool {
    let off = a[(p, q)];
    let scale = a[(p, p)].abs().sqrt() * a[(q, q)].abs().sqrt();
    if off.abs() <= f64::MIN_POSITIVE || off.abs() <= 0.25 * f64::EPSILON * scale {
        return false;
    }
    let theta = (a[(q, q)] - a[(p, p)]) / (2.0 * off);
    let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    let n = a.nrows();
    a[(p, p)] -= t * off;
    a[(q, q)] += t * off;
    a[(p, q)] = 0.0;
    a[(q, p)] = 0.0;
    for i in (0..n).filter(|&i| i != p && i != q) {
        let (x, y) = (a[(i, p)], a[(i, q)]);
        a[(i, p)] = c * x - s * y;
        a[(p, i)] = a[(i, p)];
        a[(i, q)] = s * x + c * y;
        a[(q, i)] = a[(i, q)];
    }
    for i in 0..n {
        let (x, y) = (vectors[(i, p)], vectors[(i, q)]);
        vectors[(i, p)] = c * x - s * y;
        vectors[(i, q)] = s * x + c * y;
    }
    off.abs() > f64::EPSILON * f64::EPSILON * (a[(p, p)].abs() + a[(q, q)].abs())
}

fn sign_of_largest(components: impl Iterator<Item = f64>) -> f64 {
    let largest = components.fold(0.0_f64, |m, x| if x.abs() > m.abs() { x } else { m });
    if largest < 0.0 { -1.0 } else { 1.0 }
}

/// The singular values, largest first, by one-sided Jacobi rotations (Hestenes 1958), which keeps the relative
/// accuracy of small ones.
///
/// There are min(rows, columns) of them. `None` when the matrix is empty or a
/// value is not finite or overflows when squared.
#[must_use]
pub fn singular_values(matrix: ArrayView2<'_, f64>) -> Option<Vec<f64>> {
    if matrix.is_empty() || !matrix.iter().all(|x| x.is_finite()) {
        return None;
    }
    let tall = if matrix.nrows() >= matrix.ncols() { matrix } else { matrix.reversed_axes() };
    let mut columns: Vec<Array1<f64>> = tall.columns().into_iter().map(|c| c.to_owned()).collect();
    for _ in 0..MAX_SWEEPS {
        let mut rotated = false;
        for q in 1..columns.len() {
            let (head, tail) = columns.split_at_mut(q);
            for left in head.iter_mut() {
                rotated |= orthogonalise(left, &mut tail[0]);
            }
        }
        if !rotated {
            break;
        }
    }
    let mut values: Vec<f64> = columns.iter().map(|c| dot(c, c).sqrt()).collect();
    values.sort_by(|a, b| b.total_cmp(a));
    values.iter().all(|s| s.is_finite()).then_some(values)
}

/// Rotates two columns until they are orthogonal; false when they already were.
fn orthogonalise(left: &mut Array1<f64>, right: &mut Array1<f64>) -> bool {
    let (alpha, beta, gamma) = (dot(left, left), dot(right, right), dot(left, right));
    if gamma.abs() <= f64::MIN_POSITIVE || gamma.abs() <= f64::EPSILON * alpha.sqrt() * beta.sqrt() {
        return false;
    }
    let zeta = (beta - alpha) / (2.0 * gamma);
    let t = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    for (x, y) in left.iter_mut().zip(right.iter_mut()) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
    true
}

fn dot(a: &Array1<f64>, b: &Array1<f64>) -> f64 {
    compensated_sum(a.iter().zip(b).map(|(x, y)| x * y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_values_are_those_of_the_closed_form() {
        // The second-difference matrix of order n has 2 − 2 cos(jπ/(n+1)).
        let n = 12;
        let a = Array2::from_shape_fn((n, n), |(i, j)| match i.abs_diff(j) {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        });
        let eigen = symmetric_eigen(a.view()).unwrap();
        let singular = singular_values(a.view()).unwrap();
        for (j, value) in eigen.values.iter().rev().enumerate() {
            let angle = (j + 1) as f64 * std::f64::consts::PI / (n + 1) as f64;
            assert!((value - (2.0 - 2.0 * angle.cos())).abs() < 1e-14);
            assert!((singular[n - 1 - j] - value).abs() < 1e-13);
        }
    }

    #[test]
    fn the_vectors_rebuild_the_matrix() {
        let a = array![[4.0, 1.0, -2.0], [1.0, 2.0, 0.5], [-2.0, 0.5, 3.0]];
        let eigen = symmetric_eigen(a.view()).unwrap();
        let rebuilt =
            eigen.vectors.dot(&Array2::from_diag(&Array1::from(eigen.values))).dot(&eigen.vectors.t());
        assert!((&rebuilt - &a).iter().all(|d| d.abs() < 1e-14));
    }

    #[test]
    fn a_matrix_of_rank_one_has_one_singular_value() {
        let a = array![[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]];
        let values = singular_values(a.view()).unwrap();
        assert!((values[0] - 70.0_f64.sqrt()).abs() < 1e-14 && values[1] < 1e-14);
        assert_eq!(singular_values(a.t()).unwrap().len(), 2);
    }

    #[test]
    fn zeros_are_their_own_decomposition() {
        let eigen = symmetric_eigen(Array2::zeros((3, 3)).view()).unwrap();
        assert_eq!(eigen.values, vec![0.0; 3]);
        assert_eq!(singular_values(Array2::zeros((2, 3)).view()), Some(vec![0.0; 2]));
    }

    #[test]
    fn what_is_no_square_matrix_of_numbers_has_no_eigenvalues() {
        assert_eq!(symmetric_eigen(Array2::zeros((2, 3)).view()), None);
        assert_eq!(symmetric_eigen(array![[f64::NAN]].view()), None);
        assert_eq!(singular_values(Array2::zeros((0, 3)).view()), None);
    }
}
