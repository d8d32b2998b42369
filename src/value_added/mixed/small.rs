//! Cholesky factors of small row-major matrices in slices.

/// Replaces the lower triangle of an n × n matrix by its Cholesky factor and clears the rest; false when a pivot is
/// not positive.
pub(super) fn cholesky(a: &mut [f64], n: usize) -> bool {
    for j in 0..n {
        for i in j..n {
            let mut sum = a[i * n + j];
            for k in 0..j {
                sum -= a[i * n + k] * a[j * n + k];
            }
            if i == j {
                if sum.is_nan() || sum <= 0.0 {
                    return false;
                }
                a[i * n + i] = sum.sqrt();
            } else {
                a[i * n + j] = sum / a[j * n + j];
            }
        }
        for i in 0..j {
            a[i * n + j] = 0.0;
        }
    }
    true
}

/// ln of a product of pivots, one logarithm for many of them.
pub(super) struct LogProduct {
    product: f64,
    sum: f64,
}

impl LogProduct {
    pub(super) fn new() -> Self {
        Self { product: 1.0, sum: 0.0 }
    }

    #[inline]
    pub(super) fn push(&mut self, factor: f64) {
        self.product *= factor;
        // Well inside the range of numbers: the next factor may be as large or as small again.
        if !(1e-100..1e100).contains(&self.product) {
            self.sum += self.product.ln();
            self.product = 1.0;
        }
    }

    pub(super) fn ln(&self) -> f64 {
        self.sum + self.product.ln()
    }
}

/// 2 Σ ln Lⱼⱼ.
#[inline]
pub(super) fn log_determinant(l: &[f64], n: usize) -> f64 {
    2.0 * (0..n).map(|j| l[j * n + j].ln()).sum::<f64>()
}

/// Solves L x = b in place for `k` right-hand sides stored row by row.
#[inline]
pub(super) fn forward(l: &[f64], n: usize, b: &mut [f64], k: usize) {
    if n == 1 {
        let pivot = 1.0 / l[0];
        b.iter_mut().for_each(|x| *x *= pivot);
        return;
    }
    for i in 0..n {
        let (done, rest) = b.split_at_mut(i * k);
        let row = &mut rest[..k];
        for j in 0..i {
            let factor = l[i * n + j];
            row.iter_mut().zip(&done[j * k..]).for_each(|(x, d)| *x -= factor * d);
        }
        let pivot = 1.0 / l[i * n + i];
        row.iter_mut().for_each(|x| *x *= pivot);
    }
}

/// Solves Lᵀ x = b in place for `k` right-hand sides stored row by row.
#[inline]
pub(super) fn backward(l: &[f64], n: usize, b: &mut [f64], k: usize) {
    if n == 1 {
        let pivot = 1.0 / l[0];
        b.iter_mut().for_each(|x| *x *= pivot);
        return;
    }
    for i in (0..n).rev() {
        let (before, done) = b.split_at_mut((i + 1) * k);
        let row = &mut before[i * k..];
        for j in i + 1..n {
            let factor = l[j * n + i];
            row.iter_mut().zip(&done[(j - i - 1) * k..]).for_each(|(x, d)| *x -= factor * d);
        }
        let pivot = 1.0 / l[i * n + i];
        row.iter_mut().for_each(|x| *x *= pivot);
    }
}

/// The inverse of L Lᵀ.
pub(super) fn inverse(l: &[f64], n: usize) -> Vec<f64> {
    let mut x = vec![0.0; n * n];
    inverse_into(l, n, &mut x);
    x
}

/// The same into a buffer.
#[inline]
pub(super) fn inverse_into(l: &[f64], n: usize, x: &mut [f64]) {
    x.fill(0.0);
    (0..n).for_each(|i| x[i * n + i] = 1.0);
    forward(l, n, x, n);
    backward(l, n, x, n);
}

/// C += factor · AᵀB for A (m × a) and B (m × b), row-major.
pub(super) fn add_transposed_product(
    c: &mut [f64],
    factor: f64,
    left: (&[f64], usize),
    right: (&[f64], usize),
) {
    let ((a, rows), (b, columns)) = (left, right);
    match (rows, columns) {
        (0, _) | (_, 0) => return,
        (1, 1) => return add_narrow::<1, 1>(c, factor, a, b),
        (2, 1) => return add_narrow::<2, 1>(c, factor, a, b),
        (2, 2) => return add_narrow::<2, 2>(c, factor, a, b),
        (3, 1) => return add_narrow::<3, 1>(c, factor, a, b),
        (3, 3) => return add_narrow::<3, 3>(c, factor, a, b),
        (4, 4) => return add_narrow::<4, 4>(c, factor, a, b),
        _ => {}
    }
    for (a_row, b_row) in a.chunks_exact(rows).zip(b.chunks_exact(columns)) {
        for (x, c_row) in a_row.iter().zip(c.chunks_exact_mut(columns)) {
            let x = factor * x;
            c_row.iter_mut().zip(b_row).for_each(|(c, y)| *c += x * y);
        }
    }
}

/// The same for few columns, with the sums in registers.
#[inline]
fn add_narrow<const A: usize, const B: usize>(c: &mut [f64], factor: f64, a: &[f64], b: &[f64]) {
    let mut sums = [[0.0; B]; A];
    for (a, b) in a.as_chunks::<A>().0.iter().zip(b.as_chunks::<B>().0) {
        for (x, sums) in a.iter().zip(&mut sums) {
            sums.iter_mut().zip(b).for_each(|(sum, y)| *sum += x * y);
        }
    }
    c.iter_mut().zip(sums.as_flattened()).for_each(|(c, sum)| *c += factor * sum);
}

/// C = A·B for A (m × n) and B (n × k), row-major.
pub(super) fn product(a: &[f64], n: usize, b: &[f64], k: usize) -> Vec<f64> {
    let mut c = vec![0.0; a.len() / n.max(1) * k];
    product_into(a, n, (b, k), &mut c);
    c
}

/// The same into a buffer.
#[inline]
pub(super) fn product_into(a: &[f64], n: usize, (b, k): (&[f64], usize), c: &mut [f64]) {
    if n == 1 && a.len() == 1 {
        c.iter_mut().zip(b).for_each(|(c, b)| *c = a[0] * b);
        return;
    }
    c.fill(0.0);
    for (a_row, c_row) in a.chunks_exact(n).zip(c.chunks_exact_mut(k)) {
        for (x, b_row) in a_row.iter().zip(b.chunks_exact(k)) {
            c_row.iter_mut().zip(b_row).for_each(|(c, y)| *c += x * y);
        }
    }
}

/// C = AᵀB for A (m × a) and B (m × b), row-major.
pub(super) fn transposed_product(a: &[f64], rows: usize, b: &[f64], columns: usize) -> Vec<f64> {
    let mut c = vec![0.0; rows * columns];
    add_transposed_product(&mut c, 1.0, (a, rows), (b, columns));
    c
}

/// The same into a buffer.
#[inline]
pub(super) fn transposed_product_into(a: &[f64], rows: usize, (b, columns): (&[f64], usize), c: &mut [f64]) {
    if rows == 1 && a.len() == 1 {
        c.iter_mut().zip(b).for_each(|(c, b)| *c = a[0] * b);
        return;
    }
    c.fill(0.0);
    add_transposed_product(c, 1.0, (a, rows), (b, columns));
}
