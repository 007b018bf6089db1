//! The file: its parts, put together so that nothing in a log can be taken for markup.

use hmac_sha256::Hash;

use super::data;
use crate::read::{LoggedRun, RunLog};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
/// One module, in this order: what is said first is used by what follows.
const SCRIPT: &str = concat!(
    include_str!("page/text.js"),
    include_str!("page/run.js"),
    include_str!("page/rows.js"),
    include_str!("page/bars.js"),
    include_str!("page/timeline.js"),
    include_str!("page/pipeline.js"),
    include_str!("page/contracts.js"),
    include_str!("page/details.js"),
    include_str!("page/tables.js"),
    include_str!("page/header.js"),
    include_str!("page/keys.js"),
    include_str!("page/main.js"),
);

/// Gives each part of the page to `write`, in their order.
pub(super) fn parts<E>(log: &RunLog, mut write: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("{{") {
        let (part, after) = after.split_once("}}").expect("what is opened in the page is closed in it");
        write(before)?;
        match part {
            "hash of the style" => write(&hash(STYLE))?,
            "hash of the script" => write(&hash(SCRIPT))?,
            "style" => write(STYLE)?,
            "script" => write(SCRIPT)?,
            "unread" => write(&(log.skipped.broken + log.skipped.stray).to_string())?,
            "runs" => log.runs.iter().try_for_each(|run| write(&block(run)))?,
            part => unreachable!("the page has no part `{part}`"),
        }
        rest = after;
    }
    write(rest)
}

/// A run as a block of data.
///
/// JSON has `<` in its texts alone, and there it can be written without it: nothing in the block looks like its end,
/// or like the beginning of a comment.
fn block(run: &LoggedRun) -> String {
    let json = data::of(run).to_string().replace('<', "\\u003c");
    let outcome = run.outcome().map_or("open", data::word);
    format!("<script type=\"application/json\" class=\"run\" data-outcome=\"{outcome}\">{json}</script>\n")
}

/// By which a `Content-Security-Policy` knows what is on the page: `sha256-…`.
fn hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut hash = String::from("sha256-");
    for bytes in Hash::hash(text.as_bytes()).chunks(3) {
        let bits = bytes.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - bytes.len()));
        for digit in 0..4 {
            let known = digit <= bytes.len();
            hash.push(if known { DIGITS[(bits >> (18 - 6 * digit) & 63) as usize] as char } else { '=' });
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn a_hash_is_in_base64() {
        assert_eq!(hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
}
