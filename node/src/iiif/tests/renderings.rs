//! What follows `~` in an identifier.

use crate::iiif::{Address, Identifier, RefusalKind};
use crate::image::render::synthetic::Synthetic;
use crate::image::render::{Depth, Style, default_view};

#[test]
fn a_rendering_is_read_and_written_in_one_way() {
    for (text, written) in [
        ("DMO-S1-I12", "DMO-S1-I12"),
        (
            "DMO-S1-I12.2~z=10~t=0~c=0:100-4000:ff00ff",
            "DMO-S1-I12.2~z=10~t=0~c=0:100-4000:ff00ff",
        ),
        ("a~t=7~z=max", "a~z=max~t=7"),
        ("a~z=03-20", "a~z=3-20"),
        ("a~c=2,0:FF00ff:g.80:5-6.50", "a~c=2,0:5-6.5:ff00ff:g0.8"),
        ("a~c=0:-5--1,1:-1e-19-1e-3", "a~c=0:-5--1,1:-1e-19-0.001"),
        ("a~c=0:100000", "a~c=0:100000"),
        ("a~as=labels", "a~as=labels"),
        (
            "a~axis.life%74ime%20%3D=4~axis.angle=1",
            "a~axis.lifetime%20%3D=4~axis.angle=1",
        ),
    ] {
        let identifier = Identifier::parse(text).unwrap();
        let again = format!("{}{}", identifier.resource, identifier.rendering);
        assert_eq!(again, written, "{text}");
        assert_eq!(Identifier::parse(written).unwrap(), identifier, "{written}");
    }
    let odd = Identifier::parse("a/b?c#d[e]@f%g").unwrap();
    assert_eq!(odd.segment(), "a%2Fb%3Fc%23d%5Be%5D%40f%25g");
    let address = Address::parse(&format!("{}/info.json", odd.segment())).unwrap();
    assert_eq!(address.identifier, odd);
}

#[test]
fn what_is_no_rendering_says_why() {
    let long = format!("a~c={}", "0,".repeat(1500));
    let many = format!("a~c={}0", "0,".repeat(64));
    for text in [
        "a~",
        "a~~",
        "a~z",
        "a~z=",
        "a~z=-1",
        "a~z=1-",
        "a~z=5-3",
        "a~z=1-2-3",
        "a~z=1.5",
        "a~z=1~z=2",
        "a~t=max",
        "a~c=",
        "a~c=0,",
        "a~c=x",
        "a~c=0:",
        "a~c=0:5-5",
        "a~c=0:6-5",
        "a~c=0:ff00f",
        "a~c=0:gg",
        "a~c=0:g0",
        "a~c=0:g1:g2",
        "a~c=0:1-2:3-4",
        "a~c=0:ff0000:00ff00",
        "a~c=0:inf-5",
        "a~c=0:1e999-2",
        "a~as=x",
        "a~axis.=",
        "a~axis.x=y",
        "a~axis.%FF=1",
        "a~scale=2",
        "a~c=0:g1e9",
        "a~c=0:gNaN",
        &long,
        &many,
    ] {
        let refused = Identifier::parse(text).expect_err(text);
        assert_eq!(refused.kind, RefusalKind::Malformed, "{text}");
    }
}

#[test]
fn a_rendering_changes_what_it_names_and_leaves_the_rest_as_it_is() {
    let source = Synthetic::new(&[
        ("phase", 3),
        ("t", 4),
        ("c", 3),
        ("z", 8),
        ("y", 16),
        ("x", 16),
    ]);
    let default = default_view(&source).unwrap();
    let view = |text: &str| {
        Identifier::parse(text)
            .unwrap()
            .rendering
            .view(&source, &default)
    };
    assert_eq!(view("a").unwrap(), default);
    let some = view("a~z=2-5~t=3~axis.phase=1~c=2:10-20,0:0000ff:g2~as=channels").unwrap();
    assert_eq!(
        (some.depth, some.time, some.others),
        (Depth::Maximum { first: 2, last: 5 }, 3, vec![1])
    );
    assert_eq!(some.channels.len(), 2);
    assert_eq!(
        (some.channels[0].index, some.channels[0].window),
        (2, [10.0, 20.0])
    );
    assert_eq!(some.channels[0].colour, default.channels[2].colour);
    assert_eq!(
        (some.channels[1].colour, some.channels[1].gamma),
        ([0, 0, 255], 2.0)
    );
    assert_eq!(some.channels[1].window, default.channels[0].window);
    assert_eq!(
        view("a~z=max").unwrap().depth,
        Depth::Maximum { first: 0, last: 7 }
    );
    assert_eq!(view("a~as=labels").unwrap().style, Style::Labels);
    for absent in [
        "a~z=8",
        "a~z=0-8",
        "a~t=4",
        "a~c=3",
        "a~axis.phase=3",
        "a~axis.angle=0",
    ] {
        assert_eq!(
            view(absent).expect_err(absent).kind,
            RefusalKind::NotFound,
            "{absent}"
        );
    }
}
