//! Whether what a policy names exists.

use super::method::{METHODS, objective_method};
use super::rule::{RULES, rule};
use crate::model::{Issue, Severity};
use crate::policy::{Policy, place_of};

/// The method and the rule of a policy that do not exist, each an issue at its place in the policy's text; the file's
/// name is left to the caller.
pub fn unknown_choices(policy: &Policy, text: &str) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut note = |key: &str, value: &str, known: Vec<&str>| {
        let issue = Issue::new("entry_not_one_of", Severity::Error, place_of(text, key)).with("key", key);
        issues.push(issue.with("value", format!("\"{value}\"")).with("known", known.join(", ")));
    };
    let method = policy.objective.method.as_str();
    if objective_method(method).is_none() {
        note("objective.method", method, METHODS.iter().map(|method| method.key()).collect());
    }
    let own = policy.requirement.rule.as_str();
    if rule(own).is_none() {
        note("requirement.rule", own, RULES.iter().map(|rule| rule.key()).collect());
    }
    issues
}
