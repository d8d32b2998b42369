//! Keys of the tables in words: methods, kinds of intervals, reasons.

use std::collections::BTreeSet;

use super::ChartContext;
use crate::message;

/// A method key in words: its parts, parted by `/`, from the course objective upwards; `*` gives a part its share.
///
/// A part that the catalogue does not know stays as it is.
pub(crate) fn method(key: &str, context: &ChartContext<'_>) -> String {
    let words = |key: &str| key.split('/').map(|part| word(part, context)).collect::<Vec<_>>().join(" → ");
    let Some((direct, survey)) = key.split_once("+survey-") else { return words(key) };
    let share = |text: &str| text.parse::<f64>().map_or_else(|_| text.to_owned(), percent);
    let (direct, direct_share) = direct.rsplit_once('*').unwrap_or((direct, ""));
    let (survey, survey_share) = survey.rsplit_once('*').unwrap_or((survey, ""));
    let values = [
        ("direct", &*words(direct)),
        ("direct_share", &*share(direct_share)),
        ("survey", &*word(&format!("survey-{survey}"), context)),
        ("survey_share", &*share(survey_share)),
    ];
    context.text("chart.word.combined", &values)
}

/// A fraction as a percentage, with a decimal only where it has one.
pub(crate) fn percent(fraction: f64) -> String {
    let percent = fraction * 100.0;
    if (percent - percent.round()).abs() < 1e-6 { format!("{percent:.0}%") } else { format!("{percent:.1}%") }
}

/// The text with a capital letter first; a symbol of one or two letters such as p or df stays as it is written.
pub(crate) fn capital(text: &str) -> String {
    if text.chars().take_while(char::is_ascii_alphabetic).count() < 3 {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

fn word(part: &str, context: &ChartContext<'_>) -> String {
    ["method", "rule", "chart.word"]
        .iter()
        .map(|group| format!("{group}.{part}"))
        .find(|key| message::has(key))
        .map_or_else(|| part.to_owned(), |key| context.text(&key, &[]))
}

/// The name of a method or a rule as a heading: the catalogue's short name, else the key itself.
pub(crate) fn short(key: &str, context: &ChartContext<'_>) -> String {
    let name = format!("chart.short.{key}");
    if message::has(&name) { context.text(&name, &[]) } else { key.to_owned() }
}

/// The name of a level of the chain; the key itself where the catalogue has none.
pub(crate) fn level_name(key: &str, context: &ChartContext<'_>) -> String {
    let name = format!("chart.level.{key}");
    if message::has(&name) { context.text(&name, &[]) } else { key.to_owned() }
}

/// Who was asked in a survey; the key itself where the catalogue has none.
pub(crate) fn audience(key: &str, context: &ChartContext<'_>) -> String {
    let name = format!("chart.audience.{key}");
    if message::has(&name) { context.text(&name, &[]) } else { key.to_owned() }
}

/// Why there is no value, in words.
pub(crate) fn reason(key: &str, context: &ChartContext<'_>) -> String {
    let name = format!("reason.{key}");
    if message::has(&name) { context.text(&name, &[]) } else { key.to_owned() }
}

/// The kinds of intervals in words: `t 0.95` is "95%, Student t …".
pub(crate) fn intervals(kinds: &BTreeSet<String>, context: &ChartContext<'_>) -> String {
    let words: Vec<String> = kinds
        .iter()
        .map(|kind| match kind.split_once(' ') {
            Some((kind, level)) => {
                let level = level.parse().map_or_else(|_| level.to_owned(), percent);
                context.text(
                    "chart.word.interval",
                    &[("level", &level), ("kind", &word(&format!("interval-{kind}"), context))],
                )
            }
            None => kind.clone(),
        })
        .collect();
    context.join(&words)
}

/// The level that all intervals share: `95%`; empty where there is none.
pub(crate) fn level(kinds: &BTreeSet<String>, context: &ChartContext<'_>) -> String {
    let levels: BTreeSet<&str> =
        kinds.iter().filter_map(|kind| kind.split_once(' ').map(|(_, level)| level)).collect();
    match levels.first().map(|level| level.parse::<f64>()) {
        Some(Ok(level)) if levels.len() == 1 => {
            context.text("chart.word.level", &[("level", &percent(level))])
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::figure::Size;
    use super::super::test_data::context;
    use super::*;
    use crate::message::Lang;

    #[test]
    fn every_method_rule_and_weight_of_the_tables_has_words_in_both_languages() {
        let rules =
            ["minimum", "mean", "weighted", "all-reach", "mapped-weighted", "mapped-scaled", "student-share"];
        let weights = ["explicit", "credits", "hml", "hml-groups", "equal", "ahp", "items", "crosswalk"];
        for lang in [Lang::Zh, Lang::En] {
            let context = context(lang, Size::Page);
            for part in rules.iter().chain(&weights).chain(&["survey-mean", "survey-top-box", "interval-t"]) {
                assert_ne!(word(part, &context), *part);
            }
        }
    }

    #[test]
    fn a_combined_method_says_both_parts_and_their_shares() {
        let text =
            method("student-first/explicit/minimum*0.7+survey-mean*0.3", &context(Lang::En, Size::Page));
        assert!(text.contains("70%") && text.contains("30%") && text.contains(" → "), "{text}");
    }

    #[test]
    fn the_level_of_intervals_is_said_only_where_all_share_it() {
        let context = context(Lang::Zh, Size::Page);
        let kinds = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect();
        assert_eq!(level(&kinds(&["t 0.95", "wilson 0.95"]), &context).trim(), "95%");
        assert_eq!(level(&kinds(&["t 0.95", "t 0.9"]), &context), "");
    }
}
