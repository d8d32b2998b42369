//! PNG: the same SVG through resvg, with the embedded font and no other.
//!
//! The font (Noto Sans SC Regular cut to GBK, SIL Open Font License 1.1, `font/OFL.txt`) is packed with
//! Zstandard and unpacked once, when the first PNG is made. Fonts of the system are not looked at, so the
//! pixels are the same on every machine.

use std::io::Read;
use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::ChartError;

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
    let mut source = FONT;
    let mut decoder =
        ruzstd::decoding::StreamingDecoder::new(&mut source).map_err(|error| error.to_string())?;
    let mut font = Vec::with_capacity(8 << 20);
    decoder.read_to_end(&mut font).map_err(|error| error.to_string())?;
    Ok(font)
}

fn fonts() -> Result<Arc<fontdb::Database>, ChartError> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    if let Some(fonts) = FONTS.get() {
        return Ok(Arc::clone(fonts));
    }
    let mut database = fontdb::Database::new();
    database.load_font_source(fontdb::Source::Binary(font()?));
    Ok(Arc::clone(FONTS.get_or_init(|| Arc::new(database))))
}

/// Rasterises an SVG made by [`super::svg`] at a resolution in dots per inch (300 prints well, 96 is a screen).
///
/// # Errors
/// [`ChartError::Raster`] where the document is not one of ours or the picture would be absurdly large.
pub fn png(svg: &str, dots_per_inch: f32) -> Result<Vec<u8>, ChartError> {
    let raster = |reason: String| ChartError::Raster(reason);
    let options = Options {
        dpi: POINTS_PER_INCH,
        fontdb: fonts()?,
        font_family: "Noto Sans SC".to_owned(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| raster(error.to_string()))?;
    let scale = dots_per_inch / POINTS_PER_INCH;
    let (wide, high) = ((tree.size().width() * scale).ceil(), (tree.size().height() * scale).ceil());
    let (wide, high) = (wide as u32, high as u32);
    if wide > MOST_PIXELS || high > MOST_PIXELS {
        return Err(raster(format!("{wide} × {high} pixels")));
    }
    let mut pixels = Pixmap::new(wide, high).ok_or_else(|| raster(format!("{wide} × {high} pixels")))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| raster(error.to_string()))
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
            match (super::super::text::advance(character), expected) {
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
}
