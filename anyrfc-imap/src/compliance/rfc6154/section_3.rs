//! RFC 6154, section 3: CREATE with special uses.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated, name};
use crate::{
    codec::command::Create,
    rfc6154 as r,
    types::{Code, MailboxAttribute as Attribute},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6154-section-3/use-needs-the-capability",
        covers: &[r::USE_NEEDS_THE_CAPABILITY],
        run: use_needs_the_capability,
    },
    Check {
        name: "rfc6154-section-3/use-may-be-omitted",
        covers: &[r::USE_MAY_BE_OMITTED],
        run: use_may_be_omitted,
    },
    Check {
        name: "rfc6154-section-3/an-impossible-use-is-told",
        covers: &[r::IMPOSSIBLE_USE_GETS_USEATTR],
        run: an_impossible_use_is_told,
    },
];

fn use_needs_the_capability() {
    let needed = [("CREATE-SPECIAL-USE", r::USE_NEEDS_THE_CAPABILITY)];
    let one = || Create::new(name("MySpecial")).for_use(Attribute::Drafts);
    gated(&needed, one, "CREATE MySpecial (USE (\\Drafts))");
    gated(&needed, || one().for_use(Attribute::Sent), "CREATE MySpecial (USE (\\Drafts \\Sent))");
    // SPECIAL-USE is another capability.
    let error = End::rev1("SPECIAL-USE").refuses(one());
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Unsupported, Some(r::USE_NEEDS_THE_CAPABILITY))
    );
}

fn use_may_be_omitted() {
    for capabilities in ["", "CREATE-SPECIAL-USE"] {
        let mut end = End::rev1(capabilities);
        assert_eq!(end.asks(Create::new(name("plain")), "OK done").0, "CREATE plain");
    }
}

fn an_impossible_use_is_told() {
    let mut end = End::rev1("CREATE-SPECIAL-USE");
    let create = || Create::new(name("Everything")).for_use(Attribute::All);
    let error = end.asks(create(), "NO [USEATTR] \\All not supported").1.expect_err("refused");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some(&Code::UseAttr)));
    let error = end.asks(create(), "NO there is one").1.expect_err("refused");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, None));
}
