//! Files where the system knows no modes: whose they are is the directory's matter.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
};

use crate::{Error, StoreProblem};

fn failed(what: &'static str) -> impl FnOnce(io::Error) -> Error {
    move |error| Error::store(StoreProblem::Unavailable, what).with_source(error)
}

/// A new file.
pub(super) fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// The file, if there is one, and it is a file.
pub(super) fn open(path: &Path) -> Result<Option<File>, Error> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => {
            let what = "something else is in the place of the token file";
            return Err(Error::store(StoreProblem::Unsafe, what));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("the token file cannot be looked at")(error)),
    }
    File::open(path).map(Some).map_err(failed("the token file cannot be opened"))
}

/// Makes the directory if it is not there.
pub(super) fn make_directory(path: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(path).map_err(failed("the tokens' directory cannot be made"))
}

/// There is nothing to be looked at.
pub(super) fn check_directory(_path: &Path) -> Result<(), Error> {
    Ok(())
}

/// Directories are not synchronised here; the file itself was.
pub(super) fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}
