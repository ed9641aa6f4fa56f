use std::collections::BTreeSet;

use super::*;
use crate::{
    rfc7518,
    testing::{forged, rfc7515 as examples, rfc7520, rfc7797 as raw, rfc8037, signing_key, verifying_key},
    types::{Jwk, JwsAlgorithm as A},
};

const LIMITS: JwsLimits = JwsLimits::DEFAULT;

fn key(text: &str, algorithm: A) -> VerifyingKey {
    VerifyingKey::from_jwk(&Jwk::parse(text.as_bytes()).unwrap(), algorithm).unwrap()
}

fn outcome<T>(
    result: Result<T, Error>,
) -> (ErrorKind, Option<Rejection>, Option<&'static crate::Requirement>) {
    let error = result.err().expect("a JWS that is no good was taken");
    (error.kind(), error.rejection(), error.requirement())
}

fn rejection<T>(result: Result<T, Error>) -> Option<Rejection> {
    let (kind, rejection, requirement) = outcome(result);
    assert_eq!(kind, ErrorKind::Auth);
    assert!(requirement.is_some());
    rejection
}

#[test]
fn the_examples_of_rfc7515_verify_by_their_key_alone() {
    let cases = [
        (examples::HS256, examples::HS256_KEY, A::Hs256, examples::CLAIMS),
        (examples::RS256, examples::RS256_KEY, A::Rs256, examples::CLAIMS),
        (examples::ES256, examples::ES256_KEY, A::Es256, examples::CLAIMS),
        (examples::ES512, examples::ES512_KEY, A::Es512, "Payload"),
        (rfc8037::JWS, rfc8037::PUBLIC_KEY, A::EdDsa, rfc8037::PAYLOAD),
    ];
    for (token, jwk, algorithm, payload) in cases {
        let verified = verify(token, &key(jwk, algorithm), &LIMITS).unwrap();
        assert_eq!(verified.payload(), payload.as_bytes());
        assert_eq!(verified.header().jws_algorithm(), Some(algorithm));
        assert_eq!(verified.into_parts().1, payload.as_bytes());
        let others: Vec<_> =
            cases.iter().filter(|case| case.2 != algorithm).map(|case| key(case.1, case.2)).collect();
        assert_eq!(rejection(verify(token, &others, &LIMITS)), Some(Rejection::Algorithm));
    }
    assert_eq!(
        rejection(verify(examples::UNSECURED, &key(examples::HS256_KEY, A::Hs256), &LIMITS)),
        Some(Rejection::Algorithm)
    );
    assert_eq!(
        outcome(verify(examples::UNKNOWN_CRIT, &key(examples::HS256_KEY, A::Hs256), &LIMITS)).0,
        ErrorKind::Auth
    );
}

#[test]
fn the_examples_of_rfc7515_in_json_verify_and_say_which() {
    let (rs256, es256) = (key(examples::RS256_KEY, A::Rs256), key(examples::ES256_KEY, A::Es256));
    let both = [rs256.with_key_id("2010-12-29"), es256.with_key_id("e9bc097a-ce51-4036-9562-d2ade882db0d")];
    let verified = verify_json(examples::GENERAL.as_bytes(), &both, &LIMITS).unwrap().require_all().unwrap();
    assert_eq!(verified.payload(), examples::CLAIMS.as_bytes());
    assert_eq!(
        verified.verified().map(|one| one.key().key_id().unwrap()).collect::<Vec<_>>(),
        both.iter().map(|key| key.key_id().unwrap()).collect::<Vec<_>>()
    );
    let verified = verify_json(examples::GENERAL.as_bytes(), &es256, &LIMITS).unwrap();
    assert_eq!(verified.signatures()[0].as_ref().unwrap_err().rejection(), Some(Rejection::Algorithm));
    assert_eq!(
        verified.signatures()[1].as_ref().unwrap().header().key_id(),
        Some("e9bc097a-ce51-4036-9562-d2ade882db0d")
    );
    assert_eq!(rejection(verified.require_all()), Some(Rejection::Algorithm));
    let verified = verify_json(examples::FLATTENED.as_bytes(), &both, &LIMITS).unwrap();
    assert_eq!(verified.payload(), examples::CLAIMS.as_bytes());
    assert_eq!(
        rejection(verify_json(examples::FLATTENED.as_bytes(), &rs256, &LIMITS)),
        Some(Rejection::Algorithm)
    );
}

#[test]
fn the_cookbooks_signatures_verify() {
    let rsa = |algorithm| key(rfc7520::RSA_PUBLIC, algorithm);
    let mac = key(rfc7520::MAC_KEY, A::Hs256);
    let payload = verify(rfc7520::RS256, &rsa(A::Rs256), &LIMITS).unwrap().payload().to_vec();
    assert!(payload.starts_with(b"It\xe2\x80\x99s a dangerous business, Frodo"));
    for (key, compact, general, flattened) in [
        (rsa(A::Rs256), rfc7520::RS256, rfc7520::RS256_GENERAL, rfc7520::RS256_FLATTENED),
        (rsa(A::Ps384), rfc7520::PS384, rfc7520::PS384_GENERAL, rfc7520::PS384_FLATTENED),
        (key(rfc7520::EC_PUBLIC, A::Es512), rfc7520::ES512, rfc7520::ES512_GENERAL, rfc7520::ES512_FLATTENED),
        (mac.clone(), rfc7520::HS256, rfc7520::HS256_GENERAL, rfc7520::HS256_FLATTENED),
    ] {
        assert_eq!(verify(compact, &key, &LIMITS).unwrap().payload(), payload);
        for json in [general, flattened] {
            assert_eq!(verify_json(json.as_bytes(), &key, &LIMITS).unwrap().payload(), payload);
        }
    }
    // 4.5: detached.
    verify_detached(rfc7520::DETACHED, &payload, &mac, &LIMITS).unwrap();
    assert_eq!(rejection(verify_detached(rfc7520::DETACHED, b"", &mac, &LIMITS)), Some(Rejection::Signature));
    assert_eq!(rejection(verify(rfc7520::DETACHED, &mac, &LIMITS)), Some(Rejection::Signature));
    for json in [rfc7520::DETACHED_GENERAL, rfc7520::DETACHED_FLATTENED] {
        let verified = verify_json_detached(json.as_bytes(), &payload, &mac, &LIMITS).unwrap();
        assert_eq!(verified.payload(), payload);
        assert_eq!(outcome(verify_json(json.as_bytes(), &mac, &LIMITS)).0, ErrorKind::Protocol);
    }
    assert_eq!(
        outcome(verify_json_detached(rfc7520::HS256_FLATTENED.as_bytes(), &payload, &mac, &LIMITS)).0,
        ErrorKind::Usage
    );
    assert_eq!(outcome(verify_detached(rfc7520::HS256, &payload, &mac, &LIMITS)).0, ErrorKind::Usage);
    // 4.6 and 4.7: headers that are protected in part, or not at all.
    for json in [
        rfc7520::PROTECTED_PARTLY_GENERAL,
        rfc7520::PROTECTED_PARTLY_FLATTENED,
        rfc7520::CONTENT_ONLY_GENERAL,
        rfc7520::CONTENT_ONLY_FLATTENED,
    ] {
        assert_eq!(verify_json(json.as_bytes(), &mac, &LIMITS).unwrap().payload(), payload);
    }
    // 4.8: three signatures.
    let three = [rsa(A::Rs256), key(rfc7520::EC_PUBLIC, A::Es512), mac.clone()];
    let verified = verify_json(rfc7520::THREE_SIGNATURES.as_bytes(), &three, &LIMITS).unwrap();
    assert_eq!(verified.require_all().unwrap().verified().count(), 3);
    let verified = verify_json(rfc7520::THREE_SIGNATURES.as_bytes(), &mac, &LIMITS).unwrap();
    assert_eq!(verified.signatures().iter().map(Result::is_ok).collect::<Vec<_>>(), [false, false, true]);
    let two = LIMITS.signatures(2);
    assert_eq!(outcome(verify_json(rfc7520::THREE_SIGNATURES.as_bytes(), &three, &two)).0, ErrorKind::Limit);
    assert!(verify_json(rfc7520::THREE_SIGNATURES.as_bytes(), &three, &LIMITS.signatures(3)).is_ok());
    let octets = rfc7520::THREE_SIGNATURES.len();
    assert!(verify_json(rfc7520::THREE_SIGNATURES.as_bytes(), &three, &LIMITS.bytes(octets)).is_ok());
    let short = LIMITS.bytes(octets - 1);
    assert_eq!(
        outcome(verify_json(rfc7520::THREE_SIGNATURES.as_bytes(), &three, &short)).0,
        ErrorKind::Limit
    );
}

#[test]
fn the_examples_of_rfc7797_verify_where_b64_is_understood_alone() {
    let mac = key(examples::HS256_KEY, A::Hs256);
    let signing = signing_key(A::Hs256).unwrap();
    let payload = raw::PAYLOAD.as_bytes();
    assert_eq!(verify(raw::ENCODED, &mac, &LIMITS).unwrap().payload(), payload);
    verify_detached(raw::DETACHED, payload, &mac, &LIMITS).unwrap();
    for json in [raw::ENCODED_FLATTENED, raw::UNENCODED_FLATTENED] {
        assert_eq!(verify_json(json.as_bytes(), &mac, &LIMITS).unwrap().payload(), payload);
    }
    assert_eq!(rejection(verify(raw::DETACHED, &mac, &LIMITS)), Some(Rejection::Critical));
    assert_eq!(rejection(verify_detached(raw::DETACHED, b"$.03", &mac, &LIMITS)), Some(Rejection::Signature));

    let header = Header::new(A::Hs256);
    assert_eq!(sign(payload, &header, &signing).unwrap(), raw::ENCODED);
    assert_eq!(sign_unencoded_detached(payload, &header, &signing).unwrap(), raw::DETACHED);
    let mut json = JsonJws::unencoded(raw::PAYLOAD);
    json.sign(&signing, &header, []).unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&json.to_flattened().unwrap()).unwrap(),
        serde_json::from_str::<serde_json::Value>(raw::UNENCODED_FLATTENED).unwrap()
    );
    let detached = json.to_flattened_detached().unwrap();
    assert_eq!(verify_json_detached(detached.as_bytes(), payload, &mac, &LIMITS).unwrap().payload(), payload);
    assert_eq!(outcome(json.sign_content_only(&signing, &header)).0, ErrorKind::Usage);
    assert_eq!(
        outcome(sign(payload, &peek_header(raw::DETACHED, &LIMITS).unwrap(), &signing)).0,
        ErrorKind::Usage
    );

    // In a compact JWS as it is: printable, and without a period.
    let token = sign_unencoded("$-02 ~", &header, &signing).unwrap();
    assert_eq!(verify_unencoded(&token, &mac, &LIMITS).unwrap().payload(), b"$-02 ~");
    assert_eq!(rejection(verify(&token, &mac, &LIMITS)), Some(Rejection::Critical));
    assert_eq!(rejection(verify_unencoded(raw::ENCODED, &mac, &LIMITS)), Some(Rejection::Critical));
    for bad in ["$.02", ".", "", "a\nb", "é", "\u{7f}"] {
        assert_eq!(outcome(sign_unencoded(bad, &header, &signing)).0, ErrorKind::Usage, "{bad:?}");
    }
    assert_eq!(outcome(verify_unencoded(raw::DETACHED, &mac, &LIMITS)).0, ErrorKind::Protocol);

    // All signatures over one payload take it the same way.
    let encoded: serde_json::Value = serde_json::from_str(raw::ENCODED_FLATTENED).unwrap();
    let unencoded: serde_json::Value = serde_json::from_str(raw::UNENCODED_FLATTENED).unwrap();
    let mixed = serde_json::json!({"payload": "JC4wMg", "signatures": [
        {"protected": encoded["protected"], "signature": encoded["signature"]},
        {"protected": unencoded["protected"], "signature": unencoded["signature"]}]});
    let (_, why, broken) = outcome(verify_json(mixed.to_string().as_bytes(), &mac, &LIMITS));
    assert_eq!((why, broken), (Some(Rejection::Critical), Some(rfc7797::SIGNATURES_SHARE_B64)));
}

#[test]
fn each_algorithm_signs_what_it_verifies() {
    for algorithm in A::ALL {
        let signing = signing_key(*algorithm).unwrap();
        let header = Header::new(*algorithm).with_typ("x");
        let signer = Signer::new(&signing, &header).unwrap();
        for payload in [&b""[..], b"{}", &[0; 1000]] {
            let token = signer.sign(payload).unwrap();
            assert_eq!(token.capacity(), token.len(), "one buffer of the right size");
            let verified = verify(&token, &verifying_key(*algorithm).unwrap(), &LIMITS).unwrap();
            assert_eq!((verified.payload(), verified.header().typ()), (payload, Some("x")));
            let detached = sign_detached(payload, &header, &signing).unwrap();
            verify_detached(&detached, payload, signing.verifying_key(), &LIMITS).unwrap();
            let unencoded = sign_unencoded_detached(payload, &header, &signing).unwrap();
            verify_detached(&unencoded, payload, signing.verifying_key(), &LIMITS).unwrap();
        }
        let other = if *algorithm == A::Hs256 { A::Hs384 } else { A::Hs256 };
        let (kind, _, broken) = outcome(sign(b"", &Header::new(other), &signing));
        assert_eq!((kind, broken), (ErrorKind::Usage, Some(rfc7515::ALG_NAMES_WHAT_SIGNED)));
    }
}

#[test]
fn the_keys_kid_goes_into_a_header_that_does_not_say_whose_it_is() {
    let signing = signing_key(A::EdDsa).unwrap().with_key_id("1");
    let kid = |header: &Header| {
        peek_header(&sign(b"", header, &signing).unwrap(), &LIMITS).unwrap().key_id().map(str::to_owned)
    };
    let header = Header::new(A::EdDsa);
    assert_eq!(kid(&header).as_deref(), Some("1"));
    assert_eq!(kid(&header.clone().with_key_id("2")).as_deref(), Some("2"));
    assert_eq!(kid(&header.with_jwk(&signing.public_jwk().unwrap())), None);
}

#[test]
fn a_signature_in_json_says_whose_it_is_too() {
    let signing = signing_key(A::EdDsa).unwrap().with_key_id("1");
    let header = Header::new(A::EdDsa);
    let mut jws = JsonJws::new(b"x");
    jws.sign(&signing, &header, []).unwrap();
    jws.sign(&signing, &header, [("kid".to_owned(), "2".into())]).unwrap();
    jws.sign(&signing, &header.clone().with_key_id("3"), []).unwrap();
    jws.sign_content_only(&signing, &header).unwrap();
    let verified = verify_json(jws.to_general().as_bytes(), &verifying_key(A::EdDsa).unwrap(), &LIMITS);
    let verified = verified.unwrap().require_all().unwrap();
    let named: Vec<_> = verified.verified().map(|one| one.header().key_id()).collect();
    assert_eq!(named, [Some("1"), Some("2"), Some("3"), Some("1")]);
}

#[test]
fn the_certificate_is_the_signers() {
    let signing = signing_key(A::Rs256).unwrap();
    let other = Jwk::parse(crate::testing::rfc7517::X5C_KEY.as_bytes()).unwrap();
    let header = Header::new(A::Rs256).with_x5c(other.untrusted_x5c().to_vec());
    for result in [
        sign(b"", &header, &signing),
        sign_detached(b"", &header, &signing),
        sign_unencoded("x", &header, &signing),
        JsonJws::new(b"").sign(&signing, &header, []).map(|()| String::new()),
    ] {
        let broken = Some(rfc7515::X5C_BEGINS_WITH_THE_SIGNERS_CERT);
        assert_eq!(outcome(result), (ErrorKind::Usage, None, broken));
    }
}

#[test]
fn loose_or_broken_tokens_are_refused_though_their_signature_is_right() {
    let signing = signing_key(A::Hs256).unwrap();
    let mac = signing.verifying_key();
    let signed = |input: &str| {
        format!("{input}.{}", base64url::encode(signing.sign(input.as_bytes()).unwrap().as_ref()))
    };
    let header = base64url::encode(br#"{"alg":"HS256"}"#);
    assert!(verify(&signed(&format!("{header}.AA")), mac, &LIMITS).is_ok());
    for payload in ["AA=", "AA==", "AB", "A", "A A", " AA", "AA\n", "+/", "A\u{e9}"] {
        let (kind, _, broken) = outcome(verify(&signed(&format!("{header}.{payload}")), mac, &LIMITS));
        assert_eq!(
            (kind, broken),
            (ErrorKind::Protocol, Some(rfc7515::PAYLOAD_DECODES_STRICTLY)),
            "{payload:?}"
        );
    }
    for loose in [format!("{header}="), format!(" {header}"), format!("{header}\n"), header.replace('J', "+")]
    {
        let (kind, _, broken) = outcome(verify(&signed(&format!("{loose}.AA")), mac, &LIMITS));
        assert_eq!(
            (kind, broken),
            (ErrorKind::Protocol, Some(rfc7515::HEADER_DECODES_STRICTLY)),
            "{loose:?}"
        );
    }
    let token = signed(&format!("{header}.AA"));
    for suffix in ["=", " ", "\n", "AA", "\0"] {
        let (kind, _, broken) = outcome(verify(&format!("{token}{suffix}"), mac, &LIMITS));
        assert_eq!(
            (kind, broken),
            (ErrorKind::Protocol, Some(rfc7515::SIGNATURE_DECODES_STRICTLY)),
            "{suffix:?}"
        );
    }
    // The last letter of 32 octets has two bits that have to be zero.
    let last = token.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let next = alphabet.chars().nth(alphabet.find(last).unwrap() + 1).unwrap();
    let trailing = format!("{}{next}", &token[..token.len() - 1]);
    assert_eq!(outcome(verify(&trailing, mac, &LIMITS)).0, ErrorKind::Protocol);
    for whole in [
        format!("{token}."),
        format!(".{token}"),
        token.replacen('.', "..", 1),
        token.replace('.', ""),
        format!("{token}.{token}"),
    ] {
        assert_eq!(outcome(verify(&whole, mac, &LIMITS)).0, ErrorKind::Protocol, "{whole}");
    }
    for json in [
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"HS256","kid":1}"#,
        r#"{"alg":"HS256"}x"#,
        r#"{"alg":"HS256","x":{"y":1,"y":1}}"#,
        r#"["HS256"]"#,
        "",
        "{}",
    ] {
        assert_eq!(
            outcome(verify(&forged(json, b"{}", &signing).unwrap(), mac, &LIMITS)).0,
            ErrorKind::Protocol,
            "{json}"
        );
    }
}

#[test]
fn neither_none_nor_a_foreign_or_confused_algorithm_is_taken() {
    let signing = signing_key(A::Hs256).unwrap();
    let mac = signing.verifying_key();
    for none in ["none", "None", "NONE", "nOnE"] {
        let header = format!(r#"{{"alg":"{none}"}}"#);
        let token = forged(&header, b"{}", &signing).unwrap();
        let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
        for token in [token, unsigned] {
            let (kind, why, broken) = outcome(verify(&token, mac, &LIMITS));
            assert_eq!((kind, why), (ErrorKind::Auth, Some(Rejection::Algorithm)), "{none}");
            assert_eq!(broken, Some(rfc7518::UNSECURED_IS_REFUSED_BY_DEFAULT));
        }
    }
    for other in ["HS384", "RS256", "ES256", "EdDSA", "dir", "RSA-OAEP"] {
        let token = forged(&format!(r#"{{"alg":"{other}"}}"#), b"{}", &signing).unwrap();
        assert_eq!(rejection(verify(&token, mac, &LIMITS)), Some(Rejection::Algorithm), "{other}");
    }
    for unknown in ["hs256", "HS256 ", "ES256K", "", "HS256\\u0000"] {
        let token = forged(&format!(r#"{{"alg":"{unknown}"}}"#), b"{}", &signing).unwrap();
        assert_eq!(outcome(verify(&token, mac, &LIMITS)).0, ErrorKind::Unsupported, "{unknown}");
    }
    // A key that the token brings along is nobody's key.
    let stranger = SigningKey::generate(A::Es256).unwrap();
    let header = Header::new(A::Es256).with_jwk(&stranger.public_jwk().unwrap());
    let token = sign(b"{}", &header, &stranger).unwrap();
    assert_eq!(
        rejection(verify(&token, &verifying_key(A::Es256).unwrap(), &LIMITS)),
        Some(Rejection::Signature)
    );
}

#[test]
fn every_crit_is_refused_but_b64_where_it_is_understood() {
    let signing = signing_key(A::Hs256).unwrap();
    let mac = signing.verifying_key();
    for header in [
        r#"{"alg":"HS256","crit":[]}"#,
        r#"{"alg":"HS256","crit":["exp"],"exp":1}"#,
        r#"{"alg":"HS256","crit":["b64"],"b64":true}"#,
        r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
        r#"{"alg":"HS256","b64":true}"#,
        r#"{"alg":"HS256","b64":false}"#,
        r#"{"alg":"HS256","crit":["alg"]}"#,
    ] {
        let token = forged(header, b"{}", &signing).unwrap();
        assert_eq!(rejection(verify(&token, mac, &LIMITS)), Some(Rejection::Critical), "{header}");
    }
    let token = forged(r#"{"alg":"HS256","crit":["b64"],"b64":true}"#, b"{}", &signing).unwrap();
    let parts = compact::jws(&token).unwrap();
    verify_detached(&format!("{}..{}", parts.header, parts.signature), b"{}", mac, &LIMITS).unwrap();
}

#[test]
fn ecdsa_signatures_are_two_numbers_of_full_length() {
    for (algorithm, half) in [(A::Es256, 32), (A::Es384, 48), (A::Es512, 66)] {
        let signing = signing_key(algorithm).unwrap();
        let token = sign(b"{}", &Header::new(algorithm), &signing).unwrap();
        let (input, signature) = token.rsplit_once('.').unwrap();
        let octets = base64url::decode(signature).unwrap();
        let number = |octets: &[u8]| {
            let mut number = octets.to_vec();
            if number[0] >= 0x80 {
                number.insert(0, 0);
            }
            [&[2, number.len() as u8], number.as_slice()].concat()
        };
        let both = [number(&octets[..half]), number(&octets[half..])].concat();
        let long = both.len() >= 0x80;
        let der = [if long { &[0x30, 0x81][..] } else { &[0x30] }, &[both.len() as u8], &both].concat();
        let zero = vec![0; half];
        for (bad, what) in [
            (der, "DER"),
            (octets[1..].to_vec(), "shorter"),
            ([octets.as_slice(), &[0]].concat(), "longer"),
            ([&[0], octets.as_slice()].concat(), "longer in front"),
            (vec![], "empty"),
            ([zero.as_slice(), &zero].concat(), "zeros"),
            ([zero.as_slice(), &octets[half..]].concat(), "r is zero"),
            ([&octets[..half], zero.as_slice()].concat(), "s is zero"),
            (vec![0xff; 2 * half], "beyond the order"),
            ([&octets[half..], &octets[..half]].concat(), "s before r"),
        ] {
            let token = format!("{input}.{}", base64url::encode(&bad));
            let measured = match algorithm {
                A::Es256 => rfc7518::ES256_SIGNATURE_IS_64_OCTETS,
                _ => rfc7518::LONGER_ECDSA_SIGNATURES_ARE_MEASURED,
            };
            let right_length = bad.len() == 2 * half;
            let broken = if right_length { rfc7515::NO_VALID_SIGNATURE_IS_INVALID } else { measured };
            let (kind, why, requirement) = outcome(verify(&token, signing.verifying_key(), &LIMITS));
            assert_eq!((kind, why), (ErrorKind::Auth, Some(Rejection::Signature)), "{algorithm} {what}");
            assert_eq!(requirement, Some(broken), "{algorithm} {what}");
        }
    }
}

#[test]
fn kid_only_looks_up_and_no_more_keys_than_allowed_are_tried() {
    let signing = signing_key(A::Es256).unwrap();
    let right = signing.verifying_key();
    let wrong =
        VerifyingKey::from_jwk(&SigningKey::generate(A::Es256).unwrap().public_jwk().unwrap(), A::Es256)
            .unwrap();
    let token = sign(b"{}", &Header::new(A::Es256).with_key_id("a"), &signing).unwrap();
    let try_in = |keys: &[VerifyingKey]| {
        verify(&token, keys, &LIMITS).map(|verified| verified.key().key_id().map(str::to_owned))
    };
    assert_eq!(try_in(&[wrong.with_key_id("b"), right.with_key_id("a")]).unwrap().as_deref(), Some("a"));
    assert_eq!(try_in(&[wrong.with_key_id("a"), right.with_key_id("a")]).unwrap().as_deref(), Some("a"));
    assert_eq!(rejection(try_in(&[right.with_key_id("b")])), Some(Rejection::NoKey));
    assert_eq!(rejection(try_in(&[right.with_key_id("A")])), Some(Rejection::NoKey));
    assert_eq!(rejection(try_in(&[])), Some(Rejection::NoKey));
    assert_eq!(
        rejection(try_in(&[wrong.with_key_id("a"), right.with_key_id("b")])),
        Some(Rejection::Signature)
    );
    for kid in ["../../etc/passwd", "' OR 1=1 --", "", "\u{0}"] {
        let token = sign(b"{}", &Header::new(A::Es256).with_key_id(kid), &signing).unwrap();
        assert_eq!(rejection(verify(&token, &right.with_key_id("a"), &LIMITS)), Some(Rejection::NoKey));
    }
    let mut many = vec![wrong; 16];
    many.push(right.clone());
    assert_eq!(outcome(verify(&token, &many, &LIMITS)).0, ErrorKind::Limit);
    assert!(verify(&token, &many, &LIMITS.candidates(17)).is_ok());
}

#[test]
fn tokens_are_not_endless() {
    let signing = signing_key(A::Hs256).unwrap();
    let token = sign(&vec![0; 2 << 20], &Header::new(A::Hs256), &signing).unwrap();
    let mac = signing.verifying_key();
    assert_eq!(outcome(verify(&token, mac, &LIMITS)).0, ErrorKind::Limit);
    assert!(verify(&token, mac, &LIMITS.bytes(token.len())).is_ok());
    assert_eq!(outcome(verify(&token, mac, &LIMITS.bytes(token.len() - 1))).0, ErrorKind::Limit);
    assert_eq!(outcome(peek_header(&token, &LIMITS)).0, ErrorKind::Limit);
    assert_eq!(outcome(verify_detached(&token, b"", mac, &LIMITS)).0, ErrorKind::Limit);
    assert_eq!(outcome(verify_unencoded(&token, mac, &LIMITS)).0, ErrorKind::Limit);
    let json = format!(r#"{{"payload":"{}","protected":"e30","signature":""}}"#, "A".repeat(2 << 20));
    assert_eq!(outcome(verify_json(json.as_bytes(), mac, &LIMITS)).0, ErrorKind::Limit);
    let deep =
        forged(&format!(r#"{{"alg":"HS256","x":{}{}}}"#, "[".repeat(500), "]".repeat(500)), b"", &signing)
            .unwrap();
    assert_eq!(outcome(verify(&deep, mac, &LIMITS)).0, ErrorKind::Limit);
    let periods = ".".repeat(100_000);
    assert_eq!(outcome(verify(&periods, mac, &LIMITS)).0, ErrorKind::Protocol);
}

#[test]
fn a_header_that_is_not_protected_is_bounded_and_told_from_one_that_is() {
    let signing = signing_key(A::Hs256).unwrap();
    let mac = signing.verifying_key();
    let signed = |members: usize| {
        let mut jws = JsonJws::new(b"{}");
        let beside = (0..members).map(|at| (format!("x{at}"), at.into()));
        jws.sign(&signing, &Header::new(A::Hs256).with_typ("t"), beside).unwrap();
        jws.to_flattened().unwrap()
    };
    let verified = verify_json(signed(500).as_bytes(), mac, &LIMITS).unwrap();
    let signature = verified.signatures()[0].as_ref().unwrap();
    assert!(signature.is_protected("alg") && signature.is_protected("typ"));
    assert!(!signature.is_protected("x1") && signature.header().other().contains_key("x1"));
    assert!(!signature.is_protected("absent"));
    assert_eq!(outcome(verify_json(signed(600).as_bytes(), mac, &LIMITS)).0, ErrorKind::Limit);
    let wide = LIMITS.header(JsonLimits::DOCUMENT);
    assert!(verify_json(signed(600).as_bytes(), mac, &wide).is_ok());
    let mut bare = JsonJws::new(b"{}");
    bare.sign_content_only(&signing, &Header::new(A::Hs256)).unwrap();
    let verified = verify_json(bare.to_flattened().unwrap().as_bytes(), mac, &LIMITS).unwrap();
    assert!(!verified.signatures()[0].as_ref().unwrap().is_protected("alg"));
}

#[test]
fn a_jws_in_json_is_of_one_form_and_has_what_it_needs() {
    let signing = signing_key(A::Hs256).unwrap();
    let mac = signing.verifying_key();
    let mut jws = JsonJws::new(b"{}");
    jws.sign(&signing, &Header::new(A::Hs256), [("kid".to_owned(), "1".into())]).unwrap();
    let good: serde_json::Value = serde_json::from_str(&jws.to_flattened().unwrap()).unwrap();
    let verdict =
        |value: &serde_json::Value| outcome(verify_json(value.to_string().as_bytes(), mac, &LIMITS));
    assert!(verify_json(good.to_string().as_bytes(), mac, &LIMITS).is_ok());
    let mut more = good.clone();
    more["more"] = 1.into();
    assert!(
        verify_json(more.to_string().as_bytes(), mac, &LIMITS).is_ok(),
        "what is not understood is ignored"
    );
    for (name, value) in [
        ("signatures", serde_json::json!([])),
        ("payload", serde_json::json!(null)),
        ("payload", serde_json::json!("e30=")),
        ("protected", serde_json::json!("")),
        ("protected", serde_json::json!("e30")),
        ("protected", serde_json::json!(1)),
        ("header", serde_json::json!({})),
        ("header", serde_json::json!([])),
        ("header", serde_json::json!({"alg": "HS256"})),
        ("signature", serde_json::json!(null)),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        assert_eq!(verdict(&bad).0, ErrorKind::Protocol, "{bad}");
    }
    for name in ["payload", "signature"] {
        let mut bad = good.clone();
        bad.as_object_mut().unwrap().remove(name);
        assert_eq!(verdict(&bad).0, ErrorKind::Protocol, "{name}");
    }
    let broken = |bad: serde_json::Value| verdict(&bad).2;
    let content_only = serde_json::json!({"payload": "e30", "protected": "e30", "header": {"alg": "HS256"}, "signature": ""});
    assert_eq!(broken(content_only), Some(rfc7515::EMPTY_PROTECTED_IS_ABSENT));
    let mut both = good.clone();
    both["signatures"] =
        serde_json::json!([{"protected": good["protected"], "signature": good["signature"]}]);
    for name in ["protected", "header", "signature"] {
        let mut both = both.clone();
        for other in ["protected", "header", "signature"].iter().filter(|other| **other != name) {
            both.as_object_mut().unwrap().remove(*other);
        }
        assert_eq!(broken(both), Some(rfc7515::FLATTENED_HAS_NO_SIGNATURES), "{name}");
    }
    let mut bad = good.clone();
    bad["header"]["crit"] = serde_json::json!(["kid"]);
    assert_eq!(verdict(&bad).1, Some(Rejection::Critical));
    for bad in [
        serde_json::json!({"payload": "e30", "signatures": []}),
        serde_json::json!({"payload": "e30", "signatures": [1]}),
        serde_json::json!({"payload": "e30", "signatures": {}}),
        serde_json::json!({"payload": "e30", "signatures": [{"signature": ""}]}),
        serde_json::json!([]),
    ] {
        assert_eq!(verdict(&bad).0, ErrorKind::Protocol, "{bad}");
    }
    // A right signature saves no other, and the payload is that of all of them.
    let forger = SigningKey::hmac(A::Hs256, &crate::Secret::new(vec![1; 32])).unwrap();
    jws.sign(&forger, &Header::new(A::Hs256).with_typ("x"), []).unwrap();
    let verified = verify_json(jws.to_general().as_bytes(), mac, &LIMITS).unwrap();
    assert_eq!(verified.signatures().iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false]);
    assert_eq!(verified.signatures()[0].as_ref().unwrap().header().key_id(), Some("1"));
    assert!(jws.to_flattened().is_err());
    for (protected, unprotected) in [
        (Header::new(A::Hs256), ("alg", serde_json::json!("HS256"))),
        (Header::new(A::Hs256), ("crit", serde_json::json!(["b64"]))),
        (Header::new(A::Hs256), ("b64", serde_json::json!(false))),
        (Header::new(A::Es256), ("kid", serde_json::json!("1"))),
    ] {
        let result = jws.sign(&signing, &protected, [(unprotected.0.to_owned(), unprotected.1)]);
        assert_eq!(outcome(result).0, ErrorKind::Usage);
    }
}

#[test]
fn every_octet_of_a_token_counts() {
    let signing = signing_key(A::EdDsa).unwrap();
    let token = sign(br#"{"sub":"1"}"#, &Header::new(A::EdDsa), &signing).unwrap();
    let mut kinds = BTreeSet::new();
    for at in 0..token.len() {
        for other in [b'A', b'.', b'=', b'_', 0x7f] {
            let mut octets = token.clone().into_bytes();
            if octets[at] == other {
                continue;
            }
            octets[at] = other;
            let changed = String::from_utf8(octets).unwrap();
            kinds.insert(format!("{:?}", outcome(verify(&changed, signing.verifying_key(), &LIMITS)).0));
        }
    }
    assert!(
        kinds.iter().all(|kind| ["Auth", "Protocol", "Unsupported"].contains(&kind.as_str())),
        "{kinds:?}"
    );
}
