//! What is known of well-known providers, as data.
