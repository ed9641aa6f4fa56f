//! RFC 5802, section 4: names.

use anyrfc_core::compliance::Check;

use super::super::{
    judge::ScramServer,
    support::{HASHES, bound, login, pencil, scram_with},
};
use crate::{Binding, BindingType, Mechanism as _, rfc5802 as r};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "rfc5802/section-4/sha-1-is-there-as-are-the-others",
    covers: &[r::SHA_1_IS_IMPLEMENTED],
    run: sha_1_is_there_as_are_the_others,
}];

fn sha_1_is_there_as_are_the_others() {
    let names = ["SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-384", "SCRAM-SHA-512"];
    for ((hash, judged), name) in HASHES.into_iter().zip(names) {
        let mechanism = scram_with(hash, &pencil(), Binding::Unsupported);
        assert_eq!(mechanism.name().as_str(), name);
        login(mechanism, &mut ScramServer::new(judged)).expect("the judge takes it");

        let mut server = ScramServer::new(judged);
        server.binding = Some(("tls-exporter".into(), vec![9; 32]));
        let mechanism = scram_with(hash, &pencil(), bound(BindingType::TlsExporter, &[9; 32]));
        assert_eq!(mechanism.name().as_str(), format!("{name}-PLUS"));
        login(mechanism, &mut server).expect("the judge takes it");
    }
}
