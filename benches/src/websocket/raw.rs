//! The limit: the same bytes with nobody who understands them.

use std::{hint::black_box, net::SocketAddr};

use anyrfc_websocket::codec::OpCode;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, ReadBuf},
    net::TcpStream,
};

use super::{
    KIB, Result, Shape, Work,
    memory::{self, Feed, server_frame},
    server, session, timed,
};
use crate::row::Sample;

/// One round over loopback, with buffers of so many bytes.
pub(super) async fn socket(shape: Shape, count: usize, buffer: usize, server: SocketAddr) -> Result<Sample> {
    let payload = shape.payload();
    let out = memory::frame(OpCode::Binary, Some([0; 4]), &payload);
    let back = server_frame(OpCode::Binary, &payload).len();
    let mut room = vec![0; buffer];
    match shape.work {
        Work::Receive { .. } => {
            let mut stream = session::connected(server, &shape.path(count)).await?;
            stream.write_all(b"go").await?;
            timed(count, async || receive(&mut stream, &mut room, count * back, back).await).await
        }
        Work::Send => {
            let mut stream = session::connected(server, &shape.path(count)).await?;
            let batch = (buffer / out.len()).clamp(1, count);
            let block = out.repeat(batch);
            let sample = timed(count, async || {
                let mut left = count * out.len();
                while left > 0 {
                    let some = block.len().min(left);
                    stream.write_all(&block[..some]).await?;
                    left -= some;
                }
                Ok(())
            });
            let sample = sample.await?;
            let answer = server_frame(OpCode::Binary, server::COUNTED).len();
            receive(&mut stream, &mut room, answer, answer).await?;
            Ok(sample)
        }
        Work::Echo { depth } => {
            let mut stream = session::connected(server, "/echo").await?;
            let block = out.repeat(depth);
            let work = async || {
                for _ in 0..count / depth {
                    stream.write_all(&block).await?;
                    receive(&mut stream, &mut room, depth * back, back).await?;
                }
                Ok(())
            };
            timed(count, work).await
        }
        Work::Deflate { .. } | Work::Encode | Work::Parse => Err("nothing to compare with".into()),
    }
}

/// Reads so many bytes, and looks where messages must lie.
async fn receive(stream: &mut TcpStream, room: &mut [u8], mut left: usize, frame: usize) -> Result<()> {
    while left > 0 {
        let some = stream.read(room).await?;
        if some == 0 {
            return Err("the server ended".into());
        }
        look(&room[..some], frame);
        left = left.checked_sub(some).ok_or("more than was asked for")?;
    }
    Ok(())
}

fn look(bytes: &[u8], frame: usize) {
    for message in bytes.chunks(frame) {
        black_box(message.first());
    }
}

/// One round from memory: what has to be copied is, once.
pub(super) async fn codec(shape: Shape, count: usize) -> Result<Sample> {
    let payload = shape.payload();
    let mut room = vec![0; 256 * KIB];
    if shape.work == Work::Parse {
        let frame = server_frame(OpCode::Binary, &payload).len();
        let mut feed = Feed::new(&payload, count);
        let work = async || {
            loop {
                let some = feed.fill(&mut ReadBuf::new(&mut room));
                if some == 0 {
                    return Ok(());
                }
                look(&room[..some], frame);
            }
        };
        return timed(count, work).await;
    }
    let header = [0; 14];
    let header = &header[..session::client_header(shape.size)];
    let mut out = Vec::with_capacity(128 * KIB);
    let work = async || {
        for _ in 0..count {
            out.extend_from_slice(header);
            out.extend_from_slice(&payload);
            if out.len() >= 64 * KIB {
                black_box(&mut out).clear();
            }
        }
        Ok(())
    };
    timed(count, work).await
}
