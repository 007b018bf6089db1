//! What is asked on the command line.

/// How to ask, in a line.
pub(crate) const USAGE: &str = "usage: research [--model NAME] PATH \"QUESTION\"";

/// What `--help` prints below [`USAGE`].
pub(crate) const HELP: &str = r#"
Answers a question over the file or the folder at PATH, with citations.

  --model NAME   have the agents ask a language model, in place of being functions
  --help         print this

Without --model there is no model, no key and no network. With it, the example has to be built with
the feature `models`:

  cargo run -p handoff-examples --features models --example research -- --model NAME PATH "QUESTION"

  NAME             where                                                  key
  NAME             an OpenAI-compatible server (llama.cpp, Ollama, vLLM)  OPENAI_API_KEY, if it is set
                   at OPENAI_BASE_URL, or http://127.0.0.1:11434/v1
  openai:NAME      OpenAI                                                 OPENAI_API_KEY
  anthropic:NAME   Anthropic                                              ANTHROPIC_API_KEY
  gemini:NAME      Google                                                 GEMINI_API_KEY

Exit codes: 0 answered, 1 nothing here answers that, 2 bad input, 3 the run failed."#;

/// What is asked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) model: Option<String>,
    pub(crate) path: String,
    pub(crate) question: String,
}

impl Options {
    /// Reads the arguments; `None` where help is asked for.
    pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Option<Self>, String> {
        let (mut model, mut rest) = (None, Vec::new());
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            match &*arg {
                "--help" | "-h" => return Ok(None),
                "--model" => model = Some(args.next().ok_or("`--model` wants the name of a model")?),
                option if option.starts_with("--") => {
                    return Err(format!("there is no option `{option}`; {USAGE}"));
                }
                _ => rest.push(arg),
            }
        }
        match <[String; 2]>::try_from(rest) {
            Ok([path, question]) => Ok(Some(Self { model, path, question })),
            Err(_) => Err(USAGE.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Option<Options>, String> {
        Options::parse(args.iter().map(ToString::to_string))
    }

    #[test]
    fn a_model_is_an_option() {
        let asked = |model: Option<&str>| {
            let model = model.map(str::to_owned);
            Ok(Some(Options { model, path: "README.md".to_owned(), question: "why?".to_owned() }))
        };
        assert_eq!(parse(&["README.md", "why?"]), asked(None));
        assert_eq!(parse(&["--model", "llama3.2:3b", "README.md", "why?"]), asked(Some("llama3.2:3b")));
        assert_eq!(parse(&["README.md", "why?", "--model", "smollm2"]), asked(Some("smollm2")));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(parse(&["README.md", "why?", "--help"]), Ok(None));
        assert_eq!(parse(&["README.md"]), Err(USAGE.to_owned()));
        assert!(parse(&["--models", "a", "b"]).unwrap_err().contains("no option `--models`"));
        assert!(parse(&["a", "b", "--model"]).unwrap_err().contains("name of a model"));
    }
}
