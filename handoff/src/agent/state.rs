//! What agents take from the application: resources, by type.

/// Extracts a resource from the runtime's state: an agent's parameter `State(model): State<Model>`.
///
/// The resource is cloned out of the state for every attempt, so it should be cheap to clone: a handle, an
/// `Arc`. A run whose state does not provide the resource does not compile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State<T>(pub T);

impl<T> std::ops::Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// A resource that can be obtained from the application's state `S`.
///
/// Derive it on the state: each field then is a resource of its type. Every type that is `Clone`
/// provides itself.
///
/// ```
/// use handoff::prelude::*;
///
/// #[derive(Clone)]
/// struct Model;
///
/// #[derive(Clone, FromRef)]
/// struct App {
///     model: Model,
///     #[from_ref(skip)]
///     started: std::time::SystemTime,
/// }
/// # let app = App { model: Model, started: std::time::SystemTime::now() };
/// # let _ = (Model::from_ref(&app), app.started);
/// ```
pub trait FromRef<S> {
    /// Clones the resource out of the state.
    fn from_ref(state: &S) -> Self;
}

impl<T: Clone> FromRef<T> for T {
    fn from_ref(state: &T) -> T {
        state.clone()
    }
}

/// Says in a compile error which agent takes which resource that the state does not provide.
#[diagnostic::on_unimplemented(
    message = "the runtime's state `{Self}` does not provide `{T}`, which agent `{Agent}` takes",
    label = "`{Agent}` takes `State<{T}>`, and `{Self}` has no such resource",
    note = "hand the runtime a state that has one, with `Runtime::builder().state(…)`: a struct with a field of type `{T}` and `#[derive(FromRef)]`"
)]
#[doc(hidden)]
pub trait Provides<T, Agent: ?Sized> {
    fn provide(&self) -> T;
}

#[diagnostic::do_not_recommend]
impl<S, T: FromRef<S>, Agent: ?Sized> Provides<T, Agent> for S {
    fn provide(&self) -> T {
        T::from_ref(self)
    }
}
