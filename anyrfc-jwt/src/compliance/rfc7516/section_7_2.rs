//! RFC 7516, section 7.2: the members of a JWE in JSON.

use anyrfc_core::{Requirement, compliance::Check};
use serde_json::{Value, json};

use super::super::judge::{CEK, breaks, direct, forged, misread, misused, reads, shared};
use crate::{
    codec::{
        base64url,
        json::JsonLimits,
        jwe_json::{self, JweJson, Recipient},
    },
    proto::jwe::{DecryptionKey, EncryptionKey, Message},
    rfc7516 as r,
    types::{
        ContentEncryption::A128Gcm,
        Header,
        JweAlgorithm::{A128Kw, Dir},
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7516/section-7.2.1/protected-is-there-unless-it-is-empty",
        covers: &[r::PROTECTED_IS_PRESENT, r::EMPTY_PROTECTED_IS_ABSENT],
        run: protected_is_there_unless_it_is_empty,
    },
    Check {
        name: "rfc7516/section-7.2.1/unprotected-is-there-unless-it-is-empty",
        covers: &[r::UNPROTECTED_IS_PRESENT, r::EMPTY_UNPROTECTED_IS_ABSENT],
        run: unprotected_is_there_unless_it_is_empty,
    },
    Check {
        name: "rfc7516/section-7.2.1/iv-is-there-unless-it-is-empty",
        covers: &[r::IV_IS_PRESENT, r::EMPTY_IV_IS_ABSENT],
        run: iv_is_there_unless_it_is_empty,
    },
    Check {
        name: "rfc7516/section-7.2.1/aad-is-there-unless-it-is-empty",
        covers: &[r::AAD_IS_PRESENT, r::EMPTY_AAD_IS_ABSENT],
        run: aad_is_there_unless_it_is_empty,
    },
    Check {
        name: "rfc7516/section-7.2.1/ciphertext-is-always-there",
        covers: &[r::CIPHERTEXT_IS_PRESENT],
        run: ciphertext_is_always_there,
    },
    Check {
        name: "rfc7516/section-7.2.1/tag-is-there-unless-it-is-empty",
        covers: &[r::TAG_IS_PRESENT, r::EMPTY_TAG_IS_ABSENT],
        run: tag_is_there_unless_it_is_empty,
    },
    Check {
        name: "rfc7516/section-7.2.1/recipients-are-an-array-of-objects",
        covers: &[r::RECIPIENTS_IS_AN_ARRAY],
        run: recipients_are_an_array_of_objects,
    },
    Check {
        name: "rfc7516/section-7.2.1/each-recipient-has-an-element",
        covers: &[r::EACH_RECIPIENT_HAS_AN_ELEMENT],
        run: each_recipient_has_an_element,
    },
    Check {
        name: "rfc7516/section-7.2.1/header-is-there-unless-it-is-empty",
        covers: &[r::HEADER_IS_PRESENT, r::EMPTY_HEADER_IS_ABSENT],
        run: header_is_there_unless_it_is_empty,
    },
    Check {
        name: "rfc7516/section-7.2.1/encrypted-key-is-there-unless-it-is-empty",
        covers: &[r::ENCRYPTED_KEY_IS_PRESENT, r::EMPTY_ENCRYPTED_KEY_IS_ABSENT],
        run: encrypted_key_is_there_unless_it_is_empty,
    },
    Check {
        name: "rfc7516/section-7.2.1/unknown-members-are-ignored",
        covers: &[r::UNKNOWN_MEMBERS_ARE_IGNORED],
        run: unknown_members_are_ignored,
    },
    Check {
        name: "rfc7516/section-7.2.1/headers-share-no-parameter",
        covers: &[r::HEADERS_ARE_DISJOINT],
        run: headers_share_no_parameter,
    },
    Check {
        name: "rfc7516/section-7.2.1/recipients-share-the-treatment-of-the-plaintext",
        covers: &[r::RECIPIENTS_SHARE_PLAINTEXT_PARAMETERS],
        run: recipients_share_the_treatment_of_the_plaintext,
    },
    Check {
        name: "rfc7516/section-7.2.1/recipients-share-enc",
        covers: &[r::RECIPIENTS_SHARE_ENC],
        run: recipients_share_enc,
    },
    Check {
        name: "rfc7516/section-7.2.2/the-flattened-form-has-no-recipients",
        covers: &[r::FLATTENED_HAS_NO_RECIPIENTS],
        run: the_flattened_form_has_no_recipients,
    },
];

fn wraps() -> EncryptionKey {
    EncryptionKey::symmetric(A128Kw, CEK).expect("a key")
}

fn unwraps() -> DecryptionKey {
    DecryptionKey::symmetric(A128Kw, CEK).expect("a key")
}

/// With a value for every member.
fn full() -> Value {
    let key = wraps();
    let message = Message::new(A128Gcm)
        .with_aad(b"aad")
        .with_unprotected("note", "to all")
        .with_recipient(Header::new(A128Kw), &key)
        .with_recipient(Header::new(A128Kw), &key);
    let json: Value = serde_json::from_str(&message.to_general(b"text").expect("encrypted")).expect("JSON");
    assert_eq!(reads(&json, &unwraps()), b"text");
    json
}

/// The same as data.
fn parsed() -> JweJson {
    jwe_json::parse(full().to_string().as_bytes(), &JsonLimits::DOCUMENT, 4).expect("well-formed")
}

/// Both forms of what `change` makes of it, to one recipient.
fn written(change: impl FnOnce(&mut JweJson)) -> [Value; 2] {
    let mut jwe = parsed();
    jwe.recipients.truncate(1);
    change(&mut jwe);
    let texts = [jwe.to_general(), jwe.to_flattened().expect("there is one recipient")];
    texts.map(|text| serde_json::from_str(&text).expect("JSON"))
}

/// `name` is refused where it is `empty`, which it must not be.
#[track_caller]
fn not_empty(name: &str, empty: Value, requirement: &'static Requirement) {
    let mut json = full();
    json[name] = empty;
    breaks(&misread(&json, &unwraps()), requirement);
}

fn octets(value: &Value) -> Vec<u8> {
    base64url::decode(value.as_str().expect("text")).expect("base64url")
}

fn protected_is_there_unless_it_is_empty() {
    let header: Value = serde_json::from_slice(&octets(&full()["protected"])).expect("JSON");
    assert_eq!(header, json!({ "enc": "A128GCM" }));
    for json in written(|jwe| jwe.protected.clear()) {
        assert!(json.get("protected").is_none() && json.get("tag").is_some());
    }
    not_empty("protected", "".into(), r::EMPTY_PROTECTED_IS_ABSENT);
    not_empty("protected", json!({ "enc": "A128GCM" }), r::EMPTY_PROTECTED_IS_ABSENT);
}

fn unprotected_is_there_unless_it_is_empty() {
    assert_eq!(full()["unprotected"], json!({ "note": "to all" }));
    for json in written(|jwe| jwe.unprotected.clear()) {
        assert!(json.get("unprotected").is_none() && json.get("tag").is_some());
    }
    not_empty("unprotected", json!({}), r::EMPTY_UNPROTECTED_IS_ABSENT);
    not_empty("unprotected", "e30".into(), r::EMPTY_UNPROTECTED_IS_ABSENT);
}

fn iv_is_there_unless_it_is_empty() {
    assert_eq!(octets(&full()["iv"]).len(), 12);
    for json in written(|jwe| jwe.iv = vec![1, 2, 3]) {
        assert_eq!(json["iv"], "AQID");
    }
    for json in written(|jwe| jwe.iv.clear()) {
        assert!(json.get("iv").is_none() && json.get("tag").is_some());
    }
    not_empty("iv", "".into(), r::EMPTY_IV_IS_ABSENT);
}

fn aad_is_there_unless_it_is_empty() {
    assert_eq!(octets(&full()["aad"]), b"aad");
    for json in written(|jwe| jwe.aad.clear()) {
        assert!(json.get("aad").is_none() && json.get("tag").is_some());
    }
    let key = wraps();
    let without = Message::new(A128Gcm).with_aad(b"").with_recipient(Header::new(A128Kw), &key);
    assert!(!without.to_general(b"text").expect("encrypted").contains("aad"));
    not_empty("aad", "".into(), r::EMPTY_AAD_IS_ABSENT);
}

fn ciphertext_is_always_there() {
    assert_eq!(octets(&full()["ciphertext"]).len(), 4);
    // Though it be empty, as that of nothing is by AES-GCM.
    let parts = forged(&direct(""), &[], b"");
    assert!(parts.ciphertext.is_empty());
    assert_eq!(reads(&parts.to_json(), &shared()), b"");
    for json in written(|jwe| jwe.ciphertext.clear()) {
        assert_eq!(json["ciphertext"], "");
    }
    let mut json = parts.to_json();
    json.as_object_mut().map(|members| members.remove("ciphertext"));
    breaks(&misread(&json, &shared()), r::CIPHERTEXT_IS_PRESENT);
    json["ciphertext"] = Value::Null;
    breaks(&misread(&json, &shared()), r::CIPHERTEXT_IS_PRESENT);
}

fn tag_is_there_unless_it_is_empty() {
    assert_eq!(octets(&full()["tag"]).len(), 16);
    for json in written(|jwe| jwe.tag.clear()) {
        assert!(json.get("tag").is_none() && json.get("iv").is_some());
    }
    not_empty("tag", "".into(), r::EMPTY_TAG_IS_ABSENT);
}

fn recipients_are_an_array_of_objects() {
    let json = full();
    let recipients = json["recipients"].as_array().expect("an array");
    assert!(recipients.iter().all(Value::is_object));
    for wrong in
        [json!({}), json!("x"), json!(1), recipients[0].clone(), json!([1]), json!([recipients[0], "x"])]
    {
        not_empty("recipients", wrong, r::RECIPIENTS_IS_AN_ARRAY);
    }
}

fn each_recipient_has_an_element() {
    let key = wraps();
    let mut message = Message::new(A128Gcm);
    for count in 1..=5 {
        message = message.with_recipient(Header::new(A128Kw), &key);
        let json: Value =
            serde_json::from_str(&message.to_general(b"text").expect("encrypted")).expect("JSON");
        assert_eq!(json["recipients"].as_array().expect("an array").len(), count);
        assert_eq!(reads(&json, &unwraps()), b"text");
    }
    // Whom nothing has to be told has one with nothing in it.
    let direct_key = EncryptionKey::symmetric(Dir, CEK).expect("a key");
    let alone = Message::new(A128Gcm).with_recipient(Header::new(Dir), &direct_key);
    let json: Value = serde_json::from_str(&alone.to_general(b"text").expect("encrypted")).expect("JSON");
    assert_eq!(json["recipients"], json!([{}]));
    assert_eq!(reads(&json, &shared()), b"text");
    not_empty("recipients", json!([]), r::EACH_RECIPIENT_HAS_AN_ELEMENT);
    assert!(Message::new(A128Gcm).to_general(b"text").is_err());
}

fn header_is_there_unless_it_is_empty() {
    assert_eq!(full()["recipients"][0]["header"], json!({ "alg": "A128KW" }));
    let [general, flattened] = written(|jwe| jwe.recipients[0].header.clear());
    assert!(general["recipients"][0].get("header").is_none() && flattened.get("header").is_none());
    let [general, flattened] = written(|_| ());
    assert_eq!(general["recipients"][0]["header"], flattened["header"]);
    assert_eq!(flattened["header"], json!({ "alg": "A128KW" }));
    for wrong in [json!({}), json!("e30"), json!(null)] {
        let mut json = full();
        json["recipients"][1]["header"] = wrong.clone();
        breaks(&misread(&json, &unwraps()), r::EMPTY_HEADER_IS_ABSENT);
        let mut json = forged(&direct(""), &[], b"text").to_json();
        json["header"] = wrong;
        breaks(&misread(&json, &shared()), r::EMPTY_HEADER_IS_ABSENT);
    }
}

fn encrypted_key_is_there_unless_it_is_empty() {
    assert_eq!(octets(&full()["recipients"][0]["encrypted_key"]).len(), 24);
    let [general, flattened] = written(|jwe| jwe.recipients[0].encrypted_key.clear());
    assert!(general["recipients"][0].get("encrypted_key").is_none());
    assert!(flattened.get("encrypted_key").is_none());
    let [general, flattened] = written(|_| ());
    assert_eq!(general["recipients"][0]["encrypted_key"], flattened["encrypted_key"]);
    assert_eq!(octets(&flattened["encrypted_key"]).len(), 24);
    let mut json = full();
    json["recipients"][1]["encrypted_key"] = "".into();
    breaks(&misread(&json, &unwraps()), r::EMPTY_ENCRYPTED_KEY_IS_ABSENT);
    let mut json = forged(&direct(""), &[], b"text").to_json();
    json["encrypted_key"] = "".into();
    breaks(&misread(&json, &shared()), r::EMPTY_ENCRYPTED_KEY_IS_ABSENT);
}

fn unknown_members_are_ignored() {
    let mut json = full();
    json["later"] = json!({ "a": [1] });
    json["payload"] = "x".into();
    json["recipients"][0]["later"] = json!(null);
    json["recipients"][1]["signature"] = json!("x");
    assert_eq!(reads(&json, &unwraps()), b"text");
    let mut json = forged(&direct(""), &[], b"text").to_json();
    json["later"] = json!([]);
    assert_eq!(reads(&json, &shared()), b"text");
    // They say nothing of what is understood.
    json["Protected"] = "x".into();
    json["TAG"] = "x".into();
    assert_eq!(reads(&json, &shared()), b"text");
}

fn headers_share_no_parameter() {
    let key = wraps();
    let own = || Header::new(A128Kw).with_typ("a");
    let one = || Message::new(A128Gcm).with_recipient(own(), &key);
    let two = || one().with_recipient(Header::new(A128Kw), &key);
    for message in [one(), two()] {
        assert!(message.to_general(b"").is_ok());
        misused(message.clone().with_protected("typ", "a").to_general(b""), r::HEADERS_ARE_DISJOINT);
        misused(message.clone().with_unprotected("typ", "b").to_general(b""), r::HEADERS_ARE_DISJOINT);
        let twice = message.clone().with_protected("x", 1).with_unprotected("x", 1);
        misused(twice.to_general(b""), r::HEADERS_ARE_DISJOINT);
        assert!(message.with_protected("x", 1).with_unprotected("y", 1).to_general(b"").is_ok());
    }
    // Two recipients may have what is theirs under one name.
    assert!(one().with_recipient(own(), &key).to_general(b"").is_ok());
    let mut json = full();
    json["recipients"][1]["header"]["note"] = "to one".into();
    breaks(&misread(&json, &unwraps()), r::NO_NAME_IN_TWO_HEADERS);
}

fn recipients_share_the_treatment_of_the_plaintext() {
    let key = wraps();
    let message = || Message::new(A128Gcm).with_recipient(Header::new(A128Kw), &key);
    let compressed = || Header::new(A128Kw).with_compression();
    misused(
        message().with_recipient(compressed(), &key).to_general(b""),
        r::RECIPIENTS_SHARE_PLAINTEXT_PARAMETERS,
    );
    misused(
        Message::new(A128Gcm).with_recipient(compressed(), &key).to_general(b""),
        r::RECIPIENTS_SHARE_PLAINTEXT_PARAMETERS,
    );
    let all = message().with_recipient(Header::new(A128Kw), &key).with_compression();
    let json: Value = serde_json::from_str(&all.to_general(&[b'a'; 500]).expect("encrypted")).expect("JSON");
    for at in [0, 1] {
        let mut one = json.clone();
        one["recipients"] = json!([json["recipients"][at]]);
        assert_eq!(reads(&one, &unwraps()), [b'a'; 500]);
    }
    let mut json = full();
    json["recipients"][1]["header"]["zip"] = "DEF".into();
    breaks(&misread(&json, &unwraps()), r::ZIP_IS_IN_THE_PROTECTED_HEADER);
}

fn recipients_share_enc() {
    let mut json = full();
    json["protected"] = base64url::encode(br#"{"typ":"a"}"#).into();
    json["recipients"][0]["header"]["enc"] = "A128GCM".into();
    json["recipients"][1]["header"]["enc"] = "A256GCM".into();
    breaks(&misread(&json, &unwraps()), r::RECIPIENTS_SHARE_ENC);
    // The same for all, it is only that the protected header was another.
    json["recipients"][1]["header"]["enc"] = "A128GCM".into();
    assert_eq!(misread(&json, &unwraps()).rejection(), Some(crate::Rejection::Decryption));
    // What we write has one `enc`, which no recipient's header can overrule.
    let key = wraps();
    let other = Header::new(A128Kw).with_content_encryption(crate::types::ContentEncryption::A256Gcm);
    let message = Message::new(A128Gcm).with_recipient(Header::new(A128Kw), &key).with_recipient(other, &key);
    assert_eq!(message.to_general(b"").expect_err("it is another").kind(), crate::ErrorKind::Usage);
    for recipient in full()["recipients"].as_array().expect("an array") {
        assert!(recipient["header"].get("enc").is_none());
    }
}

fn the_flattened_form_has_no_recipients() {
    let [general, flattened] = written(|_| ());
    assert!(flattened.get("recipients").is_none() && general.get("recipients").is_some());
    let key = wraps();
    let one = Message::new(A128Gcm).with_recipient(Header::new(A128Kw), &key);
    assert!(!one.to_flattened(b"").expect("encrypted").contains("recipients"));
    let two = one.with_recipient(Header::new(A128Kw), &key);
    misused(two.to_flattened(b""), r::FLATTENED_HAS_NO_RECIPIENTS);
    let several = JweJson { recipients: vec![Recipient::default(); 2], ..parsed() };
    assert_eq!(several.to_flattened(), None);
    for (name, value) in [("header", json!({ "kid": "1" })), ("encrypted_key", json!("AA"))] {
        let mut both = full();
        both[name] = value;
        breaks(&misread(&both, &unwraps()), r::FLATTENED_HAS_NO_RECIPIENTS);
    }
}
