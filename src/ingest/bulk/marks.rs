//! The column of marks, whatever its type, as whole numbers of units.
//!
//! A mark that is k / 10ˢ becomes k while its piece of the file is at hand: half the memory of the number, and nothing
//! after it divides. States and what is no such number stand below 0.

use std::ops::Range;
use std::sync::Arc;

use polars::prelude::{DataType, Float64Chunked, PolarsResult, Series};

use super::codes;
use super::entry::{Odd, add_odd, state};
use crate::ingest::clean;
use crate::ingest::number::{parse_decimal, plain_units};
use crate::model::{Decimal, MarkState, MarkWords, WordMeaning};

/// The most decimal places of a unit.
const MOST_PLACES: u8 = 6;
/// Rows that are tried at once.
const SOME: usize = 1 << 10;

/// A column of marks.
#[derive(Debug)]
pub(super) enum Marks {
    /// Numbers, piece by piece.
    Numbers(Vec<Piece>),
    /// Texts: a code for each row, and what each code means.
    Texts(Vec<u32>, Piece),
}

/// Marks in units of 1 / 10^`scale`.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece {
    written: Vec<i32>,
    pub(super) scale: u8,
    pub(super) odd: Arc<[Odd]>,
}

impl Piece {
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
        let mut piece = Self::of_numbers(&Float64Chunked::from_vec("".into(), numbers));
        let mut odd = piece.odd.to_vec();
        for (written, meaning) in piece.written.iter_mut().zip(&meanings) {
            match meaning {
                Meaning::Number(_) => {}
                Meaning::State(meant) => *written = state(*meant),
                Meaning::Share(share) => *written = add_odd(&mut odd, Odd::Share(*share)),
            }
        }
        piece.odd = odd.into();
        piece
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
            let mut all_plain = true;
            into.extend(some.iter().map(|number| {
                let units = plain_units(*number, power);
                all_plain &= units.is_some();
                units.unwrap_or(-1)
            }));
            if all_plain {
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
            for (written, valid) in into[first..].iter_mut().zip(valid.iter()) {
                *written = if valid { *written } else { state(MarkState::Blank) };
            }
        }
    }
    true
}

/// What is read of a piece of the column.
#[derive(Debug)]
pub(super) enum MarkPiece {
    Numbers(Piece),
    Texts(codes::Piece),
}

/// Marks of a piece of a column.
pub(super) fn mark_piece(series: &Series) -> PolarsResult<MarkPiece> {
    Ok(match series.dtype() {
        DataType::String => MarkPiece::Texts(codes::codes_of_piece(series)?),
        DataType::Float32 => {
            // The shortest decimal that means the single-precision number: 0.1, not 0.10000000149.
            let exact = |value: f32| value.to_string().parse::<f64>().ok();
            let numbers = series.f32()?.iter().map(|value| value.and_then(exact));
            MarkPiece::Numbers(Piece::of_numbers(&numbers.collect()))
        }
        _ => MarkPiece::Numbers(Piece::of_numbers(series.strict_cast(&DataType::Float64)?.f64()?)),
    })
}

impl Marks {
    /// The column from its pieces, which are all numbers or all texts.
    pub(super) fn new(pieces: Vec<MarkPiece>, words: &MarkWords) -> Self {
        let (mut numbers, mut texts) = (Vec::new(), Vec::new());
        for piece in pieces {
            match piece {
                MarkPiece::Numbers(piece) => numbers.push(piece),
                MarkPiece::Texts(piece) => texts.push(piece),
            }
        }
        if texts.is_empty() {
            return Self::Numbers(numbers);
        }
        let (texts, rows) = codes::joined(texts).into_parts();
        let texts = texts.iter().map(|text| text.as_deref().unwrap_or(""));
        Self::Texts(rows, Piece::of_texts(texts, words))
    }

    /// The rows in spans of at most `most` rows, none across two pieces.
    pub(super) fn spans(&self, most: usize) -> Vec<Span<'_>> {
        let parts: Vec<(&Piece, Values<'_>)> = match self {
            Self::Numbers(pieces) => {
                pieces.iter().map(|piece| (piece, Values::Units(&piece.written))).collect()
            }
            Self::Texts(rows, piece) => vec![(piece, Values::Codes(rows))],
        };
        let (mut spans, mut start) = (Vec::new(), 0);
        for (piece, mut rest) in parts {
            while let Some(values) = rest.split_off_at_most(most) {
                let rows = start..start + values.len();
                start = rows.end;
                spans.push(Span { rows, piece, values });
            }
        }
        spans
    }
}

/// Consecutive rows of one piece.
#[derive(Debug)]
pub(super) struct Span<'m> {
    pub(super) rows: Range<usize>,
    pub(super) piece: &'m Piece,
    values: Values<'m>,
}

#[derive(Debug)]
enum Values<'m> {
    Units(&'m [i32]),
    /// Codes of texts.
    Codes(&'m [u32]),
}

impl Values<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Units(written) => written.len(),
            Self::Codes(codes) => codes.len(),
        }
    }

    /// Takes the first ones, where there are any.
    fn split_off_at_most(&mut self, most: usize) -> Option<Self> {
        let n = self.len().min(most);
        match self {
            _ if n == 0 => None,
            Self::Units(written) => written.split_off(..n).map(Self::Units),
            Self::Codes(codes) => codes.split_off(..n).map(Self::Codes),
        }
    }
}

impl Span<'_> {
    /// The marks as [`Entry::written`](super::Entry::written) has them; `room` is written over where they have to be
    /// made.
    pub(super) fn written<'s>(&'s self, room: &'s mut Vec<i32>) -> &'s [i32] {
        match &self.values {
            Values::Units(written) => written,
            Values::Codes(codes) => {
                let blank = state(MarkState::Blank);
                let of = |code: &u32| self.piece.written.get(*code as usize).copied();
                room.clear();
                room.extend(codes.iter().map(|code| of(code).unwrap_or(blank)));
                room
            }
        }
    }
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

    fn read(marks: &Marks) -> Vec<Result<(i32, u8), Unusual>> {
        let (mut read, mut room) = (Vec::new(), Vec::new());
        for span in marks.spans(2) {
            let Span { rows, piece, .. } = &span;
            assert!(rows.len() <= 2 && rows.start == read.len());
            let entries = Entries { list: &[], scale: piece.scale, odd: &piece.odd };
            let written = span.written(&mut room);
            assert_eq!(written.len(), rows.len());
            read.extend(written.iter().map(|&written| match written {
                0.. => Ok((written, piece.scale)),
                _ => Err(entries.unusual(written)),
            }));
        }
        read
    }

    #[test]
    fn spans_cover_every_row_once_and_give_its_mark() {
        let blank = Err(Unusual::State(MarkState::Blank));
        let mut column = Series::new("mark".into(), [Some(1.5), None, Some(3.0)]);
        column.append(&Series::new("mark".into(), [4.0, 5.0, 6.25, 7.0])).unwrap();
        let words = MarkWords::default();
        let marks = |pieces: &[Series]| {
            Marks::new(pieces.iter().map(|piece| mark_piece(piece).unwrap()).collect(), &words)
        };
        let expected =
            [Ok((15, 1)), blank, Ok((30, 1)), Ok((40, 1)), Ok((50, 1)), Ok((625, 2)), Ok((700, 2))];
        assert_eq!(read(&marks(&[column.slice(0, 5), column.slice(5, 2)])), expected);
        let texts = Series::new("mark".into(), ["1.5", "", "3", "4", "5", "6.25", "7"]);
        let expected =
            expected.map(|mark| mark.map(|(units, scale)| (units * [1, 10, 1][usize::from(scale)], 2)));
        assert_eq!(read(&marks(&[texts.slice(0, 3), texts.slice(3, 4)])), expected);
    }

    #[test]
    fn what_is_no_number_of_few_places_is_kept_as_it_is() {
        let third = 100.0 / 3.0;
        let numbers = [third, f64::NAN, f64::INFINITY, -0.5, 1e12, 7.0];
        let read =
            |series: Series| read(&Marks::new(vec![mark_piece(&series).unwrap()], &MarkWords::default()));
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
        assert_eq!(read(Series::new("mark".into(), numbers)), expected);
        let single = Series::new("mark".into(), [0.1_f32, 8.25]);
        assert_eq!(read(single), [Ok((10, 2)), Ok((825, 2))]);
    }
}
