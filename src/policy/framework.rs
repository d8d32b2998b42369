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
    /// Requirements in order.
    pub requirements: Vec<FrameworkItem>,
    /// Crosswalks from older frameworks.
    #[serde(default)]
    pub crosswalks: Vec<Crosswalk>,
}

const FILES: &[(&str, &str)] = &[("ceeaa-2024", include_str!("framework/ceeaa-2024.toml"))];

/// A built-in framework.
pub fn framework(key: &str) -> Option<Framework> {
    let (_, text) = FILES.iter().find(|(name, _)| *name == key)?;
    toml::from_str(text).ok()
}

/// All built-in frameworks, in the order of the list.
pub fn builtin_frameworks() -> impl Iterator<Item = Framework> {
    FILES.iter().filter_map(|(_, text)| toml::from_str(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_framework_parses_and_every_crosswalk_joins_known_requirements() {
        for (key, text) in FILES {
            let here: Framework = toml::from_str(text).unwrap_or_else(|error| panic!("{key}: {error}"));
            assert_eq!(here.key, *key);
            for crosswalk in &here.crosswalks {
                let there = framework(&crosswalk.from).unwrap_or_else(|| panic!("{key}: {}", crosswalk.from));
                for item in &there.requirements {
                    assert!(crosswalk.pairs.iter().any(|(old, _)| *old == item.id), "{} is lost", item.id);
                }
                for (old, new) in &crosswalk.pairs {
                    assert!(there.requirements.iter().any(|item| item.id == *old), "{old}");
                    assert!(here.requirements.iter().any(|item| item.id == *new), "{new}");
                }
            }
        }
    }
}
