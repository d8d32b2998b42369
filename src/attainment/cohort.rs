//! Which students make a cohort, and which of their results count.

use std::collections::BTreeMap;

use super::offering::OfferingRun;
use crate::model::Dataset;
use crate::policy::{Policy, Retakes};

/// The roster rows of a cohort's students in one offering.
#[derive(Debug, Clone)]
pub(crate) struct Sitting {
    /// Position in the data set's offerings.
    pub(crate) offering: usize,
    /// Roster rows, in order.
    pub(crate) rows: Vec<u32>,
}

/// One cohort of one programme with the sittings of its students.
#[derive(Debug, Clone)]
pub(crate) struct CohortMembers {
    /// Position of the programme.
    pub(crate) programme: usize,
    /// Position of the cohort within the programme.
    pub(crate) cohort: usize,
    /// The students, by their position in the data set, in order.
    pub(crate) students: Vec<u32>,
    /// Course identifier → sittings, ordered by term and offering.
    pub(crate) courses: BTreeMap<String, Vec<Sitting>>,
}

impl CohortMembers {
    /// The place of a student in the cohort.
    pub(crate) fn place(&self, student: u32) -> Option<usize> {
        self.students.binary_search(&student).ok()
    }
}

/// All cohorts of all programmes, in order. A student without a programme or cohort of their own belongs to the
/// ones the offering was made for.
pub(crate) fn cohorts(dataset: &Dataset) -> Vec<CohortMembers> {
    let mut index: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut all = Vec::new();
    for (programme, entry) in dataset.programmes.iter().enumerate() {
        for (cohort, named) in entry.cohorts.iter().enumerate() {
            index.insert((&entry.id, &named.id), all.len());
            all.push(CohortMembers { programme, cohort, students: Vec::new(), courses: BTreeMap::new() });
        }
    }
    let own: Vec<Option<usize>> = (dataset.students.iter())
        .map(|student| index.get(&(student.programme.as_deref()?, student.cohort.as_deref()?)).copied())
        .collect();
    for (student, cohort) in own.iter().enumerate() {
        if let Some(cohort) = cohort {
            all[*cohort].students.push(student as u32);
        }
    }
    for (position, offering) in dataset.offerings.iter().enumerate() {
        let fallback = |student: usize| {
            let known = &dataset.students[student];
            let programme = known.programme.as_deref().or(offering.programme.as_deref())?;
            index.get(&(programme, known.cohort.as_deref().or(offering.cohort.as_deref())?)).copied()
        };
        let mut here: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for (row, enrolment) in offering.roster.iter().enumerate() {
            let student = enrolment.student as usize;
            if let Some(cohort) = own[student].or_else(|| fallback(student)) {
                if own[student].is_none() {
                    all[cohort].students.push(enrolment.student);
                }
                here.entry(cohort).or_default().push(row as u32);
            }
        }
        if offering.roster.is_empty()
            && let (Some(programme), Some(cohort)) = (&offering.programme, &offering.cohort)
            && let Some(&cohort) = index.get(&(programme.as_str(), cohort.as_str()))
        {
            here.insert(cohort, Vec::new());
        }
        for (cohort, rows) in here {
            let sittings = all[cohort].courses.entry(offering.course.clone()).or_default();
            sittings.push(Sitting { offering: position, rows });
        }
    }
    for cohort in &mut all {
        cohort.students.sort_unstable();
        cohort.students.dedup();
        for sittings in cohort.courses.values_mut() {
            sittings.sort_by_key(|sitting| {
                let offering = &dataset.offerings[sitting.offering];
                (offering.term.clone(), offering.id.clone())
            });
        }
    }
    all
}

/// Leaves each student only the sitting that counts, where a course was taken several times.
///
/// A sitting without any evidence counts only where no other has some.
pub(crate) fn apply_retakes(
    sittings: &[Sitting],
    runs: &[OfferingRun<'_>],
    own: &[Vec<Option<f64>>],
    policy: &Policy,
) -> Vec<Sitting> {
    if sittings.len() < 2 {
        return sittings.to_vec();
    }
    let mut best: BTreeMap<u32, (usize, Option<f64>)> = BTreeMap::new();
    for (at, sitting) in sittings.iter().enumerate() {
        for &row in &sitting.rows {
            let student = runs[sitting.offering].offering().roster[row as usize].student;
            let value = own[sitting.offering][row as usize];
            best.entry(student)
                .and_modify(|held| {
                    let replaces = match (held.1, value) {
                        (None, _) => true,
                        (Some(_), None) => false,
                        (Some(old), Some(new)) => match policy.retakes {
                            Retakes::First => false,
                            Retakes::Last => true,
                            Retakes::Best => new > old,
                        },
                    };
                    if replaces {
                        *held = (at, value);
                    }
                })
                .or_insert((at, value));
        }
    }
    let counts = |at: usize, sitting: &Sitting, row: &u32| {
        let student = runs[sitting.offering].offering().roster[*row as usize].student;
        best.get(&student).is_some_and(|(chosen, _)| *chosen == at)
    };
    let kept = |(at, sitting): (usize, &Sitting)| Sitting {
        offering: sitting.offering,
        rows: sitting.rows.iter().filter(|row| counts(at, sitting, row)).copied().collect(),
    };
    sittings.iter().enumerate().map(kept).collect()
}
