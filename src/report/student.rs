//! The report `student`: one page for one student, with that student's data and nobody else's.

use super::course::{filled, pairs_table};
use super::document::{Block, Cell, DocTable, Document};
use super::numbers::UNKNOWN;
use super::words::{left, right};
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
            .map_err(|_| ReportError::NoSubject { report: self.key(), subject: subject.to_owned() })?;
        let student = &students[at];
        let known = |text: &Option<String>| text.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        let programme = student.programme.as_deref().and_then(|id| material.programme(id));
        let programme = programme.and_then(|programme| programme.name.clone()).or(student.programme.clone());
        let pairs = [
            ("name", known(&student.name)),
            ("student", student.id.clone()),
            ("programme", known(&programme)),
            ("cohort", known(&student.cohort)),
        ];
        let of = |schema| material.rows(schema, "student", subject);
        let requirements =
            requirements(material, &of(&STUDENT_REQUIREMENTS), &of(&STUDENT_INDICATORS), context);
        Ok(Document {
            id: format!("student-{subject}"),
            lang: context.lang,
            title: context.text("student.title", &[]),
            subtitle: vec![
                format!("{} {}", student.name.as_deref().unwrap_or_default(), student.id).trim().to_owned(),
            ],
            blocks: context.chapters(vec![
                ("basics", vec![pairs_table("basics", &pairs, context)]),
                ("own_requirements", filled(requirements).into_iter().collect()),
                (
                    "own_courses",
                    filled(courses(material, &of(&STUDENT_OBJECTIVES), context)).into_iter().collect(),
                ),
                ("object", vec![Block::Note(context.text("note.student", &[]))]),
            ]),
            footer: context.footer(material.policy),
        })
    }
}

/// One line per course: its value, and its objectives in one cell.
fn courses(material: &Material<'_>, rows: &Table, context: &ReportContext<'_>) -> DocTable {
    let columns = [
        left("course_of"),
        left("term"),
        right("course_value", context.numbers.form()),
        left("own_objectives"),
    ];
    let mut table = context.table("own_courses", &[], &columns);
    let mut lines: Vec<(String, Vec<Cell>)> = Vec::new();
    for (id, own) in rows.rows_by("offering") {
        let offering = material.offering(&id);
        let name = offering.and_then(|offering| offering.name.clone()).unwrap_or_else(|| id.clone());
        let term = offering.and_then(|offering| offering.term.clone()).unwrap_or_default();
        let whole = own.iter().find(|&&row| rows.text(row, "objective").is_none());
        let parts: Vec<String> = own
            .iter()
            .filter_map(|&row| {
                let objective = rows.text(row, "objective")?;
                let mut value = rows
                    .number(row, "value")
                    .map_or_else(|| UNKNOWN.to_owned(), |value| context.numbers.fraction(value));
                if rows.text(row, "verdict") == Some("not_reached") {
                    value = context.text("missed_mark", &[("value", &value)]);
                }
                Some(context.text("own_objective", &[("objective", objective), ("value", &value)]))
            })
            .collect();
        let line = vec![
            Cell::text(name),
            Cell::text(term.clone()),
            context.numbers.cell(whole.and_then(|&row| rows.number(row, "value"))).strong(),
            Cell::text(parts.join(context.text("own_parting", &[]).as_str())),
        ];
        lines.push((term, line));
    }
    lines.sort_by(|a, b| a.0.cmp(&b.0));
    table.rows.extend(lines.into_iter().map(|(_, line)| line));
    table.notes.push(context.text("note.own", &[]));
    table
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
            let title = text.split(['：', ':', '。']).next().unwrap_or_default();
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
