//! RFC 5802, section 2.2: notation, which asks for SASLprep.

use anyrfc_core::compliance::Check;

use super::super::{
    judge::{Hash, ScramServer},
    support::{login, nonce, scram_with},
};
use crate::{Binding, Credentials, Preparation, Scram, ScramHash, rfc5802 as r};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "rfc5802/section-2.2/passwords-are-prepared-by-saslprep",
    covers: &[r::SASLPREP_OR_ASCII],
    run: passwords_are_prepared_by_saslprep,
}];

fn passwords_are_prepared_by_saslprep() {
    for (typed, on_file) in [
        ("I\u{ad}X", "IX"),
        ("\u{2168}", "IX"),
        ("p\u{e4}ss", "p\u{e4}ss"),
        ("pa\u{308}ss", "p\u{e4}ss"),
        ("a\u{a0}b", "a b"),
        ("\u{1f511}", "\u{1f511}"),
    ] {
        let mut server = ScramServer::new(Hash::Sha256);
        server.password = on_file.as_bytes().to_vec();
        let credentials = Credentials::password("user", typed.to_owned());
        let mechanism = scram_with(ScramHash::Sha256, &credentials, Binding::Unsupported);
        login(mechanism, &mut server).expect("both sides hash the same");
        // The judge does tell one from the other.
        server.password = b"another".to_vec();
        let mechanism = scram_with(ScramHash::Sha256, &credentials, Binding::Unsupported);
        assert!(login(mechanism, &mut server).is_err());
    }
    let prohibited = Credentials::password("user", String::from("p\u{7}"));
    let refused =
        Scram::new(ScramHash::Sha256, &prohibited, Preparation::Saslprep, Binding::Unsupported, nonce());
    assert!(refused.is_err());
}
