//! An office file as a package of XML parts, and the rules that every such package keeps: parts have content types,
//! relationships lead somewhere, identifiers are used once.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::written::parts;

/// One element; names and attributes with their prefixes.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) children: Vec<Node>,
    pub(super) text: String,
}

impl Node {
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let mut reader = Reader::from_reader(bytes);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => open.push(Self::begin(&start)),
                Event::Empty(start) => open.last_mut().unwrap().children.push(Self::begin(&start)),
                Event::End(_) => {
                    let done = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(done);
                }
                Event::Text(text) => open.last_mut().unwrap().text += &text,
                Event::GeneralRef(name) => {
                    open.last_mut().unwrap().text += &format!("&{};", &*name);
                }
                Event::Eof => return open.pop().unwrap().children.pop().unwrap(),
                _ => {}
            }
        }
    }

    fn begin(start: &BytesStart<'_>) -> Self {
        let attributes = start.attributes().map(Result::unwrap);
        let attributes = attributes.map(|one| (one.key.as_ref().to_owned(), one.value.into_owned()));
        Self { name: start.name().as_ref().to_owned(), attributes: attributes.collect(), ..Self::default() }
    }

    pub(super) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Every element of this name below, in the order of the text.
    pub(super) fn all<'n>(&'n self, name: &str) -> Vec<&'n Self> {
        let mut found = Vec::new();
        self.walk(&mut |node| {
            if node.name == name {
                found.push(node);
            }
        });
        found
    }

    pub(super) fn walk<'n>(&'n self, see: &mut dyn FnMut(&'n Self)) {
        see(self);
        self.children.iter().for_each(|child| child.walk(see));
    }
}

/// The parts of a file that are XML, parsed, and the names of all.
pub(super) struct Package {
    pub(super) names: BTreeSet<String>,
    pub(super) xml: BTreeMap<String, Node>,
}

impl Package {
    /// Opens a file and checks what holds for every package.
    pub(super) fn checked(file: &[u8]) -> Self {
        let all = parts(file);
        let names: BTreeSet<String> = all.iter().map(|(name, _)| name.clone()).collect();
        assert_eq!(names.len(), all.len(), "a part stands twice");
        let is_xml = |name: &str| name.ends_with(".xml") || name.ends_with(".rels");
        let xml = all
            .iter()
            .filter(|(name, _)| is_xml(name))
            .map(|(name, bytes)| (name.clone(), Node::parse(bytes)));
        let package = Self { names, xml: xml.collect() };
        package.check_content_types();
        package.check_relationships();
        package
    }

    fn check_content_types(&self) {
        let types = &self.xml["[Content_Types].xml"];
        let of = |name: &str, attribute: &str| -> BTreeSet<&str> {
            types.all(name).into_iter().filter_map(|one| one.get(attribute)).collect()
        };
        let (extensions, parts) = (of("Default", "Extension"), of("Override", "PartName"));
        for part in &parts {
            assert!(self.names.contains(part.trim_start_matches('/')), "{part} has a type and is not there");
        }
        for name in self.names.iter().filter(|name| *name != "[Content_Types].xml") {
            let extension = name.rsplit('.').next().unwrap();
            let typed = extensions.contains(extension) || parts.contains(format!("/{name}").as_str());
            assert!(typed, "{name} has no content type");
            let generic = extension == "xml" && !parts.contains(format!("/{name}").as_str());
            assert!(!generic, "{name} is of no kind");
        }
    }

    /// Every target of a relationship is a part, every identifier of one is used once, and every part but the
    /// lists themselves is led to.
    fn check_relationships(&self) {
        let mut reached = BTreeSet::new();
        for (name, part) in self.xml.iter().filter(|(name, _)| name.ends_with(".rels")) {
            let folder = name.split_once("_rels/").unwrap().0;
            let mut ids = BTreeSet::new();
            for one in part.all("Relationship") {
                assert!(ids.insert(one.get("Id").unwrap()), "{name}: an identifier stands twice");
                assert_ne!(one.get("TargetMode"), Some("External"), "{name}: leads out of the file");
                let target = resolved(folder, one.get("Target").unwrap());
                assert!(self.names.contains(&target), "{name} leads to {target}, which is not there");
                reached.insert(target);
            }
            let owner = format!("{folder}{}", name.rsplit('/').next().unwrap().trim_end_matches(".rels"));
            let Some(owner) = self.xml.get(&owner) else { continue };
            owner.walk(&mut |node| {
                let used = ["r:id", "r:embed"].iter().filter_map(|attribute| node.get(attribute));
                used.for_each(|id| assert!(ids.contains(id), "{name}: {id} leads nowhere"));
            });
        }
        for name in &self.names {
            let own = name.ends_with(".rels") || name == "[Content_Types].xml";
            assert!(own || reached.contains(name), "nothing leads to {name}");
        }
    }
}

/// A target as a name within the package.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|piece| !piece.is_empty()).collect();
    for piece in target.split('/') {
        match piece {
            ".." => drop(path.pop()),
            piece => path.push(piece),
        }
    }
    path.join("/")
}
