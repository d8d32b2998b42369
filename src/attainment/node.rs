//! A figure on its way up the chain: its value with a proven bound, its exact value on demand, and how much each
//! student of the cohort moves it.
//!
//! The same students sit in many courses, so variances do not add. What adds is influence: with ψ_i the
//! derivative of a value with respect to the weight of student i, the influence on Σ c_j·V_j is Σ c_j·ψ_ij, and
//! Var = Σ_i ψ_i². Rules that are not smooth get their interval from replicates V + Σ_i (m_i − 1)·ψ_i of
//! a bootstrap over students (m_i how often student i was drawn), pushed through the rule one by one.

use std::sync::Arc;

use num_rational::BigRational;

use super::figure::{
    Attainment, Candidate, Counts, Interval, IntervalMethod, Reason, Uncertainty, bootstrap_uncertainty,
    is_still, judge, t_uncertainty,
};
use super::rule::Combination;
use crate::model::{Exact, Fraction, ratio_f64};
use crate::policy::Policy;

/// Computes an exact value.
pub(crate) type ExactValue<'a> = Arc<dyn Fn() -> BigRational + Send + Sync + 'a>;

/// Which students of the cohort stand behind a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presence {
    /// Enrolled in what it is made of.
    pub(crate) enrolled: Vec<bool>,
    /// With evidence.
    pub(crate) assessed: Vec<bool>,
    /// Number of students said to stand behind class means.
    pub(crate) given: Option<usize>,
    /// Answers to a survey and people asked.
    pub(crate) answers: Option<(usize, Option<usize>)>,
}

impl Presence {
    /// Nobody of `n` students.
    pub(crate) fn none(n: usize) -> Self {
        Self { enrolled: vec![false; n], assessed: vec![false; n], given: None, answers: None }
    }

    fn merge(&mut self, other: &Self) {
        let or = |mine: &mut Vec<bool>, theirs: &[bool]| {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine |= theirs);
        };
        or(&mut self.enrolled, &other.enrolled);
        or(&mut self.assessed, &other.assessed);
        self.given = self.given.max(other.given);
        self.answers = self.answers.or(other.answers);
    }

    /// Number of students with evidence, or of answers where no student stands behind the value.
    pub(crate) fn n_assessed(&self) -> usize {
        let students = self.assessed.iter().filter(|&&here| here).count();
        if students == 0 { self.answers.map_or(0, |(answers, _)| answers) } else { students }
    }

    /// The counts that travel with a figure.
    pub(crate) fn counts(&self) -> Counts {
        let (enrolled, assessed) = (self.enrolled.iter().filter(|&&here| here).count(), self.n_assessed());
        if enrolled == 0 {
            return match self.answers {
                Some((answers, invited)) => Counts { enrolled: invited, assessed: Some(answers) },
                None => Counts { enrolled: self.given, assessed: self.given },
            };
        }
        Counts::of(enrolled, assessed)
    }
}

/// A value on its way up the chain.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    /// The value.
    pub(crate) value: f64,
    /// A proven bound of its rounding error.
    pub(crate) bound: f64,
    /// The exact value.
    pub(crate) exact: ExactValue<'a>,
    /// The highest possible value.
    pub(crate) scale: u32,
    /// Influence of each student of the cohort, with the small-sample factor √(n/(n−1)) of each input;
    /// `None` where only class means are known.
    pub(crate) influence: Option<Vec<f64>>,
    /// Variance that does not come from the cohort's students: of surveys.
    pub(crate) other_variance: f64,
    /// Values of the bootstrap replicates, where the policy's rules need them.
    pub(crate) replicates: Option<Vec<f64>>,
    /// Whether the influence describes it: false after a minimum, a level or a count of parts.
    pub(crate) smooth: bool,
    /// The interval of a level: that of its share, taken through the cut-offs; used where there are no replicates.
    pub(crate) ends: Option<(f64, f64)>,
    /// Who stands behind it.
    pub(crate) presence: Presence,
}

/// A part of a whole: its node, and whether it reaches its own expected value.
pub(crate) struct Part<'n, 'a> {
    /// The part.
    pub(crate) node: &'n Node<'a>,
    /// Whether it reaches its own expected value, exactly.
    pub(crate) reached: bool,
    /// Its own expected value.
    pub(crate) expected: f64,
}

/// Joins parts by a combination; `None` where there is no part.
pub(crate) fn combine<'a>(parts: &[Part<'_, 'a>], combination: Combination) -> Option<Node<'a>> {
    let first = parts.first()?.node;
    let values: Vec<(f64, f64)> = parts.iter().map(|part| (part.node.value, part.node.bound)).collect();
    let reached: Vec<bool> = parts.iter().map(|part| part.reached).collect();
    let (value, bound) = combination.value(&values, &reached)?;
    let thresholds: Vec<f64> = parts.iter().map(|part| part.expected).collect();
    let influence = joined_influence(parts, &combination);
    let replicates = joined_replicates(parts, &combination, &thresholds);
    let mut presence = Presence::none(first.presence.enrolled.len());
    parts.iter().for_each(|part| presence.merge(&part.node.presence));
    let ends = joined_ends(parts, &combination);
    let smooth = combination.smooth() && parts.iter().all(|part| part.node.smooth);
    let other_variance = match &combination {
        Combination::Linear(coefficients) => (coefficients.iter().zip(parts))
            .map(|(coefficient, part)| ratio_f64(coefficient).powi(2) * part.node.other_variance)
            .sum(),
        _ => parts.iter().map(|part| part.node.other_variance).fold(0.0, f64::max),
    };
    let scale = if combination == Combination::AllReach { 1 } else { first.scale };
    let children: Vec<ExactValue<'a>> = parts.iter().map(|part| Arc::clone(&part.node.exact)).collect();
    let exact: ExactValue<'a> = Arc::new(move || {
        let values: Vec<BigRational> = children.iter().map(|child| child()).collect();
        combination.exact(&values, &reached)
    });
    Some(Node { value, bound, exact, scale, influence, other_variance, replicates, smooth, ends, presence })
}

/// The intervals of levels, joined end by end; `None` where a part has none of its own.
fn joined_ends(parts: &[Part<'_, '_>], combination: &Combination) -> Option<(f64, f64)> {
    let ends: Option<Vec<(f64, f64)>> = parts.iter().map(|part| part.node.ends).collect();
    let ends = ends.filter(|_| matches!(combination, Combination::Linear(_) | Combination::Minimum))?;
    let side =
        |pick: fn(&(f64, f64)) -> f64| combination.replicate(&ends.iter().map(pick).collect::<Vec<_>>(), &[]);
    Some((side(|end| end.0), side(|end| end.1)))
}

/// The influence on a linear whole, or of the lowest part on a minimum; `None` where a part has none.
fn joined_influence(parts: &[Part<'_, '_>], combination: &Combination) -> Option<Vec<f64>> {
    let mut joined = vec![0.0; parts.first()?.node.influence.as_ref()?.len()];
    if *combination == Combination::Minimum {
        let known = parts.iter().all(|part| part.node.influence.is_some());
        let lowest = parts.iter().min_by(|a, b| a.node.value.total_cmp(&b.node.value)).filter(|_| known)?;
        return lowest.node.influence.clone();
    }
    let Combination::Linear(coefficients) = combination else {
        return parts.iter().all(|part| part.node.influence.is_some()).then_some(joined);
    };
    for (coefficient, part) in coefficients.iter().zip(parts) {
        let coefficient = ratio_f64(coefficient);
        for (sum, psi) in joined.iter_mut().zip(part.node.influence.as_ref()?) {
            *sum += coefficient * psi;
        }
    }
    Some(joined)
}

fn joined_replicates(
    parts: &[Part<'_, '_>],
    combination: &Combination,
    thresholds: &[f64],
) -> Option<Vec<f64>> {
    let columns: Option<Vec<&[f64]>> = parts.iter().map(|part| part.node.replicates.as_deref()).collect();
    let columns = columns?;
    let coefficients: Option<Vec<f64>> = match combination {
        Combination::Linear(coefficients) => Some(coefficients.iter().map(ratio_f64).collect()),
        _ => None,
    };
    let mut row = vec![0.0; columns.len()];
    let one = |b: usize| {
        for (cell, column) in row.iter_mut().zip(&columns) {
            *cell = column[b];
        }
        match &coefficients {
            Some(coefficients) => coefficients.iter().zip(&row).map(|(c, v)| c * v).sum(),
            None => combination.replicate(&row, thresholds),
        }
    };
    Some((0..columns.first()?.len()).map(one).collect())
}

/// Σ_i (m_i − 1)·ψ_i. The dot product adds in eight lanes, the same on every processor.
pub(crate) fn deviation(excess: &[f64], influence: &[f64]) -> f64 {
    ndarray::aview1(excess).dot(&ndarray::aview1(influence))
}

/// Rows of replicates that stay in the nearest cache while all nodes pass.
const ROWS: usize = 8;

/// Gives nodes that are sums of students' influence their replicates V + Σ_i (m_i − 1)·ψ_i; `excess` holds m_i − 1,
/// one row per replicate.
pub(crate) fn replicate_all<'n, 'a: 'n>(nodes: impl Iterator<Item = &'n mut Node<'a>>, excess: &[f64]) {
    let mut nodes: Vec<_> = nodes.filter(|node| node.smooth && node.influence.is_some()).collect();
    let students = nodes.iter().find_map(|node| node.influence.as_ref()).map_or(1, Vec::len).max(1);
    nodes.iter_mut().for_each(|node| node.replicates = Some(Vec::with_capacity(excess.len() / students)));
    for rows in excess.chunks(ROWS * students) {
        for node in &mut nodes {
            if let (Some(replicates), Some(influence)) = (&mut node.replicates, &node.influence) {
                let rows = rows.chunks_exact(students);
                replicates.extend(rows.map(|row| node.value + deviation(row, influence)));
            }
        }
    }
}

impl Node<'_> {
    /// The figure of this value against an expected share of its scale.
    pub(crate) fn figure(&self, expected: Fraction, policy: &Policy) -> Attainment {
        let scale = f64::from(self.scale);
        let interval = Interval { policy, scale, expected: expected.to_f64() * scale };
        let n = self.presence.n_assessed();
        let squares =
            |influence: &[f64]| influence.iter().map(|psi| psi * psi).sum::<f64>() + self.other_variance;
        let uncertainty = match (&self.influence, &self.replicates) {
            (None, _) => Err(Reason::ClassMeansOnly),
            (Some(influence), Some(replicates)) if !self.smooth => {
                // Where students do not differ, resampling them only repeats the value.
                let still = is_still(self.value, squares(influence));
                bootstrap_uncertainty(replicates, n, &interval).and_then(|found| match found.se {
                    Some(se) if still && is_still(self.value, se * se) => Err(Reason::NoSpread),
                    _ => Ok(found),
                })
            }
            (Some(_), None) if self.ends.is_some() => levels_uncertainty(self.ends, n, policy),
            (Some(influence), _) => t_uncertainty(self.value, squares(influence), n, &interval),
        };
        let exact = || (self.exact)();
        let candidate = Candidate {
            value: Exact { value: self.value, bound: self.bound, exact: &exact },
            scale: self.scale,
            counts: self.presence.counts(),
            expected,
        };
        judge(&candidate, uncertainty, policy)
    }
}

/// The interval of a level without replicates.
fn levels_uncertainty(ends: Option<(f64, f64)>, n: usize, policy: &Policy) -> Result<Uncertainty, Reason> {
    match ends {
        Some((low, high)) if n >= policy.uncertainty.min_n => {
            Ok(Uncertainty { se: None, low, high, method: IntervalMethod::Wilson, p_below: None })
        }
        _ => Err(Reason::TooFew),
    }
}
