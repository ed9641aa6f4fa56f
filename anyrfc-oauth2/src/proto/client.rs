//! A client as one authorization server knows it.
