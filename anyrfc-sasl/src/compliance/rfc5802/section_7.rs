//! RFC 5802, section 7: the grammar.

use anyrfc_core::compliance::Check;

use super::super::{
    judge::{Hash, ScramServer},
    support::{NONCE, answer, before_the_end, bound, broke, login, nonce, pencil, scram_with},
};
use crate::{Binding, BindingType, ChannelBinding, Preparation, Scram, ScramError, ScramHash, rfc5802 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5802/section-7/server-first-message",
        covers: &[r::SERVER_FIRST_IS_WELL_FORMED],
        run: server_first_message,
    },
    Check {
        name: "rfc5802/section-7/server-final-message",
        covers: &[r::SERVER_FINAL_IS_WELL_FORMED],
        run: server_final_message,
    },
    Check {
        name: "rfc5802/section-7/iteration-count",
        covers: &[r::ITERATION_COUNT_IS_POSITIVE],
        run: iteration_count,
    },
    Check { name: "rfc5802/section-7/base64", covers: &[r::BASE64_IS_STRICT], run: base64 },
    Check {
        name: "rfc5802/section-7/printable-nonce",
        covers: &[r::NONCE_IS_PRINTABLE],
        run: printable_nonce,
    },
    Check {
        name: "rfc5802/section-7/errors-not-listed",
        covers: &[r::UNKNOWN_ERROR_IS_OTHER_ERROR],
        run: errors_not_listed,
    },
    Check {
        name: "rfc5802/section-7/unrecognised-attributes",
        covers: &[r::UNRECOGNISED_ATTRIBUTES_ARE_IGNORED],
        run: unrecognised_attributes,
    },
    Check {
        name: "rfc5802/section-7/binding-data-with-p",
        covers: &[r::BINDING_DATA_WITH_P],
        run: binding_data_with_p,
    },
    Check {
        name: "rfc5802/section-7/no-binding-data-without-p",
        covers: &[r::NO_BINDING_DATA_WITHOUT_P],
        run: no_binding_data_without_p,
    },
];

fn server_first_message() {
    answer(format!("r={NONCE}x,s=c2FsdA==,i=1")).expect("well formed");
    for wrong in [
        "",
        ",",
        "r={}x",
        "r={}x,s=c2FsdA==",
        "s=c2FsdA==,r={}x,i=1",
        "r={}x,i=1,s=c2FsdA==",
        " r={}x,s=c2FsdA==,i=1",
        "r={}x, s=c2FsdA==,i=1",
        "R={}x,s=c2FsdA==,i=1",
        "r={}x,s=c2FsdA==,i=1,",
        "r={}x,,s=c2FsdA==,i=1",
        "r={}x;s=c2FsdA==;i=1",
        "v=AAAA",
        "{}",
        "r={}x,s=,i=1",
        "r={}x,s=c2FsdA==,i=1\0",
    ] {
        assert!(answer(wrong.replace("{}", NONCE)).is_err(), "{wrong:?}");
    }
    for wrong in ["r={}x", "s=c2FsdA==,r={}x,i=1", "r={}x,i=1,s=c2FsdA=="] {
        broke(answer(wrong.replace("{}", NONCE)), r::SERVER_FIRST_IS_WELL_FORMED);
    }
    broke(answer(b"r=\xff\xfe,s=c2FsdA==,i=1"), r::SERVER_FIRST_IS_WELL_FORMED);
    // Cut anywhere, but for the digits at its end, it is none; and nothing panics.
    let whole = format!("r={NONCE}x,s=c2FsdA==,i=1");
    for end in 0..whole.len() {
        assert!(answer(&whole[..end]).is_err(), "{end}");
    }
}

fn server_final_message() {
    for wrong in ["", ",", "v", "v=", "e", "e=", "V=AAAA", "x=AAAA", " v=AAAA", "r=abc,s=c2FsdA==,i=1"] {
        let (mut exchange, _) = before_the_end();
        let error = exchange.step(wrong.as_bytes()).expect_err("not well formed");
        assert_eq!(error.requirement(), Some(r::SERVER_FINAL_IS_WELL_FORMED), "{wrong:?}: {error}");
    }
    let (mut exchange, signature) = before_the_end();
    exchange.step(&signature).map(drop).expect("well formed");
}

fn iteration_count() {
    for wrong in [
        "0",
        "-1",
        "+4096",
        "04096",
        "4096.0",
        "0x1000",
        "4096 ",
        " 4096",
        "4 096",
        "",
        "many",
        "\u{664}\u{660}",
    ] {
        let message = format!("r={NONCE}x,s=c2FsdA==,i={wrong}");
        assert!(answer(&message).is_err(), "{wrong:?}");
        if wrong.len() > 1 && wrong.is_ascii() || wrong == "0" {
            broke(answer(&message), r::ITERATION_COUNT_IS_POSITIVE);
        }
    }
    for overflow in ["4294967296", "18446744073709551616", &"9".repeat(1000)] {
        broke(answer(format!("r={NONCE}x,s=c2FsdA==,i={overflow}")), r::ITERATION_COUNT_IS_POSITIVE);
    }
    answer(format!("r={NONCE}x,s=c2FsdA==,i=1")).expect("a number");
}

fn base64() {
    for wrong in
        ["c2FsdA", "c2FsdA=", "c2FsdB==", "c2Fs dA==", "c2FsdA==\n", "c2F_dA==", "====", "c2FsdA===", "!"]
    {
        broke(answer(format!("r={NONCE}x,s={wrong},i=1")), r::BASE64_IS_STRICT);
        let (mut exchange, _) = before_the_end();
        broke(exchange.step(format!("v={wrong}").as_bytes()), r::BASE64_IS_STRICT);
    }
    for right in ["c2FsdA==", "c2FsdHM=", "c2FsdHNz", "+/+/"] {
        answer(format!("r={NONCE}x,s={right},i=1")).expect("base64");
    }
}

fn printable_nonce() {
    for octet in 0..=0xFF_u8 {
        let message = [b"r=", NONCE.as_bytes(), b"x", &[octet], b"x,s=c2FsdA==,i=1"].concat();
        let printable = octet.is_ascii_graphic() && octet != b',';
        assert_eq!(answer(&message).is_ok(), printable, "{octet:#x}");
    }
    broke(answer(format!("r={NONCE} x,s=c2FsdA==,i=1")), r::NONCE_IS_PRINTABLE);
}

/// Kept as it came, escaped, and treated alike.
fn errors_not_listed() {
    let refused = |message: &str| {
        let (mut exchange, _) = before_the_end();
        exchange.step(message.as_bytes()).expect_err("an error")
    };
    let other = refused("e=other-error");
    for value in ["x-my-own", "\u{e9}", "INVALID-PROOF", "invalid-proof2"] {
        let error = refused(&format!("e={value}"));
        assert_eq!((error.kind(), error.fault()), (other.kind(), other.fault()), "{value}");
        assert!(matches!(error.scram(), Some(ScramError::Unlisted(_))), "{value}");
    }
    let shown = refused("e=\u{1b}[2J").to_string();
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
    assert_ne!(refused("e=invalid-proof").kind(), other.kind(), "a listed one is told apart");
}

fn unrecognised_attributes() {
    for letter in ('a'..='z').chain('A'..='Z').filter(|letter| *letter != 'm') {
        answer(format!("r={NONCE}y,s=c2FsdA==,i=1,{letter}=anything")).expect("ignored");
    }
    // Ignored, and signed all the same.
    let mut server = ScramServer::new(Hash::Sha256);
    server.extensions = ",a=1,Z=2".into();
    login(scram_with(ScramHash::Sha256, &pencil(), Binding::Unsupported), &mut server).expect("signed");
}

fn binding_data_with_p() {
    for (kind, name) in
        [(BindingType::TlsExporter, "tls-exporter"), (BindingType::TlsServerEndPoint, "tls-server-end-point")]
    {
        let mut server = ScramServer::new(Hash::Sha256);
        server.binding = Some((name.into(), vec![7; 32]));
        login(scram_with(ScramHash::Sha256, &pencil(), bound(kind, &[7; 32])), &mut server)
            .expect("the same");
        assert_eq!(server.gs2(), format!("p={name},,"));
        // The judge tells any other data from these.
        for data in [&[7; 31][..], &[7; 33], &[8; 32]] {
            let mechanism = scram_with(ScramHash::Sha256, &pencil(), bound(kind, data));
            let error = login(mechanism, &mut server).expect_err("other data");
            assert_eq!(error.scram(), Some(&ScramError::ChannelBindingsDontMatch));
        }
    }
    // Without data there is no binding.
    let empty = Binding::Bound(ChannelBinding::new(BindingType::TlsExporter, []));
    assert!(Scram::new(ScramHash::Sha256, &pencil(), Preparation::Saslprep, empty, nonce()).is_err());
}

fn no_binding_data_without_p() {
    for (binding, flag) in [(Binding::Unsupported, "n,,"), (Binding::NotOffered, "y,,")] {
        let mut server = ScramServer::new(Hash::Sha256);
        login(scram_with(ScramHash::Sha256, &pencil(), binding), &mut server).expect("the header alone");
        assert_eq!(server.gs2(), flag);
    }
}
