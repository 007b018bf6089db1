//! What stands before the stages.

use crate::agent::{CALLER, RESERVED};
use crate::errors::{Errors, shown, spanned};
use crate::owned;
use crate::pipeline::syntax::Header;
use syn::{Attribute, Type};

pub fn check(header: &mut Header, errors: &mut Errors) {
    if header.hides_the_crate() {
        let ident = &header.ident;
        errors.at_with_help(
            ident,
            format_args!(
                "pipeline `{ident}` hides the crate `{ident}`: `use {ident}::…` would find the pipeline"
            ),
            "give it another name",
        );
    }
    let Header { krate: _, attributes, visibility: _, ident, argument: _, input, output } = header;
    if *ident == CALLER {
        errors.at_with_help(&*ident, RESERVED, "rename the pipeline");
    }
    for attribute in &*attributes {
        check_attribute(attribute, errors);
    }
    check_payload(input, &format!("pipeline `{ident}` takes"));
    check_payload(output, &format!("pipeline `{ident}` returns"));
}

fn check_attribute(attribute: &Attribute, errors: &mut Errors) {
    let known = ["doc", "cfg", "deprecated", "allow"];
    if !known.iter().any(|name| attribute.path().is_ident(name)) {
        errors.at_with_help(
            attribute,
            "a pipeline cannot have this attribute",
            "leave it out: a pipeline has doc comments, `#[cfg(…)]`, `#[allow(…)]` and `#[deprecated]`",
        );
    }
}

/// Types that can be seen to be no contract, whatever their names mean. The error takes the type's
/// place, which is then as unknown to rustc as it is to us: nothing follows from it.
fn check_payload(ty: &mut Type, does: &str) {
    let refused = |help: &str| {
        let message = format!("{does} `{}`, which cannot cross a handoff\nhelp: {help}", shown(&*ty));
        Err(spanned(&*ty, message))
    };
    let checked = match named(ty) {
        Some("Result") => {
            refused("write the output alone: whatever fails in a pipeline is the error of its run")
        }
        Some("Envelope") => refused("write what is in it alone: its run puts that in an envelope"),
        _ => owned::check(ty, does),
    };
    if let Err(error) = checked {
        let error = error.into_compile_error();
        *ty = Type::Verbatim(quote::quote!([(); {#error}]));
    }
}

/// What a run makes of an output, by its name. A contract may be called that too, but has no arguments.
fn named(ty: &Type) -> Option<&'static str> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| !last.arguments.is_none())?;
    ["Result", "Envelope"].into_iter().find(|name| last.ident == name)
}
