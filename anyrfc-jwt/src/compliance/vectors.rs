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
