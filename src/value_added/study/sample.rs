//! What a model is fitted on.

use super::declared::Declaration;
use super::students::Students;
use crate::value_added::data::Data;
use crate::value_added::design::{Design, Grouping};
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
}

impl Sample<'_> {
    /// The design with the declared unit as its only grouping factor, see [`Declaration::grouped`].
    pub(super) fn grouped(&self) -> Result<Design, ValueAddedError> {
        Design::new(&self.declaration.grouped()?, self.data)
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
