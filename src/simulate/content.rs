//! The texts of the fictitious programme, from `programme.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

/// A course as the content file states it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Course {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) credits: String,
    /// Semester of study, from 1.
    pub(super) semester: u32,
    /// A course of practice: report and defence, no examination.
    #[serde(default)]
    pub(super) practice: bool,
    /// (indicator, text) of each objective.
    pub(super) objectives: Vec<(String, String)>,
}

/// The whole programme.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    /// (identifier, text, requirements supporting it).
    pub(super) training_objectives: Vec<(String, String, Vec<String>)>,
    /// (training objective, requirements of the older plan supporting it).
    pub(super) earlier_training_support: Vec<(String, Vec<String>)>,
    pub(super) requirements: Vec<(String, String)>,
    pub(super) earlier: Vec<(String, String)>,
    /// (identifier, identifier in the older plan, text).
    pub(super) indicators: Vec<(String, String, String)>,
    pub(super) courses: Vec<Course>,
}

/// The content file; it is compiled in and a test parses it, so a file that does not parse never ships.
pub(super) fn content() -> &'static Content {
    static CONTENT: OnceLock<Content> = OnceLock::new();
    CONTENT.get_or_init(|| {
        toml::from_str(include_str!("programme.toml")).unwrap_or_else(|error| unreachable!("{error}"))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_indicator_is_supported_and_every_objective_supports_a_known_one() {
        let content = content();
        let known: BTreeSet<&str> = content.indicators.iter().map(|(id, _, _)| id.as_str()).collect();
        let mut used = BTreeSet::new();
        for course in &content.courses {
            for (indicator, _) in &course.objectives {
                assert!(known.contains(indicator.as_str()), "{}: {indicator}", course.code);
                used.insert(indicator.as_str());
            }
        }
        assert_eq!(used, known);
    }
}
