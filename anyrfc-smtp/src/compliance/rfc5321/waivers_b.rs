//! What no check proves from section 4.2 on, and why.

use anyrfc_core::compliance::Waiver::Exception;

use super::super::Waived;
use crate::rfc5321 as r;

pub(super) const WAIVERS: &[Waived] = &[
    (
        r::RETURN_PATH_IS_NOT_SUBMITTED,
        Exception(
            "a message is sent as its caller gives it, octet for octet: nothing here writes Return-Path, and to take \
             one out could break a signature over it",
        ),
    ),
    (
        r::SUBMITTER_IS_COPIED_TO_SENDER,
        Exception(
            "a library knows no user of the system; who Sender is says whoever builds the message, by \
             `anyrfc_mime::build::Builder::sender`",
        ),
    ),
    (
        r::EARLIER_SENDER_IS_REMOVED,
        Exception(
            "goes with copying the user of the system into Sender, of whom a library knows nothing: an earlier \
             Sender is all there is, and stays",
        ),
    ),
];
