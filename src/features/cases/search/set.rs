//! Some of the cases of a block, by number.

/// A set of numbers below a bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    words: Vec<u64>,
    bound: usize,
}

impl Set {
    /// None of the numbers below `bound`.
    pub fn none(bound: usize) -> Self {
        Self { words: vec![0; bound.div_ceil(64)], bound }
    }

    /// All of the numbers below `bound`.
    pub fn all(bound: usize) -> Self {
        let mut all = Self { words: vec![u64::MAX; bound.div_ceil(64)], bound };
        if let Some(last) = all.words.last_mut().filter(|_| !bound.is_multiple_of(64)) {
            *last = (1 << (bound % 64)) - 1;
        }
        all
    }

    /// Adds `number`; one beyond the bound is none of ours.
    pub fn insert(&mut self, number: usize) {
        if let Some(word) = self.words.get_mut(number / 64).filter(|_| number < self.bound) {
            *word |= 1 << (number % 64);
        }
    }

    /// Keeps what is in `other`, too.
    pub fn intersect(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    /// Adds what is in `other`.
    pub fn unite(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// The numbers, ascending.
    pub fn numbers(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(nth, &word)| {
            std::iter::successors(Some(word), |left| Some(left & (left - 1)))
                .take(word.count_ones() as usize)
                .map(move |left| nth * 64 + left.trailing_zeros() as usize)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_out_as_they_went_in() {
        let mut set = Set::none(130);
        for number in [129, 0, 63, 64, 130, 500] {
            set.insert(number);
        }
        assert_eq!(set.numbers().collect::<Vec<_>>(), [0, 63, 64, 129]);
        assert_eq!(Set::all(130).numbers().collect::<Vec<_>>(), (0..130).collect::<Vec<_>>());
        assert_eq!(Set::all(64).numbers().count(), 64);
        set.intersect(&Set::none(130));
        assert!(set.is_empty());
    }

    #[test]
    fn uniting_adds_and_intersecting_keeps_what_both_have() {
        let of = |numbers: &[usize]| {
            let mut set = Set::none(70);
            numbers.iter().for_each(|number| set.insert(*number));
            set
        };
        let (mut both, mut either) = (of(&[1, 65]), of(&[1, 65]));
        both.intersect(&of(&[65, 66]));
        either.unite(&of(&[65, 66]));
        assert_eq!((both, either), (of(&[65]), of(&[1, 65, 66])));
    }
}
