//! What is drawn: numbers from a seed, the same on every platform.
//!
//! Every part of the tenant draws from a stream of its own, named by its place (`account 12, day 3`),
//! so that a change in one part moves nothing in another, and parts can be made in any order.
//! Integers only: floating-point functions differ between platforms.

use crate::id::{Guid, TokenId};

/// A place in the tree of seeds. Children are independent of each other and of their parent's stream.
///
/// The four words are a state of `SipHash`; a child is what the hash's rounds make of it and the child's name.
/// Nobody has to be kept from guessing here: what counts is that places are many, cheap and unalike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed([u64; 4]);

/// Sets children by name and by number apart, so that none of the one is one of the other.
const BY_NAME: u64 = 0xee;
const BY_NUMBER: u64 = 0xff;

impl Seed {
    /// The root of a simulation.
    pub fn new(seed: u64) -> Self {
        // `SipHash`'s own beginning.
        Self([
            0x736f_6d65_7073_6575,
            0x646f_7261_6e64_6f6d,
            0x6c79_6765_6e65_7261,
            0x7465_6462_7974_6573,
        ])
        .number(seed)
    }

    /// The place below this one with a name.
    pub fn child(mut self, name: &str) -> Self {
        for part in name.as_bytes().chunks(8) {
            let mut word = [0; 8];
            for (to, from) in word.iter_mut().zip(part) {
                *to = *from;
            }
            self.absorb(u64::from_le_bytes(word));
        }
        self.absorb(u64::try_from(name.len()).unwrap_or(u64::MAX));
        self.end(BY_NAME)
    }

    /// The place below this one with a number, such as an account's or a day's.
    pub fn number(mut self, number: u64) -> Self {
        self.absorb(number);
        self.end(BY_NUMBER)
    }

    /// The numbers drawn at this place.
    pub fn stream(self) -> Stream {
        Stream(self.0)
    }

    fn absorb(&mut self, word: u64) {
        self.0[3] ^= word;
        self.round();
        self.round();
        self.0[0] ^= word;
    }

    fn end(mut self, kind: u64) -> Self {
        self.0[2] ^= kind;
        for _ in 0..4 {
            self.round();
        }
        self
    }

    /// `SipRound`.
    const fn round(&mut self) {
        let [mut a, mut b, mut c, mut d] = self.0;
        a = a.wrapping_add(b);
        b = b.rotate_left(13) ^ a;
        a = a.rotate_left(32);
        c = c.wrapping_add(d);
        d = d.rotate_left(16) ^ c;
        a = a.wrapping_add(d);
        d = d.rotate_left(21) ^ a;
        c = c.wrapping_add(b);
        b = b.rotate_left(17) ^ c;
        c = c.rotate_left(32);
        self.0 = [a, b, c, d];
    }
}

/// An endless row of drawn numbers: `xoshiro256++` of Blackman and Vigna. It begins in a twentieth of the time
/// that a cipher needs, and most streams give a handful of numbers.
#[derive(Debug, Clone)]
pub struct Stream([u64; 4]);

impl Stream {
    /// Any 64 bits.
    pub const fn bits(&mut self) -> u64 {
        let [a, b, c, d] = self.0;
        let drawn = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (third, fourth) = (c ^ a, d ^ b);
        self.0 = [
            a ^ fourth,
            b ^ third,
            third ^ (b << 17),
            fourth.rotate_left(45),
        ];
        drawn
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
        let wide = u128::from(self.bits()) << 64 | u128::from(self.bits());
        wide.to_le_bytes()
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
    const GOLDEN: u64 = 549_743;

    #[test]
    fn numbers_are_those_of_the_reference() {
        let mut stream = Stream([1, 2, 3, 4]);
        let reference = [
            41_943_041,
            58_720_359,
            3_588_806_011_781_223,
            3_591_011_842_654_386,
            9_228_616_714_210_784_205,
            9_973_669_472_204_895_162,
        ];
        for number in reference {
            assert_eq!(stream.bits(), number);
        }
    }

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
