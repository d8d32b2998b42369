//! The font files of the machine, for characters that the embedded font lacks.

use std::fs;
use std::path::{Path, PathBuf};

use crate::chart::FontFiles;

/// Deepest folder below one that holds fonts.
const DEEPEST: usize = 6;
/// Largest font file that is read: the largest collections of Chinese, Japanese and Korean faces have some 120 MB.
const MOST_BYTES: u64 = 256_000_000;

/// The font files, those of the system first and those of one folder by name.
pub(super) const FILES: FontFiles = FontFiles { list, read: |path| fs::read(path).ok() };

fn list() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in folders() {
        below(&folder, DEEPEST, &mut files);
    }
    files
}

/// Where systems keep their fonts, and where people put their own.
fn folders() -> Vec<PathBuf> {
    let of = |name: &str| std::env::var_os(name).map(PathBuf::from);
    if cfg!(windows) {
        let system = of("SYSTEMROOT").unwrap_or_else(|| PathBuf::from("C:\\Windows")).join("Fonts");
        let own = of("LOCALAPPDATA").map(|home| home.join("Microsoft\\Windows\\Fonts"));
        return std::iter::once(system).chain(own).collect();
    }
    let (system, own): (&[&str], &[&str]) = if cfg!(target_os = "macos") {
        (&["/System/Library/Fonts", "/Library/Fonts"], &["Library/Fonts"])
    } else {
        (&["/usr/share/fonts", "/usr/local/share/fonts"], &[".local/share/fonts", ".fonts"])
    };
    let home = of("HOME");
    let own = own.iter().filter_map(|folder| home.as_ref().map(|home| home.join(folder)));
    system.iter().map(PathBuf::from).chain(own).collect()
}

/// Adds the font files of a folder; what cannot be read is passed over.
fn below(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let small = || fs::metadata(&path).is_ok_and(|file| file.is_file() && file.len() <= MOST_BYTES);
        if path.is_dir() {
            if depth > 0 {
                below(&path, depth - 1, files);
            }
        } else if is_font(&path) && small() {
            files.push(path);
        }
    }
}

fn is_font(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["ttf", "otf", "ttc", "otc"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}
