//! How samples are stored, and how they become those that readers give.

use serde_json::Value;

use super::store::FORMAT;
use crate::image::{ImageError, PixelType};

/// The type of stored samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StoredType {
    kind: Kind,
    /// Whether the most significant byte comes first.
    pub big_endian: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A byte, 0 or 1.
    Bool,
    /// IEEE 754 binary16.
    Float16,
    Whole(PixelType),
}

impl StoredType {
    /// Of a Zarr v3 `data_type`.
    pub fn of_v3(name: &str) -> Result<StoredType, ImageError> {
        Ok(StoredType {
            kind: kind(name).ok_or_else(|| unsupported(name))?,
            big_endian: false,
        })
    }

    /// Of a Zarr v2 `dtype`: `<u2`.
    pub fn of_v2(name: &str) -> Result<StoredType, ImageError> {
        let mut letters = name.chars();
        let big_endian = match letters.next() {
            Some('>') => true,
            Some('<' | '|' | '=') => false,
            _ => return Err(unsupported(name)),
        };
        let long = match letters.as_str() {
            "b1" => "bool",
            "u1" => "uint8",
            "u2" => "uint16",
            "u4" => "uint32",
            "u8" => "uint64",
            "i1" => "int8",
            "i2" => "int16",
            "i4" => "int32",
            "i8" => "int64",
            "f2" => "float16",
            "f4" => "float32",
            "f8" => "float64",
            _ => return Err(unsupported(name)),
        };
        Ok(StoredType {
            kind: kind(long).ok_or_else(|| unsupported(name))?,
            big_endian,
        })
    }

    /// What readers give.
    pub fn pixel_type(self) -> PixelType {
        match self.kind {
            Kind::Bool => PixelType::Uint8,
            Kind::Float16 => PixelType::Float32,
            Kind::Whole(pixel_type) => pixel_type,
        }
    }

    /// Bits of a sample that mean something.
    pub fn significant_bits(self) -> u8 {
        match self.kind {
            Kind::Bool => 1,
            // at most 64
            _ => u8::try_from(self.bytes() * 8).unwrap_or(64),
        }
    }

    /// Bytes of a stored sample.
    pub fn bytes(self) -> usize {
        match self.kind {
            Kind::Bool => 1,
            Kind::Float16 => 2,
            Kind::Whole(pixel_type) => pixel_type.bytes(),
        }
    }

    /// Makes samples in native order out of stored ones.
    pub fn to_native(self, mut stored: Vec<u8>) -> Vec<u8> {
        let size = self.bytes();
        if size > 1 && self.big_endian != cfg!(target_endian = "big") {
            stored
                .chunks_exact_mut(size)
                .for_each(|sample| sample.reverse());
        }
        if self.kind != Kind::Float16 {
            return stored;
        }
        let halves = stored.chunks_exact(2);
        halves
            .flat_map(|half| {
                half::f16::from_ne_bytes([half[0], half[1]])
                    .to_f32()
                    .to_ne_bytes()
            })
            .collect()
    }

    /// A `fill_value` as one native sample.
    pub fn fill(self, value: &Value) -> Result<Vec<u8>, ImageError> {
        let wrong = || {
            ImageError::broken(
                FORMAT,
                format!(
                    "the fill value {value} is no value of its type {}",
                    self.pixel_type()
                ),
            )
        };
        if value.is_null() {
            return Ok(vec![0; self.pixel_type().bytes()]);
        }
        match self.pixel_type() {
            PixelType::Float32 | PixelType::Float64 => {
                let number = self.float(value).ok_or_else(wrong)?;
                Ok(if self.pixel_type() == PixelType::Float64 {
                    number.to_ne_bytes().to_vec()
                } else {
                    // narrowed on purpose: that is the type of the samples
                    (number as f32).to_ne_bytes().to_vec()
                })
            }
            whole => integer(value)
                .and_then(|number| integer_bytes(whole, number))
                .ok_or_else(wrong),
        }
    }

    fn float(self, value: &Value) -> Option<f64> {
        match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => match text.as_str() {
                "NaN" => Some(f64::NAN),
                "Infinity" => Some(f64::INFINITY),
                "-Infinity" => Some(f64::NEG_INFINITY),
                _ => match text.strip_prefix("0x") {
                    Some(digits) => self.float_of_bits(digits),
                    None => text.parse().ok(),
                },
            },
            _ => None,
        }
    }

    /// A number by the bits that it has in this type.
    fn float_of_bits(self, digits: &str) -> Option<f64> {
        let bits = u64::from_str_radix(digits, 16).ok()?;
        Some(match self.bytes() {
            2 => half::f16::from_bits(u16::try_from(bits).ok()?).to_f64(),
            4 => f32::from_bits(u32::try_from(bits).ok()?).into(),
            _ => f64::from_bits(bits),
        })
    }
}

fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "bool" => Kind::Bool,
        "float16" => Kind::Float16,
        "uint8" => Kind::Whole(PixelType::Uint8),
        "uint16" => Kind::Whole(PixelType::Uint16),
        "uint32" => Kind::Whole(PixelType::Uint32),
        "uint64" => Kind::Whole(PixelType::Uint64),
        "int8" => Kind::Whole(PixelType::Int8),
        "int16" => Kind::Whole(PixelType::Int16),
        "int32" => Kind::Whole(PixelType::Int32),
        "int64" => Kind::Whole(PixelType::Int64),
        "float32" => Kind::Whole(PixelType::Float32),
        "float64" => Kind::Whole(PixelType::Float64),
        _ => return None,
    })
}

fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Bool(flag) => Some(i128::from(*flag)),
        Value::Number(number) => number
            .as_i64()
            .map(i128::from)
            .or_else(|| number.as_u64().map(i128::from))
            // 0.0, as some writers say
            .or_else(|| number.as_f64().map(|number| number as i128)),
        // "0", as old versions of bioformats2raw say
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn integer_bytes(pixel_type: PixelType, number: i128) -> Option<Vec<u8>> {
    Some(match pixel_type {
        PixelType::Uint8 => u8::try_from(number).ok()?.to_ne_bytes().to_vec(),
        PixelType::Uint16 => u16::try_from(number).ok()?.to_ne_bytes().to_vec(),
        PixelType::Uint32 => u32::try_from(number).ok()?.to_ne_bytes().to_vec(),
        PixelType::Uint64 => u64::try_from(number).ok()?.to_ne_bytes().to_vec(),
        PixelType::Int8 => i8::try_from(number).ok()?.to_ne_bytes().to_vec(),
        PixelType::Int16 => i16::try_from(number).ok()?.to_ne_bytes().to_vec(),
        PixelType::Int32 => i32::try_from(number).ok()?.to_ne_bytes().to_vec(),
        PixelType::Int64 => i64::try_from(number).ok()?.to_ne_bytes().to_vec(),
        PixelType::Float32 | PixelType::Float64 => return None,
    })
}

fn unsupported(name: &str) -> ImageError {
    let short: String = name.chars().take(60).collect();
    ImageError::Unsupported(format!("its samples are of the type {short:?}"))
}
