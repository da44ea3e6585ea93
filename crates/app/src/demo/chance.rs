//! The demo's dice: seeded, so that the same seed tells the same story.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;

/// Draws from one seed.
#[derive(Debug)]
pub struct Chance(ChaCha20Rng);

impl Chance {
    /// Dice of a seed. `purpose` keeps one story's dice apart from another's.
    pub fn new(seed: u64, purpose: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed ^ (purpose << 48)))
    }

    /// Yes in so many cases of a hundred.
    pub fn percent(&mut self, share: u32) -> bool {
        self.0.random_range(0..100) < share
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high.max(low))
    }

    /// A place in a list of this length; 0 for an empty one.
    pub fn place(&mut self, length: usize) -> usize {
        if length < 2 { 0 } else { self.0.random_range(0..length) }
    }

    /// One of a list.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let place = self.place(list.len());
        list.get(place)
    }

    /// A text of a list; empty when there is none.
    pub fn text(&mut self, list: &[String]) -> String {
        self.pick(list).cloned().unwrap_or_default()
    }

    /// The place of a weight, the heavier the likelier.
    pub fn weighted(&mut self, weights: impl IntoIterator<Item = u32>) -> usize {
        let weights: Vec<u32> = weights.into_iter().collect();
        let sum: u32 = weights.iter().sum();
        let mut left = self.0.random_range(0..sum.max(1));
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return place;
            }
            left -= weight;
        }
        0
    }

    /// A small number that is mostly near 0: how far down a list of regulars one reaches.
    pub fn early(&mut self, length: usize) -> usize {
        let one = self.place(length);
        let other = self.place(length);
        one.min(other)
    }
}
