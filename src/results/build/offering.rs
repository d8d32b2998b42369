//! Tables of offerings.

use super::super::schema;
use super::super::table::{Table, Value};
use super::{Sources, figure};
use crate::attainment::{Attainment, GroupFigures};
use crate::model::{Offering, Purpose, decimal_ratio, ratio_f64};
use crate::policy::CourseValue;

fn offering_cells<'a>(offering: &'a Offering, group: &GroupFigures) -> [Value<'a>; 5] {
    [
        offering.id.as_str().into(),
        offering.course.as_str().into(),
        offering.name.as_deref().into(),
        offering.term.as_deref().into(),
        group.section.map(|section| offering.sections[section].as_str()).into(),
    ]
}

/// Objectives of offerings and sections.
pub(super) fn objectives(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::OBJECTIVES);
    for result in &sources.attained.offerings {
        let offering = &sources.dataset.offerings[result.offering];
        for group in &result.groups {
            let cells = offering_cells(offering, group);
            for ((objective, weight), one) in
                offering.objectives.iter().zip(&result.weights).zip(&group.objectives)
            {
                let mut keys = cells.to_vec();
                keys.extend([
                    Value::from(objective.id.as_str()),
                    objective.text.as_deref().into(),
                    (*weight).into(),
                ]);
                figure::push(&mut table, &keys, one, sources.policy, &sources.policy.objective.method);
            }
        }
    }
    table
}

/// How a course's own value is made, as a key.
pub(super) fn course_method(sources: Sources<'_>) -> String {
    let value = match sources.policy.course_value {
        CourseValue::Weighted => "weighted",
        CourseValue::Minimum => "minimum",
        CourseValue::Items => "items",
    };
    format!("{}/{value}", sources.policy.objective.method)
}

/// Courses' own values of offerings and sections.
pub(super) fn offerings(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::OFFERINGS);
    let method = course_method(sources);
    for result in &sources.attained.offerings {
        let offering = &sources.dataset.offerings[result.offering];
        for group in &result.groups {
            let cells = offering_cells(offering, group);
            figure::push(&mut table, &cells, &group.course, sources.policy, &method);
        }
    }
    table
}

/// Courses and objectives over terms.
pub(super) fn course_terms(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::COURSE_TERMS);
    let course = course_method(sources);
    for term in &sources.attained.terms {
        let keys: [Value<'_>; 5] = [
            term.course.as_str().into(),
            term.name.as_deref().into(),
            term.objective.as_deref().into(),
            term.term.as_deref().into(),
            term.n_offerings.into(),
        ];
        let method = if term.objective.is_some() { &sources.policy.objective.method } else { &course };
        figure::push(&mut table, &keys, &term.figure, sources.policy, method);
    }
    table
}

/// Items of offerings.
pub(super) fn items(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::ITEMS);
    let number = |decimal| ratio_f64(&decimal_ratio(decimal));
    for (offering, results) in sources.dataset.offerings.iter().zip(&sources.attained.items) {
        for result in results {
            let item = &offering.items[result.item];
            let served: Vec<&str> = (offering.allocation.iter().filter(|link| link.item == result.item))
                .map(|link| offering.objectives[link.objective].id.as_str())
                .collect();
            let purpose = match item.purpose {
                Purpose::Summative => "summative",
                Purpose::Formative => "formative",
            };
            let served = served.join(" ");
            table.push(&[
                offering.id.as_str().into(),
                offering.course.as_str().into(),
                item.id.as_str().into(),
                item.name.as_deref().into(),
                item.component.map(|at| offering.components[at].name.as_str()).into(),
                purpose.into(),
                served.as_str().into(),
                number(item.full).into(),
                number(item.weight).into(),
                result.mean.into(),
                result.sd.into(),
                result.ratio.into(),
                result.n_scored.into(),
                result.n_missing.into(),
            ]);
        }
    }
    table
}

/// Objectives under other treatments of missing marks, beside the declared one.
pub(super) fn missing(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::MISSING);
    let mut row = |offering: &Offering, objective: usize, treatment: &str, figure: &Attainment| {
        let shown = figure.shown.map(|shown| shown.to_string());
        table.push(&[
            offering.id.as_str().into(),
            offering.course.as_str().into(),
            offering.objectives[objective].id.as_str().into(),
            treatment.into(),
            figure.value.into(),
            shown.as_deref().into(),
            figure.counts.assessed.into(),
            figure.expected.into(),
            figure.verdict.map(|verdict| verdict.key()).into(),
            sources.policy.key.as_str().into(),
            sources.policy.status.key().into(),
            figure.value.is_none().then(|| figure.reason.map(|reason| reason.key())).flatten().into(),
        ]);
    };
    for (result, others) in sources.attained.offerings.iter().zip(&sources.attained.missing) {
        let offering = &sources.dataset.offerings[result.offering];
        for objective in 0..offering.objectives.len() {
            let mut others = others.iter().filter(|other| other.objective == objective).peekable();
            if others.peek().is_some() {
                row(offering, objective, "declared", &result.groups[0].objectives[objective]);
            }
            for other in others {
                row(offering, objective, other.treatment.key(), &other.figure);
            }
        }
    }
    table
}
