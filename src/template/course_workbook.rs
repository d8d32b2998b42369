//! The teacher's form: one workbook per offering, with drop-downs, notes and protected headers.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, Formula, Workbook, XlsxError,
};

use super::grid::{Cell, Grid, workbook_bytes};
use super::sheets::{item_weight, purpose};
use crate::ingest::logical::logical_table;
use crate::message::{Lang, text};
use crate::model::{Dataset, Mark, MarkState, Offering, Student};

/// Rows prepared below the data: space for more students, items, objectives.
const SPARE_ROWS: u32 = 200;
/// Columns prepared beside the items.
const SPARE_COLUMNS: u16 = 20;

/// What a course workbook holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CourseWorkbook {
    /// The offering with its marks; marks may be empty.
    pub offering: Offering,
    /// Students in the order of the offering's roster.
    pub students: Vec<Student>,
    /// Indicators each objective supports, in the order of the offering's objectives.
    pub indicators: Vec<Vec<String>>,
    /// Key of the policy; empty leaves the choice to the workspace.
    pub policy: String,
    /// Keys offered for the policy.
    pub policies: Vec<String>,
}

impl CourseWorkbook {
    /// The workbook of one offering of a data set; the policy is left to the workspace, these are offered.
    pub fn of(dataset: &Dataset, offering: &Offering, policies: &[&str]) -> Self {
        let students =
            offering.roster.iter().map(|enrolment| dataset.students[enrolment.student as usize].clone());
        Self {
            offering: offering.clone(),
            students: students.collect(),
            indicators: offering.objectives.iter().map(|own| supported(dataset, offering, &own.id)).collect(),
            policy: String::new(),
            policies: policies.iter().map(|&key| key.to_owned()).collect(),
        }
    }
}

/// The indicators an objective supports by the plan of the cohort the offering was made for.
fn supported(dataset: &Dataset, offering: &Offering, objective: &str) -> Vec<String> {
    let programme = dataset.programmes.iter().find(|known| Some(&known.id) == offering.programme.as_ref());
    let cohort = programme.and_then(|programme| {
        programme.cohorts.iter().find(|known| Some(&known.id) == offering.cohort.as_ref())
    });
    let (Some(programme), Some(cohort)) = (programme, cohort) else { return Vec::new() };
    let plan = &programme.plans[cohort.plan];
    plan.support
        .iter()
        .filter(|support| plan.courses[support.course].id == offering.course)
        .filter(|support| support.objective.as_deref().is_none_or(|known| known == objective))
        .map(|support| plan.indicators[support.indicator].id.clone())
        .collect()
}

/// A course workbook as XLSX bytes; equal content gives equal bytes.
///
/// # Errors
/// What the XLSX writer says: a text of more than 32,767 characters, or an offering of more than 16,000 items.
pub fn course_workbook(content: &CourseWorkbook, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    help(&mut workbook, lang)?;
    info(&mut workbook, content, lang)?;
    objectives(&mut workbook, content, lang)?;
    items(&mut workbook, &content.offering, lang)?;
    allocation(&mut workbook, &content.offering, lang)?;
    marks(&mut workbook, content, lang)?;
    workbook_bytes(&mut workbook)
}

fn say(lang: Lang, key: &str) -> String {
    text(lang, &format!("template.{key}"), &[])
}

/// The header of a column of a logical table: its Chinese name, or the logical one.
pub(super) fn header(lang: Lang, table: &str, column: &str) -> String {
    let known =
        logical_table(table).and_then(|table| table.columns.iter().find(|known| known.name == column));
    match (lang, known.and_then(|column| column.aliases.first())) {
        (Lang::Zh, Some(alias)) => (*alias).to_owned(),
        _ => column.to_owned(),
    }
}

fn help(workbook: &mut Workbook, lang: Lang) -> Result<(), XlsxError> {
    let mut grid = Grid::new(workbook, &say(lang, "sheet.help"))?;
    for (row, line) in say(lang, "help").trim().lines().enumerate() {
        grid.cell(row as u32, 0, &Cell::Text(line.to_owned()))?;
    }
    grid.finish(None)
}

fn info(workbook: &mut Workbook, content: &CourseWorkbook, lang: Lang) -> Result<(), XlsxError> {
    let mut grid = Grid::new(workbook, &say(lang, "sheet.course"))?;
    let own = &content.offering;
    let policy = Some(content.policy.clone()).filter(|key| !key.is_empty());
    let rows = [
        ("course", Some(own.course.clone())),
        ("course_name", own.name.clone()),
        ("term", own.term.clone()),
        ("teacher", own.teacher.clone()),
        ("programme", own.programme.clone()),
        ("cohort", own.cohort.clone()),
        ("offering", Some(own.id.clone())),
        ("policy", policy),
    ];
    for (row, (key, value)) in rows.iter().enumerate() {
        grid.header(row as u32, 0, &say(lang, &format!("info.{key}")), &say(lang, &format!("note.{key}")))?;
        grid.cell(row as u32, 1, &Cell::Text(value.clone().unwrap_or_default()))?;
    }
    if !content.policies.is_empty() {
        let choose = list(&content.policies, lang)?.set_error_style(DataValidationErrorStyle::Information);
        grid.validate((7, 7), (1, 1), &choose)?;
    }
    grid.finish(None)
}

fn objectives(workbook: &mut Workbook, content: &CourseWorkbook, lang: Lang) -> Result<(), XlsxError> {
    let mut grid = Grid::new(workbook, &say(lang, "sheet.objectives"))?;
    let columns = [
        ("objective", "objective"),
        ("text", "text"),
        ("expected", "expected"),
        ("weight", "objective_weight"),
    ];
    for (column, (name, note)) in columns.iter().enumerate() {
        grid.header(
            0,
            column as u16,
            &header(lang, "objectives", name),
            &say(lang, &format!("note.{note}")),
        )?;
    }
    grid.header(0, 4, &say(lang, "column.indicators"), &say(lang, "note.indicators"))?;
    let separator = if lang == Lang::Zh { "、" } else { ", " };
    for (index, objective) in content.offering.objectives.iter().enumerate() {
        let indicators = content.indicators.get(index).map(|own| own.join(separator)).unwrap_or_default();
        let cells = [
            Cell::Text(objective.id.clone()),
            Cell::Text(objective.text.clone().unwrap_or_default()),
            Cell::number(objective.expected.map(|expected| expected.get())),
            Cell::number(objective.weight),
            Cell::Text(indicators),
        ];
        grid.row(1 + index as u32, &cells)?;
    }
    let last = content.offering.objectives.len() as u32 + SPARE_ROWS;
    grid.validate((1, last), (2, 2), &fraction(lang)?)?;
    grid.validate((1, last), (3, 3), &positive(lang)?)?;
    grid.finish(Some((1, 1)))
}

fn items(workbook: &mut Workbook, offering: &Offering, lang: Lang) -> Result<(), XlsxError> {
    let mut grid = Grid::new(workbook, &say(lang, "sheet.items"))?;
    let columns = [
        ("item", "item"),
        ("item_name", "item_name"),
        ("component", "component"),
        ("component_weight", "component_weight"),
        ("full_mark", "full_mark"),
        ("weight", "item_weight"),
        ("purpose", "purpose"),
    ];
    for (column, (name, note)) in columns.iter().enumerate() {
        grid.header(0, column as u16, &header(lang, "items", name), &say(lang, &format!("note.{note}")))?;
    }
    for (index, item) in offering.items.iter().enumerate() {
        let component = item.component.map(|position| &offering.components[position]);
        let cells = [
            Cell::Text(item.id.clone()),
            Cell::Text(item.name.clone().unwrap_or_default()),
            Cell::Text(component.map(|own| own.name.clone()).unwrap_or_default()),
            Cell::number(component.and_then(|own| own.weight)),
            Cell::number(Some(item.full)),
            Cell::number(crate::model::parse_decimal(&item_weight(offering, item))),
            Cell::Text(say(lang, &format!("word.{}", purpose(item.purpose)))),
        ];
        grid.row(1 + index as u32, &cells)?;
    }
    let last = offering.items.len() as u32 + SPARE_ROWS;
    for column in [3, 4, 5] {
        grid.validate((1, last), (column, column), &positive(lang)?)?;
    }
    let words = ["summative", "formative"].map(|word| say(lang, &format!("word.{word}")));
    grid.validate((1, last), (6, 6), &list(&words, lang)?)?;
    grid.finish(Some((1, 1)))
}

fn allocation(workbook: &mut Workbook, offering: &Offering, lang: Lang) -> Result<(), XlsxError> {
    let mut grid = Grid::new(workbook, &say(lang, "sheet.allocation"))?;
    grid.header(0, 0, &header(lang, "allocation", "item"), &say(lang, "note.share"))?;
    for (column, objective) in offering.objectives.iter().enumerate() {
        grid.open_header(0, 1 + column as u16, &objective.id)?;
    }
    for (row, item) in offering.items.iter().enumerate() {
        grid.cell(1 + row as u32, 0, &Cell::Text(item.id.clone()))?;
    }
    for link in &offering.allocation {
        grid.cell(1 + link.item as u32, 1 + link.objective as u16, &Cell::number(Some(link.share)))?;
    }
    let last = offering.items.len() as u32 + SPARE_ROWS;
    let columns = offering.objectives.len() as u16 + SPARE_COLUMNS;
    grid.validate((1, last), (1, columns), &positive(lang)?)?;
    grid.finish(Some((1, 1)))
}

fn marks(workbook: &mut Workbook, content: &CourseWorkbook, lang: Lang) -> Result<(), XlsxError> {
    let offering = &content.offering;
    let mut grid = Grid::new(workbook, &say(lang, "sheet.marks"))?;
    for (column, name) in ["student", "name", "section", "retake"].iter().enumerate() {
        grid.header(0, column as u16, &header(lang, "marks", name), &say(lang, &format!("note.{name}")))?;
    }
    for (column, item) in offering.items.iter().enumerate() {
        grid.open_header(0, 4 + column as u16, &item.id)?;
    }
    let columns = 4 + offering.items.len() as u16;
    if columns > 4 {
        grid.note(0, 4, &say(lang, "note.mark"))?;
    }
    for (row, (enrolment, student)) in offering.roster.iter().zip(&content.students).enumerate() {
        let section = enrolment.section.map(|position| offering.sections[usize::from(position)].clone());
        let retake = if enrolment.retake { say(lang, "word.yes") } else { String::new() };
        let mut cells = vec![
            Cell::Text(student.id.clone()),
            Cell::Text(student.name.clone().unwrap_or_default()),
            Cell::Text(section.unwrap_or_default()),
            Cell::Text(retake),
        ];
        cells.extend((0..offering.items.len()).map(|item| mark(offering, (row, item), lang)));
        grid.row(1 + row as u32, &cells)?;
    }
    let last = offering.roster.len() as u32 + SPARE_ROWS;
    let flags = ["yes", "no"].map(|word| say(lang, &format!("word.{word}")));
    grid.validate((1, last), (3, 3), &list(&flags, lang)?)?;
    grid.validate((1, last), (4, columns + SPARE_COLUMNS), &mark_rule(lang)?)?;
    grid.finish(Some((1, 2)))
}

fn mark(offering: &Offering, (row, item): (usize, usize), lang: Lang) -> Cell {
    match offering.marks.get(row, item) {
        Mark::Scored(_) => Cell::number(offering.marks.decimal(row, item)),
        Mark::State(MarkState::Blank) => Cell::Text(String::new()),
        Mark::State(state) => Cell::Text(say(lang, &format!("word.{}", state.key()))),
    }
}

fn list(words: &[String], lang: Lang) -> Result<DataValidation, XlsxError> {
    DataValidation::new().allow_list_strings(words)?.set_error_message(say(lang, "prompt.list"))
}

fn fraction(lang: Lang) -> Result<DataValidation, XlsxError> {
    DataValidation::new()
        .allow_decimal_number(DataValidationRule::Between(0.0, 1.0))
        .set_error_message(say(lang, "prompt.fraction"))
}

fn positive(lang: Lang) -> Result<DataValidation, XlsxError> {
    DataValidation::new()
        .allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0))
        .set_error_message(say(lang, "prompt.positive"))
}

/// A mark lies between 0 and the full mark of its item, or is a known word. A warning only: what else a policy
/// accepts is not known to the spreadsheet.
fn mark_rule(lang: Lang) -> Result<DataValidation, XlsxError> {
    let words = ["absent", "deferred", "exempt", "withdrawn", "misconduct"];
    let words: Vec<String> =
        words.iter().map(|word| format!("E2=\"{}\"", say(lang, &format!("word.{word}")))).collect();
    let full = format!("IFERROR(VLOOKUP(E$1,'{}'!$A:$E,5,FALSE),1000000)", say(lang, "sheet.items"));
    let rule = format!("=IF(ISNUMBER(E2),AND(E2>=0,E2<={full}),OR({}))", words.join(","));
    DataValidation::new()
        .allow_custom(Formula::new(rule))
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_message(say(lang, "prompt.mark"))
}
