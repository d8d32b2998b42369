//! Which characters a face has signs for: the table `cmap` of its file (OpenType specification 1.9).

use ttf_parser::cmap::{Subtable, Table};
use ttf_parser::{RawFace, Tag};

/// The table of a face, kept without the rest of the file.
pub(super) struct Signs(Vec<u8>);

impl Signs {
    /// The table of a face of a file; without any sign where it cannot be read.
    pub(super) fn of(file: &[u8], index: u32) -> Self {
        let table = RawFace::parse(file, index).ok().and_then(|face| face.table(Tag::from_bytes(b"cmap")));
        Self(table.unwrap_or_default().to_vec())
    }

    /// Whether a character has a sign. Looked up, never listed: a damaged table may claim billions of characters.
    pub(super) fn has(&self, character: char) -> bool {
        let Some(Table { subtables }) = Table::parse(&self.0) else { return false };
        let has = |table: Subtable<'_>| {
            let glyph = table.is_unicode().then(|| table.glyph_index(character.into()))?;
            glyph.filter(|glyph| glyph.0 != 0)
        };
        (0..subtables.len()).filter_map(|at| subtables.get(at)).any(|table| has(table).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::embedded;
    use super::*;

    #[test]
    fn a_face_has_a_sign_for_every_character_that_another_reader_finds_and_for_no_other() {
        // fontTools wrote the advances of the embedded font and made the other one.
        let font = super::super::font().unwrap();
        let signs = Signs::of(&font, 0);
        let wrong: Vec<char> =
            ('\0'..='\u{2FFFF}').filter(|&one| signs.has(one) != embedded(one).is_some()).collect();
        assert!(signs.has('达') && wrong.is_empty(), "{wrong:?}");
        let signs = Signs::of(include_bytes!("font/test.ttf"), 0);
        let found: Vec<char> = ('\0'..=char::MAX).filter(|&one| signs.has(one)).collect();
        assert_eq!(found, ['A', 'ก', '𠮷', '\u{10FFFD}']);
    }

    #[test]
    fn a_file_cut_anywhere_has_fewer_signs_and_harms_nothing() {
        let file: &[u8] = include_bytes!("font/test.ttf");
        let whole = Signs::of(file, 0);
        for end in 0..file.len() {
            let cut = Signs::of(&file[..end], 0);
            assert!(['A', 'ก', '𠮷', '龘', char::MAX].iter().all(|one| whole.has(*one) || !cut.has(*one)));
            let _ = Signs::of(&file[..end], u32::MAX).has('A');
        }
        assert!(!Signs::of(b"ttcf", 7).has('A') && !Signs::of(b"no font at all", 0).has('A'));
    }

    #[test]
    fn a_table_that_claims_every_character_many_times_is_looked_up_at_once() {
        // One table of Unicode characters, format 12: groups that all reach from 0 to the last number there is.
        let n: u32 = 10_000;
        let mut table: Vec<u8> =
            [0u16, 1, 3, 10, 0, 12, 12, 0].iter().flat_map(|x| x.to_be_bytes()).collect();
        table.extend([16 + 12 * n, 0, n].iter().flat_map(|x| x.to_be_bytes()));
        table.extend((0..n).flat_map(|_| [0, u32::MAX, 1]).flat_map(u32::to_be_bytes));
        assert!(Signs(table).has('A'));
    }
}
