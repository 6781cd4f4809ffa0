//! A process of the fleet, as its parent sees it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

use rustix::process::{Pid, Signal, kill_process};

use crate::child;

/// Process that follows the feed. Dropping it kills it.
pub(crate) struct Process {
    child: Child,
    reader: Option<JoinHandle<()>>,
    /// Reports of the other process at which this one, which is paused, goes on.
    pub(crate) paused_until: Option<u64>,
    /// Events whose handler is under way.
    pub(crate) at_work: usize,
}

impl Process {
    /// Starts a process. Each whole line of its output is sent with its number.
    pub(crate) fn start(
        arguments: &[String],
        number: usize,
        lines: Sender<(usize, String)>,
    ) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg(child::FLAG)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let reader = thread::spawn(move || {
            let mut line = String::new();
            while out.read_line(&mut line).is_ok() && line.ends_with('\n') {
                lines.send((number, String::from(line.trim_end()))).unwrap();
                line.clear();
            }
        });
        Self {
            child,
            reader: Some(reader),
            paused_until: None,
            at_work: 0,
        }
    }

    /// True if the process is no more.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    pub(crate) fn pause(&mut self, until: u64) {
        self.signal(Signal::STOP);
        self.paused_until = Some(until);
    }

    /// Ends a pause.
    pub(crate) fn go_on(&mut self) {
        self.paused_until = None;
        self.signal(Signal::CONT);
    }

    /// Kills the process, paused or not, and has its last lines sent.
    pub(crate) fn kill(&mut self) {
        // SIGKILL, which ends a paused process too.
        let _ = self.child.kill();
        let _ = self.child.wait();
        // What was written before is still in the pipe.
        let _ = self.reader.take().map(JoinHandle::join);
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
