//! Files that are nobody else's, on Unix.

use std::{
    fs::{DirBuilder, File, Metadata, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::Path,
};

use rustix::fs::OFlags;

use crate::{Error, StoreProblem};

fn failed(what: &'static str) -> impl FnOnce(io::Error) -> Error {
    move |error| Error::store(StoreProblem::Unavailable, what).with_source(error)
}

/// No symbolic link is followed, and no pipe waited for.
fn flags() -> i32 {
    (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC).bits().cast_signed()
}

fn is_ours(metadata: &Metadata) -> bool {
    metadata.uid() == rustix::process::geteuid().as_raw()
}

/// A new file, readable by nobody else from the first moment.
pub(super) fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).custom_flags(flags()).open(path)
}

/// The file, if there is one, and it is a file, ours, and closed to others.
pub(super) fn open(path: &Path) -> Result<Option<File>, Error> {
    let file = match OpenOptions::new().read(true).custom_flags(flags()).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) => {
            let what = "a symbolic link is in the place of the token file";
            return Err(Error::store(StoreProblem::Unsafe, what).with_source(error));
        }
        Err(error) => return Err(failed("the token file cannot be opened")(error)),
    };
    let metadata = file.metadata().map_err(failed("the token file cannot be looked at"))?;
    if !metadata.is_file() || !is_ours(&metadata) || metadata.mode() & 0o077 != 0 {
        let what = "the token file is not closed to others";
        return Err(Error::store(StoreProblem::Unsafe, what));
    }
    Ok(Some(file))
}

/// Makes the directory, for ourselves only, if it is not there.
pub(super) fn make_directory(path: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(failed("the tokens' directory cannot be made"))
}

/// Whoever can write to a directory can put another file into a file's place.
pub(super) fn check_directory(path: &Path) -> Result<(), Error> {
    let metadata = std::fs::metadata(path).map_err(failed("the tokens' directory cannot be looked at"))?;
    if !metadata.is_dir() || !is_ours(&metadata) || metadata.mode() & 0o022 != 0 {
        let what = "the tokens' directory is not closed to others";
        return Err(Error::store(StoreProblem::Unsafe, what));
    }
    Ok(())
}

/// Brings a renaming to the disk.
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
