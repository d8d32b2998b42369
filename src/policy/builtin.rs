//! The built-in policies: TOML files compiled in.

use super::Policy;

const FILES: &[(&str, &str)] = &[("ceeaa-2024", include_str!("builtin/ceeaa-2024.toml"))];

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

    #[test]
    fn every_builtin_policy_is_checked_and_names_its_source() {
        for (key, text) in FILES {
            let policy = Policy::parse(text).unwrap_or_else(|error| panic!("{key}: {error}"));
            assert_eq!(policy.key, *key);
            assert!(!policy.source.is_empty() && !policy.date.is_empty(), "{key} names its source and date");
            if let Some(framework) = &policy.framework {
                assert!(super::super::framework(framework).is_some(), "{key}: framework {framework}");
            }
        }
    }
}
