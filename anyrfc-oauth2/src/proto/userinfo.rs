//! UserInfo (OpenID Connect Core, section 5.3).
