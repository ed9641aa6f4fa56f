//! No secret in a log, in an error or in what a debugger is shown.

use anyrfc_core::testing::log;
use anyrfc_sasl::{BindingType, Channel, MechanismName, Policy, testing::Server as Sasl};
use anyrfc_smtp::{
    Credentials, SmtpClient,
    testing::{Accounts, Answer, Server},
};

use super::{
    mechanisms::credentials_for,
    support::{PASSWORD, SMTP, SMTPS, TOKEN, accounts, open, serve, tls},
};

#[test]
fn no_mechanism_shows_its_secret() {
    let bound = Channel::tls().with_binding(BindingType::TlsExporter, [1; 32]);
    for mechanism in Sasl::mechanisms(&bound) {
        for succeeds in [true, false] {
            let (there, here) = tls();
            let accounts = if succeeds { accounts() } else { Accounts::new().password("other", "x") };
            let server =
                Server::new(accounts).implicit_tls(there).mechanisms(&[mechanism, mechanism.without_plus()]);
            let (said, log) = log::capture(|| {
                serve(&server, async |stream| {
                    let policy = Policy::default().only([mechanism]);
                    let builder = SmtpClient::builder().tls(here).sasl(policy);
                    let mut said = vec![format!("{builder:?}")];
                    let mut client = builder.connect_over(SMTPS, stream).await.unwrap();
                    match client.authenticate(&credentials_for(mechanism)).await {
                        Ok(login) => said.push(format!("{login:?}")),
                        Err(error) => {
                            said.push(format!("{error} {error:?} {:?}", std::error::Error::source(&error)))
                        }
                    }
                    assert_eq!(client.is_authenticated(), succeeds, "{mechanism}");
                    said.push(format!("{client:?}"));
                    client.quit().await.unwrap();
                    said
                })
            });
            assert!(log.contains("anyrfc_smtp::wire") && log.contains("AUTH"), "{log}");
            log::assert_no_secret(&format!("{log}\n{}", said.join("\n")), &[PASSWORD, TOKEN]);
        }
    }
}

#[test]
fn what_the_server_says_back_is_not_logged_either() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let response = STANDARD.encode(format!("\0user\0{PASSWORD}"));
    // It repeats what it was told, in a challenge and in its refusal.
    let answers = [
        Answer::raw(format!("535 5.7.8 you said {response}\r\n")),
        Answer::raw(format!("334 {response}\r\n")),
    ];
    for answer in answers {
        let server = Server::new(accounts())
            .plaintext_passwords()
            .mechanisms(&[MechanismName::PLAIN])
            .once("AUTH", answer);
        let ((), log) = log::capture(|| {
            serve(&server, async |stream| {
                let mut client = open().connect_over(SMTP, stream).await.unwrap();
                let password = Credentials::password("user", PASSWORD.to_owned());
                client.authenticate(&password).await.unwrap_err();
            });
        });
        log::assert_no_secret(&log, &[PASSWORD]);
    }
}
