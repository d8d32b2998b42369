//! What the models of gains share: two measurements of the same students, and means per unit.

use crate::stats::interval;
use crate::stats::moments::Moments;
use crate::value_added::design::Design;
use crate::value_added::error::ValueAddedError;
use crate::value_added::study::sample::unit;
use crate::value_added::study::{Findings, Sample, Unit, Units};

/// The same students before and after.
pub(super) struct Pairs {
    pub(super) design: Design,
    pub(super) before: Vec<f64>,
}

/// The two measurements of `after ~ before`.
pub(super) fn pairs(sample: &Sample<'_>) -> Result<Pairs, ValueAddedError> {
    let design = sample.grouped()?;
    let [before] = sample.declaration.formula.terms.as_slice() else {
        return Err(ValueAddedError::NotComparable { reason: "a gain has one measurement before" });
    };
    let name = &before.variables[0].name;
    let column = design.names.iter().position(|known| known == name);
    let before = column.map(|at| design.columns[at].clone());
    let before = before.ok_or_else(|| ValueAddedError::NotNumeric { column: name.clone() })?;
    Ok(Pairs { design, before })
}

/// A unit and the values of its students.
pub(super) type OfUnit<'a> = (&'a str, Vec<f64>);

impl Pairs {
    pub(super) fn after(&self) -> &[f64] {
        &self.design.response
    }

    /// Values of the students, apart by unit; students without a value are left out.
    pub(super) fn by_unit(&self, values: &[Option<f64>]) -> Vec<OfUnit<'_>> {
        let Some(grouping) = unit(&self.design) else { return Vec::new() };
        let mut units: Vec<OfUnit<'_>> =
            grouping.levels.iter().map(|level| (level.as_str(), Vec::new())).collect();
        for (code, value) in grouping.codes.iter().zip(values) {
            units[*code as usize].1.extend(value);
        }
        units
    }

    /// The mean of the values of each unit with its t interval.
    pub(super) fn unit_means(&self, values: &[Option<f64>], effect: &str, level: f64) -> Vec<Units> {
        let mean = |(unit, values): OfUnit<'_>| {
            let moments = Moments::of(&values)?;
            Some(Unit {
                unit: unit.to_owned(),
                n: values.len(),
                effect: moments.mean,
                standard_error: moments.standard_error(),
                interval: interval::student_mean(&moments, level),
                ..Unit::default()
            })
        };
        self.units(effect, self.by_unit(values).into_iter().filter_map(mean).collect())
    }

    /// Effects of the declared unit; nothing where none is declared.
    pub(super) fn units(&self, effect: &str, units: Vec<Unit>) -> Vec<Units> {
        let factor = unit(&self.design).map(|grouping| grouping.name.clone());
        factor.map(|factor| Units { factor, effect: effect.to_owned(), units }).into_iter().collect()
    }

    /// What every gain says of its students.
    pub(super) fn findings(&self, sample: &Sample<'_>) -> Findings {
        Findings {
            counts: Some(self.design.counts.clone()),
            notes: self.design.notes.clone(),
            students: sample.students_of(&self.design),
            ..Findings::default()
        }
    }
}
