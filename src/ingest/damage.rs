//! What spreadsheet programs do to data on their way: identifiers become numbers, `10-20` becomes a day in
//! October, the sixteenth digit becomes a zero.

use crate::ingest::clean;
use crate::ingest::number::spreadsheet_decimal;
use crate::ingest::raw::problem::{Issues, error, warning};
use crate::ingest::raw::{Limits, RawCell, RawTable};
use crate::model::{Issue, Place};

/// What a column is meant to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// Student numbers, course codes: texts always, compared character by character.
    Identifier,
    /// Names, labels, ranges such as `10-20`.
    Text,
    /// Marks, weights, counts.
    Number,
}

/// From here on a binary64 number typed into a spreadsheet has lost digits: it keeps 15 of them.
const FIRST_LOSSY: f64 = 1e15;

/// The months as spreadsheet programs shorten them.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The damage in one column from a row on, both counted from 1, each cell with its place.
///
/// - `identifier_as_number`: a number-typed cell where an identifier is meant; leading zeros are gone.
/// - `identifier_scientific`: a text such as `2.02301E+11` left of an identifier.
/// - `digits_lost`: a number of more than 15 digits, the last of which are no longer true.
/// - `date_for_text`, `date_for_identifier`, `date_for_number`: a date where none is meant, often a former `10-20`.
/// - `error_value`: a spreadsheet's error value such as `#DIV/0!`.
pub fn column_damage(
    table: &RawTable,
    column: u32,
    first_row: u32,
    meant: Meant,
    limits: &Limits,
) -> Vec<Issue> {
    let mut issues = Issues::new(limits.listed_issues);
    for row in table.rows.iter().filter(|row| row.number >= first_row) {
        let cell = row.cell(column);
        issues.extend(cell_damage(cell, meant, &table.place_at(row.number, column)));
    }
    issues.finish(&table.place())
}

/// The damage of one cell.
pub fn cell_damage(cell: &RawCell, meant: Meant, place: &Place) -> Option<Issue> {
    damage_at(cell, meant, || place.clone())
}

/// The same where the place is looked for only if there is damage.
pub(crate) fn damage_at(cell: &RawCell, meant: Meant, place: impl FnOnce() -> Place) -> Option<Issue> {
    let (code, says): (_, Says) = match (cell, meant) {
        (RawCell::Error(_), _) => ("error_value", error),
        (RawCell::Number(number), Meant::Identifier) if number.abs() >= FIRST_LOSSY => ("digits_lost", error),
        (RawCell::Number(_), Meant::Identifier) => ("identifier_as_number", warning),
        (RawCell::Number(number), Meant::Number) if spreadsheet_decimal(*number).is_none() => {
            ("number_out_of_range", error)
        }
        (RawCell::DateTime(_), Meant::Identifier) => ("date_for_identifier", error),
        (RawCell::DateTime(_), Meant::Text) => ("date_for_text", warning),
        (RawCell::DateTime(_), Meant::Number) => ("date_for_number", error),
        (RawCell::Text(text), Meant::Identifier) if is_scientific(text) => ("identifier_scientific", error),
        (RawCell::Text(text), Meant::Identifier) if is_month_day(text) => ("date_for_identifier", error),
        (RawCell::Text(text), Meant::Text) if is_month_day(text) => ("date_for_text", warning),
        _ => return None,
    };
    Some(says(code, &place(), &[("value", &cell.to_string())]))
}

/// Makes an issue of a severity.
type Says = fn(&'static str, &Place, &[(&'static str, &str)]) -> Issue;

/// `2.02301E+11`: one digit, a point, digits, an exponent of two digits with its sign, as programs export it.
fn is_scientific(text: &str) -> bool {
    if !text.contains(['+', '＋']) {
        return false;
    }
    let text = clean::half_width(clean::trim(text));
    let Some((mantissa, exponent)) = text.split_once("E+").or_else(|| text.split_once("e+")) else {
        return false;
    };
    let all_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    whole.len() == 1
        && all_digits(whole)
        && all_digits(fraction)
        && exponent.len() >= 2
        && all_digits(exponent)
}

/// `Oct-20`, `20-Oct` or `10月20日`: how a former `10-20` looks after a spreadsheet program read it.
fn is_month_day(text: &str) -> bool {
    // Full-width hyphens and the minus sign become a hyphen.
    if !text.contains(['-', '\u{ff0d}', '\u{2212}', '日']) {
        return false;
    }
    let text = clean::half_width(clean::trim(text));
    let number_to = |digits: &str, most: u32| {
        digits.len() <= 4
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && digits.parse().is_ok_and(|n: u32| (1..=most).contains(&n))
    };
    if let Some((month, day)) = text.strip_suffix('日').and_then(|rest| rest.split_once('月')) {
        return number_to(month, 12) && number_to(day, 31);
    }
    let Some((left, right)) = text.split_once('-') else { return false };
    let is_month = |part: &str| MONTHS.iter().any(|month| part.eq_ignore_ascii_case(month));
    is_month(left) && number_to(right, 9_999) || is_month(right) && number_to(left, 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(cell: RawCell, meant: Meant) -> Option<&'static str> {
        let place = Place { file: "f.xlsx".into(), sheet: None, row: None, column: None };
        cell_damage(&cell, meant, &place).map(|issue| issue.code)
    }

    #[test]
    fn identifiers_are_texts_or_an_issue() {
        let text = |text: &str| RawCell::Text(text.into());
        for fine in ["002301", "110101199001011234", "11010119900101123X", "2E+5A", "B15092-1", "Dec", "E+11"]
        {
            assert_eq!(code(text(fine), Meant::Identifier), None, "{fine}");
        }
        assert_eq!(code(text("2.02301E+11"), Meant::Identifier), Some("identifier_scientific"));
        assert_eq!(code(text("２.02301e+11"), Meant::Identifier), Some("identifier_scientific"));
        assert_eq!(code(RawCell::Number(202_301_010_203.0), Meant::Identifier), Some("identifier_as_number"));
        assert_eq!(code(RawCell::Number(110_101_199_001_011_230.0), Meant::Identifier), Some("digits_lost"));
        assert_eq!(
            code(RawCell::DateTime("2026-10-20".into()), Meant::Identifier),
            Some("date_for_identifier")
        );
    }

    #[test]
    fn a_range_that_became_a_date_is_seen() {
        for damaged in ["Oct-20", "20-Oct", "10月20日"] {
            assert_eq!(code(RawCell::Text(damaged.into()), Meant::Text), Some("date_for_text"), "{damaged}");
        }
        for fine in ["10-20", "0-10", "Octave-20", "March", "mar-", "-5", "55<=", "13月1日", "日月"] {
            assert_eq!(code(RawCell::Text(fine.into()), Meant::Text), None, "{fine}");
        }
        assert_eq!(code(RawCell::DateTime("2026-10-20".into()), Meant::Text), Some("date_for_text"));
        assert_eq!(code(RawCell::DateTime("2026-10-20".into()), Meant::Number), Some("date_for_number"));
    }

    #[test]
    fn marks_may_be_numbers_or_texts_but_no_error_values() {
        assert_eq!(code(RawCell::Number(85.5), Meant::Number), None);
        assert_eq!(code(RawCell::Text("缺考".into()), Meant::Number), None);
        assert_eq!(code(RawCell::Error("#DIV/0!".into()), Meant::Number), Some("error_value"));
        assert_eq!(code(RawCell::Number(1e300), Meant::Number), Some("number_out_of_range"));
    }
}
