//! Where students without the outcome are going, and what the targets ask of them; by groups, never by student.

use std::collections::BTreeMap;

use super::super::document::{Align, Block, Cell, DocColumn, Form};
use super::super::words::{left, right};
use super::super::{Material, ReportContext};
use crate::results::Table;

/// Groups of fewer students are shown together, so that nobody can be found in them.
const SMALLEST: usize = 5;
/// The bands of growth, the lowest first.
const BANDS: [&str; 4] = ["low", "typical", "high", "beyond"];

/// The chapter.
pub(super) fn projections(material: &Material<'_>, context: &ReportContext<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(from) = material.table("growth_targets").filter(|table| !table.is_empty()) {
        blocks.extend(targets(from, context));
    }
    if let Some(from) = material.table("growth_projections").filter(|table| !table.is_empty()) {
        blocks.extend(paths(from, context));
    }
    if !blocks.is_empty() {
        blocks.insert(0, context.paragraph("value_added.projections", &[]));
    }
    blocks
}

/// Model, last score and target of a row.
type Asked<'a> = (&'a str, &'a str, &'a str);

fn targets(from: &Table, context: &ReportContext<'_>) -> Option<Block> {
    let mut groups: BTreeMap<Asked<'_>, BTreeMap<&str, [usize; 4]>> = BTreeMap::new();
    for row in 0..from.len() {
        let text = |name: &str| from.text(row, name).unwrap_or_default();
        let Some(band) = BANDS.iter().position(|band| *band == text("growth")) else { continue };
        let units = groups.entry((text("model"), text("measure"), text("target"))).or_default();
        units.entry(text("unit")).or_default()[band] += 1;
    }
    let count = |key| right(key, Form::Count);
    let columns = [
        left("va_model"),
        left("va_measure"),
        left("va_target"),
        left("va_group"),
        count("va_n"),
        count("va_low"),
        count("va_typical"),
        count("va_high"),
        count("va_beyond"),
    ];
    let mut table = context.table("va_targets", &[], &columns);
    let few = groups.values().all(|units| units.values().flatten().sum::<usize>() < SMALLEST);
    if few {
        return Some(context.paragraph("value_added.projections.few", &[("n", &SMALLEST.to_string())]));
    }
    for ((model, measure, target), units) in groups {
        if units.values().flatten().sum::<usize>() < SMALLEST {
            continue;
        }
        let lines = lines(units, context);
        for (at, (unit, counts)) in lines.iter().enumerate() {
            let mut row = Vec::new();
            if at == 0 {
                row.extend([model, measure, target].map(|text| Cell::text(text).over(1, lines.len())));
            }
            row.push(Cell::text(unit.as_str()));
            let total: usize = counts.iter().sum();
            row.push(context.numbers.count_cell(Some(total as f64)));
            row.extend(counts.map(|count| context.numbers.count_cell(Some(count as f64))));
            table.rows.push(row);
        }
    }
    table.notes.push(context.text("value_added.note.targets", &[("n", &SMALLEST.to_string())]));
    (!table.rows.is_empty()).then(|| Block::Table(Box::new(table)))
}

/// All students, then the units that are large enough and the others together where these are enough as well.
fn lines(units: BTreeMap<&str, [usize; 4]>, context: &ReportContext<'_>) -> Vec<(String, [usize; 4])> {
    let add = |sum: [usize; 4], more: &[usize; 4]| [0, 1, 2, 3].map(|band| sum[band] + more[band]);
    let n = |counts: &[usize; 4]| counts.iter().sum::<usize>();
    let all = units.values().fold([0; 4], add);
    let small = units.values().filter(|counts| n(counts) < SMALLEST).fold([0; 4], add);
    let mut lines = vec![(context.text("value_added.together", &[]), all)];
    // With few students left over, the difference to all would tell of them.
    if units.len() > 1 && (n(&small) == 0 || n(&small) >= SMALLEST) {
        let large = units.iter().filter(|(_, counts)| n(counts) >= SMALLEST);
        lines.extend(large.map(|(unit, counts)| ((*unit).to_owned(), *counts)));
        if n(&small) > 0 && lines.len() > 1 {
            lines.push((context.text("value_added.others", &[]), small));
        }
    }
    lines
}

/// The median over students of the score at each percentile.
fn paths(from: &Table, context: &ReportContext<'_>) -> Option<Block> {
    let mut trajectories: Vec<(i64, &str)> = Vec::new();
    let mut groups: BTreeMap<(&str, &str, &str), BTreeMap<&str, Vec<f64>>> = BTreeMap::new();
    let mut curves: BTreeMap<(&str, &str, &str), (f64, f64)> = BTreeMap::new();
    for row in 0..from.len() {
        let text = |name: &str| from.text(row, name).unwrap_or_default();
        let (Some(value), Some(percentile)) = (from.number(row, "value"), from.number(row, "percentile"))
        else {
            continue;
        };
        let trajectory = (percentile as i64, text("trajectory"));
        if !trajectories.contains(&trajectory) {
            trajectories.push(trajectory);
        }
        let key = (text("model"), text("from"), text("measure"));
        groups.entry(key).or_default().entry(trajectory.1).or_default().push(value);
        if let Some(n) = from.number(row, "n_curves") {
            let ends = curves.entry(key).or_insert((n, n));
            *ends = (ends.0.min(n), ends.1.max(n));
        }
    }
    trajectories.sort_unstable();
    let columns = [
        left("va_model"),
        left("va_from"),
        left("va_measure"),
        right("va_n", Form::Count),
        left("va_curves"),
    ];
    let mut table = context.table("va_paths", &[], &columns);
    for (percentile, _) in &trajectories {
        table.columns.push(DocColumn { align: Align::Right, form: context.numbers.form() });
        let head = context.text("value_added.at_percentile", &[("percentile", &percentile.to_string())]);
        table.header[0].push(Cell::text(head));
    }
    for (key, scores) in &mut groups {
        let n = scores.values().map(Vec::len).max().unwrap_or_default();
        if n < SMALLEST {
            continue;
        }
        let curves = curves.get(key).map_or_else(String::new, |(low, high)| {
            if low < high { format!("{low:.0}–{high:.0}") } else { format!("{low:.0}") }
        });
        let mut row = vec![Cell::text(key.0), Cell::text(key.1), Cell::text(key.2)];
        row.extend([context.numbers.count_cell(Some(n as f64)), Cell::text(curves)]);
        row.extend(
            trajectories
                .iter()
                .map(|(_, name)| context.numbers.cell(scores.get_mut(name).and_then(|own| median(own)))),
        );
        table.rows.push(row);
    }
    table.notes.push(context.text("value_added.note.paths", &[("n", &SMALLEST.to_string())]));
    (!table.rows.is_empty()).then(|| Block::Table(Box::new(table)))
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    Some(0.5 * (values.get(n.checked_sub(1)? / 2)? + values.get(n / 2)?))
}
