//! What a command has cost, however busy the machine was.

use std::path::Path;

use crate::Result;

/// Processor seconds of all children that have ended, and of theirs (proc(5): `cutime` and `cstime`).
///
/// # Errors
/// Not on Linux.
pub(crate) fn children() -> Result<f64> {
    let path = Path::new("/proc/self/stat");
    let stat = std::fs::read_to_string(path)
        .map_err(|error| format!("processor times are read from {}: {error}", path.display()))?;
    ticks(&stat).map(|ticks| ticks / TICKS).ok_or_else(|| "unexpected /proc/self/stat".into())
}

/// Clock ticks in a second, which Linux fixes for all programs.
const TICKS: f64 = 100.0;

fn ticks(stat: &str) -> Option<f64> {
    // The second field, the program's name in parentheses, may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(13);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_program_does_not_shift_the_fields() {
        let stat = "1 (a) b) S 2 3 4 5 6 7 8 9 10 11 12 13 700 50 20 0";
        assert_eq!(ticks(stat), Some(750.0));
        assert_eq!(ticks("1 (a) S"), None);
    }
}
