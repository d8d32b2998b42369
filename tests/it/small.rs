//! A small institution written in a few lines.

use attain::model::{
    Allocation, Cohort, CourseObjective, Dataset, Decimal, Enrolment, Fraction, Indicator, Item, Mark,
    MarkGrid, Offering, Plan, PlanCourse, Programme, Purpose, Requirement, Strength, Student, Support,
    parse_decimal,
};
use attain::policy::Policy;

pub(crate) const PROGRAMME: &str = "P";
pub(crate) const COHORT: &str = "2022";

/// A decimal as written.
pub(crate) fn decimal(text: &str) -> Decimal {
    parse_decimal(text).unwrap()
}

/// An offering in the making.
#[derive(Debug, Clone)]
pub(crate) struct Course {
    /// Full mark and weight of each item.
    pub(crate) items: Vec<(Decimal, Decimal)>,
    /// Expected value of each objective; the policy's where `None`.
    pub(crate) objectives: Vec<Option<Decimal>>,
    /// (item, objective, share).
    pub(crate) links: Vec<(usize, usize, Decimal)>,
    /// Decimal places of all marks.
    pub(crate) scale: u8,
    /// One row per student, one mark per item.
    pub(crate) rows: Vec<Vec<Mark>>,
}

impl Course {
    /// The offering; roster row i is student i of the data set.
    pub(crate) fn offering(&self, id: &str) -> Offering {
        let item = |(at, &(full, weight)): (usize, &(Decimal, Decimal))| Item {
            id: format!("{at:03}"),
            name: None,
            component: None,
            full,
            weight,
            purpose: Purpose::Summative,
        };
        let mut marks = MarkGrid::blank(self.rows.len(), vec![self.scale; self.items.len()]);
        for (i, row) in self.rows.iter().enumerate() {
            row.iter().enumerate().for_each(|(j, mark)| marks.set(i, j, *mark));
        }
        let objective = |(at, expected): (usize, &Option<Decimal>)| CourseObjective {
            id: (at + 1).to_string(),
            text: None,
            expected: expected.and_then(Fraction::new),
            weight: None,
        };
        let enrolment =
            |student| Enrolment { student: student as u32, section: None, retake: false, withdrawn: false };
        Offering {
            id: id.into(),
            course: id.into(),
            programme: Some(PROGRAMME.into()),
            cohort: Some(COHORT.into()),
            objectives: self.objectives.iter().enumerate().map(objective).collect(),
            items: self.items.iter().enumerate().map(item).collect(),
            allocation: (self.links.iter())
                .map(|&(item, objective, share)| Allocation { item, objective, share })
                .collect(),
            roster: (0..self.rows.len()).map(enrolment).collect(),
            marks,
            ..Offering::default()
        }
    }
}

/// Offerings without a programme above them.
pub(crate) fn offerings(courses: &[Course]) -> Dataset {
    let n = courses.iter().map(|course| course.rows.len()).max().unwrap_or(0);
    let offerings = courses.iter().enumerate().map(|(at, course)| course.offering(&format!("C{at:02}")));
    Dataset { students: students(n), offerings: offerings.collect(), ..Dataset::default() }
}

fn students(n: usize) -> Vec<Student> {
    let student = |number| Student {
        id: format!("S{number:06}"),
        programme: Some(PROGRAMME.into()),
        cohort: Some(COHORT.into()),
        ..Student::default()
    };
    (0..n).map(student).collect()
}

/// One cohort of a programme over the offerings.
pub(crate) fn programme(mut dataset: Dataset, plan: Plan) -> Dataset {
    dataset.programmes = vec![Programme {
        id: PROGRAMME.into(),
        plans: vec![plan],
        cohorts: vec![Cohort { id: COHORT.into(), plan: 0 }],
        ..Programme::default()
    }];
    dataset
}

/// A plan: indicators named by what they are called and the requirement (from 1) they belong to.
pub(crate) fn plan(
    courses: &[(&str, Option<&str>)],
    indicators: &[(&str, usize)],
    support: Vec<Support>,
) -> Plan {
    let n_requirements = indicators.iter().map(|(_, requirement)| *requirement).max().unwrap_or(0);
    let requirement = |number: usize| Requirement { id: number.to_string(), text: None, expected: None };
    let indicator = |&(id, requirement): &(&str, usize)| Indicator {
        id: id.into(),
        requirement: requirement - 1,
        text: None,
        weight: None,
        expected: None,
    };
    let course = |&(id, credits): &(&str, Option<&str>)| PlanCourse {
        id: id.into(),
        name: None,
        credits: credits.map(decimal),
    };
    Plan {
        version: "1".into(),
        requirements: (1..=n_requirements).map(requirement).collect(),
        indicators: indicators.iter().map(indicator).collect(),
        courses: courses.iter().map(course).collect(),
        support,
        ..Plan::default()
    }
}

/// A support of an indicator by a course or one of its objectives.
pub(crate) fn support(course: usize, objective: Option<&str>, indicator: usize, weight: &str) -> Support {
    Support {
        course,
        objective: objective.map(Into::into),
        indicator,
        strength: Strength::Weight(decimal(weight)),
    }
}

/// A policy that differs from the defaults by these sections of its file; keys above the sections come first.
pub(crate) fn policy(sections: &str) -> Policy {
    let head = "key = \"test\"\ntitle = { zh = \"试\", en = \"test\" }\nsource = \"-\"\ndate = \"2026\"\nstatus = \"draft\"\n";
    Policy::parse(&format!("{head}{sections}")).unwrap_or_else(|error| panic!("{sections}\n{error}"))
}
