//! What people add to a report: their words about problems and measures, and their signatures.

use super::Material;
use super::document::Block;
use super::words::ReportContext;
use crate::message;
use crate::policy::{Policy, Status};

/// A part of a report that a person writes.
pub(super) struct Part {
    /// Its key, as a file of notes names it.
    pub(super) key: &'static str,
    /// Empty lines where nobody has written yet.
    pub(super) lines: u8,
}

/// The parts with their words; empty lines where there are none. Nothing is ever made up.
pub(super) fn words(
    parts: &[Part],
    (material, report, subject): (&Material<'_>, &str, &str),
    context: &ReportContext<'_>,
) -> Vec<Block> {
    let mut blocks = Vec::new();
    for part in parts {
        blocks.push(context.heading(2, &format!("words.{}", part.key), &[]));
        let written = material.notes(report, subject, part.key);
        if written.is_empty() {
            blocks.push(Block::Blank(part.lines));
        }
        blocks.extend(written.into_iter().map(|text| Block::Words(text.to_owned())));
    }
    blocks
}

/// The lines for signatures.
pub(super) fn signatures(keys: &[&str], context: &ReportContext<'_>) -> Block {
    Block::Signatures(keys.iter().map(|key| context.text(&format!("signature.{key}"), &[])).collect())
}

/// A note where nobody has checked the policy against its source.
pub(super) fn status(policy: &Policy, context: &ReportContext<'_>) -> Option<Block> {
    let values = [("policy", policy.title.get(context.lang)), ("source", policy.source.get(context.lang))];
    (policy.status == Status::Draft)
        .then(|| Block::Note(message::text(context.lang, "report.note.draft_policy", &values)))
}
