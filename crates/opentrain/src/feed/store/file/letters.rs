//! The file of the dead letters.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{CheckpointUpdate, failed};
use crate::durable_file::{private, sync_folder};
use crate::feed::dead_letter::DeadLetter;
use crate::feed::error::CheckpointError;

/// File to which dead letters are added. Its length is kept with the checkpoint; what lies behind that does not count.
#[derive(Debug)]
pub(super) struct LetterFile {
    place: PathBuf,
}

/// Line of the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Line {
    Buried(DeadLetter),
    Replayed(u64),
}

impl LetterFile {
    pub(super) fn new(place: PathBuf) -> Self {
        Self { place }
    }

    /// Checks that the file is as long as the checkpoint says.
    pub(super) fn check(&self, length: u64) -> Result<(), CheckpointError> {
        let actual = match fs::metadata(&self.place) {
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            Err(error) => return Err(failed("reading", &self.place, error)),
        };
        if actual < length {
            let fault =
                format!("{length} bytes of dead letters were saved, and {actual} are there");
            return Err(self.unreadable(fault));
        }
        Ok(())
    }

    /// Adds the changes behind `length`, and returns the new length. Once no letter is left, that is 0.
    pub(super) fn write(
        &self,
        length: u64,
        update: &CheckpointUpdate<'_>,
    ) -> Result<u64, CheckpointError> {
        if update.buried.is_empty() && update.replayed.is_empty() {
            return Ok(length);
        }
        if update.buried.is_empty() && self.are_all(length, update.replayed)? {
            return Ok(0);
        }
        let buried = update.buried.iter().cloned().map(Line::Buried);
        let replayed = update.replayed.iter().copied().map(Line::Replayed);
        let mut text = String::new();
        for line in buried.chain(replayed) {
            text.push_str(&serde_json::to_string(&line).expect("texts and numbers become JSON"));
            text.push('\n');
        }
        let appended = self.append(length, text.as_bytes());
        appended.map_err(|error| failed("writing", &self.place, error))?;
        Ok(length + text.len() as u64)
    }

    fn append(&self, length: u64, text: &[u8]) -> io::Result<()> {
        let mut file = private().create(true).truncate(false).open(&self.place)?;
        file.set_len(length)?;
        file.seek(SeekFrom::Start(length))?;
        let written = file.write_all(text).and_then(|()| file.sync_all());
        if let Err(error) = written {
            // Half a letter may be what fills the disk. The first error says more than a second one.
            let _ = file.set_len(length);
            return Err(error);
        }
        sync_folder(&self.place)
    }

    /// True if these are the numbers of all letters that are left.
    fn are_all(&self, length: u64, numbers: &[u64]) -> Result<bool, CheckpointError> {
        let replayed = self.replayed(length)?;
        for letter in self.letters(length, &replayed) {
            if !numbers.contains(&letter?.number) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns letters with a number above `after`, at most `limit` of them.
    pub(super) fn list(
        &self,
        length: u64,
        after: u64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, CheckpointError> {
        let replayed = self.replayed(length)?;
        let letters = self.letters(length, &replayed);
        let is_wanted = |letter: &Result<DeadLetter, _>| {
            letter.as_ref().map_or(true, |letter| letter.number > after)
        };
        letters.filter(is_wanted).take(limit).collect()
    }

    fn replayed(&self, length: u64) -> Result<HashSet<u64>, CheckpointError> {
        let numbers = self.lines(length).filter_map(|line| match line {
            Ok(Line::Replayed(number)) => Some(Ok(number)),
            Ok(Line::Buried(_)) => None,
            Err(error) => Some(Err(error)),
        });
        numbers.collect()
    }

    /// Returns every letter that was not replayed.
    fn letters(
        &self,
        length: u64,
        replayed: &HashSet<u64>,
    ) -> impl Iterator<Item = Result<DeadLetter, CheckpointError>> {
        self.lines(length).filter_map(|line| match line {
            Ok(Line::Buried(letter)) => (!replayed.contains(&letter.number)).then_some(Ok(letter)),
            Ok(Line::Replayed(_)) => None,
            Err(error) => Some(Err(error)),
        })
    }

    fn lines(&self, length: u64) -> Box<dyn Iterator<Item = Result<Line, CheckpointError>> + '_> {
        if length == 0 {
            return Box::new(std::iter::empty());
        }
        let reading = |error| failed("reading", &self.place, error);
        match File::open(&self.place) {
            Ok(file) => {
                let lines = BufReader::new(file.take(length)).lines();
                Box::new(lines.map(move |line| {
                    let line = line.map_err(reading)?;
                    serde_json::from_str(&line).map_err(|error| self.unreadable(error))
                }))
            }
            Err(error) => Box::new(std::iter::once(Err(reading(error)))),
        }
    }

    fn unreadable(&self, fault: impl std::fmt::Display) -> CheckpointError {
        CheckpointError::unreadable(self.place.display().to_string(), fault)
    }
}
