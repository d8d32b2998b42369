//! Effects of units over years, with correlated residuals of a student.
//!
//! The score of student i in year t is xβ + Σ_{s ≤ t} α_ts η_{u(i,s)} + ε_it: η ~ N(0, D_s) are the effects of the units
//! that taught in year s, α_tt = 1, and the residuals of a student over the years have a covariance matrix R without
//! structure. Effects of past units may end (α_ts = 0), persist completely (α_ts = 1, the layered form: W. Sanders,
//! A. Saxton and S. Horn, in "Grading Teachers, Grading Schools", 1997), or persist in part, with α_ts estimated
//! (D. McCaffrey et al., Journal of Educational and Behavioral Statistics 29, 2004). A year a student missed adds no
//! effect later. By maximum likelihood with an exact gradient.

mod likelihood;

use super::fit::FixedEffect;
use super::minimise::{Minimum, minimise};
use super::optimise::Convergence;
use crate::value_added::data::Data;
use crate::value_added::design::{Design, Note, RowCounts};
use crate::value_added::error::ValueAddedError;
use crate::value_added::formula::{Formula, RandomTerm};
use crate::value_added::ols::Ols;
use likelihood::{Parameters, Solution};
use ndarray::Array2;
use std::collections::BTreeMap;

/// How the effect of a unit goes on in later years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persistence {
    /// It ends with the year.
    Zero,
    /// It stays as it is (layered).
    Complete,
    /// A share that is estimated for each pair of years stays.
    Variable,
}

/// The columns that say whose score it is, when, and by which unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearColumns<'a> {
    /// The student.
    pub student: &'a str,
    /// The year: numbers in their order, categories in the order of their levels.
    pub year: &'a str,
    /// The unit of the year. A unit has an effect of its own each year.
    pub unit: &'a str,
}

/// The effect of a unit in a year.
#[derive(Debug, Clone, PartialEq)]
pub struct YearEffect {
    /// The year.
    pub year: String,
    /// The unit.
    pub unit: String,
    /// Its students in that year.
    pub n: usize,
    /// The conditional mode.
    pub effect: f64,
    /// √ of the variance of prediction error, the uncertainty of the fixed effects included.
    pub standard_error: f64,
}

/// A fitted model of effects over years.
#[derive(Debug, Clone, PartialEq)]
pub struct PersistenceFit {
    /// −2 log likelihood.
    pub value: f64,
    /// Fixed effects, covariances, variances and estimated shares.
    pub n_parameters: usize,
    /// Fixed effects.
    pub fixed: Vec<FixedEffect>,
    /// Their covariance.
    pub covariance: Array2<f64>,
    /// The years, in order.
    pub years: Vec<String>,
    /// R, years × years.
    pub residual: Array2<f64>,
    /// D, the variance of the units' effects in each year.
    pub variances: Vec<f64>,
    /// α: what remains in the year of the row of an effect of the year of the column.
    pub shares: Array2<f64>,
    /// The units, by year.
    pub effects: Vec<YearEffect>,
    /// How the optimiser came to its end.
    pub convergence: Convergence,
}

/// A student's rows, from the first year to the last.
struct Student {
    pattern: usize,
    rows: Vec<usize>,
    units: Vec<usize>,
}

/// The model with its rows sorted by student and year.
pub struct PersistenceModel {
    persistence: Persistence,
    /// Rows used and left out.
    pub counts: RowCounts,
    /// What was done and has to be told.
    pub notes: Vec<Note>,
    names: Vec<String>,
    /// Fixed part and outcome, row by row.
    xy: Vec<f64>,
    years: Vec<String>,
    units: Vec<String>,
    unit_years: Vec<usize>,
    sizes: Vec<usize>,
    students: Vec<Student>,
    /// The years of the students of each pattern.
    patterns: Vec<Vec<usize>>,
    /// Mean squared residual of each year without units.
    spread: Vec<f64>,
}

/// The decrease of −2 log L left at the end: about 10⁻⁵ standard errors.
const TOLERANCE: f64 = 1e-11;

/// An end with more than this left is no end.
const UNFINISHED: f64 = 1e-5;

impl PersistenceModel {
    /// Reads a formula (its fixed part: year effects are terms of it, such as `score ~ 0 + year + entry`) and columns.
    ///
    /// # Errors
    /// Those of [`Design::new`]; a random term in the formula; fewer than two students, years or units; a student with
    /// two rows in a year; more units than can be held densely.
    pub fn new(
        formula: &Formula,
        data: &Data,
        columns: &YearColumns<'_>,
        persistence: Persistence,
    ) -> Result<Self, ValueAddedError> {
        if let Some(random) = formula.random.first() {
            return Err(ValueAddedError::RandomTerm { term: random.grouping.join(":") });
        }
        let mut formula = formula.clone();
        let names = [vec![columns.student], vec![columns.year], vec![columns.year, columns.unit]];
        formula.random.extend(names.map(|names| RandomTerm {
            intercept: true,
            terms: Vec::new(),
            grouping: names.into_iter().map(str::to_owned).collect(),
        }));
        let design = Design::new(&formula, data)?;
        let [student, year, unit] = [0, 1, 2].map(|i| &design.random[i].grouping);
        if unit.levels.len() > super::crossed::MAX_DENSE {
            let (columns, limit) = (unit.levels.len(), super::crossed::MAX_DENSE);
            return Err(ValueAddedError::TooManyCrossedEffects { columns, limit });
        }
        let mut unit_years = vec![0; unit.levels.len()];
        unit.codes.iter().zip(&year.codes).for_each(|(u, y)| unit_years[*u as usize] = *y as usize);
        let units = unit.levels.iter().zip(&unit_years);
        let units = units.map(|(name, y)| name.chars().skip(year.levels[*y].chars().count() + 1).collect());
        let years_of_rows: Vec<usize> = year.codes.iter().map(|y| *y as usize).collect();
        let (students, patterns) = students(&student.codes, &years_of_rows, &unit.codes)?;
        let residuals = Ols::fixed_part(&design)?.fit.residuals;
        let mut spread = vec![0.0; year.levels.len()];
        years_of_rows.iter().zip(&residuals).for_each(|(y, e)| spread[*y] += e * e);
        spread.iter_mut().zip(year.sizes()).for_each(|(s, n)| *s /= n as f64);
        let row = |i: usize| {
            let x = design.columns.iter().map(move |column| column[i]);
            x.chain(std::iter::once(design.response[i]))
        };
        Ok(Self {
            persistence,
            xy: (0..design.response.len()).flat_map(row).collect(),
            years: year.levels.clone(),
            units: units.collect(),
            sizes: unit.sizes(),
            unit_years,
            students,
            patterns,
            spread,
            names: design.names.clone(),
            counts: design.counts.clone(),
            notes: design.notes,
        })
    }

    /// Maximises the likelihood.
    ///
    /// # Errors
    /// [`ValueAddedError::NotConverged`], [`ValueAddedError::Singular`].
    pub fn fit(&self) -> Result<PersistenceFit, ValueAddedError> {
        let (start, inverse) = self.start();
        let slope = |x: &[f64]| {
            let parameters = self.parameters(x);
            let solution = self.solve(&parameters)?;
            Some((solution.value, self.gradient(&parameters, &solution)))
        };
        let minimum = minimise(slope, start, inverse, TOLERANCE).ok_or(ValueAddedError::Singular)?;
        if minimum.expected > UNFINISHED {
            let (evaluations, remaining) = (minimum.evaluations, minimum.expected.sqrt());
            return Err(ValueAddedError::NotConverged { evaluations, remaining });
        }
        let parameters = self.parameters(&minimum.at);
        let solution = self.solve(&parameters).ok_or(ValueAddedError::Singular)?;
        Ok(self.reported(&parameters, &solution, &minimum))
    }

    fn reported(&self, parameters: &Parameters, solution: &Solution, end: &Minimum) -> PersistenceFit {
        let (count, p) = (self.years.len(), self.names.len());
        let square = |values: &[f64]| Array2::from_shape_fn((count, count), |(i, j)| values[i * count + j]);
        let covariance = Array2::from_shape_fn((p, p), |(i, j)| solution.fixed[i * p + j]);
        let fixed = self.names.iter().zip(&solution.beta).zip(covariance.diag());
        let fixed = fixed.map(|((name, &estimate), variance)| {
            let standard_error = variance.sqrt();
            FixedEffect { name: name.clone(), estimate, standard_error, statistic: estimate / standard_error }
        });
        let effect = |unit: usize| YearEffect {
            year: self.years[self.unit_years[unit]].clone(),
            unit: self.units[unit].clone(),
            n: self.sizes[unit],
            effect: solution.b[unit],
            standard_error: solution.prediction[unit].sqrt(),
        };
        PersistenceFit {
            value: solution.value,
            n_parameters: p + end.at.len(),
            fixed: fixed.collect(),
            covariance,
            years: self.years.clone(),
            residual: square(&parameters.residual()),
            variances: parameters.variances.clone(),
            shares: square(&parameters.shares),
            effects: (0..self.units.len()).map(effect).collect(),
            convergence: Convergence {
                optimiser: "BFGS, exact gradient",
                evaluations: end.evaluations,
                remaining: end.expected.max(0.0).sqrt(),
                tolerance: TOLERANCE.sqrt(),
                gradient: end.gradient.iter().fold(0.0, |m, g| m.max(g.abs())),
                restarts: 0,
            },
        }
    }

    /// Later years and earlier ones whose share is estimated.
    fn pairs(&self) -> Vec<(usize, usize)> {
        let later = (0..self.years.len()).flat_map(|t| (0..t).map(move |s| (t, s)));
        let met = |&(t, s): &(usize, usize)| self.patterns.iter().any(|p| p.contains(&t) && p.contains(&s));
        later.filter(|pair| self.persistence == Persistence::Variable && met(pair)).collect()
    }

    /// Row by row of the factor of R its entries below the diagonal over that diagonal and the diagonal's logarithm;
    /// the logarithms of D; the shares.
    fn parameters(&self, x: &[f64]) -> Parameters {
        let count = self.years.len();
        let mut values = x.iter();
        let mut next = || values.next().copied().unwrap_or(0.0);
        let mut root = vec![0.0; count * count];
        for t in 0..count {
            (0..t).for_each(|s| root[t * count + s] = next());
            let diagonal = next().exp();
            (0..t).for_each(|s| root[t * count + s] *= diagonal);
            root[t * count + t] = diagonal;
        }
        let variances = (0..count).map(|_| next().exp()).collect();
        let past = f64::from(u8::from(self.persistence == Persistence::Complete));
        let mut shares: Vec<f64> = (0..count * count)
            .map(|at| match (at / count).cmp(&(at % count)) {
                std::cmp::Ordering::Equal => 1.0,
                std::cmp::Ordering::Greater => past,
                std::cmp::Ordering::Less => 0.0,
            })
            .collect();
        self.pairs().iter().for_each(|(t, s)| shares[t * count + s] = next());
        Parameters { root, variances, shares }
    }

    /// A tenth of the variation between units, residuals that correlate; a metric of about the right size.
    fn start(&self) -> (Vec<f64>, Vec<f64>) {
        let (mut x, mut scale) = (Vec::new(), Vec::new());
        let rows = (self.xy.len() / (self.names.len() + 1) / self.years.len()).max(1) as f64;
        for (t, spread) in self.spread.iter().enumerate() {
            x.extend(std::iter::repeat_n(0.3, t));
            x.push(0.5 * (0.7 * spread).ln());
            scale.extend(std::iter::repeat_n(0.3 / rows, t + 1));
        }
        let units = (self.units.len() / self.years.len()).max(1) as f64;
        x.extend(self.spread.iter().map(|s| (0.1 * s).ln()));
        scale.extend(std::iter::repeat_n(2.0 / units, self.years.len()));
        let pairs = self.pairs().len();
        x.extend(std::iter::repeat_n(0.5, pairs));
        scale.extend(std::iter::repeat_n(3.0 / rows, pairs));
        let n = x.len();
        let inverse = (0..n * n).map(|at| if at % (n + 1) == 0 { scale[at / n] } else { 0.0 });
        (x, inverse.collect())
    }
}

impl PersistenceFit {
    /// value + 2k.
    #[must_use]
    pub fn aic(&self) -> f64 {
        self.value + 2.0 * self.n_parameters as f64
    }
}

type Grouped = (Vec<Student>, Vec<Vec<usize>>);

fn students(codes: &[u32], years: &[usize], units: &[u32]) -> Result<Grouped, ValueAddedError> {
    let mut rows: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    codes.iter().enumerate().for_each(|(row, code)| rows.entry(*code).or_default().push(row));
    let mut patterns: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    let mut students = Vec::with_capacity(rows.len());
    for mut rows in rows.into_values() {
        rows.sort_by_key(|row| years[*row]);
        let own: Vec<usize> = rows.iter().map(|row| years[*row]).collect();
        if own.windows(2).any(|pair| pair[0] == pair[1]) {
            let (what, expected) = ("the rows of a student in a year", "one");
            return Err(ValueAddedError::OutOfRange { what, value: 2.0, expected });
        }
        let next = patterns.len();
        let pattern = *patterns.entry(own).or_insert(next);
        let units = rows.iter().map(|row| units[*row] as usize).collect();
        students.push(Student { pattern, rows, units });
    }
    let mut ordered = vec![Vec::new(); patterns.len()];
    patterns.into_iter().for_each(|(years, at)| ordered[at] = years);
    Ok((students, ordered))
}

#[cfg(test)]
mod tests;
