//! The thread and the async runtime that a mock runs on. They are its own, so that the mock lives as long as its handle, whichever
//! runtime it was started from.

use std::io;
use std::panic::resume_unwind;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::mpsc;

/// Handle on the thread. The thread ends when the last clone and the last task of [`ServerThread::hold`] are gone.
#[derive(Clone, Debug)]
pub(crate) struct ServerThread {
    runtime: Handle,
    /// Channel without messages: its end ends the thread.
    running: mpsc::Sender<()>,
}

impl ServerThread {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// If the system refuses a thread, or what a runtime needs.
    pub(crate) fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (running, mut over) = mpsc::channel::<()>(1);
        let thread = thread::Builder::new().name("opentrain-mock".to_owned());
        thread.spawn(move || runtime.block_on(over.recv()))?;
        Ok(Self {
            runtime: handle,
            running,
        })
    }

    /// Runs a future on the thread and returns its output. A panic there is a panic here.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> T {
        let task = self.runtime.spawn(self.clone().hold(future));
        task.await
            .unwrap_or_else(|error| resume_unwind(error.into_panic()))
    }

    /// Wraps a future so that the thread does not end before it has.
    pub(crate) async fn hold<T>(self, future: impl Future<Output = T>) -> T {
        let running = self.running;
        let output = future.await;
        drop(running);
        output
    }
}
