//! What a killed run may have left, and what must never be removed.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use super::atomic::Place;
use super::manifest::{MANIFEST_FILE, Manifest, PROGRAM};
use super::results_error::ResultsError;

/// The file that marks a folder as being written or being removed by us.
pub(super) const MARKER: &str = ".attain-staging";

/// The end of a staging folder's name.
pub(super) const STAGING_SUFFIX: &str = ".tmp";

/// Files that a desktop leaves in any folder it shows; nobody misses them.
const DROPPINGS: &[&str] = &[".DS_Store", "Thumbs.db", "desktop.ini"];

/// Undoes or finishes an interrupted replacement of a folder and removes the staging folders of killed runs. What
/// cannot be removed today stays for the next run: it costs room, not correctness.
///
/// # Errors
/// [`ResultsError::Io`] where the old output cannot be moved back, or the folder above cannot be listed.
pub(super) fn recover(place: &Place) -> Result<(), ResultsError> {
    let aside = place.aside();
    if is_ours(&aside) {
        if place.target.try_exists().map_err(|error| ResultsError::io(&place.target, error))? {
            let _ = remove_marked(&aside);
        } else {
            fs::rename(&aside, &place.target).map_err(|error| ResultsError::io(&aside, error))?;
        }
    }
    let failed = |error| ResultsError::io(&place.parent, error);
    let prefix = place.staging_prefix();
    for entry in fs::read_dir(&place.parent).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let named_so =
            name.to_str().is_some_and(|name| name.starts_with(&prefix) && name.ends_with(STAGING_SUFFIX));
        if named_so && is_ours(&entry.path()) && !is_in_use(&entry.path()) {
            let _ = remove_marked(&entry.path());
        }
    }
    Ok(())
}

/// Whether a folder (not a link to one) is empty, carries our marker, or holds an output of ours.
fn is_ours(folder: &Path) -> bool {
    if !fs::symlink_metadata(folder).is_ok_and(|kind| kind.is_dir()) {
        return false;
    }
    folder.join(MARKER).is_file() || is_empty(folder) || manifest_of(folder).is_some()
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// Whether the process that writes a staging folder still lives.
fn is_in_use(staging: &Path) -> bool {
    File::open(staging.join(MARKER))
        .is_ok_and(|marker| matches!(marker.try_lock(), Err(TryLockError::WouldBlock)))
}

/// The manifest of an output of ours.
fn manifest_of(folder: &Path) -> Option<Manifest> {
    let text = fs::read(folder.join(MANIFEST_FILE)).ok()?;
    serde_json::from_slice::<Manifest>(&text).ok().filter(|manifest| manifest.program == PROGRAM)
}

/// Checks that `target` is missing, an empty folder, or an output of ours without files of other people.
///
/// # Errors
/// [`ResultsError::NotAFolder`], [`ForeignFolder`](ResultsError::ForeignFolder) or
/// [`ForeignFile`](ResultsError::ForeignFile); [`Io`](ResultsError::Io) where it cannot be looked at.
pub(super) fn check_replaceable(target: &Path) -> Result<(), ResultsError> {
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(ResultsError::io(target, error)),
        Ok(kind) if !kind.is_dir() => return Err(ResultsError::NotAFolder { path: target.to_owned() }),
        Ok(_) => (),
    }
    let mut entries = fs::read_dir(target).map_err(|error| ResultsError::io(target, error))?;
    if entries.next().is_none() {
        return Ok(());
    }
    let Some(manifest) = manifest_of(target) else {
        return Err(ResultsError::ForeignFolder { path: target.to_owned() });
    };
    let mut known: BTreeSet<&str> = manifest.all_files().map(|file| file.path.as_str()).collect();
    known.extend([MANIFEST_FILE, MARKER]);
    check_files(target, "", &known)
}

/// Checks that every file under `folder` is one of `known`, whose paths begin with `lead`.
fn check_files(folder: &Path, lead: &str, known: &BTreeSet<&str>) -> Result<(), ResultsError> {
    for entry in fs::read_dir(folder).map_err(|error| ResultsError::io(folder, error))? {
        let entry = entry.map_err(|error| ResultsError::io(folder, error))?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let relative = format!("{lead}{name}");
        let kind = entry.file_type().map_err(|error| ResultsError::io(&path, error))?;
        if kind.is_dir() {
            check_files(&path, &format!("{relative}/"), known)?;
        } else if !known.contains(relative.as_str()) && !DROPPINGS.contains(&name.as_str()) {
            return Err(ResultsError::ForeignFile { path });
        }
    }
    Ok(())
}

/// Removes a folder in an order that survives being killed: it is marked first and the mark goes last, so that
/// whatever is left is known as ours. Links are removed, not followed.
///
/// # Errors
/// [`ResultsError::Io`] where something cannot be removed.
pub(super) fn remove_marked(folder: &Path) -> Result<(), ResultsError> {
    let failed = |error| ResultsError::io(folder, error);
    let marker = folder.join(MARKER);
    match File::create_new(&marker) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
        _ => (),
    }
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name() == MARKER {
            continue;
        }
        let is_folder = entry.file_type().map_err(failed)?.is_dir();
        if is_folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) }
            .map_err(failed)?;
    }
    fs::remove_file(&marker).and_then(|()| fs::remove_dir(folder)).map_err(failed)
}
