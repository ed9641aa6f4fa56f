//! The rows of one command, shown where they were read.

use std::task::{Context, Poll, ready};

use super::inner::Inner;
use crate::{
    Error,
    proto::{CommandId, Completion, Report},
    types::FetchRef,
};

/// What there is of the rows of a command.
#[derive(Debug)]
pub(super) enum RowsOf {
    /// As many as are wanted at once.
    Enough,
    /// What came so far was of the mailbox that is left (RFC 9051, section 7.1).
    Closed,
    /// No more.
    Ended(Completion),
}

impl Inner {
    /// Shows the rows of this command, those first that were kept, until there are enough of them: each is shown to
    /// `enough`, and nothing before the first, since there may be enough already.
    pub(super) fn poll_rows_of(
        &mut self,
        cx: &mut Context<'_>,
        id: CommandId,
        enough: &mut impl FnMut(Option<FetchRef<'_>>) -> bool,
    ) -> Poll<Result<RowsOf, Error>> {
        let mut filled = enough(None);
        loop {
            if filled {
                return Poll::Ready(Ok(RowsOf::Enough));
            }
            if let Some(row) = self.next_row(id) {
                filled = enough(Some(row.row()));
                continue;
            }
            if let Some(completion) = self.take_ended(id) {
                return Poll::Ready(Ok(RowsOf::Ended(completion)));
            }
            if let Some(other) = ready!(self.poll_borrowed(cx, id, |row| filled = enough(Some(row))))? {
                let closed = matches!(other, Report::Closed);
                self.file(other)?;
                if closed {
                    return Poll::Ready(Ok(RowsOf::Closed));
                }
            }
        }
    }
}
