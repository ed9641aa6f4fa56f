//! What the algorithms need in the header, and how it can be wrong.

use super::{assert_malformed, assert_rejected, curve_key, forged, pair, refusal};
use crate::{
    ErrorKind, Rejection,
    codec::base64url,
    proto::jwe::{DecryptionKey, EncryptionKey, Limits, decrypt, encrypt},
    rfc7516, rfc7518, rfc8725,
    types::{ContentEncryption, Curve, Header, JweAlgorithm, Jwk, Material},
};

const CEK: [u8; 16] = [7; 16];

/// A token with these members in its header, whose content is encrypted under a known key.
fn with(members: &str) -> String {
    forged(&format!(r#"{{"enc":"A128GCM",{members}}}"#), &[1; 24], ContentEncryption::A128Gcm, &CEK, b"text")
}

/// The same without an encrypted key.
fn direct(members: &str) -> String {
    forged(&format!(r#"{{"enc":"A128GCM",{members}}}"#), &[], ContentEncryption::A128Gcm, &CEK, b"text")
}

/// `epk` of these coordinates.
fn epk(curve: Curve, x: &[u8], y: &[u8]) -> String {
    let key = Jwk::from_material(Material::Curve { curve, x: x.to_vec(), y: y.to_vec(), d: None });
    format!(r#""epk":{}"#, key.to_json().unwrap())
}

#[test]
fn an_ephemeral_key_is_there_public_and_on_the_curve() {
    for (alg, make) in
        [(JweAlgorithm::EcdhEs, direct as fn(&str) -> String), (JweAlgorithm::EcdhEsA128Kw, with)]
    {
        let name = format!(r#""alg":"{alg}""#);
        for curve in [Curve::P256, Curve::P384, Curve::P521, Curve::X25519] {
            let (_, key) = pair(&curve_key(curve), alg);
            assert_malformed(&refusal(&make(&name), &key), rfc7518::EPK_IS_PRESENT);
            let private = curve_key(curve).to_secret_json();
            let members = format!(r#"{name},"epk":{}"#, private.expose());
            assert_malformed(&refusal(&make(&members), &key), rfc7518::EPK_IS_PUBLIC);
            let other = if curve == Curve::P256 { Curve::P384 } else { Curve::P256 };
            let theirs = curve_key(other).to_json().unwrap();
            let members = format!(r#"{name},"epk":{theirs}"#);
            assert_malformed(&refusal(&make(&members), &key), rfc8725::EPK_FITS_THE_RECIPIENTS_CURVE);
            let Material::Curve { x, mut y, .. } = curve_key(curve).material else { unreachable!() };
            if curve != Curve::X25519 {
                *y.last_mut().unwrap() ^= 1;
                let members = format!("{name},{}", epk(curve, &x, &y));
                assert_malformed(&refusal(&make(&members), &key), rfc8725::INVALID_CURVE_POINTS_ARE_REFUSED);
            }
            let zero = vec![0; x.len()];
            let members = format!("{name},{}", epk(curve, &zero, &zero[..y.len()]));
            assert_malformed(&refusal(&make(&members), &key), rfc8725::INVALID_CURVE_POINTS_ARE_REFUSED);
            for members in [r#""epk":1"#, r#""epk":{"kty":"oct","k":"AAAA"}"#, r#""epk":{}"#] {
                assert_eq!(refusal(&make(&format!("{name},{members}")), &key).kind(), ErrorKind::Protocol);
            }
            let signs =
                r#""epk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
            let error = refusal(&make(&format!("{name},{signs}")), &key);
            assert_malformed(&error, rfc8725::EPK_FITS_THE_RECIPIENTS_CURVE);
            // An RSA key is on no curve at all.
            let members = format!(r#"{name},"epk":{}"#, super::rsa().to_json().unwrap());
            assert_malformed(&refusal(&make(&members), &key), rfc8725::EPK_FITS_THE_RECIPIENTS_CURVE);
        }
    }
}

#[test]
fn parties_are_two_and_in_base64url() {
    let alg = JweAlgorithm::EcdhEs;
    let (_, key) = pair(&curve_key(Curve::X25519), alg);
    let epk = curve_key(Curve::X25519).to_json().unwrap();
    let members = |more: &str| direct(&format!(r#""alg":"ECDH-ES","epk":{epk},{more}"#));
    assert_malformed(&refusal(&members(r#""apu":"Qm9i","apv":"Qm9i""#), &key), rfc7518::APU_AND_APV_DIFFER);
    assert_malformed(
        &refusal(&members(r#""apu":"Qm9="#.to_owned().as_str()), &key),
        crate::rfc7515::MALFORMED_JSON_IS_REJECTED,
    );
    assert_malformed(&refusal(&members(r#""apu":"Qm9=""#), &key), rfc7518::APU_IS_PROCESSED);
    assert_malformed(&refusal(&members(r#""apv":7"#), &key), rfc7518::APV_IS_PROCESSED);
    // Well-formed, it is one who does not know the key.
    assert_rejected(&refusal(&members(r#""apu":"Qm9i""#), &key), Rejection::Decryption);
}

/// What a party is said to be goes into the key: changing it changes all.
#[test]
fn apu_and_apv_are_part_of_the_key() {
    let alg = JweAlgorithm::EcdhEs;
    let jwk = curve_key(Curve::P256);
    let (sender, key) = pair(&jwk, alg);
    let header = Header::new(alg).with_parties(b"Alice", b"Bob");
    let token = encrypt(b"text", &header, &sender, ContentEncryption::A128Gcm).unwrap();
    assert!(decrypt(&token, &key, &Limits::default()).is_ok());
    let parts: Vec<_> = token.split('.').collect();
    let text = String::from_utf8(base64url::decode(parts[0]).unwrap()).unwrap();
    for (from, to) in [("QWxpY2U", "QWxpY2V"), ("Qm9i", "Qm9h")] {
        let changed = base64url::encode(text.replace(from, to).as_bytes());
        let error = refusal(&[&changed, parts[1], parts[2], parts[3], parts[4]].join("."), &key);
        // One of them is no base64url any more.
        assert!(error.rejection() == Some(Rejection::Decryption) || error.kind() == ErrorKind::Protocol);
    }
}

#[test]
fn a_direct_key_has_no_encrypted_one_beside_it() {
    let (_, shared) = pair(&Jwk::symmetric(CEK.to_vec()), JweAlgorithm::Dir);
    assert!(decrypt(&direct(r#""alg":"dir""#), &shared, &Limits::default()).is_ok());
    let error = refusal(&with(r#""alg":"dir""#), &shared);
    assert_malformed(&error, rfc7516::DIRECT_MODES_DEMAND_AN_EMPTY_KEY);
    let (_, agrees) = pair(&curve_key(Curve::X25519), JweAlgorithm::EcdhEs);
    let epk = curve_key(Curve::X25519).to_json().unwrap();
    let error = refusal(&with(&format!(r#""alg":"ECDH-ES","epk":{epk}"#)), &agrees);
    assert_malformed(&error, rfc7516::DIRECT_MODES_DEMAND_AN_EMPTY_KEY);
}

/// A `dir` key of 32 octets, and a token that wants 16 of it.
#[test]
fn a_direct_key_of_another_size_decrypts_nothing() {
    let (_, shared) = pair(&Jwk::symmetric(vec![7; 32]), JweAlgorithm::Dir);
    let error = refusal(&direct(r#""alg":"dir""#), &shared);
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert_eq!(error.requirement(), Some(rfc7516::DECRYPTED_CEK_FITS_ENC));
}

#[test]
fn gcm_key_wrap_has_a_vector_and_a_tag() {
    let alg = JweAlgorithm::A128GcmKw;
    let (_, key) = pair(&Jwk::symmetric(vec![1; 16]), alg);
    let (iv, tag) = (base64url::encode(&[0; 12]), base64url::encode(&[0; 16]));
    let case = |iv: Option<&str>, tag: Option<&str>| {
        let mut members = r#""alg":"A128GCMKW""#.to_owned();
        for (name, value) in [("iv", iv), ("tag", tag)] {
            if let Some(value) = value {
                members += &format!(r#","{name}":"{value}""#);
            }
        }
        refusal(&with(&members), &key)
    };
    assert_malformed(&case(None, Some(&tag)), rfc7518::GCMKW_IV_IS_PRESENT);
    assert_malformed(&case(Some(&iv), None), rfc7518::GCMKW_TAG_IS_PRESENT);
    for len in [0, 8, 11, 13, 16] {
        let iv = base64url::encode(&vec![0; len]);
        assert_malformed(&case(Some(&iv), Some(&tag)), rfc7518::GCMKW_IV_HAS_96_BITS);
    }
    for len in [0, 4, 12, 15, 17] {
        let tag = base64url::encode(&vec![0; len]);
        assert_malformed(&case(Some(&iv), Some(&tag)), rfc7518::GCMKW_TAG_HAS_128_BITS);
    }
    assert_rejected(&case(Some(&iv), Some(&tag)), Rejection::Decryption);
}

#[test]
fn rounds_are_bounded_before_the_first() {
    let alg = JweAlgorithm::Pbes2Hs256A128Kw;
    let key = DecryptionKey::password(alg, "secret").unwrap();
    let case = |members: &str| refusal(&with(&format!(r#""alg":"{alg}"{members}"#)), &key);
    let salt = r#","p2s":"AAAAAAAAAAAAAAAAAAAAAA""#;
    assert_malformed(&case(r#","p2c":1000"#), rfc7518::P2S_IS_PRESENT);
    assert_malformed(&case(salt), rfc7518::P2C_IS_PRESENT);
    assert_malformed(&case(r#","p2c":1000,"p2s":"AAAAAAAAAA""#), rfc7518::SALT_INPUT_HAS_8_OCTETS);
    for count in ["0", "-1", "1.5", "\"1000\"", "1e99", "null", "[]"] {
        assert_malformed(&case(&format!(r#"{salt},"p2c":{count}"#)), rfc7518::P2C_IS_PROCESSED);
    }
    for (count, requirement) in [
        (1, rfc7518::COUNT_IS_AT_LEAST_1000),
        (999, rfc7518::COUNT_IS_AT_LEAST_1000),
        (600_001, rfc7518::P2C_IS_PROCESSED),
        (u32::MAX.into(), rfc7518::P2C_IS_PROCESSED),
        (u64::from(u32::MAX) + 1001, rfc7518::P2C_IS_PROCESSED),
        (u64::MAX, rfc7518::P2C_IS_PROCESSED),
    ] {
        let error = case(&format!(r#"{salt},"p2c":{count}"#));
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Limit, Some(requirement)), "{count}");
    }
    assert_rejected(&case(&format!(r#"{salt},"p2c":1000"#)), Rejection::Decryption);
    let strict = Limits::default().with_iterations(2000, 3000);
    for count in [1999, 3001] {
        let token = with(&format!(r#""alg":"{alg}"{salt},"p2c":{count}"#));
        assert_eq!(decrypt(&token, &key, &strict).unwrap_err().kind(), ErrorKind::Limit);
    }
    for count in [2000, 3000] {
        let token = with(&format!(r#""alg":"{alg}"{salt},"p2c":{count}"#));
        assert_rejected(&decrypt(&token, &key, &strict).unwrap_err(), Rejection::Decryption);
    }
    assert_rejected(&case(r#","p2c":1000,"p2s":"AAAAAAAAAAA""#), Rejection::Decryption);
}

/// Each of these goes into the key: the password, the salt, the name of the algorithm, the rounds.
#[test]
fn salt_and_rounds_are_part_of_the_key() {
    let alg = JweAlgorithm::Pbes2Hs512A256Kw;
    let sender = EncryptionKey::password(alg, "secret").unwrap().with_iterations(1000).unwrap();
    let key = DecryptionKey::password(alg, "secret").unwrap();
    let token = encrypt(b"text", &Header::new(alg), &sender, ContentEncryption::A128Gcm).unwrap();
    assert_eq!(super::header_of(&token)["p2c"], 1000);
    assert!(decrypt(&token, &key, &Limits::default()).is_ok());
    let other = DecryptionKey::password(alg, "Secret").unwrap();
    assert_rejected(&refusal(&token, &other), Rejection::Decryption);
    let parts: Vec<_> = token.split('.').collect();
    let text = String::from_utf8(base64url::decode(parts[0]).unwrap()).unwrap();
    let more = base64url::encode(text.replace("1000", "1001").as_bytes());
    let error = refusal(&[&more, parts[1], parts[2], parts[3], parts[4]].join("."), &key);
    assert_rejected(&error, Rejection::Decryption);
}

#[test]
fn vectors_and_tags_of_the_content_have_one_length() {
    for enc in ContentEncryption::ALL.iter().copied() {
        let len = super::content::key_len(enc);
        let (sender, key) = pair(&Jwk::symmetric(vec![7; len]), JweAlgorithm::Dir);
        let token = encrypt(b"text", &Header::new(JweAlgorithm::Dir), &sender, enc).unwrap();
        let parts: Vec<_> = token.split('.').collect();
        let is_gcm = super::content::is_gcm(enc);
        let of_iv = if is_gcm { rfc7518::GCM_IV_HAS_96_BITS } else { rfc7516::IV_IS_RANDOM };
        let of_tag = if is_gcm { rfc7518::GCM_TAG_HAS_128_BITS } else { rfc7516::WRONG_TAG_YIELDS_NOTHING };
        for (part, requirement) in [(2, of_iv), (4, of_tag)] {
            let right = base64url::decode(parts[part]).unwrap();
            for len in (0..right.len() + 9).filter(|len| *len != right.len()) {
                let mut octets = right.clone();
                octets.resize(len, 0);
                let octets = base64url::encode(&octets);
                let mut changed = parts.clone();
                changed[part] = &octets;
                assert_malformed(&refusal(&changed.join("."), &key), requirement);
            }
        }
    }
}
