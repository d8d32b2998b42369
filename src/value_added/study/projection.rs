//! Where students who do not have the outcome of a growth model yet are going.
//!
//! The formula `year3 ~ year2 + year1` gives the order of the scores. A student without `year3` is led there from the
//! last score there is: every step uses the scores in front of it, known or projected, as far back as they are known
//! without a gap, and curves of students who have all of them.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::declared::{Curves, Declaration, Target};
use super::model::growth::fitted;
use super::sample::Sample;
use crate::model::parse_decimal;
use crate::value_added::data::{Column, Data};
use crate::value_added::error::ValueAddedError;
use crate::value_added::growth::percentiles::{GrowthModel, QUANTILES};
use crate::value_added::growth::projection::{at_percentile, target_percentile, trajectories};

/// The projections of a fit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Projections {
    /// The declared unit.
    pub factor: Option<String>,
    /// The curves used, by measure and number of prior scores.
    pub steps: Vec<Step>,
    /// One entry per student led on.
    pub students: Vec<Projected>,
    /// Students whose curves could not be fitted.
    pub without_curves: usize,
}

/// The curves of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The measure they lead to.
    pub measure: String,
    /// Prior scores.
    pub priors: usize,
    /// The cohort they were fitted to; all students where `None`.
    pub cohort: Option<String>,
    /// Students they were fitted to.
    pub n: usize,
}

/// Where one student is going.
#[derive(Debug, Clone, PartialEq)]
pub struct Projected {
    /// Position of the student in the data set.
    pub student: u32,
    /// The unit.
    pub unit: Option<String>,
    /// The last score there is.
    pub from: String,
    /// Per step: its position among the steps, and the score at each declared percentile.
    pub paths: Vec<(usize, Vec<(u8, f64)>)>,
    /// What the targets ask.
    pub needed: Vec<Needed>,
}

/// What a target asks of a student.
#[derive(Debug, Clone, PartialEq)]
pub struct Needed {
    /// The target as it was declared.
    pub target: String,
    /// The score.
    pub score: f64,
    /// The smallest percentile whose trajectory reaches it; `None` where not even the 99th does.
    pub percentile: Option<u8>,
}

/// The growth that is enough for a target, in the bands of the growth model (D. Betebenner, 2009).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    /// Below the 35th percentile.
    Low,
    /// From the 35th to the 65th.
    Typical,
    /// Above the 65th.
    High,
    /// More than was seen.
    Beyond,
}

impl Growth {
    /// Its key in the tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Typical => "typical",
            Self::High => "high",
            Self::Beyond => "beyond",
        }
    }
}

impl Needed {
    /// The growth that is enough.
    pub fn growth(&self) -> Growth {
        match self.percentile {
            None => Growth::Beyond,
            Some(..35) => Growth::Low,
            Some(35..=65) => Growth::Typical,
            Some(_) => Growth::High,
        }
    }
}

/// Curves need at least as many students as there are of them, or the outermost ones stand on nobody.
const FEWEST: usize = QUANTILES;

/// The scores of every row in their order of time, the outcome last.
struct Scores<'a> {
    names: Vec<&'a str>,
    columns: Vec<&'a [Option<f64>]>,
    cohorts: Option<Vec<Option<&'a str>>>,
}

/// Projects every student without the outcome.
///
/// # Errors
/// [`ValueAddedError::NotNumeric`] for a score, or a target, that is a category.
pub(super) fn projected(sample: &Sample<'_>) -> Result<Projections, ValueAddedError> {
    let declaration = sample.declaration;
    let scores = Scores::of(declaration, sample.data)?;
    let starts: Vec<(usize, (usize, usize))> =
        (0..sample.data.rows()).filter_map(|row| Some((row, scores.start(row)?))).collect();
    let mut curves: BTreeMap<(usize, usize), Option<(Step, GrowthModel)>> = BTreeMap::new();
    for (_, (last, known)) in &starts {
        for (to, priors) in steps(*last, *known, scores.names.len()) {
            curves.entry((to, priors)).or_insert_with(|| scores.curves(declaration, to, priors).ok());
        }
    }
    let curves: BTreeMap<(usize, usize), (Step, GrowthModel)> =
        curves.into_iter().filter_map(|(key, found)| Some((key, found?))).collect();
    let places: BTreeMap<(usize, usize), usize> =
        curves.keys().enumerate().map(|(at, key)| (*key, at)).collect();
    let targets = targets(declaration, sample.data)?;
    let unit = declaration.unit.as_ref().map(|unit| labels(sample.data, unit)).transpose()?;
    let one = |(row, (last, known)): &(usize, (usize, usize))| -> Option<Projected> {
        let way: Vec<(usize, usize)> = steps(*last, *known, scores.names.len()).collect();
        let models: Option<Vec<&GrowthModel>> =
            way.iter().map(|key| curves.get(key).map(|(_, model)| model)).collect();
        let history: Vec<f64> = (0..*known).filter_map(|back| scores.columns[last - back][*row]).collect();
        let paths = trajectories(&models?, &history).ok()?;
        let end = paths.last()?;
        let needed = |(target, values): &Scored| {
            let score = values[*row]?;
            Some(Needed { target: target.clone(), score, percentile: target_percentile(end, score) })
        };
        Some(Projected {
            student: sample.students[*row],
            unit: unit.as_ref().and_then(|unit| unit[*row].clone()),
            from: scores.names[*last].to_owned(),
            needed: targets.iter().filter_map(needed).collect(),
            paths: way
                .iter()
                .zip(&paths)
                .map(|(key, path)| (places[key], listed(declaration, path)))
                .collect(),
        })
    };
    let students: Vec<Option<Projected>> = starts.par_iter().map(one).collect();
    let without_curves = students.iter().filter(|student| student.is_none()).count();
    Ok(Projections {
        factor: declaration.unit.clone(),
        steps: curves.into_values().map(|(step, _)| step).collect(),
        students: students.into_iter().flatten().collect(),
        without_curves,
    })
}

/// Measure and number of prior scores of each step after the last known score.
fn steps(last: usize, known: usize, measures: usize) -> impl Iterator<Item = (usize, usize)> {
    (last + 1..measures).map(move |to| (to, known + to - last - 1))
}

/// The declared percentiles of a step.
fn listed(declaration: &Declaration, path: &[f64]) -> Vec<(u8, f64)> {
    let at = |percentile: &u8| Some((*percentile, at_percentile(path, *percentile)?));
    declaration.trajectories.iter().filter_map(at).collect()
}

impl<'a> Scores<'a> {
    fn of(declaration: &'a Declaration, data: &'a Data) -> Result<Self, ValueAddedError> {
        let priors = declaration.formula.terms.iter().rev().map(|term| term.variables[0].name.as_str());
        let names: Vec<&str> = priors.chain([declaration.formula.response.as_str()]).collect();
        let columns: Result<Vec<&[Option<f64>]>, _> = names.iter().map(|name| data.numbers(name)).collect();
        let cohorts = match declaration.curves {
            Curves::All => None,
            Curves::Latest => match data.column("cohort")? {
                Column::Category(category) => Some(category.labels().collect()),
                Column::Number(_) => None,
            },
        };
        Ok(Self { columns: columns?, names, cohorts })
    }

    /// The last score of a row without the outcome, and how many are known up to it without a gap.
    fn start(&self, row: usize) -> Option<(usize, usize)> {
        let (outcome, priors) = self.columns.split_last()?;
        if outcome[row].is_some() {
            return None;
        }
        let last = priors.iter().rposition(|column| column[row].is_some())?;
        let known = priors[..=last].iter().rev().take_while(|column| column[row].is_some()).count();
        Some((last, known))
    }

    /// The curves to a measure from so many scores in front of it.
    fn curves(
        &self,
        declaration: &Declaration,
        to: usize,
        priors: usize,
    ) -> Result<(Step, GrowthModel), ValueAddedError> {
        let used = &self.columns[to - priors..=to];
        let complete: Vec<usize> =
            (0..used[0].len()).filter(|row| used.iter().all(|column| column[*row].is_some())).collect();
        let (cohort, rows) = self.newest(complete);
        if rows.len() < FEWEST {
            let found = rows.len();
            return Err(ValueAddedError::TooFewValues {
                statistic: "a growth projection",
                needed: FEWEST,
                found,
            });
        }
        let of = |at: usize| -> Vec<f64> { rows.iter().filter_map(|row| self.columns[at][*row]).collect() };
        let history: Vec<Vec<f64>> = (1..=priors).map(|back| of(to - back)).collect();
        let history: Vec<&[f64]> = history.iter().map(Vec::as_slice).collect();
        let names: Vec<&str> = (1..=priors).map(|back| self.names[to - back]).collect();
        let model = fitted(declaration, (&names, &history), (self.names[to], &of(to)))?;
        let step = Step { measure: self.names[to].to_owned(), priors, cohort, n: rows.len() };
        Ok((step, model))
    }

    /// The rows of the newest cohort with enough of them, where only the newest counts and there is one; all else.
    fn newest(&self, rows: Vec<usize>) -> (Option<String>, Vec<usize>) {
        let Some(cohorts) = &self.cohorts else { return (None, rows) };
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        rows.iter()
            .filter_map(|row| cohorts[*row])
            .for_each(|cohort| *counts.entry(cohort).or_default() += 1);
        let enough = counts.into_iter().filter(|(_, n)| *n >= FEWEST).map(|(cohort, _)| cohort);
        let Some(newest) = enough.max_by_key(|cohort| (parse_decimal(cohort), *cohort)) else {
            return (None, rows);
        };
        let own = rows.into_iter().filter(|row| cohorts[*row] == Some(newest)).collect();
        (Some(newest.to_owned()), own)
    }
}

/// A target and its score for every row.
type Scored = (String, Vec<Option<f64>>);

/// The score of each target for every row.
fn targets(declaration: &Declaration, data: &Data) -> Result<Vec<Scored>, ValueAddedError> {
    let values = |target: &Target| match target {
        Target::Score(score) => Ok(vec![Some(*score); data.rows()]),
        Target::Column(column) => data.numbers(column).map(<[Option<f64>]>::to_vec),
    };
    declaration.targets.iter().map(|target| Ok((target.to_string(), values(target)?))).collect()
}

/// The unit of every row by its name.
fn labels(data: &Data, unit: &str) -> Result<Vec<Option<String>>, ValueAddedError> {
    Ok(match data.column(unit)? {
        Column::Number(values) => values.iter().map(|value| value.map(|x| x.to_string())).collect(),
        Column::Category(category) => category.labels().map(|label| label.map(str::to_owned)).collect(),
    })
}

#[cfg(test)]
mod tests;
