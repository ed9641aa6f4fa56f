//! RFC 5801: what GS2 forbids, whatever library there is.

use anyrfc_core::compliance::Check;

use super::support::{negotiator, pencil, tls};
use crate::{Channel, MechanismName, Policy, Reason, rfc5801 as r};

pub(super) static GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc5801/section-14.3/spnego-is-never-chosen",
        covers: &[
            r::NO_NEGOTIATING_MECHANISM,
            r::NO_SPNEGO_IN_GS2,
            r::SPNEGO_IS_NEVER_CHOSEN,
            r::SPNEGO_NAMES_ARE_NOT_USED,
        ],
        run: spnego_is_never_chosen,
    },
    Check {
        name: "rfc5801/section-3/no-mechanism-without-a-name",
        covers: &[r::NO_MECHANISM_WITHOUT_A_NAME],
        run: no_mechanism_without_a_name,
    },
];

/// Under no policy, and though it is all that there is; SPNEGO, its variant, and what SPNEGO's
/// identifier 1.3.6.1.5.5.2 comes to by the rule of section 3.1.
fn spnego_is_never_chosen() {
    let policies = [
        Policy::default(),
        Policy::default().kerberos(),
        Policy::default().kerberos().require_security_layer(),
        Policy::default().only(["SPNEGO", "SPNEGO-PLUS"].map(|name| name.parse().expect("a name"))),
    ];
    for policy in policies {
        for name in ["SPNEGO", "SPNEGO-PLUS", "GS2-SPNEGO", "GSS-SPNEGO"] {
            for channel in [Channel::plaintext(), Channel::tls(), tls()] {
                let error = negotiator(pencil(), policy.clone()).begin([name], &channel).expect_err(name);
                assert_eq!(error.refusals()[0].reason, Reason::Unknown, "{name}");
            }
            let begun = negotiator(pencil(), policy.clone()).begin([name, "SCRAM-SHA-1"], &Channel::tls());
            assert!(begun.map_or(true, |exchange| exchange.name() == MechanismName::SCRAM_SHA_1));
        }
    }
}

/// A name that was computed from an identifier is not guessed back: SPKM's, and Kerberos's own.
fn no_mechanism_without_a_name() {
    for name in ["GS2-DT4PIK22T6A", "GS2-QLJHGJLWNPL", "GS2-QLJHGJLWNPL-PLUS", "GS2-AAAAAAAAAAA"] {
        let begun = negotiator(pencil(), Policy::default().kerberos()).begin([name], &Channel::tls());
        let error = begun.expect_err(name);
        assert_eq!(error.refusals()[0].reason, Reason::Unknown, "{name}");
    }
    // Kerberos has a name of its own, by which it is known.
    for name in ["GS2-KRB5", "GSSAPI"] {
        let begun = negotiator(pencil(), Policy::default()).begin([name], &Channel::tls());
        assert_ne!(begun.expect_err(name).refusals()[0].reason, Reason::Unknown, "{name}");
    }
}
