//! The header of GS2 (RFC 5801, section 4), which SCRAM and OAUTHBEARER share.

use crate::{Binding, Error};

/// `gs2-header = gs2-cb-flag "," [gs2-authzid] ","`, without the flag for
/// tokens in a form of their own, which SASL has none of.
///
/// # Errors
/// The authorization identity cannot be sent.
pub fn header(binding: &Binding, authzid: Option<&str>) -> Result<String, Error> {
    let mut header = match binding {
        Binding::Unsupported => String::from("n,"),
        Binding::NotOffered => String::from("y,"),
        Binding::Bound(binding) => format!("p={},", binding.kind()),
    };
    if let Some(authzid) = authzid {
        header.push_str("a=");
        header.push_str(&saslname(authzid)?);
    }
    header.push(',');
    Ok(header)
}

/// `saslname`: a comma is `=2C`, an equals sign `=3D`.
///
/// # Errors
/// The name is empty, or has a NUL.
pub fn saslname(name: &str) -> Result<String, Error> {
    if name.is_empty() {
        return Err(Error::usage("a name is empty"));
    }
    if name.contains('\0') {
        return Err(Error::usage("a name has a NUL"));
    }
    if !name.contains(['=', ',']) {
        return Ok(name.to_owned());
    }
    Ok(name.replace('=', "=3D").replace(',', "=2C"))
}

/// The name behind a `saslname`, for the server's side.
///
/// ```
/// use anyrfc_sasl::codec::gs2;
/// assert_eq!(gs2::name_of("us=2Cer=3Dx").as_deref(), Some("us,er=x"));
/// assert_eq!(gs2::name_of("us=er"), None);
/// ```
#[must_use]
pub fn name_of(saslname: &str) -> Option<String> {
    let mut parts = saslname.split('=');
    let mut name = parts.next()?.to_owned();
    for part in parts {
        let (escaped, rest) = part.split_at_checked(2)?;
        name.push(match escaped {
            "2C" => ',',
            "3D" => '=',
            _ => return None,
        });
        name.push_str(rest);
    }
    let allowed = !saslname.is_empty() && !saslname.contains(['\0', ',']);
    allowed.then_some(name)
}

/// An initial token without the header that says which mechanism it is of
/// (RFC 2743, section 3.1); `None` where there is no such header, or it does not
/// fit the token.
#[must_use]
pub fn without_token_header(token: &[u8]) -> Option<&[u8]> {
    let (length, rest) = der_length(token.strip_prefix(&[0x60])?)?;
    if length != rest.len() {
        return None;
    }
    let (length, rest) = der_length(rest.strip_prefix(&[0x06])?)?;
    rest.get(length..)
}

/// A definite length in DER, of four octets at most.
fn der_length(text: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = text.split_first()?;
    if first < 0x80 {
        return Some((usize::from(first), rest));
    }
    let (octets, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
    if octets.is_empty() || octets.len() > 4 {
        return None;
    }
    let length = octets.iter().fold(0u32, |length, octet| length << 8 | u32::from(*octet));
    Some((usize::try_from(length).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_headers() {
        let oid = b"\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";
        for body in [0usize, 3, 200, 300, 70_000] {
            let inner = [&oid[..], &vec![7; body]].concat();
            let length = inner.len();
            let mut token = vec![0x60];
            if length < 0x80 {
                token.push(length as u8);
            } else {
                token.push(0x84);
                token.extend((length as u32).to_be_bytes());
            }
            token.extend(&inner);
            assert_eq!(without_token_header(&token).unwrap(), vec![7; body]);
            token.push(0);
            assert_eq!(without_token_header(&token), None, "a byte too many");
            token.truncate(token.len() - 2);
            assert_eq!(without_token_header(&token), None, "a byte too few");
        }
        // As few octets of a length as it takes, and more.
        let inner = [&oid[..], &[7; 200]].concat();
        for octets in 1..=4 {
            let length = (inner.len() as u32).to_be_bytes();
            let length = &length[4 - octets..];
            let token = [&[0x60, 0x80 | octets as u8][..], length, &inner].concat();
            assert_eq!(without_token_header(&token).unwrap(), [7; 200], "{octets}");
        }
        for wrong in [
            &b""[..],
            b"\x60",
            b"\x60\x80",
            b"\x60\x85\0\0\0\0\0",
            // A length of five octets, and one of none, though what follows would fit.
            b"\x60\x85\0\0\0\0\x02\x06\0",
            b"\x60\x02\x06\x80",
            // An indefinite length is none of 128 octets.
            &[&b"\x60\x80\x06\x7e"[..], &[7; 126]].concat(),
            b"\x60\x01\x06",
            b"\x60\x02\x06\x01",
            b"\x61\x02\x06\0",
        ] {
            assert_eq!(without_token_header(wrong), None, "{wrong:?}");
        }
    }
    use crate::{BindingType, ChannelBinding};

    #[test]
    fn each_flag() {
        assert_eq!(header(&Binding::Unsupported, None).unwrap(), "n,,");
        assert_eq!(header(&Binding::NotOffered, Some("ursel")).unwrap(), "y,a=ursel,");
        for (kind, expected) in [
            (BindingType::TlsExporter, "p=tls-exporter,,"),
            (BindingType::TlsServerEndPoint, "p=tls-server-end-point,,"),
        ] {
            assert_eq!(header(&Binding::Bound(ChannelBinding::new(kind, [1])), None).unwrap(), expected);
        }
    }

    #[test]
    fn names_are_escaped_and_come_back() {
        assert_eq!(header(&Binding::Unsupported, Some("us,er=x")).unwrap(), "n,a=us=2Cer=3Dx,");
        for name in ["a", "=", ",", "=2C", "=,=,", "é,=3D"] {
            assert_eq!(name_of(&saslname(name).unwrap()).as_deref(), Some(name));
        }
        for wrong in ["", "=", "a=", "a=2", "a=2c", "a=41", "a,b", "a\0", "=é"] {
            assert_eq!(name_of(wrong), None, "{wrong:?}");
        }
        assert!(saslname("").is_err() && saslname("a\0b").is_err());
    }
}
