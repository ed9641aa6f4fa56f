//! What no check proves before section 4.2, and why.

use anyrfc_core::compliance::Waiver::Exception;

use super::super::Waived;
use crate::rfc5321 as r;

const EHLO_FIRST: &str = "a permission that is not used: EHLO is always tried first";

pub(super) const WAIVERS: &[Waived] = &[
    (r::HELO_MAY_DO_WITHOUT_EXTENSIONS, Exception(EHLO_FIRST)),
    (r::OLD_CLIENT_MAY_SEND_HELO, Exception(EHLO_FIRST)),
    (
        r::CONTROLS_IN_THE_MESSAGE_ARE_AVOIDED,
        Exception(
            "the message is its author's, and ISO-2022-JP has ESC in every line: what is text is sent as it is, \
             but for NUL, which is refused without BINARYMIME",
        ),
    ),
];
