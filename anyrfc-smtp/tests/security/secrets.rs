//! Case 19: secrets in logs, errors and what a debugger is shown; in cleartext, where the wire itself has them.

use anyrfc_core::testing::{log, pair, run_virtual};
use anyrfc_sasl::{Channel, MechanismName, Policy, testing::Server as Sasl};
use anyrfc_smtp::{
    Credentials, ErrorKind, Security, SmtpClient,
    testing::{Accounts, Answer, Server},
};

const PASSWORD: &str = "tanstaaf \"tanstaaf\\";
const TOKEN: &str = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg";

fn tim() -> Credentials {
    let mut tim = Credentials::password("tim", PASSWORD.to_owned());
    tim.token = Some(TOKEN.to_owned().into());
    tim
}

/// A whole session by one mechanism: all that there is to show of it.
fn session(server: &Server, mechanism: MechanismName, credentials: &Credentials) -> Vec<String> {
    run_virtual(async {
        let (near, far) = pair(1 << 20);
        let policy = Policy::default().only([mechanism]).danger_reveal_in_plaintext(mechanism);
        let builder = SmtpClient::builder().security(Security::Plaintext).sasl(policy);
        let client = async {
            let mut shown = vec![format!("{builder:?} {credentials:?}")];
            let mut client = builder.connect_over("smtp://mail.example", near).await.unwrap();
            match client.authenticate(credentials).await {
                Ok(login) => shown.push(format!("{login:?}")),
                Err(error) => {
                    shown.push(format!("{error} {error:?}"));
                    let mut source = std::error::Error::source(&error);
                    while let Some(inner) = source {
                        shown.push(format!("{inner} {inner:?}"));
                        source = inner.source();
                    }
                }
            }
            shown.push(format!("{client:?}"));
            let _ = client.quit().await;
            shown
        };
        tokio::join!(client, server.serve(far)).0
    })
}

#[track_caller]
fn shows_nothing(server: &Server, mechanism: MechanismName, credentials: &Credentials) {
    let (shown, logged) = log::capture(|| session(server, mechanism, credentials));
    assert!(logged.contains("anyrfc_smtp::wire") && logged.contains("AUTH"), "{mechanism}: {logged}");
    // The server has heard it, so that it could have been logged.
    let auth = format!("AUTH {mechanism}");
    assert!(server.commands().iter().any(|line| line.starts_with(&auth)), "{:?}", server.commands());
    log::assert_no_secret(&format!("{logged}\n{}", shown.join("\n")), &[PASSWORD, TOKEN]);
}

#[test]
fn case_19_no_mechanism_shows_its_secret_in_cleartext() {
    for mechanism in Sasl::mechanisms(&Channel::plaintext()) {
        for accounts in [Accounts::new().password("tim", PASSWORD).token("tim", TOKEN), Accounts::new()] {
            let server = Server::new(accounts).plaintext_passwords().mechanisms(&[mechanism]);
            shows_nothing(&server, mechanism, &tim());
        }
    }
}

#[test]
fn case_19_nor_do_those_that_the_kit_does_not_have() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let digest = "realm=\"x\",nonce=\"OA9BSXrbuRhWay\",qop=\"auth\",algorithm=md5-sess,charset=utf-8";
    for (mechanism, challenge) in [
        (MechanismName::CRAM_MD5, "<1896.697170952@postoffice.reston.mci.net>"),
        (MechanismName::DIGEST_MD5, digest),
    ] {
        for outcome in [Answer::reply(235, "2.7.0 welcome"), Answer::reply(535, "5.7.8 no")] {
            let first = Answer::raw(format!("334 {}\r\n", STANDARD.encode(challenge)));
            let server = Server::full()
                .offer(&format!("AUTH {mechanism}"))
                .on("AUTH", move |_, _| first.clone())
                .on_response(move |_, _| outcome.clone());
            shows_nothing(&server, mechanism, &tim());
        }
    }
}

#[test]
fn case_19_a_server_that_repeats_the_secret_gets_it_into_no_log() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let response = STANDARD.encode(format!("\0tim\0{PASSWORD}"));
    for answer in [
        Answer::reply(535, &format!("5.7.8 you said {response}")),
        Answer::reply(454, &format!("4.7.0 you said {PASSWORD}")),
        Answer::raw(format!("334 {response}\r\n")),
        Answer::raw(format!("334 {PASSWORD}\r\n")),
        Answer::raw(format!("{PASSWORD}\r\n")),
    ] {
        let server = Server::full().offer("AUTH PLAIN").plaintext_passwords().once("AUTH", answer);
        let (_, logged) = log::capture(|| session(&server, MechanismName::PLAIN, &tim()));
        log::assert_no_secret(&logged, &[PASSWORD]);
    }
}

#[test]
fn case_19_no_url_takes_a_secret_and_none_repeats_it() {
    for url in ["smtps://tim:tanstaaftanstaaf@mail.example", "smtps://mail.example/?token=tanstaaftanstaaf"] {
        let (error, logged) = log::capture(|| {
            run_virtual(async {
                let (near, _far) = pair(1 << 10);
                SmtpClient::builder().connect_over(url, near).await.unwrap_err()
            })
        });
        assert_eq!(error.kind(), ErrorKind::Usage);
        log::assert_no_secret(&format!("{logged}\n{error} {error:?}"), &["tanstaaftanstaaf"]);
    }
}
