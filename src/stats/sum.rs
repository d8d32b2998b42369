//! Sums whose bits do not depend on how many threads computed them.

use rayon::prelude::*;

/// The chunk over which one partial sum runs. The partial sums are folded in order, so the value is the same
/// for one thread and for many; changing this constant changes the last digits of large sums.
pub const CHUNK: usize = 4096;

/// Below this length a parallel sum costs more than it saves.
const PARALLEL_FROM: usize = 64 * CHUNK;

/// a + b as rounded, and what rounding took from it (D. Knuth, The Art of Computer Programming 2, 4.2.2, theorem B): the
/// same number as Neumaier's, without a comparison.
#[inline]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let total = a + b;
    let added = total - a;
    (total, (a - (total - added)) + (b - added))
}

/// A running sum with the rounding error carried along (A. Neumaier, ZAMM 54, 1974, "improved Kahan–Babuška").
///
/// The error of the sum is about one rounding of the result plus n·ε² times Σ|x|, however the terms cancel.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct NeumaierSum {
    sum: f64,
    compensation: f64,
}

impl NeumaierSum {
    /// Adds one term.
    #[inline]
    pub fn add(&mut self, x: f64) {
        let (total, error) = two_sum(self.sum, x);
        self.compensation += error;
        self.sum = total;
    }

    /// The sum so far.
    #[must_use]
    pub fn value(&self) -> f64 {
        let value = self.sum + self.compensation;
        // An infinite sum makes the compensation undefined; the sum itself is then the answer.
        if value.is_nan() { self.sum } else { value }
    }
}

impl FromIterator<f64> for NeumaierSum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Self::default();
        for x in terms {
            sum.add(x);
        }
        sum
    }
}

/// Terms that a compensated sum takes side by side.
const LANES: usize = 4;

/// The compensated sum of the terms: each of four sums takes every fourth term, and their sums and errors are added with
/// compensation in turn.
#[must_use]
pub fn compensated_sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    let mut lanes = [NeumaierSum::default(); LANES];
    let mut terms = terms.into_iter();
    'all: loop {
        for lane in &mut lanes {
            let Some(term) = terms.next() else { break 'all };
            lane.add(term);
        }
    }
    joined(lanes)
}

/// The compensated sum of a term of each number, the same to the last bit as [`compensated_sum`] of those terms: over a
/// slice the four sums run in the processor's vectors.
#[must_use]
pub fn compensated_sum_of(xs: &[f64], term: impl Fn(f64) -> f64) -> f64 {
    let (mut sums, mut errors) = ([0.0; LANES], [0.0; LANES]);
    let mut add = |lane: usize, x: f64| {
        let (total, error) = two_sum(sums[lane], x);
        errors[lane] += error;
        sums[lane] = total;
    };
    let (whole, rest) = xs.as_chunks::<LANES>();
    for four in whole {
        for (lane, x) in four.iter().enumerate() {
            add(lane, term(*x));
        }
    }
    for (lane, x) in rest.iter().enumerate() {
        add(lane, term(*x));
    }
    let lane = |at: usize| NeumaierSum { sum: sums[at], compensation: errors[at] };
    joined(std::array::from_fn(lane))
}

/// The lanes of a compensated sum, added with compensation in turn.
fn joined(lanes: [NeumaierSum; LANES]) -> f64 {
    // A sum that is not finite has no error.
    let errors = lanes.iter().map(|lane| lane.compensation).filter(|error| !error.is_nan());
    lanes.iter().map(|lane| lane.sum).chain(errors).collect::<NeumaierSum>().value()
}

/// The plain sum in fixed chunks folded in order; long slices are summed by several threads.
///
/// The result has the same bits for every number of threads.
#[must_use]
pub fn chunked_sum(xs: &[f64]) -> f64 {
    if xs.len() < PARALLEL_FROM {
        return xs.chunks(CHUNK).map(plain_sum).sum();
    }
    let partial: Vec<f64> = xs.par_chunks(CHUNK).map(plain_sum).collect();
    partial.into_iter().sum()
}

/// The mean by [`chunked_sum`]; `None` of nothing.
#[must_use]
pub fn chunked_mean(xs: &[f64]) -> Option<f64> {
    (!xs.is_empty()).then(|| chunked_sum(xs) / xs.len() as f64)
}

fn plain_sum(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_plain_sum_loses_the_compensated_sum_keeps() {
        assert_eq!(compensated_sum([1.0, 1e100, 1.0, -1e100]), 2.0);
    }

    #[test]
    fn over_a_slice_the_compensated_sum_has_the_same_bits() {
        let xs: Vec<f64> = (0..1003).map(|i| (f64::from(i) * 0.37).sin() * 1e3 + 1e9).collect();
        for n in [0, 1, 3, 4, 5, 1003] {
            let plain = compensated_sum(xs[..n].iter().map(|x| (x - 1e9) * x));
            assert_eq!(compensated_sum_of(&xs[..n], |x| (x - 1e9) * x).to_bits(), plain.to_bits());
        }
        assert_eq!(compensated_sum_of(&[1.0, f64::INFINITY, 2.0], |x| x), f64::INFINITY);
    }

    #[test]
    fn an_infinite_term_makes_an_infinite_sum() {
        assert_eq!(compensated_sum([1.0, f64::INFINITY, 2.0]), f64::INFINITY);
    }

    #[test]
    fn the_number_of_threads_changes_no_bit() {
        let xs: Vec<f64> = (0..PARALLEL_FROM + 12_345).map(|i| 1.0 / (1.0 + i as f64)).collect();
        let sequential: f64 = xs.chunks(CHUNK).map(plain_sum).sum();
        for threads in [1, 2, 3, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert_eq!(pool.install(|| chunked_sum(&xs)).to_bits(), sequential.to_bits());
        }
    }

    #[test]
    fn nothing_has_no_mean() {
        assert_eq!(chunked_mean(&[]), None);
        assert_eq!(chunked_mean(&[1.0, 2.0]), Some(1.5));
    }
}
