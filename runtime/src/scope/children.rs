//! The children of a node: a doubly linked list in the order of attachment, kept in a vector, so
//! that attaching, detaching and walking need neither `unsafe` nor an allocation per child.

use super::unit::NodeRef;

/// A child's place in its parent's list.
pub(crate) type Key = u32;

/// No place.
pub(crate) const NOWHERE: Key = Key::MAX;

pub(crate) struct Children {
    places: Vec<Place>,
    head: Key,
    tail: Key,
    free: Key,
    live: u32,
    next_sequence: u64,
}

struct Place {
    child: Option<NodeRef>,
    /// Neighbours while occupied; `next` links the free places otherwise.
    previous: Key,
    next: Key,
    sequence: u64,
}

impl Children {
    pub(crate) const fn new() -> Self {
        Self { places: Vec::new(), head: NOWHERE, tail: NOWHERE, free: NOWHERE, live: 0, next_sequence: 0 }
    }

    pub(crate) fn len(&self) -> u32 {
        self.live
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// The number the next child will get. It only ever grows.
    pub(crate) fn next_sequence(&self) -> u64 {
        self.next_sequence
    }

    /// Appends a child; its place and its number.
    #[inline]
    pub(crate) fn attach(&mut self, child: NodeRef) -> (Key, u64) {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        let place = Place { child: Some(child), previous: self.tail, next: NOWHERE, sequence };
        let key = if self.free == NOWHERE {
            let key = Key::try_from(self.places.len()).unwrap_or(NOWHERE);
            assert!(key != NOWHERE, "more than four thousand million tasks in one scope");
            self.places.push(place);
            key
        } else {
            let key = self.free;
            let free = &mut self.places[key as usize];
            self.free = free.next;
            *free = place;
            key
        };
        match self.places.get_mut(self.tail as usize) {
            Some(tail) => tail.next = key,
            None => self.head = key,
        }
        self.tail = key;
        self.live += 1;
        (key, sequence)
    }

    /// Takes a child out, with its number; the caller drops it after the lock.
    #[inline]
    pub(crate) fn detach(&mut self, key: Key) -> Option<(NodeRef, u64)> {
        let place = self.places.get_mut(key as usize)?;
        let child = place.child.take()?;
        let (previous, next, sequence) = (place.previous, place.next, place.sequence);
        place.next = self.free;
        self.free = key;
        match self.places.get_mut(previous as usize) {
            Some(previous) => previous.next = next,
            None => self.head = next,
        }
        match self.places.get_mut(next as usize) {
            Some(next) => next.previous = previous,
            None => self.tail = previous,
        }
        self.live -= 1;
        Some((child, sequence))
    }

    /// First to last.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &NodeRef> {
        std::iter::successors(self.place(self.head), |place| self.place(place.next))
            .filter_map(|place| place.child.as_ref())
    }

    /// Last to first, with their numbers.
    pub(crate) fn iter_back(&self) -> impl Iterator<Item = (u64, &NodeRef)> {
        std::iter::successors(self.place(self.tail), |place| self.place(place.previous))
            .filter_map(|place| place.child.as_ref().map(|child| (place.sequence, child)))
    }

    fn place(&self, key: Key) -> Option<&Place> {
        self.places.get(key as usize)
    }
}
