//! The examples of RFC 7797, section 4, by the key of RFC 7515, A.1.

/// The control of 4.1: the payload is encoded.
pub const ENCODED: &str = "eyJhbGciOiJIUzI1NiJ9.JC4wMg.5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ";

/// The same in JSON.
pub const ENCODED_FLATTENED: &str = concat!(
    r#"{"protected":"eyJhbGciOiJIUzI1NiJ9","payload":"JC4wMg","signature":"5mvfOroL-g7HyqJoozehmsaqmvTY"#,
    r#"GEq5jTI1gVvoEoQ"}"#,
);

/// The JWS of 4.2: the payload is as it is, and travels apart.
pub const DETACHED: &str = concat!(
    "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff",
    "6dmDY",
);

/// The same in JSON, with the payload in it.
pub const UNENCODED_FLATTENED: &str = concat!(
    r#"{"protected":"eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19","payload":"$.02","signat"#,
    r#"ure":"A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY"}"#,
);

/// The payload.
pub const PAYLOAD: &str = "$.02";
