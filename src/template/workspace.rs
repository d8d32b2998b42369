//! A new workspace: settings, the programme's workbook and course workbooks, filled with an example that runs.

use rust_xlsxwriter::{DataValidation, DataValidationRule, Workbook, XlsxError};

use super::course_workbook::{CourseWorkbook, course_workbook, header};
use super::example::example;
use super::grid::{Cell, Grid, workbook_bytes};
use super::sheets::{Sheet, sheets};
use crate::ingest::GeneratedFile;
use crate::ingest::logical::{Holds, LogicalColumn, logical_table};
use crate::message::{Lang, text};
use crate::model::parse_decimal;
use crate::policy::{Framework, builtin_policies};

/// Rows below the data that carry the same rules.
const SPARE_ROWS: u32 = 500;

/// The files of a new workspace on a framework: `attain.toml`, the programme's workbook with a sheet per logical
/// table, and three course workbooks. Unedited they make a complete run. The policy is the first built-in one
/// made for the framework, otherwise the first of all.
///
/// # Errors
/// What the XLSX writer says.
pub fn workspace(framework: &Framework, lang: Lang) -> Result<Vec<GeneratedFile>, XlsxError> {
    let policies: Vec<_> = builtin_policies().collect();
    let own = policies.iter().find(|policy| policy.framework.as_deref() == Some(framework.key.as_str()));
    let policy = own.or(policies.first());
    let dataset = example(framework, policy, lang);
    let tables = sheets(&dataset, &|_| false);
    let programme = text(lang, "template.file.programme", &[]);
    let institution = dataset.institution.as_deref().unwrap_or_default();
    let key = policy.map_or("", |policy| policy.key.as_str());
    let mut settings =
        text(lang, "template.example.settings", &[("institution", institution), ("policy", key)]);
    for sheet in &tables {
        settings += &format!("{} = \"{programme}\"\n", sheet.key);
    }
    let mut files = vec![
        GeneratedFile::new("attain.toml", settings),
        GeneratedFile::new(programme, programme_workbook(&tables, lang)?),
    ];
    let keys: Vec<&str> = policies.iter().map(|policy| policy.key.as_str()).collect();
    for (place, offering) in dataset.offerings.iter().enumerate() {
        let path = text(lang, "template.file.course", &[("n", &(place + 1).to_string())]);
        let bytes = course_workbook(&CourseWorkbook::of(&dataset, offering, &keys), lang)?;
        files.push(GeneratedFile::new(path, bytes));
    }
    Ok(files)
}

/// Logical tables as one workbook, a sheet each, headed in the reader's language.
///
/// # Errors
/// What the XLSX writer says.
pub fn programme_workbook(tables: &[Sheet], lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    for sheet in tables {
        let known = logical_table(sheet.key);
        let name = match (lang, known.and_then(|table| table.names.first())) {
            (Lang::Zh, Some(name)) => (*name).to_owned(),
            _ => sheet.key.to_owned(),
        };
        let mut grid = Grid::new(&mut workbook, &name)?;
        for (place, column) in sheet.header.iter().enumerate() {
            let place = place as u16;
            let own = known.and_then(|table| table.columns.iter().find(|known| known.name == column));
            let note = own.map_or("", |own| if lang == Lang::Zh { own.doc.0 } else { own.doc.1 });
            grid.header(0, place, &header(lang, sheet.key, column), note)?;
            if let Some(rule) = own.and_then(|own| rule(own.holds)) {
                let prompt = if own.is_some_and(is_fraction) { "fraction" } else { "positive" };
                let rule = rule.set_error_message(text(lang, &format!("template.prompt.{prompt}"), &[]))?;
                grid.validate((1, sheet.rows.len() as u32 + SPARE_ROWS), (place, place), &rule)?;
            }
            for (row, cells) in sheet.rows.iter().enumerate() {
                grid.cell(1 + row as u32, place, &cell(&cells[usize::from(place)], own))?;
            }
        }
        grid.finish(Some((1, 0)))?;
    }
    workbook_bytes(&mut workbook)
}

fn is_fraction(column: &LogicalColumn) -> bool {
    column.holds == Holds::Fraction
}

/// A number where the column holds numbers, text everywhere else: identifiers stay text.
fn cell(value: &str, column: Option<&LogicalColumn>) -> Cell {
    let number = match column.map(|column| column.holds) {
        Some(Holds::Decimal | Holds::Fraction | Holds::Count | Holds::Strength) => parse_decimal(value),
        _ => None,
    };
    number.map_or_else(|| Cell::Text(value.to_owned()), |number| Cell::number(Some(number)))
}

fn rule(holds: Holds) -> Option<DataValidation> {
    let rule = DataValidation::new();
    match holds {
        Holds::Fraction => Some(rule.allow_decimal_number(DataValidationRule::Between(0.0, 1.0))),
        Holds::Decimal => Some(rule.allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0))),
        Holds::Count => Some(rule.allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(0))),
        _ => None,
    }
}
