//! Answers Postfix's question whether somebody has waited long enough: whoever comes again has.

use std::path::Path;
#[cfg(unix)]
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::task::JoinHandle;
#[cfg(unix)]
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{UnixListener, UnixStream},
    task::JoinSet,
};

use crate::Result;

/// Who has come before.
#[cfg(unix)]
type Seen = Arc<Mutex<HashSet<String>>>;

/// Answers until it is dropped.
pub(super) struct Greylist(JoinHandle<()>);

impl Greylist {
    /// At `path`, where servers of every account ask.
    #[cfg(unix)]
    pub(super) fn serve(path: &Path) -> Result<Self> {
        use std::os::unix::fs::PermissionsExt as _;

        let listener = UnixListener::bind(path)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o666))?;
        let seen = Seen::default();
        Ok(Self(tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(answer(stream, Arc::clone(&seen)));
            }
        })))
    }

    /// There is no Postfix elsewhere.
    #[cfg(not(unix))]
    pub(super) fn serve(_: &Path) -> Result<Self> {
        Err("Postfix needs a Unix".into())
    }
}

impl Drop for Greylist {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The questions of one connection: attributes, a line each, and an empty line.
#[cfg(unix)]
async fn answer(mut stream: UnixStream, seen: Seen) -> std::io::Result<()> {
    let (reads, mut writes) = stream.split();
    let mut lines = BufReader::new(reads).lines();
    let mut who = String::new();
    while let Some(line) = lines.next_line().await? {
        if line.starts_with("sender=") || line.starts_with("recipient=") {
            who += &line;
        } else if line.is_empty() {
            let first = seen.lock().unwrap_or_else(PoisonError::into_inner).insert(std::mem::take(&mut who));
            let action = if first { "450 4.2.0 not yet" } else { "DUNNO" };
            writes.write_all(format!("action={action}\n\n").as_bytes()).await?;
        }
    }
    Ok(())
}
