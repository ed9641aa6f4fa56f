//! The examples of RFC 8037, appendix A.

/// The key of A.1.
pub const PRIVATE_KEY: &str = concat!(
    r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfV"#,
    r#"S_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
);

/// Its public half, of A.2.
pub const PUBLIC_KEY: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

/// Its thumbprint, of A.3, in base64url.
pub const THUMBPRINT: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

/// The JWS of A.4.
pub const JWS: &str = concat!(
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AI",
    "bQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
);

/// The payload of A.4.
pub const PAYLOAD: &str = "Example of Ed25519 signing";

/// The key of A.6, for agreement.
pub const X25519_KEY: &str =
    r#"{"kty":"OKP","crv":"X25519","kid":"Bob","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#;

/// The key of A.7, on a curve that is not implemented.
pub const X448_KEY: &str = concat!(
    r#"{"kty":"OKP","crv":"X448","kid":"Dave","x":"PreoKbDNIPW8_AtZm2_sz22kYnEHvbDU80W0MCfYuXL8PjT7QjKh"#,
    r#"PKcG3LV67D2uB73BxnvzNgk"}"#,
);
