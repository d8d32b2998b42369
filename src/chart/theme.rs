//! The one theme: colours, type sizes, spacing. Nothing else in the charts names a colour or a size of type.
//!
//! The colours are those of the Okabe–Ito palette (M. Okabe, K. Ito, "Color Universal Design", 2008) that reach the
//! contrast 3:1 against white which WCAG 2.2, success criterion 1.4.11, asks of graphics; meaning is never carried
//! by colour alone.

use serde::Serialize;

use super::figure::Size;

/// A colour by its name in the theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Ink {
    /// Text, axes.
    Black,
    /// Reached; the first series.
    Blue,
    /// Not reached; the second series.
    Vermillion,
    /// The third series.
    Green,
    /// The fourth series.
    Purple,
    /// No verdict; secondary texts.
    Grey,
    /// Grid lines and frames: decoration that carries no meaning.
    Faint,
    /// Text on dark fills, paper.
    White,
    /// A step of the sequential scale, 0 (lightest) to 4 (darkest).
    Tint(u8),
}

/// The inks that carry meaning as graphics.
pub const MEANINGFUL: [Ink; 6] = [Ink::Black, Ink::Blue, Ink::Vermillion, Ink::Green, Ink::Purple, Ink::Grey];

/// Colours of overlaid series, in order.
pub const SERIES: [Ink; 5] = [Ink::Blue, Ink::Vermillion, Ink::Green, Ink::Purple, Ink::Black];

/// The sequential scale: the blue of the palette mixed with white.
const TINTS: [(u8, u8, u8); 5] =
    [(222, 235, 245), (173, 208, 230), (110, 171, 211), (40, 133, 190), (0, 88, 140)];

impl Ink {
    /// Red, green and blue, 0 to 255.
    pub fn rgb(self) -> (u8, u8, u8) {
        match self {
            Self::Black => (0x00, 0x00, 0x00),
            Self::Blue => (0x00, 0x72, 0xB2),
            Self::Vermillion => (0xD5, 0x5E, 0x00),
            Self::Green => (0x00, 0x9E, 0x73),
            Self::Purple => (0xCC, 0x79, 0xA7),
            Self::Grey => (0x5F, 0x5F, 0x5F),
            Self::Faint => (0xDD, 0xDD, 0xDD),
            Self::White => (0xFF, 0xFF, 0xFF),
            Self::Tint(step) => TINTS[usize::from(step).min(TINTS.len() - 1)],
        }
    }

    /// Black or white, whichever reads better on this colour.
    pub fn readable_on(self) -> Self {
        if contrast(Self::White, self) > contrast(Self::Black, self) { Self::White } else { Self::Black }
    }
}

/// Relative luminance of a colour, WCAG 2.2: 0.2126 R + 0.7152 G + 0.0722 B of the linear sRGB values.
fn luminance(ink: Ink) -> f64 {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let (r, g, b) = ink.rgb();
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// Contrast ratio of two colours, WCAG 2.2: (L1 + 0.05) / (L2 + 0.05) with the lighter one on top, 1 to 21.
pub fn contrast(a: Ink, b: Ink) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Sizes and spacing in points (1/72 inch).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Theme {
    /// Width of the picture.
    pub width: f64,
    /// Height that the picture fills at least; 0 where the content decides.
    pub height: f64,
    /// Height that it keeps to as long as leaving out details can help.
    pub most: f64,
    /// Space at the border.
    pub margin: f64,
    /// Space between neighbouring blocks.
    pub gap: f64,
    /// Type size of the title.
    pub title: f64,
    /// Type size of names and legends.
    pub body: f64,
    /// Type size of ticks, details, notes: never under 7.
    pub small: f64,
    /// Factor for lengths that a figure states in points on a page: rows, radii, line widths.
    pub scale: f64,
    /// Largest share of the width that row names may take.
    pub label_share: f64,
    /// The same where rows are one line each, as in a matrix.
    pub dense_share: f64,
    /// Largest share of the width that the column right of the panel may take.
    pub aside_share: f64,
    /// Longest upright column heading.
    pub heading: f64,
}

/// Height of a line of text, in type sizes.
pub const LINE: f64 = 1.35;

/// The smallest type size anywhere, in points.
pub const SMALLEST: f64 = 7.0;

impl Theme {
    /// The theme for a size.
    pub fn of(size: Size) -> Self {
        match size {
            Size::Column => Self {
                width: 241.0,
                height: 0.0,
                most: 700.0,
                margin: 5.0,
                gap: 5.0,
                title: 9.0,
                body: 7.5,
                small: SMALLEST,
                scale: 0.85,
                label_share: 0.32,
                dense_share: 0.30,
                aside_share: 0.32,
                heading: 80.0,
            },
            Size::Page => Self {
                width: 482.0,
                height: 0.0,
                most: 700.0,
                margin: 6.0,
                gap: 6.0,
                title: 11.0,
                body: 8.0,
                small: SMALLEST,
                scale: 1.0,
                label_share: 0.32,
                dense_share: 0.22,
                aside_share: 0.26,
                heading: 110.0,
            },
            Size::Slide => Self {
                width: 960.0,
                height: 540.0,
                most: 540.0,
                margin: 24.0,
                gap: 8.0,
                title: 24.0,
                body: 15.0,
                small: 12.0,
                scale: 1.8,
                label_share: 0.30,
                dense_share: 0.22,
                aside_share: 0.26,
                heading: 150.0,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_on_white_has_the_contrast_of_the_standard() {
        // WCAG 2.2: 21:1 for black on white, 1:1 for a colour on itself.
        assert!((contrast(Ink::Black, Ink::White) - 21.0).abs() < 1e-12);
        assert!((contrast(Ink::Blue, Ink::Blue) - 1.0).abs() < 1e-12);
        // #767676 is the well-known grey that just reaches 4.5:1; our grey is darker than it.
        assert!(contrast(Ink::Grey, Ink::White) > 4.5);
    }

    #[test]
    fn every_ink_that_carries_meaning_reaches_three_to_one_on_white() {
        for ink in MEANINGFUL {
            assert!(contrast(ink, Ink::White) >= 3.0, "{ink:?} {}", contrast(ink, Ink::White));
        }
    }

    #[test]
    fn a_text_inside_a_cell_reaches_four_and_a_half_to_one() {
        for fill in (0..5).map(Ink::Tint).chain([Ink::White, Ink::Blue, Ink::Vermillion]) {
            assert!(contrast(fill, fill.readable_on()) >= 4.5, "{fill:?}");
        }
    }

    #[test]
    fn the_steps_of_the_scale_darken_evenly_enough_to_be_told_apart() {
        for step in 0..4 {
            assert!(contrast(Ink::Tint(step), Ink::Tint(step + 1)) > 1.2, "{step}");
        }
    }

    #[test]
    fn no_type_is_smaller_than_seven_points() {
        for (_, size) in Size::ALL {
            let theme = Theme::of(size);
            assert!([theme.title, theme.body, theme.small].iter().all(|&size| size >= SMALLEST));
        }
    }
}
