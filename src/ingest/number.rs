//! Exact decimals from what spreadsheets store and people type.

use std::str::FromStr;

use rust_decimal::Decimal;

use super::clean;

/// The significant digits a spreadsheet shows and keeps of what is typed; binary64 carries up to 17.
const SPREADSHEET_DIGITS: usize = 15;

/// The largest integer below which every integer is a binary64 value: 2⁵³.
pub(crate) const EXACT_INTEGERS: f64 = 9_007_199_254_740_992.0;

/// The decimal a spreadsheet shows for a stored number: the value at 15 significant digits, so that the stored
/// 0.30000000000000004 is read as the 0.3 on the screen. `None` for a value that is not finite or beyond 28
/// digits before the point; below 28 digits after the point it is rounded.
pub fn spreadsheet_decimal(number: f64) -> Option<Decimal> {
    if !number.is_finite() {
        return None;
    }
    if let Some(short) = short_decimal(number) {
        return Some(short);
    }
    let written = format!("{number:.*e}", SPREADSHEET_DIGITS - 1);
    from_mantissa_and_exponent(&written)
}

/// A number that is k / 10ˢ with few digits, without going through text: what nearly every cell holds.
///
/// Where k and 10ˢ are exact and their quotient rounds to the number itself, k / 10ˢ is the one decimal of at most 15
/// digits that it can stand for.
fn short_decimal(number: f64) -> Option<Decimal> {
    const MOST_PLACES: i32 = 4;
    const LARGEST: f64 = 1e10;
    if number.abs() >= LARGEST {
        return None;
    }
    (0..=MOST_PLACES).find_map(|places| {
        let power = 10f64.powi(places);
        let units = (number * power).round();
        let same = (units / power).to_bits() == number.to_bits();
        same.then(|| Decimal::new(units as i64, places as u32))
    })
}

/// The number in units of 1 / `power`, where it is that many exactly, not below 0 and below 2³¹ units.
#[inline]
pub(crate) fn plain_units(number: f64, power: f64) -> Option<i32> {
    /// Added to a number below it, it leaves the whole part in the lowest bits.
    const SHIFT: f64 = 4_503_599_627_370_496.0;
    const LIMIT: f64 = 2_147_483_648.0;
    let shifted = number * power + SHIFT;
    let units = shifted - SHIFT;
    #[expect(clippy::float_cmp, reason = "the question is whether they are the same number")]
    #[expect(
        clippy::manual_range_contains,
        reason = "a range stops at its first end: many numbers would wait for it"
    )]
    let plain = (units / power == number) & (units >= 0.0) & (units < LIMIT);
    #[expect(clippy::cast_possible_truncation, reason = "a plain number of units has 31 bits")]
    plain.then_some(shifted.to_bits() as i32)
}

/// The decimal a person typed: full-width digits, a sign, blanks around it and an exponent are understood,
/// separators of thousands, per cent signs and anything else are not.
///
/// More than 28 significant digits are `None` rather than rounded: a mark is exact or it is not a mark.
pub fn parse_decimal(text: &str) -> Option<Decimal> {
    let half = clean::half_width(clean::trim(text));
    (half.len() <= 64 && !half.ends_with('%')).then(|| crate::model::parse_decimal(&half)).flatten()
}

/// `-1.234e-2` as a decimal.
fn from_mantissa_and_exponent(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let exponent: i32 = exponent.parse().ok()?;
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if digits.bytes().all(|b| b == b'0') {
        return Some(Decimal::ZERO);
    }
    // The position of the point within the digits.
    let point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?;
    let plain = if !(-60..=40).contains(&point) {
        return (point < 0).then_some(Decimal::ZERO);
    } else if point <= 0 {
        format!("{sign}0.{}{digits}", "0".repeat(usize::try_from(-point).ok()?))
    } else {
        let point = usize::try_from(point).ok()?;
        match digits.split_at_checked(point) {
            Some((before, after)) => format!("{sign}{before}.{after}"),
            None => format!("{sign}{digits}{}", "0".repeat(point - digits.len())),
        }
    };
    Decimal::from_str(plain.trim_end_matches('.')).ok().map(|decimal| decimal.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_number_is_read_as_the_spreadsheet_shows_it() {
        // The shown texts are those of a spreadsheet program set to show all 15 digits.
        #[expect(clippy::excessive_precision, reason = "the neighbours of the shown decimal are the point")]
        let cases = [
            (0.1 + 0.2, "0.3"),
            (0.65, "0.65"),
            (59.9999999999999964, "60"),
            (85.5, "85.5"),
            (-1.1, "-1.1"),
            (0.0, "0"),
            (1e-7, "0.0000001"),
            (202_301_010_203.0, "202301010203"),
            (123_456_789_012_345_678.0, "123456789012346000"),
            (1.0 / 3.0, "0.333333333333333"),
        ];
        for (number, shown) in cases {
            assert_eq!(spreadsheet_decimal(number), Decimal::from_str(shown).ok(), "{number}");
        }
        assert_eq!(spreadsheet_decimal(f64::NAN), None);
        assert_eq!(spreadsheet_decimal(f64::INFINITY), None);
        assert_eq!(spreadsheet_decimal(1e300), None);
        assert_eq!(spreadsheet_decimal(5e-324), Some(Decimal::ZERO));
    }

    #[test]
    fn only_a_number_is_a_number() {
        for (text, value) in [
            ("85", "85"),
            (" 85.50\u{a0}", "85.5"),
            ("８５．５", "85.5"),
            ("+7", "7"),
            ("-3", "-3"),
            ("−3", "-3"),
            (".5", "0.5"),
            ("8.55e1", "85.5"),
        ] {
            assert_eq!(parse_decimal(text), Decimal::from_str(value).ok(), "{text}");
        }
        for text in
            ["", "-", "AB", "85%", "1,000", "8 5", "缺考", "0x10", "1e", "e1", "NaN", "inf", "1.2.3", "85分"]
        {
            assert_eq!(parse_decimal(text), None, "{text}");
        }
        assert_eq!(parse_decimal("0.12345678901234567890123456789012345"), None);
    }
}
