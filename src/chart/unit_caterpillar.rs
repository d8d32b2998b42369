//! Caterpillar: the effects of units in order, with their intervals and their comparison intervals.

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Scale, Shape, Size, Symbol};
use super::read::{self, parts};
use super::svg::identifier;
use super::theme::Ink;
use super::unit_effects::{
    Side, UnitEffect, UnitEffects, column, factor, legend_names, signed, told_apart, unit_effects,
    with_interval,
};
use super::{Chart, ChartContext, ChartError, Request};

/// More units than this are drawn side by side without their names.
const MOST_NAMED: usize = 120;
/// More than this many side by side are thinned.
const MOST: usize = 600;
/// Widths of a Latin letter that a name on one line may have.
const SHORT: usize = 26;

/// The chart `unit-caterpillar`.
#[derive(Debug)]
pub struct UnitCaterpillar;

impl Chart for UnitCaterpillar {
    fn key(&self) -> &'static str {
        "unit-caterpillar"
    }

    fn source(&self) -> Option<&'static str> {
        Some(
            "H. Goldstein and M. Healy, \"The graphical presentation of a collection of means\", JRSS A 158 (1995) \
             175–177",
        )
    }

    fn tables(&self) -> &'static [&'static str] {
        &[column::TABLE, column::SUMMARY]
    }

    /// One picture per fit, factor and effect; `of` names a model, or `model/cohort`.
    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let all = unit_effects(tables, selection)?;
        Ok(all.iter().flat_map(|effects| self.figures(effects, context)).collect())
    }
}

/// Ink and shape of a unit: the shape says which side its interval is on.
fn sign(side: Side) -> (Ink, Shape) {
    match side {
        Side::Above => (Ink::Blue, Shape::Disc),
        Side::Below => (Ink::Vermillion, Shape::Diamond),
        Side::Open => (Ink::Grey, Shape::Ring),
    }
}

const SIDES: [(Side, &str); 3] = [
    (Side::Above, "chart.unit.legend.above"),
    (Side::Below, "chart.unit.legend.below"),
    (Side::Open, "chart.unit.legend.open"),
];

impl UnitCaterpillar {
    /// The figures of one fit and factor: one where it is readable so, else as many as it takes.
    pub fn figures(&self, effects: &UnitEffects, context: &ChartContext<'_>) -> Vec<Figure> {
        let mut sorted = effects.clone();
        sorted.units.sort_by(|a, b| b.value.total_cmp(&a.value).then_with(|| a.unit.cmp(&b.unit)));
        if sorted.units.len() > MOST_NAMED {
            return vec![self.crowd(&sorted, context)];
        }
        let lines = lines(&sorted, context.size);
        let most = match (lines, context.size) {
            (3, Size::Column) => 9,
            (3, _) => 10,
            (2, _) => 20,
            (_, Size::Page) => 40,
            (_, Size::Column) => 30,
            (_, Size::Slide) => 8,
        };
        let names: Vec<&str> = sorted.units.iter().map(|unit| unit.unit.as_str()).collect();
        let (names, cut) = told_apart(&names, room(lines, context.size));
        let part = |rows: std::ops::Range<usize>| {
            let panel = rows_panel(&sorted, (rows.clone(), lines, &names), context);
            let mut figure = self.figure(&sorted, &sorted.units[rows], (panel, context));
            figure.notes.extend(cut.then(|| context.blank(column::TABLE).shortened_note));
            figure
        };
        read::numbered(parts(sorted.units.len(), most).into_iter().map(part).collect(), context)
    }

    /// Everything but the panel.
    fn figure(
        &self,
        effects: &UnitEffects,
        drawn: &[UnitEffect],
        (panel, context): (Panel, &ChartContext<'_>),
    ) -> Figure {
        let average = effects.average();
        let name = effects.heading().line(context);
        let count = |wanted: Side| {
            effects.units.iter().filter(|unit| unit.side(average) == wanted).count().to_string()
        };
        let (kind, total) = (factor(&effects.factor, context), effects.units.len().to_string());
        let values = [
            ("total", &*total),
            ("factor", &*kind),
            ("above", &*count(Side::Above)),
            ("below", &*count(Side::Below)),
            ("open", &*count(Side::Open)),
        ];
        let what = context.text(&format!("chart.unit-caterpillar.title{}", effects.ending()), &values);
        let words: Vec<String> = drawn
            .iter()
            .map(|unit| format!("{} {} (n = {})", unit.unit, with_interval(unit, average, context), unit.n))
            .collect();
        let mut notes =
            vec![context.text(
                &format!("chart.unit.note.interval{}", effects.ending()),
                &[("level", &effects.level())],
            )];
        if drawn.iter().any(|unit| unit.comparison.is_some()) {
            notes.push(context.text("chart.unit.note.comparison", &[("level", &effects.level())]));
        }
        notes.extend(effects.notes(context));
        Figure {
            id: identifier(&format!("{}-{}", self.key(), effects.tail())),
            title: context.text("chart.title", &[("name", &name), ("what", &what)]),
            subtitle: Some(effects.asked.formula.clone())
                .filter(|text| !text.is_empty())
                .into_iter()
                .collect(),
            legend: legend(effects, drawn, context),
            panel,
            notes,
            alt: context.text(
                "chart.unit-caterpillar.alt",
                &[("name", &*name), ("factor", &*kind), ("parts", &*context.join(&words))],
            ),
            ..context.blank(column::TABLE)
        }
    }

    /// So many units that their names find no room: side by side, the highest effect first.
    fn crowd(&self, effects: &UnitEffects, context: &ChartContext<'_>) -> Figure {
        let every = effects.units.len().div_ceil(MOST);
        let average = effects.average();
        // The note names some at each end; lines are few on a slide.
        let ends = if context.size == Size::Slide { 1 } else { 3 };
        let named: Vec<UnitEffect> = (effects.units[..ends].iter())
            .chain(&effects.units[effects.units.len() - ends..])
            .cloned()
            .collect();
        let mut figure = self.figure(effects, &named, (crowd_panel(effects, every, context), context));
        let names: Vec<&str> = named.iter().map(|unit| unit.unit.as_str()).collect();
        let (names, _) = legend_names(&names, context.size);
        let value = |unit: &UnitEffect| match context.size {
            Size::Slide => signed(unit.value, average, context),
            _ => with_interval(unit, average, context),
        };
        let one = |(unit, name)| format!("{name} {}", value(unit));
        let words: Vec<String> = named.iter().zip(&names).map(one).collect();
        let values =
            [("highest", &*context.join(&words[..ends])), ("lowest", &*context.join(&words[ends..]))];
        figure.legend = legend(effects, &effects.units, context);
        figure.notes.insert(1, context.text("chart.unit-caterpillar.note.crowd", &values));
        figure.notes.retain(|note| {
            *note != context.text("chart.unit.note.comparison", &[("level", &effects.level())])
        });
        if every > 1 {
            figure.notes.insert(
                2,
                context.text("chart.unit-caterpillar.note.thinned", &[("every", &every.to_string())]),
            );
        }
        figure.legend.retain(|entry| !matches!(entry.symbol, Symbol::Box(..)));
        figure
    }
}

/// Units side by side without their names: one of so many, and the last one.
fn crowd_panel(effects: &UnitEffects, every: usize, context: &ChartContext<'_>) -> Panel {
    let last = effects.units.len() - 1;
    let drawn: Vec<(f64, &UnitEffect)> = (0_u32..)
        .zip(&effects.units)
        .filter(|(at, _)| (*at as usize).is_multiple_of(every) || *at as usize == last)
        .map(|(at, unit)| (f64::from(at) + 1.0, unit))
        .collect();
    let average = effects.average();
    let total = effects.units.len() as f64;
    let line = |points: Vec<(f64, f64)>, ink, width| Mark::Line { points, ink, width, dashed: false };
    let mut marks = vec![line(vec![(0.0, average), (total + 1.0, average)], Ink::Black, 0.9)];
    marks.extend(drawn.iter().filter_map(|(x, unit)| {
        let (low, high) = unit.interval?;
        Some(line(vec![(*x, low), (*x, high)], sign(unit.side(average)).0, 0.4))
    }));
    for (side, _) in SIDES {
        let (ink, shape) = sign(side);
        let own = drawn.iter().filter(|(_, unit)| unit.side(average) == side);
        let at: Vec<(f64, f64)> = own.map(|(x, unit)| (*x, unit.value)).collect();
        if !at.is_empty() {
            marks.push(Mark::Points { at, shape, ink, radius: 1.2 });
        }
    }
    Panel {
        x: Axis {
            name: context.text("chart.axis.unit-order", &[("factor", &factor(&effects.factor, context))]),
            scale: order_scale(total),
        },
        y: effects.axis(drawn.iter().flat_map(|(_, unit)| ends(unit)), context),
        aside: String::new(),
        marks,
    }
}

/// The axis of the order: from 0 to all units.
fn order_scale(total: f64) -> Scale {
    let scale = super::unit_effects::number_scale([0.0, total].into_iter());
    let Scale::Linear { ticks, .. } = scale else { return scale };
    let ticks = ticks.into_iter().filter(|tick| (0.0..=total).contains(&tick.at)).collect();
    Scale::Linear { min: 0.0, max: total + 1.0, ticks }
}

/// Value and ends of the interval.
fn ends(unit: &UnitEffect) -> impl Iterator<Item = f64> + use<> {
    let (low, high) = unit.interval.unwrap_or((unit.value, unit.value));
    [unit.value, low, high].into_iter()
}

fn legend(effects: &UnitEffects, drawn: &[UnitEffect], context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let average = effects.average();
    let mut entries = Vec::new();
    for (side, key) in
        SIDES.into_iter().filter(|(side, _)| drawn.iter().any(|unit| unit.side(average) == *side))
    {
        let (ink, shape) = sign(side);
        entries.push(LegendEntry {
            symbol: Symbol::Point(ink, shape),
            text: context.text(&format!("{key}{}", effects.ending()), &[]),
        });
    }
    let mut add = |symbol, text| entries.push(LegendEntry { symbol, text });
    if drawn.iter().any(|unit| unit.interval.is_some()) {
        add(
            Symbol::Whisker(Ink::Grey),
            context.text("chart.unit.legend.interval", &[("level", &effects.level())]),
        );
    }
    if drawn.iter().any(|unit| unit.comparison.is_some()) && drawn.len() <= MOST_NAMED {
        add(
            Symbol::Box(Ink::Tint(1), super::figure::Pattern::Solid),
            context.text("chart.unit.legend.comparison", &[]),
        );
    }
    add(Symbol::Line(Ink::Black, false), effects.reference(context));
    entries
}

/// Lines of a name: one where many units with short names stand close, and on slides always; three for long names.
fn lines(effects: &UnitEffects, size: Size) -> usize {
    let width = |name: &str| name.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let short = effects.units.iter().all(|unit| width(&unit.unit) <= SHORT);
    match size {
        Size::Slide => 1,
        _ if !short => 3,
        _ if effects.units.len() > 20 => 1,
        _ => 2,
    }
}

/// Widths of a Latin letter that a name finds room for.
fn room(lines: usize, size: Size) -> usize {
    match (lines, size) {
        (3, Size::Column) => 52,
        (3, _) => 76,
        (_, Size::Slide) => 30,
        _ => usize::MAX,
    }
}

/// One row per unit.
fn rows_panel(
    effects: &UnitEffects,
    (rows, lines, names): (std::ops::Range<usize>, usize, &[String]),
    context: &ChartContext<'_>,
) -> Panel {
    let (average, dense) = (effects.average(), lines == 1);
    let drawn = &effects.units[rows.clone()];
    let bands = drawn.iter().zip(&names[rows]).map(|(unit, name)| {
        let n = format!("n = {}", unit.n);
        let small = unit.unranked.then(|| context.text("chart.unit.unranked", &[]));
        let detail = context.join(&[Some(n), small].into_iter().flatten().collect::<Vec<_>>());
        let aside = with_interval(unit, average, context);
        let (detail, aside) = match (dense, aside.split_once(' ')) {
            (true, _) => {
                let star = if unit.unranked { "*" } else { "" };
                (String::new(), vec![(format!("{aside} {}{star}", unit.n), Ink::Black)])
            }
            // A column is too narrow for both on one line, and an interval is not parted.
            (false, Some((value, interval))) if context.size == Size::Column => {
                (detail, vec![(value.to_owned(), Ink::Black), (interval.to_owned(), Ink::Grey)])
            }
            (false, _) => (detail, vec![(aside, Ink::Black)]),
        };
        Band { label: name.clone(), detail, group: String::new(), aside }
    });
    // All parts share one axis, so that they can be laid side by side.
    let values = effects.units.iter().flat_map(ends);
    let key = if dense { "chart.unit.aside.dense" } else { "chart.unit.aside" };
    Panel {
        x: effects.axis(values, context),
        y: Axis {
            name: super::words::capital(&factor(&effects.factor, context)),
            scale: Scale::Bands { bands: bands.collect(), row: if dense { 12.0 } else { 20.0 }, lines },
        },
        aside: context.text(key, &[]),
        marks: marks(drawn, average),
    }
}

fn marks(drawn: &[UnitEffect], average: f64) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (y, unit) in (0_u32..).zip(drawn) {
        if let Some((low, high)) = unit.comparison {
            let (x, y) = ((low, high), (f64::from(y) - 0.22, f64::from(y) + 0.22));
            marks.push(Mark::Bar { x, y, fill: Ink::Tint(1), pattern: super::figure::Pattern::Solid });
        }
    }
    let end = drawn.len() as f64 - 0.5;
    marks.push(Mark::Line {
        points: vec![(average, -0.5), (average, end)],
        ink: Ink::Black,
        width: 0.9,
        dashed: false,
    });
    for (y, unit) in (0_u32..).zip(drawn) {
        let ((ink, shape), y) = (sign(unit.side(average)), f64::from(y));
        if let Some((low, high)) = unit.interval {
            marks.push(Mark::Interval { from: (low, y), to: (high, y), ink });
        }
        marks.push(Mark::Points { at: vec![(unit.value, y)], shape, ink, radius: 2.4 });
    }
    marks
}
