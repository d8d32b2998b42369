//! Cholesky factor and inverse of a large dense matrix: faer's routines on the leaves of a recursive halving.
//!
//! F. G. Gustavson, "Recursion leads to automatic variable blocking for dense linear-algebra algorithms", IBM J. Res.
//! Dev. 41 (1997). Halves that do not depend on each other run in parallel and every call of faer is sequential, so the
//! bits do not depend on the number of threads. Only lower triangles are read and written.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::{cholesky_in_place, cholesky_in_place_scratch};
use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::linalg::triangular_inverse::invert_lower_triangular;
use faer::linalg::triangular_solve::{solve_lower_triangular_in_place, solve_upper_triangular_in_place};
use faer::{Accum, Mat, MatMut, MatRef, Par};

/// Up to this size a task is not worth handing to another thread.
const LEAF: usize = 256;

const LOWER: BlockStructure = BlockStructure::TriangularLower;
const UPPER: BlockStructure = BlockStructure::TriangularUpper;
const FULL: BlockStructure = BlockStructure::Rectangular;

/// L with LLᵀ a positive definite matrix.
pub(super) struct Cholesky {
    l: Mat<f64>,
}

impl Cholesky {
    /// The factor of the matrix with this lower triangle; `None` when a pivot is not positive.
    pub(super) fn new(mut lower: Mat<f64>) -> Option<Self> {
        cleared(|| factor(lower.as_mut())).then_some(Self { l: lower })
    }

    /// ln|LLᵀ|.
    pub(super) fn log_determinant(&self) -> f64 {
        2.0 * (0..self.l.nrows()).map(|i| self.l[(i, i)].ln()).sum::<f64>()
    }

    /// b ← L⁻¹b for k columns, stored row by row.
    pub(super) fn forward(&self, b: &mut [f64], k: usize) {
        let b = MatMut::from_row_major_slice_mut(b, self.l.nrows(), k);
        cleared(|| solve_lower_triangular_in_place(self.l.as_ref(), b, Par::Seq));
    }

    /// b ← L⁻ᵀb for k columns, stored row by row.
    pub(super) fn backward(&self, b: &mut [f64], k: usize) {
        let b = MatMut::from_row_major_slice_mut(b, self.l.nrows(), k);
        cleared(|| solve_upper_triangular_in_place(self.l.transpose(), b, Par::Seq));
    }

    /// The lower triangle of (LLᵀ)⁻¹.
    pub(super) fn inverse(self) -> Mat<f64> {
        let Self { mut l } = self;
        let mut root = Mat::zeros(l.nrows(), l.nrows());
        cleared(|| {
            invert(root.as_mut(), l.as_ref());
            square(l.as_mut(), root.as_ref());
        });
        l
    }
}

/// Calls faer. Its kernels (0.24.4) leave the wide vector registers of their thread in use, and whatever the thread does
/// next without them is slowed down: 200 bootstrap refits took five times as long after a fit with crossed factors.
fn cleared<T>(work: impl FnOnce() -> T) -> T {
    let done = work();
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::core_arch::x86::Avx::try_new() {
        simd._mm256_zeroupper();
    }
    done
}

fn both(size: usize, left: impl FnOnce() + Send, right: impl FnOnce() + Send) {
    if size > LEAF {
        rayon::join(|| cleared(left), || cleared(right));
    } else {
        left();
        right();
    }
}

/// Replaces the lower triangle by the Cholesky factor; false when a pivot is not positive.
fn factor(a: MatMut<'_, f64>) -> bool {
    let n = a.nrows();
    if n <= LEAF {
        let scratch = cholesky_in_place_scratch::<f64>(n, Par::Seq, Default::default());
        let mut buffer = MemBuffer::new(scratch);
        let stack = MemStack::new(&mut buffer);
        return cholesky_in_place(a, Default::default(), Par::Seq, stack, Default::default()).is_ok();
    }
    let (mut a11, _, mut a21, mut a22) = a.split_at_mut(n / 2, n / 2);
    if !factor(a11.as_mut()) {
        return false;
    }
    solve_right(a11.as_ref(), a21.as_mut());
    subtract_square(a22.as_mut(), a21.as_ref());
    factor(a22)
}

/// B ← B L⁻ᵀ.
fn solve_right(l: MatRef<'_, f64>, b: MatMut<'_, f64>) {
    let rows = b.nrows();
    let (top, bottom) = b.split_at_row_mut(rows / 2);
    both(
        rows,
        || solve_lower_triangular_in_place(l, top.transpose_mut(), Par::Seq),
        || solve_lower_triangular_in_place(l, bottom.transpose_mut(), Par::Seq),
    );
}

/// Lower triangle of C ← C − A Aᵀ.
fn subtract_square(c: MatMut<'_, f64>, a: MatRef<'_, f64>) {
    let n = c.nrows();
    if n <= LEAF {
        let (add, seq) = (Accum::Add, Par::Seq);
        return triangular::matmul(c, LOWER, add, a, FULL, a.transpose(), FULL, -1.0, seq);
    }
    let (c11, _, c21, c22) = c.split_at_mut(n / 2, n / 2);
    let (a1, a2) = a.split_at_row(n / 2);
    both(
        n,
        || matmul(c21, Accum::Add, a2, a1.transpose(), -1.0, Par::Seq),
        || {
            subtract_square(c11, a1);
            subtract_square(c22, a2);
        },
    );
}

/// W ← L⁻¹.
fn invert(w: MatMut<'_, f64>, l: MatRef<'_, f64>) {
    let n = l.nrows();
    if n <= LEAF {
        return invert_lower_triangular(w, l, Par::Seq);
    }
    let half = n / 2;
    let (mut w11, _, w21, mut w22) = w.split_at_mut(half, half);
    let (l11, _, l21, l22) = l.split_at(half, half);
    both(n, || invert(w11.as_mut(), l11), || invert(w22.as_mut(), l22));
    // W₂₁ = −W₂₂ L₂₁ W₁₁: the first product by halves of its rows, the second by halves of its columns.
    let mut right = Mat::zeros(n - half, half);
    let (top, bottom) = right.split_at_row_mut(half / 2);
    let (l_top, l_bottom) = l21.split_at_row(half / 2);
    both(n, || times_lower(top, l_top, w11.as_ref()), || times_lower(bottom, l_bottom, w11.as_ref()));
    let (w_left, w_right) = w21.split_at_col_mut(half / 2);
    let (left, right) = right.split_at_col(half / 2);
    both(
        n,
        || minus_lower_times(w_left, w22.as_ref(), left),
        || minus_lower_times(w_right, w22.as_ref(), right),
    );
}

/// C ← A W.
fn times_lower(c: MatMut<'_, f64>, a: MatRef<'_, f64>, w: MatRef<'_, f64>) {
    triangular::matmul(c, FULL, Accum::Replace, a, FULL, w, LOWER, 1.0, Par::Seq);
}

/// C ← −W A.
fn minus_lower_times(c: MatMut<'_, f64>, w: MatRef<'_, f64>, a: MatRef<'_, f64>) {
    triangular::matmul(c, FULL, Accum::Replace, w, LOWER, a, FULL, -1.0, Par::Seq);
}

/// Lower triangle of C ← WᵀW.
fn square(c: MatMut<'_, f64>, w: MatRef<'_, f64>) {
    let n = c.nrows();
    if n <= LEAF {
        let (replace, seq) = (Accum::Replace, Par::Seq);
        return triangular::matmul(c, LOWER, replace, w.transpose(), UPPER, w, LOWER, 1.0, seq);
    }
    let (mut c11, _, c21, c22) = c.split_at_mut(n / 2, n / 2);
    let (w11, _, w21, w22) = w.split_at(n / 2, n / 2);
    both(
        n,
        || {
            square(c11.as_mut(), w11);
            let (add, seq) = (Accum::Add, Par::Seq);
            triangular::matmul(c11, LOWER, add, w21.transpose(), FULL, w21, FULL, 1.0, seq);
        },
        || {
            let (replace, seq) = (Accum::Replace, Par::Seq);
            triangular::matmul(c21, FULL, replace, w22.transpose(), UPPER, w21, FULL, 1.0, seq);
            square(c22, w22);
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positive(n: usize) -> Mat<f64> {
        let root = Mat::from_fn(n, n, |i, j| ((i * 37 + j * 91) % 101) as f64 / 101.0 - 0.5);
        &root * root.transpose() + Mat::<f64>::identity(n, n)
    }

    #[test]
    fn a_matrix_times_its_inverse_is_one() {
        for n in [0, 1, 7, 48, 97, 300, 600] {
            let a = positive(n);
            let inverse = Cholesky::new(a.clone()).unwrap().inverse();
            let full = Mat::from_fn(n, n, |i, j| inverse[(i.max(j), i.min(j))]);
            let error = (&a * full - Mat::<f64>::identity(n, n)).norm_max();
            assert!(error < 1e-11, "{n}: {error}");
        }
    }

    #[test]
    fn the_solution_times_the_matrix_is_the_right_hand_side() {
        for (n, k) in [(1, 1), (48, 2), (300, 1), (300, 3)] {
            let (a, b) = (positive(n), Mat::from_fn(n, k, |i, j| (i * k + j) as f64));
            let factor = Cholesky::new(a.clone()).unwrap();
            let mut x: Vec<f64> = (0..n * k).map(|i| i as f64).collect();
            factor.forward(&mut x, k);
            factor.backward(&mut x, k);
            let error = (a * MatRef::from_row_major_slice(&x, n, k) - b).norm_max();
            assert!(error < 1e-8 * n as f64, "{n}, {k}: {error}");
        }
    }

    /// |A| of a diagonal matrix with 0.5 beside the diagonal: the Chebyshev recursion dₙ = a dₙ₋₁ − b² dₙ₋₂.
    #[test]
    fn the_determinant_is_that_of_the_recursion() {
        let n = 300;
        let a = Mat::from_fn(n, n, |i, j| match i.abs_diff(j) {
            0 => 1.5,
            1 => 0.5,
            _ => 0.0,
        });
        let (mut before, mut now) = (1.0, 1.5);
        for _ in 1..n {
            (before, now) = (now, 1.5 * now - 0.25 * before);
        }
        assert!((Cholesky::new(a).unwrap().log_determinant() - f64::ln(now)).abs() < 1e-11);
    }

    #[test]
    fn the_bits_do_not_depend_on_the_number_of_threads() {
        let a = positive(600);
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let inverse = pool.install(|| Cholesky::new(a.clone()).unwrap().inverse());
            let lower = (0..600).flat_map(|j| inverse.col_as_slice(j)[j..].to_vec());
            lower.map(f64::to_bits).collect::<Vec<_>>()
        };
        assert_eq!(with(1), with(4));
    }

    #[test]
    fn an_indefinite_matrix_has_no_factor() {
        assert!(Cholesky::new(Mat::full(60, 60, 1.0)).is_none());
        assert!(Cholesky::new(Mat::full(600, 600, 1.0)).is_none());
        assert!(Cholesky::new(Mat::full(2, 2, f64::NAN)).is_none());
    }
}
