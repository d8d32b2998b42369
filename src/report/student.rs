//! The report `student`: one page for one student, with that student's data and nobody else's.

use unicode_width::UnicodeWidthStr;

use super::course::filled;
use super::document::{Block, Cell, DocTable, Document};
use super::grid::{compacted, shortened};
use super::numbers::UNKNOWN;
use super::words::{left, right, title};
use super::{Material, Report, ReportContext, ReportError};
use crate::results::Table;
use crate::results::schema::{STUDENT_INDICATORS, STUDENT_OBJECTIVES, STUDENT_REQUIREMENTS};

/// The report `student`.
#[derive(Debug)]
pub struct Student;

impl Report for Student {
    fn key(&self) -> &'static str {
        "student"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["student_objectives", "student_indicators", "student_requirements"]
    }

    fn subjects(&self, material: &Material<'_>) -> Vec<String> {
        material.dataset.students.iter().map(|student| student.id.clone()).collect()
    }

    fn build(
        &self,
        material: &Material<'_>,
        subject: &str,
        context: &ReportContext<'_>,
    ) -> Result<Document, ReportError> {
        let students = &material.dataset.students;
        let at = students
            .binary_search_by(|student| student.id.as_str().cmp(subject))
            .map_err(|_| ReportError::no_subject(self, subject))?;
        let student = &students[at];
        let programme = student.programme.as_deref().and_then(|id| material.programme(id));
        let programme = programme.and_then(|programme| programme.name.clone()).or(student.programme.clone());
        let about = [programme.unwrap_or_default(), student.cohort.clone().unwrap_or_default()].join(" ");
        let of = |schema| material.rows(schema, "student", subject);
        let requirements =
            requirements(material, &of(&STUDENT_REQUIREMENTS), &of(&STUDENT_INDICATORS), context);
        let blocks = filled(requirements)
            .into_iter()
            .chain(filled(courses(material, (&of(&STUDENT_OBJECTIVES), at), context)))
            .chain([Block::Note(context.text("note.student", &[]))]);
        Ok(Document {
            id: format!("student-{subject}"),
            lang: context.lang,
            title: context.text("student.title", &[]),
            subtitle: vec![
                format!("{} {}", student.name.as_deref().unwrap_or_default(), student.id).trim().to_owned(),
                about.trim().to_owned(),
            ],
            blocks: compacted(blocks.collect(), LONG_NAME),
            footer: context.footer(material.policy),
        })
    }
}

/// Widest name of a course, so that names of any length leave the report its one page. Ours.
const MOST_NAME: usize = 40;
/// A name of this width takes two lines, and many of them more than the page.
const LONG_NAME: usize = 36;

/// Each course with its value, and its objectives in one cell; two courses to a line to keep to a page.
/// `student` is the position of the student in the data set.
fn courses(
    material: &Material<'_>,
    (rows, student): (&Table, usize),
    context: &ReportContext<'_>,
) -> DocTable {
    let one = [left("own_course"), right("own_value", context.numbers.form()), left("own_objectives")];
    let mut table = context.table("own_courses", &[], &[one, one].concat());
    let mut courses: Vec<(String, Vec<Cell>)> = Vec::new();
    for (id, own) in rows.rows_by("offering") {
        let offering = material.offering(&id);
        let name = offering.and_then(|offering| offering.name.clone()).unwrap_or_else(|| id.clone());
        let term = offering.and_then(|offering| offering.term.clone()).unwrap_or_default();
        let again = offering.is_some_and(|offering| {
            offering.roster.iter().any(|one| one.student as usize == student && one.retake)
        });
        let name = match context.text("retaken", &[]) {
            mark if again => format!("{}{mark}", shortened(&name, MOST_NAME - mark.width())),
            _ => shortened(&name, MOST_NAME),
        };
        let whole = own.iter().find(|&&row| rows.text(row, "objective").is_none());
        let parts: Vec<String> = own.iter().filter_map(|&row| objective(rows, row, context)).collect();
        let cells = vec![
            Cell::text(name),
            context.numbers.cell(whole.and_then(|&row| rows.number(row, "value"))).strong(),
            Cell::text(parts.join(" ")),
        ];
        courses.push((term, cells));
    }
    courses.sort_by(|a, b| a.0.cmp(&b.0));
    for pair in courses.chunks(2) {
        let mut line: Vec<Cell> = pair.iter().flat_map(|(_, cells)| cells.clone()).collect();
        line.resize(6, Cell::text(""));
        table.rows.push(line);
    }
    table.notes.push(context.text("note.own", &[]));
    table
}

/// The value of one objective: `0.64↓`; nothing for the row of the course.
fn objective(rows: &Table, row: usize, context: &ReportContext<'_>) -> Option<String> {
    rows.text(row, "objective")?;
    let value = rows.number(row, "value").map(|value| context.numbers.fraction(value));
    let mut value = value.unwrap_or_else(|| UNKNOWN.to_owned());
    if rows.text(row, "verdict") == Some("not_reached") {
        value = context.text("missed_mark", &[("value", &value)]);
    }
    Some(value)
}

/// Requirements with their indicators, two to a line to keep to a page.
fn requirements(
    material: &Material<'_>,
    rows: &Table,
    indicators: &Table,
    context: &ReportContext<'_>,
) -> DocTable {
    let form = context.numbers.form();
    let two = [left("requirement"), right("value", form), left("requirement"), right("value", form)];
    let mut table = context.table("own_requirements", &[], &two);
    let cells: Vec<[Cell; 2]> = (0..rows.len())
        .map(|row| {
            let id = rows.text(row, "requirement").unwrap_or_default();
            let plan = rows
                .text(row, "programme")
                .and_then(|programme| material.programme(programme))
                .and_then(|programme| {
                    programme.plans.iter().find(|plan| Some(plan.version.as_str()) == rows.text(row, "plan"))
                });
            let found = plan.and_then(|plan| plan.requirements.iter().find(|one| one.id == id));
            let text = found.and_then(|one| one.text.as_deref()).unwrap_or_default();
            // What it says may be a paragraph; its title is enough here.
            let title = title(text);
            let name = format!("{id} {title}").trim_end().to_owned();
            [Cell::text(name), context.numbers.cell(rows.number(row, "value"))]
        })
        .collect();
    for pair in cells.chunks(2) {
        let mut line = pair.concat();
        line.resize(4, Cell::text(""));
        table.rows.push(line);
    }
    let n = (0..indicators.len()).filter(|&row| indicators.number(row, "value").is_some()).count();
    table.notes.push(context.text("note.own_requirements", &[("n", &n.to_string())]));
    table
}
