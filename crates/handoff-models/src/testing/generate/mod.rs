//! Values that a schema allows, by a seed.

mod number;
mod random;
mod text;

use handoff::{Contract, ContractViolation, Violations};

use self::random::Random;
use crate::json::Json;
use crate::request::Schema;

/// How often a value is made anew that breaks what the schema cannot say.
pub(super) const TRIES: u64 = 1_000;

/// How deep values are nested before they come to an end as soon as they may.
const DEPTH: u32 = 4;

/// The most items of a list at its boundary: a list of a million items tells no more.
const MOST_ITEMS: u64 = 1_000;

/// Generates a value of a contract with [`Generator::value`]. The same seed gives the same value.
///
/// # Errors
///
/// If none of a thousand values meets the contract's checks with `with`, returns the violations of the last.
///
/// ```
/// use handoff::prelude::*;
/// use handoff_models::testing::sample;
///
/// #[contract]
/// pub struct Hours {
///     #[check(range(..=23), with(is_even))]
///     pub from: u8,
/// }
///
/// fn is_even(hour: &u8) -> Result<(), String> {
///     if hour % 2 == 0 { Ok(()) } else { Err("must be even".into()) }
/// }
///
/// for seed in 0..100 {
///     assert_eq!(sample::<Hours>(seed)?.from % 2, 0);
/// }
/// # Ok::<(), ContractViolation>(())
/// ```
pub fn sample<T: Contract>(seed: u64) -> Result<T, ContractViolation> {
    Generator::seeded(seed).value()
}

/// A generator of values that a schema allows. The same seed gives the same values, in every build.
///
/// ```
/// use handoff::prelude::*;
/// use handoff_models::testing::Generator;
///
/// #[contract]
/// pub struct SubTask {
///     #[check(pattern("^t[0-9]+$"))]
///     pub id: String,
///     #[check(range(1..=5))]
///     pub priority: u8,
/// }
///
/// let task: SubTask = Generator::seeded(7).value()?;
/// assert!(task.id.starts_with('t') && task.priority <= 5);
/// # Ok::<(), ContractViolation>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generator {
    seed: u64,
    boundaries: bool,
}

impl Generator {
    /// Creates a generator of ordinary values.
    #[must_use]
    pub const fn seeded(seed: u64) -> Self {
        Self { seed, boundaries: false }
    }

    /// Generates values at the boundaries: the shortest and the longest, the least and the greatest.
    #[must_use]
    pub const fn boundaries(mut self) -> Self {
        self.boundaries = true;
        self
    }

    /// Generates a value of a contract. Checks that no schema shows (`with`) are met by trying a thousand
    /// times.
    ///
    /// # Errors
    ///
    /// If no value meets them, returns the violations of the last.
    pub fn value<T: Contract>(self) -> Result<T, ContractViolation> {
        let read = |text: String| T::from_reply(text, false).map(|read| read.value);
        let Ok(schema) = Json::parse(T::schema_json()) else {
            return Err(ContractViolation::of::<T>(Violations::new()));
        };
        let mut outcome = read(self.json(&schema).to_string());
        for attempt in 1..TRIES {
            if outcome.is_ok() {
                break;
            }
            outcome = read(self.again(attempt).json(&schema).to_string());
        }
        outcome
    }

    /// Generates JSON that a schema allows, as a model would write it.
    #[must_use]
    pub fn answer(self, schema: &Schema) -> String {
        self.json(&schema.json).to_string()
    }

    /// A text that is not blank, where no schema is asked for.
    pub(super) fn prose(self) -> String {
        let usual = if self.boundaries { 200 } else { 40 };
        let root = &Json::Null;
        Maker { root, random: Random::seeded(self.seed), boundaries: false, depth: 0 }.words(1, usual)
    }

    /// The generator of another value in place of the first, which is that of attempt 0.
    pub(super) const fn again(self, attempt: u64) -> Self {
        let seed = self.seed.wrapping_add(attempt.wrapping_mul(0x5851_f42d_4c95_7f2d));
        Self { seed, ..self }
    }

    fn json(self, schema: &Json) -> Json {
        let random = Random::seeded(self.seed);
        Maker { root: schema, random, boundaries: self.boundaries, depth: 0 }.value(schema)
    }
}

struct Maker<'a> {
    root: &'a Json,
    random: Random,
    boundaries: bool,
    depth: u32,
}

impl<'a> Maker<'a> {
    fn value(&mut self, schema: &'a Json) -> Json {
        if let Some(target) = schema.get("$ref").and_then(Json::text) {
            return self
                .deeper(|maker| maker.root.resolve(target).map_or(Json::Null, |target| maker.value(target)));
        }
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(values) = schema.get("enum").map(Json::items).filter(|values| !values.is_empty()) {
            return values[self.random.below(values.len())].clone();
        }
        if let Some(ways) = schema.get("anyOf").or_else(|| schema.get("oneOf")) {
            let way = self.way(ways.items());
            let mut value = way.map_or(Json::Null, |way| self.value(way));
            if schema.get("properties").is_some() {
                self.object(schema).entries().iter().for_each(|(name, field)| value.set(name, field.clone()));
            }
            return value;
        }
        let kinds = match schema.get("type") {
            Some(Json::List(kinds)) => kinds.iter().filter_map(Json::text).collect(),
            Some(kind) => Vec::from_iter(kind.text()),
            None => return Json::from("anything"),
        };
        let kind = if kinds.contains(&"null") && self.is_deep() {
            "null"
        } else {
            kinds[self.random.below(kinds.len())]
        };
        match kind {
            "object" => self.deeper(|maker| maker.object(schema)),
            "array" => self.deeper(|maker| maker.list(schema)),
            "string" => Json::Text(self.text(schema)),
            "integer" => self.integer(schema),
            "number" => self.number(schema),
            "boolean" => Json::Bool(self.random.coin()),
            _ => Json::Null,
        }
    }

    fn deeper(&mut self, make: impl FnOnce(&mut Self) -> Json) -> Json {
        self.depth += 1;
        let value = make(self);
        self.depth -= 1;
        value
    }

    fn is_deep(&self) -> bool {
        self.depth > DEPTH
    }

    /// A number of items, characters, entries; without an upper bound, at most `usual` more than there have to be.
    fn count(&mut self, least: Option<&Json>, most: Option<&Json>, usual: u64) -> usize {
        let least = least.and_then(Json::integer).unwrap_or(0);
        let most = most.and_then(Json::integer);
        let count = if self.boundaries && (self.random.coin() || self.depth > 2) {
            least
        } else if self.boundaries {
            most.unwrap_or(least + usual).min(least + MOST_ITEMS)
        } else {
            let most = most.unwrap_or(u64::MAX).min(least + usual);
            least + self.random.below(usize::try_from(most.saturating_sub(least) + 1).unwrap_or(1)) as u64
        };
        usize::try_from(count).unwrap_or(0)
    }

    /// One of several ways; deep down, the one that leads least deep.
    fn way(&mut self, ways: &'a [Json]) -> Option<&'a Json> {
        if self.is_deep() {
            return ways.iter().min_by_key(|way| self.height(way, 12));
        }
        ways.get(self.random.below(ways.len()))
    }

    /// How deep the flattest value of a schema is nested, as far as that is less than a bound.
    fn height(&self, schema: &Json, most: u32) -> u32 {
        let Some(most) = most.checked_sub(1) else { return 0 };
        let height = |schema| self.height(schema, most);
        if let Some(target) = schema.get("$ref").and_then(Json::text) {
            return 1 + self.root.resolve(target).map_or(0, height);
        }
        if let Some(ways) = schema.get("anyOf").or_else(|| schema.get("oneOf")) {
            return ways.items().iter().map(height).min().unwrap_or(0);
        }
        if matches!(schema.get("type"), Some(Json::List(kinds)) if kinds.iter().any(|kind| kind.text() == Some("null")))
        {
            return 0;
        }
        let required = schema.get("required").map_or(&[][..], Json::items).iter().filter_map(Json::text);
        let fields = required.filter_map(|name| schema.get("properties")?.get(name));
        let needs = |keyword| schema.get(keyword).and_then(Json::integer).is_some_and(|least| least > 0);
        let items = schema.get("items").filter(|_| needs("minItems"));
        let parts = schema.get("prefixItems").map_or(&[][..], Json::items);
        let values = schema.get("additionalProperties").filter(|_| needs("minProperties"));
        fields.chain(items).chain(parts).chain(values).map(|part| 1 + height(part)).max().unwrap_or(0)
    }

    fn object(&mut self, schema: &'a Json) -> Json {
        let properties = schema.get("properties").map_or(&[][..], Json::entries);
        let required = schema.get("required").map_or(&[][..], Json::items);
        let mut entries = Vec::new();
        for (name, property) in properties {
            let is_required = required.iter().any(|required| required.text() == Some(name));
            if is_required || (!self.is_deep() && self.random.coin()) {
                entries.push((name.clone(), self.value(property)));
            }
        }
        let by_pattern = schema.get("patternProperties").map_or(&[][..], Json::entries).first();
        let (names, values) = match (by_pattern, schema.get("additionalProperties")) {
            (Some((pattern, values)), _) => {
                (Some(Json::object([("pattern", Json::Text(pattern.clone()))])), values)
            }
            (None, Some(values @ (Json::Object(_) | Json::Bool(true)))) => {
                (schema.get("propertyNames").cloned(), values)
            }
            _ => return Json::Object(entries),
        };
        let usual = if self.is_deep() { 0 } else { 3 };
        let count = self.count(schema.get("minProperties"), schema.get("maxProperties"), usual);
        for _ in 0..count {
            let key = self.unused_key(names.as_ref(), &entries);
            if let Some(key) = key {
                entries.push((key, self.value(values)));
            }
        }
        Json::Object(entries)
    }

    fn unused_key(&mut self, names: Option<&Json>, entries: &[(String, Json)]) -> Option<String> {
        (0..100).find_map(|_| {
            let key = match names {
                Some(names) => {
                    let root = names.clone();
                    let mut maker =
                        Maker { root: &root, random: self.random.clone(), boundaries: false, depth: 0 };
                    let schema =
                        names.get("$ref").and_then(Json::text).and_then(|target| self.root.resolve(target));
                    let key = match schema.unwrap_or(names) {
                        schema if schema.get("enum").is_some() => {
                            schema.get("enum").map(Json::items).and_then(|keys| {
                                keys.get(maker.random.below(keys.len()))?.text().map(str::to_owned)
                            })
                        }
                        schema => Some(maker.text(schema)),
                    };
                    self.random = maker.random;
                    key?
                }
                None => self.words(1, 8),
            };
            entries.iter().all(|(name, _)| *name != key).then_some(key)
        })
    }

    fn list(&mut self, schema: &'a Json) -> Json {
        if let Some(parts) = schema.get("prefixItems") {
            return Json::List(parts.items().iter().map(|part| self.value(part)).collect());
        }
        let usual = if self.is_deep() { 0 } else { 3 };
        let count = self.count(schema.get("minItems"), schema.get("maxItems"), usual);
        let unique = schema.get("uniqueItems") == Some(&Json::Bool(true));
        let Some(part) = schema.get("items") else { return Json::List(Vec::new()) };
        let mut items: Vec<Json> = Vec::new();
        for _ in 0..count {
            let item =
                (0..100).find_map(|_| Some(self.value(part)).filter(|item| !unique || !items.contains(item)));
            items.extend(item);
        }
        Json::List(items)
    }
}
