//! What a picture shows, as plain data: no drawing code, no pixels, no statistics of its own.
//!
//! A [`Figure`] is what tests look at and what every back end draws. Places inside the panel are in the units of
//! the data; a band (one objective, one course) has its centre at its index, so band 2 reaches from 1.5 to 2.5.

use serde::Serialize;

use super::theme::Ink;
use crate::message::Lang;

/// The place a picture is made for; widths and type sizes follow from it (see [`super::theme::Theme`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    /// Half the text width of an A4 page, 8.5 cm.
    Column,
    /// The text width of an A4 page, 17 cm.
    #[default]
    Page,
    /// A 16:9 slide.
    Slide,
}

impl Size {
    /// All sizes, by the name a user gives.
    pub const ALL: [(&'static str, Self); 3] =
        [("column", Self::Column), ("page", Self::Page), ("slide", Self::Slide)];
}

/// One picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// Name for files and for the identifiers inside the SVG: ASCII letters, digits and hyphens.
    pub id: String,
    /// Language of its texts.
    pub lang: Lang,
    /// The place it is made for.
    pub size: Size,
    /// What is seen, in one sentence.
    pub title: String,
    /// Lines under the title: what was measured, on whom.
    pub subtitle: Vec<String>,
    /// What colours, shapes and patterns mean.
    pub legend: Vec<LegendEntry>,
    /// The picture proper.
    pub panel: Panel,
    /// Lines under the picture: number of students, interval, method, policy, what was left out.
    pub notes: Vec<String>,
    /// The note that is added only where a label had to be shortened to fit.
    pub shortened_note: String,
    /// Where the numbers come from.
    pub source: String,
    /// The picture in words, with its numbers.
    pub alt: String,
}

/// The area where data are drawn, and its axes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Panel {
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis; bands run from top to bottom, numbers from bottom to top.
    pub y: Axis,
    /// Heading of the column of texts right of the panel ([`Band::aside`]); empty where there is none.
    pub aside: String,
    /// What is drawn, in this order.
    pub marks: Vec<Mark>,
}

/// One axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Axis {
    /// What is measured, with its unit.
    pub name: String,
    /// How places are found.
    pub scale: Scale,
}

/// From data to places.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Scale {
    /// Numbers, with ticks.
    Linear {
        /// The smallest number shown.
        min: f64,
        /// The largest number shown.
        max: f64,
        /// Where numbers are written.
        ticks: Vec<Tick>,
    },
    /// One band per category.
    Bands {
        /// The categories in order.
        bands: Vec<Band>,
        /// Least height of a row, in points on a page (rows only).
        row: f64,
        /// Most lines of a label before it is shortened.
        lines: usize,
    },
    /// Numbers without ticks or lines, both axes drawn to the same scale: for radar charts.
    Bare {
        /// The smallest number shown.
        min: f64,
        /// The largest number shown.
        max: f64,
    },
}

/// A number written at an axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tick {
    /// Where.
    pub at: f64,
    /// What is written.
    pub label: String,
}

/// One category of an axis.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Band {
    /// Its name.
    pub label: String,
    /// A second, smaller text under the name; may be empty.
    pub detail: String,
    /// The group it belongs to (columns only); neighbours of one group share a heading. May be empty.
    pub group: String,
    /// Lines right of the panel, with their ink.
    pub aside: Vec<(String, Ink)>,
}

impl Band {
    /// A band that has a name only.
    pub fn named(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }
}

/// One thing drawn in the panel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Mark {
    /// A rectangle: a bar, a cell.
    Bar {
        /// From and to, horizontally.
        x: (f64, f64),
        /// From and to, vertically.
        y: (f64, f64),
        /// Its colour.
        fill: Ink,
        /// How it is filled.
        pattern: Pattern,
    },
    /// An area between two edges: a ribbon.
    Area {
        /// Its corners, in order around it.
        points: Vec<(f64, f64)>,
        /// Its colour.
        fill: Ink,
        /// How it is filled.
        pattern: Pattern,
    },
    /// A line through points.
    Line {
        /// The points.
        points: Vec<(f64, f64)>,
        /// Its colour.
        ink: Ink,
        /// Its width in points on a page.
        width: f64,
        /// Whether it is broken into dashes.
        dashed: bool,
    },
    /// A horizontal or vertical interval with caps at its ends.
    Interval {
        /// One end.
        from: (f64, f64),
        /// The other end.
        to: (f64, f64),
        /// Its colour.
        ink: Ink,
    },
    /// Points of one kind.
    Points {
        /// Where.
        at: Vec<(f64, f64)>,
        /// Their shape.
        shape: Shape,
        /// Their colour.
        ink: Ink,
        /// Their radius in points on a page.
        radius: f64,
    },
    /// A text beside or inside a mark.
    Text {
        /// The point it belongs to.
        at: (f64, f64),
        /// The text.
        text: String,
        /// Its colour.
        ink: Ink,
        /// Where it stands, seen from the point.
        place: Place,
    },
}

/// Where a text stands, seen from the point it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Place {
    /// Centred on it.
    Centre,
    /// Right of it.
    Right,
    /// Left of it.
    Left,
    /// Above it.
    Above,
    /// Below it.
    Below,
}

/// How an area is filled, so that meaning never hangs on colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Pattern {
    /// Even colour.
    Solid,
    /// White diagonal lines over the colour.
    Hatched,
    /// An outline only.
    Outline,
}

/// Shape of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Shape {
    /// A filled circle.
    Disc,
    /// A circle.
    Ring,
    /// A filled square standing on its corner.
    Diamond,
    /// A filled square.
    Square,
    /// A filled triangle.
    Triangle,
}

/// One entry of the legend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LegendEntry {
    /// The sign.
    pub symbol: Symbol,
    /// What it means.
    pub text: String,
}

/// A sign of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum Symbol {
    /// A filled box.
    Box(Ink, Pattern),
    /// A point.
    Point(Ink, Shape),
    /// A line; dashed or not.
    Line(Ink, bool),
    /// A short upright stroke.
    Tick(Ink),
    /// A point with its interval.
    Interval(Ink),
    /// An interval alone.
    Whisker(Ink),
}

/// Ticks from `min` to `max` at multiples of `step`, written with `decimals` places.
pub fn ticks(min: f64, max: f64, step: f64, decimals: usize) -> Vec<Tick> {
    let first = (min / step - 1e-9).ceil() as i64;
    let last = (max / step + 1e-9).floor() as i64;
    (first..=last)
        .map(|k| k as f64 * step)
        .map(|at| Tick { at, label: format!("{at:.decimals$}").replace('-', "−") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_reach_both_ends_and_are_written_with_the_minus_sign() {
        let labels: Vec<String> = ticks(-0.2, 1.0, 0.2, 1).into_iter().map(|tick| tick.label).collect();
        assert_eq!(labels, ["−0.2", "0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    }
}
