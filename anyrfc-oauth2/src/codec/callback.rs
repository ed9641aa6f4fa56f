//! What comes back to the redirection URI.
