//! Rows of offerings: objectives, components, items, what serves what.

use std::sync::Arc;

use super::{At, Draft, DraftItem, DraftLink, DraftObjective, ItemIndex};
use crate::ingest::clean;
use crate::ingest::findings::Findings;
use crate::ingest::natural::Label;
use crate::ingest::sheet::{Row, Sheet};
use crate::model::{Decimal, Purpose, Severity};

/// What has to be known before the rows of a sheet are read.
pub(super) struct Columns {
    /// Which offering an item belongs to, where the sheet does not say.
    items: Option<Arc<ItemIndex>>,
    /// Whether the sheet is a matrix of items × objectives.
    matrix: bool,
}

impl Columns {
    /// Looks at the sheet's columns.
    pub(super) fn new(draft: &mut Draft, sheet: &Sheet<'_>, findings: &mut Findings) -> Self {
        let key = sheet.logical.key;
        let without = ["allocation", "item_means"].contains(&key) && !sheet.has("offering");
        let matrix = key == "allocation" && !sheet.has("objective");
        if key == "allocation" && !matrix {
            for (at, name) in &sheet.extra {
                let place = sheet.raw.place_at(sheet.first_row - 1, *at);
                let issue = crate::model::Issue::new("column_unknown", Severity::Note, place);
                findings.push(issue.with("column", name).with("table", key));
            }
        }
        Self { items: without.then(|| draft.item_index()), matrix }
    }

    /// The offering of a row: its own cell, or the only offering with the item.
    fn offering(&self, row: &mut Row<'_, '_>, item: Option<&String>) -> Option<String> {
        let Some(index) = &self.items else { return row.id("offering") };
        let item = item?;
        match index.only(item) {
            Ok((offering, _)) => Some(offering.to_owned()),
            Err(code) => {
                row.error(code, "item", &[("item", item)]);
                None
            }
        }
    }
}

pub(super) fn offering(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (id, course, name) = (row.id("offering"), row.id("course"), row.text("course_name"));
    let (term, teacher) = (row.id("term"), row.text("teacher"));
    let (programme, cohort) = (row.id("programme"), row.id("cohort"));
    let (id, course) = (id?, course?);
    let place = row.place("course");
    let offering = draft.offering(&id, &place);
    offering.declared = true;
    offering.place = place;
    offering.course = Some(course);
    offering.name = name;
    offering.term = term;
    offering.teacher = teacher;
    offering.programme = programme;
    offering.cohort = cohort;
    Some(())
}

pub(super) fn objective(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (offering, id) = (row.id("offering"), row.id("objective"));
    let (text, expected, weight) = (row.text("text"), row.fraction("expected"), row.weight("weight"));
    let (offering, id) = (offering?, id?);
    let place = row.place("objective");
    let at = At { value: DraftObjective { text, expected, weight }, place: row.place("weight") };
    draft.offering(&offering, &place).objectives.insert(Label(id), at);
    Some(())
}

pub(super) fn component(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (offering, name, weight) = (row.id("offering"), row.id("component"), row.weight("weight"));
    let (offering, name) = (offering?, name?);
    let place = row.place("weight");
    draft.offering(&offering, &place).components.insert(Label(name), At { value: weight, place });
    Some(())
}

pub(super) fn item(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (offering, id, name) = (row.id("offering"), row.id("item"), row.text("item_name"));
    let (component, component_weight) = (row.id("component"), row.weight("component_weight"));
    let (full, weight, purpose) = (row.decimal("full_mark"), row.weight("weight"), purpose(row));
    let (offering, id, full) = (offering?, id?, full?);
    if full <= Decimal::ZERO {
        row.error("full_mark_not_positive", "full_mark", &[("item", &id), ("value", &full.to_string())]);
        return None;
    }
    let place = row.place("component_weight");
    let draft = draft.offering(&offering, &place);
    if let Some(component) = &component {
        let known = draft
            .components
            .entry(Label(component.clone()))
            .or_insert_with(|| At { value: component_weight, place: place.clone() });
        match (known.value, component_weight) {
            (Some(first), Some(second)) if first != second => {
                let values = [first.to_string(), second.to_string(), known.place.to_string()];
                let [first, second, at] = &values;
                let shown: [(&str, &str); 4] =
                    [("component", component), ("value", second), ("first_value", first), ("first", at)];
                row.error("component_weight_conflict", "component_weight", &shown);
            }
            (None, Some(_)) => *known = At { value: component_weight, place },
            _ => {}
        }
    }
    let place = row.place("full_mark");
    draft.items.insert(Label(id), At { value: DraftItem { name, component, full, weight, purpose }, place });
    Some(())
}

/// Formative or summative; empty is summative.
fn purpose(row: &mut Row<'_, '_>) -> Purpose {
    let shown = clean::identifier(&row.cell("purpose").to_string()).to_lowercase();
    match shown.as_str() {
        "" | "summative" | "终结性" | "总结性" | "终结" | "终结性评价" => Purpose::Summative,
        "formative" | "形成性" | "过程性" | "形成" | "形成性评价" => Purpose::Formative,
        _ => {
            row.error("purpose_unknown", "purpose", &[("value", &shown)]);
            Purpose::Summative
        }
    }
}

pub(super) fn allocation(draft: &mut Draft, row: &mut Row<'_, '_>, columns: &Columns) -> Option<()> {
    let item = row.id("item");
    let offering = columns.offering(row, item.as_ref());
    if columns.matrix {
        return matrix_row(draft, row, item?, &offering?);
    }
    let objective = row.id("objective");
    let share = share(row);
    let (offering, item, objective, share) = (offering?, item?, objective?, share?);
    let place = row.place("objective");
    let value = DraftLink { item, objective, share };
    draft.offering(&offering, &place).allocation.push(At { value, place });
    Some(())
}

/// The share of a long row; empty or √ is 1.
fn share(row: &mut Row<'_, '_>) -> Option<Decimal> {
    let cell = row.cell("share");
    if cell.is_blank() || is_tick(&cell.to_string()) {
        return Some(Decimal::ONE);
    }
    row.weight("share")
}

fn is_tick(shown: &str) -> bool {
    matches!(shown.trim(), "√" | "✓" | "✔" | "☑" | "是" | "x" | "X")
}

/// A row of the matrix: a cell for each objective, a number, a tick or nothing.
fn matrix_row(draft: &mut Draft, row: &mut Row<'_, '_>, item: String, offering: &str) -> Option<()> {
    let sheet = row.sheet();
    for (at, name) in &sheet.extra {
        let cell = row.cell_at(*at);
        let place = row.place_at(*at);
        let shown = cell.to_string();
        let known = draft.offering(offering, &place);
        let Some(objective) = objective_named(known, name) else {
            if !cell.is_blank() && !is_label_column(name) {
                let issue = crate::model::Issue::new("objective_unknown", Severity::Error, place);
                row.push(issue.with("objective", name).with("offering", offering));
            }
            continue;
        };
        let number = crate::ingest::number::parse_decimal(&shown);
        let share = match number {
            _ if cell.is_blank() => continue,
            _ if is_tick(&shown) => Decimal::ONE,
            Some(number) if number.is_zero() => continue,
            Some(number) if number.is_sign_positive() => number,
            _ => match percent(&shown) {
                Some(share) => share,
                None => {
                    let issue = crate::model::Issue::new("not_a_number", Severity::Error, place);
                    row.push(issue.with("value", shown));
                    continue;
                }
            },
        };
        let value = DraftLink { item: item.clone(), objective, share };
        known.allocation.push(At { value, place });
    }
    Some(())
}

/// A percentage above 0 as its share.
fn percent(shown: &str) -> Option<Decimal> {
    let half = clean::half_width(shown);
    let share = crate::ingest::number::parse_decimal(half.strip_suffix('%')?)? / Decimal::ONE_HUNDRED;
    (share > Decimal::ZERO).then(|| share.normalize())
}

/// Columns of a matrix that repeat what the plan of assessment says.
fn is_label_column(name: &str) -> bool {
    let name = clean::normalise_header(name);
    ["考核项名称", "名称", "考核环节", "环节", "满分", "分值", "合计", "备注", "item_name", "component"]
        .contains(&name.as_str())
}

/// The objective a column heads: its identifier, or with the word 课程目标 before it.
fn objective_named(offering: &super::DraftOffering, header: &str) -> Option<String> {
    let wanted = clean::identifier(header);
    if offering.objectives.contains_key(&Label(wanted.clone())) {
        return Some(wanted);
    }
    let bare = |text: &str| {
        let text = clean::normalise_header(text);
        ["课程目标", "目标", "co"]
            .iter()
            .find_map(|prefix| text.strip_prefix(prefix).map(str::to_owned))
            .unwrap_or(text)
    };
    let key = bare(&wanted);
    offering.objectives.keys().find(|label| bare(&label.0) == key).map(|label| label.0.clone())
}

pub(super) fn item_mean(draft: &mut Draft, row: &mut Row<'_, '_>, columns: &Columns) -> Option<()> {
    let item = row.id("item");
    let offering = columns.offering(row, item.as_ref());
    let (mean, n) = (row.weight("mean"), row.count("n"));
    let (offering, item, mean) = (offering?, item?, mean?);
    let place = row.place("mean");
    draft.offering(&offering, &place).means.push(At { value: (item, mean, n), place });
    Some(())
}
