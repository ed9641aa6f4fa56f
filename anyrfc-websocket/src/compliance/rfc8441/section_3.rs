//! RFC 8441, section 3: SETTINGS_ENABLE_CONNECT_PROTOCOL.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::{END_HEADERS, HEADERS, Raw, SETTINGS, STATUS_200, against, frame, setting};
use crate::{compliance::wire::virtually, rfc8441 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8441/section-3/setting-is-0-or-1",
        covers: &[r::SETTING_IS_0_OR_1],
        run: setting_is_0_or_1,
    },
    Check {
        name: "rfc8441/section-3/extended-connect-after-the-setting",
        covers: &[r::EXTENDED_CONNECT_AFTER_THE_SETTING],
        run: extended_connect_after_the_setting,
    },
    Check {
        name: "rfc8441/section-3/setting-is-not-taken-back",
        covers: &[r::SETTING_IS_NOT_TAKEN_BACK],
        run: setting_is_not_taken_back,
    },
];

const PROTOCOL_ERROR: u32 = 1;

/// Any other value ends the connection as RFC 9113, section 5.4.1, ends it.
fn setting_is_0_or_1() {
    virtually(async {
        for value in [2, 0x0100, 0x0100_0000, u32::MAX] {
            let (client, code) = against(async |mut server: Raw| {
                server.say(&setting(value)).await;
                server.goaway_code().await
            })
            .await;
            let error = client.expect_err("a value that does not exist");
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Protocol, Some(r::SETTING_IS_0_OR_1))
            );
            assert_eq!(code, PROTOCOL_ERROR, "{value}");
        }
        let (client, ()) = against(async |server: Raw| accept(server, &[setting(1)]).await).await;
        client.expect("1 is fine");
        let (client, ()) = against(async |mut server: Raw| server.say(&setting(0)).await).await;
        let error = client.expect_err("not enabled");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "0 is no offence");
    });
}

/// Says the given frames and accepts the first request.
async fn accept(mut server: Raw, frames: &[Vec<u8>]) {
    for frame in frames {
        server.say(frame).await;
    }
    let (stream, _) = server.hear_a(HEADERS).await;
    server.say(&frame(HEADERS, END_HEADERS, stream, STATUS_200)).await;
}

/// No request before the setting, none without it, one with it.
fn extended_connect_after_the_setting() {
    virtually(async {
        for frames in [
            vec![frame(SETTINGS, 0, 0, &[])],
            vec![setting(0)],
            vec![frame(SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 9])],
        ] {
            let (client, heard) = against(async |mut server: Raw| {
                for frame in &frames {
                    server.say(frame).await;
                }
                heard(&mut server).await
            })
            .await;
            let error = client.expect_err("not enabled");
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert_eq!(error.requirement(), Some(r::EXTENDED_CONNECT_AFTER_THE_SETTING));
            assert!(!heard.contains(&HEADERS), "a request without the setting: {heard:?}");
        }

        // A server that says nothing of itself is asked nothing, however long it takes.
        let (client, heard) = against(async |mut server: Raw| heard(&mut server).await).await;
        assert_eq!(client.expect_err("silence").kind(), ErrorKind::Timeout);
        assert!(!heard.contains(&HEADERS), "a request before the setting: {heard:?}");

        let (client, ()) = against(async |server: Raw| accept(server, &[setting(1)]).await).await;
        client.expect("the request came after the setting");
    });
}

/// The types of all frames up to the end.
async fn heard(server: &mut Raw) -> Vec<u8> {
    let mut kinds = Vec::new();
    while let Some((kind, ..)) = server.hear().await {
        kinds.push(kind);
    }
    kinds
}

/// Taking it back ends the connection; saying it again does not.
fn setting_is_not_taken_back() {
    virtually(async {
        // Between SETTINGS and request, or as one frame in several: it is the order that counts.
        let both = [&setting(1)[9..], &setting(0)[9..]].concat();
        for frames in [vec![setting(1), setting(0)], vec![frame(SETTINGS, 0, 0, &both)]] {
            let (client, code) = against(async |mut server: Raw| {
                server.say(&frames.concat()).await;
                server.goaway_code().await
            })
            .await;
            let error = client.expect_err("taken back");
            assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
            assert_eq!(error.requirement(), Some(r::SETTING_IS_NOT_TAKEN_BACK));
            assert_eq!(code, PROTOCOL_ERROR);
        }

        // On an open connection.
        let (client, mut server) = against(async |mut server: Raw| {
            server.say(&setting(1)).await;
            let (stream, _) = server.hear_a(HEADERS).await;
            server.say(&frame(HEADERS, END_HEADERS, stream, STATUS_200)).await;
            server
        })
        .await;
        let mut client = client.expect("open");
        server.say(&setting(0)).await;
        let error = client.next().await.expect_err("taken back");
        assert_eq!(error.requirement(), Some(r::SETTING_IS_NOT_TAKEN_BACK), "{error}");

        let (client, ()) = against(async |server: Raw| accept(server, &[setting(1), setting(1)]).await).await;
        client.expect("said twice");
        let (client, ()) =
            against(async |server: Raw| accept(server, &[[setting(0), setting(1)].concat()]).await).await;
        client.expect("enabled later, in what was read at once");
    });
}
