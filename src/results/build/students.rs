//! Tables that name single students: large, so built column by column.

use std::sync::Arc;

use super::super::schema;
use super::super::table::{Column, Table, TextColumn};
use super::Sources;
use crate::attainment::{CohortResult, Verdict};
use crate::model::Plan;

/// A text column under construction whose dictionary is known beforehand.
struct Coded {
    dictionary: Vec<Arc<str>>,
    codes: Vec<u32>,
}

impl Coded {
    fn new<'a>(texts: impl Iterator<Item = &'a str>, capacity: usize) -> Self {
        Self { dictionary: texts.map(Arc::from).collect(), codes: Vec::with_capacity(capacity) }
    }

    fn column(self) -> Column {
        let filled = |code: u32| (code != TextColumn::EMPTY).then_some(code);
        Column::Text(TextColumn::from_codes(self.dictionary, self.codes.into_iter().map(filled)))
    }
}

/// Texts in order of first appearance, each once.
#[derive(Default)]
struct Interned<'a> {
    texts: Vec<&'a str>,
    index: std::collections::BTreeMap<&'a str, u32>,
}

impl<'a> Interned<'a> {
    fn code(&mut self, text: &'a str) -> u32 {
        *self.index.entry(text).or_insert_with(|| {
            self.texts.push(text);
            self.texts.len() as u32 - 1
        })
    }
}

/// Every student's objectives and course values.
pub(super) fn objectives(sources: Sources<'_>) -> Table {
    let dataset = sources.dataset;
    let per_row = |offering: &crate::model::Offering| offering.roster.len() * (offering.objectives.len() + 1);
    let n: usize = dataset.offerings.iter().map(per_row).sum();
    let mut offerings = Coded::new(dataset.offerings.iter().map(|offering| offering.id.as_str()), n);
    let mut students = Coded::new(dataset.students.iter().map(|student| student.id.as_str()), n);
    let (mut section_names, mut objective_names) = (Interned::default(), Interned::default());
    let (mut sections, mut objectives) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let (mut values, mut expected) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let mut verdicts = Coded::new([Verdict::Reached.key(), Verdict::NotReached.key()].into_iter(), n);
    for result in &sources.attained.offerings {
        let offering = &dataset.offerings[result.offering];
        let own_sections: Vec<u32> = offering.sections.iter().map(|name| section_names.code(name)).collect();
        let own_objectives: Vec<u32> =
            offering.objectives.iter().map(|objective| objective_names.code(&objective.id)).collect();
        let levels: Vec<f64> = result.expected.iter().map(|expected| expected.to_f64()).collect();
        for (row, enrolment) in offering.roster.iter().enumerate() {
            let section =
                enrolment.section.map_or(TextColumn::EMPTY, |section| own_sections[usize::from(section)]);
            for (k, code) in own_objectives.iter().enumerate() {
                offerings.codes.push(result.offering as u32);
                students.codes.push(enrolment.student);
                sections.push(section);
                objectives.push(*code);
                values.push(result.students[k][row]);
                expected.push(Some(levels[k]));
                verdicts.codes.push(match result.student_verdicts[k][row] {
                    None => TextColumn::EMPTY,
                    Some(Verdict::Reached) => 0,
                    Some(Verdict::NotReached) => 1,
                });
            }
            offerings.codes.push(result.offering as u32);
            students.codes.push(enrolment.student);
            sections.push(section);
            objectives.push(TextColumn::EMPTY);
            values.push(result.student_course[row]);
            expected.push(None);
            verdicts.codes.push(TextColumn::EMPTY);
        }
    }
    let sections = Coded { codes: sections, ..Coded::new(section_names.texts.into_iter(), 0) };
    let objectives = Coded { codes: objectives, ..Coded::new(objective_names.texts.into_iter(), 0) };
    Table::from_columns(
        &schema::STUDENT_OBJECTIVES,
        vec![
            offerings.column(),
            sections.column(),
            students.column(),
            objectives.column(),
            Column::Number(values),
            Column::Number(expected),
            verdicts.column(),
        ],
    )
}

/// Every student's indicators.
pub(super) fn indicators(sources: Sources<'_>) -> Table {
    let (mut values, mut inputs, mut coverage) = (Vec::new(), Vec::new(), Vec::new());
    let mut columns = names(
        sources,
        |plan| plan.indicators.iter().map(|one| one.id.as_str()).collect(),
        |result, place| {
            let own = &result.own.indicators[place];
            values.extend(own.iter().map(|own| own.map(|own| own.value)));
            inputs.extend(own.iter().map(|own| own.and_then(|own| i64::try_from(own.n_inputs).ok())));
            coverage.extend(own.iter().map(|own| own.map(|own| own.coverage)));
        },
    );
    columns.extend([Column::Number(values), Column::Integer(inputs), Column::Number(coverage)]);
    Table::from_columns(&schema::STUDENT_INDICATORS, columns)
}

/// Every student's requirements.
pub(super) fn requirements(sources: Sources<'_>) -> Table {
    let (mut values, mut indicators) = (Vec::new(), Vec::new());
    let mut columns = names(
        sources,
        |plan| plan.requirements.iter().map(|one| one.id.as_str()).collect(),
        |result, place| {
            let own = &result.own.requirements[place];
            values.extend(own.iter().map(|own| own.map(|own| own.value)));
            indicators.extend(own.iter().map(|own| own.and_then(|own| i64::try_from(own.n_indicators).ok())));
        },
    );
    let rule = std::iter::once(sources.policy.requirement.rule.as_str());
    let rule = Coded { codes: vec![0; values.len()], ..Coded::new(rule, 0) };
    columns.extend([Column::Number(values), Column::Integer(indicators), rule.column()]);
    Table::from_columns(&schema::STUDENT_REQUIREMENTS, columns)
}

/// The columns that say whose and what each row is: programme, plan, cohort, student, and the part of the plan by its
/// identifier; one row per student and part. `each` is called for every student in the order of the rows.
fn names<'a>(
    sources: Sources<'a>,
    parts: impl Fn(&'a Plan) -> Vec<&'a str>,
    mut each: impl FnMut(&'a CohortResult, usize),
) -> Vec<Column> {
    let mut texts: [Interned<'a>; 5] = Default::default();
    let mut codes: [Vec<u32>; 5] = Default::default();
    for result in &sources.attained.cohorts {
        let programme = &sources.dataset.programmes[result.programme];
        let cohort = &programme.cohorts[result.cohort];
        let plan = &programme.plans[cohort.plan];
        let (n_students, parts) = (result.own.indicators.len(), parts(plan));
        if n_students == 0 || parts.is_empty() {
            continue;
        }
        for (at, text) in [&programme.id, &plan.version, &cohort.id].into_iter().enumerate() {
            let rows = codes[at].len() + n_students * parts.len();
            codes[at].resize(rows, texts[at].code(text));
        }
        let part_codes: Vec<u32> = parts.into_iter().map(|id| texts[4].code(id)).collect();
        for place in 0..n_students {
            let student = &sources.dataset.students[result.students[place] as usize];
            codes[3].resize(codes[3].len() + part_codes.len(), texts[3].code(&student.id));
            codes[4].extend_from_slice(&part_codes);
            each(result, place);
        }
    }
    let column = |(texts, codes): (Interned<'a>, Vec<u32>)| {
        Coded { codes, ..Coded::new(texts.texts.into_iter(), 0) }.column()
    };
    texts.into_iter().zip(codes).map(column).collect()
}
