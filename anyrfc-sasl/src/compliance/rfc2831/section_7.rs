//! RFC 2831, section 7: the grammar, which is that of HTTP/1.1.

use anyrfc_core::compliance::Check;

use super::{
    super::support::broke,
    judge::{answer, chris_answers, mechanism, once},
};
use crate::{Credentials, rfc2831 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2831/section-7.1/lists",
        covers: &[r::LISTS_MAY_HOLD_SPACE, r::LISTS_HAVE_AN_ELEMENT],
        run: lists,
    },
    Check { name: "rfc2831/section-7.1/tokens", covers: &[r::TOKENS_ARE_DELIMITED], run: tokens },
    Check { name: "rfc2831/section-7.2/folded-space", covers: &[r::SPACE_MAY_BE_FOLDED], run: folded_space },
    Check {
        name: "rfc2831/section-7.2/quoted-strings",
        covers: &[r::SPECIALS_ARE_QUOTED, r::BACKSLASH_QUOTES],
        run: quoted_strings,
    },
];

fn lists() {
    for challenge in [
        "nonce=n,algorithm=md5-sess",
        "nonce=n , algorithm=md5-sess",
        " nonce=n,,algorithm=md5-sess,",
        ",\t,nonce=n, ,algorithm=md5-sess",
        "nonce=n,algorithm=md5-sess,qop=\" , auth , \"",
    ] {
        assert_eq!(once(&chris_answers(challenge).expect("a list"), "nonce"), b"n", "{challenge}");
    }
    for nothing in ["", " ", ",", ", ,", "\t"] {
        broke(chris_answers(nothing), r::CHALLENGE_IS_A_LIST);
    }
    // What is sent has no empty element, and no white space to be misread.
    let response = chris_answers("nonce=n,algorithm=md5-sess").expect("a list");
    assert!(!response.windows(2).any(|pair| pair == b",," || pair == b", "));
}

fn tokens() {
    // Two tokens side by side are none, neither in a challenge nor in what is sent.
    for wrong in ["nonce=n algorithm=md5-sess", "nonce=\"n\"algorithm=md5-sess", "nonce=n;algorithm=md5-sess"]
    {
        broke(chris_answers(wrong), r::CHALLENGE_IS_A_LIST);
    }
    let response = chris_answers("nonce=n,algorithm=md5-sess").expect("a list");
    let text = String::from_utf8(response).expect("ASCII");
    assert!(text.contains("nc=00000001,") && text.contains(",qop=auth"), "{text}");
}

fn folded_space() {
    let folded = "nonce=n,\r\n algorithm=md5-sess,\r\n\t x=1";
    assert_eq!(once(&chris_answers(folded).expect("white space"), "nonce"), b"n");
    broke(chris_answers("nonce=n\u{b}algorithm=md5-sess"), r::CHALLENGE_IS_A_LIST);
}

fn quoted_strings() {
    // Read: a backslash stands for what follows it.
    for (quoted, value) in [(r#"a\"b"#, r#"a"b"#), (r"a\\b", r"a\b"), (r"a\b", "ab"), ("a,b=c;d", "a,b=c;d")]
    {
        let response = chris_answers(format!("nonce=\"{quoted}\",algorithm=md5-sess")).expect("quoted");
        assert_eq!(once(&response, "nonce"), value.as_bytes(), "{quoted}");
    }
    broke(chris_answers("nonce=\"a\\\",algorithm=md5-sess"), r::CHALLENGE_IS_A_LIST);
    // A separator outside quotes ends a token, or is no token at all.
    for wrong in
        ["nonce=a@b,algorithm=md5-sess", "nonce=(a),algorithm=md5-sess", "nonce={a},algorithm=md5-sess"]
    {
        broke(chris_answers(wrong), r::CHALLENGE_IS_A_LIST);
    }
    // Written: what may hold a separator is quoted, with a backslash where it has to be.
    for (user, written) in
        [("a b", "username=\"a b\""), (r#"a"b"#, r#"username="a\"b""#), (r"a\b", r#"username="a\\b""#)]
    {
        let account = Credentials::password(user, String::from("secret"));
        let response =
            answer(mechanism(&account), "nonce=n,algorithm=md5-sess,charset=utf-8").expect("a list");
        let text = String::from_utf8(response).expect("UTF-8");
        assert!(text.contains(written), "{text}");
    }
}
