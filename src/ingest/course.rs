//! The teacher's workbook: one offering, its facts as pairs of key and value.

use std::collections::BTreeMap;

use super::clean::{identifier, normalise_header};
use super::findings::{Findings, RowCount};
use super::logical::{LogicalTable, logical_table};
use super::raw::{RawCell, RawTable};
use crate::model::{Issue, Place, Severity};

/// Keys of the pairs beyond the columns of the table of offerings.
const POLICY: [&str; 3] = ["评价方案", "评价办法", "policy"];

/// The facts of one offering.
#[derive(Debug, Default)]
pub(crate) struct CourseFacts {
    /// Our column → value.
    pub(crate) values: BTreeMap<String, String>,
    /// Our column → its cell.
    pub(crate) places: BTreeMap<String, Place>,
    /// Key of the policy, if the workbook names one.
    pub(crate) policy: Option<String>,
}

fn offerings() -> Option<&'static LogicalTable> {
    logical_table("offerings")
}

/// The column of the table of offerings a key means.
fn column_named(key: &str) -> Option<&'static str> {
    let key = normalise_header(key);
    let fits = |names: &[&str]| names.iter().any(|name| normalise_header(name) == key);
    let mut columns = offerings()?.columns.iter();
    columns.find(|column| column.name == key || fits(column.aliases)).map(|column| column.name)
}

/// Whether a sheet is pairs of key and value rather than a table with a header.
pub(crate) fn is_pairs(table: &RawTable) -> bool {
    let keys = table.rows.iter().filter(|row| {
        row.cells.first().and_then(|(_, cell)| cell.text()).is_some_and(|text| column_named(text).is_some())
    });
    let in_columns = keys.count();
    let in_row = table.rows.iter().take(10).map(|row| {
        row.cells
            .iter()
            .filter(|(_, cell)| cell.text().is_some_and(|text| column_named(text).is_some()))
            .count()
    });
    in_columns >= 2 && in_columns >= in_row.max().unwrap_or(0)
}

/// Reads the pairs; the offering's identifier is that of its course and term where it has none of its own.
pub(crate) fn read_pairs(table: &RawTable, findings: &mut Findings) -> CourseFacts {
    let mut facts = CourseFacts::default();
    let mut count = RowCount {
        file: table.file.clone(),
        sheet: table.sheet.clone(),
        table: "offerings",
        rows: 0,
        used: 0,
        listed: 0,
    };
    for row in table.rows.iter().filter(|row| !row.is_blank()) {
        count.rows += 1;
        let mut cells = row.cells.iter().filter(|(_, cell)| !cell.is_blank());
        let Some((key_at, key)) = cells.next() else { continue };
        let value = cells.next();
        let place = table.place_at(row.number, value.map_or(key_at + 1, |(at, _)| *at));
        let used = take(&mut facts, &key.to_string(), value.map(|(_, cell)| cell), place, findings);
        *(if used { &mut count.used } else { &mut count.listed }) += 1;
    }
    findings.rows.push(count);
    let id = match (facts.values.get("course"), facts.values.get("term")) {
        (Some(course), Some(term)) => Some(format!("{course}-{term}")),
        (course, _) => course.cloned(),
    };
    if let Some(id) = id {
        facts.values.entry("offering".into()).or_insert(id);
    } else {
        let issue = Issue::new("column_missing", Severity::Error, table.place());
        findings.push(
            issue
                .with("column", "课程代码 course")
                .with("present", facts.places.keys().cloned().collect::<Vec<_>>().join(", ")),
        );
    }
    facts
}

/// Takes one pair; `false` where it is not used, with an issue.
fn take(
    facts: &mut CourseFacts,
    key: &str,
    value: Option<&RawCell>,
    place: Place,
    findings: &mut Findings,
) -> bool {
    let is_policy = POLICY.iter().any(|name| normalise_header(name) == normalise_header(key));
    let Some(column) = column_named(key).or(is_policy.then_some("policy")) else {
        // A title over the pairs stands alone in its row.
        let place = Place { column: Some(place.column.unwrap_or(1).saturating_sub(1).max(1)), ..place };
        findings.push(
            Issue::new("column_unknown", Severity::Note, place)
                .with("column", key)
                .with("table", "offerings"),
        );
        return false;
    };
    let Some(value) = value else {
        if column == "course" {
            findings.push(Issue::new("cell_empty", Severity::Error, place).with("column", key));
            return false;
        }
        return true;
    };
    let damage = super::damage::cell_damage(value, super::damage::Meant::Identifier, &place);
    if let Some(damage) = damage {
        let refused = damage.severity == Severity::Error;
        let is_identifier = ["course", "offering"].contains(&column);
        if refused || is_identifier {
            findings.push(damage);
        }
        if refused {
            return false;
        }
    }
    let value = identifier(&value.to_string());
    if column == "policy" {
        facts.policy = Some(value);
    } else {
        facts.places.insert(column.to_owned(), place);
        facts.values.insert(column.to_owned(), value);
    }
    true
}
