//! One cell as what its column holds: the value, or the issue that says why not.

use crate::ingest::clean;
use crate::ingest::damage::{Meant, cell_damage, damage_at};
use crate::ingest::number::{EXACT_INTEGERS, parse_decimal, spreadsheet_decimal};
use crate::ingest::raw::RawCell;
use crate::model::{Decimal, Fraction, Issue, Place, Severity};

/// A value with the remark it came with, or the issue that refuses the cell.
pub(super) type Read<T> = Result<(Option<T>, Option<Issue>), Issue>;

/// Columns whose values are long identifiers given by registrars; the others are short labels such as `1.2`.
const REGISTERED: [&str; 3] = ["student", "course", "offering"];

/// A cell of an identifier column; its place is looked for only where there is something to say.
pub(super) fn identifier(
    cell: &RawCell,
    column: &str,
    place: impl Fn() -> Place,
    typed: bool,
) -> Read<String> {
    let damage = damage_at(cell, Meant::Identifier, &place);
    match cell {
        RawCell::Number(number) => {
            if let Some(damage) = damage.filter(|damage| damage.severity == Severity::Error) {
                return Err(damage);
            }
            let whole = number.fract().abs() < f64::MIN_POSITIVE && number.abs() < EXACT_INTEGERS;
            let registered = REGISTERED.contains(&column);
            let shown = cell.to_string();
            match (whole, registered) {
                (true, _) => {
                    let remark = Issue::new("identifier_as_number", Severity::Warning, place());
                    let remark = (registered && !typed).then(|| remark.with("value", &shown));
                    Ok((Some(shown), remark))
                }
                (false, true) => {
                    Err(Issue::new("identifier_not_whole", Severity::Error, place()).with("value", shown))
                }
                (false, false) => {
                    let remark = Issue::new("label_as_number", Severity::Warning, place());
                    Ok((Some(shown.clone()), Some(remark.with("value", shown))))
                }
            }
        }
        RawCell::Text(text) => match damage {
            Some(damage) => Err(damage),
            None => {
                let id = clean::identifier(text);
                Ok(((!id.is_empty()).then_some(id), None))
            }
        },
        RawCell::Empty => Ok((None, None)),
        RawCell::Bool(_) => Ok((Some(cell.to_string()), None)),
        RawCell::DateTime(_) | RawCell::Error(_) => {
            Err(damage.unwrap_or_else(|| Issue::new("date_for_identifier", Severity::Error, place())))
        }
    }
}

/// An identifier about which there is nothing to say; of a column of texts or numbers by type.
pub(crate) fn read_identifier(cell: &RawCell, column: &str) -> Option<String> {
    match identifier(cell, column, Place::default, true) {
        Ok((id, None)) => id,
        _ => None,
    }
}

/// Yes or no, where the text is one of the two.
pub(crate) fn read_flag(text: &str) -> Option<bool> {
    flag(&RawCell::Text(text.to_owned()), &Place::default()).ok()?.0
}

/// A cell of free text.
pub(super) fn text(cell: &RawCell, place: &Place) -> Read<String> {
    if cell.is_blank() {
        return Ok((None, None));
    }
    match cell_damage(cell, Meant::Text, place) {
        Some(damage) if damage.severity == Severity::Error => Err(damage),
        remark => Ok((Some(cell.to_string()), remark)),
    }
}

/// A cell of an exact decimal; a percentage is its share.
pub(super) fn decimal(cell: &RawCell, place: &Place) -> Read<Decimal> {
    if cell.is_blank() {
        return Ok((None, None));
    }
    if let Some(damage) = cell_damage(cell, Meant::Number, place) {
        return Err(damage);
    }
    let value = match cell {
        RawCell::Number(number) => spreadsheet_decimal(*number),
        RawCell::Text(text) => {
            let half = clean::half_width(clean::trim(text));
            match half.strip_suffix('%') {
                Some(share) => parse_decimal(share).map(|d| (d / Decimal::ONE_HUNDRED).normalize()),
                None => parse_decimal(&half),
            }
        }
        _ => None,
    };
    match value {
        Some(value) => Ok((Some(value), None)),
        None => Err(Issue::new("not_a_number", Severity::Error, place.clone()).with("value", cell)),
    }
}

/// A cell of a share between 0 and 1.
pub(super) fn fraction(cell: &RawCell, place: &Place) -> Read<Fraction> {
    let (value, remark) = decimal(cell, place)?;
    let Some(value) = value else { return Ok((None, remark)) };
    match Fraction::new(value) {
        Some(fraction) => Ok((Some(fraction), remark)),
        None if value > Decimal::ONE && value <= Decimal::ONE_HUNDRED => {
            let share = (value / Decimal::ONE_HUNDRED).normalize();
            let issue = Issue::new("fraction_as_percent", Severity::Error, place.clone());
            Err(issue.with("value", value).with("share", share))
        }
        None => Err(Issue::new("not_a_fraction", Severity::Error, place.clone()).with("value", value)),
    }
}

/// A cell of a whole number from 0.
pub(super) fn count(cell: &RawCell, place: &Place) -> Read<u32> {
    use num_traits::ToPrimitive;
    let (value, remark) = decimal(cell, place)?;
    let Some(value) = value else { return Ok((None, remark)) };
    match value.is_integer().then(|| value.to_u32()).flatten() {
        Some(count) => Ok((Some(count), remark)),
        None => Err(Issue::new("not_a_count", Severity::Error, place.clone()).with("value", value)),
    }
}

/// A cell of yes or no; empty is no.
pub(super) fn flag(cell: &RawCell, place: &Place) -> Read<bool> {
    if cell.is_blank() {
        return Ok((None, None));
    }
    let shown = clean::half_width(&cell.to_string()).to_lowercase();
    match shown.as_str() {
        "" => Ok((None, None)),
        "是" | "yes" | "y" | "true" | "1" | "√" | "✓" | "重修" | "退课" => Ok((Some(true), None)),
        "否" | "no" | "n" | "false" | "0" | "×" | "-" | "初修" => Ok((Some(false), None)),
        _ => Err(Issue::new("not_a_flag", Severity::Error, place.clone()).with("value", shown)),
    }
}
