//! `CONNECT` (RFC 9110, section 9.3.6).

use std::net::IpAddr;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::{Buf as _, BufMut as _, BytesMut};
use http::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use zeroize::Zeroizing;

use super::{Connection, proxy::Login};
use crate::{
    Error, ErrorKind,
    error::ErrorDetail,
    http1::{HeadError, HeadLimits, HeadReader, ResponseHead},
};

/// How much one read is offered.
const CHUNK: usize = 4 << 10;

/// `user-id` and `password` have no control characters, and the first colon
/// ends the `user-id` (RFC 7617, section 2).
pub(super) fn check(login: &Login) -> Result<(), Error> {
    let controls = login.user.chars().chain(login.password.expose().chars()).any(char::is_control);
    if controls || login.user.contains(':') {
        return Err(Error::usage("HTTP Basic takes no control characters, and no colon in the user name"));
    }
    Ok(())
}

pub(super) async fn tunnel(
    stream: &mut Connection,
    host: &str,
    port: u16,
    login: Option<&Login>,
) -> Result<(), Error> {
    let request = request(host, port, login);
    let sent = async {
        stream.write_all(&request).await?;
        stream.flush().await
    };
    sent.await.map_err(|error| Error::io("sending to the HTTP proxy failed", error))?;
    drop(request);

    let mut reader = HeadReader::<ResponseHead>::new(HeadLimits::default());
    let mut input = BytesMut::new();
    loop {
        while let Some((head, length)) = reader.advance(&input).map_err(violation)? {
            input.advance(length);
            match head.status {
                // Interim (RFC 9110, section 15.2): the answer is still to come.
                status if status.is_informational() && status != StatusCode::SWITCHING_PROTOCOLS => {}
                // There is no body, whatever the fields say (RFC 9112, section 6.3).
                status if status.is_success() => {
                    stream.unread(input.freeze());
                    return Ok(());
                }
                status => return Err(refusal(status)),
            }
        }
        input.reserve(CHUNK);
        match stream.read_buf(&mut (&mut input).limit(CHUNK)).await {
            Ok(0) => {
                return Err(Error::new(ErrorKind::Closed, "the HTTP proxy hung up before it had answered"));
            }
            Ok(_) => {}
            Err(error) => return Err(Error::io("reading from the HTTP proxy failed", error)),
        }
    }
}

/// Written by hand, and to its full size at once, so that no copy of the
/// credentials stays behind.
fn request(host: &str, port: u16, login: Option<&Login>) -> Zeroizing<Vec<u8>> {
    let authority = match host.parse() {
        Ok(IpAddr::V6(address)) => format!("[{address}]:{port}"),
        _ => format!("{host}:{port}"),
    };
    let basic = login.map(basic);
    let (field, basic, end) = match &basic {
        Some(basic) => ("Proxy-Authorization: Basic ", basic.as_str(), "\r\n"),
        None => ("", "", ""),
    };
    // Put together at once: a buffer that grows leaves copies behind.
    let parts =
        ["CONNECT ", &authority, " HTTP/1.1\r\nHost: ", &authority, "\r\n", field, basic, end, "\r\n"];
    Zeroizing::new(parts.concat().into_bytes())
}

fn basic(login: &Login) -> Zeroizing<String> {
    let password = login.password.expose();
    let plain = Zeroizing::new([&login.user, ":", password].concat());
    let length = base64::encoded_len(plain.len(), true).unwrap_or_default();
    let mut encoded = Zeroizing::new(String::with_capacity(length));
    STANDARD.encode_string(plain.as_bytes(), &mut encoded);
    encoded
}

fn refusal(status: StatusCode) -> Error {
    let code = status.as_u16();
    let (kind, what) = match code {
        101 => (ErrorKind::Protocol, "switched protocols unasked"),
        // Tinyproxy says 401 to wrong credentials, and 407 to none.
        401 | 407 => (ErrorKind::Auth, "wants other credentials"),
        _ => (ErrorKind::Refused, "refused"),
    };
    Error::new(kind, format!("the HTTP proxy {what}: status {code}"))
        .with_detail(ErrorDetail::ProxyStatus(code))
}

fn violation(error: HeadError) -> Error {
    Error::new(error.kind(), "the HTTP proxy's answer cannot be read").with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_name_the_authority_twice() {
        let text =
            |host, login: Option<&Login>| String::from_utf8(request(host, 443, login).to_vec()).unwrap();
        assert_eq!(text("a.example", None), "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n");
        assert_eq!(text("::1", None), "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n");
        let login = Login { user: "Aladdin".into(), password: "open sesame".into() };
        assert_eq!(
            text("a", Some(&login)),
            "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\
             Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n"
        );
        let request = request("a", 443, Some(&login));
        assert!(request.len() <= 2 * "a:443".len() + 28 + 80, "never grown");
    }

    #[test]
    fn who_we_are_is_a_matter_of_its_own() {
        for (status, kind) in [
            (StatusCode::PROXY_AUTHENTICATION_REQUIRED, ErrorKind::Auth),
            (StatusCode::UNAUTHORIZED, ErrorKind::Auth),
            (StatusCode::FORBIDDEN, ErrorKind::Refused),
        ] {
            assert_eq!(refusal(status).kind(), kind);
        }
    }

    #[test]
    fn logins_that_basic_cannot_carry_are_refused() {
        for (user, password, fits) in [
            ("a:b", "c", false),
            ("a", "b\r\n", false),
            ("a\0", "", false),
            ("a", "b:c", true),
            ("", "", true),
        ] {
            assert_eq!(check(&Login { user: user.into(), password: password.into() }).is_ok(), fits);
        }
    }
}
