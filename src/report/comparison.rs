//! The report `cohort`: the cohorts of one programme side by side, requirement by requirement, indicator by
//! indicator, course by course.

use std::collections::BTreeSet;

use super::cohort_facts::called;
use super::course::filled;
use super::document::{Block, Cell, DocTable, Document, SheetChart};
use super::numbers::UNKNOWN;
use super::words::{left, right};
use super::{Material, Report, ReportContext, ReportError};
use crate::chart::{Chart, RequirementIntervals, RequirementRadar, Selection};
use crate::results::Table;
use crate::results::schema::{COHORT_COURSES, INDICATORS, REQUIREMENTS};

/// The report `cohort`.
#[derive(Debug)]
pub struct Comparison;

/// Requirements up to which a radar can be read.
const MOST_AXES: usize = 8;

impl Report for Comparison {
    fn key(&self) -> &'static str {
        "cohort"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["requirements", "indicators", "cohort_courses"]
    }

    fn subjects(&self, material: &Material<'_>) -> Vec<String> {
        let several = material.dataset.programmes.iter().filter(|programme| programme.cohorts.len() > 1);
        several.map(|programme| programme.id.clone()).collect()
    }

    fn build(
        &self,
        material: &Material<'_>,
        subject: &str,
        context: &ReportContext<'_>,
    ) -> Result<Document, ReportError> {
        let programme = material.programme(subject).ok_or_else(|| ReportError::no_subject(self, subject))?;
        let of = |schema| material.rows(schema, "programme", subject);
        let (required, indicated, courses) = (of(&REQUIREMENTS), of(&INDICATORS), of(&COHORT_COURSES));
        let requirements: Vec<Block> = frameworks(&required)
            .into_iter()
            .flat_map(|framework| compared(&framed(&required, &framework), "requirement", context))
            .collect();
        let indicators: Vec<Block> = frameworks(&indicated)
            .into_iter()
            .flat_map(|framework| compared(&framed(&indicated, &framework), "indicator", context))
            .collect();
        let name = programme.name.clone().unwrap_or_else(|| programme.id.clone());
        let cohorts: Vec<String> = programme.cohorts.iter().map(|cohort| cohort.id.clone()).collect();
        let list = context.list(&cohorts);
        Ok(Document {
            id: format!("cohort-{subject}"),
            lang: context.lang,
            title: context.text("cohort.title", &[]),
            subtitle: vec![context.text("cohorts_of", &[("programme", &name), ("cohorts", &list)])],
            blocks: context.chapters(vec![
                ("requirements", [requirements, pictures(&required, subject, context)].concat()),
                ("indicators", indicators),
                ("courses", compared(&courses, "course", context)),
            ]),
            footer: context.footer(material.policy),
        })
    }
}

/// The frameworks of a table, each once; values under different frameworks do not stand in one table.
fn frameworks(table: &Table) -> BTreeSet<String> {
    (0..table.len()).map(|row| table.text(row, "framework").unwrap_or_default().to_owned()).collect()
}

fn framed(table: &Table, framework: &str) -> Table {
    let rows: Vec<usize> = (0..table.len())
        .filter(|&row| table.text(row, "framework").unwrap_or_default() == framework)
        .collect();
    table.take(&rows)
}

/// Things of one kind × cohorts, by direct evaluation, or the combined one where there is one; nothing below two
/// cohorts.
pub(super) fn compared(from: &Table, kind: &'static str, context: &ReportContext<'_>) -> Vec<Block> {
    let combined = (0..from.len()).any(|row| from.text(row, "evaluation") == Some("combined"));
    let wanted = if combined { "combined" } else { "direct" };
    let rows: Vec<usize> = (0..from.len())
        .filter(|&row| from.text(row, "evaluation").is_none_or(|evaluation| evaluation == wanted))
        .collect();
    if cohorts(from, &rows).len() < 2 {
        return Vec::new();
    }
    // One plan may be supported by courses and the next one by their objectives: each kind has its own table.
    let (whole, parts): (Vec<usize>, Vec<usize>) =
        rows.iter().partition(|&&row| kind != "course" || from.text(row, "objective").is_none());
    [("", whole), ("-objectives", parts)]
        .into_iter()
        .filter(|(_, rows)| !rows.is_empty())
        .filter_map(|(end, rows)| {
            let mut table = matrix(from, (kind, &rows), (&cohorts(from, &rows), context));
            if !end.is_empty() {
                table.label += end;
                table.caption = context.text("table.cohorts_objective", &[]);
                table.sheet = context.text("sheet.cohorts_objective", &[]);
            }
            filled(table)
        })
        .collect()
}

/// The cohorts of some rows.
fn cohorts<'t>(from: &'t Table, rows: &[usize]) -> BTreeSet<&'t str> {
    rows.iter().filter_map(|&row| from.text(row, "cohort")).collect()
}

fn matrix(
    from: &Table,
    (kind, rows): (&'static str, &[usize]),
    (cohorts, context): (&BTreeSet<&str>, &ReportContext<'_>),
) -> DocTable {
    let framework = rows.first().and_then(|&row| from.text(row, "framework")).unwrap_or_default();
    let title = crate::policy::framework(framework)
        .map_or_else(|| framework.to_owned(), |found| found.title.get(context.lang).to_owned());
    let mut columns = vec![left(if kind == "course" { "any_course" } else { kind })];
    columns.extend(cohorts.iter().map(|_| right("blank", context.numbers.form())));
    let label = format!("cohorts_{kind}");
    let mut table = context.table(&label, &[("framework", &title)], &columns);
    if kind != "course" {
        table.label = format!("{}-{}", table.label, crate::chart::identifier(framework));
    }
    for (at, cohort) in cohorts.iter().enumerate() {
        table.header[0][at + 1] = Cell::text(context.text("cohort_name", &[("cohort", cohort)]));
    }
    let mut seen: Vec<(&str, &str)> = Vec::new();
    let key = |row: usize| {
        (from.text(row, kind).unwrap_or_default(), from.text(row, "objective").unwrap_or_default())
    };
    for &row in rows {
        if !seen.contains(&key(row)) {
            seen.push(key(row));
        }
    }
    for wanted in seen {
        // The latest cohort's names are those that hold.
        let named = rows.iter().rev().find(|&&row| key(row) == wanted);
        let mut line =
            vec![Cell::text(named.map_or_else(String::new, |&row| called(from, row, kind, context)))];
        for cohort in cohorts {
            let is = |row: &&usize| from.text(**row, "cohort") == Some(cohort) && key(**row) == wanted;
            line.push(
                rows.iter().find(is).map_or_else(|| Cell::text(UNKNOWN), |&row| value(from, row, context)),
            );
        }
        table.rows.push(line);
    }
    table.notes.push(context.method(&from.take(rows)));
    table.notes.push(context.text("note.cohorts", &[]));
    table.chart = Some(SheetChart {
        categories: 0,
        bars: (1..=cohorts.len()).collect(),
        lines: Vec::new(),
        rows: table.rows.len(),
    });
    table
}

/// A value with an arrow where it is not reached.
fn value(from: &Table, row: usize, context: &ReportContext<'_>) -> Cell {
    let mut cell = context.value(from, row);
    if from.text(row, "verdict") == Some("not_reached") {
        cell.text = context.text("missed_mark", &[("value", &cell.text)]);
    }
    cell
}

/// A radar where it can be read, dots with intervals elsewhere.
pub(super) fn pictures(required: &Table, programme: &str, context: &ReportContext<'_>) -> Vec<Block> {
    let ids: BTreeSet<&str> =
        (0..required.len()).filter_map(|row| required.text(row, "requirement")).collect();
    let chart: &dyn Chart = if ids.len() <= MOST_AXES { &RequirementRadar } else { &RequirementIntervals };
    let selection = Selection { of: Some(programme.to_owned()), part: None };
    let figures = context.figures(chart, &vec![required.clone()], &selection).into_iter();
    figures
        .map(|mut figure| {
            figure.label += "-all";
            Block::Figure(Box::new(figure))
        })
        .collect()
}
