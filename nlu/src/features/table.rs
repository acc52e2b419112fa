//! From the hash of an n-gram to its row, in one or two probes.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "numeric kernel: sizes are far below 2^32 and indices are made here"
)]

/// An open-addressing table, half empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    /// (hash, row + 1); a row of 0 marks a free slot.
    slots: Vec<(u32, u32)>,
}

impl Table {
    /// The hash at position n gets row n. Of two equal hashes the first wins.
    pub(crate) fn new(hashes: &[u32]) -> Self {
        let size = (hashes.len() * 2 + 2).next_power_of_two();
        let mut slots = vec![(0, 0); size];
        for (row, hash) in (1_u32..).zip(hashes) {
            let mut slot = *hash as usize & (size - 1);
            while slots[slot].1 != 0 {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = (*hash, row);
        }
        Self { slots }
    }

    /// The row of a hash.
    pub(crate) fn find(&self, hash: u32) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let (known, row) = self.slots[slot];
            if row == 0 {
                return None;
            }
            if known == hash {
                return Some(row as usize - 1);
            }
            slot = (slot + 1) & mask;
        }
    }
}
