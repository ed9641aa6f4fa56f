//! Validated values, in the words of the RFCs.
//!
//! Everything here can be written into a message as it is: nothing holds a line break or another
//! control character that could pass for structure.

mod address;
pub(crate) mod chars;
mod content;
mod date_time;
mod defect;
mod header;
mod invalid;
mod limits;
mod message_id;
mod parameters;

pub use address::{AddrSpec, Address, AddressList, DamagedAddress, Group, Mailbox};
pub use content::{ContentDisposition, ContentType, Disposition, Token, TransferEncoding, check_boundary};
pub use date_time::DateTime;
pub(crate) use date_time::{DAYS, MONTHS};
pub use defect::{Defect, DefectKind, Defects};
pub use header::{HeaderName, HeaderValue};
pub use invalid::{Invalid, Problem, Subject};
pub use limits::MimeLimits;
pub use message_id::MessageId;
pub use parameters::{Parameter, Parameters};
