//! What another program says is wrong, in the reader's language.
//!
//! The TOML reader says what it met and then what it expected: ``unclosed table, expected `]` ``. Its phrases are few; each
//! stands in the catalogue under a key made of its words. A text with a phrase that is not there stays as it is.

use super::{Lang, has, text};

/// The cause in a language, or as it was given where its phrases are not known.
pub fn cause(lang: Lang, given: &str) -> String {
    said(lang, given).unwrap_or_else(|| given.to_owned())
}

fn said(lang: Lang, given: &str) -> Option<String> {
    let (what, expected) = match given.split_once(", expected ") {
        Some((what, expected)) => (what, Some(expected)),
        None => (given, None),
    };
    let what = phrase(lang, what)?;
    // What is too much says so itself.
    let Some(expected) = expected.filter(|expected| *expected != "nothing") else { return Some(what) };
    let expected: Vec<String> =
        expected.split(", ").map(|one| sign_or_phrase(lang, one)).collect::<Option<_>>()?;
    let expected = expected.join(&text(lang, "cause.or", &[]));
    Some(text(lang, "cause.with_expected", &[("what", &what), ("expected", &expected)]))
}

/// A sign stands between backticks, or is one between quotes, and is the same in every language.
fn sign_or_phrase(lang: Lang, given: &str) -> Option<String> {
    let sign = |quote: char| given.len() > 2 && given.starts_with(quote) && given.ends_with(quote);
    if sign('`') || sign('\'') { Some(given.to_owned()) } else { phrase(lang, given) }
}

fn phrase(lang: Lang, given: &str) -> Option<String> {
    let words = given.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let key = format!("cause.phrase.{}", words.collect::<Vec<_>>().join("_"));
    has(&key).then(|| text(lang, &key, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mistakes of every kind, and what each must be said with.
    const MISTAKES: [(&str, &str); 60] = [
        ("[a", "`]`"),
        ("[[a", "`]]`"),
        ("[[a]", "`]`"),
        ("[]", "键"),
        ("[a]x", "`#`"),
        ("a", "`=`"),
        ("a = ", "缺少值"),
        ("= 1", "键"),
        ("a. = 1", "键"),
        ("a == 1", "`=`"),
        ("a = 1 b", "值有误"),
        ("a = \"1\" 2", "一行"),
        ("a = [\"1\" \"2\"]", "逗号"),
        ("a = [1,,2]", "逗号"),
        ("a = [,]", "逗号"),
        ("a = [1 = 2]", "`=`"),
        ("a = [1", "`]`"),
        ("a = {b = 1", "`}`"),
        ("a = {,}", "逗号"),
        ("a = {b = \"1\" c = 2}", "逗号"),
        ("a = {b 1}", "`=`"),
        ("a = {b == 1}", "`=`"),
        ("a = {= 1}", "键"),
        ("a = {b}", "字符串"),
        ("a = {b = }", "字符串"),
        ("a = }", "`{`"),
        ("a = ]", "`[`"),
        ("a = x", "引号"),
        ("a = x y", "引号"),
        ("a = x'", "`'`"),
        ("a = x\"", "`\"`"),
        ("a = x'''", "`'''`"),
        ("a = 'x", "`'`"),
        ("a = \"x", "`\"`"),
        ("a = \"\"\"x", "字符串"),
        ("a = '''x", "字符串"),
        ("a = \"\\q\"", "转义"),
        ("a = \"\\u12\"", "Unicode"),
        ("a = \"\\ud800\"", "Unicode"),
        ("a = \"\u{1}\"", "字符串"),
        ("a = '\u{1}'", "字符串"),
        ("'''a''' = 1", "键"),
        ("\"\"\"a\"\"\" = 1", "键"),
        ("成绩 = 1", "字母"),
        ("a = 01", "零"),
        ("a = 1_", "`_`"),
        ("a = 1.", "数字"),
        ("a = 1e", "数字"),
        ("a = ++1", "号"),
        ("a = 0x", "整数"),
        ("a = 0xg", "十六进制"),
        ("a = 0X1", "小写"),
        ("a = +0x1", "号"),
        ("a = True", "`true`"),
        ("a = 2026-13-01", "月"),
        ("a = 2026-01-01T25:00:00", "时"),
        ("a = 1\na = 2", "重复"),
        ("a = 1\na.b = 2", "点"),
        ("a = 1 # \u{1}", "注释"),
        ("a = 1\r", "换行"),
    ];

    fn zh(mistake: &str) -> (String, String) {
        let error = toml::from_str::<toml::Table>(mistake).unwrap_err();
        (error.message().to_owned(), cause(Lang::Zh, error.message()))
    }

    #[test]
    fn every_mistake_is_told_without_a_word_of_english() {
        for (mistake, told) in MISTAKES {
            let (given, said) = zh(mistake);
            // Signs between backticks, and the pattern of a date, are the same in every language.
            let words: String = said.split('`').step_by(2).collect();
            let words = words.replace("Unicode", "");
            let english = words.split(|c: char| !c.is_ascii_lowercase()).find(|word| word.len() > 1);
            assert_eq!(english, None, "{mistake:?}: {given} → {said}");
            assert!(said.contains(told), "{mistake:?}: {given} → {said}");
        }
    }

    #[test]
    fn in_english_the_words_are_those_of_the_reader() {
        assert_eq!(cause(Lang::En, "unclosed table, expected `]`"), "unclosed table, expected `]`");
    }

    #[test]
    fn what_is_not_known_stays_as_it_is() {
        assert_eq!(cause(Lang::Zh, "out of cheese, expected key"), "out of cheese, expected key");
        assert_eq!(cause(Lang::Zh, "—"), "—");
    }
}
