//! Words for the reports.

use super::Draft;
use crate::ingest::sheet::Row;
use crate::model::{ReportNote, Severity};

/// The report that words without one are for.
const USUAL: &str = "course";

pub(super) fn note(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (report, of, offering) = (row.id("report"), row.id("of"), row.id("offering"));
    let (part, text) = (row.id("part"), row.text("text"));
    let given = part?;
    let Some(part) = ReportNote::part(&given) else {
        let known: Vec<&str> = ReportNote::PARTS.iter().map(|(key, _)| *key).collect();
        let values = [("part", &*given), ("known", &*known.join(", "))];
        row.say("note_part_unknown", Severity::Warning, "part", &values);
        return None;
    };
    // A line that nobody has filled yet says nothing.
    let Some(text) = text else { return Some(()) };
    let of = of.or(offering).unwrap_or_default();
    let report = report.unwrap_or_else(|| USUAL.to_owned());
    draft.notes.push(ReportNote { report, of, part: part.to_owned(), text });
    Some(())
}
