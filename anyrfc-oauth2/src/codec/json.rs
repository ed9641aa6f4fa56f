//! JSON from servers, within bounds.
