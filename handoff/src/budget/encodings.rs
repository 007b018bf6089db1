//! The encodings of other models, counted by the crate `tiktoken`.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use tiktoken::CoreBpe;

use super::counter::{Tally, TokenCounter};

/// A counter for the tokens of Llama, Qwen, DeepSeek, Mistral and others, with the crate `tiktoken`.
///
/// | models | count in |
/// |---|---|
/// | GPT-4o, GPT-4.1, GPT-5, gpt-oss, the o-series | [`O200kBase`](super::O200kBase), which needs no feature |
/// | GPT-4, GPT-3.5, the embeddings of OpenAI | [`CL100K_BASE`](Self::CL100K_BASE) |
/// | Llama 3 and 4 | [`LLAMA3`](Self::LLAMA3) |
/// | Qwen 2.5 and 3 | [`QWEN2`](Self::QWEN2) |
/// | DeepSeek V3, R1 and V4 | [`DEEPSEEK_V3`](Self::DEEPSEEK_V3) |
/// | Mistral since Nemo (Tekken) | [`MISTRAL_V3`](Self::MISTRAL_V3) |
/// | Kimi K2 and K3 | [`KIMI_K2`](Self::KIMI_K2) |
/// | GLM-4.5 to 4.7, GLM-5 | [`GLM4`](Self::GLM4), [`GLM5`](Self::GLM5) |
/// | MiniMax M2 | [`MINIMAX_M2`](Self::MINIMAX_M2) |
/// | Claude, Gemini, and whatever has no published tokenizer | see below |
///
/// ```
/// use handoff::budget::{Tiktoken, TokenCounter};
///
/// let text = "tiktoken is great!";
/// assert_eq!(Tiktoken::CL100K_BASE.count(text, None).tokens(), 6);
/// assert_eq!(Tiktoken::LLAMA3.encoding(), "llama3");
/// ```
///
/// # Where no tokenizer is published
///
/// Anthropic and Google publish none for their current models: what a prompt takes is known when the provider
/// has said so, in the [`Usage`](crate::Usage). A count in another encoding is then a guess, good for comparing
/// payloads, and as a budget with a margin. How wide the margin has to be depends on the text. Against
/// `o200k_base`, four of the encodings here count
///
/// | | `cl100k_base` | `qwen2` | `mistral_v3` | `deepseek_v3` |
/// |---|---|---|---|---|
/// | English prose | 1.00 | 1.00 | 1.03 | 1.01 |
/// | Rust | 1.01 | 1.02 | 1.04 | 1.07 |
/// | JSON of long numbers | 1.00 | 1.78 | 1.78 | 1.00 |
/// | Japanese | 1.27 | 0.89 | 1.00 | 0.89 |
/// | Russian | 1.29 | 1.07 | 1.02 | 1.04 |
/// | Hindi | 3.19 | 2.92 | 1.27 | 1.88 |
///
/// times as many tokens. [`Utf8Bytes`](super::Utf8Bytes) is the budget that holds in whatever encoding makes
/// its tokens of bytes.
///
/// # Cost
///
/// Eight crates more to build, half as much again as `handoff` by itself. The vocabularies that a program names
/// are part of it, 0.4 MB to 0.8 MB each, and 1 MB for what reads them. One is unpacked at its first use, or
/// when a runtime [warms](TokenCounter::warm) it: some tenths of a second, a second without optimisation, and
/// 20 MB of tables. A text is counted to its end, whatever its limit, unless its length alone says that it is
/// over; one letter repeated a million times takes a second or two.
///
/// The vocabularies are their vendors', under licences of their own: read those of Llama and DeepSeek before a
/// program with them is handed on.
#[derive(Clone, Copy)]
pub struct Tiktoken {
    name: &'static str,
    longest_token: usize,
    /// By a function, so that a program has the vocabularies of the encodings that it names, and no others.
    encoding: fn() -> &'static CoreBpe,
}

macro_rules! encodings {
    ($($(#[$doc:meta])* $name:ident = $encoding:ident, $longest_token:literal;)*) => {
        impl Tiktoken {
            $(
                $(#[$doc])*
                pub const $name: Self = Self {
                    name: stringify!($encoding),
                    longest_token: $longest_token,
                    encoding: || {
                        static ENCODING: LazyLock<CoreBpe> = LazyLock::new(tiktoken::encoding::$encoding);
                        &ENCODING
                    },
                };
            )*

            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

encodings! {
    /// GPT-4, GPT-3.5, and OpenAI's embeddings.
    CL100K_BASE = cl100k_base, 128;
    /// DeepSeek V3, R1 and V4.
    DEEPSEEK_V3 = deepseek_v3, 128;
    /// GLM-4.5, 4.6 and 4.7.
    GLM4 = glm4, 512;
    /// GLM-5.
    GLM5 = glm5, 512;
    /// Kimi K2 and K3.
    KIMI_K2 = kimi_k2, 256;
    /// Llama 3 and 4.
    LLAMA3 = llama3, 128;
    /// MiniMax M2.
    MINIMAX_M2 = minimax_m2, 128;
    /// Mistral's models since Nemo, whose tokenizer is called Tekken.
    MISTRAL_V3 = mistral_v3, 76;
    /// Qwen 2.5 and 3.
    QWEN2 = qwen2, 128;
}

impl TokenCounter for Tiktoken {
    fn encoding(&self) -> Cow<'static, str> {
        Cow::Borrowed(self.name)
    }

    fn count(&self, text: &str, limit: Option<u32>) -> Tally {
        let least = text.len().div_ceil(self.longest_token);
        if limit.is_some_and(|limit| least > limit as usize) {
            return Tally::at_least(least);
        }
        Tally::exact((self.encoding)().count(text))
    }

    fn longest_token(&self) -> Option<usize> {
        Some(self.longest_token)
    }

    fn warm(&self) {
        (self.encoding)();
    }
}

impl fmt::Debug for Tiktoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tiktoken").field(&self.name).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_is_longer_than_the_longest() {
        for counter in Tiktoken::ALL {
            let encoding = (counter.encoding)();
            let ids = 0..u32::try_from(encoding.vocab_size()).unwrap();
            let longest = ids.map(|id| encoding.decode(&[id]).len()).max();
            assert_eq!(longest, counter.longest_token(), "{counter:?}");
        }
    }

    /// Counted by the vendors' own tokenizers, or by `tiktoken` for Python with their vocabularies; those of
    /// the last four encodings are the crate's own, so that a new release that counts otherwise is seen.
    #[test]
    fn counts_are_those_of_the_vendors() {
        let texts = [
            "tiktoken is great!",
            "antidisestablishmentarianism",
            "2 + 2 = 4",
            "お誕生日おめでとう",
            r#"{"subtasks":[{"id":"t1","description":"Find out who lit the lamp in 1871.","priority":3}],"confidence":0.875}"#,
            "fn main() {\n    let xs: Vec<u32> = (0..100_000).collect();\n    println!(\"{}\", xs.len());\n}\n",
            "<|endoftext|> don't, they'll   never…\r\n\r\n\tПривет, мир! 12345678 😀👩\u{200d}👩\u{200d}👧",
        ];
        let known = [
            (Tiktoken::CL100K_BASE, [6, 6, 7, 9, 33, 29, 42]),
            (Tiktoken::DEEPSEEK_V3, [6, 5, 7, 7, 35, 32, 39]),
            (Tiktoken::LLAMA3, [5, 6, 7, 9, 33, 29, 39]),
            (Tiktoken::MISTRAL_V3, [5, 7, 7, 7, 41, 36, 51]),
            (Tiktoken::QWEN2, [6, 6, 7, 7, 37, 34, 40]),
            (Tiktoken::GLM4, [5, 6, 7, 8, 34, 29, 39]),
            (Tiktoken::GLM5, [5, 6, 7, 8, 34, 29, 33]),
            (Tiktoken::KIMI_K2, [5, 6, 7, 9, 34, 30, 35]),
            (Tiktoken::MINIMAX_M2, [6, 6, 7, 4, 33, 30, 32]),
        ];
        assert_eq!(known.len(), Tiktoken::ALL.len());
        for (counter, counts) in known {
            assert_eq!(texts.map(|text| counter.count(text, None).tokens()), counts, "{counter:?}");
        }
    }

    #[test]
    fn a_text_that_is_certainly_over_is_not_counted() {
        let text = " ".repeat(128 * 1_000);
        assert_eq!(Tiktoken::LLAMA3.count(&text, Some(999)), Tally::at_least(1_000));
        assert!(Tiktoken::LLAMA3.count(&text, Some(1_000)).is_exact());
        assert_eq!(Tiktoken::LLAMA3.count("", Some(0)), Tally::exact(0));
    }
}
