//! Messages of any size that are built to hurt a reader, and a reader of all there is.

use anyrfc_mime::Message;

/// Reads everything in every way.
pub(crate) fn read_all(data: &[u8]) -> usize {
    let message = Message::parse(data);
    let mut total = 0;
    for entity in message.entities() {
        for header in entity.headers() {
            total += header.name().len() + header.text().len() + header.addresses().addresses().len();
            total += header.message_ids().len() + header.content_type().parameters().len();
            total += usize::from(header.date_time().is_some());
        }
        total += entity.body().len() + entity.text().map_or(0, |text| text.len());
        total += entity.safe_file_name().map_or(0, |name| name.len());
    }
    total += message.attachments().count() + message.text_body().map_or(0, |text| text.len());
    total + message.html_body().map_or(0, |text| text.len())
}

/// Every shape, of about so many octets.
pub(crate) fn shapes(size: usize) -> Vec<(&'static str, Vec<u8>)> {
    let many = |unit: &str| unit.repeat(size / unit.len() + 1);
    let mixed = |body: &str| format!("Content-Type: multipart/mixed; boundary=a\r\n\r\n{body}");
    let field = |name: &str, value: &str| format!("{name}: {value}\r\n\r\nbody");
    let numbered = |make: &dyn Fn(usize) -> String| {
        let mut text = String::new();
        let mut number = 0;
        while text.len() < size {
            text += &make(number);
            number += 1;
        }
        text
    };
    let nested =
        numbered(&|n| format!("Content-Type: multipart/mixed; boundary=b{n:06}\r\n\r\n--b{n:06}\r\n"));
    let words = ["=?utf-8?q?a?= ", "=?utf-8?q?a", "=?", "=?a?b?", "=?utf-8?b?YQ==?=x"];
    let addresses = ["(", "\"", "<", "a@b,", "<@a:", "g:a@b;", "a ", "\\", "(a)", "a@b (c) ", ";", "@", "x:"];
    let parameters = [";", ";a", ";a=\"", ";a=(", ";a=b (", ";a*=''%", ";a*0=b", "=", ";a=b c"];
    let mut all = vec![
        ("nested multiparts", nested),
        ("the same multipart nested", many("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n")),
        ("nested messages", many("Content-Type: message/rfc822\r\n\r\n")),
        ("nested digests", many("Content-Type: multipart/digest; boundary=a\r\n\r\n--a\r\n\r\n")),
        ("parts", mixed(&many("--a\r\n\r\nx\r\n"))),
        ("parts without a body", mixed(&many("--a\r\n"))),
        ("headers", many("a: b\r\n")),
        ("headers without a value", many("a:\n")),
        ("repeated types", many("Content-Type: multipart/mixed; boundary=a\r\n")),
        ("a long line", field("Subject", &many("x"))),
        ("a long name", many("x")),
        ("a long folded line", field("Subject", &many("x\r\n "))),
        ("folding alone", field("Subject", &many("\r\n "))),
        ("no header", many("\r\n")),
        ("hyphens", mixed(&many("--"))),
        ("lines of hyphens", mixed(&many("\r\n--"))),
        ("almost a boundary", mixed(&many("\r\n--\r\n-a--"))),
        ("delimiters that close", mixed(&many("--a--\r\n"))),
        ("a line behind a boundary", mixed(&format!("--a{}", many(" ")))),
        ("carriage returns", mixed(&many("\r"))),
        ("line feeds", mixed(&many("\n"))),
        ("NUL", many("\0")),
        ("mixed line ends", mixed(&many("\r\n--b\n\r--a\r\r\n\n--a"))),
        ("base64 of nothing", format!("Content-Transfer-Encoding: base64\r\n\r\n{}", many("="))),
        ("base64 with junk", format!("Content-Transfer-Encoding: base64\r\n\r\n{}", many("QQ!="))),
        ("escapes", format!("Content-Transfer-Encoding: quoted-printable\r\n\r\n{}", many("=="))),
        ("padding", format!("Content-Transfer-Encoding: quoted-printable\r\n\r\n{}", many(" "))),
        ("utf-7", format!("Content-Type: text/plain; charset=utf-7\r\n\r\n{}", many("+AGE"))),
        ("iso-2022-jp", format!("Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n{}", many("\x1b$B"))),
        ("utf-16", format!("Content-Type: text/plain; charset=utf-16\r\n\r\n{}", many("x"))),
        ("sections", field("Content-Type", &format!("a/b{}", numbered(&|n| format!(";n*{n}=x"))))),
        ("sections backwards", {
            let mut list: Vec<String> = (0..size / 8).map(|n| format!(";n*{n}=x")).collect();
            list.reverse();
            field("Content-Type", &format!("a/b{}", list.concat()))
        }),
        ("names", field("Content-Type", &format!("a/b{}", numbered(&|n| format!(";n{n}=x"))))),
    ];
    all.extend(words.map(|unit| ("words", field("Subject", &many(unit)))));
    all.extend(words.map(|unit| ("words of a phrase", field("To", &format!("{} <a@b>", many(unit))))));
    all.extend(addresses.map(|unit| ("addresses", field("To", &many(unit)))));
    all.extend(parameters.map(|unit| ("parameters", field("Content-Type", &format!("a/b{}", many(unit))))));
    all.extend(
        parameters.map(|unit| ("dispositions", field("Content-Disposition", &format!("a{}", many(unit))))),
    );
    all.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
}
