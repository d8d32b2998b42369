//! What one cohort reached in one course or course objective: the inputs of the chain.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use num_rational::BigRational;
use num_traits::Zero;

use super::cohort::Sitting;
use super::figure::Reason;
use super::group::{ObjectiveRun, from_item_means, rounded};
use super::method::Outcome;
use super::node::{ExactValue, Node, Part, Presence, combine, deviation};
use super::offering::{Joined, OfferingRun, join};
use super::rule::{Combination, normalised};
use crate::model::{ClassValue, Exact, decimal_ratio};
use crate::policy::{CourseValue, Policy, Pooling};
use crate::stats::interval::wilson_share;

/// What an input stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Students' marks.
    Marks,
    /// Class means of items.
    ItemMeans,
    /// Class values given as such.
    ClassValues,
}

impl Basis {
    /// The key in tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::Marks => "marks",
            Self::ItemMeans => "item_means",
            Self::ClassValues => "class_values",
        }
    }
}

/// What one cohort reached in one course or course objective.
#[derive(Clone)]
pub(crate) struct Input<'a> {
    /// The value.
    pub(crate) node: Node<'a>,
    /// Each student's own value, in the order of the cohort.
    pub(crate) students: Vec<Option<f64>>,
    /// What it stands on.
    pub(crate) basis: Basis,
    /// How its replicates follow from the students drawn.
    redraw: Redraw<'a>,
}

/// How the value of a bootstrap replicate follows from the students drawn.
#[derive(Clone)]
enum Redraw<'a> {
    /// V + Σ_i (m_i − 1)·ψ_i.
    Smooth,
    /// The outcome of a base + Σ_i (m_i − 1)·ψ_i.
    Outcome(f64, &'a Outcome),
    /// The combination of the replicates of these.
    Parts(Vec<Input<'a>>, Combination),
}

impl Input<'_> {
    /// Gives the value its replicates; `excess` holds m_i − 1 of the cohort's students, one row per replicate.
    pub(crate) fn replicate(&mut self, excess: &[f64]) {
        let Some(influence) = &self.node.influence else { return };
        let rows = excess.chunks_exact(influence.len().max(1));
        let deviate = |row: &[f64]| deviation(row, influence);
        let replicates = match &mut self.redraw {
            Redraw::Smooth => rows.map(|row| self.node.value + deviate(row)).collect(),
            Redraw::Outcome(base, outcome) => rows.map(|row| outcome.apply(*base + deviate(row))).collect(),
            Redraw::Parts(parts, combination) => {
                parts.iter_mut().for_each(|part| part.replicate(excess));
                let columns: Option<Vec<&[f64]>> =
                    parts.iter().map(|part| part.node.replicates.as_deref()).collect();
                let Some(columns) = columns else { return };
                let row = |b: usize| columns.iter().map(|column| column[b]).collect::<Vec<_>>();
                (0..rows.len()).map(|b| combination.replicate(&row(b), &[])).collect()
            }
        };
        self.node.replicates = Some(replicates);
    }
}

/// What inputs are made from.
pub(crate) struct Sources<'a> {
    /// All offerings, computed.
    pub(crate) runs: &'a [OfferingRun<'a>],
    /// Each offering's students' own course values.
    pub(crate) own: &'a [Vec<Option<f64>>],
    /// The policy.
    pub(crate) policy: &'a Policy,
}

/// One roster part of one offering.
struct Piece<'a> {
    run: &'a ObjectiveRun<'a>,
    sitting: Sitting,
}

impl<'a> Sources<'a> {
    /// The input of a course objective, or of the course itself.
    pub(crate) fn input(
        &self,
        n_students: usize,
        sittings: &[Sitting],
        objective: Option<&str>,
    ) -> Result<Input<'a>, Reason> {
        match objective {
            Some(objective) => self.objective(n_students, sittings, objective),
            None if self.policy.course_value == CourseValue::Items => {
                let pieces = self.pieces(sittings, |run| run.overall.as_ref());
                self.joined(n_students, &pieces)
            }
            None => self.course(n_students, sittings),
        }
    }

    fn objective(
        &self,
        n_students: usize,
        sittings: &[Sitting],
        objective: &str,
    ) -> Result<Input<'a>, Reason> {
        let pieces = self.pieces(sittings, |run| {
            let at = run.offering().objectives.iter().position(|entry| entry.id == objective)?;
            run.objectives.get(at)
        });
        self.joined(n_students, &pieces)
    }

    /// The course's own value from its objectives, each joined over the offerings first.
    fn course(&self, n_students: usize, sittings: &[Sitting]) -> Result<Input<'a>, Reason> {
        let mut weights: BTreeMap<&str, BigRational> = BTreeMap::new();
        let mut order: Vec<&str> = Vec::new();
        for sitting in sittings {
            let run = &self.runs[sitting.offering];
            for (entry, weight) in run.offering().objectives.iter().zip(&run.weights) {
                if weights.insert(&entry.id, decimal_ratio(*weight)).is_none() {
                    order.push(&entry.id);
                }
            }
        }
        let mut found: Vec<(Input<'a>, BigRational)> = Vec::new();
        let mut reason = Reason::NoEvidence;
        for id in order {
            match self.objective(n_students, sittings, id) {
                Ok(input) => found.push((input, weights.remove(id).unwrap_or_default())),
                Err(why) => reason = why,
            }
        }
        let shares: Vec<BigRational> = found.iter().map(|(_, weight)| weight.clone()).collect();
        if found.is_empty() || shares.iter().all(Zero::is_zero) {
            return Err(reason);
        }
        let combination = match self.policy.course_value {
            CourseValue::Minimum => Combination::Minimum,
            _ => Combination::Linear(normalised(&shares)),
        };
        let parts: Vec<Part<'_, 'a>> = (found.iter())
            .map(|(input, _)| Part { node: &input.node, reached: true, expected: 0.0 })
            .collect();
        let node = combine(&parts, combination.clone()).ok_or(reason)?;
        let basis = found[0].0.basis;
        let redraw = match node.smooth {
            true => Redraw::Smooth,
            false => Redraw::Parts(found.into_iter().map(|(input, _)| input).collect(), combination),
        };
        Ok(Input { node, students: self.own_values(n_students, sittings), basis, redraw })
    }

    fn own_values(&self, n_students: usize, sittings: &[Sitting]) -> Vec<Option<f64>> {
        let mut values = vec![None; n_students];
        for sitting in sittings {
            for (row, place) in sitting.pairs() {
                values[place] = self.own[sitting.offering][row as usize].or(values[place]);
            }
        }
        values
    }

    /// The parts of the sittings that serve an objective.
    fn pieces(
        &self,
        sittings: &[Sitting],
        find: impl Fn(&'a OfferingRun<'a>) -> Option<&'a ObjectiveRun<'a>>,
    ) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        for sitting in sittings {
            let offering = &self.runs[sitting.offering];
            let Some(run) = find(offering) else { continue };
            if self.policy.sections == Pooling::Students {
                pieces.push(Piece { run, sitting: sitting.clone() });
                continue;
            }
            let roster = &offering.offering().roster;
            let sections: BTreeSet<Option<u16>> =
                sitting.rows.iter().map(|&row| roster[row as usize].section).collect();
            pieces.extend(sections.into_iter().map(|section| {
                let inside = |row: u32, _| roster[row as usize].section == section;
                Piece { run, sitting: sitting.only(inside) }
            }));
        }
        pieces
    }

    fn joined(&self, n_students: usize, pieces: &[Piece<'a>]) -> Result<Input<'a>, Reason> {
        if pieces.is_empty() {
            return Err(Reason::NoEvidence);
        }
        let sizes: Vec<usize> = pieces.iter().map(|piece| piece.sitting.rows.len()).collect();
        let values = pieces.iter().map(|piece| piece.run.group(&piece.sitting.rows)).collect();
        match join(values, &sizes, self.policy.sections) {
            Some(joined) => Ok(from_marks(n_students, pieces, joined, self.policy)),
            None => from_means(n_students, pieces),
        }
    }
}

fn from_marks<'a>(n_students: usize, pieces: &[Piece<'a>], joined: Joined, policy: &Policy) -> Input<'a> {
    let mut presence = Presence::none(n_students);
    let mut influence = vec![0.0; n_students];
    let mut students = vec![None; n_students];
    let factor = (joined.n as f64 / (joined.n as f64 - 1.0).max(1.0)).sqrt();
    for (piece, part) in pieces.iter().zip(&joined.influence) {
        // The influence is that of the assessed rows, in their order.
        let mut part = part.iter().peekable();
        for (row, place) in piece.sitting.pairs() {
            presence.enrolled[place] = true;
            if let Some(value) = piece.run.values[row as usize] {
                presence.assessed[place] = true;
                students[place] = Some(value);
            }
            if let Some((_, psi)) = part.next_if(|(of, _)| *of == row) {
                influence[place] += factor * psi;
            }
        }
    }
    let outcome = &pieces[0].run.view.scheme.outcome;
    let parts: Vec<(&'a ObjectiveRun<'a>, Arc<[u32]>)> =
        pieces.iter().map(|piece| (piece.run, Arc::clone(&piece.sitting.rows))).collect();
    let shares = joined.shares;
    let base: ExactValue<'a> = Arc::new(move || {
        (parts.iter().zip(&shares))
            .filter(|(_, share)| !share.is_zero())
            .map(|((run, rows), share)| share * run.group_exact(rows))
            .sum()
    });
    let decide = Arc::clone(&base);
    let value = outcome.decide(&Exact { value: joined.base, bound: joined.bound, exact: &|| decide() });
    let exact: ExactValue<'a> = Arc::new(move || outcome.apply_exact(&base()));
    let smooth = outcome.smooth();
    let share = wilson_share(joined.base.clamp(0.0, 1.0), joined.n as f64, policy.uncertainty.confidence);
    let ends = share.filter(|_| !smooth).map(|share| (outcome.apply(share.low), outcome.apply(share.high)));
    let node = Node {
        value,
        bound: joined.bound * 4.0,
        exact,
        scale: outcome.scale(),
        influence: Some(influence),
        other_variance: 0.0,
        replicates: None,
        smooth,
        ends,
        presence,
    };
    let redraw = if smooth { Redraw::Smooth } else { Redraw::Outcome(joined.base, outcome) };
    Input { node, students, basis: Basis::Marks, redraw }
}

/// From item means: one offering's value, or the mean of several weighted by their students where known.
fn from_means<'a>(n_students: usize, pieces: &[Piece<'a>]) -> Result<Input<'a>, Reason> {
    let mut known: Vec<(BigRational, Option<u32>)> = Vec::new();
    for piece in pieces {
        let means = &piece.run.view.treated.offering.item_means;
        if let Some(value) = from_item_means(&piece.run.view) {
            known.push((value, means.iter().filter_map(|mean| mean.n).max()));
        } else if !means.is_empty() && !piece.run.view.columns.is_empty() {
            return Err(Reason::NeedsStudents);
        }
    }
    let given: Option<u32> = known.iter().map(|(_, n)| *n).sum();
    let weights: Vec<BigRational> = (known.iter())
        .map(|(_, n)| BigRational::from_integer(if given.is_some() { n.unwrap_or(0) } else { 1 }.into()))
        .collect();
    if known.is_empty() {
        return Err(Reason::NoEvidence);
    }
    let value = normalised(&weights).iter().zip(&known).map(|(share, (value, _))| share * value).sum();
    let node = class_node(n_students, value, given.map(|n| n as usize));
    Ok(Input { node, students: vec![None; n_students], basis: Basis::ItemMeans, redraw: Redraw::Smooth })
}

/// The input of a class value given as such.
pub(crate) fn from_class_value<'a>(n_students: usize, value: &ClassValue) -> Input<'a> {
    let node = class_node(n_students, decimal_ratio(value.value), value.n.map(|n| n as usize));
    Input { node, students: vec![None; n_students], basis: Basis::ClassValues, redraw: Redraw::Smooth }
}

fn class_node<'a>(n_students: usize, exact: BigRational, given: Option<usize>) -> Node<'a> {
    let (value, bound) = rounded(&exact);
    Node {
        value,
        bound,
        exact: Arc::new(move || exact.clone()),
        scale: 1,
        influence: None,
        other_variance: 0.0,
        replicates: None,
        ends: None,
        smooth: true,
        presence: Presence { given, ..Presence::none(n_students) },
    }
}
