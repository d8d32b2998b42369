//! Texts as people type them, made comparable without changing what they say.

use std::borrow::Cow;

/// A character that takes part in no comparison at the edges of a text: blanks of every width and the marks that
/// are not seen at all.
fn is_edge(c: char) -> bool {
    c.is_whitespace() || is_unseen(c)
}

/// Zero-width characters, joiners, direction marks, the byte order mark inside a file, control characters.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
        || c.is_control()
}

/// The text without blanks (full-width and no-break ones too) and unseen marks at both ends.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_edge)
}

/// The text with full-width letters, digits and punctuation as their ASCII counterparts, for numbers, codes and
/// headers. Names of people are left alone: nothing calls this on them.
pub fn half_width(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { text.chars().map(half_width_char).collect() }
}

fn half_width_char(c: char) -> char {
    match c {
        // The full-width block repeats ASCII 0x21..=0x7E in order.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{2212}' => '-',
        other => other,
    }
}

/// An identifier as it is compared: trimmed, half width, without unseen marks. Leading zeros, case and inner
/// punctuation stay: they may carry meaning.
pub fn identifier(text: &str) -> String {
    cleaned(text).into_owned()
}

/// The same, not copied where it stands so already.
pub(super) fn cleaned(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Cow::Borrowed(text);
    }
    trim(text).chars().filter(|c| !is_unseen(*c)).map(half_width_char).collect()
}

/// A header or a course name as it is matched: half width, lower case, without blanks, unseen marks, a final `*`
/// or colon; brackets of every shape as `(`; ordinals alike, so that 高等数学Ⅰ, 高等数学I and 高等数学（一） agree.
pub fn normalise_header(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !is_edge(*c)).map(half_width_char).map(bracket).fold(
        String::with_capacity(text.len()),
        |mut plain, c| {
            match roman_sign(c) {
                Some(letters) => plain.push_str(letters),
                None => plain.push(c),
            }
            plain
        },
    );
    let plain = plain.trim_end_matches(['*', ':']).trim_start_matches('*');
    ordinal_at_end(plain).to_lowercase()
}

fn bracket(c: char) -> char {
    match c {
        '【' | '〔' | '〖' | '「' | '『' | '[' => '(',
        '】' | '〕' | '〗' | '」' | '』' | ']' => ')',
        other => other,
    }
}

/// The single-character Roman numerals Ⅰ to Ⅻ and ⅰ to ⅻ as capital letters.
fn roman_sign(c: char) -> Option<&'static str> {
    let position = match c {
        '\u{2160}'..='\u{216b}' => u32::from(c) - 0x2160,
        '\u{2170}'..='\u{217b}' => u32::from(c) - 0x2170,
        _ => return None,
    };
    ROMAN.get(usize::try_from(position).ok()?).copied()
}

/// The Roman numerals 1 to 12, as many as have signs of their own.
const ROMAN: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
/// The Chinese numerals 1 to 12.
const CHINESE: [&str; 12] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];

/// An ordinal at the end of a name as plain digits: after a Chinese character a Roman numeral, or in brackets a
/// Roman or Chinese one.
fn ordinal_at_end(text: &str) -> String {
    if let Some((name, inner)) = text.strip_suffix(')').and_then(|t| t.rsplit_once('(')) {
        if let Some(index) =
            ROMAN.iter().position(|r| *r == inner).or(CHINESE.iter().position(|c| *c == inner))
        {
            return format!("{name}{}", index + 1);
        }
        return text.to_owned();
    }
    let name = text.trim_end_matches(['I', 'V', 'X']);
    let is_chinese = name.chars().next_back().is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    match ROMAN.iter().position(|r| *r == &text[name.len()..]) {
        Some(index) if is_chinese => format!("{name}{}", index + 1),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_of_every_kind_fall_away_at_the_edges_only() {
        assert_eq!(trim("\u{feff}\u{3000} 张 三\u{a0}\u{200b}\r\n"), "张 三");
    }

    #[test]
    fn identifiers_keep_zeros_case_and_punctuation() {
        assert_eq!(identifier("\u{200b}００12３x "), "00123x");
        assert_eq!(identifier("2014-1-B15\u{200b}092"), "2014-1-B15092");
    }

    #[test]
    fn ways_to_write_one_header_agree() {
        for same in ["高等数学Ⅰ", "高等数学I", "高等数学（一）", "高等数学(Ⅰ)", " 高等数学 I："]
        {
            assert_eq!(normalise_header(same), "高等数学1", "{same}");
        }
        assert_eq!(normalise_header("学号*"), "学号");
        assert_eq!(normalise_header("Student　ID"), "studentid");
        assert_eq!(normalise_header("得分（总:10.0分）"), "得分(总:10.0分)");
        assert_eq!(normalise_header("X"), "x");
        assert_eq!(normalise_header("题目XIV"), "题目xiv");
    }
}
