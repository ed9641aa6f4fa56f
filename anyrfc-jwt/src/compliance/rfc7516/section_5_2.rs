//! RFC 7516, section 5.2: decrypting.

use anyrfc_core::compliance::Check;
use serde_json::{Value, json};

use super::super::judge::{
    CEK, ENCRYPTIONS, breaks, direct, forged, forged_by, misread, not_taken, opens, read, reads, refusal,
    shared, unwrap, wrap,
};
use crate::{
    ErrorKind, Rejection,
    codec::base64url,
    proto::jwe::{DecryptionKey, EncryptionKey, Message, Outcome},
    rfc7516 as r, rfc7518,
    types::{
        ContentEncryption::{A128Gcm, A256Gcm},
        Curve, Header,
        JweAlgorithm::{A128Kw, A256Kw, Dir, EcdhEs},
        Jwk,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7516/section-5.2/one-recipient-is-enough-and-none-is-not",
        covers: &[r::ONE_RECIPIENT_VALIDATES, r::NO_VALID_RECIPIENT_IS_INVALID, r::ALL_FAILED_IS_INVALID],
        run: one_recipient_is_enough_and_none_is_not,
    },
    Check {
        name: "rfc7516/section-5.2/a-compact-one-has-four-periods",
        covers: &[r::COMPACT_JWE_HAS_FOUR_PERIODS],
        run: a_compact_one_has_four_periods,
    },
    Check {
        name: "rfc7516/section-5.2/parts-decode-strictly",
        covers: &[r::PARTS_DECODE_STRICTLY],
        run: parts_decode_strictly,
    },
    Check {
        name: "rfc7516/section-5.2/a-header-is-a-json-object",
        covers: &[r::PROTECTED_HEADER_IS_A_JSON_OBJECT],
        run: a_header_is_a_json_object,
    },
    Check {
        name: "rfc7516/section-5.2/no-name-is-in-two-headers",
        covers: &[r::NO_NAME_IN_TWO_HEADERS],
        run: no_name_is_in_two_headers,
    },
    Check {
        name: "rfc7516/section-5.2/what-is-needed-is-processed",
        covers: &[r::NEEDED_FIELDS_ARE_PROCESSED],
        run: what_is_needed_is_processed,
    },
    Check {
        name: "rfc7516/section-5.2/a-decrypted-key-has-its-length",
        covers: &[r::DECRYPTED_CEK_FITS_ENC],
        run: a_decrypted_key_has_its_length,
    },
    Check {
        name: "rfc7516/section-5.2/direct-modes-demand-an-empty-key",
        covers: &[r::DIRECT_MODES_DEMAND_AN_EMPTY_KEY],
        run: direct_modes_demand_an_empty_key,
    },
    Check {
        name: "rfc7516/section-5.2/a-wrong-tag-yields-nothing",
        covers: &[r::WRONG_TAG_YIELDS_NOTHING],
        run: a_wrong_tag_yields_nothing,
    },
    Check {
        name: "rfc7516/section-5.2/it-is-told-for-whom-it-decrypted",
        covers: &[r::JSON_RESULT_TELLS_WHICH_DECRYPTED],
        run: it_is_told_for_whom_it_decrypted,
    },
    Check {
        name: "rfc7516/section-5.2/algorithms-are-those-that-are-allowed",
        covers: &[r::ALGORITHMS_ARE_ACCEPTABLE],
        run: algorithms_are_those_that_are_allowed,
    },
];

/// To two recipients, each with a key and a name; and what decrypts it.
fn for_two() -> (Value, [DecryptionKey; 2]) {
    let recipients = [(A128Kw, vec![1; 16], "one"), (A256Kw, vec![2; 32], "two")];
    let keys = recipients.each_ref().map(|(alg, octets, name)| {
        EncryptionKey::symmetric(*alg, octets.clone()).expect("a key").with_key_id(name)
    });
    let message = keys.iter().fold(Message::new(A128Gcm), |message, key| {
        message.with_recipient(Header::new(key.algorithm()), key)
    });
    let json = message.to_general(b"text").expect("encrypted");
    let open = recipients
        .map(|(alg, octets, name)| DecryptionKey::symmetric(alg, octets).expect("a key").with_key_id(name));
    (serde_json::from_str(&json).expect("JSON"), open)
}

/// Changes the first octet of a value in base64url.
fn flip(value: &mut Value) {
    let mut octets = base64url::decode(value.as_str().expect("text")).expect("base64url");
    octets[0] ^= 1;
    *value = base64url::encode(&octets).into();
}

fn one_recipient_is_enough_and_none_is_not() {
    let (json, keys) = for_two();
    assert_eq!(reads(&json, &keys), b"text");
    let invalid = |json: &Value, keys: &[DecryptionKey]| {
        not_taken(&misread(json, keys), Rejection::Decryption, r::NO_VALID_RECIPIENT_IS_INVALID);
    };
    let mut changed = json.clone();
    for at in [0, 1] {
        let mut one = json.clone();
        flip(&mut one["recipients"][at]["encrypted_key"]);
        assert_eq!(reads(&one, &keys), b"text");
        invalid(&one, &keys[at..=at]);
        flip(&mut changed["recipients"][at]["encrypted_key"]);
    }
    invalid(&changed, &keys);
    for name in ["ciphertext", "tag", "iv"] {
        let mut changed = json.clone();
        flip(&mut changed[name]);
        invalid(&changed, &keys);
    }
    // Where none is meant there is nothing to be valid for.
    let stranger = DecryptionKey::symmetric(A128Kw, [3; 16]).expect("a key").with_key_id("three");
    not_taken(&misread(&json, &stranger), Rejection::NoKey, r::UNUSABLE_ALG_FAILS);
}

fn a_compact_one_has_four_periods() {
    let token = forged(&direct(""), &[], b"text").to_token();
    assert_eq!(opens(&token, &shared()), b"text");
    let parts: Vec<_> = token.split('.').collect();
    for text in ["", ".", "..", "...", ".....", &parts[..4].join("."), &parts[..3].join("."), parts[0]] {
        breaks(&refusal(text, &shared()), r::COMPACT_JWE_HAS_FOUR_PERIODS);
    }
    for text in
        [token.clone() + ".", ".".to_owned() + &token, token.replace("..", "..."), token.replace("..", ".")]
    {
        breaks(&refusal(&text, &shared()), r::COMPACT_JWE_HAS_FOUR_PERIODS);
    }
}

fn parts_decode_strictly() {
    let parts = forged(r#"{"alg":"A128KW","enc":"A128GCM"}"#, &wrap(&CEK, &CEK), b"text");
    let key = DecryptionKey::symmetric(A128Kw, CEK).expect("a key");
    let token = parts.to_token();
    assert_eq!(opens(&token, &key), b"text");
    let fields: Vec<_> = token.split('.').collect();
    let names = ["protected", "encrypted_key", "iv", "ciphertext", "tag"];
    for (at, name) in names.into_iter().enumerate() {
        for wrong in [
            fields[at].to_owned() + "=",
            fields[at].to_owned() + "\n",
            " ".to_owned() + fields[at],
            fields[at].to_owned() + "+",
            fields[at].to_owned() + "/A",
            fields[at].to_owned() + "\u{e9}",
            "A".to_owned(),
            // The bits that are left over are zeros.
            "AB".to_owned(),
        ] {
            let mut changed = fields.clone();
            changed[at] = &wrong;
            breaks(&refusal(&changed.join("."), &key), r::PARTS_DECODE_STRICTLY);
            let mut json = parts.to_json();
            json[name] = wrong.clone().into();
            breaks(&misread(&json, &key), r::PARTS_DECODE_STRICTLY);
        }
    }
    let mut json = parts.to_json();
    json["aad"] = "A=".into();
    breaks(&misread(&json, &key), r::PARTS_DECODE_STRICTLY);
}

fn a_header_is_a_json_object() {
    assert_eq!(opens(&forged(&direct(""), &[], b"text").to_token(), &shared()), b"text");
    let right = direct("");
    for header in [
        "",
        "null",
        "1",
        r#""dir""#,
        r#"["dir","A128GCM"]"#,
        "{",
        r#"{"alg":"dir","enc":"A128GCM""#,
        r#"{"alg":"dir","enc":"A128GCM",}"#,
        r#"{alg:"dir","enc":"A128GCM"}"#,
        r#"{'alg':'dir','enc':'A128GCM'}"#,
        &(right.clone() + "x"),
        &(right.clone() + &right),
        &("\u{feff}".to_owned() + &right),
    ] {
        let parts = forged(header, &[], b"text");
        assert_eq!(refusal(&parts.to_token(), &shared()).kind(), ErrorKind::Protocol, "{header}");
        assert_eq!(misread(&parts.to_json(), &shared()).kind(), ErrorKind::Protocol, "{header}");
    }
    // It is UTF-8.
    let mut parts = forged(&right, &[], b"text");
    parts.protected = base64url::encode(b"{\"alg\":\"dir\",\"enc\":\"A128GCM\",\"x\":\"\xff\"}");
    assert_eq!(refusal(&parts.to_token(), &shared()).kind(), ErrorKind::Protocol);
}

fn no_name_is_in_two_headers() {
    let mut json = forged(&direct(r#","x":1"#), &[], b"text").to_json();
    json["unprotected"] = json!({ "y": 1 });
    json["header"] = json!({ "z": 1 });
    assert_eq!(reads(&json, &shared()), b"text");
    for (place, name) in [
        ("unprotected", "x"),
        ("header", "x"),
        ("header", "y"),
        ("unprotected", "z"),
        ("unprotected", "alg"),
        ("header", "enc"),
    ] {
        let mut changed = json.clone();
        // The same value too.
        changed[place][name] = if name == "alg" { "dir".into() } else { Value::from(1) };
        breaks(&misread(&changed, &shared()), r::NO_NAME_IN_TWO_HEADERS);
    }
}

fn what_is_needed_is_processed() {
    // What may be ignored is no hindrance, whatever it looks like.
    let fine =
        direct(r#","jku":"https://example.com/keys","x5u":"https://example.com/x","cty":"text/plain""#);
    assert_eq!(opens(&forged(&fine, &[], b"text").to_token(), &shared()), b"text");
    for members in [
        r#""alg":1,"enc":"A128GCM""#,
        r#""alg":"dir","enc":["A128GCM"]"#,
        r#""alg":"dir","enc":"A128GCM","zip":true"#,
        r#""alg":"dir","enc":"A128GCM","kid":7"#,
        r#""alg":"dir","enc":"A128GCM","epk":"x""#,
        r#""alg":"dir","enc":"A128GCM","p2c":-1"#,
        r#""alg":"dir","enc":"A128GCM","iv":12"#,
    ] {
        let error = refusal(&forged(&format!("{{{members}}}"), &[], b"text").to_token(), &shared());
        assert_eq!(error.kind(), ErrorKind::Protocol, "{members} {error}");
    }
    for (header, kind) in [
        (direct(r#","zip":"LZ""#), ErrorKind::Unsupported),
        (direct(r#","crit":["later"],"later":1"#), ErrorKind::Auth),
        (r#"{"alg":"later","enc":"A128GCM"}"#.to_owned(), ErrorKind::Unsupported),
        (r#"{"alg":"dir","enc":"later"}"#.to_owned(), ErrorKind::Unsupported),
    ] {
        let error = refusal(&forged(&header, &[], b"text").to_token(), &shared());
        assert_eq!(error.kind(), kind, "{header}");
    }
}

fn a_decrypted_key_has_its_length() {
    let key = DecryptionKey::symmetric(A128Kw, CEK).expect("a key");
    let header = r#"{"alg":"A128KW","enc":"A128GCM"}"#;
    let with = |cek: &[u8]| forged(header, &wrap(&CEK, cek), b"text").to_token();
    assert_eq!(unwrap(&CEK, &wrap(&CEK, &CEK)), CEK);
    assert_eq!(opens(&with(&CEK), &key), b"text");
    // What is too much is not cut off: the first of it would be right.
    for len in [24, 32, 64] {
        let error = refusal(&with(&vec![7; len]), &key);
        not_taken(&error, Rejection::Decryption, r::NO_VALID_RECIPIENT_IS_INVALID);
    }
    // Nor is it taken for another content encryption, or filled up.
    let longer =
        forged_by(A256Gcm, &[7; 32], r#"{"alg":"A128KW","enc":"A256GCM"}"#, &wrap(&CEK, &CEK), b"text");
    assert_eq!(refusal(&longer.to_token(), &key).rejection(), Some(Rejection::Decryption));
    // A shared key has the length, or it is none for this.
    let other = DecryptionKey::symmetric(Dir, [7; 32]).expect("a key");
    let error = refusal(&forged(&direct(""), &[], b"text").to_token(), &other);
    not_taken(&error, Rejection::NoKey, r::DECRYPTED_CEK_FITS_ENC);
    assert_eq!(opens(&forged(&direct(""), &[], b"text").to_token(), &shared()), b"text");
}

fn direct_modes_demand_an_empty_key() {
    let parts = forged(&direct(""), b"key", b"text");
    breaks(&refusal(&parts.to_token(), &shared()), r::DIRECT_MODES_DEMAND_AN_EMPTY_KEY);
    breaks(&misread(&parts.to_json(), &shared()), r::DIRECT_MODES_DEMAND_AN_EMPTY_KEY);
    let jwk = Jwk::generate_on(Curve::P256).expect("a key");
    let sender = EncryptionKey::from_jwk(&jwk, EcdhEs).expect("a key");
    let key = DecryptionKey::from_jwk(&jwk, EcdhEs).expect("a key");
    let token =
        crate::proto::jwe::encrypt(b"text", &Header::new(EcdhEs), &sender, A128Gcm).expect("encrypted");
    assert_eq!(opens(&token, &key), b"text");
    breaks(&refusal(&token.replace("..", ".AA."), &key), r::DIRECT_MODES_DEMAND_AN_EMPTY_KEY);
}

fn a_wrong_tag_yields_nothing() {
    for (enc, key_len, _, tag_len) in ENCRYPTIONS {
        let cek = vec![9; key_len];
        let key = DecryptionKey::symmetric(Dir, cek.clone()).expect("a key");
        let header = format!(r#"{{"alg":"dir","enc":"{enc}"}}"#);
        let parts = forged_by(enc, &cek, &header, &[], b"plaintext");
        assert_eq!(opens(&parts.to_token(), &key), b"plaintext");
        for at in 0..tag_len {
            let mut changed = parts.clone();
            changed.tag[at] ^= 1;
            for error in [refusal(&changed.to_token(), &key), misread(&changed.to_json(), &key)] {
                not_taken(&error, Rejection::Decryption, r::NO_VALID_RECIPIENT_IS_INVALID);
                assert!(!format!("{error} {error:?}").contains("plaintext"));
            }
        }
        // A part of it is not enough, nor is more.
        for len in [0, 1, 4, 8, 12, tag_len - 1, tag_len + 1] {
            let mut changed = parts.clone();
            changed.tag.resize(len, 0);
            let of_gcm = enc.name().ends_with("GCM");
            let requirement =
                if of_gcm { rfc7518::GCM_TAG_HAS_128_BITS } else { r::WRONG_TAG_YIELDS_NOTHING };
            breaks(&refusal(&changed.to_token(), &key), requirement);
        }
    }
}

fn it_is_told_for_whom_it_decrypted() {
    let (json, keys) = for_two();
    let outcomes = |json: &Value, keys: &[DecryptionKey]| read(json, keys).expect("it decrypts").recipients;
    assert_eq!(outcomes(&json, &keys), [Outcome::Decrypted; 2]);
    assert_eq!(outcomes(&json, &keys[..1]), [Outcome::Decrypted, Outcome::NotOurs]);
    assert_eq!(outcomes(&json, &keys[1..]), [Outcome::NotOurs, Outcome::Decrypted]);
    for (at, told) in [(0, [Outcome::Failed, Outcome::Decrypted]), (1, [Outcome::Decrypted, Outcome::Failed])]
    {
        let mut changed = json.clone();
        flip(&mut changed["recipients"][at]["encrypted_key"]);
        assert_eq!(outcomes(&changed, &keys), told);
        let decrypted = read(&changed, &keys).expect("it decrypts").decrypted;
        assert_eq!(decrypted.key_id.as_deref(), Some(["two", "one"][at]));
    }
}

fn algorithms_are_those_that_are_allowed() {
    let parts = forged(r#"{"alg":"A128KW","enc":"A128GCM"}"#, &wrap(&CEK, &CEK), b"text");
    let key = DecryptionKey::symmetric([A128Kw, Dir], CEK).expect("a key");
    assert_eq!(opens(&parts.to_token(), &key), b"text");
    // It would decrypt, and is not to.
    let direct_alone = shared();
    let narrow =
        key.clone().with_encryptions([crate::types::ContentEncryption::A128CbcHs256]).expect("a key");
    for key in [&direct_alone, &narrow] {
        for error in [refusal(&parts.to_token(), key), misread(&parts.to_json(), key)] {
            not_taken(&error, Rejection::Algorithm, r::ALGORITHMS_ARE_ACCEPTABLE);
        }
    }
    assert_eq!(opens(&parts.to_token(), &key.with_encryptions([A128Gcm]).expect("a key")), b"text");
    assert_eq!(DecryptionKey::symmetric([], CEK).expect_err("it allows nothing").kind(), ErrorKind::Usage);
}
