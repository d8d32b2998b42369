//! Reads the files of the data set: rows as text, `?` and empty alike missing.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// The import cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum OuladError {
    /// A file cannot be opened or is not CSV.
    #[error("{}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        source: csv::Error,
    },
    /// A file lacks a column.
    #[error("{}: no column `{column}`", file.display())]
    Column {
        /// The file.
        file: PathBuf,
        /// The column.
        column: &'static str,
    },
}

/// One row with its place in the file.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Row of the file, the header being 1.
    pub(super) number: u32,
    /// Values in the order of the columns asked for; `None` where missing.
    pub(super) values: Vec<Option<String>>,
}

impl Row {
    /// A value as text, empty where missing.
    pub(super) fn text(&self, column: usize) -> &str {
        self.values[column].as_deref().unwrap_or("")
    }
}

/// Reads the columns asked for, whatever their order in the file.
pub(super) fn read(dir: &Path, file: &str, columns: &[&'static str]) -> Result<Vec<Row>, OuladError> {
    let path = dir.join(file);
    let fail = |source: csv::Error| OuladError::Read { file: path.clone(), source };
    let opened = File::open(&path).map_err(|error| fail(error.into()))?;
    let mut reader = csv::ReaderBuilder::new().from_reader(opened);
    let header: BTreeMap<String, usize> = reader
        .headers()
        .map_err(fail)?
        .iter()
        .enumerate()
        .map(|(place, name)| (name.trim_start_matches('\u{feff}').trim().to_owned(), place))
        .collect();
    let mut places = Vec::new();
    for &column in columns {
        let missing = || OuladError::Column { file: path.clone(), column };
        places.push(*header.get(column).ok_or_else(missing)?);
    }
    let mut rows = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(fail)?;
        let value = |&place: &usize| {
            let text = record.get(place)?.trim();
            (!text.is_empty() && text != "?").then(|| text.to_owned())
        };
        rows.push(Row { number: index as u32 + 2, values: places.iter().map(value).collect() });
    }
    Ok(rows)
}
