//! A table as a polars frame.

use polars::prelude::{
    BooleanChunked, Categorical8Type, Categorical16Type, Categorical32Type, CategoricalChunked,
    CategoricalPhysical, ChunkTake, Column as FrameColumn, DataFrame, DataType, Float64Chunked,
    FrozenCategories, IdxCa, Int64Chunked, IntoColumn, NewChunkedArray, PlSmallStr, PolarsResult,
    StringChunked, UInt8Chunked, UInt16Chunked, UInt32Chunked,
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
                Int64Chunked::from_iter_options(name, values.iter().copied()).into_column()
            }
            Column::Number(values) => {
                let finite = values.iter().map(|value| value.filter(|number| number.is_finite()));
                Float64Chunked::from_iter_options(name, finite).into_column()
            }
            Column::Flag(values) => {
                BooleanChunked::from_iter_options(name, values.iter().copied()).into_column()
            }
        })
    });
    DataFrame::new(table.len(), columns.collect::<PolarsResult<_>>()?)
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
    // The narrowest codes that hold the dictionary are the ones polars expects; the casts therefore lose nothing.
    Ok(match physical {
        CategoricalPhysical::U8 => {
            let codes =
                UInt8Chunked::from_iter_options(name, rows(texts).map(|code| code.map(|code| code as u8)));
            CategoricalChunked::<Categorical8Type>::from_cats_and_dtype(codes, kind).into_column()
        }
        CategoricalPhysical::U16 => {
            let codes =
                UInt16Chunked::from_iter_options(name, rows(texts).map(|code| code.map(|code| code as u16)));
            CategoricalChunked::<Categorical16Type>::from_cats_and_dtype(codes, kind).into_column()
        }
        CategoricalPhysical::U32 => {
            let codes = UInt32Chunked::from_iter_options(name, rows(texts));
            CategoricalChunked::<Categorical32Type>::from_cats_and_dtype(codes, kind).into_column()
        }
    })
}

fn rows(texts: &TextColumn) -> impl ExactSizeIterator<Item = Option<u32>> {
    texts.codes().iter().map(|&code| (code != TextColumn::EMPTY).then_some(code))
}
