//! Cholesky factor and inverse of a large dense matrix, by recursive halving on top of matrix products.
//!
//! F. G. Gustavson, "Recursion leads to automatic variable blocking for dense linear-algebra algorithms", IBM J. Res.
//! Dev. 41 (1997). Halves that do not depend on each other run in parallel; every element is summed in one order, so
//! the bits do not depend on the number of threads. Only lower triangles are read and written.

use crate::value_added::design::dot;
use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2, Axis};

/// Below this size the plain loops are faster than a product.
const BASE: usize = 48;

/// Below this size a task is not worth handing to another thread.
const PARALLEL_FROM: usize = 256;

/// The two diagonal quarters and, between them, the lower left one.
fn lower<'a>(
    a: ArrayView2<'a, f64>,
    half: usize,
) -> (ArrayView2<'a, f64>, ArrayView2<'a, f64>, ArrayView2<'a, f64>) {
    let (top, bottom) = a.split_at(Axis(0), half);
    let (a21, a22) = bottom.split_at(Axis(1), half);
    (top.split_at(Axis(1), half).0, a21, a22)
}

/// The same for writing.
fn lower_mut(
    a: ArrayViewMut2<'_, f64>,
    half: usize,
) -> (ArrayViewMut2<'_, f64>, ArrayViewMut2<'_, f64>, ArrayViewMut2<'_, f64>) {
    let (top, bottom) = a.split_at(Axis(0), half);
    let (a21, a22) = bottom.split_at(Axis(1), half);
    (top.split_at(Axis(1), half).0, a21, a22)
}

fn both(size: usize, left: impl FnOnce() + Send, right: impl FnOnce() + Send) {
    if size >= PARALLEL_FROM {
        rayon::join(left, right);
    } else {
        left();
        right();
    }
}

/// Replaces the lower triangle by the Cholesky factor; false when a pivot is not positive.
pub(super) fn cholesky(a: ArrayViewMut2<'_, f64>) -> bool {
    let n = a.nrows();
    if n <= BASE {
        return cholesky_base(a);
    }
    let half = n / 2;
    let (mut a11, mut a21, mut a22) = lower_mut(a, half);
    if !cholesky(a11.view_mut()) {
        return false;
    }
    solve_right(a11.view(), a21.view_mut());
    subtract_square(a22.view_mut(), a21.view());
    cholesky(a22)
}

fn cholesky_base(mut a: ArrayViewMut2<'_, f64>) -> bool {
    let n = a.nrows();
    let mut l = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let (above, row) = l.split_at_mut(i * n);
            let known: f64 = if i == j {
                row[..j].iter().map(|x| x * x).sum()
            } else {
                row[..j].iter().zip(&above[j * n..]).map(|(x, y)| x * y).sum()
            };
            let rest = a[(i, j)] - known;
            if i == j {
                if rest.is_nan() || rest <= 0.0 {
                    return false;
                }
                row[j] = rest.sqrt();
            } else {
                row[j] = rest / above[j * n + j];
            }
        }
    }
    for i in 0..n {
        for j in 0..=i {
            a[(i, j)] = l[i * n + j];
        }
    }
    true
}

/// B ← B L⁻ᵀ.
fn solve_right(l: ArrayView2<'_, f64>, mut b: ArrayViewMut2<'_, f64>) {
    let n = l.nrows();
    if b.nrows() >= 2 * PARALLEL_FROM {
        let half = b.nrows() / 2;
        let (top, bottom) = b.split_at(Axis(0), half);
        both(half, || solve_right(l, top), || solve_right(l, bottom));
        return;
    }
    if n <= BASE {
        let mut inverse = l.to_owned();
        clear_upper(inverse.view_mut());
        invert_lower(inverse.view_mut());
        let old = b.to_owned();
        general_mat_mul(1.0, &old, &inverse.t(), 0.0, &mut b);
        return;
    }
    let half = n / 2;
    let (l11, l21, l22) = lower(l, half);
    let (mut left, mut right) = b.view_mut().split_at(Axis(1), half);
    solve_right(l11, left.view_mut());
    general_mat_mul(-1.0, &left, &l21.t(), 1.0, &mut right);
    solve_right(l22, right);
}

/// Lower triangle of C ← C − A Aᵀ.
fn subtract_square(c: ArrayViewMut2<'_, f64>, a: ArrayView2<'_, f64>) {
    let n = c.nrows();
    let mut c = c;
    if n <= 2 * BASE {
        general_mat_mul(-1.0, &a, &a.t(), 1.0, &mut c);
        return;
    }
    let half = n / 2;
    let (c11, mut c21, c22) = lower_mut(c, half);
    let (a1, a2) = a.split_at(Axis(0), half);
    both(
        n,
        || general_mat_mul(-1.0, &a2, &a1.t(), 1.0, &mut c21),
        || {
            subtract_square(c11, a1);
            subtract_square(c22, a2);
        },
    );
}

/// Replaces the Cholesky factor L by the lower triangle of (LLᵀ)⁻¹.
pub(super) fn inverse(mut l: ArrayViewMut2<'_, f64>) {
    clear_upper(l.view_mut());
    invert_lower(l.view_mut());
    square_transposed(l);
}

fn clear_upper(mut a: ArrayViewMut2<'_, f64>) {
    for (i, mut row) in a.rows_mut().into_iter().enumerate() {
        row.iter_mut().skip(i + 1).for_each(|x| *x = 0.0);
    }
}

/// L ← L⁻¹ for a lower triangle with zeros above.
fn invert_lower(mut l: ArrayViewMut2<'_, f64>) {
    let n = l.nrows();
    if n <= BASE {
        for j in 0..n {
            l[(j, j)] = 1.0 / l[(j, j)];
            for i in j + 1..n {
                let known: f64 = (j..i).map(|k| l[(i, k)] * l[(k, j)]).sum();
                l[(i, j)] = -known / l[(i, i)];
            }
        }
        return;
    }
    let half = n / 2;
    let (mut l11, mut l21, mut l22) = lower_mut(l, half);
    both(n, || invert_lower(l11.view_mut()), || invert_lower(l22.view_mut()));
    lower_times(l22.view(), l21.view_mut(), -1.0);
    times_lower(l21, l11.view());
}

/// B ← factor · L B.
fn lower_times(l: ArrayView2<'_, f64>, mut b: ArrayViewMut2<'_, f64>, factor: f64) {
    let n = l.nrows();
    if b.ncols() >= 2 * PARALLEL_FROM {
        let half = b.ncols() / 2;
        let (left, right) = b.split_at(Axis(1), half);
        both(half, || lower_times(l, left, factor), || lower_times(l, right, factor));
        return;
    }
    if n <= 2 * BASE {
        let old = b.to_owned();
        general_mat_mul(factor, &l, &old, 0.0, &mut b);
        return;
    }
    let half = n / 2;
    let (l11, l21, l22) = lower(l, half);
    let (top, mut bottom) = b.view_mut().split_at(Axis(0), half);
    lower_times(l22, bottom.view_mut(), factor);
    general_mat_mul(factor, &l21, &top, 1.0, &mut bottom);
    lower_times(l11, top, factor);
}

/// B ← B L.
fn times_lower(mut b: ArrayViewMut2<'_, f64>, l: ArrayView2<'_, f64>) {
    let n = l.nrows();
    if b.nrows() >= 2 * PARALLEL_FROM {
        let half = b.nrows() / 2;
        let (top, bottom) = b.split_at(Axis(0), half);
        both(half, || times_lower(top, l), || times_lower(bottom, l));
        return;
    }
    if n <= 2 * BASE {
        let old = b.to_owned();
        general_mat_mul(1.0, &old, &l, 0.0, &mut b);
        return;
    }
    let half = n / 2;
    let (l11, l21, l22) = lower(l, half);
    let (mut left, right) = b.view_mut().split_at(Axis(1), half);
    times_lower(left.view_mut(), l11);
    general_mat_mul(1.0, &right, &l21, 1.0, &mut left);
    times_lower(right, l22);
}

/// The lower triangle of XᵀX for a lower triangle X, in its place.
fn square_transposed(mut x: ArrayViewMut2<'_, f64>) {
    let n = x.nrows();
    if n <= BASE {
        let old = x.to_owned();
        general_mat_mul(1.0, &old.t(), &old, 0.0, &mut x);
        return;
    }
    let half = n / 2;
    let (mut x11, mut x21, x22) = lower_mut(x, half);
    square_transposed(x11.view_mut());
    add_square_transposed(x11, x21.view());
    transposed_lower_times(x22.view(), x21.view_mut());
    square_transposed(x22);
}

/// Lower triangle of C ← C + AᵀA.
fn add_square_transposed(c: ArrayViewMut2<'_, f64>, a: ArrayView2<'_, f64>) {
    let n = c.nrows();
    let mut c = c;
    if n <= 2 * BASE {
        general_mat_mul(1.0, &a.t(), &a, 1.0, &mut c);
        return;
    }
    let half = n / 2;
    let (c11, mut c21, c22) = lower_mut(c, half);
    let (a1, a2) = a.split_at(Axis(1), half);
    both(
        n,
        || general_mat_mul(1.0, &a2.t(), &a1, 1.0, &mut c21),
        || {
            add_square_transposed(c11, a1);
            add_square_transposed(c22, a2);
        },
    );
}

/// B ← Lᵀ B.
fn transposed_lower_times(l: ArrayView2<'_, f64>, mut b: ArrayViewMut2<'_, f64>) {
    let n = l.nrows();
    if b.ncols() >= 2 * PARALLEL_FROM {
        let half = b.ncols() / 2;
        let (left, right) = b.split_at(Axis(1), half);
        both(half, || transposed_lower_times(l, left), || transposed_lower_times(l, right));
        return;
    }
    if n <= 2 * BASE {
        let mut lower = l.to_owned();
        clear_upper(lower.view_mut());
        let old = b.to_owned();
        general_mat_mul(1.0, &lower.t(), &old, 0.0, &mut b);
        return;
    }
    let half = n / 2;
    let (l11, l21, l22) = lower(l, half);
    let (mut top, bottom) = b.view_mut().split_at(Axis(0), half);
    transposed_lower_times(l11, top.view_mut());
    general_mat_mul(1.0, &l21.t(), &bottom, 1.0, &mut top);
    transposed_lower_times(l22, bottom);
}

/// Solves L x = b in place for k right-hand sides, stored row by row.
pub(super) fn forward(l: ArrayView2<'_, f64>, b: &mut [f64], k: usize) {
    for_each_column(b, k, |x| {
        for (i, line) in l.rows().into_iter().enumerate() {
            let known = line.as_slice().map_or(0.0, |line| dot(&line[..i], &x[..i]));
            x[i] = (x[i] - known) / line[i];
        }
    });
}

/// Solves Lᵀ x = b in place for k right-hand sides, stored row by row.
pub(super) fn backward(l: ArrayView2<'_, f64>, b: &mut [f64], k: usize) {
    for_each_column(b, k, |x| {
        for (i, line) in l.rows().into_iter().enumerate().rev() {
            let (before, own) = x.split_at_mut(i);
            own[0] /= line[i];
            if let Some(line) = line.as_slice() {
                before.iter_mut().zip(line).for_each(|(x, l)| *x -= l * own[0]);
            }
        }
    });
}

fn for_each_column(b: &mut [f64], k: usize, solve: impl Fn(&mut [f64])) {
    if k == 1 {
        solve(b);
        return;
    }
    for column in 0..k {
        let mut x: Vec<f64> = b.iter().skip(column).step_by(k).copied().collect();
        solve(&mut x);
        b.iter_mut().skip(column).step_by(k).zip(x).for_each(|(b, x)| *b = x);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn a_matrix_times_its_inverse_is_one() {
        for n in [1, 7, 48, 97, 300] {
            let root = Array2::from_shape_fn((n, n), |(i, j)| ((i * 37 + j * 91) % 101) as f64 / 101.0 - 0.5);
            let a = root.dot(&root.t()) + Array2::<f64>::eye(n);
            let mut work = a.clone();
            assert!(cholesky(work.view_mut()));
            let l = work.clone();
            inverse(work.view_mut());
            let full = Array2::from_shape_fn((n, n), |(i, j)| work[(i.max(j), i.min(j))]);
            let error = (a.dot(&full) - Array2::<f64>::eye(n)).mapv(f64::abs).fold(0.0_f64, |m, x| m.max(*x));
            assert!(error < 1e-11, "{n}: {error}");
            let mut x: Vec<f64> = (0..n * 2).map(|i| i as f64).collect();
            forward(l.view(), &mut x, 2);
            backward(l.view(), &mut x, 2);
            let solved = Array2::from_shape_vec((n, 2), x).unwrap();
            let back = a.dot(&solved);
            assert!(back.iter().enumerate().all(|(i, x)| (x - i as f64).abs() < 1e-8 * n as f64));
        }
    }

    #[test]
    fn the_bits_do_not_depend_on_the_number_of_threads() {
        let n = 600;
        let root = Array2::from_shape_fn((n, n), |(i, j)| ((i * 37 + j * 91) % 101) as f64 / 101.0 - 0.5);
        let a = root.dot(&root.t()) + Array2::<f64>::eye(n);
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut work = a.clone();
            pool.install(|| {
                assert!(cholesky(work.view_mut()));
                inverse(work.view_mut());
            });
            work.iter().map(|x| x.to_bits()).collect::<Vec<_>>()
        };
        assert_eq!(with(1), with(4));
    }

    #[test]
    fn an_indefinite_matrix_has_no_factor() {
        assert!(!cholesky(Array2::from_elem((60, 60), 1.0).view_mut()));
    }
}
