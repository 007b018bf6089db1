//! Runs as OpenTelemetry sees them: tests alone, in a crate of their own for what they are built with.
