//! Randomness from a seed.
