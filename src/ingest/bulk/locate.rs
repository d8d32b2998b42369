//! Who sits where, and which rows are wrong.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::Series;
use rayon::prelude::*;

use super::columns::{NONE, Target};
use super::seats::Met;
use super::{BulkFile, BulkMarks, Grids, SPAN_ROWS, Seats};
use crate::ingest::clean;
use crate::ingest::draft::ItemIndex;
use crate::ingest::findings::Findings;
use crate::model::{Issue, MarkWords, Severity};

/// What is wrong with a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Above the full mark.
    AboveFull,
    /// Below 0.
    Negative,
    /// No finite number, or a word nobody knows.
    Unreadable,
    /// More decimal places than can be held exactly.
    TooFine,
    /// The same student and item again with the same mark.
    Repeated,
    /// The same student and item again with another mark.
    Conflict,
}

impl BulkMarks {
    /// Who has a row in which offering: those with marks in a bulk file, and `others` as pairs of offering and rank.
    /// Rows that are marks of nothing are said.
    pub(crate) fn seats(
        &mut self,
        ranks: &[u32],
        others: impl Iterator<Item = (u32, u32)>,
        index: &ItemIndex,
        findings: &mut Findings,
    ) -> Seats {
        let n_offerings = index.offerings.len();
        let met = Met::new(n_offerings, ranks.len());
        met.meet(others);
        for file in &mut self.files {
            file.columns.call_by_rank(ranks);
            let n_rows = file.source.n_rows();
            let spans = (0..n_rows.div_ceil(SPAN_ROWS)).into_par_iter();
            let used = spans.map(|span| file.meet(span * SPAN_ROWS, &met)).sum();
            let count = &mut findings.rows[file.count];
            (count.used, count.listed) = (used, n_rows - used);
            if used < n_rows {
                file.say_where_nothing_belongs(index, findings);
            }
        }
        met.seats(n_offerings)
    }

    /// Finds the rows of wrong cells, given for each offering, and says what is wrong with them. A cell that several
    /// rows speak of is wrong in the first of them.
    pub(crate) fn say_wrong(
        &self,
        wrong: &[BTreeMap<usize, Fault>],
        grids: Grids<'_>,
        words: &MarkWords,
        findings: &mut Findings,
    ) {
        if wrong.iter().all(BTreeMap::is_empty) {
            return;
        }
        let mut said: BTreeSet<(usize, usize)> = BTreeSet::new();
        for file in &self.files {
            for rows in &file.source.groups {
                let read = file.marks(rows, grids, words, |series, placed| {
                    let fault = wrong.get(placed.offering).and_then(|cells| cells.get(&placed.cell));
                    if let Some(fault) = fault
                        && said.insert((placed.offering, placed.cell))
                    {
                        let full = &grids.full[placed.offering];
                        let full = full[placed.cell % full.len()].to_string();
                        let written = as_written(series, placed.row - rows.start);
                        self.say(file.count, placed.row, *fault, (&written, &full), findings);
                    }
                });
                if let Err(issue) = read {
                    findings.push(issue);
                }
            }
        }
    }

    /// Says what is wrong with the mark of a row, as written, and counts the row as listed.
    pub(super) fn say(
        &self,
        file: usize,
        row: usize,
        fault: Fault,
        (written, full): (&str, &str),
        findings: &mut Findings,
    ) {
        let Some(file) = self.files.iter().find(|known| known.count == file) else { return };
        let place = file.source.place(row, file.source.mark);
        let first = place.file.clone();
        let error = |code| Issue::new(code, Severity::Error, place.clone()).with("value", written);
        let issue = match fault {
            Fault::AboveFull => error("mark_above_full").with("full", full),
            Fault::Negative => error("mark_negative"),
            Fault::Unreadable => error("mark_word_unknown"),
            Fault::TooFine => error("mark_too_fine"),
            Fault::Repeated => Issue::new("mark_repeated", Severity::Note, place).with("item", "—"),
            Fault::Conflict => error("mark_conflict").with("first", first),
        };
        findings.push(issue);
        let count = &mut findings.rows[file.count];
        count.used = count.used.saturating_sub(1);
        count.listed += 1;
    }
}

impl BulkFile {
    /// Meets the students of a span of rows; how many of its rows belong somewhere.
    fn meet(&self, start: usize, met: &Met) -> usize {
        let end = self.source.n_rows().min(start + SPAN_ROWS);
        let mut pairs = Vec::with_capacity(end - start);
        self.columns.each(start..end, |_, target| {
            if target.is_somewhere() {
                pairs.push((target.offering, target.student));
            }
        });
        let used = pairs.len();
        met.meet(pairs.into_iter());
        used
    }

    /// Says of every row that is a mark of nothing what it lacks.
    fn say_where_nothing_belongs(&self, index: &ItemIndex, findings: &mut Findings) {
        let source = &self.source;
        let mut lost = Vec::new();
        self.columns.each(0..source.n_rows(), |row, target| {
            if !target.is_somewhere() {
                lost.push((row, target));
            }
        });
        let mut codes = Vec::new();
        for (row, Target { offering, .. }) in lost {
            if offering != NONE {
                let issue = Issue::new("cell_empty", Severity::Error, source.place(row, source.student));
                findings.push(issue.with("column", source.name(source.student)));
                continue;
            }
            let mut text = |column: &super::codes::Codes| {
                column.copy(row..row + 1, &mut codes);
                codes.first().and_then(|code| column.text(*code)).unwrap_or_default().to_owned()
            };
            let item = text(&self.columns.items);
            let id = self.columns.offerings.as_ref().map(text);
            let place = source.place(row, source.item);
            let error = |code| Issue::new(code, Severity::Error, place.clone());
            let unknown = id.filter(|id| !index.offerings.contains_key(&clean::identifier(id)));
            findings.push(match (unknown, item.is_empty()) {
                (Some(offering), _) => error("offering_unknown").with("offering", offering),
                (None, true) => error("cell_empty").with("column", source.name(source.item)),
                (None, false) => {
                    let only = index.only(&clean::identifier(&item));
                    let code = only.err().filter(|_| source.offering.is_none());
                    error(code.unwrap_or("item_unknown")).with("item", item)
                }
            });
        }
    }
}

/// A mark as the file has it.
pub(super) fn as_written(series: &Series, at: usize) -> String {
    let shown = series.get(at).map_or(String::new(), |value| value.to_string());
    shown.trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_without_quotes() {
        use polars::prelude::NamedFrom;
        assert_eq!(as_written(&Series::new("mark".into(), ["优"]), 0), "优");
        assert_eq!(as_written(&Series::new("mark".into(), [1.5]), 0), "1.5");
    }
}
