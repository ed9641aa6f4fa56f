//! ID tokens judged (OpenID Connect Core, section 3.1.3.7).
