//! Tokens, codes and secrets: of visible characters, never printed.
