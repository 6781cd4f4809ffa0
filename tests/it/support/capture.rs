//! Capture of what is logged.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// `tracing` subscriber that keeps the spans and events of every crate as lines.
#[derive(Clone, Default)]
pub(crate) struct Capture(Arc<Mutex<Captured>>);

#[derive(Default)]
struct Captured {
    /// Lines, each with true if it is of this client.
    lines: Vec<(bool, String)>,
    /// True for a span of this client, by its id less one.
    spans: Vec<bool>,
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}

impl Capture {
    fn push(&self, ours: bool, start: String, record: impl FnOnce(&mut Line)) {
        let mut line = Line(start);
        record(&mut line);
        self.0.lock().unwrap().lines.push((ours, line.0));
    }

    /// Returns the lines of this client, or of every crate.
    pub(crate) fn text(&self, all: bool) -> String {
        let captured = self.0.lock().unwrap();
        let lines = captured.lines.iter().filter(|(ours, _)| all || *ours);
        lines
            .map(|(_, line)| line.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("opentrain")
}

impl Subscriber for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let (ours, metadata) = (is_ours(span.metadata()), span.metadata());
        self.push(
            ours,
            format!("{} span {}", metadata.level(), metadata.name()),
            |line| span.record(line),
        );
        let mut captured = self.0.lock().unwrap();
        captured.spans.push(ours);
        Id::from_u64(captured.spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let index = usize::try_from(span.into_u64()).unwrap() - 1;
        let ours = self.0.lock().unwrap().spans[index];
        self.push(ours, String::from("record"), |line| values.record(line));
    }

    fn event(&self, event: &Event<'_>) {
        let (ours, level) = (is_ours(event.metadata()), event.metadata().level());
        self.push(ours, format!("{level} event"), |line| event.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
