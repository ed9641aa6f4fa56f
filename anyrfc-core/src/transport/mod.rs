//! Connections of every kind.
