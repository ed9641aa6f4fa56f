//! Tokens that are kept.

use std::path::Path;

use anyrfc_oauth2::testing::{AuthorizationServer, ClientMethod, Place, Served};
use tokio::process::Child;

use crate::{
    oauth::{arguments, server},
    support::{Ran, Telling, feed, program, run_env},
};

const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

fn start(command: &str, origin: &str, store: &Path, options: &[&str], key: &str) -> Child {
    let options = [options, &["--store", store.to_str().unwrap()]].concat();
    let words = arguments(command, origin, &options);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    program(&words).env("ANYRFC_STORE_KEY", key).spawn().unwrap()
}

/// Everything happens at one origin, since tokens are kept by it.
async fn at_one_origin<T>(server: &AuthorizationServer, work: impl AsyncFnOnce(&str) -> T) -> T {
    let served = Served::plain(server.clone()).unwrap();
    let origin = served.origin().to_owned();
    served.beside(work(&origin)).await
}

async fn ask(command: &str, origin: &str, store: &Path, options: &[&str]) -> Ran {
    feed(start(command, origin, store, options, KEY), Vec::new()).await.hides(KEY)
}

/// Signs in by another device.
async fn sign_in(server: &AuthorizationServer, origin: &str, store: Option<&Path>, options: &[&str]) -> Ran {
    let kept: Vec<&str> = store.iter().flat_map(|store| ["--store", store.to_str().unwrap()]).collect();
    let options = [&["--scope", "mail.read"], options, &kept].concat();
    let mut telling = Telling::start(&arguments("device", origin, &options), &[("ANYRFC_STORE_KEY", KEY)]);
    let told = telling.told("Visit ").await;
    server.approve_device(told.split_once(" and enter ").unwrap().1);
    telling.end().await.hides(KEY)
}

#[tokio::test]
async fn tokens_are_kept_renewed_and_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("tokens");
    let server = server(ClientMethod::None);
    at_one_origin(&server, async |origin| {
        let ran = sign_in(&server, origin, Some(&store), &[]).await.exits(0);
        assert_eq!(ran.says("the tokens are kept").text(), "");

        // From the store, without asking the server for one.
        let asked = server.count(Place::Token);
        let first = ask("token", origin, &store, &["--print", "access_token"]).await.exits(0);
        let again = ask("token", origin, &store, &[]).await.exits(0).json();
        assert_eq!(again["access_token"], first.text().trim_end());
        assert_eq!(again["scope"], "mail.read");
        assert_eq!(server.count(Place::Token), asked);

        // Nothing is there for another name, and nothing without the key.
        ask("token", origin, &store, &["--store-name", "bob"]).await.exits(6);
        let other = KEY.replace("ZWY=", "ZWU=");
        feed(start("token", origin, &store, &[], &other), Vec::new()).await.exits(2);
        feed(start("token", origin, &store, &[], "short"), Vec::new()).await.exits(2).hides("short");

        // Refreshed though it is not due, and what was rotated is kept.
        for _ in 0..2 {
            let renewed = ask("refresh", origin, &store, &["--print", "access_token"]).await.exits(0);
            assert_ne!(renewed.stdout, first.stdout);
            let kept = ask("token", origin, &store, &["--print", "access_token"]).await.exits(0);
            assert_eq!(kept.stdout, renewed.stdout);
            assert!(!renewed.stderr.contains(renewed.text().trim_end()));
        }

        // Files hold nothing in the clear.
        for entry in std::fs::read_dir(&store).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(!String::from_utf8_lossy(&bytes).contains("mail.read"));
        }

        ask("revoke", origin, &store, &[]).await.exits(0).says("forgotten");
        assert_eq!(server.live_access_tokens(), 0);
        assert_eq!(ask("revoke", origin, &store, &[]).await.exits(1).text(), "");
    })
    .await;
    server.assert_blameless();
}

#[tokio::test]
async fn a_store_without_a_key_bothers_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(ClientMethod::None);
    at_one_origin(&server, async |origin| {
        let arguments = arguments("device", origin, &["--store", dir.path().to_str().unwrap()]);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ran = feed(program(&arguments).spawn().unwrap(), Vec::new()).await;
        ran.exits(2).says("ANYRFC_STORE_KEY is not set");
    })
    .await;
    server.assert_nothing_sent_to(Place::DeviceAuthorization);
}

#[tokio::test]
async fn a_refresh_token_may_be_given() {
    let server = server(ClientMethod::None);
    at_one_origin(&server, async |origin| {
        let granted = sign_in(&server, origin, None, &["--print", "refresh_token"]).await.exits(0);
        let token = granted.text().trim_end();
        for (command, options) in [("refresh", &[][..]), ("token", &["--grant", "refresh_token"])] {
            server.configure(|options| options.rotate_refresh_tokens = false);
            let arguments = arguments(command, origin, options);
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let ran = run_env(&[("ANYRFC_TOKEN", token)], "", &arguments).await.exits(0);
            // The old one stays in force, and is not lost.
            assert_eq!(ran.json()["refresh_token"], token);
            assert!(!ran.stderr.contains(token), "{}", ran.stderr);
        }
        let arguments = arguments("refresh", origin, &["--scope", "less"]);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        run_env(&[("ANYRFC_TOKEN", token)], "", &arguments).await.exits(2).says("rfc6749#6");
        server.revoke_everything();
        let ran = run_env(&[("ANYRFC_TOKEN", token)], "", &arguments[..7]).await;
        assert_eq!(ran.says("invalid_grant").text(), "");
    })
    .await;
}
