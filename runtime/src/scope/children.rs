//! The children of a node: a doubly linked list in the order of attachment, kept in a vector, so
//! that attaching, detaching and walking need neither `unsafe` nor an allocation per child.

use super::unit::NodeRef;

/// A child's place in its parent's list.
pub(crate) type Key = u32;

/// No place.
pub(crate) const NOWHERE: Key = Key::MAX;

/// The place and the number of a child before which there was none.
pub(crate) const FIRST: (Key, u64) = (0, 0);

/// How many children need no vector: most functions that start tasks start few.
const NEAR: usize = 2;

pub(crate) struct Children {
    near: [Place; NEAR],
    far: Vec<Place>,
    head: Key,
    tail: Key,
    /// The first of the places that were left; they are linked by `next`.
    free: Key,
    /// How many places have ever been taken.
    taken: u32,
    live: u32,
    next_sequence: u64,
}

struct Place {
    child: Option<NodeRef>,
    previous: Key,
    next: Key,
    sequence: u64,
}

impl Place {
    const FREE: Self = Self { child: None, previous: NOWHERE, next: NOWHERE, sequence: 0 };
}

impl Default for Children {
    fn default() -> Self {
        Self {
            near: [Place::FREE; NEAR],
            far: Vec::new(),
            head: NOWHERE,
            tail: NOWHERE,
            free: NOWHERE,
            taken: 0,
            live: 0,
            // There may have been one that was not kept in a list.
            next_sequence: FIRST.1 + 1,
        }
    }
}

impl Children {
    /// A list that begins with the first child of all.
    pub(crate) fn of(first: NodeRef) -> Self {
        let mut children = Self { next_sequence: FIRST.1, ..Self::default() };
        let place = children.attach(first);
        debug_assert_eq!(place, FIRST, "its place is known to it");
        children
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
        let key = self.free_place();
        let tail = self.tail;
        if let Some(place) = self.place_mut(key) {
            *place = Place { child: Some(child), previous: tail, next: NOWHERE, sequence };
        }
        match self.place_mut(tail) {
            Some(tail) => tail.next = key,
            None => self.head = key,
        }
        self.tail = key;
        self.live += 1;
        (key, sequence)
    }

    /// A place that is free, taken from the free ones.
    #[inline]
    fn free_place(&mut self) -> Key {
        let key = self.free;
        if let Some(place) = self.place(key) {
            self.free = place.next;
            return key;
        }
        let key = self.taken;
        assert!(key != NOWHERE, "more than four thousand million tasks in one scope");
        self.taken += 1;
        if key as usize >= NEAR {
            self.far.push(Place::FREE);
        }
        key
    }

    /// Takes a child out, with its number; the caller drops it after the lock.
    #[inline]
    pub(crate) fn detach(&mut self, key: Key) -> Option<(NodeRef, u64)> {
        let free = self.free;
        let place = self.place_mut(key)?;
        let child = place.child.take()?;
        let (previous, next, sequence) = (place.previous, place.next, place.sequence);
        place.next = free;
        self.free = key;
        match self.place_mut(previous) {
            Some(previous) => previous.next = next,
            None => self.head = next,
        }
        match self.place_mut(next) {
            Some(next) => next.previous = previous,
            None => self.tail = previous,
        }
        self.live -= 1;
        Some((child, sequence))
    }

    /// The number of the first.
    pub(crate) fn oldest(&self) -> Option<u64> {
        self.place(self.head).map(|place| place.sequence)
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

    #[inline]
    fn place(&self, key: Key) -> Option<&Place> {
        let key = key as usize;
        if key < NEAR { self.near.get(key) } else { self.far.get(key - NEAR) }
    }

    #[inline]
    fn place_mut(&mut self, key: Key) -> Option<&mut Place> {
        let key = key as usize;
        if key < NEAR { self.near.get_mut(key) } else { self.far.get_mut(key - NEAR) }
    }
}
