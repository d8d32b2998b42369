//! Tables that name single students: large, so built column by column.

use std::sync::Arc;

use super::super::schema;
use super::super::table::{Column, Table, TextColumn, Value};
use super::Sources;
use crate::attainment::Verdict;

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
    let mut table = Table::new(&schema::STUDENT_INDICATORS);
    for_each_student(sources, |cells, result, place, plan| {
        for (indicator, own) in plan.indicators.iter().zip(&result.own.indicators[place]) {
            let mut row = cells.to_vec();
            row.extend([
                Value::from(indicator.id.as_str()),
                own.map(|own| own.value).into(),
                own.map(|own| own.n_inputs).into(),
                own.map(|own| own.coverage).into(),
            ]);
            table.push(&row);
        }
    });
    table
}

/// Every student's requirements.
pub(super) fn requirements(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::STUDENT_REQUIREMENTS);
    let rule = &sources.policy.requirement.rule;
    for_each_student(sources, |cells, result, place, plan| {
        for (requirement, own) in plan.requirements.iter().zip(&result.own.requirements[place]) {
            let mut row = cells.to_vec();
            row.extend([
                Value::from(requirement.id.as_str()),
                own.map(|own| own.value).into(),
                own.map(|own| own.n_indicators).into(),
                rule.as_str().into(),
            ]);
            table.push(&row);
        }
    });
    table
}

fn for_each_student<'a>(
    sources: Sources<'a>,
    mut each: impl FnMut([Value<'a>; 4], &'a crate::attainment::CohortResult, usize, &'a crate::model::Plan),
) {
    for result in &sources.attained.cohorts {
        let programme = &sources.dataset.programmes[result.programme];
        let cohort = &programme.cohorts[result.cohort];
        let plan = &programme.plans[cohort.plan];
        for place in 0..result.own.indicators.len() {
            let student = &sources.dataset.students[result.students[place] as usize];
            let cells = [
                programme.id.as_str().into(),
                plan.version.as_str().into(),
                cohort.id.as_str().into(),
                student.id.as_str().into(),
            ];
            each(cells, result, place, plan);
        }
    }
}
