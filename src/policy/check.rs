//! From a draft policy to a checked one: everything wrong with the file at once.

use std::fmt;

use super::{Policy, Rounding, WeightRule};
use crate::model::{Decimal, WordMeaning, parse_decimal};

/// What is wrong with a policy file, all of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PolicyError {
    /// One line per problem, each naming its key, what was found and what is expected.
    pub problems: Vec<String>,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))
    }
}

/// All contradictions of a policy.
pub(super) fn check(policy: &Policy) -> Result<(), PolicyError> {
    let mut problems = Problems(Vec::new());
    identity(policy, &mut problems);
    levels(policy, &mut problems);
    scales(policy, &mut problems);
    rollup(policy, &mut problems);
    marks(policy, &mut problems);
    indicators(policy, &mut problems);
    surveys(policy, &mut problems);
    display(policy, &mut problems);
    if problems.0.is_empty() { Ok(()) } else { Err(PolicyError { problems: problems.0 }) }
}

/// Whether a text is an ISO 8601 date: a year, a month or a day.
pub(super) fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|byte| byte.is_ascii_digit());
    let within = |part: &str, highest: u32| {
        digits(part, 2) && part.parse::<u32>().is_ok_and(|n| (1..=highest).contains(&n))
    };
    digits(parts[0], 4)
        && parts.len() <= 3
        && parts.get(1).is_none_or(|month| within(month, 12))
        && parts.get(2).is_none_or(|day| within(day, 31))
}

struct Problems(Vec<String>);

impl Problems {
    fn must(&mut self, holds: bool, key: &str, found: impl fmt::Display, expected: &str) {
        if !holds {
            self.0.push(format!("{key}: found {found}, expected {expected}"));
        }
    }

    fn one_of(&mut self, key: &str, found: &str, allowed: &[&str]) {
        let list: Vec<String> = allowed.iter().map(|word| format!("\"{word}\"")).collect();
        self.must(allowed.contains(&found), key, format!("\"{found}\""), &list.join(" or "));
    }
}

fn identity(policy: &Policy, problems: &mut Problems) {
    for (key, text) in [
        ("key", &policy.key),
        ("title.zh", &policy.title.zh),
        ("title.en", &policy.title.en),
        ("source", &policy.source),
        ("objective.method", &policy.objective.method),
        ("requirement.rule", &policy.requirement.rule),
    ] {
        problems.must(!text.trim().is_empty(), key, "\"\"", "a text");
    }
    let date = &policy.date;
    problems.must(is_date(date), "date", format!("\"{date}\""), "a date such as 2024-11-01, 2024-11 or 2024");
}

fn levels(policy: &Policy, problems: &mut Problems) {
    let objective = &policy.objective;
    let max = objective.level_max;
    problems.must(max > 0, "objective.level_max", max, "at least 1");
    let needs_levels = objective.method.starts_with("level");
    problems.must(
        !needs_levels || !objective.levels.is_empty(),
        "objective.levels",
        "none",
        "at least one { at, level }, since objective.method works in levels",
    );
    for pair in objective.levels.windows(2) {
        problems.must(
            pair[0].at < pair[1].at && pair[0].level < pair[1].level,
            "objective.levels",
            format!(
                "at = {}, level = {} after at = {}, level = {}",
                pair[1].at.get(),
                pair[1].level,
                pair[0].at.get(),
                pair[0].level
            ),
            "`at` and `level` rising together",
        );
    }
    for cut in &objective.levels {
        let level = cut.level;
        problems.must(
            level <= max,
            "objective.levels",
            format!("level = {level}"),
            &format!("at most {max}"),
        );
    }
}

fn scales(policy: &Policy, problems: &mut Problems) {
    let cuts = policy.objective.categories;
    problems.must(
        cuts.exemplary > cuts.satisfactory && cuts.satisfactory > cuts.developing,
        "objective.categories",
        format!("{}, {}, {}", cuts.exemplary.get(), cuts.satisfactory.get(), cuts.developing.get()),
        "exemplary > satisfactory > developing",
    );
    let grades = &policy.objective.grades;
    problems.must(grades.max > Decimal::ZERO, "objective.grades.max", grades.max, "above 0");
    problems.must(!grades.points.is_empty(), "objective.grades.points", "none", "at least one grade");
    for (at, &points) in &grades.points {
        let share = parse_decimal(at).is_some_and(|share| (Decimal::ZERO..=Decimal::ONE).contains(&share));
        problems.must(
            share,
            "objective.grades.points",
            format!("the key \"{at}\""),
            "a share of the full mark from 0 to 1, such as \"0.9\"",
        );
        problems.must(
            (Decimal::ZERO..=grades.max).contains(&points),
            &format!("objective.grades.points.\"{at}\""),
            points,
            &format!("0 to objective.grades.max = {}", grades.max),
        );
    }
}

fn rollup(policy: &Policy, problems: &mut Problems) {
    let objective = &policy.objective;
    let rollups = ["average", "highest", "latest", "n-mastery", "weighted-average", "decaying-average"];
    problems.one_of("objective.rollup", &objective.rollup, &rollups);
    problems.must(objective.rollup_n > 0, "objective.rollup_n", objective.rollup_n, "at least 1");
}

fn marks(policy: &Policy, problems: &mut Problems) {
    for (word, meaning) in &policy.marks.words.0 {
        let key = format!("marks.words.\"{word}\"");
        let trimmed = word.trim() == word && !word.is_empty();
        problems.must(trimmed, &key, format!("\"{word}\""), "a word without spaces around it");
        problems.must(parse_decimal(word).is_none(), &key, "a number", "a word: a number is a mark");
        if let WordMeaning::Share(share) = meaning {
            let within = (Decimal::ZERO..=Decimal::ONE).contains(share);
            problems.must(within, &key, format!("share = {share}"), "a share of the full mark from 0 to 1");
        }
    }
}

fn indicators(policy: &Policy, problems: &mut Problems) {
    let indicator = &policy.indicator;
    for (code, weight) in &indicator.codes {
        let key = format!("indicator.codes.{code}");
        problems.must(!weight.is_sign_negative(), &key, weight, "a number that is not negative");
    }
    let needs_codes = matches!(indicator.weights, WeightRule::Hml | WeightRule::HmlGroups);
    problems.must(
        !needs_codes || indicator.codes.values().any(|weight| !weight.is_zero()),
        "indicator.codes",
        "no number above 0",
        "the number of each letter, since indicator.weights uses them",
    );
    for (id, rows) in &indicator.judgements {
        let key = format!("indicator.judgements.{id}");
        let square = rows.iter().all(|row| row.len() == rows.len());
        let sizes: Vec<String> = rows.iter().map(|row| row.len().to_string()).collect();
        problems.must(
            square,
            &key,
            format!("{} rows of {} numbers", rows.len(), sizes.join(", ")),
            "as many rows as columns",
        );
        let positive = rows.iter().flatten().all(|&judgement| judgement > Decimal::ZERO);
        problems.must(positive, &key, "a number that is not above 0", "numbers above 0");
    }
}

fn surveys(policy: &Policy, problems: &mut Problems) {
    let indirect = &policy.indirect;
    problems.one_of("indirect.value", &indirect.value, &["mean", "top-box"]);
    problems.must(indirect.top > 0, "indirect.top", indirect.top, "at least 1");
    for pair in indirect.levels.windows(2) {
        problems.must(
            pair[0].at < pair[1].at && pair[0].level < pair[1].level,
            "indirect.levels",
            format!("at = {} after at = {}", pair[1].at, pair[0].at),
            "`at` and `level` rising together",
        );
    }
    let training = &policy.training_objective;
    problems.one_of("training_objective.rule", &training.rule, &["weighted", "minimum"]);
    problems.one_of("training_objective.audience_rule", &training.audience_rule, &["weighted", "minimum"]);
    for (audience, weight) in &training.audiences {
        let key = format!("training_objective.audiences.{audience}");
        problems.must(!weight.is_sign_negative(), &key, weight, "a weight that is not negative");
    }
    problems.must(
        training.audiences.is_empty() || training.audiences.values().any(|weight| !weight.is_zero()),
        "training_objective.audiences",
        "no weight above 0",
        "at least one weight above 0",
    );
}

fn display(policy: &Policy, problems: &mut Problems) {
    let most = Rounding::MAX_DIGITS;
    let digits = policy.rounding.digits;
    problems.must(digits <= most, "rounding.digits", digits, &format!("at most {most}"));
    let uncertainty = policy.uncertainty;
    problems.must(
        uncertainty.confidence > 0.5 && uncertainty.confidence < 1.0,
        "uncertainty.confidence",
        uncertainty.confidence,
        "between 0.5 and 1, such as 0.95",
    );
    problems.must(uncertainty.min_n >= 2, "uncertainty.min_n", uncertainty.min_n, "at least 2");
    problems.must(
        (100..=100_000).contains(&uncertainty.replicates),
        "uncertainty.replicates",
        uncertainty.replicates,
        "100 to 100000",
    );
    let least = policy.privacy.suppress_below;
    problems.must((2..=100).contains(&least), "privacy.suppress_below", least, "2 to 100");
}
