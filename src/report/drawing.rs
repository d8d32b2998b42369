//! Figures as SVG, whatever stands in their names: a picture is not lost for one rare character.

use std::collections::BTreeSet;

use crate::chart::figure::{Axis, Mark, Scale};
use crate::chart::{ChartError, Figure, svg};
use crate::message;

/// What stands for a character that the font does not draw: the sign that printers put in for a missing letter.
pub(super) const MISSING: char = '〓';

/// Characters that are replaced in one picture; with more of them the texts are in a script that the font lacks.
const MOST_MISSING: usize = 50;

/// The picture; a sign stands for each character that the embedded font does not draw, and a note names them.
///
/// # Errors
/// Those of [`svg`] for any other reason.
pub(super) fn drawn(figure: &Figure) -> Result<String, ChartError> {
    let sign = MISSING.to_string();
    let mut missing = BTreeSet::new();
    let mut mended: Option<Figure> = None;
    loop {
        let character = match svg(mended.as_ref().unwrap_or(figure)) {
            Err(ChartError::MissingGlyph { character, .. }) if missing.len() < MOST_MISSING => character,
            picture => return picture,
        };
        if !missing.insert(character) {
            return svg(mended.as_ref().unwrap_or(figure));
        }
        let mut next = figure.clone();
        each_text(&mut next, &mut |text| *text = text.replace(|c| missing.contains(&c), &sign));
        let codes: Vec<String> = missing.iter().map(|&c| format!("U+{:04X}", u32::from(c))).collect();
        let values = [("characters", &*codes.join(" ")), ("sign", &*sign)];
        next.notes.push(message::text(figure.lang, "report.figure.missing", &values));
        mended = Some(next);
    }
}

/// Every text of a figure that is drawn.
fn each_text(figure: &mut Figure, change: &mut dyn FnMut(&mut String)) {
    change(&mut figure.title);
    figure.subtitle.iter_mut().for_each(&mut *change);
    figure.legend.iter_mut().for_each(|entry| change(&mut entry.text));
    figure.notes.iter_mut().for_each(&mut *change);
    change(&mut figure.shortened_note);
    change(&mut figure.source);
    let panel = &mut figure.panel;
    change(&mut panel.aside);
    for Axis { name, scale } in [&mut panel.x, &mut panel.y] {
        change(name);
        match scale {
            Scale::Linear { ticks, .. } => ticks.iter_mut().for_each(|tick| change(&mut tick.label)),
            Scale::Bands { bands, .. } => {
                for band in bands {
                    change(&mut band.label);
                    change(&mut band.detail);
                    change(&mut band.group);
                    band.aside.iter_mut().for_each(|(text, _)| change(text));
                }
            }
            Scale::Bare { .. } => {}
        }
    }
    for mark in &mut panel.marks {
        if let Mark::Text { text, .. } = mark {
            change(text);
        }
    }
}
