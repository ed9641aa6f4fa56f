//! Servers in memory, for tests of your own.
