//! Radar of the graduation requirements of one programme, cohorts overlaid.

use std::f64::consts::TAU;

use super::figure::{Axis, Figure, Mark, Panel, Place, Scale};
use super::objective::same;
use super::requirement_intervals::{Profile, RequirementIntervals, SHAPES, column, frame, profiles};
use super::theme::{Ink, SERIES};
use super::{Chart, ChartContext, ChartError, Request};

/// Axes beyond which a radar cannot be read and the dots are drawn instead.
const MOST_AXES: usize = 8;

/// The chart `requirement-radar`; more than 8 requirements, and levels, are drawn as `requirement-intervals`.
#[derive(Debug)]
pub struct RequirementRadar;

impl Chart for RequirementRadar {
    fn key(&self) -> &'static str {
        "requirement-radar"
    }

    fn tables(&self) -> &'static [&'static str] {
        &[column::TABLE]
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let profiles = profiles(tables, selection)?;
        Ok(profiles
            .iter()
            .filter(|profile| profile.has_value())
            .flat_map(|profile| {
                if (3..=MOST_AXES).contains(&profile.rows.len())
                    && profile.scale.is_none_or(|scale| scale <= 1.0)
                {
                    vec![self.figure(profile, context)]
                } else {
                    RequirementIntervals.figures(profile, context)
                }
            })
            .collect())
    }
}

impl RequirementRadar {
    /// The radar of one programme.
    pub fn figure(&self, profile: &Profile, context: &ChartContext<'_>) -> Figure {
        let profile = &Profile { heading: profile.heading.without_intervals(), ..profile.clone() };
        let mut figure =
            frame(self.key(), (profile, profile.rows.len()), (radar_panel(profile, context), context));
        let names: Vec<String> = profile
            .rows
            .iter()
            .filter(|row| !row.detail.is_empty())
            .map(|row| format!("{} {}", row.label, row.detail))
            .collect();
        if !names.is_empty() {
            figure.notes.insert(0, context.join(&names));
        }
        figure.notes.push(context.text("chart.requirement-radar.note", &[]));
        figure
    }
}

/// The point of a value on the spoke `k` of `n`, the first spoke upright, clockwise.
fn spoke(value: f64, k: usize, n: usize) -> (f64, f64) {
    let angle = TAU * k as f64 / n as f64;
    (value * angle.sin(), value * angle.cos())
}

fn radar_panel(profile: &Profile, context: &ChartContext<'_>) -> Panel {
    let n = profile.rows.len();
    let ring = |value: f64| (0..=n).map(|k| spoke(value, k % n, n)).collect::<Vec<_>>();
    let line = |points, ink, width, dashed| Mark::Line { points, ink, width, dashed };
    let mut marks: Vec<Mark> =
        [0.2, 0.4, 0.6, 0.8, 1.0].iter().map(|&value| line(ring(value), Ink::Faint, 0.5, false)).collect();
    marks.extend((0..n).map(|k| line(vec![(0.0, 0.0), spoke(1.0, k, n)], Ink::Faint, 0.5, false)));
    if let Some(Some(expected)) = same(profile.rows.iter().map(|row| row.expected)) {
        marks.push(line(ring(expected), Ink::Black, 1.0, true));
    }
    for (cohort, (ink, shape)) in SERIES.iter().zip(SHAPES).take(profile.cohorts.len()).enumerate() {
        let value = |k: usize| profile.rows[k % n].estimates[cohort].value;
        for k in 0..n {
            // A spoke without a value interrupts the line: nothing is drawn through what is not known.
            if let (Some(a), Some(b)) = (value(k), value(k + 1)) {
                marks.push(line(vec![spoke(a, k, n), spoke(b, (k + 1) % n, n)], *ink, 1.2, false));
            }
        }
        let at = (0..n).filter_map(|k| value(k).map(|value| spoke(value, k, n))).collect();
        marks.push(Mark::Points { at, shape, ink: *ink, radius: 2.4 });
    }
    for value in [0.2, 0.4, 0.6, 0.8, 1.0] {
        let text = format!("{value:.1}");
        let at = spoke(value, 1, 2 * n);
        marks.push(Mark::Text { at, text, ink: Ink::Grey, place: Place::Centre });
    }
    for (k, row) in profile.rows.iter().enumerate() {
        let at = spoke(1.1, k, n);
        let place = match at.0 {
            x if x > 0.2 => Place::Right,
            x if x < -0.2 => Place::Left,
            _ => Place::Centre,
        };
        marks.push(Mark::Text { at, text: row.label.clone(), ink: Ink::Black, place });
    }
    let axis = |key: &str| Axis {
        name: context.text(key, &[("max", "1")]),
        scale: Scale::Bare { min: -1.18, max: 1.18 },
    };
    Panel { x: axis("chart.axis.attainment"), y: axis("chart.axis.requirement"), aside: String::new(), marks }
}
