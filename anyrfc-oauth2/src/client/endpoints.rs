//! Revocation, introspection, UserInfo and registration.
