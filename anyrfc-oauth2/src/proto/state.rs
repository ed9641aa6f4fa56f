//! The states of a token that renews itself.
