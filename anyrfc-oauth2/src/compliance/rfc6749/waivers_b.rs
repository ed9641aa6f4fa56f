//! What no check proves from section 4.3 on, and why.

use anyrfc_core::compliance::Waiver::ByConstruction;

use super::super::Waived;
use crate::rfc6749 as r;

pub(super) const WAIVERS: &[Waived] = &[
    (
        r::PASSWORD_GRANT_IS_AVOIDED,
        ByConstruction(
            "no part of the crate asks for a password by itself: only `Grant::deprecated_password` makes such a \
             request, whose name and documentation advise against it, and `TokenSource` does not take it",
        ),
    ),
    (
        r::EXTERNAL_BROWSER_IS_USED,
        ByConstruction(
            "there is no embedded browser: `AuthorizationRequest` is a URL to be opened elsewhere, and what comes \
             back is a `Callback`, which `client::Loopback` receives from a browser outside",
        ),
    ),
];
