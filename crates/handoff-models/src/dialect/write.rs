//! From the schema of a contract to the schema that a dialect takes, and the lens between their values.

use std::collections::BTreeMap;

use super::lens::{ENTRIES, Field, KEY, Lens, Missing, Optics, VALUE, Way, item};
use super::notes;
use super::parts::{
    closed_object, copy_description, is_list, is_text_or_number, kind_of, merged, nullable, refers_to_root,
    texts, with_type, without_null,
};
use super::rules::Rules;
use super::shape::{constant, takes_null};
use crate::json::Json;

/// Writes a schema by the rules of a dialect.
pub(super) fn write(here: Json, rules: &Rules) -> Optics {
    let mut writer = Writer { root: &here, rules, whole: "#" };
    let mut written = writer.document();
    let is_object = written.there.get("type").and_then(Json::text) == Some("object");
    let wrapped = !is_object && !rules.any_root;
    if wrapped && written.refers_to_whole() {
        // What refers to the whole means what is in the object.
        writer.whole = WHOLE;
        written = writer.document();
        let whole = Json::object([("$ref", WHOLE.into())]);
        let there = std::mem::replace(&mut written.there, whole);
        written.definitions.push((WHOLE_NAME.to_owned(), there));
    }
    let Document { mut there, lens, definitions, mut named } = written;
    named.insert("#".to_owned(), lens.clone());
    let root = if wrapped {
        there = closed_object([(VALUE.to_owned(), there)]);
        Lens::Wrapped(VALUE, Box::new(lens))
    } else {
        lens
    };
    if !definitions.is_empty() {
        there.set("$defs", Json::Object(definitions));
    }
    Optics { root, named, here, there }
}

/// What the definition of the whole is called, where the whole stands in an object, and what refers to it.
pub(super) const WHOLE_NAME: &str = "root";
pub(super) const WHOLE: &str = "#/$defs/root";

struct Writer<'a> {
    root: &'a Json,
    rules: &'a Rules,
    /// What refers to the whole, where it is sent.
    whole: &'static str,
}

/// A schema with its definitions, written.
struct Document {
    there: Json,
    lens: Lens,
    definitions: Vec<(String, Json)>,
    named: BTreeMap<String, Lens>,
}

impl Document {
    fn refers_to_whole(&self) -> bool {
        let mut parts = self.definitions.iter().map(|(_, definition)| definition);
        refers_to_root(&self.there) || parts.any(refers_to_root)
    }
}

impl Writer<'_> {
    fn document(&self) -> Document {
        let (there, lens) = self.schema(self.root);
        let (mut definitions, mut named) = (Vec::new(), BTreeMap::new());
        for (name, definition) in self.root.get("$defs").map_or(&[][..], Json::entries) {
            let (written, lens) = self.schema(definition);
            definitions.push((name.clone(), written));
            named.insert(format!("#/$defs/{}", name.replace('~', "~0").replace('/', "~1")), lens);
        }
        Document { there, lens, definitions, named }
    }

    fn schema(&self, schema: &Json) -> (Json, Lens) {
        self.noted(schema, None)
    }

    /// The schema, and another note on it.
    fn noted(&self, schema: &Json, note: Option<String>) -> (Json, Lens) {
        let (mut written, lens) = self.unnoted(schema);
        let mut notes = notes::constraints(schema, |keyword| !self.says(schema, keyword));
        if matches!(lens, Lens::Pairs(_)) {
            // It is said of the keys.
            notes.retain(|note| !note.starts_with("keys "));
        }
        notes.extend(note);
        notes::describe(&mut written, &notes);
        // A reference stands alone.
        if let Some(target) = written.get("$ref").cloned()
            && written.entries().len() > 1
        {
            written.take("$ref");
            written.set("anyOf", Json::List(vec![Json::object([("$ref", target)])]));
        }
        (written, lens)
    }

    /// Whether the dialect says a constraint of a schema as a keyword.
    fn says(&self, schema: &Json, keyword: &str) -> bool {
        match keyword {
            "format" => {
                let format = schema.get("format").and_then(Json::text);
                format.is_some_and(|format| self.rules.formats.contains(&format))
            }
            "minItems" | "maxItems" if schema.get("prefixItems").is_some() => true,
            "minItems" => {
                let least = schema.get(keyword).and_then(Json::integer);
                self.rules.constraints.contains(&keyword)
                    && least.is_some_and(|least| least <= self.rules.most_required_items)
            }
            _ => self.rules.constraints.contains(&keyword),
        }
    }

    /// The schema without what is said in words.
    fn unnoted(&self, schema: &Json) -> (Json, Lens) {
        let mut out = Json::Object(Vec::new());
        if let Some(target) = schema.get("$ref").and_then(Json::text) {
            out.set("$ref", if target == "#" { self.whole } else { target }.into());
            copy_description(schema, &mut out);
            return (out, Lens::Named(target.to_owned()));
        }
        if let Some(ways) = schema.get("oneOf").or_else(|| schema.get("anyOf")) {
            return self.ways(schema, ways.items());
        }
        let kinds = match schema.get("type") {
            Some(Json::List(kinds)) => kinds.iter().filter_map(Json::text).collect(),
            Some(kind) => Vec::from_iter(kind.text()),
            None => Vec::new(),
        };
        if let Some(written) = self.constants(schema) {
            return (written, Lens::Same);
        }
        let main: Vec<_> = kinds.iter().copied().filter(|kind| *kind != "null").collect();
        let (mut out, lens) = match main[..] {
            ["object"] => self.object(schema),
            ["array"] => self.list(schema),
            // Several types at once are ways.
            [_, _, ..] => {
                let ways: Vec<_> = kinds.iter().map(|kind| with_type(schema, kind)).collect();
                return self.ways(&Json::Object(Vec::new()), &ways);
            }
            [kind] => (self.leaf(schema, kind), Lens::Same),
            [] if kinds.is_empty() => {
                let mut out = Json::object([("type", "string".into())]);
                copy_description(schema, &mut out);
                notes::describe(&mut out, &["any JSON, written as a string".to_owned()]);
                return (out, Lens::Embedded);
            }
            [] => return (self.leaf(schema, "null"), Lens::Same),
        };
        if kinds.len() > main.len() {
            out = nullable(out);
        }
        (out, lens)
    }

    /// A schema that lists its values, if it does.
    fn constants(&self, schema: &Json) -> Option<Json> {
        let constant = schema.get("const");
        let values = constant.map(std::slice::from_ref).or_else(|| Some(schema.get("enum")?.items()))?;
        let kind = schema.get("type").cloned().unwrap_or_else(|| kind_of(values).into());
        let mut out = Json::object([("type", kind)]);
        copy_description(schema, &mut out);
        match constant {
            Some(constant) if self.rules.constants => out.set("const", constant.clone()),
            _ if self.rules.constants || values.iter().all(is_text_or_number) => {
                out.set("enum", Json::List(values.to_vec()));
            }
            _ => {
                let values: Vec<_> = values.iter().map(ToString::to_string).collect();
                notes::describe(&mut out, &[format!("one of: {}", values.join(", "))]);
            }
        }
        Some(out)
    }

    fn leaf(&self, schema: &Json, kind: &str) -> Json {
        let mut out = Json::object([("type", kind.into())]);
        copy_description(schema, &mut out);
        for keyword in
            ["format", "pattern", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"]
        {
            self.constraint(schema, keyword, &mut out);
        }
        out
    }

    fn constraint(&self, schema: &Json, keyword: &str, out: &mut Json) {
        if let Some(value) = schema.get(keyword)
            && self.says(schema, keyword)
        {
            out.set(keyword, value.clone());
        }
    }

    fn object(&self, schema: &Json) -> (Json, Lens) {
        let properties = schema.get("properties").map_or(&[][..], Json::entries);
        let by_pattern = schema.get("patternProperties").map_or(&[][..], Json::entries);
        let values = match (by_pattern, schema.get("additionalProperties")) {
            ([(pattern, values), ..], _) => Some((Some(pattern.as_str()), values)),
            (_, Some(values @ (Json::Object(_) | Json::Bool(true)))) => Some((None, values)),
            _ => None,
        };
        if let (Some((pattern, values)), []) = (values, properties) {
            return self.map(schema, pattern, values);
        }
        let required = schema.get("required").map_or(&[][..], Json::items);
        let mut fields = Vec::new();
        let mut written = Vec::new();
        for (name, property) in properties {
            let is_required = required.iter().any(|required| required.text() == Some(name));
            let (property, field) = self.field(name, property, is_required);
            written.push((name.clone(), property));
            fields.push(field);
        }
        let names = fields.iter().filter(|field| {
            let is_required = required.iter().any(|required| required.text() == Some(&field.name));
            is_required || self.rules.requires_all
        });
        let required = Json::texts(names.map(|field| field.name.as_str()));
        let mut out = Json::object([("type", "object".into())]);
        copy_description(schema, &mut out);
        if self.rules.says_order && written.len() > 1 {
            out.set("propertyOrdering", Json::texts(written.iter().map(|(name, _)| name.as_str())));
        }
        out.set("properties", Json::Object(written));
        out.set("required", required);
        out.set("additionalProperties", Json::Bool(false));
        (out, Lens::Fields(fields))
    }

    fn field(&self, name: &str, schema: &Json, is_required: bool) -> (Json, Field) {
        let takes_null = takes_null(schema, self.root);
        let splits = !is_required && takes_null && self.rules.splits_options;
        let split = splits.then(|| without_null(schema)).flatten();
        let default = schema.get("default").filter(|default| !is_required && **default != Json::Null);
        let default = default.map(|default| {
            if self.rules.requires_all && !takes_null {
                format!("null for {default}")
            } else {
                format!("by default {default}")
            }
        });
        let (mut out, lens) = self.noted(split.as_ref().unwrap_or(schema), default);
        let missing = match (is_required, takes_null) {
            (false, true) if self.rules.requires_all => Missing::NullEitherWay,
            (false, false) if self.rules.requires_all => Missing::Null,
            (false, _) if split.is_some() => Missing::NeverNull,
            _ => Missing::LeftOut,
        };
        if missing == Missing::Null {
            out = nullable(out);
        }
        (out, Field { name: name.to_owned(), missing, lens })
    }

    fn map(&self, schema: &Json, pattern: Option<&str>, values: &Json) -> (Json, Lens) {
        let (written, lens) = self.schema(values);
        let lens = Box::new(lens);
        let names = schema.get("propertyNames");
        if self.rules.maps {
            let mut out = Json::object([("type", "object".into())]);
            copy_description(schema, &mut out);
            out.set("additionalProperties", written);
            notes::describe(&mut out, &pattern.map(notes::keys).into_iter().collect::<Vec<_>>());
            return (out, Lens::Values(lens));
        }
        let mut key = names.cloned().unwrap_or(Json::Object(Vec::new()));
        key.set("type", "string".into());
        if let Some(pattern) = pattern {
            key.set("pattern", pattern.into());
        }
        let (key, _) = self.schema(&key);
        let pair = closed_object([(KEY.to_owned(), key), (VALUE.to_owned(), written)]);
        let mut out = Json::object([("type", "array".into())]);
        copy_description(schema, &mut out);
        out.set("items", pair);
        (out, Lens::Pairs(lens))
    }

    fn list(&self, schema: &Json) -> (Json, Lens) {
        let Some(parts) = schema.get("prefixItems").map(Json::items) else {
            let mut out = Json::object([("type", "array".into())]);
            copy_description(schema, &mut out);
            let (items, lens) = self.schema(schema.get("items").unwrap_or(&Json::Bool(true)));
            out.set("items", items);
            for keyword in ["minItems", "maxItems"] {
                self.constraint(schema, keyword, &mut out);
            }
            if let Some(least) = schema.get("minItems").and_then(Json::integer)
                && least > self.rules.most_required_items
            {
                out.set("minItems", self.rules.most_required_items.into());
            }
            return (out, Lens::Items(Box::new(lens)));
        };
        let (written, lenses): (Vec<_>, Vec<_>) = parts.iter().map(|part| self.schema(part)).unzip();
        if self.rules.tuples {
            let length = Json::from(parts.len() as u64);
            let mut out = Json::object([("type", "array".into())]);
            copy_description(schema, &mut out);
            for (keyword, value) in
                [("prefixItems", Json::List(written)), ("minItems", length.clone()), ("maxItems", length)]
            {
                out.set(keyword, value);
            }
            return (out, Lens::Tuple(lenses));
        }
        let mut out = closed_object(written.into_iter().enumerate().map(|(place, part)| (item(place), part)));
        copy_description(schema, &mut out);
        (out, Lens::Parts(lenses))
    }

    fn ways(&self, schema: &Json, ways: &[Json]) -> (Json, Lens) {
        if let Some(values) =
            ways.iter().map(texts).collect::<Option<Vec<_>>>().filter(|ways| !ways.is_empty())
        {
            return (one_enum(schema, ways, values.concat()), Lens::Same);
        }
        let beside = schema.get("properties").is_some();
        let mut out = Json::Object(Vec::new());
        copy_description(schema, &mut out);
        let (mut written, mut lenses) = (Vec::new(), Vec::new());
        for way in ways {
            let here = if beside { merged(schema, way) } else { way.clone() };
            let (mut there, mut lens) = self.schema(&here);
            if matches!(lens, Lens::Pairs(_)) && ways.iter().any(|other| is_list(other, self.root)) {
                there = closed_object([(ENTRIES.to_owned(), there)]);
                lens = Lens::Wrapped(ENTRIES, Box::new(lens));
            }
            written.push(there.clone());
            lenses.push(Way { here, there, lens });
        }
        out.set("anyOf", Json::List(written));
        (out, Lens::Ways(lenses))
    }
}

/// Variants that are nothing but strings are one `enum`, and what is said of each is said of all.
fn one_enum(schema: &Json, ways: &[Json], values: Vec<Json>) -> Json {
    let mut out = Json::object([("type", "string".into())]);
    copy_description(schema, &mut out);
    let said = ways.iter().filter_map(|way| {
        let description = way.get("description")?.text()?;
        Some(format!("{}: {description}", constant(way)?))
    });
    notes::describe(
        &mut out,
        &Vec::from_iter(Some(said.collect::<Vec<_>>().join(" ")).filter(|said| !said.is_empty())),
    );
    out.set("enum", Json::List(values));
    out
}
