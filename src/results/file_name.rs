//! File names made from data: a course code or a name becomes a file name only through here.

use sha2::{Digest, Sha256};

use super::hash::hex;

/// Longest name in bytes: room for an extension and a suffix within the 255 bytes of the usual file systems.
const LONGEST: usize = 120;

/// Device names of one widespread system, refused there with any extension.
const RESERVED: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A file name that holds as much of `text` as is safe on every system.
///
/// Letters and digits of any script, `-`, `_` and inner dots stay; everything else becomes `_`. Where the name
/// had to be changed, eight hexadecimal digits of the SHA-256 of the text follow, so that two texts never share
/// a name because they were made safe. The result is never empty, never begins with a dot, holds no separator
/// and no control character, and is no device name.
pub fn safe_file_name(text: &str) -> String {
    let mut name: String = text.chars().map(|c| if is_safe(c) { c } else { '_' }).collect();
    if name.len() > LONGEST {
        name.truncate(name.floor_char_boundary(LONGEST));
    }
    let trimmed = name.trim_matches('.');
    let stem = trimmed.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_device = RESERVED.contains(&stem.as_str()) || is_numbered_port(&stem);
    if trimmed == text && !is_device && !trimmed.is_empty() {
        return name;
    }
    let hash = hex(&Sha256::digest(text.as_bytes()));
    let lead = if trimmed.is_empty() || is_device { "_" } else { "" };
    format!("{lead}{trimmed}-{}", &hash[..8])
}

fn is_safe(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// `com1` … `lpt9`, also with superscript digits.
fn is_numbered_port(stem: &str) -> bool {
    ["com", "lpt"].iter().any(|port| {
        stem.strip_prefix(port)
            .is_some_and(|rest| rest.chars().count() == 1 && rest.chars().all(char::is_numeric))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::{Component, Path};

    const HOSTILE: &[&str] = &[
        "",
        ".",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "..\\..\\x",
        "C:\\x",
        "C:x",
        "a/b",
        "a\\b",
        "a\0b",
        "a\nb",
        "CON",
        "con.svg",
        "nul",
        "COM1.txt",
        "lpt¹",
        ".hidden",
        "trailing.",
        "trailing ",
        "...",
        "a:b",
        "a*?\"<>|b",
        "\u{202e}gpj.exe",
        "~",
        "~/x",
        "$(rm -rf x)",
        "`x`",
        "%00",
        "file:///x",
        "𝒳",
        "e\u{301}",
    ];

    #[test]
    fn a_hostile_name_stays_one_plain_component() {
        for text in HOSTILE {
            let name = safe_file_name(text);
            let parts: Vec<Component<'_>> = Path::new(&name).components().collect();
            assert!(matches!(parts.as_slice(), [Component::Normal(_)]), "{text:?} → {name:?}");
            assert!(
                !name.starts_with('.') && !name.ends_with('.') && name.len() <= 140,
                "{text:?} → {name:?}"
            );
            assert!(name.chars().all(is_safe), "{text:?} → {name:?}");
        }
    }

    #[test]
    fn different_texts_get_different_names() {
        let long: Vec<String> = (0..9).map(|i| format!("{}{i}", "长".repeat(300))).collect();
        let all =
            HOSTILE.iter().copied().chain(long.iter().map(String::as_str)).chain(["a_b", "_", "passwd"]);
        let names: Vec<String> = all.map(safe_file_name).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }

    #[test]
    fn an_ordinary_name_is_kept() {
        for text in ["course_objective", "软件工程-2024", "CS101.1", "20210001"] {
            assert_eq!(safe_file_name(text), text);
        }
    }
}
