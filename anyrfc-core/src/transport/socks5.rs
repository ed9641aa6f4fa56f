//! SOCKS version 5 (RFC 1928), with user name and password (RFC 1929).
//!
//! Every message is read to its exact length and not a byte further, so what
//! the target says first stays in the stream.

use std::net::IpAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use zeroize::Zeroizing;

use super::{Connection, proxy::Login};
use crate::{Error, ErrorKind, error::ErrorDetail};

const VERSION: u8 = 5;
/// The version of the user name and password sub-negotiation, its own count.
const LOGIN_VERSION: u8 = 1;
const NO_AUTHENTICATION: u8 = 0x00;
const USERNAME_PASSWORD: u8 = 0x02;
const NO_ACCEPTABLE_METHOD: u8 = 0xff;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const DOMAIN_NAME: u8 = 3;
const IPV6: u8 = 4;

/// `DST.ADDR`.
#[derive(Clone, Copy)]
pub(super) enum Host<'a> {
    Name(&'a str),
    Address(IpAddr),
}

/// Both parts have a length in one octet, and neither may be empty.
pub(super) fn check(login: &Login) -> Result<(), Error> {
    let fits = |part: &str| (1..=255).contains(&part.len());
    if fits(&login.user) && fits(login.password.expose()) {
        Ok(())
    } else {
        Err(Error::usage("SOCKS5 takes user names and passwords of 1 to 255 bytes"))
    }
}

pub(super) async fn tunnel(
    stream: &mut Connection,
    host: Host<'_>,
    port: u16,
    login: Option<&Login>,
) -> Result<(), Error> {
    let request = request(host, port)?;
    send(stream, greeting(login.is_some())).await?;
    let [version, method] = receive(stream).await?;
    expect_version(version, VERSION)?;
    match (method, login) {
        (NO_AUTHENTICATION, _) => {}
        (USERNAME_PASSWORD, Some(login)) => {
            send(stream, &username_password(login)?).await?;
            let [version, status] = receive(stream).await?;
            expect_version(version, LOGIN_VERSION)?;
            if status != 0 {
                return Err(Error::new(ErrorKind::Auth, "the SOCKS5 proxy does not accept the credentials"));
            }
        }
        (NO_ACCEPTABLE_METHOD, None) => {
            return Err(Error::new(ErrorKind::Auth, "the SOCKS5 proxy wants credentials"));
        }
        (NO_ACCEPTABLE_METHOD, Some(_)) => {
            return Err(Error::new(
                ErrorKind::Auth,
                "the SOCKS5 proxy accepts no method of authentication we have",
            ));
        }
        (other, _) => return Err(violation(format!("chose method {other:#04x}, which was not offered"))),
    }
    send(stream, &request).await?;
    reply(stream).await
}

/// `VER NMETHODS METHODS`.
const fn greeting(login: bool) -> &'static [u8] {
    if login { &[VERSION, 2, NO_AUTHENTICATION, USERNAME_PASSWORD] } else { &[VERSION, 1, NO_AUTHENTICATION] }
}

/// `VER ULEN UNAME PLEN PASSWD`.
fn username_password(login: &Login) -> Result<Zeroizing<Vec<u8>>, Error> {
    let password = login.password.expose();
    // To its full size at once: a buffer that grows leaves copies behind.
    let mut message = Zeroizing::new(Vec::with_capacity(
        [login.user.len(), password.len()].into_iter().fold(3, usize::saturating_add),
    ));
    message.push(LOGIN_VERSION);
    push_counted(&mut message, &login.user)?;
    push_counted(&mut message, password)?;
    Ok(message)
}

/// `VER CMD RSV ATYP DST.ADDR DST.PORT`.
fn request(host: Host<'_>, port: u16) -> Result<Vec<u8>, Error> {
    let mut message = vec![VERSION, CONNECT, 0];
    match host {
        Host::Address(IpAddr::V4(address)) => {
            message.push(IPV4);
            message.extend_from_slice(&address.octets());
        }
        Host::Address(IpAddr::V6(address)) => {
            message.push(IPV6);
            message.extend_from_slice(&address.octets());
        }
        Host::Name(name) => {
            message.push(DOMAIN_NAME);
            push_counted(&mut message, name)?;
        }
    }
    message.extend_from_slice(&port.to_be_bytes());
    Ok(message)
}

fn push_counted(message: &mut Vec<u8>, text: &str) -> Result<(), Error> {
    let length = u8::try_from(text.len()).map_err(|_| Error::usage("SOCKS5 takes at most 255 bytes"))?;
    message.push(length);
    message.extend_from_slice(text.as_bytes());
    Ok(())
}

/// `VER REP RSV ATYP BND.ADDR BND.PORT`.
async fn reply(stream: &mut Connection) -> Result<(), Error> {
    let [version, code] = receive(stream).await?;
    expect_version(version, VERSION)?;
    if code != 0 {
        // Some proxies hang up before the rest of a refusal.
        return Err(refusal(code));
    }
    let [_reserved, kind] = receive(stream).await?;
    let length = match kind {
        IPV4 => 4,
        IPV6 => 16,
        DOMAIN_NAME => match receive(stream).await? {
            [0] => return Err(violation("gave a bound address without a name")),
            [length] => usize::from(length),
        },
        other => return Err(violation(format!("gave a bound address of the unknown type {other:#04x}"))),
    };
    let mut address = [0; 255 + 2];
    receive_into(stream, address.get_mut(..length.saturating_add(2)).unwrap_or_default()).await
}

/// RFC 1928, section 6. Codes beyond are not assigned, yet mean no.
fn refusal(code: u8) -> Error {
    let (kind, why) = match code {
        1 => (ErrorKind::Refused, "general failure"),
        2 => (ErrorKind::Refused, "not allowed by its rules"),
        3 => (ErrorKind::Refused, "network unreachable"),
        4 => (ErrorKind::Refused, "host unreachable"),
        5 => (ErrorKind::Refused, "connection refused"),
        6 => (ErrorKind::Refused, "TTL expired"),
        7 => (ErrorKind::Unsupported, "command not supported"),
        8 => (ErrorKind::Unsupported, "address type not supported"),
        _ => (ErrorKind::Refused, "unassigned reply"),
    };
    Error::new(kind, format!("the SOCKS5 proxy refused: {why} ({code:#04x})"))
        .with_detail(ErrorDetail::SocksReply(code))
}

fn violation(what: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Protocol, format!("the SOCKS5 proxy {what}"))
}

fn expect_version(version: u8, expected: u8) -> Result<(), Error> {
    if version == expected {
        return Ok(());
    }
    Err(violation(format!("answered with version {version:#04x} instead of {expected:#04x}")))
}

async fn send(stream: &mut Connection, message: &[u8]) -> Result<(), Error> {
    let sent = async {
        stream.write_all(message).await?;
        stream.flush().await
    };
    sent.await.map_err(|error| Error::io("sending to the SOCKS5 proxy failed", error))
}

async fn receive<const N: usize>(stream: &mut Connection) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    receive_into(stream, &mut bytes).await?;
    Ok(bytes)
}

async fn receive_into(stream: &mut Connection, bytes: &mut [u8]) -> Result<(), Error> {
    match stream.read_exact(bytes).await {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(Error::new(ErrorKind::Closed, "the SOCKS5 proxy hung up before it had answered"))
        }
        Err(error) => Err(Error::io("reading from the SOCKS5 proxy failed", error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;

    #[test]
    fn messages_have_the_form_of_the_rfc() {
        assert_eq!(greeting(false), [5, 1, 0]);
        assert_eq!(greeting(true), [5, 2, 0, 2]);
        assert_eq!(request(Host::Name("ab"), 0x1234).unwrap(), [5, 1, 0, 3, 2, b'a', b'b', 0x12, 0x34]);
        let v4 = Host::Address([10, 0, 0, 1].into());
        assert_eq!(request(v4, 80).unwrap(), [5, 1, 0, 1, 10, 0, 0, 1, 0, 80]);
        let v6 = request(Host::Address("::1".parse().unwrap()), 80).unwrap();
        assert_eq!(v6.len(), 22);
        assert_eq!((v6[3], v6[19], &v6[20..]), (4, 1, &[0, 80][..]));
        let login = Login { user: "u".into(), password: "pw".into() };
        assert_eq!(username_password(&login).unwrap()[..], [1, 1, b'u', 2, b'p', b'w']);
    }

    #[test]
    fn logins_that_do_not_fit_are_refused() {
        for (user, password, fits) in
            [(0, 1, false), (1, 0, false), (256, 1, false), (1, 256, false), (255, 255, true)]
        {
            let login = Login { user: "u".repeat(user), password: Secret::new("p".repeat(password)) };
            assert_eq!(check(&login).is_ok(), fits);
        }
    }
}
