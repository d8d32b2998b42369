//! A block of rows, its marks sorted by offering.

use std::sync::Arc;

use super::columns::{Columns, NONE, Nowhere};
use super::entry::{Entries, Entry, Odd};
use super::piece::Piece;

/// The marks of some consecutive rows of a file.
#[derive(Debug)]
pub(crate) struct Block {
    /// Position of the file among the bulk files.
    pub(crate) file: usize,
    /// Marks: those of offering `o` at `starts[o]..starts[o + 1]`, each in the order of the file.
    entries: Vec<Entry>,
    /// Where each offering's marks start; one more than there are offerings.
    starts: Vec<u32>,
    /// Decimal places of a unit of its marks.
    scale: u8,
    /// The odd marks of its column.
    odd: Arc<[Odd]>,
    /// Rows that are marks of nothing.
    pub(super) nowhere: Vec<Nowhere>,
}

/// What one block after the other is made in, so that its memory is had once.
#[derive(Debug, Default)]
pub(super) struct Room {
    offerings: Vec<u32>,
    next: Vec<u32>,
    sorted: Vec<Entry>,
}

impl Block {
    /// Sorts the rows of piece `at` by offering; those that are marks of nothing are left out.
    pub(super) fn new(
        file: usize,
        (at, mut piece): (usize, Piece),
        columns: &Columns,
        n_offerings: usize,
        room: &mut Room,
    ) -> Self {
        let Room { offerings, next, sorted } = room;
        let nowhere = columns.settle(at, &mut piece, offerings);
        // Marks of nothing are counted at 0, before the offerings.
        let mut starts = vec![0_u32; n_offerings + 1];
        for offering in &*offerings {
            if let Some(count) = starts.get_mut(offering.wrapping_add(1) as usize) {
                *count += 1;
            }
        }
        starts[0] = 0;
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        next.clone_from(&starts);
        sorted.resize(piece.entries.len(), Entry::default());
        for (entry, offering) in piece.entries.iter().zip(&*offerings) {
            if *offering != NONE {
                let slot = &mut next[*offering as usize];
                sorted[*slot as usize] = *entry;
                *slot += 1;
            }
        }
        // The next block is sorted in the memory of this piece.
        let mut entries = std::mem::replace(sorted, piece.entries);
        entries.truncate(starts.last().map_or(0, |used| *used as usize));
        Self { file, entries, starts, scale: piece.scale, odd: piece.odd, nowhere }
    }

    /// Number of rows used.
    pub(super) fn n_used(&self) -> usize {
        self.entries.len()
    }

    /// The marks of an offering.
    pub(crate) fn of(&self, offering: usize) -> Entries<'_> {
        let list = match (self.starts.get(offering), self.starts.get(offering + 1)) {
            (Some(&from), Some(&to)) => self.entries.get(from as usize..to as usize).unwrap_or(&[]),
            _ => &[],
        };
        Entries { list, scale: self.scale, odd: &self.odd }
    }
}
