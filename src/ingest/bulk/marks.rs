//! The column of marks, whatever its type.

use polars::prelude::{DataType, Float64Chunked, IntoSeries, PolarsResult, Series};

use super::codes::codes;
use super::raw_mark::RawMark;
use crate::ingest::clean;
use crate::ingest::number::parse_decimal;
use crate::model::{Decimal, MarkState, MarkWords, WordMeaning};

/// A mark before its item is known.
#[derive(Debug, Clone, Copy)]
pub(super) enum Written {
    /// A number or a state.
    Mark(RawMark),
    /// A share of the full mark.
    Share(Decimal),
}

impl Written {
    /// The mark of an item with this full mark.
    #[inline]
    pub(super) fn resolve(self, full: Decimal) -> RawMark {
        match self {
            Self::Mark(mark) => mark,
            Self::Share(share) => {
                let number = (full * share).normalize().to_string().parse();
                number.map_or(RawMark::state(MarkState::Rejected), RawMark::number)
            }
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
            DataType::String => {
                let codes = codes(&series)?;
                let meanings =
                    codes.texts.iter().map(|text| meaning(text.as_deref().unwrap_or(""), words)).collect();
                Ok(Self::Texts(codes.into_rows(), meanings))
            }
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
}

/// What a text means.
fn meaning(text: &str, words: &MarkWords) -> Written {
    let text = clean::identifier(text);
    let state = |state| Written::Mark(RawMark::state(state));
    if text.is_empty() {
        return state(MarkState::Blank);
    }
    if let Some(number) = parse_decimal(&text) {
        let number = number.normalize().to_string().parse().map(RawMark::number);
        return number.map_or(state(MarkState::Rejected), Written::Mark);
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
    fn numbers_and_texts_say_the_same() {
        let words = MarkWords::default();
        let numbers = Series::new("mark".into(), [Some(1.5), None, Some(3.0)]);
        let texts = Series::new("mark".into(), ["1.5", "", "3"]);
        let Marks::Numbers(column) = Marks::new(numbers, &words).unwrap() else { panic!() };
        let Marks::Texts(codes, meanings) = Marks::new(texts, &words).unwrap() else { panic!() };
        for (number, code) in column.iter().zip(codes) {
            let number = number.map_or(RawMark::BLANK, RawMark::number);
            assert_eq!(meanings[code as usize].resolve(Decimal::ONE), number);
        }
    }
}
