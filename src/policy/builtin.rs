//! The built-in policies: TOML files compiled in.

use super::Policy;

const FILES: &[(&str, &str)] = &[
    ("ceeaa-2024", include_str!("builtin/ceeaa-2024.toml")),
    ("ceeaa-2022", include_str!("builtin/ceeaa-2022.toml")),
    ("teacher-education", include_str!("builtin/teacher-education.toml")),
    ("nba-2025", include_str!("builtin/nba-2025.toml")),
    ("nba-2016", include_str!("builtin/nba-2016.toml")),
    ("abet-eac", include_str!("builtin/abet-eac.toml")),
    ("abet-cac", include_str!("builtin/abet-cac.toml")),
    ("canvas", include_str!("builtin/canvas.toml")),
];

/// The text of a built-in policy, to start one's own from.
pub fn builtin_text(key: &str) -> Option<&'static str> {
    FILES.iter().find(|(name, _)| *name == key).map(|(_, text)| *text)
}

/// A built-in policy.
pub fn builtin_policy(key: &str) -> Option<Policy> {
    Policy::parse(builtin_text(key)?).ok()
}

/// All built-in policies, in the order of the list.
pub fn builtin_policies() -> impl Iterator<Item = Policy> {
    FILES.iter().filter_map(|(_, text)| Policy::parse(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Decimal, MarkState, WordMeaning};

    fn all() -> impl Iterator<Item = (&'static str, Policy)> {
        FILES
            .iter()
            .map(|(key, text)| (*key, Policy::parse(text).unwrap_or_else(|error| panic!("{key}: {error}"))))
    }

    #[test]
    fn every_builtin_policy_is_checked_and_names_its_source() {
        for (key, policy) in all() {
            assert_eq!(policy.key, key);
            assert!(
                !policy.source.zh.is_empty() && !policy.source.en.is_empty() && !policy.date.is_empty(),
                "{key} names its source and date"
            );
            if let Some(framework) = &policy.framework {
                assert!(super::super::framework(framework).is_some(), "{key}: framework {framework}");
            }
        }
    }

    /// What a policy file leaves out it takes from the program; a built-in one leaves out nothing that a
    /// reader would miss.
    #[test]
    fn every_builtin_policy_is_self_contained() {
        let sections =
            ["objective", "indicator", "requirement", "indirect", "rounding", "threshold", "marks"];
        for (key, text) in FILES {
            let table: toml::Table = toml::from_str(text).unwrap();
            for section in sections.iter().chain(&["uncertainty", "privacy", "retakes", "sections"]) {
                assert!(table.contains_key(*section), "{key}: {section}");
            }
        }
    }

    /// A policy that nobody signed says which decisions are not its source's, and no other claims to be checked.
    #[test]
    fn a_builtin_draft_names_what_its_source_leaves_open() {
        for (key, policy) in all() {
            assert_eq!(policy.status, super::super::Status::Draft, "{key}: who checked it?");
            let decisions = super::super::decisions(&policy);
            let backed: Vec<&str> =
                decisions.iter().filter(|one| !one.open).map(|one| one.key.as_str()).collect();
            let expected: &[&str] = match key {
                "canvas" => &[
                    "objective.method",
                    "objective.rollup",
                    "objective.rollup_p",
                    "marks.blank",
                    "threshold.objective",
                    "threshold.closed",
                    "rounding.mode",
                    "rounding.digits",
                ],
                _ => &["framework"],
            };
            assert_eq!(backed, expected, "{key}");
        }
    }

    #[test]
    fn every_word_is_found_in_any_case_and_means_a_state_or_a_share() {
        for (key, policy) in all() {
            assert!(!policy.marks.words.0.is_empty(), "{key}");
            for (word, meaning) in &policy.marks.words.0 {
                assert_eq!(*word, word.to_uppercase(), "{key}: {word}");
                let lower = format!(" {} ", word.to_lowercase());
                assert_eq!(policy.marks.words.meaning(&lower), Some(*meaning), "{key}: {word}");
            }
        }
    }

    #[test]
    fn a_word_is_written_as_its_state_or_its_share() {
        let text = "\"缺考\" = { state = \"absent\" }\n\"优\" = { share = \"0.95\" }\n";
        let words: crate::model::MarkWords = toml::from_str(text).unwrap();
        assert_eq!(words.meaning("缺考"), Some(WordMeaning::State(MarkState::Absent)));
        assert_eq!(words.meaning("优"), Some(WordMeaning::Share(Decimal::new(95, 2))));
        let again: crate::model::MarkWords = toml::from_str(&toml::to_string(&words).unwrap()).unwrap();
        assert_eq!(again, words);
    }

    #[test]
    fn better_grades_have_higher_shares() {
        let scales: [&[&str]; 3] = [
            &["优", "良", "中", "及格", "不及格"],
            &["A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "F"],
            &["O", "A+", "A", "B+", "B", "C", "P", "F"],
        ];
        for (key, policy) in all() {
            for scale in scales {
                let shares: Vec<Decimal> = scale
                    .iter()
                    .filter_map(|word| match policy.marks.words.meaning(word) {
                        Some(WordMeaning::Share(share)) => Some(share),
                        _ => None,
                    })
                    .collect();
                assert!(shares.windows(2).all(|pair| pair[0] > pair[1]), "{key}: {scale:?} {shares:?}");
            }
        }
    }

    #[test]
    fn a_policy_written_out_and_read_again_is_the_same() {
        for (key, policy) in all() {
            let text = toml::to_string(&policy).unwrap_or_else(|error| panic!("{key}: {error}"));
            assert_eq!(Policy::parse(&text).as_ref(), Ok(&policy), "{key}");
        }
    }
}
