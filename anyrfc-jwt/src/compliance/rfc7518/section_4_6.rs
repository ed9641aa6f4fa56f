//! RFC 7518, section 4.6: ECDH-ES.

use std::collections::BTreeSet;

use anyrfc_core::{Requirement, compliance::Check};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};

use super::super::judge::{
    CEK, ENCRYPTIONS, Parts, agreed, breaks, forged, forged_by, misused, not_taken, opens, refusal, unwrap,
    wrap,
};
use crate::{
    Rejection,
    codec::base64url,
    proto::jwe::{DecryptionKey, EncryptionKey, encrypt},
    rfc7516, rfc7518 as r,
    types::{
        ContentEncryption::{self, A128Gcm},
        Curve, Header,
        JweAlgorithm::{self, A128Kw, EcdhEs, EcdhEsA128Kw, EcdhEsA256Kw},
        Jwk,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7518/section-4.6/an-ephemeral-key-is-new-each-time",
        covers: &[r::EPHEMERAL_KEY_IS_FRESH],
        run: an_ephemeral_key_is_new_each_time,
    },
    Check {
        name: "rfc7518/section-4.6/a-direct-key-is-as-long-as-enc-wants-it",
        covers: &[r::DIRECT_AGREEMENT_FITS_ENC],
        run: a_direct_key_is_as_long_as_enc_wants_it,
    },
    Check {
        name: "rfc7518/section-4.6/a-wrapping-key-is-as-long-as-the-wrap-wants-it",
        covers: &[r::WRAPPING_AGREEMENT_FITS_THE_WRAP],
        run: a_wrapping_key_is_as_long_as_the_wrap_wants_it,
    },
    Check { name: "rfc7518/section-4.6.1.1/epk-is-public", covers: &[r::EPK_IS_PUBLIC], run: epk_is_public },
    Check {
        name: "rfc7518/section-4.6.1.1/epk-is-minimal",
        covers: &[r::EPK_IS_MINIMAL],
        run: epk_is_minimal,
    },
    Check {
        name: "rfc7518/section-4.6.1.1/epk-is-present",
        covers: &[r::EPK_IS_PRESENT],
        run: epk_is_present,
    },
    Check {
        name: "rfc7518/section-4.6.1.1/epk-is-processed",
        covers: &[r::EPK_IS_PROCESSED],
        run: epk_is_processed,
    },
    Check {
        name: "rfc7518/section-4.6.1.2/apu-may-be-left-out",
        covers: &[r::APU_MAY_BE_LEFT_OUT],
        run: apu_may_be_left_out,
    },
    Check {
        name: "rfc7518/section-4.6.1.2/apu-is-processed",
        covers: &[r::APU_IS_PROCESSED],
        run: apu_is_processed,
    },
    Check {
        name: "rfc7518/section-4.6.1.3/apv-may-be-left-out",
        covers: &[r::APV_MAY_BE_LEFT_OUT],
        run: apv_may_be_left_out,
    },
    Check {
        name: "rfc7518/section-4.6.1.3/apv-is-processed",
        covers: &[r::APV_IS_PROCESSED],
        run: apv_is_processed,
    },
    Check {
        name: "rfc7518/section-4.6.2/apu-and-apv-differ",
        covers: &[r::APU_AND_APV_DIFFER],
        run: apu_and_apv_differ,
    },
];

/// A key on P-256 in two hands: ours as a JWK, and somebody else's library.
struct Party {
    jwk: Jwk,
    private: PrivateKey,
}

fn octets(jwk: &Jwk, name: &str) -> Vec<u8> {
    let object = jwk.to_object().expect("public");
    base64url::decode(object[name].as_str().expect("text")).expect("base64url")
}

/// The point, uncompressed.
fn point(jwk: &Jwk) -> Vec<u8> {
    [&[4][..], &octets(jwk, "x"), &octets(jwk, "y")].concat()
}

impl Party {
    fn new() -> Self {
        let jwk = Jwk::generate_on(Curve::P256).expect("a key");
        let secret: serde_json::Value = serde_json::from_str(jwk.to_secret_json().expose()).expect("JSON");
        let d = base64url::decode(secret["d"].as_str().expect("text")).expect("base64url");
        let private = PrivateKey::from_private_key(&ECDH_P256, &d).expect("a key");
        Self { jwk, private }
    }

    fn sender(&self, alg: JweAlgorithm) -> EncryptionKey {
        EncryptionKey::from_jwk(&self.jwk.to_public().expect("public"), alg).expect("a key")
    }

    fn recipient(&self, alg: JweAlgorithm) -> DecryptionKey {
        DecryptionKey::from_jwk(&self.jwk, alg).expect("a key")
    }

    /// What is agreed on under the `epk` of a header.
    fn agrees(&self, parts: &Parts, name: &str, len: usize) -> Vec<u8> {
        let header = parts.header();
        let epk = Jwk::parse(header["epk"].to_string().as_bytes()).expect("a key");
        let party = |name: &str| {
            header
                .get(name)
                .and_then(|value| value.as_str())
                .map_or(Vec::new(), |text| base64url::decode(text).expect("base64url"))
        };
        agreed(&self.private, &point(&epk), name, [&party("apu"), &party("apv")], len)
    }

    /// What we encrypt to it.
    fn gets(&self, alg: JweAlgorithm, enc: ContentEncryption) -> Parts {
        Parts::of(&encrypt(b"text", &Header::new(alg), &self.sender(alg), enc).expect("encrypted"))
    }

    /// What somebody encrypts to it by ECDH-ES under [`A128Gcm`], with these members in the header, and these
    /// parties in the derivation.
    fn is_sent(&self, ephemeral: &Self, epk: &str, members: &str, parties: [&[u8]; 2]) -> String {
        let header = format!(r#"{{"alg":"ECDH-ES","enc":"A128GCM","epk":{epk}{members}}}"#);
        let cek = agreed(&ephemeral.private, &point(&self.jwk), "A128GCM", parties, 16);
        forged_by(A128Gcm, &cek, &header, &[], b"text").to_token()
    }
}

/// It was derived from something else.
#[track_caller]
fn underivable(token: &str, key: &DecryptionKey) {
    let error = refusal(token, key);
    not_taken(&error, Rejection::Decryption, rfc7516::NO_VALID_RECIPIENT_IS_INVALID);
}

fn an_ephemeral_key_is_new_each_time() {
    for curve in [Curve::P256, Curve::P384, Curve::P521, Curve::X25519] {
        let jwk = Jwk::generate_on(curve).expect("a key");
        let mut seen = BTreeSet::from([octets(&jwk, "x")]);
        for alg in [EcdhEs, EcdhEsA128Kw, EcdhEsA256Kw] {
            let key = EncryptionKey::from_jwk(&jwk, alg).expect("a key");
            for _ in 0..10 {
                let token = encrypt(b"text", &Header::new(alg), &key, A128Gcm).expect("encrypted");
                let epk =
                    Jwk::parse(Parts::of(&token).header()["epk"].to_string().as_bytes()).expect("a key");
                assert_eq!(epk.curve(), Some(curve));
                assert!(seen.insert(octets(&epk, "x")), "{curve:?} {alg}");
            }
        }
    }
    // Nor can a caller say which.
    let party = Party::new();
    let token = encrypt(b"text", &Header::new(EcdhEs), &party.sender(EcdhEs), A128Gcm).expect("encrypted");
    let header = base64url::decode(&Parts::of(&token).protected).expect("base64url");
    let header = Header::parse(&header).expect("a header");
    assert!(encrypt(b"text", &header, &party.sender(EcdhEs), A128Gcm).is_err());
}

fn a_direct_key_is_as_long_as_enc_wants_it() {
    let party = Party::new();
    for (enc, key_len, _, _) in ENCRYPTIONS {
        let parts = party.gets(EcdhEs, enc);
        let cek = party.agrees(&parts, enc.name(), key_len);
        assert_eq!(parts.open(enc, &cek, &parts.protected).as_deref(), Some(&b"text"[..]), "{enc}");
        // And so it is derived here.
        let ephemeral = Party::new();
        let epk = ephemeral.jwk.to_json().expect("JSON");
        let header = format!(r#"{{"alg":"ECDH-ES","enc":"{enc}","epk":{epk}}}"#);
        let cek = agreed(&ephemeral.private, &point(&party.jwk), enc.name(), [b"", b""], key_len);
        let token = forged_by(enc, &cek, &header, &[], b"text").to_token();
        assert_eq!(opens(&token, &party.recipient(EcdhEs)), b"text", "{enc}");
        // The length is part of what it is derived from: the beginning of a longer one is another key.
        let mut longer = agreed(&ephemeral.private, &point(&party.jwk), enc.name(), [b"", b""], 64);
        longer.truncate(key_len);
        if key_len < 64 {
            let token = forged_by(enc, &longer, &header, &[], b"text").to_token();
            underivable(&token, &party.recipient(EcdhEs));
        }
    }
}

fn a_wrapping_key_is_as_long_as_the_wrap_wants_it() {
    let party = Party::new();
    for (alg, len) in [(EcdhEsA128Kw, 16), (EcdhEsA256Kw, 32)] {
        for (enc, key_len, _, _) in ENCRYPTIONS {
            let parts = party.gets(alg, enc);
            let cek = unwrap(&party.agrees(&parts, alg.name(), len), &parts.encrypted_key);
            assert_eq!(cek.len(), key_len, "{alg} {enc}");
            assert_eq!(parts.open(enc, &cek, &parts.protected).as_deref(), Some(&b"text"[..]), "{alg} {enc}");
        }
        let ephemeral = Party::new();
        let epk = ephemeral.jwk.to_json().expect("JSON");
        let header = format!(r#"{{"alg":"{alg}","enc":"A128GCM","epk":{epk}}}"#);
        for (name, derived, right) in
            [(alg.name(), len, true), ("A128GCM", len, false), (alg.name(), 48, false)]
        {
            let mut wrapping = agreed(&ephemeral.private, &point(&party.jwk), name, [b"", b""], derived);
            wrapping.truncate(len);
            let token = forged(&header, &wrap(&wrapping, &CEK), b"text").to_token();
            if right {
                assert_eq!(opens(&token, &party.recipient(alg)), b"text", "{alg}");
            } else {
                underivable(&token, &party.recipient(alg));
            }
        }
    }
    // There is one for 192 bits too.
    let alg = JweAlgorithm::EcdhEsA192Kw;
    assert_eq!(opens(&party.gets(alg, A128Gcm).to_token(), &party.recipient(alg)), b"text");
}

fn epk_is_public() {
    let (party, ephemeral) = (Party::new(), Party::new());
    let public = ephemeral.jwk.to_json().expect("JSON");
    let key = party.recipient(EcdhEs);
    assert_eq!(opens(&party.is_sent(&ephemeral, &public, "", [b"", b""]), &key), b"text");
    let private = ephemeral.jwk.to_secret_json();
    breaks(&refusal(&party.is_sent(&ephemeral, private.expose(), "", [b"", b""]), &key), r::EPK_IS_PUBLIC);
    for alg in [EcdhEs, EcdhEsA128Kw] {
        for curve in [Curve::P256, Curve::P384, Curve::P521, Curve::X25519] {
            let jwk = Jwk::generate_on(curve).expect("a key");
            let sender = EncryptionKey::from_jwk(&jwk, alg).expect("a key");
            let token = encrypt(b"text", &Header::new(alg), &sender, A128Gcm).expect("encrypted");
            assert!(Parts::of(&token).header()["epk"].get("d").is_none());
        }
    }
}

fn epk_is_minimal() {
    let names = |curve| {
        let jwk = Jwk::generate_on(curve).expect("a key").with_key_id("bob");
        let sender = EncryptionKey::from_jwk(&jwk, EcdhEs).expect("a key");
        let token = encrypt(b"text", &Header::new(EcdhEs), &sender, A128Gcm).expect("encrypted");
        let header = Parts::of(&token).header();
        let epk = header["epk"].as_object().expect("an object");
        epk.keys().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(Curve::P256), "crv kty x y");
    assert_eq!(names(Curve::P521), "crv kty x y");
    assert_eq!(names(Curve::X25519), "crv kty x");
    // More may come, and does not matter.
    let (party, ephemeral) = (Party::new(), Party::new());
    let more = ephemeral.jwk.clone().with_key_id("a").to_json().expect("JSON");
    let token = party.is_sent(&ephemeral, &more, "", [b"", b""]);
    assert_eq!(opens(&token, &party.recipient(EcdhEs)), b"text");
}

fn epk_is_present() {
    let party = Party::new();
    for alg in [EcdhEs, EcdhEsA128Kw, EcdhEsA256Kw] {
        let parts = party.gets(alg, A128Gcm);
        assert!(parts.header().contains_key("epk"));
        assert_eq!(opens(&parts.to_token(), &party.recipient(alg)), b"text");
        let without = parts.with_header(&format!(r#"{{"alg":"{alg}","enc":"A128GCM"}}"#));
        breaks(&refusal(&without.to_token(), &party.recipient(alg)), r::EPK_IS_PRESENT);
    }
}

fn epk_is_processed() {
    let (party, ephemeral, other) = (Party::new(), Party::new(), Party::new());
    let key = party.recipient(EcdhEs);
    let epk = |party: &Party| party.jwk.to_json().expect("JSON");
    assert_eq!(opens(&party.is_sent(&ephemeral, &epk(&ephemeral), "", [b"", b""]), &key), b"text");
    underivable(&party.is_sent(&ephemeral, &epk(&other), "", [b"", b""]), &key);
    for wrong in ["1", "null", r#""x""#, "[]", "{}", r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#] {
        let error = refusal(&party.is_sent(&ephemeral, wrong, "", [b"", b""]), &key);
        assert_eq!(error.kind(), crate::ErrorKind::Protocol, "{wrong}");
    }
    // On another curve, of another type, or beside its curve.
    let elsewhere = Jwk::generate_on(Curve::P384).expect("a key").to_json().expect("JSON");
    let rsa = r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#;
    let mut beside: serde_json::Value = serde_json::from_str(&epk(&ephemeral)).expect("JSON");
    beside["y"] = beside["x"].clone();
    for wrong in [&elsewhere, rsa, &beside.to_string()] {
        let error = refusal(&party.is_sent(&ephemeral, wrong, "", [b"", b""]), &key);
        assert_eq!(error.kind(), crate::ErrorKind::Protocol, "{wrong}");
    }
}

/// What is sent between `parties` by somebody else, who writes them as `members`.
fn between(parties: [&[u8]; 2], members: &str) -> (String, DecryptionKey) {
    let (party, ephemeral) = (Party::new(), Party::new());
    let epk = ephemeral.jwk.to_json().expect("JSON");
    (party.is_sent(&ephemeral, &epk, members, parties), party.recipient(EcdhEs))
}

/// Whether what is sent between them is understood, though one or both is not there.
#[track_caller]
fn may_be_left_out(left: &str) {
    for (parties, members) in [
        ([&b""[..], &b""[..]], ""),
        ([b"Alice", b""], r#","apu":"QWxpY2U""#),
        ([b"", b"Bob"], r#","apv":"Qm9i""#),
        ([b"Alice", b"Bob"], r#","apu":"QWxpY2U","apv":"Qm9i""#),
    ] {
        let (token, key) = between(parties, members);
        assert_eq!(opens(&token, &key), b"text", "{members}");
    }
    // We write what we were told.
    let party = Party::new();
    for (sender, recipient) in [(&b""[..], &b""[..]), (b"Alice", b""), (b"", b"Bob")] {
        let header = Header::new(EcdhEs).with_parties(sender, recipient);
        let made = encrypt(b"text", &header, &party.sender(EcdhEs), A128Gcm).expect("encrypted");
        let told = if left == "apu" { sender } else { recipient };
        let parts = Parts::of(&made);
        let written = parts.header().get(left).map(|value| value.as_str().expect("text").to_owned());
        assert_eq!(written, (!told.is_empty()).then(|| base64url::encode(told)));
        let cek = party.agrees(&parts, "A128GCM", 16);
        assert!(parts.open(A128Gcm, &cek, &parts.protected).is_some());
    }
}

fn apu_may_be_left_out() {
    may_be_left_out("apu");
}

fn apv_may_be_left_out() {
    may_be_left_out("apv");
}

/// What is in the header is what the key is derived from, and of the right form.
#[track_caller]
fn is_processed(name: &str, party: usize, requirement: &'static Requirement) {
    let mut parties = [&b""[..]; 2];
    parties[party] = b"Carol";
    let written = |party: &[u8]| format!(r#","{name}":"{}""#, base64url::encode(party));
    let (token, key) = between(parties, &written(b"Carol"));
    assert_eq!(opens(&token, &key), b"text");
    for members in [&written(b"Carl"), &written(b"carol"), &written(b""), ""] {
        let (token, key) = between(parties, members);
        underivable(&token, &key);
    }
    for wrong in [r#""Qm9=""#, r#""Q m9i""#, "7", "null", "[]"] {
        let (token, key) = between([b"", b""], &format!(r#","{name}":{wrong}"#));
        breaks(&refusal(&token, &key), requirement);
    }
}

fn apu_is_processed() {
    is_processed("apu", 0, r::APU_IS_PROCESSED);
}

fn apv_is_processed() {
    is_processed("apv", 1, r::APV_IS_PROCESSED);
}

fn apu_and_apv_differ() {
    let (token, key) = between([b"Bob", b"Bob"], r#","apu":"Qm9i","apv":"Qm9i""#);
    breaks(&refusal(&token, &key), r::APU_AND_APV_DIFFER);
    let (token, key) = between([b"Bob", b"bob"], r#","apu":"Qm9i","apv":"Ym9i""#);
    assert_eq!(opens(&token, &key), b"text");
    let party = Party::new();
    let made = |sender: &[u8], recipient: &[u8]| {
        let header = Header::new(EcdhEs).with_parties(sender, recipient);
        encrypt(b"text", &header, &party.sender(EcdhEs), A128Gcm)
    };
    misused(made(b"Bob", b"Bob"), r::APU_AND_APV_DIFFER);
    assert!(made(b"Alice", b"Bob").is_ok() && made(b"", b"").is_ok());
    // They are for nothing else.
    let key = EncryptionKey::symmetric(A128Kw, CEK).expect("a key");
    assert!(encrypt(b"text", &Header::new(A128Kw).with_parties(b"a", b"b"), &key, A128Gcm).is_err());
}
