//! Reading a value from a tree of JSON, where serde would buffer it.
//!
//! What serde buffers for an enum with a tag or a flattened struct, it reads as another thing than the text: the keys of
//! maps are texts and no numbers, and numbers may be objects. So `#[contract]` derives `Deserialize` for a shadow of such
//! a type, which has no tags and flattens nothing, and [`FromJson`] presents the tree in the shadow's form. It knows the
//! form by the tables of the contract.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use crate::contract::derived::{Declaration, Derived};
use crate::contract::json::absent::Absent;
use crate::contract::json::keys::KeyText;
use crate::contract::json::text;
use crate::contract::json::tree::{Entry, Json, Number, Object};
use crate::contract::layout::{Enum, Layout, Member, Shape, Struct, Tagging, Variant};
use crate::contract::reading::choice::Choices;
use crate::contract::reading::validator::Validator;

type Error = serde_json::Error;

/// A contract whose `Deserialize` reads a tree of JSON, in the form of its shadow.
pub trait Shadowed: Derived {
    /// Reads the shadow, and makes the contract of it.
    ///
    /// # Errors
    ///
    /// Those of serde.
    fn read_shadow<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Reads a contract through its shadow.
///
/// # Errors
///
/// Where the value does not have the form of the contract.
pub fn deserialize<'de, C: Shadowed, D: Deserializer<'de>>(deserializer: D) -> Result<C, D::Error> {
    struct OfShadow<C>(std::marker::PhantomData<C>);

    impl<'de, C: Shadowed> Visitor<'de> for OfShadow<C> {
        type Value = C;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a JSON value")
        }

        /// Any other deserializer.
        fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<C, D::Error> {
            let declaration = ASKED.take();
            let json = Json::read_from(deserializer)?;
            // As long as the tree lives, what was found out of it holds.
            let from = FromJson { json: json.clone(), choices: Rc::default(), shadow: declaration };
            C::read_shadow(from).map_err(|error| de::Error::custom(text::plain_message(&error)))
        }

        /// [`FromJson`], which has the form of the shadow by now.
        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<C, D::Error> {
            C::read_shadow(deserializer)
        }
    }

    ASKED.set(C::declaration());
    deserializer.deserialize_newtype_struct(SHADOW, OfShadow(std::marker::PhantomData))
}

/// What a deserializer is asked for by the name of a newtype: itself, in the form of the shadow of the contract in
/// [`ASKED`]. One that does not know the name hands on what there is.
const SHADOW: &str = "handoff::shadow";

thread_local! {
    /// The contract whose shadow a deserializer is asked for: there is no other way to tell it. It is taken by whoever
    /// is asked, before anything else is read.
    static ASKED: Cell<Option<&'static Declaration>> = const { Cell::new(None) };
}

/// A deserializer of a tree of JSON.
#[derive(Debug)]
pub(crate) struct FromJson<'t> {
    json: Json<'t>,
    /// What was found out of the tree.
    choices: Rc<RefCell<Choices>>,
    /// The contract in the form of whose shadow the tree is presented.
    shadow: Option<&'static Declaration>,
}

impl<'t> FromJson<'t> {
    /// The deserializer of another value of the tree.
    fn of(&self, json: Json<'t>) -> Self {
        Self { json, choices: Rc::clone(&self.choices), shadow: None }
    }

    fn object(&self, expected: &str) -> Result<&Object<'t>, Error> {
        match &self.json {
            Json::Object(object) => Ok(object),
            other => Err(Error::custom(format_args!("expected {expected}, found {}", other.kind()))),
        }
    }

    /// The variant of an enum that the value is, and what it holds.
    fn variant(&self, table: &'static Enum) -> Result<InVariant<'t>, Error> {
        let (variant, content) = match table.tagging {
            Tagging::External => return self.external(),
            Tagging::Internal { tag } => {
                let object = self.object("an object")?;
                let variant = tagged(object, tag, table)?;
                (variant, Some(Json::Object(object.without(tag))))
            }
            Tagging::Adjacent { tag, content } => {
                let object = self.object("an object")?;
                let variant = tagged(object, tag, table)?;
                let held = object.get(content).filter(|_| !matches!(variant.body, Shape::Unit)).cloned();
                if !table.open && object.len() > 1 + usize::from(held.is_some()) {
                    return Err(Error::custom("unknown field"));
                }
                (variant, held)
            }
            Tagging::Untagged => {
                let mut validator = Validator::knowing(self.choices.take());
                let variant = validator.variant_of(&self.json, table);
                self.choices.replace(validator.into_choices());
                let none = || Error::custom(format_args!("matches no variant of `{}`", table.name));
                (variant.ok_or_else(none)?, Some(self.json.clone()))
            }
        };
        let content = match (&variant.body, content) {
            (Shape::Unit, Some(Json::Object(rest))) if !table.open && rest.len() > 0 => {
                return Err(Error::custom("unknown field"));
            }
            (Shape::Unit, _) => Content::Nothing,
            (_, Some(json)) => Content::Value(self.of(json)),
            (_, None) => Content::Missing,
        };
        // By an alias or not, it is known to the shadow by its name.
        Ok(InVariant { name: Cow::Borrowed(variant.name), content })
    }

    /// A variant without a tag: its name, or an object with its name as the only key.
    fn external(&self) -> Result<InVariant<'t>, Error> {
        const EXPECTED: &str = "expected a string or an object with one key";
        match &self.json {
            Json::Text(name) => Ok(InVariant { name: name.clone(), content: Content::Nothing }),
            Json::Object(object) if object.len() == 1 => {
                let entry = object.iter().next().ok_or_else(|| Error::custom(EXPECTED))?;
                let content = Content::Value(self.of(entry.value.clone()));
                Ok(InVariant { name: entry.key.clone(), content })
            }
            other => Err(Error::custom(format_args!("{EXPECTED}, found {}", other.kind()))),
        }
    }

    /// The fields of a struct in the form of its shadow, in which each flattened struct is a field.
    fn fields(&self, table: &'static Struct) -> Result<Entries<'t>, Error> {
        let object = self.object("an object")?;
        let mut parts: Vec<(&'static str, &'static Struct, Vec<_>)> = Vec::new();
        for member in table.fields {
            if let Member::Flattened { key, of } = member {
                parts.push((key, of.fields, Vec::new()));
            }
        }
        let mut entries = Vec::new();
        for entry in object.iter() {
            if table.has_own(&entry.key) {
                entries.push(entry.clone());
            } else if let Some((.., part)) = parts.iter_mut().find(|(_, table, _)| table.has(&entry.key)) {
                part.push(entry.clone());
            } else if !table.open {
                return Err(Error::custom("unknown field"));
            }
        }
        for (key, _, part) in parts {
            let value = Json::Object(Object::new(part));
            entries.push(Entry { key: key.into(), value, repeated: false });
        }
        Ok(Entries::new(self, Object::new(entries)))
    }
}

/// The variant that the tag of an object names.
fn tagged<'v>(object: &Object<'_>, tag: &str, table: &'v Enum) -> Result<&'v Variant, Error> {
    match object.get(tag) {
        Some(Json::Text(name)) => table
            .variant(name)
            .ok_or_else(|| Error::custom(format_args!("unknown variant of `{}`", table.name))),
        Some(other) => {
            Err(Error::custom(format_args!("expected a string under `{tag}`, found {}", other.kind())))
        }
        None => Err(Error::custom(format_args!("missing field `{tag}`"))),
    }
}

macro_rules! numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match &self.json {
                Json::Number(number) if number.integer() == Some(0) => visitor.visit_u64(0),
                _ => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for FromJson<'de> {
    type Error = Error;

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    serde::forward_to_deserialize_any! {
        bool f64 char str string bytes byte_buf seq tuple tuple_struct map identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.json {
            Json::Null => visitor.visit_unit(),
            Json::Bool(value) => visitor.visit_bool(*value),
            Json::Number(Number::Unsigned(value)) => visitor.visit_u64(*value),
            Json::Number(Number::Negative(value)) => visitor.visit_i64(*value),
            Json::Number(Number::Float(value)) => visitor.visit_f64(*value),
            Json::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Json::Text(Cow::Owned(text)) => visitor.visit_str(text),
            Json::List(items) => {
                let mut list = Items { from: &self, list: items, next: 0 };
                let value = visitor.visit_seq(&mut list)?;
                if list.next < items.len() {
                    return Err(Error::invalid_length(items.len(), &"a shorter list"));
                }
                Ok(value)
            }
            Json::Object(object) => visitor.visit_map(Entries::new(&self, object.clone())),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.json {
            #[allow(clippy::cast_possible_truncation)] // the cast that serde makes
            Json::Number(number) if number.float().is_finite() && !(number.float() as f32).is_finite() => {
                Err(Error::custom("the number is too large for an f32"))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if matches!(self.json, Json::Null) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    /// What holds nothing is an object with the tag alone where it stands beside one.
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.json {
            Json::Object(object) if object.is_beside_tag() && object.len() == 0 => visitor.visit_unit(),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == SHADOW {
            return visitor.visit_some(Self { shadow: ASKED.take(), ..self });
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let entries = match self.shadow {
            Some(Declaration { layout: Some(Layout::Struct(Shape::Struct(table))), .. }) => {
                self.fields(table)?
            }
            _ => Entries::new(&self, self.object("an object")?.clone()),
        };
        visitor.visit_map(entries)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(match self.shadow {
            Some(Declaration { layout: Some(Layout::Enum(table)), .. }) => self.variant(table)?,
            _ => self.external()?,
        })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

/// The items of a list.
struct Items<'f, 't> {
    from: &'f FromJson<'t>,
    list: &'f [Json<'t>],
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(item) = self.list.get(self.next) else { return Ok(None) };
        self.next += 1;
        seed.deserialize(self.from.of(item.clone())).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.list.len() - self.next)
    }
}

/// The entries of an object.
struct Entries<'t> {
    object: Object<'t>,
    choices: Rc<RefCell<Choices>>,
    next: usize,
    value: Option<Json<'t>>,
}

impl<'t> Entries<'t> {
    fn new(from: &FromJson<'t>, object: Object<'t>) -> Self {
        Self { object, choices: Rc::clone(&from.choices), next: 0, value: None }
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        while let Some((entry, hidden)) = self.object.at(self.next) {
            self.next += 1;
            if !hidden {
                self.value = Some(entry.value.clone());
                return seed.deserialize(KeyText(&entry.key)).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let json = self.value.take().ok_or_else(|| Error::custom("a value is read before its key"))?;
        seed.deserialize(FromJson { json, choices: Rc::clone(&self.choices), shadow: None })
    }
}

/// A variant of an enum, and what it holds.
struct InVariant<'t> {
    name: Cow<'t, str>,
    content: Content<'t>,
}

enum Content<'t> {
    /// It holds nothing.
    Nothing,
    /// What it holds is missing, which an `Option` may be.
    Missing,
    Value(FromJson<'t>),
}

impl<'de> EnumAccess<'de> for InVariant<'de> {
    type Error = Error;
    type Variant = Content<'de>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Content<'de>), Error> {
        let name: StrDeserializer<'_, Error> = (&*self.name).into_deserializer();
        seed.deserialize(name).map(|variant| (variant, self.content))
    }
}

impl<'de> Content<'de> {
    fn value(self) -> Result<FromJson<'de>, Error> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Nothing | Self::Missing => Err(Error::custom("what the variant holds is missing")),
        }
    }
}

impl<'de> VariantAccess<'de> for Content<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self {
            Self::Nothing | Self::Missing => Ok(()),
            Self::Value(_) => Err(Error::custom("expected a string, as the variant holds nothing")),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        match self {
            Self::Missing => seed.deserialize(Absent).map_err(Error::custom),
            content => seed.deserialize(content.value()?),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.value()?.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.value()?.deserialize_struct("", fields, visitor)
    }
}
