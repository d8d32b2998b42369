//! An output folder is replaced whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::super::atomic::Step;
use super::*;

const PLACE: &str = "ATTAIN_TEST_REPLACEMENT";
const STOP_AT: &str = "ATTAIN_TEST_STOP_AT";

/// Writes a folder of one generation: every file says which.
fn generation(place: &Path, number: usize) -> Result<(OutputFolder, Manifest), ResultsError> {
    let folder = OutputFolder::begin(place)?;
    let mut manifest = manifest();
    for name in ["a.csv", "charts/b.svg", "c.json"] {
        let mut writer = folder.create(name)?;
        writer.write_all(number.to_string().as_bytes()).map_err(|error| ResultsError::io(place, error))?;
        manifest.files.push(writer.finish()?);
    }
    manifest.seed = Some(number as u64);
    Ok((folder, manifest))
}

fn write_generation(place: &Path, number: usize) -> Result<(), ResultsError> {
    let (folder, manifest) = generation(place, number)?;
    folder.commit(&manifest)
}

/// The generation that stands in a folder, which must be whole.
fn generation_of(place: &Path) -> usize {
    let texts: BTreeMap<&str, String> = ["a.csv", "charts/b.svg", "c.json"]
        .into_iter()
        .map(|name| (name, fs::read_to_string(place.join(name)).unwrap()))
        .collect();
    let numbers: Vec<usize> = texts.values().map(|text| text.parse().unwrap()).collect();
    assert!(numbers.iter().all(|&number| number == numbers[0]), "a mixture: {texts:?}");
    let manifest: Manifest = serde_json::from_slice(&fs::read(place.join(MANIFEST_FILE)).unwrap()).unwrap();
    assert_eq!(manifest.seed, Some(numbers[0] as u64));
    numbers[0]
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Runs this test binary again, with only `a_child_process_writes_generations`.
fn child(place: &Path, stop_at: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "results::tests::replacement::a_child_process_writes_generations"])
        .env(PLACE, place)
        .env(STOP_AT, stop_at)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Not a law of its own: the process that the other tests kill. It does nothing when run as a test.
#[test]
fn a_child_process_writes_generations() {
    let (Ok(place), Ok(stop_at)) = (std::env::var(PLACE), std::env::var(STOP_AT)) else { return };
    let place = PathBuf::from(place);
    let unsupported: fn(&Path, &Path) -> io::Result<()> = |_, _| Err(io::ErrorKind::Unsupported.into());
    for number in 1.. {
        let (folder, manifest) = generation(&place, number).unwrap();
        let done = match stop_at.strip_prefix("two-step ") {
            None if stop_at == "never" => folder.commit(&manifest),
            None => folder.commit_watched(&manifest, super::super::atomic::exchange, &mut |step| {
                if format!("{step:?}") == stop_at {
                    std::process::abort();
                }
            }),
            Some(stop_at) => folder.commit_watched(&manifest, unsupported, &mut |step| {
                if format!("{step:?}") == stop_at {
                    std::process::abort();
                }
            }),
        };
        done.unwrap();
    }
}

#[test]
fn a_process_stopped_at_any_step_leaves_the_old_or_the_new_and_the_next_run_cleans_up() {
    let steps = [Step::Written, Step::Synced, Step::Swapped, Step::Unmarked];
    let stops = steps.iter().map(|step| (format!("{step:?}"), *step));
    let two_step = steps.iter().chain(&[Step::MovedAside]).map(|step| (format!("two-step {step:?}"), *step));
    for (stop, step) in stops.chain(two_step) {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("out");
        write_generation(&place, 0).unwrap();
        assert!(!child(&place, &stop).status().unwrap().success(), "{stop}: it was not stopped");
        if step == Step::MovedAside {
            // The one moment when nothing stands at the target: the next run puts the old output back.
            assert!(!place.exists());
            drop(OutputFolder::begin(&place).unwrap());
        }
        let expected = usize::from(matches!(step, Step::Swapped | Step::Unmarked));
        assert_eq!(generation_of(&place), expected, "{stop}");
        write_generation(&place, 9).unwrap();
        assert_eq!(generation_of(&place), 9, "{stop}");
        assert_eq!(names_in(folder.path()), ["out"], "{stop}");
        assert_eq!(names_in(&place), ["a.csv", "c.json", "charts", MANIFEST_FILE], "{stop}");
    }
}

#[test]
fn a_process_killed_at_any_moment_leaves_a_whole_output() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("out");
    write_generation(&place, 0).unwrap();
    let mut last = 0;
    for round in 0..12 {
        let mut process = child(&place, "never").spawn().unwrap();
        std::thread::sleep(Duration::from_millis(60 + 37 * round % 101));
        process.kill().unwrap();
        process.wait().unwrap();
        last = generation_of(&place);
    }
    assert!(last > 0, "no process was killed at work");
    write_generation(&place, 5).unwrap();
    assert_eq!(generation_of(&place), 5);
    assert_eq!(names_in(folder.path()), ["out"]);
}

#[test]
fn a_folder_that_is_not_ours_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("thesis");
    fs::create_dir(&place).unwrap();
    fs::write(place.join("thesis.docx"), "years of work").unwrap();
    assert!(matches!(write_generation(&place, 1), Err(ResultsError::ForeignFolder { .. })));
    fs::write(place.join(MANIFEST_FILE), "{\"program\": \"another\"}").unwrap();
    assert!(matches!(write_generation(&place, 1), Err(ResultsError::ForeignFolder { .. })));
    assert_eq!(names_in(&place), [MANIFEST_FILE, "thesis.docx"]);
    assert_eq!(names_in(folder.path()), ["thesis"]);
}

#[test]
fn a_file_that_somebody_put_into_our_output_is_never_destroyed() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("out");
    write_generation(&place, 0).unwrap();
    for name in ["notes.docx", "charts/mine.svg"] {
        fs::write(place.join(name), "mine").unwrap();
        assert!(matches!(write_generation(&place, 1), Err(ResultsError::ForeignFile { .. })), "{name}");
        assert_eq!(generation_of(&place), 0);
        fs::remove_file(place.join(name)).unwrap();
    }
    fs::write(place.join(".DS_Store"), "x").unwrap();
    write_generation(&place, 2).unwrap();
    assert_eq!(generation_of(&place), 2);
}

#[test]
fn a_file_that_comes_while_the_run_is_under_way_is_not_destroyed() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("out");
    write_generation(&place, 0).unwrap();
    let (output, manifest) = generation(&place, 1).unwrap();
    fs::write(place.join("notes.docx"), "mine").unwrap();
    assert!(matches!(output.commit(&manifest), Err(ResultsError::ForeignFile { .. })));
    assert_eq!(generation_of(&place), 0);
    assert_eq!(names_in(folder.path()), ["out"]);
}

#[test]
fn only_folders_that_carry_our_mark_are_cleaned_away() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("out");
    for name in [".out.attain-mine.tmp", ".out.attain-old"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("notes.txt"), "mine").unwrap();
    }
    write_generation(&place, 1).unwrap();
    assert_eq!(names_in(folder.path()), [".out.attain-mine.tmp", ".out.attain-old", "out"]);
}

#[test]
fn a_run_under_way_is_not_cleaned_away_by_another() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("out");
    let (first, first_manifest) = generation(&place, 1).unwrap();
    write_generation(&place, 2).unwrap();
    first.commit(&first_manifest).unwrap();
    assert_eq!(generation_of(&place), 1);
    assert_eq!(names_in(folder.path()), ["out"]);
}

#[test]
fn a_name_that_leaves_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = OutputFolder::begin(&folder.path().join("out")).unwrap();
    for name in [
        "../x",
        "/tmp/x",
        "a/../../x",
        "",
        ".",
        "a//b",
        "a/",
        ".attain-staging",
        "manifest.json",
        "a\\b",
        "nul",
    ] {
        assert!(matches!(output.create(name), Err(ResultsError::BadName { .. })), "{name}");
    }
    drop(output);
    assert!(names_in(folder.path()).is_empty());
}

#[test]
fn an_ordinary_file_at_the_target_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("out");
    fs::write(&place, "mine").unwrap();
    assert!(matches!(write_generation(&place, 1), Err(ResultsError::NotAFolder { .. })));
    assert!(matches!(write_generation(&place.join("deeper"), 1), Err(ResultsError::Io { .. })));
    assert_eq!(fs::read_to_string(&place).unwrap(), "mine");
    assert!(matches!(write_generation(Path::new(".."), 1), Err(ResultsError::NotAFolder { .. })));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let treasure = folder.path().join("treasure");
    fs::create_dir(&treasure).unwrap();
    fs::write(treasure.join("gold"), "gold").unwrap();
    symlink(&treasure, folder.path().join("link")).unwrap();
    assert!(matches!(write_generation(&folder.path().join("link"), 1), Err(ResultsError::NotAFolder { .. })));
    // A link inside an old output, even one that has taken the place of a file of ours: removed, not followed.
    let place = folder.path().join("out");
    write_generation(&place, 0).unwrap();
    fs::remove_file(place.join("a.csv")).unwrap();
    symlink(treasure.join("gold"), place.join("a.csv")).unwrap();
    write_generation(&place, 1).unwrap();
    symlink(&treasure, folder.path().join(".out.attain-x.tmp")).unwrap();
    write_generation(&place, 2).unwrap();
    let single = folder.path().join("single");
    symlink(treasure.join("gold"), &single).unwrap();
    write_file(&single, b"new").unwrap();
    assert_eq!(fs::read_to_string(treasure.join("gold")).unwrap(), "gold");
    assert_eq!(fs::read_to_string(&single).unwrap(), "new");
}

#[cfg(unix)]
#[test]
#[expect(clippy::print_stderr, reason = "a test that cannot run here says so")]
fn a_folder_without_permission_is_an_error_that_names_it_and_the_old_output_stays() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("out");
    write_generation(&place, 0).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let may_write_anyway = fs::write(folder.path().join("probe"), "").is_ok();
    let written = write_generation(&place, 1);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    if may_write_anyway {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    let error = written.unwrap_err();
    assert!(error.message(Lang::Zh).contains("没有写入权限"), "{error}");
    assert_eq!(generation_of(&place), 0);
}

#[cfg(unix)]
#[test]
fn an_output_has_the_permissions_of_any_other_folder_and_file_of_the_user() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    write_generation(&folder.path().join("out"), 1).unwrap();
    write_file(&folder.path().join("single"), b"x").unwrap();
    fs::create_dir(folder.path().join("usual")).unwrap();
    fs::write(folder.path().join("usual.txt"), "x").unwrap();
    assert_eq!(mode("out"), mode("usual"));
    assert_eq!((mode("out/a.csv"), mode("single")), (mode("usual.txt"), mode("usual.txt")));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_that_says_so() {
    let file = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut writer = OutputWriter::onto(file, "sample.parquet");
    let error = match write_parquet(&sample(), &mut writer) {
        Err(error) => writer.error(&error),
        Ok(()) => writer.finish().unwrap_err(),
    };
    assert!(error.message(Lang::Zh).contains("磁盘已满"), "{error}");
    assert!(error.message(Lang::En).contains("sample.parquet"), "{error}");
}

#[test]
fn an_output_with_extra_files_lists_them_in_its_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("a/b/out");
    for _ in 0..2 {
        let mut staged = stage(&results(), &target(&place), manifest()).unwrap();
        staged.add("charts/heat_map.svg", b"<svg/>").unwrap();
        let written = staged.finish().unwrap();
        let read: Manifest = serde_json::from_slice(&fs::read(place.join(MANIFEST_FILE)).unwrap()).unwrap();
        assert_eq!(read, written.manifest);
        let paths: Vec<&str> = read.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["charts/heat_map.svg", JSON_FILE, WORKBOOK_FILE]);
    }
    assert_eq!(names_in(&folder.path().join("a/b")), ["out"]);
}
