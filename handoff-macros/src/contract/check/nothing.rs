//! Options whose two kinds of nothing are one in JSON.

use syn::Type;

use crate::contract::types::{self, Container, Held};
use crate::errors::{Errors, shown};

/// Reports a type in which an option holds what may be `null` itself: `Some` of it would come back as `None`.
pub fn error_of_two_nothings(ty: &Type, errors: &mut Errors) {
    let Some(twice) = types::two_nothings(ty) else { return };
    let something = something(twice);
    let written = shown(twice);
    let help = if types::is_unit(something) {
        "write `bool`".to_owned()
    } else {
        let something = shown(something);
        format!(
            "write `Option<{something}>`, or a field `name: Option<Option<{something}>>` of a contract, which is left out where it is `None`"
        )
    };
    errors.at_with_help(
        twice,
        format_args!(
            "in JSON two values of `{written}` are `null`: what goes in as `Some` comes out as `None`"
        ),
        help,
    );
}

/// What is there if anything is.
fn something(ty: &Type) -> &Type {
    match types::held(ty) {
        Some(Held { container: Container::Option | Container::Box, item, .. }) => something(item),
        _ => ty,
    }
}
