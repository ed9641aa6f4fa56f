//! WebSocket servers.

use anyrfc_websocket::testing::EchoServer;
use serde_json::Value;

use super::{
    planted::{Plant, Planted},
    support::{Found, assert_sample, doctor, normalised},
};

/// What a violation that is not noticed leaves out, too.
const FAILING: [&str; 2] = ["rfc6455#7.1.7-5", "rfc6455#10.7-3"];

/// Every plant, and the statements that it breaks.
const PLANTS: &[(Plant, &[&str])] = &[
    (Plant::WrongAccept, &["rfc6455#4.2.2-12"]),
    (Plant::NoUpgrade, &["rfc6455#4.2.2-12"]),
    (Plant::AcceptTwice, &["rfc6455#11.3.3-1"]),
    (Plant::UnaskedSubprotocol, &["rfc6455#4.2.2-8", "rfc6455#4.2.2-9"]),
    (Plant::UnaskedExtension, &["rfc6455#4.2.2-10", "rfc6455#4.2.2-11", "rfc6455#9-3"]),
    (Plant::ForeignSubprotocol, &["rfc6455#4.2.2-8"]),
    (Plant::SubprotocolTwice, &["rfc6455#11.3.4-2"]),
    (Plant::AcceptsEveryVersion, &["rfc6455#4.2.2-6", "rfc6455#4.4-1"]),
    (Plant::NamesNoVersion, &["rfc6455#4.2.2-6", "rfc6455#4.4-1"]),
    (Plant::AcceptsWithoutKey, &["rfc6455#4.2.1-1"]),
    (Plant::RefusesWithoutWords, &["rfc6455#10.7-4"]),
    (Plant::TakesMalformedExtensions, &["rfc6455#9.1-1"]),
    (Plant::Masks, &["rfc6455#5.1-4"]),
    (Plant::SetsRsv2, &["rfc6455#5.2-2", "rfc6455#5.2-10"]),
    (Plant::WastesLength, &["rfc6455#5.2-6"]),
    (Plant::FragmentsControl, &["rfc6455#5.4-2", "rfc6455#5.5-2"]),
    (Plant::IgnoresPing, &["rfc6455#5.5.2-2"]),
    (Plant::LeavesTheMask, &["rfc6455#6.2-7"]),
    (Plant::TakesUnmasked, &["rfc6455#5.1-2"]),
    (Plant::TakesReservedBits, &["rfc6455#5.2-3"]),
    (Plant::TakesOpcodes, &["rfc6455#5.2-4"]),
    (Plant::TakesInvalidFrames, &["rfc6455#10.7-1"]),
    (Plant::TakesAnyText, &["rfc6455#8.1-1"]),
    (Plant::FailsWithoutClose, &FAILING),
    (Plant::StaysAfterFailing, &["rfc6455#7.1.7-3"]),
    (Plant::ListensAfterFailing, &["rfc6455#7.1.7-7"]),
    (Plant::LeavesCloseUnanswered, &["rfc6455#5.5.1-6"]),
    (Plant::StaysAfterClose, &["rfc6455#5.5.1-10", "rfc6455#5.5.1-11", "rfc6455#7.1.1-3", "rfc6455#7.1.2-2"]),
    (Plant::RepeatsReservedCodes, &["rfc6455#7.4.1-3", "rfc6455#7.4.1-4", "rfc6455#7.4.1-6"]),
    (Plant::TalksAfterClose, &["rfc6455#5.5.1-5"]),
    (Plant::StopsAtFragments, &["rfc6455#5.4-5"]),
    (Plant::MixesMessages, &["rfc6455#5.4-4"]),
    (Plant::TurnsFragmentsRound, &["rfc6455#5.4-3"]),
    (Plant::SendsBrokenText, &["rfc6455#5.6-1"]),
    (Plant::TakesBadOffers, &["rfc7692#7-1"]),
    (Plant::LimitsOurWindow, &["rfc7692#7.1.2.2-5"]),
    (Plant::LimitsItsWindowTooFar, &["rfc7692#7.1.2.1-3"]),
    (Plant::ExtensionsTwice, &["rfc6455#11.3.2-2"]),
    (Plant::TakesMisplacedRsv1, &["rfc7692#6.1-4"]),
    (Plant::SetsRsv1OnControl, &["rfc7692#6.1-3"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_broken_by_our_own_server() {
    let server = EchoServer::start().await.unwrap();
    let found = Found::of(&server.url(), &[]).await;
    found.assert_broken("our server", &[]);
    assert_eq!(found.code, 0);
    assert_eq!(found.report["protocol"], "websocket");
    // All but what it has no reason to say.
    assert_eq!(found.with("untested"), ["rfc7692#7.1.2.2-4"]);
    assert!(found.with("kept").len() > 55, "{:#}", found.report);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_broken_where_nothing_is_planted() {
    let server = Planted::start(&[]).await;
    let found = Found::of(server.url(), &[]).await;
    found.assert_broken("nothing planted", &[]);
    assert_eq!(found.code, 0);
    assert_eq!(found.report["server"], "planted/1");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_plant_is_named_and_nothing_else() {
    // Where silence is the answer, half of the time is waited for it.
    let mut running: Vec<_> = PLANTS.iter().collect();
    while !running.is_empty() {
        let some = running.split_off(running.len().saturating_sub(8));
        let examined = some.into_iter().map(|(plant, ids)| {
            tokio::spawn(async move {
                let server = Planted::start(&[*plant]).await;
                let found = Found::of(server.url(), &["--timeout", "6"]).await;
                found.assert_broken(&format!("{plant:?}"), ids);
                let absolute = |id: &&str| found.finding(id)["level"].as_str().unwrap().starts_with("MUST");
                assert_eq!(found.code, if ids.iter().any(absolute) { 9 } else { 0 }, "{plant:?}");
            })
        });
        for one in examined.collect::<Vec<_>>() {
            one.await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_plants_are_named_at_once() {
    let plants = [
        Plant::Masks,
        Plant::AcceptTwice,
        Plant::NamesNoVersion,
        Plant::TakesReservedBits,
        Plant::TakesAnyText,
        Plant::FailsWithoutClose,
        Plant::RepeatsReservedCodes,
        Plant::TakesBadOffers,
    ];
    let expected = PLANTS.iter().filter(|(plant, _)| plants.contains(plant));
    let expected: Vec<&str> = expected.flat_map(|(_, ids)| ids.iter().copied()).collect();
    let server = Planted::start(&plants).await;
    let found = Found::of(server.url(), &[]).await;
    found.assert_broken("many", &expected);
    assert_eq!(found.code, 9);
    let masks = found.finding("rfc6455#5.1-4");
    assert_eq!(
        (&masks["section"], &masks["rfc"], &masks["level"]),
        (&"5.1".into(), &6455.into(), &"MUST NOT".into())
    );
    let seen = masks["seen"].as_str().unwrap();
    assert!(seen.starts_with("\\x8a\\x92mask"), "{seen}");

    let output = doctor(&[server.url()]).await;
    assert_eq!(output.status.code(), Some(9));
    let report = normalised(&String::from_utf8(output.stdout).unwrap());
    for id in expected {
        assert!(report.contains(&format!("  {id}  ")), "{report}");
    }
    assert_sample("doctor-websocket.txt", &report);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recommendation_is_broken_only_where_that_is_asked_for() {
    let server = Planted::start(&[Plant::FailsWithoutClose]).await;
    let output = doctor(&[server.url()]).await;
    assert_eq!(output.status.code(), Some(0));
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.contains("nothing broken, 2 recommendations not followed"), "{report}");
    assert_eq!(doctor(&[server.url(), "--strict"]).await.status.code(), Some(9));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_written_to_a_file() {
    let server = Planted::start(&[Plant::Masks]).await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("report.html");
    let path = path.to_str().unwrap();
    let output = doctor(&["--format", "html", "--out", path, server.url()]).await;
    assert_eq!(output.status.code(), Some(9));
    assert!(output.stdout.is_empty());
    let page = std::fs::read_to_string(path).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert!(page.contains("rfc6455-5.1-4") && page.contains("1 broken"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_examined_says_why() {
    // A port that nobody listens on.
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let nobody = format!("ws://{}", listener.local_addr().unwrap());
    drop(listener);
    for (url, code) in [
        (nobody.as_str(), 3),
        ("gopher://127.0.0.1/", 2),
        ("ws://me:secret@127.0.0.1/", 2),
        ("http://issuer.example/", 2),
        ("not a url", 2),
    ] {
        let output = doctor(&["--format", "json", url]).await;
        assert_eq!(output.status.code(), Some(code), "{url}");
        assert!(output.stdout.is_empty(), "{url}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with("error: ") && !stderr.contains("secret@"), "{stderr}");
    }
    let output = doctor(&["--out", "there/is/none.html", &nobody]).await;
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("there/is is no directory"));
}

/// Servers that are silent, or say nothing that could be understood.
#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_server_ends_nothing() {
    use tokio::io::AsyncWriteExt as _;
    for (words, code) in [
        (&b""[..], 4),
        (b"SSH-2.0-x\r\n\r\n", 7),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 1),
        (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", 6),
        // Taken for an acceptance that is wrong, then for frames that are none.
        (b"HTTP/1.1 101 x\r\n\r\n\x8b\xff\xff\xff\xff\xff\xff\xff\xff\xff", 9),
    ] {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("ws://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move {
            let mut kept = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                stream.write_all(words).await.ok();
                kept.push(stream);
            }
        });
        let output = doctor(&["--format", "json", "--timeout", "1", &url]).await;
        serving.abort();
        assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
        if code == 9 {
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert!(report["totals"]["untested"].as_u64().unwrap() > 10, "{report:#}");
        }
    }
}
