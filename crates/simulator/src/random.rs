//! What is drawn: numbers from a seed, the same on every platform.
//!
//! Every part of the tenant draws from a stream of its own, named by its place (`account 12, day 3`),
//! so that a change in one part moves nothing in another, and parts can be made in any order.
//! Integers only: floating-point functions differ between platforms.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

use crate::id::{Guid, TokenId};

/// A place in the tree of seeds. Children are independent of each other and of their parent's stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed([u8; 32]);

impl Seed {
    /// The root of a simulation.
    pub fn new(seed: u64) -> Self {
        Self(Sha256::digest(seed.to_le_bytes()).into())
    }

    /// The place below this one with a name.
    pub fn child(self, name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(name.as_bytes());
        Self(hash.finalize().into())
    }

    /// The place below this one with a number, such as an account's or a day's.
    pub fn number(self, number: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update([0xff]);
        hash.update(number.to_le_bytes());
        Self(hash.finalize().into())
    }

    /// The numbers drawn at this place.
    pub fn stream(self) -> Stream {
        Stream(ChaCha8Rng::from_seed(self.0))
    }
}

/// An endless row of drawn numbers.
#[derive(Debug, Clone)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// Any 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 up to, but not, `end`; 0 when `end` is 0. The bias is below 2⁻³² for the ends in use.
    pub fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.bits()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number between two, both possible; `least` when the two are in the wrong order.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = most.saturating_sub(least).max(0);
        let drawn = self.below(u64::try_from(span).unwrap_or(0).saturating_add(1));
        least.saturating_add(i64::try_from(drawn).unwrap_or(0))
    }

    /// True in so many of a thousand cases.
    pub fn chance(&mut self, of_thousand: u64) -> bool {
        self.below(1_000) < of_thousand
    }

    /// A number around a mean: the sum of four draws, so bell-shaped, never further away than `spread`.
    pub fn around(&mut self, mean: i64, spread: i64) -> i64 {
        let sum: i64 = (0..4).map(|_| self.between(-spread, spread)).sum();
        mean.saturating_add(sum / 4)
    }

    /// How often something happens whose mean is given in thousandths: many small chances added up.
    pub fn count(&mut self, mean_thousandths: u64) -> u64 {
        let whole = mean_thousandths / 1_000;
        let trials = 8 * (whole + 1);
        let chance = mean_thousandths / trials;
        let rest = mean_thousandths % trials;
        (0..trials)
            .filter(|trial| self.chance(chance + u64::from(*trial < rest)))
            .count()
            .try_into()
            .unwrap_or(0)
    }

    /// One of a list; nothing of an empty one.
    pub fn pick<'t, T>(&mut self, list: &'t [T]) -> Option<&'t T> {
        let at = self.below(u64::try_from(list.len()).unwrap_or(0));
        list.get(usize::try_from(at).unwrap_or(0))
    }

    /// One of a list, the likelier the greater its weight; nothing when all weights are 0.
    pub fn weighted<'t, T>(&mut self, list: &'t [(T, u64)]) -> Option<&'t T> {
        let total: u64 = list.iter().map(|(_, weight)| *weight).sum();
        let mut drawn = self.below(total);
        list.iter()
            .find(|(_, weight)| {
                let hit = drawn < *weight;
                drawn = drawn.saturating_sub(*weight);
                hit
            })
            .map(|(item, _)| item)
    }

    /// Brings a list into a drawn order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            let other = self.below(u64::try_from(end + 1).unwrap_or(1));
            list.swap(end, usize::try_from(other).unwrap_or(0));
        }
    }

    /// Sixteen drawn bytes.
    pub fn bytes(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// A random GUID (RFC 9562, version 4).
    pub fn guid(&mut self) -> Guid {
        Guid::random(self.bytes())
    }

    /// The id of a request to Entra ID; its token's id is [`TokenId::of_request`].
    pub fn request(&mut self) -> Guid {
        Guid::request(self.bytes())
    }

    /// The id of an access token of whose request no log tells.
    pub fn token(&mut self) -> TokenId {
        TokenId::of_request(self.request())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_place_draws_the_same_and_another_place_does_not() {
        let place = || Seed::new(7).child("account").number(3);
        let drawn: Vec<u64> = {
            let mut stream = place().stream();
            (0..3).map(|_| stream.bits()).collect()
        };
        let mut again = place().stream();
        assert_eq!(drawn, [again.bits(), again.bits(), again.bits()]);
        assert_ne!(
            drawn[0],
            Seed::new(7).child("account").number(4).stream().bits()
        );
        // Golden: the first number of a known place; a change here changes every simulation.
        assert_eq!(
            Seed::new(1).child("golden").stream().below(1_000_000),
            GOLDEN
        );
    }
    const GOLDEN: u64 = 618_081;

    #[test]
    fn counts_have_their_mean() {
        let mut stream = Seed::new(1).stream();
        for mean in [40, 700, 2_500, 12_000] {
            let total: u64 = (0..40_000).map(|_| stream.count(mean)).sum();
            let drawn = total / 40;
            assert!(
                drawn * 10 > mean * 9 && drawn * 10 < mean * 11,
                "{mean}: {drawn}"
            );
        }
    }

    #[test]
    fn weights_are_kept() {
        let mut stream = Seed::new(2).stream();
        let list = [("a", 1), ("b", 3), ("c", 0)];
        let mut hits = [0; 3];
        for _ in 0..4_000 {
            match stream.weighted(&list) {
                Some(&"a") => hits[0] += 1,
                Some(&"b") => hits[1] += 1,
                _ => hits[2] += 1,
            }
        }
        assert_eq!(hits[2], 0);
        assert!(hits[0] > 850 && hits[0] < 1_150, "{hits:?}");
    }
}
