//! One mark in 12 bytes.

use crate::model::{Decimal, MarkGrid, MarkState};

/// One mark: a student, an item of the offering, and what stands there.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Entry {
    /// Number of the student.
    pub(crate) student: u32,
    /// Position of the item in its offering.
    pub(crate) item: u32,
    /// The mark in whole units; below 0 a state or, further below, the place of an odd mark.
    pub(crate) written: i32,
}

/// A mark that is no plain number of units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Odd {
    /// A number as the file has it: finite, not checked.
    Number(f64),
    /// A share of the full mark.
    Share(Decimal),
}

/// What an entry says that is no plain number of units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Unusual {
    /// A state.
    State(MarkState),
    /// An odd mark.
    Odd(Odd),
}

/// The first odd mark; those after it are each one lower. States are above it.
const FIRST_ODD: i32 = -16;

/// How a state is written.
pub(super) fn state(state: MarkState) -> i32 {
    i32::try_from(MarkGrid::code(state)).unwrap_or(FIRST_ODD + 1)
}

/// Adds an odd mark to those of its column, and says how it is written.
pub(super) fn add_odd(list: &mut Vec<Odd>, odd: Odd) -> i32 {
    match i32::try_from(list.len()).ok().and_then(|at| FIRST_ODD.checked_sub(at)) {
        Some(written) => {
            list.push(odd);
            written
        }
        None => state(MarkState::Rejected),
    }
}

/// The marks of one offering in one block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entries<'b> {
    /// In the order of the file.
    pub(crate) list: &'b [Entry],
    /// Decimal places of a unit.
    pub(crate) scale: u8,
    /// The odd marks of the column.
    pub(super) odd: &'b [Odd],
}

impl Entries<'_> {
    /// Whether some of its column are odd.
    pub(crate) fn has_odd(&self) -> bool {
        !self.odd.is_empty()
    }

    /// What an entry says that is no plain number of units.
    pub(crate) fn unusual(&self, written: i32) -> Unusual {
        let place = |from: i32| usize::try_from(i64::from(from) - i64::from(written)).ok();
        match place(FIRST_ODD) {
            Some(at) => {
                self.odd.get(at).map_or(Unusual::State(MarkState::Rejected), |odd| Unusual::Odd(*odd))
            }
            None => {
                let state = place(-1).and_then(|at| MarkState::ALL.get(at));
                Unusual::State(state.copied().unwrap_or(MarkState::Rejected))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_and_an_odd_mark_survive_as_numbers_below_zero() {
        let mut odd = Vec::new();
        let share = Odd::Share(Decimal::new(95, 2));
        let written = [add_odd(&mut odd, Odd::Number(-1.5)), add_odd(&mut odd, share)];
        let entries = Entries { list: &[], scale: 0, odd: &odd };
        for one in MarkState::ALL {
            assert!(state(one) < 0);
            assert_eq!(entries.unusual(state(one)), Unusual::State(one));
        }
        assert_eq!(
            written.map(|written| entries.unusual(written)),
            [Unusual::Odd(Odd::Number(-1.5)), Unusual::Odd(share)]
        );
        for beyond in [i32::MIN, FIRST_ODD - 2] {
            assert_eq!(entries.unusual(beyond), Unusual::State(MarkState::Rejected));
        }
    }
}
