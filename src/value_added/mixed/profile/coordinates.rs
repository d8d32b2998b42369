//! Coordinates in which every covariance matrix is possible: logarithms of standard deviations and, for correlations,
//! inverse hyperbolic tangents of partial correlations (D. Lewandowski, D. Kurowicka and H. Joe, Journal of
//! Multivariate Analysis 100, 2009). The partial correlation of the first two effects is their correlation, so each
//! standard deviation, each correlation and σ can be held fixed as one coordinate.

use crate::value_added::mixed::factor::Factor;
use crate::value_added::mixed::small;

/// A correlation no further from ±1 than this counts as ±1.
const EXTREME: f64 = 1e-7;

/// The coordinates of all covariance matrices, ln σ last.
pub(super) struct Coordinates {
    /// The order of the effects of each block.
    orders: Vec<Vec<usize>>,
    pub(super) count: usize,
}

/// Where (row, column) of a symmetric matrix stands when its lower triangle is listed column by column.
fn place(size: usize, a: usize, b: usize) -> usize {
    let (row, column) = (a.max(b), a.min(b));
    column * size - column * column.saturating_sub(1) / 2 + row - column
}

fn triangle(size: usize) -> usize {
    size * (size + 1) / 2
}

impl Coordinates {
    /// The coordinates for the blocks of the factors; `pair` names the block and the two effects that come first in it.
    pub(super) fn new(factors: &[Factor], pair: Option<(usize, usize, usize)>) -> Self {
        let sizes = factors.iter().flat_map(|f| f.blocks.iter().map(|(_, size)| *size));
        let mut orders: Vec<Vec<usize>> = sizes.map(|size| (0..size).collect()).collect();
        if let Some((block, a, b)) = pair {
            orders[block].sort_by_key(|effect| (*effect != a && *effect != b, *effect));
        }
        let count = orders.iter().map(|order| triangle(order.len())).sum::<usize>() + 1;
        Self { orders, count }
    }

    /// The first coordinate of a block: its standard deviations stand there in the order of the effects, its partial
    /// correlations behind them.
    pub(super) fn first(&self, block: usize) -> usize {
        self.orders[..block].iter().map(|order| triangle(order.len())).sum()
    }

    /// Entries of the covariance matrices (lower triangles column by column) and σ².
    pub(super) fn natural(&self, x: &[f64]) -> Vec<f64> {
        let mut natural = Vec::with_capacity(self.count);
        let mut rest = x;
        for order in &self.orders {
            let size = order.len();
            let (own, next) = rest.split_at(triangle(size));
            rest = next;
            let l = correlation_factor(size, &own[size..]);
            let mut block = vec![0.0; own.len()];
            for (i, &a) in order.iter().enumerate() {
                for (j, &b) in order.iter().enumerate().take(i + 1) {
                    let correlation: f64 = (0..=j).map(|k| l[i * size + k] * l[j * size + k]).sum();
                    block[place(size, a, b)] = correlation * (own[a] + own[b]).exp();
                }
            }
            natural.extend(block);
        }
        natural.extend(rest.iter().map(|x| (2.0 * x).exp()));
        natural
    }

    /// The coordinates of covariance matrices whose standard deviations are at least `least` · σ.
    pub(super) fn of(&self, natural: &[f64], least: f64) -> Vec<f64> {
        let sigma2 = natural.last().copied().unwrap_or(1.0);
        let floor = least * least * sigma2;
        let mut x = Vec::with_capacity(self.count);
        let mut rest = natural;
        for order in &self.orders {
            let size = order.len();
            let (own, next) = rest.split_at(triangle(size));
            rest = next;
            let variance = |i: usize| own[place(size, i, i)].max(floor);
            x.extend((0..size).map(|i| 0.5 * variance(i).ln()));
            let mut l: Vec<f64> = (0..size * size)
                .map(|at| {
                    let (a, b) = (order[at / size], order[at % size]);
                    let correlation = own[place(size, a, b)] / (variance(a) * variance(b)).sqrt();
                    if a == b { 1.0 } else { correlation.clamp(-1.0 + EXTREME, 1.0 - EXTREME) }
                })
                .collect();
            let possible = small::cholesky(&mut l, size);
            for i in 1..size {
                let mut left: f64 = 1.0;
                for j in 0..i {
                    let entry = if possible { l[i * size + j] } else { 0.0 };
                    x.push((entry / left.sqrt()).clamp(-1.0 + EXTREME, 1.0 - EXTREME).atanh());
                    left -= entry * entry;
                }
            }
        }
        x.push(0.5 * sigma2.ln());
        x
    }

    /// The gradient in the coordinates, from that in the natural parameters.
    pub(super) fn gradient(&self, x: &[f64], natural: &[f64]) -> Vec<f64> {
        const STEP: f64 = 1e-5;
        let along = |i: usize| {
            let moved = |step: f64| {
                let mut moved = x.to_vec();
                moved[i] += step;
                self.natural(&moved)
            };
            let (up, down) = (moved(STEP), moved(-STEP));
            up.iter().zip(&down).zip(natural).map(|((u, d), g)| (u - d) / (2.0 * STEP) * g).sum()
        };
        (0..self.count).map(along).collect()
    }
}

/// The Cholesky factor of a correlation matrix from its transformed partial correlations.
fn correlation_factor(size: usize, z: &[f64]) -> Vec<f64> {
    let mut l = vec![0.0; size * size];
    let mut partial = z.iter();
    for i in 0..size {
        let mut left: f64 = 1.0;
        for j in 0..i {
            let entry = partial.next().map_or(0.0, |z| z.tanh()) * left.sqrt();
            l[i * size + j] = entry;
            left -= entry * entry;
        }
        l[i * size + i] = left.max(0.0).sqrt();
    }
    l
}
