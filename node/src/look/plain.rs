//! The view on a page without a script: a picture, and links to the views beside it.

use super::channels::{self, ChannelRow};
use super::scale::{self, ScaleBar};
use super::share::{Seen, Share};
use super::{Region, Spot};
use crate::iiif::{AskedDepth, Identifier, Refusal};
use crate::image::render::{Depth, View, others, size_of};
use crate::image::{AxisKind, Description, Level, PixelSource};

/// How far one goes on an axis of many places with one step, beside the step to the next.
const LEAP: u64 = 10;

/// What stands on the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Plain {
    /// The picture; none where no channel is shown.
    pub picture: Option<Picture>,
    /// Where to look, which plane, which time.
    pub controls: Vec<Controls>,
    /// The channels.
    pub channels: Vec<ChannelRow>,
    /// Names and values that the form of the channels sends along, so that the rest of the view stays.
    pub kept: Vec<(String, String)>,
    /// What the address says and the image does not have.
    pub refused: Option<String>,
    /// The view for others, as [`Plain::share`] writes it.
    pub share: Option<Share>,
    /// What that is written from.
    pub(super) seen: Seen,
}

/// The picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Its address below the node's base: `iiif/3/…`.
    pub path: String,
    /// Its size on the page, in points of the screen.
    pub size: [u64; 2],
    /// What it shows, for those who do not see it.
    pub words: String,
    /// What is marked in it: left, top, width, height, in points of the screen.
    pub marked: Option<[f64; 4]>,
    /// How long something in it is; none where the size of a pixel is not known.
    pub scale: Option<ScaleBar>,
}

/// Links that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Controls {
    /// What they change.
    pub title: String,
    /// How it is now.
    pub state: String,
    /// Where they lead.
    pub ways: Vec<Way>,
}

/// A link to a view beside this one.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// What it does.
    pub text: String,
    /// The query of the address, without `?`; none where that cannot be.
    pub query: Option<String>,
}

impl Plain {
    /// The view that a spot means of an image, which IIIF knows as `resource`; `default` is its default view.
    ///
    /// A spot that the image does not have (another was linked to, or it has a new version) is shown as far as it can be.
    ///
    /// # Errors
    /// Where the pixels of a channel have to be looked at and cannot be read.
    pub fn of(
        spot: &Spot,
        resource: &str,
        source: &dyn PixelSource,
        default: &View,
    ) -> Result<Plain, Refusal> {
        let description = source.description();
        let (spot, view, refused) = match spot.rendering.view(source, default) {
            Ok(view) => (spot.clone(), view, None),
            Err(refusal) => {
                let spot = spot.with(|spot| spot.rendering = Default::default());
                (spot, default.clone(), Some(refusal.to_string()))
            }
        };
        let full = source.levels()[0];
        let region = Region::of(&spot, full.width, full.height);
        let extent = scale::extent(description, &region);
        let mut controls = vec![where_to(&spot, &region, full, extent)];
        controls.extend(planes(&spot, description, &view));
        controls.extend(times(&spot, description, &view));
        controls.extend(further(&spot, description, &view));
        Ok(Plain {
            picture: (!spot.is_dark).then(|| picture(&spot, resource, description, &view, &region)),
            controls,
            channels: channels::rows(&spot, description, &view, default),
            kept: kept(&spot),
            refused,
            share: None,
            seen: Seen::of(&spot, description, &view, &region),
        })
    }

    /// The spot that the form of the channels means; none where the query is not that of the form.
    pub fn of_form(spot: &Spot, query: &[(String, String)]) -> Option<Spot> {
        channels::of_form(spot, query)
    }
}

fn kept(spot: &Spot) -> Vec<(String, String)> {
    let words = spot.words().into_iter();
    words.filter(|(name, _)| name != "c").collect()
}

fn picture(
    spot: &Spot,
    resource: &str,
    description: &Description,
    view: &View,
    region: &Region,
) -> Picture {
    let identifier = Identifier {
        resource: resource.to_owned(),
        rendering: spot.rendering.clone(),
    };
    let [part, size] = region.segments();
    Picture {
        path: format!(
            "iiif/3/{}/{part}/{size}/0/default.jpg",
            identifier.segment()
        ),
        size: region.shown,
        words: words(description, view, region),
        marked: spot.marked.and_then(|marked| region.place_of(marked)),
        scale: scale::bar(scale::step(description, &AxisKind::X), region),
    }
}

/// What a picture shows, in a sentence.
fn words(description: &Description, view: &View, region: &Region) -> String {
    let mut parts = Vec::new();
    parts.push(match region.is_all {
        true => "The whole image".to_owned(),
        false => format!(
            "Columns {} to {}, rows {} to {} of the image",
            region.x,
            region.x + region.width - 1,
            region.y,
            region.y + region.height - 1
        ),
    });
    let planes = size_of(description, &AxisKind::Z);
    if planes > 1 {
        parts.push(plane_in_words(view.depth, planes));
    }
    let times = size_of(description, &AxisKind::T);
    if times > 1 {
        parts.push(format!("time point {} of {times}", view.time + 1));
    }
    let names: Vec<&str> = view
        .channels
        .iter()
        .filter_map(|channel| usize::try_from(channel.index).ok())
        .filter_map(|index| description.channels.get(index)?.name.as_deref())
        .collect();
    if !names.is_empty() {
        parts.push(format!("showing {}", names.join(", ")));
    }
    parts.join(", ")
}

pub(super) fn plane_in_words(depth: Depth, planes: u64) -> String {
    match depth {
        Depth::Plane(plane) => format!("plane {} of {planes}", plane + 1),
        Depth::Maximum { first, last } if (first, last + 1) == (0, planes) => {
            format!("the greatest values of all {planes} planes")
        }
        Depth::Maximum { first, last } => {
            format!(
                "the greatest values of planes {} to {}",
                first + 1,
                last + 1
            )
        }
    }
}

fn where_to(spot: &Spot, region: &Region, full: Level, extent: Option<String>) -> Controls {
    let [x, y] = region.middle();
    let to = |text: &str, is_there: bool, change: &dyn Fn(&mut Spot)| Way {
        text: text.to_owned(),
        query: is_there.then(|| spot.with(|spot| change(spot)).query()),
    };
    let at = |zoom: f64, x: f64, y: f64| {
        move |spot: &mut Spot| {
            spot.look_at_all();
            (spot.x, spot.y, spot.zoom) = (Some(x), Some(y), Some(zoom));
        }
    };
    let (zoom, wide, high) = (region.zoom, region.width as f64, region.height as f64);
    let (right, below) = (region.x + region.width, region.y + region.height);
    let of_size = |what: &str| {
        let extent = extent.map_or_else(String::new, |extent| format!(", {extent}"));
        format!(
            "{what}{} \u{d7} {} pixels{extent}",
            region.width, region.height
        )
    };
    Controls {
        title: "Where".to_owned(),
        state: match region.is_all {
            true => of_size("the whole image, "),
            false => of_size(""),
        },
        ways: vec![
            to("Nearer", !region.is_nearest(), &at(zoom * 2.0, x, y)),
            to("Farther", !region.is_all, &at(zoom / 2.0, x, y)),
            to("Left", region.x > 0, &at(zoom, x - wide / 2.0, y)),
            to("Right", right < full.width, &at(zoom, x + wide / 2.0, y)),
            to("Up", region.y > 0, &at(zoom, x, y - high / 2.0)),
            to("Down", below < full.height, &at(zoom, x, y + high / 2.0)),
            to("Whole image", !region.is_all, &Spot::look_at_all),
        ],
    }
}

fn planes(spot: &Spot, description: &Description, view: &View) -> Option<Controls> {
    let planes = size_of(description, &AxisKind::Z);
    let (first, last) = view.depth.range();
    let is_one = first == last;
    let middle = first + (last - first) / 2;
    let to = |plane: u64| {
        spot.with(|spot| spot.rendering.depth = u32::try_from(plane).ok().map(AskedDepth::Plane))
    };
    let mut ways = along(middle, planes, &to);
    ways.push(Way {
        text: "Greatest values of all".to_owned(),
        query: (is_one || last - first + 1 < planes).then(|| {
            spot.with(|spot| spot.rendering.depth = Some(AskedDepth::All))
                .query()
        }),
    });
    (planes > 1).then(|| Controls {
        title: "Plane".to_owned(),
        state: plane_in_words(view.depth, planes),
        ways,
    })
}

fn times(spot: &Spot, description: &Description, view: &View) -> Option<Controls> {
    let times = size_of(description, &AxisKind::T);
    let to = |time: u64| spot.with(|spot| spot.rendering.time = u32::try_from(time).ok());
    (times > 1).then(|| Controls {
        title: "Time".to_owned(),
        state: match scale::moment(description, view.time) {
            Some(moment) => format!("{} of {times}, {moment}", view.time + 1),
            None => format!("{} of {times}", view.time + 1),
        },
        ways: along(view.time, times, &to),
    })
}

fn further(spot: &Spot, description: &Description, view: &View) -> Vec<Controls> {
    let axes = others(description).into_iter().zip(&view.others);
    axes.filter(|((_, size), _)| *size > 1)
        .map(|((name, size), place)| {
            let to = |place: u64| {
                spot.with(|spot| {
                    let others = &mut spot.rendering.others;
                    others.retain(|(other, _)| other != name);
                    others.extend(
                        u32::try_from(place)
                            .ok()
                            .map(|place| (name.to_owned(), place)),
                    );
                })
            };
            Controls {
                title: name.to_owned(),
                state: format!("{} of {size}", place + 1),
                ways: along(*place, size, &to),
            }
        })
        .collect()
}

/// The places on an axis that are one step and one leap away, and its ends.
fn along(place: u64, size: u64, to: &dyn Fn(u64) -> Spot) -> Vec<Way> {
    let last = size.saturating_sub(1);
    let way = |text: &str, target: Option<u64>| Way {
        text: text.to_owned(),
        query: target
            .filter(|target| *target != place && *target <= last)
            .map(|target| to(target).query()),
    };
    let mut ways = vec![way("First", Some(0))];
    if size > 2 * LEAP {
        ways.push(way("10 back", place.checked_sub(LEAP)));
    }
    ways.push(way("Back", place.checked_sub(1)));
    ways.push(way("On", Some(place + 1)));
    if size > 2 * LEAP {
        ways.push(way("10 on", Some(place + LEAP)));
    }
    ways.push(way("Last", Some(last)));
    ways
}
