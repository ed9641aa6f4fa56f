use anyrfc_core::http1::{Head, HeadLimits, HeadReader, RequestHead};

use super::{Key, Request};

mod answer;
mod building;
mod lists;
mod serving;

const NONCE: [u8; 16] = *b"the sample nonce";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

fn request(uri: &str) -> Request {
    Request::new(uri.parse().unwrap()).unwrap()
}

fn text(request: &Request) -> String {
    String::from_utf8(request.encode(&Key::new(NONCE)).unwrap().bytes).unwrap()
}

fn read<H: Head>(bytes: &[u8]) -> H {
    let (head, length) = HeadReader::<H>::new(HeadLimits::default()).advance(bytes).unwrap().unwrap();
    assert_eq!(length, bytes.len());
    head
}

fn head_of(request: &Request) -> RequestHead {
    read(&request.encode(&Key::new(NONCE)).unwrap().bytes)
}
