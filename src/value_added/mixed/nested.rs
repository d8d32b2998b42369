//! Nested factors (one factor included): elimination from the leaves to the root, linear in the number of levels.
//!
//! A leaf touches its own ancestors only, so after its elimination the equations of the ancestors are again blocks.

use super::factor::Factor;
use super::small;
use super::structure::{Factored, Structure};

/// One factor of the chain with its cross-products.
struct Level {
    q: usize,
    offset: usize,
    /// Effects of all ancestors' levels together.
    above: usize,
    /// Index of the group's ancestor per group and higher level: `ancestors[g * (m − 1 − ℓ) + a]`.
    ancestors: Vec<u32>,
    /// Zᵍᵀ[Zᵍ Z_ancestors] per group, q × (q + above).
    cross: Vec<f64>,
    /// Whether this factor and all its ancestors have one effect each.
    scalar: bool,
}

pub(super) struct Nested {
    /// From the leaves to the root.
    levels: Vec<Level>,
    effects: usize,
}

impl Nested {
    /// `None` when the factors, which come with falling numbers of levels, are not nested in this order.
    pub(super) fn new(factors: &[Factor], roots: Option<&[f64]>) -> Option<Self> {
        if factors.iter().any(|factor| factor.shares.is_some()) {
            return None;
        }
        let mut levels = Vec::new();
        let mut offset = 0;
        for (index, factor) in factors.iter().enumerate() {
            let higher = &factors[index + 1..];
            let ancestors = ancestors(factor, higher)?;
            let above = higher.iter().map(Factor::q).sum();
            let scalar = factor.q() == 1 && above == higher.len();
            let mut level = Level { q: factor.q(), offset, above, ancestors, cross: Vec::new(), scalar };
            level.accumulate(factor, higher, roots);
            offset += factor.n_effects();
            levels.push(level);
        }
        Some(Self { levels, effects: offset })
    }

    /// Offset, size and Λ-free position of each ancestor's effects of a group.
    fn above<'a>(
        &'a self,
        index: usize,
        group: usize,
    ) -> impl Iterator<Item = (&'a Level, usize, usize)> + 'a {
        let level = &self.levels[index];
        let higher = &self.levels[index + 1..];
        let own = &level.ancestors[group * higher.len()..][..higher.len()];
        let mut column = 0;
        higher.iter().zip(own).map(move |(ancestor, &code)| {
            let start = column;
            column += ancestor.q;
            (ancestor, code as usize, start)
        })
    }

    /// The rows of a group's ancestors with one effect each.
    fn rows_above(&self, index: usize, group: usize) -> impl Iterator<Item = usize> + '_ {
        let higher = &self.levels[index + 1..];
        let own = &self.levels[index].ancestors[group * higher.len()..][..higher.len()];
        higher.iter().zip(own).map(|(ancestor, &code)| ancestor.offset + code as usize)
    }

    fn cross_times_scalar(&self, index: usize, v: &[f64], out: &mut [f64], k: usize) {
        let level = &self.levels[index];
        let end = (level.offset + level.groups()) * k;
        let (before, after) = out.split_at_mut(end);
        if level.above == 0 {
            let own =
                before[level.offset * k..].chunks_exact_mut(k).zip(v[level.offset * k..].chunks_exact(k));
            for ((own, values), cross) in own.zip(&level.cross) {
                own.iter_mut().zip(values).for_each(|(o, v)| *o += cross * v);
            }
            return;
        }
        for (group, cross) in level.cross.chunks_exact(level.above + 1).enumerate() {
            let at = (level.offset + group) * k;
            let (own, values) = (&mut before[at..at + k], &v[at..at + k]);
            own.iter_mut().zip(values).for_each(|(o, v)| *o += cross[0] * v);
            for (row, x) in self.rows_above(index, group).zip(&cross[1..]) {
                own.iter_mut().zip(&v[row * k..]).for_each(|(o, v)| *o += x * v);
                after[row * k - end..].iter_mut().zip(values).for_each(|(o, v)| *o += x * v);
            }
        }
    }
}

/// The ancestors of every level of a factor, or `None` when one level has two.
fn ancestors(factor: &Factor, higher: &[Factor]) -> Option<Vec<u32>> {
    let mut ancestors = vec![u32::MAX; factor.levels.len() * higher.len()];
    for (row, &code) in factor.codes.iter().enumerate() {
        for (a, ancestor) in higher.iter().enumerate() {
            let known = &mut ancestors[code as usize * higher.len() + a];
            if *known == u32::MAX {
                *known = ancestor.codes[row];
            } else if *known != ancestor.codes[row] {
                return None;
            }
        }
    }
    Some(ancestors)
}

impl Level {
    fn width(&self) -> usize {
        self.q + self.above
    }

    fn accumulate(&mut self, factor: &Factor, higher: &[Factor], roots: Option<&[f64]>) {
        let (q, width) = (self.q, self.width());
        self.cross = vec![0.0; factor.levels.len() * q * width];
        let mut values = vec![0.0; width];
        for (row, &code) in factor.codes.iter().enumerate() {
            let root = roots.map_or(1.0, |roots| roots[row]);
            factor.row(row, root, &mut values);
            let mut start = q;
            for ancestor in higher {
                ancestor.row(row, root, &mut values[start..start + ancestor.q()]);
                start += ancestor.q();
            }
            let block = &mut self.cross[code as usize * q * width..][..q * width];
            for (i, line) in block.chunks_exact_mut(width).enumerate() {
                let x = values[i];
                line.iter_mut().zip(&values).for_each(|(sum, y)| *sum += x * y);
            }
        }
    }

    fn groups(&self) -> usize {
        self.cross.len() / (self.q * self.width())
    }

    /// Pivots and couplings of a factor with one effect; its ancestors' equations are reduced.
    fn eliminate_scalar(
        &self,
        work: &[f64],
        lambda: f64,
        higher: &mut [Vec<f64>],
        (l, t): (&mut [f64], &mut [f64]),
    ) -> bool {
        let above = self.above;
        for (group, (block, l)) in work.chunks_exact(above + 1).zip(l.iter_mut()).enumerate() {
            let pivot = lambda * lambda * block[0] + 1.0;
            if pivot.is_nan() || pivot <= 0.0 {
                return false;
            }
            *l = pivot.sqrt();
            let scale = lambda / *l;
            let t = &mut t[group * above..][..above];
            t.iter_mut().zip(&block[1..]).for_each(|(t, c)| *t = scale * c);
            let ancestors = &self.ancestors[group * above..][..above];
            for (a, (&code, higher)) in ancestors.iter().zip(higher.iter_mut()).enumerate() {
                let target = &mut higher[code as usize * (above - a)..][..above - a];
                target.iter_mut().zip(&t[a..]).for_each(|(c, y)| *c -= t[a] * y);
            }
        }
        true
    }
}

impl Structure for Nested {
    fn n_effects(&self) -> usize {
        self.effects
    }

    fn cross_times(&self, v: &[f64], k: usize) -> Vec<f64> {
        let mut out = vec![0.0; self.effects * k];
        for (index, level) in self.levels.iter().enumerate() {
            let (q, width) = (level.q, level.width());
            if level.scalar {
                self.cross_times_scalar(index, v, &mut out, k);
                continue;
            }
            for group in 0..level.groups() {
                let cross = &level.cross[group * q * width..][..q * width];
                let own = level.offset + group * q;
                for i in 0..q {
                    for j in 0..q {
                        add_row(&mut out, own + i, cross[i * width + j], &v[(own + j) * k..][..k]);
                    }
                    for (ancestor, code, start) in self.above(index, group) {
                        let at = ancestor.offset + code * ancestor.q;
                        for j in 0..ancestor.q {
                            let x = cross[i * width + q + start + j];
                            add_row(&mut out, own + i, x, &v[(at + j) * k..][..k]);
                            add_row(&mut out, at + j, x, &v[(own + i) * k..][..k]);
                        }
                    }
                }
            }
        }
        out
    }

    fn factor(&self, lambdas: &[Vec<f64>]) -> Option<Box<dyn Factored + '_>> {
        // The leaves' own equations stay as they are.
        let mut work: Vec<Vec<f64>> = self.levels.iter().skip(1).map(|level| level.cross.clone()).collect();
        let mut factors = Vec::with_capacity(self.levels.len());
        let mut pivots = small::LogProduct::new();
        for (index, level) in self.levels.iter().enumerate() {
            let (q, width) = (level.q, level.width());
            let lambda = &lambdas[index];
            let (done, higher) = work.split_at_mut(index);
            let this = done.last().unwrap_or(&level.cross);
            let (mut l, mut t) =
                (vec![0.0; level.groups() * q * q], vec![0.0; level.groups() * q * level.above]);
            if level.scalar {
                level.eliminate_scalar(this, lambda[0], higher, (&mut l, &mut t)).then_some(())?;
                l.iter().for_each(|pivot| pivots.push(*pivot));
                factors.push((l, t));
                continue;
            }
            let (mut own, mut rest) = (vec![0.0; q * q], vec![0.0; q * level.above]);
            for (group, block) in this.chunks_exact(q * width).enumerate() {
                let l = &mut l[group * q * q..][..q * q];
                let t = &mut t[group * q * level.above..][..q * level.above];
                for (i, line) in block.chunks_exact(width).enumerate() {
                    own[i * q..][..q].copy_from_slice(&line[..q]);
                    rest[i * level.above..][..level.above].copy_from_slice(&line[q..]);
                }
                scaled_plus_identity(l, lambda, &own, q);
                if !small::cholesky(l, q) {
                    return None;
                }
                (0..q).for_each(|i| pivots.push(l[i * q + i]));
                if level.above == 0 {
                    continue;
                }
                small::transposed_product_into(lambda, q, (&rest, level.above), t);
                small::forward(l, q, t, level.above);
                for (a, (ancestor, code, start)) in self.above(index, group).enumerate() {
                    let columns = level.above - start;
                    let target = &mut higher[a][code * ancestor.q * columns..][..ancestor.q * columns];
                    for line in t.chunks_exact(level.above) {
                        for (x, target) in
                            line[start..].iter().zip(target.chunks_exact_mut(columns)).take(ancestor.q)
                        {
                            target.iter_mut().zip(&line[start..]).for_each(|(c, y)| *c -= x * y);
                        }
                    }
                }
            }
            factors.push((l, t));
        }
        let log_determinant = 2.0 * pivots.ln();
        Some(Box::new(NestedFactors { structure: self, lambdas: lambdas.to_vec(), factors, log_determinant }))
    }
}

/// ΛᵀSΛ + I.
pub(super) fn scaled_plus_identity(into: &mut [f64], lambda: &[f64], s: &[f64], q: usize) {
    if q == 1 {
        into[0] = lambda[0] * lambda[0] * s[0] + 1.0;
        return;
    }
    let right = small::product(s, q, lambda, q);
    into.fill(0.0);
    small::add_transposed_product(into, 1.0, (lambda, q), (&right, q));
    (0..q).for_each(|i| into[i * q + i] += 1.0);
}

fn scale_lines<'a>(lines: impl Iterator<Item = (&'a mut [f64], f64)>) {
    for (line, scale) in lines {
        line.iter_mut().for_each(|x| *x *= scale);
    }
}

fn add_row(out: &mut [f64], row: usize, factor: f64, values: &[f64]) {
    let k = values.len();
    out[row * k..][..k].iter_mut().zip(values).for_each(|(o, v)| *o += factor * v);
}

struct NestedFactors<'a> {
    structure: &'a Nested,
    lambdas: Vec<Vec<f64>>,
    /// Per level: the Cholesky factors L and T = L⁻¹Λᵀ(cross-products with the ancestors).
    factors: Vec<(Vec<f64>, Vec<f64>)>,
    log_determinant: f64,
}

impl Factored for NestedFactors<'_> {
    fn log_determinant(&self) -> f64 {
        self.log_determinant
    }

    fn half_solve(&self, r: &mut [f64], k: usize) {
        for (index, level) in self.structure.levels.iter().enumerate() {
            let q = level.q;
            let (l, t) = &self.factors[index];
            let lambda = &self.lambdas[index];
            if level.scalar {
                let end = (level.offset + level.groups()) * k;
                let (before, after) = r.split_at_mut(end);
                let lines = before[level.offset * k..].chunks_exact_mut(k);
                if level.above == 0 {
                    scale_lines(lines.zip(l.iter().map(|l| lambda[0] / l)));
                    continue;
                }
                for (group, (own, l)) in lines.zip(l).enumerate() {
                    let scale = lambda[0] / l;
                    own.iter_mut().for_each(|x| *x *= scale);
                    let couplings = &t[group * level.above..];
                    for (row, x) in self.structure.rows_above(index, group).zip(couplings) {
                        after[row * k - end..].iter_mut().zip(&*own).for_each(|(r, o)| *r -= x * o);
                    }
                }
                continue;
            }
            let mut own = vec![0.0; q * k];
            for group in 0..level.groups() {
                let at = (level.offset + group * q) * k;
                small::transposed_product_into(lambda, q, (&r[at..at + q * k], k), &mut own);
                small::forward(&l[group * q * q..][..q * q], q, &mut own, k);
                for (ancestor, code, start) in self.structure.above(index, group) {
                    let to = ancestor.offset + code * ancestor.q;
                    for (i, values) in own.chunks_exact(k).enumerate() {
                        for j in 0..ancestor.q {
                            let x = t[(group * q + i) * level.above + start + j];
                            add_row(r, to + j, -x, values);
                        }
                    }
                }
                r[at..at + q * k].copy_from_slice(&own);
            }
        }
    }

    fn back_solve(&self, t: &mut [f64], k: usize) {
        let effects = self.structure.effects;
        let mut b = vec![0.0; effects * k];
        for (index, level) in self.structure.levels.iter().enumerate().rev() {
            let q = level.q;
            let (l, couplings) = &self.factors[index];
            if level.scalar {
                let (lambda, end) = (self.lambdas[index][0], (level.offset + level.groups()) * k);
                let (before, known) = b.split_at_mut(end);
                let lines = t[level.offset * k..end].chunks_exact_mut(k);
                let found = before[level.offset * k..].chunks_exact_mut(k);
                if level.above == 0 {
                    scale_lines(lines.zip(l.iter().map(|l| 1.0 / l)));
                    let own = &t[level.offset * k..end];
                    before[level.offset * k..].iter_mut().zip(own).for_each(|(b, x)| *b = lambda * x);
                    continue;
                }
                for (group, ((own, found), l)) in lines.zip(found).zip(l).enumerate() {
                    let couplings = &couplings[group * level.above..];
                    for (row, x) in self.structure.rows_above(index, group).zip(couplings) {
                        own.iter_mut().zip(&known[row * k - end..]).for_each(|(v, b)| *v -= x * b);
                    }
                    let pivot = 1.0 / l;
                    own.iter_mut().for_each(|x| *x *= pivot);
                    found.iter_mut().zip(own).for_each(|(b, x)| *b = lambda * *x);
                }
                continue;
            }
            for group in 0..level.groups() {
                let at = (level.offset + group * q) * k;
                let own = &mut t[at..at + q * k];
                for (ancestor, code, start) in self.structure.above(index, group) {
                    let from = ancestor.offset + code * ancestor.q;
                    for (i, values) in own.chunks_exact_mut(k).enumerate() {
                        for j in 0..ancestor.q {
                            let x = couplings[(group * q + i) * level.above + start + j];
                            let b = &b[(from + j) * k..][..k];
                            values.iter_mut().zip(b).for_each(|(v, b)| *v -= x * b);
                        }
                    }
                }
                small::backward(&l[group * q * q..][..q * q], q, own, k);
                small::product_into(&self.lambdas[index], q, (own, k), &mut b[at..at + q * k]);
            }
        }
    }

    /// From the root down: with T̃ = TΛ of the ancestors and C their part of the inverse,
    /// the group's own block is L⁻ᵀ(I + T̃CT̃ᵀ)L⁻¹ and its coupling −L⁻ᵀT̃C.
    fn inverse_blocks(self: Box<Self>) -> Vec<Vec<f64>> {
        let levels = &self.structure.levels;
        let mut blocks: Vec<Vec<f64>> = vec![Vec::new(); levels.len()];
        // The inverse over a group and all its ancestors, for the level below.
        let mut joint: Vec<f64> = Vec::new();
        for (index, level) in levels.iter().enumerate().rev() {
            let (q, above, width) = (level.q, level.above, level.width());
            let (l, t) = &self.factors[index];
            let mut own = vec![0.0; level.groups() * q * q];
            let mut next = vec![0.0; if index > 0 { level.groups() * width * width } else { 0 }];
            let parents = levels.len() - 1 - index;
            if level.scalar && index == 0 && above < 2 {
                blocks[index] = self.scalar_leaves(&joint);
                continue;
            }
            let (mut scaled, mut coupling) = (vec![0.0; q * above], vec![0.0; q * above]);
            for (group, block) in own.chunks_exact_mut(q * q).enumerate() {
                let l = &l[group * q * q..][..q * q];
                small::inverse_into(l, q, block);
                let mut rest: &[f64] = &[];
                if above > 0 {
                    self.scale_coupling(index, &t[group * q * above..][..q * above], &mut scaled);
                    small::backward(l, q, &mut scaled, above);
                    let parent = level.ancestors[group * parents] as usize;
                    rest = &joint[parent * above * above..][..above * above];
                    small::product_into(&scaled, above, (rest, above), &mut coupling);
                    for (i, line) in coupling.chunks_exact(above).enumerate() {
                        for (j, other) in scaled.chunks_exact(above).enumerate() {
                            block[i * q + j] += line.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
                        }
                    }
                }
                if index > 0 {
                    join(
                        block,
                        &coupling,
                        (rest, above),
                        &mut next[group * width * width..][..width * width],
                    );
                }
            }
            blocks[index] = own;
            joint = next;
        }
        blocks
    }
}

impl NestedFactors<'_> {
    /// The blocks of leaves with one effect and at most one ancestor: (1 + (tλ)²c)/l².
    fn scalar_leaves(&self, joint: &[f64]) -> Vec<f64> {
        let (l, t) = &self.factors[0];
        let ancestors = &self.structure.levels[0].ancestors;
        let Some(lambda) = self.lambdas.get(1) else {
            return l.iter().map(|l| 1.0 / (l * l)).collect();
        };
        let leaves = l.iter().zip(t).zip(ancestors);
        leaves
            .map(|((l, t), code)| (1.0 + (t * lambda[0]).powi(2) * joint[*code as usize]) / (l * l))
            .collect()
    }

    /// TΛ of the ancestors of one group.
    fn scale_coupling(&self, index: usize, t: &[f64], scaled: &mut [f64]) {
        let above = self.structure.levels[index].above;
        let mut start = 0;
        for (ancestor, lambda) in self.structure.levels[index + 1..].iter().zip(&self.lambdas[index + 1..]) {
            let q = ancestor.q;
            for (line, out) in t.chunks_exact(above).zip(scaled.chunks_exact_mut(above)) {
                for j in 0..q {
                    out[start + j] = (j..q).map(|i| line[start + i] * lambda[i * q + j]).sum();
                }
            }
            start += q;
        }
    }
}

/// [block, −coupling; −couplingᵀ, rest].
fn join(block: &[f64], coupling: &[f64], (rest, above): (&[f64], usize), joint: &mut [f64]) {
    let width = joint.len().isqrt();
    let q = width - above;
    for i in 0..width {
        for j in 0..width {
            joint[i * width + j] = match (i < q, j < q) {
                (true, true) => block[i * q + j],
                (true, false) => -coupling[i * above + j - q],
                (false, true) => -coupling[j * above + i - q],
                (false, false) => rest[(i - q) * above + j - q],
            };
        }
    }
}
