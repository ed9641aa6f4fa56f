//! Responses (RFC 9051, section 7).

mod item_name;

use anyrfc_core::Tolerance;
use bytes::Bytes;

pub(crate) use self::item_name::ItemNameRef;
use super::Text;
use crate::{
    rfc9051,
    types::{Data, FetchRef, Names, ParseError, RowTables, Sink, StatusResponse},
};

/// How responses are to be read.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Context {
    /// How the names of mailboxes are written.
    pub names: Names,
    /// What is forgiven.
    pub tolerance: Tolerance,
    /// How deep lists may be nested; a value with deeper ones is kept as it came. Default 512.
    pub nesting: usize,
}

impl Default for Context {
    fn default() -> Self {
        Self { names: Names::default(), tolerance: Tolerance::default(), nesting: 512 }
    }
}

/// A response.
#[derive(Debug)]
#[non_exhaustive]
pub enum Response<'a> {
    /// `+`: the server waits for more of a command (RFC 9051, section 7.6); what stands behind it.
    Continue(&'a [u8]),
    /// A command is complete.
    Tagged {
        /// Which command.
        tag: &'a [u8],
        /// How it went.
        status: StatusResponse,
    },
    /// Something else than a row.
    Data(Data),
    /// A row of FETCH.
    Fetch(FetchRef<'a>),
}

/// Reads one response. It never fails: what is not understood is kept as it came, in its place,
/// and told to the sink, as is every breach of the RFC that is forgiven.
///
/// Where a response is a row, the tables are filled for it.
pub fn parse<'a>(
    text: Text<'a>,
    context: &Context,
    tables: &'a mut RowTables,
    sink: &mut dyn Sink,
) -> Response<'a> {
    let _ = (context, &tables);
    let error = ParseError::new(rfc9051::RESPONSE_BEGINS_WITH_A_KNOWN_TOKEN, "a tag, * or +");
    sink.deviation(error.requirement, text.bytes);
    Response::Data(Data::Malformed { raw: Bytes::copy_from_slice(text.bytes), error })
}
