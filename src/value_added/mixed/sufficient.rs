//! Drawing the sufficient statistics of an outcome instead of its rows.
//!
//! For e ~ N(0, I) of n rows a fit needs Zᵀe, Qᵀe and eᵀe only. With W = [Z Q], WᵀW = CCᵀ and r its rank, Wᵀe has the law of
//! Cg with r independent standard normal g, and eᵀe that of gᵀg + χ²(n − r). For one grouping factor C costs a small
//! Cholesky factor per level, so a replicate costs the levels, not the rows.

use super::small;
use super::system::{Outcome, System};
use rand_chacha::ChaCha8Rng;
use rand_distr::{ChiSquared, Distribution, StandardNormal};

/// A pivot below this share of its diagonal is zero: the direction follows from the ones before.
const DEPENDENT: f64 = 1e-10;

/// C = [L 0; Tᵀ S] for the blocks of ZᵀZ = LLᵀ, and what it is made from.
pub(super) struct SufficientLaw<'a> {
    system: &'a System,
    /// Blocks of ZᵀZ, q × q each.
    blocks: Vec<f64>,
    /// L, lower triangles.
    roots: Vec<f64>,
    /// T = L⁻¹ZᵀQ, effects × p.
    couplings: Vec<f64>,
    /// S, p × p, lower.
    rest: Vec<f64>,
    /// Directions of g that exist.
    present: Vec<bool>,
    chi_squared: Option<ChiSquared<f64>>,
}

/// A lower factor of a positive semi-definite matrix: a dependent direction has a column of zeros.
fn semidefinite(a: &[f64], n: usize) -> Vec<f64> {
    let mut l = vec![0.0; n * n];
    for j in 0..n {
        let pivot = a[j * n + j] - (0..j).map(|k| l[j * n + k] * l[j * n + k]).sum::<f64>();
        if pivot > DEPENDENT * a[j * n + j] {
            l[j * n + j] = pivot.sqrt();
            for i in j + 1..n {
                let known: f64 = (0..j).map(|k| l[i * n + k] * l[j * n + k]).sum();
                l[i * n + j] = (a[i * n + j] - known) / l[j * n + j];
            }
        }
    }
    l
}

impl<'a> SufficientLaw<'a> {
    /// `None` for several factors or memberships: their ZᵀZ is no row of blocks.
    pub(super) fn new(system: &'a System) -> Option<Self> {
        let [factor] = system.factors.as_slice() else { return None };
        if factor.shares.is_some() {
            return None;
        }
        let (q, p, effects) = (factor.q(), system.p, factor.n_effects());
        let ones: Vec<f64> = (0..effects * q).map(|x| f64::from(u8::from(x / q % q == x % q))).collect();
        let blocks = system.structure.cross_times(&ones, q);
        let mut roots = Vec::with_capacity(blocks.len());
        let mut couplings = system.zx.clone();
        for (level, block) in blocks.chunks_exact(q * q).enumerate() {
            let l = semidefinite(block, q);
            let lines = &mut couplings[level * q * p..][..q * p];
            for i in 0..q {
                let (known, line) = lines.split_at_mut(i * p);
                let line = &mut line[..p];
                for (k, known) in known.chunks_exact(p.max(1)).enumerate() {
                    line.iter_mut().zip(known).for_each(|(x, t)| *x -= l[i * q + k] * t);
                }
                let pivot = l[i * q + i];
                line.iter_mut().for_each(|x| *x = if pivot > 0.0 { *x / pivot } else { 0.0 });
            }
            roots.extend(l);
        }
        let mut rest = vec![0.0; p * p];
        (0..p).for_each(|i| rest[i * p + i] = 1.0);
        small::add_transposed_product(&mut rest, -1.0, (&couplings, p), (&couplings, p));
        // The diagonal was one: what is left is compared with that.
        (0..p).for_each(|i| {
            if rest[i * p + i] < DEPENDENT {
                rest[i * p + i] = 0.0
            }
        });
        let rest = semidefinite(&rest, p);
        let mut present: Vec<bool> = (0..effects).map(|e| roots[e * q + e % q] > 0.0).collect();
        present.extend((0..p).map(|i| rest[i * p + i] > 0.0));
        let free = system.n - present.iter().filter(|present| **present).count();
        let chi_squared = if free > 0 { Some(ChiSquared::new(free as f64).ok()?) } else { None };
        Some(Self { system, blocks, roots, couplings, rest, present, chi_squared })
    }

    /// The cross-products of y = Q·`shift` + Zb + e after its least-squares fit was taken out, with that fit: random
    /// effects b = σΛu and residuals e of variance σ².
    pub(super) fn draw(
        &self,
        shift: &[f64],
        lambda: &[f64],
        sigma: f64,
        generator: &mut ChaCha8Rng,
    ) -> (Outcome, Vec<f64>) {
        let (p, q) = (self.system.p, lambda.len().isqrt());
        let effects = self.present.len() - p;
        let mut normal =
            || -> f64 { sigma * <StandardNormal as Distribution<f64>>::sample(&StandardNormal, generator) };
        let mut b = vec![0.0; effects];
        let mut u = vec![0.0; q];
        for b in b.chunks_exact_mut(q) {
            u.iter_mut().for_each(|u| *u = normal());
            small::product_into(lambda, q, (&u, 1), b);
        }
        let g: Vec<f64> = self.present.iter().map(|present| if *present { normal() } else { 0.0 }).collect();
        let mut square: f64 = g.iter().map(|g| g * g).sum();
        square += sigma * sigma * self.chi_squared.map_or(0.0, |law| law.sample(generator));
        let (own, other) = g.split_at(effects);
        let mut x = small::product(&self.rest, p.max(1), other, 1);
        small::add_transposed_product(&mut x, 1.0, (&self.couplings, p), (own, 1));
        let mut z = vec![0.0; effects];
        for (((z, b), g), (block, l)) in z
            .chunks_exact_mut(q)
            .zip(b.chunks_exact(q))
            .zip(own.chunks_exact(q))
            .zip(self.blocks.chunks_exact(q * q).zip(self.roots.chunks_exact(q * q)))
        {
            for i in 0..q {
                let (mut from_b, mut from_e) = (0.0, 0.0);
                for j in 0..q {
                    from_b += block[i * q + j] * b[j];
                    from_e += l[i * q + j] * g[j];
                }
                z[i] = from_b + from_e;
                square += b[i] * (from_b + 2.0 * from_e);
            }
        }
        small::add_transposed_product(&mut x, 1.0, (&self.system.zx, p), (&b, 1));
        if p > 0 {
            for (z, line) in z.iter_mut().zip(self.system.zx.chunks_exact(p)) {
                *z -= line.iter().zip(&x).map(|(q, x)| q * x).sum::<f64>();
            }
        }
        square -= x.iter().map(|x| x * x).sum::<f64>();
        let shift = shift.iter().zip(&x).map(|(s, x)| s + x).collect();
        (Outcome { z, x: vec![0.0; p], square }, shift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value_added::data::{Column, Data};
    use crate::value_added::design::Design;
    use crate::value_added::formula::Formula;

    /// Slopes of units with one to four rows: some blocks and the intercept's rest have no full rank.
    #[test]
    fn the_law_of_the_drawn_statistics_is_that_of_the_rows() {
        let n = 30;
        let number = |f: fn(usize) -> f64| Column::numbers(&(0..n).map(f).collect::<Vec<_>>());
        let data = Data::new([
            ("y".to_owned(), number(|i| ((i * 7919) % 101) as f64)),
            ("x".to_owned(), number(|i| ((i * 31) % 17) as f64 / 8.0 - 1.0)),
            ("w".to_owned(), number(|i| ((i * 11) % 7) as f64)),
            ("g".to_owned(), number(|i| if i < 3 { i as f64 } else { (3 + i % 9) as f64 })),
        ])
        .unwrap();
        let design = Design::new(&Formula::parse("y ~ x + w + (1 + x | g)").unwrap(), &data).unwrap();
        let system = System::new(&design).unwrap();
        let law = SufficientLaw::new(&system).unwrap();
        let (factor, p) = (&system.factors[0], 3);
        let (effects, q) = (factor.n_effects(), factor.q());
        let width = effects + p;
        let mut w = vec![0.0; n * width];
        let mut values = vec![0.0; q];
        for row in 0..n {
            factor.row(row, 1.0, &mut values);
            let first = factor.codes[row] as usize * q;
            w[row * width + first..][..q].copy_from_slice(&values);
            (0..p).for_each(|j| w[row * width + effects + j] = system.q[j][row]);
        }
        let expected = small::transposed_product(&w, width, &w, width);
        let mut c = vec![0.0; width * width];
        for e in 0..effects {
            let level = e / q * q;
            (0..q).for_each(|j| c[e * width + level + j] = law.roots[e * q + j]);
            (0..p).for_each(|j| c[(effects + j) * width + e] = law.couplings[e * p + j]);
        }
        for i in 0..p {
            (0..p).for_each(|j| c[(effects + i) * width + effects + j] = law.rest[i * p + j]);
        }
        for i in 0..width {
            for j in 0..width {
                let ours: f64 = (0..width).map(|k| c[i * width + k] * c[j * width + k]).sum();
                assert!((ours - expected[i * width + j]).abs() < 1e-10, "{i} {j}");
            }
        }
        // 12 levels, three of them with a single row; the intercept and x lie in the span of Z.
        assert_eq!(law.present.iter().filter(|present| **present).count(), 2 * 12 - 3 + 1);
    }
}
