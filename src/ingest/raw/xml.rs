//! The few things both hand-written XML readers need.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

/// The value of an attribute by its local name, unescaped; attributes that do not parse count as absent.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}
