//! Tables that take a figure apart.

use rayon::prelude::*;

use super::super::schema;
use super::super::table::Table;
use super::{Sources, above::survey_target};
use crate::attainment::{GroupFigures, OfferingResult};
use crate::evidence;
use crate::model::{Strength, decimal_ratio, ratio_f64};

/// Requirements that support training objectives.
pub(super) fn requirement_support(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::REQUIREMENT_SUPPORT);
    for programme in &sources.dataset.programmes {
        for plan in &programme.plans {
            for support in &plan.requirement_support {
                let (weight, code) = match &support.strength {
                    Strength::Weight(weight) => (Some(*weight), None),
                    Strength::Code(code) => {
                        (sources.policy.indicator.codes.get(code).copied(), Some(code.as_str()))
                    }
                };
                table.push(&[
                    programme.id.as_str().into(),
                    plan.version.as_str().into(),
                    plan.training_objectives[support.training_objective].id.as_str().into(),
                    plan.requirements[support.requirement].id.as_str().into(),
                    weight.map(|weight| ratio_f64(&decimal_ratio(weight))).into(),
                    code.into(),
                ]);
            }
        }
    }
    table
}

/// Components × course objectives.
pub(super) fn component_objectives(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::COMPONENT_OBJECTIVES);
    for (offering, items) in sources.dataset.offerings.iter().zip(&sources.attained.items) {
        for cell in evidence::component_objectives(offering, items) {
            table.push(&[
                offering.id.as_str().into(),
                offering.course.as_str().into(),
                offering.name.as_deref().into(),
                offering.term.as_deref().into(),
                cell.component.map(|at| offering.components[at].name.as_str()).into(),
                offering.objectives[cell.objective].id.as_str().into(),
                cell.n_items.into(),
                cell.points.into(),
                cell.point_share.into(),
                cell.ratio.into(),
                cell.n_scored.into(),
            ]);
        }
    }
    table
}

/// Quantiles of students' attainment per offering and section.
pub(super) fn section_spread(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::SECTION_SPREAD);
    let spread = |result: &OfferingResult| -> Vec<(usize, Option<[f64; 5]>)> {
        let roster = &sources.dataset.offerings[result.offering].roster;
        let of_group = |group: &GroupFigures, values: &[Option<f64>]| {
            let inside =
                |section: Option<u16>| group.section.is_none() || section.map(usize::from) == group.section;
            let known: Vec<f64> = (roster.iter().zip(values))
                .filter(|(enrolment, _)| inside(enrolment.section))
                .filter_map(|(_, value)| *value)
                .collect();
            (known.len(), evidence::spread(&known))
        };
        let groups = result.groups.iter();
        groups.flat_map(|group| result.students.iter().map(move |values| of_group(group, values))).collect()
    };
    let results = &sources.attained.offerings;
    let spreads: Vec<_> = results.par_iter().map(spread).collect();
    for (result, spreads) in results.iter().zip(spreads) {
        let offering = &sources.dataset.offerings[result.offering];
        let mut spreads = spreads.into_iter();
        for group in &result.groups {
            for (objective, (n, quantiles)) in offering.objectives.iter().zip(&mut spreads) {
                let at = |index: usize| quantiles.map(|quantiles| quantiles[index]).into();
                table.push(&[
                    offering.id.as_str().into(),
                    group.section.map(|section| offering.sections[section].as_str()).into(),
                    objective.id.as_str().into(),
                    n.into(),
                    at(0),
                    at(1),
                    at(2),
                    at(3),
                    at(4),
                ]);
            }
        }
    }
    table
}

/// How often each score of a survey was given.
pub(super) fn survey_answers(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::SURVEY_ANSWERS);
    for survey in &sources.dataset.surveys {
        let (level, target) = survey_target(survey);
        for (score, count) in &survey.answers.counts {
            table.push(&[
                survey.id.as_str().into(),
                survey.programme.as_str().into(),
                survey.cohort.as_deref().into(),
                survey.audience.0.as_str().into(),
                level.into(),
                target.as_str().into(),
                ratio_f64(&decimal_ratio(*score)).into(),
                ratio_f64(&decimal_ratio(survey.answers.scale_max)).into(),
                (*count as usize).into(),
            ]);
        }
    }
    table
}
