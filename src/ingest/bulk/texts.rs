//! A column of texts as codes, looked at by its views.
//!
//! A view is sixteen bytes that hold a short text whole and say of a long one where it stands: within a piece of a
//! column, equal views are equal texts. Most rows are settled by comparing views, without hashing or reading a text.

use polars::prelude::{PlHashMap, StringChunked};

use super::codes::{EMPTY, Names, add};

/// Views that are remembered, by some of their bits.
const REMEMBERED: usize = 1 << SLOT_BITS;
const SLOT_BITS: u32 = 11;

/// The code of each row, and the text of each code in order of first appearance.
pub(super) fn codes_of(column: &StringChunked) -> (Vec<u32>, Names) {
    let mut known: PlHashMap<&str, u32> = PlHashMap::default();
    let mut texts: Vec<String> = Vec::new();
    let mut codes = Vec::with_capacity(column.len());
    for piece in column.downcast_iter() {
        // A code of EMPTY: nothing is remembered there.
        let mut remembered = vec![(0_u128, EMPTY); REMEMBERED];
        for (view, text) in piece.views().iter().zip(piece.iter()) {
            let Some(text) = text else {
                codes.push(EMPTY);
                continue;
            };
            let view = view.as_u128();
            let slot = &mut remembered[slot(view)];
            if slot.0 != view || slot.1 == EMPTY {
                let code = *known.entry(text).or_insert_with(|| add(&mut texts, text.to_owned()));
                *slot = (view, code);
            }
            codes.push(slot.1);
        }
    }
    (codes, Names::Texts(texts))
}

/// Where a view is remembered: its bits, multiplied by the golden ratio.
#[inline]
fn slot(view: u128) -> usize {
    let folded = (view as u64) ^ (view >> 64) as u64;
    (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - SLOT_BITS)) as usize
}
