//! The examples that the RFCs print.

use anyrfc_core::compliance::Vector;

/// What goes in, and what comes of it.
pub(super) static VECTORS: &[Vector] = &[
    Vector {
        name: "the challenge and the response of tim",
        source: "rfc2195#2",
        input: b"<1896.697170952@postoffice.reston.mci.net>",
        output: b"tim b913a602c7eda7a495b4e6e7334d3890",
    },
    Vector {
        name: "the challenge and the response of chris, in IMAP",
        source: "rfc2831#4",
        input: b"realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\",algorithm=md5-sess,charset=utf-8",
        output: b"response=d388dad90d4bbd760a152321f2143af7,rspauth=ea40f60335c427b5527b84dbabcdfffd",
    },
    Vector {
        name: "the challenge and the response of chris, in ACAP",
        source: "rfc2831#4",
        input: b"realm=\"elwood.innosoft.com\",nonce=\"OA9BSXrbuRhWay\",qop=\"auth\",algorithm=md5-sess,charset=utf-8",
        output: b"response=6084c6db3fede7352c551284490fd0fc,rspauth=2f0b3d7c3c2e486600ef710726aa2eae",
    },
    Vector {
        name: "a soft hyphen is mapped to nothing",
        source: "rfc4013#3",
        input: b"I\xc2\xadX",
        output: b"IX",
    },
    Vector { name: "a user name that stays as it is", source: "rfc4013#3", input: b"user", output: b"user" },
    Vector { name: "its case is preserved", source: "rfc4013#3", input: b"USER", output: b"USER" },
    Vector { name: "a feminine ordinal is an a", source: "rfc4013#3", input: b"\xc2\xaa", output: b"a" },
    Vector { name: "a Roman nine is two letters", source: "rfc4013#3", input: b"\xe2\x85\xa8", output: b"IX" },
    Vector { name: "the trace of sirhc", source: "rfc4505#4", input: b"c2lyaGM=", output: b"sirhc" },
    Vector {
        name: "the message of tim",
        source: "rfc4616#4",
        input: b"tim tanstaaftanstaaf",
        output: b"\0tim\0tanstaaftanstaaf",
    },
    Vector {
        name: "the message of Kurt as Ursel",
        source: "rfc4616#4",
        input: b"Kurt xipj3plmq Ursel",
        output: b"Ursel\0Kurt\0xipj3plmq",
    },
    Vector {
        name: "the proof and the signature of SCRAM-SHA-1",
        source: "rfc5802#5",
        input: b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
        output: b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts= v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
    },
    Vector {
        name: "the proof and the signature of SCRAM-SHA-256",
        source: "rfc7677#3",
        input: b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        output: b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ= v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    },
    Vector {
        name: "the message of a bearer token",
        source: "rfc7628#4.1",
        input: b"user@example.com vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==",
        output: b"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01",
    },
    Vector { name: "a space of another script is a space", source: "rfc8265#4.3", input: b"foo\xe1\x9a\x80bar", output: b"foo bar" },
];
