//! What no check proves, and why.

use anyrfc_core::{
    Requirement,
    compliance::Waiver::{self, ByConstruction, Exception, NotARequirement},
};

use crate::{
    rfc2831, rfc4013, rfc4422, rfc4505, rfc4752, rfc5801, rfc5802, rfc5929, rfc7628, rfc7677, rfc9266,
};

/// The requirements without a check.
pub(super) static WAIVERS: &[(&Requirement, Waiver)] = &[
    (rfc2831::COMPLIANCE_NEEDS_EVERY_MUST, NotARequirement(DEFINED)),
    (rfc2831::UNCONDITIONAL_COMPLIANCE_MUST, NotARequirement(DEFINED)),
    (rfc2831::UNCONDITIONAL_COMPLIANCE_SHOULD, NotARequirement(DEFINED)),
    (rfc2831::CONDITIONAL_COMPLIANCE_MUST, NotARequirement(DEFINED)),
    (rfc2831::CONDITIONAL_COMPLIANCE_SHOULD, NotARequirement(DEFINED)),
    (rfc2831::CIPHER_WITH_AUTH_CONF, ByConstruction(NO_DIGEST_LAYER)),
    (rfc2831::SUBSEQUENT_AUTHENTICATION, Exception(NO_SUBSEQUENT)),
    (rfc2831::AUTH_INT_PROTECTS, ByConstruction(NO_DIGEST_LAYER)),
    (rfc2831::AUTH_CONF_PROTECTS, ByConstruction(NO_DIGEST_LAYER)),
    (
        rfc2831::OTHER_CHARSETS_BY_RFC_2047,
        NotARequirement("a rule of HTTP for TEXT, which no directive here is"),
    ),
    (rfc4013::SURROGATES_ARE_PROHIBITED, ByConstruction("a `str` holds no surrogates")),
    (
        rfc4013::UNASSIGNED_IN_STORED_STRINGS,
        ByConstruction("`Preparation` prepares queries; this client stores no string"),
    ),
    (
        rfc4422::REKEYING_REAUTHENTICATES,
        ByConstruction("`SecurityLayer` cannot be re-keyed: new keys take a new `Exchange`"),
    ),
    (rfc4422::DELETED_EMPTY_CHALLENGE, NotARequirement("a sentence of RFC 2222, quoted as deleted")),
    (rfc4505::SURROGATES_ARE_PROHIBITED, ByConstruction("a `str` holds no surrogates")),
    (
        rfc4752::OTHER_NAME_TYPES_MAY_BE_USED,
        Exception("a permission; a server is always named as service@host"),
    ),
    (
        rfc4752::NAME_IS_HOST_BASED_SERVICE,
        ByConstruction("`Kerberos` imports a `Service` as GSS_C_NT_HOSTBASED_SERVICE, and nothing else"),
    ),
    (
        rfc5801::ERROR_TOKENS_MAY_BE_SENT,
        Exception("a permission; a failed exchange is aborted by the protocol instead"),
    ),
    (rfc5801::BINDING_ADDRESS_TYPES_ARE_ZERO, ByConstruction(NO_ADDRESSES)),
    (rfc5801::BINDING_ADDRESSES_ARE_EMPTY, ByConstruction(NO_ADDRESSES)),
    (rfc5801::CLIENT_IMPLEMENTS_TLS_UNIQUE, Exception(NO_TLS_UNIQUE)),
    (rfc5802::CLIENT_IMPLEMENTS_TLS_UNIQUE, Exception(NO_TLS_UNIQUE)),
    (rfc5929::TLS_UNIQUE_AFTER_CHANGE_CIPHER_SPEC, ByConstruction(NEVER_TLS_UNIQUE)),
    (rfc5929::TLS_UNIQUE_DISCARDS_KNOWLEDGE, ByConstruction(NEVER_TLS_UNIQUE)),
    (rfc5929::CLIENT_DOES_NOT_RENEGOTIATE, ByConstruction(NO_RENEGOTIATION)),
    (
        rfc7628::DIGESTS_USE_DEFAULTS,
        ByConstruction("`OAuthBearer` takes a bearer token, and no token with a digest"),
    ),
    (rfc7677::SESSION_HASH_FOR_PLUS, ByConstruction(TLS_1_3)),
    (rfc7677::NO_RESUMPTION_WITHOUT_SESSION_HASH, ByConstruction(TLS_1_3)),
    (rfc9266::NO_EXPORTER_WITH_RENEGOTIATION, ByConstruction(NO_RENEGOTIATION)),
];

const DEFINED: &str = "the keyword is quoted to define what compliance means";
const NO_RENEGOTIATION: &str = "the TLS library, rustls, cannot renegotiate";
const TLS_1_3: &str = "`TlsInfo` has an exporter only for TLS 1.3, and for TLS 1.2 that was made to refuse \
     sessions without the extended master secret; tls-server-end-point names the certificate, whatever the session";
const NO_ADDRESSES: &str = "`GssContext::init` takes the application data of a binding, and no address";
const NO_DIGEST_LAYER: &str =
    "`DigestMd5` answers qop=auth and nothing else: RFC 6331 has found its layers worthless";
const NO_SUBSEQUENT: &str =
    "a permission that saves a round trip, in a mechanism that RFC 6331 has made historic";
const NO_TLS_UNIQUE: &str = "TLS 1.3 has no tls-unique, and the TLS library gives none for earlier versions, \
     where it is safe only after checks that no application can make; tls-exporter (RFC 9266) takes its place";
const NEVER_TLS_UNIQUE: &str = "`BindingType` has no tls-unique";
