//! Room for files: what stays free on the disk, what senders who have not signed in may leave in a day, and how many
//! files may arrive at once. Refuses early, so that there is still room for words when there is none for files.

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::Semaphore;

/// The most that stays free where nothing is configured: 1 GB, as people count.
const FLOOR_BYTES: u64 = 1_000_000_000;
/// On a small disk it is a twentieth of it.
const FLOOR_PART: u64 = 20;
/// Files that may be looked at whole at once, to tell what they are.
const LOOKING_MAX: usize = 2;

/// How much room files may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileLimits {
    /// What must stay free on the disk, in bytes; without it 1 GB or 5 % of the disk, whichever is smaller.
    pub free_bytes_min: Option<u64>,
    /// What all who have not signed in may send to one municipality in 24 hours, in bytes.
    pub anonymous_bytes_per_day: u64,
    /// What may hang on one enquiry, in bytes, before those who have not signed in can add no more.
    pub bytes_per_enquiry: u64,
    /// Files that may arrive at once. Each takes as much of the disk as a file may, and little memory.
    pub arriving_max: usize,
}

impl Default for FileLimits {
    fn default() -> Self {
        Self {
            free_bytes_min: None,
            anonymous_bytes_per_day: 5_000_000_000,
            bytes_per_enquiry: 200_000_000,
            arriving_max: 100,
        }
    }
}

impl FileLimits {
    /// What must stay free on a disk of this size, in bytes.
    pub fn floor(&self, total: u64) -> u64 {
        self.free_bytes_min.unwrap_or_else(|| FLOOR_BYTES.min(total / FLOOR_PART))
    }
}

/// A disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    /// Bytes that this program may still write.
    pub free: u64,
    /// Its size.
    pub total: u64,
}

impl Disk {
    /// The disk under a folder.
    pub fn under(folder: &Path) -> io::Result<Self> {
        let stats = fs4::statvfs(folder)?;
        Ok(Self { free: stats.available_space(), total: stats.total_space() })
    }
}

/// What is under way, shared by all who hold the folder.
#[derive(Debug)]
pub(super) struct Traffic {
    pub limits: FileLimits,
    pub places: Arc<Semaphore>,
    pub looking: Semaphore,
    /// Bytes on disk of files that are not kept yet.
    pub arriving: AtomicU64,
    /// Bytes of files held in memory now, and the most there ever were.
    buffered: AtomicU64,
    buffered_most: AtomicU64,
}

impl Traffic {
    pub(super) fn new(limits: FileLimits) -> Self {
        Self {
            limits,
            places: Arc::new(Semaphore::new(limits.arriving_max)),
            looking: Semaphore::new(LOOKING_MAX),
            arriving: AtomicU64::new(0),
            buffered: AtomicU64::new(0),
            buffered_most: AtomicU64::new(0),
        }
    }

    /// Counts bytes in memory for as long as the answer lives.
    pub(super) fn hold(&self, bytes: usize) -> Held<'_> {
        let bytes = bytes as u64;
        let now = self.buffered.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.buffered_most.fetch_max(now, Ordering::Relaxed);
        Held { traffic: self, bytes }
    }

    pub(super) fn buffered_most(&self) -> u64 {
        self.buffered_most.load(Ordering::Relaxed)
    }
}

pub(super) struct Held<'a> {
    traffic: &'a Traffic,
    bytes: u64,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.traffic.buffered.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_stays_free_is_never_more_than_a_gigabyte_nor_a_twentieth_of_the_disk(total in any::<u64>()) {
            let floor = FileLimits::default().floor(total);
            prop_assert!(floor <= 1_000_000_000 && floor <= total / 20);
            prop_assert!(floor == 1_000_000_000 || floor == total / 20);
        }

        #[test]
        fn what_an_operator_says_holds_on_every_disk(total in any::<u64>(), told in any::<u64>()) {
            let limits = FileLimits { free_bytes_min: Some(told), ..FileLimits::default() };
            prop_assert_eq!(limits.floor(total), told);
        }
    }
}
