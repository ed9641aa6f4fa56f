use super::*;
use crate::{
    testing::{jwk, rfc7517, rfc7520, rfc8037},
    types::{JwkSet, JwsAlgorithm},
};

/// Sections of PEM, each behind a line with its name.
const KEYS: &str = include_str!("keys.pem");

fn pem(name: &str) -> &'static str {
    let (_, section) = KEYS.split_once(&format!("# {name}\n")).unwrap();
    section.split_once("\n# ").map_or(section, |(section, _)| section)
}

#[test]
fn keys_that_another_library_wrote_are_the_keys_they_are() {
    let rsa = jwk(JwsAlgorithm::Rs256).unwrap();
    let p256 = jwk(JwsAlgorithm::Es256).unwrap();
    let p521 = Jwk::parse(rfc7520::EC_PRIVATE.as_bytes()).unwrap();
    let ed25519 = jwk(JwsAlgorithm::EdDsa).unwrap();
    for (name, known) in [("rsa", &rsa), ("p256", &p256), ("p521", &p521), ("ed25519", &ed25519)] {
        for form in ["pkcs8", "traditional", "public"] {
            if (name, form) == ("ed25519", "traditional") {
                continue;
            }
            let read = from_pem(pem(&format!("{name} {form}")).as_bytes()).unwrap();
            assert_eq!(read.thumbprint(), known.thumbprint(), "{name} {form}");
            assert_eq!(read.is_private(), form != "public");
            if read.is_private() {
                let secret = |jwk: &Jwk| Jwk::from_material(jwk.material.clone()).to_secret_json();
                assert_eq!(secret(&read).expose(), secret(known).expose(), "{name} {form}");
            }
        }
    }
    assert_eq!(from_pem(pem("rsa public-pkcs1").as_bytes()).unwrap().thumbprint(), rsa.thumbprint());
    let x25519 = from_pem(pem("x25519 pkcs8").as_bytes()).unwrap();
    assert_eq!(
        x25519.to_json().unwrap(),
        r#"{"crv":"X25519","kty":"OKP","x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}"#
    );
    assert_eq!(from_pem(pem("x25519 public").as_bytes()).unwrap().thumbprint(), x25519.thumbprint());
}

#[test]
fn what_is_written_is_what_another_library_writes() {
    let set = ["rsa", "p256", "p521", "ed25519", "x25519"];
    for name in set {
        let pkcs8 = pem::first_key(pem(&format!("{name} pkcs8")).as_bytes()).unwrap();
        let spki = pem::first_key(pem(&format!("{name} public")).as_bytes()).unwrap();
        let read = from_der(pkcs8.expose()).unwrap();
        assert_eq!(to_pkcs8(&read).unwrap().expose(), pkcs8.expose(), "{name}");
        assert_eq!(to_spki(&read).unwrap(), *spki.expose(), "{name}");
    }
    let public = Jwk::parse(rfc8037::PUBLIC_KEY.as_bytes()).unwrap();
    assert_eq!(to_pkcs8(&public).unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(to_spki(&Jwk::symmetric(vec![1; 32])).unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(to_pkcs8(&Jwk::symmetric(vec![1; 32])).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn a_certificate_yields_its_key() {
    let jwk = Jwk::parse(rfc7517::X5C_KEY.as_bytes()).unwrap();
    let certified = from_der(&jwk.untrusted_x5c()[0]).unwrap();
    assert_eq!(certified.thumbprint(), jwk.thumbprint());
    assert!(!certified.is_private());
}

#[test]
fn nothing_but_a_certificate_is_one() {
    let jwk = Jwk::parse(rfc7517::X5C_KEY.as_bytes()).unwrap();
    assert_eq!(from_certificate(&jwk.untrusted_x5c()[0]).unwrap().thumbprint(), jwk.thumbprint());
    assert!(from_certificate(&to_spki(&jwk).unwrap()).is_err(), "a bare public key");
    let private = Jwk::parse(rfc8037::PRIVATE_KEY.as_bytes()).unwrap();
    assert!(from_certificate(to_pkcs8(&private).unwrap().expose()).is_err(), "a private key");
}

#[test]
fn no_part_of_a_key_is_a_key_and_no_octet_may_follow() {
    for name in [
        "rsa pkcs8",
        "rsa traditional",
        "rsa public",
        "p256 pkcs8",
        "p256 traditional",
        "p521 public",
        "ed25519 pkcs8",
    ] {
        let der = pem::first_key(pem(name).as_bytes()).unwrap();
        let der = der.expose();
        for end in 0..der.len() {
            assert!(from_der(&der[..end]).is_err(), "{name} cut at {end}");
        }
        for octet in [0, 0x30, 0xff] {
            assert!(from_der(&[der.as_slice(), &[octet]].concat()).is_err(), "{name} and {octet}");
        }
        // Whatever is done to it, it is a key or an error.
        for at in 0..der.len() {
            for bits in [0x01, 0x80, 0xff] {
                let mut mangled = der.clone();
                mangled[at] ^= bits;
                let _ = from_der(&mangled);
            }
        }
    }
}

#[test]
fn the_private_and_the_public_key_belong_together() {
    let mut der = pem::first_key(pem("p256 pkcs8").as_bytes()).unwrap();
    // The point is last.
    *der.expose_mut().last_mut().unwrap() ^= 1;
    assert_eq!(
        from_der(der.expose()).unwrap_err().to_string(),
        "the private and the public key do not belong together"
    );
}

/// RFC 5915, section 3: the curve may stand within the key, too, where PKCS #8 has named it already.
#[test]
fn a_curve_that_is_named_twice_is_one_curve() {
    const P256: &[u8] =
        &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    const P384: &[u8] = &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x22];
    let traditional = pem::first_key(pem("p256 traditional").as_bytes()).unwrap();
    let named = |curve| {
        let mut key = Writer::new();
        key.unsigned(&[]);
        key.put(Tag::SEQUENCE, curve);
        key.put(Tag::OCTET_STRING, traditional.expose());
        from_der(&key.into_sequence())
    };
    let known = jwk(JwsAlgorithm::Es256).unwrap();
    assert_eq!(named(P256).unwrap().thumbprint(), known.thumbprint());
    let error = named(P384).unwrap_err().to_string();
    assert!(error.contains("the key names two curves"), "{error}");
}

#[test]
fn a_private_key_may_have_its_public_key_and_attributes_behind_it() {
    let known = Jwk::parse(rfc8037::PRIVATE_KEY.as_bytes()).unwrap();
    let Material::Curve { x, d: Some(d), .. } = &known.material else { panic!() };
    let (d, x) = (d.expose().as_slice(), [&[0], x.as_slice()].concat());
    // RFC 5958, section 2: the public key is there in version 1 alone, and attributes are in either.
    let info = |version: &[u8], attributes: bool, public: Option<&[u8]>| {
        let mut info = Writer::new();
        info.unsigned(version);
        info.put(Tag::SEQUENCE, Kind::Curve(Curve::Ed25519).write().as_ref());
        let mut inner = Writer::new();
        inner.put(Tag::OCTET_STRING, d);
        info.put(Tag::OCTET_STRING, inner.as_ref());
        if attributes {
            info.put(Tag::context(0), &[5, 0]);
        }
        if let Some(public) = public {
            info.put(Tag::context_primitive(1), public);
        }
        from_der(&info.into_sequence())
    };
    for attributes in [false, true] {
        assert_eq!(info(&[], attributes, None).unwrap().thumbprint(), known.thumbprint());
        assert_eq!(info(&[1], attributes, None).unwrap().thumbprint(), known.thumbprint());
        assert_eq!(info(&[1], attributes, Some(&x)).unwrap().thumbprint(), known.thumbprint());
        assert!(info(&[], attributes, Some(&x)).is_err(), "a public key in version 0");
    }
    let mut other = x.clone();
    *other.last_mut().unwrap() ^= 1;
    assert!(info(&[1], false, Some(&other)).is_err(), "another public key");
    let mut of_bits = x.clone();
    of_bits[0] = 1;
    assert!(info(&[1], false, Some(&of_bits)).is_err(), "not of whole octets");
    assert!(info(&[1], false, Some(&[])).is_err(), "none at all");
    assert!(info(&[2], false, None).is_err(), "another version");
}

#[test]
fn lengths_are_read_in_each_of_their_forms() {
    for len in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000] {
        let mut writer = Writer::new();
        writer.put(Tag::OCTET_STRING, &vec![7; len]);
        let mut reader = Reader::new(writer.as_ref());
        assert_eq!(reader.value(Tag::OCTET_STRING).unwrap().len(), len);
        reader.end().unwrap();
    }
    let huge = [&[4, 0x83, 1, 0, 0][..], &[7; 0x1_0000]].concat();
    assert_eq!(Reader::new(&huge).value(Tag::OCTET_STRING).unwrap().len(), 0x1_0000);
    for loose in [&[4, 0x81, 0x7f][..], &[4, 0x82, 0, 0x80], &[4, 0x84, 0, 1, 0, 0]] {
        let loose = [loose, &[7; 0x1_0000]].concat();
        assert!(Reader::new(&loose).value(Tag::OCTET_STRING).is_err());
    }
    let mut shortest = Reader::new(&[4, 0x81, 0x80]);
    assert!(shortest.value(Tag::OCTET_STRING).is_err(), "it is cut");
}

#[test]
fn numbers_are_written_without_a_sign_and_without_zeros_in_front() {
    for (octets, written) in [
        (&[][..], &[2, 1, 0][..]),
        (&[0], &[2, 1, 0]),
        (&[0, 0], &[2, 1, 0]),
        (&[1], &[2, 1, 1]),
        (&[0x7f], &[2, 1, 0x7f]),
        (&[0x80], &[2, 2, 0, 0x80]),
        (&[0, 0x80], &[2, 2, 0, 0x80]),
        (&[0, 0x7f, 0], &[2, 2, 0x7f, 0]),
        (&[0xff, 0], &[2, 3, 0, 0xff, 0]),
    ] {
        let mut writer = Writer::new();
        writer.unsigned(octets);
        assert_eq!(writer.as_ref(), written);
        let zeros = octets.iter().take_while(|octet| **octet == 0).count();
        assert_eq!(Reader::new(written).unsigned().unwrap(), &octets[zeros..]);
    }
}

#[test]
fn loose_der_is_refused() {
    // SEQUENCE of a positive modulus and exponent, but of lengths and numbers not written the one way.
    for (der, why) in [
        (&[0x30, 0x81, 0x06, 2, 1, 5, 2, 1, 3][..], "a long length"),
        (&[0x30, 0x80, 2, 1, 5, 2, 1, 3, 0, 0], "an indefinite length"),
        (&[0x30, 0x07, 2, 2, 0, 5, 2, 1, 3], "a leading zero"),
        (&[0x30, 0x06, 2, 1, 0x85, 2, 1, 3], "a negative number"),
        (&[0x30, 0x05, 2, 0, 2, 1, 3], "no number at all"),
        (&[0x30, 0x84, 0, 0, 0, 6, 2, 1, 5, 2, 1, 3], "a length of four octets"),
        (&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], "a length beyond everything"),
        (&[], "nothing"),
        (&[0x30, 0], "an empty sequence"),
    ] {
        assert_eq!(from_der(der).unwrap_err().kind(), ErrorKind::Usage, "{why}");
    }
    assert!(from_der(&[0x30, 0x06, 2, 1, 5, 2, 1, 3]).is_ok());
}

#[test]
fn what_is_not_implemented_is_said_to_be_so() {
    // Ed448, X448, secp256k1 and RSASSA-PSS, as public keys.
    for oid in [
        &[0x2b, 0x65, 0x71][..],
        &[0x2b, 0x65, 0x6f],
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a],
    ] {
        let mut identifier = Writer::new();
        identifier.put(Tag::OBJECT_IDENTIFIER, oid);
        let mut info = Writer::new();
        info.put(Tag::SEQUENCE, identifier.as_ref());
        info.bits(&[7; 57]);
        assert_eq!(from_der(&info.into_sequence()).unwrap_err().kind(), ErrorKind::Unsupported);
    }
    let mut identifier = Writer::new();
    identifier.put(Tag::OBJECT_IDENTIFIER, EC_PUBLIC_KEY);
    identifier.put(Tag::OBJECT_IDENTIFIER, &[0x2b, 0x81, 0x04, 0x00, 0x0a]);
    let mut info = Writer::new();
    info.put(Tag::SEQUENCE, identifier.as_ref());
    info.bits(&[4; 65]);
    assert_eq!(from_der(&info.into_sequence()).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn pem_without_a_key_is_refused_and_text_around_it_is_not() {
    for text in [
        "",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n",
        "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
    ] {
        assert_eq!(from_pem(text.as_bytes()).unwrap_err().kind(), ErrorKind::Usage, "{text}");
    }
    assert_eq!(from_pem(b"\xff").unwrap_err().kind(), ErrorKind::Usage);
    let both =
        format!("text\r\n{}more\n{}", pem("p256 public"), pem("p256 traditional").replace('\n', "\r\n"));
    assert!(from_pem(both.as_bytes()).unwrap().is_private());
}

#[test]
fn no_error_quotes_a_key() {
    let keys: JwkSet = serde_json::from_str(rfc7517::PRIVATE_KEYS).unwrap();
    for jwk in &keys {
        let der = to_pkcs8(jwk).unwrap();
        let error = from_der(&der.expose()[..der.expose().len() - 1]).unwrap_err();
        let shown = format!("{error} {error:?} {jwk:?}");
        let secret = jwk.to_secret_json();
        let secret: serde_json::Value = serde_json::from_str(secret.expose()).unwrap();
        assert!(!shown.contains(secret["d"].as_str().unwrap()));
    }
}
