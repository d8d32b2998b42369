//! The pictures that a run writes without being asked.

use super::attainment_histogram::AttainmentHistogram;
use super::objective::{bar, column, heading};
use super::objective_bars::ObjectiveBars;
use super::read::{self, Tables};
use super::student_dots::{self, StudentDots};
use super::{
    Chart, ChartContext, ChartError, EffectCohorts, Figure, GrowthScatterPlot, RequirementIntervals,
    Selection, SupportHeatmap, UnitCaterpillar,
};
use crate::results::safe_file_name;

/// Most offerings that get pictures of their own: a run over a university writes dozens, not thousands.
pub const MOST_OFFERINGS: usize = 40;

/// The standard set of a run, each figure with the stem of its file name.
///
/// Per plan the support heat map; per programme its requirements with intervals, cohorts together; per offering
/// objective bars and student dots, for the first [`MOST_OFFERINGS`] (a note says so where there are more); and
/// where there is only one offering a histogram per objective; of each declared model of value added the effects of
/// units, over cohorts too, and the students' inputs and outcomes. What the tables do not hold is left out. The table
/// of students is read once.
pub fn standard(tables: &dyn Tables, context: &ChartContext<'_>) -> Vec<(String, Figure)> {
    let all = Selection::default();
    let mut figures = Vec::new();
    let whole: [&dyn Chart; 2] = [&SupportHeatmap, &RequirementIntervals];
    let value_added: [&dyn Chart; 3] = [&UnitCaterpillar, &EffectCohorts, &GrowthScatterPlot];
    for chart in whole {
        figures.extend(chart.build(tables, &all, context).unwrap_or_default());
    }
    for chart in value_added {
        figures
            .extend(chart.build(tables, &all, context).unwrap_or_default().into_iter().take(MOST_OFFERINGS));
    }
    figures.extend(offerings(tables, context).unwrap_or_default());
    figures.into_iter().map(|figure| (safe_file_name(&figure.id), figure)).collect()
}

fn offerings(tables: &dyn Tables, context: &ChartContext<'_>) -> Result<Vec<Figure>, ChartError> {
    let level = read::table(tables, column::TABLE, column::ALL)?;
    let mut groups = read::groups(level, (column::OFFERING, column::SECTION), &Selection::default());
    let total = groups.len();
    groups.truncate(MOST_OFFERINGS);
    let mut figures = Vec::new();
    for (_, rows) in &groups {
        let bars: Vec<_> = rows.iter().map(|&row| bar(level, row)).collect();
        figures.extend(ObjectiveBars.figures(&heading(level, rows), &bars, context));
    }
    // Without the table of students, as in a public output, the bars stand alone.
    for (heading, dots) in student_dots::with_students(tables, level, &groups).unwrap_or_default() {
        figures.extend(StudentDots.figures(&heading, &dots, context));
        if total == 1 {
            figures.extend(dots.iter().map(|dots| AttainmentHistogram.figure(&heading, dots, context)));
        }
    }
    if total > MOST_OFFERINGS {
        let values = [("total", &*total.to_string()), ("drawn", &*MOST_OFFERINGS.to_string())];
        let note = context.text("chart.standard.limit", &values);
        for figure in &mut figures {
            figure.notes.push(note.clone());
        }
    }
    Ok(figures)
}
