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

#[cfg(test)]
mod tests {
    use super::*;
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
