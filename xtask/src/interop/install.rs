//! Installing peers by package name, below `target/interop` and without starting a service.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Command,
};

use super::process::{on_path, quietly};
use crate::{Result, workspace};

/// Where peers are installed and their logs kept.
#[derive(Debug)]
pub(crate) struct Site {
    root: PathBuf,
}

impl Site {
    /// The site of this workspace.
    pub(crate) fn new() -> Result<Self> {
        let root = workspace::root().join("target").join("interop");
        std::fs::create_dir_all(&root)?;
        Ok(Self { root })
    }

    /// The place of `name`.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Where the logs of `peer` are kept when something fails.
    pub(crate) fn logs(&self, peer: &str) -> PathBuf {
        self.root.join("logs").join(peer)
    }

    /// Keeps other runs from installing at the same time; until the answer is dropped.
    pub(crate) fn lock(&self) -> Result<File> {
        let file = File::create(self.root.join("lock"))?;
        file.lock()?;
        Ok(file)
    }
}

/// A directory that is either installed completely or not at all: its stamp
/// is written last, and names what was asked for.
#[derive(Debug)]
struct Stamp {
    path: PathBuf,
    wanted: String,
}

impl Stamp {
    fn new(dir: &Path, packages: &[&str]) -> Self {
        Self { path: dir.join("installed.txt"), wanted: packages.join("\n") }
    }

    fn holds(&self) -> bool {
        std::fs::read_to_string(&self.path).is_ok_and(|found| found == self.wanted)
    }

    fn write(&self) -> Result<()> {
        Ok(std::fs::write(&self.path, &self.wanted)?)
    }
}

/// Removes what an earlier run left in `dir`, and makes it anew.
pub(crate) fn afresh(dir: &Path) -> Result<()> {
    if dir.exists() {
        std::fs::remove_dir_all(dir)?;
    }
    Ok(std::fs::create_dir_all(dir)?)
}

/// A Python environment with packages of its own.
#[derive(Debug)]
pub(crate) struct Virtualenv {
    dir: PathBuf,
    packages: &'static [&'static str],
}

impl Virtualenv {
    /// An environment in `dir` that holds `packages` (with their versions, as pip writes them).
    pub(crate) const fn new(dir: PathBuf, packages: &'static [&'static str]) -> Self {
        Self { dir, packages }
    }

    /// Its interpreter.
    pub(crate) fn python(&self) -> PathBuf {
        let path = if cfg!(windows) { "env/Scripts/python.exe" } else { "env/bin/python" };
        self.dir.join(path)
    }

    /// Whether everything is installed.
    pub(crate) fn is_installed(&self) -> bool {
        Stamp::new(&self.dir, self.packages).holds()
    }

    /// Installs it for the Python 3 that is there.
    pub(crate) fn install(&self) -> Result<()> {
        let python = interpreter("python3", "3").unwrap_or_else(|| PathBuf::from("python3"));
        self.install_for(&python, &python, "virtualenv")
    }

    /// Installs it with the `virtualenv` of `host`, for the interpreter `python`.
    ///
    /// `virtualenv` itself goes below the site too: nothing outside is changed.
    pub(crate) fn install_for(&self, host: &Path, python: &Path, virtualenv: &str) -> Result<()> {
        if self.is_installed() {
            return Ok(());
        }
        afresh(&self.dir)?;
        let tool = self.dir.join("virtualenv");
        quietly(pip(host).args(["install", "--target"]).arg(&tool).arg(virtualenv))?;
        quietly(
            Command::new(host)
                .env("PYTHONPATH", &tool)
                .args(["-m", "virtualenv", "--no-download", "--no-periodic-update", "--app-data"])
                .arg(self.dir.join("app-data"))
                .arg("--python")
                .arg(python)
                .arg(self.dir.join("env")),
        )?;
        quietly(pip(&self.python()).arg("install").args(self.packages))?;
        Stamp::new(&self.dir, self.packages).write()
    }
}

fn pip(python: &Path) -> Command {
    let mut command = Command::new(python);
    command
        .args(["-m", "pip"])
        .env("PIP_NO_INPUT", "1")
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .env("PYTHONNOUSERSITE", "1")
        .env_remove("PYTHONPATH");
    command
}

/// The interpreter behind `program`, if there is one: `pyenv` and its like put
/// a stand-in on the path, which only knows the versions it was told of.
pub(crate) fn interpreter(program: &str, version: &str) -> Option<PathBuf> {
    const WHERE: &str = "import sys; sys.stdout.write(sys.executable)";
    let ask = |command: &mut Command| {
        let path = PathBuf::from(quietly(command.args(["-c", WHERE])).ok()?);
        path.is_file().then_some(path)
    };
    if let Some(found) = ask(&mut Command::new(program)) {
        return Some(found);
    }
    let versions = quietly(Command::new("pyenv").args(["versions", "--bare"])).ok()?;
    versions
        .lines()
        .filter(|line| line.starts_with(version))
        .find_map(|line| ask(Command::new(program).env("PYENV_VERSION", line)))
}

/// Installs Debian packages that are missing, without starting a service.
pub(crate) fn apt_install(packages: &[&str]) -> Result<()> {
    let missing: Vec<_> = packages.iter().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !on_path("apt-get") {
        return Err(format!("{missing:?} must be installed, and there is no apt-get here").into());
    }
    let _policy = Policy::deny()?;
    quietly(apt().arg("update"))?;
    quietly(apt().args(["install", "--yes", "--no-install-recommends"]).args(missing))?;
    Ok(())
}

/// Unpacks Debian packages below `dir/root` without installing them: for those that conflict.
pub(crate) fn apt_unpack(dir: &Path, packages: &[&str]) -> Result<()> {
    let stamp = Stamp::new(dir, packages);
    if stamp.holds() {
        return Ok(());
    }
    afresh(dir)?;
    quietly(apt().arg("update"))?;
    quietly(Command::new("apt-get").arg("download").args(packages).current_dir(dir))?;
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            quietly(Command::new("dpkg").arg("--extract").arg(&path).arg(dir.join("root")))?;
        }
    }
    stamp.write()
}

/// Whether exactly these Debian packages were unpacked below `dir`.
pub(crate) fn is_unpacked(dir: &Path, packages: &[&str]) -> bool {
    Stamp::new(dir, packages).holds()
}

/// The version of a Debian package that was unpacked below `dir`: its file is still there, and says so.
pub(crate) fn unpacked_version(dir: &Path, package: &str) -> Option<String> {
    let names = std::fs::read_dir(dir).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let version = |name: String| {
        let rest = name.strip_suffix(".deb")?.strip_prefix(package)?.strip_prefix('_')?;
        Some(rest.rsplit_once('_')?.0.replace("%3a", ":"))
    };
    names.filter_map(version).next()
}

/// Installs packages of the npm registry below `dir`.
pub(crate) fn npm_install(dir: &Path, packages: &[&str]) -> Result<()> {
    let stamp = Stamp::new(dir, packages);
    if stamp.holds() {
        return Ok(());
    }
    afresh(dir)?;
    quietly(
        Command::new("npm").args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(dir).args(packages),
    )?;
    stamp.write()
}

/// Whether exactly these packages of the npm registry were installed below `dir`.
pub(crate) fn is_npm_installed(dir: &Path, packages: &[&str]) -> bool {
    Stamp::new(dir, packages).holds()
}

/// Accounts of the machine that a program insists on, by their names.
pub(crate) mod system_account {
    use std::process::Command;

    use super::{as_root, quietly};
    use crate::{Result, interop::account::Account};

    /// Whether there is one.
    pub(crate) fn exists(name: &str) -> bool {
        quietly(Command::new("id").arg("--user").arg(name)).is_ok()
    }

    /// Makes one that nobody logs in as, as the program's own package would.
    pub(crate) fn add(name: &str) -> Result<()> {
        if exists(name) {
            return Ok(());
        }
        let mut command = as_root("useradd");
        command.args(["--system", "--no-create-home", "--home-dir", "/nonexistent", "--user-group"]);
        quietly(command.args(["--shell", "/usr/sbin/nologin", name])).map(drop)
    }

    /// The account.
    pub(crate) fn of(name: &str) -> Result<Account> {
        let ask = |option| -> Result<String> {
            Ok(quietly(Command::new("id").args([option, name]))?.trim().to_owned())
        };
        Ok(Account {
            user: name.to_owned(),
            group: ask("-gn")?,
            uid: ask("-u")?.parse()?,
            gid: ask("-g")?.parse()?,
        })
    }
}

/// The version of a Debian package that is installed, by whomever.
pub(crate) fn apt_version(package: &str) -> Option<String> {
    let query = ["--show", "--showformat", "${db:Status-Status} ${Version}", package];
    let answer = quietly(Command::new("dpkg-query").args(query)).ok()?;
    answer.strip_prefix("installed ").map(str::to_owned)
}

/// Whether all of these Debian packages are installed, by whomever.
pub(crate) fn are_installed(packages: &[&str]) -> bool {
    packages.iter().all(|package| is_installed(package))
}

fn is_installed(package: &str) -> bool {
    quietly(Command::new("dpkg-query").args(["--show", "--showformat", "${db:Status-Status}", package]))
        .is_ok_and(|status| status == "installed")
}

fn apt() -> Command {
    let mut command = as_root("env");
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]);
    command
}

/// A command with the rights to install packages; it never asks for a password.
fn as_root(program: &str) -> Command {
    #[cfg(unix)]
    if !rustix::process::geteuid().is_root() {
        let mut command = Command::new("sudo");
        command.args(["-n", program]);
        return command;
    }
    Command::new(program)
}

/// While this lives, packages that are installed may not start their services.
///
/// Debian asks one fixed file for that; the one that was there comes back afterwards.
#[derive(Debug)]
struct Policy {
    saved: Option<tempfile::NamedTempFile>,
}

impl Policy {
    const PATH: &str = "/usr/sbin/policy-rc.d";
    /// What the file answers to forbid an action.
    const FORBIDDEN: &str = "#!/bin/sh\nexit 101\n";

    fn deny() -> Result<Self> {
        let saved = match std::fs::read(Self::PATH) {
            Ok(content) => {
                let file = tempfile::NamedTempFile::new()?;
                std::fs::write(file.path(), content)?;
                Some(file)
            }
            Err(_) => None,
        };
        let ours = tempfile::NamedTempFile::new()?;
        std::fs::write(ours.path(), Self::FORBIDDEN)?;
        // Made before the file is replaced, so that it comes back even if replacing fails half-way.
        let policy = Self { saved };
        Self::place(ours.path())?;
        Ok(policy)
    }

    fn place(file: &Path) -> Result<()> {
        quietly(as_root("install").args(["-m", "755"]).arg(file).arg(Self::PATH)).map(drop)
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        let restored = match &self.saved {
            Some(file) => Self::place(file.path()),
            None => quietly(as_root("rm").args(["-f", Self::PATH])).map(drop),
        };
        if let Err(error) = restored {
            eprintln!("warning: {} was not restored: {error}", Self::PATH);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_holds_for_exactly_what_was_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!Stamp::new(dir.path(), &["a==1"]).holds());
        Stamp::new(dir.path(), &["a==1"]).write().unwrap();
        assert!(Stamp::new(dir.path(), &["a==1"]).holds());
        assert!(!Stamp::new(dir.path(), &["a==2"]).holds());
    }

    #[test]
    fn a_file_says_the_version_that_was_unpacked() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("mail-common_1%3a2.0-1_all.deb"), "").unwrap();
        std::fs::write(dir.path().join("mail_3.6+b1_amd64.deb"), "").unwrap();
        let version = |package| unpacked_version(dir.path(), package);
        assert_eq!(version("mail-common").as_deref(), Some("1:2.0-1"));
        assert_eq!(version("mail").as_deref(), Some("3.6+b1"));
        assert_eq!(version("mai"), None);
    }

    #[test]
    fn a_half_installed_place_is_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("peer");
        std::fs::create_dir(&place).unwrap();
        std::fs::write(place.join("half"), "").unwrap();
        afresh(&place).unwrap();
        assert_eq!(std::fs::read_dir(&place).unwrap().count(), 0);
    }
}
