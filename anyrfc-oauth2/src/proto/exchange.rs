//! One question to an endpoint, asked again where it has to be.
