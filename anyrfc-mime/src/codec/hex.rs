//! Hexadecimal digits.

/// The digit of a number below 16, in upper case.
pub(crate) const fn digit(value: u8) -> u8 {
    if value < 10 { b'0'.wrapping_add(value) } else { (b'A' - 10).wrapping_add(value) }
}

/// The number of a digit, in either case.
pub(crate) const fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit.wrapping_sub(b'0')),
        b'A'..=b'F' => Some(digit.wrapping_sub(b'A' - 10)),
        b'a'..=b'f' => Some(digit.wrapping_sub(b'a' - 10)),
        _ => None,
    }
}

/// The octet of two digits.
pub(crate) const fn pair(high: u8, low: u8) -> Option<u8> {
    match (value(high), value(low)) {
        (Some(high), Some(low)) => Some(high << 4 | low),
        _ => None,
    }
}
