//! What is done about missing inputs, and how students with missing inputs differ from the others.

use rayon::prelude::*;

use super::declared::{Declaration, Missing};
use super::findings::Findings;
use super::inputs::{checked, inputs};
use super::pooled::pooled;
use super::sample::{Part, Sample};
use crate::stats::moments;
use crate::value_added::data::{Category, Column, Data};
use crate::value_added::design::{Note, RowCounts};
use crate::value_added::error::ValueAddedError;
use crate::value_added::formula::{Term, Variable};
use crate::value_added::impute::{Cells, Completed, Incomplete, imputed};

/// Complete and incomplete students in one column, or in one level of a categorical input.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The column.
    pub column: String,
    /// The level, whose share is compared; `None` for a number.
    pub level: Option<String>,
    /// Missing cells of the column.
    pub missing: usize,
    /// Students complete in all columns of the model.
    pub complete: Side,
    /// Students with a missing cell elsewhere.
    pub incomplete: Side,
    /// Mean of the complete minus that of the incomplete.
    pub difference: f64,
    /// The difference over the pooled standard deviation.
    pub standardised: Option<f64>,
}

/// One side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Side {
    /// Students with a value.
    pub n: usize,
    /// Their mean, or the share of a level.
    pub mean: f64,
}

/// Fits a sample under its policy on missing inputs.
pub(super) fn fit(sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
    let declaration = sample.declaration;
    let notes = checked(declaration, sample.data)?;
    let compared = compared(declaration, sample.data)?;
    let mut findings = match &declaration.weights {
        Some(weights) => weighted(sample, weights),
        None => by_policy(sample),
    }?;
    findings.compared = compared;
    findings.notes.extend(notes);
    Ok(findings)
}

fn by_policy(sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
    match sample.declaration.missing {
        Missing::Complete => sample.declaration.model.fit(sample),
        Missing::Indicator => indicated(sample),
        Missing::Impute => multiple(sample),
    }
}

/// Students without a weight are left out under every policy.
fn weighted(sample: &Sample<'_>, weights: &str) -> Result<Findings, ValueAddedError> {
    let mut known = vec![true; sample.data.rows()];
    let cells = sample.data.column(weights)?.mark_missing(&mut known);
    if cells == 0 {
        return by_policy(sample);
    }
    let rows: Vec<usize> = (0..known.len()).filter(|row| known[*row]).collect();
    let part = Part::new(sample, &rows);
    let mut findings = by_policy(&part.sample(sample.declaration))?;
    findings.notes.push(Note::IncompleteRows { rows: cells });
    if let Some(counts) = &mut findings.counts {
        counts.given = sample.data.rows();
        counts.missing.push((weights.to_owned(), cells));
    }
    Ok(findings)
}

fn compared(declaration: &Declaration, data: &Data) -> Result<Vec<Compared>, ValueAddedError> {
    let mut complete = vec![true; data.rows()];
    let mut counts = Vec::new();
    for name in declaration.columns() {
        counts.push((data.column(&name)?.mark_missing(&mut complete), name));
    }
    if complete.iter().all(|complete| *complete) {
        return Ok(Vec::new());
    }
    let inputs = inputs(declaration);
    let mut rows = Vec::new();
    for (missing, name) in counts {
        let mut push = |level: Option<&String>, values: &dyn Fn(usize) -> Option<f64>| {
            let side = |which: bool| -> Vec<f64> {
                (0..complete.len()).filter(|row| complete[*row] == which).filter_map(values).collect()
            };
            rows.extend(sides((&name, level, missing), &side(true), &side(false)));
        };
        match data.column(&name)? {
            Column::Number(values) => push(None, &|row| values[row]),
            Column::Category(category) if inputs.contains(&name.as_str()) => {
                for (code, level) in (0_u32..).zip(category.levels()) {
                    push(Some(level), &|row| {
                        category.codes()[row].map(|own| f64::from(u8::from(own == code)))
                    });
                }
            }
            Column::Category(_) => {}
        }
    }
    Ok(rows)
}

fn sides(
    (column, level, missing): (&str, Option<&String>, usize),
    complete: &[f64],
    incomplete: &[f64],
) -> Option<Compared> {
    let (first, second) = (moments::mean(complete)?, moments::mean(incomplete)?);
    let squares = |values: &[f64]| moments::Moments::of(values).map_or(0.0, |moments| moments.sum_of_squares);
    let df = (complete.len() + incomplete.len()).saturating_sub(2);
    let pooled = (df > 0).then(|| ((squares(complete) + squares(incomplete)) / df as f64).sqrt());
    Some(Compared {
        column: column.to_owned(),
        level: level.cloned(),
        missing,
        complete: Side { n: complete.len(), mean: first },
        incomplete: Side { n: incomplete.len(), mean: second },
        difference: first - second,
        standardised: pooled.filter(|sd| *sd > 0.0).map(|sd| (first - second) / sd),
    })
}

/// Levels of a category that is imputed, at most: a regression of more has more coefficients than most data can tell.
const MOST_LEVELS: usize = 20;
/// Name of the level of missing categories.
const MISSING_LEVEL: &str = "(missing)";

/// Numbers are filled with their mean and marked by `x_missing`; missing categories become a level of their own.
fn indicated(sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
    let mut declaration = sample.declaration.clone();
    let (mut columns, mut notes) = (Vec::new(), Vec::new());
    for name in inputs(sample.declaration) {
        let column = sample.data.column(name)?;
        let cells = column.mark_missing(&mut vec![true; sample.data.rows()]);
        if cells == 0 || cells == sample.data.rows() {
            continue;
        }
        notes.push(Note::Indicated { column: name.to_owned(), cells });
        match column {
            Column::Number(values) => {
                let observed: Vec<f64> = values.iter().flatten().copied().collect();
                let mean = moments::mean(&observed).unwrap_or_default();
                let filled = values.iter().map(|value| value.or(Some(mean))).collect();
                let marked = values.iter().map(|value| Some(f64::from(u8::from(value.is_none())))).collect();
                let mark = format!("{name}_missing");
                columns.push((name.to_owned(), Column::Number(filled)));
                columns.push((mark.clone(), Column::Number(marked)));
                let variables = vec![Variable { name: mark, power: 1 }];
                declaration.formula.terms.push(Term { variables });
            }
            Column::Category(category) => {
                let mut levels = category.levels().to_vec();
                let own = u32::try_from(levels.len()).unwrap_or(u32::MAX);
                levels.push(MISSING_LEVEL.to_owned());
                let codes = category.codes().iter().map(|code| code.or(Some(own))).collect();
                columns.push((name.to_owned(), Column::Category(Category::new(codes, levels)?)));
            }
        }
    }
    let data = sample.data.with(columns)?;
    let mut findings =
        declaration.model.fit(&Sample { declaration: &declaration, data: &data, ..*sample })?;
    findings.notes.extend(notes);
    Ok(findings)
}

/// Several imputed data sets, fitted and pooled.
fn multiple(sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
    let declaration = sample.declaration;
    let targets: Vec<&str> = inputs(declaration)
        .into_iter()
        .filter(|name| can_be_imputed(declaration, sample.data, name))
        .collect();
    let (rows, counts) = complete_but_for(&targets, sample)?;
    if rows.is_empty() {
        return Err(ValueAddedError::NoCompleteRow { rows: sample.data.rows() });
    }
    let part = Part::new(sample, &rows);
    // Leaving out every unit of every data set would say nothing about the pooled result.
    let single = Declaration { influence: false, tests: false, ..declaration.clone() };
    let part = part.sample(&single);
    let incomplete = incomplete(&targets, part.data)?;
    if incomplete.is_empty() {
        return declaration.model.fit(sample);
    }
    let predictors = predictors(declaration, part.data, &incomplete)?;
    let fits: Result<Vec<Findings>, ValueAddedError> = (0..declaration.imputations as u64)
        .into_par_iter()
        .map(|which| {
            let values = imputed(&incomplete, &predictors, (declaration.seed, which))?;
            let columns = incomplete.iter().zip(values);
            let columns: Result<Vec<(String, Column)>, ValueAddedError> = columns
                .map(|(one, values)| Ok((one.name.clone(), completed(part.data.column(&one.name)?, values)?)))
                .collect();
            let data = part.data.with(columns?)?;
            declaration.model.fit(&Sample { data: &data, ..part })
        })
        .collect();
    let mut findings = pooled(fits?, declaration.level);
    if counts.used < counts.given {
        findings.notes.push(Note::IncompleteRows { rows: counts.given - counts.used });
    }
    let times = declaration.imputations;
    findings.notes.extend(incomplete.iter().map(|one| Note::Imputed {
        column: one.name.clone(),
        cells: one.missing(),
        times,
    }));
    findings.counts = Some(counts);
    Ok(findings)
}

/// The rows that are complete in all columns that are not imputed, with the missing cells of every column.
fn complete_but_for(
    targets: &[&str],
    sample: &Sample<'_>,
) -> Result<(Vec<usize>, RowCounts), ValueAddedError> {
    let mut complete = vec![true; sample.data.rows()];
    let mut missing = Vec::new();
    for name in sample.declaration.columns() {
        let mut ignored = vec![true; sample.data.rows()];
        let of_target = targets.contains(&name.as_str());
        let marks = if of_target { &mut ignored } else { &mut complete };
        let cells = sample.data.column(&name)?.mark_missing(marks);
        if cells > 0 {
            missing.push((name, cells));
        }
    }
    let rows: Vec<usize> = (0..complete.len()).filter(|row| complete[*row]).collect();
    let counts = RowCounts { given: complete.len(), used: rows.len(), missing };
    Ok((rows, counts))
}

/// The targets with missing cells in these rows.
fn incomplete(targets: &[&str], data: &Data) -> Result<Vec<Incomplete>, ValueAddedError> {
    let mut incomplete = Vec::new();
    for name in targets {
        let cells = match data.column(name)? {
            Column::Number(cells) => Cells::Numbers(cells.clone()),
            Column::Category(category) => {
                Cells::Categories(category.codes().to_vec(), category.levels().len() as u32)
            }
        };
        incomplete.push(Incomplete { name: (*name).to_owned(), cells });
    }
    incomplete.retain(|one| one.missing() > 0);
    Ok(incomplete)
}

/// Whether missing cells of an input are imputed: not where it is the outcome or says to which unit a student belongs, and
/// not a category of very many levels.
fn can_be_imputed(declaration: &Declaration, data: &Data, name: &str) -> bool {
    let groups = declaration.formula.random.iter().flat_map(|random| &random.grouping);
    let mut others = groups.chain(&declaration.unit).chain(&declaration.cluster).chain(&declaration.weights);
    if name == declaration.formula.response || others.any(|other| other == name) {
        return false;
    }
    match data.column(name) {
        Ok(Column::Category(category)) => category.levels().len() <= MOST_LEVELS,
        found => found.is_ok(),
    }
}

/// The column with its missing cells filled.
fn completed(column: &Column, values: Completed) -> Result<Column, ValueAddedError> {
    Ok(match (column, values) {
        (Column::Category(category), Completed::Categories(codes)) => {
            let codes = codes.into_iter().map(Some).collect();
            Column::Category(Category::new(codes, category.levels().to_vec())?)
        }
        (_, Completed::Numbers(values)) => Column::numbers(&values),
        (column, Completed::Categories(_)) => column.clone(),
    })
}

/// What the chained equations know beside the incomplete columns: the outcome, the other inputs, and the mean outcome of
/// each unit, so that differences between units are kept.
fn predictors(
    declaration: &Declaration,
    data: &Data,
    incomplete: &[Incomplete],
) -> Result<Vec<Vec<f64>>, ValueAddedError> {
    let number = |name: &str| match data.column(name) {
        Ok(Column::Number(values)) => values.iter().copied().collect::<Option<Vec<f64>>>(),
        _ => None,
    };
    let response = number(&declaration.formula.response)
        .ok_or_else(|| ValueAddedError::NotNumeric { column: declaration.formula.response.clone() })?;
    let inputs = inputs(declaration);
    let mut columns = Vec::new();
    for name in declaration.columns() {
        if incomplete.iter().any(|one| one.name == name) || name == declaration.formula.response {
            continue;
        }
        let is_input = inputs.contains(&name.as_str());
        match data.column(&name)? {
            Column::Number(_) if is_input => columns.extend(number(&name)),
            Column::Category(category) if is_input => {
                for code in 1..category.levels().len() {
                    let own =
                        |own: &Option<u32>| f64::from(u8::from(own.is_some_and(|own| own as usize == code)));
                    columns.push(category.codes().iter().map(own).collect());
                }
            }
            Column::Category(category) => {
                let codes = category.codes().iter().map(|code| code.map(u64::from)).collect();
                columns.push(means_of_units(codes, &response));
            }
            Column::Number(values) => {
                let codes = values.iter().map(|value| value.map(f64::to_bits)).collect();
                columns.push(means_of_units(codes, &response));
            }
        }
    }
    columns.push(response);
    Ok(columns)
}

/// The mean outcome of the unit of each row.
fn means_of_units(codes: Vec<Option<u64>>, response: &[f64]) -> Vec<f64> {
    let mut sums: std::collections::BTreeMap<Option<u64>, (f64, f64)> = std::collections::BTreeMap::new();
    for (code, y) in codes.iter().zip(response) {
        let sum = sums.entry(*code).or_default();
        *sum = (sum.0 + y, sum.1 + 1.0);
    }
    codes.iter().map(|code| sums.get(code).map_or(0.0, |(sum, n)| sum / n)).collect()
}

#[cfg(test)]
mod tests;
