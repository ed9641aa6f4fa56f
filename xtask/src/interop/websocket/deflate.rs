//! permessage-deflate (RFC 7692) with a server that can be asked for any parameters,
//! and that tells what it saw: the cases of `websockets`.

use anyrfc_websocket::{Deflate, Kind, Message, WebSocketClient, WindowBits, codec::deflate::Agreed};

use super::{Cases, closes, echoes, ensure, expect};
use crate::Result;

/// The parameters of an offer, of a server or of an agreement:
/// `server_no_context_takeover`, `client_no_context_takeover`,
/// `server_max_window_bits` and `client_max_window_bits`.
#[derive(Clone, Copy, Debug)]
struct Four(bool, bool, Option<u8>, Option<u8>);

const NONE: Four = Four(false, false, None, None);

/// What is offered, what the server is configured with, and what follows (RFC 7692, section 7.1).
/// Of the client's window only a server says nothing that has no limit of its own.
const AGREEMENTS: [[Four; 3]; 29] = [
    [NONE, NONE, NONE],
    // Contexts: asked for, or said by the server unasked.
    [Four(true, false, None, None), NONE, Four(true, false, None, None)],
    [Four(false, true, None, None), NONE, Four(false, true, None, None)],
    [Four(true, true, None, None), NONE, Four(true, true, None, None)],
    [NONE, Four(true, false, None, None), Four(true, false, None, None)],
    [NONE, Four(false, true, None, None), Four(false, true, None, None)],
    [NONE, Four(true, true, None, None), Four(true, true, None, None)],
    [Four(true, false, None, None), Four(false, true, None, None), Four(true, true, None, None)],
    // The server's window: the smaller one rules.
    [Four(false, false, Some(9), None), NONE, Four(false, false, Some(9), None)],
    [Four(false, false, Some(10), None), NONE, Four(false, false, Some(10), None)],
    [Four(false, false, Some(13), None), NONE, Four(false, false, Some(13), None)],
    [Four(false, false, Some(15), None), NONE, Four(false, false, Some(15), None)],
    [NONE, Four(false, false, Some(9), None), Four(false, false, Some(9), None)],
    [NONE, Four(false, false, Some(12), None), Four(false, false, Some(12), None)],
    [NONE, Four(false, false, Some(15), None), Four(false, false, Some(15), None)],
    [
        Four(false, false, Some(12), None),
        Four(false, false, Some(10), None),
        Four(false, false, Some(10), None),
    ],
    [
        Four(false, false, Some(10), None),
        Four(false, false, Some(12), None),
        Four(false, false, Some(10), None),
    ],
    // The client's window: hinted at, or limited by the server.
    [Four(false, false, None, Some(9)), NONE, Four(false, false, None, Some(9))],
    [Four(false, false, None, Some(11)), NONE, Four(false, false, None, Some(11))],
    [Four(false, false, None, Some(15)), NONE, Four(false, false, None, Some(15))],
    [NONE, Four(false, false, None, Some(8)), Four(false, false, None, Some(8))],
    [NONE, Four(false, false, None, Some(9)), Four(false, false, None, Some(9))],
    [NONE, Four(false, false, None, Some(14)), Four(false, false, None, Some(14))],
    [NONE, Four(false, false, None, Some(15)), Four(false, false, None, Some(15))],
    [
        Four(false, false, None, Some(12)),
        Four(false, false, None, Some(10)),
        Four(false, false, None, Some(10)),
    ],
    [
        Four(false, false, None, Some(10)),
        Four(false, false, None, Some(12)),
        Four(false, false, None, Some(10)),
    ],
    // Several together.
    [
        Four(true, true, Some(10), Some(11)),
        Four(false, false, Some(9), Some(12)),
        Four(true, true, Some(9), Some(11)),
    ],
    [
        Four(true, false, Some(15), Some(15)),
        Four(false, true, Some(13), Some(9)),
        Four(true, true, Some(13), Some(9)),
    ],
    [NONE, Four(true, true, Some(12), Some(12)), Four(true, true, Some(12), Some(12))],
];

/// Settings of the server's compressor: no compression, levels, little memory, and each strategy.
const COMPRESSORS: [&str; 8] = [
    "level=0",
    "level=1",
    "level=9",
    "memLevel=1",
    "strategy=2",
    "strategy=3",
    "strategy=4",
    // What the library does when nothing is said.
    "server_max_window_bits=12&client_max_window_bits=12&memLevel=5",
];

/// Every case.
pub(super) async fn all(cases: &mut Cases<'_>, base: &str) {
    for [offer, server, agreed] in AGREEMENTS {
        let title = format!("deflate: offered ({}) to a server with ({})", offer.list(), server.list());
        let run = async {
            let url = format!("{base}/deflate?{}", server.query());
            let mut client = WebSocketClient::builder().compression(offer.deflate()?).connect(&url).await?;
            agrees(&mut client, agreed).await?;
            contexts(&mut client, agreed).await?;
            windows(&mut client, agreed).await?;
            sizes(&mut client, agreed.compresses()).await?;
            closes(client).await
        };
        cases.run(title, run).await;
    }
    for settings in COMPRESSORS {
        let run = async {
            let url = format!("{base}/deflate?{settings}");
            let mut client = WebSocketClient::builder().compression(eager()).connect(&url).await?;
            sizes(&mut client, true).await?;
            many(&mut client).await?;
            echoes(client).await
        };
        cases.run(format!("deflate: the server with {settings}"), run).await;
    }
    for level in 1..=9 {
        let run = async {
            let builder = WebSocketClient::builder().compression(eager().level(level));
            let mut client = builder.connect(&format!("{base}/deflate")).await?;
            sizes(&mut client, true).await?;
            many(&mut client).await?;
            echoes(client).await
        };
        cases.run(format!("deflate: the client with level {level}"), run).await;
    }
    cases.run("deflate: in pieces", pieces(base)).await;
    cases.run("deflate: not every message", choices(base)).await;
    cases
        .run("deflate: declined", async {
            let client = WebSocketClient::builder().compression(eager()).connect(base).await?;
            let agreed = client.compression();
            ensure(agreed.is_none(), || format!("agreed on {agreed:?}"))?;
            echoes(client).await
        })
        .await;
    cases
        .run("deflate: not offered", async {
            let client = WebSocketClient::connect(&format!("{base}/deflate")).await?;
            let agreed = client.compression();
            ensure(agreed.is_none(), || format!("agreed on {agreed:?}"))?;
            echoes(client).await
        })
        .await;
}

/// Everything is compressed that becomes smaller.
fn eager() -> Deflate {
    Deflate::default().threshold(1).level(6)
}

impl Four {
    /// As they are listed, without a value where there is none to hint at.
    fn list(self) -> String {
        self.parameters().join("; ")
    }

    fn query(self) -> String {
        self.parameters().join("&")
    }

    fn parameters(self) -> Vec<String> {
        let Self(server_alone, client_alone, server_bits, client_bits) = self;
        let flags = [(server_alone, "server"), (client_alone, "client")];
        let flags = flags.into_iter().filter(|(set, _)| *set);
        let bits = [(server_bits, "server"), (client_bits, "client")];
        let bits = bits.into_iter().filter_map(|(bits, who)| Some((bits?, who)));
        flags
            .map(|(_, who)| format!("{who}_no_context_takeover"))
            .chain(bits.map(|(bits, who)| format!("{who}_max_window_bits={bits}")))
            .collect()
    }

    /// The configuration of a client that offers them.
    fn deflate(self) -> Result<Deflate> {
        let Self(server_alone, client_alone, server_bits, client_bits) = self;
        let mut deflate = eager();
        if server_alone {
            deflate = deflate.server_no_context_takeover();
        }
        if client_alone {
            deflate = deflate.client_no_context_takeover();
        }
        if let Some(bits) = server_bits {
            deflate = deflate.server_max_window_bits(WindowBits::new(bits)?);
        }
        if let Some(bits) = client_bits {
            deflate = deflate.client_max_window_bits(WindowBits::new(bits)?);
        }
        Ok(deflate)
    }

    fn agreed(self) -> Result<Agreed> {
        let mut agreed = Agreed::default();
        agreed.server_no_context_takeover = self.0;
        agreed.client_no_context_takeover = self.1;
        agreed.server_max_window_bits = self.2.map(WindowBits::new).transpose()?;
        agreed.client_max_window_bits = self.3.map(WindowBits::new).transpose()?;
        Ok(agreed)
    }

    /// Whether the client compresses: with the smallest window it never does.
    fn compresses(self) -> bool {
        self.3 != Some(8)
    }
}

/// The server's answer, what the client made of it, and what the server itself works with.
async fn agrees(client: &mut WebSocketClient, wanted: Four) -> Result<()> {
    let agreed = client.compression();
    ensure(agreed == Some(wanted.agreed()?), || format!("the client took it for {agreed:?}"))?;
    let headers = client.response_headers().ok_or("no answer")?;
    let lists: Vec<_> = headers.get_all("sec-websocket-extensions").iter().collect();
    let &[list] = &lists[..] else { return Err(format!("{lists:?}").into()) };
    let mut answered: Vec<_> = list.to_str()?.split(';').map(str::trim).collect();
    answered.sort_unstable();
    let mut expected = wanted.parameters();
    expected.push("permessage-deflate".to_owned());
    expected.sort_unstable();
    ensure(answered == expected, || format!("answered {list:?}"))?;
    let python = |flag| if flag { "True" } else { "False" };
    let Four(server_alone, client_alone, server_bits, client_bits) = wanted;
    let (server_bits, client_bits) = (server_bits.unwrap_or(15), client_bits.unwrap_or(15));
    let told = format!("{} {} {server_bits} {client_bits}", python(server_alone), python(client_alone));
    client.send_uncompressed("agreed?").await?;
    expect(client, &Message::text(told)).await?;
    // From here on it counts.
    seen(client).await.map(drop)
}

/// A message as the server received or sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    compressed: bool,
    size: usize,
}

/// What the server received and sent since it was asked last. The question goes as it
/// is: too small to be compressed, it would have the compressor begin afresh.
async fn seen(client: &mut WebSocketClient) -> Result<[Vec<Seen>; 2]> {
    client.send_uncompressed("seen?").await?;
    let Some(Message::Text(told)) = client.next().await? else { return Err("no answer".into()) };
    let (received, sent) = told.split_once('/').ok_or_else(|| format!("{told:?}"))?;
    let list = |list: &str| -> Result<Vec<Seen>> {
        let seen = |word: &str| -> Result<Seen> {
            let (kind, size) = word.split_at_checked(1).ok_or("an empty word")?;
            Ok(Seen { compressed: kind == "c", size: size.parse()? })
        };
        list.split_whitespace().map(seen).collect()
    };
    Ok([list(received)?, list(sent)?])
}

/// Sends a message, which must come back; how large it was both ways.
async fn both_ways(client: &mut WebSocketClient, message: Message) -> Result<[Seen; 2]> {
    client.send(message.clone()).await?;
    expect(client, &message).await?;
    match seen(client).await? {
        [received, sent] if received.len() == 1 && sent.len() == 1 => Ok([received[0], sent[0]]),
        other => Err(format!("{other:?} for one message").into()),
    }
}

/// Bytes that cannot be compressed.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// Text of so many characters: half as many bytes of noise.
fn digits(length: usize, seed: u64) -> String {
    let mut text: String = noise(length.div_ceil(2), seed).iter().map(|byte| format!("{byte:02x}")).collect();
    text.truncate(length);
    text
}

/// Text that compresses well, and does not repeat itself.
fn records(length: usize) -> String {
    let mut text = String::new();
    let mut n = 0_u64;
    while text.len() < length {
        n += 1;
        text += &format!("{{\"symbol\":\"EUR/USD\",\"bid\":{},\"size\":{n}}}\n", digits(6, n));
    }
    text.truncate(length);
    text
}

/// The same message time and again: with the context taken over it costs next to
/// nothing, without it the same each time.
async fn contexts(client: &mut WebSocketClient, agreed: Four) -> Result<()> {
    let message = Message::text(digits(120, 1));
    let mut all = Vec::new();
    for _ in 0..6 {
        all.push(both_ways(client, message.clone()).await?);
    }
    for (direction, alone) in [agreed.1, agreed.0].into_iter().enumerate() {
        let sizes: Vec<_> = all.iter().map(|seen| seen[direction]).collect();
        let who = ["the client", "the server"][direction];
        if direction == 0 && !agreed.compresses() {
            ensure(sizes.iter().all(|seen| !seen.compressed), || format!("{who} compressed: {sizes:?}"))?;
            continue;
        }
        ensure(sizes.iter().all(|seen| seen.compressed), || format!("{who} did not compress: {sizes:?}"))?;
        let [first, rest @ ..] = &sizes[..] else { return Err("no messages".into()) };
        let same = |seen: &Seen| seen.size == first.size;
        let holds =
            first.size > 60 && rest.iter().all(|seen| if alone { same(seen) } else { seen.size < 30 });
        ensure(holds, || format!("alone {alone}, but {who} sent {sizes:?}"))?;
    }
    Ok(())
}

/// What repeats itself within the window is found, and what does so from farther away is not.
async fn windows(client: &mut WebSocketClient, agreed: Four) -> Result<()> {
    for (direction, bits) in [agreed.3, agreed.2].into_iter().enumerate() {
        if direction == 0 && !agreed.compresses() {
            continue;
        }
        let window = 1_usize << bits.unwrap_or(15);
        for (distance, within) in [(window / 4, true), (window + 1, false), (window * 2, false)] {
            let part = noise(distance, distance as u64);
            let message = Message::binary([&part[..], &part].concat());
            let seen = both_ways(client, message).await?[direction];
            let found = seen.size < distance * 2 * 3 / 4;
            ensure(found == within, || {
                format!("of {distance} bytes twice with a window of {window} came {seen:?} ({direction})")
            })?;
        }
    }
    Ok(())
}

/// Messages of every size and kind, whole.
async fn sizes(client: &mut WebSocketClient, compresses: bool) -> Result<()> {
    for text in [String::new(), "x".into(), "größer als 😀".into(), records(1000), records(300_000)] {
        let length = text.len();
        let [received, _] = both_ways(client, Message::text(text)).await?;
        if length >= 1000 {
            let smaller = received.compressed && received.size < length / 2;
            ensure(smaller == compresses, || format!("{received:?} of {length}"))?;
        }
    }
    for length in [1, 200, 5000, 100_000, 300_000] {
        let [received, _] = both_ways(client, Message::binary(noise(length, length as u64))).await?;
        // What does not become smaller goes as it is.
        ensure(received.size <= length + length / 1000, || format!("{received:?} of {length}"))?;
        ensure(!received.compressed || received.size != length, || format!("{received:?} of {length}"))?;
    }
    Ok(())
}

/// Many messages at once, each of which is like those before it.
async fn many(client: &mut WebSocketClient) -> Result<()> {
    let messages: Vec<_> =
        (0..300).map(|n| Message::text(format!("{}{n}", &records(200 + n)[n..]))).collect();
    for message in &messages {
        client.feed(message.clone()).await?;
    }
    client.flush().await?;
    for message in &messages {
        expect(client, message).await?;
    }
    let [received, sent] = seen(client).await?;
    let size = |list: &[Seen]| list.iter().map(|seen| seen.size).sum::<usize>();
    let total: usize = messages.iter().map(|message| message.clone().into_data().len()).sum();
    ensure(received.len() == 300 && sent.len() == 300, || format!("{} {}", received.len(), sent.len()))?;
    ensure(size(&received) < total / 2, || format!("{} of {total}", size(&received)))
}

/// Compressed messages in fragments, both ways, and handed over as they arrive.
async fn pieces(base: &str) -> Result<()> {
    let mut client =
        WebSocketClient::builder().compression(eager()).connect(&format!("{base}/deflate")).await?;
    let text = records(200_000);
    for size in [1, 7, 1000, 150_000] {
        let text = &text[..text.len().min(size * 500)];
        client.send_text("in pieces").await?;
        let mut writer = client.writer(Kind::Text);
        for piece in text.as_bytes().chunks(size) {
            writer.write(piece).await?;
        }
        writer.finish().await?;
        let mut reader = client.next_reader().await?.ok_or("no message")?;
        let mut back = Vec::new();
        while let Some(piece) = reader.chunk().await? {
            back.extend_from_slice(&piece);
        }
        ensure(back == text.as_bytes(), || format!("{} bytes came back of {}", back.len(), text.len()))?;
        let [received, sent] = seen(&mut client).await?;
        let compressed = received.last().is_some_and(|seen| seen.compressed);
        ensure(compressed && sent.len() == 1 && sent[0].compressed, || format!("{received:?} {sent:?}"))?;
    }
    closes(client).await
}

/// Below the threshold, and where the caller says so, messages go as they are.
async fn choices(base: &str) -> Result<()> {
    let url = format!("{base}/deflate");
    let mut client = WebSocketClient::builder().compression(eager().threshold(500)).connect(&url).await?;
    let text = Message::text(records(2000));
    ensure(both_ways(&mut client, text.clone()).await?[0].compressed, || "not compressed".into())?;
    let small = both_ways(&mut client, Message::text(records(499))).await?[0];
    ensure(small == Seen { compressed: false, size: 499 }, || format!("{small:?}"))?;
    client.send_uncompressed(text.clone()).await?;
    expect(&mut client, &text).await?;
    let [received, _] = seen(&mut client).await?;
    ensure(received == [Seen { compressed: false, size: 2000 }], || format!("{received:?}"))?;
    // The context is what it was: it is still known what was compressed before.
    let again = both_ways(&mut client, text).await?[0];
    ensure(again.compressed && again.size < 50, || format!("{again:?}"))?;
    closes(client).await
}
