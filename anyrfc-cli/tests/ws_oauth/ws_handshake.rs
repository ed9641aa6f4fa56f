//! What the opening handshake says.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::support::{Ran, feed, program, run};

/// Runs the program against a server that answers `answer`; what it was asked with.
async fn asked(answer: &str, variables: &[(&str, &str)], options: &[&str]) -> (Ran, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(head).unwrap()
    };
    let arguments = [&["ws", "-vvv"], options, &[url.as_str()]].concat();
    let child = program(&arguments).envs(variables.iter().copied()).spawn().unwrap();
    tokio::join!(feed(child, Vec::new()), serve)
}

const NO: &str = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";

#[tokio::test]
async fn fields_are_sent() {
    let options = ["--header", "X-One: 1", "--header", "X-Two:2", "--origin", "https://a.example"];
    let (ran, head) = asked(NO, &[], &options).await;
    ran.exits(1).says("403");
    for field in ["X-One: 1\r\n", "X-Two: 2\r\n", "Origin: https://a.example\r\n"] {
        assert!(head.to_lowercase().contains(&field.to_lowercase()), "{field} is missing in {head}");
    }
}

#[tokio::test]
async fn secrets_are_sent_and_never_shown() {
    let secret = "hunter2-hunter2";
    let basic = "YW5uOmh1bnRlcjItaHVudGVyMg==";
    for (variable, options, sent) in [
        ("ANYRFC_SECRET", &["--user", "ann"][..], format!("Basic {basic}")),
        ("ANYRFC_SECRET", &["--bearer"], format!("Bearer {secret}")),
        ("OTHER", &["--bearer", "--secret-env", "OTHER"], format!("Bearer {secret}")),
        ("JAR", &["--header-env", "Cookie:JAR"], secret.to_owned()),
    ] {
        // Asked again after a 401, it still says nothing.
        let (ran, head) = asked(NO, &[(variable, secret)], options).await;
        assert!(head.contains(&sent), "{head}");
        // That there are logs at all, and that they hold what was asked for.
        ran.exits(1).says("anyrfc_websocket").hides(secret).hides(basic);
    }
}

#[tokio::test]
async fn secrets_are_no_arguments() {
    for field in ["Authorization: Bearer hunter2", "cookie:session=hunter2"] {
        let ran = run(&["ws", "ws://127.0.0.1:1/", "--header", field]).await.exits(2);
        ran.says("--header-env");
    }
    let ran = run(&["ws", "ws://127.0.0.1:1/", "--user", "ann"]).await.exits(2);
    ran.says("ANYRFC_SECRET is not set");
}

#[tokio::test]
async fn who_is_not_let_in_is_told_so() {
    let no = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let (ran, _) = asked(no, &[], &[]).await;
    assert!(matches!(ran.code, 1 | 6), "{ran:?}");
    ran.says("401");
}

#[tokio::test]
async fn what_is_no_web_socket_is_named() {
    let no = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n";
    let (ran, _) = asked(no, &[], &[]).await;
    ran.exits(7).says("rfc6455#");
}
