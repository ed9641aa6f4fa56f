//! What goes wrong, and which statement of which RFC it breaks.

use anyrfc_core::{ErrorKind, Requirement};

use crate::{
    BearerError, ScramError, proto::Refusal, rfc2195, rfc2831, rfc4422, rfc4752, rfc5801, rfc5802, rfc7628,
};

/// What is known beyond the error's kind.
#[derive(Debug, Default)]
#[non_exhaustive]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
    /// No mechanism is left, and why each one that the server offers is none.
    NoMechanism(Vec<Refusal>),
    /// What a SCRAM server said when it ended the exchange.
    Scram(ScramError),
    /// What a server said of a bearer token.
    Bearer(Box<BearerError>),
    /// What GSS-API said.
    Gss {
        /// The routine's status (RFC 2743, section 1.2.1.1).
        major: u32,
        /// The mechanism's own.
        minor: u32,
    },
}

anyrfc_core::error_type! {
    /// What went wrong: a kind, whose fault, and the RFC statement that was broken.
    pub struct Error { detail: Detail }
}

impl Error {
    /// Why each mechanism that the server offers is none, where none is left.
    #[must_use]
    pub fn refusals(&self) -> &[Refusal] {
        if let Detail::NoMechanism(refusals) = self.detail() { refusals } else { &[] }
    }

    /// What a SCRAM server said when it ended the exchange.
    #[must_use]
    pub fn scram(&self) -> Option<&ScramError> {
        if let Detail::Scram(error) = self.detail() { Some(error) } else { None }
    }

    /// What a server said of a bearer token.
    #[must_use]
    pub fn bearer(&self) -> Option<&BearerError> {
        if let Detail::Bearer(error) = self.detail() { Some(error) } else { None }
    }

    /// The server broke a rule.
    pub(crate) fn breach(breach: Breach) -> Self {
        Self::violation(breach.requirement(), breach.what())
    }

    /// The server has not proved what it had to.
    pub(crate) fn not_proved(breach: Breach) -> Self {
        Self::new(ErrorKind::Auth, breach.what()).with_requirement(breach.requirement())
    }

    /// The server does not accept who we say we are.
    pub(crate) fn auth(message: &'static str) -> Self {
        Self::new(ErrorKind::Auth, message)
    }

    /// What the caller gave cannot be used, since `requirement` asks for something else.
    pub(crate) fn unfit(requirement: &'static Requirement, what: &'static str) -> Self {
        Self::usage(what).with_requirement(requirement)
    }
}

/// Declares what a server may do wrong: the statement that it breaks, and in what way.
macro_rules! breaches {
    ($($name:ident: $requirement:path, $what:literal;)+) => {
        /// What a server may do wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Breach { $($name),+ }

        impl Breach {
            pub(crate) const fn requirement(self) -> &'static Requirement {
                match self { $(Self::$name => $requirement),+ }
            }

            pub(crate) const fn what(self) -> &'static str {
                match self { $(Self::$name => $what),+ }
            }
        }
    };
}

breaches! {
    ChallengeBeforeResponse: rfc4422::FIRST_CHALLENGE_IS_EMPTY, "a challenge with data came before the initial response";
    ChallengeAfterEnd: rfc4422::NO_CHALLENGE_AFTER_THE_END, "a challenge came after the mechanism's last one";
    DataWithSuccess: rfc4422::ADDITIONAL_DATA_WHERE_DEFINED, "data came with the success of a mechanism that defines none";
    SuccessTooEarly: rfc4422::NO_SUCCESS_BEFORE_THE_END, "success came before the mechanism was through";
    ScramSyntax: rfc5802::SERVER_FIRST_IS_WELL_FORMED, "not a nonce, a salt and an iteration count";
    ScramFinalSyntax: rfc5802::SERVER_FINAL_IS_WELL_FORMED, "neither a signature nor an error";
    ScramBase64: rfc5802::BASE64_IS_STRICT, "not Base64";
    ScramIterations: rfc5802::ITERATION_COUNT_IS_POSITIVE, "no number from 1 to 4294967295";
    ScramMandatoryExtension: rfc5802::MANDATORY_EXTENSIONS_FAIL, "a mandatory extension";
    ScramNonceSyntax: rfc5802::NONCE_IS_PRINTABLE, "the nonce has something else";
    ScramNonce: rfc5802::SERVER_NONCE_EXTENDS_OURS, "it begins otherwise";
    ScramNonceNotExtended: rfc5802::SERVER_ADDS_TO_THE_NONCE, "it is ours and nothing more";
    ScramSignature: rfc5802::SERVER_SIGNATURE_MUST_MATCH, "the signature is wrong: the server does not know the password";
    ScramNoSignature: rfc5802::SERVER_SIGNATURE_MUST_MATCH, "success came without a signature";
    CramEmpty: rfc2195::SERVER_SPEAKS_FIRST, "the challenge is empty";
    CramChallenge: rfc2195::CHALLENGE_IS_A_MSG_ID, "it is something else";
    DigestTooLong: rfc2831::CHALLENGE_BELOW_2048_BYTES, "the challenge is longer";
    DigestSyntax: rfc2831::CHALLENGE_IS_A_LIST, "it is something else";
    DigestNonce: rfc2831::NONCE_APPEARS_ONCE, "there is none, or more than one";
    DigestAlgorithms: rfc2831::ALGORITHM_APPEARS_ONCE, "there is none, or more than one";
    DigestAlgorithm: rfc2831::ALGORITHM_IS_MD5_SESS, "it is another one";
    DigestRepeated: rfc2831::DIRECTIVES_APPEAR_AT_MOST_ONCE, "one of them is repeated";
    DigestQuality: rfc2831::NO_KNOWN_QOP_ABORTS, "there is no auth among them";
    DigestProof: rfc2831::RSPAUTH_IS_VERIFIED, "the proof is wrong: the server does not know the password";
    DigestNoProof: rfc2831::RSPAUTH_IS_VERIFIED, "success came without a proof";
    BearerJson: rfc7628::ERROR_IS_JSON, "it is something else";
    BearerStatus: rfc7628::ERROR_HAS_STATUS, "there is none";
    GssUnwrap: rfc4752::FAILED_UNWRAP_IS_FATAL, "the offer of layers cannot be unwrapped";
    GssOffer: rfc4752::LAYER_TOKEN_IS_FOUR_OCTETS, "it is of another length";
    GssMaximum: rfc4752::NO_LAYER_MEANS_NO_BUFFER, "it is another one";
    GssNoRoom: rfc4752::OFFER_HOLDS_THE_CHOICE, "the server's buffer is too small for anything";
    GssNotMutual: rfc4422::RESULT_MEETS_THE_MINIMUM, "the server has not proved who it is";
    Gs2NotMutual: rfc5801::NOT_MUTUAL_FAILS, "the server has not proved who it is";
    LayerTooLong: rfc4422::OVERLONG_BUFFER_CLOSES, "a longer buffer was announced";
    LayerUndecodable: rfc4422::LAYER_THAT_CANNOT_DECODE_CLOSES, "a buffer cannot be unwrapped";
    LayerNotEncrypted: rfc4422::LACK_OF_INTEGRITY_CLOSES, "a buffer was not encrypted";
}
