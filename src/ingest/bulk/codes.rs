//! Columns of identifiers as small numbers, each text met once.

use std::borrow::Cow;
use std::path::Path;

use polars::prelude::{
    AnyValue, DataFrame, DataType, Int32Chunked, PlHashMap, PolarsResult, Series, StringChunked,
};

use super::texts;
use crate::ingest::raw::read_pieces;
use crate::model::Issue;

/// Whole numbers of a column that span no more than this need no hashing,
const DENSE: usize = 1 << 24;
/// if those of a piece span no more than so many of its rows: each piece has a table as long as its span.
const SPREAD: usize = 16;
/// The code of an empty cell.
pub(super) const EMPTY: u32 = u32::MAX;

/// A piece of a column: a code for each row, and what the codes stand for.
#[derive(Debug)]
pub(super) struct Coded {
    pub(super) rows: Vec<u32>,
    pub(super) names: Names,
}

/// What the codes of a piece stand for.
#[derive(Debug)]
pub(super) enum Names {
    /// Whole numbers as their distance to the lowest, and which of those from it on there are.
    Numbers { low: i64, seen: Vec<bool> },
    /// Texts in order of first appearance.
    Texts(Vec<String>),
}

/// The codes of a piece of a column.
pub(super) fn coded(series: &Series) -> PolarsResult<Coded> {
    let (rows, names) = match series.dtype() {
        DataType::String => texts::codes_of(series.str()?),
        DataType::Int32 => of_i32(series.i32()?),
        dtype => match series.strict_cast(&DataType::Int64) {
            Ok(column) if dtype.is_integer() => {
                let column = column.i64()?;
                of_integers(|| column.iter())
            }
            _ => {
                let shown: StringChunked = series.iter().map(|value| shown(&value)).collect();
                texts::codes_of(&shown)
            }
        },
    };
    Ok(Coded { rows, names })
}

/// What the codes of a column stand for, the codes of each of its pieces being others.
#[derive(Debug)]
pub(super) struct Book {
    /// Text of each code of the whole; `None` for codes no row has.
    pub(super) texts: Vec<Option<String>>,
    /// By piece.
    translations: Vec<Translation>,
}

/// From the codes of a piece to those of the whole.
#[derive(Debug)]
enum Translation {
    Shift(usize),
    Table(Vec<u32>),
}

impl Book {
    /// The same pieces always give the same codes.
    pub(super) fn new(pieces: Vec<Names>) -> Self {
        match dense_from(&pieces) {
            Some(low) => Self::of_numbers(pieces, low),
            None => Self::of_texts(pieces),
        }
    }

    fn of_numbers(pieces: Vec<Names>, low: i64) -> Self {
        let mut all: Vec<bool> = Vec::new();
        let mut translations = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let (lowest_here, seen) = match piece {
                Names::Numbers { low, seen } => (low, seen),
                Names::Texts(_) => (low, Vec::new()),
            };
            let start = distance(low, lowest_here).unwrap_or(0);
            all.resize(all.len().max(start + seen.len()), false);
            all[start..].iter_mut().zip(seen).for_each(|(all, seen)| *all |= seen);
            translations.push(Translation::Shift(start));
        }
        let texts = all.iter().zip(low..).map(|(seen, number)| seen.then(|| number.to_string())).collect();
        Self { texts, translations }
    }

    fn of_texts(pieces: Vec<Names>) -> Self {
        let mut known: PlHashMap<String, u32> = PlHashMap::default();
        let mut texts = Vec::new();
        let mut code = |text: String| {
            *known.entry(text).or_insert_with_key(|text| {
                texts.push(Some(text.clone()));
                u32::try_from(texts.len() - 1).unwrap_or(EMPTY)
            })
        };
        let mut table = |piece: Names| match piece {
            Names::Texts(texts) => texts.into_iter().map(&mut code).collect(),
            Names::Numbers { low, seen } => (seen.iter().zip(low..))
                .map(|(seen, number)| if *seen { code(number.to_string()) } else { EMPTY })
                .collect(),
        };
        let translations = pieces.into_iter().map(|piece| Translation::Table(table(piece))).collect();
        Self { texts, translations }
    }

    /// What is known of each code of a piece, from what is known of each code of the whole.
    pub(super) fn of_piece<'k, T: Copy>(&self, piece: usize, known: &'k [T], of_none: T) -> Cow<'k, [T]> {
        match &self.translations[piece] {
            Translation::Shift(start) => Cow::Borrowed(&known[*start..]),
            Translation::Table(codes) => {
                let of = |code: &u32| known.get(*code as usize).copied().unwrap_or(of_none);
                Cow::Owned(codes.iter().map(of).collect())
            }
        }
    }

    /// The code of the whole.
    #[inline]
    pub(super) fn code(&self, piece: usize, code: u32) -> u32 {
        match &self.translations[piece] {
            _ if code == EMPTY => EMPTY,
            Translation::Shift(start) => u32::try_from(start + code as usize).unwrap_or(EMPTY),
            Translation::Table(codes) => codes.get(code as usize).copied().unwrap_or(EMPTY),
        }
    }

    /// The text of a code of the whole.
    pub(super) fn text(&self, code: u32) -> Option<&str> {
        self.texts.get(code as usize)?.as_deref()
    }
}

/// The lowest number, where all are numbers that together span little; pieces without any text do not matter.
fn dense_from(pieces: &[Names]) -> Option<i64> {
    let ends = |piece: &Names| match piece {
        Names::Numbers { low, seen } => Some((*low, low.checked_add(i64::try_from(seen.len()).ok()?)?)),
        Names::Texts(_) => None,
    };
    let some = pieces.iter().filter(|piece| !matches!(piece, Names::Texts(texts) if texts.is_empty()));
    let ends: Vec<(i64, i64)> = some.map(ends).collect::<Option<_>>()?;
    let (low, end) = (ends.iter().map(|ends| ends.0).min()?, ends.iter().map(|ends| ends.1).max()?);
    (distance(low, end)? <= DENSE).then_some(low)
}

/// Whether a table of so many numbers is worth having for so many rows.
fn is_dense(span: usize, n_rows: usize) -> bool {
    span < DENSE.min(n_rows.saturating_mul(SPREAD))
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

/// The codes of integers of 32 bits; the usual ones, none missing and close together, without a look at whether each is
/// there.
fn of_i32(column: &Int32Chunked) -> (Vec<u32>, Names) {
    let chunks = || column.downcast_iter().map(|chunk| chunk.values().as_slice());
    let (low, high) = chunks()
        .map(|values| values.iter().fold((i32::MAX, i32::MIN), |(low, high), v| (low.min(*v), high.max(*v))))
        .fold((i32::MAX, i32::MIN), |all, here| (all.0.min(here.0), all.1.max(here.1)));
    let span = distance(low.into(), high.into());
    let span = span.filter(|span| column.null_count() == 0 && is_dense(*span, column.len()));
    let Some(span) = span else {
        return of_integers(|| column.iter().map(|value| value.map(i64::from)));
    };
    let mut seen = vec![false; span + 1];
    let mut rows = Vec::with_capacity(column.len());
    for values in chunks() {
        rows.extend(values.iter().map(|value| value.wrapping_sub(low).cast_unsigned()));
    }
    rows.iter().for_each(|code| seen[*code as usize] = true);
    (rows, Names::Numbers { low: low.into(), seen })
}

/// Codes of integers: distances where they span little, else in order of first appearance.
fn of_integers<I: Iterator<Item = Option<i64>>>(rows: impl Fn() -> I) -> (Vec<u32>, Names) {
    let ends = rows().flatten().fold(None, |ends: Option<(i64, i64, usize)>, value| {
        let (low, high, n) = ends.unwrap_or((value, value, 0));
        Some((low.min(value), high.max(value), n + 1))
    });
    if let Some((low, span, n)) = ends.and_then(|(low, high, n)| Some((low, distance(low, high)?, n)))
        && is_dense(span, n)
    {
        let mut seen = vec![false; span + 1];
        let code = |value: Option<i64>| {
            let at = distance(low, value?)?;
            seen[at] = true;
            u32::try_from(at).ok()
        };
        let codes = rows().map(code).map(|code| code.unwrap_or(EMPTY)).collect();
        return (codes, Names::Numbers { low, seen });
    }
    let mut texts = Vec::new();
    let mut known: PlHashMap<i64, u32> = PlHashMap::default();
    let mut code = |value: i64| *known.entry(value).or_insert_with(|| add(&mut texts, value.to_string()));
    let codes = rows().map(|value| value.map_or(EMPTY, &mut code)).collect();
    (codes, Names::Texts(texts))
}

/// Adds a text and gives its code.
pub(super) fn add(texts: &mut Vec<String>, text: String) -> u32 {
    texts.push(text);
    u32::try_from(texts.len() - 1).unwrap_or(EMPTY)
}

/// A whole column as codes.
#[derive(Debug)]
pub(super) struct Codes {
    /// The code of each row.
    pub(super) rows: Vec<u32>,
    /// Text of each code; `None` for codes no row has.
    pub(super) texts: Vec<Option<String>>,
}

impl Codes {
    fn new(pieces: Vec<Coded>) -> Self {
        let (pieces, names): (Vec<_>, Vec<_>) =
            pieces.into_iter().map(|piece| (piece.rows, piece.names)).unzip();
        let book = Book::new(names);
        let rows = (pieces.iter().enumerate())
            .flat_map(|(piece, rows)| rows.iter().map(move |code| (piece, *code)))
            .map(|(piece, code)| book.code(piece, code))
            .collect();
        Self { rows, texts: book.texts }
    }
}

/// The codes of a column of a Parquet file.
///
/// # Errors
/// The issue that says why the file cannot be read.
pub(super) fn read_codes(path: &Path, shown: &str, column: &str) -> Result<Codes, Issue> {
    let piece = |frame: &DataFrame| coded(frame.column(column)?.as_materialized_series());
    Ok(Codes::new(read_pieces(path, shown, &[column], piece)?))
}

/// The first row of each of `n` codes, `u32::MAX` of one that no row has. Looks no further than until `wanted` of them
/// are found.
pub(super) fn first_rows(rows: impl Iterator<Item = u32>, n: usize, wanted: usize) -> Vec<u32> {
    let mut first = vec![u32::MAX; n];
    let mut left = wanted;
    for (code, row) in rows.zip(0_u32..) {
        if left == 0 {
            break;
        }
        if let Some(slot) = first.get_mut(code as usize).filter(|slot| **slot == u32::MAX) {
            *slot = row;
            left -= 1;
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use polars::prelude::NamedFrom;

    use super::*;

    /// The text of each row by a column's codes, read in these pieces.
    fn texts_of(pieces: &[Series]) -> Vec<Option<String>> {
        let codes = Codes::new(pieces.iter().map(|piece| coded(piece).unwrap()).collect());
        let text = |code: &u32| codes.texts.get(*code as usize).cloned().flatten();
        codes.rows.iter().map(text).collect()
    }

    #[test]
    fn the_codes_of_a_column_stand_for_its_texts_whatever_its_type() {
        let some = |texts: &[&str]| texts.iter().map(|text| Some((*text).to_owned())).collect::<Vec<_>>();
        let name = || "column".into();
        let one = |column: Series| texts_of(&[column]);
        assert_eq!(one(Series::new(name(), [7i32, -2, 7, 9])), some(&["7", "-2", "7", "9"]));
        let spread = [i32::MIN, i32::MAX, 0, i32::MIN];
        let shown: Vec<String> = spread.iter().map(ToString::to_string).collect();
        let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
        assert_eq!(one(Series::new(name(), spread)), some(&shown));
        assert_eq!(one(Series::new(name(), [5i64, 1 << 40])), some(&["5", "1099511627776"]));
        assert_eq!(
            one(Series::new(name(), [i64::MIN, i64::MAX])),
            some(&[&i64::MIN.to_string(), &i64::MAX.to_string()])
        );
        assert_eq!(one(Series::new(name(), ["H1", "", "H1"])), some(&["H1", "", "H1"]));
        assert_eq!(one(Series::new(name(), [Some(3i32), None])), [Some("3".to_owned()), None]);
        let none: [Option<i32>; 0] = [];
        assert_eq!(one(Series::new(name(), none)), []);
        assert_eq!(texts_of(&[]), []);
    }

    #[test]
    fn pieces_of_a_column_share_their_codes() {
        let numbers = |numbers: &[i32]| Series::new("column".into(), numbers);
        let of = |pieces: &[Series]| texts_of(pieces).into_iter().flatten().collect::<Vec<_>>();
        assert_eq!(of(&[numbers(&[7, -2]), numbers(&[9, 7])]), ["7", "-2", "9", "7"]);
        // Together they span too much for a table, or one of them alone.
        assert_eq!(of(&[numbers(&[1, 2]), numbers(&[900, 2])]), ["1", "2", "900", "2"]);
        let far = [numbers(&[1, 2]), numbers(&[i32::MAX, 2]), numbers(&[])];
        assert_eq!(of(&far), ["1", "2", "2147483647", "2"]);
        let many: Vec<String> = (0..5003_u64).map(|row| format!("{:015}", row * row * 7919 % 1013)).collect();
        let column = Series::new("column".into(), &many);
        let pieces: Vec<Coded> = (0..5).map(|at| coded(&column.slice(at * 1001, 1001)).unwrap()).collect();
        let (whole, parts) = (Codes::new(vec![coded(&column).unwrap()]), Codes::new(pieces));
        assert_eq!((&whole.rows, &whole.texts), (&parts.rows, &parts.texts));
        let mut met: Vec<Option<String>> = Vec::new();
        for text in &many {
            if !met.contains(&Some(text.clone())) {
                met.push(Some(text.clone()));
            }
        }
        assert_eq!(whole.texts, met);
    }

    #[test]
    fn the_first_row_of_a_code_is_found_without_reading_further() {
        let rows = [3, 1, 3, EMPTY, 0].into_iter();
        assert_eq!(first_rows(rows.clone(), 4, 3), [4, 1, u32::MAX, 0]);
        assert_eq!(first_rows(rows, 4, 2), [u32::MAX, 1, u32::MAX, 0]);
    }
}
