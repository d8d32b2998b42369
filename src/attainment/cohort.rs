//! Which students make a cohort, and which of their results count.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::{Dataset, Enrolment};
use crate::policy::{Policy, Retakes};

/// The roster rows of a cohort's students in one offering.
#[derive(Debug, Clone)]
pub(crate) struct Sitting {
    /// Position in the data set's offerings.
    pub(crate) offering: usize,
    /// Roster rows, in order.
    pub(crate) rows: Arc<[u32]>,
    /// The place in the cohort of the student of each row.
    pub(crate) places: Arc<[u32]>,
}

impl Sitting {
    /// Some rows of an offering; rows of students who are not in the cohort are left out.
    pub(crate) fn new(offering: usize, rows: Vec<u32>, roster: &[Enrolment], students: &[u32]) -> Self {
        let place = |row: &u32| students.binary_search(&roster[*row as usize].student).ok();
        let pairs = rows.into_iter().filter_map(|row| Some((row, u32::try_from(place(&row)?).ok()?)));
        let (rows, places): (Vec<u32>, Vec<u32>) = pairs.unzip();
        Self { offering, rows: rows.into(), places: places.into() }
    }

    /// Some of its rows.
    pub(crate) fn only(&self, keep: impl Fn(u32, usize) -> bool) -> Self {
        let kept = self.pairs().filter(|&(row, place)| keep(row, place));
        let (rows, places): (Vec<u32>, Vec<u32>) = kept.map(|(row, place)| (row, place as u32)).unzip();
        Self { offering: self.offering, rows: rows.into(), places: places.into() }
    }

    /// Each row with the place of its student.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (u32, usize)> {
        self.rows.iter().copied().zip(self.places.iter().map(|&place| place as usize))
    }
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
            sittings.push(Sitting { offering: position, rows: rows.into(), places: Arc::default() });
        }
    }
    all.par_iter_mut().for_each(|CohortMembers { students, courses, .. }| {
        students.sort_unstable();
        students.dedup();
        for sittings in courses.values_mut() {
            for sitting in &mut *sittings {
                let roster = &dataset.offerings[sitting.offering].roster;
                *sitting = Sitting::new(sitting.offering, sitting.rows.to_vec(), roster, students);
            }
            sittings.sort_by_key(|sitting| {
                let offering = &dataset.offerings[sitting.offering];
                (&offering.term, &offering.id)
            });
        }
    });
    all
}

/// Leaves each student only the sitting that counts, where a course was taken several times.
///
/// A sitting without any evidence counts only where no other has some.
pub(crate) fn apply_retakes(
    sittings: &[Sitting],
    n_students: usize,
    own: &[Vec<Option<f64>>],
    policy: &Policy,
) -> Vec<Sitting> {
    if sittings.len() < 2 {
        return sittings.to_vec();
    }
    let mut best: Vec<Option<(usize, Option<f64>)>> = vec![None; n_students];
    for (at, sitting) in sittings.iter().enumerate() {
        for (row, place) in sitting.pairs() {
            let value = own[sitting.offering][row as usize];
            let replaces = match best[place] {
                None | Some((_, None)) => true,
                Some((_, Some(old))) => value.is_some_and(|new| match policy.retakes {
                    Retakes::First => false,
                    Retakes::Last => true,
                    Retakes::Best => new > old,
                }),
            };
            if replaces {
                best[place] = Some((at, value));
            }
        }
    }
    let kept = |(at, sitting): (usize, &Sitting)| {
        sitting.only(|_, place| best[place].is_some_and(|(chosen, _)| chosen == at))
    };
    sittings.iter().enumerate().map(kept).collect()
}
