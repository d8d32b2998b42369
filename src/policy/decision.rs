//! Every decision that a policy takes, in words: what an institution ticks off before it calls the policy its own.

use super::{CourseValue, IndirectMode, Policy, Pooling, Retakes, RoundingMode, Treatment, WeightRule};
use crate::message::{self, Lang};
use crate::model::{MarkState, WordMeaning};

/// One decision of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its key in the policy file, such as `objective.method`.
    pub key: String,
    /// What is decided, as the file says it.
    pub value: String,
    /// Whether the policy names it as open: not supported by the source.
    pub open: bool,
    /// Key of a text of the catalogue that says more about the value.
    about: Option<String>,
}

impl Decision {
    /// The decision in one language: what is asked, and what the policy answers.
    pub fn text(&self, lang: Lang) -> String {
        let asked = message::text(lang, &format!("decision.{}", self.key), &[]);
        let about = self.about.as_deref().filter(|key| message::has(key));
        let value = if self.value.is_empty() { "—" } else { &self.value };
        let values = [("asked", asked.as_str()), ("value", value)];
        match about.map(|key| message::text(lang, key, &[])) {
            Some(about) => {
                message::text(lang, "decision.explained", &[&values[..], &[("about", &about)]].concat())
            }
            None => message::text(lang, "decision.plain", &values),
        }
    }
}

/// All decisions, in the order of the chain. Parameters of methods and rules that the policy does not use are none.
pub fn decisions(policy: &Policy) -> Vec<Decision> {
    let mut list = List { policy, decisions: Vec::new() };
    objectives(&mut list);
    mark_states(&mut list);
    roll_ups(&mut list);
    surveys(&mut list);
    display(&mut list);
    list.decisions
}

struct List<'p> {
    policy: &'p Policy,
    decisions: Vec<Decision>,
}

impl List<'_> {
    fn add(&mut self, key: &str, value: impl ToString) {
        self.push(key, value.to_string(), None);
    }

    /// A choice with a text of its own: `method.student-first`.
    fn choose(&mut self, key: &str, value: &str, family: &str) {
        self.push(key, value.to_owned(), Some(format!("{family}.{value}")));
    }

    fn push(&mut self, key: &str, value: String, about: Option<String>) {
        let section = key.split('.').next();
        let open = self.policy.open.iter().any(|open| open == key || Some(open.as_str()) == section);
        self.decisions.push(Decision { key: key.to_owned(), value, open, about });
    }
}

fn objectives(list: &mut List<'_>) {
    let policy = list.policy;
    let objective = &policy.objective;
    if let Some(framework) = &policy.framework {
        list.add("framework", framework);
    }
    let method = objective.method.as_str();
    list.choose("objective.method", method, "method");
    if matches!(method, "share-reaching" | "level" | "level-partial") {
        list.add("objective.reach", objective.reach.get());
    }
    if method.starts_with("level") {
        let cuts = objective.levels.iter().map(|cut| format!("{} → {}", cut.at.get(), cut.level));
        list.add("objective.levels", cuts.collect::<Vec<_>>().join(", "));
        list.add("objective.level_max", objective.level_max);
    }
    if method == "categories" {
        let cuts = objective.categories;
        let cuts = [cuts.exemplary, cuts.satisfactory, cuts.developing].map(|cut| cut.get().to_string());
        list.add("objective.categories", cuts.join(", "));
    }
    if method == "grade-based" {
        let points = objective.grades.points.iter().map(|(at, points)| format!("{at} → {points}"));
        list.add("objective.grades", points.collect::<Vec<_>>().join(", "));
    }
    if method == "roll-up" {
        list.add("objective.rollup", &objective.rollup);
        match objective.rollup.as_str() {
            "n-mastery" => {
                list.add("objective.rollup_n", objective.rollup_n);
                list.add("objective.mastery", objective.mastery.get());
            }
            "weighted-average" | "decaying-average" => {
                list.add("objective.rollup_p", objective.rollup_p.get())
            }
            _ => {}
        }
    }
    list.add("objective.formative", objective.formative);
    let course_value = match policy.course_value {
        CourseValue::Weighted => "weighted",
        CourseValue::Minimum => "minimum",
        CourseValue::Items => "items",
    };
    list.choose("course_value", course_value, "choice.course_value");
    let retakes = match policy.retakes {
        Retakes::First => "first",
        Retakes::Last => "last",
        Retakes::Best => "best",
    };
    list.choose("retakes", retakes, "choice.retakes");
    let sections = match policy.sections {
        Pooling::Students => "students",
        Pooling::Size => "size",
        Pooling::Equal => "equal",
    };
    list.choose("sections", sections, "choice.sections");
}

fn mark_states(list: &mut List<'_>) {
    let marks = &list.policy.marks;
    for state in MarkState::ALL.into_iter().filter(|state| *state != MarkState::Rejected) {
        let treatment = match marks.treatment(state) {
            Treatment::Zero => "zero",
            Treatment::Exclude => "exclude",
            Treatment::DropStudent => "drop-student",
        };
        list.choose(&format!("marks.{}", state.key()), treatment, "choice.marks");
    }
    let word = |(word, meaning): (&String, &WordMeaning)| match meaning {
        WordMeaning::State(state) => format!("{word} = {}", state.key()),
        WordMeaning::Share(share) => format!("{word} = {share}"),
    };
    list.add("marks.words", marks.words.0.iter().map(word).collect::<Vec<_>>().join(", "));
}

fn roll_ups(list: &mut List<'_>) {
    let policy = list.policy;
    let indicator = &policy.indicator;
    list.choose("indicator.weights", indicator.weights.key(), "weights");
    let lettered =
        [WeightRule::Hml, WeightRule::HmlGroups, WeightRule::MappedWeighted, WeightRule::MappedScaled];
    if lettered.contains(&indicator.weights) {
        let codes = indicator.codes.iter().map(|(code, weight)| format!("{code} = {weight}"));
        list.add("indicator.codes", codes.collect::<Vec<_>>().join(", "));
    }
    if indicator.weights == WeightRule::MappedScaled || policy.requirement.rule == "mapped-scaled" {
        list.add("indicator.highest", indicator.highest);
    }
    if indicator.weights == WeightRule::Ahp {
        list.add("indicator.judgements", indicator.judgements.len());
    }
    list.choose("requirement.rule", &policy.requirement.rule, "rule");
    if policy.requirement.rule == "student-share" {
        list.add("requirement.course_share", policy.requirement.course_share.get());
        list.add("requirement.student_share", policy.requirement.student_share.get());
    }
    let training = &policy.training_objective;
    list.choose("training_objective.rule", &training.rule, "rule");
    let weights = training.audiences.iter().map(|(audience, weight)| format!("{audience} = {weight}"));
    list.add("training_objective.audiences", weights.collect::<Vec<_>>().join(", "));
    list.choose("training_objective.audience_rule", &training.audience_rule, "rule");
}

fn surveys(list: &mut List<'_>) {
    let indirect = &list.policy.indirect;
    let mode = match indirect.mode {
        IndirectMode::Weighted => "weighted",
        IndirectMode::SideBySide => "side-by-side",
        IndirectMode::Ignore => "ignore",
    };
    list.choose("indirect.mode", mode, "choice.indirect");
    if indirect.mode == IndirectMode::Weighted {
        list.add("indirect.direct_share", indirect.direct_share.get());
    }
    if indirect.mode == IndirectMode::Ignore {
        return;
    }
    list.choose("indirect.value", &indirect.value, "choice.survey");
    if indirect.value == "top-box" {
        list.add("indirect.top", indirect.top);
    }
    list.add("indirect.warn_below", indirect.warn_below);
    if !indirect.levels.is_empty() {
        let cuts = indirect.levels.iter().map(|cut| format!("{} → {}", cut.at, cut.level));
        list.add("indirect.levels", cuts.collect::<Vec<_>>().join(", "));
    }
}

fn display(list: &mut List<'_>) {
    let policy = list.policy;
    let threshold = &policy.threshold;
    for (key, value) in [
        ("threshold.objective", threshold.objective),
        ("threshold.course", threshold.course),
        ("threshold.indicator", threshold.indicator),
        ("threshold.requirement", threshold.requirement),
        ("threshold.training_objective", threshold.training_objective),
    ] {
        list.add(key, value.get());
    }
    let at_least = threshold.closed == super::Closed::AtLeast;
    list.choose("threshold.closed", if at_least { "at-least" } else { "above" }, "choice.closed");
    let mode = match policy.rounding.mode {
        RoundingMode::HalfUp => "half-up",
        RoundingMode::HalfEven => "half-even",
        RoundingMode::HalfAway => "half-away",
        RoundingMode::Truncate => "truncate",
    };
    list.choose("rounding.mode", mode, "choice.rounding");
    list.add("rounding.digits", policy.rounding.digits);
    let exact = policy.rounding.verdict_from == super::VerdictFrom::Unrounded;
    let verdict = if exact { "unrounded" } else { "rounded" };
    list.choose("rounding.verdict_from", verdict, "choice.verdict_from");
    list.add("uncertainty.confidence", policy.uncertainty.confidence);
    list.add("uncertainty.min_n", policy.uncertainty.min_n);
    list.add("uncertainty.replicates", policy.uncertainty.replicates);
    list.add("uncertainty.seed", policy.uncertainty.seed);
    list.add("privacy.suppress_below", policy.privacy.suppress_below);
}

#[cfg(test)]
mod tests {
    use super::super::builtin_policies;
    use super::*;

    #[test]
    fn every_decision_is_said_in_both_languages() {
        for policy in builtin_policies() {
            for decision in decisions(&policy) {
                for lang in [Lang::Zh, Lang::En] {
                    let text = decision.text(lang);
                    let said = !text.contains("decision.") && text.contains(&decision.value);
                    assert!(said, "{}: {}: {text}", policy.key, decision.key);
                }
                let about = decision.about.as_deref();
                assert!(about.is_none_or(message::has), "{}: {about:?}", decision.key);
            }
        }
    }

    #[test]
    fn an_open_section_opens_each_of_its_decisions() {
        let mut policy = builtin_policies().next().unwrap();
        policy.open = vec!["threshold".into(), "objective.method".into()];
        let open: Vec<String> =
            decisions(&policy).into_iter().filter(|one| one.open).map(|one| one.key).collect();
        assert_eq!(open.len(), 7, "{open:?}");
        assert!(
            open.contains(&"threshold.closed".to_owned()) && open.contains(&"objective.method".to_owned())
        );
    }
}
