//! What is parsed: small mail as it arrives in mailboxes, and one large attachment.
//!
//! Shared, by its path, with the program that measures mail-parser 1.

/// What somebody saw of messages, so that nobody can leave work out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Mailboxes of From, To, Cc and Reply-To.
    pub(crate) mailboxes: u64,
    /// Octets of their names and addresses.
    pub(crate) addresses: u64,
    /// Octets of subjects, decoded.
    pub(crate) subjects: u64,
    /// Seconds of the dates.
    pub(crate) dates: i64,
    /// Octets of Message-ID and References.
    pub(crate) ids: u64,
    /// Octets of the names of files, decoded.
    pub(crate) names: u64,
    /// Octets of text, decoded to UTF-8.
    pub(crate) text: u64,
    /// Octets of everything else, decoded.
    pub(crate) binary: u64,
}

impl Tally {
    /// As one line, for a process of its own to tell.
    #[allow(dead_code, reason = "each of the two programs needs one direction")]
    pub(crate) fn to_line(self) -> String {
        let Self { mailboxes, addresses, subjects, dates, ids, names, text, binary } = self;
        format!("{mailboxes} {addresses} {subjects} {dates} {ids} {names} {text} {binary}")
    }

    /// The tally that such a line tells.
    #[allow(dead_code, reason = "each of the two programs needs one direction")]
    pub(crate) fn from_line(line: &str) -> Option<Self> {
        let mut fields = line.split(' ').map(|field| field.parse::<i64>().ok());
        let mut next = || fields.next()?;
        let mut unsigned = || u64::try_from(next()?).ok();
        let (mailboxes, addresses, subjects) = (unsigned()?, unsigned()?, unsigned()?);
        let dates = next()?;
        let mut unsigned = || u64::try_from(next()?).ok();
        let (ids, names, text, binary) = (unsigned()?, unsigned()?, unsigned()?, unsigned()?);
        Some(Self { mailboxes, addresses, subjects, dates, ids, names, text, binary })
    }
}

/// Octets of the large attachment.
pub(crate) const ATTACHMENT: usize = 10 << 20;

/// Octets that look random.
pub(crate) fn octets(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut out = Vec::with_capacity(length + 8);
    while out.len() < length {
        out.extend_from_slice(&next());
    }
    out.truncate(length);
    out
}

/// Base64 in lines of 76, as mail has it.
pub(crate) fn base64(octets: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(octets.len() / 3 * 4 + octets.len() / 28);
    for line in octets.chunks(57) {
        for group in line.chunks(3) {
            let bits =
                group.iter().enumerate().fold(0, |bits, (at, &byte)| bits | u32::from(byte) << (16 - 8 * at));
            for at in 0..4 {
                let digit = DIGITS[(bits >> (18 - 6 * at)) as usize % 64];
                out.push(if at <= group.len() { char::from(digit) } else { '=' });
            }
        }
        out.push_str("\r\n");
    }
    out
}

/// A message with an attachment of 10 MiB: 13.7 MiB as it stands.
pub(crate) fn large() -> Vec<u8> {
    let body = base64(&octets(ATTACHMENT));
    let mut message = header(0, "multipart/mixed; boundary=\"----=_Part_large\"");
    message.push_str(
        "\r\n------=_Part_large\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee the attachment.\r\n",
    );
    message.push_str("------=_Part_large\r\nContent-Type: application/pdf; name=\"large.pdf\"\r\n");
    message.push_str("Content-Disposition: attachment; filename=\"large.pdf\"\r\n");
    message.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
    message.push_str(&body);
    message.push_str("------=_Part_large--\r\n");
    message.into_bytes()
}

const FROM: &[&str] = &[
    "Ann Example <ann@example.org>",
    "=?UTF-8?Q?Zo=C3=AB_M=C3=BCller?= <zoe.mueller@mail.example.de>",
    "\"Smith, John (Sales)\" <john.smith@sales.example.com>",
    "=?ISO-8859-1?Q?Andr=E9?= Pirard <pirard@example.be>",
    "=?iso-2022-jp?B?GyRCOzNFRBsoQg==?= <yamada@example.jp>",
    "notifications@service.example",
];

const SUBJECT: &[&str] = &[
    "Re: Minutes of the meeting on Thursday",
    "=?UTF-8?B?UsO8Y2tmcmFnZSB6dXIgUmVjaG51bmcgTnIuIDQ3MTEgdm9tIDEyLiBNw6Ry?=\r\n =?UTF-8?B?eg==?=",
    "[example-list] [PATCH v3 2/7] net: keep the queue of a device that is gone",
    "=?windows-1252?Q?Votre_commande_a_=E9t=E9_exp=E9di=E9e_=96_merci_!?=",
    "Your weekly summary: 12 new messages, 3 mentions and one invitation that waits for your answer",
];

/// The fields that mail gathers on its way.
fn header(number: usize, content_type: &str) -> String {
    let (from, subject) = (FROM[number % FROM.len()], SUBJECT[number % SUBJECT.len()]);
    let signature = base64(&octets(192)).trim_end().replace("\r\n", "\r\n         ");
    format!(
        "Return-Path: <bounce-{number}@mail.example.org>\r\n\
        Received: from mx2.example.net (mx2.example.net [192.0.2.{host}])\r\n\
        \tby store.example.com (Postfix) with ESMTPS id 4XyZ{number:04}\r\n\
        \tfor <bob@example.com>; Fri, 21 Mar 2025 09:55:{second:02} +0100 (CET)\r\n\
        Received: from out.mail.example.org (out.mail.example.org [198.51.100.7])\r\n\
        \t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n\
        \tby mx2.example.net (Postfix) with ESMTPS id 1A2B3C{number:04}\r\n\
        \tfor <bob@example.com>; Fri, 21 Mar 2025 09:55:{second:02} +0100 (CET)\r\n\
        Authentication-Results: mx2.example.net;\r\n\
        \tdkim=pass header.d=example.org header.s=s2048 header.b=AbCdEfGh;\r\n\
        \tspf=pass (mx2.example.net: domain of bounce@mail.example.org designates 198.51.100.7)\r\n\
        \tsmtp.mailfrom=bounce-{number}@mail.example.org\r\n\
        DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org;\r\n         \
        s=s2048; t=1742547300; h=from:to:subject:date:message-id:mime-version;\r\n         \
        bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n         b={signature}\r\n\
        From: {from}\r\n\
        To: Bob <bob@example.com>, \"O'Neil, Kate\" <kate@example.com>,\r\n dev@lists.example.org\r\n\
        Cc: =?utf-8?q?Gru=CC=88ppe?= <group@example.com>\r\n\
        Reply-To: {from}\r\n\
        Subject: {subject}\r\n\
        Date: Fri, 21 Mar 2025 08:55:{second:02} +0000\r\n\
        Message-ID: <20250321085500.{number}.abcdef@mail.example.org>\r\n\
        In-Reply-To: <20250320101010.1234@example.com>\r\n\
        References: <20250318000000.1@example.com>\r\n <20250319000000.2@mail.example.org>\r\n <20250320101010.1234@example.com>\r\n\
        List-Id: Development <dev.lists.example.org>\r\n\
        X-Mailer: Example Mailer 12.3.4 (build {number})\r\n\
        X-Spam-Status: No, score=-2.1 required=5.0 tests=BAYES_00,DKIM_SIGNED,\r\n\tDKIM_VALID,SPF_PASS autolearn=ham\r\n\
        MIME-Version: 1.0\r\n\
        Content-Type: {content_type}\r\n",
        host = number % 250 + 1,
        second = number % 60,
    )
}

const PLAIN: &str = "Hello everybody,\r\n\r\nthe minutes of the meeting are below. If something is missing, please\r\n\
    answer until Monday; after that they count as agreed.\r\n\r\n  1. The new release comes at the end of the month.\r\n\
    2. Ann looks after the documentation.\r\n\r\n> On Thursday somebody wrote:\r\n> > Can we have the minutes?\r\n\r\n\
    Best regards,\r\nAnn\r\n-- \r\nExample Ltd., 1 Main Street, Exampleton\r\n";

const QUOTED: &str = "Sehr geehrte Damen und Herren,\r\n\r\nf=C3=BCr Ihre R=C3=BCckfrage vom 12. M=C3=A4rz bedanken wir =\r\n\
    uns. Die gew=C3=BCnschten Unterlagen liegen bei; die Preise verstehen sich =\r\n\
    zuz=C3=BCglich Umsatzsteuer (=3D 19 %).\r\n\r\nMit freundlichen Gr=C3=BC=C3=9Fen\r\nZo=C3=AB M=C3=BCller\r\n";

const LATIN: &str = "Bonjour,\r\n\r\nvotre commande a =E9t=E9 exp=E9di=E9e aujourd'hui =E0 midi. Le d=E9lai de =\r\n\
    livraison est de deux =E0 trois jours.\r\n\r\nCordialement,\r\nle service client=E8le\r\n";

const HTML: &str = "<html><head><meta http-equiv=3D\"Content-Type\" content=3D\"text/html; charset=\r\n=3Dutf-8\"></head><body>\
    <p style=3D\"font-family:Arial,sans-serif;font-size:14=\r\npx;color:#333\">Sehr geehrte Damen und Herren,</p><p>f=C3=BCr Ihre R=C3=BCc=\r\n\
    kfrage bedanken wir uns.</p><table cellpadding=3D\"0\" border=3D\"0\"><tr><td>=\r\nPreis</td><td>47,11 =E2=82=AC</td></tr></table></body></html>\r\n";

/// Small messages, 48 of them and 150 KiB in all.
pub(crate) fn small() -> Vec<Vec<u8>> {
    (0..48).map(|number| one(number).into_bytes()).collect()
}

fn one(number: usize) -> String {
    let simple = |charset: &str, encoding: &str, body: &str| {
        let head = header(number, &format!("text/plain; charset={charset}"));
        format!("{head}Content-Transfer-Encoding: {encoding}\r\n\r\n{body}")
    };
    let part = |content: &str, encoding: &str, body: &str| {
        format!(
            "--b_{number}\r\nContent-Type: {content}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n"
        )
    };
    let multipart = |subtype: &str, parts: &[String]| {
        let head = header(number, &format!("multipart/{subtype};\r\n\tboundary=\"b_{number}\""));
        format!(
            "{head}\r\nThis is a multi-part message in MIME format.\r\n{}--b_{number}--\r\n",
            parts.concat()
        )
    };
    match number % 8 {
        0 => simple("us-ascii", "7bit", PLAIN),
        1 => simple("utf-8", "quoted-printable", QUOTED),
        2 => simple("\"iso-8859-1\"", "quoted-printable", LATIN),
        3 => simple(
            "utf-8",
            "base64",
            &base64("Größe ist nicht alles, aber sie hilft. ".repeat(20).as_bytes()),
        ),
        4 | 5 => multipart(
            "alternative",
            &[
                part("text/plain; charset=\"utf-8\"", "quoted-printable", QUOTED),
                part("text/html; charset=\"utf-8\"", "quoted-printable", HTML),
            ],
        ),
        6 => multipart(
            "mixed",
            &[
                part("text/plain; charset=utf-8; format=flowed", "7bit", PLAIN),
                part(
                    "application/pdf; name=\"report.pdf\"\r\nContent-Disposition: attachment; filename=\"report.pdf\"; size=2000",
                    "base64",
                    &base64(&octets(2000)),
                ),
            ],
        ),
        _ => multipart(
            "mixed",
            &[
                part("text/plain; charset=iso-2022-jp", "7bit", "\x1b$B$3$s$K$A$O\x1b(B\r\n"),
                part(
                    "image/png\r\nContent-Disposition: inline;\r\n filename*=utf-8''%C3%9Cbersicht.png\r\nContent-ID: <logo@example.org>",
                    "base64",
                    &base64(&octets(900)),
                ),
            ],
        ),
    }
}
