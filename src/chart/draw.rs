//! The marks of a figure drawn by plotters' SVG back end, in whole tenths of a point.
//!
//! Only shapes are drawn here; texts are written by [`super::svg`], because plotters estimates widths of text.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::prelude::SVGBackend;
use plotters::style::{RGBAColor, ShapeStyle};

use super::ChartError;
use super::figure::{Figure, LegendEntry, Mark, Pattern, Scale, Shape, Symbol};
use super::layout::{Frame, Layout, Map};
use super::theme::{Ink, Theme};

/// Drawing units in a point: coordinates are whole, so the same figure gives the same bytes everywhere.
pub(super) const UNIT: f64 = 10.0;

/// Thickest bar in a row, in points on a page: rows grow with their texts, bars do not.
const THICKEST: f64 = 18.0;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A length in drawing units.
pub(super) fn units(points: f64) -> i32 {
    (points * UNIT).round() as i32
}

/// All shapes of a figure as the SVG document that plotters writes.
///
/// # Errors
/// [`ChartError::Drawing`] where plotters refuses.
pub(super) fn shapes(figure: &Figure, layout: &Layout) -> Result<String, ChartError> {
    let mut document = String::new();
    {
        let size = (units(layout.width) as u32, units(layout.height) as u32);
        let area = SVGBackend::with_string(&mut document, size).into_drawing_area();
        let pen = Pen { area: &area, theme: Theme::of(figure.size), layout };
        pen.frame(figure)?;
        for mark in &figure.panel.marks {
            pen.mark(mark)?;
        }
        for &(index, x, y) in &layout.signs {
            pen.sign(&figure.legend[index], x, y)?;
        }
        area.present().map_err(|error| ChartError::Drawing(error.to_string()))?;
    }
    Ok(document)
}

struct Pen<'a, 'b> {
    area: &'a Area<'b>,
    theme: Theme,
    layout: &'a Layout,
}

fn style(ink: Ink, filled: bool, width: f64) -> ShapeStyle {
    let (r, g, b) = ink.rgb();
    ShapeStyle { color: RGBAColor(r, g, b, 1.0), filled, stroke_width: units(width).max(1) as u32 }
}

fn point((x, y): (f64, f64)) -> (i32, i32) {
    (units(x), units(y))
}

impl Pen<'_, '_> {
    fn stroke(&self, points: &[(f64, f64)], ink: Ink, width: f64) -> Result<(), ChartError> {
        let path: Vec<(i32, i32)> = points.iter().copied().map(point).collect();
        let element = PathElement::new(path, style(ink, false, width));
        self.area.draw(&element).map_err(|error| ChartError::Drawing(error.to_string()))
    }

    fn fill(&self, frame: Frame, ink: Ink) -> Result<(), ChartError> {
        let corners = [point((frame.left, frame.top)), point((frame.right, frame.bottom))];
        let element = Rectangle::new(corners, style(ink, true, 0.1));
        self.area.draw(&element).map_err(|error| ChartError::Drawing(error.to_string()))
    }

    /// Grid, the axis of numbers and the lines between rows or groups.
    fn frame(&self, figure: &Figure) -> Result<(), ChartError> {
        let Frame { left, top, right, bottom } = self.layout.plot;
        let paper = Frame { left: 0.0, top: 0.0, right: self.layout.width, bottom: self.layout.height };
        self.fill(paper, Ink::White)?;
        if matches!(figure.panel.x.scale, Scale::Bare { .. }) {
            return Ok(());
        }
        for &x in &self.layout.grid {
            self.stroke(&[(x, top), (x, bottom)], Ink::Faint, 0.5)?;
        }
        match &figure.panel.y.scale {
            Scale::Linear { ticks, .. } => {
                for tick in ticks {
                    let y = self.layout.y.at(tick.at);
                    self.stroke(&[(left, y), (right, y)], Ink::Faint, 0.5)?;
                }
            }
            Scale::Bands { bands, .. } if !matches!(figure.panel.x.scale, Scale::Bands { .. }) => {
                for index in 1..bands.len() {
                    let y = self.layout.y.at(index as f64 - 0.5);
                    self.stroke(
                        &[(self.theme.margin, y), (self.theme.width - self.theme.margin, y)],
                        Ink::Faint,
                        0.3,
                    )?;
                }
            }
            _ => {}
        }
        if matches!(figure.panel.x.scale, Scale::Linear { .. }) || !self.layout.grid.is_empty() {
            self.stroke(&[(left, bottom), (right, bottom)], Ink::Grey, 0.6)?;
        }
        Ok(())
    }

    fn mark(&self, mark: &Mark) -> Result<(), ChartError> {
        let (mx, my) = (&self.layout.x, &self.layout.y);
        let scale = self.theme.scale;
        match mark {
            Mark::Bar { x, y, fill, pattern } => {
                let (a, b) = (mx.at(x.0), mx.at(x.1));
                let (c, d) = (my.at(y.0), my.at(y.1));
                let mut frame = Frame { left: a.min(b), right: a.max(b), top: c.min(d), bottom: c.max(d) };
                if matches!((mx, my), (Map::Linear { .. }, Map::Bands(_))) {
                    let (middle, half) = ((c + d) / 2.0, ((d - c).abs() / 2.0).min(THICKEST * scale / 2.0));
                    (frame.top, frame.bottom) = (middle - half, middle + half);
                }
                self.area_of(frame, *fill, *pattern)
            }
            Mark::Area { points, fill, pattern } => {
                let corners: Vec<(f64, f64)> = points.iter().map(|p| (mx.at(p.0), my.at(p.1))).collect();
                self.polygon(&corners, *fill, *pattern)
            }
            Mark::Line { points, ink, width, dashed } => {
                let points: Vec<(f64, f64)> = points.iter().map(|p| (mx.at(p.0), my.at(p.1))).collect();
                self.line(&points, *ink, width * scale, *dashed)
            }
            Mark::Interval { from, to, ink } => {
                self.interval((mx.at(from.0), my.at(from.1)), (mx.at(to.0), my.at(to.1)), *ink)
            }
            Mark::Points { at, shape, ink, radius } => {
                at.iter().try_for_each(|p| self.point((mx.at(p.0), my.at(p.1)), *shape, *ink, radius * scale))
            }
            Mark::Text { .. } => Ok(()),
        }
    }

    fn area_of(&self, frame: Frame, ink: Ink, pattern: Pattern) -> Result<(), ChartError> {
        let Frame { left, top, right, bottom } = frame;
        match pattern {
            Pattern::Solid => self.fill(frame, ink),
            Pattern::Outline => {
                let ring = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
                self.stroke(&ring, ink, 0.7 * self.theme.scale)
            }
            Pattern::Hatched => {
                self.fill(frame, ink)?;
                let step = 4.0 * self.theme.scale;
                let (wide, high) = (right - left, bottom - top);
                let mut along = step;
                while along < wide + high {
                    let from = (left + along.min(wide), top + (along - along.min(wide)));
                    let to = (left + (along - along.min(high)), top + along.min(high));
                    self.stroke(&[from, to], Ink::White, 0.8 * self.theme.scale)?;
                    along += step;
                }
                Ok(())
            }
        }
    }

    /// A polygon; a thin white edge keeps neighbours apart, hatching is cut at the edges.
    fn polygon(&self, corners: &[(f64, f64)], ink: Ink, pattern: Pattern) -> Result<(), ChartError> {
        let mut ring = corners.to_vec();
        ring.extend(corners.first());
        if pattern == Pattern::Outline {
            return self.stroke(&ring, ink, 0.6 * self.theme.scale);
        }
        let filled: Vec<(i32, i32)> = corners.iter().copied().map(point).collect();
        let element = Polygon::new(filled, style(ink, true, 0.1));
        self.area.draw(&element).map_err(|error| ChartError::Drawing(error.to_string()))?;
        if pattern == Pattern::Hatched {
            let sums = corners.iter().map(|(x, y)| x + y);
            let (least, most) = sums.fold((f64::MAX, f64::MIN), |(a, b), sum| (a.min(sum), b.max(sum)));
            let step = 4.0 * self.theme.scale;
            let mut at = least + step / 2.0;
            while at < most {
                for pair in crossings(&ring, at).chunks_exact(2) {
                    self.stroke(&[(pair[0], at - pair[0]), (pair[1], at - pair[1])], Ink::White, 0.8)?;
                }
                at += step;
            }
        }
        self.stroke(&ring, Ink::White, 0.3 * self.theme.scale)
    }

    fn line(&self, points: &[(f64, f64)], ink: Ink, width: f64, dashed: bool) -> Result<(), ChartError> {
        if !dashed {
            return self.stroke(points, ink, width);
        }
        let (dash, space) = (4.0 * self.theme.scale, 2.5 * self.theme.scale);
        for pair in points.windows(2) {
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let length = dx.hypot(dy);
            let mut at = 0.0;
            while at < length {
                let end = (at + dash).min(length);
                let place = |t: f64| (pair[0].0 + dx * t / length, pair[0].1 + dy * t / length);
                self.stroke(&[place(at), place(end)], ink, width)?;
                at += dash + space;
            }
        }
        Ok(())
    }

    /// Three paths: the line and its two caps; a white line underneath keeps it apart from a dark bar.
    fn interval(&self, from: (f64, f64), to: (f64, f64), ink: Ink) -> Result<(), ChartError> {
        let cap = 2.4 * self.theme.scale;
        let (dx, dy) = if (from.1 - to.1).abs() <= (from.0 - to.0).abs() { (0.0, cap) } else { (cap, 0.0) };
        let parts = [
            [from, to],
            [(from.0 - dx, from.1 - dy), (from.0 + dx, from.1 + dy)],
            [(to.0 - dx, to.1 - dy), (to.0 + dx, to.1 + dy)],
        ];
        for (colour, width) in [(Ink::White, 2.4), (ink, 1.0)] {
            for part in &parts {
                self.stroke(part, colour, width * self.theme.scale)?;
            }
        }
        Ok(())
    }

    fn point(&self, at: (f64, f64), shape: Shape, ink: Ink, radius: f64) -> Result<(), ChartError> {
        let (x, y) = at;
        let corners = match shape {
            Shape::Disc | Shape::Ring => {
                let filled = shape == Shape::Disc;
                let element = Circle::new(point(at), units(radius), style(ink, filled, radius * 0.35));
                return self.area.draw(&element).map_err(|error| ChartError::Drawing(error.to_string()));
            }
            Shape::Diamond => {
                let r = 1.3 * radius;
                vec![(x - r, y), (x, y - r), (x + r, y), (x, y + r)]
            }
            Shape::Square => {
                let r = 0.9 * radius;
                vec![(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)]
            }
            Shape::Triangle => {
                let r = 1.15 * radius;
                vec![(x - r, y + 0.6 * r), (x, y - 1.1 * r), (x + r, y + 0.6 * r)]
            }
        };
        let corners: Vec<(i32, i32)> = corners.into_iter().map(point).collect();
        let element = Polygon::new(corners, style(ink, true, 0.1));
        self.area.draw(&element).map_err(|error| ChartError::Drawing(error.to_string()))
    }

    fn sign(&self, entry: &LegendEntry, x: f64, y: f64) -> Result<(), ChartError> {
        let size = self.theme.body;
        let (right, middle) = (x + 1.9 * size, x + 0.95 * size);
        let scale = self.theme.scale;
        match entry.symbol {
            Symbol::Box(ink, pattern) => {
                let frame = Frame { left: x, right, top: y - 0.4 * size, bottom: y + 0.4 * size };
                self.area_of(frame, ink, pattern)?;
                let light = matches!(ink, Ink::Tint(_));
                if light { self.area_of(frame, Ink::Grey, Pattern::Outline) } else { Ok(()) }
            }
            Symbol::Point(ink, shape) => self.point((middle, y), shape, ink, 2.6 * scale),
            Symbol::Line(ink, dashed) => self.line(&[(x, y), (right, y)], ink, 1.2 * scale, dashed),
            Symbol::Tick(ink) => {
                self.stroke(&[(middle, y - 0.55 * size), (middle, y + 0.55 * size)], ink, 1.6 * scale)
            }
            Symbol::Whisker(ink) => self.interval((x, y), (right, y), ink),
            Symbol::Interval(ink) => {
                self.interval((x, y), (right, y), ink)?;
                self.point((middle, y), Shape::Diamond, ink, 2.2 * scale)
            }
        }
    }
}

/// Where the line x + y = `sum` crosses a closed ring: the places along x, in rising order.
fn crossings(ring: &[(f64, f64)], sum: f64) -> Vec<f64> {
    let mut found: Vec<f64> = ring
        .windows(2)
        .filter_map(|pair| {
            let (a, b) = (pair[0].0 + pair[0].1 - sum, pair[1].0 + pair[1].1 - sum);
            // An end belongs to one of its two edges only, so crossings come in pairs.
            ((a < 0.0) != (b < 0.0)).then(|| pair[0].0 + (pair[1].0 - pair[0].0) * a / (a - b))
        })
        .collect();
    found.sort_by(f64::total_cmp);
    found
}
