//! The tidy tables every chart, report and other program reads, their schema, the run manifest and the writers.
//!
//! [`write`](fn@write) puts all tables and the manifest into an output folder, which is replaced as a whole or not at all.
//! Where more than tables belongs into the folder (charts, reports), [`stage`] writes the tables,
//! [`Staged::add`] the other files, and [`Staged::finish`] the manifest.

mod atomic;
mod build;
mod file_name;
mod frame;
mod guard;
mod hash;
mod leftover;
mod manifest;
mod results_error;
pub mod schema;
mod schema_doc;
pub mod table;
mod write_csv;
mod write_json;
mod write_parquet;
mod write_xlsx;
mod xlsx_guide;

#[cfg(test)]
mod tests;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::thread::ScopedJoinHandle;

use polars::prelude::DataFrame;
use rayon::prelude::*;

use atomic::Unsynced;
pub use atomic::{OutputFolder, OutputWriter, write_file};
pub use build::{
    RowAccount, compare_table, issue_table, issue_texts, parts_for, row_table, tables, tables_where,
    value_added_tables,
};
pub use file_name::safe_file_name;
pub use frame::frame;
pub use guard::guarded;
pub use hash::Fingerprint;
pub use manifest::{Input, MANIFEST_FILE, Manifest, OutputFile, PROGRAM, RuleFile, TableEntry};
pub use results_error::ResultsError;
pub use schema_doc::schema_markdown;
pub use table::{Column, ColumnSchema, Kind, Table, TableSchema, TextColumn, Value};
pub use write_csv::write_csv;
pub use write_json::write_json;
pub use write_parquet::write_parquet;
pub(crate) use write_xlsx::cell_text;
pub use write_xlsx::{FixedDate, XLSX_PERSONAL_ROWS, XLSX_ROWS, write_xlsx};

use crate::message::Lang;

/// Name of the workbook in an output folder.
pub const WORKBOOK_FILE: &str = "results.xlsx";

/// Name of the JSON document in an output folder.
pub const JSON_FILE: &str = "results.json";

/// All tables of a run.
#[derive(Debug, Clone, Default)]
pub struct Results {
    /// The tables, in the order in which they are written.
    pub tables: Vec<Table>,
}

impl Results {
    /// The table of this key, if the run made it.
    pub fn table(&self, key: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.schema().key == key)
    }

    /// The table of this key as a polars frame; see [`frame`](fn@frame).
    ///
    /// # Errors
    /// [`ResultsError::NoTable`] where there is none of this key.
    pub fn frame(&self, key: &str) -> Result<DataFrame, ResultsError> {
        let table = self.table(key).ok_or_else(|| ResultsError::NoTable { key: key.to_owned() })?;
        frame(table).map_err(|error| ResultsError::format(Path::new(key), &error))
    }
}

/// A form in which results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutputFormat {
    /// One Parquet file per table: for programs, and for tables of any length.
    Parquet,
    /// One CSV file per table: for people and their spreadsheets.
    Csv,
    /// One workbook with a sheet per table.
    Xlsx,
    /// One JSON document with all tables.
    Json,
}

impl OutputFormat {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::Parquet, Self::Csv, Self::Xlsx, Self::Json];

    /// Its name on the command line, also the extension of its files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
        }
    }
}

/// Where results go and in which form.
#[derive(Debug, Clone)]
pub struct Target {
    /// The output folder; it is replaced as a whole.
    pub folder: PathBuf,
    /// The forms wanted.
    pub formats: Vec<OutputFormat>,
    /// Language of the texts in the workbook.
    pub language: Lang,
    /// The date that the workbook carries; never the clock's.
    pub created: FixedDate,
}

impl Target {
    fn wants(&self, format: OutputFormat) -> bool {
        self.formats.contains(&format)
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The output folder.
    pub folder: PathBuf,
    /// The manifest as it stands there.
    pub manifest: Manifest,
}

/// Writes all tables and the manifest into the output folder, which is replaced as a whole.
///
/// `manifest` says what went in; its lists of tables and files are filled here.
///
/// # Errors
/// [`ResultsError`]; the old output is then untouched.
pub fn write(results: &Results, target: &Target, manifest: Manifest) -> Result<Written, ResultsError> {
    stage(results, target, manifest)?.finish()
}

/// Tables written into a staging folder, not yet in their place. Dropping it removes the staging folder.
#[derive(Debug)]
pub struct Staged {
    folder: OutputFolder,
    manifest: Manifest,
}

/// Writes all tables into a staging folder beside the output folder.
///
/// # Errors
/// [`ResultsError`]; the old output is then untouched.
pub fn stage(results: &Results, target: &Target, mut manifest: Manifest) -> Result<Staged, ResultsError> {
    let folder = OutputFolder::begin(&target.folder)?;
    let single: Vec<OutputFormat> = [OutputFormat::Parquet, OutputFormat::Csv]
        .into_iter()
        .filter(|&format| target.wants(format))
        .collect();
    let jobs: Vec<(&Table, OutputFormat)> =
        results.tables.iter().flat_map(|table| single.iter().map(move |&format| (table, format))).collect();
    let mut files = write_singles(&folder, &jobs)?.into_iter();
    manifest.tables = results
        .tables
        .iter()
        .map(|table| TableEntry {
            key: table.schema().key.to_owned(),
            rows: table.len() as u64,
            files: files.by_ref().take(single.len()).collect(),
        })
        .collect();
    manifest.files.clear();
    manifest.sort();
    let mut staged = Staged { folder, manifest };
    staged.write_whole(results, target, &single)?;
    Ok(staged)
}

/// Writes tables into files of their own; the files in the order of the jobs, whatever thread ends first.
fn write_singles(
    folder: &OutputFolder,
    jobs: &[(&Table, OutputFormat)],
) -> Result<Vec<OutputFile>, ResultsError> {
    // The longest tables first: nobody waits for one that was begun last.
    let mut turns: Vec<usize> = (0..jobs.len()).collect();
    turns.sort_by_key(|&job| std::cmp::Reverse(jobs[job].0.len()));
    let mut files: Vec<(usize, OutputFile)> = std::thread::scope(|scope| {
        let write = |job: usize| {
            let (file, unsynced) = write_single(folder, jobs[job].0, jobs[job].1)?;
            // Waiting for the disk keeps no processor from the next table.
            Ok((job, file, scope.spawn(move || unsynced.sync())))
        };
        let written: Vec<_> =
            turns.into_par_iter().with_max_len(1).map(write).collect::<Result<_, ResultsError>>()?;
        type Begun<'s> = (usize, OutputFile, ScopedJoinHandle<'s, Result<(), ResultsError>>);
        let settled = |(job, file, sync): Begun<'_>| match sync.join() {
            Ok(synced) => synced.map(|()| (job, file)),
            Err(panic) => std::panic::resume_unwind(panic),
        };
        written.into_iter().map(settled).collect::<Result<_, ResultsError>>()
    })?;
    files.sort_by_key(|(job, _)| *job);
    Ok(files.into_iter().map(|(_, file)| file).collect())
}

/// Writes a table into a file of its own.
fn write_single(
    folder: &OutputFolder,
    table: &Table,
    format: OutputFormat,
) -> Result<(OutputFile, Unsynced), ResultsError> {
    let mut writer = folder.create(&format!("{}.{}", table.schema().key, format.key()))?;
    let written = match format {
        OutputFormat::Parquet => write_parquet(table, &mut writer).map_err(|error| error.to_string()),
        _ => write_csv(table, &mut writer).map_err(|error| error.to_string()),
    };
    match written {
        Ok(()) => writer.hand_over(),
        Err(reason) => Err(writer.error(&reason)),
    }
}

impl Staged {
    /// Writes the forms that hold all tables in one file.
    fn write_whole(
        &mut self,
        results: &Results,
        target: &Target,
        single: &[OutputFormat],
    ) -> Result<(), ResultsError> {
        if target.wants(OutputFormat::Xlsx) {
            let formats: Vec<&str> = single.iter().map(|format| format.key()).collect();
            let workbook = write_xlsx(&results.tables, target.language, target.created, &formats)
                .map_err(|error| ResultsError::format(&target.folder.join(WORKBOOK_FILE), &error))?;
            self.add(WORKBOOK_FILE, &workbook)?;
        }
        if target.wants(OutputFormat::Json) {
            let mut writer = self.folder.create(JSON_FILE)?;
            let shown = writer.path().to_owned();
            write_json(&results.tables, &self.manifest, &mut writer)
                .map_err(|error| ResultsError::io(&shown, error))?;
            self.manifest.files.push(writer.finish()?);
        }
        Ok(())
    }

    /// Adds a file to the output: a chart, a report. `relative` is `name` or `folder/name`, each part a name that
    /// [`safe_file_name`] leaves alone.
    ///
    /// # Errors
    /// [`ResultsError::BadName`], or [`ResultsError::Io`].
    pub fn add(&mut self, relative: &str, content: &[u8]) -> Result<(), ResultsError> {
        let mut writer = self.folder.create(relative)?;
        let shown = writer.path().to_owned();
        writer.write_all(content).map_err(|error| ResultsError::io(&shown, error))?;
        self.manifest.files.push(writer.finish()?);
        Ok(())
    }

    /// Writes the manifest and puts the output in its place.
    ///
    /// # Errors
    /// [`ResultsError`]; the old output is then untouched.
    pub fn finish(mut self) -> Result<Written, ResultsError> {
        self.manifest.sort();
        let folder = self.folder.target().to_owned();
        self.folder.commit(&self.manifest)?;
        Ok(Written { folder, manifest: self.manifest })
    }
}
