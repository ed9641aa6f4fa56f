//! A cache of a JWK Set that asks to be fetched and never fetches.
