//! A cohort and the rows about it, as the reports above the courses read them.

use std::collections::{BTreeMap, BTreeSet};

use super::course::pairs_table;
use super::document::{Block, Cell, DocTable, Form, SheetChart, Span};
use super::numbers::UNKNOWN;
use super::words::{centre, left, right, title};
use super::{Material, ReportContext};
use crate::chart::{Chart, Selection};
use crate::model::{MarkGrid, Offering, Programme};
use crate::results::Table;
use crate::results::schema::{CONTRIBUTIONS, INDICATORS, REQUIREMENTS, SUPPORT, SURVEYS};

/// Every cohort as `--of` takes it: programme and cohort parted by a slash.
pub(super) fn cohorts(material: &Material<'_>) -> Vec<String> {
    let programmes = material.dataset.programmes.iter();
    programmes
        .flat_map(|programme| {
            programme.cohorts.iter().map(|cohort| format!("{}/{}", programme.id, cohort.id))
        })
        .collect()
}

/// Courses without marks that a note names; of more it says some. Ours.
const MOST_NAMED: usize = 5;

/// Whether any cell holds a mark.
fn has_marks(marks: &MarkGrid) -> bool {
    (0..marks.n_students()).any(|student| marks.row(student).iter().any(|&units| units >= 0))
}

/// A cohort and the rows about its programme.
pub(super) struct CohortFacts<'a> {
    pub(super) material: &'a Material<'a>,
    pub(super) context: ReportContext<'a>,
    pub(super) programme: &'a Programme,
    pub(super) cohort: &'a str,
    /// `combined` where direct and indirect evaluation were joined, else `direct`.
    pub(super) evaluation: &'static str,
    /// Requirements of all cohorts of the programme.
    pub(super) required: Table,
    /// Indicators of all cohorts.
    pub(super) indicated: Table,
    /// What the indicators of all cohorts are made of.
    pub(super) parts: Table,
}

impl<'a> CohortFacts<'a> {
    pub(super) fn new(material: &'a Material<'a>, subject: &str, context: ReportContext<'a>) -> Option<Self> {
        let (programme, cohort) = subject.rsplit_once('/')?;
        let programme = material.programme(programme)?;
        let cohort = programme.cohorts.iter().find(|known| known.id == cohort)?;
        let of = |schema| material.rows(schema, "programme", &programme.id);
        let required = of(&REQUIREMENTS);
        let combined = [("cohort", cohort.id.as_str()), ("evaluation", "combined")];
        let evaluation = if required.rows_where(&combined).next().is_some() { "combined" } else { "direct" };
        Some(Self {
            material,
            context,
            programme,
            cohort: &cohort.id,
            evaluation,
            required,
            indicated: of(&INDICATORS),
            parts: of(&CONTRIBUTIONS),
        })
    }

    /// Programme and cohort in words.
    pub(super) fn title(&self) -> String {
        let name = self.programme.name.as_deref().unwrap_or(&self.programme.id);
        self.context.text("programme_cohort", &[("programme", name), ("cohort", self.cohort)])
    }

    /// The plan version of the cohort.
    pub(super) fn plan(&self) -> &'a str {
        let cohort = self.programme.cohorts.iter().find(|known| known.id == self.cohort);
        cohort.and_then(|cohort| self.programme.plans.get(cohort.plan)).map_or("", |plan| &plan.version)
    }

    /// The framework of the plan.
    pub(super) fn framework(&self) -> Option<&'a str> {
        let plan = self.programme.plans.iter().find(|plan| plan.version == self.plan());
        plan.and_then(|plan| plan.framework.as_deref())
    }

    /// The rows of a table about the cohort.
    pub(super) fn of_cohort<'s>(&'s self, table: &'s Table) -> impl Iterator<Item = usize> + 's {
        (0..table.len()).filter(|&row| table.text(row, "cohort") == Some(self.cohort))
    }

    /// The rows of the cohort's indicators in its own framework, by direct evaluation.
    pub(super) fn own_indicators(&self) -> impl Iterator<Item = usize> + '_ {
        self.of_cohort(&self.indicated)
            .filter(|&row| self.indicated.text(row, "framework") == self.framework())
            .filter(|&row| self.indicated.text(row, "evaluation") == Some("direct"))
    }

    /// The rows of the cohort's requirements in its own framework, every evaluation.
    pub(super) fn requirements(&self) -> Vec<usize> {
        self.of_cohort(&self.required)
            .filter(|&row| self.required.text(row, "framework") == self.framework())
            .collect()
    }

    /// The students assessed: those of direct evaluation, for whoever answered a survey is counted with the survey.
    pub(super) fn students(&self) -> Option<f64> {
        let direct = |row: &usize| self.required.text(*row, "evaluation") == Some("direct");
        let rows = self.requirements().into_iter().filter(direct);
        rows.filter_map(|row| self.required.number(row, "n_assessed")).reduce(f64::max)
    }

    /// The rows of the direct indicators of a requirement.
    pub(super) fn indicators<'s>(&'s self, requirement: &'s str) -> impl Iterator<Item = usize> + 's {
        self.own_indicators().filter(move |&row| self.indicated.text(row, "requirement") == Some(requirement))
    }

    /// The name of the requirement in a row: `毕业要求 3`.
    pub(super) fn requirement_name(&self, row: usize) -> String {
        self.context.requirement(self.required.text(row, "requirement").unwrap_or_default())
    }

    /// A heading with its number and what it is called, and what it says where that is more.
    pub(super) fn requirement_heading(&self, row: usize) -> Vec<Block> {
        let text = self.required.text(row, "requirement_text").unwrap_or_default();
        let title = title(text);
        let heading = format!("{} {title}", self.requirement_name(row)).trim_end().to_owned();
        let more = title.len() < text.trim_end_matches(['。', '.']).len();
        std::iter::once(Block::Heading { level: 2, text: heading })
            .chain(more.then(|| Block::Paragraph(vec![Span::Text(text.to_owned())])))
            .collect()
    }

    /// Its number and what it is called: what stands before the colon of its text.
    pub(super) fn requirement_title(&self, row: usize) -> String {
        self.context.with_title(&self.required, row, "requirement")
    }

    /// The course, or the objective of a course, in a row.
    pub(super) fn course_name(&self, table: &Table, row: usize) -> String {
        course_name(table, row, &self.context)
    }

    /// Facts in pairs.
    pub(super) fn basics(&self) -> Block {
        let context = &self.context;
        let courses = self.material.part("cohort_courses", "programme", &self.programme.id);
        let n_courses = courses.map_or(0, |table| {
            let own = self.of_cohort(&table);
            own.filter_map(|row| table.text(row, "course")).collect::<BTreeSet<_>>().len()
        });
        let known = |text: Option<&str>| text.unwrap_or(UNKNOWN).to_owned();
        let count = self.students().map_or_else(|| UNKNOWN.to_owned(), |n| context.numbers.digits(n, 0));
        let pairs = [
            ("programme", known(self.programme.name.as_deref().or(Some(&self.programme.id)))),
            ("college", known(self.programme.college.as_deref())),
            ("cohort", self.cohort.to_owned()),
            ("plan", self.plan().to_owned()),
            ("framework", self.framework_title()),
            ("n_students", count),
            ("n_courses", n_courses.to_string()),
            ("policy", self.material.policy.title.get(context.lang).to_owned()),
        ];
        pairs_table("basics", &pairs, context)
    }

    /// A note that names the courses without a single mark: what stands for them is no result of students.
    pub(super) fn without_marks(&self) -> Option<Block> {
        let table = self.material.part("cohort_courses", "programme", &self.programme.id)?;
        let mut taught: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for row in self.of_cohort(&table).filter(|&row| table.text(row, "basis") == Some("marks")) {
            let (course, terms) = (table.text(row, "course"), table.text(row, "terms"));
            taught
                .entry(course.unwrap_or_default())
                .or_default()
                .extend(terms.unwrap_or_default().split(' '));
        }
        let mut names: Vec<String> = Vec::new();
        for (course, terms) in taught {
            let offerings = self.material.dataset.offerings.iter().filter(|one| one.course == course);
            let held: Vec<&Offering> = offerings
                .filter(|one| one.term.as_deref().is_some_and(|term| terms.contains(term)))
                .collect();
            if held.iter().all(|one| !has_marks(&one.marks)) {
                names.extend(held.first().map(|one| one.name.clone().unwrap_or_else(|| course.to_owned())));
            }
        }
        let n = names.len();
        names.truncate(MOST_NAMED);
        let listed = self.context.list(&names);
        let values = [("n", &*n.to_string()), ("courses", &*listed)];
        let key = if n > MOST_NAMED { "note.without_marks.many" } else { "note.without_marks" };
        (n > 0).then(|| Block::Note(self.context.text(key, &values)))
    }

    fn framework_title(&self) -> String {
        let key = self.framework();
        let title =
            key.and_then(crate::policy::framework).map(|found| found.title.get(self.context.lang).to_owned());
        title.or(key.map(str::to_owned)).unwrap_or_else(|| UNKNOWN.to_owned())
    }

    /// Requirements or training objectives with their figures; `kind` names the column and the identifier.
    pub(super) fn values(&self, label: &str, kind: &'static str, rows: &[usize]) -> DocTable {
        values((&self.required, kind), (label, rows), &self.context)
    }

    /// The rows of one table about the programme, and all others that charts read.
    fn tables(&self) -> Vec<Table> {
        let of = |schema| self.material.rows(schema, "programme", &self.programme.id);
        vec![self.required.clone(), self.indicated.clone(), self.parts.clone(), of(&SUPPORT), of(&SURVEYS)]
    }

    /// The tables with the rows of this cohort only.
    pub(super) fn own_tables(&self) -> Vec<Table> {
        let own = |table: &Table| table.take(&self.of_cohort(table).collect::<Vec<_>>());
        vec![own(&self.required), own(&self.indicated), own(&self.parts)]
    }

    /// The pictures of a chart about the programme.
    pub(super) fn figures(&self, chart: &dyn Chart, part: Option<&str>) -> Vec<Block> {
        let selection = Selection { of: Some(self.programme.id.clone()), part: part.map(str::to_owned) };
        let figures = self.context.figures(chart, &self.tables(), &selection);
        let relabelled = figures.into_iter().map(|mut figure| {
            figure.label += "-all";
            Block::Figure(Box::new(figure))
        });
        relabelled.collect()
    }

    /// The pictures of a chart about this cohort alone, in its own framework.
    pub(super) fn own_figures(&self, chart: &dyn Chart) -> Vec<Block> {
        let selection = Selection { of: Some(self.programme.id.clone()), part: None };
        let figures = self.context.figures(chart, &self.own_tables(), &selection);
        figures.into_iter().take(1).map(|figure| Block::Figure(Box::new(figure))).collect()
    }

    /// The pictures of what surveys of this cohort say of training objectives.
    pub(super) fn survey_figures(&self, chart: &dyn Chart) -> Vec<Block> {
        let surveys = self.material.rows(&SURVEYS, "programme", &self.programme.id);
        let rows: Vec<usize> = (0..surveys.len())
            .filter(|&row| surveys.text(row, "cohort").is_none_or(|cohort| cohort == self.cohort))
            .filter(|&row| surveys.text(row, "level") == Some("training_objective"))
            .collect();
        let selection = Selection { of: Some(self.programme.id.clone()), part: None };
        let tables = vec![surveys.take(&rows), self.required.clone()];
        let figures = self.context.figures(chart, &tables, &selection);
        figures.into_iter().map(|figure| Block::Figure(Box::new(figure))).collect()
    }

    /// Where something of the plan stands among its kind.
    fn position(&self, id: &str) -> usize {
        let Some(plan) = self.programme.plans.iter().find(|plan| plan.version == self.plan()) else {
            return 0;
        };
        let requirements = plan.requirements.iter().position(|one| one.id == id);
        let indicators = || plan.indicators.iter().position(|one| one.id == id);
        let objectives = || plan.training_objectives.iter().position(|one| one.id == id);
        requirements.or_else(indicators).or_else(objectives).unwrap_or(usize::MAX)
    }

    /// What surveys of this cohort say at these levels.
    pub(super) fn surveys(&self, levels: &[&str], heading: &'static str) -> DocTable {
        let surveys = self.material.rows(&SURVEYS, "programme", &self.programme.id);
        let mut rows: Vec<usize> = (0..surveys.len())
            .filter(|&row| surveys.text(row, "cohort").is_none_or(|cohort| cohort == self.cohort))
            .filter(|&row| surveys.text(row, "level").is_some_and(|level| levels.contains(&level)))
            .collect();
        rows.sort_by_key(|&row| self.position(surveys.text(row, "target").unwrap_or_default()));
        let kind = if levels.contains(&"training_objective") { "training_objective" } else { "" };
        let name = |target: &str| match kind {
            "" if target.contains('.') => self.context.indicator(target),
            "" => self.context.requirement(target),
            kind => self.context.named(kind, target),
        };
        super::survey::table(&surveys.take(&rows), heading, &name, (self.material.policy, &self.context))
    }
}

/// Figures of a level above the courses: text, value, interval, expected value, verdict, probability, n.
pub(super) fn values(
    (from, kind): (&Table, &'static str),
    (label, rows): (&str, &[usize]),
    context: &ReportContext<'_>,
) -> DocTable {
    let form = context.numbers.form();
    let evaluations: BTreeSet<_> = rows.iter().map(|&row| from.text(row, "evaluation")).collect();
    let several = evaluations.len() > 1;
    let level = context.level(&from.take(rows));
    let mut columns = vec![left(kind)];
    columns.extend(several.then(|| left("evaluation")));
    let first = columns.len();
    columns.extend([
        right("value", form),
        centre("interval"),
        right("expected", form),
        super::requirement::VERDICT,
        right("p_below", Form::Probability),
        right("n_assessed", Form::Count),
    ]);
    let mut table = context.table(label, &[("level", &level)], &columns);
    for (at, &row) in rows.iter().enumerate() {
        let id = from.text(row, kind);
        let mut line = Vec::new();
        let new = at == 0 || from.text(rows[at - 1], kind) != id;
        if new {
            let same = rows[at..].iter().take_while(|&&next| from.text(next, kind) == id).count();
            line.push(Cell::text(called(from, row, kind, context)).over(1, same));
        }
        line.extend(several.then(|| {
            let evaluation = from.text(row, "evaluation").unwrap_or("direct");
            Cell::text(context.text(&format!("evaluation.{evaluation}"), &[]))
        }));
        line.extend([
            context.value(from, row).strong(),
            Cell::text(context.interval(from, row).unwrap_or_else(|| UNKNOWN.to_owned())),
            context.numbers.cell(from.number(row, "expected")),
            Cell::text(context.verdict(from.text(row, "verdict"))),
            context.numbers.probability_cell(from.number(row, "p_below")),
            context.numbers.count_cell(from.number(row, "n_assessed")),
        ]);
        table.rows.push(line);
    }
    table.notes.push(context.method(&from.take(rows)));
    table.notes.push(context.text("note.exact", &[]));
    let chart = SheetChart { categories: 0, bars: vec![first], lines: vec![first + 2], rows: rows.len() };
    table.chart = (!several).then_some(chart);
    table
}

/// How a table of values calls what a row is about: a requirement by its title, for its text stands elsewhere;
/// anything else by its text.
pub(super) fn called(table: &Table, row: usize, kind: &str, context: &ReportContext<'_>) -> String {
    match kind {
        "requirement" => context.with_title(table, row, kind),
        "course" => course_name(table, row, context),
        _ => context.with_text(table, row, kind),
    }
}

/// The course, or the objective of a course, in a row.
fn course_name(table: &Table, row: usize, context: &ReportContext<'_>) -> String {
    let name = table.text(row, "course_name").or(table.text(row, "course")).unwrap_or_default();
    match table.text(row, "objective") {
        Some(objective) => {
            let number = objective.starts_with(|c: char| c.is_ascii_digit());
            let key = if number { "number_of" } else { "objective_of" };
            context.text(key, &[("course", name), ("objective", objective)])
        }
        None => name.to_owned(),
    }
}
