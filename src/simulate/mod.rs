//! A simulated institution whose truth is known: for the demonstration, for benches and for coverage studies.
//!
//! From a [`Design`] and its seed (ChaCha8) comes the same data set on every machine: students whose abilities
//! in different courses share a general factor, items that respond by a graded model, absences, deferrals,
//! misconduct, withdrawals, repetitions, surveys, one weak course and one changed assessment; and for value added schools of
//! origin, entry scores and yearly tests with known effects of units.

mod content;
mod course;
mod design;
mod draw;
mod files;
mod plan;
mod progress;
mod survey;
#[cfg(test)]
mod tests;
mod truth;

pub use design::{Design, ItemCounts, Rates};
pub use files::{SimulateError, simulate};
pub use truth::{ERROR as TRUTH_ERROR, TruthRow};

use crate::model::Dataset;

/// A design with everything that does not depend on the replicate prepared.
#[derive(Debug)]
pub struct Simulator {
    design: Design,
    courses: draw::Courses,
}

impl Simulator {
    /// Prepares a design: draws the items of its courses.
    pub fn new(design: Design) -> Self {
        let courses = draw::courses(&design);
        Self { design, courses }
    }

    /// The data set of one replicate: same items, new students and marks.
    pub fn dataset(&self, replicate: u32) -> Dataset {
        draw::dataset(&self.design, &self.courses, replicate)
    }

    /// The true values; only `offering_objective` depends on the data set, through the numbers of students
    /// who repeat.
    pub fn truth(&self, dataset: &Dataset) -> Vec<TruthRow> {
        truth::truth(&self.design, &self.courses, dataset)
    }

    /// The file `value_added.toml` of the design: the models under which the effects are true.
    pub fn declared(&self) -> String {
        progress::declared(&self.design)
    }

    /// The true effects of schools, colleges, programmes and classes on the yearly tests: the level `unit_effect`, with
    /// the test and the kind of unit in `rule`. They are drawn from the seed and the same in every replicate.
    pub fn unit_effects(&self) -> Vec<TruthRow> {
        progress::truth(&self.design)
    }
}

/// The data set of one replicate of a design and what is true of it.
pub fn dataset(design: &Design, replicate: u32) -> (Dataset, Vec<TruthRow>) {
    let simulator = Simulator::new(design.clone());
    let dataset = simulator.dataset(replicate);
    let truth = simulator.truth(&dataset);
    (dataset, truth)
}
