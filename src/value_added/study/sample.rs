//! What a model is fitted on.

use super::declared::Declaration;
use super::shares::Shares;
use super::students::Students;
use crate::value_added::data::Data;
use crate::value_added::design::{Design, Grouping, Note};
use crate::value_added::error::ValueAddedError;

/// A declaration and the students it is fitted on.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// What was asked.
    pub declaration: &'a Declaration,
    /// The columns the model needs.
    pub data: &'a Data,
    /// The student of each row, by its position in the data set.
    pub students: &'a [u32],
    /// The units of each row, where a student may belong to several.
    pub shares: Option<&'a Shares>,
}

impl Sample<'_> {
    /// The design with the declared unit as its only grouping factor, see [`Declaration::grouped`].
    pub(super) fn grouped(&self) -> Result<Design, ValueAddedError> {
        Design::new(&self.declaration.grouped()?, self.data)
    }

    /// The design with the declared weights, where there are some.
    pub(super) fn weighted(&self, design: Design) -> Result<Design, ValueAddedError> {
        let Some(name) = &self.declaration.weights else { return Ok(design) };
        let values = self.data.numbers(name)?;
        let weights = design.rows.iter().filter_map(|row| values[*row]).collect();
        design.weighted(weights)
    }

    /// The design with the declared memberships, where there are some; rows without a unit are told.
    pub(super) fn with_memberships(&self, design: Design) -> Result<Design, ValueAddedError> {
        let Some(shares) = self.shares else { return Ok(design) };
        let membership = shares.membership(&design.rows)?;
        let rows = membership.rows().iter().filter(|shares| shares.is_empty()).count();
        let mut design = design.with_membership(membership)?;
        if rows > 0 {
            design.notes.push(Note::WithoutUnit { factor: shares.factor.clone(), rows });
        }
        Ok(design)
    }

    /// Unit, first input and outcome of the rows of a design.
    pub(super) fn students_of(&self, design: &Design) -> Students {
        Students::new(&self.declaration.formula, self.data, design, self.students)
    }
}

/// The declared unit in a design of [`Sample::grouped`].
pub(super) fn unit(design: &Design) -> Option<&Grouping> {
    design.random.first().map(|random| &random.grouping)
}

/// Some rows of a sample.
pub(super) struct Part {
    data: Data,
    students: Vec<u32>,
    shares: Option<Shares>,
}

impl Part {
    pub(super) fn new(sample: &Sample<'_>, rows: &[usize]) -> Self {
        Self {
            data: sample.data.select(rows),
            students: rows.iter().map(|row| sample.students[*row]).collect(),
            shares: sample.shares.map(|shares| shares.select(rows)),
        }
    }

    pub(super) fn sample<'a>(&'a self, declaration: &'a Declaration) -> Sample<'a> {
        Sample { declaration, data: &self.data, students: &self.students, shares: self.shares.as_ref() }
    }
}
