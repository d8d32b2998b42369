//! Inputs that cannot mean what the formula takes them for.

use super::declared::Declaration;
use crate::model::parse_decimal;
use crate::value_added::data::{Category, Column, Data};
use crate::value_added::design::Note;
use crate::value_added::error::ValueAddedError;

/// A category with at least so many different numbers was meant as a number; fewer may well be codes.
const MANY_NUMBERS: usize = 10;

/// The inputs of the fixed part, each once.
pub(super) fn inputs(declaration: &Declaration) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for variable in declaration.formula.terms.iter().flat_map(|term| &term.variables) {
        if !names.contains(&variable.name.as_str()) {
            names.push(&variable.name);
        }
    }
    names
}

/// Inputs that are the same for every student.
///
/// # Errors
/// [`ValueAddedError::TextAmongNumbers`] for an outcome, or an input of many different numbers, with some text in it.
pub(super) fn checked(declaration: &Declaration, data: &Data) -> Result<Vec<Note>, ValueAddedError> {
    let response = declaration.formula.response.as_str();
    if let Column::Category(category) = data.column(response)? {
        let few = numbers(category).next().is_none();
        let error = ValueAddedError::NotNumeric { column: response.to_owned() };
        return Err(if few { error } else { text(response, category) });
    }
    let mut notes = Vec::new();
    for name in inputs(declaration) {
        let Column::Category(category) = data.column(name)? else { continue };
        let (numbers, levels) = (numbers(category).count(), category.levels().len());
        if numbers >= MANY_NUMBERS && 2 * numbers > levels {
            return Err(text(name, category));
        }
        if levels == 1 {
            notes.push(Note::ConstantColumn { column: name.to_owned() });
        }
    }
    Ok(notes)
}

fn numbers(category: &Category) -> impl Iterator<Item = &String> {
    category.levels().iter().filter(|level| parse_decimal(level).is_some())
}

fn text(column: &str, category: &Category) -> ValueAddedError {
    let is_text = |code: u32| parse_decimal(&category.levels()[code as usize]).is_none();
    let mut texts = category.codes().iter().flatten().filter(|code| is_text(**code)).peekable();
    let first = texts.peek().map(|code| category.levels()[**code as usize].clone());
    let cells = texts.count();
    ValueAddedError::TextAmongNumbers { column: column.to_owned(), text: first.unwrap_or_default(), cells }
}
