//! Ridgelines: the density of students' attainment in each section, one figure per course objective.

use super::density::{bandwidth, density};
use super::figure::{
    Axis, Band, Figure, LegendEntry, Mark, Panel, Pattern, Place, Scale, Shape, Size, Symbol,
};
use super::objective::{
    self, ObjectiveBar, expected_entry, expected_marks, heading, known, named, value_axis,
};
use super::read::{self, Heading};
use super::section_box::{self, SpreadRow, section};
use super::student_dots::{self, rows_by_offering, swarm};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request, words};
use crate::results::Table;

/// Fewest students whose density is drawn: below, the curve would show the kernel more than the students. Ours.
const FEWEST: usize = 10;
/// Where the ground of a ridge lies, in rows below its middle.
const GROUND: f64 = 0.38;
/// Height of the highest ridge, in rows.
const HIGHEST: f64 = 0.82;
/// Places at which a curve is drawn.
const PLACES: u32 = 160;
/// Height below which a curve is not drawn, as a share of the highest ridge: under half a tenth of a point.
const THIN: f64 = 0.002;

/// One section in one figure.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RidgeRow {
    /// The section, its objective and its quantiles.
    pub spread: SpreadRow,
    /// Attainment of each student that has one, in any order.
    pub values: Vec<f64>,
}

impl RidgeRow {
    /// The own bandwidth; none where the students are too few or all alike: they are drawn as dots.
    fn bandwidth(&self) -> Option<f64> {
        bandwidth(&self.values).filter(|_| self.values.len() >= FEWEST)
    }

    fn median(&self) -> Option<f64> {
        self.spread.quantiles.map(|quantiles| quantiles[2])
    }
}

/// The chart `section-ridges`.
#[derive(Debug)]
pub struct SectionRidges;

impl Chart for SectionRidges {
    fn key(&self) -> &'static str {
        "section-ridges"
    }

    fn source(&self) -> Option<&'static str> {
        Some(
            "B. W. Silverman, \"Density Estimation for Statistics and Data Analysis\", 1986, sections 2.10 and 3.4.2",
        )
    }

    fn tables(&self) -> &'static [&'static str] {
        &[objective::column::TABLE, section_box::column::TABLE, student_dots::column::TABLE]
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let level = read::table(tables, objective::column::TABLE, objective::column::ALL)?;
        let spread = read::table(tables, section_box::column::TABLE, section_box::column::ALL)?;
        let students = read::table(tables, student_dots::column::TABLE, student_dots::column::ALL)?;
        let offerings = section_box::offerings(level, selection);
        let of_students = rows_by_offering(students, offerings.iter().map(|(offering, _)| *offering));
        let of_spread = spread.rows_by(section_box::column::OFFERING);
        let mut figures = Vec::new();
        for (offering, rows) in &offerings {
            let own = of_spread.get(*offering).map_or(&[][..], Vec::as_slice);
            let empty = Vec::new();
            let found = of_students.get(offering).unwrap_or(&empty);
            let row = |row: usize| {
                let spread = section_box::spread_row((level, row), (spread, own));
                RidgeRow { values: values(students, found, &spread), spread }
            };
            let ridges: Vec<RidgeRow> =
                section_box::level_rows(level, rows, selection).into_iter().map(row).collect();
            let heading = Heading { section: String::new(), ..heading(level, rows) };
            for ridges in ridges.chunk_by(|a, b| a.spread.objective.label == b.spread.objective.label) {
                figures.extend(self.figures(&heading, ridges, context));
            }
        }
        Ok(figures)
    }
}

/// What the students of a section reached in an objective.
fn values(students: &Table, rows: &[usize], spread: &SpreadRow) -> Vec<f64> {
    use student_dots::column;
    let own = |row: &usize| {
        students.text(*row, column::OBJECTIVE) == Some(&spread.objective.label)
            && (spread.section.is_empty() || students.text(*row, column::SECTION) == Some(&spread.section))
    };
    rows.iter().copied().filter(own).filter_map(|row| students.number(row, column::VALUE)).collect()
}

/// What all rows of a figure share.
struct Shared {
    /// Bandwidth of the rows with a density: the mean over the sections; none where no row has one.
    bandwidth: Option<f64>,
    /// The lowest and highest possible value.
    limits: (f64, f64),
    /// The highest density of any row.
    peak: f64,
    /// The axis of values.
    x: Axis,
}

impl Shared {
    fn of(rows: &[RidgeRow], context: &ChartContext<'_>) -> Self {
        let sections = rows.iter().filter(|row| !row.spread.section.is_empty() || rows.len() == 1);
        let own: Vec<f64> = sections.filter_map(RidgeRow::bandwidth).collect();
        let bandwidth = (!own.is_empty()).then(|| own.iter().sum::<f64>() / own.len() as f64);
        let most = rows.iter().flat_map(|row| &row.values).fold(1.0_f64, |most, value| most.max(*value));
        let limits = (0.0, most.ceil());
        let reach = 3.0 * bandwidth.unwrap_or(0.0);
        let ends = rows.iter().flat_map(|row| {
            let tail = if row.bandwidth().is_some() { reach } else { 0.0 };
            let values = row.values.iter().map(move |value| Some((value - tail).max(0.0)));
            values.chain([row.spread.objective.expected, Some(limits.1)])
        });
        let x = value_axis(ends, false, context);
        let mut shared = Self { bandwidth, limits, peak: 0.0, x };
        let peaks = rows.iter().map(|row| shared.curve(row).into_iter().map(|at| at.1).fold(0.0, f64::max));
        shared.peak = peaks.fold(0.0, f64::max);
        shared
    }

    /// Places and densities of a row over the axis; nothing where it is drawn as dots.
    fn curve(&self, row: &RidgeRow) -> Vec<(f64, f64)> {
        let (Some(h), Some(_), Scale::Linear { min, max, .. }) =
            (self.bandwidth, row.bandwidth(), &self.x.scale)
        else {
            return Vec::new();
        };
        let at = |k: u32| min + (max - min) * f64::from(k) / f64::from(PLACES);
        (0..=PLACES).map(at).map(|x| (x, density(&row.values, h, self.limits, x))).collect()
    }

    /// Height of a density over the ground of its row, in rows.
    fn height(&self, density: f64) -> f64 {
        if self.peak > 0.0 { HIGHEST * density / self.peak } else { 0.0 }
    }
}

impl SectionRidges {
    /// The figures of one objective of an offering: one where it is readable so, else as many as it takes.
    pub fn figures(&self, heading: &Heading, rows: &[RidgeRow], context: &ChartContext<'_>) -> Vec<Figure> {
        let most = if context.size == Size::Slide { 6 } else { 32 };
        let shared = Shared::of(rows, context);
        let sections = rows.iter().filter(|row| !row.spread.section.is_empty()).count();
        let label = rows.first().map(|row| named(&row.spread.objective.label, context)).unwrap_or_default();
        let key =
            if sections == 0 { "chart.section-ridges.title.whole" } else { "chart.section-ridges.title" };
        let what = context.text(key, &[("label", &label), ("sections", &sections.to_string())]);
        let part = |part: std::ops::Range<usize>| {
            self.figure(heading, &rows[part], (&shared, &label, &what), context)
        };
        read::numbered(read::parts(rows.len(), most).into_iter().map(part).collect(), context)
    }

    fn figure(
        &self,
        heading: &Heading,
        rows: &[RidgeRow],
        (shared, label, what): (&Shared, &str, &str),
        context: &ChartContext<'_>,
    ) -> Figure {
        let name = heading.line(context);
        let bars: Vec<ObjectiveBar> = rows.iter().map(|row| row.spread.objective.clone()).collect();
        let expected = objective::same(bars.iter().map(|bar| bar.expected)).flatten();
        let expected =
            expected.map(|value| context.text("chart.alt.expected", &[("value", &(context.show)(value))]));
        let parts: Vec<String> =
            expected.into_iter().chain(rows.iter().map(|row| in_words(row, context))).collect();
        let alt = [("name", &*name), ("label", label), ("parts", &context.join(&parts))];
        let (row, lines) = measures(rows.len(), context.size);
        let own = bars.first().map(|bar| bar.label.as_str()).unwrap_or_default();
        Figure {
            id: identifier(&format!("{}-{}-{own}", self.key(), heading.id)),
            title: context.text("chart.title", &[("name", &name), ("what", what)]),
            subtitle: bars
                .first()
                .map(|bar| bar.detail.clone())
                .filter(|text| !text.is_empty())
                .into_iter()
                .collect(),
            legend: legend(rows, &bars, context),
            panel: Panel {
                x: shared.x.clone(),
                y: Axis {
                    name: context.text("chart.axis.section", &[]),
                    scale: Scale::Bands {
                        bands: rows.iter().map(|row| band(row, context)).collect(),
                        row,
                        lines,
                    },
                },
                aside: context.text("chart.section-ridges.aside", &[]),
                marks: marks(rows, &bars, (shared, row, context.size)),
            },
            notes: notes(heading, rows, (shared, context)),
            alt: context.text("chart.section-ridges.alt", &alt),
            ..context.blank(student_dots::column::TABLE)
        }
    }
}

/// Height of a row in points on a page, and most lines of its name.
fn measures(rows: usize, size: Size) -> (f64, usize) {
    match size {
        Size::Slide => (18.0, 1),
        Size::Column | Size::Page if rows <= 12 => (36.0, 2),
        Size::Column | Size::Page => (17.0, 1),
    }
}

fn notes(
    heading: &Heading,
    rows: &[RidgeRow],
    (shared, context): (&Shared, &ChartContext<'_>),
) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(h) = shared.bandwidth {
        let (h, max) = (format!("{h:.3}"), format!("{:.0}", shared.limits.1));
        notes.push(context.text("chart.section-ridges.note", &[("bandwidth", &h), ("max", &max)]));
    }
    if rows.iter().any(|row| !row.values.is_empty() && row.bandwidth().is_none()) {
        notes.push(context.text("chart.section-ridges.note.few", &[("fewest", &FEWEST.to_string())]));
    }
    if rows.len() > 1 {
        notes.push(context.text("chart.section-ridges.note.sections", &[]));
    }
    // No interval is drawn here, so none is explained.
    let method = heading.without_intervals();
    notes.extend(Some(method.method_note(context)).filter(|note| !note.is_empty()));
    notes
}

fn band(row: &RidgeRow, context: &ChartContext<'_>) -> Band {
    let median = row.median().map_or_else(|| "—".to_owned(), |median| (context.show)(median));
    let mut aside = vec![(format!("{median} (n = {})", row.values.len()), Ink::Black)];
    if row.values.is_empty() {
        aside.push((row.spread.objective.reason(context), Ink::Grey));
    }
    Band { label: words::capital(&section(&row.spread, context)), aside, ..Band::default() }
}

fn in_words(row: &RidgeRow, context: &ChartContext<'_>) -> String {
    let label = section(&row.spread, context);
    let show = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |value| (context.show)(value));
    if row.values.is_empty() {
        let reason = row.spread.objective.reason(context);
        return context.text("chart.alt.unavailable", &[("label", &label), ("reason", &reason)]);
    }
    let ends = row.values.iter().fold((f64::MAX, f64::MIN), |(a, b), &value| (a.min(value), b.max(value)));
    let n = known(Some(row.values.len()));
    let values = [
        ("label", &*label),
        ("median", &show(row.median())),
        ("least", &show(Some(ends.0))),
        ("most", &show(Some(ends.1))),
        ("n", &n),
    ];
    context.text("chart.section-ridges.alt.row", &values)
}

fn legend(rows: &[RidgeRow], bars: &[ObjectiveBar], context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let entry = |symbol, key: &str| LegendEntry { symbol, text: context.text(key, &[]) };
    let mut entries = Vec::new();
    if rows.iter().any(|row| row.bandwidth().is_some()) {
        entries.push(entry(Symbol::Box(Ink::Tint(1), Pattern::Solid), "chart.section-ridges.legend.ridge"));
    }
    if rows.iter().any(|row| !row.values.is_empty() && row.bandwidth().is_none()) {
        entries.push(entry(Symbol::Point(Ink::Blue, Shape::Disc), "chart.section-ridges.legend.dot"));
    }
    if rows.iter().any(|row| row.median().is_some()) {
        entries.push(entry(Symbol::Tick(Ink::Blue), "chart.section-box.legend.median"));
    }
    entries.extend(expected_entry(bars, context));
    entries
}

fn marks(rows: &[RidgeRow], bars: &[ObjectiveBar], (shared, high, size): (&Shared, f64, Size)) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (index, row) in (0_u32..).zip(rows) {
        let ground = f64::from(index) + GROUND;
        let curve: Vec<(f64, f64)> =
            shared.curve(row).into_iter().map(|(x, f)| (x, shared.height(f))).collect();
        let thick = |at: &(f64, f64)| at.1 >= THIN;
        let outline: Vec<(f64, f64)> = match (curve.iter().position(thick), curve.iter().rposition(thick)) {
            (Some(first), Some(last)) => {
                curve[first..=last].iter().map(|(x, up)| (*x, ground - up)).collect()
            }
            _ => Vec::new(),
        };
        if let (Some(first), Some(last)) = (outline.first(), outline.last()) {
            let points = [&[(first.0, ground)], &outline[..], &[(last.0, ground)]].concat();
            marks.push(Mark::Area { points, fill: Ink::Tint(1), pattern: Pattern::Solid });
            marks.push(Mark::Line { points: outline, ink: Ink::Blue, width: 0.9, dashed: false });
        }
    }
    marks.extend(expected_marks(bars));
    for (index, row) in (0_u32..).zip(rows) {
        let ground = f64::from(index) + GROUND;
        if row.bandwidth().is_none() {
            marks.extend(dots(row, ground, (shared, high, size)));
        }
        let Some(median) = row.median() else { continue };
        let up = match (shared.bandwidth, row.bandwidth()) {
            (Some(h), Some(_)) => shared.height(density(&row.values, h, shared.limits, median)),
            _ => HIGHEST / 2.0,
        };
        let points = vec![(median, ground + 0.06), (median, ground - up.max(0.1))];
        marks.push(Mark::Line { points, ink: Ink::Blue, width: 1.8, dashed: false });
    }
    marks
}

/// The students of a section one by one, those of equal values stacked; a whole crowd of one value as one dot.
fn dots(row: &RidgeRow, ground: f64, (shared, high, size): (&Shared, f64, Size)) -> Vec<Mark> {
    let (radius, across) = match size {
        Size::Column => (1.5, 34.0),
        Size::Page => (1.5, 90.0),
        Size::Slide => (1.2, 110.0),
    };
    let (span, middle) = match shared.x.scale {
        Scale::Linear { min, max, .. } => (max - min, (min + max) / 2.0),
        _ => (1.0, 0.5),
    };
    let Some(&first) = row.values.first() else { return Vec::new() };
    if row.values.len() >= FEWEST {
        let place = if first > middle { Place::Left } else { Place::Right };
        let at = (first, ground - 0.1);
        let text = format!("× {}", row.values.len());
        return vec![
            Mark::Points { at: vec![at], shape: Shape::Disc, ink: Ink::Blue, radius: 1.5 * radius },
            Mark::Text { at, text, ink: Ink::Black, place },
        ];
    }
    let swarm = swarm(&row.values, span / across).unwrap_or_default();
    let levels = swarm.iter().map(|dot| dot.1 + 1).max().unwrap_or(1);
    let step = (2.0 * radius / high).min(HIGHEST / levels as f64);
    let at = swarm.iter().map(|&(value, level)| (value, ground - (level as f64 + 0.5) * step)).collect();
    vec![Mark::Points { at, shape: Shape::Disc, ink: Ink::Blue, radius }]
}

#[cfg(test)]
mod tests {
    use super::super::test_data::context;
    use super::*;
    use crate::message::Lang;

    fn row(section: &str, values: Vec<f64>) -> RidgeRow {
        let spread = SpreadRow { section: section.to_owned(), n: values.len(), ..SpreadRow::default() };
        RidgeRow { spread, values }
    }

    fn spread_out(n: u32) -> Vec<f64> {
        (0..n).map(|i| 0.5 + 0.4 * f64::from(i * 37 % n) / f64::from(n)).collect()
    }

    #[test]
    fn few_students_and_students_all_alike_are_dots_and_the_others_a_density() {
        let context = context(Lang::En, Size::Page);
        let rows = [row("1", spread_out(9)), row("2", spread_out(10)), row("3", vec![0.8; 40])];
        let figure = &SectionRidges.figures(&Heading::default(), &rows, &context)[0];
        let count = |of: fn(&Mark) -> bool| figure.panel.marks.iter().filter(|mark| of(mark)).count();
        assert_eq!(count(|mark| matches!(mark, Mark::Area { .. })), 1);
        let dots: Vec<usize> = figure
            .panel
            .marks
            .iter()
            .filter_map(|mark| if let Mark::Points { at, .. } = mark { Some(at.len()) } else { None })
            .collect();
        assert_eq!(dots, [9, 1]);
        assert!(
            figure.panel.marks.iter().any(|mark| matches!(mark, Mark::Text { text, .. } if text == "× 40"))
        );
        assert!(figure.notes[0].contains("bandwidth 0.") && figure.notes[1].contains("Fewer than 10"));
    }

    #[test]
    fn every_density_of_a_figure_has_the_same_area() {
        let context = context(Lang::En, Size::Page);
        let rows = [row("1", spread_out(300)), row("2", spread_out(30).iter().map(|x| 0.5 * x).collect())];
        let figure = &SectionRidges.figures(&Heading::default(), &rows, &context)[0];
        let area = |points: &Vec<(f64, f64)>| -> f64 {
            let ground = points[0].1;
            points.windows(2).map(|p| (p[1].0 - p[0].0) * (ground - (p[0].1 + p[1].1) / 2.0)).sum()
        };
        let areas: Vec<f64> = figure
            .panel
            .marks
            .iter()
            .filter_map(|mark| if let Mark::Area { points, .. } = mark { Some(area(points)) } else { None })
            .collect();
        assert_eq!(areas.len(), 2);
        assert!((areas[0] / areas[1] - 1.0).abs() < 0.01, "{areas:?}");
    }

    #[test]
    fn thirty_sections_are_one_page_and_one_section_is_the_whole() {
        let context = context(Lang::Zh, Size::Page);
        let rows: Vec<RidgeRow> = (0..31).map(|i| row(&i.to_string(), spread_out(20 + i))).collect();
        assert_eq!(SectionRidges.figures(&Heading::default(), &rows, &context).len(), 1);
        let alone = SectionRidges.figures(&Heading::default(), &[row("", spread_out(20))], &context);
        assert!(alone.len() == 1 && !alone[0].title.contains("个班"), "{}", alone[0].title);
    }
}
