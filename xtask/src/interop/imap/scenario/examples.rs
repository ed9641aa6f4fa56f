//! The examples of the crate, as a user would run them.

use std::process::Stdio;

use anyrfc_imap::{AppendOptions, Flag, SearchQuery, SpecialUse};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use super::{Scene, same};
use crate::{
    Result,
    interop::{
        cases::{AUTHORITY, Table, ensure},
        imap::{
            USERS,
            messages::{BYTES, PARTS, short},
        },
        process::quietly,
    },
    workspace,
};

const EXAMPLES: &str = "examples";

/// Runs `email_monitor`, `email_full_client` and `email_archive`.
pub(in crate::interop::imap) async fn run(scene: &Scene, table: &mut Table<'_>) {
    let mut build = workspace::cargo();
    build.args(["build", "--quiet", "--package", "anyrfc-imap", "--examples"]).current_dir(workspace::root());
    // Building is no part of a case: it takes as long as it takes.
    let built =
        tokio::task::spawn_blocking(move || quietly(&mut build).map(drop).map_err(|error| error.to_string()));
    match built.await {
        Ok(Ok(())) => {}
        Ok(Err(why)) => return table.run(EXAMPLES, "are built", async { Err(why.into()) }).await,
        Err(error) => return table.run(EXAMPLES, "are built", async { Err(error.into()) }).await,
    }
    table.run(EXAMPLES, "email_monitor", monitor(scene)).await;
    table.run(EXAMPLES, "email_full_client", full_client(scene)).await;
    table.run(EXAMPLES, "email_archive", archive(scene)).await;
}

/// An example, at work on a mailbox of alice's.
fn start(scene: &Scene, name: &str, arguments: &[&str]) -> Result<Child> {
    let (user, password) = USERS[0];
    let mut command = Command::from(workspace::cargo());
    command.args(["run", "--quiet", "--package", "anyrfc-imap", "--example", name, "--"]);
    command.args([&scene.starttls_url(), user, "--ca"]).arg(scene.dir.join(AUTHORITY)).args(arguments);
    command.env("IMAP_PASSWORD", password).current_dir(workspace::root());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    Ok(command.spawn()?)
}

/// Waits for mail, tells the code in it, and leaves it marked as read.
async fn monitor(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let (name, _) = scene.filled(&mut client, "monitored", &[short("nothing to see").as_bytes()]).await?;
    let mut child = start(scene, "email_monitor", &["--mailbox", &name, "--codes", "1"])?;
    let mut words = BufReader::new(child.stderr.take().ok_or("no standard error")?).lines();
    let first = words.next_line().await?.unwrap_or_default();
    ensure(first.contains("waiting"), || format!("it says {first:?}"))?;
    let message = short("the code").replace("A line.", "Your code is 314159, good for a minute.");
    client.append_bytes(&*name, AppendOptions::new(), message).await?;
    let output = child.wait_with_output().await?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure(output.status.success() && text.contains("314159"), || format!("{}: {text}", output.status))?;
    let mut mailbox = client.select(&*name).await?;
    let seen = mailbox.search(&(SearchQuery::seen() & SearchQuery::subject("the code"))).await?;
    same(seen.len(), 1)?;
    same(mailbox.search(&SearchQuery::with_flag(Flag::Seen)?).await?.len(), 1)?;
    Ok(client.logout().await?)
}

/// Lists, searches, reads, saves an attachment, and leaves a draft.
async fn full_client(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let hostile = PARTS.replace("filename=\"bytes.bin\"", "filename=\"../../bytes.bin\"");
    let (name, _) = scene.filled(&mut client, "full", &[hostile.as_bytes()]).await?;
    let saved = scene.dir.join("saved").join("here");
    let path = saved.to_string_lossy().into_owned();
    let arguments = ["--mailbox", &name, "--search", "Code", "--from", "alice@example.org", "--save", &path];
    let output = start(scene, "email_full_client", &arguments)?.wait_with_output().await?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let why = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure(output.status.success(), || format!("{}: {text}{why}", output.status))?;
    ensure(text.contains("271828"), || format!("it does not show the message: {text}"))?;
    // Wherever the sender wanted it, it is where the user wanted it.
    let files: Vec<_> = std::fs::read_dir(&saved)?.collect::<std::io::Result<_>>()?;
    same(files.len(), 1)?;
    ensure(std::fs::read(files[0].path())? == BYTES, || "another attachment was saved".into())?;
    let special = client.special_use().await?;
    let drafts = special.mailbox(SpecialUse::Drafts).cloned().ok_or("no place for drafts")?;
    let mut mailbox = client.select(&drafts).await?;
    same(mailbox.search(&SearchQuery::draft()).await?.len(), 1)?;
    Ok(client.logout().await?)
}

/// Saves every message, and later what has changed alone.
async fn archive(scene: &Scene) -> Result<()> {
    let mut client = scene.alice().await?;
    let messages = [short("one"), short("two"), short("three")];
    let octets: Vec<_> = messages.iter().map(String::as_bytes).collect();
    let (name, uids) = scene.filled(&mut client, "archived", &octets).await?;
    let into = scene.dir.join("archive");
    let path = into.to_string_lossy().into_owned();
    let run = async || -> Result<String> {
        let output =
            start(scene, "email_archive", &["--mailbox", &name, "--into", &path])?.wait_with_output().await?;
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure(output.status.success(), || format!("{}: {why}", output.status))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    same(run().await?.as_str(), "3 messages saved, 0 removed")?;
    same(std::fs::read(into.join(format!("{}.eml", uids[1])))?, messages[1].clone().into_bytes())?;
    let mut mailbox = client.select(&*name).await?;
    mailbox.add_flags(uids[0], [Flag::Deleted]).await?;
    mailbox.expunge(uids[0]).await?;
    client.append_bytes(&*name, AppendOptions::new(), short("four")).await?;
    same(run().await?.as_str(), "1 messages saved, 1 removed")?;
    same(run().await?.as_str(), "0 messages saved, 0 removed")?;
    ensure(!into.join(format!("{}.eml", uids[0])).exists(), || "what is gone is still there".into())?;
    Ok(client.logout().await?)
}
