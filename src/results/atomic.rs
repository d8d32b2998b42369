//! An output folder is replaced as a whole, or not at all.
//!
//! Everything is written into a staging folder beside the target, `.NAME.attain-XXXXXX.tmp`, brought to disk, and
//! then exchanged with the target in one step (Linux), or by two renames that the next run finishes or undoes
//! (elsewhere, and on file systems that cannot exchange). A killed run leaves the old or the new output, whole.
//!
//! A staging folder holds a marker file that the running process keeps locked. The next run removes staging
//! folders that carry our marker and that nobody locks; it touches no other folder. A folder that exists and is
//! not ours is never replaced, nor one of ours into which somebody has put a file of their own.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Component, Path, PathBuf};

use super::file_name::safe_file_name;
use super::hash::{Fingerprint, HashingWriter};
use super::leftover::{self, MARKER};
use super::manifest::{MANIFEST_FILE, Manifest, OutputFile};
use super::results_error::ResultsError;

/// How far a replacement has come; named so that a test can stop the process at each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The manifest is written, nothing is forced to disk yet.
    Written,
    /// All is on disk in the staging folder.
    Synced,
    /// The old output has been moved aside and nothing stands at the target (two-step replacement only).
    MovedAside,
    /// The new output stands at the target.
    Swapped,
    /// The old output is being removed.
    Unmarked,
}

/// An output folder that is being written.
#[derive(Debug)]
pub struct OutputFolder {
    place: Place,
    staging: PathBuf,
    /// Locked while this process lives.
    marker: Option<File>,
    committed: bool,
}

/// Where an output folder goes.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The folder itself.
    pub(super) target: PathBuf,
    /// The folder that holds it.
    pub(super) parent: PathBuf,
    /// Its name, as it stands in the names of the staging folders.
    pub(super) name: String,
}

impl Place {
    fn of(target: &Path) -> Result<Self, ResultsError> {
        let not_a_folder = || ResultsError::NotAFolder { path: target.to_owned() };
        let name = target.file_name().ok_or_else(not_a_folder)?;
        let name = name.to_str().map_or_else(|| safe_file_name(&name.to_string_lossy()), str::to_owned);
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        Ok(Self { target: target.to_owned(), parent, name })
    }

    /// Where the old output stands during a two-step replacement.
    pub(super) fn aside(&self) -> PathBuf {
        self.parent.join(format!(".{}.attain-old", self.name))
    }

    pub(super) fn staging_prefix(&self) -> String {
        format!(".{}.attain-", self.name)
    }
}

impl OutputFolder {
    /// Finishes or undoes what a killed run left, checks that `target` may be replaced, and opens a staging
    /// folder beside it. Folders above `target` are made where they are missing.
    ///
    /// # Errors
    /// [`ResultsError::NotAFolder`], [`ForeignFolder`](ResultsError::ForeignFolder) and
    /// [`ForeignFile`](ResultsError::ForeignFile) where `target` must not be replaced;
    /// [`Io`](ResultsError::Io) where the file system refuses.
    pub fn begin(target: &Path) -> Result<Self, ResultsError> {
        let place = Place::of(target)?;
        fs::create_dir_all(&place.parent).map_err(|error| ResultsError::io(&place.parent, error))?;
        leftover::recover(&place)?;
        leftover::check_replaceable(target)?;
        let staging = temporary(0o777)
            .prefix(&place.staging_prefix())
            .suffix(leftover::STAGING_SUFFIX)
            .disable_cleanup(true)
            .tempdir_in(&place.parent)
            .map_err(|error| ResultsError::io(&place.parent, error))?
            .keep();
        let mut folder = Self { place, staging, marker: None, committed: false };
        let path = folder.staging.join(MARKER);
        let marker = File::create_new(&path).map_err(|error| ResultsError::io(&path, error))?;
        // A file system without locks loses only the protection against two runs at once.
        let _ = marker.try_lock();
        folder.marker = Some(marker);
        Ok(folder)
    }

    /// Opens a file of the output for writing. `relative` has the form `name` or `folder/name`, each part a name
    /// that [`safe_file_name`] leaves alone.
    ///
    /// # Errors
    /// [`ResultsError::BadName`] for any other name; [`Io`](ResultsError::Io) where the file exists already or
    /// cannot be made.
    pub fn create(&self, relative: &str) -> Result<OutputWriter, ResultsError> {
        let bad = || ResultsError::BadName { name: relative.to_owned() };
        if !relative.split('/').all(|part| part != MANIFEST_FILE && safe_file_name(part) == part) {
            return Err(bad());
        }
        if !Path::new(relative).components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(bad());
        }
        self.open(relative)
    }

    fn open(&self, relative: &str) -> Result<OutputWriter, ResultsError> {
        let path = self.staging.join(relative);
        let shown = self.place.target.join(relative);
        let opened = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| File::create_new(&path));
        let file = opened.map_err(|error| ResultsError::io(&shown, error))?;
        let inner = HashingWriter::new(BufWriter::with_capacity(1 << 16, file));
        Ok(OutputWriter { relative: relative.to_owned(), shown, inner, refused: None })
    }

    /// The folder that will be replaced.
    pub fn target(&self) -> &Path {
        &self.place.target
    }

    /// Writes `manifest` and puts the new output in the place of the old.
    ///
    /// # Errors
    /// [`ResultsError::Io`] with the path; the old output is then untouched.
    pub fn commit(self, manifest: &Manifest) -> Result<(), ResultsError> {
        self.commit_watched(manifest, exchange, &mut |_| ())
    }

    pub(super) fn commit_watched(
        mut self,
        manifest: &Manifest,
        exchange: fn(&Path, &Path) -> io::Result<()>,
        at: &mut dyn FnMut(Step),
    ) -> Result<(), ResultsError> {
        let text = manifest.to_json().map_err(|error| ResultsError::format(&self.place.target, &error))?;
        let mut writer = self.open(MANIFEST_FILE)?;
        writer.write_all(text.as_bytes()).map_err(|error| ResultsError::io(&writer.shown, error))?;
        writer.finish()?;
        at(Step::Written);
        sync_folders(&self.staging)?;
        at(Step::Synced);
        // The check again: a long run gives people time to put a file into the old output.
        leftover::check_replaceable(&self.place.target)?;
        if cfg!(windows) {
            // An open file keeps its folder from being renamed there.
            self.marker = None;
        }
        let old = self.swap(exchange, at)?;
        self.committed = true;
        at(Step::Swapped);
        // The new output is in its place: what fails from here on is left to the next run.
        let _ = sync_folder(&self.place.parent);
        let _ = fs::remove_file(self.place.target.join(MARKER));
        at(Step::Unmarked);
        if let Some(old) = old {
            let _ = leftover::remove_marked(&old);
        }
        Ok(())
    }

    /// Puts the staging folder at the target; the path at which the old output then stands, if there was one.
    fn swap(
        &self,
        exchange: fn(&Path, &Path) -> io::Result<()>,
        at: &mut dyn FnMut(Step),
    ) -> Result<Option<PathBuf>, ResultsError> {
        let target = &self.place.target;
        let failed = |error| ResultsError::io(target, error);
        if !target.try_exists().map_err(failed)? {
            fs::rename(&self.staging, target).map_err(failed)?;
            return Ok(None);
        }
        match exchange(&self.staging, target) {
            Ok(()) => return Ok(Some(self.staging.clone())),
            Err(error) if !is_unsupported(&error) => return Err(failed(error)),
            Err(_) => (),
        }
        let aside = self.place.aside();
        fs::rename(target, &aside).map_err(failed)?;
        at(Step::MovedAside);
        if let Err(error) = fs::rename(&self.staging, target) {
            // The old output goes back; if even that fails, the next run does it.
            let _ = fs::rename(&aside, target);
            return Err(failed(error));
        }
        Ok(Some(aside))
    }
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        if !self.committed {
            self.marker = None;
            // Best effort: what stays is removed by the next run.
            let _ = leftover::remove_marked(&self.staging);
        }
    }
}

/// A file of the output, hashed while it is written.
pub struct OutputWriter {
    relative: String,
    shown: PathBuf,
    inner: HashingWriter<BufWriter<File>>,
    /// What the file system said when it last refused: encoders keep only its words.
    refused: Option<io::Error>,
}

impl OutputWriter {
    #[cfg(test)]
    pub(super) fn onto(file: File, name: &str) -> Self {
        let inner = HashingWriter::new(BufWriter::new(file));
        Self { relative: name.to_owned(), shown: PathBuf::from(name), inner, refused: None }
    }

    /// The path at which the file will stand.
    pub fn path(&self) -> &Path {
        &self.shown
    }

    /// The error to report when an encoder that wrote into this file failed: that of the file system where there
    /// was one, so that a full disk is said to be one, else the encoder's own.
    pub fn error(self, reason: &impl std::fmt::Display) -> ResultsError {
        match self.refused {
            Some(refused) => ResultsError::io(&self.shown, refused),
            None => ResultsError::format(&self.shown, reason),
        }
    }

    fn remember<T>(&mut self, outcome: io::Result<T>) -> io::Result<T> {
        outcome.inspect_err(|error| self.refused = Some(io::Error::new(error.kind(), error.to_string())))
    }

    /// Brings the file to disk and says what it holds.
    ///
    /// # Errors
    /// [`ResultsError::Io`], for example on a full disk.
    pub fn finish(self) -> Result<OutputFile, ResultsError> {
        let (file, unsynced) = self.hand_over()?;
        unsynced.sync()?;
        Ok(file)
    }

    /// Hands the whole content over to the system and says what it is; the disk need not have it yet.
    pub(super) fn hand_over(self) -> Result<(OutputFile, Unsynced), ResultsError> {
        let (buffered, fingerprint) = self.inner.finish();
        match buffered.into_inner() {
            Ok(file) => {
                let written = OutputFile::new(self.relative, fingerprint);
                Ok((written, Unsynced { file, shown: self.shown }))
            }
            Err(error) => Err(ResultsError::io(&self.shown, error.into_error())),
        }
    }
}

/// A file that was written and is not known to be on disk.
pub(super) struct Unsynced {
    file: File,
    shown: PathBuf,
}

impl Unsynced {
    /// Waits until the disk has it.
    pub(super) fn sync(self) -> Result<(), ResultsError> {
        self.file.sync_all().map_err(|error| ResultsError::io(&self.shown, error))
    }
}

impl Write for OutputWriter {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer);
        self.remember(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.inner.flush();
        self.remember(flushed)
    }
}

/// Writes one file whole: a killed run leaves the old or the new content. A link at `path` is replaced, not
/// followed.
///
/// # Errors
/// [`ResultsError::Io`] with the path; the old file is then untouched.
pub fn write_file(path: &Path, content: &[u8]) -> Result<Fingerprint, ResultsError> {
    let failed = |error| ResultsError::io(path, error);
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed)?;
    let mut file = temporary(0o666).prefix(".attain-").tempfile_in(parent).map_err(failed)?;
    file.write_all(content).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    sync_folder(parent)?;
    Ok(Fingerprint::of_bytes(content))
}

/// A builder of temporary names whose files and folders get the permissions that the user's mask leaves, like
/// any other file of theirs; by itself it makes them for their owner alone.
fn temporary<'a>(mode: u32) -> tempfile::Builder<'a, 'a> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = (mode, &mut builder);
    builder
}

/// Exchanges two folders in one step.
#[cfg(target_os = "linux")]
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn exchange(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether the system or the file system does not know how to exchange.
fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

/// Brings the entries of a folder and of the folders in it to disk; the files are there already.
fn sync_folders(folder: &Path) -> Result<(), ResultsError> {
    for entry in fs::read_dir(folder).map_err(|error| ResultsError::io(folder, error))? {
        let entry = entry.map_err(|error| ResultsError::io(folder, error))?;
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            sync_folders(&entry.path())?;
        }
    }
    sync_folder(folder)
}

fn sync_folder(folder: &Path) -> Result<(), ResultsError> {
    if cfg!(unix) {
        let synced = OpenOptions::new().read(true).open(folder).and_then(|opened| opened.sync_all());
        match synced {
            // Some network file systems cannot; there is nothing better to do on them.
            Err(error) if !is_unsupported(&error) => return Err(ResultsError::io(folder, error)),
            _ => (),
        }
    }
    Ok(())
}
