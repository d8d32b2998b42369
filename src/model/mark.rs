//! Marks: what a student has for an item, a number or a state.

use std::collections::BTreeMap;

use num_traits::ToPrimitive;
use serde::{Deserialize, Serialize};

use super::Decimal;

/// Why a student has no number for an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkState {
    /// Not handed in or not attempted 未交.
    Blank,
    /// Absent 缺考.
    Absent,
    /// Deferred 缓考.
    Deferred,
    /// Exempt 免修.
    Exempt,
    /// Withdrawn 退课、休学.
    Withdrawn,
    /// Misconduct 作弊、违纪.
    Misconduct,
    /// Something stood in the cell that is no mark: an issue names it, and no policy makes a number of it.
    Rejected,
}

impl MarkState {
    /// All states, in the order of their codes.
    pub const ALL: [Self; 7] = [
        Self::Blank,
        Self::Absent,
        Self::Deferred,
        Self::Exempt,
        Self::Withdrawn,
        Self::Misconduct,
        Self::Rejected,
    ];

    /// The state's place in a set of states.
    pub(crate) fn bit(self) -> u8 {
        1 << self as u8
    }

    /// The key used in files: `blank`, `absent`, …
    pub fn key(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Absent => "absent",
            Self::Deferred => "deferred",
            Self::Exempt => "exempt",
            Self::Withdrawn => "withdrawn",
            Self::Misconduct => "misconduct",
            Self::Rejected => "rejected",
        }
    }
}

/// One cell of a mark sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A mark in minor units of its item: `mark = units / 10^scale`.
    Scored(i64),
    /// No number, for this reason.
    State(MarkState),
}

/// What a word in a mark cell means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WordMeaning {
    /// A state, such as `缺考`.
    State(MarkState),
    /// A share of the full mark, such as 优 = 0.95.
    Share(Decimal),
}

/// The words a mark cell may hold instead of a number. A word that is not here is an issue, never a number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkWords(pub BTreeMap<String, WordMeaning>);

impl MarkWords {
    /// The meaning of a word, spaces around it and the case of Latin letters aside.
    pub fn meaning(&self, word: &str) -> Option<WordMeaning> {
        let word = word.trim();
        self.0.get(word).or_else(|| self.0.get(&word.to_uppercase())).copied()
    }
}

/// The marks of one offering: students in rows, items in columns.
///
/// A mark is a whole number of minor units of its column, so that sums are exact: with `scale(j) = 1` the mark
/// 8.5 is stored as 85. A cell that was never written holds [`MarkState::Blank`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarkGrid {
    n_students: usize,
    /// Decimal places of each item's marks.
    scales: Vec<u8>,
    /// Row-major: cell of student i and item j at `i * n_items + j`; negative numbers are states.
    cells: Vec<i64>,
    /// The states that stand in each row: the bit of a state's position in [`MarkState::ALL`].
    states: Vec<u8>,
}

impl MarkGrid {
    /// The largest number of decimal places a column may have.
    pub const MAX_SCALE: u8 = 17;

    /// A grid of blanks.
    pub fn blank(n_students: usize, scales: Vec<u8>) -> Self {
        let cells = vec![Self::code(MarkState::Blank); n_students * scales.len()];
        let states = vec![states_in(cells.get(..scales.len()).unwrap_or(&[])); n_students];
        Self { n_students, scales, cells, states }
    }

    /// A grid from cells already coded by [`MarkGrid::code`] and [`MarkGrid::units`], row by row;
    /// `None` where the number of cells is not students × items.
    pub fn from_cells(n_students: usize, scales: Vec<u8>, cells: Vec<i64>) -> Option<Self> {
        if cells.len() != n_students * scales.len() {
            return None;
        }
        let mut states: Vec<u8> = cells.chunks_exact(scales.len().max(1)).map(states_in).collect();
        states.resize(n_students, 0);
        Some(Self { n_students, scales, cells, states })
    }

    /// The stored code of a state: a negative number.
    pub fn code(state: MarkState) -> i64 {
        -1 - state as i64
    }

    /// The position in [`MarkState::ALL`] of the state with this code.
    #[inline]
    pub(crate) fn position(code: i64) -> usize {
        usize::try_from(-1 - code).unwrap_or(0).min(MarkState::ALL.len() - 1)
    }

    /// The states that stand in a student's row, as a sum of [`MarkState::bit`]s.
    #[inline]
    pub(crate) fn states(&self, student: usize) -> u8 {
        self.states[student]
    }

    /// A decimal mark in minor units of a column with `scale` places; `None` where it is negative, has more
    /// places than that, or has too many digits.
    pub fn units(mark: Decimal, scale: u8) -> Option<i64> {
        let mark = mark.normalize();
        let places = u32::from(scale).checked_sub(mark.scale())?;
        let units = mark.mantissa().checked_mul(10i128.checked_pow(places)?)?;
        (units >= 0).then(|| units.to_i64()).flatten()
    }

    /// Sets one cell.
    pub fn set(&mut self, student: usize, item: usize, mark: Mark) {
        let at = student * self.scales.len() + item;
        self.cells[at] = match mark {
            Mark::Scored(units) => units.max(0),
            Mark::State(state) => Self::code(state),
        };
        self.states[student] = states_in(self.row(student));
    }

    /// One cell.
    pub fn get(&self, student: usize, item: usize) -> Mark {
        match self.cells[student * self.scales.len() + item] {
            units @ 0.. => Mark::Scored(units),
            code => Mark::State(MarkState::ALL[Self::position(code)]),
        }
    }

    /// One cell as a decimal; `None` where it holds a state.
    pub fn decimal(&self, student: usize, item: usize) -> Option<Decimal> {
        match self.get(student, item) {
            Mark::Scored(units) => {
                Decimal::try_from_i128_with_scale(i128::from(units), u32::from(self.scales[item])).ok()
            }
            Mark::State(_) => None,
        }
    }

    /// Number of students.
    pub fn n_students(&self) -> usize {
        self.n_students
    }

    /// Number of items.
    pub fn n_items(&self) -> usize {
        self.scales.len()
    }

    /// Decimal places of an item's marks.
    pub fn scale(&self, item: usize) -> u8 {
        self.scales[item]
    }

    /// Decimal places of an item's marks; 0 where the grid has no such column.
    pub fn scale_or_zero(&self, item: usize) -> u8 {
        self.scales.get(item).copied().unwrap_or(0)
    }

    /// The coded cells of one student.
    pub fn row(&self, student: usize) -> &[i64] {
        &self.cells[student * self.scales.len()..(student + 1) * self.scales.len()]
    }
}

fn states_in(row: &[i64]) -> u8 {
    // Codes of states are negative: most rows have none.
    if row.iter().fold(0, |states, code| states | code) >= 0 {
        return 0;
    }
    let states = row.iter().filter(|code| **code < 0);
    states.fold(0, |states, code| states | MarkState::ALL[MarkGrid::position(*code)].bit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_keeps_marks_exactly_and_states_apart_from_zero() {
        let mut grid = MarkGrid::blank(2, vec![1, 0]);
        let units = MarkGrid::units(Decimal::new(85, 1), 1).unwrap();
        grid.set(0, 0, Mark::Scored(units));
        grid.set(1, 1, Mark::Scored(0));
        for state in MarkState::ALL {
            grid.set(1, 0, Mark::State(state));
            assert_eq!(grid.get(1, 0), Mark::State(state));
            assert_eq!(grid.states(1), state.bit());
        }
        assert_eq!(grid.decimal(0, 0), Some(Decimal::new(85, 1)));
        assert_eq!(grid.get(0, 1), Mark::State(MarkState::Blank));
        assert_eq!(grid.get(1, 1), Mark::Scored(0));
        assert_eq!(grid.states(0), MarkState::Blank.bit());
        let coded = MarkGrid::from_cells(2, vec![1, 0], [grid.row(0), grid.row(1)].concat());
        assert_eq!(coded, Some(grid));
        assert_eq!(MarkGrid::from_cells(3, Vec::new(), Vec::new()), Some(MarkGrid::blank(3, Vec::new())));
    }

    #[test]
    fn a_mark_with_more_places_than_its_column_does_not_fit() {
        assert_eq!(MarkGrid::units(Decimal::new(855, 2), 1), None);
        assert_eq!(MarkGrid::units(Decimal::new(-1, 0), 1), None);
        assert_eq!(MarkGrid::units(Decimal::new(850, 2), 1), Some(85));
    }
}
