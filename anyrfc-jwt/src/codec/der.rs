//! Keys in PEM and DER.
