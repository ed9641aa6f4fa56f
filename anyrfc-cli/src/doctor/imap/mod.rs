//! The examination of IMAP servers.

use super::{examination::Examination, subject::Subject};
use crate::exit::{Exit, Failure};

/// # Errors
/// The examination cannot begin.
pub(super) async fn examine(_: &Subject, _: &mut Examination) -> Result<(), Failure> {
    Err(Failure::new(Exit::Unsupported, "IMAP servers are not examined by this build"))
}
