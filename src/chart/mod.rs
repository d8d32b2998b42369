//! Charts: results tables → [`Figure`] → SVG (drawn by plotters) → PNG (that same SVG through resvg).
//!
//! A chart reads the tidy tables and computes no statistic of its own. It is one file and one line in [`CHARTS`];
//! what it shows is a [`Figure`], plain data that every test looks at; [`svg`] and [`png`] draw any figure.
//!
//! ```
//! use attain::chart::figure::Size;
//! use attain::chart::{find, svg};
//!
//! let chart = find("objective-bars").unwrap();
//! assert!(!chart.summary(attain::message::Lang::En).is_empty());
//! ```

pub mod figure;
pub mod theme;

mod attainment_histogram;
mod chain_flows;
mod chain_places;
mod chain_sankey;
mod columns;
mod component_objectives;
mod density;
mod draw;
mod effect_cohorts;
mod fallback;
mod font_signs;
mod funnel;
mod gap_waterfall;
mod growth_scatter;
mod layout;
mod objective;
mod objective_bars;
mod objective_trend;
mod percentile_growth;
mod png;
mod programme_requirements;
mod read;
mod requirement_intervals;
mod requirement_radar;
mod residual_quantiles;
mod rows;
mod section_box;
mod section_dots;
mod section_ridges;
mod standard;
mod student_dots;
mod student_heatmap;
mod support_heatmap;
mod survey_likert;
mod survey_values;
mod svg;
mod term_pairs;
mod text;
mod unit_caterpillar;
mod unit_effects;
mod unit_funnel;
mod verdict_matrix;
pub(crate) mod words;

#[cfg(test)]
mod demo_tests;
#[cfg(test)]
mod test_data;
#[cfg(test)]
mod test_units;
#[cfg(test)]
mod tests;

use thiserror::Error;

pub use attainment_histogram::AttainmentHistogram;
pub use chain_flows::{Chain, Flow, Node};
pub use chain_sankey::ChainSankey;
pub use component_objectives::{ComponentCell, ComponentMatrix, ComponentObjectives};
pub use effect_cohorts::EffectCohorts;
pub use fallback::{FontFiles, system_fonts};
pub use figure::Figure;
pub use funnel::{Funnel, FunnelPlot, FunnelPoint};
pub use gap_waterfall::{Gap, GapStep, GapWaterfall};
pub use growth_scatter::{GrowthScatter, GrowthScatterPlot};
pub use objective::ObjectiveBar;
pub use objective_bars::ObjectiveBars;
pub use objective_trend::{ObjectiveSeries, ObjectiveTrend};
pub use percentile_growth::PercentileGrowth;
#[cfg(feature = "pdf")]
pub(crate) use png::outlined;
pub use png::{font, png};
pub use programme_requirements::{ProgrammeRequirements, ProgrammeRow};
pub(crate) use read::natural;
pub use read::{Heading, Tables};
pub use requirement_intervals::{Estimate, Profile, RequirementIntervals, RequirementRow};
pub use requirement_radar::RequirementRadar;
pub use residual_quantiles::{Quantiles, ResidualQuantiles};
pub use section_box::{SectionBox, SpreadRow};
pub use section_dots::SectionDots;
pub use section_ridges::{RidgeRow, SectionRidges};
pub use standard::{MOST_OFFERINGS, standard};
pub use student_dots::{ObjectiveDots, StudentDots};
pub use student_heatmap::{StudentColumn, StudentHeatmap};
pub use support_heatmap::{SupportCell, SupportHeatmap, SupportMatrix};
pub use survey_likert::{LikertRow, SurveyLikert};
pub use survey_values::{SurveyRow, SurveyValues};
pub use svg::{identifier, svg};
pub use term_pairs::TermPairs;
#[cfg(feature = "pdf")]
pub(crate) use text::drawable;
pub(crate) use text::invisible;
pub use unit_caterpillar::UnitCaterpillar;
pub use unit_effects::{Asked, Side, UnitEffect, UnitEffects};
pub(crate) use unit_effects::{factor as factor_name, unit_effects};
pub use unit_funnel::UnitFunnel;
pub use verdict_matrix::{Judgement, Varied, VerdictMatrix, VerdictRow, VerdictTable};

use crate::message::{self, Lang};
use figure::{Axis, Panel, Scale, Size};

/// Every chart, in the order in which they are listed.
pub const CHARTS: &[&dyn Chart] = &[
    &ObjectiveBars,
    &StudentDots,
    &AttainmentHistogram,
    &SectionDots,
    &SectionBox,
    &SectionRidges,
    &ComponentObjectives,
    &FunnelPlot,
    &StudentHeatmap,
    &ObjectiveTrend,
    &TermPairs,
    &SupportHeatmap,
    &ChainSankey,
    &RequirementIntervals,
    &RequirementRadar,
    &ProgrammeRequirements,
    &GapWaterfall,
    &SurveyValues,
    &SurveyLikert,
    &VerdictMatrix,
    &UnitCaterpillar,
    &EffectCohorts,
    &UnitFunnel,
    &GrowthScatterPlot,
    &PercentileGrowth,
    &ResidualQuantiles,
];

/// The chart of a key.
pub fn find(key: &str) -> Option<&'static dyn Chart> {
    CHARTS.iter().copied().find(|chart| chart.key() == key)
}

/// The chapter `docs/charts.md`, generated from [`CHARTS`].
pub fn document() -> String {
    let mut page = String::from(include_str!("charts_head.md"));
    for chart in CHARTS {
        page.push_str(&format!("\n## `{}`\n\n", chart.key()));
        page.push_str(&format!("{}.\n\n{}。\n\n", chart.summary(Lang::En), chart.summary(Lang::Zh)));
        let tables: Vec<String> = chart.tables().iter().map(|table| format!("`{table}`")).collect();
        page.push_str(&format!("Reads: {}.\n", tables.join(", ")));
        if let Some(source) = chart.source() {
            page.push_str(&format!("Source: {source}.\n"));
        }
    }
    page
}

/// One kind of picture.
pub trait Chart: Sync {
    /// The name a user gives: `objective-bars`.
    fn key(&self) -> &'static str;

    /// One line that says what it shows: the catalogue's `chart.KEY.summary`.
    fn summary(&self, lang: Lang) -> String {
        message::text(lang, &format!("chart.{}.summary", self.key()), &[])
    }

    /// Where the form of the chart comes from, if a publication proposed it.
    fn source(&self) -> Option<&'static str> {
        None
    }

    /// The tables it reads.
    fn tables(&self) -> &'static [&'static str];

    /// The figures; none where nothing is selected.
    ///
    /// # Errors
    /// [`ChartError::MissingTable`], [`ChartError::MissingColumn`] where the results are not what it reads.
    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError>;

    /// The figures for a selection of the results, at least one.
    ///
    /// # Errors
    /// Those of [`Chart::draw`]; [`ChartError::Nothing`] where no row is selected.
    fn build(
        &self,
        tables: &dyn Tables,
        selection: &Selection,
        context: &ChartContext<'_>,
    ) -> Result<Vec<Figure>, ChartError> {
        let figures = self.draw(&Request { tables, selection, context })?;
        if figures.is_empty() { Err(read::nothing(self.key(), selection)) } else { Ok(figures) }
    }
}

/// What is drawn, from what, and how.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The results.
    pub tables: &'a dyn Tables,
    /// The part of them.
    pub selection: &'a Selection,
    /// Language, size and numbers.
    pub context: &'a ChartContext<'a>,
}

/// Which part of the results is drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// The offering, course or programme; all of them where `None`.
    pub of: Option<String>,
    /// The section, plan, cohort or indicator within it; the whole, or what the chart chooses, where `None`.
    pub part: Option<String>,
}

/// How figures are made, decided outside.
pub struct ChartContext<'a> {
    /// The language of every text.
    pub lang: Lang,
    /// The place they are made for.
    pub size: Size,
    /// How the policy writes a value: its rounding rule.
    pub show: &'a (dyn Fn(f64) -> String + Sync),
    /// What produced the tables: program, version, run.
    pub source: &'a str,
}

impl ChartContext<'_> {
    /// A text of the catalogue in the context's language.
    pub(crate) fn text(&self, key: &str, values: &[(&str, &str)]) -> String {
        message::text(self.lang, key, values)
    }

    /// A figure with what is the same for all that are made here, to be filled by a chart.
    pub(crate) fn blank(&self, table: &str) -> Figure {
        let bare = || Axis { name: String::new(), scale: Scale::Bare { min: 0.0, max: 1.0 } };
        Figure {
            id: String::new(),
            lang: self.lang,
            size: self.size,
            title: String::new(),
            subtitle: Vec::new(),
            legend: Vec::new(),
            panel: Panel { x: bare(), y: bare(), aside: String::new(), marks: Vec::new() },
            notes: Vec::new(),
            shortened_note: self.text("chart.note.shortened", &[]),
            source: self.text("chart.source", &[("table", table), ("source", self.source)]),
            alt: String::new(),
        }
    }

    /// Parts of a sentence joined as the language joins them.
    pub(crate) fn join(&self, parts: &[String]) -> String {
        parts.join(match self.lang {
            Lang::Zh => "；",
            Lang::En => "; ",
        })
    }
}

impl ChartError {
    /// What happened and what to do, in one language.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::MissingGlyph { character, text } => message::text(
                lang,
                "chart.missing-glyph",
                &[
                    ("character", &character.to_string()),
                    ("code", &format!("U+{:04X}", u32::from(*character))),
                    ("text", text),
                ],
            ),
            Self::MissingTable(table) => message::text(lang, "chart.missing-table", &[("table", table)]),
            Self::MissingColumn { table, column } => {
                message::text(lang, "chart.missing-column", &[("table", table), ("column", column)])
            }
            Self::Nothing { chart, of } if of.is_empty() => {
                message::text(lang, "chart.nothing", &[("chart", chart)])
            }
            Self::Nothing { chart, of } => {
                message::text(lang, "chart.nothing.of", &[("chart", chart), ("of", of)])
            }
            Self::Drawing(_) | Self::Font(_) | Self::Raster(_) => self.to_string(),
        }
    }
}

/// Why a picture cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChartError {
    /// A character that neither the embedded font nor a font of the machine draws.
    #[error("no font here draws '{character}' (U+{:04X}), which stands in \"{text}\"", u32::from(*.character))]
    MissingGlyph {
        /// The character.
        character: char,
        /// The text it stands in.
        text: String,
    },
    /// The results have no such table.
    #[error("the chart reads the table {0}, which the results do not have")]
    MissingTable(String),
    /// A table has no such column.
    #[error("the chart reads the column {column} of the table {table}, which is not there")]
    MissingColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// No row of the tables is selected.
    #[error("{chart}: nothing to draw for {of}")]
    Nothing {
        /// The chart.
        chart: String,
        /// What was selected.
        of: String,
    },
    /// plotters refused.
    #[error("drawing failed: {0}")]
    Drawing(String),
    /// The embedded font cannot be unpacked.
    #[error("the embedded font cannot be read: {0}")]
    Font(String),
    /// The SVG cannot be made into pixels.
    #[error("the picture cannot be rasterised: {0}")]
    Raster(String),
}
