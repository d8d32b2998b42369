//! Mark states under a policy: which cells count, as what, and which students stay.

use crate::model::{MarkGrid, MarkState, Offering};
use crate::policy::{MarkPolicy, Treatment};

/// How the cells of an offering are read: states are resolved by the policy, students it drops are left out.
#[derive(Debug, Clone)]
pub(crate) struct Treated<'a> {
    /// The offering.
    pub(crate) offering: &'a Offering,
    /// Whether each state counts as 0; a state that does not leaves the student's sums.
    zero: [bool; MarkState::ALL.len()],
    /// Roster rows that stay, in order.
    pub(crate) kept: Vec<u32>,
}

impl<'a> Treated<'a> {
    /// Resolves the states of an offering.
    pub(crate) fn new(offering: &'a Offering, policy: &MarkPolicy) -> Self {
        let zero = MarkState::ALL.map(|state| policy.treatment(state) == Treatment::Zero);
        let drops = MarkState::ALL.iter().filter(|state| policy.treatment(**state) == Treatment::DropStudent);
        let drops = drops.fold(0, |drops, state| drops | state.bit());
        let stays = |row: &u32| {
            let row = *row as usize;
            let leaves = policy.withdrawn == Treatment::DropStudent && offering.roster[row].withdrawn;
            !leaves && offering.marks.states(row) & drops == 0
        };
        let n = offering.roster.len().min(offering.marks.n_students()) as u32;
        let mut kept = Vec::with_capacity(n as usize);
        kept.extend((0..n).filter(stays));
        Self { offering, zero, kept }
    }

    /// A cell in minor units; `None` where it does not count.
    #[inline]
    pub(crate) fn units(&self, code: i64) -> Option<i64> {
        if code >= 0 {
            Some(code)
        } else if self.zero[MarkGrid::position(code)] {
            Some(0)
        } else {
            None
        }
    }

    /// The rows that hold a number in every one of these items: complete cases.
    pub(crate) fn complete(mut self, items: &[usize]) -> Self {
        let marks = &self.offering.marks;
        self.kept.retain(|&row| items.iter().all(|&item| marks.row(row as usize)[item] >= 0));
        self
    }
}
