//! What charts share in reading the results: finding tables, checking columns, the heading of an offering.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use super::figure::Figure;
use super::{ChartContext, ChartError, Selection, words};
use crate::message::Lang;
use crate::results::Table;

/// Something that holds results tables: the whole results, or a slice of tables.
pub trait Tables {
    /// The table of a key.
    fn table(&self, key: &str) -> Option<&Table>;
}

impl Tables for [Table] {
    fn table(&self, key: &str) -> Option<&Table> {
        self.iter().find(|table| table.schema().key == key)
    }
}

impl Tables for Vec<Table> {
    fn table(&self, key: &str) -> Option<&Table> {
        self.as_slice().table(key)
    }
}

/// The table of a key, with all these columns.
pub(super) fn table<'a>(
    tables: &'a dyn Tables,
    key: &str,
    columns: &[&str],
) -> Result<&'a Table, ChartError> {
    let table = tables.table(key).ok_or_else(|| ChartError::MissingTable(key.to_owned()))?;
    for column in columns {
        if !table.schema().iter().any(|declared| declared.name == *column) {
            return Err(ChartError::MissingColumn { table: key.to_owned(), column: (*column).to_owned() });
        }
    }
    Ok(table)
}

/// What a figure is about and how its numbers were made, in the words of the table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    /// Identifier of the offering.
    pub id: String,
    /// Name of the course.
    pub name: String,
    /// Term; may be empty.
    pub term: String,
    /// Section; empty for the whole offering.
    pub section: String,
    /// Key of the method of the values; may be empty.
    pub method: String,
    /// Policy of the verdicts; may be empty.
    pub policy: String,
    /// Kinds of the intervals with their levels, as in the table (`t 0.95`); may be empty.
    pub intervals: BTreeSet<String>,
}

impl Heading {
    /// Name, term and section as one text.
    pub(super) fn line(&self, context: &ChartContext<'_>) -> String {
        let mut parts = vec![if self.name.is_empty() { self.id.clone() } else { self.name.clone() }];
        if !self.term.is_empty() {
            parts.push(self.term.clone());
        }
        if !self.section.is_empty() {
            parts.push(section(&self.section, context));
        }
        parts.join(match context.lang {
            Lang::Zh => "，",
            Lang::En => ", ",
        })
    }

    /// The note on interval, method and policy.
    pub(super) fn method_note(&self, context: &ChartContext<'_>) -> String {
        let parts = [
            ("chart.note.interval", words::intervals(&self.intervals, context)),
            ("chart.note.method", words::method(&self.method, context)),
            ("chart.note.policy", self.policy.clone()),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| context.text(key, &[("value", &value)]))
        .collect::<Vec<_>>();
        words::capital(&context.join(&parts))
    }

    /// The same where no interval is drawn, so that none is explained.
    pub(super) fn without_intervals(&self) -> Self {
        Self { intervals: BTreeSet::new(), ..self.clone() }
    }

    /// A text that speaks of the intervals and their level, or its form `.plain` where there are none.
    pub(super) fn with_level(&self, key: &str, context: &ChartContext<'_>) -> String {
        if self.intervals.is_empty() {
            return context.text(&format!("{key}.plain"), &[]);
        }
        context.text(key, &[("level", &self.level(context))])
    }

    /// The level of the intervals: `95%`; empty where rows have none or differ.
    pub(super) fn level(&self, context: &ChartContext<'_>) -> String {
        words::level(&self.intervals, context)
    }
}

/// Words by which a section says itself what it is.
const SECTION_WORDS: [&str; 3] = ["班", "section", "class"];

/// A section as texts name it; one whose name says that it is a section stays as it is.
pub(super) fn section(section: &str, context: &ChartContext<'_>) -> String {
    let name = section.to_lowercase();
    if SECTION_WORDS.iter().any(|word| name.contains(word)) {
        return section.to_owned();
    }
    context.text("chart.section", &[("section", section)])
}

/// Rows of a table grouped by an identifier and a part (offering and section, programme and plan), as selected.
///
/// Where no part is asked for, the rows of the whole (empty part) stand for an identifier; where it has none,
/// each part is a group. Groups come in the order of the table.
pub(super) fn groups(
    table: &Table,
    (id, part): (&str, &str),
    selection: &Selection,
) -> Vec<((String, String), Vec<usize>)> {
    let mut order: Vec<(&str, &str)> = Vec::new();
    let mut rows: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for row in 0..table.len() {
        let key = (table.text(row, id).unwrap_or_default(), table.text(row, part).unwrap_or_default());
        let wanted = selection.of.as_deref().is_none_or(|of| of == key.0)
            && selection.part.as_deref().is_none_or(|part| part == key.1);
        if wanted {
            let rows = rows.entry(key).or_default();
            if rows.is_empty() {
                order.push(key);
            }
            rows.push(row);
        }
    }
    if selection.part.is_none() {
        order.retain(|(id, part)| part.is_empty() || !rows.contains_key(&(*id, "")));
    }
    let owned = |key: (&str, &str)| (key.0.to_owned(), key.1.to_owned());
    order.into_iter().filter_map(|key| rows.remove(&key).map(|rows| (owned(key), rows))).collect()
}

/// The name of a programme, which stands in the tables of cohorts; its identifier where none names it.
pub(super) fn programme_name(tables: &dyn Tables, id: &str) -> String {
    ["requirements", "cohort_courses"]
        .iter()
        .filter_map(|key| {
            let table = tables.table(key)?;
            let row = table.rows_where(&[("programme", id)]).next()?;
            table.text(row, "programme_name").map(str::to_owned)
        })
        .next()
        .unwrap_or_else(|| id.to_owned())
}

/// The text of a requirement of a cohort, which stands in the table of requirements; empty where it does not.
pub(super) fn requirement_text(
    tables: &dyn Tables,
    (programme, cohort, requirement): (&str, &str, &str),
) -> String {
    let wanted = [("programme", programme), ("cohort", cohort), ("requirement", requirement)];
    let text = || {
        let table = tables.table("requirements")?;
        let row = table.rows_where(&wanted).next()?;
        table.text(row, "requirement_text").map(str::to_owned)
    };
    text().unwrap_or_default()
}

/// The note on numbers of students by cohort, term or model; none where no number is known.
pub(super) fn counts_by<N: Display, C: Display>(
    counts: impl IntoIterator<Item = (N, C)>,
    context: &ChartContext<'_>,
) -> Option<String> {
    let counts: Vec<String> = counts.into_iter().map(|(name, n)| format!("{name} n = {n}")).collect();
    let note = || context.text("chart.requirement.note.counts", &[("counts", &context.join(&counts))]);
    (!counts.is_empty()).then(note)
}

/// The error where nothing is selected.
pub(super) fn nothing(chart: &str, selection: &Selection) -> ChartError {
    let parts: Vec<&str> =
        [&selection.of, &selection.part].into_iter().flatten().map(String::as_str).collect();
    ChartError::Nothing { chart: chart.to_owned(), of: parts.join(" / ") }
}

/// `total` cut into as few even parts of at most `most` as possible.
pub(super) fn parts(total: usize, most: usize) -> Vec<std::ops::Range<usize>> {
    let count = total.div_ceil(most).max(1);
    (0..count).map(|k| total * k / count..total * (k + 1) / count).collect()
}

/// "Part 1 of 2", or nothing where there is one part.
pub(super) fn part_of((number, total): (usize, usize), context: &ChartContext<'_>) -> String {
    if total < 2 {
        return String::new();
    }
    context.text("chart.part", &[("number", &number.to_string()), ("total", &total.to_string())])
}

/// The figures of one subject: where it takes several, each says in its title and identifier which part it is.
pub(super) fn numbered(mut figures: Vec<Figure>, context: &ChartContext<'_>) -> Vec<Figure> {
    let total = figures.len();
    if total > 1 {
        for (number, figure) in (1..).zip(&mut figures) {
            figure.title.push_str(&part_of((number, total), context));
            figure.id = format!("{}-{number}", figure.id);
        }
    }
    figures
}

/// Texts in the order in which people number: `2` before `10`, `1.2` before `1.10`.
pub(crate) fn natural(text: &str) -> Vec<(u64, String)> {
    let mut parts: Vec<(u64, String)> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let words = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let digits = rest[words..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - words);
        let number = rest[words..words + digits].parse().unwrap_or(0);
        parts.push((if words == 0 { number } else { 0 }, rest[..words].to_owned()));
        if words > 0 && digits > 0 {
            parts.push((number, String::new()));
        }
        rest = &rest[words + digits..];
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indicators_stand_in_the_order_in_which_people_number() {
        let mut codes = vec!["10.1", "2.10", "2.9", "1.1", "GR2", "GR10"];
        codes.sort_by_cached_key(|code| natural(code));
        assert_eq!(codes, ["GR2", "GR10", "1.1", "2.9", "2.10", "10.1"]);
    }

    #[test]
    fn a_matrix_too_large_for_one_picture_is_cut_into_even_parts_that_cover_it() {
        assert_eq!(parts(56, 60), vec![0..56]);
        assert_eq!(parts(121, 60), vec![0..40, 40..80, 80..121]);
        assert_eq!(parts(0, 60), vec![0..0]);
    }
}
