//! Characters outside the embedded font, drawn from a font that the machine has.
//!
//! The embedded font is always asked first, so a text that it draws is the same on every machine. Only for a character
//! that it lacks (a rare Chinese character of a name, Thai, Hebrew) the fonts listed by [`system_fonts`] are looked
//! through, one by one in their order, until an upright face of normal weight draws it; else the nearest to one. The
//! face found measures the character, draws it in the PNG and is named in the SVG. Which face that is depends on the
//! fonts of the machine and the character, not on what else is drawn or in which order.
//!
//! A file is read once to note which characters its faces have signs for, and again only where one of them draws
//! something: fifty rare characters cost little more than one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use resvg::usvg::fontdb::{Database, FaceInfo, ID, Source, Stretch, Style, Weight};
use resvg::usvg::{FontFamily, FontResolver, Node, Options, Tree};

use super::font_signs::Signs;
use crate::message::markup::escape;

/// The font files of a machine.
#[derive(Debug, Clone, Copy)]
pub struct FontFiles {
    /// Where they are, always in the same order.
    pub list: fn() -> Vec<PathBuf>,
    /// The bytes of one; `None` where it cannot be read.
    pub read: fn(&Path) -> Option<Vec<u8>>,
}

/// Type size at which advances are measured.
const MEASURED: f64 = 1000.0;

/// The face that draws a character outside the embedded font.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Drawn {
    /// Its names in a list of font families: its family and, to tell faces apart, its PostScript name.
    pub(super) families: Arc<str>,
    /// Advance of the character in type sizes.
    pub(super) advance: f64,
}

/// A face that draws some character.
struct Face {
    families: Arc<str>,
    /// Which file of the list, and which face of it.
    file: usize,
    index: u32,
    source: Source,
}

/// A face of a file that was read: what is kept of it until it draws something.
struct Known {
    families: Arc<str>,
    file: usize,
    index: u32,
    distance: u32,
    signs: Signs,
}

/// What was found so far.
#[derive(Default)]
struct Found {
    /// The files, listed at the first need.
    files: Option<Vec<PathBuf>>,
    /// How many of them were read.
    read: usize,
    /// The faces of these.
    known: Vec<Known>,
    /// The faces that draw something.
    faces: Vec<Face>,
    /// Every character asked for; `None` where no font draws it.
    characters: BTreeMap<char, Option<Drawn>>,
}

/// The fonts beside the embedded one.
pub(super) struct Fallback {
    files: FontFiles,
    found: Mutex<Found>,
}

static SYSTEM: OnceLock<Fallback> = OnceLock::new();

/// Offers the font files of the machine for characters that the embedded font lacks. The first offer counts; without
/// one such a character is [`super::ChartError::MissingGlyph`].
pub fn system_fonts(files: FontFiles) {
    // A second offer changes nothing: what was measured stays what is drawn.
    let _ = SYSTEM.set(Fallback::new(files));
}

/// The face that draws a character outside the embedded font; `None` where there is none.
pub(super) fn drawn(character: char) -> Option<Drawn> {
    SYSTEM.get().and_then(|fallback| fallback.drawn(character))
}

/// Adds the files of the faces found so far.
pub(super) fn add_to(database: &mut Database) {
    if let Some(fallback) = SYSTEM.get() {
        fallback.add_to(database);
    }
}

/// Whether any character was drawn from a face of the machine.
pub(super) fn in_use() -> bool {
    SYSTEM.get().is_some_and(|fallback| !fallback.found().faces.is_empty())
}

/// Chooses faces for the texts of our own pictures: the one that [`drawn`] named where a text asks for it, and else
/// the embedded one, which is the first of the database. No glyph is replaced behind our back.
pub(super) fn resolver() -> FontResolver<'static> {
    FontResolver {
        select_font: Box::new(|font, database| match font.families() {
            [FontFamily::Named(family), FontFamily::Named(name), FontFamily::SansSerif] => {
                let families = format!("'{family}','{name}'");
                SYSTEM.get().and_then(|fallback| fallback.face(&families, database))
            }
            _ => database.faces().next().map(|face| face.id),
        }),
        select_fallback: Box::new(|_, _, _| None),
    }
}

impl Fallback {
    pub(super) fn new(files: FontFiles) -> Self {
        Self { files, found: Mutex::default() }
    }

    fn found(&self) -> std::sync::MutexGuard<'_, Found> {
        // What a thread that panicked had found is still true.
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn drawn(&self, character: char) -> Option<Drawn> {
        let mut found = self.found();
        if let Some(known) = found.characters.get(&character) {
            return known.clone();
        }
        let drawn = found.search(self.files, character);
        found.characters.insert(character, drawn.clone());
        drawn
    }

    fn add_to(&self, database: &mut Database) {
        for face in &self.found().faces {
            database.load_font_source(face.source.clone());
        }
    }

    /// The face of these names among those found.
    fn face(&self, families: &str, database: &Database) -> Option<ID> {
        let index = self.found().faces.iter().find(|face| *face.families == *families)?.index;
        let wanted = |face: &&FaceInfo| face.index == index && names(face).as_deref() == Some(families);
        database.faces().skip(1).find(wanted).map(|face| face.id)
    }
}

impl Found {
    /// The best face: of those that have a sign for the character; and where none of them draws it, of those that may
    /// put it together from parts.
    fn search(&mut self, files: FontFiles, character: char) -> Option<Drawn> {
        let mut tried = BTreeSet::new();
        for whole in [true, false] {
            while let Some(at) = self.next(files, (character, whole), &tried) {
                tried.insert(at);
                if let Some(drawn) = self.draw(files, at, character) {
                    return Some(drawn);
                }
            }
        }
        None
    }

    /// The best face not tried yet: an upright one of normal weight as soon as one is known, else the nearest to one
    /// among all.
    fn next(
        &mut self,
        files: FontFiles,
        (character, whole): (char, bool),
        tried: &BTreeSet<usize>,
    ) -> Option<usize> {
        loop {
            let fits =
                |(at, face): &(usize, &Known)| !tried.contains(at) && (!whole || face.signs.has(character));
            let free = self.known.iter().enumerate().filter(fits);
            let best = free.min_by_key(|(_, face)| (face.distance, face.file, face.index));
            let best = best.map(|(at, face)| (at, face.distance));
            if best.is_some_and(|(_, distance)| distance == 0) || !self.read_on(files) {
                return best.map(|(at, _)| at);
            }
        }
    }

    /// Notes the faces of the next file; false where all were read.
    fn read_on(&mut self, files: FontFiles) -> bool {
        let list = self.files.get_or_insert_with(|| (files.list)());
        let Some(path) = list.get(self.read) else { return false };
        self.known.extend((files.read)(path).map(|bytes| known(bytes, self.read)).unwrap_or_default());
        self.read += 1;
        true
    }

    /// How a known face draws a character; `None` where it does not.
    fn draw(&mut self, files: FontFiles, at: usize, character: char) -> Option<Drawn> {
        let known = self.known.get(at)?;
        let own = self.faces.iter().find(|face| face.file == known.file).map(|face| face.source.clone());
        let source = match own {
            Some(source) => source,
            None => {
                let path = self.files.as_ref()?.get(known.file)?;
                Source::Binary(Arc::new((files.read)(path)?))
            }
        };
        let mut database = Database::new();
        database.load_font_source(source.clone());
        let id = database.faces().find(|face| face.index == known.index)?.id;
        let advance = advance(&Arc::new(database), id, character)?;
        let families = Arc::clone(&known.families);
        if self.faces.iter().all(|face| face.families != families) {
            let (file, index) = (known.file, known.index);
            self.faces.push(Face { families: Arc::clone(&families), file, index, source });
        }
        Some(Drawn { families, advance })
    }
}

/// The faces of a file with a name that an SVG can ask for.
fn known(bytes: Vec<u8>, file: usize) -> Vec<Known> {
    let bytes = Arc::new(bytes);
    let mut database = Database::new();
    database.load_font_source(Source::Binary(Arc::<Vec<u8>>::clone(&bytes)));
    let of = |face: &FaceInfo| {
        let families = names(face)?.into();
        let signs = Signs::of(&bytes, face.index);
        Some(Known { families, file, index: face.index, distance: distance(face), signs })
    };
    database.faces().filter_map(of).collect()
}

/// The names by which an SVG can ask for a face; the English ones where there are some, and none that needs escaping.
fn names(face: &FaceInfo) -> Option<String> {
    let english = face.families.iter().find(|(_, language)| language.primary_language() == "English");
    let (family, _) = english.or_else(|| face.families.first())?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '+');
    let usable = |name: &str| !name.is_empty() && name.chars().all(plain);
    let name = &face.post_script_name;
    (usable(family) && usable(name)).then(|| format!("'{family}','{name}'"))
}

/// How far a face is from an upright one of normal weight and width.
fn distance(face: &FaceInfo) -> u32 {
    let weight = u32::from(face.weight.0.abs_diff(Weight::NORMAL.0));
    let style = if face.style == Style::Normal { 0 } else { 1000 };
    let stretch = if face.stretch == Stretch::Normal { 0 } else { 1000 };
    weight + style + stretch + u32::from(face.monospaced)
}

/// The advance of a character in a face, in type sizes, as the renderer itself lays it out; `None` where the face
/// does not draw it, or draws nothing.
fn advance(database: &Arc<Database>, face: ID, character: char) -> Option<f64> {
    let text = escape(&character.to_string());
    let document = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text font-size="{MEASURED}">{text}</text></svg>"#
    );
    let options = Options {
        fontdb: Arc::clone(database),
        font_resolver: FontResolver {
            select_font: Box::new(move |_, _| Some(face)),
            select_fallback: Box::new(|_, _, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(&document, &options).ok()?;
    let Some(Node::Text(text)) = tree.root().children().first() else { return None };
    let mut glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs).peekable();
    glyphs.peek()?;
    if glyphs.any(|glyph| glyph.id.0 == 0) || text.flattened().children().is_empty() {
        return None;
    }
    // A mark without an advance of its own is laid out as one unit wide.
    let wide = f64::from(text.bounding_box().width());
    Some(if wide <= 1.0 { 0.0 } else { wide / MEASURED })
}

#[cfg(test)]
mod tests {
    use super::super::figure::Size;
    use super::super::test_data::context;
    use super::super::{ChartError, Figure, Heading, ObjectiveBar, ObjectiveBars, png, svg};
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::message::Lang;

    /// Files that no machine has: one that is no font, and a font of our own with a block for 𠮷, ก, U+10FFFD and A,
    /// made by `font/make_test_font.py`.
    const OWN: FontFiles = FontFiles {
        list: || ["no font", "font"].map(PathBuf::from).to_vec(),
        read: |path| {
            let font = path == Path::new("font");
            Some(if font { include_bytes!("font/test.ttf").to_vec() } else { b"no font at all".to_vec() })
        },
    };

    fn named(label: &str) -> Figure {
        let bar = ObjectiveBar { label: label.to_owned(), ..ObjectiveBar::default() };
        ObjectiveBars.figures(&Heading::default(), &[bar], &context(Lang::Zh, Size::Page)).remove(0)
    }

    #[test]
    fn a_character_is_measured_with_the_face_that_draws_it_and_one_that_none_draws_is_not() {
        let fallback = Fallback::new(OWN);
        let drawn = fallback.drawn('𠮷').unwrap();
        assert_eq!((&*drawn.families, drawn.advance), ("'Attain Test','AttainTest-Regular'", 0.65));
        assert_eq!(fallback.drawn('龘'), None);
        assert_eq!(Fallback::new(FontFiles { list: Vec::new, ..OWN }).drawn('𠮷'), None);
    }

    #[test]
    fn a_file_is_read_once_to_look_into_it_and_once_to_draw_however_many_characters_are_asked_for() {
        static READS: AtomicUsize = AtomicUsize::new(0);
        let read: fn(&Path) -> Option<Vec<u8>> = |path| {
            READS.fetch_add(1, Ordering::Relaxed);
            (OWN.read)(path)
        };
        let fallback = Fallback::new(FontFiles { read, ..OWN });
        let drawn = "𠮷ก\u{10FFFD}A龘🦀𠮷".chars().filter(|character| fallback.drawn(*character).is_some());
        assert_eq!(drawn.count(), 5);
        assert_eq!(READS.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn only_what_the_embedded_font_lacks_is_drawn_from_a_font_of_the_machine() {
        system_fonts(OWN);
        let plain = svg(&named("目标A")).unwrap();
        assert!(!plain.contains("<tspan"), "{plain}");
        let other = svg(&named("目标A𠮷ก人")).unwrap();
        let span = "目标A<tspan font-family=\"'Attain Test','AttainTest-Regular',sans-serif\">𠮷ก</tspan>人<";
        assert!(other.contains(span), "{other}");
        assert_eq!(other, svg(&named("目标A𠮷ก人")).unwrap());
        // Elsewhere in the picture nothing moves a pixel: the first character of the label stands as before.
        let ink = |document: &str, from: f32, to: f32| black_ink(&png(document, 72.0).unwrap(), from, to);
        assert!(ink(&other, 32.0, 44.0) > 2 * ink(&plain, 32.0, 44.0).max(1), "two blocks of ink");
        assert_eq!(png(&other, 72.0).unwrap(), png(&other, 72.0).unwrap());
    }

    #[test]
    fn a_character_without_any_glyph_is_named_with_its_text_in_both_languages() {
        system_fonts(OWN);
        let error = svg(&named("目标🦀")).unwrap_err();
        assert!(matches!(error, ChartError::MissingGlyph { character: '🦀', .. }), "{error}");
        for lang in [Lang::Zh, Lang::En] {
            let says = error.message(lang);
            assert!(says.contains("U+1F980") && says.contains("目标🦀"), "{says}");
        }
    }

    /// Black pixels of a strip of a picture.
    fn black_ink(file: &[u8], from: f32, to: f32) -> usize {
        let mut decoder = ::png::Decoder::new(std::io::Cursor::new(file));
        decoder.set_transformations(::png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let wide = reader.next_frame(&mut pixels).unwrap().width as usize;
        let strip = from as usize..to as usize;
        let black = |at: usize| strip.contains(&(at % wide)) && pixels[3 * at..3 * at + 3] == [0, 0, 0];
        (0..pixels.len() / 3).filter(|&at| black(at)).count()
    }
}
