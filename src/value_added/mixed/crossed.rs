//! Crossed factors: the largest one is eliminated block by block, the rest is held densely.
//!
//! After the elimination of the first factor the equations of the others are
//! S = Λ₂ᵀ(Z₂ᵀZ₂ − Σₛ cₛᵀKₛcₛ)Λ₂ + I with Kₛ = Λ₁(Λ₁ᵀSₛΛ₁ + I)⁻¹Λ₁ᵀ and cₛ the sparse cross-products of level s
//! with the other factors: Σ(entries of cₛ)² operations, then a dense Cholesky factor.

use super::dense::Cholesky;
use super::factor::Factor;
use super::nested::scaled_plus_identity;
use super::small;
use super::structure::{Factored, Structure};
use crate::value_added::error::ValueAddedError;
use faer::Mat;

/// Largest dense part: two matrices of this size take 1 GB.
pub(super) const MAX_DENSE: usize = 8_000;

pub(super) struct Crossed {
    q: usize,
    groups: usize,
    /// Sₛ per level of the first factor, q × q.
    own: Vec<f64>,
    /// Where the entries of each level begin.
    starts: Vec<usize>,
    /// The effect of the dense part of each entry.
    targets: Vec<u32>,
    /// q values per entry.
    values: Vec<f64>,
    dense: Dense,
}

/// The factors held densely.
struct Dense {
    /// q and number of levels per factor.
    factors: Vec<(usize, usize)>,
    size: usize,
    /// Lower triangle of Z₂ᵀZ₂: row, column, value.
    cross: Vec<(u32, u32, f64)>,
}

impl Crossed {
    pub(super) fn new(factors: &[Factor], roots: Option<&[f64]>) -> Result<Self, ValueAddedError> {
        let eliminated = factors.iter().take(1).take_while(|factor| factor.shares.is_none()).count();
        let (first, rest) = factors.split_at(eliminated);
        let size: usize = rest.iter().map(Factor::n_effects).sum();
        if size > MAX_DENSE {
            return Err(ValueAddedError::TooManyCrossedEffects { columns: size, limit: MAX_DENSE });
        }
        let dense = Dense {
            factors: rest.iter().map(|f| (f.q(), f.levels.len())).collect(),
            size,
            cross: dense_cross(rest, roots),
        };
        let (q, groups) = first.first().map_or((1, 0), |first| (first.q(), first.levels.len()));
        let mut crossed = Self {
            q,
            groups,
            own: vec![0.0; groups * q * q],
            starts: vec![0],
            targets: Vec::new(),
            values: Vec::new(),
            dense,
        };
        if let Some(first) = first.first() {
            crossed.accumulate(first, rest, roots);
        }
        Ok(crossed)
    }

    fn accumulate(&mut self, first: &Factor, rest: &[Factor], roots: Option<&[f64]>) {
        let q = self.q;
        let mut own = vec![0.0; q];
        // Position of each dense effect among the entries of the level at hand, `u32::MAX` where it has none yet.
        let mut position = vec![u32::MAX; self.dense.size];
        let (order, starts) = rows_by_level(first);
        let mut other = vec![0.0; rest.iter().map(Factor::q).max().unwrap_or(0)];
        for group in 0..self.groups {
            let begin = self.targets.len();
            for &row in &order[starts[group]..starts[group + 1]] {
                let row = row as usize;
                let root = roots.map_or(1.0, |roots| roots[row]);
                first.row(row, root, &mut own);
                let block = &mut self.own[group * q * q..][..q * q];
                for (i, x) in own.iter().enumerate() {
                    own.iter().enumerate().for_each(|(j, y)| block[i * q + j] += x * y);
                }
                let mut offset = 0;
                for factor in rest {
                    let values = &mut other[..factor.q()];
                    factor.row(row, root, values);
                    factor.for_each_member(row, |code, share| {
                        for (e, z) in values.iter().enumerate() {
                            let (target, z) = (offset + code * factor.q() + e, share * z);
                            if position[target] == u32::MAX {
                                position[target] = (self.targets.len() - begin) as u32;
                                self.targets.push(target as u32);
                                self.values.extend(std::iter::repeat_n(0.0, q));
                            }
                            let entry = (begin + position[target] as usize) * q;
                            own.iter().zip(&mut self.values[entry..]).for_each(|(x, v)| *v += x * z);
                        }
                    });
                    offset += factor.n_effects();
                }
            }
            self.targets[begin..].iter().for_each(|&target| position[target as usize] = u32::MAX);
            self.starts.push(self.targets.len());
            self.sort_entries(begin);
        }
    }

    /// Rising targets within a level, for locality and so that every pair is met as (larger, smaller).
    fn sort_entries(&mut self, begin: usize) {
        let q = self.q;
        let mut entries: Vec<(u32, Vec<f64>)> = self.targets[begin..]
            .iter()
            .zip(self.values[begin * q..].chunks_exact(q))
            .map(|(target, values)| (*target, values.to_vec()))
            .collect();
        entries.sort_unstable_by_key(|(target, _)| *target);
        for (i, (target, values)) in entries.into_iter().enumerate() {
            self.targets[begin + i] = target;
            self.values[(begin + i) * q..][..q].copy_from_slice(&values);
        }
    }

    /// Λ of the eliminated factor, if there is one, and those of the dense ones.
    fn split<'b>(&self, lambdas: &'b [Vec<f64>]) -> (&'b [f64], &'b [Vec<f64>]) {
        match lambdas.split_first() {
            Some((first, rest)) if self.groups > 0 => (first, rest),
            _ => (&[], lambdas),
        }
    }

    fn entries(&self, group: usize) -> (&[u32], &[f64]) {
        let (begin, end) = (self.starts[group], self.starts[group + 1]);
        (&self.targets[begin..end], &self.values[begin * self.q..end * self.q])
    }
}

/// Rows in the order of the levels, and where each level begins.
fn rows_by_level(factor: &Factor) -> (Vec<u32>, Vec<usize>) {
    let mut starts = vec![0; factor.levels.len() + 1];
    factor.codes.iter().for_each(|&code| starts[code as usize + 1] += 1);
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut next = starts.clone();
    let mut order = vec![0; factor.codes.len()];
    for (row, &code) in (0_u32..).zip(&factor.codes) {
        order[next[code as usize]] = row;
        next[code as usize] += 1;
    }
    (order, starts)
}

/// The lower triangle of the cross-products of the dense factors, entries that occur only.
fn dense_cross(factors: &[Factor], roots: Option<&[f64]>) -> Vec<(u32, u32, f64)> {
    let rows = factors.first().map_or(0, |f| f.shares.as_ref().map_or(f.codes.len(), Vec::len));
    let mut sums: std::collections::BTreeMap<u64, f64> = std::collections::BTreeMap::new();
    let mut entries: Vec<(u32, f64)> = Vec::new();
    for row in 0..rows {
        entries.clear();
        let mut offset = 0;
        for factor in factors {
            let mut values = [0.0; 16];
            let mut long;
            let values = if factor.q() <= 16 {
                &mut values[..factor.q()]
            } else {
                long = vec![0.0; factor.q()];
                &mut long[..]
            };
            factor.row(row, roots.map_or(1.0, |roots| roots[row]), values);
            factor.for_each_member(row, |code, share| {
                let start = (offset + code * factor.q()) as u32;
                entries.extend((start..).zip(values.iter().map(|z| share * z)));
            });
            offset += factor.n_effects();
        }
        for (i, &(a, x)) in entries.iter().enumerate() {
            for &(b, y) in &entries[..=i] {
                *sums.entry(u64::from(a) << 32 | u64::from(b)).or_insert(0.0) += x * y;
            }
        }
    }
    sums.into_iter().map(|(key, value)| ((key >> 32) as u32, key as u32, value)).collect()
}

impl Structure for Crossed {
    fn n_effects(&self) -> usize {
        self.groups * self.q + self.dense.size
    }

    fn cross_times(&self, v: &[f64], k: usize) -> Vec<f64> {
        let q = self.q;
        let split = self.groups * q * k;
        let mut out = vec![0.0; v.len()];
        let (out1, out2) = out.split_at_mut(split);
        let (v1, v2) = v.split_at(split);
        for group in 0..self.groups {
            let (targets, values) = self.entries(group);
            let at = group * q * k;
            for i in 0..q {
                for j in 0..q {
                    let x = self.own[(group * q + i) * q + j];
                    axpy(&mut out1[at + i * k..][..k], x, &v1[at + j * k..][..k]);
                }
                for (&target, values) in targets.iter().zip(values.chunks_exact(q)) {
                    let target = target as usize * k;
                    axpy(&mut out1[at + i * k..][..k], values[i], &v2[target..target + k]);
                    axpy(&mut out2[target..target + k], values[i], &v1[at + i * k..][..k]);
                }
            }
        }
        for &(a, b, x) in &self.dense.cross {
            let (a, b) = (a as usize * k, b as usize * k);
            axpy(&mut out2[a..a + k], x, &v2[b..b + k]);
            if a != b {
                axpy(&mut out2[b..b + k], x, &v2[a..a + k]);
            }
        }
        out
    }

    fn factor(&self, lambdas: &[Vec<f64>]) -> Option<Box<dyn Factored + '_>> {
        let q = self.q;
        let (first, rest) = self.split(lambdas);
        let size = self.dense.size;
        let mut matrix = Mat::zeros(size, size);
        for &(a, b, x) in &self.dense.cross {
            matrix[(a as usize, b as usize)] = x;
        }
        let mut own = vec![0.0; self.own.len()];
        let mut log_determinant = 0.0;
        for group in 0..self.groups {
            let l = &mut own[group * q * q..][..q * q];
            scaled_plus_identity(l, first, &self.own[group * q * q..][..q * q], q);
            if !small::cholesky(l, q) {
                return None;
            }
            log_determinant += small::log_determinant(l, q);
            self.eliminate(group, l, first, &mut matrix);
        }
        self.dense.scale(rest, &mut matrix);
        let dense = Cholesky::new(matrix)?;
        log_determinant += dense.log_determinant();
        let lambdas = lambdas.to_vec();
        Some(Box::new(CrossedFactors { structure: self, lambdas, own, dense, log_determinant }))
    }
}

impl Crossed {
    /// Subtracts cₛᵀKₛcₛ from the lower triangle.
    fn eliminate(&self, group: usize, l: &[f64], lambda: &[f64], matrix: &mut Mat<f64>) {
        let q = self.q;
        let (targets, values) = self.entries(group);
        if q == 1 {
            let k = (lambda[0] / l[0]).powi(2);
            for (i, (&b, y)) in targets.iter().zip(values).enumerate() {
                let column = matrix.col_as_slice_mut(b as usize);
                let y = k * y;
                for (&a, x) in targets[i..].iter().zip(&values[i..]) {
                    column[a as usize] -= x * y;
                }
            }
            return;
        }
        let halves = self.half(l, lambda, values);
        for (i, (&b, y)) in targets.iter().zip(halves.chunks_exact(q)).enumerate() {
            let column = matrix.col_as_slice_mut(b as usize);
            for (&a, x) in targets[i..].iter().zip(halves[i * q..].chunks_exact(q)) {
                column[a as usize] -= x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
            }
        }
    }

    /// L⁻¹Λᵀ times each entry.
    fn half(&self, l: &[f64], lambda: &[f64], values: &[f64]) -> Vec<f64> {
        let q = self.q;
        let mut halves = vec![0.0; values.len()];
        for (entry, half) in values.chunks_exact(q).zip(halves.chunks_exact_mut(q)) {
            small::transposed_product_into(lambda, q, (entry, 1), half);
            small::forward(l, q, half, 1);
        }
        halves
    }
}

impl Dense {
    /// Λᵀ A Λ + I on the lower triangle.
    fn scale(&self, lambdas: &[Vec<f64>], matrix: &mut Mat<f64>) {
        if let Some(scales) = self.diagonal(lambdas) {
            for (j, scale) in scales.iter().enumerate() {
                let column = &mut matrix.col_as_slice_mut(j)[j..];
                column.iter_mut().zip(&scales[j..]).for_each(|(x, s)| *x *= scale * s);
                column[0] += 1.0;
            }
            return;
        }
        self.on_both_sides(matrix, |column| self.times(lambdas, column, 1));
        (0..self.size).for_each(|i| matrix[(i, i)] += 1.0);
    }

    /// F A Fᵀ for the symmetric A of which the lower triangle is given, and v ← F v.
    fn on_both_sides(&self, matrix: &mut Mat<f64>, times: impl Fn(&mut [f64])) {
        for j in 0..self.size {
            (0..j).for_each(|i| matrix[(i, j)] = matrix[(j, i)]);
        }
        for _ in 0..2 {
            (0..self.size).for_each(|j| times(matrix.col_as_slice_mut(j)));
            *matrix = matrix.transpose().to_owned();
        }
    }

    /// Λ where every factor has one effect.
    fn diagonal(&self, lambdas: &[Vec<f64>]) -> Option<Vec<f64>> {
        let single = self.factors.iter().all(|(q, _)| *q == 1);
        let factors = self.factors.iter().zip(lambdas);
        single.then(|| {
            factors.flat_map(|((_, levels), lambda)| std::iter::repeat_n(lambda[0], *levels)).collect()
        })
    }

    /// v ← Λᵀv, block by block, for k columns.
    fn times(&self, lambdas: &[Vec<f64>], v: &mut [f64], k: usize) {
        let mut at = 0;
        for (&(q, levels), lambda) in self.factors.iter().zip(lambdas) {
            for block in v[at..at + q * levels * k].chunks_exact_mut(q * k) {
                if q == 1 {
                    block.iter_mut().for_each(|x| *x *= lambda[0]);
                } else {
                    let scaled = small::transposed_product(lambda, q, block, k);
                    block.copy_from_slice(&scaled);
                }
            }
            at += q * levels * k;
        }
    }

    /// Λv, block by block, for k columns.
    fn scaled(&self, lambdas: &[Vec<f64>], v: &[f64], k: usize) -> Vec<f64> {
        let mut at = 0;
        let mut out = Vec::with_capacity(v.len());
        for (&(q, levels), lambda) in self.factors.iter().zip(lambdas) {
            for block in v[at..at + q * levels * k].chunks_exact(q * k) {
                out.extend(small::product(lambda, q, block, k));
            }
            at += q * levels * k;
        }
        out
    }
}

fn axpy(out: &mut [f64], factor: f64, values: &[f64]) {
    out.iter_mut().zip(values).for_each(|(o, v)| *o += factor * v);
}

struct CrossedFactors<'a> {
    structure: &'a Crossed,
    lambdas: Vec<Vec<f64>>,
    own: Vec<f64>,
    dense: Cholesky,
    log_determinant: f64,
}

impl Factored for CrossedFactors<'_> {
    fn log_determinant(&self) -> f64 {
        self.log_determinant
    }

    fn half_solve(&self, r: &mut [f64], k: usize) {
        let Crossed { q, groups, dense, .. } = self.structure;
        let q = *q;
        let (r1, r2) = r.split_at_mut(groups * q * k);
        let (mut half, mut back) = (vec![0.0; q * k], vec![0.0; q * k]);
        for group in 0..*groups {
            let l = &self.own[group * q * q..][..q * q];
            let own = &mut r1[group * q * k..][..q * k];
            small::transposed_product_into(&self.lambdas[0], q, (own, k), &mut half);
            small::forward(l, q, &mut half, k);
            own.copy_from_slice(&half);
            small::backward(l, q, &mut half, k);
            small::product_into(&self.lambdas[0], q, (&half, k), &mut back);
            let (targets, values) = self.structure.entries(group);
            for (&target, values) in targets.iter().zip(values.chunks_exact(q)) {
                for (x, back) in values.iter().zip(back.chunks_exact(k)) {
                    axpy(&mut r2[target as usize * k..][..k], -x, back);
                }
            }
        }
        dense.times(self.structure.split(&self.lambdas).1, r2, k);
        self.dense.forward(r2, k);
    }

    fn back_solve(&self, t: &mut [f64], k: usize) {
        let Crossed { q, groups, dense, .. } = self.structure;
        let q = *q;
        let (t1, t2) = t.split_at_mut(groups * q * k);
        self.dense.backward(t2, k);
        let b2 = dense.scaled(self.structure.split(&self.lambdas).1, t2, k);
        let (mut known, mut half) = (vec![0.0; q * k], vec![0.0; q * k]);
        for group in 0..*groups {
            let l = &self.own[group * q * q..][..q * q];
            let (targets, values) = self.structure.entries(group);
            known.fill(0.0);
            for (&target, values) in targets.iter().zip(values.chunks_exact(q)) {
                for (x, known) in values.iter().zip(known.chunks_exact_mut(k)) {
                    axpy(known, *x, &b2[target as usize * k..][..k]);
                }
            }
            small::transposed_product_into(&self.lambdas[0], q, (&known, k), &mut half);
            small::forward(l, q, &mut half, k);
            let own = &mut t1[group * q * k..][..q * k];
            own.iter_mut().zip(&half).for_each(|(o, h)| *o -= h);
            small::backward(l, q, own, k);
        }
    }

    fn inverse_blocks(self: Box<Self>) -> Vec<Vec<f64>> {
        let Self { structure, lambdas, own, dense, .. } = *self;
        let inverse = dense.inverse();
        let mut blocks = Vec::with_capacity(lambdas.len());
        let mut offset = 0;
        for &(q, levels) in &structure.dense.factors {
            let mut block = Vec::with_capacity(levels * q * q);
            for start in (offset..offset + levels * q).step_by(q) {
                for i in start..start + q {
                    block.extend((start..start + q).map(|j| inverse[(i.max(j), i.min(j))]));
                }
            }
            offset += levels * q;
            blocks.push(block);
        }
        if structure.groups > 0 {
            blocks.insert(0, structure.first_blocks(&own, &lambdas, inverse));
        }
        blocks
    }
}

impl Crossed {
    /// The diagonal blocks of the eliminated factor: Mₛ⁻¹ + Mₛ⁻¹Λᵀcₛ (Λ₂C₂₂Λ₂ᵀ) cₛᵀΛMₛ⁻¹.
    fn first_blocks(&self, own: &[f64], lambdas: &[Vec<f64>], mut inverse: Mat<f64>) -> Vec<f64> {
        let q = self.q;
        let (first, rest) = self.split(lambdas);
        let scales = self.dense.diagonal(rest);
        if scales.is_none() {
            self.dense.on_both_sides(&mut inverse, |column| {
                let scaled = self.dense.scaled(rest, column, 1);
                column.copy_from_slice(&scaled);
            });
        }
        let mut blocks = Vec::with_capacity(own.len());
        for group in 0..self.groups {
            let l = &own[group * q * q..][..q * q];
            let (targets, values) = self.entries(group);
            let mut halves = self.half(l, first, values);
            for (&target, half) in targets.iter().zip(halves.chunks_exact_mut(q)) {
                small::backward(l, q, half, 1);
                if let Some(scales) = &scales {
                    half.iter_mut().for_each(|x| *x *= scales[target as usize]);
                }
            }
            let mut block = small::inverse(l, q);
            add_between(&mut block, (targets, &halves), &inverse);
            blocks.extend(block);
        }
        blocks
    }
}

/// block ← block + HᵀAH for the rows H of some effects, stored one after the other, and the lower triangle of A.
fn add_between(block: &mut [f64], (effects, rows): (&[u32], &[f64]), a: &Mat<f64>) {
    let q = rows.len() / effects.len().max(1);
    let mut along = vec![0.0; q];
    for (i, (&effect, y)) in effects.iter().zip(rows.chunks_exact(q.max(1))).enumerate() {
        let column = a.col_as_slice(effect as usize);
        let diagonal = column[effect as usize];
        let after = effects[i + 1..].iter().zip(rows[(i + 1) * q..].chunks_exact(q));
        if q == 1 {
            let sum: f64 = after.map(|(&below, x)| column[below as usize] * x[0]).sum();
            block[0] += y[0] * (2.0 * sum + y[0] * diagonal);
            continue;
        }
        along.fill(0.0);
        after.for_each(|(&below, x)| axpy(&mut along, column[below as usize], x));
        for m in 0..q {
            for n in 0..q {
                block[m * q + n] += y[m] * along[n] + along[m] * y[n] + y[m] * y[n] * diagonal;
            }
        }
    }
}
