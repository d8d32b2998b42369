//! Everything odd that was found, and what became of every row.

use std::collections::BTreeMap;

use crate::model::{Issue, Place, Severity, SharedText};

/// Of one kind in one sheet this many issues are listed one by one.
pub(crate) const LISTED: usize = 100;

/// What became of the rows of one table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RowCount {
    /// File, relative to the workspace.
    pub file: SharedText,
    /// Sheet of a workbook.
    pub sheet: Option<SharedText>,
    /// Key of the logical table.
    pub table: &'static str,
    /// Data rows found.
    pub rows: usize,
    /// Rows that became data.
    pub used: usize,
    /// Rows that did not, each with an issue that says why.
    pub listed: usize,
}

/// One kind of issue in one sheet of one file.
type Kind = (&'static str, SharedText, Option<SharedText>);

/// Collects issues and row counts.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    issues: Vec<Issue>,
    kinds: BTreeMap<Kind, (usize, Severity)>,
    pub(crate) rows: Vec<RowCount>,
}

impl Findings {
    /// Takes an issue; beyond the first ones of its kind only the number is kept.
    pub(crate) fn push(&mut self, issue: Issue) {
        let kind = (issue.code, issue.place.file.clone(), issue.place.sheet.clone());
        let known = self.kinds.entry(kind).or_insert((0, issue.severity));
        known.0 += 1;
        if known.0 <= LISTED {
            self.issues.push(issue);
        }
    }

    /// Counts issues of a kind that are not listed one by one.
    pub(crate) fn push_unlisted(&mut self, issue: &Issue, n: usize) {
        let kind = (issue.code, issue.place.file.clone(), issue.place.sheet.clone());
        self.kinds.entry(kind).or_insert((0, issue.severity)).0 += n;
    }

    /// The issues, ordered by place, and one for each kind with more than are listed.
    pub(crate) fn finish(self) -> (Vec<Issue>, Vec<RowCount>) {
        let mut issues = self.issues;
        for ((code, file, sheet), (n, severity)) in self.kinds {
            if n > LISTED {
                let place = Place { file, sheet, row: None, column: None };
                let more = Issue::new("more_alike", severity, place);
                issues.push(more.with("code", code).with("n", n - LISTED));
            }
        }
        issues.sort_by(|a, b| (&a.place, a.code, &a.values).cmp(&(&b.place, b.code, &b.values)));
        (issues, self.rows)
    }
}

impl Extend<Issue> for Findings {
    fn extend<T: IntoIterator<Item = Issue>>(&mut self, issues: T) {
        for issue in issues {
            self.push(issue);
        }
    }
}
