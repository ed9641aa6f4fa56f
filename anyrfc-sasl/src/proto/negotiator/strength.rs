//! How strong a mechanism is.

use crate::{MechanismName, MechanismName as M};

/// What a mechanism stands on, the weakest first. Among those that the server
/// offers, and credentials and policy allow, the strongest is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Strength {
    /// Nobody proves anything.
    Anonymous,
    /// The password travels.
    Password,
    /// A digest of the password that is easily guessed from.
    Digest,
    /// A proof that the password is known, and that the server knows it, too.
    Proof,
    /// A token travels.
    Token,
    /// A ticket of a third party that both trust.
    Ticket,
    /// A proof that is bound to the channel.
    Bound,
    /// The channel itself says who we are.
    Certificate,
}

impl Strength {
    /// Whether a secret travels, so that nobody else may read the channel.
    #[must_use]
    pub const fn reveals(self) -> bool {
        matches!(self, Self::Password | Self::Token)
    }
}

/// How strong a mechanism is, and its place among its like.
pub(super) type Rank = (Strength, u8);

/// Every mechanism that this crate has.
const KNOWN: &[(MechanismName, Rank)] = &[
    (M::EXTERNAL, (Strength::Certificate, 1)),
    (M::SCRAM_SHA_512_PLUS, (Strength::Bound, 4)),
    (M::SCRAM_SHA_384_PLUS, (Strength::Bound, 3)),
    (M::SCRAM_SHA_256_PLUS, (Strength::Bound, 2)),
    (M::SCRAM_SHA_1_PLUS, (Strength::Bound, 1)),
    (M::GS2_KRB5_PLUS, (Strength::Ticket, 3)),
    (M::GS2_KRB5, (Strength::Ticket, 2)),
    (M::GSSAPI, (Strength::Ticket, 1)),
    (M::OAUTHBEARER, (Strength::Token, 2)),
    (M::XOAUTH2, (Strength::Token, 1)),
    (M::SCRAM_SHA_512, (Strength::Proof, 4)),
    (M::SCRAM_SHA_384, (Strength::Proof, 3)),
    (M::SCRAM_SHA_256, (Strength::Proof, 2)),
    (M::SCRAM_SHA_1, (Strength::Proof, 1)),
    (M::DIGEST_MD5, (Strength::Digest, 2)),
    (M::CRAM_MD5, (Strength::Digest, 1)),
    (M::PLAIN, (Strength::Password, 2)),
    (M::LOGIN, (Strength::Password, 1)),
    (M::ANONYMOUS, (Strength::Anonymous, 1)),
];

/// The rank of a mechanism that this crate has.
pub(super) fn rank(name: MechanismName) -> Option<Rank> {
    KNOWN.iter().find(|(known, _)| *known == name).map(|(_, rank)| *rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_has_no_two_alike() {
        assert!(KNOWN.windows(2).all(|pair| pair[0].1 > pair[1].1));
        for (index, (name, _)) in KNOWN.iter().enumerate() {
            assert!(KNOWN[..index].iter().all(|(other, _)| other != name));
        }
    }
}
