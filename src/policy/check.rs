//! From a draft policy to a checked one: everything that contradicts itself, at once.

use std::fmt;

use super::decision::decisions;
use super::entries::place_of;
use super::{Policy, Rounding, Status, WeightRule};
use crate::message::{self, Lang};
use crate::model::{Decimal, Issue, Severity, WordMeaning, parse_decimal};

/// What is wrong with a policy file, all of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyError {
    /// One issue per problem, with its place, key, value and expectation. The file's name is left to the caller,
    /// who knows it.
    pub issues: Vec<Issue>,
    /// What could be read of the file, wrong entries as the program has them; `None` where it is no TOML.
    pub draft: Option<Box<Policy>>,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |issue: &Issue| {
            let values: Vec<(&str, &str)> =
                issue.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let text = message::text(Lang::En, &format!("issue.{}", issue.code), &values);
            format!("{}: {text}", issue.place).trim_start_matches([':', ' ']).to_owned()
        };
        f.write_str(&self.issues.iter().map(said).collect::<Vec<_>>().join("\n"))
    }
}

impl std::error::Error for PolicyError {}

/// All contradictions of a policy, each at its place in the file.
pub(super) fn check(policy: &Policy, text: &str) -> Vec<Issue> {
    let mut problems = Problems { text, issues: Vec::new() };
    identity(policy, &mut problems);
    standing(policy, &mut problems);
    levels(policy, &mut problems);
    scales(policy, &mut problems);
    rollup(policy, &mut problems);
    marks(policy, &mut problems);
    indicators(policy, &mut problems);
    surveys(policy, &mut problems);
    display(policy, &mut problems);
    problems.issues
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

/// The range of a share.
const SHARE: &str = "0 … 1";

struct Problems<'t> {
    text: &'t str,
    issues: Vec<Issue>,
}

impl Problems<'_> {
    /// Notes a problem of an entry where a condition does not hold.
    fn must(&mut self, holds: bool, code: &'static str, key: &str, value: impl fmt::Display) {
        if !holds {
            let issue = Issue::new(code, Severity::Error, place_of(self.text, key));
            self.issues.push(issue.with("key", key).with("value", value));
        }
    }

    /// As `must`, with the name and text of what is expected.
    fn expect(&mut self, holds: bool, code: &'static str, found: (&str, &dyn fmt::Display), expected: &str) {
        let name = match code {
            "entry_out_of_range" => "range",
            "entry_none_given" => "by",
            _ => "known",
        };
        let before = self.issues.len();
        self.must(holds, code, found.0, found.1);
        for issue in &mut self.issues[before..] {
            issue.values.push((name, expected.to_owned()));
        }
    }

    fn range(&mut self, holds: bool, key: &str, value: &dyn fmt::Display, range: &str) {
        if range == SHARE {
            return self.must(holds, "entry_not_share", key, value);
        }
        self.expect(holds, "entry_out_of_range", (key, value), range);
    }

    fn one_of(&mut self, key: &str, found: &str, allowed: &[&str]) {
        let holds = allowed.contains(&found);
        self.expect(holds, "entry_not_one_of", (key, &quoted(found)), &allowed.join(", "));
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn identity(policy: &Policy, problems: &mut Problems<'_>) {
    let source = if policy.source.zh.trim().is_empty() { &policy.source.zh } else { &policy.source.en };
    for (key, text) in [
        ("key", &policy.key),
        ("title.zh", &policy.title.zh),
        ("title.en", &policy.title.en),
        ("source", source),
        ("objective.method", &policy.objective.method),
        ("requirement.rule", &policy.requirement.rule),
    ] {
        problems.must(!text.trim().is_empty(), "entry_empty", key, quoted(text));
    }
    problems.must(is_date(&policy.date), "entry_not_date", "date", quoted(&policy.date));
}

/// A policy may be called checked where it says who checked it and when, and where nothing is left open.
fn standing(policy: &Policy, problems: &mut Problems<'_>) {
    let checked = policy.status == Status::Checked;
    for (key, entry) in [("checked_by", &policy.checked_by), ("checked_on", &policy.checked_on)] {
        let filled = entry.as_ref().is_some_and(|text| !text.trim().is_empty());
        problems.must(filled || !checked, "checked_without", key, quoted(""));
    }
    if let Some(date) = policy.checked_on.as_ref().filter(|date| !date.trim().is_empty()) {
        problems.must(is_date(date), "entry_not_date", "checked_on", quoted(date));
    }
    let open = policy.open.join(", ");
    problems.must(policy.open.is_empty() || !checked, "checked_but_open", "open", open);
    let known: Vec<String> = decisions(policy).into_iter().map(|decision| decision.key).collect();
    for key in &policy.open {
        let section = |decision: &&String| decision.split('.').next() == Some(key.as_str());
        let exists = known.iter().any(|decision| decision == key) || known.iter().any(|one| section(&one));
        problems.expect(exists, "entry_not_one_of", ("open", &quoted(key)), &known.join(", "));
    }
}

fn levels(policy: &Policy, problems: &mut Problems<'_>) {
    let objective = &policy.objective;
    let max = objective.level_max;
    problems.range(max > 0, "objective.level_max", &max, "≥ 1");
    let given = !objective.method.starts_with("level") || !objective.levels.is_empty();
    let by = format!("objective.method = \"{}\"", objective.method);
    problems.expect(given, "entry_none_given", ("objective.levels", &"[]"), &by);
    for pair in objective.levels.windows(2) {
        let rising = pair[0].at < pair[1].at && pair[0].level < pair[1].level;
        let shown = pair.iter().map(|cut| format!("at = {}, level = {}", cut.at.get(), cut.level));
        let shown = shown.collect::<Vec<_>>().join("; ");
        problems.must(rising, "entry_not_rising", "objective.levels", shown);
    }
    for cut in &objective.levels {
        let range = format!("0 … objective.level_max = {max}");
        problems.range(cut.level <= max, "objective.levels", &format!("level = {}", cut.level), &range);
    }
}

fn scales(policy: &Policy, problems: &mut Problems<'_>) {
    let cuts = policy.objective.categories;
    let shown = format!("{}, {}, {}", cuts.exemplary.get(), cuts.satisfactory.get(), cuts.developing.get());
    let falling = cuts.exemplary > cuts.satisfactory && cuts.satisfactory > cuts.developing;
    problems.must(falling, "categories_order", "objective.categories", shown);
    let grades = &policy.objective.grades;
    problems.range(grades.max > Decimal::ZERO, "objective.grades.max", &grades.max, "> 0");
    let by = "objective.grades";
    let given = !grades.points.is_empty();
    problems.expect(given, "entry_none_given", ("objective.grades.points", &"{}"), by);
    for (at, points) in &grades.points {
        let share = parse_decimal(at).is_some_and(|share| (Decimal::ZERO..=Decimal::ONE).contains(&share));
        problems.range(share, "objective.grades.points", &quoted(at), SHARE);
        let key = format!("objective.grades.points.\"{at}\"");
        let range = format!("0 … objective.grades.max = {}", grades.max);
        problems.range((Decimal::ZERO..=grades.max).contains(points), &key, points, &range);
    }
}

fn rollup(policy: &Policy, problems: &mut Problems<'_>) {
    let objective = &policy.objective;
    let rollups = ["average", "highest", "latest", "n-mastery", "weighted-average", "decaying-average"];
    problems.one_of("objective.rollup", &objective.rollup, &rollups);
    problems.range(objective.rollup_n > 0, "objective.rollup_n", &objective.rollup_n, "≥ 1");
}

fn marks(policy: &Policy, problems: &mut Problems<'_>) {
    for (word, meaning) in &policy.marks.words.0 {
        let key = format!("marks.words.\"{word}\"");
        let trimmed = word.trim() == word && !word.is_empty();
        problems.must(trimmed, "word_has_spaces", &key, quoted(word));
        problems.must(parse_decimal(word).is_none(), "word_is_number", &key, quoted(word));
        if let WordMeaning::Share(share) = meaning {
            let within = (Decimal::ZERO..=Decimal::ONE).contains(share);
            problems.range(within, &key, &format!("share = {share}"), SHARE);
        }
    }
}

fn indicators(policy: &Policy, problems: &mut Problems<'_>) {
    let indicator = &policy.indicator;
    for (code, weight) in &indicator.codes {
        problems.range(!weight.is_sign_negative(), &format!("indicator.codes.{code}"), weight, "≥ 0");
    }
    problems.range(indicator.highest > Decimal::ZERO, "indicator.highest", &indicator.highest, "> 0");
    let needs_codes = matches!(indicator.weights, WeightRule::Hml | WeightRule::HmlGroups);
    let given = !needs_codes || indicator.codes.values().any(|weight| !weight.is_zero());
    let by = format!("indicator.weights = \"{}\"", indicator.weights.key());
    problems.expect(given, "entry_none_given", ("indicator.codes", &"0"), &by);
    for (id, rows) in &indicator.judgements {
        let key = format!("indicator.judgements.\"{id}\"");
        let square = rows.iter().all(|row| row.len() == rows.len());
        let sizes: Vec<String> = rows.iter().map(|row| row.len().to_string()).collect();
        let shown = format!("{} × ({})", rows.len(), sizes.join(", "));
        problems.must(square, "judgements_not_square", &key, shown);
        let wrong = rows.iter().flatten().find(|&&judgement| judgement <= Decimal::ZERO);
        problems.range(wrong.is_none(), &key, &wrong.copied().unwrap_or_default(), "> 0");
    }
}

fn surveys(policy: &Policy, problems: &mut Problems<'_>) {
    let indirect = &policy.indirect;
    problems.one_of("indirect.value", &indirect.value, &["mean", "top-box"]);
    problems.range(indirect.top > 0, "indirect.top", &indirect.top, "≥ 1");
    for pair in indirect.levels.windows(2) {
        let rising = pair[0].at < pair[1].at && pair[0].level < pair[1].level;
        let shown = pair.iter().map(|cut| format!("at = {}, level = {}", cut.at, cut.level));
        problems.must(rising, "entry_not_rising", "indirect.levels", shown.collect::<Vec<_>>().join("; "));
    }
    let training = &policy.training_objective;
    problems.one_of("training_objective.rule", &training.rule, &["weighted", "minimum"]);
    problems.one_of("training_objective.audience_rule", &training.audience_rule, &["weighted", "minimum"]);
    for (audience, weight) in &training.audiences {
        let key = format!("training_objective.audiences.{audience}");
        problems.range(!weight.is_sign_negative(), &key, weight, "≥ 0");
    }
    let given = training.audiences.is_empty() || training.audiences.values().any(|weight| !weight.is_zero());
    let by = format!("training_objective.audience_rule = \"{}\"", training.audience_rule);
    problems.expect(given, "entry_none_given", ("training_objective.audiences", &"0"), &by);
}

fn display(policy: &Policy, problems: &mut Problems<'_>) {
    let most = Rounding::MAX_DIGITS;
    let digits = policy.rounding.digits;
    problems.range(digits <= most, "rounding.digits", &digits, &format!("0 … {most}"));
    let known = policy.uncertainty;
    let within = known.confidence > 0.5 && known.confidence < 1.0;
    problems.range(within, "uncertainty.confidence", &known.confidence, "> 0.5, < 1");
    problems.range(known.min_n >= 2, "uncertainty.min_n", &known.min_n, "≥ 2");
    let enough = (100..=100_000).contains(&known.replicates);
    problems.range(enough, "uncertainty.replicates", &known.replicates, "100 … 100000");
    let least = policy.privacy.suppress_below;
    problems.range((2..=100).contains(&least), "privacy.suppress_below", &least, "2 … 100");
}

#[cfg(test)]
mod tests;
