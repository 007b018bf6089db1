//! What a server sends of a call: the entries that it has of it already, and what comes to it meanwhile.
//!
//! Messages of [the protocol](https://github.com/restatedev/service-protocol): a type of 16 bits, flags of 16, a length of 32,
//! and so many bytes of protobuf.

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming};
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

const START: u16 = 0x0000;
const OUTPUT: u16 = 0x0401;
/// The message that a call has ended.
pub(super) const END: [u8; 8] = [0, 3, 0, 0, 0, 0, 0, 0];

/// The body of a request, of which the beginning has been looked at.
#[derive(Debug)]
pub(super) struct Replay {
    read: VecDeque<Bytes>,
    rest: Incoming,
    has_output: bool,
}

impl Replay {
    /// Reads as much of it as is needed to know what the server has of the call.
    pub(super) async fn read(mut rest: Incoming) -> Self {
        let (mut bytes, mut read) = (Vec::new(), VecDeque::new());
        let has_output = loop {
            if let Some(known) = has_output(&bytes) {
                break known;
            }
            match rest.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        bytes.extend_from_slice(&data);
                        read.push_back(data);
                    }
                }
                // For the SDK to find out.
                Some(Err(_)) | None => break false,
            }
        };
        Self { read, rest, has_output }
    }

    /// Whether the server has what the call came to.
    pub(super) fn has_output(&self) -> bool {
        self.has_output
    }
}

impl Body for Replay {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match self.read.pop_front() {
            Some(data) => Poll::Ready(Some(Ok(Frame::data(data)))),
            None => Pin::new(&mut self.rest).poll_frame(cx),
        }
    }
}

/// Whether what the call came to is among the entries that the server has, as far as these bytes say it.
fn has_output(bytes: &[u8]) -> Option<bool> {
    let (kind, start, mut rest) = message(bytes)?;
    let known = if kind == START { known_entries(start).unwrap_or(0) } else { 0 };
    if known < 2 {
        // There is always the input.
        return Some(false);
    }
    for _ in 0..known {
        let (kind, _, after) = message(rest)?;
        if kind == OUTPUT {
            return Some(true);
        }
        rest = after;
    }
    Some(false)
}

/// The first message: its type, what is in it, and what comes after it.
fn message(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (header, rest) = bytes.split_first_chunk::<8>()?;
    let [high, low, _, _, length @ ..] = *header;
    let length = usize::try_from(u32::from_be_bytes(length)).ok()?;
    let (body, rest) = rest.split_at_checked(length)?;
    Some((u16::from_be_bytes([high, low]), body, rest))
}

/// How many entries the server has: field 3 of a `StartMessage`.
fn known_entries(mut start: &[u8]) -> Option<u64> {
    const KNOWN_ENTRIES: u64 = 3;
    loop {
        let key = varint(&mut start)?;
        match key & 7 {
            0 => {
                let value = varint(&mut start)?;
                if key >> 3 == KNOWN_ENTRIES {
                    return Some(value);
                }
            }
            2 => {
                let length = usize::try_from(varint(&mut start)?).ok()?;
                start = start.split_at_checked(length)?.1;
            }
            // It has no others before it.
            _ => return None,
        }
    }
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const INPUT: u16 = 0x0400;
    const NOTIFICATION: u16 = 0xfbff;

    fn wrapped(kind: u16, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap();
        [&kind.to_be_bytes()[..], &[0, 0], &length.to_be_bytes(), body].concat()
    }

    /// An id of bytes, one of text, and then so many entries.
    fn start(known: u8) -> Vec<u8> {
        let id = [&[0x0a, 3, 1, 2, 3][..], &[0x12, 5], b"inv_1", &[0x18, known, 0x28, 1]].concat();
        wrapped(START, &id)
    }

    /// What a server sends that has been killed between the two.
    pub(crate) fn half_ended() -> Vec<u8> {
        [start(2), wrapped(INPUT, b"{}"), wrapped(OUTPUT, b"{\"envelope\":{}}")].concat()
    }

    #[test]
    fn a_call_that_begins_is_known_by_its_first_message() {
        assert_eq!(has_output(&start(1)), Some(false));
        assert_eq!(has_output(&[]), None);
        assert_eq!(has_output(&start(1)[..9]), None);
    }

    #[test]
    fn a_call_that_had_come_to_something_is_found_wherever_that_stands() {
        let input = wrapped(INPUT, b"{}");
        let output = wrapped(OUTPUT, b"{\"envelope\":{}}");
        let cancelled = wrapped(NOTIFICATION, b"x");
        assert_eq!(has_output(&[start(2), input.clone(), output.clone()].concat()), Some(true));
        assert_eq!(has_output(&[start(3), input.clone(), cancelled.clone(), output].concat()), Some(true));
        assert_eq!(has_output(&[start(2), input.clone(), cancelled].concat()), Some(false));
        // Not all of it has come.
        assert_eq!(has_output(&[start(2), input].concat()), None);
    }

    #[test]
    fn numbers_may_have_several_bytes() {
        let body = [&[0x0a, 0x80, 0x01][..], &[7; 128], &[0x18, 0xac, 0x02]].concat();
        assert_eq!(known_entries(&body), Some(300));
        assert_eq!(known_entries(&[0x1d, 0, 0, 0, 0]), None);
    }
}
