//! What pipelines say of themselves. The diagrams in here have been through Mermaid's own parser (11.17).
#![allow(missing_docs)]

mod diagram;
mod docs;
mod edges;
mod pipelines;
mod value;
