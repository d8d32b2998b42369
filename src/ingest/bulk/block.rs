//! A block of rows, its marks sorted by offering.

use std::ops::Range;

use super::Entry;
use super::columns::{Columns, Target};
use super::marks::Marks;
use crate::model::Decimal;

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
}

impl Block {
    /// Sorts the rows by offering. Rows that belong nowhere are left out: they are those whose
    /// [`Columns::target`] is none.
    ///
    /// `full` holds the full marks of every offering's items.
    pub(super) fn new(
        file: usize,
        rows: Range<usize>,
        columns: &Columns,
        marks: &Marks,
        full: &[&[Decimal]],
    ) -> Self {
        let targets = columns.targets(rows.clone());
        let mut starts = vec![0u32; full.len() + 1];
        for target in &targets {
            if let Some(count) = starts.get_mut(target.offering.wrapping_add(1) as usize) {
                *count += u32::from(target.is_somewhere());
            }
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let used = starts.last().copied().unwrap_or(0);
        let mut entries = vec![Entry::raw(0, 0, 0.0); used as usize];
        let mut targets = targets.iter();
        marks.each(rows.clone(), |mark| {
            let Some(&Target { offering, item, student }) = targets.next().filter(|one| one.is_somewhere())
            else {
                return;
            };
            let slot = &mut next[offering as usize];
            entries[*slot as usize] =
                Entry::raw(student, item, mark.resolve(full[offering as usize][item as usize]));
            *slot += 1;
        });
        Self { file, rows, entries, starts }
    }

    /// Number of rows used.
    pub(super) fn n_used(&self) -> usize {
        self.entries.len()
    }

    /// The marks of an offering.
    pub(crate) fn of(&self, offering: usize) -> &[Entry] {
        match (self.starts.get(offering), self.starts.get(offering + 1)) {
            (Some(&from), Some(&to)) => self.entries.get(from as usize..to as usize).unwrap_or(&[]),
            _ => &[],
        }
    }
}
