//! Where the item of a row belongs, by its code and that of its offering.

use std::collections::BTreeMap;

use super::columns::NONE;
use crate::ingest::clean;
use crate::ingest::draft::ItemIndex;

/// Tables up to this many cells are kept dense.
const DENSE_CELLS: usize = 1 << 22;

/// Where the item of a row belongs.
#[derive(Debug)]
pub(super) enum Lookup {
    /// Item code → offering and item.
    Global(Vec<(u32, u32)>),
    /// Offering code → position, and item code → item.
    Local(Vec<(u32, BTreeMap<u32, u32>)>),
    /// The same as one table: offering code × items + item code.
    Dense { n_items: usize, offerings: Vec<u32>, table: Vec<u32> },
}

impl Lookup {
    /// The table for codes of these texts; `positions` holds the position of every offering.
    pub(super) fn new(
        items: &[Option<String>],
        offerings: Option<&[Option<String>]>,
        index: &ItemIndex,
        positions: &BTreeMap<&str, u32>,
    ) -> Self {
        let position = |id: &str| positions.get(id).copied().unwrap_or(NONE);
        let Some(offerings) = offerings else {
            let find = |text: &Option<String>| {
                let found = text.as_deref().map(clean::identifier);
                let found = found.as_deref().and_then(|item| index.only(item).ok());
                found.map_or((NONE, NONE), |(offering, item)| (position(offering), item))
            };
            return Self::Global(items.iter().map(find).collect());
        };
        let local = local(items, offerings, index, position);
        let n_items = items.len();
        if local.len().saturating_mul(n_items) > DENSE_CELLS {
            return Self::Local(local);
        }
        let mut table = vec![NONE; local.len() * n_items];
        for (at, (_, found)) in local.iter().enumerate() {
            for (code, item) in found {
                table[at * n_items + *code as usize] = *item;
            }
        }
        let offerings = local.into_iter().map(|(position, _)| position).collect();
        Self::Dense { n_items, offerings, table }
    }

    /// Offering and item of a row, [`NONE`] twice where there is no such item.
    #[inline]
    pub(super) fn find(&self, offering: u32, item: u32) -> (u32, u32) {
        let nowhere = (NONE, NONE);
        let found = match self {
            Self::Global(table) => table.get(item as usize).copied(),
            Self::Local(table) => table
                .get(offering as usize)
                .and_then(|(position, items)| Some((*position, *items.get(&item)?))),
            Self::Dense { n_items, offerings, table } => {
                if item as usize >= *n_items {
                    return nowhere;
                }
                offerings.get(offering as usize).and_then(|position| {
                    let at = table.get(offering as usize * n_items + item as usize)?;
                    (*at != NONE).then_some((*position, *at))
                })
            }
        };
        found.unwrap_or(nowhere)
    }
}

/// The position of each offering by its code, and the place in it of each item by its code.
fn local(
    items: &[Option<String>],
    offerings: &[Option<String>],
    index: &ItemIndex,
    position: impl Fn(&str) -> u32,
) -> Vec<(u32, BTreeMap<u32, u32>)> {
    let ids: Vec<Option<String>> = items.iter().map(|text| text.as_deref().map(clean::identifier)).collect();
    let item_codes: BTreeMap<&str, Vec<u32>> =
        (0u32..).zip(&ids).fold(BTreeMap::new(), |mut codes, (code, id)| {
            if let Some(id) = id {
                codes.entry(id.as_str()).or_insert_with(Vec::new).push(code);
            }
            codes
        });
    offerings
        .iter()
        .map(|text| {
            let id = text.as_deref().map(clean::identifier).unwrap_or_default();
            let mut found = BTreeMap::new();
            for (item, at) in index.offerings.get(&id).into_iter().flat_map(|items| items.all()) {
                for code in item_codes.get(item).into_iter().flatten() {
                    found.insert(*code, at);
                }
            }
            (position(&id), found)
        })
        .collect()
}
