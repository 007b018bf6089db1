use genai::chat::{ChatMessage, ChatOptions, ChatRequest, JsonSpec, StopReason};
use handoff::{FinishReason, Usage};
use handoff_models::{Completing, Completion, Dialect, Provider, ProviderError, Request, Sink, Speaker};

pub struct Genai {
    client: genai::Client,
    model: String,
    dialect: Dialect,
}

impl Provider for Genai {
    fn name(&self) -> &str {
        &self.model
    }

    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn complete<'a>(&'a self, request: &'a Request, sink: &'a mut Sink<'_>) -> Completing<'a> {
        Box::pin(async move {
            let turns = request.messages.iter().map(|turn| match turn.speaker {
                Speaker::User => ChatMessage::user(&*turn.text),
                Speaker::Model => ChatMessage::assistant(&*turn.text),
            });
            let chat = ChatRequest { system: request.system.clone(), ..ChatRequest::new(turns.collect()) };
            let mut options = ChatOptions { max_tokens: request.max_output_tokens, ..ChatOptions::default() };
            (options.temperature, options.seed) = (request.temperature, request.seed);
            if let Some(schema) = &request.schema {
                let json = serde_json::to_value(schema).map_err(ProviderError::connection)?;
                options = options.with_response_format(JsonSpec::new(schema.name(), json));
            }
            let sent = self.client.exec_chat(&self.model, chat, Some(&options)).await;
            let response = sent.map_err(|error| match error.status() {
                // Not its text, which has the prompt in it.
                Some(status) => ProviderError::status(status.as_u16(), ""),
                None => ProviderError::connection("the call of genai failed"),
            })?;
            let finish = match &response.stop_reason {
                Some(StopReason::Completed(_) | StopReason::StopSequence(_)) => FinishReason::Stop,
                Some(StopReason::MaxTokens(_)) => FinishReason::Length,
                Some(StopReason::ContentFilter(_)) => FinishReason::ContentFilter,
                _ => return Err(ProviderError::unreadable("it does not say why it ends")),
            };
            let tokens = |count: Option<i32>| count.and_then(|count| u64::try_from(count).ok());
            let counts = (tokens(response.usage.prompt_tokens), tokens(response.usage.completion_tokens));
            let text = response.texts().concat();
            sink(&text);
            let completion = Completion::new(text).finish(finish);
            Ok(match counts {
                (Some(input), Some(output)) => completion.usage(Usage::new(input, output)),
                _ => completion,
            })
        })
    }
}
