#[automatically_derived]
impl ::handoff::FromRef<App> for Model {
    fn from_ref(state: &App) -> Self {
        <Model as ::handoff::__private::Clone>::clone(&state.model)
    }
}
