//! What was attained: objectives, sections, terms, what missing marks change, what students say.

use super::super::document::{Block, Cell, Form, SheetChart};
use super::super::words::{centre, left, right};
use super::{Facts, filled, pointing};
use crate::chart::{Chart, ObjectiveBars, ObjectiveTrend, Selection};
use crate::results::Table;

/// The values of the objectives and of the course.
pub(super) fn results(facts: &Facts<'_>) -> Vec<Block> {
    let context = &facts.context;
    let whole = facts.whole(&facts.objectives);
    if whole.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![pointing(counted(facts, &whole), "table-results")];
    blocks.extend(filled(values(facts, &whole)));
    let mut points: Vec<_> = whole
        .iter()
        .map(|&row| {
            let id = facts.objectives.text(row, "objective").unwrap_or_default();
            context.fact(&context.objective(id), &facts.objectives, row)
        })
        .collect();
    for row in facts.whole(&facts.course) {
        points.push(context.fact(&context.text("the_course", &[]), &facts.course, row));
    }
    // A picture of nothing tells nothing, and neither do sections without values.
    let valued = whole.iter().any(|&row| facts.objectives.number(row, "value").is_some());
    if valued {
        // Before the sentences: a tall picture after them would leave the rest of their page empty.
        blocks.extend(pictures(facts, &ObjectiveBars, &facts.offering.id));
    }
    blocks.push(Block::Points(points));
    if valued && facts.offering.sections.len() > 1 {
        blocks.push(context.heading(2, "sections", &[]));
        blocks.extend(filled(sections(facts)));
    }
    blocks
}

/// How many objectives are reached.
fn counted(facts: &Facts<'_>, whole: &[usize]) -> String {
    let of = |verdict: Option<&str>| {
        whole.iter().filter(|&&row| facts.objectives.text(row, "verdict") == verdict).count()
    };
    facts.context.counted("see.results", [of(Some("reached")), of(Some("not_reached")), of(None)])
}

/// The table of values; a workbook draws columns against the expected line from it.
fn values(facts: &Facts<'_>, whole: &[usize]) -> super::DocTable {
    let context = &facts.context;
    let form = context.numbers.form();
    let level = context.level(&facts.objectives);
    let columns = [
        left("objective"),
        right("value", form),
        centre("interval"),
        right("expected", form),
        centre("verdict"),
        right("p_below", Form::Probability),
        right("n_assessed", Form::Count),
        right("n_enrolled", Form::Count),
    ];
    let mut table = context.table("results", &[("level", &level)], &columns);
    let line = |name: String, from: &Table, row: usize| {
        vec![
            Cell::text(name),
            context.value(from, row).strong(),
            Cell::text(context.interval(from, row).unwrap_or_else(|| "—".to_owned())),
            context.numbers.cell(from.number(row, "expected")),
            Cell::text(context.verdict(from.text(row, "verdict"))),
            context.numbers.probability_cell(from.number(row, "p_below")),
            context.numbers.count_cell(from.number(row, "n_assessed")),
            context.numbers.count_cell(from.number(row, "n_enrolled")),
        ]
    };
    for &row in whole {
        let id = facts.objectives.text(row, "objective").unwrap_or_default();
        table.rows.push(line(context.objective(id), &facts.objectives, row));
    }
    for row in facts.whole(&facts.course) {
        table.rows.push(line(context.text("the_course", &[]), &facts.course, row));
    }
    table.notes.push(context.method(&facts.objectives));
    table.notes.push(context.text("note.exact", &[]));
    table.chart = Some(SheetChart { categories: 0, bars: vec![1], lines: vec![3], rows: whole.len() });
    table
}

/// Sections × objectives.
fn sections(facts: &Facts<'_>) -> super::DocTable {
    let context = &facts.context;
    let form = context.numbers.form();
    let mut columns = vec![left("section"), right("n_assessed", Form::Count)];
    columns.extend(facts.offering.objectives.iter().map(|_| right("blank", form)));
    columns.push(right("course_value", form));
    let mut table = context.table("sections", &[], &columns);
    facts.head_objectives(&mut table, 2);
    for row in 0..facts.course.len() {
        let Some(section) = facts.course.text(row, "section") else { continue };
        let mut line =
            vec![Cell::text(section), context.numbers.count_cell(facts.course.number(row, "n_assessed"))];
        for (id, _) in facts.objective_names() {
            let wanted = [("section", section), ("objective", id)];
            let found = facts.objectives.rows_where(&wanted).next();
            line.push(found.map_or_else(|| Cell::text("—"), |row| context.value(&facts.objectives, row)));
        }
        line.push(context.value(&facts.course, row).strong());
        table.rows.push(line);
    }
    table.notes.push(context.text("note.sections", &[]));
    table
}

/// The pictures of a chart about one thing.
pub(super) fn pictures(facts: &Facts<'_>, chart: &dyn Chart, of: &str) -> Vec<Block> {
    let tables = vec![facts.objectives.clone(), facts.students.clone(), facts.terms.clone()];
    let selection = Selection { of: Some(of.to_owned()), part: None };
    let figures = facts.context.figures(chart, &tables, &selection);
    figures.into_iter().map(|figure| Block::Figure(Box::new(figure))).collect()
}

/// What other treatments of missing marks would give.
pub(super) fn missing(facts: &Facts<'_>) -> Vec<Block> {
    let context = &facts.context;
    let form = context.numbers.form();
    let columns = [
        left("objective"),
        left("treatment"),
        right("value", form),
        centre("verdict"),
        right("n_assessed", Form::Count),
    ];
    let mut table = context.table("missing", &[], &columns);
    let rows = &facts.missing;
    for row in 0..rows.len() {
        let objective = rows.text(row, "objective");
        let first = row == 0 || rows.text(row - 1, "objective") != objective;
        let mut line = Vec::new();
        if first {
            let same =
                (row..rows.len()).take_while(|&next| rows.text(next, "objective") == objective).count();
            line.push(Cell::text(context.objective(objective.unwrap_or_default())).over(1, same));
        }
        line.extend([
            Cell::text(
                context
                    .text(&format!("treatment.{}", rows.text(row, "treatment").unwrap_or("declared")), &[]),
            ),
            context.value(rows, row),
            Cell::text(context.verdict(rows.text(row, "verdict"))),
            context.numbers.count_cell(rows.number(row, "n_assessed")),
        ]);
        table.rows.push(line);
    }
    let Some(table) = filled(table) else { return Vec::new() };
    vec![context.paragraph("intro.missing", &[]), table]
}

/// What students say about the objectives.
pub(super) fn survey(facts: &Facts<'_>) -> Vec<Block> {
    let prefix = format!("{}/", facts.offering.id);
    let surveys = &facts.surveys;
    let rows: Vec<usize> = (0..surveys.len())
        .filter(|&row| surveys.text(row, "level") == Some("objective"))
        .filter(|&row| surveys.text(row, "target").is_some_and(|target| target.starts_with(&prefix)))
        .collect();
    let mine = surveys.take(&rows);
    let name = |target: &str| facts.context.objective(target.strip_prefix(&prefix).unwrap_or(target));
    let table =
        super::super::survey::table(&mine, "objective", &name, (facts.material.policy, &facts.context));
    filled(table).into_iter().collect()
}

/// The course over its terms.
pub(super) fn terms(facts: &Facts<'_>) -> Vec<Block> {
    let context = &facts.context;
    let terms = &facts.terms;
    let mut names: Vec<&str> = (0..terms.len()).filter_map(|row| terms.text(row, "term")).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() < 2 {
        return Vec::new();
    }
    let form = context.numbers.form();
    let mut columns = vec![left("term"), right("n_assessed", Form::Count)];
    columns.extend(facts.offering.objectives.iter().map(|_| right("blank", form)));
    columns.push(right("course_value", form));
    let mut table = context.table("terms", &[], &columns);
    facts.head_objectives(&mut table, 2);
    let find = |term: &str, objective: Option<&str>| {
        (0..terms.len())
            .find(|&row| terms.text(row, "term") == Some(term) && terms.text(row, "objective") == objective)
    };
    let value = |found: Option<usize>| found.map_or_else(|| Cell::text("—"), |row| context.value(terms, row));
    for term in names {
        let whole = find(term, None);
        let n = whole.and_then(|row| terms.number(row, "n_assessed"));
        let mut line = vec![Cell::text(term), context.numbers.count_cell(n)];
        line.extend(facts.objective_names().iter().map(|(id, _)| value(find(term, Some(id)))));
        line.push(value(whole).strong());
        table.rows.push(line);
    }
    table.notes.push(context.text("note.terms", &[]));
    let mut blocks: Vec<Block> = filled(table).into_iter().collect();
    blocks.extend(pictures(facts, &ObjectiveTrend, &facts.offering.course));
    blocks
}
