//! One JSON document, compressed as it is written, that never grows beyond its limit.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::base::hex::hex;
use crate::base::problem::{Problem, Result};

/// How much may be written before the compressor is asked how much that came to.
const ASK: usize = 64 * 1024;
/// What is kept free for the end of the document and of the file.
const END: usize = 4 * 1024;

/// A document that is being written.
pub struct File {
    gz: GzEncoder<Vec<u8>>,
    /// Written since the compressor was asked; compressed it comes to no more, but for a few bytes in a thousand.
    unasked: usize,
    limit: usize,
    digest: Sha256,
}

impl File {
    /// An empty document that will have at most `limit` bytes. The same content makes the same bytes: the header of a gzip
    /// file has no time here.
    pub fn new(limit: usize) -> Self {
        let gz = GzEncoder::new(Vec::new(), Compression::default());
        Self { gz, unasked: 0, limit, digest: Sha256::new() }
    }

    /// Writes what must be there, which `END` is kept free for.
    pub fn text(&mut self, text: &str) -> Result<()> {
        self.gz.write_all(text.as_bytes()).map_err(Problem::internal)?;
        self.unasked += text.len();
        Ok(())
    }

    /// Writes `"name":[..]` with as many of `items` as there is room for; answers how many were left out, the last ones.
    pub fn list<T, V: Serialize>(
        &mut self,
        name: &str,
        items: Vec<T>,
        view: impl Fn(T) -> Result<V>,
    ) -> Result<usize> {
        self.text(&format!("\"{name}\":["))?;
        let mut left = items.len();
        for (place, item) in items.into_iter().enumerate() {
            let json = serde_json::to_vec(&view(item)?).map_err(Problem::internal)?;
            if !self.has_room(json.len())? {
                break;
            }
            if place > 0 {
                self.text(",")?;
            }
            self.digest.update(&json);
            self.gz.write_all(&json).map_err(Problem::internal)?;
            self.unasked += json.len();
            left -= 1;
        }
        self.text("]")?;
        Ok(left)
    }

    fn has_room(&mut self, more: usize) -> Result<bool> {
        if self.unasked + more > ASK {
            self.gz.flush().map_err(Problem::internal)?;
            self.unasked = 0;
        }
        let pending = (self.unasked + more) * 1001 / 1000;
        Ok(self.gz.get_ref().len() + pending + END <= self.limit)
    }

    /// What the lists hold, in short.
    pub fn digest(&self) -> String {
        let mut digest = hex(&self.digest.clone().finalize());
        digest.truncate(32);
        digest
    }

    /// The whole file.
    pub fn finish(self) -> Result<Vec<u8>> {
        self.gz.finish().map_err(Problem::internal)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use serde_json::Value;

    use super::*;

    /// Text that does not compress.
    fn noise(n: usize) -> String {
        (0..n).map(|_| hex(&rand::random::<[u8; 16]>())).collect()
    }

    #[test]
    fn a_list_ends_where_the_room_ends_and_says_how_much_was_left_out() {
        let limit = 200_000;
        let mut file = File::new(limit);
        file.text("{").unwrap();
        let items: Vec<_> = (0..100).map(|_| noise(250)).collect();
        let left = file.list("cases", items.clone(), Ok).unwrap();
        file.text("}").unwrap();
        let bytes = file.finish().unwrap();
        assert!(bytes.len() <= limit && bytes.len() > limit * 3 / 4, "{} bytes", bytes.len());
        let mut text = String::new();
        GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let kept = document["cases"].as_array().unwrap();
        assert_eq!(kept.len() + left, items.len());
        assert!(left > 0 && kept.iter().zip(&items).all(|(kept, item)| kept == item), "the first are kept");
    }

    #[test]
    fn the_same_content_makes_the_same_bytes() {
        let write = || {
            let mut file = File::new(1_000_000);
            file.list("areas", vec!["示例村"; 9], Ok).unwrap();
            (file.digest(), file.finish().unwrap())
        };
        assert_eq!(write(), write());
    }
}
