//! Data sets and results of other implementations for the tests, which stand outside the repository.

use super::data::{Category, Column, Data};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The folder of shared material, or `None` (and a word) where it is absent.
#[expect(clippy::print_stderr, reason = "a test that needs absent files says so")]
pub(super) fn shared() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if folder.join("reference").is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no shared reference data");
    None
}

/// A reference file.
pub(super) fn reference(name: &str) -> Option<Value> {
    let text = std::fs::read_to_string(shared()?.join("reference").join(name)).ok()?;
    serde_json::from_str(&text).ok()
}

/// A number, which stands as a number or as a decimal string.
pub(super) fn number(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).unwrap_or(f64::NAN)
}

/// A CSV file as columns; columns in `factors` become categories.
pub(super) fn csv(path: &str, factors: &[&str]) -> Option<Data> {
    columns(&shared()?.join(path), factors)
}

/// The same of a file anywhere.
pub(super) fn columns(path: &Path, factors: &[&str]) -> Option<Data> {
    let mut reader = csv::Reader::from_path(path).ok()?;
    let names: Vec<String> = reader.headers().ok()?.iter().map(str::to_owned).collect();
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().ok()?;
    let present = |text: &str| !matches!(text, "" | "NA");
    let columns = names.iter().enumerate().map(|(i, name)| {
        let cells = records.iter().map(|record| Some(&record[i]).filter(|text| present(text)));
        let numeric =
            !factors.contains(&name.as_str()) && cells.clone().flatten().all(|t| t.parse::<f64>().is_ok());
        let column = if numeric {
            Column::Number(cells.map(|cell| cell.and_then(|text| text.parse().ok())).collect())
        } else {
            Column::Category(Category::from_texts(cells))
        };
        (name.clone(), column)
    });
    Data::new(columns).ok()
}

/// The same data with the levels of a factor in a stated order.
pub(super) fn with_levels(data: &Data, names: &[&str], factor: &str, levels: &[&str]) -> Data {
    let columns = names.iter().map(|name| {
        let column = data.column(name).unwrap().clone();
        match column {
            Column::Category(old) if *name == factor => {
                let code = |level: &String| levels.iter().position(|l| l == level).unwrap() as u32;
                let codes = old.codes().iter().map(|c| c.map(|c| code(&old.levels()[c as usize]))).collect();
                let levels = levels.iter().map(|l| (*l).to_owned()).collect();
                ((*name).to_owned(), Column::Category(Category::new(codes, levels).unwrap()))
            }
            other => ((*name).to_owned(), other),
        }
    });
    Data::new(columns).unwrap()
}

/// |a − b| ≤ tolerance · max(1, |b|) … relative for large, absolute for small figures.
pub(super) fn close(ours: f64, theirs: f64, tolerance: f64, what: &str) {
    assert!(
        (ours - theirs).abs() <= tolerance * theirs.abs().max(1e-3),
        "{what}: {ours:.17e} for {theirs:.17e}"
    );
}
