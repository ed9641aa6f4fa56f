//! What a key refuses to be.

use super::{curve_key, jwks, pair, rsa};
use crate::{
    ErrorKind, Requirement,
    codec::{base64url, der},
    proto::jwe::{
        ContentEncryptions, Decrypted, DecryptedJson, DecryptionKey, EncryptionKey, Limits, decrypt, encrypt,
        key::SenderMaterial,
    },
    rfc7516, rfc7518, rfc8037, rfc8725,
    types::{
        ContentEncryption::{self, A128CbcHs256, A128Gcm, A256Gcm},
        Curve, Header, JweAlgorithm, Jwk, Material,
    },
};

fn jwk(json: &str) -> Jwk {
    Jwk::parse(json.as_bytes()).unwrap()
}

/// Both sides refuse the key, as something that the caller got wrong.
#[track_caller]
fn refused(key: &Jwk, alg: JweAlgorithm, requirement: &'static Requirement) {
    let errors = [
        EncryptionKey::from_jwk(key, alg).map(drop).unwrap_err(),
        DecryptionKey::from_jwk(key, alg).map(drop).unwrap_err(),
    ];
    for error in errors {
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(requirement)), "{error}");
    }
}

#[test]
fn a_key_does_what_it_is_for() {
    let marked = |members: &str| jwk(&format!(r#"{{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAA",{members}}}"#));
    for members in [r#""use":"sig""#, r#""use":"other""#, r#""key_ops":["sign"]"#, r#""key_ops":[]"#] {
        refused(&marked(members), JweAlgorithm::A128Kw, rfc7516::KEY_SERVES_ITS_ALGORITHM_ALONE);
    }
    for members in [r#""alg":"A128GCMKW""#, r#""alg":"A128GCM""#, r#""alg":"a128kw""#, r#""alg":"HS256""#] {
        refused(&marked(members), JweAlgorithm::A128Kw, rfc7516::KEY_SERVES_ITS_ALGORITHM_ALONE);
    }
    for members in
        [r#""use":"enc""#, r#""alg":"A128KW""#, r#""key_ops":["wrapKey","unwrapKey"]"#, r#""kid":"1""#]
    {
        assert!(EncryptionKey::from_jwk(&marked(members), JweAlgorithm::A128Kw).is_ok(), "{members}");
        assert!(DecryptionKey::from_jwk(&marked(members), JweAlgorithm::A128Kw).is_ok(), "{members}");
    }
    // Each side by its own operation.
    let wraps = marked(r#""key_ops":["wrapKey"]"#);
    assert!(EncryptionKey::from_jwk(&wraps, JweAlgorithm::A128Kw).is_ok());
    assert!(DecryptionKey::from_jwk(&wraps, JweAlgorithm::A128Kw).is_err());
    let unwraps = marked(r#""key_ops":["unwrapKey"]"#);
    assert!(EncryptionKey::from_jwk(&unwraps, JweAlgorithm::A128Kw).is_err());
    assert!(DecryptionKey::from_jwk(&unwraps, JweAlgorithm::A128Kw).is_ok());
    let encrypts = marked(r#""key_ops":["encrypt"]"#);
    assert!(EncryptionKey::from_jwk(&encrypts, JweAlgorithm::Dir).is_ok());
    assert!(DecryptionKey::from_jwk(&encrypts, JweAlgorithm::Dir).is_err());
    // All that is allowed has to fit, not one of it.
    assert!(
        DecryptionKey::from_jwk(
            &marked(r#""alg":"A128KW""#),
            [JweAlgorithm::A128Kw, JweAlgorithm::A128GcmKw]
        )
        .is_err()
    );
    assert!(
        DecryptionKey::from_jwk(&marked(r#""x":1"#), [JweAlgorithm::A128Kw, JweAlgorithm::A128GcmKw]).is_ok()
    );
    assert_eq!(DecryptionKey::from_jwk(&marked(r#""x":1"#), []).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn a_direct_key_may_name_what_it_encrypts() {
    let key = jwk(r#"{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","alg":"A256GCM"}"#);
    let (sender, recipient) = pair(&key, JweAlgorithm::Dir);
    assert_eq!(recipient.encryptions(), ContentEncryptions::from(A256Gcm));
    let header = Header::new(JweAlgorithm::Dir);
    assert!(encrypt(b"", &header, &sender, A256Gcm).is_ok());
    let error = encrypt(b"", &header, &sender, A128CbcHs256).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc7516::KEY_SERVES_ITS_ALGORITHM_ALONE));
    // Unmarked, it does both for which it is as long as it should be.
    let (sender, _) = pair(&Jwk::symmetric(vec![0; 32]), JweAlgorithm::Dir);
    for enc in ContentEncryption::ALL.iter().copied() {
        let fits = matches!(enc, A256Gcm | A128CbcHs256);
        assert_eq!(encrypt(b"", &header, &sender, enc).is_ok(), fits, "{enc}");
    }
    refused(&Jwk::symmetric(vec![0; 31]), JweAlgorithm::Dir, rfc7516::DECRYPTED_CEK_FITS_ENC);
}

#[test]
fn the_type_of_the_key_is_the_type_of_the_algorithm() {
    let enc = A256Gcm;
    for alg in JweAlgorithm::ALL.iter().copied() {
        let own = jwks(alg, enc);
        for other in JweAlgorithm::ALL.iter().copied() {
            for key in jwks(other, enc) {
                // Passwords and direct keys are octets of any size, or of another.
                if key.key_type() != own[0].key_type() && !(key.curve().is_some() && own[0].curve().is_some())
                {
                    refused(&key, alg, rfc7516::UNUSABLE_ALG_FAILS);
                }
            }
        }
    }
    for len in [0, 8, 15, 17, 23, 25, 31, 33, 64] {
        for alg in [JweAlgorithm::A128Kw, JweAlgorithm::A192Kw, JweAlgorithm::A256Kw, JweAlgorithm::A128GcmKw]
        {
            refused(&Jwk::symmetric(vec![1; len]), alg, rfc7516::UNUSABLE_ALG_FAILS);
        }
    }
    refused(&Jwk::symmetric(vec![1; 24]), JweAlgorithm::A256GcmKw, rfc7516::UNUSABLE_ALG_FAILS);
    let signs = jwk(r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#);
    refused(&signs, JweAlgorithm::EcdhEs, rfc8037::SIGNING_SUBTYPES_AGREE_ON_NO_KEY);
}

fn rsa_of(n: Vec<u8>, e: Vec<u8>) -> Jwk {
    Jwk::from_material(Material::Rsa { n, e, private: None })
}

#[test]
fn rsa_keys_have_a_size_and_an_exponent() {
    let long = |octets: usize| {
        let mut n = vec![0xff; octets];
        n[0] = 0x80;
        n
    };
    for (alg, requirement) in [
        (JweAlgorithm::Rsa1_5, rfc7518::RSA1_5_KEY_HAS_2048_BITS),
        (JweAlgorithm::RsaOaep, rfc7518::OAEP_KEY_HAS_2048_BITS),
        (JweAlgorithm::RsaOaep256, rfc7518::OAEP_KEY_HAS_2048_BITS),
    ] {
        refused(&rsa_of(long(128), vec![1, 0, 1]), alg, requirement);
        let mut n = long(256);
        n[0] = 0x7f;
        refused(&rsa_of(n, vec![1, 0, 1]), alg, requirement);
        refused(&rsa_of(long(1025), vec![1, 0, 1]), alg, rfc7518::KEY_SIZE_HAS_A_CEILING);
    }
    refused(&rsa_of(long(256), vec![3]), JweAlgorithm::Rsa1_5, rfc7518::RSA1_5_EXPONENT_IS_NOT_LOW);
    assert!(EncryptionKey::from_jwk(&rsa_of(long(256), vec![3]), JweAlgorithm::RsaOaep).is_ok());
    assert!(EncryptionKey::from_jwk(&rsa_of(long(256), vec![2]), JweAlgorithm::RsaOaep).is_err());
}

#[test]
fn a_private_key_is_whole_and_fits_its_public_half() {
    for public in [rsa().to_public().unwrap(), curve_key(Curve::P256).to_public().unwrap()] {
        let alg = if public.curve().is_some() { JweAlgorithm::EcdhEs } else { JweAlgorithm::RsaOaep };
        assert!(EncryptionKey::from_jwk(&public, alg).is_ok());
        assert_eq!(DecryptionKey::from_jwk(&public, alg).unwrap_err().kind(), ErrorKind::Usage);
    }
    for curve in [Curve::P256, Curve::P384, Curve::P521, Curve::X25519] {
        let (mut key, other) = (curve_key(curve), curve_key(curve));
        let Material::Curve { d, .. } = &mut key.material else { unreachable!() };
        let Material::Curve { d: theirs, .. } = &other.material else { unreachable!() };
        d.clone_from(theirs);
        let error = DecryptionKey::from_jwk(&key, JweAlgorithm::EcdhEs).unwrap_err();
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Usage, Some(rfc8725::INVALID_CURVE_POINTS_ARE_REFUSED))
        );
    }
    let mut key = rsa();
    let Material::Rsa { private: Some(private), .. } = &mut key.material else { unreachable!() };
    private.factors.as_mut().unwrap().swap(0, 1);
    assert_eq!(DecryptionKey::from_jwk(&key, JweAlgorithm::RsaOaep).unwrap_err().kind(), ErrorKind::Usage);
    let Material::Rsa { private: Some(private), .. } = &mut key.material else { unreachable!() };
    private.factors = None;
    let error = DecryptionKey::from_jwk(&key, JweAlgorithm::RsaOaep).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc7518::RSA_PRIVATE_KEY_HAS_ITS_FACTORS));
}

#[test]
fn a_point_beside_the_curve_is_no_key() {
    for curve in [Curve::P256, Curve::P384, Curve::P521] {
        let mut key = curve_key(curve);
        let Material::Curve { y, .. } = &mut key.material else { unreachable!() };
        *y.last_mut().unwrap() ^= 1;
        refused(&key, JweAlgorithm::EcdhEsA128Kw, rfc8725::INVALID_CURVE_POINTS_ARE_REFUSED);
    }
}

#[test]
fn passwords_have_rounds_and_letters() {
    let alg = JweAlgorithm::Pbes2Hs256A128Kw;
    assert_eq!(EncryptionKey::password(alg, "").unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(DecryptionKey::password(alg, "").unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(
        EncryptionKey::password(JweAlgorithm::A128Kw, "sixteen letters.").unwrap_err().kind(),
        ErrorKind::Usage
    );
    assert_eq!(
        DecryptionKey::password(JweAlgorithm::Dir, "sixteen letters.").unwrap_err().kind(),
        ErrorKind::Usage
    );
    let key = EncryptionKey::password(alg, "secret").unwrap();
    assert_eq!(key.iterations.get(), 600_000);
    for larger in [JweAlgorithm::Pbes2Hs384A192Kw, JweAlgorithm::Pbes2Hs512A256Kw] {
        assert_eq!(EncryptionKey::password(larger, "secret").unwrap().iterations.get(), 210_000);
    }
    let error = key.clone().with_iterations(999).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc7518::COUNT_IS_AT_LEAST_1000));
    assert!(key.with_iterations(1000).is_ok());
    let key = EncryptionKey::symmetric(JweAlgorithm::A128Kw, [0; 16]).unwrap();
    assert_eq!(key.with_iterations(5000).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn a_key_of_gcm_wears_out() {
    let header = Header::new(JweAlgorithm::Dir);
    let key = EncryptionKey::symmetric(JweAlgorithm::Dir, [0; 32]).unwrap();
    let SenderMaterial::Direct(_, uses) = &*key.material else { unreachable!() };
    uses.set(1 << 32);
    for _ in 0..2 {
        let error = encrypt(b"", &header, &key.clone(), A256Gcm).unwrap_err();
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Usage, Some(rfc7518::GCM_KEY_USES_ARE_LIMITED))
        );
    }
    assert!(encrypt(b"", &header, &key, A128CbcHs256).is_ok(), "it counts what wears out");
    let key = EncryptionKey::symmetric(JweAlgorithm::A256GcmKw, [0; 32]).unwrap();
    let SenderMaterial::GcmWrap(_, uses) = &*key.material else { unreachable!() };
    uses.set(1 << 32);
    let error = encrypt(b"", &Header::new(JweAlgorithm::A256GcmKw), &key, A128CbcHs256).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc7518::GCM_KEY_USES_ARE_LIMITED));
}

#[test]
fn the_header_is_for_this_key() {
    let key = EncryptionKey::symmetric(JweAlgorithm::A128Kw, [0; 16]).unwrap().with_key_id("own");
    let usage = |header: Header| {
        let error = encrypt(b"", &header, &key, A128Gcm).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        error.requirement()
    };
    let header = || Header::new(JweAlgorithm::A128Kw);
    assert_eq!(usage(Header::new(JweAlgorithm::Dir)), Some(rfc7516::KEY_SERVES_ITS_ALGORITHM_ALONE));
    assert_eq!(usage(header().with_content_encryption(A256Gcm)), None);
    assert_eq!(usage(header().with_parties(b"Alice", b"")), None);
    for made in [
        r#""epk":{"kty":"OKP","crv":"X25519","x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}"#,
        r#""iv":"AAAA""#,
        r#""tag":"AAAA""#,
        r#""p2s":"AAAA""#,
        r#""p2c":1"#,
    ] {
        let header = Header::parse(format!(r#"{{"alg":"A128KW",{made}}}"#).as_bytes()).unwrap();
        assert_eq!(usage(header), None, "{made}");
    }
    let b64 = Header::parse(br#"{"alg":"A128KW","b64":true,"crit":["b64"]}"#).unwrap();
    assert_eq!(usage(b64), Some(rfc7516::CRIT_IS_TREATED_AS_IN_JWS));
    let agrees = EncryptionKey::from_jwk(&curve_key(Curve::X25519), JweAlgorithm::EcdhEs).unwrap();
    let same = Header::new(JweAlgorithm::EcdhEs).with_parties(b"Bob", b"Bob");
    let error = encrypt(b"", &same, &agrees, A128Gcm).unwrap_err();
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(rfc7518::APU_AND_APV_DIFFER)));
    // Its own `kid`, unless the header has another.
    assert_eq!(super::header_of(&encrypt(b"", &header(), &key, A128Gcm).unwrap())["kid"], "own");
    assert_eq!(
        super::header_of(&encrypt(b"", &header().with_key_id("x"), &key, A128Gcm).unwrap())["kid"],
        "x"
    );
}

#[test]
fn keys_show_nothing_secret() {
    let text = "correct horse battery staple 32.";
    let (sender, recipient) = pair(&Jwk::symmetric(text.into()), JweAlgorithm::A256Kw);
    let shown = format!("{sender:?} {recipient:?}");
    assert!(!shown.contains("horse") && !shown.contains("104, 111"), "{shown}");
}

#[test]
fn keys_come_from_der_and_pem() {
    for (jwk, alg) in [
        (rsa(), JweAlgorithm::RsaOaep256),
        (curve_key(Curve::P384), JweAlgorithm::EcdhEs),
        (curve_key(Curve::X25519), JweAlgorithm::EcdhEs),
    ] {
        let (public, private) = (der::to_spki(&jwk).unwrap(), der::to_pkcs8(&jwk).unwrap());
        let pem = |label: &str, der: &[u8]| {
            let body = base64url::encode_standard(der);
            let lines: Vec<_> =
                body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
            format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
        };
        let senders = [
            EncryptionKey::from_der(&public, alg).unwrap(),
            EncryptionKey::from_pem(pem("PUBLIC KEY", &public).as_bytes(), alg).unwrap(),
        ];
        let recipients = [
            DecryptionKey::from_der(private.expose(), alg).unwrap(),
            DecryptionKey::from_pem(pem("PRIVATE KEY", private.expose()).as_bytes(), alg).unwrap(),
        ];
        for sender in &senders {
            let token = encrypt(b"text", &Header::new(alg), sender, A256Gcm).unwrap();
            for recipient in &recipients {
                assert_eq!(
                    decrypt(&token, recipient, &Limits::default()).unwrap().plaintext.expose(),
                    b"text"
                );
            }
        }
        assert_eq!(DecryptionKey::from_der(&public, alg).unwrap_err().kind(), ErrorKind::Usage);
    }
    assert_eq!(EncryptionKey::from_pem(b"", JweAlgorithm::RsaOaep).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn keys_go_between_threads() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    fn sent<T: Send + Sync + 'static>() {}
    shared::<EncryptionKey>();
    shared::<DecryptionKey>();
    sent::<Decrypted>();
    sent::<DecryptedJson>();
}
