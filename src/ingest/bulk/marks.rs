//! The column of marks, whatever its type.

use polars::prelude::{DataType, IntoSeries, PolarsResult, Series};

use super::codes::{EMPTY, codes};
use super::entry::Entry;
use super::read::is_text;
use crate::ingest::clean;
use crate::ingest::number::parse_decimal;
use crate::model::{Decimal, MarkState, MarkWords, WordMeaning};

/// A mark before its item is known.
#[derive(Debug, Clone, Copy)]
pub(super) enum Written {
    /// A number, or a state coded as one.
    Number(f64),
    /// A share of the full mark.
    Share(Decimal),
}

impl Written {
    /// The number, or the state coded as one.
    #[inline]
    pub(super) fn resolve(self, full: Decimal) -> f64 {
        match self {
            Self::Number(number) => number,
            Self::Share(share) => (full * share).normalize().to_string().parse().unwrap_or(f64::NAN),
        }
    }
}

/// A column of marks.
#[derive(Debug)]
pub(super) enum Marks {
    /// Numbers.
    Numbers(Series),
    /// Texts: a code for each row, and what each code means.
    Texts(Vec<u32>, Vec<Written>),
}

impl Marks {
    /// The column.
    pub(super) fn new(series: Series, words: &MarkWords) -> PolarsResult<Self> {
        if is_text(&series) {
            let codes = codes(&series)?;
            let meanings = codes.texts.iter().map(|text| meaning(text.as_deref().unwrap_or(""), words));
            return Ok(Self::Texts(codes.rows, meanings.collect()));
        }
        match series.dtype() {
            DataType::Float64 => Ok(Self::Numbers(series)),
            DataType::Float32 => {
                // The shortest decimal that means the single-precision number: 0.1, not 0.10000000149.
                let column = series.f32()?;
                let exact =
                    column.iter().map(|value| value.and_then(|value| value.to_string().parse::<f64>().ok()));
                Ok(Self::Numbers(exact.collect::<polars::prelude::Float64Chunked>().into_series()))
            }
            _ => Ok(Self::Numbers(series.strict_cast(&DataType::Float64)?)),
        }
    }

    /// Gives every mark in the order of the rows.
    pub(super) fn each(&self, take: &mut impl FnMut(Written)) {
        let blank = Entry::coded(MarkState::Blank);
        match self {
            Self::Numbers(series) => {
                if let Ok(column) = series.f64() {
                    for value in column.iter() {
                        take(Written::Number(value.unwrap_or(blank)));
                    }
                }
            }
            Self::Texts(rows, meanings) => {
                for code in rows {
                    let meaning = meanings.get(*code as usize).copied().filter(|_| *code != EMPTY);
                    take(meaning.unwrap_or(Written::Number(blank)));
                }
            }
        }
    }
}

/// What a text means.
fn meaning(text: &str, words: &MarkWords) -> Written {
    let text = clean::identifier(text);
    let state = |state| Written::Number(Entry::coded(state));
    if text.is_empty() {
        return state(MarkState::Blank);
    }
    if let Some(number) = parse_decimal(&text) {
        return number.normalize().to_string().parse().map_or(state(MarkState::Rejected), Written::Number);
    }
    match words.meaning(&text) {
        Some(WordMeaning::State(meant)) => state(meant),
        Some(WordMeaning::Share(share)) => Written::Share(share),
        None => state(MarkState::Rejected),
    }
}
