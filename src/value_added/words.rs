//! Errors and notes as keys of the catalogue with the values their texts name.

use super::design::Note;
use super::error::ValueAddedError;

/// Key of a text and the values it names.
pub type Words = (&'static str, Vec<(&'static str, String)>);

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
