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

/// What a person wrote for a report: problems found, measures, their effect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportNote {
    /// Key of the report: `course`.
    pub report: String,
    /// What the report is about: an offering, or a programme and cohort.
    pub of: String,
    /// Which part of the report: `problems`, `measures`, `last_measures`, `effect`.
    pub part: String,
    /// The words, as they were written.
    pub text: String,
}

impl ReportNote {
    /// The parts that people write, each with the other names a file may give it.
    pub const PARTS: [(&str, &[&str]); 5] = [
        ("problems", &["存在的问题", "存在问题", "问题"]),
        ("measures", &["改进措施", "下一轮改进措施", "本轮改进措施", "措施"]),
        ("last_measures", &["上一轮改进措施", "上轮改进措施"]),
        ("effect", &["改进效果", "上一轮改进措施的效果", "上轮改进效果", "效果"]),
        ("conclusion", &["结论", "评价结论"]),
    ];

    /// The key of a part by its key or one of its names.
    pub fn part(name: &str) -> Option<&'static str> {
        let is = |(key, names): &&(&'static str, &[&str])| *key == name || names.contains(&name);
        Self::PARTS.iter().find(is).map(|(key, _)| *key)
    }
}

/// One measurement of a student: an entry score, a test at the end of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What was measured.
    pub measure: String,
    /// Position of the student.
    pub student: u32,
    /// When; `None` where it was measured once.
    pub time: Option<String>,
    /// The score, on its own scale.
    pub score: Decimal,
}

/// That a student belongs to a unit, with a share: a teacher who taught half of the class, a section for a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitShare {
    /// The kind of unit, such as `teacher`.
    pub factor: String,
    /// Position of the student.
    pub student: u32,
    /// When; `None` for all the time.
    pub time: Option<String>,
    /// The unit.
    pub unit: String,
    /// Above zero; 1 where nothing is said.
    pub share: Decimal,
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
    /// Words for the reports, in the order of report, subject and part.
    pub notes: Vec<ReportNote>,
    /// Measurements of students, ordered by measure, student and time.
    pub measures: Vec<Measure>,
    /// Units of students, ordered by factor, student, time and unit.
    pub memberships: Vec<UnitShare>,
}
