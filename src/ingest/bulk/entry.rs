//! One mark in 16 bytes.

use crate::model::MarkState;

/// The quiet bit pattern of a number that is none; states stand in its low bits.
const NOT_A_NUMBER: u64 = 0x7ff8_0000_0000_0000;

/// One mark: a student, an item of the offering, and a number or a state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// Number of the student.
    pub(crate) student: u32,
    /// Position of the item in its offering.
    pub(crate) item: u32,
    value: f64,
}

/// What an entry says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum EntryValue {
    /// A finite number as the file has it, not checked.
    Number(f64),
    /// A state.
    State(MarkState),
}

impl Entry {
    /// An entry; infinite numbers and the like are rejected.
    #[inline]
    pub(crate) fn new(student: u32, item: u32, value: EntryValue) -> Self {
        let value = match value {
            EntryValue::Number(number) if number.is_finite() => number,
            EntryValue::Number(_) => Self::coded(MarkState::Rejected),
            EntryValue::State(state) => Self::coded(state),
        };
        Self { student, item, value }
    }

    /// A state as a number that is none.
    pub(crate) fn coded(state: MarkState) -> f64 {
        f64::from_bits(NOT_A_NUMBER | (state as u64 + 1))
    }

    /// An entry whose number may already be a coded state; a plain `NaN` is an empty cell.
    #[inline]
    pub(crate) fn raw(student: u32, item: u32, value: f64) -> Self {
        Self { student, item, value }
    }

    /// What it says.
    #[inline]
    pub(crate) fn value(&self) -> EntryValue {
        if self.value.is_finite() {
            return EntryValue::Number(self.value);
        }
        if self.value.is_infinite() {
            return EntryValue::State(MarkState::Rejected);
        }
        let code = usize::try_from(self.value.to_bits() & 0xff).unwrap_or(0);
        EntryValue::State(
            code.checked_sub(1).and_then(|at| MarkState::ALL.get(at).copied()).unwrap_or(MarkState::Blank),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_survives_in_a_number_that_is_none() {
        for state in MarkState::ALL {
            assert_eq!(Entry::new(1, 2, EntryValue::State(state)).value(), EntryValue::State(state));
        }
        assert_eq!(Entry::raw(1, 2, f64::NAN).value(), EntryValue::State(MarkState::Blank));
        assert_eq!(Entry::new(1, 2, EntryValue::Number(8.5)).value(), EntryValue::Number(8.5));
        let infinite = Entry::new(1, 2, EntryValue::Number(f64::INFINITY));
        assert_eq!(infinite.value(), EntryValue::State(MarkState::Rejected));
    }
}
