//! The report `programme`: a summary of two pages, the latest cohort first.

use super::cohort_facts::{CohortFacts, values};
use super::course::filled;
use super::document::{Block, Cell, DocTable, Document, Form};
use super::grid::{compacted, shortened};
use super::numbers::UNKNOWN;
use super::words::{centre, left, right};
use super::{Material, Report, ReportContext, ReportError, improvement, objective};
use crate::chart::RequirementIntervals;
use crate::chart::figure::Scale;
use crate::results::Table;
use crate::results::schema::COHORT_COURSES;

/// The report `programme`.
#[derive(Debug)]
pub struct Programme;

/// Height of a row of the picture, in points: a line of its type. Ours.
const BRIEF_ROW: f64 = 12.0;

/// A name of this width takes several lines, and many of them more than two pages. Ours.
const LONG_NAME: usize = 60;

/// Widest text of a table of results, so that names of any length leave the summary its two pages. Ours.
const MOST_NAME: usize = 38;

/// Courses listed as standing lowest against their expected values.
const MOST_COURSES: usize = 5;

impl Report for Programme {
    fn key(&self) -> &'static str {
        "programme"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["requirements", "indicators", "contributions", "training_objectives", "cohort_courses"]
    }

    fn subjects(&self, material: &Material<'_>) -> Vec<String> {
        let programmes = material.dataset.programmes.iter();
        programmes
            .filter(|programme| !programme.cohorts.is_empty())
            .map(|programme| programme.id.clone())
            .collect()
    }

    fn build(
        &self,
        material: &Material<'_>,
        subject: &str,
        context: &ReportContext<'_>,
    ) -> Result<Document, ReportError> {
        let nothing = || ReportError::no_subject(self, subject);
        let programme = material.programme(subject).ok_or_else(nothing)?;
        let latest = programme.cohorts.last().ok_or_else(nothing)?;
        let facts =
            CohortFacts::new(material, &format!("{subject}/{}", latest.id), *context).ok_or_else(nothing)?;
        let rows: Vec<usize> = facts
            .requirements()
            .into_iter()
            .filter(|&row| facts.required.text(row, "evaluation") == Some(facts.evaluation))
            .collect();
        let values = facts.values("requirements", "requirement", &rows);
        let mut requirements: Vec<Block> = filled(cut(values)).into_iter().collect();
        requirements.extend(facts.own_figures(&RequirementIntervals).into_iter().map(brief));
        let mut basics = vec![facts.basics()];
        basics.extend(facts.without_marks());
        basics.extend(improvement::status(material.policy, context));
        let chapters = context.chapters(vec![
            ("basics", basics),
            ("cohorts", filled(cut(cohorts(&facts))).into_iter().collect()),
            ("requirements", requirements),
            ("courses", filled(cut(courses(&facts))).into_iter().collect()),
            ("training_objectives", filled(cut(objectives(&facts))).into_iter().collect()),
        ]);
        Ok(Document {
            id: format!("programme-{subject}"),
            lang: context.lang,
            title: context.text("programme.title", &[]),
            subtitle: vec![facts.title()],
            blocks: compacted(chapters, LONG_NAME),
            footer: context.footer(material.policy),
        })
    }
}

/// The training objectives by their numbers; how they were made stands under the requirements.
fn objectives(facts: &CohortFacts<'_>) -> DocTable {
    let own = objective::own(facts);
    let rows: Vec<usize> = (0..own.len()).collect();
    let mut table = values((&own, "training_objective"), ("training_objectives", &rows), &facts.context);
    objective::numbered(&mut table, &facts.context);
    table.notes.clear();
    table
}

/// One line per cohort: students, verdicts, the lowest requirement.
fn cohorts(facts: &CohortFacts<'_>) -> DocTable {
    let context = &facts.context;
    let columns = [
        left("cohort"),
        left("plan"),
        right("n_students", Form::Count),
        right("n_requirements", Form::Count),
        right("n_reached_requirements", Form::Count),
        left("lowest"),
        right("value", context.numbers.form()),
    ];
    let mut table = context.table("summary", &[], &columns);
    for cohort in &facts.programme.cohorts {
        let Some(own) =
            CohortFacts::new(facts.material, &format!("{}/{}", facts.programme.id, cohort.id), *context)
        else {
            continue;
        };
        table.rows.push(line(&own));
    }
    table
}

fn line(own: &CohortFacts<'_>) -> Vec<Cell> {
    let context = &own.context;
    let summary = Summary::of(own);
    let lowest = summary.lowest;
    vec![
        Cell::text(own.cohort),
        Cell::text(own.plan()),
        context.numbers.count_cell(summary.students),
        context.numbers.count_cell(Some(summary.total as f64)),
        context.numbers.count_cell(Some(summary.reached as f64)),
        Cell::text(lowest.map_or_else(|| UNKNOWN.to_owned(), |row| own.requirement_title(row))),
        lowest.map_or_else(|| Cell::text(UNKNOWN), |row| context.value(&own.required, row)),
    ]
}

/// What one cohort comes to.
pub(super) struct Summary {
    /// Students assessed, where known.
    pub(super) students: Option<f64>,
    /// Requirements.
    pub(super) total: usize,
    /// Requirements that are reached.
    pub(super) reached: usize,
    /// The row of the requirement that stands lowest against its expected value.
    pub(super) lowest: Option<usize>,
}

impl Summary {
    pub(super) fn of(own: &CohortFacts<'_>) -> Self {
        let rows: Vec<usize> = own
            .requirements()
            .into_iter()
            .filter(|&row| own.required.text(row, "evaluation") == Some(own.evaluation))
            .collect();
        let margin =
            |row: usize| Some(own.required.number(row, "value")? - own.required.number(row, "expected")?);
        let lowest = rows
            .iter()
            .filter_map(|&row| Some((margin(row)?, row)))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, row)| row);
        Self {
            students: own.students(),
            total: rows.len(),
            reached: rows.iter().filter(|&&row| own.required.text(row, "verdict") == Some("reached")).count(),
            lowest,
        }
    }
}

/// The courses of the latest cohort that stand lowest against their expected values.
fn courses(facts: &CohortFacts<'_>) -> DocTable {
    let context = &facts.context;
    let form = context.numbers.form();
    let from = facts.material.rows(&COHORT_COURSES, "programme", &facts.programme.id);
    let margin =
        |table: &Table, row: usize| Some(table.number(row, "value")? - table.number(row, "expected")?);
    let mut rows: Vec<(f64, usize)> =
        facts.of_cohort(&from).filter_map(|row| Some((margin(&from, row)?, row))).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let columns = [
        left("any_course"),
        right("value", form),
        centre("interval"),
        right("expected", form),
        centre("verdict"),
        right("n_assessed", Form::Count),
    ];
    let level = context.level(&from);
    let mut table = context.table("lowest_courses", &[("level", &level)], &columns);
    for (_, row) in rows.into_iter().take(MOST_COURSES) {
        table.rows.push(vec![
            Cell::text(facts.course_name(&from, row)),
            context.value(&from, row).strong(),
            Cell::text(context.interval(&from, row).unwrap_or_else(|| UNKNOWN.to_owned())),
            context.numbers.cell(from.number(row, "expected")),
            Cell::text(context.verdict(from.text(row, "verdict"))),
            context.numbers.count_cell(from.number(row, "n_assessed")),
        ]);
    }
    table
}

/// A table whose names are cut to a width, and compact where one was; the reports of cohorts and courses have them
/// whole.
fn cut(mut table: DocTable) -> DocTable {
    for cell in table.rows.iter_mut().flatten() {
        let text = shortened(&cell.text, MOST_NAME);
        table.compact |= text != cell.text;
        cell.text = text;
    }
    table
}

/// A picture whose rows carry their names only and are one line high, to keep to two pages.
fn brief(mut block: Block) -> Block {
    if let Block::Figure(figure) = &mut block
        && let Scale::Bands { bands, row, .. } = &mut figure.figure.panel.y.scale
    {
        *row = row.min(BRIEF_ROW);
        bands.iter_mut().for_each(|band| band.detail.clear());
    }
    block
}
