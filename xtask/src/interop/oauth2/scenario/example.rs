//! The example of the crate, as a user would run it; she is at her browser meanwhile.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Command,
};

use super::{Site, oidc_provider::agree};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        process::quietly,
    },
    workspace,
};

const ABOUT: &str = "example";
/// How cargo is to find it.
const PACKAGE: [&str; 5] = ["--quiet", "--package", "anyrfc-oauth2", "--example", "oauth2_integration"];

/// `oauth2_integration`, from discovery to a device that is signed in.
pub(super) async fn cases(site: &Site, table: &mut Table<'_>) {
    let mut build = workspace::cargo();
    build.arg("build").args(PACKAGE).current_dir(workspace::root());
    // Building is no part of a case: it takes as long as it takes.
    let built =
        tokio::task::spawn_blocking(move || quietly(&mut build).map(drop).map_err(|error| error.to_string()));
    match built.await {
        Ok(Ok(())) => {}
        Ok(Err(why)) => return table.run(ABOUT, "is built", async { Err(why.into()) }).await,
        Err(error) => return table.run(ABOUT, "is built", async { Err(error.into()) }).await,
    }
    table.run(ABOUT, "oauth2_integration", integration(site)).await;
}

/// Discovery, the code flow through the listener, a refresh, and the device flow.
async fn integration(site: &Site) -> Result<()> {
    let mut command = Command::from(workspace::cargo());
    command.arg("run").args(PACKAGE).args(["--", &site.issuer, "public"]).current_dir(workspace::root());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("nobody hears the example")?).lines();
    let mut said = Vec::new();
    while let Some(line) = lines.next_line().await? {
        if let Some(url) = line.strip_prefix("open: ") {
            site.browser().page(url).await?;
        } else if let Some(url) = line.strip_prefix("or visit: ") {
            agree(site, url, true).await?;
        }
        said.push(line);
    }
    let output = child.wait_with_output().await?;
    let why = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure(output.status.success(), || format!("{}: {why}", output.status))?;
    for expected in [
        "signed in as alice",
        r#"claims: {"email":"alice@example.test","sub":"alice"}"#,
        "refreshed: true",
        "waiting for you: ",
        "the device is signed in until ",
        "and out again",
    ] {
        ensure(said.iter().any(|line| line.starts_with(expected)), || {
            format!("no `{expected}` in {said:#?}")
        })?;
    }
    Ok(())
}
