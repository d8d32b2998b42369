//! Who has a row in the grid of each offering.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

/// Tables of at most this many words of 32 students are kept whole.
const DENSE_WORDS: usize = 1 << 26;

/// The students of each offering, by their ranks.
///
/// A student's row is the number of those on the roster before: one word holds 32 students as bits and how many come
/// before them, so a row is found by one look.
#[derive(Debug)]
pub(crate) struct Seats {
    /// Ranks of each offering's students, ascending.
    ranks: Vec<Vec<u32>>,
    /// The words of each offering, one after the other; none where there would be too many.
    words: Option<Words>,
}

#[derive(Debug)]
struct Words {
    per_offering: usize,
    words: Vec<u64>,
}

/// Collects who is met where, from several threads.
#[derive(Debug)]
pub(super) enum Met {
    /// Bit r of offering o: the student of rank r was met there.
    Dense { per_offering: usize, words: Vec<AtomicU64> },
    /// Pairs of offering and rank.
    Sparse(std::sync::Mutex<Vec<(u32, u32)>>),
}

impl Met {
    /// Nobody met yet.
    pub(super) fn new(n_offerings: usize, n_students: usize) -> Self {
        let per_offering = n_students.div_ceil(32);
        let n_words = per_offering.saturating_mul(n_offerings);
        if n_words > DENSE_WORDS {
            return Self::Sparse(std::sync::Mutex::default());
        }
        Self::Dense { per_offering, words: (0..n_words).map(|_| AtomicU64::new(0)).collect() }
    }

    /// Students met; pairs of offering and rank.
    #[inline]
    pub(super) fn meet(&self, pairs: impl Iterator<Item = (u32, u32)>) {
        match self {
            Self::Dense { per_offering, words } => {
                for (offering, rank) in pairs {
                    let bit = 1 << (rank % 32);
                    if let Some(word) = words.get(offering as usize * per_offering + rank as usize / 32)
                        && word.load(Ordering::Relaxed) & bit == 0
                    {
                        word.fetch_or(bit, Ordering::Relaxed);
                    }
                }
            }
            Self::Sparse(met) => {
                let mut pairs: Vec<(u32, u32)> = pairs.collect();
                pairs.sort_unstable();
                pairs.dedup();
                met.lock().unwrap_or_else(std::sync::PoisonError::into_inner).append(&mut pairs);
            }
        }
    }

    /// Everybody has a row now.
    pub(super) fn seats(self, n_offerings: usize) -> Seats {
        match self {
            Self::Dense { per_offering, words } => {
                let mut words: Vec<u64> = words.into_iter().map(AtomicU64::into_inner).collect();
                let ranks = match per_offering {
                    0 => vec![Vec::new(); n_offerings],
                    _ => words.par_chunks_mut(per_offering).map(number).collect(),
                };
                Seats { ranks, words: Some(Words { per_offering, words }) }
            }
            Self::Sparse(met) => {
                let mut met = met.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
                met.par_sort_unstable();
                met.dedup();
                let mut ranks = vec![Vec::new(); n_offerings];
                for (offering, rank) in met {
                    ranks[offering as usize].push(rank);
                }
                Seats { ranks, words: None }
            }
        }
    }
}

/// Writes into each word how many come before it; the ranks of all.
fn number(words: &mut [u64]) -> Vec<u32> {
    let n = words.iter().map(|word| word.count_ones() as usize).sum();
    let mut ranks = Vec::with_capacity(n);
    for (word, first) in words.iter_mut().zip((0u32..).step_by(32)) {
        let mut bits = *word;
        *word |= (ranks.len() as u64) << 32;
        while bits != 0 {
            ranks.push(first + bits.trailing_zeros());
            bits &= bits - 1;
        }
    }
    ranks
}

impl Seats {
    /// The ranks of an offering's students, ascending.
    pub(crate) fn of(&self, offering: usize) -> &[u32] {
        self.ranks.get(offering).map_or(&[], Vec::as_slice)
    }

    /// The row of a student in the grid of an offering.
    #[inline]
    pub(super) fn row(&self, offering: u32, rank: u32) -> Option<usize> {
        match &self.words {
            Some(Words { per_offering, words }) => {
                let word = *words.get(offering as usize * per_offering + rank as usize / 32)?;
                let before = word & ((1 << (rank % 32)) - 1);
                Some((word >> 32) as usize + before.count_ones() as usize)
            }
            None => self.of(offering as usize).binary_search(&rank).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_the_number_of_students_before_whatever_the_size_of_the_table() {
        let pairs = [(1, 70), (0, 3), (1, 0), (1, 31), (1, 32), (1, 70), (0, 95)];
        let dense = Met::new(3, 96);
        assert!(matches!(dense, Met::Dense { .. }));
        let sparse = Met::Sparse(std::sync::Mutex::default());
        for met in [dense, sparse] {
            met.meet(pairs.into_iter());
            let seats = met.seats(3);
            assert_eq!(seats.of(0), [3, 95]);
            assert_eq!(seats.of(1), [0, 31, 32, 70]);
            assert_eq!(seats.of(2), [0u32; 0]);
            for offering in 0..3 {
                for (row, rank) in seats.of(offering as usize).iter().enumerate() {
                    assert_eq!(seats.row(offering, *rank), Some(row));
                }
            }
        }
        assert!(matches!(Met::new(1 << 20, 1 << 20), Met::Sparse(_)));
        assert_eq!(Met::new(2, 0).seats(2).of(1), [0u32; 0]);
    }
}
