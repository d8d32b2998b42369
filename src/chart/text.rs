//! Measuring and breaking text, from the advance widths of the embedded font; of another face only for a character
//! that this one lacks.
//!
//! The table beside the font holds one line per run of characters of equal width, so a picture is laid out without
//! unpacking the font. The font has no kerning, so the width of a text is the sum of its advances.

use std::sync::{Arc, OnceLock};

use super::{ChartError, fallback};

/// `first last advance` per line: code points in hexadecimal, advance in thousandths of the type size.
const ADVANCES: &str = include_str!("font/advances.txt");

/// Characters that may not begin a line.
const NO_START: &str = "，。、；：？！）》」』】〉〕’”…—·％%,.;:?!)]}";
/// Characters that may not end a line.
const NO_END: &str = "（《「『【〈〔‘“([{";

fn runs() -> &'static [(u32, u32, f64)] {
    static RUNS: OnceLock<Vec<(u32, u32, f64)>> = OnceLock::new();
    RUNS.get_or_init(|| {
        ADVANCES
            .lines()
            .filter_map(|line| {
                let mut parts = line.split(' ');
                let first = u32::from_str_radix(parts.next()?, 16).ok()?;
                let last = u32::from_str_radix(parts.next()?, 16).ok()?;
                Some((first, last, parts.next()?.parse::<f64>().ok()? / 1000.0))
            })
            .collect()
    })
}

/// The advance of a character in type sizes, `None` where no font draws it.
fn advance(character: char) -> Option<f64> {
    embedded(character).or_else(|| Some(fallback::drawn(character)?.advance))
}

/// The text in pieces that one face draws, each with the names of that face where it is not the embedded one.
pub(super) fn by_face(text: &str) -> Vec<(Option<Arc<str>>, &str)> {
    let face = |character: char| match embedded(character) {
        Some(_) => None,
        None => fallback::drawn(character).map(|drawn| drawn.families),
    };
    let mut pieces: Vec<(Option<Arc<str>>, &str)> = Vec::new();
    let mut start = 0;
    for (at, character) in text.char_indices() {
        let (face, end) = (face(character), at + character.len_utf8());
        match pieces.last_mut() {
            Some((known, piece)) if *known == face => *piece = &text[start..end],
            _ => {
                start = at;
                pieces.push((face, &text[at..end]));
            }
        }
    }
    pieces
}

/// The advance of a character in the embedded font, in type sizes; `None` where it does not draw it.
pub(super) fn embedded(character: char) -> Option<f64> {
    let point = u32::from(character);
    let runs = runs();
    let at = runs.partition_point(|run| run.1 < point);
    runs.get(at).filter(|run| run.0 <= point).map(|run| run.2)
}

/// Whether the embedded font draws a character.
#[cfg(feature = "pdf")]
pub(crate) fn drawable(character: char) -> bool {
    embedded(character).is_some()
}

/// The text as it can be drawn: control and format characters removed, every kind of white space one space.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut space = false;
    for character in text.chars() {
        if character.is_whitespace() {
            space = true;
        } else if !invisible(character) {
            if space && !cleaned.is_empty() {
                cleaned.push(' ');
            }
            space = false;
            cleaned.push(character);
        }
    }
    cleaned
}

/// Control and format characters: they draw nothing, can reorder what others draw, or may not stand in XML.
pub(crate) fn invisible(character: char) -> bool {
    character.is_control()
        || matches!(u32::from(character),
            0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF
            | 0xFFF9..=0xFFFB | 0xFFFE | 0xFFFF | 0xE0000..=0xE0FFF)
}

/// Width of a text at a type size.
///
/// # Errors
/// [`ChartError::MissingGlyph`] for a character that no font draws.
pub(super) fn width(text: &str, size: f64) -> Result<f64, ChartError> {
    text.chars().try_fold(0.0, |sum, character| match advance(character) {
        Some(advance) => Ok(sum + advance * size),
        None => Err(ChartError::MissingGlyph { character, text: text.to_owned() }),
    })
}

/// The text broken into lines no wider than `most`.
///
/// Chinese breaks between any two characters except before closing and after opening punctuation; words of other
/// scripts stay whole, unless one alone is wider than the line, and so do an equation, n = 80, and a short remark in
/// brackets at the end, (part 2 of 3). No last line holds a single character where the line before can give it another.
///
/// # Errors
/// [`ChartError::MissingGlyph`] for a character that no font draws.
pub(super) fn wrap(text: &str, size: f64, most: f64) -> Result<Vec<String>, ChartError> {
    let text = clean(text);
    width(&text, size)?;
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0.0);
    for piece in pieces_before_remark(&text, size, most)? {
        let wide = width(piece, size)?;
        let visible = wide - width(&piece[piece.trim_end().len()..], size)?;
        if used + visible > most && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            used = 0.0;
        }
        if visible > most {
            for character in piece.chars() {
                let wide = advance(character).unwrap_or(1.0) * size;
                if used + wide > most && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(character);
                used += wide;
            }
        } else {
            line.push_str(piece);
            used += wide;
        }
    }
    if !line.trim_end().is_empty() {
        lines.push(line);
    }
    fill_last_line(&mut lines, size, most)?;
    Ok(lines.into_iter().map(|line| line.trim_end().to_owned()).collect())
}

/// Gives a last line of a single character the piece before it, where both are of one script and the line before
/// keeps more than one character itself.
fn fill_last_line(lines: &mut [String], size: f64, most: f64) -> Result<(), ChartError> {
    let [.., before, last] = lines else { return Ok(()) };
    let signs = |text: &str| text.chars().filter(|character| character.is_alphanumeric()).count();
    let is_wide = |text: &str| text.chars().find(|character| character.is_alphanumeric()).map(wide);
    let Some(at) = pieces(before).last().map(|piece| before.len() - piece.len()) else { return Ok(()) };
    let (kept, given) = before.split_at(at);
    let filled = format!("{given}{last}");
    let fits = width(filled.trim_end(), size)? <= most;
    if signs(last) == 1 && signs(kept) > 1 && is_wide(given) == is_wide(last) && fits {
        (*before, *last) = (kept.to_owned(), filled);
    }
    Ok(())
}

/// At most `count` lines; the last one ends in "…" ("..." without Chinese) where text was left out, and the flag says so.
///
/// # Errors
/// [`ChartError::MissingGlyph`] for a character that no font draws.
pub(super) fn wrap_at_most(
    text: &str,
    size: f64,
    most: f64,
    count: usize,
) -> Result<(Vec<String>, bool), ChartError> {
    let mut lines = wrap(text, size, most)?;
    if lines.len() <= count {
        return Ok((lines, false));
    }
    let rest = lines.split_off(count);
    if let (Some(last), Some(next)) = (lines.last_mut(), rest.first()) {
        let dots = dots(text);
        let room = most - width(dots, size)?;
        // The next word is cut by characters: a short line would say less than the place allows.
        let space = if last.ends_with(wide) || next.starts_with(wide) { "" } else { " " };
        last.push_str(space);
        last.push_str(next);
        while width(last, size)? > room && last.pop().is_some() {}
        last.truncate(last.trim_end().len());
        last.push_str(dots);
    }
    Ok((lines, true))
}

/// The sign that text was left out: the font's stands in the middle of the line, as Chinese has it; other scripts have
/// three full stops.
pub(super) fn dots(text: &str) -> &'static str {
    if text.chars().any(wide) { "…" } else { "..." }
}

/// At most `count` lines, with as much of the text's beginning and end as fits, one part in `end` of it the end: for
/// names that differ at their ends.
///
/// # Errors
/// [`ChartError::MissingGlyph`] for a character that no font draws.
pub(super) fn wrap_without_middle(
    text: &str,
    (size, most): (f64, f64),
    count: usize,
    end: usize,
) -> Result<Vec<String>, ChartError> {
    let characters: Vec<char> = clean(text).chars().collect();
    let piece = |from: usize, to: usize| characters[from..to].iter().collect::<String>();
    for kept in (2..characters.len()).rev() {
        let last = kept / end;
        let head = piece(0, kept - last);
        let tail = piece(characters.len() - last, characters.len());
        let shortened =
            format!("{}{}{}", head.trim_end(), dots(text), tail.trim_start_matches([' ', '.', ',']));
        let lines = wrap(&shortened, size, most)?;
        if lines.len() <= count {
            return Ok(lines);
        }
    }
    Ok(wrap_at_most(text, size, most, count)?.0)
}

/// Whether a word would have to be broken inside to fit the width.
pub(super) fn breaks_a_word(text: &str, size: f64, most: f64) -> bool {
    pieces(&clean(text)).iter().any(|piece| width(piece.trim_end(), size).is_ok_and(|wide| wide > most))
}

/// The pieces between which a line may end; a space belongs to the piece before it.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut previous: [Option<char>; 2] = [None; 2];
    for (at, character) in text.char_indices() {
        let [earlier, before] = previous;
        // An equation stays on one line.
        let equal = earlier == Some('=') || character == '=';
        if !equal && before.is_some_and(|before| may_break(before, character)) {
            pieces.push(&text[start..at]);
            start = at;
        }
        previous = [before, Some(character)];
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

/// The pieces of a text; a remark in brackets at its end, no wider than half the line, is one of them.
fn pieces_before_remark(text: &str, size: f64, most: f64) -> Result<Vec<&str>, ChartError> {
    let mut pieces = pieces(text);
    let opened = if text.ends_with([')', '）']) { text.rfind(['(', '（']) } else { None };
    let Some(remark) = opened.map(|at| &text[at..]) else { return Ok(pieces) };
    let mut held = 0;
    while held < remark.len() {
        held += pieces.pop().map_or(remark.len(), str::len);
    }
    let before = &text[..text.len() - remark.len()];
    if held == remark.len() && !before.is_empty() && width(remark, size)? <= most / 2.0 {
        pieces.push(remark);
        return Ok(pieces);
    }
    Ok(self::pieces(text))
}

fn may_break(before: char, after: char) -> bool {
    if after == ' ' || NO_START.contains(after) || NO_END.contains(before) {
        return false;
    }
    let inside_a_word = !wide(before) && !wide(after);
    if inside_a_word {
        before == ' ' || (matches!(before, '/' | '–') && after.is_alphabetic())
    } else {
        true
    }
}

/// Characters of scripts written without spaces.
fn wide(character: char) -> bool {
    matches!(u32::from(character),
        0x2E80..=0x9FFF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_remark_in_brackets_at_the_end_stays_on_one_line() {
        let lines = wrap("attainment of objectives (part 2 of 3)", 1.0, 16.0).unwrap();
        assert_eq!(lines, ["attainment of objectives", "(part 2 of 3)"]);
        let lines = wrap("课程目标的学生达成度分布（第二部分）", 1.0, 14.0).unwrap();
        assert_eq!(lines, ["课程目标的学生达成度分布", "（第二部分）"]);
        // A long one is text like any other.
        assert_eq!(wrap("目标（第二部分共三部分）", 1.0, 8.0).unwrap()[0], "目标（第二部分共");
    }

    #[test]
    fn a_chinese_character_is_as_wide_as_the_type_is_large() {
        assert!((width("课程目标", 8.0).unwrap() - 32.0).abs() < 1e-9);
    }

    #[test]
    fn no_line_is_wider_than_asked_and_nothing_is_lost() {
        let texts = [
            "能够运用数学、自然科学和工程科学的基本原理，识别、表达并通过文献研究分析复杂工程问题，以获得有效结论（含“边界”条件）。",
            "Apply mathematics, natural science and engineering fundamentals to the solution of complex problems",
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
            "课程Objective混排mixed文字text",
        ];
        for text in texts {
            for most in [20.0, 33.0, 80.0, 200.0] {
                let lines = wrap(text, 7.5, most).unwrap();
                assert!(lines.iter().all(|line| width(line, 7.5).unwrap() <= most + 1e-9), "{lines:?}");
                assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
            }
        }
    }

    #[test]
    fn no_line_begins_with_closing_or_ends_with_opening_punctuation() {
        let text = "甲（乙），丙《丁》。戊“己”、庚";
        for most in 4..12 {
            for line in wrap(text, 1.0, f64::from(most)).unwrap() {
                assert!(!line.starts_with(|c| NO_START.contains(c)), "{line}");
                assert!(!line.ends_with(|c| NO_END.contains(c)), "{line}");
            }
        }
    }

    #[test]
    fn no_single_character_stands_alone_on_the_last_line() {
        let lines = |text, most| wrap(text, 1.0, most).unwrap();
        assert_eq!(lines("设计解决方案", 5.0), ["设计解决", "方案"]);
        assert_eq!(lines("共两部分（第一部分）", 9.0), ["共两部分（第一", "部分）"]);
        let (text, last) = ("survey values, part 1 of 2", "2");
        let without = width(text, 1.0).unwrap() - width(last, 1.0).unwrap();
        assert_eq!(lines(text, without), ["survey values, part 1", "of 2"]);
        // A number stays apart from the name that it would tear, and two characters are not parted.
        assert_eq!(lines("课程目标 1", 4.5), ["课程目标", "1"]);
        assert_eq!(lines("方案案", 2.0), ["方案", "案"]);
    }

    #[test]
    fn an_equation_is_not_parted() {
        let lines = wrap("参评学生 n = 80; 2025 n = 186", 1.0, 8.0).unwrap();
        assert!(lines.iter().all(|line| !line.ends_with(['n', '=']) && !line.starts_with('=')), "{lines:?}");
    }

    #[test]
    fn a_shortened_text_says_so_and_still_fits() {
        let (lines, cut) = wrap_at_most(&"长".repeat(60), 7.0, 70.0, 2).unwrap();
        assert!(cut && lines.len() == 2 && lines[1].ends_with('…'));
        assert!(lines.iter().all(|line| width(line, 7.0).unwrap() <= 70.0));
        assert_eq!(wrap_at_most("短", 7.0, 70.0, 2).unwrap(), (vec!["短".to_owned()], false));
        let (lines, _) = wrap_at_most("Secondary School No. 33 for Science", 7.0, 70.0, 1).unwrap();
        assert!(lines[0].ends_with("..."), "{lines:?}");
    }

    #[test]
    fn names_that_differ_at_their_ends_keep_beginning_and_end() {
        for (number, name) in [
            ("33", "Demonstration Secondary School No. 33"),
            ("第3号", "示例省示例市示例区第一实验高级中学第3号"),
        ] {
            let lines = wrap_without_middle(name, (7.0, 60.0), 2, 2).unwrap();
            assert!(
                lines.len() <= 2 && lines.iter().all(|line| width(line, 7.0).unwrap() <= 60.0),
                "{lines:?}"
            );
            let all = lines.concat();
            assert!(all.ends_with(number) && all.starts_with(&name[..3]), "{lines:?}");
        }
    }

    #[test]
    fn a_character_without_a_glyph_is_an_error_that_names_it() {
        match wrap("张三🦀", 7.0, 70.0) {
            Err(ChartError::MissingGlyph { character: '🦀', text }) => assert_eq!(text, "张三🦀"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn control_and_direction_characters_are_removed_and_white_space_is_one_space() {
        assert_eq!(clean(" a\u{0}\u{202E}b\u{FEFF}\t\n c\u{FFFE} "), "ab c");
    }

    #[test]
    fn the_font_draws_names_beyond_gb2312_and_the_signs_of_statistics() {
        for character in "喆堃赟昇頔旻淼珺翀垚①⑳≤≥±×–—“”…→²³αβσχ·−♂".chars()
        {
            assert!(advance(character).is_some(), "{character}");
        }
    }
}
