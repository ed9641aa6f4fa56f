//! The examples that the RFCs print.

use anyrfc_core::compliance::Vector;

use crate::testing::{rfc7515, rfc7638, rfc7797, rfc8037};

/// What goes in, and what comes of it.
pub(super) static VECTORS: &[Vector] = &[
    Vector {
        name: "HS256 of the claims of joe",
        source: "rfc7515#A.1",
        input: rfc7515::HS256.as_bytes(),
        output: rfc7515::CLAIMS.as_bytes(),
    },
    Vector {
        name: "RS256 of the claims of joe",
        source: "rfc7515#A.2",
        input: rfc7515::RS256.as_bytes(),
        output: rfc7515::CLAIMS.as_bytes(),
    },
    Vector {
        name: "ES256 of the claims of joe",
        source: "rfc7515#A.3",
        input: rfc7515::ES256.as_bytes(),
        output: rfc7515::CLAIMS.as_bytes(),
    },
    Vector {
        name: "ES512 of a word",
        source: "rfc7515#A.4",
        input: rfc7515::ES512.as_bytes(),
        output: b"Payload",
    },
    Vector {
        name: "two signatures in JSON",
        source: "rfc7515#A.6",
        input: rfc7515::GENERAL.as_bytes(),
        output: rfc7515::CLAIMS.as_bytes(),
    },
    Vector {
        name: "one signature in flattened JSON",
        source: "rfc7515#A.7",
        input: rfc7515::FLATTENED.as_bytes(),
        output: rfc7515::CLAIMS.as_bytes(),
    },
    Vector {
        name: "five octets in base64url",
        source: "rfc7515#C",
        input: &[3, 236, 255, 224, 193],
        output: b"A-z_4ME",
    },
    Vector {
        name: "the plaintext by RSA-OAEP and A256GCM",
        source: "rfc7516#A.1",
        input: concat!(
            "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJR",
            "gckCL9kiMT03JGeipsEdY3mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9jwQRb23nfa6c9d-StnImGyFDbSv04uVuxIp5Zms1gN",
            "xKKK2Da14B8S4rzVRltdYwam_lDp5XnZAYpQdb76FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_tETKzpVLzfiwQyeyPGLBI",
            "O56YJ7eObdv0je81860ppamavo35UgoRdbYaBcoh9QcfylQr66oc6vFWXRcZ_ZT2LawVCWTIy3brGPi6UklfCpIMfIjf7iGd",
            "XKHzg.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3a",
            "jwQzaBtQD_A.XFBoMYUZodetZdvTiFvSkQ",
        )
        .as_bytes(),
        output: b"The true sign of intelligence is not knowledge but imagination.",
    },
    Vector {
        name: "the plaintext by RSA1_5 and A128CBC-HS256",
        source: "rfc7516#A.2",
        input: concat!(
            "eyJhbGciOiJSU0ExXzUiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.UGhIOguC7IuEvf_NPVaXsGMoLOmwvc1GyqlIKOK1nN94",
            "nHPoltGRhWhw7Zx0-kFm1NJn8LE9XShH59_i8J0PH5ZZyNfGy2xGdULU7sHNF6Gp2vPLgNZ__deLKxGHZ7PcHALUzoOegEI-",
            "8E66jX2E4zyJKx-YxzZIItRzC5hlRirb6Y5Cl_p-ko3YvkkysZIFNPccxRU7qve1WYPxqbb2Yw8kZqa2rMWI5ng8OtvzlV7e",
            "lprCbuPhcCdZ6XDP0_F8rkXds2vE4X-ncOIM8hAYHHi29NX0mcKiRaD0-D-ljQTP-cFPgwCp6X-nZZd9OHBv-B3oWh2TbqmS",
            "cqXMR4gp_A.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.9hH0vgRfYgPnAHOd8s",
            "tkvw",
        )
        .as_bytes(),
        output: b"Live long and prosper.",
    },
    Vector {
        name: "the plaintext by A128KW and A128CBC-HS256",
        source: "rfc7516#A.3",
        input: concat!(
            "eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzB",
            "C2IlrT1oOQ.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFIC",
            "bCVQ",
        )
        .as_bytes(),
        output: b"Live long and prosper.",
    },
    Vector {
        name: "the tag of A128CBC-HS256",
        source: "rfc7518#B.1",
        input: KERCKHOFFS,
        output: b"\x65\x2c\x3f\xa3\x6b\x0a\x7c\x5b\x32\x19\xfa\xb3\xa3\x0b\xc1\xc4",
    },
    Vector {
        name: "the tag of A192CBC-HS384",
        source: "rfc7518#B.2",
        input: KERCKHOFFS,
        output: b"\x84\x90\xac\x0e\x58\x94\x9b\xfe\x51\x87\x5d\x73\x3f\x93\xac\x20\x75\x16\x80\x39\xcc\xc7\x33\xd7",
    },
    Vector {
        name: "the tag of A256CBC-HS512",
        source: "rfc7518#B.3",
        input: KERCKHOFFS,
        output: b"\x4d\xd3\xb4\xc0\x88\xa7\xf4\x5c\x21\x68\x39\x64\x5b\x20\x12\xbf\x2e\x62\x69\xa8\xc5\x6a\x81\x6d\xbc\x1b\x26\x77\x61\x95\x5b\xc5",
    },
    Vector {
        name: "the key that Alice and Bob agree on, for A128GCM",
        source: "rfc7518#C",
        input: b"\0\0\0\x07A128GCM\0\0\0\x05Alice\0\0\0\x03Bob\0\0\0\x80",
        output: b"VqqN6vgjbSBcIijNcacQGg",
    },
    Vector {
        name: "the thumbprint of an RSA key",
        source: "rfc7638#3.1",
        input: rfc7638::KEY.as_bytes(),
        output: rfc7638::THUMBPRINT.as_bytes(),
    },
    Vector {
        name: "a payload in base64url",
        source: "rfc7797#4.1",
        input: rfc7797::ENCODED.as_bytes(),
        output: rfc7797::PAYLOAD.as_bytes(),
    },
    Vector {
        name: "a payload as it is, apart from its signature",
        source: "rfc7797#4.2",
        input: rfc7797::PAYLOAD.as_bytes(),
        output: rfc7797::DETACHED.as_bytes(),
    },
    Vector {
        name: "a payload as it is in JSON",
        source: "rfc7797#4.2",
        input: rfc7797::UNENCODED_FLATTENED.as_bytes(),
        output: rfc7797::PAYLOAD.as_bytes(),
    },
    Vector {
        name: "the thumbprint of an Ed25519 key",
        source: "rfc8037#A.3",
        input: rfc8037::PUBLIC_KEY.as_bytes(),
        output: rfc8037::THUMBPRINT.as_bytes(),
    },
    Vector {
        name: "EdDSA by Ed25519",
        source: "rfc8037#A.4",
        input: rfc8037::PAYLOAD.as_bytes(),
        output: rfc8037::JWS.as_bytes(),
    },
];

/// The plaintext of RFC 7518, appendix B.
const KERCKHOFFS: &[u8] = b"A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy without inconvenience";

#[cfg(test)]
mod tests {
    use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
    use serde_json::Value;

    use super::*;
    use crate::{codec::base64url, compliance::judge, testing::jwe::EXAMPLES, types::ContentEncryption};

    fn of(source: &str) -> impl Iterator<Item = &'static Vector> {
        VECTORS.iter().filter(move |vector| vector.source.starts_with(source))
    }

    /// Which decrypt, as the tests of what decrypts show.
    #[test]
    fn tokens_are_the_examples() {
        let examples: Vec<Value> = serde_json::from_str(EXAMPLES).unwrap();
        for vector in of("rfc7516#") {
            let name = vector.source.replace("rfc7516#", "RFC 7516 ");
            let example = examples.iter().find(|example| example["name"] == name.as_str()).unwrap();
            assert_eq!(example["compact"].as_str().unwrap().as_bytes(), vector.input);
            assert_eq!(example["plaintext"].as_str().unwrap().as_bytes(), vector.output);
        }
        assert_eq!(of("rfc7516#").count(), 3);
    }

    #[test]
    fn tags_are_those_of_the_plaintext() {
        let iv =
            [0x1a, 0xf3, 0x8c, 0x2d, 0xc2, 0xb9, 0x6f, 0xfd, 0xd8, 0x66, 0x94, 0x09, 0x23, 0x41, 0xbc, 0x04];
        let aad = b"The second principle of Auguste Kerckhoffs";
        for vector in of("rfc7518#B") {
            let name = vector.name.strip_prefix("the tag of ").unwrap();
            let enc = ContentEncryption::from_name(name).unwrap();
            let cek: Vec<u8> = (0..vector.output.len() as u8 * 2).collect();
            let (_, tag) = judge::sealed_under(enc, &cek, &iv, aad, vector.input);
            assert_eq!(tag, vector.output);
        }
    }

    #[test]
    fn the_key_is_agreed_on() {
        let alice = base64url::decode("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo").unwrap();
        let alice = PrivateKey::from_private_key(&ECDH_P256, &alice).unwrap();
        let [x, y] =
            ["weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"]
                .map(|text| base64url::decode(text).unwrap());
        let key = judge::agreed(&alice, &[&[4][..], &x, &y].concat(), "A128GCM", [b"Alice", b"Bob"], 16);
        assert_eq!(base64url::encode(&key).as_bytes(), of("rfc7518#C").next().unwrap().output);
    }
}
