//! Tokens that nobody should have written.

use super::{assert_malformed, assert_rejected, forged, jwks, pair, refusal, rsa};
use crate::{
    ErrorKind, Rejection,
    codec::{base64url, der, inflate},
    proto::jwe::{
        DecryptionKey, EncryptionKey, Limits, decrypt, encrypt,
        rsa::{self as rsa_keys, Padding},
        wrap,
    },
    rfc7516,
    types::{
        ContentEncryption::{self, A128CbcHs256, A128Gcm},
        Header, JweAlgorithm, Jwk, Material,
    },
};

const CEK: [u8; 16] = [7; 16];

fn shared() -> (EncryptionKey, DecryptionKey) {
    pair(&Jwk::symmetric(CEK.to_vec()), JweAlgorithm::Dir)
}

fn token() -> String {
    encrypt(b"the plaintext", &Header::new(JweAlgorithm::Dir), &shared().0, A128Gcm).unwrap()
}

#[test]
fn there_are_five_parts() {
    let (_, key) = shared();
    let token = token();
    let parts: Vec<_> = token.split('.').collect();
    for text in ["", ".", "...", "....", ".....", "a", "a.b.c"] {
        assert_eq!(refusal(text, &key).kind(), ErrorKind::Protocol, "{text}");
    }
    for count in 0..5 {
        assert_malformed(&refusal(&parts[..count].join("."), &key), rfc7516::COMPACT_JWE_HAS_FOUR_PERIODS);
    }
    for more in [format!("{token}."), format!(".{token}"), format!("{token}.AA"), token.replace("..", "...")]
    {
        assert_malformed(&refusal(&more, &key), rfc7516::COMPACT_JWE_HAS_FOUR_PERIODS);
    }
}

#[test]
fn no_part_is_loose_base64url() {
    let (sender, key) = pair(&Jwk::symmetric(CEK.to_vec()), JweAlgorithm::A128Kw);
    let token = encrypt(b"text", &Header::new(JweAlgorithm::A128Kw), &sender, A128Gcm).unwrap();
    let parts: Vec<_> = token.split('.').collect();
    for part in 0..5 {
        for loose in ["=", " ", "\n", "+", "/", "é", "\0", "A"] {
            let text = format!("{}{loose}", parts[part]);
            let mut changed = parts.clone();
            changed[part] = &text;
            let error = refusal(&changed.join("."), &key);
            // One letter more may happen to be another value, which then is the wrong one.
            let is_wrong = loose == "A" && error.kind() == ErrorKind::Auth;
            assert!(is_wrong || error.kind() == ErrorKind::Protocol, "{part} {loose:?} {error}");
        }
    }
}

/// Whatever letter is changed, nothing comes out.
#[test]
fn no_letter_can_be_changed() {
    for alg in JweAlgorithm::ALL.iter().copied() {
        let enc = A128CbcHs256;
        let jwk = jwks(alg, enc).remove(0);
        let (sender, key) = pair(&jwk, alg);
        let token = encrypt(b"text", &Header::new(alg), &sender, enc).unwrap();
        // RSA takes its time.
        let step = if token.len() > 500 { 23 } else { 3 };
        for at in (0..token.len()).step_by(step) {
            let mut octets = token.clone().into_bytes();
            octets[at] = if octets[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(octets).unwrap();
            let limits = Limits::default().with_iterations(1000, 2000);
            let error = decrypt(&changed, &key, &limits).unwrap_err();
            let in_header = at < token.find('.').unwrap();
            let expected = matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Auth);
            assert!(expected || in_header, "{alg} {at} {error}");
        }
    }
}

#[test]
fn algorithms_are_looked_at_first() {
    // Were any cryptography tried, it would find that nothing fits.
    let names = |alg: &str, enc: &str| {
        let header = format!(r#"{{"alg":"{alg}","enc":"{enc}"}}"#);
        forged(&header, &[1; 24], A128Gcm, &CEK, b"text")
    };
    let key = DecryptionKey::symmetric(JweAlgorithm::A128Kw, CEK).unwrap();
    for alg in JweAlgorithm::ALL.iter().copied().filter(|alg| *alg != JweAlgorithm::A128Kw) {
        let error = refusal(&names(alg.name(), "A128GCM"), &key);
        assert_rejected(&error, Rejection::Algorithm);
        assert_eq!(error.requirement(), Some(rfc7516::ALGORITHMS_ARE_ACCEPTABLE));
    }
    let narrow = key.clone().with_encryptions([ContentEncryption::A256Gcm]).unwrap();
    assert_rejected(&refusal(&names("A128KW", "A128GCM"), &narrow), Rejection::Algorithm);
    assert_eq!(narrow.with_encryptions([A128Gcm]).unwrap_err().kind(), ErrorKind::Usage);
    for alg in ["HS256", "RS256", "none", "None", "NONE"] {
        assert_rejected(&refusal(&names(alg, "A128GCM"), &key), Rejection::Algorithm);
    }
    for alg in ["a128kw", "A128KW ", "", "ECDH-ES+A512KW"] {
        assert_eq!(refusal(&names(alg, "A128GCM"), &key).kind(), ErrorKind::Unsupported, "{alg}");
    }
    for enc in ["A128CBC", "none", "", "a128gcm", "A128KW"] {
        assert_eq!(refusal(&names("A128KW", enc), &key).kind(), ErrorKind::Unsupported, "{enc}");
    }
    let without = forged(r#"{"alg":"A128KW"}"#, &[1; 24], A128Gcm, &CEK, b"text");
    assert_malformed(&refusal(&without, &key), rfc7516::ENC_IS_PRESENT);
    let without = forged(r#"{"enc":"A128GCM"}"#, &[1; 24], A128Gcm, &CEK, b"text");
    assert_malformed(&refusal(&without, &key), crate::rfc7515::ALG_IS_PRESENT);
}

/// RSA1_5 is there for those who name it, and for nobody else.
#[test]
fn rsa1_5_has_to_be_named() {
    let (sender, key) = pair(&rsa(), JweAlgorithm::Rsa1_5);
    let token = encrypt(b"text", &Header::new(JweAlgorithm::Rsa1_5), &sender, A128Gcm).unwrap();
    assert!(decrypt(&token, &key, &Limits::default()).is_ok());
    let modern = DecryptionKey::from_jwk(&rsa(), [JweAlgorithm::RsaOaep, JweAlgorithm::RsaOaep256]).unwrap();
    assert_rejected(&refusal(&token, &modern), Rejection::Algorithm);
}

#[test]
fn what_is_critical_is_understood_or_refused() {
    let (_, key) = shared();
    for members in [
        r#""crit":["b64"],"b64":true"#,
        r#""crit":["b64"],"b64":false"#,
        r#""crit":["exp"],"exp":1"#,
        r#""crit":[]"#,
        r#""crit":["alg"]"#,
        r#""crit":["zip"],"zip":"DEF""#,
        r#""crit":["x"]"#,
        r#""crit":["x","x"],"x":1"#,
        r#""crit":"x","x":1"#,
    ] {
        let header = format!(r#"{{"alg":"dir","enc":"A128GCM",{members}}}"#);
        assert_rejected(&refusal(&forged(&header, &[], A128Gcm, &CEK, b""), &key), Rejection::Critical);
    }
}

#[test]
fn a_header_is_one_object_without_doublets() {
    let (_, key) = shared();
    for header in [
        r#"{"alg":"dir","enc":"A128GCM","enc":"A128GCM"}"#,
        r#"{"alg":"dir","alg":"dir","enc":"A128GCM"}"#,
        r#"{"alg":"dir","enc":"A128GCM","x":{"a":1,"\u0061":2}}"#,
        r#"{"alg":"dir","enc":"A128GCM"} x"#,
        r#"{"alg":"dir","enc":"A128GCM""#,
        r#"["dir"]"#,
        "",
        "null",
        r#"{"alg":"dir","enc":1}"#,
        r#"{"alg":["dir"],"enc":"A128GCM"}"#,
        r#"{"alg":"dir","enc":"A128GCM","kid":1}"#,
    ] {
        let error = refusal(&forged(header, &[], A128Gcm, &CEK, b""), &key);
        assert_eq!(error.kind(), ErrorKind::Protocol, "{header} {error}");
    }
    let protected = base64url::encode(b"{\"alg\":\"dir\",\"enc\":\"A128GCM\",\"x\":\"\xff\"}");
    assert_eq!(refusal(&format!("{protected}...."), &key).kind(), ErrorKind::Protocol);
}

#[test]
fn what_is_too_much_is_refused_at_once() {
    let (_, key) = shared();
    let long = "A".repeat(2 << 20);
    assert_eq!(refusal(&long, &key).kind(), ErrorKind::Limit);
    let token = token();
    let parts: Vec<_> = token.split('.').collect();
    let long = format!("{}.{}", "A".repeat(30 << 10), parts[1..].join("."));
    assert_eq!(refusal(&long, &key).kind(), ErrorKind::Limit);
    assert_eq!(
        decrypt(&token, &key, &Limits::default().with_token(token.len() - 1)).unwrap_err().kind(),
        ErrorKind::Limit
    );
    assert!(decrypt(&token, &key, &Limits::default().with_token(token.len())).is_ok());
    let header = |octets: usize| {
        let (front, back) = (r#"{"alg":"dir","enc":"A128GCM","x":""#, r#""}"#);
        format!("{front}{}{back}", "x".repeat(octets - front.len() - back.len()))
    };
    let largest = forged(&header(16 << 10), &[], A128Gcm, &CEK, b"text");
    assert_eq!(decrypt(&largest, &key, &Limits::default()).unwrap().plaintext.expose(), b"text");
    let larger = forged(&header((16 << 10) + 1), &[], A128Gcm, &CEK, b"text");
    assert_eq!(refusal(&larger, &key).kind(), ErrorKind::Limit);
    let deep = format!(r#"{{"alg":"dir","enc":"A128GCM","x":{}1{}}}"#, "[".repeat(50), "]".repeat(50));
    assert_eq!(refusal(&forged(&deep, &[], A128Gcm, &CEK, b""), &key).kind(), ErrorKind::Limit);
}

/// Whatever is wrong with an encrypted key, the answer is the same to the letter (RFC 7516, section
/// 11.5): somebody who may ask a million times learns nothing by it.
#[test]
fn nothing_tells_one_bad_key_from_another() {
    let Material::Rsa { n, e, .. } = rsa().material else { unreachable!() };
    let public = rsa_keys::public_key(&n, &e).unwrap();
    for (alg, padding) in [
        (JweAlgorithm::Rsa1_5, Padding::Pkcs1),
        (JweAlgorithm::RsaOaep, Padding::OaepSha1),
        (JweAlgorithm::RsaOaep256, Padding::OaepSha256),
    ] {
        let (_, key) = pair(&rsa(), alg);
        let header = format!(r#"{{"alg":"{alg}","enc":"A128GCM"}}"#);
        let with = |encrypted: &[u8]| refusal(&forged(&header, encrypted, A128Gcm, &CEK, b"text"), &key);
        let encrypt = |cek: &[u8]| rsa_keys::encrypt(&public, padding, cek).unwrap();
        let token = forged(&header, &encrypt(&CEK), A128Gcm, &CEK, b"text");
        assert_eq!(decrypt(&token, &key, &Limits::default()).unwrap().plaintext.expose(), b"text");
        let other = if padding == Padding::Pkcs1 { Padding::OaepSha1 } else { Padding::Pkcs1 };
        let mut cases = vec![
            with(&encrypt(&[8; 16])),
            with(&encrypt(&[7; 15])),
            with(&encrypt(&[7; 17])),
            with(&encrypt(&[7; 32])),
            with(&encrypt(&[])),
            with(&rsa_keys::encrypt(&public, other, &CEK).unwrap()),
            with(&[0; 256]),
            with(&[0xff; 256]),
            with(&[1; 256]),
            with(&[1; 255]),
            with(&[1; 257]),
            with(&[]),
        ];
        let right = encrypt(&CEK);
        cases.push(with(&right[1..]));
        let mut token = forged(&header, &right, A128Gcm, &CEK, b"text");
        // The key is right and the tag is not.
        let last = token.pop().unwrap();
        token.push(if last == 'A' { 'Q' } else { 'A' });
        cases.push(refusal(&token, &key));
        for error in &cases {
            assert_rejected(error, Rejection::Decryption);
            assert_eq!(format!("{error:?}"), format!("{:?}", cases[0]));
        }
    }
}

/// The key that is gone on with is another each time.
#[test]
fn a_bad_key_becomes_a_random_one() {
    let Material::Rsa { n, e, .. } = rsa().material else { unreachable!() };
    let public = rsa_keys::public_key(&n, &e).unwrap();
    let private = rsa_keys::private_key(&der::to_pkcs8(&rsa()).unwrap()).unwrap();
    for padding in [Padding::Pkcs1, Padding::OaepSha1, Padding::OaepSha256] {
        let short = rsa_keys::encrypt(&public, padding, &[7; 15]).unwrap();
        for bad in [&short[..], &[1; 256], &[]] {
            let keys = [(); 2].map(|()| rsa_keys::decrypt(&private, padding, bad, 16).unwrap());
            assert_eq!(keys.each_ref().map(|key| key.expose().len()), [16, 16]);
            assert_ne!(keys[0].expose(), keys[1].expose());
            assert_ne!(keys[0].expose()[..], [0; 16]);
        }
        let right = rsa_keys::encrypt(&public, padding, &CEK).unwrap();
        assert_eq!(rsa_keys::decrypt(&private, padding, &right, 16).unwrap().expose()[..], CEK);
    }
}

/// A key that unwraps well and is too short or too long for the content.
#[test]
fn an_unwrapped_key_of_another_length_is_an_undecryptable_one() {
    let (_, key) = pair(&Jwk::symmetric(vec![1; 24]), JweAlgorithm::A192Kw);
    let with = |cek: &[u8]| {
        let header = r#"{"alg":"A192KW","enc":"A128GCM"}"#;
        decrypt(
            &forged(header, &wrap::wrap(&[1; 24], cek).unwrap(), A128Gcm, &CEK, b"text"),
            &key,
            &Limits::default(),
        )
    };
    assert!(with(&CEK).is_ok());
    for len in [24, 32] {
        assert_rejected(&with(&vec![7; len]).unwrap_err(), Rejection::Decryption);
    }
    let (_, key) = pair(&Jwk::symmetric(vec![1; 32]), JweAlgorithm::A256GcmKw);
    let gcm = wrap::gcm(&[1; 32]).unwrap();
    for len in [0, 15, 16, 17, 32] {
        let (encrypted, tag) = wrap::gcm_wrap(&gcm, &[0; 12], &vec![7; len]).unwrap();
        let (iv, tag) = (base64url::encode(&[0; 12]), base64url::encode(&tag));
        let header = format!(r#"{{"alg":"A256GCMKW","enc":"A128GCM","iv":"{iv}","tag":"{tag}"}}"#);
        let result = decrypt(&forged(&header, &encrypted, A128Gcm, &CEK, b"text"), &key, &Limits::default());
        match len {
            16 => assert_eq!(result.unwrap().plaintext.expose(), b"text"),
            _ => assert_rejected(&result.unwrap_err(), Rejection::Decryption),
        }
    }
}

fn zipped(content: &[u8]) -> String {
    forged(r#"{"alg":"dir","enc":"A128GCM","zip":"DEF"}"#, &[], A128Gcm, &CEK, content)
}

#[test]
fn a_bomb_is_cut_at_the_limit() {
    let (_, key) = shared();
    let bomb = zipped(&inflate::deflate(&vec![0; 64 << 20]).unwrap());
    assert_eq!(refusal(&bomb, &key).kind(), ErrorKind::Limit);
    let much = zipped(&inflate::deflate(&vec![0; (256 << 10) + 1]).unwrap());
    assert_eq!(refusal(&much, &key).kind(), ErrorKind::Limit);
    let limits = Limits::default().with_inflated(300 << 10);
    assert!(decrypt(&much, &key, &limits).is_ok());
    let little = zipped(&inflate::deflate(b"a").unwrap());
    let none = Limits::default().with_inflated(0);
    assert_eq!(decrypt(&little, &key, &none).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn what_is_compressed_is_deflate_and_authenticated_first() {
    let (_, key) = shared();
    for content in [&b"no deflate"[..], b"", b"\x78\x9c\x03\x00\x00\x00\x00\x01"] {
        assert_malformed(&refusal(&zipped(content), &key), rfc7516::ZIP_IS_UNDERSTOOD);
    }
    let mut trailed = inflate::deflate(b"text").unwrap();
    trailed.push(0);
    assert_malformed(&refusal(&zipped(&trailed), &key), rfc7516::ZIP_IS_UNDERSTOOD);
    // With a wrong tag nobody sees that it would not inflate.
    let mut token = zipped(b"no deflate");
    let last = token.pop().unwrap();
    token.push(if last == 'A' { 'Q' } else { 'A' });
    assert_rejected(&refusal(&token, &key), Rejection::Decryption);
    for zip in ["def", "GZIP", "", "none"] {
        let header = format!(r#"{{"alg":"dir","enc":"A128GCM","zip":"{zip}"}}"#);
        let error = refusal(&forged(&header, &[], A128Gcm, &CEK, b""), &key);
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Unsupported, Some(rfc7516::ZIP_IS_UNDERSTOOD))
        );
    }
}

#[test]
fn kid_is_a_look_up_and_each_key_is_tried_in_turn() {
    let alg = JweAlgorithm::A128Kw;
    let sender = EncryptionKey::symmetric(alg, [3; 16]).unwrap();
    let named =
        |key_id: &str| encrypt(b"text", &Header::new(alg).with_key_id(key_id), &sender, A128Gcm).unwrap();
    let keys: Vec<_> = (0..5)
        .map(|at| DecryptionKey::symmetric(alg, [at; 16]).unwrap().with_key_id(at.to_string()))
        .collect();
    let limits = Limits::default();
    assert_eq!(decrypt(&named("3"), &keys, &limits).unwrap().key_id.as_deref(), Some("3"));
    assert_rejected(&decrypt(&named("2"), &keys, &limits).unwrap_err(), Rejection::Decryption);
    for unknown in ["7", "", "3 ", "../3", "' OR 1=1", "\u{0}"] {
        let error = decrypt(&named(unknown), &keys, &limits).unwrap_err();
        assert_rejected(&error, Rejection::NoKey);
        assert!(unknown.is_empty() || !error.to_string().contains(unknown) || unknown.len() < 3);
    }
    let anonymous = encrypt(b"text", &Header::new(alg), &sender, A128Gcm).unwrap();
    assert_eq!(decrypt(&anonymous, &keys, &limits).unwrap().key_id.as_deref(), Some("3"));
    assert_eq!(
        decrypt(&anonymous, &keys[..3], &limits).unwrap_err().rejection(),
        Some(Rejection::Decryption)
    );
    let few = Limits::default().with_attempts(3);
    assert_eq!(decrypt(&anonymous, &keys, &few).unwrap_err().kind(), ErrorKind::Limit);
    let few = Limits::default().with_attempts(4);
    assert!(decrypt(&anonymous, &keys, &few).is_ok());
    assert_rejected(&decrypt(&anonymous, &Vec::new(), &limits).unwrap_err(), Rejection::NoKey);
    // Without a `kid` of its own a key is meant by all.
    let unnamed = [DecryptionKey::symmetric(alg, [3; 16]).unwrap()];
    assert!(decrypt(&named("whatever"), &unnamed, &limits).is_ok());
}

/// CBC with another padding, under a tag that is right: whoever holds the key wrote it, and still it
/// is no other error.
#[test]
fn padding_says_nothing() {
    let cek = [9; 32];
    let (_, key) = pair(&Jwk::symmetric(cek.to_vec()), JweAlgorithm::Dir);
    let header = r#"{"alg":"dir","enc":"A128CBC-HS256"}"#;
    let token = forged(header, &[], A128CbcHs256, &cek, &[b'x'; 40]);
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    let ciphertext = base64url::decode(&parts[3]).unwrap();
    let mac = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &cek[..16]);
    for end in [0, 1, 16, 32, 47] {
        let mut context = aws_lc_rs::hmac::Context::with_key(&mac);
        let bits = (parts[0].len() as u64 * 8).to_be_bytes();
        for octets in [parts[0].as_bytes(), &[3; 16], &ciphertext[..end], &bits] {
            context.update(octets);
        }
        parts[3] = base64url::encode(&ciphertext[..end]);
        parts[4] = base64url::encode(&context.sign().as_ref()[..16]);
        assert_rejected(&refusal(&parts.join("."), &key), Rejection::Decryption);
    }
}

#[test]
fn errors_hold_nothing_of_the_token() {
    let (_, key) = shared();
    for token in [
        "SECRET.a.b.c.d",
        "SECRET",
        &format!("{}.SECRET.b.c.d", base64url::encode(br#"{"alg":"dir","enc":"A128GCM"}"#)),
    ] {
        let error = refusal(token, &key);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("SECRET"), "{shown}");
        assert!(!error.to_string().ends_with('.'));
    }
}

#[test]
fn the_usual_limits_are_those_that_are_documented() {
    let Limits { token, inflated, fewest_iterations, most_iterations, recipients, attempts, passwords } =
        Limits::default();
    assert_eq!((token, inflated), (1_048_576, 262_144));
    assert_eq!((fewest_iterations, most_iterations), (1000, 600_000));
    assert_eq!((recipients, attempts, passwords), (16, 8, 2));
}
