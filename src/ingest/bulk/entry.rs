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
        let value = |number| Entry::raw(1, 2, number).value();
        for state in MarkState::ALL {
            assert_eq!(value(Entry::coded(state)), EntryValue::State(state));
        }
        assert_eq!(value(f64::NAN), EntryValue::State(MarkState::Blank));
        assert_eq!(value(8.5), EntryValue::Number(8.5));
        assert_eq!(value(f64::INFINITY), EntryValue::State(MarkState::Rejected));
    }
}
