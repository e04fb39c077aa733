//! Numbers that look like chance and are the same in every run.

/// A sequence of numbers that its seed decides (splitmix64; Steele, Lea, Flood: Fast splittable pseudorandom number
/// generators, 2014).
#[derive(Debug, Clone)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// The sequence of this seed.
    pub fn new(seed: u64) -> Chance {
        Chance { state: seed }
    }

    /// The sequence of one thing among many, which does not depend on how many numbers others have drawn.
    pub fn of(seed: u64, thing: u64) -> Chance {
        let mut chance = Chance::new(seed ^ thing.wrapping_mul(0xd6e8_feb8_6659_fd93));
        chance.number();
        chance
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        // the bias is one in 2⁶⁴ ÷ end: nothing here can see it
        self.number() % end
    }

    /// A number from `start` to `end`, both included.
    pub fn between(&mut self, start: u64, end: u64) -> u64 {
        start + self.below(end - start + 1)
    }

    /// One of these.
    pub fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len() as u64) as usize]
    }

    /// A place below `end`, the first ones far more often than the last: as some organisms stand in most studies.
    pub fn often_low(&mut self, end: usize) -> usize {
        // the product of three fractions is mostly small
        let fraction = |number: u64| (number >> 11) as f64 / (1_u64 << 53) as f64;
        let low = fraction(self.number()) * fraction(self.number()) * fraction(self.number());
        ((low * end as f64) as usize).min(end - 1)
    }

    /// This many random bits in the form of a record's salt: 22 base64url characters.
    pub fn salt(&mut self) -> String {
        const DIGITS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut salt = String::with_capacity(22);
        for _ in 0..2 {
            let mut bits = self.number();
            for _ in 0..11 {
                salt.push(char::from(DIGITS[(bits & 63) as usize]));
                bits = bits.rotate_right(6);
            }
        }
        salt
    }
}
