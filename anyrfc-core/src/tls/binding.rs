//! The channel binding `tls-server-end-point` (RFC 5929, section 4).

use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};
use spki::{
    AlgorithmIdentifierRef, ObjectIdentifier,
    der::{self, Decode as _, Reader as _, SliceReader, Tag, TagNumber, asn1::AnyRef},
};

/// The hash of the server's certificate, by the hash function that its
/// signature uses, or SHA-256 where that is MD5 or SHA-1 (RFC 5929, section
/// 4.1). `None` where the RFC leaves the binding undefined (no hash, or two).
pub(super) fn server_end_point(certificate: &[u8]) -> Option<Vec<u8>> {
    let algorithm = signature_algorithm(certificate).ok()?;
    Some(match signature_hash(&algorithm)? {
        Hash::Md5 | Hash::Sha1 | Hash::Sha256 => Sha256::digest(certificate).to_vec(),
        Hash::Sha224 => Sha224::digest(certificate).to_vec(),
        Hash::Sha384 => Sha384::digest(certificate).to_vec(),
        Hash::Sha512 => Sha512::digest(certificate).to_vec(),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hash {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

/// `Certificate.signatureAlgorithm` (RFC 5280, section 4.1.1.2). Only the outer
/// sequence is read: what is inside was the verifier's business.
fn signature_algorithm(certificate: &[u8]) -> der::Result<AlgorithmIdentifierRef<'_>> {
    let mut reader = SliceReader::new(certificate)?;
    let algorithm = reader.sequence(|certificate| {
        let _to_be_signed = AnyRef::decode(certificate)?;
        let algorithm = AlgorithmIdentifierRef::decode(certificate)?;
        let _signature = AnyRef::decode(certificate)?;
        Ok::<_, der::Error>(algorithm)
    })?;
    reader.finish()?;
    Ok(algorithm)
}

/// A signature algorithm to its hash function (RFC 8017, appendix A.2; RFC 5758).
fn signature_hash(algorithm: &AlgorithmIdentifierRef<'_>) -> Option<Hash> {
    const fn oid(dotted: &str) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(dotted)
    }
    const RSASSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
    const BY_OID: &[(ObjectIdentifier, Hash)] = &[
        // {md5,sha1,sha256,sha384,sha512,sha224}WithRSAEncryption
        (oid("1.2.840.113549.1.1.4"), Hash::Md5),
        (oid("1.2.840.113549.1.1.5"), Hash::Sha1),
        (oid("1.2.840.113549.1.1.11"), Hash::Sha256),
        (oid("1.2.840.113549.1.1.12"), Hash::Sha384),
        (oid("1.2.840.113549.1.1.13"), Hash::Sha512),
        (oid("1.2.840.113549.1.1.14"), Hash::Sha224),
        // ecdsa-with-{SHA1,SHA224,SHA256,SHA384,SHA512}
        (oid("1.2.840.10045.4.1"), Hash::Sha1),
        (oid("1.2.840.10045.4.3.1"), Hash::Sha224),
        (oid("1.2.840.10045.4.3.2"), Hash::Sha256),
        (oid("1.2.840.10045.4.3.3"), Hash::Sha384),
        (oid("1.2.840.10045.4.3.4"), Hash::Sha512),
        // dsa-with-{SHA1,SHA224,SHA256}
        (oid("1.2.840.10040.4.3"), Hash::Sha1),
        (oid("2.16.840.1.101.3.4.3.1"), Hash::Sha224),
        (oid("2.16.840.1.101.3.4.3.2"), Hash::Sha256),
    ];
    if algorithm.oid == RSASSA_PSS {
        return pss_hash(algorithm.parameters?).ok().flatten();
    }
    BY_OID.iter().find(|(oid, _)| *oid == algorithm.oid).map(|&(_, hash)| hash)
}

/// The one hash function of `RSASSA-PSS-params` (RFC 8017, appendix A.2.3);
/// none where the mask generation uses another than the signature.
fn pss_hash(parameters: AnyRef<'_>) -> der::Result<Option<Hash>> {
    const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
    parameters.sequence(|fields| {
        let hash =
            optional_field(fields, 0)?.map_or(Some(Hash::Sha1), |algorithm| hash_by_oid(algorithm.oid));
        let mask = match optional_field(fields, 1)? {
            None => Some(Hash::Sha1),
            Some(mask) if mask.oid == MGF1 => match mask.parameters {
                Some(inner) => hash_by_oid(inner.decode_as::<AlgorithmIdentifierRef<'_>>()?.oid),
                None => None,
            },
            Some(_) => None,
        };
        // The salt's length and the trailer field do not matter here.
        while !fields.is_finished() {
            AnyRef::decode(fields)?;
        }
        Ok::<_, der::Error>(hash.filter(|_| hash == mask))
    })
}

/// An explicitly tagged, optional algorithm identifier.
fn optional_field<'a>(
    fields: &mut SliceReader<'a>,
    number: u32,
) -> der::Result<Option<AlgorithmIdentifierRef<'a>>> {
    let expected = Tag::ContextSpecific { constructed: true, number: TagNumber(number) };
    if fields.is_finished() || Tag::peek(fields)? != expected {
        return Ok(None);
    }
    AlgorithmIdentifierRef::from_der(AnyRef::decode(fields)?.value()).map(Some)
}

/// A hash function by its own identifier (RFC 8017, appendix B.1).
fn hash_by_oid(oid: ObjectIdentifier) -> Option<Hash> {
    const fn known(dotted: &str) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(dotted)
    }
    const BY_OID: &[(ObjectIdentifier, Hash)] = &[
        (known("1.2.840.113549.2.5"), Hash::Md5),
        (known("1.3.14.3.2.26"), Hash::Sha1),
        (known("2.16.840.1.101.3.4.2.4"), Hash::Sha224),
        (known("2.16.840.1.101.3.4.2.1"), Hash::Sha256),
        (known("2.16.840.1.101.3.4.2.2"), Hash::Sha384),
        (known("2.16.840.1.101.3.4.2.3"), Hash::Sha512),
    ];
    BY_OID.iter().find(|(known, _)| *known == oid).map(|&(_, hash)| hash)
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::{CertificateDer, pem::PemObject as _};

    use super::*;

    const VECTORS: &str = include_str!("vectors.pem");

    fn certificates() -> impl Iterator<Item = CertificateDer<'static>> {
        CertificateDer::pem_slice_iter(VECTORS.as_bytes()).map(Result::unwrap)
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn agrees_with_openssl() {
        let expected: Vec<&str> = VECTORS
            .split("-----END CERTIFICATE-----\n")
            .skip(1)
            .map(|after| after.lines().next().unwrap())
            .collect();
        assert_eq!(expected.len(), 19);
        assert_eq!(certificates().count(), expected.len());
        for (certificate, line) in certificates().zip(expected) {
            let digest = server_end_point(&certificate).map_or("none".to_owned(), |digest| hex(&digest));
            assert_eq!(line.rsplit(' ').next(), Some(digest.as_str()), "{line}");
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_binding() {
        for certificate in certificates() {
            // Cut anywhere, it is no certificate any more, and nothing panics.
            for end in 0..certificate.len() {
                assert_eq!(server_end_point(&certificate[..end]), None, "{end}");
            }
            let mut longer = certificate.to_vec();
            longer.push(0);
            assert_eq!(server_end_point(&longer), None);
            // Any octet wrong, it is some answer or none, and nothing panics.
            for at in 0..certificate.len() {
                for flip in [0x01, 0x20, 0x80, 0xff] {
                    let mut wrong = certificate.to_vec();
                    wrong[at] ^= flip;
                    let _ = server_end_point(&wrong);
                }
            }
        }
    }
}
