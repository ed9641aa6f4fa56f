//! RFC 2831, section 2.1.1: the challenge.

use anyrfc_core::compliance::Check;

use super::{
    super::support::broke,
    judge::{CHALLENGE, answer, chris, chris_answers, maybe, mechanism, once},
};
use crate::{Credentials, rfc2831 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2831/section-2.1.1/realms",
        covers: &[r::REALM_IS_SUPPLIED, r::ONE_OF_THE_REALMS_IS_CHOSEN, r::REALM_IS_ONE_OF_THOSE_OFFERED],
        run: realms,
    },
    Check {
        name: "rfc2831/section-2.1.1/one-nonce-and-one-algorithm",
        covers: &[r::NONCE_APPEARS_ONCE, r::ALGORITHM_APPEARS_ONCE, r::ALGORITHM_IS_MD5_SESS],
        run: one_nonce_and_one_algorithm,
    },
    Check {
        name: "rfc2831/section-2.1.1/qualities-of-protection",
        covers: &[r::UNKNOWN_QOP_IS_IGNORED, r::NO_KNOWN_QOP_ABORTS],
        run: qualities_of_protection,
    },
    Check {
        name: "rfc2831/section-2.1.1/directives-that-appear-once",
        covers: &[r::DIRECTIVES_APPEAR_AT_MOST_ONCE],
        run: directives_that_appear_once,
    },
    Check { name: "rfc2831/section-2.1.1/charset", covers: &[r::LATIN_1_WITHOUT_CHARSET], run: charset },
    Check {
        name: "rfc2831/section-2.1.1/what-is-not-known-is-ignored",
        covers: &[
            r::UNKNOWN_CIPHER_IS_IGNORED,
            r::UNKNOWN_DIRECTIVES_ARE_IGNORED,
            r::HTTP_DIRECTIVES_ARE_IGNORED,
        ],
        run: what_is_not_known_is_ignored,
    },
    Check {
        name: "rfc2831/section-2.1.1/fewer-than-2048-bytes",
        covers: &[r::CHALLENGE_BELOW_2048_BYTES],
        run: fewer_than_2048_bytes,
    },
    Check {
        name: "rfc2831/section-2.1.1/a-list-of-directives",
        covers: &[r::CHALLENGE_IS_A_LIST],
        run: a_list_of_directives,
    },
];

const BARE: &str = "nonce=\"n\",algorithm=md5-sess";

fn realms() {
    let several = format!("realm=\"a\",realm=\"b, c\",{BARE}");
    let chosen = |challenge: &str, wanted: Option<&str>| {
        let mechanism = mechanism(&chris());
        let mechanism = if let Some(realm) = wanted { mechanism.realm(realm) } else { mechanism };
        answer(mechanism, challenge).map(|response| maybe(&response, "realm"))
    };
    assert_eq!(chosen(&several, None).expect("a choice"), Some(b"a".to_vec()));
    assert_eq!(chosen(&several, Some("b, c")).expect("a choice"), Some(b"b, c".to_vec()));
    broke(chosen(&several, Some("d")), r::REALM_IS_ONE_OF_THOSE_OFFERED);
    // Where none is named the user's own is supplied, or none.
    assert_eq!(chosen(BARE, Some("d")).expect("a choice"), Some(b"d".to_vec()));
    assert_eq!(chosen(BARE, None).expect("none"), None);
}

fn one_nonce_and_one_algorithm() {
    assert_eq!(once(&chris_answers(BARE).expect("well formed"), "nonce"), b"n");
    for wrong in ["algorithm=md5-sess", "nonce=\"\",algorithm=md5-sess", "nonce=a,nonce=a,algorithm=md5-sess"]
    {
        broke(chris_answers(wrong), r::NONCE_APPEARS_ONCE);
    }
    for wrong in ["nonce=a", "nonce=a,algorithm=md5-sess,algorithm=md5-sess"] {
        broke(chris_answers(wrong), r::ALGORITHM_APPEARS_ONCE);
    }
    for wrong in ["nonce=a,algorithm=md5", "nonce=a,algorithm=sha-256-sess", "nonce=a,algorithm=\"\""] {
        broke(chris_answers(wrong), r::ALGORITHM_IS_MD5_SESS);
    }
}

/// Only `auth` is ever chosen: it has to be there, or nothing at all.
fn qualities_of_protection() {
    for offered in ["auth", "auth,auth-int,auth-conf", "new-one, auth", "auth-conf,,AUTH", "x,y,auth,z"] {
        let response = chris_answers(format!("qop=\"{offered}\",{BARE}")).expect("auth is among them");
        assert_eq!(once(&response, "qop"), b"auth", "{offered}");
    }
    assert_eq!(once(&chris_answers(BARE).expect("the default"), "qop"), b"auth");
    for offered in ["auth-int", "auth-int,auth-conf", "new-one", "authx", "aut"] {
        broke(chris_answers(format!("qop=\"{offered}\",{BARE}")), r::NO_KNOWN_QOP_ABORTS);
    }
}

fn directives_that_appear_once() {
    for directive in ["stale=true", "maxbuf=65536", "charset=utf-8"] {
        chris_answers(format!("{BARE},{directive}")).expect("once");
        broke(chris_answers(format!("{BARE},{directive},{directive}")), r::DIRECTIVES_APPEAR_AT_MOST_ONCE);
    }
}

fn charset() {
    let account = Credentials::password("j\u{fc}rgen", String::from("p\u{e4}ss"));
    let latin = answer(mechanism(&account), BARE).expect("both are in ISO 8859-1");
    assert_eq!(once(&latin, "username"), b"j\xfcrgen");
    assert_eq!(maybe(&latin, "charset"), None);
    let utf_8 = answer(mechanism(&account), format!("{BARE},charset=utf-8")).expect("UTF-8");
    assert_eq!(once(&utf_8, "username"), "j\u{fc}rgen".as_bytes());
    assert_eq!(once(&utf_8, "charset"), b"utf-8");
    for (user, password) in [("\u{4e00}", "p"), ("u", "\u{20ac}")] {
        let account = Credentials::password(user, password.to_owned());
        broke(answer(mechanism(&account), BARE), r::LATIN_1_WITHOUT_CHARSET);
        answer(mechanism(&account), format!("{BARE},charset=utf-8")).expect("UTF-8 has it");
    }
}

/// The answer is the same, but for what is known.
fn what_is_not_known_is_ignored() {
    let plain = chris_answers(CHALLENGE).expect("the RFC's own");
    for more in [
        "cipher=\"rc4,unknown-cipher\"",
        "cipher=\"unknown-cipher\"",
        "opaque=\"x\"",
        "domain=\"/a /b\"",
        "new=1,new=2,another=\"a=b,c\"",
        "stale=false",
    ] {
        let response = chris_answers(format!("{CHALLENGE},{more}")).expect("ignored");
        assert_eq!(response, plain, "{more}");
    }
    // What is known is not.
    assert_ne!(chris_answers(CHALLENGE.replace("hh\"", "ii\"")).expect("another nonce"), plain);
}

fn fewer_than_2048_bytes() {
    let of = |length: usize| {
        let start = format!("{BARE},x=\"");
        format!("{start}{}\"", "y".repeat(length - start.len() - 1))
    };
    assert_eq!(of(2047).len(), 2047);
    chris_answers(of(2047)).expect("just short enough");
    for length in [2048, 4096, 60_000] {
        broke(chris_answers(of(length)), r::CHALLENGE_BELOW_2048_BYTES);
    }
}

fn a_list_of_directives() {
    for wrong in ["nonce", "nonce=", "=x", "nonce=\"n", "nonce=\"n\"x,algorithm=md5-sess", "hello world", ","]
    {
        broke(chris_answers(wrong), r::CHALLENGE_IS_A_LIST);
    }
    chris_answers(CHALLENGE).expect("a list");
}
