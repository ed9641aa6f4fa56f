//! Tokens in files.

#[cfg_attr(unix, path = "file/unix.rs")]
#[cfg_attr(not(unix), path = "file/other.rs")]
mod system;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyrfc_core::{BoxFuture, Secret};
use anyrfc_jwt::{
    codec::base64url,
    proto::jwe::{self, DecryptionKey, EncryptionKey, Limits},
    types::{ContentEncryption, Header, JweAlgorithm},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;
use zeroize::Zeroize;

use super::{StoreKey, StoredTokens, TokenStore};
use crate::{Error, StoreProblem};

/// Tokens in a directory: one file for each [`StoreKey`], which only this user can read, encrypted
/// by a key of the caller's (JWE, `dir` with A256GCM). Cheap to clone.
///
/// A file is replaced as a whole: written beside the old one, brought to the disk, and renamed. At
/// every moment there is the old one or the new one, whatever dies when.
///
/// A file or directory that others could read or change, or a symbolic link in a file's place, is
/// [`StoreProblem::Unsafe`]; a file that was cut short or tampered with, is another key's, or was
/// encrypted by another key, [`StoreProblem::Corrupt`]. Neither is ever taken for an empty store.
/// What the encryption cannot tell is an older file in the place of the newer one.
///
/// Systems other than Unix have no permissions in the mode of a file: there, keep the directory
/// where only the user can get (`%LOCALAPPDATA%`), and rely on the encryption.
///
/// ```no_run
/// # use anyrfc_oauth2::{Error, client::store::FileStore};
/// # fn open(key: [u8; 32]) -> Result<FileStore, Error> {
/// FileStore::new("/home/alice/.local/state/program/tokens", key)
/// # }
/// ```
#[derive(Clone)]
pub struct FileStore(Arc<Inner>);

struct Inner {
    directory: PathBuf,
    seal: EncryptionKey,
    open: DecryptionKey,
    /// One after the other, in the order in which they were asked for.
    turn: Arc<Mutex<()>>,
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FileStore").field(&self.0.directory).finish()
    }
}

/// No file is longer.
const LONGEST: u64 = 1 << 20;

/// What is encrypted: whose the tokens are, so that no file stands in for another, and the tokens.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    issuer: String,
    client_id: String,
    name: String,
    tokens: String,
}

impl Drop for Content {
    fn drop(&mut self) {
        self.tokens.zeroize();
    }
}

fn unavailable(what: &'static str) -> impl FnOnce(io::Error) -> Error {
    move |error| Error::store(StoreProblem::Unavailable, what).with_source(error)
}

fn corrupt() -> Error {
    Error::store(StoreProblem::Corrupt, "the token file cannot be read with this key")
}

impl FileStore {
    /// The files in `directory`, encrypted by `key`: 32 bytes that are kept elsewhere, in the
    /// operating system's keyring say. The directory is made when it is needed, for this user only.
    ///
    /// # Errors
    /// None with 32 bytes; the key's own otherwise.
    pub fn new(directory: impl Into<PathBuf>, key: impl Into<Secret<[u8; 32]>>) -> Result<Self, Error> {
        let key = key.into();
        Ok(Self(Arc::new(Inner {
            directory: directory.into(),
            seal: EncryptionKey::symmetric(JweAlgorithm::Dir, *key.expose())?,
            open: DecryptionKey::symmetric(JweAlgorithm::Dir, *key.expose())?,
            turn: Arc::default(),
        })))
    }

    /// Does `work` where waiting holds up nobody. Once begun it comes to its end, whoever waits.
    async fn blocking<T: Send + 'static>(
        &self,
        key: &StoreKey,
        work: impl FnOnce(&Inner, &StoreKey) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let turn = Arc::clone(&self.0.turn).lock_owned().await;
        let (inner, key) = (Arc::clone(&self.0), key.clone());
        // tidy: a file is waited for on the pool of threads that tokio keeps for it
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work(&inner, &key)
        });
        done.await.unwrap_or_else(|error| {
            let what = "the work on the token file was ended half-way";
            Err(Error::store(StoreProblem::Unavailable, what).with_source(error))
        })
    }
}

/// A name for a key, of which nothing can be read back: issuers and users do not stand in a directory's list.
fn file_name(key: &StoreKey) -> String {
    let mut hash = Sha256::new();
    for part in [key.issuer(), key.client_id(), key.name()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    format!("{}.jwe", base64url::encode(&hash.finalize()))
}

impl Inner {
    fn path(&self, key: &StoreKey) -> PathBuf {
        self.directory.join(file_name(key))
    }

    fn load(&self, key: &StoreKey) -> Result<Option<StoredTokens>, Error> {
        let Some(file) = system::open(&self.path(key))? else { return Ok(None) };
        system::check_directory(&self.directory)?;
        let mut sealed = String::new();
        match file.take(LONGEST + 1).read_to_string(&mut sealed) {
            Ok(_) if sealed.len() as u64 <= LONGEST => {}
            Ok(_) => return Err(corrupt()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(corrupt()),
            Err(error) => return Err(unavailable("the token file cannot be read")(error)),
        }
        self.unseal(&sealed, key).map(Some)
    }

    fn unseal(&self, sealed: &str, key: &StoreKey) -> Result<StoredTokens, Error> {
        let opened = jwe::decrypt(sealed, &self.open, &Limits::default())
            .map_err(|error| corrupt().with_source(error))?;
        // The parser's own error would quote what it read.
        let content: Content = serde_json::from_slice(opened.plaintext.expose()).map_err(|_| corrupt())?;
        let whose = [content.issuer.as_str(), &content.client_id, &content.name];
        if whose != [key.issuer(), key.client_id(), key.name()] {
            return Err(Error::store(StoreProblem::Corrupt, "the token file is another's"));
        }
        StoredTokens::from_json(content.tokens.as_bytes())
    }

    fn seal(&self, tokens: &Secret<String>, key: &StoreKey) -> Result<String, Error> {
        let content = Content {
            issuer: key.issuer().to_owned(),
            client_id: key.client_id().to_owned(),
            name: key.name().to_owned(),
            tokens: tokens.expose().clone(),
        };
        // Escaped within a string, the tokens are twice as long at most; a buffer that moves leaves
        // secrets behind.
        let names = content.issuer.len() + content.client_id.len() + content.name.len();
        let mut plain = Secret::new(Vec::with_capacity(64 + 6 * names + 2 * content.tokens.len()));
        // Strings, into memory: it cannot fail.
        let written = serde_json::to_writer(plain.expose_mut(), &content);
        debug_assert!(written.is_ok());
        let header = Header::new(JweAlgorithm::Dir);
        Ok(jwe::encrypt(plain.expose(), &header, &self.seal, ContentEncryption::A256Gcm)?)
    }

    fn save(&self, tokens: &Secret<String>, key: &StoreKey) -> Result<(), Error> {
        let sealed = self.seal(tokens, key)?;
        if sealed.len() as u64 > LONGEST {
            return Err(Error::store(StoreProblem::Unavailable, "the tokens are too long for a file"));
        }
        system::make_directory(&self.directory)?;
        system::check_directory(&self.directory)?;
        let path = self.path(key);
        let beside = Beside::new(&path)?;
        let written = write(&beside.0, sealed.as_bytes()).and_then(|()| std::fs::rename(&beside.0, &path));
        written.map_err(unavailable("the token file cannot be written"))?;
        system::sync_directory(&self.directory).map_err(unavailable("the directory cannot be synchronised"))
    }

    fn clear(&self, key: &StoreKey) -> Result<(), Error> {
        match std::fs::remove_file(self.path(key)) {
            Ok(()) => system::sync_directory(&self.directory)
                .map_err(unavailable("the directory cannot be synchronised")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(unavailable("the token file cannot be removed")(error)),
        }
    }
}

/// A file beside the one to be replaced, gone if it is not renamed.
struct Beside(PathBuf);

impl Beside {
    fn new(path: &Path) -> Result<Self, Error> {
        let mut salt = [0; 8];
        getrandom::fill(&mut salt).map_err(|error| {
            let what = "the operating system has no randomness";
            Error::store(StoreProblem::Unavailable, what).with_source(error)
        })?;
        Ok(Self(path.with_extension(format!("{}.tmp", base64url::encode(&salt)))))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Renamed, it is not there any more.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = system::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

impl TokenStore for FileStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Option<StoredTokens>, Error>> {
        Box::pin(self.blocking(key, Inner::load))
    }

    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> BoxFuture<'a, Result<(), Error>> {
        let json = tokens.to_json();
        Box::pin(self.blocking(key, move |inner, key| inner.save(&json, key)))
    }

    fn clear<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(self.blocking(key, Inner::clear))
    }
}
