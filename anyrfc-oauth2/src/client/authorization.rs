//! The authorization code flow, step by step.
