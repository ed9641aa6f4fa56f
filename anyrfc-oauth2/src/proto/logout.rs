//! Logging out (OpenID Connect RP-Initiated Logout).
