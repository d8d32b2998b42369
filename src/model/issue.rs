//! A finding about the data: what is odd, where, and (through the message catalogue) how to mend it.

use std::fmt;

use serde::Serialize;

use super::SharedText;

/// How much an issue matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something worth knowing that changes no figure.
    Note,
    /// Something that may change a figure; what was done about it is said.
    Warning,
    /// A row or cell that could not be used.
    Error,
}

/// Where an issue stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// File name, relative to the workspace.
    pub file: SharedText,
    /// Sheet of a workbook.
    pub sheet: Option<SharedText>,
    /// Row, counted from 1.
    pub row: Option<u32>,
    /// Column, counted from 1.
    pub column: Option<u32>,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<SharedText>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    /// The spreadsheet name of a column counted from 1: 1 → `A`, 28 → `AB`.
    pub fn column_name(mut column: u32) -> String {
        let mut letters = Vec::new();
        while column > 0 {
            column -= 1;
            letters.push(b'A' + (column % 26) as u8);
            column /= 26;
        }
        letters.iter().rev().map(|&letter| char::from(letter)).collect()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        match (&self.sheet, self.row, self.column) {
            (Some(sheet), Some(row), Some(column)) => {
                write!(f, " › {sheet}!{}{row}", Self::column_name(column))
            }
            (Some(sheet), Some(row), None) => write!(f, " › {sheet}!{row}"),
            (Some(sheet), None, Some(column)) => write!(f, " › {sheet}!{}", Self::column_name(column)),
            (Some(sheet), None, None) => write!(f, " › {sheet}"),
            (None, Some(row), Some(column)) => write!(f, ":{row}:{column}"),
            (None, Some(row), None) => write!(f, ":{row}"),
            (None, None, _) => Ok(()),
        }
    }
}

/// One issue. Its texts stand in the message catalogue under `issue.{code}` and `issue.{code}.hint`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// Stable code, such as `mark-above-full`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Where it stands.
    pub place: Place,
    /// The values its texts name.
    pub values: Vec<(&'static str, String)>,
}

impl Issue {
    /// An issue at a place.
    pub fn new(code: &'static str, severity: Severity, place: Place) -> Self {
        Self { code, severity, place, values: Vec::new() }
    }

    /// The same issue with one more value for its texts.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_like_the_spreadsheet_it_points_into() {
        let sheet =
            Place {
                file: "成绩.xlsx".into(), sheet: Some("成绩".into()), row: Some(17), column: Some(6)
            };
        assert_eq!(sheet.to_string(), "成绩.xlsx › 成绩!F17");
        let csv = Place { file: "marks.csv".into(), sheet: None, row: Some(17), column: Some(6) };
        assert_eq!(csv.to_string(), "marks.csv:17:6");
        assert_eq!(Place::column_name(26), "Z");
        assert_eq!(Place::column_name(27), "AA");
        assert_eq!(Place::column_name(16384), "XFD");
    }
}
