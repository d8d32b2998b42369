//! A column of identifiers as small numbers, each text met once.

use std::ops::Range;
use std::path::Path;

use polars::prelude::{AnyValue, DataType, Int32Chunked, PlHashMap, PolarsResult, Series, StringChunked};

use super::texts::{self, Coded};
use crate::ingest::raw::read_pieces;
use crate::model::Issue;

/// Integer columns whose values span no more than this need no hashing.
const DENSE: usize = 1 << 24;
/// Rows that are looked at together.
const SOME: usize = 1 << 15;
/// The code of an empty cell.
pub(super) const EMPTY: u32 = u32::MAX;

/// A code for each row, and the text of each code.
#[derive(Debug, Default)]
pub(super) struct Codes {
    rows: Rows,
    /// Text of each code; `None` for codes no row has.
    pub(super) texts: Vec<Option<String>>,
    /// Whether the column holds integers.
    pub(super) integers: bool,
}

/// The code of each row.
#[derive(Debug)]
enum Rows {
    /// As a list.
    Listed(Vec<u32>),
    /// As the distance of the number in the file to the lowest one; no row is empty.
    Distances { columns: Vec<Int32Chunked>, low: i32 },
}

impl Default for Rows {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

impl Codes {
    /// The codes of some rows, written over what `into` holds.
    pub(super) fn copy(&self, rows: Range<usize>, into: &mut Vec<u32>) {
        into.clear();
        match &self.rows {
            Rows::Listed(codes) => into.extend_from_slice(codes.get(rows).unwrap_or(&[])),
            Rows::Distances { columns, low } => {
                let mut start = 0;
                let chunks = columns.iter().flat_map(Int32Chunked::downcast_iter);
                for values in chunks.map(|chunk| chunk.values().as_slice()) {
                    let inside = |row: usize| row.saturating_sub(start).min(values.len());
                    let values_here = &values[inside(rows.start)..inside(rows.end)];
                    into.extend(values_here.iter().map(|value| value.wrapping_sub(*low).cast_unsigned()));
                    start += values.len();
                }
            }
        }
    }

    /// The codes of all rows.
    pub(super) fn into_rows(self) -> Vec<u32> {
        match self.rows {
            Rows::Listed(codes) => codes,
            Rows::Distances { .. } => {
                let mut codes = Vec::new();
                self.copy(0..self.n_rows(), &mut codes);
                codes
            }
        }
    }

    fn n_rows(&self) -> usize {
        match &self.rows {
            Rows::Listed(codes) => codes.len(),
            Rows::Distances { columns, .. } => columns.iter().map(Int32Chunked::len).sum(),
        }
    }

    /// The texts, and the codes of all rows.
    pub(super) fn into_parts(mut self) -> (Vec<Option<String>>, Vec<u32>) {
        (std::mem::take(&mut self.texts), self.into_rows())
    }

    /// The first row of every code, `u32::MAX` of one that no row has.
    pub(super) fn first_rows(&self) -> Vec<u32> {
        let n_rows = self.n_rows();
        let mut first = vec![u32::MAX; self.texts.len()];
        let mut codes = Vec::new();
        let mut rows = 0_u32..;
        for start in (0..n_rows).step_by(SOME) {
            self.copy(start..n_rows.min(start + SOME), &mut codes);
            for (code, row) in codes.iter().zip(&mut rows) {
                if let Some(slot) = first.get_mut(*code as usize) {
                    *slot = row.min(*slot);
                }
            }
        }
        first
    }

    /// Whether a row is empty.
    pub(super) fn has_empty(&self) -> bool {
        matches!(&self.rows, Rows::Listed(codes) if codes.contains(&EMPTY))
    }

    /// The text of a code.
    pub(super) fn text(&self, code: u32) -> Option<&str> {
        self.texts.get(code as usize)?.as_deref()
    }
}

/// The codes of a column of a Parquet file.
///
/// # Errors
/// The issue that says why the file cannot be read.
pub(super) fn read_codes(path: &Path, shown: &str, column: &str) -> Result<Codes, Issue> {
    Ok(joined(read_pieces(path, shown, column, codes_of_piece)?))
}

/// What is known of a piece of a column.
#[derive(Debug)]
pub(super) struct Piece {
    integers: bool,
    rows: PieceRows,
}

#[derive(Debug)]
enum PieceRows {
    /// Numbers none of which is missing, the lowest, and which of those from it on there are.
    Numbers {
        column: Int32Chunked,
        low: i32,
        seen: Vec<bool>,
    },
    Coded(Coded),
}

/// The codes of a piece of a column.
pub(super) fn codes_of_piece(series: &Series) -> PolarsResult<Piece> {
    let rows = match series.dtype() {
        DataType::String => PieceRows::Coded(texts::codes_of(series.str()?)),
        DataType::Int32 => of_i32(series.i32()?),
        dtype if dtype.is_integer() => {
            let column = series.cast(&DataType::Int64)?;
            let column = column.i64()?;
            PieceRows::Coded(of_integers(|| column.iter()))
        }
        _ => {
            let shown: StringChunked = series.iter().map(|value| shown(&value)).collect();
            PieceRows::Coded(texts::codes_of(&shown))
        }
    };
    Ok(Piece { integers: series.dtype().is_integer(), rows })
}

/// The codes of a column from its pieces. The same column in the same pieces always gives the same codes.
pub(super) fn joined(pieces: Vec<Piece>) -> Codes {
    let integers = pieces.first().is_some_and(|piece| piece.integers);
    if let Some(low) = dense_from(&pieces) {
        return distances(pieces, low);
    }
    let coded = |piece: Piece| match piece.rows {
        PieceRows::Coded(coded) => coded,
        PieceRows::Numbers { column, .. } => of_integers(|| column.iter().map(|value| value.map(i64::from))),
    };
    let (rows, texts) = texts::joined(pieces.into_iter().map(coded).collect());
    Codes { rows: Rows::Listed(rows), texts, integers }
}

/// The lowest number, where no piece misses one and all together span little.
fn dense_from(pieces: &[Piece]) -> Option<i32> {
    let ends = |piece: &Piece| match &piece.rows {
        PieceRows::Numbers { low, seen, .. } => {
            Some((*low, i64::from(*low) + i64::try_from(seen.len()).ok()?))
        }
        PieceRows::Coded(_) => None,
    };
    let ends: Vec<(i32, i64)> = pieces.iter().map(ends).collect::<Option<_>>()?;
    let (low, end) = (ends.iter().map(|ends| ends.0).min()?, ends.iter().map(|ends| ends.1).max()?);
    (distance(low.into(), end)? <= DENSE).then_some(low)
}

/// The code is the distance to the lowest number: no hashing, no second column in memory.
fn distances(pieces: Vec<Piece>, low: i32) -> Codes {
    let mut columns = Vec::with_capacity(pieces.len());
    let mut all: Vec<bool> = Vec::new();
    for piece in pieces {
        let PieceRows::Numbers { column, low: lowest_here, seen } = piece.rows else { continue };
        let start = distance(low.into(), lowest_here.into()).unwrap_or(0);
        all.resize(all.len().max(start + seen.len()), false);
        all[start..].iter_mut().zip(seen).for_each(|(all, seen)| *all |= seen);
        columns.push(column);
    }
    Codes { rows: Rows::Distances { columns, low }, texts: texts_from(&all, i64::from(low)), integers: true }
}

fn distance(from: i64, to: i64) -> Option<usize> {
    usize::try_from(to.checked_sub(from)?).ok()
}

fn shown(value: &AnyValue<'_>) -> Option<String> {
    match value {
        AnyValue::Null => None,
        AnyValue::Float64(number) => {
            crate::ingest::number::spreadsheet_decimal(*number).map(|d| d.to_string())
        }
        other => Some(other.to_string().trim_matches('"').to_owned()),
    }
}

/// Adds a text and gives its code.
pub(super) fn add(texts: &mut Vec<Option<String>>, text: String) -> u32 {
    texts.push(Some(text));
    u32::try_from(texts.len() - 1).unwrap_or(EMPTY)
}

fn of_i32(column: &Int32Chunked) -> PieceRows {
    let values = || column.downcast_iter().flat_map(|chunk| chunk.values().iter().copied());
    let (low, high) =
        values().fold((i32::MAX, i32::MIN), |(low, high), value| (low.min(value), high.max(value)));
    let span = distance(low.into(), high.into()).filter(|span| column.null_count() == 0 && *span < DENSE);
    let Some(span) = span else {
        return PieceRows::Coded(of_integers(|| column.iter().map(|value| value.map(i64::from))));
    };
    let mut seen = vec![false; span + 1];
    for value in values() {
        seen[value.wrapping_sub(low).cast_unsigned() as usize] = true;
    }
    PieceRows::Numbers { column: column.clone(), low, seen }
}

fn texts_from(seen: &[bool], low: i64) -> Vec<Option<String>> {
    seen.iter().zip(low..).map(|(seen, value)| seen.then(|| value.to_string())).collect()
}

/// Codes of integers: distances where they span little, else in order of first appearance.
fn of_integers<I: Iterator<Item = Option<i64>>>(rows: impl Fn() -> I) -> Coded {
    let ends = rows().flatten().fold(None, |ends: Option<(i64, i64)>, value| {
        let (low, high) = ends.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    });
    if let Some((low, span)) = ends.and_then(|(low, high)| Some((low, distance(low, high)?)))
        && span < DENSE
    {
        let mut seen = vec![false; span + 1];
        let code = |value: Option<i64>| {
            let at = distance(low, value?)?;
            seen[at] = true;
            u32::try_from(at).ok()
        };
        let codes = rows().map(code).map(|code| code.unwrap_or(EMPTY)).collect();
        return (codes, texts_from(&seen, low));
    }
    let mut texts = Vec::new();
    let mut known: PlHashMap<i64, u32> = PlHashMap::default();
    let mut code = |value: i64| *known.entry(value).or_insert_with(|| add(&mut texts, value.to_string()));
    let codes = rows().map(|value| value.map_or(EMPTY, &mut code)).collect();
    (codes, texts)
}

#[cfg(test)]
mod tests {
    use polars::prelude::NamedFrom;

    use super::super::texts::{codes_of, joined as joined_texts};
    use super::*;

    fn texts_of(series: &Series) -> Vec<Option<String>> {
        let codes = joined(vec![codes_of_piece(series).unwrap()]);
        let mut some = Vec::new();
        let mut all: Vec<Option<String>> = Vec::new();
        for row in 0..series.len() {
            codes.copy(row..row + 1, &mut some);
            all.extend(some.iter().map(|code| codes.text(*code).map(str::to_owned)));
        }
        codes.copy(0..series.len(), &mut some);
        assert_eq!(codes.into_rows(), some);
        all
    }

    #[test]
    fn the_codes_of_a_column_stand_for_its_texts_whatever_its_type() {
        let some = |texts: &[&str]| texts.iter().map(|text| Some((*text).to_owned())).collect::<Vec<_>>();
        let name = "column".into();
        assert_eq!(texts_of(&Series::new(name, [7i32, -2, 7, 9])), some(&["7", "-2", "7", "9"]));
        let spread = [i32::MIN, i32::MAX, 0, i32::MIN];
        let shown: Vec<String> = spread.iter().map(ToString::to_string).collect();
        let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
        assert_eq!(texts_of(&Series::new("column".into(), spread)), some(&shown));
        assert_eq!(texts_of(&Series::new("column".into(), [5i64, 1 << 40])), some(&["5", "1099511627776"]));
        assert_eq!(texts_of(&Series::new("column".into(), ["H1", "", "H1"])), some(&["H1", "", "H1"]));
        let with_empty = Series::new("column".into(), [Some(3i32), None]);
        assert_eq!(texts_of(&with_empty), [Some("3".to_owned()), None]);
        let mut pieces = Series::new("column".into(), [7i32, -2]);
        pieces.append(&Series::new("column".into(), [9i32])).unwrap();
        assert_eq!(texts_of(&pieces), some(&["7", "-2", "9"]));
        let many: Vec<String> = (0..5003_u64).map(|row| format!("{:015}", row * row * 7919 % 1013)).collect();
        let column = Series::new("column".into(), &many);
        let column = column.str().unwrap();
        let mut met: Vec<Option<String>> = Vec::new();
        let once = many.iter().map(|text| {
            let known = met.iter().position(|one| one.as_ref() == Some(text));
            known.unwrap_or_else(|| {
                met.push(Some(text.clone()));
                met.len() - 1
            }) as u32
        });
        let once: Vec<u32> = once.collect();
        let whole = codes_of(column);
        assert_eq!((met, once), (whole.1.clone(), whole.0.clone()));
        let pieces = (0..5).map(|at| codes_of(&column.slice(at * 1001, 1001))).collect();
        assert_eq!(joined_texts(pieces), whole);
        let none: [Option<i32>; 0] = [];
        assert_eq!(texts_of(&Series::new("column".into(), none)), []);
    }
}
