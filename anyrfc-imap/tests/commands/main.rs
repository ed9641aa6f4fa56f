//! Whatever the arguments: a server that reads the tokens of the grammar sees one command, with
//! just these arguments.

mod decoder;
mod expected;
mod model;

use anyrfc_imap::{
    Error,
    codec::{
        command::Authenticate,
        encode::{Dialect, Encoded, Encoder},
    },
};
use model::{SEPARATOR, commands};

/// Strings that have broken clients.
const HOSTILE: [&[u8]; 40] = [
    b"",
    b" ",
    b"NIL",
    b"nil",
    b"\"NIL\"",
    b"\"",
    b"\\",
    b"\\\"",
    b"a\"b",
    b"a\\",
    b"\r\n",
    b"x\r\nT2 DELETE INBOX",
    b"x\nT2 NOOP",
    b"\rx",
    b"{5}",
    b"{5+}",
    b"~{5}",
    b"{5}\r\nabcde",
    b"a {3+}\r\n",
    b"(",
    b")",
    b"() ()",
    b") (",
    b"[",
    b"]",
    b"a]b",
    b"*",
    b"%",
    b"1:*",
    b"$",
    b"+",
    b"\0",
    b"a\0b",
    b"\x7f",
    b"\xff",
    b"\xc3\xa9",
    "Entwürfe".as_bytes(),
    b"&AOk-",
    b"&",
    "\u{2028}".as_bytes(),
];

/// Words that reach deep into the grammar.
const WORDS: [&[u8]; 24] = [
    b"INBOX",
    b"inbox",
    b"1",
    b"1:4,9",
    b"\\Seen",
    b"\\Recent",
    b"$Junk",
    b"keyword",
    b"\\Sent",
    b"PREVIEW (LAZY)",
    b"!T&AOk-st",
    b"!T\xc3\xa9st",
    b"?&AGE-",
    b"\x04a",
    b"\x05From:a",
    b"\x08",
    b"\x01",
    b"\x02",
    b"\x03",
    b"GETQUOTAROOT",
    b"X (A \"b c\")",
    b"\x01From|To",
    b"\x02xyz",
    b"\x04MODSEQ",
];

struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    fn pick<'a>(&mut self, all: &[&'a [u8]]) -> &'a [u8] {
        all[self.next(all.len())]
    }

    fn argument(&mut self) -> Vec<u8> {
        let mut argument = Vec::new();
        for _ in 0..=self.next(3) {
            match self.next(4) {
                0 => argument.extend_from_slice(self.pick(&WORDS)),
                1 => argument.extend_from_slice(self.pick(&HOSTILE)),
                2 => argument.push(self.next(256) as u8),
                _ => return argument,
            }
        }
        argument
    }
}

#[test]
fn every_hostile_string_in_every_place() {
    for kind in 0..26 {
        for bits in 0..32 {
            for hostile in HOSTILE {
                for arguments in [
                    &[hostile, b"1", hostile][..],
                    &[b"1", hostile, b"b", hostile],
                    &[&[b"\x04", hostile].concat(), &[b"\x05", hostile, b":", hostile].concat(), b"\x02"],
                    &[b"1", &[b"\x01", hostile, b"|", hostile].concat(), &[b"\x04", hostile].concat()],
                ] {
                    commands(&[&[kind, bits], &*arguments.join(&SEPARATOR)].concat());
                }
            }
        }
    }
}

#[test]
fn any_arguments() {
    let mut random = Random(17);
    let mut written = [0_u32; 26];
    for _ in 0..200_000 {
        let mut data = vec![random.next(26) as u8, random.next(32) as u8];
        for index in 0..random.next(8) {
            if index > 0 {
                data.push(SEPARATOR);
            }
            data.extend(random.argument());
        }
        written[usize::from(data[0])] += u32::from(commands(&data));
    }
    assert!(written.iter().all(|count| *count > 100), "{written:?}");
}

#[test]
fn long_strings_of_every_length_around_the_limits() {
    for length in [0, 1, 4095, 4096, 4097, 70_000] {
        for bits in 0..32 {
            for filler in [&b"a"[..], b"\xc3\xa9", b"\n", b"\""] {
                let long = filler.repeat(length);
                commands(&[&[12, bits], &b"\x04"[..], &long].concat());
                commands(&[&[25, bits], &b"X-LONG\x1e"[..], &long].concat());
                commands(&[&[9, bits], &b"INBOX\x1e"[..], &long].concat());
            }
        }
    }
}

/// A check must be able to fail: the server tells what is wrong from what is right.
#[test]
fn the_server_is_strict() {
    let decode = |line: &[u8]| decoder::decode(line, false);
    for line in [
        &b"a NOOP\r\n"[..],
        b"a X \"b\\\\\"\r\n",
        b"a X {1}\r\nb\r\n",
        b"a X (A (B) {0+}\r\n)\r\n",
        b"a X ~{1}\r\n\0\r\n",
        b"a FETCH 1 BODY[HEADER.FIELDS (A {1}\r\nB)]<0.5>\r\n",
    ] {
        assert_eq!(decode(line).map(|decoded| decoded.end), Ok(line.len()), "{}", line.escape_ascii());
    }
    for line in [
        &b"a  NOOP\r\n"[..],
        b"a NOOP \r\n",
        b"a NOOP\n",
        b"a NOOP",
        b"NOOP\r\n",
        b"a X \"b\r\n",
        b"a X \"b\\c\"\r\n",
        b"a X {2}\r\nb\r\n",
        b"a X {1}\r\n\0\r\n",
        b"a X (\r\n",
        b"a X )\r\n",
        b"a X \"\xc3\xa9\"\r\n",
        b"a X {01}\r\nb\r\n",
        b"+ X\r\n",
        b"a X\0\r\n",
        b"a X \xc3\xa9\r\n",
    ] {
        assert!(decode(line).is_err(), "{}", line.escape_ascii());
    }
    assert_eq!(decode(b"a NOOP\r\nb NOOP\r\n").unwrap().end, 8);
}

/// Beginning an exchange: its line is base64 and nothing else.
fn authenticate(mechanism: &str, response: &[u8], dialect: &Dialect) -> Result<Encoded, Error> {
    let command = Authenticate::new(mechanism).with_initial_response(response.to_vec().into());
    Encoder::command(&command, dialect)
}

#[test]
fn an_initial_response_is_one_word() {
    for bits in 0..32 {
        for hostile in HOSTILE {
            let dialect = model::dialect(bits);
            let Ok(encoded) = authenticate("PLAIN", hostile, &dialect) else {
                assert_eq!(bits & 0b1_0100, 0);
                continue;
            };
            let (wire, _) = model::wire(encoded);
            let decoded = decoder::decode(&wire, false).unwrap();
            assert_eq!((decoded.tokens.len(), decoded.end), (3, wire.len()));
        }
    }
    assert!(authenticate("PLAIN\r\nx", b"", &model::dialect(16)).is_err());
}
