//! A handle that ends the pause of a feed.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::Notify;

/// Handle that has a feed poll at once instead of at the end of its interval: for a webhook, or a change of one's own. Cheap to clone.
///
/// ```no_run
/// # fn example(client: &opentrain::Client) {
/// use opentrain::feed::MemoryCheckpoint;
///
/// let feed = client.updates().follow(MemoryCheckpoint::new());
/// let waker = feed.waker();
/// // Anywhere else, as often as it seems useful:
/// waker.wake();
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct WakeUp(Arc<Notify>);

impl WakeUp {
    /// Wakes the feed. A feed that is not pausing does not pause the next time. It never shortens a wait after a failure.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Waits for a future, or until the handle is used.
    pub(super) async fn or(&self, wait: impl Future<Output = ()>) {
        let (mut woken, mut wait) = (pin!(self.0.notified()), pin!(wait));
        std::future::poll_fn(|context| {
            let is_over =
                woken.as_mut().poll(context).is_ready() || wait.as_mut().poll(context).is_ready();
            if is_over {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}
