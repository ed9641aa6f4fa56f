//! The built program, and servers for it on loopback.

use std::{
    future::Future,
    io::Write as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use anyrfc_core::testing::pki::Pki;
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};

/// What nobody may see, not even in the logs.
pub(crate) const SECRET: &str = "pencil-4711-sharp";

/// What was said, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// The last line of stderr that is an error: what stands before may be logs.
    pub(crate) fn error(&self) -> &str {
        self.stderr.lines().rfind(|line| line.starts_with("error: ")).unwrap_or_default()
    }
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anyrfc"));
    command.env_remove("RUST_LOG").env_remove("ANYRFC_SECRET").args(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn ended(child: Child, stdin: &[u8]) -> Ran {
    let mut child = child;
    let mut pipe = child.stdin.take().unwrap();
    let input = stdin.to_vec();
    // A program that does not read it is none of our concern.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
    let ran = Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    };
    for hidden in [SECRET, "cGVuY2lsLTQ3MTEtc2hhcn", "BlbmNpbC00NzExLXNoYXJw", "wZW5jaWwtNDcxMS1zaGFyc"] {
        assert!(!ran.stdout.contains(hidden) && !ran.stderr.contains(hidden), "{hidden}: {ran:#?}");
    }
    ran
}

/// Runs it to its end, with the secret in the environment and everything logged.
pub(crate) fn anyrfc(args: &[&str]) -> Ran {
    anyrfc_with(args, b"")
}

/// The same with this on stdin.
pub(crate) fn anyrfc_with(args: &[&str], stdin: &[u8]) -> Ran {
    let mut all = vec!["-vvv"];
    all.extend(args);
    ended(command(&all).env("ANYRFC_SECRET", SECRET).spawn().unwrap(), stdin)
}

/// The same with another secret, or none.
pub(crate) fn anyrfc_as(args: &[&str], secret: Option<&str>) -> Ran {
    let mut command = command(args);
    if let Some(secret) = secret {
        command.env("ANYRFC_SECRET", secret);
    }
    ended(command.spawn().unwrap(), b"")
}

/// Begins, and goes on; it is ended when it is dropped.
pub(crate) struct Begun(Option<Child>);

pub(crate) fn begin(args: &[&str]) -> Begun {
    Begun(Some(command(args).env("ANYRFC_SECRET", SECRET).spawn().unwrap()))
}

impl Begun {
    /// Ctrl-C.
    pub(crate) fn interrupt(&self) {
        let id = self.0.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    }

    pub(crate) fn ended(mut self) -> Ran {
        ended(self.0.take().unwrap(), b"")
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A server on loopback, until it is dropped.
pub(crate) struct Serving {
    runtime: Option<Runtime>,
    pub(crate) port: u16,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}

/// Serves each connection by `serve`.
pub(crate) fn serve<S, F, W>(server: &Arc<S>, serve: F) -> Serving
where
    S: Send + Sync + 'static,
    F: Fn(Arc<S>, TcpStream) -> W + Send + 'static,
    W: Future<Output = ()> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = Arc::clone(server);
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(Arc::clone(&server), stream));
        }
    });
    Serving { runtime: Some(runtime), port }
}

/// A server that says this and then listens.
pub(crate) fn saying(what: &'static [u8]) -> Serving {
    serve(&Arc::new(()), move |_, mut stream| async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let _ = stream.write_all(what).await;
        let mut heard = [0; 1024];
        while matches!(stream.read(&mut heard).await, Ok(1..)) {}
    })
}

/// Certificates for `localhost`, and the file with those who sign them.
pub(crate) fn pki() -> (Pki, TempDir, String) {
    let pki = Pki::new();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("ca.pem");
    std::fs::write(&file, pki.ca_pem()).unwrap();
    let file = file.to_str().unwrap().to_owned();
    (pki, dir, file)
}

/// A file with this in it.
pub(crate) fn file(dir: &Path, name: &str, content: &[u8]) -> String {
    let path = dir.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Waits until it is so: what another process does is seen no other way.
#[track_caller]
pub(crate) fn until(mut so: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !so() {
        assert!(begun.elapsed().as_secs() < 60, "it did not come to that");
        std::thread::yield_now();
    }
}
