//! Bulk tables as Parquet: all columns are text, so identifiers and marks stay exactly as written.

use polars::prelude::{Column, DataFrame, ParquetWriter, PolarsError};

use super::sheets::{Sheet, mark, words};
use crate::ingest::GeneratedFile;
use crate::model::{Dataset, Mark, Offering};

/// A sheet as a Parquet file of text columns; an empty cell is null.
///
/// # Errors
/// What the Parquet writer says.
pub fn sheet_parquet(sheet: &Sheet) -> Result<GeneratedFile, PolarsError> {
    let mut columns = Vec::with_capacity(sheet.header.len());
    for (index, name) in sheet.header.iter().enumerate() {
        let texts = sheet.rows.iter().map(|row| Some(row[index].as_str()).filter(|text| !text.is_empty()));
        columns.push(Column::new(name.as_str().into(), texts.collect::<Vec<_>>()));
    }
    frame_file(sheet.key, DataFrame::new(sheet.rows.len(), columns)?)
}

/// The marks of a data set as a long Parquet table, ordered by offering, student, item.
///
/// # Errors
/// What the Parquet writer says.
pub fn marks_parquet(dataset: &Dataset) -> Result<GeneratedFile, PolarsError> {
    let height = dataset.offerings.iter().map(|offering| offering.roster.len() * offering.items.len()).sum();
    let (mut offerings, mut students) = (Vec::with_capacity(height), Vec::with_capacity(height));
    let (mut items, mut marks) = (Vec::with_capacity(height), Vec::with_capacity(height));
    let numbers = Numbers::new();
    for offering in &dataset.offerings {
        for (row, enrolment) in offering.roster.iter().enumerate() {
            for (column, item) in offering.items.iter().enumerate() {
                offerings.push(offering.id.as_str());
                students.push(dataset.students[enrolment.student as usize].id.as_str());
                items.push(item.id.as_str());
                marks.push(numbers.text(offering, row, column));
            }
        }
    }
    let columns = vec![
        Column::new("offering".into(), offerings),
        Column::new("student".into(), students),
        Column::new("item".into(), items),
        Column::new("mark".into(), marks),
    ];
    frame_file("marks", DataFrame::new(height, columns)?)
}

fn frame_file(key: &str, mut frame: DataFrame) -> Result<GeneratedFile, PolarsError> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame)?;
    Ok(GeneratedFile::new(format!("{key}.parquet"), bytes))
}

/// The texts of usual marks, made once: whole and half marks up to 200.
struct Numbers {
    tenths: Vec<String>,
    whole: Vec<String>,
}

impl Numbers {
    fn new() -> Self {
        let tenths = (0..=2000)
            .map(|n| if n % 10 == 0 { (n / 10).to_string() } else { format!("{}.{}", n / 10, n % 10) });
        Self { tenths: tenths.collect(), whole: (0..=200).map(|n: i32| n.to_string()).collect() }
    }

    fn text<'a>(
        &'a self,
        offering: &Offering,
        row: usize,
        column: usize,
    ) -> Option<std::borrow::Cow<'a, str>> {
        let units = match offering.marks.get(row, column) {
            Mark::State(state) => {
                return Some(words(state).into()).filter(|word: &std::borrow::Cow<_>| !word.is_empty());
            }
            Mark::Scored(units) => usize::try_from(units).unwrap_or(usize::MAX),
        };
        let known = match offering.marks.scale(column) {
            0 => self.whole.get(units),
            1 => self.tenths.get(units),
            _ => None,
        };
        Some(known.map_or_else(|| mark(offering, row, column).into(), |text| text.as_str().into()))
    }
}
