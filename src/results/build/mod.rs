//! From what was attained to the tidy tables.

mod above;
mod detail;
mod evidence;
mod figure;
mod offering;
mod students;
#[cfg(test)]
mod tests;
mod value_added;

use rayon::prelude::*;

use crate::attainment::{Attained, Compared, Wanted};
use crate::message::{self, Lang};
use crate::model::{Dataset, Issue, Severity};
use crate::policy::Policy;

pub use value_added::value_added_tables;

use super::schema;
use super::table::{Table, TableSchema, Value};

/// What every table is built from.
#[derive(Clone, Copy)]
struct Sources<'a> {
    dataset: &'a Dataset,
    policy: &'a Policy,
    attained: &'a Attained,
}

/// Makes one table.
type Maker = fn(Sources<'_>) -> Table;

/// The maker of every table of the chain, in the order of the schemas.
static MAKERS: [(&TableSchema, Maker); 21] = [
    (&schema::OBJECTIVES, offering::objectives),
    (&schema::OFFERINGS, offering::offerings),
    (&schema::COURSE_TERMS, offering::course_terms),
    (&schema::COHORT_COURSES, above::cohort_courses),
    (&schema::INDICATORS, above::indicators),
    (&schema::REQUIREMENTS, above::requirements),
    (&schema::TRAINING_OBJECTIVES, above::training_objectives),
    (&schema::CONTRIBUTIONS, above::contributions),
    (&schema::SUPPORT, above::support),
    (&schema::REQUIREMENT_SUPPORT, detail::requirement_support),
    (&schema::ITEMS, offering::items),
    (&schema::ITEM_ANALYSIS, evidence::item_analysis),
    (&schema::RELIABILITY, evidence::reliability),
    (&schema::COMPONENT_OBJECTIVES, detail::component_objectives),
    (&schema::SECTION_SPREAD, detail::section_spread),
    (&schema::MISSING, offering::missing),
    (&schema::SURVEYS, above::surveys),
    (&schema::SURVEY_ANSWERS, detail::survey_answers),
    (&schema::STUDENT_OBJECTIVES, students::objectives),
    (&schema::STUDENT_INDICATORS, students::indicators),
    (&schema::STUDENT_REQUIREMENTS, students::requirements),
];

/// Every table of the chain, in the order of the schemas.
pub fn tables(dataset: &Dataset, policy: &Policy, attained: &Attained) -> Vec<Table> {
    tables_where(dataset, policy, attained, &|_| true)
}

/// The tables of the chain whose key is wanted, in the order of the schemas.
pub fn tables_where(
    dataset: &Dataset,
    policy: &Policy,
    attained: &Attained,
    wanted: &(dyn Fn(&str) -> bool + Sync),
) -> Vec<Table> {
    let sources = Sources { dataset, policy, attained };
    MAKERS.par_iter().filter(|(schema, _)| wanted(schema.key)).map(|(_, make)| make(sources)).collect()
}

/// The parts of the chain that the wanted tables need.
pub fn parts_for(wanted: &dyn Fn(&str) -> bool) -> Wanted {
    let any = |keys: &[&str]| keys.iter().any(|key| wanted(key));
    Wanted {
        items: any(&["items", "component_objectives"]),
        missing: wanted("missing"),
        terms: wanted("course_terms"),
        students: wanted("student_objectives"),
        cohorts: any(&[
            "cohort_courses",
            "indicators",
            "requirements",
            "training_objectives",
            "contributions",
            "student_indicators",
            "student_requirements",
        ]),
    }
}

/// One row of the accounts of what was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowAccount<'a> {
    /// File, relative to the workspace.
    pub file: &'a str,
    /// Sheet.
    pub sheet: Option<&'a str>,
    /// Logical table.
    pub table: &'a str,
    /// Data rows.
    pub rows: usize,
    /// Rows used.
    pub used: usize,
    /// Rows listed with a reason.
    pub listed: usize,
}

/// The accounts of what was read: rows = used + listed.
pub fn row_table<'a>(accounts: impl IntoIterator<Item = RowAccount<'a>>) -> Table {
    let mut table = Table::new(&schema::ROWS);
    for account in accounts {
        table.push(&[
            account.file.into(),
            account.sheet.into(),
            account.table.into(),
            account.rows.into(),
            account.used.into(),
            account.listed.into(),
        ]);
    }
    table
}

/// The key of a severity in tables.
fn severity_key(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// All issues, their texts in one language.
pub fn issue_table(issues: &[Issue], lang: Lang) -> Table {
    let mut table = Table::new(&schema::ISSUES);
    for issue in issues {
        let (message, hint) = issue_texts(issue, lang);
        let place = &issue.place;
        let position = |number: Option<u32>| Value::Integer(number.map(i64::from));
        table.push(&[
            severity_key(issue.severity).into(),
            issue.code.into(),
            (&*place.file).into(),
            place.sheet.as_deref().into(),
            position(place.row),
            position(place.column),
            message.as_str().into(),
            hint.as_str().into(),
        ]);
    }
    table
}

/// The message and the hint of an issue.
pub fn issue_texts(issue: &Issue, lang: Lang) -> (String, String) {
    let cause = issue.values.iter().find(|(name, _)| *name == "cause");
    let cause = cause.map(|(name, cause)| (*name, message::cause(lang, cause)));
    // The first value of a name is the one that is said.
    let values: Vec<(&str, &str)> =
        cause.iter().chain(&issue.values).map(|(name, value)| (*name, value.as_str())).collect();
    let key = format!("issue.{}", issue.code);
    (message::text(lang, &key, &values), message::text(lang, &format!("{key}.hint"), &values))
}

/// The comparison of methods and rules.
pub fn compare_table(dataset: &Dataset, compared: &[Compared]) -> Table {
    let mut table = Table::new(&schema::COMPARE);
    for one in compared {
        let programme = &dataset.programmes[one.programme];
        let cohort = &programme.cohorts[one.cohort];
        let plan = &programme.plans[cohort.plan];
        let figure = &one.figure;
        let shown = figure.shown.map(|shown| shown.to_string());
        table.push(&[
            programme.id.as_str().into(),
            plan.version.as_str().into(),
            cohort.id.as_str().into(),
            plan.requirements[one.requirement].id.as_str().into(),
            one.method.into(),
            one.rule.into(),
            one.measure.key().into(),
            figure.value.into(),
            shown.as_deref().into(),
            figure.expected.into(),
            figure.verdict.map(|verdict| verdict.key()).into(),
            one.declared.into(),
            one.depends.into(),
            figure.reason.map(|reason| reason.key()).into(),
        ]);
    }
    table
}
