//! A record bundle that was read from the disk and inflated (docs/PROTOCOL.md section 4).

use std::ops::Range;

use protocol::digest::Digest;

use super::log_mirror::Announced;

/// The records of a full bundle's `put`s. Each is hashed when it is asked for, since most readers want a few of 256.
#[derive(Debug)]
pub(super) struct RecordBundle {
    inflated: Vec<u8>,
    records: Vec<(Announced, Option<Range<usize>>)>,
}

/// A record whose bytes have another digest than its entry announced.
#[derive(Debug, thiserror::Error)]
#[error("record {0} has another digest")]
pub(super) struct OtherDigest(Digest);

impl RecordBundle {
    /// Takes an inflated bundle and what its `put`s announced, in order.
    ///
    /// # Errors
    /// [`protocol::bundle::BundleError`] when they do not fit.
    pub fn new(
        inflated: Vec<u8>,
        puts: Vec<Announced>,
    ) -> Result<Self, protocol::bundle::BundleError> {
        let sizes: Vec<u64> = puts.iter().map(|put| put.size).collect();
        let mut end = 0;
        let lengths = protocol::bundle::decode_records(&inflated, &sizes)?
            .into_iter()
            .map(|bytes| bytes.map(<[u8]>::len));
        // each record stands behind its length in four bytes
        let ranges: Vec<Option<Range<usize>>> = lengths
            .map(|length| {
                let start = end + 4;
                end = start + length.unwrap_or(0);
                length.map(|_| start..end)
            })
            .collect();
        let records = puts.into_iter().zip(ranges).collect();
        Ok(Self { inflated, records })
    }

    /// Every record's digest and bytes, in order; no bytes where they are redacted.
    pub fn all(&self) -> impl Iterator<Item = Result<(Digest, Option<&[u8]>), OtherDigest>> {
        self.records
            .iter()
            .map(|(put, range)| Ok((put.digest, self.verified(put, range.as_ref())?)))
    }

    /// The bytes of the record with a digest; none where it is redacted or not of this bundle.
    ///
    /// # Errors
    /// [`OtherDigest`] when what is kept is not what was announced.
    pub fn record(&self, digest: &Digest) -> Result<Option<&[u8]>, OtherDigest> {
        // the same record may stand here twice, once redacted and once not
        let kept = self
            .records
            .iter()
            .find(|(put, range)| put.digest == *digest && range.is_some());
        match kept {
            Some((put, range)) => self.verified(put, range.as_ref()),
            None => Ok(None),
        }
    }

    fn verified(
        &self,
        put: &Announced,
        range: Option<&Range<usize>>,
    ) -> Result<Option<&[u8]>, OtherDigest> {
        let Some(bytes) = range.and_then(|range| self.inflated.get(range.clone())) else {
            return Ok(None);
        };
        if Digest::of(bytes) != put.digest {
            return Err(OtherDigest(put.digest));
        }
        Ok(Some(bytes))
    }
}
