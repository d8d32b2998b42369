//! The report on one offering: what its objectives are, how they were assessed, what was attained, how far the
//! assessment can be trusted, what the teacher says.

mod assessment;
mod quality;
mod results;
mod students;

use super::document::{Align, Block, Cell, DocColumn, DocTable, Document, Form, Span};
use super::improvement::{self, Part};
use super::numbers::UNKNOWN;
use super::words::ReportContext;
use super::{Material, Report, ReportError};
use crate::model::{Dataset, Offering, decimal_ratio, ratio_f64};
use crate::results::Table;
use crate::results::schema::{
    COURSE_TERMS, ITEM_ANALYSIS, ITEMS, MISSING, OBJECTIVES, OFFERINGS, RELIABILITY, STUDENT_OBJECTIVES,
    SUPPORT, SURVEYS,
};

/// The report `course`.
#[derive(Debug)]
pub struct Course;

/// What a teacher writes about an offering.
const WORDS: &[Part] = &[
    Part { key: "last_measures", lines: 3 },
    Part { key: "effect", lines: 3 },
    Part { key: "problems", lines: 4 },
    Part { key: "measures", lines: 4 },
];

/// Who signs.
const SIGNATURES: &[&str] = &["teacher", "leader", "dean"];

impl Report for Course {
    fn key(&self) -> &'static str {
        "course"
    }

    fn tables(&self) -> &'static [&'static str] {
        &[
            "objectives",
            "offerings",
            "items",
            "item_analysis",
            "reliability",
            "missing",
            "student_objectives",
            "course_terms",
            "support",
            "surveys",
        ]
    }

    fn subjects(&self, material: &Material<'_>) -> Vec<String> {
        material.dataset.offerings.iter().map(|offering| offering.id.clone()).collect()
    }

    /// Those of the same course: the earlier terms stand in it too.
    fn offerings(&self, dataset: &Dataset, subject: &str) -> Option<Vec<usize>> {
        let course = &dataset.offerings.iter().find(|offering| offering.id == subject)?.course;
        let same = dataset.offerings.iter().enumerate().filter(|(_, offering)| offering.course == *course);
        Some(same.map(|(at, _)| at).collect())
    }

    fn build(
        &self,
        material: &Material<'_>,
        subject: &str,
        context: &ReportContext<'_>,
    ) -> Result<Document, ReportError> {
        let offering = material.offering(subject).ok_or_else(|| ReportError::no_subject(self, subject))?;
        let facts = Facts::new(material, offering, *context);
        let mut basics = vec![facts.basics()];
        basics.extend(facts.status());
        let mut improvement = improvement::words(WORDS, (material, self.key(), subject), context);
        improvement.push(improvement::signatures(SIGNATURES, context));
        let list = students::list(&facts);
        if !list.is_empty() {
            improvement.push(Block::PageBreak);
        }
        let blocks = context.chapters(vec![
            ("basics", basics),
            ("objectives", assessment::objectives(&facts)),
            ("assessment", assessment::matrix(&facts)),
            ("results", results::results(&facts)),
            ("students", students::distribution(&facts)),
            ("quality", quality::quality(&facts)),
            ("missing", results::missing(&facts)),
            ("survey", results::survey(&facts)),
            ("terms", results::terms(&facts)),
            ("improvement", improvement),
            ("list", list),
        ]);
        let name = facts.name();
        let term = offering.term.clone().unwrap_or_default();
        Ok(Document {
            id: format!("course-{subject}"),
            lang: context.lang,
            title: context.text("course.title", &[]),
            subtitle: vec![format!("{name} {term}").trim_end().to_owned()],
            blocks,
            footer: context.footer(material.policy),
        })
    }
}

/// An offering and the rows about it.
struct Facts<'a> {
    material: &'a Material<'a>,
    offering: &'a Offering,
    context: ReportContext<'a>,
    /// Objectives, of the whole and of sections.
    objectives: Table,
    /// The course's own value, of the whole and of sections.
    course: Table,
    items: Table,
    analysis: Table,
    reliability: Table,
    missing: Table,
    students: Table,
    terms: Table,
    support: Table,
    surveys: Table,
}

impl<'a> Facts<'a> {
    fn new(material: &'a Material<'a>, offering: &'a Offering, context: ReportContext<'a>) -> Self {
        let of = |schema| material.rows(schema, "offering", &offering.id);
        let surveys = match &offering.programme {
            Some(programme) => material.rows(&SURVEYS, "programme", programme),
            None => material.table("surveys").cloned().unwrap_or_else(|| Table::new(&SURVEYS)),
        };
        Self {
            material,
            offering,
            context,
            objectives: of(&OBJECTIVES),
            course: of(&OFFERINGS),
            items: of(&ITEMS),
            analysis: of(&ITEM_ANALYSIS),
            reliability: of(&RELIABILITY),
            missing: of(&MISSING),
            students: of(&STUDENT_OBJECTIVES),
            terms: material.rows(&COURSE_TERMS, "course", &offering.course),
            support: material.rows(&SUPPORT, "course", &offering.course),
            surveys,
        }
    }

    fn name(&self) -> String {
        self.offering.name.clone().unwrap_or_else(|| self.offering.course.clone())
    }

    /// The rows of a table about the whole offering.
    fn whole(&self, table: &Table) -> Vec<usize> {
        (0..table.len()).filter(|&row| table.text(row, "section").is_none()).collect()
    }

    /// Facts in pairs: a heading, its value.
    fn basics(&self) -> Block {
        let offering = self.offering;
        let context = &self.context;
        let whole = self.whole(&self.course).first().copied();
        let count = |column: &str| {
            let count = whole.and_then(|row| self.course.number(row, column));
            count.map_or_else(|| UNKNOWN.to_owned(), |count| context.numbers.digits(count, 0))
        };
        let known = |text: &Option<String>| text.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        let programme = offering.programme.as_deref().and_then(|id| self.material.programme(id));
        let programme = programme.and_then(|programme| programme.name.clone()).or(offering.programme.clone());
        let sections =
            if offering.sections.is_empty() { UNKNOWN.to_owned() } else { context.list(&offering.sections) };
        let policy = self.material.policy;
        let pairs = [
            ("course_name", self.name()),
            ("course", offering.course.clone()),
            ("term", known(&offering.term)),
            ("teacher", known(&offering.teacher)),
            ("programme", known(&programme)),
            ("cohort", known(&offering.cohort)),
            ("sections", sections),
            ("n_enrolled", count("n_enrolled")),
            ("n_assessed", count("n_assessed")),
            ("n_excluded", count("n_excluded")),
            ("policy", policy.title.get(context.lang).to_owned()),
            ("offering", offering.id.clone()),
        ];
        pairs_table("basics", &pairs, context)
    }

    /// What has to be said about the policy itself.
    fn status(&self) -> Option<Block> {
        improvement::status(self.material.policy, &self.context)
    }

    /// The objectives in order with their names.
    fn objective_names(&self) -> Vec<(&'a str, String)> {
        let objectives = &self.offering.objectives;
        objectives.iter().map(|one| (one.id.as_str(), self.context.objective(&one.id))).collect()
    }

    /// Gives a table, whose columns from `first` on are the objectives, a heading of two lines: what all of them are,
    /// and their numbers.
    fn head_objectives(&self, table: &mut DocTable, first: usize) {
        let objectives = &self.offering.objectives;
        let heads = std::mem::take(&mut table.header).into_iter().next().unwrap_or_default();
        let all = Cell::text(self.context.text("column.objective", &[])).over(objectives.len(), 1);
        let mut line: Vec<Cell> = heads.iter().take(first).map(|head| head.clone().over(1, 2)).collect();
        line.push(all);
        line.extend(heads.into_iter().skip(first + objectives.len()).map(|head| head.over(1, 2)));
        table.header = vec![line, objectives.iter().map(|one| Cell::text(one.id.clone())).collect()];
    }

    /// Student number → name, for the students of the offering.
    fn student_name(&self, number: &str) -> String {
        let students = &self.material.dataset.students;
        let found = students.binary_search_by(|student| student.id.as_str().cmp(number)).ok();
        found.and_then(|at| students[at].name.clone()).unwrap_or_default()
    }
}

/// A table of facts, two pairs a line.
pub(super) fn pairs_table(label: &str, pairs: &[(&str, String)], context: &ReportContext<'_>) -> Block {
    let cell = |pair: Option<&(&str, String)>| match pair {
        Some((key, value)) => {
            [Cell::text(context.text(&format!("column.{key}"), &[])).strong(), Cell::text(value.clone())]
        }
        None => [Cell::text(""), Cell::text("")],
    };
    let rows = pairs.chunks(2).map(|two| [cell(two.first()), cell(two.get(1))].concat()).collect();
    let column = DocColumn { align: Align::Left, form: Form::Text };
    Block::Table(Box::new(DocTable {
        label: format!("table-{label}"),
        sheet: context.text(&format!("sheet.{label}"), &[]),
        caption: context.text(&format!("table.{label}"), &[]),
        columns: vec![column; 4],
        rows,
        ..DocTable::default()
    }))
}

/// A table as a block, nothing where it has no lines.
pub(super) fn filled(table: DocTable) -> Option<Block> {
    (!table.rows.is_empty()).then(|| Block::Table(Box::new(table)))
}

/// A paragraph that points to a table or figure.
pub(super) fn pointing(text: String, label: &str) -> Block {
    // The catalogue marks the place of the reference by a vertical bar.
    let (before, after) = text.split_once('|').unwrap_or((&text, ""));
    Block::Paragraph(vec![
        Span::Text(before.to_owned()),
        Span::Reference(label.to_owned()),
        Span::Text(after.to_owned()),
    ])
}

/// A decimal of the data as a number.
pub(super) fn number(decimal: crate::model::Decimal) -> f64 {
    ratio_f64(&decimal_ratio(decimal))
}
