//! Keys and tokens for tests, good and hostile.
