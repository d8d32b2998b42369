//! A table as a polars frame.

use polars::prelude::{
    BooleanChunked, Categorical8Type, Categorical16Type, Categorical32Type, CategoricalChunked,
    CategoricalPhysical, ChunkTake, ChunkedArray, Column as FrameColumn, DataFrame, DataType, Float64Type,
    FrozenCategories, IdxCa, Int64Type, IntoColumn, NewChunkedArray, PlSmallStr, PolarsNumericType,
    PolarsResult, StringChunked, UInt8Type, UInt16Type, UInt32Type,
};

use super::table::{Column, Table, TextColumn};

/// The table as a frame: texts as strings, counts as 64-bit integers, real numbers, booleans; nulls stay nulls,
/// and a number that is not finite is a null.
///
/// No text is copied per row: the rows share the bytes of the dictionary.
///
/// # Errors
/// Where polars refuses, which no table of ours makes it do.
pub fn frame(table: &Table) -> PolarsResult<DataFrame> {
    build(table, strings)
}

/// The same frame with its texts as codes into their dictionary, which is half the work for a writer.
pub(super) fn coded_frame(table: &Table) -> PolarsResult<DataFrame> {
    build(table, coded)
}

fn build(
    table: &Table,
    text: fn(PlSmallStr, &TextColumn) -> PolarsResult<FrameColumn>,
) -> PolarsResult<DataFrame> {
    let columns = table.columns().map(|(declared, column)| {
        let name = PlSmallStr::from_static(declared.name);
        Ok(match column {
            Column::Text(texts) => text(name, texts)?,
            Column::Integer(values) => {
                let there = values.iter().map(Option::is_some);
                let values = values.iter().map(|value| value.unwrap_or_default()).collect();
                numbers::<Int64Type>(name, values, there).into_column()
            }
            Column::Number(values) => {
                let finite = |value: &Option<f64>| value.filter(|number| number.is_finite());
                let there = values.iter().map(|value| finite(value).is_some());
                let values = values.iter().map(|value| finite(value).unwrap_or_default()).collect();
                numbers::<Float64Type>(name, values, there).into_column()
            }
            Column::Flag(values) => {
                BooleanChunked::from_iter_options(name, values.iter().copied()).into_column()
            }
        })
    });
    DataFrame::new(table.len(), columns.collect::<PolarsResult<_>>()?)
}

/// A column of numbers, and which of them are there.
fn numbers<T: PolarsNumericType>(
    name: PlSmallStr,
    values: Vec<T::Native>,
    there: impl Iterator<Item = bool> + Clone,
) -> ChunkedArray<T> {
    let all_there = there.clone().all(|there| there);
    ChunkedArray::from_vec_validity(name, values, (!all_there).then(|| there.collect()))
}

/// The dictionary gathered by code: each row is a 16-byte view into the dictionary's bytes.
fn strings(name: PlSmallStr, texts: &TextColumn) -> PolarsResult<FrameColumn> {
    let dictionary =
        StringChunked::from_iter_values(name.clone(), texts.dictionary().iter().map(|text| &**text));
    let codes =
        IdxCa::from_iter_options(PlSmallStr::EMPTY, rows(texts).map(|code| code.map(|code| code as _)));
    Ok(dictionary.take(&codes)?.with_name(name).into_column())
}

/// The codes under an enumeration of exactly the dictionary. A dictionary that holds a text twice (possible
/// where it was handed over whole) cannot be an enumeration: then the texts are written as strings.
fn coded(name: PlSmallStr, texts: &TextColumn) -> PolarsResult<FrameColumn> {
    let Ok(categories) = FrozenCategories::new(texts.dictionary().iter().map(|text| &**text)) else {
        return strings(name, texts);
    };
    let physical = categories.physical();
    let kind = DataType::from_frozen_categories(categories);
    let there = texts.codes().iter().map(|&code| code != TextColumn::EMPTY);
    let code = |&code: &u32| if code == TextColumn::EMPTY { 0 } else { code };
    let codes = texts.codes().iter().map(code);
    // The narrowest codes that hold the dictionary are the ones polars expects; the casts therefore lose nothing.
    Ok(match physical {
        CategoricalPhysical::U8 => {
            let codes = numbers::<UInt8Type>(name, codes.map(|code| code as u8).collect(), there);
            CategoricalChunked::<Categorical8Type>::from_cats_and_dtype(codes, kind).into_column()
        }
        CategoricalPhysical::U16 => {
            let codes = numbers::<UInt16Type>(name, codes.map(|code| code as u16).collect(), there);
            CategoricalChunked::<Categorical16Type>::from_cats_and_dtype(codes, kind).into_column()
        }
        CategoricalPhysical::U32 => {
            let codes = numbers::<UInt32Type>(name, codes.collect(), there);
            CategoricalChunked::<Categorical32Type>::from_cats_and_dtype(codes, kind).into_column()
        }
    })
}

fn rows(texts: &TextColumn) -> impl ExactSizeIterator<Item = Option<u32>> + Clone {
    texts.codes().iter().map(|&code| (code != TextColumn::EMPTY).then_some(code))
}
