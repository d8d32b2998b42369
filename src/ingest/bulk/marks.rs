//! The column of marks, whatever its type.

use std::ops::Range;

use polars::prelude::{DataType, Float64Chunked, IntoSeries, PolarsResult, Series};

use super::codes::{Codes, EMPTY, codes};
use super::entry::Entry;
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
    Numbers(Float64Chunked),
    /// Texts: a code for each row, and what each code means.
    Texts(Vec<u32>, Vec<Written>),
}

impl Marks {
    /// The column.
    pub(super) fn new(series: Series, words: &MarkWords) -> PolarsResult<Self> {
        match series.dtype() {
            DataType::String => Ok(Self::of_texts(codes(&series)?, words)),
            DataType::Float32 => {
                // The shortest decimal that means the single-precision number: 0.1, not 0.10000000149.
                let column = series.f32()?;
                let exact =
                    column.iter().map(|value| value.and_then(|value| value.to_string().parse::<f64>().ok()));
                let exact = exact.collect::<Float64Chunked>().into_series();
                Ok(Self::Numbers(exact.f64()?.clone()))
            }
            _ => Ok(Self::Numbers(series.strict_cast(&DataType::Float64)?.f64()?.clone())),
        }
    }

    /// A column of texts.
    pub(super) fn of_texts(codes: Codes, words: &MarkWords) -> Self {
        let (texts, rows) = codes.into_parts();
        let meanings = texts.iter().map(|text| meaning(text.as_deref().unwrap_or(""), words)).collect();
        Self::Texts(rows, meanings)
    }

    /// The rows in spans of at most `most` rows, none across two pieces of the column in memory.
    pub(super) fn spans(&self, most: usize) -> Vec<Range<usize>> {
        let pieces: Vec<usize> = match self {
            Self::Numbers(column) => column.downcast_iter().map(|chunk| chunk.values().len()).collect(),
            Self::Texts(rows, _) => vec![rows.len()],
        };
        let mut spans = Vec::new();
        let mut start = 0;
        for piece in pieces {
            let end = start + piece;
            spans.extend((start..end).step_by(most).map(|from| from..end.min(from + most)));
            start = end;
        }
        spans
    }

    /// Gives every mark of a span in the order of the rows.
    #[inline]
    pub(super) fn each(&self, span: Range<usize>, mut take: impl FnMut(Written)) {
        let blank = Written::Number(Entry::coded(MarkState::Blank));
        match self {
            Self::Numbers(column) => {
                let mut start = 0;
                for chunk in column.downcast_iter() {
                    let values = chunk.values();
                    let Some(from) = span.start.checked_sub(start).filter(|from| *from < values.len()) else {
                        start += values.len();
                        continue;
                    };
                    let values = &values[from..values.len().min(from + span.len())];
                    match chunk.validity().filter(|validity| validity.unset_bits() > 0) {
                        None => values.iter().for_each(|value| take(Written::Number(*value))),
                        Some(validity) => {
                            for (value, valid) in values.iter().zip(validity.iter().skip(from)) {
                                take(if valid { Written::Number(*value) } else { blank });
                            }
                        }
                    }
                    return;
                }
            }
            Self::Texts(rows, meanings) => {
                for code in &rows[span] {
                    let meaning = meanings.get(*code as usize).copied().filter(|_| *code != EMPTY);
                    take(meaning.unwrap_or(blank));
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

#[cfg(test)]
mod tests {
    use polars::prelude::NamedFrom;

    use super::*;

    #[test]
    fn spans_cover_every_row_once_and_give_its_mark() {
        let words = MarkWords::default();
        let mut column = Series::new("mark".into(), [Some(1.5), None, Some(3.0)]);
        column.append(&Series::new("mark".into(), [4.0, 5.0, 6.0, 7.0])).unwrap();
        let texts = Series::new("mark".into(), ["1.5", "", "3", "4", "5", "6", "7"]);
        for series in [column, texts] {
            let marks = Marks::new(series, &words).unwrap();
            let mut seen = Vec::new();
            for span in marks.spans(2) {
                assert!(span.len() <= 2 && span.start == seen.len());
                marks.each(span, |mark| seen.push(mark.resolve(Decimal::ONE)));
            }
            assert_eq!(seen.len(), 7);
            assert_eq!(seen[1].to_bits(), Entry::coded(MarkState::Blank).to_bits());
            let numbers: Vec<f64> = seen.into_iter().filter(|mark| mark.is_finite()).collect();
            assert_eq!(numbers, [1.5, 3.0, 4.0, 5.0, 6.0, 7.0]);
        }
    }
}
