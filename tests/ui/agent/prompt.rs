//! A stand-in for the crate that asks models.

use handoff::Asks;
use handoff::prelude::*;
use std::marker::PhantomData;

/// Says the same to everybody.
#[derive(Clone)]
pub struct Model(pub String);

/// Another one.
#[derive(Clone)]
pub struct Fast(pub Model);

impl AsRef<Model> for Model {
    fn as_ref(&self) -> &Model {
        self
    }
}

impl AsRef<Model> for Fast {
    fn as_ref(&self) -> &Model {
        &self.0
    }
}

pub struct Prompt<T, M = Model> {
    pub text: String,
    of: PhantomData<fn() -> (T, M)>,
}

impl<T, M> Prompt<T, M> {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), of: PhantomData }
    }
}

impl<T: Send + 'static, M: AsRef<Model> + Send + 'static> Asks for Prompt<T, M> {
    type Output = T;
    type Of = M;
    type Error = ContractViolation;

    async fn ask(self, model: M, _: Context) -> Result<T, ContractViolation>
    where
        T: Contract,
    {
        T::parse(&model.as_ref().0.replace("PROMPT", &self.text))
    }

    fn from_doc<I: Contract>(doc: &'static str, _: &I) -> Self {
        Self::new(doc)
    }
}
