//! What the charts of value added share: the effects of units in the results, axes for any range, names of factors.

use super::figure::{Axis, LegendEntry, Scale, Size, Symbol, ticks};
use super::read::{self, Heading, Tables};
use super::requirement_intervals::SHAPES;
use super::text::dots;
use super::theme::SERIES;
use super::{ChartContext, ChartError, Selection};
use crate::message;
use crate::results::Table;

/// The names of the table and the columns that these charts read.
pub(super) mod column {
    pub(in crate::chart) const TABLE: &str = "unit_effects";
    pub(in crate::chart) const SUMMARY: &str = "model_summary";
    pub(in crate::chart) const MODEL: &str = "model";
    pub(in crate::chart) const KIND: &str = "kind";
    pub(in crate::chart) const COHORT: &str = "cohort";
    pub(in crate::chart) const FACTOR: &str = "factor";
    pub(in crate::chart) const EFFECT: &str = "effect";
    pub(in crate::chart) const UNIT: &str = "unit";
    pub(in crate::chart) const ALL: &[&str] = &[
        MODEL,
        KIND,
        COHORT,
        FACTOR,
        EFFECT,
        UNIT,
        "n",
        "value",
        "se",
        "low",
        "high",
        "level",
        "comparison_low",
        "comparison_high",
        "reliability",
        "rank",
        "rank_low",
        "rank_high",
    ];
}

/// The effect of median growth percentiles, which are compared with 50 rather than with 0.
pub(super) const MEDIAN_PERCENTILE: &str = "median_percentile";

/// The effect of one unit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnitEffect {
    /// The unit.
    pub unit: String,
    /// Its students.
    pub n: usize,
    /// The effect.
    pub value: f64,
    /// Its standard error.
    pub se: Option<f64>,
    /// Interval.
    pub interval: Option<(f64, f64)>,
    /// Comparison interval.
    pub comparison: Option<(f64, f64)>,
    /// Share of the variance of the estimate that is the unit's; only shrunken effects have one.
    pub reliability: Option<f64>,
    /// Mean rank, 1 the highest.
    pub rank: Option<f64>,
    /// Interval of the rank.
    pub rank_interval: Option<(f64, f64)>,
    /// Whether the unit was too small to be ranked.
    pub unranked: bool,
}

/// Where the interval of a unit lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// All of it above the average.
    Above,
    /// All of it below the average.
    Below,
    /// On both sides of it, or not known.
    Open,
}

impl UnitEffect {
    /// Where its interval lies, seen from the average.
    pub fn side(&self, average: f64) -> Side {
        match self.interval {
            Some((low, _)) if low > average => Side::Above,
            Some((_, high)) if high < average => Side::Below,
            _ => Side::Open,
        }
    }
}

/// The effects of the units of one factor in one fit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnitEffects {
    /// Key of the model.
    pub model: String,
    /// Kind of model.
    pub kind: String,
    /// Cohort; empty for all students together.
    pub cohort: String,
    /// Grouping factor.
    pub factor: String,
    /// What the effects are.
    pub effect: String,
    /// Level of the intervals.
    pub level: Option<f64>,
    /// What was asked.
    pub asked: Asked,
    /// The units in the order of the table.
    pub units: Vec<UnitEffect>,
}

/// What a fit was asked, from the summary of models.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// The formula; may be empty.
    pub formula: String,
    /// Students given and used.
    pub counts: Option<(usize, usize)>,
}

impl Asked {
    /// The outcome: what stands left of `~`.
    pub fn outcome(&self) -> &str {
        self.formula.split('~').next().unwrap_or_default().trim().trim_matches('`')
    }

    /// What the summary of models says of a fit; nothing where the results do not have it.
    pub(super) fn of(tables: &dyn Tables, model: &str, cohort: &str) -> Self {
        let Some(table) = tables.table(column::SUMMARY) else { return Self::default() };
        let is = |row: usize, name: &str, wanted: &str| table.text(row, name).unwrap_or_default() == wanted;
        let row =
            (0..table.len()).find(|&row| is(row, column::MODEL, model) && is(row, column::COHORT, cohort));
        let Some(row) = row else { return Self::default() };
        let count = |name: &str| table.number(row, name).filter(|n| *n >= 0.0).map(|n| n as usize);
        Self {
            formula: table.text(row, "formula").unwrap_or_default().to_owned(),
            counts: count("n_given").zip(count("n_used")),
        }
    }
}

impl UnitEffects {
    /// What the effects are compared with: 50 for percentiles, else 0.
    pub fn average(&self) -> f64 {
        if self.effect == MEDIAN_PERCENTILE { 50.0 } else { 0.0 }
    }

    /// The ending of the texts about effects that are not compared with the average: gains are compared with no change,
    /// median percentiles with the 50th.
    pub fn ending(&self) -> &'static str {
        match self.effect.as_str() {
            "mean_gain" | "mean_normalised_gain" | "class_gain" => ".zero",
            MEDIAN_PERCENTILE => ".median",
            _ => "",
        }
    }

    /// The legend's words for the line that effects are compared with.
    pub(super) fn reference(&self, context: &ChartContext<'_>) -> String {
        context.text(&format!("chart.unit.legend.average{}", self.ending()), &[])
    }

    /// Whether the variance of the effects was estimated at zero: then no interval has a width.
    pub fn no_variance(&self) -> bool {
        let flat = |unit: &UnitEffect| unit.interval.is_some_and(|(low, high)| high - low <= 0.0);
        !self.units.is_empty() && self.units.iter().all(|unit| unit.reliability.is_some() && flat(unit))
    }

    /// The heading: model and cohort.
    pub(super) fn heading(&self) -> Heading {
        heading(&self.model, &self.cohort)
    }

    /// Part of the name of a file that tells these effects from others of the same fit.
    pub(super) fn tail(&self) -> String {
        let factor = match self.effect.as_str() {
            "(Intercept)" | "mean_residual" | MEDIAN_PERCENTILE => self.factor.clone(),
            slope => format!("{}-{slope}", self.factor),
        };
        [&*self.model, &*self.cohort, &*factor]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("-")
    }

    /// The level of the intervals, `95%`.
    pub(super) fn level(&self) -> String {
        super::words::percent(self.level.unwrap_or(0.95))
    }

    /// The axis of effects over all these values.
    pub(super) fn axis(&self, values: impl Iterator<Item = f64>, context: &ChartContext<'_>) -> Axis {
        let outcome = self.asked.outcome();
        let own = format!("chart.axis.effect.{}", self.effect);
        let name = match self.effect.as_str() {
            "(Intercept)" => context.text("chart.axis.unit-effect", &[("outcome", outcome)]),
            _ if message::has(&own) => context.text(&own, &[("outcome", outcome)]),
            slope => context.text("chart.axis.unit-slope", &[("effect", slope)]),
        };
        Axis { name, scale: number_scale(values.chain([self.average()])) }
    }

    /// The notes on students and model.
    pub(super) fn notes(&self, context: &ChartContext<'_>) -> Vec<String> {
        let mut notes = Vec::new();
        notes.extend(self.asked.counts.map(|counts| counts_note(counts, context)));
        let unranked = self.units.iter().filter(|unit| unit.unranked).count();
        if unranked > 0 {
            notes.push(context.text("chart.unit.note.unranked", &[("count", &unranked.to_string())]));
        }
        if self.no_variance() {
            notes.push(context.text("chart.unit.note.no_variance", &[]));
        }
        notes.push(kind_note(&self.kind, context));
        notes
    }
}

/// How many students a model used of those given.
pub(super) fn counts_note((given, used): (usize, usize), context: &ChartContext<'_>) -> String {
    let out = given.saturating_sub(used).to_string();
    let values = [("used", &*used.to_string()), ("given", &*given.to_string()), ("out", &*out)];
    context.text(if given > used { "chart.unit.note.counts" } else { "chart.unit.note.all" }, &values)
}

/// The model in words, and that it shows no causes.
pub(super) fn kind_note(kind: &str, context: &ChartContext<'_>) -> String {
    let key = format!("value_added.model.{kind}");
    let kind = if message::has(&key) { context.text(&key, &[]) } else { kind.to_owned() };
    context.text("chart.unit.note.model", &[("kind", &kind)])
}

/// Model and cohort.
pub(super) fn heading(model: &str, cohort: &str) -> Heading {
    let term = cohort.to_owned();
    Heading { id: model.to_owned(), name: model.to_owned(), term, ..Heading::default() }
}

/// The kind of unit in words; the name of the column where the catalogue has none.
pub(crate) fn factor(factor: &str, context: &ChartContext<'_>) -> String {
    let one = |name: &str| {
        let key = format!("chart.factor.{name}");
        if message::has(&key) { context.text(&key, &[]) } else { name.to_owned() }
    };
    factor.split(':').map(one).collect::<Vec<_>>().join(" × ")
}

/// A value with its sign; the average of percentiles has none.
pub(super) fn signed(value: f64, average: f64, context: &ChartContext<'_>) -> String {
    let text = (context.show)(value).replace('-', "−");
    let plus = average == 0.0 && value > 0.0;
    if plus { format!("+{text}") } else { text }
}

/// `+1.40 [0.04, 2.76]`.
pub(super) fn with_interval(unit: &UnitEffect, average: f64, context: &ChartContext<'_>) -> String {
    let value = signed(unit.value, average, context);
    let show = |value: f64| (context.show)(value).replace('-', "−");
    unit.interval
        .map_or_else(|| value.clone(), |(low, high)| format!("{value} [{}, {}]", show(low), show(high)))
}

/// Whether a fit is wanted: by its model, by `model/cohort`, or all.
pub(super) fn wanted(selection: &Selection, model: &str, cohort: &str) -> bool {
    let of = |of: &str| of == model || of.strip_prefix(model) == Some(&format!("/{cohort}"));
    selection.of.as_deref().is_none_or(of) && selection.part.as_deref().is_none_or(|part| part == cohort)
}

/// The effects of all fits that are selected, in the order of the table.
pub(crate) fn unit_effects(
    tables: &dyn Tables,
    selection: &Selection,
) -> Result<Vec<UnitEffects>, ChartError> {
    let table = read::table(tables, column::TABLE, column::ALL)?;
    let text = |row: usize, name: &str| table.text(row, name).unwrap_or_default();
    let mut all: Vec<UnitEffects> = Vec::new();
    for row in 0..table.len() {
        let (model, cohort) = (text(row, column::MODEL), text(row, column::COHORT));
        // Students measured several times are no units that are compared.
        let of_units = table.text(row, column::FACTOR) != Some("student") && wanted(selection, model, cohort);
        let Some(unit) = unit(table, row).filter(|_| of_units) else { continue };
        let (factor, effect) = (text(row, column::FACTOR), text(row, column::EFFECT));
        let same = |known: &&mut UnitEffects| {
            known.model == model && known.cohort == cohort && known.factor == factor && known.effect == effect
        };
        if let Some(known) = all.last_mut().filter(same) {
            known.units.push(unit);
            continue;
        }
        all.push(UnitEffects {
            model: model.to_owned(),
            kind: text(row, column::KIND).to_owned(),
            cohort: cohort.to_owned(),
            factor: factor.to_owned(),
            effect: effect.to_owned(),
            level: table.number(row, "level"),
            asked: Asked::of(tables, model, cohort),
            units: vec![unit],
        });
    }
    Ok(all)
}

fn unit(table: &Table, row: usize) -> Option<UnitEffect> {
    let pair = |low: &str, high: &str| table.number(row, low).zip(table.number(row, high));
    let comparison = pair("comparison_low", "comparison_high");
    Some(UnitEffect {
        unit: table.text(row, column::UNIT).unwrap_or_default().to_owned(),
        n: table.number(row, "n").filter(|n| *n >= 0.0).map_or(0, |n| n as usize),
        value: table.number(row, "value").filter(|value| value.is_finite())?,
        se: table.number(row, "se"),
        interval: pair("low", "high"),
        comparison,
        reliability: table.number(row, "reliability"),
        rank: table.number(row, "rank"),
        rank_interval: pair("rank_low", "rank_high"),
        // Only models that rank units have comparison intervals.
        unranked: comparison.is_some() && table.number(row, "rank").is_none(),
    })
}

/// One unit over several fits: its name and one effect per fit.
pub(super) type Series = (String, Vec<Option<UnitEffect>>);

/// More units than this are not all drawn over several fits.
const MOST_SERIES: usize = 30;
/// Widths of a Latin letter that a name in the legend of a slide may have.
const LEGEND: usize = 30;
/// Units drawn at each end where there are more.
const ENDS: usize = 5;

/// The units of several fits in the order in which people number, and how many were left out: of many units those with
/// the highest and the lowest effects in the last fit are drawn.
pub(super) fn series(fits: &[UnitEffects]) -> (Vec<Series>, usize) {
    let mut names: Vec<&str> =
        fits.iter().flat_map(|fit| &fit.units).map(|unit| unit.unit.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let total = names.len();
    if let Some(last) = fits.last().filter(|_| total > MOST_SERIES) {
        let mut units: Vec<&UnitEffect> = last.units.iter().collect();
        units.sort_by(|a, b| b.value.total_cmp(&a.value).then_with(|| a.unit.cmp(&b.unit)));
        let low = units.len().saturating_sub(ENDS).max(ENDS.min(units.len()));
        names = units.iter().take(ENDS).chain(&units[low..]).map(|unit| unit.unit.as_str()).collect();
    } else {
        names.sort_by_cached_key(|name| read::natural(name));
    }
    let of = |name: &str, fit: &UnitEffects| fit.units.iter().find(|unit| unit.unit == name).cloned();
    let series = |name: &&str| ((*name).to_owned(), fits.iter().map(|fit| of(name, fit)).collect());
    (names.iter().map(series).collect(), total - names.len())
}

/// Names for a legend, and whether one was cut: on a slide, where lines are few, [`told_apart`].
pub(super) fn legend_names(names: &[&str], size: Size) -> (Vec<String>, bool) {
    told_apart(names, if size == Size::Slide { LEGEND } else { usize::MAX })
}

/// The signs of these series in a legend, and whether a name was cut.
pub(super) fn series_entries(series: &[Series], size: Size) -> (Vec<LegendEntry>, bool) {
    let names: Vec<&str> = series.iter().map(|(name, _)| name.as_str()).collect();
    let (names, cut) = legend_names(&names, size);
    let symbol = |at: usize| Symbol::Point(SERIES[at], SHAPES[at]);
    let entry = |(at, text)| LegendEntry { symbol: symbol(at), text };
    (names.into_iter().enumerate().map(entry).collect(), cut)
}

/// Widths of a character, in those of a Latin letter.
fn wide(character: char) -> usize {
    if character.is_ascii() { 1 } else { 2 }
}

/// As much of a text's beginning as fits a width.
fn head(text: &[char], most: usize) -> &[char] {
    let mut used = 0;
    let fits = text.iter().take_while(|c| {
        used += wide(**c);
        used <= most
    });
    &text[..fits.count()]
}

/// Names cut to a width so that they stay apart, and whether one was cut: names of units often share their beginnings
/// and their ends, and then what differs between them is kept.
pub(super) fn told_apart(names: &[&str], most: usize) -> (Vec<String>, bool) {
    let characters: Vec<Vec<char>> = names.iter().map(|name| name.chars().collect()).collect();
    let shortest = characters.iter().map(Vec::len).min().unwrap_or(0);
    let same = |at: &dyn Fn(&Vec<char>) -> char| characters.iter().all(|one| at(one) == at(&characters[0]));
    let mut before = (0..shortest).take_while(|&k| same(&|one| one[k])).count();
    let mut after = (0..shortest - before).take_while(|&k| same(&|one| one[one.len() - 1 - k])).count();
    // No number is cut in two.
    let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
    let first = characters.first().map_or(&[][..], Vec::as_slice);
    while before > 0 && digit(first.get(before - 1)) {
        before -= 1;
    }
    while after > 0 && digit(first.get(first.len() - after)) {
        after -= 1;
    }
    let width = |text: &[char]| text.iter().map(|c| wide(*c)).sum::<usize>();
    let mut any = false;
    let short = |(name, own): (&&str, &Vec<char>)| {
        if width(own) <= most {
            return (*name).to_owned();
        }
        any = true;
        let dots = dots(name);
        let core = if names.len() > 1 { &own[before..own.len() - after] } else { &[][..] };
        let left = most.saturating_sub(2 * wide('…') + width(core));
        if core.is_empty() || width(core) + 2 * wide('…') > most {
            return cut(own, most, dots);
        }
        // What differs, with some of what follows it and of the beginning.
        let beginning = head(&own[..before], left / 2);
        let rest = head(&own[before..], width(core) + left - width(beginning));
        let text = |part: &[char]| part.iter().collect::<String>();
        let gap = if beginning.len() < before { dots } else { "" };
        let end = if before + rest.len() < own.len() { dots } else { "" };
        let beginning = text(beginning);
        let beginning = if gap.is_empty() { &*beginning } else { beginning.trim_end() };
        format!("{beginning}{gap}{}{end}", text(rest).trim())
    };
    let names = names.iter().zip(&characters).map(short).collect();
    (names, any)
}

/// A name without its middle.
fn cut(name: &[char], most: usize, dots: &str) -> String {
    let reversed: Vec<char> = name.iter().rev().copied().collect();
    let beginning: String = head(name, most / 2).iter().collect();
    let end: String = head(&reversed, most / 2).iter().rev().collect();
    format!("{}{dots}{}", beginning.trim_end(), end.trim_start_matches([' ', '.', ',']))
}

/// The note on units that were left out of [`series`].
pub(super) fn left_out_note(left_out: usize, context: &ChartContext<'_>) -> Option<String> {
    let values = [("count", &*left_out.to_string()), ("ends", &*ENDS.to_string())];
    (left_out > 0).then(|| context.text("chart.unit.note.ends", &values))
}

/// An axis of numbers in any range, to round ends.
pub(super) fn number_scale(values: impl Iterator<Item = f64>) -> Scale {
    let (least, most) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(value), most.max(value)));
    let (least, most) = if least > most { (0.0, 1.0) } else { (least, most) };
    // Equal values stand in the middle of a range of their own size.
    let equal = most - least <= 1e-9 * most.abs().max(least.abs());
    let around = if equal { if most.abs() > 1e-9 { 0.1 * most.abs() } else { 1.0 } } else { 0.0 };
    let (least, most) = (least - around, most + around);
    let wide = most - least;
    let rough = wide * 1.06 / 7.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|k| k * power).find(|step| *step >= rough);
    let step = step.unwrap_or(rough);
    // Half steps, so that little of the panel stays empty.
    let half = step / 2.0;
    let (min, max) =
        (((least - 0.03 * wide) / half).floor() * half, ((most + 0.03 * wide) / half).ceil() * half);
    let decimals = (-step.log10().floor()).clamp(0.0, 9.0) as usize;
    Scale::Linear { min, max, ticks: ticks(min, max, step, decimals) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_holds_every_value_between_round_ends() {
        for values in [vec![-3.2, 1.0], vec![0.0], vec![1e-7, 2e-7], vec![12345.0, 99999.0], vec![]] {
            let Scale::Linear { min, max, ticks } = number_scale(values.iter().copied()) else { panic!() };
            assert!(values.iter().all(|value| (min..=max).contains(value)), "{values:?}: {min} {max}");
            assert!((2..=10).contains(&ticks.len()), "{values:?}: {ticks:?}");
        }
        let Scale::Linear { min, max, ticks } = number_scale([-2.4, 3.3].into_iter()) else { panic!() };
        assert_eq!((min, max, ticks[0].label.as_str()), (-3.0, 3.5, "−3"));
    }

    #[test]
    fn names_that_are_cut_stay_apart() {
        let names: Vec<String> = [1, 2, 12, 33]
            .iter()
            .map(|k| format!("示例省示例市示例区人民政府与示例师范大学联合举办之第{k}实验外国语高级中学及其附属艺术分校"))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (short, cut) = told_apart(&names, 30);
        assert!(cut && short.iter().all(|name| name.chars().map(wide).sum::<usize>() <= 30), "{short:?}");
        assert!(short[0].starts_with("示例省") && short[0].contains("…1实验"), "{short:?}");
        let distinct: std::collections::BTreeSet<&String> = short.iter().collect();
        assert_eq!(distinct.len(), names.len(), "{short:?}");
        assert_eq!(
            told_apart(&["School 1", "School 2"], 30),
            (vec!["School 1".into(), "School 2".into()], false)
        );
        assert!(told_apart(&[], 30).0.is_empty());
        let (alone, cut) = told_apart(&names[..1], 30);
        assert!(cut && alone[0].contains('…'), "{alone:?}");
    }

    #[test]
    fn the_outcome_is_what_stands_left_of_the_tilde() {
        let asked = Asked { formula: "`exit@2023` ~ entry + (1 | school)".to_owned(), counts: None };
        assert_eq!(asked.outcome(), "exit@2023");
    }
}
