//! The messages that are put into mailboxes.

/// The least that is a message: a header of the two fields that RFC 5322 wants, and a body of one line.
pub(super) const MINIMAL: &str = "Date: Fri, 21 Nov 1997 09:55:06 -0600\r\n\
From: John Doe <jdoe@machine.example>\r\n\
\r\n\
Hi\r\n";

/// Every kind of part: text in two forms, a file, and a message in the message.
pub(super) const PARTS: &str = "Date: Sat, 21 Nov 2026 08:00:00 +0100\r\n\
From: =?UTF-8?Q?J=C3=BCrgen_M=C3=BCller?= <juergen@example.org>\r\n\
Sender: office@example.org\r\n\
Reply-To: replies@example.org\r\n\
To: Alice <alice@example.org>, \"Bob, the other\" <bob@example.org>\r\n\
Cc: team@example.org\r\n\
Subject: =?UTF-8?B?w4RudHJhZ2UgLSBGcmlzdA==?=\r\n\
Message-ID: <parts@example.org>\r\n\
In-Reply-To: <first@example.org>\r\n\
References: <first@example.org>\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=\"outer\"\r\n\
\r\n\
Not for you.\r\n\
--outer\r\n\
Content-Type: multipart/alternative; boundary=\"inner\"\r\n\
\r\n\
--inner\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
Content-Transfer-Encoding: quoted-printable\r\n\
Content-Language: de\r\n\
\r\n\
Gr=C3=BC=C3=9Fe, 271828 =3D Code\r\n\
--inner\r\n\
Content-Type: text/html; charset=utf-8\r\n\
Content-Transfer-Encoding: 7bit\r\n\
\r\n\
<p>Code</p>\r\n\
--inner--\r\n\
--outer\r\n\
Content-Type: application/octet-stream; name=\"bytes.bin\"\r\n\
Content-Transfer-Encoding: base64\r\n\
Content-ID: <bytes@example.org>\r\n\
Content-Description: sixteen of them\r\n\
Content-Disposition: attachment; filename=\"bytes.bin\"; size=16\r\n\
\r\n\
AAECAwQFBgcICQoLDA0ODw==\r\n\
--outer\r\n\
Content-Type: message/rfc822\r\n\
\r\n\
Date: Fri, 20 Nov 2026 08:00:00 +0100\r\n\
From: first@example.org\r\n\
Subject: the first\r\n\
Message-ID: <first@example.org>\r\n\
\r\n\
Where it all began.\r\n\
--outer--\r\n";

/// What `bytes.bin` of [`PARTS`] holds.
pub(super) const BYTES: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// The text of [`PARTS`], decoded; its line break belongs to the boundary.
pub(super) const TEXT: &str = "Grüße, 271828 = Code";

/// A message with octets beyond ASCII in its body, as they are.
pub(super) const EIGHT_BIT: &str = "Date: Sat, 21 Nov 2026 09:00:00 +0100\r\n\
From: alice@example.org\r\n\
Subject: eight bits\r\n\
MIME-Version: 1.0\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
Content-Transfer-Encoding: 8bit\r\n\
\r\n\
Grüße aus Köln\r\n";

/// What is not canonical, or no message at all: each server has an answer of its own.
pub(super) const ODD: [(&str, &[u8]); 4] = [
    ("0 B", b""),
    ("NUL", b"From: alice@example.org\r\n\r\none\0two\r\n"),
    ("bare LF", b"From: alice@example.org\n\nSubject: no header\n"),
    ("bare CR", b"From: alice@example.org\r\n\r\none\rtwo\r\n"),
];

/// A message with this subject and one line.
pub(super) fn short(subject: &str) -> String {
    format!(
        "Date: Sat, 21 Nov 2026 10:00:00 +0100\r\nFrom: bob@example.org\r\nTo: alice@example.org\r\n\
         Subject: {subject}\r\nMessage-ID: <{}@example.org>\r\n\r\nA line.\r\n",
        subject.replace(' ', "-")
    )
}

/// One message within another, so many times.
pub(super) fn nested(levels: usize) -> String {
    let around = "Subject: a level\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n";
    format!("From: alice@example.org\r\n{}{}", around.repeat(levels), short("the innermost"))
}

/// A message of exactly so many octets, in lines.
pub(super) fn large(octets: usize) -> Vec<u8> {
    const LINE: &[u8] = b"0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789\r\n";
    let mut message = b"From: alice@example.org\r\nSubject: large\r\n\r\n".to_vec();
    while octets.saturating_sub(message.len()) >= 2 * LINE.len() {
        message.extend_from_slice(LINE);
    }
    // The last line is as long as it takes.
    message.resize(octets.saturating_sub(2), b'.');
    message.extend_from_slice(b"\r\n");
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_messages_are_canonical_and_of_the_size_asked_for() {
        for octets in (200..600).chain([1 << 20]) {
            let message = large(octets);
            assert_eq!(message.len(), octets);
            assert!(message.ends_with(b"\r\n"));
            let bare = message.iter().enumerate().filter(|&(at, &octet)| {
                (octet == b'\n' && message[at - 1] != b'\r')
                    || (octet == b'\r' && message.get(at + 1) != Some(&b'\n'))
            });
            assert_eq!(bare.count(), 0, "{octets}");
        }
    }
}
