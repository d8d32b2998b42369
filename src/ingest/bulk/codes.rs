//! A column of identifiers as small numbers, each text met once.

use polars::prelude::{AnyValue, DataType, PlHashMap, PolarsResult, Series};

/// Integer columns whose values span no more than this need no hashing.
const DENSE: i64 = 1 << 24;
/// The code of an empty cell.
pub(super) const EMPTY: u32 = u32::MAX;

/// A code for each row, and the text of each code.
#[derive(Debug, Default)]
pub(super) struct Codes {
    /// Code of each row.
    pub(super) rows: Vec<u32>,
    /// Text of each code; `None` for codes no row has.
    pub(super) texts: Vec<Option<String>>,
    /// Whether the column holds integers.
    pub(super) integers: bool,
}

/// The codes of a column. The same column always gives the same codes.
pub(super) fn codes(series: &Series) -> PolarsResult<Codes> {
    match series.dtype() {
        DataType::String => Ok(of_texts(series.str()?.iter())),
        DataType::Int32 => {
            let column = series.i32()?;
            Ok(of_integers(|| column.iter().map(|value| value.map(i64::from))))
        }
        dtype if dtype.is_integer() => {
            let wide = series.cast(&DataType::Int64)?;
            let column = wide.i64()?;
            Ok(of_integers(|| column.iter()))
        }
        _ => {
            let shown: Vec<Option<String>> = series.iter().map(|value| shown(&value)).collect();
            Ok(of_texts(shown.iter().map(Option::as_deref)))
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

fn of_texts<'a>(rows: impl Iterator<Item = Option<&'a str>>) -> Codes {
    let mut known: PlHashMap<&'a str, u32> = PlHashMap::default();
    let mut codes = Codes::default();
    let mut last: Option<(&str, u32)> = None;
    for row in rows {
        let Some(text) = row else {
            codes.rows.push(EMPTY);
            continue;
        };
        let code = match last.filter(|(before, _)| *before == text) {
            Some((_, code)) => code,
            None => *known.entry(text).or_insert_with(|| {
                codes.texts.push(Some(text.to_owned()));
                u32::try_from(codes.texts.len() - 1).unwrap_or(EMPTY)
            }),
        };
        last = Some((text, code));
        codes.rows.push(code);
    }
    codes
}

fn of_integers<I: Iterator<Item = Option<i64>>>(rows: impl Fn() -> I) -> Codes {
    let (mut low, mut high) = (i64::MAX, i64::MIN);
    for value in rows().flatten() {
        low = low.min(value);
        high = high.max(value);
    }
    let mut codes = Codes { integers: true, ..Codes::default() };
    match high.checked_sub(low) {
        Some(span) if span < DENSE => {
            let mut seen = vec![false; usize::try_from(span + 1).unwrap_or(0)];
            codes.rows.extend(rows().map(|value| match value {
                Some(value) => {
                    let at = usize::try_from(value - low).unwrap_or(0);
                    seen[at] = true;
                    u32::try_from(at).unwrap_or(EMPTY)
                }
                None => EMPTY,
            }));
            codes.texts =
                seen.iter().zip(low..).map(|(seen, value)| seen.then(|| value.to_string())).collect();
        }
        _ => {
            let mut known: PlHashMap<i64, u32> = PlHashMap::default();
            for value in rows() {
                let code = value.map_or(EMPTY, |value| {
                    *known.entry(value).or_insert_with(|| {
                        codes.texts.push(Some(value.to_string()));
                        u32::try_from(codes.texts.len() - 1).unwrap_or(EMPTY)
                    })
                });
                codes.rows.push(code);
            }
        }
    }
    codes
}
