//! The `traceparent` header of W3C trace-context: how a trace that began elsewhere goes on here,
//! and how one from here goes on elsewhere.

use super::ids::{SpanId, TraceId};
use crate::hex;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// The contents of a `traceparent` header: the trace, the calling operation in it, and flags.
///
/// Parse it from the header of a request and pass it to [`Run::traceparent`]; in an agent,
/// [`Context::traceparent`] returns the one to send with requests.
///
/// [`Run::traceparent`]: crate::Run::traceparent
/// [`Context::traceparent`]: crate::Context::traceparent
///
/// ```
/// use handoff::TraceParent;
///
/// let parent: TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse()?;
/// assert_eq!(parent.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert!(parent.is_sampled());
/// # Ok::<(), handoff::InvalidTraceParent>(())
/// ```
///
/// # Parsing
///
/// Parsing follows [the standard](https://www.w3.org/TR/trace-context/#traceparent-header), and corrects
/// nothing: lower-case hex digits, no id of zeros, not the version `ff`. Version `00` has 55 characters; of a
/// later version the first 55 are read, and more may follow after a dash.
///
/// The standard lets a service that receives a broken header begin a trace of its own. Here that is the
/// caller's decision, made with `header.parse().ok()`, because nobody notices a trace that breaks silently.
///
/// # Display
///
/// Writes the header in version `00`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TraceParent {
    trace_id: TraceId,
    parent_id: SpanId,
    flags: u8,
}

/// The flags that the standard defines: sampled, and, since its second level, random trace id.
/// Others are not sent on.
const DEFINED: u8 = SAMPLED | 0b10;
const SAMPLED: u8 = 0b01;

impl TraceParent {
    pub(crate) fn new(trace_id: TraceId, parent_id: SpanId, flags: u8) -> Self {
        Self { trace_id, parent_id, flags: flags & DEFINED }
    }

    /// Returns the id of the trace, which is the run's [`trace_id`](crate::Run::trace_id), too.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.trace_id
    }

    /// Returns the id of the calling operation.
    #[must_use]
    pub fn parent_id(&self) -> SpanId {
        self.parent_id
    }

    /// Returns the flags that the standard defines; others are 0.
    #[must_use]
    pub fn flags(&self) -> u8 {
        self.flags
    }

    /// Returns `true` if the caller may have recorded the trace.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace_id, self.parent_id, self.flags)
    }
}

impl FromStr for TraceParent {
    type Err = InvalidTraceParent;

    fn from_str(header: &str) -> Result<Self, InvalidTraceParent> {
        let bad = |reason| InvalidTraceParent { reason };
        let bytes = header.as_bytes();
        let (Some(fields), after) = (bytes.get(..LENGTH), bytes.get(LENGTH)) else {
            return Err(bad("it is shorter than 55 characters"));
        };
        let dash_at = |index: usize| fields.get(index) == Some(&b'-');
        if !(dash_at(2) && dash_at(35) && dash_at(52)) {
            return Err(bad("its fields are not `version-traceid-parentid-flags`"));
        }
        let version = header.get(0..2).and_then(hex::read);
        let [version] = version.ok_or(bad("its version is not two lower-case hex digits"))?;
        match (version, after) {
            (0xff, _) => return Err(bad("the version `ff` is forbidden")),
            (0, Some(_)) => return Err(bad("it is longer than the 55 characters of version `00`")),
            (_, Some(byte)) if *byte != b'-' => {
                return Err(bad("what follows the flags does not begin with a dash"));
            }
            _ => {}
        }
        let trace_id = header.get(3..35).and_then(hex::read);
        let trace_id = trace_id.ok_or(bad("its trace id is not 32 lower-case hex digits"))?;
        let trace_id = TraceId::from_bytes(trace_id).ok_or(bad("its trace id is all zeros"))?;
        let parent_id = header.get(36..52).and_then(hex::read);
        let parent_id = parent_id.ok_or(bad("its parent id is not 16 lower-case hex digits"))?;
        let parent_id = SpanId::from_bytes(parent_id).ok_or(bad("its parent id is all zeros"))?;
        let flags = header.get(53..55).and_then(hex::read);
        let [flags] = flags.ok_or(bad("its flags are not two lower-case hex digits"))?;
        Ok(Self::new(trace_id, parent_id, flags))
    }
}

/// Characters of the fields up to the flags.
const LENGTH: usize = 55;

/// The error of a header that is not a `traceparent`.
///
/// It does not repeat the header, which comes from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a W3C traceparent: {reason}")]
pub struct InvalidTraceParent {
    reason: &'static str,
}

#[cfg(test)]
mod tests {
    use super::TraceParent;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const PARENT: &str = "00f067aa0ba902b7";

    fn reason(header: &str) -> String {
        match header.parse::<TraceParent>() {
            Ok(parent) => parent.to_string(),
            Err(error) => error.to_string().replace("not a W3C traceparent: ", ""),
        }
    }

    #[test]
    fn what_the_standard_allows_is_read_and_written_in_version_00() {
        let plain = format!("00-{TRACE}-{PARENT}-01");
        assert_eq!(reason(&plain), plain);
        for later in ["cc", "01", "fe"] {
            for rest in ["", "-", "-what-the-future-brings"] {
                assert_eq!(reason(&format!("{later}-{TRACE}-{PARENT}-01{rest}")), plain);
            }
        }
        // Flags that nobody has defined yet are not sent on.
        assert_eq!(reason(&format!("00-{TRACE}-{PARENT}-ff")), format!("00-{TRACE}-{PARENT}-03"));
        let parsed: TraceParent = format!("00-{TRACE}-{PARENT}-02").parse().expect("a header");
        assert!(!parsed.is_sampled());
        assert_eq!(parsed.parent_id().to_bytes(), [0, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7]);
    }

    #[test]
    fn what_it_forbids_is_refused() {
        let zeros = "0".repeat(32);
        for (header, wrong) in [
            (String::new(), "shorter"),
            (format!("00-{TRACE}-{PARENT}-1"), "shorter"),
            (format!("00-{TRACE}-{PARENT}-01-"), "longer"),
            (format!("00-{TRACE}-{PARENT}-01 "), "longer"),
            (format!(" 0-{TRACE}-{PARENT}-01"), "version"),
            (format!("ff-{TRACE}-{PARENT}-01"), "`ff`"),
            (format!("0A-{TRACE}-{PARENT}-01"), "version"),
            (format!("01-{TRACE}-{PARENT}-01.extra"), "dash"),
            (format!("00_{TRACE}-{PARENT}-01"), "fields"),
            (format!("00-{}-{PARENT}-01", TRACE.to_uppercase()), "trace id is not"),
            (format!("00-{zeros}-{PARENT}-01"), "trace id is all"),
            (format!("00-{TRACE}-0000000000000000-01"), "parent id is all"),
            (format!("00-{TRACE}-00f067aa0ba902bx-01"), "parent id is not"),
            (format!("00-{TRACE}-{PARENT}-0g"), "flags"),
            (format!("00-{TRACE}-{PARENT}-é"), "flags"),
            (format!("00-{TRACE}-00f067aa0ba902é-01"), "parent id"),
        ] {
            assert!(reason(&header).contains(wrong), "{header:?}: {}", reason(&header));
        }
    }
}
