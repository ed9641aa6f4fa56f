//! No secret in a log, in an error or in what a debugger is shown.

use anyrfc_core::testing::log;
use anyrfc_imap::proto::State;
use anyrfc_sasl::{
    Channel, Credentials, Exchange, MechanismName, Negotiator, Policy, Service,
    testing::{Accounts, Reply, Server},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::support::{Peer, secret};

const PASSWORD: &str = "tanstaaf \"tanstaaf\\";
const TOKEN: &str = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg";

fn exchange(mechanism: MechanismName, credentials: Credentials) -> Exchange {
    let service = Service::new("imap", "mail.example").port(993);
    let policy = Policy::default().allow(mechanism);
    Negotiator::new(credentials, service, policy, [3; 32])
        .begin([mechanism.as_str()], &Channel::tls())
        .unwrap()
}

/// Logs in by a mechanism, with and without an initial response, and shows all there is to show.
fn session(mechanism: MechanismName, ir: bool) -> Vec<String> {
    let token = Credentials::bearer(TOKEN.to_owned());
    let password = Credentials::password("tim", PASSWORD.to_owned());
    let accounts = Accounts::new().password("tim", PASSWORD).token("tim", TOKEN);
    let credentials = if mechanism == MechanismName::OAUTHBEARER { token } else { password };
    let mut server = Server::new(mechanism, &accounts, &Channel::tls(), [9; 32]).unwrap().data_as_challenge();
    let ir_word = if ir { "SASL-IR" } else { "" };
    let mut peer = Peer::greeted(&format!("AUTH={mechanism} {ir_word}"));
    let mut said = Vec::new();
    let login = peer.machine.authenticate(exchange(mechanism, credentials)).unwrap();
    said.push(format!("{:?}", peer.machine));
    let heard = peer.hear();
    let mut response = heard.trim_end().split(' ').nth(3).map(|text| STANDARD.decode(text).unwrap());
    loop {
        said.push(format!("{:?}", peer.machine));
        match server.respond(response.as_deref()) {
            Reply::Challenge(challenge) => {
                peer.say(&format!("+ {}\r\n", STANDARD.encode(challenge)));
                response = Some(STANDARD.decode(peer.hear().trim_end()).unwrap());
            }
            Reply::Success(..) => break,
            other => panic!("{mechanism}: {other:?}"),
        }
    }
    peer.say("%1 OK done\r\n");
    peer.answer(login).unwrap();
    assert_eq!(peer.machine.phase(), State::Authenticated);
    said
}

#[test]
fn no_mechanism_shows_its_secret() {
    let mechanisms = [
        MechanismName::PLAIN,
        MechanismName::LOGIN,
        MechanismName::SCRAM_SHA_256,
        MechanismName::OAUTHBEARER,
    ];
    for mechanism in mechanisms {
        for ir in [true, false] {
            let (said, log) = log::capture(|| session(mechanism, ir));
            assert!(log.contains("anyrfc_imap::wire"), "nothing was logged");
            assert!(log.contains("AUTHENTICATE"), "{log}");
            let all = format!("{log}\n{}", said.join("\n"));
            log::assert_no_secret(&all, &[PASSWORD, TOKEN]);
        }
    }
}

#[test]
fn login_shows_no_secret_however_it_is_written() {
    for password in [PASSWORD, "an atom's worth", "two lines\r\nof it"] {
        for capabilities in ["", "LITERAL+"] {
            let (said, log) = log::capture(|| {
                let mut peer = Peer::greeted(capabilities);
                let login = peer.machine.login("tim", &secret(password)).unwrap();
                let mut said = vec![format!("{:?}", peer.machine)];
                while peer.hear().ends_with("}\r\n") {
                    said.push(format!("{:?}", peer.machine));
                    peer.say("+ go on\r\n");
                }
                said.push(format!("{:?}", peer.machine));
                // The server's echo of it is not for the log, either.
                peer.say(&format!("* OK you said {password}\r\n").replace("\r\no", " o"));
                peer.say("%1 OK done\r\n");
                drop(login);
                said
            });
            assert!(log.contains("LOGIN"), "{log}");
            let all = format!("{log}\n{}", said.join("\n"));
            let secrets: Vec<&str> = password.split("\r\n").filter(|part| part.len() >= 6).collect();
            log::assert_no_secret(&all, &secrets);
        }
    }
}
