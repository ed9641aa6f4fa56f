//! ID tokens and UserInfo (OpenID Connect Core).
