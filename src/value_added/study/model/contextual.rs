//! A mixed model with the between and the within part of an input, and the effect of the context.

use super::Model;
use super::mixed::mixed;
use crate::value_added::contextual::{contextual_effect, decompose};
use crate::value_added::data::{Category, Column, Data};
use crate::value_added::error::ValueAddedError;
use crate::value_added::formula::{Formula, Term, Variable};
use crate::value_added::study::{Estimate, Findings, Missing, Sample};

/// The model.
pub(super) struct Contextual;

impl Model for Contextual {
    fn key(&self) -> &'static str {
        "contextual"
    }

    fn source(&self) -> &'static str {
        "S. Raudenbush and A. Bryk, Hierarchical Linear Models (2002), chapter 5"
    }

    fn options(&self) -> &'static [&'static str] {
        &super::OF_MIXED
    }

    fn missing(&self) -> &'static [Missing] {
        &[Missing::Complete, Missing::Impute]
    }

    fn fit(&self, sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
        let formula = &sample.declaration.formula;
        let first = formula.random.first().ok_or(ValueAddedError::NoRandomTerm)?;
        let [unit] = first.grouping.as_slice() else {
            return Err(ValueAddedError::NotComparable {
                reason: "the context is one factor, not a combination",
            });
        };
        let inputs = formula.terms.iter().filter(|term| term.variables.len() == 1);
        let numeric = |name: &String| matches!(sample.data.column(name), Ok(Column::Number(_)));
        let input = inputs.map(|term| &term.variables[0]).find(|one| one.power == 1 && numeric(&one.name));
        let input =
            &input.ok_or(ValueAddedError::NotComparable { reason: "no numeric input to take apart" })?.name;
        let data = decompose(&with_categories(sample.data, unit)?, input, unit)?;
        let (mut findings, fit) = mixed(sample, &taken_apart(formula, input), &data)?;
        if let Some(effect) = contextual_effect(&fit, input) {
            let name = format!("{input}_contextual");
            let (value, error, level) = (effect.contextual, effect.standard_error, sample.declaration.level);
            findings.coefficients.push(Estimate::new(name, value, error, None, level));
        }
        Ok(findings)
    }
}

/// The data with the unit as categories, where it is named by numbers.
fn with_categories(data: &Data, unit: &str) -> Result<Data, ValueAddedError> {
    let Column::Number(values) = data.column(unit)? else { return Ok(data.clone()) };
    let texts: Vec<Option<String>> = values.iter().map(|value| value.map(|x| x.to_string())).collect();
    let category = Category::from_texts(texts.iter().map(Option::as_deref));
    data.with([(unit.to_owned(), Column::Category(category))])
}

/// `x` becomes `x_between + x_within`; a slope of `x` that varies becomes one of `x_within`.
fn taken_apart(formula: &Formula, x: &str) -> Formula {
    let term = |part: &str| Term { variables: vec![Variable { name: format!("{x}_{part}"), power: 1 }] };
    let is_x = |term: &Term| matches!(term.variables.as_slice(), [one] if one.name == x && one.power == 1);
    let mut apart = formula.clone();
    apart.terms = (formula.terms.iter())
        .flat_map(|one| if is_x(one) { vec![term("between"), term("within")] } else { vec![one.clone()] })
        .collect();
    for random in &mut apart.random {
        random.terms.iter_mut().filter(|one| is_x(one)).for_each(|one| *one = term("within"));
    }
    apart
}
