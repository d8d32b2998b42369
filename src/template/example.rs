//! The example data of a new workspace: one programme on a framework, three courses, twelve students.

use crate::message::{Lang, text};
use crate::model::{
    Allocation, Answers, Audience, Cohort, Component, CourseObjective, Dataset, Decimal, Enrolment, Fraction,
    Indicator, Item, Mark, MarkGrid, MarkState, Offering, Plan, PlanCourse, Programme, Purpose, Requirement,
    RequirementSupport, Strength, Student, Support, Survey, SurveyTarget, TrainingObjective,
};
use crate::policy::{Framework, Policy, WeightRule};

/// Students of the example.
const STUDENTS: usize = 12;
/// Identifier of the example programme.
const PROGRAMME: &str = "0001";
/// Its cohort and plan version.
const YEAR: &str = "2024";

fn say(lang: Lang, key: &str, values: &[(&str, &str)]) -> String {
    text(lang, &format!("template.example.{key}"), values)
}

/// The example on a framework; `policy` decides whether support is written as weights or as letters, and whether
/// a mark may be a word.
pub(super) fn example(framework: &Framework, policy: Option<&Policy>, lang: Lang) -> Dataset {
    let letters = policy
        .is_some_and(|policy| matches!(policy.indicator.weights, WeightRule::Hml | WeightRule::HmlGroups));
    let absent = text(lang, "template.word.absent", &[]);
    let knows_absent = policy.is_some_and(|policy| policy.marks.words.meaning(&absent).is_some());
    let students = (0..STUDENTS).map(|number| student(number, lang)).collect();
    let mut offerings: Vec<Offering> = (0..3).map(|course| offering(course, lang)).collect();
    if knows_absent {
        let grid = &mut offerings[0].marks;
        (3..6).for_each(|item| grid.set(STUDENTS - 1, item, Mark::State(MarkState::Absent)));
    }
    Dataset {
        institution: Some(say(lang, "institution", &[])),
        programmes: vec![Programme {
            id: PROGRAMME.into(),
            name: Some(say(lang, "programme", &[])),
            college: Some(say(lang, "college", &[])),
            plans: vec![plan(framework, letters, lang)],
            cohorts: vec![Cohort { id: YEAR.into(), plan: 0 }],
        }],
        students,
        offerings,
        surveys: framework
            .requirements
            .iter()
            .enumerate()
            .map(|(place, own)| survey(place, &own.id))
            .collect(),
        ..Dataset::default()
    }
}

fn course_id(course: usize) -> String {
    format!("C{:03}", course + 1)
}

fn student(number: usize, lang: Lang) -> Student {
    Student {
        id: format!("{YEAR}{PROGRAMME}{:02}", number + 1),
        name: Some(say(lang, "student", &[("n", &(number + 1).to_string())])),
        programme: Some(PROGRAMME.into()),
        cohort: Some(YEAR.into()),
        class: Some(say(lang, "section", &[])),
        groups: Vec::new(),
    }
}

fn plan(framework: &Framework, letters: bool, lang: Lang) -> Plan {
    let mut plan = Plan {
        version: YEAR.into(),
        framework: Some(framework.key.clone()),
        courses: (0..3)
            .map(|course| PlanCourse {
                id: course_id(course),
                name: Some(say(lang, &format!("course{}", course + 1), &[])),
                credits: Some(Decimal::from(4 - course as u32)),
            })
            .collect(),
        ..Plan::default()
    };
    for goal in ["1", "2"] {
        let text = Some(say(lang, &format!("goal{goal}"), &[]));
        plan.training_objectives.push(TrainingObjective { id: goal.into(), text, expected: None });
    }
    for (place, requirement) in framework.requirements.iter().enumerate() {
        let title = requirement.title.get(lang);
        plan.requirements.push(Requirement {
            id: requirement.id.clone(),
            text: Some(title.into()),
            expected: None,
        });
        plan.requirement_support.push(RequirementSupport {
            requirement: place,
            training_objective: usize::from(2 * place >= framework.requirements.len()),
            strength: Strength::Weight(Decimal::ONE),
        });
        for number in ["1", "2"] {
            let text = Some(say(lang, &format!("indicator{number}"), &[("requirement", title)]));
            let id = format!("{}.{number}", requirement.id);
            plan.indicators.push(Indicator { id, requirement: place, text, weight: None, expected: None });
        }
    }
    plan.support = support(plan.indicators.len(), letters);
    plan
}

/// Every indicator is supported by two of the three courses, each by one objective.
fn support(indicators: usize, letters: bool) -> Vec<Support> {
    let mut support = Vec::new();
    for indicator in 0..indicators {
        for (step, letter, weight) in [(0, "H", 6), (1, "M", 4)] {
            let strength = if letters {
                Strength::Code(letter.into())
            } else {
                Strength::Weight(Decimal::new(weight, 1))
            };
            let objective = Some(((indicator / 2 + step) % 3 + 1).to_string());
            support.push(Support { course: (indicator + step) % 3, objective, indicator, strength });
        }
    }
    support
}

/// Items of an example course: (component, full mark, weight in hundredths of the total, objectives served).
const ITEMS: [(usize, u32, i64, &[usize]); 6] = [
    (0, 100, 15, &[0]),
    (0, 100, 15, &[1]),
    (1, 50, 20, &[2]),
    (2, 40, 20, &[0]),
    (2, 40, 20, &[1]),
    (2, 20, 10, &[1, 2]),
];

fn offering(course: usize, lang: Lang) -> Offering {
    let parts = [("homework", 30), ("laboratory", 20), ("examination", 50)];
    let mut offering = Offering {
        id: format!("{}-{YEAR}", course_id(course)),
        course: course_id(course),
        name: Some(say(lang, &format!("course{}", course + 1), &[])),
        term: Some(format!("2025-2026-{}", course % 2 + 1)),
        teacher: Some(say(lang, "teacher", &[])),
        cohort: Some(YEAR.into()),
        programme: Some(PROGRAMME.into()),
        objectives: (1..=3).map(|number| objective(number, lang)).collect(),
        components: parts
            .iter()
            .map(|&(key, weight)| Component {
                name: say(lang, key, &[]),
                weight: Some(Decimal::new(weight, 2)),
            })
            .collect(),
        sections: vec![say(lang, "section", &[])],
        roster: (0..STUDENTS as u32)
            .map(|student| Enrolment { student, section: Some(0), retake: false, withdrawn: false })
            .collect(),
        marks: MarkGrid::blank(STUDENTS, vec![0; ITEMS.len()]),
        ..Offering::default()
    };
    for (place, &(component, full, weight, serves)) in ITEMS.iter().enumerate() {
        offering.items.push(Item {
            id: format!("Q{}", place + 1),
            name: Some(format!("{} {}", offering.components[component].name, place + 1)),
            component: Some(component),
            full: Decimal::from(full),
            weight: Decimal::new(weight, 2),
            purpose: Purpose::Summative,
        });
        for &objective in serves {
            let share = Decimal::ONE / Decimal::from(serves.len() as u32);
            offering.allocation.push(Allocation { item: place, objective, share });
        }
        for student in 0..STUDENTS {
            // A pattern, not a draw: shares between 0.62 and 0.97 that differ by student, item and course.
            let share = 62 + (student * 7 + place * 11 + course * 5) % 36;
            let mark = (full as usize * share).div_ceil(100);
            offering.marks.set(student, place, Mark::Scored(mark as i64));
        }
    }
    offering
}

fn objective(number: usize, lang: Lang) -> CourseObjective {
    CourseObjective {
        id: number.to_string(),
        text: Some(say(lang, &format!("objective{number}"), &[])),
        expected: Fraction::new(Decimal::new(65, 2)),
        weight: Some(Decimal::new(if number == 1 { 4 } else { 3 }, 1)),
    }
}

fn survey(place: usize, requirement: &str) -> Survey {
    let many = (place % 3) as u32;
    Survey {
        id: "S1".into(),
        programme: PROGRAMME.into(),
        cohort: Some(YEAR.into()),
        audience: Audience("graduate".into()),
        target: SurveyTarget::Requirement(requirement.to_owned()),
        answers: Answers {
            counts: [(3, 2), (4, 6 - many), (5, 2 + many)]
                .map(|(score, n)| (Decimal::from(score), n))
                .to_vec(),
            scale_max: Decimal::from(5),
            invited: Some(STUDENTS as u32),
        },
    }
}
