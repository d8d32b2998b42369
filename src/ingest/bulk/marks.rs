//! The column of marks, whatever its type, as whole numbers of units.
//!
//! A mark that is k / 10ˢ becomes k while its piece of the file is at hand: half the memory of the number, and nothing
//! after it divides. States and what is no such number stand below 0.

use std::sync::Arc;

use polars::prelude::{DataType, Float64Chunked, PolarsResult, Series};

use super::codes::{self, Names};
use super::entry::{Odd, add_odd, state};
use crate::ingest::clean;
use crate::ingest::number::{parse_decimal, plain_units};
use crate::model::{Decimal, MarkState, MarkWords, WordMeaning};

/// The most decimal places of a unit.
const MOST_PLACES: u8 = 6;
/// Rows that are tried at once.
const SOME: usize = 1 << 10;

/// Marks of a piece of a column, as [`Entry::written`](super::Entry::written) has them.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks {
    pub(super) written: Vec<i32>,
    /// A unit is 1 / 10^`scale`.
    pub(super) scale: u8,
    pub(super) odd: Arc<[Odd]>,
}

impl Marks {
    /// The marks of a piece of a column; texts mean what `words` say.
    pub(super) fn new(series: &Series, words: &MarkWords) -> PolarsResult<Self> {
        Ok(match series.dtype() {
            DataType::String => Self::of_coded(codes::coded(series)?, words),
            DataType::Float32 => {
                // The shortest decimal that means the single-precision number: 0.1, not 0.10000000149.
                let exact = |value: f32| value.to_string().parse::<f64>().ok();
                let numbers = series.f32()?.iter().map(|value| value.and_then(exact));
                Self::of_numbers(&numbers.collect())
            }
            _ => Self::of_numbers(series.strict_cast(&DataType::Float64)?.f64()?),
        })
    }

    /// Coded texts, each of them understood once.
    fn of_coded(coded: codes::Coded, words: &MarkWords) -> Self {
        let texts = match coded.names {
            Names::Texts(texts) => texts,
            Names::Numbers { .. } => Vec::new(),
        };
        let meant = Self::of_texts(texts.iter().map(String::as_str), words);
        let blank = state(MarkState::Blank);
        let written = |code: &u32| meant.written.get(*code as usize).copied().unwrap_or(blank);
        Self { written: coded.rows.iter().map(written).collect(), ..meant }
    }

    /// Numbers with the fewest decimal places that all of them have, or the most there may be.
    fn of_numbers(numbers: &Float64Chunked) -> Self {
        let mut written = Vec::with_capacity(numbers.len());
        let mut odd = Vec::new();
        let mut scale = 0;
        while !write(numbers, scale, &mut written, (scale == MOST_PLACES).then_some(&mut odd)) {
            scale += 1;
        }
        Self { written, scale, odd: odd.into() }
    }

    /// What texts mean, each of them once.
    fn of_texts<'t>(texts: impl Iterator<Item = &'t str>, words: &MarkWords) -> Self {
        let meanings: Vec<Meaning> = texts.map(|text| meaning(text, words)).collect();
        let number = |meaning: &Meaning| match meaning {
            Meaning::Number(number) => *number,
            Meaning::State(_) | Meaning::Share(_) => 0.0,
        };
        let numbers: Vec<f64> = meanings.iter().map(number).collect();
        let mut marks = Self::of_numbers(&Float64Chunked::from_vec("".into(), numbers));
        let mut odd = marks.odd.to_vec();
        for (written, meaning) in marks.written.iter_mut().zip(&meanings) {
            match meaning {
                Meaning::Number(_) => {}
                Meaning::State(meant) => *written = state(*meant),
                Meaning::Share(share) => *written = add_odd(&mut odd, Odd::Share(*share)),
            }
        }
        marks.odd = odd.into();
        marks
    }
}

/// Writes numbers in units; `false` at the first that is none, where odd marks have no list.
fn write(numbers: &Float64Chunked, scale: u8, into: &mut Vec<i32>, mut odd: Option<&mut Vec<Odd>>) -> bool {
    let power = 10f64.powi(i32::from(scale));
    into.clear();
    for chunk in numbers.downcast_iter() {
        let first = into.len();
        for some in chunk.values().chunks(SOME) {
            let from = into.len();
            into.extend(some.iter().map(|number| plain_units(*number, power).unwrap_or(-1)));
            if into[from..].iter().fold(0, |all, units| all | units) >= 0 {
                continue;
            }
            for (written, number) in into[from..].iter_mut().zip(some).filter(|(written, _)| **written < 0) {
                *written = match &mut odd {
                    _ if number.is_nan() => state(MarkState::Blank),
                    _ if number.is_infinite() => state(MarkState::Rejected),
                    Some(odd) => add_odd(odd, Odd::Number(*number)),
                    None => return false,
                };
            }
        }
        if let Some(valid) = chunk.validity().filter(|valid| valid.unset_bits() > 0) {
            for missing in (!valid).true_idx_iter() {
                into[first + missing] = state(MarkState::Blank);
            }
        }
    }
    true
}

/// What a text means.
enum Meaning {
    Number(f64),
    State(MarkState),
    Share(Decimal),
}

fn meaning(text: &str, words: &MarkWords) -> Meaning {
    let text = clean::identifier(text);
    if text.is_empty() {
        return Meaning::State(MarkState::Blank);
    }
    if let Some(number) = parse_decimal(&text) {
        let number = number.normalize().to_string().parse();
        return number.map_or(Meaning::State(MarkState::Rejected), Meaning::Number);
    }
    match words.meaning(&text) {
        Some(WordMeaning::State(meant)) => Meaning::State(meant),
        Some(WordMeaning::Share(share)) => Meaning::Share(share),
        None => Meaning::State(MarkState::Rejected),
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::NamedFrom;

    use super::super::entry::{Entries, Unusual};
    use super::*;

    fn read(column: &Series) -> Vec<Result<(i32, u8), Unusual>> {
        let Marks { written, scale, odd } = Marks::new(column, &MarkWords::default()).unwrap();
        let entries = Entries { list: &[], scale, odd: &odd };
        let mark =
            |written: i32| if written < 0 { Err(entries.unusual(written)) } else { Ok((written, scale)) };
        written.into_iter().map(mark).collect()
    }

    #[test]
    fn every_row_has_its_mark_whatever_the_type_of_the_column() {
        let blank = Err(Unusual::State(MarkState::Blank));
        let mut column = Series::new("mark".into(), [Some(1.5), None]);
        column.append(&Series::new("mark".into(), [Some(3.0), Some(6.25)])).unwrap();
        let expected = [Ok((150, 2)), blank, Ok((300, 2)), Ok((625, 2))];
        assert_eq!(read(&column), expected);
        assert_eq!(read(&Series::new("mark".into(), [Some("1.5"), None, Some("3"), Some("6.25")])), expected);
        assert_eq!(read(&Series::new("mark".into(), ["1.5", "", "3", "6.25"])), expected);
        assert_eq!(read(&Series::new("mark".into(), [Some(7_i64), None])), [Ok((7, 0)), blank]);
    }

    #[test]
    fn what_is_no_number_of_few_places_is_kept_as_it_is() {
        let third = 100.0 / 3.0;
        let numbers = [third, f64::NAN, f64::INFINITY, -0.5, 1e12, 7.0];
        let odd = |number| Err(Unusual::Odd(Odd::Number(number)));
        let state = |state| Err(Unusual::State(state));
        let expected = [
            odd(third),
            state(MarkState::Blank),
            state(MarkState::Rejected),
            odd(-0.5),
            odd(1e12),
            Ok((7_000_000, 6)),
        ];
        assert_eq!(read(&Series::new("mark".into(), numbers)), expected);
        let single = Series::new("mark".into(), [0.1_f32, 8.25]);
        assert_eq!(read(&single), [Ok((10, 2)), Ok((825, 2))]);
    }
}
