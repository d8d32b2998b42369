//! Files that stand beside the project: published examples and reference data.

use std::path::PathBuf;

/// A folder or file beside the project; says so and gives `None` where it is absent.
pub(crate) fn path(relative: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(relative);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {relative} is absent");
    None
}

/// A JSON file beside the project.
pub(crate) fn json(relative: &str) -> Option<serde_json::Value> {
    let text = std::fs::read_to_string(path(relative)?).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

/// The records of a CSV file beside the project, without its header.
pub(crate) fn records(relative: &str) -> Option<Vec<csv::StringRecord>> {
    let mut reader = csv::Reader::from_path(path(relative)?).unwrap();
    Some(reader.records().map(Result::unwrap).collect())
}

/// The header of a CSV file beside the project.
pub(crate) fn header(relative: &str) -> Option<csv::StringRecord> {
    Some(csv::Reader::from_path(path(relative)?).unwrap().headers().unwrap().clone())
}
