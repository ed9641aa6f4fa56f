//! Responses of every kind, made up by a seed.

/// A generator of responses.
pub(crate) struct Generator(u64);

impl Generator {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    fn number(&mut self) -> String {
        let bound = [9, 99, 70_000, 4_000_000_000][self.below(4)];
        (self.below(bound) + 1).to_string()
    }

    fn octets(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most)).map(|_| b"ab \r\n(){}\"\\\xc3\xa9*]["[self.below(16)]).collect()
    }

    fn string(&mut self, out: &mut Vec<u8>) {
        match self.below(8) {
            0 => {
                let octets = self.octets(20);
                out.extend(format!("{{{}}}\r\n", octets.len()).bytes());
                out.extend(octets);
            }
            1 => out.extend_from_slice(br#""a \"quoted\" \\ word""#),
            2 => out.extend_from_slice(b"\"\""),
            _ => {
                let word =
                    self.pick(&["plain", "two words", "(a) {5}", "caf\u{e9}", "=?utf-8?q?x?=", "x]y[z"]);
                out.extend(format!("\"{word}\"").bytes());
            }
        }
    }

    fn nstring(&mut self, out: &mut Vec<u8>) {
        if self.below(3) == 0 { out.extend_from_slice(b"NIL") } else { self.string(out) }
    }

    /// So many things with a space between two of them.
    fn spaced(&mut self, out: &mut Vec<u8>, count: usize, mut one: impl FnMut(&mut Self, &mut Vec<u8>)) {
        for n in 0..count {
            if n > 0 {
                out.push(b' ');
            }
            one(self, out);
        }
    }

    fn addresses(&mut self, out: &mut Vec<u8>) {
        if self.below(3) == 0 {
            out.extend_from_slice(b"NIL");
            return;
        }
        out.push(b'(');
        for _ in 0..=self.below(3) {
            out.push(b'(');
            self.spaced(out, 4, Self::nstring);
            out.push(b')');
        }
        out.push(b')');
    }

    fn envelope(&mut self, out: &mut Vec<u8>) {
        out.push(b'(');
        for n in 0..10 {
            if n > 0 {
                out.push(b' ');
            }
            if (2..8).contains(&n) { self.addresses(out) } else { self.nstring(out) }
        }
        out.push(b')');
    }

    fn parameters(&mut self, out: &mut Vec<u8>) {
        if self.below(2) == 0 {
            out.extend_from_slice(b"NIL");
            return;
        }
        out.push(b'(');
        let count = 2 * self.below(3) + 2;
        self.spaced(out, count, Self::string);
        out.push(b')');
    }

    fn structure(&mut self, out: &mut Vec<u8>, depth: usize) {
        out.push(b'(');
        if depth < 4 && self.below(3) == 0 {
            for _ in 0..=self.below(3) {
                self.structure(out, depth + 1);
            }
            out.push(b' ');
            self.string(out);
            if self.below(2) == 0 {
                out.push(b' ');
                self.parameters(out);
            }
            out.push(b')');
            return;
        }
        let message = depth < 4 && self.below(4) == 0;
        let (kind, text) = match (message, self.below(2)) {
            (true, _) => ("\"MESSAGE\" \"RFC822\"", false),
            (false, 0) => ("\"text\" \"plain\"", true),
            _ => ("\"image\" \"png\"", false),
        };
        out.extend(format!("{kind} ").bytes());
        self.parameters(out);
        for _ in 0..2 {
            out.push(b' ');
            self.nstring(out);
        }
        out.push(b' ');
        self.string(out);
        out.extend(format!(" {}", self.number()).bytes());
        if message {
            out.push(b' ');
            self.envelope(out);
            out.push(b' ');
            self.structure(out, depth + 1);
        }
        if message || text {
            out.extend(format!(" {}", self.number()).bytes());
        }
        if self.below(2) == 0 {
            out.extend_from_slice(b" NIL (\"inline\" NIL) (\"en\" \"de\") NIL (1 (2 \"x\"))");
        }
        out.push(b')');
    }

    fn value(&mut self, out: &mut Vec<u8>, depth: usize) {
        match self.below(4) {
            0 if depth < 5 => {
                out.push(b'(');
                let count = self.below(4);
                self.spaced(out, count, |this, out| this.value(out, depth + 1));
                out.push(b')');
            }
            1 => out.extend(self.number().bytes()),
            2 => out.extend_from_slice(b"atom.x-y"),
            _ => self.nstring(out),
        }
    }

    fn body(&mut self, out: &mut Vec<u8>) {
        let section = self.pick(&[
            "",
            "TEXT",
            "1.2",
            "1.HEADER",
            "HEADER.FIELDS (A \"b ]\")",
            "HEADER.FIELDS ({2}\r\n)])",
            "2.MIME",
        ]);
        let origin = self.pick(&["", "<0>", "<17>"]);
        let name = self.pick(&["BODY", "body", "BINARY"]);
        out.extend(format!("{name}[{section}]{origin} ").bytes());
        match self.below(5) {
            0 => out.extend_from_slice(b"NIL"),
            1 => self.string(out),
            _ => {
                let octets = self.octets(60);
                let tilde = if name == "BINARY" { "~" } else { "" };
                out.extend(format!("{tilde}{{{}}}\r\n", octets.len()).bytes());
                out.extend(octets);
            }
        }
    }

    fn item(&mut self, out: &mut Vec<u8>) {
        match self.below(9) {
            0 => out.extend(format!("UID {}", self.number()).bytes()),
            1 => out.extend_from_slice(b"FLAGS (\\Seen $Junk x]y)"),
            2 => out.extend_from_slice(b"INTERNALDATE \" 1-Jul-1996 02:44:25 -0700\""),
            3 => out.extend(format!("RFC822.SIZE {}", self.number()).bytes()),
            4 => {
                out.extend_from_slice(b"ENVELOPE ");
                self.envelope(out);
            }
            5 => {
                out.extend_from_slice(b"BODYSTRUCTURE ");
                self.structure(out, 0);
            }
            6 => {
                out.extend_from_slice(b"X-UNKNOWN ");
                self.value(out, 0);
            }
            _ => self.body(out),
        }
    }

    /// One response.
    pub(crate) fn response(&mut self, out: &mut Vec<u8>) {
        match self.below(8) {
            0 => out.extend_from_slice(
                self.pick(&[
                    "* OK [UIDNEXT 5] {7}",
                    "* NO x",
                    "A1 OK [COPYUID 1 2:3 4:5] done",
                    "+ go on {3}",
                    "* CAPABILITY IMAP4rev2 IDLE",
                    "* BYE [ALERT] x",
                ])
                .as_bytes(),
            ),
            1 => {
                out.extend_from_slice(b"* LIST (\\Sent) \"/\" ");
                self.string(out);
            }
            2 => {
                out.extend_from_slice(b"* SEARCH");
                for _ in 0..self.below(20) {
                    out.extend(format!(" {}", self.number()).bytes());
                }
            }
            3 if self.below(2) == 0 => {
                out.extend_from_slice(b"* METADATA ");
                self.string(out);
                out.extend_from_slice(b" (");
                let count = self.below(4) + 1;
                self.spaced(out, count, |this, out| {
                    out.extend_from_slice(b"/shared/");
                    out.extend(this.number().bytes());
                    out.push(b' ');
                    this.nstring(out);
                });
                out.push(b')');
            }
            3 => {
                out.extend_from_slice(b"* X-METADATA ");
                self.string(out);
                out.push(b' ');
                self.value(out, 0);
            }
            _ => {
                out.extend(format!("* {} FETCH (", self.number()).bytes());
                let count = self.below(6) + 1;
                self.spaced(out, count, Self::item);
                out.push(b')');
            }
        }
        out.extend_from_slice(b"\r\n");
    }
}
