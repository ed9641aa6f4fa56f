//! The async client: thin, over core's driver.

/// The client.
#[derive(Debug)]
pub struct ImapClient(());
