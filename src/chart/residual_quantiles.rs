//! Quantiles of standardised residuals and unit effects against those of a normal distribution.

use std::collections::BTreeSet;

use super::figure::{Axis, Figure, LegendEntry, Mark, Panel, Pattern, Scale, Shape, Size, Symbol};
use super::read;
use super::svg::identifier;
use super::theme::Ink;
use super::unit_effects::{
    Asked, column, factor, heading, kind_note, legend_names, number_scale, signed, wanted,
};
use super::{Chart, ChartContext, ChartError, Request, Selection};
use crate::results::Table;

/// The table of residuals.
const STUDENTS: &str = "value_added_diagnostics";
/// The table of unit effects.
const UNITS: &str = "unit_diagnostics";
/// The kind of model that has units.
const MIXED: &str = "mixed";
/// Standard errors on either side of the line: the 97.5 % point of the normal distribution.
const WIDE: f64 = 1.959_963_985;
/// Places that are told apart along each axis: points that share one are one mark.
const PLACES: f64 = 200.0;
/// Corners of each edge of the band.
const CORNERS: usize = 80;
/// Fewer points than this say nothing of a distribution.
const FEWEST: usize = 3;

/// One value beside the quantile of the normal distribution that belongs to its rank.
#[derive(Debug, Clone, PartialEq)]
struct Point {
    /// The unit; empty for a student, whose name no picture of a whole model holds.
    name: String,
    normal: f64,
    value: f64,
    /// Whether it lies outside the band.
    outside: bool,
}

/// The values of one fit: residuals of students, or effects of the units of one factor.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Quantiles {
    model: String,
    kind: String,
    cohort: String,
    /// Factor and effect of units; `None` for residuals.
    of: Option<(String, String)>,
    formula: String,
    /// In the order of the quantiles.
    points: Vec<Point>,
}

/// The chart `residual-quantiles`.
#[derive(Debug)]
pub struct ResidualQuantiles;

impl Chart for ResidualQuantiles {
    fn key(&self) -> &'static str {
        "residual-quantiles"
    }

    fn source(&self) -> Option<&'static str> {
        Some(
            "the band after J. Fox, Applied Regression Analysis and Generalized Linear Models, 3rd ed. 2016, section 3.1.3",
        )
    }

    fn tables(&self) -> &'static [&'static str] {
        &[STUDENTS, UNITS, column::SUMMARY]
    }

    /// Per fit its residuals, then the effects of units; `of` names a model, or `model/cohort`. Without the table of
    /// students, as in a public output, the units stand alone.
    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let columns = ["model", "cohort", "standardised", "normal"];
        let students = read::table(tables, STUDENTS, &[&columns[..], &["kind"]].concat());
        let units = read::table(tables, UNITS, &[&columns[..], &["factor", "effect", "unit"]].concat());
        let mut all: Vec<Quantiles> = Vec::new();
        match (students, units) {
            (Err(error), Err(_)) => return Err(error),
            (students, units) => {
                students.into_iter().for_each(|table| add(&mut all, table, selection));
                units.into_iter().for_each(|table| add(&mut all, table, selection));
            }
        }
        all.retain(|one| one.points.len() >= FEWEST);
        // The units of a fit stand after its residuals, fits in the order of the tables.
        let order: Vec<(String, String)> =
            all.iter().map(|one| (one.model.clone(), one.cohort.clone())).collect();
        all.sort_by_cached_key(|one| {
            order.iter().position(|(model, cohort)| *model == one.model && *cohort == one.cohort)
        });
        for one in &mut all {
            one.formula = Asked::of(tables, &one.model, &one.cohort).formula;
            one.judge();
        }
        Ok(all.iter().map(|one| self.figure(one, context)).collect())
    }
}

/// Adds the rows of a table to the fits they belong to.
fn add(all: &mut Vec<Quantiles>, table: &Table, selection: &Selection) {
    let has = |name: &str| table.schema().iter().any(|column| column.name == name);
    let units = has("unit");
    for row in 0..table.len() {
        let text = |name: &str| table.text(row, name).unwrap_or_default();
        let number = |name: &str| table.number(row, name).filter(|value| value.is_finite());
        let (model, cohort) = (text("model"), text("cohort"));
        let pair = number("normal").zip(number("standardised")).filter(|_| wanted(selection, model, cohort));
        let Some((normal, value)) = pair else { continue };
        let of = units.then(|| (text("factor").to_owned(), text("effect").to_owned()));
        // Students measured several times are no units that are compared.
        if of.as_ref().is_some_and(|(factor, _)| factor == "student") {
            continue;
        }
        let same = |one: &&mut Quantiles| one.model == model && one.cohort == cohort && one.of == of;
        let name = if units { text("unit").to_owned() } else { String::new() };
        let point = Point { name, normal, value, outside: false };
        match all.last_mut().filter(same) {
            Some(known) => known.points.push(point),
            None => all.push(Quantiles {
                model: model.to_owned(),
                kind: if units { MIXED.to_owned() } else { text("kind").to_owned() },
                cohort: cohort.to_owned(),
                of,
                points: vec![point],
                ..Quantiles::default()
            }),
        }
    }
}

/// Half the width of the band at the normal quantile z of the share p: 1.96 · √(p(1 − p)/n) / φ(z), the standard error of
/// an order statistic of n independent values in large samples.
fn half_width(z: f64, p: f64, n: f64) -> f64 {
    let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
    WIDE * (p * (1.0 - p) / n).sqrt() / density
}

impl Quantiles {
    /// The share that belongs to the point at a place in the order, as the table took it for its quantile:
    /// (i − 3/8)/(n + 1/4).
    fn share(&self, at: usize) -> f64 {
        (at as f64 + 0.625) / (self.points.len() as f64 + 0.25)
    }

    fn half(&self, at: usize) -> f64 {
        half_width(self.points[at].normal, self.share(at), self.points.len() as f64)
    }

    /// Puts the points in their order and tells which lie outside the band.
    fn judge(&mut self) {
        self.points.sort_by(|a, b| a.normal.total_cmp(&b.normal).then(a.value.total_cmp(&b.value)));
        for at in 0..self.points.len() {
            let half = self.half(at);
            let point = &mut self.points[at];
            point.outside = (point.value - point.normal).abs() > half;
        }
    }

    fn outside(&self) -> usize {
        self.points.iter().filter(|point| point.outside).count()
    }

    /// The band: along its upper edge and back along the lower one.
    fn band(&self) -> Vec<(f64, f64)> {
        let last = self.points.len() - 1;
        // Corners stand closer at the ends, where the edges bend most.
        let mut at: Vec<usize> = (0..=CORNERS)
            .map(|k| {
                let turn = std::f64::consts::PI * k as f64 / CORNERS as f64;
                (last as f64 * (1.0 - turn.cos()) / 2.0).round() as usize
            })
            .collect();
        at.dedup();
        let edge = |at: usize, side: f64| {
            let z = self.points[at].normal;
            (z, z + side * self.half(at))
        };
        at.iter().map(|&at| edge(at, 1.0)).chain(at.iter().rev().map(|&at| edge(at, -1.0))).collect()
    }

    /// Part of the name of a file that tells these values from others.
    fn tail(&self) -> String {
        let of = match &self.of {
            None => "residuals".to_owned(),
            Some((factor, effect)) if effect == "(Intercept)" => factor.clone(),
            Some((factor, effect)) => format!("{factor}-{effect}"),
        };
        let parts = [&*self.model, &*self.cohort, &*of];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    }

    /// Ends of a text's key, with what it names.
    fn what(&self, context: &ChartContext<'_>) -> (&'static str, String) {
        match &self.of {
            None => ("", String::new()),
            Some((kind, effect)) if effect == "(Intercept)" => (".units", factor(kind, context)),
            Some((kind, effect)) => (".units", format!("{}, {effect}", factor(kind, context))),
        }
    }
}

impl ResidualQuantiles {
    /// The figure of one fit.
    fn figure(&self, one: &Quantiles, context: &ChartContext<'_>) -> Figure {
        let band = one.band();
        let of_points = || one.points.iter().flat_map(|point| [point.normal, point.value]);
        let x = number_scale(one.points.iter().map(|point| point.normal));
        let y = number_scale(of_points().chain(band.iter().map(|corner| corner.1)));
        let (points, shared) = points(one, (&x, &y));
        let marks = background(one, band).into_iter().chain(points).collect();
        let name = heading(&one.model, &one.cohort).line(context);
        let (ending, kind) = one.what(context);
        let (n, outside) = (one.points.len().to_string(), one.outside().to_string());
        let values = [("n", &*n), ("factor", &*kind), ("out", &*outside)];
        let key = |part: &str| format!("chart.residual-quantiles.{part}{ending}");
        let what = context.text(&key("title"), &values);
        let mut notes = vec![context.text("chart.residual-quantiles.note.band", &values)];
        notes.extend(names(one, context));
        if shared {
            notes.push(context.text("chart.residual-quantiles.note.places", &[]));
        }
        notes.push(context.text(&key("note.scale"), &values));
        notes.push(kind_note(&one.kind, context));
        Figure {
            id: identifier(&format!("{}-{}", self.key(), one.tail())),
            title: context.text("chart.title", &[("name", &name), ("what", &what)]),
            subtitle: Some(one.formula.clone()).filter(|text| !text.is_empty()).into_iter().collect(),
            legend: legend(one, context),
            panel: Panel {
                x: Axis { name: context.text("chart.axis.normal-quantile", &[]), scale: x },
                y: Axis { name: context.text(&format!("chart.axis.standardised{ending}"), &[]), scale: y },
                aside: String::new(),
                marks,
            },
            notes,
            alt: alt(one, (&name, &kind), context),
            ..context.blank(if one.of.is_some() { UNITS } else { STUDENTS })
        }
    }
}

/// The band and the line of a normal distribution.
fn background(one: &Quantiles, band: Vec<(f64, f64)>) -> Vec<Mark> {
    let at = |point: Option<&Point>| point.map(|point| (point.normal, point.normal));
    let ends = [at(one.points.first()), at(one.points.last())].into_iter().flatten().collect();
    let edges = band.len() / 2;
    let edge = |points: &[(f64, f64)]| Mark::Line {
        points: points.to_vec(),
        ink: Ink::Tint(3),
        width: 0.6,
        dashed: true,
    };
    let (upper, lower) = (edge(&band[..edges]), edge(&band[edges..]));
    let area = Mark::Area { points: band, fill: Ink::Tint(0), pattern: Pattern::Solid };
    vec![area, upper, lower, Mark::Line { points: ends, ink: Ink::Black, width: 0.9, dashed: false }]
}

/// The marks of the points, and whether some share one.
fn points(one: &Quantiles, (x, y): (&Scale, &Scale)) -> (Vec<Mark>, bool) {
    let cell = |scale: &Scale, value: f64| match scale {
        Scale::Linear { min, max, .. } => ((value - min) / (max - min) * PLACES).round() as i64,
        _ => 0,
    };
    let mut taken = BTreeSet::new();
    let radius = if one.points.len() > 300 { 1.3 } else { 2.0 };
    let marks = [false, true].map(|outside| {
        let own = one.points.iter().filter(|point| point.outside == outside);
        let free = own.filter(|p| taken.insert((outside, cell(x, p.normal), cell(y, p.value))));
        let at: Vec<(f64, f64)> = free.map(|point| (point.normal, point.value)).collect();
        let (ink, shape) = sign(outside);
        Mark::Points { at, shape, ink, radius }
    });
    let drawn = |mark: &Mark| matches!(mark, Mark::Points { at, .. } if !at.is_empty());
    (marks.into_iter().filter(drawn).collect(), taken.len() < one.points.len())
}

fn sign(outside: bool) -> (Ink, Shape) {
    if outside { (Ink::Vermillion, Shape::Diamond) } else { (Ink::Blue, Shape::Ring) }
}

fn legend(one: &Quantiles, context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let mut entries = Vec::new();
    let outside = one.outside();
    for (is_outside, key, count) in
        [(false, "inside", one.points.len() - outside), (true, "outside", outside)]
    {
        if count > 0 {
            let (ink, shape) = sign(is_outside);
            let text = context.text(&format!("chart.residual-quantiles.{key}"), &[("n", &count.to_string())]);
            entries.push(LegendEntry { symbol: Symbol::Point(ink, shape), text });
        }
    }
    let mut add = |symbol, key: &str| entries.push(LegendEntry { symbol, text: context.text(key, &[]) });
    add(Symbol::Line(Ink::Black, false), "chart.residual-quantiles.line");
    add(Symbol::Line(Ink::Tint(3), true), "chart.residual-quantiles.band");
    entries
}

/// The units farthest from the line among those outside the band, by name.
fn names(one: &Quantiles, context: &ChartContext<'_>) -> Option<String> {
    let most = if context.size == Size::Slide { 1 } else { 3 };
    let mut far: Vec<&Point> =
        one.points.iter().filter(|point| point.outside && !point.name.is_empty()).collect();
    let off = |point: &Point| (point.value - point.normal).abs();
    far.sort_by(|a, b| off(b).total_cmp(&off(a)).then_with(|| a.name.cmp(&b.name)));
    far.truncate(most);
    let names: Vec<&str> = far.iter().map(|point| point.name.as_str()).collect();
    let one = |(point, name): (&&Point, String)| format!("{name} {}", signed(point.value, 0.0, context));
    let named: Vec<String> = far.iter().zip(legend_names(&names, context.size).0).map(one).collect();
    let values = context.join(&named);
    (!named.is_empty()).then(|| context.text("chart.residual-quantiles.note.far", &[("units", &values)]))
}

fn alt(one: &Quantiles, (name, kind): (&str, &str), context: &ChartContext<'_>) -> String {
    let last = one.points.len() - 1;
    let part = |(share, at): (&str, usize)| {
        let point = &one.points[at];
        let (value, normal) = (signed(point.value, 0.0, context), signed(point.normal, 0.0, context));
        let share = context.text(&format!("chart.residual-quantiles.{share}"), &[]);
        let values = [("which", &*share), ("value", &*value), ("normal", &*normal)];
        context.text("chart.residual-quantiles.part", &values)
    };
    let places = [("least", 0), ("quarter", last / 4), ("middle", last / 2)];
    let upper = [("three-quarters", last - last / 4), ("most", last)];
    let parts: Vec<String> = places.into_iter().chain(upper).map(part).collect();
    let values = [
        ("name", name),
        ("factor", kind),
        ("n", &*one.points.len().to_string()),
        ("out", &*one.outside().to_string()),
        ("parts", &*context.join(&parts)),
    ];
    context.text(&format!("chart.residual-quantiles.alt{}", one.what(context).0), &values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_is_that_of_an_order_statistic_in_large_samples() {
        // qqPlot of R's car draws SE = (1/dnorm(z)) sqrt(P (1 − P)/n); by Python's statistics.NormalDist for n = 100.
        for (z, p, half) in [
            (-2.575_829_303_548_901, 0.005, 0.956_057_6),
            (-0.690_308_823_933_035_9, 0.245, 0.268_145_7),
            (-0.012_533_469_508_069_276, 0.495, 0.245_652_1),
        ] {
            assert!((half_width(z, p, 100.0) - half).abs() < 1e-6, "{z}: {}", half_width(z, p, 100.0));
        }
    }
}
