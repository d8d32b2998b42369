//! Issues: everything odd in the data, said all at once, each with its place.

use std::fmt;

use serde::Serialize;

/// How grave an issue is. The order is the order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Severity {
    /// A decision of the reader that the user may want to know of.
    Note,
    /// Something odd that the run goes on with.
    Warning,
    /// Something that could not be used.
    Error,
}

/// Where in the input something stands; rows and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// The sheet, for a workbook.
    pub sheet: Option<String>,
    /// The row, from 1.
    pub row: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
}

/// One odd thing in the input. Its texts are the catalogue entries `issue.{code}` and `issue.{code}.hint`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// The kind of issue, the key of its texts.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// Where it stands.
    pub place: Place,
    /// The values its texts name.
    pub values: Vec<(&'static str, String)>,
}

impl fmt::Display for Place {
    /// A cell of a workbook reads `成绩.xlsx › 成绩!F17`, a field of a text file `marks.csv:17:6`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        match &self.sheet {
            Some(sheet) => {
                write!(f, " › {sheet}")?;
                if self.row.is_some() || self.column.is_some() {
                    f.write_str("!")?;
                }
                if let Some(column) = self.column {
                    f.write_str(&column_letters(column))?;
                }
                self.row.map_or(Ok(()), |row| write!(f, "{row}"))
            }
            None => match (self.row, self.column) {
                (Some(row), Some(column)) => write!(f, ":{row}:{column}"),
                (Some(row), None) => write!(f, ":{row}"),
                (None, Some(column)) => write!(f, ":*:{column}"),
                (None, None) => Ok(()),
            },
        }
    }
}

/// The letters of a spreadsheet column: 1 is `A`, 27 is `AA`.
fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_as_the_spreadsheet_names_it() {
        let place = |sheet: Option<&str>, row, column| Place {
            file: "成绩.xlsx".into(),
            sheet: sheet.map(Into::into),
            row,
            column,
        };
        assert_eq!(place(Some("成绩"), Some(17), Some(6)).to_string(), "成绩.xlsx › 成绩!F17");
        assert_eq!(
            place(Some("成绩"), Some(1_048_576), Some(16_384)).to_string(),
            "成绩.xlsx › 成绩!XFD1048576"
        );
        assert_eq!(place(None, Some(17), Some(6)).to_string(), "成绩.xlsx:17:6");
        assert_eq!(place(None, None, None).to_string(), "成绩.xlsx");
    }
}
