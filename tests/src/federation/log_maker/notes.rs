//! Checkpoints, true and false.

use protocol::checkpoint::Checkpoint;
use protocol::identifier::Origin;
use protocol::merkle::Hash;
use protocol::note::SigningKey;

use super::{LogMaker, key_of, secret};

impl LogMaker {
    /// A checkpoint that the log's key signs, whether it is true or not.
    pub fn note(&self, size: u64, root: Hash) -> Vec<u8> {
        let checkpoint = Checkpoint::new(self.origin.clone(), size, root);
        checkpoint.sign(&self.key).unwrap().to_bytes()
    }

    /// What is true now, signed by another key of the log's name.
    pub fn note_by_another_key(&self) -> Vec<u8> {
        let checkpoint = Checkpoint::new(self.origin.clone(), self.size(), self.root());
        let key = key_of(self.origin.as_str(), !self.seed);
        checkpoint.sign(&key).unwrap().to_bytes()
    }

    /// What is true now, in the name of another log: signed by the log's secret under that name.
    pub fn note_of_another_origin(&self, origin: &str) -> Vec<u8> {
        let origin = Origin::parse(origin).unwrap();
        let key = SigningKey::from_seed(origin.as_str(), &secret(self.origin.as_str(), self.seed));
        let checkpoint = Checkpoint::new(origin, self.size(), self.root());
        checkpoint.sign(&key.unwrap()).unwrap().to_bytes()
    }
}
