//! Errors and notes as keys of the catalogue with the values their texts name, and as texts.

use super::design::Note;
use super::error::ValueAddedError;
use super::formula::FormulaProblem;
use super::study::DeclarationError;
use crate::message::{self, Lang};
use crate::stats::least_squares::LeastSquaresError;

/// Key of a text and the values it names.
pub type Words = (&'static str, Vec<(&'static str, String)>);

/// An error in the language of the reader, with its cause.
pub fn error_text(lang: Lang, error: &ValueAddedError) -> String {
    let (key, mut values) = error_words(error);
    for (name, value) in &mut values {
        match (*name, error) {
            ("cause", ValueAddedError::Formula(error)) => *value = formula_text(lang, &error.problem),
            ("cause", ValueAddedError::LeastSquares(error)) => *value = least_squares_text(lang, error),
            ("statistic" | "what" | "expected" | "reason", _) => *value = phrase(lang, value),
            _ => {}
        }
    }
    said(lang, &format!("error.{key}"), &values)
}

/// A note in the language of the reader.
pub fn note_text(lang: Lang, note: &Note) -> String {
    let (key, values) = note_words(note);
    said(lang, &format!("note.{key}"), &values)
}

/// What is wrong with a declaration, with what was expected, in the language of the reader: the option with its value
/// and what is wrong with it, then what to do.
pub fn declared_text(lang: Lang, error: &DeclarationError) -> (String, String) {
    let mut values = error.values.clone();
    for (_, given) in values.iter_mut().filter(|(name, _)| *name == "cause") {
        *given = message::cause(lang, given);
    }
    values.extend(error.formula.as_ref().map(|problem| ("cause", formula_text(lang, problem))));
    let example = format!("example.{}", error.option);
    if message::has(&format!("value_added.{example}")) {
        values.push(("example", said(lang, &example, &[])));
    }
    let wrong = said(lang, &format!("declared.{}", error.code), &values);
    let subject = match (&error.value, error.option.as_str()) {
        (_, "") => String::new(),
        (Some(value), option) => format!("{option} = {value}: "),
        (None, option) => format!("{option}: "),
    };
    let mut what = format!("{subject}{wrong}");
    if error.code == "value" {
        let expected = said(lang, &format!("expected.{}", error.option), &values);
        what = said(lang, "declared.with_expected", &[("what", what), ("expected", expected)]);
    }
    (what, said(lang, &format!("declared.{}.hint", error.code), &values))
}

fn said(lang: Lang, key: &str, values: &[(&'static str, String)]) -> String {
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    message::text(lang, &format!("value_added.{key}"), &values)
}

fn formula_text(lang: Lang, problem: &FormulaProblem) -> String {
    let (key, values) = match problem {
        FormulaProblem::Unexpected(text) => ("unexpected", vec![("text", text.clone())]),
        FormulaProblem::EndsBefore(what) => ("ends_before", vec![("what", phrase(lang, what))]),
        FormulaProblem::BadPower => ("bad_power", Vec::new()),
        FormulaProblem::NestedRandomTerm => ("nested_random_term", Vec::new()),
        FormulaProblem::CannotRemove => ("cannot_remove", Vec::new()),
        FormulaProblem::NoEffect => ("no_effect", Vec::new()),
        FormulaProblem::TooLong => ("too_long", Vec::new()),
    };
    said(lang, &format!("formula.{key}"), &values)
}

fn least_squares_text(lang: Lang, error: &LeastSquaresError) -> String {
    use LeastSquaresError as E;
    let (key, values) = match error {
        E::Shape { rows, columns, values } => (
            "shape",
            vec![
                ("rows", rows.to_string()),
                ("columns", columns.to_string()),
                ("values", values.to_string()),
            ],
        ),
        E::NotFinite => ("not_finite", Vec::new()),
        E::TooFewRows { rows, columns } => {
            ("too_few_rows", vec![("rows", rows.to_string()), ("columns", columns.to_string())])
        }
        E::RankDeficient { rank, dependent } => {
            ("rank_deficient", vec![("rank", rank.to_string()), ("dependent", dependent.len().to_string())])
        }
    };
    said(lang, &format!("least_squares.{key}"), &values)
}

/// A fixed phrase of an error, which the code holds in English: `value_added.phrase.WORDS_JOINED`.
fn phrase(lang: Lang, english: &str) -> String {
    let key = phrase_key(english);
    if message::has(&key) { message::text(lang, &key, &[]) } else { english.to_owned() }
}

fn phrase_key(english: &str) -> String {
    let word = |c: char| if c.is_alphanumeric() { c } else { '_' };
    format!("value_added.phrase.{}", english.chars().map(word).collect::<String>())
}

/// The words of an error: `value_added.error.KEY`.
pub fn error_words(error: &ValueAddedError) -> Words {
    use ValueAddedError as E;
    match error {
        E::Formula(error) => {
            ("formula", vec![("position", error.position.to_string()), ("cause", error.problem.to_string())])
        }
        E::LeastSquares(error) => ("least_squares", vec![("cause", error.to_string())]),
        E::NoSuchColumn { column, known } => {
            ("no_such_column", vec![("column", column.clone()), ("known", known.join(", "))])
        }
        E::TextAmongNumbers { column, text, cells } => (
            "text_among_numbers",
            vec![("column", column.clone()), ("text", text.clone()), ("cells", cells.to_string())],
        ),
        E::TimesWithoutOrder { times } => ("times_without_order", vec![("times", times.join(", "))]),
        E::NoMembership { factor, known } => {
            ("no_membership", vec![("factor", factor.clone()), ("known", known.join(", "))])
        }
        E::CodeWithoutLevel { code, levels } => {
            ("code_without_level", vec![("code", code.to_string()), ("levels", levels.to_string())])
        }
        E::UnequalColumns { column, rows, expected } => (
            "unequal_columns",
            vec![("column", column.clone()), ("rows", rows.to_string()), ("expected", expected.to_string())],
        ),
        E::NotFinite { column, row } => {
            ("not_finite", vec![("column", column.clone()), ("row", (row + 1).to_string())])
        }
        E::NotNumeric { column } => ("not_numeric", vec![("column", column.clone())]),
        E::NotCategorical { column } => ("not_categorical", vec![("column", column.clone())]),
        E::NoCompleteRow { rows } => ("no_complete_row", vec![("rows", rows.to_string())]),
        E::ConstantResponse { response } => ("constant_response", vec![("response", response.clone())]),
        E::TooFewRows { rows, columns } => {
            ("too_few_rows", vec![("rows", rows.to_string()), ("columns", columns.to_string())])
        }
        E::OneLevel { factor } => ("one_level", vec![("factor", factor.clone())]),
        E::AsManyEffectsAsRows { factor, effects, rows } => (
            "as_many_effects_as_rows",
            vec![("factor", factor.clone()), ("effects", effects.to_string()), ("rows", rows.to_string())],
        ),
        E::NoRandomTerm => ("no_random_term", Vec::new()),
        E::RandomTerm { term } => ("random_term", vec![("term", term.clone())]),
        E::RepeatedRandomEffect { effect, factor } => {
            ("repeated_random_effect", vec![("effect", effect.clone()), ("factor", factor.clone())])
        }
        E::TooManyCrossedEffects { columns, limit } => {
            ("too_many_crossed_effects", vec![("columns", columns.to_string()), ("limit", limit.to_string())])
        }
        E::BadWeight { row } => ("bad_weight", vec![("row", (row + 1).to_string())]),
        E::PerfectFit => ("perfect_fit", Vec::new()),
        E::Singular => ("singular", Vec::new()),
        E::NotConverged { evaluations, remaining } => (
            "not_converged",
            vec![("evaluations", evaluations.to_string()), ("remaining", format!("{remaining:.1e}"))],
        ),
        E::TooFewValues { statistic, needed, found } => (
            "too_few_values",
            vec![
                ("statistic", (*statistic).to_owned()),
                ("needed", needed.to_string()),
                ("found", found.to_string()),
            ],
        ),
        E::OutOfRange { what, value, expected } => (
            "out_of_range",
            vec![
                ("what", (*what).to_owned()),
                ("value", value.to_string()),
                ("expected", (*expected).to_owned()),
            ],
        ),
        E::NotComparable { reason } => ("not_comparable", vec![("reason", (*reason).to_owned())]),
    }
}

/// The words of a note: `value_added.note.KEY`.
pub fn note_words(note: &Note) -> Words {
    match note {
        Note::CollinearColumn { column } => ("collinear_column", vec![("column", column.clone())]),
        Note::ConstantColumn { column } => ("constant_column", vec![("column", column.clone())]),
        Note::IncompleteRows { rows } => ("incomplete_rows", vec![("rows", rows.to_string())]),
        Note::WithoutUnit { factor, rows } => {
            ("without_unit", vec![("factor", factor.clone()), ("rows", rows.to_string())])
        }
        Note::Indicated { column, cells } => {
            ("indicated", vec![("column", column.clone()), ("cells", cells.to_string())])
        }
        Note::Imputed { column, cells, times } => (
            "imputed",
            vec![("column", column.clone()), ("cells", cells.to_string()), ("times", times.to_string())],
        ),
        Note::SingleRowLevels { factor, levels } => {
            ("single_row_levels", vec![("factor", factor.clone()), ("levels", levels.to_string())])
        }
        Note::Boundary { factor, effect } => {
            ("boundary", vec![("factor", factor.clone()), ("effect", effect.clone())])
        }
        Note::LeftFalseBoundary { factor } => ("left_false_boundary", vec![("factor", factor.clone())]),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::value_added::formula::Formula;

    /// The phrases that stand in the code of this module.
    fn phrases(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                phrases(&path, found);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for mark in [
                "statistic: \"",
                "what: \"",
                "expected: \"",
                "reason: \"",
                "EndsBefore(\"",
                ".name(\"",
                "wanted(\"",
            ] {
                let parts = text.split(mark).skip(1);
                found.extend(parts.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
            }
        }
    }

    #[test]
    fn every_phrase_of_an_error_has_its_words_in_both_languages() {
        let mut found = Vec::new();
        phrases(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/value_added")), &mut found);
        // The marks themselves, as this test names them.
        found.retain(|phrase| {
            phrase.is_empty() || phrase.chars().any(char::is_alphabetic) && !phrase.ends_with('\\')
        });
        assert!(found.iter().any(|phrase| phrase == "agreement"), "{found:?}");
        for phrase in found.iter().filter(|phrase| !phrase.is_empty()) {
            assert!(message::has(&phrase_key(phrase)), "no words for `{phrase}`: {}", phrase_key(phrase));
        }
    }

    #[test]
    fn causes_are_told_in_the_language_of_the_reader() {
        let wrong = Formula::parse("y ~ x^12").unwrap_err();
        let error = ValueAddedError::Formula(wrong);
        assert!(error_text(Lang::Zh, &error).contains("1 到 9"), "{}", error_text(Lang::Zh, &error));
        assert!(error_text(Lang::En, &error).contains("from 1 to 9"));
        let singular = LeastSquaresError::RankDeficient { rank: 2, dependent: vec![3] };
        let error = ValueAddedError::LeastSquares(singular);
        assert!(!error_text(Lang::Zh, &error).is_ascii() && !error_text(Lang::Zh, &error).contains("rank"));
        let few = ValueAddedError::TooFewValues { statistic: "agreement", needed: 2, found: 1 };
        assert!(!error_text(Lang::Zh, &few).contains("agreement"));
        assert!(error_text(Lang::En, &few).contains("agreement"));
    }
}
