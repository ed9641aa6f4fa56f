//! RFC 8689, section 2: when the option may be said.

use anyrfc_core::{
    Machine as _, TlsInfo,
    compliance::Check,
    testing::{pki::Pki, run_virtual},
};
use anyrfc_sasl::Exchange;

use super::super::{
    served::{self, send},
    support::{MAIL, Talk, config, envelope, finds},
    tls::{HOST, WAYS},
};
use crate::{
    Error, ErrorKind, SmtpClient,
    proto::{Config, Event, Protection},
    rfc8689 as r,
    testing::{Accounts, Server},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8689/section-2/the-option-needs-the-offer",
        covers: &[r::REQUIRETLS_NEEDS_THE_KEYWORD],
        run: the_option_needs_the_offer,
    },
    Check {
        name: "rfc8689/section-2/the-option-needs-all-that-it-demands",
        covers: &[r::OPTION_NEEDS_A_SECURE_SESSION],
        run: the_option_needs_all_that_it_demands,
    },
    Check {
        name: "rfc8689/section-2/the-option-needs-tls",
        covers: &[r::SESSION_IS_TLS],
        run: the_option_needs_tls,
    },
    Check {
        name: "rfc8689/section-2/a-layer-of-sasl-is-no-tls",
        covers: &[r::SESSION_IS_TLS],
        run: a_layer_of_sasl_is_no_tls,
    },
    Check {
        name: "rfc8689/section-2/the-option-needs-a-verified-certificate",
        covers: &[r::CERTIFICATE_IS_TRUSTED],
        run: the_option_needs_a_verified_certificate,
    },
];
