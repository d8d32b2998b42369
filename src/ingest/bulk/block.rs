//! A block of rows, its marks sorted by offering.

use std::ops::Range;
use std::sync::Arc;

use super::columns::{Columns, Target, TargetRoom};
use super::entry::{Entries, Entry, Odd};
use super::marks::Span;

/// The marks of some consecutive rows of a file.
#[derive(Debug)]
pub(crate) struct Block {
    /// Position of the file among the bulk files.
    pub(crate) file: usize,
    /// The rows.
    pub(super) rows: Range<usize>,
    /// Marks: those of offering `o` at `starts[o]..starts[o + 1]`, each in the order of the file.
    entries: Vec<Entry>,
    /// Where each offering's marks start; one more than there are offerings.
    starts: Vec<u32>,
    /// Decimal places of a unit of its marks.
    scale: u8,
    /// The odd marks of its column.
    odd: Arc<[Odd]>,
}

/// What one block after the other is made in, so that its memory is had once.
#[derive(Debug, Default)]
pub(super) struct Room {
    targets: TargetRoom,
    written: Vec<i32>,
    entries: Vec<Entry>,
    next: Vec<u32>,
}

impl Block {
    /// Sorts the rows by offering. Rows that belong nowhere are left out: they are those whose
    /// [`Columns::targets`] are none.
    pub(super) fn new(
        file: usize,
        span: &Span<'_>,
        columns: &Columns,
        n_offerings: usize,
        room: &mut Room,
    ) -> Self {
        let Room { targets, written, entries, next } = room;
        let targets = columns.targets(span.rows.clone(), targets);
        let mut starts = vec![0u32; n_offerings + 1];
        for target in targets {
            if let Some(count) = starts.get_mut(target.offering.wrapping_add(1) as usize) {
                *count += u32::from(target.is_somewhere());
            }
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        next.clone_from(&starts);
        let used = starts.last().copied().unwrap_or(0);
        entries.resize(targets.len(), Entry::default());
        for (target, written) in targets.iter().zip(span.written(written)) {
            let Target { offering, item, student } = *target;
            if target.is_somewhere() {
                let slot = &mut next[offering as usize];
                entries[*slot as usize] = Entry { student, item, written: *written };
                *slot += 1;
            }
        }
        let piece = span.piece;
        Self {
            file,
            rows: span.rows.clone(),
            entries: entries[..used as usize].to_vec(),
            starts,
            scale: piece.scale,
            odd: Arc::clone(&piece.odd),
        }
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
