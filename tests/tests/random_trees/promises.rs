//! What every program keeps, whatever happens in it.

use std::collections::HashMap;

use rejoin::EventKind;

use crate::tree::{Program, ProgramEnd};
use crate::world::{Event, Id, Kind};

/// Where something stands in the log.
type Place = usize;

/// What is known of the bodies when all is over.
struct Bodies {
    known: HashMap<Id, Known>,
    /// Clean-ups that were begun and did not come to their end, with what stands below them.
    broken: Vec<Id>,
    /// Some clean-up came to its limit.
    overran: bool,
}

struct Known {
    below: Id,
    kind: Kind,
    began: Place,
    gone: Place,
    /// A panic went through it.
    panicking: bool,
}

/// The first promise that was broken.
pub(crate) fn check(program: &Program, log: &[Event]) -> Result<(), String> {
    nothing_is_wrong(log)?;
    once(log, "value", |event| matches!(event, Event::Made(_)), |event| matches!(event, Event::Dropped(_)))?;
    let bodies = Bodies::read(log)?;
    bodies.a_body_outlives_what_it_started()?;
    let destroyed = matches!(program.end, ProgramEnd::WithoutRuntime(_));
    clean_up(log, &bodies, destroyed)?;
    boundaries(log, &bodies, destroyed)?;
    panics(log)?;
    errors(log)
}

fn nothing_is_wrong(log: &[Event]) -> Result<(), String> {
    for event in log {
        match event {
            Event::Wrong(what) => return Err(what.clone()),
            Event::Reported(EventKind::LongWait | EventKind::TaskLeft, _) => {
                return Err(format!("reported: {event:?}"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn id_of(event: &Event) -> Id {
    match event {
        Event::Made(id)
        | Event::Dropped(id)
        | Event::Begun { id, .. }
        | Event::Gone { id, .. }
        | Event::Panics(id)
        | Event::Caught(id)
        | Event::CleanUp(id) => *id,
        _ => 0,
    }
}

fn places(log: &[Event], wanted: impl Fn(&Event) -> bool) -> Vec<Place> {
    log.iter().enumerate().filter(|(_, event)| wanted(event)).map(|(place, _)| place).collect()
}

/// For each that begins there is exactly one that ends.
fn once(
    log: &[Event],
    what: &str,
    begins: impl Fn(&Event) -> bool,
    ends: impl Fn(&Event) -> bool,
) -> Result<(), String> {
    let mut count: HashMap<Id, i32> = HashMap::new();
    for event in log.iter().filter(|event| ends(event)) {
        *count.entry(id_of(event)).or_default() += 1;
    }
    for event in log.iter().filter(|event| begins(event)) {
        match count.remove(&id_of(event)) {
            Some(1) => {}
            times => return Err(format!("{what} {} ended {} times", id_of(event), times.unwrap_or(0))),
        }
    }
    if count.is_empty() { Ok(()) } else { Err(format!("{what}s ended that never began: {count:?}")) }
}

impl Bodies {
    fn read(log: &[Event]) -> Result<Self, String> {
        once(
            log,
            "body",
            |event| matches!(event, Event::Begun { .. }),
            |event| matches!(event, Event::Gone { .. }),
        )?;
        let mut known = HashMap::new();
        for (place, event) in log.iter().enumerate() {
            match *event {
                Event::Begun { id, below, kind } => {
                    known.insert(id, Known { below, kind, began: place, gone: 0, panicking: false });
                }
                Event::Gone { id, panicking } => {
                    if let Some(body) = known.get_mut(&id) {
                        (body.gone, body.panicking) = (place, panicking);
                    }
                }
                _ => {}
            }
        }
        let mut broken = Vec::new();
        for event in log {
            if let Event::Deferred { region, clean_up } = event
                && !log.contains(&Event::CleanedUp(*region))
            {
                broken.push(*clean_up);
            }
        }
        let overran = log.contains(&Event::Reported(EventKind::CleanupOverran, None));
        Ok(Self { known, broken, overran })
    }

    /// From a body upwards, itself first.
    fn above(&self, id: Id) -> impl Iterator<Item = (Id, &Known)> {
        let mut next = id;
        std::iter::from_fn(move || {
            let (id, body) = (next, self.known.get(&next)?);
            next = body.below;
            Some((id, body))
        })
    }

    fn below(&self, id: Id) -> impl Iterator<Item = (Id, &Known)> {
        let inside = move |other: Id| other != id && self.above(other).any(|(above, _)| above == id);
        self.known.iter().map(|(id, body)| (*id, body)).filter(move |(other, _)| inside(*other))
    }

    /// Rule 1: a scoped function returns only when everything it started has ended.
    fn a_body_outlives_what_it_started(&self) -> Result<(), String> {
        for (id, body) in &self.known {
            // A root waits for the roots that were dropped in it when its own body is gone already, and a
            // clean-up hands them on at its limit.
            let waits = |above: &Known| match (body.kind, above.kind) {
                (Kind::OwnRoot, Kind::CleanUp) => !self.overran,
                (Kind::OwnRoot, kind) => matches!(kind, Kind::Boundary | Kind::Shield),
                _ => true,
            };
            let Some((other, above)) = self.above(body.below).find(|(_, above)| waits(above)) else {
                continue;
            };
            // A scope that panics cannot wait: it hands on what it would have waited for.
            let handed_on = body.kind == Kind::OwnRoot && (self.may_be_destroyed(*id) || above.panicking);
            if body.gone > above.gone && !handed_on {
                return Err(format!("{other} was gone before {id}, which is below it"));
            }
        }
        Ok(())
    }

    /// Whether the task it is in may have been destroyed on the spot: a body that panics stops its
    /// tasks so, and a clean-up that takes too long is dropped with everything in it.
    fn may_be_destroyed(&self, id: Id) -> bool {
        let mut in_a_task = false;
        for (id, body) in self.above(id) {
            if in_a_task && body.panicking || self.broken.contains(&id) {
                return true;
            }
            in_a_task |= matches!(body.kind, Kind::Task | Kind::Daemon | Kind::OwnRoot);
        }
        false
    }

    /// Whether it belongs to a root that the scope `id` may have handed on, because it could not wait.
    fn may_be_handed_on(&self, other: Id, id: Id) -> bool {
        self.above(other)
            .take_while(|(above, _)| *above != id)
            .any(|(root, body)| body.kind == Kind::OwnRoot && (self.overran || self.may_be_destroyed(root)))
    }

    /// At `place`, nothing below `id` is there any more, and nothing comes.
    fn is_empty_at(&self, id: Id, place: Place, what: &str) -> Result<(), String> {
        match self.below(id).find(|(other, body)| body.gone > place && !self.may_be_handed_on(*other, id)) {
            Some((other, body)) => {
                Err(format!("{what} {id} while {other} below it was there (since {})", body.began))
            }
            None => Ok(()),
        }
    }
}

/// Every `defer!` that was reached runs once, after all that stands below it has ended; and a daemon is
/// there until all that it serves has ended.
fn clean_up(log: &[Event], bodies: &Bodies, destroyed: bool) -> Result<(), String> {
    for event in log {
        match *event {
            Event::Deferred { region, .. } => {
                let ran = places(log, |event| *event == Event::CleanUp(region));
                match ran[..] {
                    [place] => bodies.is_empty_at(region, place, "clean-up of")?,
                    [] if destroyed || bodies.may_be_destroyed(region) => {}
                    _ => return Err(format!("the clean-up of {region} ran {} times", ran.len())),
                }
            }
            Event::Serves { id, region } if !destroyed && !bodies.may_be_destroyed(id) => {
                let gone = bodies.known.get(&id).map_or(0, |body| body.gone);
                bodies.is_empty_at(region, gone, "the daemon went of")?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A boundary returns when everything in it has ended, and loses no value; what stands in a shield comes
/// to its end.
fn boundaries(log: &[Event], bodies: &Bodies, destroyed: bool) -> Result<(), String> {
    for (place, event) in log.iter().enumerate() {
        if let Event::Came { id, value } = *event {
            bodies.is_empty_at(id, place, "returned from")?;
            if value != log[..place].contains(&Event::Ends(id)) {
                return Err(format!("boundary {id} came with a value: {value}"));
            }
        }
    }
    for (place, event) in log.iter().enumerate() {
        if let Event::Returned(id) = *event {
            bodies.is_empty_at(id, place, "went on after")?;
        }
    }
    for (&id, body) in &bodies.known {
        if body.kind == Kind::Shield
            && !body.panicking
            && !destroyed
            && !bodies.may_be_destroyed(id)
            && !log.contains(&Event::Ends(id))
        {
            return Err(format!("shield {id} was cut"));
        }
    }
    Ok(())
}

/// Every panic reaches somebody, once.
fn panics(log: &[Event]) -> Result<(), String> {
    for event in log {
        let Event::Panics(id) = *event else { continue };
        let told = places(log, |event| {
            *event == Event::Caught(id) || *event == Event::Reported(EventKind::LostPanic, Some(id))
        });
        if told.len() != 1 {
            return Err(format!("panic {id} was told {} times", told.len()));
        }
    }
    Ok(())
}

/// Every error of a linked child reaches the caller of its function, or is reported.
fn errors(log: &[Event]) -> Result<(), String> {
    for (place, event) in log.iter().enumerate() {
        let Event::Fails(id) = *event else { continue };
        // What happens to it next: it may fail one function after the other.
        let next = (place..log.len()).find(|next| [Event::Saw(id), Event::Dropped(id)].contains(&log[*next]));
        let told = next.is_some_and(|next| {
            log[next] == Event::Saw(id) || log[next - 1] == Event::Reported(EventKind::LostError, None)
        });
        if !told {
            return Err(format!("error {id} was told to nobody"));
        }
    }
    Ok(())
}
