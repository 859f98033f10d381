//! Which key paths the rows of a form hold, and in how many records each.
//!
//! Takes rows and gives `AppAccessContext.AADSessionId`, `ModifiedProperties[].Name` …: what the
//! columns of a record do not hold stays reachable by them, and a rule on a path that no record has is
//! known to be dead. JSON that stands as text in a cell is entered. Every record is walked, because a
//! sample could call a living path dead.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;
use hourzero_model::Form;
use sonic_rs::{Value, ValueRef};

use crate::dialect::{Member, Row, field};

/// Deeper keys are not listed; their ancestor is.
const MAX_KEYS: usize = 6;

/// So many paths are told apart; what comes after is counted under [`BEYOND`].
const MAX_PATHS: usize = 4096;

/// The path under which records are counted that hold paths beyond the limit.
pub(crate) const BEYOND: &str = "…";

/// So many lists of names are remembered; a row of another is walked name by name.
const MAX_LISTS: usize = 4096;

/// Above so many children a node is looked up by a table.
const WIDE: usize = 24;

/// Paths and counts by form.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    trees: BTreeMap<Form, Tree>,
}

#[derive(Debug)]
struct Tree {
    nodes: Vec<Node>,
    /// What is known of rows by the [number of their names](Row::number_of_names).
    lists: HashMap<u64, List, RandomState>,
    record: u64,
    beyond: u64,
    beyond_last: u64,
}

/// Rows that have the same names in the same order.
#[derive(Debug)]
struct List {
    /// The node of each member.
    members: Arc<[usize]>,
    /// Such rows.
    count: u64,
}

#[derive(Debug, Default)]
struct Node {
    key: Box<str>,
    children: Vec<usize>,
    by_key: HashMap<Box<str>, usize>,
    /// The child that stood first, and the sibling that stood after this node, the last time; the root for none.
    first: usize,
    next: usize,
    /// Records that hold the path, and the last of them.
    count: u64,
    last: u64,
}

const ROOT: usize = 0;

/// The key of a list's elements.
const ELEMENT: &str = "[]";

impl Inventory {
    /// Counts the paths of one record.
    pub(crate) fn count(&mut self, form: Form, row: &Value) {
        self.tree(form).walk(ROOT, row, 0);
    }

    /// The same, quicker: rows of the same names are counted together.
    pub(crate) fn count_row(&mut self, form: Form, row: &Row<'_>) {
        self.tree(form).row(row);
    }

    /// The tree of a form, ready for the next record.
    fn tree(&mut self, form: Form) -> &mut Tree {
        let tree = self.trees.entry(form).or_insert_with(|| Tree {
            nodes: vec![Node::default()],
            lists: HashMap::default(),
            record: 0,
            beyond: 0,
            beyond_last: 0,
        });
        tree.record += 1;
        tree
    }

    /// All paths with the number of records that hold them.
    pub(crate) fn into_paths(self) -> BTreeMap<Form, BTreeMap<String, u64>> {
        self.trees
            .into_iter()
            .map(|(form, tree)| (form, tree.paths()))
            .collect()
    }
}

impl Tree {
    /// Walks a row. Its own names are looked up once for all rows that have the same.
    fn row(&mut self, row: &Row<'_>) {
        let Some(members) = row.members() else {
            return self.walk(ROOT, row, 0);
        };
        let names = row.number_of_names();
        if let Some(list) = self.lists.get_mut(&names) {
            list.count += 1;
            let nodes = Arc::clone(&list.members);
            for (node, member) in nodes.iter().zip(members) {
                self.member(*node, member);
            }
            return;
        }
        let (mut nodes, mut before) = (Vec::with_capacity(members.len()), None);
        for member in members {
            if let Some(child) = self.child(ROOT, member.name, before) {
                self.stamp(child);
                self.member(child, member);
                before = Some(child);
                nodes.push(child);
            }
        }
        // Where a name is beyond the limit, each such row has to be counted as one that holds such names.
        if nodes.len() == members.len() && self.lists.len() < MAX_LISTS {
            let list = List {
                members: nodes.into(),
                count: 0,
            };
            self.lists.insert(names, list);
        }
    }

    /// Walks what a member of a row holds.
    fn member(&mut self, node: usize, member: &Member<'_>) {
        match member.text {
            Some(text) => self.text(node, text, 1),
            None => self.walk(node, member.value, 1),
        }
    }

    /// Walks the JSON that may stand in a text.
    fn text(&mut self, node: usize, text: &str, keys: usize) {
        if may_be_keys(text)
            && let Some(inner) = field::embedded(text)
        {
            self.walk(node, &inner, keys);
        }
    }

    /// How many records hold the path of each node.
    fn counts(&self) -> Vec<u64> {
        let mut counts: Vec<u64> = self.nodes.iter().map(|node| node.count).collect();
        // A name that stands twice in a row is in one record all the same.
        let own = |list: &List| BTreeSet::from_iter(list.members.iter().copied());
        let listed = self.lists.values();
        listed.for_each(|list| {
            own(list).into_iter().for_each(|node| {
                if let Some(count) = counts.get_mut(node) {
                    *count += list.count;
                }
            });
        });
        counts
    }

    fn walk(&mut self, node: usize, value: &Value, keys: usize) {
        match value.as_ref() {
            ValueRef::Object(_) if keys == MAX_KEYS => {}
            ValueRef::Object(object) => {
                let mut before = None;
                for (key, value) in object {
                    if let Some(child) = self.child(node, key, before) {
                        self.stamp(child);
                        self.walk(child, value, keys + 1);
                        before = Some(child);
                    }
                }
            }
            ValueRef::Array(items) => {
                let mut element = None;
                for item in items.iter().filter(|item| may_hold_keys(item)) {
                    element = element.or_else(|| self.child(node, ELEMENT, None));
                    if let Some(element) = element {
                        self.walk(element, item, keys);
                    }
                }
            }
            ValueRef::String(text) => self.text(node, text, keys),
            _ => {}
        }
    }

    /// The child of this key. Records of one kind have their keys in one order, so the child that stood here in the record
    /// before is tried first.
    fn child(&mut self, node: usize, key: &str, before: Option<usize>) -> Option<usize> {
        let parent = self.nodes.get(node)?;
        let guess = match before {
            Some(before) => self.nodes.get(before)?.next,
            None => parent.first,
        };
        let is_it = |child: usize| self.nodes.get(child).is_some_and(|node| &*node.key == key);
        if guess != ROOT && is_it(guess) {
            return Some(guess);
        }
        let known = if parent.children.len() > WIDE {
            parent.by_key.get(key).copied()
        } else {
            parent.children.iter().copied().find(|child| is_it(*child))
        };
        let child = known.or_else(|| self.grow(node, key))?;
        match before {
            Some(before) => self.nodes.get_mut(before)?.next = child,
            None => self.nodes.get_mut(node)?.first = child,
        }
        Some(child)
    }

    fn grow(&mut self, node: usize, key: &str) -> Option<usize> {
        if self.nodes.len() > MAX_PATHS {
            if self.beyond_last != self.record {
                self.beyond_last = self.record;
                self.beyond += 1;
            }
            return None;
        }
        let child = self.nodes.len();
        let parent = self.nodes.get_mut(node)?;
        parent.children.push(child);
        parent.by_key.insert(key.into(), child);
        self.nodes.push(Node {
            key: key.into(),
            ..Node::default()
        });
        Some(child)
    }

    fn stamp(&mut self, node: usize) {
        let record = self.record;
        if let Some(node) = self.nodes.get_mut(node)
            && node.last != record
        {
            node.last = record;
            node.count += 1;
        }
    }

    fn paths(&self) -> BTreeMap<String, u64> {
        let mut paths = BTreeMap::new();
        let counts = self.counts();
        if self.beyond > 0 {
            paths.insert(BEYOND.to_owned(), self.beyond);
        }
        let mut open = vec![(ROOT, String::new())];
        while let Some((number, path)) = open.pop() {
            let (Some(node), Some(count)) = (self.nodes.get(number), counts.get(number)) else {
                continue;
            };
            if *count > 0 {
                // The same path twice is a key that itself has dots in it.
                *paths.entry(path.clone()).or_default() += count;
            }
            for child in &node.children {
                let key = self.nodes.get(*child).map_or("", |node| &*node.key);
                let joined = if path.is_empty() || key == ELEMENT {
                    format!("{path}{key}")
                } else {
                    format!("{path}.{key}")
                };
                open.push((*child, joined));
            }
        }
        paths
    }
}

/// Whether keys can be found in the value: an object, a list, or text that is one of them as JSON.
fn may_hold_keys(value: &Value) -> bool {
    match value.as_ref() {
        ValueRef::Object(_) | ValueRef::Array(_) => true,
        ValueRef::String(text) => may_be_keys(text),
        _ => false,
    }
}

/// Whether a text can be an object or a list of them.
fn may_be_keys(text: &str) -> bool {
    match text.as_bytes() {
        [b'{', .., b'}'] => true,
        [b'[', inner @ .., b']'] => inner.trim_ascii_start().starts_with(b"{"),
        [b' ' | b'\r' | b'\n' | b'\t', ..] => text.trim_ascii().starts_with('{'),
        _ => false,
    }
}

/// All values under a path as an inventory writes it, JSON in texts entered.
pub(crate) fn values_at(row: &serde_json::Value, path: &str) -> Vec<serde_json::Value> {
    let mut found = Vec::new();
    let steps: Vec<&str> = path.split('.').collect();
    follow(row, &steps, &mut found);
    found
}

fn follow(value: &serde_json::Value, steps: &[&str], found: &mut Vec<serde_json::Value>) {
    use serde_json::Value as Json;
    let Some((step, rest)) = steps.split_first() else {
        found.push(value.clone());
        return;
    };
    match value {
        Json::Object(members) => {
            let (key, lists) = step.find(ELEMENT).map_or((*step, 0), |at| {
                (
                    step.get(..at).unwrap_or_default(),
                    step.matches(ELEMENT).count(),
                )
            });
            if let Some(value) = members.get(key) {
                elements(value, lists, rest, found);
            }
        }
        Json::String(text) => {
            if let Some(inner) = embedded(text) {
                follow(&inner, steps, found);
            }
        }
        _ => {}
    }
}

fn elements(
    value: &serde_json::Value,
    lists: usize,
    rest: &[&str],
    found: &mut Vec<serde_json::Value>,
) {
    use serde_json::Value as Json;
    match value {
        Json::String(text) if lists > 0 => {
            if let Some(inner) = embedded(text) {
                elements(&inner, lists, rest, found);
            }
        }
        Json::Array(items) if lists > 0 => {
            for item in items {
                elements(item, lists - 1, rest, found);
            }
        }
        _ if lists == 0 => follow(value, rest, found),
        _ => {}
    }
}

fn embedded(text: &str) -> Option<serde_json::Value> {
    let text = text.trim();
    let opens = text.starts_with('{') || text.starts_with('[');
    if !opens || crate::frame::nests_too_deep(text.as_bytes()) {
        return None;
    }
    serde_json::from_str(text).ok()
}
