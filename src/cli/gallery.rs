//! `attain chart gallery`: every chart of a workspace on one page.

use std::path::{Path, PathBuf};

use super::session::Session;
use crate::chart::{CHARTS, ChartContext, Selection};
use crate::error::Error;
use crate::message::Lang;
use crate::report::document::{Block, DocFigure, Document, Span};
use crate::report::{Html, Writer as _};
use crate::results::{Results, write_file};

/// Pictures of one chart on the page.
const MOST: usize = 2;

/// The name of the page.
const FILE: &str = "gallery.html";

/// Writes the page into a folder, or into the HTML file that is named.
pub(super) fn write(
    results: &Results,
    out: Option<&Path>,
    workspace: &Path,
    (contexts, session): (&[ChartContext<'_>; 2], &mut Session),
) -> Result<(), Error> {
    let mut blocks = vec![Block::Paragraph(vec![Span::Text(
        contexts[0].text("chart.gallery.intro", &[("most", &MOST.to_string())]),
    )])];
    let (mut charts, mut pictures) = (0, 0);
    for chart in CHARTS {
        let build = |context| chart.build(&results.tables, &Selection::default(), context);
        blocks.push(Block::Heading { level: 1, text: chart.key().to_owned() });
        blocks.push(Block::Paragraph(vec![Span::Text(summaries(*chart, contexts[0].lang))]));
        blocks.push(Block::Note(format!("attain chart {} {}", chart.key(), workspace.display())));
        let figures = match build(&contexts[0]) {
            Ok(figures) => figures,
            Err(error) => {
                let reason = error.message(contexts[0].lang);
                blocks.push(Block::Note(contexts[0].text("chart.gallery.nothing", &[("reason", &reason)])));
                continue;
            }
        };
        // The same figures in the other language, for their titles.
        let others = build(&contexts[1]).unwrap_or_default();
        let total = figures.len();
        charts += 1;
        for (at, figure) in figures.into_iter().take(MOST).enumerate() {
            pictures += 1;
            let title = figure.title.clone();
            let caption = others.get(at).map_or(title.clone(), |other| format!("{title} | {}", other.title));
            let label = format!("figure-{}-{}", chart.key(), at + 1);
            let alt = figure.alt.clone();
            blocks.push(Block::Figure(Box::new(DocFigure { label, caption, alt, figure })));
        }
        if total > MOST {
            let values = [("total", &*total.to_string()), ("most", &*MOST.to_string())];
            blocks.push(Block::Note(contexts[0].text("chart.gallery.more", &values)));
        }
    }
    let document = Document {
        id: "gallery".to_owned(),
        lang: contexts[0].lang,
        title: contexts[0].text("chart.gallery.title", &[]),
        subtitle: Vec::new(),
        blocks,
        footer: super::SOURCE.to_owned(),
    };
    let path = page(out);
    write_file(&path, &Html.write(&document)?)?;
    let values = [
        ("path", &*path.display().to_string()),
        ("charts", &*charts.to_string()),
        ("figures", &*pictures.to_string()),
    ];
    session.out.line(contexts[0].text("chart.gallery.written", &values))?;
    Ok(())
}

/// What a chart shows, in both languages, the reader's first.
fn summaries(chart: &dyn crate::chart::Chart, lang: Lang) -> String {
    let other = if lang == Lang::Zh { Lang::En } else { Lang::Zh };
    format!("{} | {}", chart.summary(lang), chart.summary(other))
}

fn page(out: Option<&Path>) -> PathBuf {
    match out {
        Some(path) if path.extension().is_some_and(|extension| extension == "html") => path.to_owned(),
        Some(folder) => folder.join(FILE),
        None => PathBuf::from(FILE),
    }
}
