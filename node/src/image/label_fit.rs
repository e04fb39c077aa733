//! Whether a label image fits the image that it was made from.

use super::{AxisKind, Description, PixelType};

/// How long the axes of an image are; 1 where it does not have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Columns.
    pub x: u64,
    /// Rows.
    pub y: u64,
    /// Focal planes.
    pub z: u64,
    /// Time points.
    pub t: u64,
}

impl Sizes {
    /// Those of an image.
    pub fn of(description: &Description) -> Sizes {
        let size = |kind: AxisKind| {
            let mut axes = description.axes.iter();
            axes.find(|axis| axis.kind == kind)
                .map_or(1, |axis| axis.size)
        };
        Sizes {
            x: size(AxisKind::X),
            y: size(AxisKind::Y),
            z: size(AxisKind::Z),
            t: size(AxisKind::T),
        }
    }
}

/// What does not fit, in sentences that go on after the name of the label image; none where all does.
pub fn label_misfits(label: &Description, image: &Sizes) -> Vec<String> {
    let mut misfits = Vec::new();
    if matches!(label.pixel_type, PixelType::Float32 | PixelType::Float64) {
        misfits.push(format!(
            "has pixels of the type {}, and the numbers of objects are whole; save it as uint16 or uint32",
            label.pixel_type
        ));
    }
    if label.is_colour {
        misfits.push(
            "is a colour picture, and a label image has one number at each pixel; save the labels themselves"
                .to_owned(),
        );
    }
    let of_label = Sizes::of(label);
    if (of_label.x, of_label.y) != (image.x, image.y) {
        misfits.push(format!(
            "is {} × {} pixels, and the image {} × {}",
            of_label.x, of_label.y, image.x, image.y
        ));
    }
    let others = [
        (of_label.z, image.z, "planes"),
        (of_label.t, image.t, "time points"),
    ];
    for (of_label, of_image, what) in others {
        // a mask that has no such axis is for all of them
        if of_label > 1 && of_label != of_image {
            misfits.push(format!("has {of_label} {what}, and the image {of_image}"));
        }
    }
    misfits
}

#[cfg(test)]
mod tests {
    use super::{Sizes, label_misfits};
    use crate::image::{Axis, AxisKind, Description, PixelType};

    fn described(sizes: &[(AxisKind, u64)], pixel_type: PixelType) -> Description {
        let axis = |(kind, size): &(AxisKind, u64)| Axis {
            kind: kind.clone(),
            size: *size,
            step: None,
        };
        Description {
            name: None,
            format: "TIFF",
            axes: sizes.iter().map(axis).collect(),
            pixel_type,
            significant_bits: 8,
            is_colour: false,
            channels: Vec::new(),
            acquired: None,
            instrument: None,
            objective: None,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn a_label_image_is_as_large_as_its_image_where_it_has_the_axis() {
        use AxisKind::{C, T, X, Y, Z};
        let image = described(
            &[(T, 5), (C, 2), (Z, 7), (Y, 30), (X, 40)],
            PixelType::Uint16,
        );
        for (sizes, expected) in [
            (vec![(Y, 30), (X, 40)], ""),
            (vec![(Z, 1), (Y, 30), (X, 40)], ""),
            (vec![(T, 5), (Z, 7), (Y, 30), (X, 40)], ""),
            (
                vec![(Y, 40), (X, 30)],
                "is 30 × 40 pixels, and the image 40 × 30",
            ),
            (
                vec![(Z, 6), (Y, 30), (X, 40)],
                "has 6 planes, and the image 7",
            ),
            (
                vec![(T, 4), (Y, 30), (X, 40)],
                "has 4 time points, and the image 5",
            ),
        ] {
            let found = label_misfits(&described(&sizes, PixelType::Uint8), &Sizes::of(&image));
            assert_eq!(found.join("; "), expected);
        }
    }

    #[test]
    fn objects_have_whole_numbers() {
        let sizes = [(AxisKind::Y, 3), (AxisKind::X, 4)];
        let image = described(&sizes, PixelType::Uint8);
        let found = label_misfits(&described(&sizes, PixelType::Float32), &Sizes::of(&image));
        assert!(
            found[0].contains("float32") && found.len() == 1,
            "{found:?}"
        );
    }
}
