//! JPEG strips and tiles (TIFF Technical Note 2): a stream each, with tables that may stand apart.

use zune_core::bytestream::ZCursor;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::broken;
use crate::image::ImageError;

/// Rows of samples as the stream holds them: what they mean as colours, the directory says.
pub(super) fn decode(
    tables: Option<&[u8]>,
    stream: &[u8],
    samples: u64,
    columns: u64,
    rows: u64,
) -> Result<Vec<u8>, ImageError> {
    let whole = with_tables(tables, stream);
    // a tile may be a little larger than its directory says, never much
    let most = |size: u64| (size as usize).next_multiple_of(64) + 64;
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(most(columns))
        .set_max_height(most(rows));
    let damaged = |error| {
        broken(format!(
            "one of its JPEG strips or tiles is damaged: {error:?}"
        ))
    };
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&whole[..]), options);
    decoder.decode_headers().map_err(damaged)?;
    if let Some(colours) = decoder.input_colorspace() {
        decoder.set_options(options.jpeg_set_out_colorspace(colours));
    }
    let decoded = decoder.decode().map_err(damaged)?;
    let (width, height) = decoder
        .dimensions()
        .ok_or_else(|| broken("one of its JPEG strips or tiles gives no size"))?;
    let given = decoded.len() / (width * height).max(1);
    if given != samples as usize {
        return Err(broken(format!(
            "one of its JPEG strips or tiles has {given} samples a pixel, and its directory says {samples}"
        )));
    }
    crop(&decoded, (width, height), samples, (columns, rows))
}

/// The tables without the mark at their end, then the stream without the mark at its beginning.
fn with_tables(tables: Option<&[u8]>, stream: &[u8]) -> Vec<u8> {
    let tables = tables.unwrap_or_default();
    match (tables, stream) {
        ([start @ .., 0xff, 0xd9], [0xff, 0xd8, rest @ ..]) => [start, rest].concat(),
        _ => stream.to_vec(),
    }
}

/// The rows that were asked for; a stream that is smaller by less than a block leaves black.
fn crop(
    decoded: &[u8],
    (width, height): (usize, usize),
    samples: u64,
    (columns, rows): (u64, u64),
) -> Result<Vec<u8>, ImageError> {
    let (columns, rows, samples) = (columns as usize, rows as usize, samples as usize);
    if (width, height) == (columns, rows) {
        return Ok(decoded.to_vec());
    }
    if width < columns || height == 0 {
        return Err(broken(format!(
            "one of its JPEG strips or tiles is {width} by {height} pixels, and its directory says {columns} by {rows}"
        )));
    }
    let mut out = vec![0; columns * rows * samples];
    let length = columns * samples;
    for (row, decoded) in out
        .chunks_exact_mut(length)
        .zip(decoded.chunks_exact(width * samples))
    {
        row.copy_from_slice(&decoded[..length]);
    }
    Ok(out)
}
