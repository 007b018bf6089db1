//! What serde asks of the writer.

use super::order::{self, Part};
use super::{Outcome, Place, Writer};
use serde::Serialize;
use serde::ser::{self, Error as _, Serializer};
use std::fmt::{self, Display, Write as _};
use std::io;

type Result<T> = std::result::Result<T, serde_json::Error>;

/// The structs in which `serde_json` hides text that is JSON already: numbers, with its feature
/// `arbitrary_precision`, and values, with `raw_value`.
const VERBATIM: [&str; 2] = ["$serde_json::private::Number", "$serde_json::private::RawValue"];

/// The parts of a list, an object or the variant of an enum.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    writer: &'a mut Writer,
    is_first: bool,
    /// The brackets at its end.
    end: &'static str,
}

/// The entries of a map, and where they stand if they are to be put in order.
#[derive(Debug)]
pub(crate) struct Entries<'a> {
    parts: Parts<'a>,
    places: Option<Vec<Part>>,
}

impl Writer {
    /// What is JSON as it stands, in quotes where that is a key.
    fn bare(&mut self, json: &str) -> Outcome {
        if self.place != Place::Key {
            return self.push(json);
        }
        self.push_between("\"", json, "\"")
    }

    fn number(&mut self, number: impl Serialize) -> Outcome {
        let mut digits = Digits { bytes: [0; 48], len: 0 };
        serde_json::to_writer(&mut digits, &number)?;
        self.bare(str::from_utf8(&digits.bytes[..digits.len]).unwrap_or_default())
    }

    /// What a number that is infinite, or none at all, stands for.
    fn not_finite(&mut self) -> Outcome {
        if self.place == Place::Key {
            return Err(serde_json::Error::custom("float key must be finite (got NaN or +/-inf)"));
        }
        self.push("null")
    }

    /// What follows cannot be a key.
    fn no_key(&self) -> Outcome {
        if self.place == Place::Key {
            return Err(serde_json::Error::custom("key must be a string"));
        }
        Ok(())
    }

    fn null(&mut self) -> Outcome {
        self.no_key()?;
        self.push("null")
    }

    #[inline]
    fn begin(&mut self, bracket: &str, end: &'static str) -> Result<Parts<'_>> {
        self.no_key()?;
        self.enter(bracket)?;
        Ok(Parts { writer: self, is_first: true, end })
    }

    /// What stands in an object by itself, under the name of its variant.
    fn variant(&mut self, variant: &str) -> Outcome {
        self.no_key()?;
        self.enter("{")?;
        self.quoted(variant)?;
        self.push(":")
    }
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = serde_json::Error;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Entries<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    fn serialize_bool(self, value: bool) -> Outcome {
        self.bare(if value { "true" } else { "false" })
    }

    fn serialize_i8(self, value: i8) -> Outcome {
        self.number(value)
    }

    fn serialize_i16(self, value: i16) -> Outcome {
        self.number(value)
    }

    fn serialize_i32(self, value: i32) -> Outcome {
        self.number(value)
    }

    fn serialize_i64(self, value: i64) -> Outcome {
        self.number(value)
    }

    fn serialize_i128(self, value: i128) -> Outcome {
        self.number(value)
    }

    fn serialize_u8(self, value: u8) -> Outcome {
        self.number(value)
    }

    fn serialize_u16(self, value: u16) -> Outcome {
        self.number(value)
    }

    fn serialize_u32(self, value: u32) -> Outcome {
        self.number(value)
    }

    fn serialize_u64(self, value: u64) -> Outcome {
        self.number(value)
    }

    fn serialize_u128(self, value: u128) -> Outcome {
        self.number(value)
    }

    fn serialize_f32(self, value: f32) -> Outcome {
        if value.is_finite() { self.number(value) } else { self.not_finite() }
    }

    fn serialize_f64(self, value: f64) -> Outcome {
        if value.is_finite() { self.number(value) } else { self.not_finite() }
    }

    fn serialize_char(self, value: char) -> Outcome {
        self.quoted(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Outcome {
        match self.place {
            Place::Value | Place::Key => self.quoted(value),
            Place::Verbatim => self.push(value),
        }
    }

    fn serialize_bytes(self, value: &[u8]) -> Outcome {
        let mut parts = self.begin("[", "]")?;
        value.iter().try_for_each(|byte| parts.item(byte))?;
        parts.finish()
    }

    fn serialize_none(self) -> Outcome {
        self.null()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Outcome {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Outcome {
        self.null()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Outcome {
        self.null()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Outcome {
        self.quoted(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Outcome {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Outcome {
        self.variant(variant)?;
        value.serialize(&mut *self)?;
        self.leave("}")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'a>> {
        self.begin("[", "]")
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>> {
        self.begin("[", "]")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>> {
        self.begin("[", "]")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>> {
        self.variant(variant)?;
        self.begin("[", "]}")
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Entries<'a>> {
        let places = self.sorted.include(len).then(Vec::new);
        Ok(Entries { parts: self.begin("{", "}")?, places })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'a>> {
        if VERBATIM.contains(&name) {
            self.no_key()?;
            self.place = Place::Verbatim;
            return Ok(Parts { writer: self, is_first: true, end: "" });
        }
        self.begin("{", "}")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>> {
        self.variant(variant)?;
        self.begin("{", "}}")
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Outcome {
        self.push("\"")?;
        let mut pieces = Pieces { writer: self, failed: None };
        let written = write!(pieces, "{value}");
        let Pieces { writer, failed } = pieces;
        match (written, failed) {
            (Ok(()), _) => writer.push("\""),
            (Err(_), Some(error)) => Err(error),
            (Err(fmt::Error), None) => Err(serde_json::Error::custom(fmt::Error)),
        }
    }
}

impl Parts<'_> {
    #[inline]
    fn comma(&mut self) -> Outcome {
        if std::mem::take(&mut self.is_first) { Ok(()) } else { self.writer.push(",") }
    }

    #[inline]
    fn item<T: Serialize + ?Sized>(&mut self, item: &T) -> Outcome {
        self.comma()?;
        item.serialize(&mut *self.writer)
    }

    #[inline]
    fn name(&mut self, name: &str) -> Outcome {
        if self.writer.place == Place::Verbatim {
            return Ok(());
        }
        let is_first = std::mem::take(&mut self.is_first);
        self.writer.name(is_first, name)
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Outcome {
        self.name(name)?;
        value.serialize(&mut *self.writer)
    }

    #[inline]
    fn finish(self) -> Outcome {
        self.writer.place = Place::Value;
        self.writer.leave(self.end)
    }
}

macro_rules! lists {
    ($($list:ident::$item:ident)*) => {$(
        impl ser::$list for Parts<'_> {
            type Ok = ();
            type Error = serde_json::Error;

            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
                self.item(value)
            }

            fn end(self) -> Outcome {
                self.finish()
            }
        }
    )*};
}

lists! {
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
}

macro_rules! structs {
    ($($fields:ident)*) => {$(
        impl ser::$fields for Parts<'_> {
            type Ok = ();
            type Error = serde_json::Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Outcome {
                self.field(name, value)
            }

            fn end(self) -> Outcome {
                self.finish()
            }
        }
    )*};
}

structs! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Entries<'_> {
    type Ok = ();
    type Error = serde_json::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Outcome {
        self.parts.comma()?;
        let writer = &mut *self.parts.writer;
        let start = writer.text.len();
        writer.place = Place::Key;
        let written = key.serialize(&mut *writer);
        writer.place = Place::Value;
        written?;
        if let Some(places) = &mut self.places {
            places.push(Part::entry(start, writer.text.len()));
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
        let writer = &mut *self.parts.writer;
        writer.push(":")?;
        value.serialize(writer)
    }

    fn end(self) -> Outcome {
        let Self { parts, places } = self;
        if let Some(mut places) = places {
            let text = &mut parts.writer.text;
            let end = text.len();
            order::sort(text, &mut places, end);
        }
        parts.finish()
    }
}

/// Room for the digits of any number.
struct Digits {
    bytes: [u8; 48],
    len: usize,
}

impl io::Write for Digits {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let free = self.bytes.get_mut(self.len..self.len + bytes.len());
        free.ok_or(io::ErrorKind::WriteZero)?.copy_from_slice(bytes);
        self.len += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The pieces that something shows itself in.
struct Pieces<'a> {
    writer: &'a mut Writer,
    failed: Option<serde_json::Error>,
}

impl fmt::Write for Pieces<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.writer.escaped(piece).map_err(|error| {
            self.failed = Some(error);
            fmt::Error
        })
    }
}
