//! The account that a server's own files and processes belong to.

use std::{path::Path, process::Command};

use super::process::quietly;
use crate::Result;

/// Whom a server is run for: started by root, many give mail to an account without rights; else
/// everything is ours.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) user: String,
    pub(super) group: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// Nobody if this is root, else ourselves.
    #[cfg(unix)]
    pub(super) fn unprivileged() -> Result<Self> {
        use rustix::process::{getegid, geteuid};

        if geteuid().is_root() {
            return Ok(Self { user: "nobody".into(), group: "nogroup".into(), uid: 65534, gid: 65534 });
        }
        let name =
            |option| -> Result<String> { Ok(quietly(Command::new("id").arg(option))?.trim().to_owned()) };
        Ok(Self { user: name("-un")?, group: name("-gn")?, uid: geteuid().as_raw(), gid: getegid().as_raw() })
    }

    /// There are no such servers elsewhere.
    #[cfg(not(unix))]
    pub(super) fn unprivileged() -> Result<Self> {
        Err("this server needs a Unix".into())
    }

    /// Whether it is the one that we run as.
    #[cfg(unix)]
    pub(super) fn is_ours(&self) -> bool {
        rustix::process::geteuid().as_raw() == self.uid
    }

    /// Gives a directory and everything in it to the account; others may pass through it.
    #[cfg(unix)]
    pub(super) fn give(&self, dir: &Path) -> Result<()> {
        for entry in std::fs::read_dir(dir)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                self.give(&entry.path())?;
            } else {
                std::os::unix::fs::chown(entry.path(), Some(self.uid), Some(self.gid))?;
            }
        }
        std::os::unix::fs::chown(dir, Some(self.uid), Some(self.gid))?;
        open(dir)
    }

    /// There are no such servers elsewhere.
    #[cfg(not(unix))]
    pub(super) fn give(&self, _: &Path) -> Result<()> {
        Err("this server needs a Unix".into())
    }
}

/// Lets every account into a directory: a server's processes are of several.
#[cfg(unix)]
pub(super) fn open(dir: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    Ok(std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755))?)
}

/// There are no such servers elsewhere.
#[cfg(not(unix))]
pub(super) fn open(_: &Path) -> Result<()> {
    Err("this server needs a Unix".into())
}
