//! What stands before the stages.

use crate::agent::{CALLER, RESERVED};
use crate::errors::{Errors, shown, spanned};
use crate::pipeline::syntax::Header;
use syn::{Attribute, Type};

pub fn check(header: &mut Header, errors: &mut Errors) {
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
    let help = match &*ty {
        Type::Reference(reference) => match (&*reference.elem, shown(&*reference.elem)) {
            (Type::Slice(slice), _) => format!("write `Vec<{}>`", shown(&slice.elem)),
            (_, text) if text == "str" => "write `String`".to_owned(),
            (_, owned) => format!("write `{owned}`"),
        },
        Type::ImplTrait(_) => "write a type with a name".to_owned(),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return };
            if last.ident != "Result" || last.arguments.is_none() {
                return;
            }
            "write the output alone: whatever fails in a pipeline is the error of its run".to_owned()
        }
        _ => return,
    };
    let shown = shown(&*ty);
    let message = format!("{does} `{shown}`, which cannot cross a handoff\nhelp: {help}");
    let error = spanned(&*ty, message).into_compile_error();
    *ty = Type::Verbatim(quote::quote!([(); {#error}]));
}
