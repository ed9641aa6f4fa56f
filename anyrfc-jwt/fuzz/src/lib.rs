//! The fuzz targets of `anyrfc-jwt`: plain functions that panic when something is wrong, whatever
//! the bytes.
#![forbid(unsafe_code)]

mod judge;
mod jwe;
mod jwk;
mod jws;
mod jwt;

use fuzz_runner::Target;

pub use self::{jwe::jwe, jwk::jwk, jws::jws, jwt::jwt};

/// Every target, for the runner on stable.
pub const TARGETS: &[Target] = &[
    Target { name: "jwe", run: jwe },
    Target { name: "jwk", run: jwk },
    Target { name: "jws", run: jws },
    Target { name: "jwt", run: jwt },
];
