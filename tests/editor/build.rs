//! Compiles this crate as rust-analyzer would see it.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(rust_analyzer)");
    println!("cargo::rustc-cfg=rust_analyzer");
    println!("cargo::rustc-env=HANDOFF_EDITOR=1");
    println!("cargo::rerun-if-changed=build.rs");
}
