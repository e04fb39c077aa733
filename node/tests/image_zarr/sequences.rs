//! Many files that are one image.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use node::image::sequence::{Counted, Sequence};
use node::image::{Area, AxisKind, ImageError, PixelSource, Plane};

use crate::support::{open_any, samples, shape, written_by_others};

fn counted(kind: AxisKind, names: &[&str]) -> Counted {
    Counted {
        kind,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    }
}

/// Opens the files of these names in turn.
fn open(counted: &[Counted], names: &[&str]) -> Result<Sequence, ImageError> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let files = written_by_others();
    let open = move |number: usize| {
        open_any(&files, &names[number % names.len()]).map(Arc::<dyn PixelSource>::from)
    };
    Sequence::new(counted, Box::new(open))
}

#[test]
fn times_and_channels_are_counted_and_planes_come_out_of_each_file() {
    let axes = [
        counted(AxisKind::T, &["1", "2"]),
        counted(AxisKind::C, &["DAPI", "GFP"]),
    ];
    let names = ["v3-uint16.zarr", "grey16.png"];
    // of other sizes
    let error = open(&axes, &names).err().unwrap();
    assert_eq!(
        error.to_string(),
        "its file number 2 has another size than its first, which is not read here"
    );
    let stacks = ["mode1-little.mrc", "mode1-big.mrc"];
    let image = open(&axes, &stacks).unwrap();
    assert_eq!(shape(&image, 0), "2x2x3x10x14");
    let names: Vec<_> = image
        .description()
        .channels
        .iter()
        .map(|channel| channel.name.clone().unwrap())
        .collect();
    assert_eq!(names, ["DAPI", "GFP"]);
    let one = open_any(&written_by_others(), stacks[0]).unwrap();
    assert_eq!(samples(&image, 0), samples(one.as_ref(), 0).repeat(4));
}

#[test]
fn a_file_may_have_channels_or_the_names_may_count_them() {
    let image = open(&[counted(AxisKind::Z, &["1", "2"])], &["colour.png"]).unwrap();
    assert_eq!(shape(&image, 0), "3x2x20x30");
    assert!(image.description().is_colour);
    let colour = open_any(&written_by_others(), "colour.png").unwrap();
    let area = Area {
        x: 3,
        y: 4,
        width: 9,
        height: 5,
    };
    let (mut expected, mut found) = (vec![0; 45], vec![0; 45]);
    for channel in 0..3 {
        colour
            .read(0, &Plane(vec![channel]), area, &mut expected)
            .unwrap();
        image
            .read(0, &Plane(vec![channel, 1]), area, &mut found)
            .unwrap();
        assert_eq!(found, expected);
    }
    let error = open(&[counted(AxisKind::C, &["1", "2"])], &["colour.png"]).err();
    assert_eq!(
        error.unwrap().to_string(),
        "the names of its files count the channels, and each file holds 3 channels already, which is not read here"
    );
}

#[test]
fn only_some_of_many_files_are_open() {
    struct Watched(Box<dyn PixelSource>, Arc<AtomicUsize>);
    impl Drop for Watched {
        fn drop(&mut self) {
            self.1.fetch_sub(1, Ordering::SeqCst);
        }
    }
    impl PixelSource for Watched {
        fn description(&self) -> &node::image::Description {
            self.0.description()
        }
        fn levels(&self) -> &[node::image::Level] {
            self.0.levels()
        }
        fn read(
            &self,
            level: usize,
            plane: &Plane,
            area: Area,
            buffer: &mut [u8],
        ) -> Result<(), ImageError> {
            self.0.read(level, plane, area, buffer)
        }
    }
    let opened = Arc::new(AtomicUsize::new(0));
    let names: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let times = [Counted {
        kind: AxisKind::T,
        names,
    }];
    let files = written_by_others();
    let counter = Arc::clone(&opened);
    let open = move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        let image = open_any(&files, "grey16.png")?;
        Ok(Arc::new(Watched(image, Arc::clone(&counter))) as Arc<dyn PixelSource>)
    };
    let image = Sequence::new(&times, Box::new(open)).unwrap();
    assert_eq!(samples(&image, 0).len(), 100 * 600 * 2);
    assert!(opened.load(Ordering::SeqCst) <= 16);
}
