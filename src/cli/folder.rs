//! A new workspace on disk: whole or not at all, and never over somebody's files.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::ingest::GeneratedFile;

/// Writes the files of a workspace into a folder that is missing or empty.
///
/// They are written into a folder beside it, which then takes its name.
pub(super) fn write_workspace(dir: &Path, files: &[GeneratedFile]) -> Result<(), Error> {
    refuse_occupied(dir)?;
    let parent = parent_of(dir);
    fs::create_dir_all(&parent).map_err(|error| Error::write(&parent, error))?;
    let staging = tempfile::Builder::new()
        .prefix(".attain-")
        .tempdir_in(&parent)
        .map_err(|error| Error::write(&parent, error))?;
    for file in files {
        write_file(&staging.path().join(&file.path), &file.bytes)?;
    }
    open_to_others(staging.path())?;
    if dir.exists() {
        // Only an empty folder is removed: anything put into it since the check stops here.
        fs::remove_dir(dir).map_err(|error| Error::write(dir, error))?;
    }
    fs::rename(staging.path(), dir).map_err(|error| Error::write(dir, error))
}

fn refuse_occupied(dir: &Path) -> Result<(), Error> {
    let shown = dir.display().to_string();
    match fs::read_dir(dir) {
        Ok(mut entries) => match entries.next() {
            Some(_) => Err(Error::usage("error.folder_not_empty", &[("path", &shown)])),
            None => Ok(()),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
            Err(Error::usage("error.not_a_folder", &[("path", &shown)]))
        }
        Err(error) => Err(Error::read(dir, error)),
    }
}

fn parent_of(dir: &Path) -> PathBuf {
    match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let written = path
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::File::create_new(path))
        .and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| Error::write(path, error))
}

/// A temporary folder is private; a workspace has the usual rights.
fn open_to_others(path: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let usual = fs::Permissions::from_mode(0o755);
        fs::set_permissions(path, usual).map_err(|error| Error::write(path, error))?;
    }
    let _ = path;
    Ok(())
}
