//! The guard against spreadsheet formulas in texts.
//!
//! A spreadsheet reads a cell of a CSV file that begins with `=`, `+`, `-` or `@` as a formula, and after some
//! control characters it looks again. A *text* that begins so is given a leading apostrophe, the spreadsheets'
//! own sign for "this is text". Numbers are never touched: −0.3 stays a number.

use std::borrow::Cow;

/// Whether a text beginning with this character could be taken for a formula. The full-width forms count as the
/// plain ones where the spreadsheet runs in Chinese or Japanese.
fn opens_a_formula(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '−' | '＝' | '＋' | '－' | '＠')
}

/// The text as it may stand in a spreadsheet cell.
pub fn guarded(text: &str) -> Cow<'_, str> {
    match text.chars().next() {
        Some(first) if opens_a_formula(first) => Cow::Owned(format!("'{text}")),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
pub(crate) const PAYLOADS: &[&str] = &[
    "=1+1",
    "=HYPERLINK(\"http://127.0.0.1/?\"&A1,\"x\")",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    "−1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "\"=1+1\"",
    "a,=1+1",
    "a\n=1+1",
    "a\r\n=1+1",
    ";=1+1",
    " padded ",
    "张三",
    "007",
    "11010519491231002X",
    "</script><b>&amp;\u{202e}",
    "'",
    "",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_guarded_text_opens_a_formula_and_nothing_is_lost() {
        for payload in PAYLOADS {
            let text = guarded(payload);
            assert!(!text.chars().next().is_some_and(opens_a_formula), "{payload:?}");
            assert!(text == *payload || text.strip_prefix('\'') == Some(payload));
        }
    }

    #[test]
    fn an_innocent_text_is_not_touched() {
        for text in ["", "张三", "0.5", "a=b", " =x", "'=x"] {
            assert_eq!(guarded(text), text);
        }
    }
}
