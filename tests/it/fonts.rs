//! Characters outside the embedded font: drawn from a font of the machine, or named where there is none.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// Private use, in no font but the one of the tests.
const NOWHERE: char = '\u{10FFFD}';

/// The program for a user whose own fonts stand in a folder; exit code, standard output and error.
fn attain(arguments: &[&str], home: &Path) -> (i32, Vec<u8>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attain"));
    command.args(arguments).stdin(Stdio::null()).env("HOME", home).env("LOCALAPPDATA", home);
    let output = command.env("LANG", "en_US.UTF-8").env_remove("LC_ALL").output().unwrap();
    let code = output.status.code().unwrap_or(-1);
    (code, output.stdout, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_name_outside_the_embedded_font_is_drawn_where_a_font_has_it_and_named_where_none_has() {
    let folder = TempDir::new().unwrap();
    let (bare, rich) = (folder.path().join("bare"), folder.path().join("rich"));
    let fonts = [".local/share/fonts", "Library/Fonts", "Microsoft/Windows/Fonts"];
    for own in fonts {
        fs::create_dir_all(rich.join(own)).unwrap();
        fs::write(rich.join(own).join("test.ttf"), include_bytes!("../../src/chart/font/test.ttf")).unwrap();
    }
    fs::create_dir_all(&bare).unwrap();
    let workspace = folder.path().join("w");
    let shown = workspace.to_str().unwrap();
    assert_eq!(attain(&["simulate", "--size", "one_course", "--out", shown], &bare).0, 0);
    let offerings = workspace.join("offerings.csv");
    let text = fs::read_to_string(&offerings).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let name = lines[1].split(',').nth(2).unwrap().to_owned();
    lines[1] = lines[1].replacen(&name, &format!("{name}{NOWHERE}"), 1);
    fs::write(&offerings, lines.join("\n")).unwrap();

    let chart = ["chart", "objective-bars", shown];
    let (code, picture, says) = attain(&chart, &rich);
    let picture = String::from_utf8(picture).unwrap();
    assert_eq!(code, 0, "{says}");
    assert!(picture.contains("<tspan font-family=\"'Attain Test','AttainTest-Regular',sans-serif\">"));
    let again = attain(&chart, &rich).1;
    assert!(picture.as_bytes() == again, "the same fonts give the same bytes");

    let (code, picture, says) = attain(&chart, &bare);
    assert!(code == 4 && picture.is_empty(), "{code}: {says}");
    assert!(says.contains("U+10FFFD") && says.contains(&name), "{says}");

    let out = folder.path().join("out");
    let run =
        ["run", shown, "--formats", "csv", "--no-reports", "--no-explorer", "--out", out.to_str().unwrap()];
    let (code, _, says) = attain(&run, &bare);
    assert_eq!(code, 0, "one picture stops no run: {says}");
    assert!(says.contains("U+10FFFD") && says.contains("charts/objective-bars"), "{says}");
}
