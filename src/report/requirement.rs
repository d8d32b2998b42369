//! The report on one cohort: its graduation requirements, what each is made of, how cohorts compare, where the
//! gaps come from.

use std::collections::BTreeSet;

use super::cohort_facts::{CohortFacts, cohorts};
use super::comparison;
use super::course::{filled, pointing};
use super::document::{Block, Cell, DocTable, Document, Form, Span};
use super::improvement::{self, Part};
use super::numbers::UNKNOWN;
use super::words::{centre, left, right};
use super::{Material, Report, ReportContext, ReportError};
use crate::chart::{GapWaterfall, RequirementIntervals, Selection, SupportHeatmap};
use crate::results::schema::COHORT_COURSES;

/// The report `requirement`.
#[derive(Debug)]
pub struct Requirement;

/// What a coordinator writes about a cohort.
const WORDS: &[Part] = &[
    Part { key: "conclusion", lines: 3 },
    Part { key: "last_measures", lines: 3 },
    Part { key: "effect", lines: 3 },
    Part { key: "problems", lines: 4 },
    Part { key: "measures", lines: 4 },
];

/// Most waterfalls in one report, the widest gaps first.
const MOST_GAPS: usize = 4;

impl Report for Requirement {
    fn key(&self) -> &'static str {
        "requirement"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["requirements", "indicators", "contributions", "cohort_courses", "support", "surveys"]
    }

    fn subjects(&self, material: &Material<'_>) -> Vec<String> {
        cohorts(material)
    }

    fn build(
        &self,
        material: &Material<'_>,
        subject: &str,
        context: &ReportContext<'_>,
    ) -> Result<Document, ReportError> {
        let facts = CohortFacts::new(material, subject, *context)
            .ok_or_else(|| ReportError::no_subject(self, subject))?;
        let mut basics = vec![facts.basics()];
        basics.extend(facts.without_marks());
        basics.extend(improvement::status(material.policy, context));
        let mut improvement = improvement::words(WORDS, (material, self.key(), subject), context);
        improvement.push(improvement::signatures(&["coordinator", "leader", "dean"], context));
        let support = facts.figures(&SupportHeatmap, Some(facts.plan()));
        if !support.is_empty() {
            improvement.push(Block::PageBreak);
        }
        let blocks = context.chapters(vec![
            ("basics", basics),
            ("requirements", overall(&facts)),
            ("by_requirement", one_by_one(&facts)),
            ("weak", weak(&facts)),
            ("cohorts", compared(&facts)),
            ("indirect", asked(&facts)),
            ("crosswalk", crosswalk(&facts)),
            ("improvement", improvement),
            ("support", support),
        ]);
        Ok(Document {
            id: format!("requirement-{}", subject.replace('/', "_")),
            lang: context.lang,
            title: context.text("requirement.title", &[]),
            subtitle: vec![facts.title()],
            blocks,
            footer: context.footer(material.policy),
        })
    }
}

/// The requirements at a glance.
fn overall(facts: &CohortFacts<'_>) -> Vec<Block> {
    let context = &facts.context;
    let rows = facts.requirements();
    if rows.is_empty() {
        return Vec::new();
    }
    let table = facts.values("requirements", "requirement", &rows);
    let of = |verdict: Option<&str>| {
        let main =
            rows.iter().filter(|&&row| facts.required.text(row, "evaluation") == Some(facts.evaluation));
        main.filter(|&&row| facts.required.text(row, "verdict") == verdict).count()
    };
    let counted =
        context.counted("see.requirements", [of(Some("reached")), of(Some("not_reached")), of(None)]);
    let mut blocks = vec![pointing(counted, "table-requirements")];
    blocks.extend(filled(table));
    let points: Vec<Vec<Span>> = rows
        .iter()
        .filter(|&&row| facts.required.text(row, "evaluation") == Some(facts.evaluation))
        .map(|&row| context.fact(&facts.requirement_name(row), &facts.required, row))
        .collect();
    // The picture first: a tall one after the sentences would leave the rest of their page empty.
    blocks.extend(facts.own_figures(&RequirementIntervals));
    blocks.push(Block::Points(points));
    blocks
}

/// Every requirement: its indicators, their courses, weights and values.
fn one_by_one(facts: &CohortFacts<'_>) -> Vec<Block> {
    let context = &facts.context;
    let own: Vec<usize> = facts.own_indicators().collect();
    if own.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Note(context.method(&facts.indicated.take(&own)))];
    let mut seen = BTreeSet::new();
    for row in facts.requirements() {
        let id = facts.required.text(row, "requirement").unwrap_or_default();
        if !seen.insert(id.to_owned()) {
            continue;
        }
        let name = facts.requirement_name(row);
        let rows: Vec<usize> = facts.indicators(id).collect();
        if rows.is_empty() {
            continue;
        }
        blocks.extend(facts.requirement_heading(row));
        let points = rows.iter().map(|&row| {
            let id = facts.indicated.text(row, "indicator").unwrap_or_default();
            context.fact(&context.indicator(id), &facts.indicated, row)
        });
        blocks.push(Block::Points(points.collect()));
        blocks.extend(filled(made_of(facts, id, &name)));
    }
    blocks
}

/// What the indicators of a requirement are made of.
fn made_of(facts: &CohortFacts<'_>, requirement: &str, name: &str) -> DocTable {
    let context = &facts.context;
    let form = context.numbers.form();
    let columns = [
        left("indicator"),
        right("indicator_value", form),
        left("course_of"),
        right("weight", Form::Plain),
        right("share", Form::Percent(1)),
        right("value", form),
        right("contribution", form),
        right("n_assessed", Form::Count),
    ];
    let mut table = context.table("made_of", &[("name", name)], &columns);
    table.label = format!("table-made-of-{}", crate::chart::identifier(requirement));
    table.sheet = context.text("sheet.made_of", &[("name", requirement)]);
    for row in facts.indicators(requirement) {
        let id = facts.indicated.text(row, "indicator").unwrap_or_default();
        let parts: Vec<usize> =
            facts.parts.rows_where(&[("cohort", facts.cohort), ("indicator", id)]).collect();
        for (at, &part) in parts.iter().enumerate() {
            let mut line = Vec::new();
            if at == 0 {
                let text = facts.indicated.text(row, "indicator_text").unwrap_or_default();
                line.push(Cell::text(format!("{id} {text}").trim_end().to_owned()).over(1, parts.len()));
                line.push(context.value(&facts.indicated, row).strong().over(1, parts.len()));
            }
            let number = |column: &str| facts.parts.number(part, column);
            line.extend([
                Cell::text(facts.course_name(&facts.parts, part)),
                context.numbers.short_cell(number("weight"), 4),
                context.numbers.percent_cell(number("share")),
                context.numbers.cell(number("value")),
                context.numbers.cell(number("contribution")),
                context.numbers.count_cell(number("n_assessed")),
            ]);
            table.rows.push(line);
        }
    }
    table.notes.push(context.text("note.made_of", &[]));
    table
}

/// Indicators below their expected values, and what pulls them down.
fn weak(facts: &CohortFacts<'_>) -> Vec<Block> {
    let context = &facts.context;
    let mut below: Vec<(f64, usize)> = facts
        .own_indicators()
        .filter(|&row| facts.indicated.text(row, "verdict") == Some("not_reached"))
        .filter_map(|row| {
            let gap = facts.indicated.number(row, "value")? - facts.indicated.number(row, "expected")?;
            Some((gap, row))
        })
        .collect();
    let mut courses = courses_below(facts);
    if below.is_empty() {
        courses.insert(0, context.paragraph("weak.none", &[]));
        return unknown(facts).into_iter().chain(courses).collect();
    }
    below.sort_by(|a, b| a.0.total_cmp(&b.0));
    let columns = [
        left("indicator"),
        left("course_of"),
        right("share", Form::Percent(1)),
        right("value", context.numbers.form()),
        right("expected", context.numbers.form()),
        right("gap_part", context.numbers.change_form()),
    ];
    let mut table = context.table("weak", &[], &columns);
    table.rows = below.iter().flat_map(|&(gap, row)| gap_lines(facts, row, gap)).collect();
    table.notes.push(context.text("note.weak", &[]));
    let mut blocks =
        vec![pointing(context.text("see.weak", &[("n", &below.len().to_string())]), "table-weak")];
    blocks.extend(filled(table));
    for &(_, row) in below.iter().take(MOST_GAPS) {
        let id = facts.indicated.text(row, "indicator").unwrap_or_default();
        blocks.extend(waterfall(facts, id));
    }
    blocks.extend(unknown(facts));
    blocks.append(&mut courses);
    blocks
}

/// What pulls an indicator down, part by part, then the indicator as a whole.
fn gap_lines(facts: &CohortFacts<'_>, row: usize, gap: f64) -> Vec<Vec<Cell>> {
    let context = &facts.context;
    let id = facts.indicated.text(row, "indicator").unwrap_or_default();
    let expected = facts.indicated.number(row, "expected").unwrap_or_default();
    let mut parts: Vec<(f64, usize)> = facts
        .parts
        .rows_where(&[("cohort", facts.cohort), ("indicator", id)])
        .filter_map(|part| {
            let share = facts.parts.number(part, "share")?;
            Some((share * (facts.parts.number(part, "value")? - expected), part))
        })
        .collect();
    parts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let line = |(change, part): (f64, usize)| {
        vec![
            Cell::text(facts.course_name(&facts.parts, part)),
            context.numbers.percent_cell(facts.parts.number(part, "share")),
            context.numbers.cell(facts.parts.number(part, "value")),
            context.numbers.cell(Some(expected)),
            Cell::number(change, context.numbers.change(change)),
        ]
    };
    let mut lines: Vec<Vec<Cell>> = parts.into_iter().map(line).collect();
    lines.push(vec![
        Cell::text(context.text("whole_indicator", &[])).strong(),
        Cell::text(""),
        context.value(&facts.indicated, row).strong(),
        context.numbers.cell(Some(expected)),
        Cell::number(gap, context.numbers.change(gap)).strong(),
    ]);
    let name = Cell::text(context.indicator(id)).over(1, lines.len());
    if let Some(first) = lines.first_mut() {
        first.insert(0, name);
    }
    lines
}

/// How many indicators have no value, where some have none.
fn unknown(facts: &CohortFacts<'_>) -> Option<Block> {
    let n = facts.own_indicators().filter(|&row| facts.indicated.number(row, "value").is_none()).count();
    (n > 0).then(|| facts.context.paragraph("weak.open", &[("n", &n.to_string())]))
}

/// Courses and course objectives below their expected values, the widest gaps first, with the indicators that rest
/// on them: an indicator can be reached though one of its courses is not.
fn courses_below(facts: &CohortFacts<'_>) -> Vec<Block> {
    let context = &facts.context;
    let form = context.numbers.form();
    let from = facts.material.rows(&COHORT_COURSES, "programme", &facts.programme.id);
    let judged: Vec<usize> =
        facts.of_cohort(&from).filter(|&row| from.text(row, "verdict").is_some()).collect();
    let gap = |row: usize| Some(from.number(row, "value")? - from.number(row, "expected")?);
    let mut missed: Vec<(f64, usize)> = judged
        .iter()
        .filter(|&&row| from.text(row, "verdict") == Some("not_reached"))
        .filter_map(|&row| Some((gap(row)?, row)))
        .collect();
    missed.sort_by(|a, b| a.0.total_cmp(&b.0));
    let columns = [
        left("any_course"),
        right("value", form),
        centre("interval"),
        right("expected", form),
        right("gap", context.numbers.change_form()),
        left("indicators"),
        right("n_assessed", Form::Count),
    ];
    let level = context.level(&from);
    let mut table = context.table("courses_below", &[("level", &level)], &columns);
    for &(gap, row) in &missed {
        table.rows.push(vec![
            Cell::text(facts.course_name(&from, row)),
            context.value(&from, row).strong(),
            Cell::text(context.interval(&from, row).unwrap_or_else(|| UNKNOWN.to_owned())),
            context.numbers.cell(from.number(row, "expected")),
            Cell::number(gap, context.numbers.change(gap)),
            Cell::text(served(facts, (from.text(row, "course"), from.text(row, "objective")))),
            context.numbers.count_cell(from.number(row, "n_assessed")),
        ]);
    }
    if table.rows.is_empty() {
        return Vec::new();
    }
    table.notes.push(context.method(&from.take(&judged)));
    let values = [("missed", &*missed.len().to_string()), ("total", &*judged.len().to_string())];
    let see = pointing(context.text("see.courses_below", &values), "table-courses_below");
    [see].into_iter().chain(filled(table)).collect()
}

/// The indicators that rest on a course or an objective of it, each with its share in per cent.
fn served(facts: &CohortFacts<'_>, course: (Option<&str>, Option<&str>)) -> String {
    let parts = &facts.parts;
    let listed: Vec<String> = facts
        .of_cohort(parts)
        .filter(|&row| (parts.text(row, "course"), parts.text(row, "objective")) == course)
        .filter_map(|row| {
            let share = facts.context.numbers.percent(parts.number(row, "share")?);
            let values = [("indicator", parts.text(row, "indicator")?), ("share", &share)];
            Some(facts.context.text("indicator_share", &values))
        })
        .collect();
    if listed.is_empty() { UNKNOWN.to_owned() } else { facts.context.list(&listed) }
}

/// The waterfall of one indicator of this cohort.
fn waterfall(facts: &CohortFacts<'_>, indicator: &str) -> Vec<Block> {
    let selection = Selection { of: Some(facts.programme.id.clone()), part: Some(indicator.to_owned()) };
    let mut figures = facts.context.figures(&GapWaterfall, &facts.own_tables(), &selection);
    for figure in &mut figures {
        figure.label = format!("{}-{}", figure.label, crate::chart::identifier(indicator));
    }
    figures.into_iter().take(1).map(|figure| Block::Figure(Box::new(figure))).collect()
}

/// The requirements of all cohorts of the programme that follow the same framework.
fn compared(facts: &CohortFacts<'_>) -> Vec<Block> {
    let rows: Vec<usize> = (0..facts.required.len())
        .filter(|&row| facts.required.text(row, "framework") == facts.framework())
        .collect();
    let same = facts.required.take(&rows);
    let mut blocks = comparison::compared(&same, "requirement", &facts.context);
    if !blocks.is_empty() {
        blocks.extend(comparison::pictures(&same, &facts.programme.id, &facts.context).into_iter().take(1));
    }
    blocks
}

/// What surveys say of requirements and indicators.
fn asked(facts: &CohortFacts<'_>) -> Vec<Block> {
    let table = facts.surveys(&["requirement", "indicator"], "asked_about");
    filled(table).into_iter().collect()
}

/// The requirements recomputed on another framework.
fn crosswalk(facts: &CohortFacts<'_>) -> Vec<Block> {
    let context = &facts.context;
    let rows: Vec<usize> = facts
        .of_cohort(&facts.required)
        .filter(|&row| facts.required.text(row, "framework") != facts.framework())
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let mut table = facts.values("crosswalk", "requirement", &rows);
    table.notes.insert(0, context.text("note.crosswalk", &[]));
    filled(table).into_iter().collect()
}

/// A column of verdicts: named here so that the tables of values share it.
pub(super) const VERDICT: super::words::Column = centre("verdict");
