//! What is broken or hostile: each is refused with a sentence, and none takes memory that it only claims to need.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use node::image::{Bytes, Files, ImageError, Limits, PixelSource, mrc, picture, zarr};
use node::relative_path::RelPath;
use serde_json::{Value, json};

use crate::support::{open_any, real_images, samples, values, written_by_others};

/// Files in memory.
#[derive(Default)]
struct InMemory(HashMap<String, Vec<u8>>);

struct Content(Vec<u8>);

impl Bytes for Content {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).unwrap();
        let content = self.0.get(start..start + buffer.len());
        buffer.copy_from_slice(content.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

impl Files for InMemory {
    fn open(&self, path: &RelPath) -> io::Result<Option<Arc<dyn Bytes>>> {
        let content = self.0.get(path.as_str()).cloned();
        Ok(content.map(|content| Arc::new(Content(content)) as Arc<dyn Bytes>))
    }
}

/// A store of one array with chunks of 16 × 16 bytes, changed as a test wants.
fn store(
    change: impl FnOnce(&mut Value, &mut Value),
    chunk: &[u8],
) -> Result<zarr::ZarrImage, ImageError> {
    let mut group = json!({"zarr_format": 3, "node_type": "group", "attributes": {"ome": {
        "version": "0.5",
        "multiscales": [{
            "axes": [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}],
            "datasets": [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1.0, 1.0]}]}],
        }],
    }}});
    let mut array = json!({
        "zarr_format": 3, "node_type": "array", "shape": [16, 16], "data_type": "uint8",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [16, 16]}},
        "chunk_key_encoding": {"name": "default"}, "fill_value": 9,
        "codecs": [{"name": "bytes"}],
    });
    change(&mut group, &mut array);
    let mut files = InMemory::default();
    files
        .0
        .insert("zarr.json".to_owned(), group.to_string().into_bytes());
    files
        .0
        .insert("0/zarr.json".to_owned(), array.to_string().into_bytes());
    files.0.insert("0/c/0/0".to_owned(), chunk.to_vec());
    zarr::open(Arc::new(files), None, "", Limits::default())
}

fn read(image: &zarr::ZarrImage) -> Result<Vec<u8>, ImageError> {
    let mut buffer = vec![0; 256];
    let area = node::image::Area {
        x: 0,
        y: 0,
        width: 16,
        height: 16,
    };
    image.read(0, &node::image::Plane::default(), area, &mut buffer)?;
    Ok(buffer)
}

/// The sentence with which an array is refused, or its chunk.
fn refusal(change: impl FnOnce(&mut Value, &mut Value), chunk: &[u8]) -> String {
    match store(change, chunk).and_then(|image| read(&image)) {
        Ok(_) => panic!("it was read"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_plain_store_is_read() {
    let image = store(|_, _| {}, &[7; 256]).unwrap();
    assert_eq!(read(&image).unwrap(), [7; 256]);
}

#[test]
fn absurd_arrays_are_refused_before_anything_is_decoded() {
    type Change = fn(&mut Value, &mut Value);
    let cases: [(Change, &str); 14] = [
        (
            |_, array| {
                array["shape"] = json!([65536, 65536]);
                array["chunk_grid"]["configuration"]["chunk_shape"] = json!([65536, 65536]);
            },
            "a chunk in bytes is 4294967296, and at most 268435456 is read",
        ),
        (
            |_, array| array["shape"] = json!([u64::MAX, u64::MAX]),
            "its size in samples is 18446744073709551615, and at most 9007199254740992 is read",
        ),
        (
            |_, array| array["shape"] = json!([0, 16]),
            "it is not a whole OME-Zarr file: its shape has a length of 0",
        ),
        (
            |_, array| array["shape"] = json!([-1, 16]),
            "it is not a whole OME-Zarr file: its shape is no list of positive whole numbers",
        ),
        (
            |_, array| array["shape"] = json!([16, 16, 16]),
            "it is not a whole OME-Zarr file: its chunks have other axes than itself",
        ),
        (
            |_, array| array["data_type"] = json!("complex64"),
            "its samples are of the type \"complex64\", which is not read here",
        ),
        (
            |_, array| array["codecs"] = json!([{"name": "bytes"}, {"name": "imagecodecs_jpegxr"}]),
            "its chunks are stored with the codec \"imagecodecs_jpegxr\", which is not read here",
        ),
        (
            |_, array| array["codecs"] = json!([]),
            "it is not a whole OME-Zarr file: its list of codecs does not say how bytes are made",
        ),
        (
            |_, array| array["codecs"] = json!([{"name": "transpose", "configuration": {"order": [0, 0]}}, {"name": "bytes"}]),
            "it is not a whole OME-Zarr file: the order of a transposition is none of its axes",
        ),
        (
            |_, array| array["fill_value"] = json!(256),
            "it is not a whole OME-Zarr file: the fill value 256 is no value of its type uint8",
        ),
        (
            |_, array| array["chunk_grid"]["name"] = json!("rectilinear"),
            "its chunks lie in a grid of the kind \"rectilinear\", which is not read here",
        ),
        (
            |group, _| {
                group["attributes"]["ome"]["multiscales"][0]["datasets"][0]["path"] =
                    json!("../../secret")
            },
            "it is not a whole OME-Zarr file: \"../../secret/zarr.json\" cannot be a file of a study: it has a part . or .., which would leave the study's folder",
        ),
        (
            |group, _| {
                group["attributes"]["ome"]["multiscales"][0]["datasets"][0]["path"] =
                    json!("elsewhere")
            },
            "it is not a whole OME-Zarr file: its array \"elsewhere\" is missing",
        ),
        (
            |group, _| group["attributes"]["ome"]["multiscales"][0]["axes"][1]["name"] = json!("y"),
            "it is not a whole OME-Zarr file: two of its axes are Y",
        ),
    ];
    for (change, sentence) in cases {
        assert_eq!(refusal(change, &[7; 256]), sentence);
    }
}

#[test]
fn damaged_chunks_are_errors_and_missing_ones_the_fill_value() {
    let with = |codec: &str| {
        let codecs = json!([{"name": "bytes"}, {"name": codec}]);
        move |_: &mut Value, array: &mut Value| array["codecs"] = codecs
    };
    assert!(refusal(|_, _| {}, &[7; 255]).contains("holds 255 bytes, and its shape asks for 256"));
    for codec in ["gzip", "numcodecs.zlib", "zstd", "blosc", "crc32c"] {
        let sentence = refusal(with(codec), &[7; 100]);
        assert!(
            sentence.starts_with("it is not a whole OME-Zarr file: a chunk is damaged"),
            "{sentence}"
        );
    }
    let image = store(
        |_, array| array["chunk_key_encoding"] = json!({"name": "v2"}),
        &[],
    )
    .unwrap();
    assert_eq!(read(&image).unwrap(), [9; 256]);
}

#[test]
fn a_chunk_that_holds_a_thousand_times_what_it_should_is_not_decoded() {
    let zeros = vec![0; 512 << 20];
    let bomb = zstd::bulk::compress(&zeros, 1).unwrap();
    drop(zeros);
    let codecs = json!([{"name": "bytes"}, {"name": "zstd"}]);
    let before = resident();
    let sentence = refusal(move |_, array| array["codecs"] = codecs, &bomb);
    assert!(sentence.contains("chunk"), "{sentence}");
    assert!(resident() < before + (64 << 20), "it was decoded");
}

/// The most memory that the process has had, in bytes, and from now on.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        * 1024
}

#[test]
fn shards_that_point_outside_are_refused() {
    let sharded = |array: &mut Value| {
        array["codecs"] = json!([{"name": "sharding_indexed", "configuration": {
            "chunk_shape": [16, 16], "codecs": [{"name": "bytes"}], "index_codecs": [{"name": "bytes"}],
        }}]);
    };
    let index = |offset: u64, length: u64| {
        let mut shard = vec![7; 256];
        shard.extend_from_slice(&offset.to_le_bytes());
        shard.extend_from_slice(&length.to_le_bytes());
        shard
    };
    let image = store(|_, array| sharded(array), &index(0, 256)).unwrap();
    assert_eq!(read(&image).unwrap(), [7; 256]);
    let image = store(|_, array| sharded(array), &index(u64::MAX, u64::MAX)).unwrap();
    assert_eq!(read(&image).unwrap(), [9; 256]);
    for (offset, length) in [(0, 1 << 40), (u64::MAX, 2), (u64::MAX - 1, 1), (300, 1)] {
        let sentence = refusal(|_, array| sharded(array), &index(offset, length));
        assert!(sentence.contains("points past its end"), "{sentence}");
    }
    assert!(refusal(|_, array| sharded(array), &[7; 15]).contains("shorter than its index"));
    let nested = refusal(
        |_, array| {
            sharded(array);
            let outer = array["codecs"].clone();
            array["codecs"][0]["configuration"]["codecs"] = outer;
        },
        &[],
    );
    assert!(nested.contains("further shards"), "{nested}");
    let uneven = refusal(
        |_, array| {
            sharded(array);
            array["codecs"][0]["configuration"]["chunk_shape"] = json!([16, 5]);
        },
        &[],
    );
    assert!(
        uneven.contains("a shard of 16 cannot hold chunks of 5"),
        "{uneven}"
    );
}

#[test]
fn any_byte_of_a_small_file_may_be_wrong() {
    // every file that others wrote, with a byte changed here and there: an error or samples, never a panic
    let files = written_by_others();
    for name in [
        "palette.png",
        "bits.png",
        "progressive.jpg",
        "baseline.jpg",
        "cmyk.jpg",
        "mode6-little.mrc",
    ] {
        let bytes = files.open(&RelPath::parse(name).unwrap()).unwrap().unwrap();
        let mut content = vec![0; usize::try_from(bytes.size()).unwrap()];
        bytes.read_at(0, &mut content).unwrap();
        for place in (0..content.len()).filter(|place| *place < 200 || place % 5 == 0) {
            let mut changed = content.clone();
            changed[place] ^= 0x5a;
            try_all(Content(changed), name);
            if place % 15 == 0 {
                try_all(Content(content[..place].to_vec()), name);
            }
        }
    }
}

fn try_all(content: Content, name: &str) {
    let bytes: Arc<dyn Bytes> = Arc::new(content);
    let limits = Limits {
        chunk_bytes: 1 << 20,
        ..Limits::default()
    };
    let image: Result<Box<dyn PixelSource>, ImageError> = match name.rsplit('.').next() {
        Some("png") => picture::open_png(bytes, limits).map(|image| Box::new(image) as _),
        Some("jpg") => picture::open_jpeg(bytes, limits).map(|image| Box::new(image) as _),
        _ => mrc::open(bytes, limits).map(|image| Box::new(image) as _),
    };
    if let Ok(image) = image {
        let level = image.levels()[0];
        let area = node::image::Area {
            x: 0,
            y: 0,
            width: level.width,
            height: level.height,
        };
        let planes = image.description().axes.len() - 2;
        let size = usize::try_from(level.width * level.height).unwrap();
        let mut buffer = vec![0; size * image.description().pixel_type.bytes()];
        // what comes of it is not the point
        let _ = image.read(0, &node::image::Plane(vec![0; planes]), area, &mut buffer);
    }
}

#[test]
fn blosc_may_be_damaged_anywhere() {
    let files = written_by_others();
    let names: Vec<String> = [
        "blosclz-bytes",
        "lz4-bits",
        "zlib-bytes",
        "zstd-plain",
        "blosclz-blocks",
        "lz4-blocks",
    ]
    .iter()
    .map(|name| format!("v2-{name}.zarr"))
    .collect();
    for name in names {
        let mut copy = InMemory::default();
        for key in [".zgroup", ".zattrs", "0/.zarray", "0/0.0.0"] {
            let path = RelPath::parse(&format!("{name}/{key}")).unwrap();
            let Some(bytes) = files.open(&path).unwrap() else {
                continue;
            };
            let mut content = vec![0; usize::try_from(bytes.size()).unwrap()];
            bytes.read_at(0, &mut content).unwrap();
            copy.0.insert(key.to_owned(), content);
        }
        let chunk = copy.0["0/0.0.0"].clone();
        for place in (0..chunk.len()).filter(|place| *place < 64 || place % 97 == 0) {
            let mut files = InMemory(copy.0.clone());
            files.0.get_mut("0/0.0.0").unwrap()[place] ^= 0xff;
            let image = zarr::open(Arc::new(files), None, "", Limits::default()).unwrap();
            let mut buffer = vec![0; 2 * 16 * 16];
            let area = node::image::Area {
                x: 0,
                y: 0,
                width: 16,
                height: 16,
            };
            // what comes of it is not the point
            let _ = image.read(0, &node::image::Plane(vec![0]), area, &mut buffer);
        }
    }
}

#[test]
fn every_malformed_picture_is_read_or_refused_with_a_sentence() {
    let Some(folder) = real_images() else { return };
    let files: Arc<dyn Files> = Arc::new(node::image::Folder(folder.clone()));
    for entry in std::fs::read_dir(folder.join("malformed/other")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let extension = name.rsplit('.').next().unwrap();
        if !["png", "jpg"].contains(&extension) {
            continue;
        }
        let outcome = open_any(&files, &format!("malformed/other/{name}")).and_then(|image| {
            let level = image.levels()[0];
            let area = node::image::Area {
                x: 0,
                y: 0,
                width: level.width,
                height: 1,
            };
            let mut row = vec![
                0;
                usize::try_from(level.width).unwrap()
                    * image.description().pixel_type.bytes()
            ];
            let planes = image.description().axes.len() - 2;
            image.read(0, &node::image::Plane(vec![0; planes]), area, &mut row)
        });
        let is_cut_off = name.contains("truncated_image")
            || name.contains("truncated_jpeg")
            || name.contains("broken_data");
        match outcome {
            Ok(()) => assert!(!is_cut_off, "{name} is shown as if it were whole"),
            Err(error) => {
                eprintln!("{name}: {error}");
                assert!(error.to_string().len() > 20, "{name}: {error}");
            }
        }
    }
}

#[test]
fn a_damaged_jpeg_is_shown_and_told_and_one_that_is_cut_off_is_refused() {
    let files = written_by_others();
    let path = RelPath::parse("baseline.jpg").unwrap();
    let bytes = files.open(&path).unwrap().unwrap();
    let mut content = vec![0; usize::try_from(bytes.size()).unwrap()];
    bytes.read_at(0, &mut content).unwrap();
    let content = content;
    let open = |content: &[u8]| {
        let bytes: Arc<dyn Bytes> = Arc::new(Content(content.to_vec()));
        picture::open_jpeg(bytes, Limits::default())
    };
    assert!(open(&content).unwrap().description().warnings.is_empty());
    let half = content.len() / 2;
    let error = open(&content[..half]).err().unwrap().to_string();
    assert!(error.starts_with("it is not a whole JPEG file"), "{error}");
    // not every damage can be told from a picture; what can is told
    let told = (half..content.len() - 2).filter(|place| {
        let mut damaged = content.clone();
        damaged[*place..*place + 2].copy_from_slice(&[0xff, 0xc4]);
        let picture = open(&damaged);
        picture.is_ok_and(|picture| {
            let warnings = &picture.description().warnings;
            let is_told = |warning: &String| warning.starts_with("it is damaged, and shown as far");
            warnings.first().is_some_and(is_told)
        })
    });
    assert!(told.count() > 0);
}

#[test]
fn a_zip_may_be_damaged_and_leads_nowhere_else() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/image_zarr/written_by_others.zip");
    let whole = std::fs::read(here).unwrap();
    for length in [0, 10, whole.len() / 2, whole.len() - 1] {
        let cut: Arc<dyn Bytes> = Arc::new(Content(whole[..length].to_vec()));
        let error = zarr::ZipFiles::open(cut, Limits::default()).err();
        assert!(error.unwrap().to_string().contains("whole zip"), "{length}");
    }
    let little = Limits {
        metadata_bytes: 1000,
        ..Limits::default()
    };
    let bytes: Arc<dyn Bytes> = Arc::new(Content(whole));
    assert!(zarr::ZipFiles::open(bytes, little).is_err());
}

#[test]
fn a_whole_picture_is_the_same_twice() {
    let files = written_by_others();
    let image = open_any(&files, "grey16.png").unwrap();
    assert_eq!(samples(image.as_ref(), 0), samples(image.as_ref(), 0));
    assert_eq!(values(image.as_ref(), 0).len(), 600);
}
