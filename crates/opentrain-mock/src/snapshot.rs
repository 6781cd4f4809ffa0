//! Everything that a mock holds at one moment, to keep and to go back to.

use std::{fmt, io};

use jiff::Timestamp;
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

use crate::clock::{Clock, Hand};
use crate::error::{Kind, MockError, Setting};
use crate::mask::mask;
use crate::time::wire;
use crate::world::World;

/// What is written now. Another number is another form, which is not read.
const FORMAT: u32 = 1;

/// The whole state of a [`MockServer`](crate::MockServer) at one moment. Taken by
/// [`MockServer::snapshot`](crate::MockServer::snapshot), and gone back to by
/// [`MockServer::restore`](crate::MockServer::restore).
///
/// It goes through serde as often as you like. What it is written as is for this version of the mock: it says its format, and
/// another format is refused when it is read. It holds the mock's tokens and webhook secrets; its `Debug` shows none of them.
#[derive(Clone, Serialize, Deserialize)]
pub struct Snapshot {
    /// First, so that another format is told as that, and not as whatever does not fit.
    format: Format,
    state: State,
}

#[derive(Clone, Serialize, Deserialize)]
struct State {
    taken_at: Timestamp,
    clock: Hand,
    #[serde(deserialize_with = "sound_world")]
    world: Box<World>,
}

/// Reads a world that the mock can continue.
fn sound_world<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<World>, D::Error> {
    let world = Box::<World>::deserialize(deserializer)?;
    match world.flaw() {
        Some(flaw) => Err(D::Error::custom(flaw)),
        None => Ok(world),
    }
}

/// The number of the format that this mock reads.
#[derive(Clone, Copy, Serialize)]
struct Format(u32);

impl Snapshot {
    pub(crate) fn of(world: &World) -> Self {
        let state = State {
            taken_at: world.now(),
            clock: world.clock_hand(),
            world: Box::new(world.clone()),
        };
        Self {
            format: Format(FORMAT),
            state,
        }
    }

    /// The world as it was, whole, and where its clock stood.
    pub(crate) fn into_parts(self) -> (World, Hand) {
        let mut world = *self.state.world;
        world.rebuild();
        (world, self.state.clock)
    }

    /// The world as it was, by a clock that is set to what it was.
    pub(crate) fn into_world(self, clock: Clock) -> World {
        let (world, hand) = self.into_parts();
        let mut whole = World::empty(clock);
        whole.restore(world);
        whole.set_clock(hand);
        whole
    }

    /// What the clock showed when it was taken.
    #[must_use]
    pub fn taken_at(&self) -> Timestamp {
        self.state.taken_at
    }

    /// The snapshot as JSON.
    ///
    /// # Errors
    ///
    /// None that is known: whatever the mock holds can be written.
    pub fn to_json(&self) -> Result<String, MockError> {
        serde_json::to_string(self).map_err(|error| no_snapshot(&error))
    }

    /// Writes the snapshot as JSON.
    pub(crate) fn write(&self, writer: impl io::Write) -> serde_json::Result<()> {
        serde_json::to_writer(writer, self)
    }

    /// Reads a snapshot from where it was written to.
    pub(crate) fn from_reader(reader: impl io::Read) -> Result<Self, MockError> {
        serde_json::from_reader(reader).map_err(|error| no_snapshot(&error))
    }

    /// Reads a snapshot that was written as JSON.
    ///
    /// # Errors
    ///
    /// If the text is no JSON, no snapshot, one of another format, or one that the mock could not continue: counters near the end of their
    /// range, numbers out of bounds, or books that do not add up.
    pub fn from_json(json: &str) -> Result<Self, MockError> {
        serde_json::from_str(json).map_err(|error| no_snapshot(&error))
    }
}

/// When it was taken, and nothing that it holds.
impl fmt::Debug for Snapshot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Snapshot")
            .field("format", &self.format.0)
            .field("taken_at", &wire(self.state.taken_at))
            .finish_non_exhaustive()
    }
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            FORMAT => Ok(Self(FORMAT)),
            other => Err(D::Error::custom(format!(
                "it has format {other}, and this mock reads format {FORMAT}"
            ))),
        }
    }
}

/// What serde says may quote the text that it stumbled over.
fn no_snapshot(error: &serde_json::Error) -> MockError {
    let fault = Setting::Snapshot(mask(&error.to_string()));
    MockError::new(Kind::Setting(fault))
}
