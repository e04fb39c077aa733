//! Label images with the physical sizes of their image.

use std::sync::Arc;

use crate::image::{Description, PixelSource, Redescribed};

/// The label image, with pixels as large as those of its image: masks are seldom told how large theirs are, and viewers that go
/// by sizes would lay them beside the image.
pub(super) fn aligned(source: Arc<dyn PixelSource>, image: &Description) -> Arc<dyn PixelSource> {
    let mut description = source.description().clone();
    for axis in &mut description.axes {
        let mut axes = image.axes.iter();
        if let Some(same) = axes.find(|other| other.kind == axis.kind) {
            axis.step = same.step.clone();
        }
    }
    Redescribed::of(source, description)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::aligned;
    use crate::image::{
        Area, Axis, AxisKind, Description, ImageError, Length, Level, PixelSource, PixelType, Plane,
    };

    struct Described(Description);

    impl PixelSource for Described {
        fn description(&self) -> &Description {
            &self.0
        }

        fn levels(&self) -> &[Level] {
            &[]
        }

        fn read(&self, _: usize, _: &Plane, _: Area, _: &mut [u8]) -> Result<(), ImageError> {
            Ok(())
        }
    }

    fn described(axes: &[(AxisKind, Option<f64>)]) -> Description {
        let axis = |(kind, step): &(AxisKind, Option<f64>)| Axis {
            kind: kind.clone(),
            size: 2,
            step: step.map(|value| Length {
                value,
                unit: Some("micrometer".to_owned()),
            }),
        };
        Description {
            name: None,
            format: "TIFF",
            axes: axes.iter().map(axis).collect(),
            pixel_type: PixelType::Uint8,
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
    fn a_mask_has_pixels_as_large_as_those_of_its_image() {
        use AxisKind::{C, X, Y, Z};
        let image = described(&[(C, None), (Z, Some(0.5)), (Y, Some(0.1)), (X, Some(0.2))]);
        let mask = described(&[(Y, None), (X, Some(7.0))]);
        let aligned = aligned(Arc::new(Described(mask)), &image);
        assert_eq!(aligned.description().axes, image.axes[2..]);
    }
}
