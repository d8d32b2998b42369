//! The SVG document: plotters' shapes, our own texts, and the picture in words for those who cannot see it.

use std::fmt::Write as _;

use super::ChartError;
use super::draw::{UNIT, shapes, units};
use super::figure::Figure;
use super::layout::{Anchor, TextRun, place};
use super::png::missing;
use super::text::{by_face, clean};
use crate::message::markup::escape;

/// The families asked for: the embedded one first, then what most machines in China carry.
const FAMILIES: &str = "'Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif";

/// Draws a figure as an SVG document of its own, with `role="img"`, `<title>` and `<desc>`.
///
/// The same figure gives the same bytes: coordinates are whole tenths of a point. Texts from data are escaped,
/// control and format characters removed.
///
/// # Errors
/// [`ChartError::MissingGlyph`] for a character that no font draws; [`ChartError::Drawing`]
/// where plotters refuses.
pub fn svg(figure: &Figure) -> Result<String, ChartError> {
    let layout = place(figure)?;
    let drawn = shapes(figure, &layout)?;
    let id = identifier(&figure.id);
    let mut document = String::with_capacity(drawn.len() + 4096);
    let (wide, high) = (units(layout.width), units(layout.height));
    let _ = writeln!(
        document,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{}pt" height="{}pt" viewBox="0 0 {wide} {high}" xml:lang="{}" role="img" aria-labelledby="{id}-title {id}-desc" font-family="{FAMILIES}">"#,
        f64::from(wide) / UNIT,
        f64::from(high) / UNIT,
        figure.lang.tag(),
    );
    let _ = writeln!(document, r#"<title id="{id}-title">{}</title>"#, escape(&clean(&figure.title)));
    let _ = writeln!(document, r#"<desc id="{id}-desc">{}</desc>"#, escape(&clean(&figure.alt)));
    let body = drawn.split_once('\n').map_or("", |(_, rest)| rest);
    let body = body.trim_end().strip_suffix("</svg>").unwrap_or(body);
    document.push_str(
        &body.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", "").replace(" \"/>", "\"/>"),
    );
    for run in &layout.texts {
        write_text(&mut document, run);
    }
    document.push_str("</svg>\n");
    match if fallen_back(&document) { missing(&document)? } else { None } {
        Some((character, text)) => Err(ChartError::MissingGlyph { character, text }),
        None => Ok(document),
    }
}

/// Whether an SVG of ours has a text that the embedded font does not draw.
pub(super) fn fallen_back(document: &str) -> bool {
    document.contains("<tspan")
}

fn write_text(document: &mut String, run: &TextRun) {
    let (x, y, size) = (units(run.x), units(run.y), units(run.size));
    let (r, g, b) = run.ink.rgb();
    let _ = write!(document, r##"<text x="{x}" y="{y}" font-size="{size}" fill="#{r:02X}{g:02X}{b:02X}""##);
    match run.anchor {
        Anchor::Start => {}
        Anchor::Middle => document.push_str(r#" text-anchor="middle""#),
        Anchor::End => document.push_str(r#" text-anchor="end""#),
    }
    if run.halo {
        let width = units(run.size * 0.3);
        let _ = write!(document, r##" paint-order="stroke" stroke="#FFFFFF" stroke-width="{width}""##);
    }
    if run.upright {
        let _ = write!(document, r#" transform="rotate(-90 {x} {y})""#);
    }
    document.push('>');
    for (face, piece) in by_face(&run.text) {
        let piece = escape(piece);
        // Writing to a string cannot fail.
        let _ = match face {
            None => write!(document, "{piece}"),
            Some(names) => write!(document, r#"<tspan font-family="{names},sans-serif">{piece}</tspan>"#),
        };
    }
    document.push_str("</text>\n");
}

/// An identifier that is safe in XML, CSS and file names: ASCII letters, digits and hyphens, and never a digit
/// first. What had to be replaced is told apart by a hash of the whole name.
pub fn identifier(name: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut id: String = name.chars().map(|c| if safe(c) { c } else { '-' }).collect();
    if !name.chars().all(safe) {
        // FNV-1a, 32 bits: short, stable, and only there to keep two names apart.
        let hash = name
            .bytes()
            .fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619));
        let _ = write!(id, "-{hash:08x}");
    }
    if id.starts_with(|c: char| c.is_ascii_alphabetic()) { id } else { format!("f{id}") }
}
