//! The example of the crate, as a user would run it.

use std::process::Stdio;

use tokio::process::Command;

use super::{Scene, address, same};
use crate::{
    Result,
    interop::{
        cases::{AUTHORITY, Table, ensure, noted},
        process::quietly,
        smtp::{IMAPS, SUBMISSION, USERS},
    },
    workspace,
};

const EXAMPLE: &str = "example";
/// How cargo is to find it.
const PACKAGE: [&str; 5] = ["--quiet", "--package", "anyrfc-smtp", "--features", "mime"];

/// `submit`, where mail is submitted by STARTTLS with a login, and its mailbox can be looked at.
pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let (Ok(submission), Ok(imaps)) = (noted(&scene.dir, SUBMISSION), noted(&scene.dir, IMAPS)) else {
        return;
    };
    let mut build = workspace::cargo();
    build.arg("build").args(PACKAGE).args(["--example", "submit"]).current_dir(workspace::root());
    // Building is no part of a case: it takes as long as it takes.
    let built =
        tokio::task::spawn_blocking(move || quietly(&mut build).map(drop).map_err(|error| error.to_string()));
    match built.await {
        Ok(Ok(())) => {}
        Ok(Err(why)) => return table.run(EXAMPLE, "is built", async { Err(why.into()) }).await,
        Err(error) => return table.run(EXAMPLE, "is built", async { Err(error.into()) }).await,
    }
    table.run(EXAMPLE, "submit", submit(scene, submission.port(), imaps.port())).await;
}

/// A mail with an attachment, by SCRAM over STARTTLS, delivered over LMTP and read back by IMAP.
async fn submit(scene: &Scene, submission: u16, imaps: u16) -> Result<()> {
    let (user, password) = USERS[0];
    let mut command = Command::from(workspace::cargo());
    command.arg("run").args(PACKAGE).args(["--example", "submit", "--"]);
    command.args([&format!("smtp://localhost:{submission}"), user, "--ca"]).arg(scene.dir.join(AUTHORITY));
    command.args(["--from", &address(0), "--to", &address(0), "--to", &address(1)]);
    command.args(["--imap", &format!("imaps://localhost:{imaps}")]);
    command.env("SMTP_PASSWORD", password).current_dir(workspace::root());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let output = command.spawn()?.wait_with_output().await?;
    let why = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure(output.status.success(), || format!("{}: {why}", output.status))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<&str> = said.lines().collect();
    let [first, second, login, queued, arrived] = *lines else {
        return Err(format!("it says {said}").into());
    };
    same(first, &*format!("<{}>: accepted", address(0)))?;
    same(second, &*format!("<{}>: accepted", address(1)))?;
    ensure(login.starts_with("logged in by SCRAM-SHA-"), || login.to_owned())?;
    ensure(queued.starts_with("queued as "), || queued.to_owned())?;
    same(arrived, "it has arrived as it was sent")
}
