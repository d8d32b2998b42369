//! How the students of an offering are spread, who stays below, and the list of all.

use std::collections::BTreeMap;

use super::super::document::{Block, Cell, DocTable, Form, SheetChart};
use super::super::words::{left, right};
use super::results::pictures;
use super::{Facts, filled, pointing};
use crate::chart::{StudentDots, StudentHeatmap};

/// Most students listed among those who stay below; the list of all follows anyway.
const MOST_LISTED: usize = 30;

/// One student: section, values of the objectives and of the course, objectives not reached.
#[derive(Default)]
struct Student<'a> {
    section: &'a str,
    values: BTreeMap<&'a str, Option<f64>>,
    course: Option<f64>,
    missed: Vec<&'a str>,
}

/// The students in the order of their numbers.
fn students<'a>(facts: &'a Facts<'_>) -> BTreeMap<&'a str, Student<'a>> {
    let table = &facts.students;
    let mut students: BTreeMap<&str, Student<'_>> = BTreeMap::new();
    for row in 0..table.len() {
        let Some(number) = table.text(row, "student") else { continue };
        let student = students.entry(number).or_default();
        student.section = table.text(row, "section").unwrap_or_default();
        let value = table.number(row, "value");
        match table.text(row, "objective") {
            None => student.course = value,
            Some(objective) => {
                student.values.insert(objective, value);
                if table.text(row, "verdict") == Some("not_reached") {
                    student.missed.push(objective);
                }
            }
        }
    }
    students
}

/// Counts per objective, pictures, and who stays below.
pub(super) fn distribution(facts: &Facts<'_>) -> Vec<Block> {
    let context = &facts.context;
    let students = students(facts);
    // Where nobody has a value, the chapter before says so.
    if students.values().all(|one| one.values.values().all(Option::is_none)) {
        return Vec::new();
    }
    let columns = [
        left("objective"),
        right("expected", context.numbers.form()),
        right("n_with_value", Form::Count),
        right("n_reached", Form::Count),
        right("n_missed", Form::Count),
        right("share_missed", Form::Percent(1)),
    ];
    let mut table = context.table("spread", &[], &columns);
    for row in facts.whole(&facts.objectives) {
        let id = facts.objectives.text(row, "objective").unwrap_or_default();
        let valued = students.values().filter(|one| one.values.get(id).copied().flatten().is_some()).count();
        let missed = students.values().filter(|one| one.missed.contains(&id)).count();
        let share = (valued > 0).then(|| missed as f64 / valued as f64);
        table.rows.push(vec![
            Cell::text(context.objective(id)),
            context.numbers.cell(facts.objectives.number(row, "expected")),
            context.numbers.count_cell(Some(valued as f64)),
            context.numbers.count_cell(Some(valued.saturating_sub(missed) as f64)),
            context.numbers.count_cell(Some(missed as f64)),
            context.numbers.percent_cell(share),
        ]);
    }
    table.notes.push(context.text("note.spread", &[]));
    let mut blocks: Vec<Block> = filled(table).into_iter().chain(filled(bands(facts, &students))).collect();
    blocks.extend(pictures(facts, &StudentDots, &facts.offering.id));
    blocks.extend(pictures(facts, &StudentHeatmap, &facts.offering.id));
    blocks.extend(below(facts, &students));
    blocks
}

/// Lower ends of the bands of attainment that are counted, below the first one another: the five grades of a mark out
/// of 100 in common use (60, 70, 80, 90).
const BANDS: [f64; 4] = [0.6, 0.7, 0.8, 0.9];

/// How many students have values in which band, per objective and for the course.
fn bands(facts: &Facts<'_>, students: &BTreeMap<&str, Student<'_>>) -> DocTable {
    let context = &facts.context;
    let keys = ["band_low", "band_6", "band_7", "band_8", "band_9"];
    let columns: Vec<_> =
        [left("objective")].into_iter().chain(keys.map(|key| right(key, Form::Count))).collect();
    let mut table = context.table("bands", &[], &columns);
    let line = |name: String, values: &mut dyn Iterator<Item = f64>| {
        let mut counts = [0_u32; BANDS.len() + 1];
        values.for_each(|value| counts[BANDS.iter().filter(|&&end| value >= end).count()] += 1);
        let counts = counts.map(|n| context.numbers.count_cell(Some(f64::from(n))));
        [Cell::text(name)].into_iter().chain(counts).collect()
    };
    for (id, name) in facts.objective_names() {
        let mut values = students.values().filter_map(|one| one.values.get(id).copied().flatten());
        table.rows.push(line(name, &mut values));
    }
    let mut courses = students.values().filter_map(|one| one.course);
    table.rows.push(line(context.text("the_course", &[]), &mut courses));
    table.notes.push(context.text("note.bands", &[]));
    let charted = SheetChart {
        categories: 0,
        bars: (1..=keys.len()).collect(),
        lines: Vec::new(),
        rows: table.rows.len(),
    };
    table.chart = Some(charted);
    table
}

/// Students who stay below the expected value of an objective, the lowest course values first.
fn below(facts: &Facts<'_>, students: &BTreeMap<&str, Student<'_>>) -> Vec<Block> {
    let context = &facts.context;
    let mut low: Vec<(&&str, &Student<'_>)> =
        students.iter().filter(|(_, one)| !one.missed.is_empty()).collect();
    low.sort_by(|(_, a), (_, b)| {
        let value = |one: &Student<'_>| one.course.unwrap_or(f64::INFINITY);
        value(a).total_cmp(&value(b))
    });
    let total = low.len();
    if total == 0 {
        return vec![context.paragraph("below.none", &[])];
    }
    low.truncate(MOST_LISTED);
    let columns = [
        left("student"),
        left("name"),
        left("section"),
        left("missed"),
        right("course_value", context.numbers.form()),
    ];
    let mut table = context.table("below", &[], &columns);
    for (number, one) in low {
        // The heading says what the numbers are.
        let missed: Vec<String> = one.missed.iter().map(|id| (*id).to_owned()).collect();
        table.rows.push(vec![
            Cell::text(*number),
            Cell::text(facts.student_name(number)),
            Cell::text(one.section),
            Cell::text(context.list(&missed)),
            context.numbers.cell(one.course),
        ]);
    }
    let shown = table.rows.len();
    if shown < total {
        let values = [("shown", &*shown.to_string()), ("total", &*total.to_string())];
        table.notes.push(context.text("note.below", &values));
    }
    let values = [("below", &*total.to_string()), ("total", &*students.len().to_string())];
    let mut blocks =
        vec![context.heading(2, "below", &[]), pointing(context.text("see.below", &values), "table-below")];
    blocks.extend(filled(table));
    blocks
}

/// All students with all their values.
pub(super) fn list(facts: &Facts<'_>) -> Vec<Block> {
    let context = &facts.context;
    let form = context.numbers.form();
    let sections = facts.offering.sections.len() > 1;
    let mut columns = vec![left("student"), left("name")];
    columns.extend(sections.then(|| left("section")));
    let first = columns.len();
    columns.extend(facts.offering.objectives.iter().map(|_| right("blank", form)));
    columns.push(right("course_value", form));
    let mut table = context.table("list", &[], &columns);
    facts.head_objectives(&mut table, first);
    for (number, one) in students(facts) {
        let mut line = vec![Cell::text(number), Cell::text(facts.student_name(number))];
        line.extend(sections.then(|| Cell::text(one.section)));
        for (id, _) in facts.objective_names() {
            let mut cell = context.numbers.cell(one.values.get(id).copied().flatten());
            if one.missed.contains(&id) {
                cell.text = context.text("missed_mark", &[("value", &cell.text)]);
            }
            line.push(cell);
        }
        line.push(context.numbers.cell(one.course).strong());
        table.rows.push(line);
    }
    table.notes.push(context.text("note.list", &[]));
    filled(table).into_iter().collect()
}
