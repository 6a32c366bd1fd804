use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

/// Tells when to look again: at a change in one of the folders, and from time to time in any case, because network
/// drives do not tell what other machines do.
pub struct FolderWatcher {
    /// Kept: dropping it ends the watch.
    watcher: Option<RecommendedWatcher>,
    changes: Receiver<()>,
}

impl FolderWatcher {
    /// How often to look when nobody tells of changes.
    const WITHOUT_NOTICE: Duration = Duration::from_millis(250);
    /// How often to look although changes are told.
    const WITH_NOTICE: Duration = Duration::from_secs(2);

    /// Watches folders. Where the system cannot, they are looked at every quarter of a second.
    #[must_use]
    pub fn new<'a>(folders: impl IntoIterator<Item = &'a Path>) -> Self {
        let (sender, changes) = channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Reading tells of itself too. An error, such as an overflow, is worth a look.
            if !event.is_ok_and(|event| event.kind.is_access()) {
                let _ = sender.send(());
            }
        });
        let mut watcher = watcher.ok();
        for folder in folders {
            if watcher.as_mut().is_some_and(|on| on.watch(folder, RecursiveMode::NonRecursive).is_err()) {
                watcher = None;
            }
        }
        Self { watcher, changes }
    }

    /// A watcher that only looks from time to time.
    #[must_use]
    pub fn polling() -> Self {
        Self { watcher: None, changes: channel().1 }
    }

    /// Whether the system tells of changes.
    #[must_use]
    pub const fn is_notified(&self) -> bool {
        self.watcher.is_some()
    }

    /// Waits for a change, but no longer than this. Returns early when in doubt.
    pub fn wait(&mut self, at_most: Duration) {
        let limit = if self.is_notified() { Self::WITH_NOTICE } else { Self::WITHOUT_NOTICE };
        let at_most = at_most.min(limit);
        match self.changes.recv_timeout(at_most) {
            // One file makes many.
            Ok(()) => while self.changes.try_recv().is_ok() {},
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(at_most),
        }
    }
}

impl std::fmt::Debug for FolderWatcher {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("FolderWatcher")
            .field("is_notified", &self.is_notified())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_change_ends_the_wait_and_without_notice_the_clock_does() {
        let folder = std::env::temp_dir().join(format!("myna-watcher-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut watcher = FolderWatcher::new([folder.as_path()]);
        if watcher.is_notified() {
            fs::write(folder.join("file"), "x").unwrap();
            let started = Instant::now();
            watcher.wait(Duration::from_secs(60));
            assert!(started.elapsed() < FolderWatcher::WITH_NOTICE, "the change was told");
        }
        // Where a folder that is watched is open, it goes when nobody watches it.
        drop(watcher);
        fs::remove_dir_all(&folder).unwrap();

        let mut watcher = FolderWatcher::new([folder.as_path()]);
        assert!(!watcher.is_notified(), "there is no such folder");
        for (at_most, least) in [(10, 10), (60_000, 250)] {
            let started = Instant::now();
            watcher.wait(Duration::from_millis(at_most));
            let took = started.elapsed();
            assert!((Duration::from_millis(least)..Duration::from_secs(30)).contains(&took), "{took:?}");
        }
        let started = Instant::now();
        FolderWatcher::polling().wait(Duration::from_millis(20));
        assert!(started.elapsed() >= Duration::from_millis(20));
    }
}
