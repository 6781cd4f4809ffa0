//! The whole state of a mock at one moment, to keep and to restore.

use std::{fmt, io};

use jiff::Timestamp;
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

use crate::clock::{Clock, ClockState};
use crate::error::{MockError, MockErrorKind, SettingError};
use crate::mask::mask;
use crate::time::wire;
use crate::world::{SavedState, World};

/// Number of the format that is written. Other formats are refused.
const FORMAT: u32 = 1;

/// Whole state of a [`MockServer`](crate::MockServer) at one moment. Taken by
/// [`MockServer::snapshot`](crate::MockServer::snapshot), and restored by [`MockServer::restore`](crate::MockServer::restore).
///
/// It goes through serde without loss. Its format is that of this version of the mock; another format is refused when it is read.
/// It holds the mock's tokens and webhook secrets; its `Debug` shows none of them.
#[derive(Clone, Serialize, Deserialize)]
pub struct Snapshot {
    /// First, so that another format is reported as one, and not by the first field that differs.
    format: Format,
    state: State,
}

#[derive(Clone, Serialize, Deserialize)]
struct State {
    taken_at: Timestamp,
    clock: ClockState,
    #[serde(deserialize_with = "sound_world")]
    world: Box<SavedState>,
}

/// Reads a world that the mock can continue.
fn sound_world<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<SavedState>, D::Error> {
    let world = Box::<SavedState>::deserialize(deserializer)?;
    match world.first_inconsistency() {
        Some(first_inconsistency) => Err(D::Error::custom(first_inconsistency)),
        None => Ok(world),
    }
}

/// Number of the format that this mock reads.
#[derive(Clone, Copy, Serialize)]
struct Format(u32);

impl Snapshot {
    pub(crate) fn of(world: &World) -> Self {
        let state = State {
            taken_at: world.now(),
            clock: world.clock_state(),
            world: Box::new(world.saved().clone()),
        };
        Self {
            format: Format(FORMAT),
            state,
        }
    }

    /// Returns the world with its derived tables, and the state of its clock.
    pub(crate) fn into_parts(self) -> (SavedState, ClockState) {
        let mut world = *self.state.world;
        world.rebuild();
        (world, self.state.clock)
    }

    /// Returns the world, with a clock that is set as it was.
    pub(crate) fn into_world(self, clock: Clock) -> World {
        let (world, clock_state) = self.into_parts();
        let mut whole = World::empty(clock);
        whole.restore(world);
        whole.set_clock(clock_state);
        whole
    }

    /// Returns the time of the mock's clock when the snapshot was taken.
    #[must_use]
    pub fn taken_at(&self) -> Timestamp {
        self.state.taken_at
    }

    /// Returns the snapshot as JSON.
    ///
    /// # Errors
    ///
    /// None that is known: every state can be written.
    pub fn to_json(&self) -> Result<String, MockError> {
        serde_json::to_string(self).map_err(|error| no_snapshot(&error))
    }

    /// Writes the snapshot as JSON.
    pub(crate) fn write(&self, writer: impl io::Write) -> serde_json::Result<()> {
        serde_json::to_writer(writer, self)
    }

    /// Reads a snapshot that was written as JSON from a reader.
    pub(crate) fn from_reader(reader: impl io::Read) -> Result<Self, MockError> {
        serde_json::from_reader(reader).map_err(|error| no_snapshot(&error))
    }

    /// Reads a snapshot that was written as JSON.
    ///
    /// # Errors
    ///
    /// If the text is no JSON, no snapshot, one of another format, or one that the mock could not continue: counters near the end
    /// of their range, numbers out of bounds, or a ledger that does not add up.
    pub fn from_json(json: &str) -> Result<Self, MockError> {
        serde_json::from_str(json).map_err(|error| no_snapshot(&error))
    }
}

/// The format and the time, without the content.
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

/// Masks secrets, since serde may quote the text that it could not read.
fn no_snapshot(error: &serde_json::Error) -> MockError {
    let fault = SettingError::Snapshot(mask(&error.to_string()));
    MockError::new(MockErrorKind::Setting(fault))
}
