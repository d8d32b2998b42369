//! From a draft policy to a checked one: every contradiction of the file at once.

use std::fmt;

use super::{Policy, Rounding};

/// What is wrong with a policy file, all of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PolicyError {
    /// One line per problem, each naming its key and what is expected.
    pub problems: Vec<String>,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))
    }
}

impl PolicyError {
    /// A file that does not parse.
    pub(super) fn syntax(text: &str, error: &toml::de::Error) -> Self {
        let line =
            error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        Self { problems: vec![format!("line {line}: {}", error.message())] }
    }
}

/// All contradictions of a policy.
pub(super) fn check(policy: &Policy) -> Result<(), PolicyError> {
    let mut problems = Vec::new();
    let mut must = |holds: bool, problem: &str| {
        if !holds {
            problems.push(problem.to_owned());
        }
    };
    let objective = &policy.objective;
    must(!policy.key.trim().is_empty(), "key: a policy needs a key");
    must(objective.level_max > 0, "objective.level_max: at least 1");
    must(
        objective.levels.windows(2).all(|pair| pair[0].at < pair[1].at && pair[0].level < pair[1].level),
        "objective.levels: `at` and `level` must rise together",
    );
    must(
        objective.levels.iter().all(|cut| cut.level <= objective.level_max),
        "objective.levels: no level above objective.level_max",
    );
    let cuts = objective.categories;
    must(
        cuts.exemplary > cuts.satisfactory && cuts.satisfactory > cuts.developing,
        "objective.categories: exemplary > satisfactory > developing",
    );
    must(
        objective.grades.points.keys().all(|at| crate::model::parse_decimal(at).is_some()),
        "objective.grades.points: keys are shares of the full mark, such as \"0.9\"",
    );
    must(
        objective.grades.max > crate::model::Decimal::ZERO
            && objective.grades.points.values().all(|&points| points <= objective.grades.max),
        "objective.grades.max: above 0 and no grade above it",
    );
    must(objective.rollup_n > 0, "objective.rollup_n: at least 1");
    must(policy.rounding.digits <= Rounding::MAX_DIGITS, "rounding.digits: at most 12");
    let uncertainty = policy.uncertainty;
    must(
        uncertainty.confidence > 0.5 && uncertainty.confidence < 1.0,
        "uncertainty.confidence: between 0.5 and 1, such as 0.95",
    );
    must(uncertainty.min_n >= 2, "uncertainty.min_n: at least 2");
    must((100..=100_000).contains(&uncertainty.replicates), "uncertainty.replicates: 100 to 100000");
    must((2..=100).contains(&policy.privacy.suppress_below), "privacy.suppress_below: 2 to 100");
    must(
        policy.indicator.codes.values().all(|weight| !weight.is_sign_negative()),
        "indicator.codes: no negative number",
    );
    must(
        ["mean", "top-box"].contains(&policy.indirect.value.as_str()),
        "indirect.value: \"mean\" or \"top-box\"",
    );
    for (key, rule) in [
        ("training_objective.rule", &policy.training_objective.rule),
        ("training_objective.audience_rule", &policy.training_objective.audience_rule),
    ] {
        must(
            ["weighted", "minimum"].contains(&rule.as_str()),
            &format!("{key}: \"weighted\" or \"minimum\""),
        );
    }
    if problems.is_empty() { Ok(()) } else { Err(PolicyError { problems }) }
}
