//! A map of areas as SVG from the server: named shapes, dots that cluster, and the same things as a list beside it, which is
//! its equal. No tiles, no scripts, nothing from elsewhere.
//!
//! Shapes are drawn in a picture of fixed proportions and scale with the page; signs and words lie over them in per cent, so
//! that they keep their size on a telephone. Says nothing that its caller did not give.

use std::{fmt::Write as _, sync::Arc};

use askama::Template;

use crate::Page;

/// Longitude and latitude, in degrees.
pub type Degrees = [f64; 2];

/// A map.
#[derive(Debug, Clone, Default)]
pub struct AreaMapShown {
    /// Unlike any other id of the page; a word of letters and hyphens.
    pub id: String,
    /// What is shown.
    pub caption: String,
    /// The areas, in order; they are numbered in it.
    pub areas: Vec<MapArea>,
    /// Places, in order.
    pub dots: Vec<MapDot>,
    /// Small print below.
    pub foot: String,
}

/// A shape on the map and a line of the list.
#[derive(Debug, Clone, Default)]
pub struct MapArea {
    /// Its name.
    pub name: String,
    /// What is to be said of it, in the list.
    pub words: String,
    /// Where its name and shape lead.
    pub link: Option<String>,
    /// Whether it is one that the page speaks of.
    pub is_chosen: bool,
    /// Its border.
    pub border: Arc<Border>,
}

/// The border of an area, ready to be drawn: no more corners than can be seen, and a place for its sign. Finding both is
/// most of the work of a map, so whoever shows the same areas on every page keeps them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Border {
    /// Rings of corners, holes among them.
    rings: Vec<Vec<Degrees>>,
    sign: Degrees,
}

impl Border {
    /// Those of areas that are shown on one map, in their order; each is given as rings of corners, holes among them.
    pub fn of_all(areas: &[Vec<Vec<Degrees>>]) -> Vec<Arc<Self>> {
        let Some(projection) = Projection::of(areas.iter().flatten().flatten()) else {
            return areas.iter().map(|_| Arc::default()).collect();
        };
        let share = CORNERS_MAX.checked_div(areas.len()).unwrap_or_default().max(8);
        let border = |rings: &Vec<Vec<Degrees>>| {
            let drawn = drawn_rings(&projection, rings, share);
            let sign = projection.degrees(middle(&drawn));
            let degrees = |ring: Vec<Spot>| ring.into_iter().map(|spot| projection.degrees(spot)).collect();
            Arc::new(Self { rings: drawn.into_iter().map(degrees).collect(), sign })
        };
        areas.iter().map(border).collect()
    }
}

/// A place on the map.
#[derive(Debug, Clone, Default)]
pub struct MapDot {
    /// Its name, for those who point at it or hear it.
    pub name: String,
    /// Where it leads.
    pub link: String,
    /// Where it lies.
    pub at: Degrees,
}

/// The picture's width, and its height at most, in units of its own: about a pixel on a wide screen.
const WIDTH: f64 = 640.0;
const HEIGHT: (f64, f64) = (280.0, 480.0);
/// Free on each side.
const MARGIN: f64 = 44.0;
/// What a corner may lie off its line before it is drawn.
const TOLERANCE: f64 = 0.6;
/// Dots nearer than this become one with a number, as a part of the width.
const CLUSTER: f64 = 0.045;
/// The corners of one picture, whatever a file holds.
const CORNERS_MAX: usize = 4_000;
/// A letter of a name and a line of it, in units of the picture where it is smallest; on a narrower one no names stand.
const LETTER: Spot = [8.4, 20.0];
/// Half a number's sign, likewise.
const SIGN: f64 = 14.0;
/// How far below its number a name stands.
const NAME_BELOW: f64 = 32.0;
/// How finely the middle of a shape is looked for.
const GRID: usize = 24;

type Spot = [f64; 2];

/// From degrees to the picture: a plane that touches the earth in the middle of the map, good for a municipality.
struct Projection {
    west: f64,
    north: f64,
    stretch: f64,
    scale: f64,
    left: f64,
    top: f64,
    height: f64,
}

impl Projection {
    /// That shows all of these; `None` where there is nothing to show.
    fn of<'a>(points: impl Iterator<Item = &'a Degrees>) -> Option<Self> {
        let [mut west, mut south, mut east, mut north] =
            [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for [longitude, latitude] in points {
            (west, east) = (west.min(*longitude), east.max(*longitude));
            (south, north) = (south.min(*latitude), north.max(*latitude));
        }
        if !(west <= east && south <= north) {
            return None;
        }
        let stretch = south.midpoint(north).to_radians().cos();
        // A single point has no size: it is shown as if the map were a hundred metres wide.
        let (wide, tall) = (((east - west) * stretch).max(0.001), (north - south).max(0.001));
        let room = WIDTH - 2.0 * MARGIN;
        let scale = (room / wide).min((HEIGHT.1 - 2.0 * MARGIN) / tall);
        let height = (tall * scale + 2.0 * MARGIN).clamp(HEIGHT.0, HEIGHT.1);
        let left = (WIDTH - (east - west) * stretch * scale) / 2.0;
        let top = (height - (north - south) * scale) / 2.0;
        Some(Self { west, north, stretch, scale, left, top, height })
    }

    fn spot(&self, [longitude, latitude]: Degrees) -> Spot {
        let x = self.left + (longitude - self.west) * self.stretch * self.scale;
        [x, self.top + (self.north - latitude) * self.scale]
    }

    fn degrees(&self, [x, y]: Spot) -> Degrees {
        let longitude = self.west + (x - self.left) / (self.stretch * self.scale);
        [longitude, self.north - (y - self.top) / self.scale]
    }
}

/// How far a spot lies from a stretch.
fn distance([x, y]: Spot, [x1, y1]: Spot, [x2, y2]: Spot) -> f64 {
    let (dx, dy) = (x2 - x1, y2 - y1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { (((x - x1) * dx + (y - y1) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (x - x1 - along * dx).hypot(y - y1 - along * dy)
}

/// The corners that matter (Douglas and Peucker 1973): none that is left out lies further off than the tolerance.
fn simplified(ring: &[Spot], tolerance: f64) -> Vec<Spot> {
    let last = ring.len().saturating_sub(1);
    let mut kept = vec![false; ring.len()];
    // A ring ends where it begins: the corner furthest from there divides it in two lines.
    let begin = ring.first().copied().unwrap_or_default();
    let far = |(at, spot): (usize, &Spot)| (at, (spot[0] - begin[0]).hypot(spot[1] - begin[1]));
    let opposite = ring.iter().enumerate().map(far).max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |far| far.0);
    let mut lines = vec![(0, opposite), (opposite, last)];
    for at in [0, opposite, last] {
        if let Some(kept) = kept.get_mut(at) {
            *kept = true;
        }
    }
    while let Some((from, to)) = lines.pop() {
        let (Some(start), Some(end)) = (ring.get(from).copied(), ring.get(to).copied()) else { continue };
        let between = ring.iter().enumerate().take(to).skip(from + 1);
        let off = between.map(|(at, spot)| (at, distance(*spot, start, end)));
        if let Some((at, off)) = off.max_by(|a, b| a.1.total_cmp(&b.1))
            && off > tolerance
        {
            if let Some(kept) = kept.get_mut(at) {
                *kept = true;
            }
            lines.extend([(from, at), (at, to)]);
        }
    }
    ring.iter().zip(kept).filter(|(_, kept)| *kept).map(|(spot, _)| *spot).collect()
}

/// All rings of a shape, simplified until a picture can hold them.
fn drawn_rings(projection: &Projection, rings: &[Vec<Degrees>], share: usize) -> Vec<Vec<Spot>> {
    let spots: Vec<Vec<Spot>> =
        rings.iter().map(|ring| ring.iter().map(|corner| projection.spot(*corner)).collect()).collect();
    let mut tolerance = TOLERANCE;
    loop {
        let drawn: Vec<Vec<Spot>> = spots.iter().map(|ring| simplified(ring, tolerance)).collect();
        if drawn.iter().map(Vec::len).sum::<usize>() <= share || tolerance > WIDTH {
            return drawn;
        }
        tolerance *= 2.0;
    }
}

/// Whether a spot lies in the shape: a line from it crosses the border an odd number of times.
fn is_inside([x, y]: Spot, rings: &[Vec<Spot>]) -> bool {
    let crosses =
        |[x1, y1]: Spot, [x2, y2]: Spot| (y1 > y) != (y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1;
    let edges = rings.iter().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
    edges.filter(|(from, to)| crosses(**from, **to)).count() % 2 == 1
}

/// Where a sign stands well in the shape: the spot of a grid that is furthest from the border.
#[expect(clippy::cast_precision_loss, reason = "a grid of two dozen steps")]
fn middle(rings: &[Vec<Spot>]) -> Spot {
    let all = || rings.iter().flatten();
    let low = |axis: usize| all().filter_map(|spot| spot.get(axis)).copied().fold(f64::INFINITY, f64::min);
    let high =
        |axis: usize| all().filter_map(|spot| spot.get(axis)).copied().fold(f64::NEG_INFINITY, f64::max);
    let (left, right, top, bottom) = (low(0), high(0), low(1), high(1));
    let mut best = ([left.midpoint(right), top.midpoint(bottom)], -1.0);
    for row in 0..GRID {
        for column in 0..GRID {
            let part = |at: usize| (at as f64 + 0.5) / GRID as f64;
            let spot = [left + (right - left) * part(column), top + (bottom - top) * part(row)];
            if !is_inside(spot, rings) {
                continue;
            }
            let edges = rings.iter().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
            let nearest = edges.map(|(from, to)| distance(spot, *from, *to)).fold(f64::INFINITY, f64::min);
            if nearest > best.1 {
                best = (spot, nearest);
            }
        }
    }
    best.0
}

/// Whether every name finds room under its sign: none lies on another name, on another's sign, or outside.
fn names_fit(named: &[(Spot, &str)]) -> bool {
    type Field = (Spot, Spot);
    let sign = |spot: Spot| -> Field { (spot, [SIGN, SIGN]) };
    let name = |(spot, name): &(Spot, &str)| -> Field {
        let letters = u16::try_from(name.chars().count()).map_or(f64::INFINITY, f64::from);
        ([spot[0], spot[1] + NAME_BELOW - LETTER[1] / 4.0], [letters * LETTER[0] / 2.0, LETTER[1] / 2.0])
    };
    let meet = |(one, half): Field, (other, other_half): Field| {
        (one[0] - other[0]).abs() < half[0] + other_half[0]
            && (one[1] - other[1]).abs() < half[1] + other_half[1]
    };
    let is_inside = |(spot, half): Field| spot[0] - half[0] >= 0.0 && spot[0] + half[0] <= WIDTH;
    named.iter().enumerate().all(|(at, one)| {
        let mut others = named.iter().enumerate().filter(|(other, _)| *other != at);
        let own = name(one);
        is_inside(own) && !others.any(|(_, other)| meet(own, name(other)) || meet(own, sign(other.0)))
    })
}

/// Dots that lie together: where, and which.
fn clusters(spots: &[Spot]) -> Vec<(Spot, Vec<usize>)> {
    let near = CLUSTER * WIDTH;
    let mut clusters = Vec::<(Spot, Vec<usize>)>::new();
    for (at, spot) in spots.iter().enumerate() {
        let close = |cluster: &&mut (Spot, Vec<usize>)| {
            (cluster.0[0] - spot[0]).hypot(cluster.0[1] - spot[1]) <= near
        };
        match clusters.iter_mut().find(close) {
            Some(cluster) => cluster.1.push(at),
            None => clusters.push((*spot, vec![at])),
        }
    }
    clusters
}

fn path(rings: &[Vec<Spot>]) -> String {
    let mut path = String::new();
    for ring in rings {
        for (at, [x, y]) in ring.iter().enumerate() {
            path.push_str(if at == 0 { "M" } else { "L" });
            // Writing into a string cannot fail.
            let _ = write!(path, "{x:.1} {y:.1}");
        }
        path.push('Z');
    }
    path
}

struct DrawnArea {
    number: usize,
    name: String,
    words: String,
    link: Option<String>,
    class: &'static str,
    path: String,
    x: String,
    y: String,
}

struct DrawnDot {
    x: String,
    y: String,
    /// Of several: how many.
    count: Option<usize>,
    name: String,
    link: String,
}

/// An [`AreaMapShown`] on a page.
#[derive(Template)]
#[template(path = "web/map.html")]
pub struct MapView {
    id: String,
    caption: String,
    foot: String,
    height: String,
    areas: Vec<DrawnArea>,
    /// Whether names stand by the numbers. The list beside the picture has them in any case.
    has_names: bool,
    dots: Vec<DrawnDot>,
}

impl askama::filters::HtmlSafe for MapView {}

impl MapView {
    /// A picture without links is read as one thing.
    fn leads_somewhere(&self) -> bool {
        self.areas.iter().any(|area| area.link.is_some())
    }
}

impl Page {
    /// A map with its list; `None` where no area is drawn, for dots on nothing tell nobody where they are.
    pub fn map(&self, map: AreaMapShown) -> Option<MapView> {
        if map.areas.is_empty() {
            return None;
        }
        let corners = map.areas.iter().flat_map(|area| area.border.rings.iter().flatten());
        let projection = Projection::of(corners.chain(map.dots.iter().map(|dot| &dot.at)))?;
        let has_dots = !map.dots.is_empty();
        let percent = |[x, y]: Spot| {
            (format!("{:.2}%", x / WIDTH * 100.0), format!("{:.2}%", y / projection.height * 100.0))
        };
        // Among dots no name has room.
        let signs: Vec<(Spot, &str)> =
            map.areas.iter().map(|area| (projection.spot(area.border.sign), area.name.as_str())).collect();
        let has_names = !has_dots && names_fit(&signs);
        let areas = map.areas.into_iter().enumerate().map(|(at, area)| {
            let spots = |ring: &Vec<Degrees>| ring.iter().map(|corner| projection.spot(*corner)).collect();
            let rings: Vec<Vec<Spot>> = area.border.rings.iter().map(spots).collect();
            let mut sign = projection.spot(area.border.sign);
            if has_dots {
                // Dots lie in the shape: its sign stands on the upper border.
                sign[1] = rings.iter().flatten().map(|spot| spot[1]).fold(sign[1], f64::min);
            }
            let (x, y) = percent(sign);
            DrawnArea {
                number: at + 1,
                name: area.name,
                words: area.words,
                link: area.link,
                class: if area.is_chosen { "s-map__area s-map__area--chosen" } else { "s-map__area" },
                path: path(&rings),
                x,
                y,
            }
        });
        let spots: Vec<Spot> = map.dots.iter().map(|dot| projection.spot(dot.at)).collect();
        let dots = clusters(&spots).into_iter().filter_map(|(spot, which)| {
            let (x, y) = percent(spot);
            let first = map.dots.get(*which.first()?)?;
            let several = (which.len() > 1).then_some(which.len());
            let name = several.map_or_else(
                || first.name.clone(),
                |count| self.t2("web-map-cluster", ("count", count), ("name", first.name.as_str())),
            );
            Some(DrawnDot { x, y, count: several, name, link: first.link.clone() })
        });
        Some(MapView {
            height: format!("{:.0}", projection.height),
            areas: areas.collect(),
            has_names,
            dots: dots.collect(),
            id: map.id,
            caption: map.caption,
            foot: map.foot,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SQUARE: [Degrees; 5] =
        [[12.30, 55.64], [12.40, 55.64], [12.40, 55.70], [12.30, 55.70], [12.30, 55.64]];

    #[test]
    fn north_is_up_and_a_kilometre_east_is_as_long_as_one_north() {
        let projection = Projection::of(SQUARE.iter()).unwrap();
        let [x1, y1] = projection.spot([12.30, 55.64]);
        let [x2, y2] = projection.spot([12.40, 55.70]);
        assert!(x2 > x1 && y2 < y1);
        // A degree of latitude is 111 km; one of longitude 111 km times the cosine of the latitude.
        let east = 0.10 * 55.67_f64.to_radians().cos();
        assert!(((x2 - x1) / (y1 - y2) - east / 0.06).abs() < 1e-6);
    }

    #[test]
    fn a_sign_stands_inside_its_shape_also_where_the_shape_is_bent() {
        // A U: its centre of gravity lies outside it.
        let bent = vec![vec![
            [0.0, 0.0],
            [10.0, 0.0],
            [10.0, 90.0],
            [90.0, 90.0],
            [90.0, 0.0],
            [100.0, 0.0],
            [100.0, 100.0],
            [0.0, 100.0],
        ]];
        assert!(is_inside(middle(&bent), &bent));
        assert!(!is_inside([50.0, 40.0], &bent));
    }

    #[test]
    fn dots_that_lie_together_become_one_with_a_number_and_none_is_lost() {
        let together = clusters(&[[10.0, 10.0], [12.0, 11.0], [200.0, 10.0]]);
        let counts: Vec<usize> = together.iter().map(|cluster| cluster.1.len()).collect();
        assert_eq!(counts, [2, 1]);
    }

    #[test]
    fn names_that_would_lie_on_one_another_are_left_to_the_list() {
        let apart = [([120.0, 100.0], "Hersted"), ([400.0, 100.0], "Røde Vejrmølle")];
        assert!(names_fit(&apart));
        assert!(!names_fit(&[apart[0], ([170.0, 110.0], "Albertslund Centrum")]), "name on name");
        assert!(!names_fit(&[apart[0], ([130.0, 130.0], "")]), "name on a number");
        assert!(!names_fit(&[([20.0, 100.0], "Albertslund Centrum")]), "outside");
    }

    #[test]
    fn a_border_that_was_made_ready_lies_where_it_lay() {
        let bent =
            [[12.30, 55.64], [12.36, 55.66], [12.40, 55.64], [12.40, 55.70], [12.30, 55.70], [12.30, 55.64]];
        let [border] = Border::of_all(&[vec![bent.to_vec()]]).try_into().unwrap();
        assert_eq!(border.rings[0].len(), bent.len());
        for (kept, given) in border.rings[0].iter().zip(bent) {
            assert!(
                (kept[0] - given[0]).abs() < 1e-9 && (kept[1] - given[1]).abs() < 1e-9,
                "{kept:?} {given:?}"
            );
        }
        assert!(is_inside(border.sign, &border.rings));
    }

    proptest! {
        #[test]
        fn what_is_left_out_of_a_border_lies_less_off_than_can_be_seen(
            wobbles in proptest::collection::vec(0.0_f64..3.0, 8..200),
        ) {
            #[expect(clippy::cast_precision_loss, reason = "a test's angle")]
            let corner = |(at, wobble): (usize, &f64)| {
                let angle = at as f64 / wobbles.len() as f64 * std::f64::consts::TAU;
                [300.0 + (200.0 + wobble) * angle.cos(), 300.0 + (200.0 + wobble) * angle.sin()]
            };
            let mut ring: Vec<Spot> = wobbles.iter().enumerate().map(corner).collect();
            ring.push(ring[0]);
            let drawn = simplified(&ring, TOLERANCE);
            prop_assert!(drawn.len() <= ring.len() && drawn.len() >= 3);
            for spot in &ring {
                let nearest = drawn.windows(2).map(|line| distance(*spot, line[0], line[1])).fold(f64::INFINITY, f64::min);
                prop_assert!(nearest <= TOLERANCE + 1e-9, "{nearest}");
            }
        }

        #[test]
        fn everything_that_is_shown_lies_in_the_picture(
            points in proptest::collection::vec((8.0_f64..13.0, 54.6_f64..57.7), 1..30),
        ) {
            let points: Vec<Degrees> = points.into_iter().map(|(longitude, latitude)| [longitude, latitude]).collect();
            let projection = Projection::of(points.iter()).unwrap();
            prop_assert!((HEIGHT.0..=HEIGHT.1).contains(&projection.height));
            for point in points {
                let [x, y] = projection.spot(point);
                prop_assert!((0.0..=WIDTH).contains(&x) && (0.0..=projection.height).contains(&y), "{x} {y}");
            }
        }

        #[test]
        fn every_dot_is_in_one_cluster(spots in proptest::collection::vec((0.0_f64..640.0, 0.0_f64..400.0), 0..60)) {
            let spots: Vec<Spot> = spots.into_iter().map(|(x, y)| [x, y]).collect();
            let mut all: Vec<usize> = clusters(&spots).into_iter().flat_map(|cluster| cluster.1).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..spots.len()).collect::<Vec<_>>());
        }
    }
}
