//! The simulated programmes: plan versions, cohorts and the support matrix.

use std::collections::BTreeMap;

use super::content::{Content, Course, content};
use super::course::hundredths;
use super::design::Design;
use crate::model::{
    Cohort, Decimal, Fraction, Indicator, Plan, PlanCourse, Programme, Requirement, RequirementSupport,
    Strength, Support, TrainingObjective, parse_decimal,
};

/// Version of the older plan.
const EARLIER: &str = "2019";
/// Version of the newer plan.
const LATER: &str = "2021";

/// The courses taught.
pub(super) fn taught(design: &Design) -> &'static [Course] {
    let courses = &content().courses;
    &courses[..design.courses.min(courses.len())]
}

/// Identifier of a programme.
pub(super) fn programme_id(index: usize) -> String {
    format!("08{:02}", index + 1)
}

/// Identifier of a course: its code, before it the programme's number where there are several.
pub(super) fn course_id(design: &Design, programme: usize, course: &Course) -> String {
    if design.programmes > 1 { format!("{:02}{}", programme + 1, course.code) } else { course.code.clone() }
}

/// Identifier of a cohort.
pub(super) fn cohort_id(design: &Design, cohort: usize) -> String {
    (design.first_cohort as usize + cohort).to_string()
}

/// The colleges of larger institutions.
const COLLEGES: [&str; 10] = [
    "计算机学院",
    "电子信息学院",
    "自动化学院",
    "机械工程学院",
    "材料学院",
    "土木工程学院",
    "化学化工学院",
    "能源动力学院",
    "软件学院",
    "数学与统计学院",
];

/// The college a programme belongs to: as many programmes in each as even parts allow.
pub(super) fn college(design: &Design, programme: usize) -> usize {
    programme * design.colleges.max(1) / design.programmes.max(1)
}

/// Name of a college.
pub(super) fn college_name(college: usize) -> &'static str {
    COLLEGES[college % COLLEGES.len()]
}

/// Name of a class.
pub(super) fn class_name(cohort: &str, class: usize) -> String {
    format!("{cohort}级{}班", class + 1)
}

/// Identifier of an offering.
pub(super) fn offering_id(course: &str, cohort: &str) -> String {
    format!("{course}-{cohort}")
}

/// One programme with its plans and cohorts.
pub(super) fn programme(design: &Design, index: usize) -> Programme {
    let mut plans = Vec::new();
    if design.earlier_cohorts > 0 {
        plans.push(plan(design, index, true));
    }
    if design.earlier_cohorts < design.cohorts {
        plans.push(plan(design, index, false));
    }
    let newest = plans.len().saturating_sub(1);
    let cohorts = (0..design.cohorts)
        .map(|cohort| Cohort {
            id: cohort_id(design, cohort),
            plan: if cohort < design.earlier_cohorts { 0 } else { newest },
        })
        .collect();
    let name = if design.programmes > 1 {
        format!("计算机科学与技术（{}）", index + 1)
    } else {
        "计算机科学与技术".to_owned()
    };
    Programme {
        id: programme_id(index),
        name: Some(name),
        college: Some(college_name(college(design, index)).into()),
        plans,
        cohorts,
    }
}

/// One plan version: the older one supports indicators by courses, the newer one by course objectives.
fn plan(design: &Design, programme: usize, earlier: bool) -> Plan {
    let content = content();
    let supports = supports(design, earlier);
    let requirements = if earlier { &content.earlier } else { &content.requirements };
    let requirements: Vec<Requirement> = requirements
        .iter()
        .filter(|(id, _)| supports.keys().any(|indicator| requirement_of(indicator) == id))
        .map(|(id, text)| Requirement { id: id.clone(), text: Some(text.clone()), expected: None })
        .collect();
    let indicators = indicators(content, &supports, &requirements, earlier);
    let courses: Vec<PlanCourse> = taught(design)
        .iter()
        .map(|course| PlanCourse {
            id: course_id(design, programme, course),
            name: Some(course.name.clone()),
            credits: parse_decimal(&course.credits),
        })
        .collect();
    let order = order_by_id(&courses);
    let support = indicators.iter().enumerate().flat_map(|(position, indicator)| {
        weighted(&supports[indicator.id.as_str()])
            .into_iter()
            .map(move |(course, objective, weight)| (position, course, objective, weight))
    });
    let support = support
        .map(|(indicator, course, objective, weight)| Support {
            course: order[course],
            objective: (!earlier).then(|| (objective + 1).to_string()),
            indicator,
            strength: Strength::Weight(weight),
        })
        .collect();
    let mut sorted = courses;
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    let mut plan = Plan {
        version: if earlier { EARLIER } else { LATER }.into(),
        framework: Some(if earlier { "ceeaa-2022" } else { "ceeaa-2024" }.into()),
        requirements,
        indicators,
        courses: sorted,
        support,
        ..Plan::default()
    };
    add_training_objectives(&mut plan, content, earlier);
    plan
}

/// Where each course stands once they are ordered by identifier.
fn order_by_id(courses: &[PlanCourse]) -> Vec<usize> {
    let mut by_id: Vec<usize> = (0..courses.len()).collect();
    by_id.sort_by(|&a, &b| courses[a].id.cmp(&courses[b].id));
    let mut order = vec![0; courses.len()];
    for (place, course) in by_id.into_iter().enumerate() {
        order[course] = place;
    }
    order
}

fn requirement_of(indicator: &str) -> &str {
    indicator.split_once('.').map_or(indicator, |(requirement, _)| requirement)
}

/// Indicator → (course, objective) that support it; in the older plan each course once.
fn supports(design: &Design, earlier: bool) -> BTreeMap<&'static str, Vec<(usize, usize)>> {
    let mut supports: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (index, course) in taught(design).iter().enumerate() {
        for (objective, (indicator, _)) in course.objectives.iter().enumerate() {
            let Some((new, old, _)) = content().indicators.iter().find(|(id, _, _)| id == indicator) else {
                continue;
            };
            let list = supports.entry(if earlier { old } else { new }).or_default();
            if !(earlier && list.iter().any(|&(known, _)| known == index)) {
                list.push((index, objective));
            }
        }
    }
    supports
}

/// The supports of one indicator with weights in hundredths that sum to 1, the first ones the strongest.
fn weighted(list: &[(usize, usize)]) -> Vec<(usize, usize, Decimal)> {
    let n = list.len();
    let mut weights = hundredths(n, 5);
    // One twentieth moves from the last to the first, so that weights are not all equal.
    if n > 1 && weights[n - 1] > Decimal::new(10, 2) {
        weights[0] += Decimal::new(5, 2);
        weights[n - 1] -= Decimal::new(5, 2);
    }
    list.iter()
        .zip(weights)
        .map(|(&(course, objective), weight)| (course, objective, weight.normalize()))
        .collect()
}

fn indicators(
    content: &Content,
    supports: &BTreeMap<&'static str, Vec<(usize, usize)>>,
    requirements: &[Requirement],
    earlier: bool,
) -> Vec<Indicator> {
    let mut indicators: Vec<Indicator> = Vec::new();
    for (new, old, text) in &content.indicators {
        let id = if earlier { old } else { new };
        let place = requirements.iter().position(|requirement| requirement.id == requirement_of(id));
        let (Some(requirement), true) = (place, supports.contains_key(id.as_str())) else { continue };
        if indicators.iter().any(|known| known.id == *id) {
            continue;
        }
        let text = Some(text.clone());
        indicators.push(Indicator { id: id.clone(), requirement, text, weight: None, expected: None });
    }
    indicators.sort_by_key(|indicator| indicator.requirement);
    indicators
}

fn add_training_objectives(plan: &mut Plan, content: &Content, earlier: bool) {
    for (position, (id, text, later)) in content.training_objectives.iter().enumerate() {
        let support = if earlier { &content.earlier_training_support[position].1 } else { later };
        plan.training_objectives.push(TrainingObjective {
            id: id.clone(),
            text: Some(text.clone()),
            expected: Fraction::new(Decimal::new(7, 1)),
        });
        for requirement in support {
            if let Some(place) = plan.requirements.iter().position(|known| known.id == *requirement) {
                plan.requirement_support.push(RequirementSupport {
                    requirement: place,
                    training_objective: position,
                    strength: Strength::Weight(Decimal::ONE),
                });
            }
        }
    }
}
