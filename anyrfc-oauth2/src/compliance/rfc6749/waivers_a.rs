//! What no check proves up to section 4.2, and why.

use anyrfc_core::compliance::Waiver::{ByConstruction, Exception};

use super::super::Waived;
use crate::rfc6749 as r;

const NO_IMPLICIT_REQUEST: &str = "no implicit request can be made: `proto::Authorization` asks for `code` and \
     nothing else, and its `parameter` refuses a response_type of the caller's";

const NO_IMPLICIT_ANSWER: &str = "no answer of the implicit grant is ever read: `proto::Pending` is there for \
     requests of a code alone, and what it takes from a `Callback` is a code or an error";

pub(super) const WAIVERS: &[Waived] = &[
    (
        r::CODE_REDIRECT_URI_MAY_BE_LEFT_OUT,
        ByConstruction(
            "a permission that is not used: `proto::Authorization` is made with a `RedirectUri` and sends it always",
        ),
    ),
    (
        r::IMPLICIT_REDIRECT_CAN_BE_RECEIVED,
        Exception(
            "the implicit grant is not there: RFC 9700, section 2.1.2, advises clients against it, since its tokens \
             leak and can be injected, and whoever can do it can do the code grant",
        ),
    ),
    (r::IMPLICIT_REQUEST_HAS_RESPONSE_TYPE, ByConstruction(NO_IMPLICIT_REQUEST)),
    (r::IMPLICIT_RESPONSE_TYPE_IS_TOKEN, ByConstruction(NO_IMPLICIT_REQUEST)),
    (r::IMPLICIT_REQUEST_HAS_CLIENT_ID, ByConstruction(NO_IMPLICIT_REQUEST)),
    (r::IMPLICIT_REDIRECT_URI_MAY_BE_LEFT_OUT, ByConstruction(NO_IMPLICIT_REQUEST)),
    (r::IMPLICIT_SCOPE_MAY_BE_LEFT_OUT, ByConstruction(NO_IMPLICIT_REQUEST)),
    (r::IMPLICIT_REQUEST_HAS_STATE, ByConstruction(NO_IMPLICIT_REQUEST)),
    (r::IMPLICIT_STATE_PREVENTS_CSRF, ByConstruction(NO_IMPLICIT_REQUEST)),
    (r::IMPLICIT_TOKEN_TYPE_IGNORES_CASE, ByConstruction(NO_IMPLICIT_ANSWER)),
    (r::IMPLICIT_UNKNOWN_IS_IGNORED, ByConstruction(NO_IMPLICIT_ANSWER)),
    (r::IMPLICIT_VALUES_HAVE_ANY_SIZE, ByConstruction(NO_IMPLICIT_ANSWER)),
];
