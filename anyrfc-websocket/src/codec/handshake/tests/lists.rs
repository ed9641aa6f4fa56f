//! `Sec-WebSocket-Extensions` (RFC 6455, section 9.1).

use super::super::*;

fn parse(lines: &[&str]) -> Result<Vec<String>, ExtensionsError> {
    let lines = lines.iter().map(|line| line.as_bytes());
    extension_list(lines).map(|list| list.iter().map(ToString::to_string).collect())
}

#[test]
fn the_examples_of_the_rfc() {
    assert_eq!(parse(&["deflate-stream"]).unwrap(), ["deflate-stream"]);
    let mux = parse(&["mux; max-channels=4; flow-control, deflate-stream"]).unwrap();
    assert_eq!(mux, ["mux; max-channels=4; flow-control", "deflate-stream"]);
    assert_eq!(parse(&["foo", "bar; baz=2"]), parse(&["foo, bar; baz=2"]));
}

#[test]
fn space_and_empty_elements() {
    let expected = ["a; b=c; d", "e"];
    for line in ["a;b=c;d,e", " a\t; b = c ;\td , e ", ",, a;b=\"c\";d,,e ,", "a; b=\"\\c\"; d,e"] {
        assert_eq!(parse(&[line]).unwrap(), expected, "{line:?}");
    }
    assert_eq!(parse(&["", "a", ","]).unwrap(), ["a"]);
    assert_eq!(parse(&[]), Err(ExtensionsError::Malformed));
    assert_eq!(parse(&["", ", ,"]), Err(ExtensionsError::Malformed));
}

#[test]
fn every_short_line_is_read_or_refused() {
    // What is accepted reads back as itself.
    let alphabet = ["a", ",", ";", "=", "\"", "\\", " ", "\u{fc}"];
    for length in 0..=5_u32 {
        for mut n in 0..alphabet.len().pow(length) {
            let mut line = String::new();
            for _ in 0..length {
                line.push_str(alphabet[n % alphabet.len()]);
                n /= alphabet.len();
            }
            if let Ok(list) = parse(&[&line]) {
                assert_eq!(parse(&[&list.join(", ")]).as_ref(), Ok(&list), "{line:?}");
            }
        }
    }
}
