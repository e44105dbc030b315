//! The children of a node: a doubly linked list in the order of attachment, kept in a vector, so
//! that attaching, detaching and walking need neither `unsafe` nor an allocation per child.

use super::unit::NodeRef;

/// A child's place in its parent's list.
pub(crate) type Key = u32;

/// No place.
pub(crate) const NOWHERE: Key = Key::MAX;

#[derive(Default)]
pub(crate) struct Children {
    slots: Vec<Slot>,
    head: Option<Key>,
    tail: Option<Key>,
    free: Option<Key>,
    live: usize,
}

struct Slot {
    child: Option<NodeRef>,
    /// Neighbours while occupied; `next` links the free places otherwise.
    previous: Option<Key>,
    next: Option<Key>,
    sequence: u64,
}

impl Children {
    pub(crate) fn len(&self) -> usize {
        self.live
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Appends a child; `sequence` only ever grows.
    pub(crate) fn attach(&mut self, child: NodeRef, sequence: u64) -> Key {
        let slot = Slot { child: Some(child), previous: self.tail, next: None, sequence };
        let key = match self.free {
            Some(key) => {
                let place = &mut self.slots[key as usize];
                self.free = place.next;
                *place = slot;
                key
            }
            None => {
                let key = Key::try_from(self.slots.len()).unwrap_or(NOWHERE);
                assert!(key != NOWHERE, "more than four thousand million tasks in one scope");
                self.slots.push(slot);
                key
            }
        };
        match self.tail {
            Some(tail) => self.slots[tail as usize].next = Some(key),
            None => self.head = Some(key),
        }
        self.tail = Some(key);
        self.live += 1;
        key
    }

    /// Takes a child out; the caller drops it after the lock.
    pub(crate) fn detach(&mut self, key: Key) -> Option<NodeRef> {
        let place = self.slots.get_mut(key as usize)?;
        let child = place.child.take()?;
        let (previous, next) = (place.previous, place.next);
        place.next = self.free;
        self.free = Some(key);
        match previous {
            Some(previous) => self.slots[previous as usize].next = next,
            None => self.head = next,
        }
        match next {
            Some(next) => self.slots[next as usize].previous = previous,
            None => self.tail = previous,
        }
        self.live -= 1;
        Some(child)
    }

    /// First to last.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &NodeRef> {
        std::iter::successors(self.head, |key| self.slots[*key as usize].next)
            .filter_map(|key| self.slots[key as usize].child.as_ref())
    }

    /// Last to first, with the sequence numbers.
    pub(crate) fn iter_back(&self) -> impl Iterator<Item = (u64, &NodeRef)> {
        std::iter::successors(self.tail, |key| self.slots[*key as usize].previous).filter_map(|key| {
            let slot = &self.slots[key as usize];
            slot.child.as_ref().map(|child| (slot.sequence, child))
        })
    }
}
