//! RFC 5802, section 3: the algorithm.

use anyrfc_core::compliance::Check;

use super::super::{
    judge::{Hash, ScramServer},
    support::{HASHES, first, login, pencil, scram_with},
};
use crate::{Binding, Credentials, ErrorKind, Exchange, Nonce, Preparation, Scram, ScramHash, rfc5802 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5802/section-3/user-name-and-password-in-utf-8",
        covers: &[r::USERNAME_AND_PASSWORD_ARE_UTF8],
        run: user_name_and_password_in_utf_8,
    },
    Check { name: "rfc5802/section-3/the-proof", covers: &[r::PROOF_IS_COMPUTED], run: the_proof },
    Check {
        name: "rfc5802/section-3/messages-are-signed-as-they-were",
        covers: &[r::AUTH_MESSAGE_IS_VERBATIM],
        run: messages_are_signed_as_they_were,
    },
];

fn user_name_and_password_in_utf_8() {
    for text in ["j\u{fc}rgen", "\u{20ac}", "\u{4e00}\u{4e01}", "\u{1f511}"] {
        let mut server = ScramServer::new(Hash::Sha256);
        (server.user, server.password) = (text.into(), text.as_bytes().to_vec());
        let credentials = Credentials::password(text, text.to_owned());
        let mechanism = scram_with(ScramHash::Sha256, &credentials, Binding::Unsupported);
        let message = first(&mut Exchange::new(mechanism));
        let at = [b"n,,n=", text.as_bytes(), b",r="].concat();
        assert!(message.starts_with(&at), "{}", text.escape_unicode());
        let mechanism = scram_with(ScramHash::Sha256, &credentials, Binding::Unsupported);
        login(mechanism, &mut server).expect("the same octets on both sides");
        // A server that reads other octets into it does not take them.
        server.password = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let mechanism = scram_with(ScramHash::Sha256, &credentials, Binding::Unsupported);
        assert!(login(mechanism, &mut server).is_err());
    }
}

/// The RFC's example, and every hash with a judge that computes by the book.
fn the_proof() {
    let mut exchange = Exchange::new(scram_with(ScramHash::Sha1, &pencil(), Binding::Unsupported));
    assert_eq!(first(&mut exchange), b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    let challenge = b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
    let response = exchange.step_blocking(challenge).expect("the RFC's own message");
    assert_eq!(
        response.expose(),
        b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
    );
    exchange.succeed(Some(b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=")).expect("the RFC's own signature");

    for (hash, judged) in HASHES {
        let mut server = ScramServer::new(judged);
        for (salt, password, iterations) in
            [(&b"s"[..], "pencil", 4096), (&[0; 64], "pencil", 1), (&[255; 200], "x", 77)]
        {
            (server.salt, server.password) = (salt.to_vec(), password.as_bytes().to_vec());
            server.iterations = iterations;
            let credentials = Credentials::password("user", password.to_owned());
            let mechanism = scram_with(hash, &credentials, Binding::Unsupported);
            let established = login(mechanism, &mut server).expect("the judge takes the proof");
            assert!(established.mutual);
            assert_eq!(established.iterations, Some(server.iterations));
            let wrong = Credentials::password("user", format!("{password}2"));
            let mechanism = scram_with(hash, &wrong, Binding::Unsupported);
            let error = login(mechanism, &mut server).expect_err("a wrong password");
            assert_eq!(error.kind(), ErrorKind::Auth, "{hash:?}");
        }
        // Longer than the block of any of these hashes: it is hashed first.
        let long = "long ".repeat(60);
        server.password = long.clone().into_bytes();
        let credentials = Credentials::password("user", long);
        login(scram_with(hash, &credentials, Binding::Unsupported), &mut server).expect("any length");
    }
}

/// Extensions, an odd order among them, and a nonce of any form: both sides sign the same octets.
fn messages_are_signed_as_they_were() {
    for extensions in [",x=foo", ",d=a=b,z=1", ",q=\u{e9}\u{1f511}", ",x=1,x=1"] {
        for (hash, judged) in HASHES {
            let mut server = ScramServer::new(judged);
            server.extensions = extensions.into();
            server.nonce = "!#$%&'()*+-./:;<=>?@[]^_`{|}~".into();
            let mechanism = scram_with(hash, &pencil(), Binding::NotOffered);
            login(mechanism, &mut server).expect("what is optional is signed all the same");
        }
    }
    let mut server = ScramServer::new(Hash::Sha256);
    let odd = Nonce::from_text("a=b;c='d'").expect("a nonce");
    let mechanism =
        Scram::new(ScramHash::Sha256, &pencil(), Preparation::Saslprep, Binding::Unsupported, odd);
    login(mechanism.expect("it can be sent").iterations(1..=1), &mut server).expect("any printable nonce");
}
