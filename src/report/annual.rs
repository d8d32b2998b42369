//! The report `annual`: a chapter about the whole institution by college and programme, small groups left out.

use std::collections::BTreeMap;

use super::cohort_facts::CohortFacts;
use super::course::{filled, pairs_table};
use super::document::{Align, Block, Cell, DocFigure, DocTable, Document, Form, SheetChart};
use super::numbers::UNKNOWN;
use super::programme::Summary;
use super::suppress::{Suppressed, suppress};
use super::words::{left, right};
use super::{Material, Report, ReportContext, ReportError, survey};
use crate::chart::{ProgrammeRequirements, Selection};
use crate::model::Cohort;
use crate::results::Table;
use crate::results::schema::{OBJECTIVES, REQUIREMENTS, SURVEYS};

/// The report `annual`.
#[derive(Debug)]
pub struct Annual;

/// The one thing it is about, where the institution has no name.
const WHOLE: &str = "institution";

impl Report for Annual {
    fn key(&self) -> &'static str {
        "annual"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["objectives", "requirements", "indicators", "contributions", "cohort_courses", "surveys"]
    }

    fn subjects(&self, material: &Material<'_>) -> Vec<String> {
        let any = !material.dataset.programmes.is_empty();
        any.then(|| material.dataset.institution.clone().unwrap_or_else(|| WHOLE.to_owned()))
            .into_iter()
            .collect()
    }

    fn build(
        &self,
        material: &Material<'_>,
        subject: &str,
        context: &ReportContext<'_>,
    ) -> Result<Document, ReportError> {
        if !self.subjects(material).iter().any(|known| known == subject) {
            return Err(ReportError::no_subject(self, subject));
        }
        let colleges = colleges(material, context);
        let threshold = material.policy.privacy.suppress_below;
        let counts: Vec<Vec<usize>> =
            colleges.iter().map(|college| college.lines.iter().map(|line| line.students).collect()).collect();
        let hidden = suppress(&counts, threshold);
        let limit = context.numbers.digits(threshold as f64, 0);
        let note = Block::Note(context.text("note.suppressed", &[("threshold", &limit)]));
        Ok(Document {
            id: "annual".to_owned(),
            lang: context.lang,
            title: context.text("annual.title", &[]),
            subtitle: material.dataset.institution.iter().cloned().collect(),
            blocks: context.chapters(vec![
                ("basics", vec![basics(material, context), note]),
                ("by_college", filled(by_college((&colleges, &hidden), context)).into_iter().collect()),
                ("by_programme", programmes(material, (&colleges, &hidden), context)),
                ("course_objectives", course_objectives(material, (&colleges, &hidden), context)),
                ("indirect", surveys(material, threshold, context)),
            ]),
            footer: context.footer(material.policy),
        })
    }
}

/// A college and its cohorts.
struct College<'a> {
    name: String,
    lines: Vec<Line<'a>>,
}

/// One programme by its latest cohort.
struct Line<'a> {
    facts: CohortFacts<'a>,
    summary: Summary,
    students: usize,
}

/// Colleges by name, programmes in the order of the data.
fn colleges<'a>(material: &'a Material<'a>, context: &ReportContext<'a>) -> Vec<College<'a>> {
    let mut colleges: BTreeMap<String, Vec<Line<'a>>> = BTreeMap::new();
    for programme in &material.dataset.programmes {
        let Some(latest) = programme.cohorts.last() else { continue };
        let subject = format!("{}/{}", programme.id, latest.id);
        let Some(facts) = CohortFacts::new(material, &subject, *context) else { continue };
        let summary = Summary::of(&facts);
        let students = summary.students.unwrap_or_default() as usize;
        let name = programme.college.clone().unwrap_or_else(|| context.text("no_college", &[]));
        colleges.entry(name).or_default().push(Line { facts, summary, students });
    }
    colleges.into_iter().map(|(name, lines)| College { name, lines }).collect()
}

fn basics(material: &Material<'_>, context: &ReportContext<'_>) -> Block {
    let dataset = material.dataset;
    let terms: Vec<&str> = dataset.offerings.iter().filter_map(|offering| offering.term.as_deref()).collect();
    let span =
        terms.iter().min().zip(terms.iter().max()).map(|(first, last)| {
            if first == last { (*first).to_owned() } else { format!("{first} – {last}") }
        });
    let pairs = [
        ("institution", dataset.institution.clone().unwrap_or_else(|| UNKNOWN.to_owned())),
        ("n_programmes", dataset.programmes.len().to_string()),
        ("n_offerings", dataset.offerings.len().to_string()),
        ("terms", span.unwrap_or_else(|| UNKNOWN.to_owned())),
        ("policy", material.policy.title.get(context.lang).to_owned()),
    ];
    pairs_table("basics", &pairs, context)
}

/// A count, or the sign of one that is left out.
fn counted(count: usize, hidden: bool, context: &ReportContext<'_>) -> Cell {
    if hidden {
        Cell::text(context.text("suppressed", &[]))
    } else {
        context.numbers.count_cell(Some(count as f64))
    }
}

/// One line per college, and the institution.
fn by_college((colleges, hidden): (&[College<'_>], &Suppressed), context: &ReportContext<'_>) -> DocTable {
    let columns = [
        left("college"),
        right("n_programmes", Form::Count),
        right("n_students", Form::Count),
        right("n_requirements", Form::Count),
        right("n_reached_requirements", Form::Count),
    ];
    let mut table = context.table("by_college", &[], &columns);
    let (mut programmes, mut students, mut total, mut reached) = (0, 0, 0, 0);
    for (college, &hidden) in colleges.iter().zip(&hidden.totals) {
        let of = |value: &dyn Fn(&Line<'_>) -> usize| college.lines.iter().map(value).sum::<usize>();
        let (n, all, met) =
            (of(&|line| line.students), of(&|line| line.summary.total), of(&|line| line.summary.reached));
        table.rows.push(vec![
            Cell::text(college.name.clone()),
            context.numbers.count_cell(Some(college.lines.len() as f64)),
            counted(n, hidden, context),
            context.numbers.count_cell(Some(all as f64)),
            counted(met, hidden, context),
        ]);
        programmes += college.lines.len();
        students += n;
        total += all;
        reached += met;
    }
    table.rows.push(vec![
        Cell::text(context.text("the_whole", &[])).strong(),
        context.numbers.count_cell(Some(programmes as f64)).strong(),
        counted(students, hidden.grand, context).strong(),
        context.numbers.count_cell(Some(total as f64)).strong(),
        counted(reached, hidden.grand || hidden.totals.contains(&true), context).strong(),
    ]);
    table.notes.push(context.text("note.latest", &[]));
    table.chart =
        Some(SheetChart { categories: 0, bars: vec![3, 4], lines: Vec::new(), rows: colleges.len() });
    table
}

/// The programmes as a table and as pictures.
fn programmes(
    material: &Material<'_>,
    (colleges, hidden): (&[College<'_>], &Suppressed),
    context: &ReportContext<'_>,
) -> Vec<Block> {
    let table = filled(by_programme((colleges, hidden), context));
    let pictures =
        figures(material, (colleges, hidden), context).into_iter().map(Box::new).map(Block::Figure);
    table.into_iter().chain(pictures).collect()
}

/// The requirements of the programmes whose counts are shown, by the very rows that the table above counts: a
/// picture holds nothing of a programme that the tables leave out.
fn figures(
    material: &Material<'_>,
    (colleges, hidden): (&[College<'_>], &Suppressed),
    context: &ReportContext<'_>,
) -> Vec<DocFigure> {
    let Some(all) = material.table(REQUIREMENTS.key) else { return Vec::new() };
    let by_programme = all.rows_by("programme");
    let mut rows = Vec::new();
    for (college, hidden) in colleges.iter().zip(&hidden.members) {
        for (line, _) in college.lines.iter().zip(hidden).filter(|(_, hidden)| !**hidden) {
            let facts = &line.facts;
            let counted = |row: &usize| {
                all.text(*row, "cohort") == Some(facts.cohort)
                    && all.text(*row, "framework") == facts.framework()
                    && all.text(*row, "evaluation") == Some(facts.evaluation)
            };
            let own = by_programme.get(&facts.programme.id).into_iter().flatten().copied();
            rows.extend(own.filter(counted));
        }
    }
    context.figures(&ProgrammeRequirements, &vec![all.take(&rows)], &Selection::default())
}

/// One line per programme; what a small one reached is left out with its count.
fn by_programme((colleges, hidden): (&[College<'_>], &Suppressed), context: &ReportContext<'_>) -> DocTable {
    let columns = [
        left("college"),
        left("programme"),
        left("cohort"),
        right("n_students", Form::Count),
        right("n_requirements", Form::Count),
        right("n_reached_requirements", Form::Count),
        left("lowest"),
        right("value", context.numbers.form()),
    ];
    let mut table = context.table("by_programme", &[], &columns);
    for (college, hidden) in colleges.iter().zip(&hidden.members) {
        for (at, (line, &hidden)) in college.lines.iter().zip(hidden).enumerate() {
            let facts = &line.facts;
            let name = facts.programme.name.as_deref().unwrap_or(&facts.programme.id);
            let first = (at == 0).then(|| Cell::text(college.name.clone()).over(1, college.lines.len()));
            let lowest = line.summary.lowest.filter(|_| !hidden);
            let star =
                || Cell::text(if hidden { context.text("suppressed", &[]) } else { UNKNOWN.to_owned() });
            let rest = [
                Cell::text(name),
                Cell::text(facts.cohort),
                counted(line.students, hidden, context),
                context.numbers.count_cell(Some(line.summary.total as f64)),
                counted(line.summary.reached, hidden, context),
                lowest.map_or_else(star, |row| Cell::text(facts.requirement_name(row))),
                lowest.map_or_else(star, |row| context.value(&facts.required, row)),
            ];
            table.rows.push(first.into_iter().chain(rest).collect());
        }
    }
    table.notes.push(context.text("note.lowest", &[]));
    table
}

/// Course objectives of each programme's offerings: how many are reached. Offerings with fewer students than the
/// threshold are not counted, and programmes left out above stay out.
fn course_objectives(
    material: &Material<'_>,
    (colleges, hidden): (&[College<'_>], &Suppressed),
    context: &ReportContext<'_>,
) -> Vec<Block> {
    let Some(objectives) = material.table(OBJECTIVES.key) else { return Vec::new() };
    let threshold = material.policy.privacy.suppress_below as f64;
    let programmes: BTreeMap<&str, &str> = material
        .dataset
        .offerings
        .iter()
        .filter_map(|offering| Some((offering.id.as_str(), offering.programme.as_deref()?)))
        .collect();
    let mut tally: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in 0..objectives.len() {
        let large = objectives.number(row, "n_assessed").is_some_and(|n| n >= threshold);
        if objectives.text(row, "section").is_some() || !large {
            continue;
        }
        let programme = objectives.text(row, "offering").and_then(|offering| programmes.get(offering));
        let (Some(programme), Some(verdict)) = (programme, objectives.text(row, "verdict")) else { continue };
        let (total, reached) = tally.entry(programme).or_default();
        *total += 1;
        *reached += usize::from(verdict == "reached");
    }
    let columns = [
        left("programme"),
        right("n_objectives", Form::Count),
        right("n_reached_objectives", Form::Count),
        right("share_reached", Form::Percent(1)),
    ];
    let mut table = context.table("course_objectives", &[], &columns);
    for (college, hidden) in colleges.iter().zip(&hidden.members) {
        for (line, _) in college.lines.iter().zip(hidden).filter(|(_, hidden)| !**hidden) {
            let programme = line.facts.programme;
            let Some(&(total, reached)) = tally.get(programme.id.as_str()) else { continue };
            table.rows.push(vec![
                Cell::text(programme.name.as_deref().unwrap_or(&programme.id)),
                context.numbers.count_cell(Some(total as f64)),
                context.numbers.count_cell(Some(reached as f64)),
                context.numbers.percent_cell(Some(reached as f64 / total.max(1) as f64)),
            ]);
        }
    }
    let limit = context.numbers.digits(threshold, 0);
    table.notes.push(context.text("note.course_objectives", &[("threshold", &limit)]));
    filled(table).into_iter().collect()
}

/// Surveys with at least as many answers as the threshold, one line each, of the latest cohort that was asked.
fn surveys(material: &Material<'_>, threshold: usize, context: &ReportContext<'_>) -> Vec<Block> {
    let Some(surveys) = material.table(SURVEYS.key) else { return Vec::new() };
    let enough = |row: &usize| surveys.number(*row, "n_answers").is_some_and(|n| n >= threshold as f64);
    let of_objectives = |row: &usize| surveys.text(*row, "level") == Some("training_objective");
    let latest = |row: &usize| {
        let programme = surveys.text(*row, "programme").and_then(|id| material.programme(id));
        let newest = programme.and_then(|programme| {
            let asked = |cohort: &&Cohort| {
                let wanted = [("programme", programme.id.as_str()), ("cohort", cohort.id.as_str())];
                surveys.rows_where(&wanted).next().is_some()
            };
            programme.cohorts.iter().rev().find(asked)
        });
        surveys.text(*row, "cohort").is_none_or(|cohort| newest.is_some_and(|newest| newest.id == cohort))
    };
    let mut rows: Vec<usize> =
        (0..surveys.len()).filter(of_objectives).filter(enough).filter(latest).collect();
    // The lines of a programme stand together.
    rows.sort_by_key(|&row| (surveys.text(row, "programme"), surveys.text(row, "cohort")));
    let shown: Table = surveys.take(&rows);
    let name = |target: &str| context.named("training_objective", target);
    let mut table = survey::table(&shown, "training_objective", &name, (material.policy, context));
    let of = |row: usize, column: &str| shown.text(row, column).unwrap_or_default().to_owned();
    let programme = |row: usize| {
        let id = of(row, "programme");
        let name = material.programme(&id).and_then(|programme| programme.name.clone()).unwrap_or(id);
        format!("{name} {}", of(row, "cohort")).trim_end().to_owned()
    };
    let names: Vec<String> = (0..shown.len()).map(programme).collect();
    for (row, line) in table.rows.iter_mut().enumerate() {
        if row == 0 || names[row - 1] != names[row] {
            let same = names[row..].iter().take_while(|name| **name == names[row]).count();
            line.insert(0, Cell::text(names[row].clone()).over(1, same));
        }
    }
    table.columns.insert(0, super::document::DocColumn { align: Align::Left, form: Form::Text });
    table.header[0].insert(0, Cell::text(context.text("column.programme", &[])));
    filled(table).into_iter().collect()
}
