//! PNG: the same SVG through resvg, with the embedded font and, for what it lacks, the faces of [`super::fallback`].
//!
//! The font (Noto Sans SC Regular cut to GBK, SIL Open Font License 1.1, `font/OFL.txt`) is packed with
//! Zstandard and unpacked once, when the first PNG is made. What it draws has the same pixels on every machine.

use std::sync::{Arc, OnceLock};

use png::{BitDepth, ColorType, DeflateCompression, Encoder, EncodingError, Filter};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::layout::PositionedGlyph;
use resvg::usvg::{Group, Node, Options, Text, Tree, fontdb};

use super::text::embedded;
use super::{ChartError, fallback};

/// The packed font.
const FONT: &[u8] = include_bytes!("font/NotoSansSC-GBK.ttf.zst");

/// SVG lengths in `pt` are pixels at this resolution.
const POINTS_PER_INCH: f32 = 72.0;

/// Widest and highest picture, in pixels: far above any figure, far below what could exhaust memory.
const MOST_PIXELS: u32 = 20_000;

/// The embedded font as a TrueType file.
///
/// # Errors
/// [`ChartError::Font`] where the packed font cannot be read: a defect of the build.
pub fn font() -> Result<Arc<Vec<u8>>, ChartError> {
    static UNPACKED: OnceLock<Result<Arc<Vec<u8>>, String>> = OnceLock::new();
    UNPACKED.get_or_init(|| unpack().map(Arc::new)).clone().map_err(ChartError::Font)
}

fn unpack() -> Result<Vec<u8>, String> {
    zstd::decode_all(FONT).map_err(|error| error.to_string())
}

/// The embedded font, and after it the faces that were found for characters that it lacks.
fn fonts() -> Result<Arc<fontdb::Database>, ChartError> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let embedded = match FONTS.get() {
        Some(fonts) => Arc::clone(fonts),
        None => {
            let mut database = fontdb::Database::new();
            database.load_font_source(fontdb::Source::Binary(font()?));
            Arc::clone(FONTS.get_or_init(|| Arc::new(database)))
        }
    };
    if !fallback::in_use() {
        return Ok(embedded);
    }
    let mut all = (*embedded).clone();
    fallback::add_to(&mut all);
    Ok(Arc::new(all))
}

fn tree(svg: &str) -> Result<Tree, ChartError> {
    let options = Options {
        dpi: POINTS_PER_INCH,
        fontdb: fonts()?,
        font_family: "Noto Sans SC".to_owned(),
        font_resolver: fallback::resolver(),
        ..Options::default()
    };
    Tree::from_str(svg, &options).map_err(|error| ChartError::Raster(error.to_string()))
}

/// The first character that would be drawn as an empty box, and the text it stands in: a face may have every character
/// of a text and yet not the signs into which they combine.
///
/// # Errors
/// [`ChartError::Raster`] where the document is not one of ours.
pub(super) fn missing(svg: &str) -> Result<Option<(char, String)>, ChartError> {
    let tree = tree(svg)?;
    let mut texts = Vec::new();
    collect(tree.root(), &mut texts);
    let boxed = texts.iter().find_map(|text| {
        let mut glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
        Some((glyphs.find(|glyph| glyph.id.0 == 0)?, *text))
    });
    Ok(boxed.map(|(glyph, text)| named(glyph, text)))
}

/// All texts below a group.
fn collect<'t>(group: &'t Group, texts: &mut Vec<&'t Text>) {
    for node in group.children() {
        match node {
            Node::Text(text) => texts.push(text),
            Node::Group(group) => collect(group, texts),
            _ => {}
        }
    }
}

/// A glyph's character and the text around it.
fn named(glyph: &PositionedGlyph, text: &Text) -> (char, String) {
    let whole: String = text.chunks().iter().map(|chunk| chunk.text()).collect();
    // A glyph into which characters combine has no text of its own: then the first one outside the embedded font.
    let outside = || whole.chars().find(|&character| embedded(character).is_none());
    let character = glyph.text.chars().next().or_else(outside);
    (character.unwrap_or(char::REPLACEMENT_CHARACTER), whole)
}

/// An SVG made by [`super::svg`] for a reader that has the embedded font and no other: the same document where that
/// font draws all of it, and else one with every text as outlines.
///
/// # Errors
/// [`ChartError::Raster`] where the document is not one of ours.
#[cfg(feature = "pdf")]
pub(crate) fn outlined(svg: String) -> Result<String, ChartError> {
    if !super::svg::fallen_back(&svg) {
        return Ok(svg);
    }
    Ok(tree(&svg)?.to_string(&resvg::usvg::WriteOptions::default()))
}

/// Rasterises an SVG made by [`super::svg`] at a resolution in dots per inch (300 prints well, 96 is a screen).
///
/// # Errors
/// [`ChartError::Raster`] where the document is not one of ours or the picture would be absurdly large.
pub fn png(svg: &str, dots_per_inch: f32) -> Result<Vec<u8>, ChartError> {
    let raster = |reason: String| ChartError::Raster(reason);
    let tree = tree(svg)?;
    let scale = dots_per_inch / POINTS_PER_INCH;
    let (wide, high) = ((tree.size().width() * scale).ceil(), (tree.size().height() * scale).ceil());
    let (wide, high) = (wide as u32, high as u32);
    if wide > MOST_PIXELS || high > MOST_PIXELS {
        return Err(raster(format!("{wide} × {high} pixels")));
    }
    let mut pixels = Pixmap::new(wide, high).ok_or_else(|| raster(format!("{wide} × {high} pixels")))?;
    // Paper is white: every pixel is opaque, so what is blended is the colour itself.
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    encoded(pixels.data(), (wide, high)).map_err(|error| raster(error.to_string()))
}

/// How hard the file is pressed: what a third step would save, one per cent, costs as long as the second. Ours, measured.
const PRESSED: DeflateCompression = DeflateCompression::Level(2);

/// A PNG of these opaque pixels, four bytes each: with a palette where 256 colours are enough, which is nearly always,
/// and a quarter of the bytes to press.
fn encoded(pixels: &[u8], (wide, high): (u32, u32)) -> Result<Vec<u8>, EncodingError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, wide, high);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_filter(Filter::NoFilter);
    encoder.set_deflate_compression(PRESSED);
    let data = match Palette::of(pixels) {
        Some((palette, places)) => {
            encoder.set_color(ColorType::Indexed);
            encoder.set_palette(palette);
            places
        }
        None => {
            encoder.set_color(ColorType::Rgb);
            pixels.chunks_exact(4).flat_map(|pixel| pixel.iter().take(3).copied()).collect()
        }
    };
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&data)?;
    writer.finish()?;
    Ok(file)
}

/// The colours of a picture in the order in which they are met, in a table with twice as many slots as there may be.
struct Palette {
    slots: [Option<([u8; 3], u8)>; Self::SLOTS],
    colours: Vec<u8>,
}

impl Palette {
    const SLOTS: usize = 512;

    /// The colours and the place of each pixel among them; nothing where they are more than 256.
    fn of(pixels: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        let mut palette = Self { slots: [None; Self::SLOTS], colours: Vec::with_capacity(3 * 256) };
        let mut places = Vec::with_capacity(pixels.len() / 4);
        let mut last: Option<([u8; 3], u8)> = None;
        for pixel in pixels.chunks_exact(4) {
            let colour = [pixel[0], pixel[1], pixel[2]];
            let place = match last {
                Some((same, place)) if same == colour => place,
                _ => palette.place(colour)?,
            };
            last = Some((colour, place));
            places.push(place);
        }
        Some((palette.colours, places))
    }

    fn place(&mut self, colour: [u8; 3]) -> Option<u8> {
        // Fibonacci hashing: the top bits of a product with 2^32 over the golden ratio.
        let [r, g, b] = colour.map(u32::from);
        let mut slot = ((r << 16 | g << 8 | b).wrapping_mul(0x9E37_79B1) >> 23) as usize;
        loop {
            match self.slots[slot] {
                Some((found, place)) if found == colour => return Some(place),
                Some(_) => slot = (slot + 1) % Self::SLOTS,
                None => {
                    let place = u8::try_from(self.colours.len() / 3).ok()?;
                    self.slots[slot] = Some((colour, place));
                    self.colours.extend(colour);
                    return Some(place);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_advances_is_that_of_the_embedded_font() {
        let font = font().unwrap();
        let face = ttf_parser::Face::parse(&font, 0).unwrap();
        let em = f64::from(face.units_per_em());
        let mut seen = 0;
        for character in (0x20..0xFFFE).filter_map(char::from_u32) {
            let expected = face
                .glyph_index(character)
                .map(|glyph| f64::from(face.glyph_hor_advance(glyph).unwrap()) / em);
            match (embedded(character), expected) {
                (None, None) => {}
                (Some(a), Some(b)) => {
                    assert!((a - b).abs() < 1e-6, "{character}: {a} instead of {b}");
                    seen += 1;
                }
                other => panic!("{character:?}: {other:?}"),
            }
        }
        assert!(seen > 23_000, "{seen}");
    }

    /// What a PNG shows, as red, green and blue.
    fn decoded(file: &[u8]) -> Vec<u8> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let size = reader.next_frame(&mut pixels).unwrap().buffer_size();
        pixels.truncate(size);
        pixels
    }

    #[test]
    fn a_picture_shows_the_pixels_it_was_made_of_with_few_colours_and_with_many() {
        for colours in [1_u32, 2, 255, 256, 257, 4000] {
            let pixel = |at: u32| {
                let [_, r, g, b] = ((at % colours).wrapping_mul(7919)).to_be_bytes();
                [r, g, b, 255]
            };
            let pixels: Vec<u8> = (0..80 * 60).flat_map(pixel).collect();
            let file = encoded(&pixels, (80, 60)).unwrap();
            let shown: Vec<u8> = pixels.chunks(4).flat_map(|pixel| pixel[..3].to_vec()).collect();
            assert!(decoded(&file) == shown, "{colours}");
            let indexed = file[25] == 3;
            assert_eq!(indexed, colours <= 256, "{colours}");
        }
    }
}
