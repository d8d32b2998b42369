//! A column of identifiers as small numbers, each text met once.

use std::ops::Range;

use polars::prelude::{
    AnyValue, DataType, Int32Chunked, Int64Chunked, PlHashMap, PolarsResult, Series, StringChunked,
};

use super::texts::{Coded, codes_of};

/// Integer columns whose values span no more than this need no hashing.
const DENSE: i64 = 1 << 24;
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
    Distances { column: Int32Chunked, low: i32 },
}

impl Default for Rows {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

impl Codes {
    /// Codes of texts.
    pub(super) fn of_texts((rows, texts): Coded) -> Self {
        Self { rows: Rows::Listed(rows), texts, integers: false }
    }

    /// The codes of some rows, written over what `into` holds.
    pub(super) fn copy(&self, rows: Range<usize>, into: &mut Vec<u32>) {
        into.clear();
        match &self.rows {
            Rows::Listed(codes) => into.extend_from_slice(codes.get(rows).unwrap_or(&[])),
            Rows::Distances { column, low } => {
                let mut start = 0;
                for values in column.downcast_iter().map(|chunk| chunk.values().as_slice()) {
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
            Rows::Distances { ref column, .. } => {
                let mut codes = Vec::with_capacity(column.len());
                self.copy(0..column.len(), &mut codes);
                codes
            }
        }
    }

    /// The texts, and the codes of all rows.
    pub(super) fn into_parts(mut self) -> (Vec<Option<String>>, Vec<u32>) {
        (std::mem::take(&mut self.texts), self.into_rows())
    }

    /// The first row of every code, `u32::MAX` of one that no row has.
    pub(super) fn first_rows(&self) -> Vec<u32> {
        let n_rows = match &self.rows {
            Rows::Listed(codes) => codes.len(),
            Rows::Distances { column, .. } => column.len(),
        };
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

/// The codes of a column. The same column always gives the same codes.
pub(super) fn codes(series: &Series) -> PolarsResult<Codes> {
    match series.dtype() {
        DataType::String => Ok(Codes::of_texts(codes_of(series.str()?))),
        DataType::Int32 => Ok(of_i32(series.i32()?)),
        dtype if dtype.is_integer() => Ok(of_i64(series.cast(&DataType::Int64)?.i64()?)),
        _ => {
            let shown: StringChunked = series.iter().map(|value| shown(&value)).collect();
            Ok(Codes::of_texts(codes_of(&shown)))
        }
    }
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

/// Where the values span little, the code is the distance to the lowest one: no hashing, no second column in memory.
fn of_i32(column: &Int32Chunked) -> Codes {
    let (mut low, mut high) = (i32::MAX, i32::MIN);
    for values in column.downcast_iter().map(|chunk| chunk.values()) {
        (low, high) =
            values.iter().fold((low, high), |(low, high), &value| (low.min(value), high.max(value)));
    }
    let span = i64::from(high) - i64::from(low);
    if column.null_count() > 0 || !(0..DENSE).contains(&span) {
        return of_integers(|| column.iter().map(|value| value.map(i64::from)), column.len());
    }
    let mut seen = vec![false; usize::try_from(span + 1).unwrap_or(0)];
    for values in column.downcast_iter().map(|chunk| chunk.values()) {
        for value in values.iter() {
            seen[value.wrapping_sub(low).cast_unsigned() as usize] = true;
        }
    }
    let rows = Rows::Distances { column: column.clone(), low };
    Codes { rows, texts: texts_from(&seen, i64::from(low)), integers: true }
}

fn of_i64(column: &Int64Chunked) -> Codes {
    of_integers(|| column.iter(), column.len())
}

fn texts_from(seen: &[bool], low: i64) -> Vec<Option<String>> {
    seen.iter().zip(low..).map(|(seen, value)| seen.then(|| value.to_string())).collect()
}

fn of_integers<I: Iterator<Item = Option<i64>>>(rows: impl Fn() -> I, n_rows: usize) -> Codes {
    let (mut low, mut high) = (i64::MAX, i64::MIN);
    for value in rows().flatten() {
        low = low.min(value);
        high = high.max(value);
    }
    let mut codes = Vec::with_capacity(n_rows);
    let mut texts = Vec::new();
    match high.checked_sub(low) {
        Some(span) if span < DENSE => {
            let mut seen = vec![false; usize::try_from(span + 1).unwrap_or(0)];
            codes.extend(rows().map(|value| match value {
                Some(value) => {
                    let at = usize::try_from(value - low).unwrap_or(0);
                    seen[at] = true;
                    u32::try_from(at).unwrap_or(EMPTY)
                }
                None => EMPTY,
            }));
            texts = texts_from(&seen, low);
        }
        _ => {
            let mut known: PlHashMap<i64, u32> = PlHashMap::default();
            for value in rows() {
                let code = value.map_or(EMPTY, |value| {
                    *known.entry(value).or_insert_with(|| add(&mut texts, value.to_string()))
                });
                codes.push(code);
            }
        }
    }
    Codes { rows: Rows::Listed(codes), texts, integers: true }
}

#[cfg(test)]
mod tests {
    use polars::prelude::NamedFrom;

    use super::super::texts::joined;
    use super::*;

    fn texts_of(series: &Series) -> Vec<Option<String>> {
        let codes = codes(series).unwrap();
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
        assert_eq!(joined(pieces), whole);
        let none: [Option<i32>; 0] = [];
        assert_eq!(texts_of(&Series::new("column".into(), none)), []);
    }
}
