//! What is larger than a message that the server takes: it would refuse it, and ask again without end.

use crate::server_with;
use handoff::prelude::*;
use handoff_restate::{ClientError, Endpoint};
use std::time::Duration;
use tokio::time::timeout;

const MESSAGE: usize = 256 << 10;
const PAYLOAD: usize = 128 << 10;

#[contract]
struct Sizes {
    sizes: Vec<u32>,
}

#[contract]
struct Text {
    text: String,
}

#[contract]
struct Length {
    bytes: usize,
}

#[agent]
async fn choose(sizes: Sizes) -> Sizes {
    sizes
}

#[agent]
async fn fill(size: u32) -> Text {
    Text { text: "x".repeat(size as usize) }
}

#[agent]
async fn measure(texts: Vec<Text>) -> Length {
    Length { bytes: texts.iter().map(|text| text.text.len()).sum() }
}

pipeline! { filled(Sizes) -> Length { choose => fan_out(sizes) fill => barrier(all) => measure } }

#[tokio::test]
async fn what_the_server_does_not_take_is_an_error_that_says_so() {
    let limit = MESSAGE.to_string();
    let Some(server) = server_with(&[("RESTATE_WORKER__INVOKER__MESSAGE_SIZE_LIMIT", &limit)]) else {
        return;
    };
    let runtime = Runtime::builder().limits(Limits::default().payload_bytes(PAYLOAD)).build();
    let endpoint = Endpoint::new(runtime).agent::<choose>().agent::<fill>().agent::<measure>();
    let _host = server.host(endpoint.pipeline(filled).message_limit(MESSAGE)).await.unwrap();
    let client = server.client();
    let run = async |id: &str, sizes: &[u32]| {
        let sizes = Sizes { sizes: sizes.to_vec() };
        let run = timeout(Duration::from_mins(1), client.run(filled, id, &sizes)).await;
        run.unwrap_or_else(|_| panic!("run `{id}` does not end"))
    };

    assert_eq!(run("1", &[100, 100_000]).await.unwrap().payload.bytes, 100_100);

    let Err(ClientError::Run(error)) = run("2", &[100, 300_000]).await else { panic!("it is too large") };
    let said = error.to_string();
    assert!(said.contains("agent `fill`") && said.contains("131072 payload bytes"), "{said}");
}
