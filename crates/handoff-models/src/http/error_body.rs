//! What a provider says where it gives no answer.

use std::time::Duration;

use serde_json::Value;

use super::retry_after;
use crate::error::ProviderError;

/// The error that a body is, if it is one: with any status, 200 too.
pub(super) fn error_in(body: &Value) -> Option<ProviderError> {
    // Gemini's streams have it in a list.
    let body = body.get(0).unwrap_or(body);
    let error = body.get("error").filter(|error| !error.is_null())?;
    let status = status(error).unwrap_or(500);
    Some(said(status, message(body).unwrap_or_default(), delay(body)))
}

/// The error of a status, in all of the provider's words: a key in them is found only where it is whole.
pub(super) fn said(status: u16, message: &str, retry_after: Option<Duration>) -> ProviderError {
    ProviderError::Status { status, retry_after, message: message.to_owned(), request_id: None }
}

/// What is said, in whatever words.
pub(super) fn message(body: &Value) -> Option<&str> {
    let body = body.get(0).unwrap_or(body);
    ["/error/message", "/error", "/message", "/detail"].iter().find_map(|path| body.pointer(path)?.as_str())
}

/// How long Google says to wait.
pub(super) fn delay(body: &Value) -> Option<Duration> {
    let body = body.get(0).unwrap_or(body);
    let details = body.pointer("/error/details")?.as_array()?;
    details.iter().find_map(|detail| retry_after::google(detail.get("retryDelay")?.as_str()?))
}

/// The status that an error stands for.
fn status(error: &Value) -> Option<u16> {
    let number = |key: &str| u16::try_from(error.get(key)?.as_u64()?).ok();
    if let Some(status) =
        number("code").or_else(|| number("status")).filter(|status| (400..600).contains(status))
    {
        return Some(status);
    }
    let kind = ["type", "code", "status"].iter().find_map(|key| error.get(key)?.as_str())?;
    Some(match kind.to_ascii_lowercase().as_str() {
        "invalid_request_error" | "invalid_argument" | "failed_precondition" => 400,
        "authentication_error" | "invalid_api_key" | "unauthenticated" => 401,
        "billing_error" | "insufficient_quota" => 402,
        "permission_error" | "permission_denied" => 403,
        "not_found_error" | "not_found" | "model_not_found" => 404,
        "request_too_large" => 413,
        "rate_limit_error" | "rate_limit_exceeded" | "resource_exhausted" => 429,
        "unavailable" => 503,
        "timeout_error" | "deadline_exceeded" => 504,
        "overloaded_error" => 529,
        _ => 500,
    })
}
