//! The columns of students that a formula may name.
//!
//! | name | what it is |
//! |---|---|
//! | `programme`, `college`, `cohort`, `class` | category |
//! | a group column of the table of students | numbers where every cell is one, else a category |
//! | a measure | its scores; of several times the last, `measure@time` for one of them |
//! | `attainment` | mean of the student's own requirements |
//! | `requirement@ID`, `course_mean` | own value of a requirement; mean of the student's own course values |

use std::collections::BTreeMap;

use crate::attainment::Attained;
use crate::model::{Dataset, Measure, decimal_f64, parse_decimal};
use crate::value_added::data::{Category, Column, Data};
use crate::value_added::error::ValueAddedError;

/// What students attained themselves, by their position in the data set.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// Requirement → own values.
    requirements: BTreeMap<String, BTreeMap<u32, f64>>,
    /// Mean of the own course values.
    courses: BTreeMap<u32, f64>,
}

impl Own {
    /// Takes what was attained apart by student.
    pub fn new(dataset: &Dataset, attained: &Attained) -> Self {
        let mut own = Self::default();
        for cohort in &attained.cohorts {
            let programme = &dataset.programmes[cohort.programme];
            let plan = &programme.plans[programme.cohorts[cohort.cohort].plan];
            for (student, values) in cohort.students.iter().zip(&cohort.own.requirements) {
                for (requirement, value) in plan.requirements.iter().zip(values) {
                    if let Some(value) = value {
                        own.requirements
                            .entry(requirement.id.clone())
                            .or_default()
                            .insert(*student, value.value);
                    }
                }
            }
        }
        let mut sums: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
        for result in &attained.offerings {
            let roster = &dataset.offerings[result.offering].roster;
            for (enrolment, value) in roster.iter().zip(&result.student_course) {
                if let Some(value) = value {
                    let sum = sums.entry(enrolment.student).or_default();
                    *sum = (sum.0 + value, sum.1 + 1.0);
                }
            }
        }
        own.courses = sums.into_iter().map(|(student, (sum, n))| (student, sum / n)).collect();
        own
    }

    fn attainment(&self, student: u32) -> Option<f64> {
        let values = || self.requirements.values().filter_map(|values| values.get(&student));
        let n = values().count();
        (n > 0).then(|| values().sum::<f64>() / n as f64)
    }
}

/// The named columns of these students.
///
/// # Errors
/// [`ValueAddedError::NoSuchColumn`], which lists the columns there are.
pub fn student_columns(
    dataset: &Dataset,
    own: &Own,
    students: &[u32],
    names: &[&str],
) -> Result<Data, ValueAddedError> {
    let columns: Result<Vec<(String, Column)>, ValueAddedError> = (names.iter())
        .map(|name| {
            let column = column(dataset, own, students, name);
            column.map(|column| ((*name).to_owned(), column)).ok_or_else(|| ValueAddedError::NoSuchColumn {
                column: (*name).to_owned(),
                known: known(dataset, own),
            })
        })
        .collect();
    Data::new(columns?)
}

pub(super) fn column(dataset: &Dataset, own: &Own, students: &[u32], name: &str) -> Option<Column> {
    let of = |at: u32| &dataset.students[at as usize];
    let numbers =
        |value: &dyn Fn(u32) -> Option<f64>| Column::Number(students.iter().map(|at| value(*at)).collect());
    match name {
        "programme" => return Some(category(students, |at| of(at).programme.as_deref())),
        "cohort" => return Some(category(students, |at| of(at).cohort.as_deref())),
        "class" => return Some(category(students, |at| of(at).class.as_deref())),
        "college" => {
            let college: BTreeMap<&str, &str> = (dataset.programmes.iter())
                .filter_map(|programme| Some((programme.id.as_str(), programme.college.as_deref()?)))
                .collect();
            return Some(category(students, |at| college.get(of(at).programme.as_deref()?).copied()));
        }
        "attainment" if !own.requirements.is_empty() => return Some(numbers(&|at| own.attainment(at))),
        "course_mean" if !own.courses.is_empty() => {
            return Some(numbers(&|at| own.courses.get(&at).copied()));
        }
        _ => {}
    }
    if let Some(values) = name.strip_prefix("requirement@").and_then(|id| own.requirements.get(id)) {
        return Some(numbers(&|at| values.get(&at).copied()));
    }
    if let Some(scores) = measure(dataset, name, students) {
        return Some(scores);
    }
    let group = dataset.group_names.iter().position(|group| group == name)?;
    let text = |at: u32| of(at).groups.get(group)?.as_deref();
    let parsed: Option<Vec<Option<f64>>> = (students.iter())
        .map(|at| match text(*at) {
            Some(text) => parse_decimal(text).map(|number| Some(decimal_f64(number))),
            None => Some(None),
        })
        .collect();
    Some(match parsed.filter(|numbers| numbers.iter().any(Option::is_some)) {
        Some(numbers) => Column::Number(numbers),
        None => category(students, text),
    })
}

pub(super) fn category<'d>(students: &[u32], text: impl Fn(u32) -> Option<&'d str>) -> Column {
    Column::Category(Category::from_texts(students.iter().map(|at| text(*at))))
}

/// The run of a measure: measures are ordered by name, student and time.
pub(super) fn scores_of<'d>(dataset: &'d Dataset, measure: &str) -> &'d [Measure] {
    let start = dataset.measures.partition_point(|one| one.measure.as_str() < measure);
    let run = &dataset.measures[start..];
    &run[..run.partition_point(|one| one.measure == measure)]
}

/// The score of each student in a measure: the last one, or that of the time after `@`; `None` where nobody has one.
fn measure(dataset: &Dataset, name: &str, students: &[u32]) -> Option<Column> {
    let (measure, time) = match name.split_once('@') {
        Some((measure, time)) => (measure, Some(time)),
        None => (name, None),
    };
    let run = scores_of(dataset, measure);
    let wanted = |one: &&Measure| time.is_none() || one.time.as_deref() == time;
    run.iter().find(wanted)?;
    let score = |student: &u32| {
        let end = run.partition_point(|one| one.student <= *student);
        let own = run[..end].iter().rev().take_while(|one| one.student == *student);
        own.filter(|one| wanted(one)).map(|one| decimal_f64(one.score)).next()
    };
    Some(Column::Number(students.iter().map(score).collect()))
}

pub(super) fn known(dataset: &Dataset, own: &Own) -> Vec<String> {
    let mut names: Vec<String> = ["programme", "college", "cohort", "class"].map(str::to_owned).to_vec();
    names.extend(dataset.group_names.iter().cloned());
    let mut measures: Vec<String> = dataset.measures.iter().map(|one| one.measure.clone()).collect();
    measures.dedup();
    names.extend(measures);
    if !own.requirements.is_empty() {
        names.push("attainment".to_owned());
        names.extend(own.requirements.keys().map(|id| format!("requirement@{id}")));
    }
    if !own.courses.is_empty() {
        names.push("course_mean".to_owned());
    }
    names
}
