//! The short way to say an issue.

use std::collections::BTreeMap;

use crate::model::{Issue, Place, Severity, SharedText};

/// Collects issues; of one kind in one sheet only the first ones are listed, the others are counted in one more.
#[derive(Debug)]
pub(crate) struct Issues {
    limit: usize,
    listed: Vec<Issue>,
    unlisted: BTreeMap<(&'static str, Option<SharedText>), (usize, Severity)>,
    n_listed: BTreeMap<(&'static str, Option<SharedText>), usize>,
}

impl Issues {
    /// An empty list that keeps `limit` issues of each kind.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, listed: Vec::new(), unlisted: BTreeMap::new(), n_listed: BTreeMap::new() }
    }

    /// Lists or counts an issue.
    pub(crate) fn push(&mut self, issue: Issue) {
        let kind = (issue.code, issue.place.sheet.clone());
        let n_listed = self.n_listed.entry(kind.clone()).or_default();
        if *n_listed < self.limit {
            *n_listed += 1;
            self.listed.push(issue);
        } else {
            self.unlisted.entry(kind).or_insert((0, issue.severity)).0 += 1;
        }
    }

    /// The listed issues, and one for each kind that has more.
    pub(crate) fn finish(mut self, file: &Place) -> Vec<Issue> {
        for ((code, sheet), (n, severity)) in self.unlisted {
            let place = Place { file: file.file.clone(), sheet, row: None, column: None };
            self.listed.push(issue("more_alike", severity, &place, &[("code", code), ("n", &n.to_string())]));
        }
        self.listed
    }
}

impl Extend<Issue> for Issues {
    fn extend<T: IntoIterator<Item = Issue>>(&mut self, issues: T) {
        for issue in issues {
            self.push(issue);
        }
    }
}

/// The values an issue's texts name.
type Values<'a> = &'a [(&'static str, &'a str)];

/// Something that could not be used.
pub(crate) fn error(code: &'static str, place: &Place, values: Values<'_>) -> Issue {
    issue(code, Severity::Error, place, values)
}

/// Something odd that the run goes on with.
pub(crate) fn warning(code: &'static str, place: &Place, values: Values<'_>) -> Issue {
    issue(code, Severity::Warning, place, values)
}

/// A decision of the reader.
pub(crate) fn note(code: &'static str, place: &Place, values: Values<'_>) -> Issue {
    issue(code, Severity::Note, place, values)
}

fn issue(code: &'static str, severity: Severity, place: &Place, values: Values<'_>) -> Issue {
    let values = values.iter().map(|&(name, value)| (name, value.to_owned())).collect();
    Issue { code, severity, place: place.clone(), values }
}

/// A size in bytes as people read it: `512 MiB`, rounded up to a whole unit.
pub(crate) fn size(bytes: u64) -> String {
    const MIB: u64 = 1 << 20;
    const KIB: u64 = 1 << 10;
    match bytes {
        0..KIB => format!("{bytes} B"),
        KIB..MIB => format!("{} KiB", bytes.div_ceil(KIB)),
        _ => format!("{} MiB", bytes.div_ceil(MIB)),
    }
}
