//! Everything known of an institution, names interned to positions in sorted lists.

use super::{Decimal, Offering, Programme, Survey};

/// A student.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Student {
    /// Student number, exactly as written.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Programme identifier.
    pub programme: Option<String>,
    /// Cohort identifier.
    pub cohort: Option<String>,
    /// Administrative class 行政班.
    pub class: Option<String>,
    /// Values of the group columns, in the order of [`Dataset::group_names`].
    pub groups: Vec<Option<String>>,
}

/// A class mean given as such: no student behind it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassValue {
    /// Programme identifier.
    pub programme: String,
    /// Cohort identifier.
    pub cohort: String,
    /// Course identifier.
    pub course: String,
    /// Course objective, where the value is one objective's.
    pub objective: Option<String>,
    /// Indicator, where the value is what the course contributes to this indicator only.
    pub indicator: Option<String>,
    /// Attainment as a fraction.
    pub value: Decimal,
    /// Number of students behind it, where known.
    pub n: Option<u32>,
}

/// Everything known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dataset {
    /// Institution name.
    pub institution: Option<String>,
    /// Programmes, ordered by identifier.
    pub programmes: Vec<Programme>,
    /// Students, ordered by identifier.
    pub students: Vec<Student>,
    /// Names of the students' group columns.
    pub group_names: Vec<String>,
    /// Offerings, ordered by identifier.
    pub offerings: Vec<Offering>,
    /// Surveys.
    pub surveys: Vec<Survey>,
    /// Class values without students.
    pub class_values: Vec<ClassValue>,
}
