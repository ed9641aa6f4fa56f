//! Streams of responses of any size that are built to hurt a reader, and a reader of all there is.

use anyrfc_imap::Tolerance;
use anyrfc_imap::codec::ReadLimits;

use super::trace::trace;

/// Reads everything in every way, in pieces as a network brings them.
pub(crate) fn read_all(stream: &[u8]) -> usize {
    let mut limits = ReadLimits::default();
    (limits.line, limits.inline_max) = (1 << 30, 16);
    trace(stream, limits, Tolerance::Field, || 1460).iter().map(String::len).sum()
}

/// Every shape, of about so many octets.
pub(crate) fn shapes(size: usize) -> Vec<(&'static str, Vec<u8>)> {
    let many = |unit: &str| unit.repeat(size / unit.len() + 1);
    let numbered = |make: &dyn Fn(usize) -> String| {
        let mut text = String::new();
        let mut number = 0;
        while text.len() < size {
            text += &make(number);
            number += 1;
        }
        text
    };
    let row = |items: &str| format!("* 1 FETCH (UID 7 {items} FLAGS (\\Seen))\r\n");
    let line = |text: &str| format!("* {text}\r\n");
    let text_part = "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1)";
    let envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
    let message = format!("(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 9 {envelope} {text_part} 1)");
    let half = "(".repeat(size / 2);
    let closed = format!("{half}{}", ")".repeat(half.len()));
    let deep = format!("{}{text_part}{}", "(".repeat(30), " \"MIXED\")".repeat(30));
    let descending = size * 4;
    vec![
        ("rows", many(&row(&format!("ENVELOPE {envelope} BODYSTRUCTURE {message}")))),
        ("parentheses that open a structure", row(&format!("BODYSTRUCTURE {}", many("(")))),
        ("parentheses around nothing in a structure", row(&format!("BODYSTRUCTURE {closed}"))),
        ("parentheses around nothing in an unknown item", row(&format!("X {closed}"))),
        ("parentheses around nothing in THREAD", line(&format!("THREAD {closed}"))),
        ("parentheses around items", row(&many("("))),
        ("parts of a structure", row(&format!("BODYSTRUCTURE ({} \"MIXED\")", many(text_part)))),
        ("messages in a structure", row(&format!("BODYSTRUCTURE ({} \"MIXED\")", many(&message)))),
        ("deep parts of a structure", row(&format!("BODYSTRUCTURE ({} \"MIXED\")", many(&deep)))),
        ("empty lists", row(&format!("BODYSTRUCTURE ({})", many("()")))),
        (
            "extension data",
            row(&format!("BODYSTRUCTURE ({text_part} \"MIXED\" NIL NIL NIL NIL {})", many(" NIL"))),
        ),
        ("parameters", row(&format!("BODYSTRUCTURE ({text_part} \"MIXED\" ({}))", many("\"a\" \"b\" ")))),
        (
            "addresses",
            row(&format!(
                "ENVELOPE (NIL NIL ({}) NIL NIL NIL NIL NIL NIL NIL)",
                many("(NIL NIL \"a\" \"b\")")
            )),
        ),
        ("fields of an envelope", row(&format!("ENVELOPE ({})", many("NIL ")))),
        ("items", row(&many("X 1 "))),
        ("items without a value", row(&many("X ("))),
        ("the same item", row(&many("UID 1 "))),
        ("bad items", row(&many("RFC822.SIZE x "))),
        ("bodies in a row", row(&many("BODY[] {3}\r\nabc "))),
        ("bodies that are streamed", row(&many("BODY[] {17}\r\n0123456789abcdefg "))),
        ("a body", row(&format!("BODY[] {{{size}}}\r\n{}", "x".repeat(size)))),
        ("sections", row(&format!("BODY[HEADER.FIELDS ({})] NIL", many("a \"b\" ")))),
        ("literals in a section", row(&format!("BODY[HEADER.FIELDS ({})] NIL", many("{1}\r\na ")))),
        ("sections that do not end", row(&many("BODY["))),
        ("flags", row(&format!("FLAGS ({})", many("\\a b ")))),
        ("labels", row(&format!("X-GM-LABELS ({})", many("\"a\\\\\" ")))),
        ("quotes", row(&format!("X {}", many("\"")))),
        ("quotes that are not escaped", row(&format!("X ({})", many("\"a\"b\" ")))),
        ("a string with backslashes", row(&format!("X \"{}\"", many("\\\"")))),
        ("strings that do not end", row(&many("X \"a "))),
        ("literals that are none", row(&many("X {a} "))),
        ("literals", line(&format!("X {}", many("{1}\r\na ")))),
        ("literals of nothing", line(&format!("LIST () NIL {}", many("{0}\r\n ")))),
        ("braces", line(&format!("X {}", many("{}")))),
        ("digits of a literal", line(&format!("X {{{}}}", many("0")))),
        ("spaces", line(&format!("X {}", many(" ")))),
        ("carriage returns", line(&many("\r"))),
        ("line feeds", line(&many("\n"))),
        ("empty lines", many("\r\n")),
        ("NULs", many("\0")),
        ("a text", line(&format!("OK {}", many("x")))),
        ("a code", line(&format!("OK [{}", many("x")))),
        ("brackets", line(&format!("OK {}", many("[")))),
        ("a list in a code", line(&format!("OK [PERMANENTFLAGS ({}", many("a) ")))),
        ("completions", many("A1 OK [ALERT] done\r\n")),
        ("capabilities", line(&format!("CAPABILITY{}", numbered(&|n| format!(" X{n}"))))),
        ("numbers found", line(&format!("SEARCH{}", numbered(&|n| format!(" {}", n + 1))))),
        ("a set found", line(&format!("ESEARCH ALL {}1", numbered(&|n| format!("{},", descending - 2 * n))))),
        ("ranges found", line(&format!("ESEARCH ALL {}1", many("1:4294967295,")))),
        ("a COPYUID", line(&format!("OK [COPYUID 1 {0}1 {0}1] x", many("1:3,")))),
        ("items of a status", line(&format!("STATUS x ({})", many("MESSAGES 1 ")))),
        ("namespaces", line(&format!("NAMESPACE ({}) NIL NIL", many("(\"a\" \".\")")))),
        ("fields of an ID", line(&format!("ID ({})", many("\"a\" NIL ")))),
        ("a name in modified UTF-7", line(&format!("LIST () NIL \"{}\"", many("&AOk-")))),
        ("extended fields", line(&format!("LIST () NIL x ({})", many("a (b) ")))),
    ]
    .into_iter()
    .map(|(name, text)| (name, text.into_bytes()))
    .collect()
}
