//! Frameworks: the versioned lists of graduation requirements that accreditors publish, and crosswalks.

use serde::{Deserialize, Serialize};

use crate::message::Bilingual;

/// One requirement of a framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameworkItem {
    /// Identifier within the framework.
    pub id: String,
    /// Short title.
    pub title: Bilingual,
    /// Heading it stands under, where the framework groups its requirements.
    #[serde(default)]
    pub group: Option<Bilingual>,
}

/// How the requirements of an older framework continue in this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crosswalk {
    /// Key of the older framework.
    pub from: String,
    /// Who says so, and whether it is official.
    pub source: String,
    /// Pairs of (requirement there, requirement here).
    pub pairs: Vec<(String, String)>,
}

/// A framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Key, such as `ceeaa-2024`.
    pub key: String,
    /// Name.
    pub title: Bilingual,
    /// Where the list comes from.
    pub source: String,
    /// Date of the source, ISO 8601.
    pub date: String,
    /// What a reader must know beside it: whose words the titles are, what a programme adds.
    #[serde(default)]
    pub note: Option<Bilingual>,
    /// Requirements in order.
    pub requirements: Vec<FrameworkItem>,
    /// Crosswalks from older frameworks.
    #[serde(default)]
    pub crosswalks: Vec<Crosswalk>,
}

const FILES: &[(&str, &str)] = &[
    ("ceeaa-2024", include_str!("framework/ceeaa-2024.toml")),
    ("ceeaa-2022", include_str!("framework/ceeaa-2022.toml")),
    ("ceeaa-2015", include_str!("framework/ceeaa-2015.toml")),
    ("teacher-education", include_str!("framework/teacher-education.toml")),
    ("nba-2025", include_str!("framework/nba-2025.toml")),
    ("nba-2016", include_str!("framework/nba-2016.toml")),
    ("washington-accord-2021", include_str!("framework/washington-accord-2021.toml")),
    ("abet-eac", include_str!("framework/abet-eac.toml")),
    ("abet-cac", include_str!("framework/abet-cac.toml")),
];

/// A built-in framework.
pub fn framework(key: &str) -> Option<Framework> {
    toml::from_str(framework_text(key)?).ok()
}

/// The text of a built-in framework, for its hash in the manifest.
pub fn framework_text(key: &str) -> Option<&'static str> {
    FILES.iter().find(|(name, _)| *name == key).map(|(_, text)| *text)
}

/// All built-in frameworks, in the order of the list.
pub fn builtin_frameworks() -> impl Iterator<Item = Framework> {
    FILES.iter().filter_map(|(_, text)| toml::from_str(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(key: &str, text: &str) -> Framework {
        toml::from_str(text).unwrap_or_else(|error| panic!("{key}: {error}"))
    }

    #[test]
    fn every_framework_parses_and_names_its_source_and_date() {
        for (key, text) in FILES {
            let framework = parsed(key, text);
            assert_eq!(framework.key, *key);
            assert!(!framework.source.trim().is_empty(), "{key} names its source");
            assert!(super::super::check::is_date(&framework.date), "{key}: date {}", framework.date);
            assert!(framework.crosswalks.iter().all(|walk| !walk.source.is_empty()), "{key}");
            for text in framework.note.iter().chain(framework.requirements.iter().map(|item| &item.title)) {
                assert!(!text.zh.trim().is_empty() && !text.en.trim().is_empty(), "{key}: {text:?}");
            }
        }
    }

    #[test]
    fn every_framework_has_as_many_requirements_as_its_publisher_lists() {
        let published = [
            ("ceeaa-2024", 11),
            ("ceeaa-2022", 12),
            ("ceeaa-2015", 12),
            ("teacher-education", 8),
            ("nba-2025", 11),
            ("nba-2016", 12),
            ("washington-accord-2021", 11),
            ("abet-eac", 7),
            ("abet-cac", 6),
        ];
        assert_eq!(published.len(), FILES.len());
        for (key, count) in published {
            let framework = framework(key).unwrap();
            let mut ids: Vec<&str> = framework.requirements.iter().map(|item| item.id.as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!((ids.len(), framework.requirements.len()), (count, count), "{key}");
        }
    }

    #[test]
    fn a_framework_groups_all_of_its_requirements_or_none() {
        for framework in builtin_frameworks() {
            let grouped = framework.requirements.iter().filter(|item| item.group.is_some()).count();
            assert!(grouped == 0 || grouped == framework.requirements.len(), "{}", framework.key);
        }
        let teachers = framework("teacher-education").unwrap();
        let mut groups: Vec<&Bilingual> =
            teachers.requirements.iter().filter_map(|item| item.group.as_ref()).collect();
        groups.dedup();
        assert_eq!(groups.len(), 4);
    }

    #[test]
    fn every_crosswalk_joins_known_requirements_and_loses_none_on_either_side() {
        for here in builtin_frameworks() {
            for crosswalk in &here.crosswalks {
                let there = framework(&crosswalk.from).unwrap_or_else(|| panic!("{}", crosswalk.from));
                let ids = |framework: &Framework| -> Vec<String> {
                    framework.requirements.iter().map(|item| item.id.clone()).collect()
                };
                let (old_ids, new_ids) = (ids(&there), ids(&here));
                for (old, new) in &crosswalk.pairs {
                    assert!(old_ids.contains(old) && new_ids.contains(new), "{old} -> {new}");
                }
                for id in &old_ids {
                    assert!(crosswalk.pairs.iter().any(|(old, _)| old == id), "{}: {id} is lost", here.key);
                }
                for id in &new_ids {
                    assert!(crosswalk.pairs.iter().any(|(_, new)| new == id), "{}: {id} is new", here.key);
                }
            }
        }
    }

    #[test]
    fn a_crosswalk_there_and_back_is_the_identity() {
        let there = framework("nba-2025").unwrap();
        let back = framework("washington-accord-2021").unwrap();
        let step = |framework: &Framework, from: &str, id: &str| -> String {
            let walk = framework.crosswalks.iter().find(|walk| walk.from == from).unwrap();
            walk.pairs.iter().find(|(old, _)| old == id).unwrap().1.clone()
        };
        for item in &there.requirements {
            let over = step(&back, "nba-2025", &item.id);
            assert_eq!(step(&there, "washington-accord-2021", &over), item.id);
        }
    }
}
