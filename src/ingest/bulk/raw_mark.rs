//! One mark of a bulk file in 8 bytes.

use crate::model::MarkState;

/// The quiet bit pattern of a number that is none; states stand in its low bits.
const NOT_A_NUMBER: u64 = 0x7ff8_0000_0000_0000;
/// Low bits of a cell that no row speaks of.
const UNSEEN: u64 = 0xff;
/// Low bits of a cell of which two rows say different things.
const CONTRADICTED: u64 = 0xfe;

/// A number as the file has it, not checked, or a state, as the bits of an `f64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RawMark(u64);

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum RawValue {
    /// A finite number, not checked.
    Number(f64),
    /// A state.
    State(MarkState),
    /// No row speaks of this cell.
    Unseen,
    /// Two rows say different things; both have been reported.
    Contradicted,
}

impl RawMark {
    /// A cell that no row speaks of.
    pub(crate) const UNSEEN: Self = Self(NOT_A_NUMBER | UNSEEN);
    /// A cell of which two rows say different things.
    pub(super) const CONTRADICTED: Self = Self(NOT_A_NUMBER | CONTRADICTED);
    /// An empty cell.
    pub(super) const BLANK: Self = Self::state(MarkState::Blank);

    /// A state.
    pub(super) const fn state(state: MarkState) -> Self {
        Self(NOT_A_NUMBER | (state as u64 + 1))
    }

    /// A number of the file; one that is none is an empty cell, an infinite one is no mark.
    #[inline]
    pub(super) fn number(number: f64) -> Self {
        if number.is_nan() { Self::BLANK } else { Self(number.to_bits()) }
    }

    /// From the bits that [`RawMark::bits`] gave.
    #[inline]
    pub(super) fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Its bits.
    #[inline]
    pub(super) fn bits(self) -> u64 {
        self.0
    }

    /// What it says.
    #[inline]
    pub(crate) fn value(self) -> RawValue {
        let number = f64::from_bits(self.0);
        if number.is_finite() {
            return RawValue::Number(number);
        }
        if number.is_infinite() {
            return RawValue::State(MarkState::Rejected);
        }
        match self.0 & 0xff {
            UNSEEN => RawValue::Unseen,
            CONTRADICTED => RawValue::Contradicted,
            code => {
                let at = usize::try_from(code).unwrap_or(0).checked_sub(1);
                let state = at.and_then(|at| MarkState::ALL.get(at).copied());
                RawValue::State(state.unwrap_or(MarkState::Blank))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_survives_in_a_number_that_is_none() {
        for state in MarkState::ALL {
            assert_eq!(RawMark::state(state).value(), RawValue::State(state));
        }
        let value = |number| RawMark::number(number).value();
        assert_eq!(value(8.5), RawValue::Number(8.5));
        assert_eq!(value(f64::INFINITY), RawValue::State(MarkState::Rejected));
        assert_eq!(RawMark::UNSEEN.value(), RawValue::Unseen);
        assert_eq!(RawMark::CONTRADICTED.value(), RawValue::Contradicted);
    }

    #[test]
    fn whatever_bits_a_file_writes_for_no_number_mean_an_empty_cell() {
        for bits in [f64::NAN.to_bits(), RawMark::UNSEEN.0, RawMark::CONTRADICTED.0, u64::MAX] {
            assert_eq!(RawMark::number(f64::from_bits(bits)).value(), RawValue::State(MarkState::Blank));
        }
    }
}
