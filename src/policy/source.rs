//! Where the rules of a policy come from: one text, or a text for each language.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use crate::message::Bilingual;

/// Reads `source = "…"`, which stands in both languages, or `source = { zh = "…", en = "…" }`.
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bilingual, D::Error> {
    deserializer.deserialize_any(OneOrBoth)
}

struct OneOrBoth;

impl<'de> Visitor<'de> for OneOrBoth {
    type Value = Bilingual;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Bilingual, E> {
        Ok(Bilingual { zh: text.to_owned(), en: text.to_owned() })
    }

    fn visit_map<M: MapAccess<'de>>(self, entries: M) -> Result<Bilingual, M::Error> {
        Bilingual::deserialize(MapAccessDeserializer::new(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Holder {
        #[serde(deserialize_with = "read")]
        source: Bilingual,
    }

    #[test]
    fn one_text_stands_in_both_languages() {
        let read = |text: &str| toml::from_str::<Holder>(text).map(|holder| holder.source);
        let both = |zh: &str, en: &str| Bilingual { zh: zh.into(), en: en.into() };
        assert_eq!(read("source = \"文件\"").unwrap(), both("文件", "文件"));
        assert_eq!(read("source = { zh = \"文件\", en = \"paper\" }").unwrap(), both("文件", "paper"));
        assert!(read("source = 3").unwrap_err().message().ends_with("expected a string"));
        assert!(read("source = { zh = \"文件\" }").is_err());
    }
}
