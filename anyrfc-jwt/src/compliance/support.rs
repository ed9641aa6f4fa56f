//! What several checks use.
