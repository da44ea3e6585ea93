//! Areas of a municipality, points of addresses, and which point lies in which area. Pure: files in, answers out.
//!
//! Everything is kept in WGS84, longitude before latitude. Official Danish files use ETRS89 / UTM zone 32 (EPSG:25832);
//! the difference between ETRS89 and WGS84 is below a metre and is ignored.

use std::{
    io::{self, BufRead},
    sync::Arc,
};

use ::web::Border;
use geo::{BoundingRect, Intersects, MultiPolygon, Point};
use geojson::GeoJson;
use ports::AreaShape;
use rstar::{AABB, RTree, primitives::GeomWithData, primitives::Rectangle};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most areas a municipality may draw.
pub const AREAS_MAX: usize = 500;
/// The most corners in one file.
pub const CORNERS_MAX: usize = 200_000;
/// The longest name of an area, in characters.
pub const AREA_NAME_CHARS_MAX: usize = 120;

kernel::id!(
    /// An area that a municipality has drawn.
    AreaId
);

/// An area as a file describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewArea {
    /// A short key in lower case, such as `hersted`; unique within the municipality.
    pub key: kernel::Code,
    /// Its name.
    pub name: String,
    /// Whether the border is only roughly right.
    pub approximate: bool,
    /// Its border.
    pub shape: MultiPolygon<f64>,
}

/// Why a file of areas is refused. The whole file is refused: half a map is worse than none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AreaRefusal {
    /// No GeoJSON.
    #[error("the file is no GeoJSON: {0}")]
    NoGeoJson(String),
    /// No list of features.
    #[error("the file must hold a FeatureCollection")]
    NoCollection,
    /// Nothing in it.
    #[error("the file holds no areas")]
    Empty,
    /// Too much in it.
    #[error("the file holds more than {AREAS_MAX} areas or {CORNERS_MAX} corners")]
    TooMany,
    /// A feature without `name`, or with one that is too long.
    #[error(
        "feature {0}: the property `name` is missing, empty or longer than {AREA_NAME_CHARS_MAX} characters"
    )]
    Name(usize),
    /// A feature whose `key` is no code.
    #[error("feature {0}: the property `key` must be lower-case letters, digits and hyphens")]
    Key(usize),
    /// The same key twice.
    #[error("feature {0}: the key `{1}` is used twice")]
    Twice(usize, kernel::Code),
    /// A point or a line.
    #[error("feature {0}: the geometry must be a Polygon or a MultiPolygon")]
    Shape(usize),
    /// A corner outside Denmark: most often latitude before longitude, or metres instead of degrees.
    #[error(
        "feature {0}: a corner lies outside Denmark; coordinates must be longitude, latitude in degrees (WGS84)"
    )]
    Outside(usize),
}

/// Longitude and latitude of Denmark without Greenland and the Faroes.
const DENMARK: ((f64, f64), (f64, f64)) = ((7.5, 15.6), (54.3, 58.1));

fn in_denmark(longitude: f64, latitude: f64) -> bool {
    let ((west, east), (south, north)) = DENMARK;
    (west..=east).contains(&longitude) && (south..=north).contains(&latitude)
}

/// Reads areas from a GeoJSON FeatureCollection: `name`, and if they are there `key` and `approximate`.
pub fn read_areas(text: &str) -> Result<Vec<NewArea>, AreaRefusal> {
    let geojson: GeoJson =
        text.parse().map_err(|error: geojson::Error| AreaRefusal::NoGeoJson(error.to_string()))?;
    let GeoJson::FeatureCollection(collection) = geojson else { return Err(AreaRefusal::NoCollection) };
    if collection.features.is_empty() {
        return Err(AreaRefusal::Empty);
    }
    let mut areas = Vec::<NewArea>::new();
    let mut corners = 0;
    for (at, feature) in collection.features.into_iter().enumerate() {
        let number = at + 1;
        let property = |name: &str| feature.property(name);
        let name = property("name")
            .or_else(|| property("navn"))
            .and_then(|value| value.as_str())
            .unwrap_or_default();
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > AREA_NAME_CHARS_MAX {
            return Err(AreaRefusal::Name(number));
        }
        let key = match property("key") {
            Some(value) => value.as_str().unwrap_or_default().to_owned(),
            None => key_of(&name),
        };
        let key: kernel::Code = key.parse().map_err(|_| AreaRefusal::Key(number))?;
        if areas.iter().any(|area| area.key == key) {
            return Err(AreaRefusal::Twice(number, key));
        }
        let approximate = property("approximate").and_then(serde_json::Value::as_bool).unwrap_or(false);
        let geometry = feature.geometry.ok_or(AreaRefusal::Shape(number))?;
        let geometry = geo::Geometry::<f64>::try_from(geometry).map_err(|_| AreaRefusal::Shape(number))?;
        let shape = match geometry {
            geo::Geometry::Polygon(polygon) => MultiPolygon::new(vec![polygon]),
            geo::Geometry::MultiPolygon(shape) => shape,
            _ => return Err(AreaRefusal::Shape(number)),
        };
        let all = || shape.iter().flat_map(|polygon| polygon.exterior().coords());
        if all().next().is_none() {
            return Err(AreaRefusal::Shape(number));
        }
        if !all().all(|corner| in_denmark(corner.x, corner.y)) {
            return Err(AreaRefusal::Outside(number));
        }
        corners += all().count();
        if areas.len() >= AREAS_MAX || corners > CORNERS_MAX {
            return Err(AreaRefusal::TooMany);
        }
        areas.push(NewArea { key, name, approximate, shape });
    }
    Ok(areas)
}

/// "Røde Vejrmølle" becomes `roede-vejrmoelle`.
fn key_of(name: &str) -> String {
    let folded = kernel::fold(name);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// An area as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Its id.
    pub id: AreaId,
    /// Its key.
    pub key: kernel::Code,
    /// Its name.
    pub name: String,
    /// Whether the border is only roughly right.
    pub approximate: bool,
    /// Its border.
    pub shape: MultiPolygon<f64>,
}

impl Area {
    /// As others may draw it.
    pub fn as_shape(&self) -> AreaShape {
        let rings = self.shape.iter().flat_map(|polygon| {
            let all = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            all.map(|ring| ring.coords().map(|corner| [corner.x, corner.y]).collect())
        });
        AreaShape {
            key: self.key.clone(),
            name: self.name.clone(),
            approximate: self.approximate,
            rings: rings.collect(),
        }
    }
}

/// A place on the map, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// East of Greenwich.
    pub longitude: f64,
    /// North of the equator.
    pub latitude: f64,
}

/// The areas of a municipality, ready to be asked which of them a point lies in.
#[derive(Debug)]
pub struct AreaMap {
    areas: Vec<Area>,
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    borders: Vec<Arc<Border>>,
}

impl AreaMap {
    /// Indexes the areas by the boxes around them.
    pub fn new(areas: Vec<Area>) -> Self {
        let boxes = areas.iter().enumerate().filter_map(|(at, area)| {
            let rect = area.shape.bounding_rect()?;
            let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(GeomWithData::new(corners, at))
        });
        let boxes = RTree::bulk_load(boxes.collect());
        let rings: Vec<_> = areas.iter().map(|area| area.as_shape().rings).collect();
        Self { areas, boxes, borders: Border::of_all(&rings) }
    }

    /// Each area with its border, ready to be drawn.
    pub fn drawn(&self) -> impl Iterator<Item = (&Area, &Arc<Border>)> {
        self.areas.iter().zip(&self.borders)
    }

    /// All of them, in the order given.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// The area with this key.
    pub fn by_key(&self, key: &str) -> Option<&Area> {
        self.areas.iter().find(|area| area.key.as_str() == key)
    }

    /// Those in which the point lies or on whose border it lies, in the order given. Areas may overlap.
    pub fn at(&self, position: Position) -> Vec<&Area> {
        let point = Point::new(position.longitude, position.latitude);
        let mut found: Vec<usize> = self
            .boxes
            .locate_all_at_point([position.longitude, position.latitude])
            .map(|hit| hit.data)
            .collect();
        found.sort_unstable();
        found
            .into_iter()
            .filter_map(|at| self.areas.get(at))
            .filter(|area| area.shape.intersects(&point))
            .collect()
    }
}

/// Points, ready to be asked which of them lie in a shape: for audiences and for maps.
#[derive(Debug)]
pub struct PointMap<T> {
    points: RTree<GeomWithData<[f64; 2], T>>,
}

impl<T: Clone> PointMap<T> {
    /// Indexes the points.
    pub fn new(points: impl IntoIterator<Item = (Position, T)>) -> Self {
        let points = points.into_iter().map(|(p, data)| GeomWithData::new([p.longitude, p.latitude], data));
        Self { points: RTree::bulk_load(points.collect()) }
    }

    /// Those in the shape or on its border.
    pub fn within(&self, shape: &MultiPolygon<f64>) -> Vec<T> {
        let Some(rect) = shape.bounding_rect() else { return Vec::new() };
        let envelope = AABB::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
        let candidates = self.points.locate_in_envelope_intersecting(envelope);
        let inside = candidates.filter(|point| {
            let [longitude, latitude] = *point.geom();
            shape.intersects(&Point::new(longitude, latitude))
        });
        inside.map(|point| point.data.clone()).collect()
    }
}

/// Where an address lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AddressPoint {
    /// The id in Danmarks Adresseregister.
    pub address: Uuid,
    /// Where.
    pub position: Position,
}

/// How a file of address points writes its coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coordinates {
    Degrees,
    Utm32,
}

/// Why a line of address points is left out, or the file refused where `line` is 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadPoint {
    /// Counted from 1.
    pub line: u64,
    /// What is wrong.
    pub reason: &'static str,
}

/// Reads address points from a table with the heading `address_id,longitude,latitude` (WGS84) or `address_id,x,y`
/// (EPSG:25832, metres), separated by commas or semicolons.
#[derive(Debug)]
pub struct AddressPoints<R> {
    input: R,
    line: u64,
    separator: char,
    coordinates: Coordinates,
    buffer: String,
}

impl<R: BufRead> AddressPoints<R> {
    /// Reads the heading.
    pub fn new(mut input: R) -> io::Result<Result<Self, BadPoint>> {
        let mut heading = String::new();
        input.read_line(&mut heading)?;
        let heading = heading.trim_start_matches('\u{feff}').trim().to_ascii_lowercase().replace('"', "");
        let separator = if heading.contains(';') { ';' } else { ',' };
        let columns: Vec<&str> = heading.split(separator).map(str::trim).collect();
        let coordinates = match columns.as_slice() {
            ["address_id", "longitude", "latitude"] => Coordinates::Degrees,
            ["address_id", "x", "y"] => Coordinates::Utm32,
            _ => {
                let reason = "the heading must be address_id,longitude,latitude or address_id,x,y";
                return Ok(Err(BadPoint { line: 1, reason }));
            }
        };
        Ok(Ok(Self { input, line: 1, separator, coordinates, buffer: String::new() }))
    }

    /// The next point; `None` at the end of the input.
    pub fn next_point(&mut self) -> io::Result<Option<Result<AddressPoint, BadPoint>>> {
        loop {
            self.buffer.clear();
            if self.input.read_line(&mut self.buffer)? == 0 {
                return Ok(None);
            }
            self.line += 1;
            if !self.buffer.trim().is_empty() {
                let parsed = parse_point(self.buffer.trim(), self.separator, self.coordinates);
                return Ok(Some(parsed.map_err(|reason| BadPoint { line: self.line, reason })));
            }
        }
    }
}

fn parse_point(text: &str, separator: char, coordinates: Coordinates) -> Result<AddressPoint, &'static str> {
    let mut columns = text.split(separator).map(|column| column.trim().trim_matches('"'));
    let (Some(id), Some(x), Some(y), None) = (columns.next(), columns.next(), columns.next(), columns.next())
    else {
        return Err("there must be three columns");
    };
    let address = id.parse().map_err(|_| "the first column is no address id (UUID)")?;
    let number = |text: &str| {
        // With semicolons between columns the decimal sign is a comma.
        let text = if separator == ';' { text.replace(',', ".") } else { text.to_owned() };
        text.parse::<f64>().ok().filter(|number| number.is_finite())
    };
    let (Some(x), Some(y)) = (number(x), number(y)) else { return Err("a coordinate is no number") };
    let position = match coordinates {
        Coordinates::Degrees => Position { longitude: x, latitude: y },
        // The address service writes 0,0 where it has no access point.
        Coordinates::Utm32 if x == 0.0 && y == 0.0 => return Err("the address has no point"),
        Coordinates::Utm32 => from_utm32(x, y),
    };
    if in_denmark(position.longitude, position.latitude) {
        Ok(AddressPoint { address, position })
    } else {
        Err("the point lies outside Denmark")
    }
}

/// From ETRS89 / UTM zone 32 (EPSG:25832), metres, to degrees.
///
/// The inverse of Krüger's series to the fourth order in the third flattening (Krüger 1912; Karney 2011, "Transverse
/// Mercator with an accuracy of a few nanometers", eq. 36): good to a millimetre within the zone.
pub fn from_utm32(easting: f64, northing: f64) -> Position {
    // GRS80.
    const SEMI_MAJOR_METRES: f64 = 6_378_137.0;
    const FLATTENING: f64 = 1.0 / 298.257_222_101;
    const SCALE: f64 = 0.9996;
    const FALSE_EASTING_METRES: f64 = 500_000.0;
    const CENTRAL_MERIDIAN_DEGREES: f64 = 9.0;

    let n = FLATTENING / (2.0 - FLATTENING);
    let (n2, n3, n4) = (n * n, n * n * n, n * n * n * n);
    let rectifying_radius = SEMI_MAJOR_METRES / (1.0 + n) * (1.0 + n2 / 4.0 + n4 / 64.0);
    let beta = [
        n / 2.0 - 2.0 / 3.0 * n2 + 37.0 / 96.0 * n3 - n4 / 360.0,
        n2 / 48.0 + n3 / 15.0 - 437.0 / 1440.0 * n4,
        17.0 / 480.0 * n3 - 37.0 / 840.0 * n4,
        4397.0 / 161_280.0 * n4,
    ];
    let xi = northing / (SCALE * rectifying_radius);
    let eta = (easting - FALSE_EASTING_METRES) / (SCALE * rectifying_radius);
    let (mut xi_prime, mut eta_prime) = (xi, eta);
    for (factor, coefficient) in [2.0, 4.0, 6.0, 8.0].into_iter().zip(beta) {
        xi_prime -= coefficient * (factor * xi).sin() * (factor * eta).cosh();
        eta_prime -= coefficient * (factor * xi).cos() * (factor * eta).sinh();
    }
    let conformal_tangent = xi_prime.sin() / eta_prime.sinh().hypot(xi_prime.cos());
    let eccentricity = (FLATTENING * (2.0 - FLATTENING)).sqrt();
    // Newton's method from the conformal to the geographic latitude; three steps reach the last bit.
    let mut tangent = conformal_tangent;
    for _ in 0..4 {
        let secant = tangent.hypot(1.0);
        let sigma = (eccentricity * (eccentricity * tangent / secant).atanh()).sinh();
        let guess = tangent * sigma.hypot(1.0) - sigma * secant;
        let slope = (1.0 - eccentricity * eccentricity) * secant * guess.hypot(1.0)
            / (1.0 + (1.0 - eccentricity * eccentricity) * tangent * tangent);
        tangent += (conformal_tangent - guess) / slope;
    }
    Position {
        longitude: CENTRAL_MERIDIAN_DEGREES + eta_prime.sinh().atan2(xi_prime.cos()).to_degrees(),
        latitude: tangent.atan().to_degrees(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn demo() -> AreaMap {
        let areas = read_areas(crate::town::AREAS).unwrap();
        AreaMap::new(areas.into_iter().enumerate().map(|(at, new)| area(at, new)).collect())
    }

    fn day() -> chrono::NaiveDate {
        chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    fn area(at: usize, new: NewArea) -> Area {
        let id = Uuid::from_u128(at as u128).into();
        Area { id, key: new.key, name: new.name, approximate: new.approximate, shape: new.shape }
    }

    #[test]
    fn the_demo_draws_the_four_areas_of_the_policy_and_says_they_are_approximate() {
        let map = demo();
        let names: Vec<_> = map.areas().iter().map(|area| area.name.as_str()).collect();
        assert_eq!(names, ["Værkstedskvarteret", "Røde Vejrmølle", "Albertslund Centrum", "Hersted"]);
        assert!(map.areas().iter().all(|area| area.approximate));
    }

    #[test]
    fn every_area_of_the_demo_holds_establishments_and_some_lie_in_none() {
        let map = demo();
        let town = crate::town::town(1, day());
        let mut points = AddressPoints::new(town.address_points.as_bytes()).unwrap().unwrap();
        let mut counts = std::collections::BTreeMap::<String, u32>::new();
        while let Some(point) = points.next_point().unwrap() {
            let found = map.at(point.unwrap().position);
            let name = found.first().map_or("none", |area| area.key.as_str());
            *counts.entry(name.to_owned()).or_default() += 1;
        }
        assert_eq!(counts.len(), 5, "{counts:?}");
        assert!(counts.values().all(|count| *count > 20), "{counts:?}");
    }

    #[test]
    fn the_demo_lies_within_the_municipality() {
        let Some(folder) = std::env::var_os("SAMSPIL_REAL_DATA") else {
            eprintln!("SAMSPIL_REAL_DATA is not set: the municipality's border was NOT read by this test");
            return;
        };
        let path = std::path::Path::new(&folder).join("geo/municipality-0165.geojson");
        let border = read_areas(&std::fs::read_to_string(path).unwrap()).unwrap();
        let border = AreaMap::new(border.into_iter().enumerate().map(|(at, new)| area(at, new)).collect());
        let inside = |longitude, latitude| border.at(Position { longitude, latitude }).len() == 1;
        for area in demo().areas() {
            let mut corners = area.shape.iter().flat_map(|polygon| polygon.exterior().coords());
            assert!(corners.all(|corner| inside(corner.x, corner.y)), "{}", area.name);
        }
        let town = crate::town::town(1, day());
        let mut points = AddressPoints::new(town.address_points.as_bytes()).unwrap().unwrap();
        while let Some(point) = points.next_point().unwrap() {
            let position = point.unwrap().position;
            assert!(inside(position.longitude, position.latitude), "{position:?}");
        }
    }

    #[test]
    fn a_known_point_of_utm_zone_32_comes_out_where_it_lies() {
        // Rytterhusene 76, 2620 Albertslund, computed by another program (pyproj).
        let position = from_utm32(711_271.29, 6_174_810.11);
        let two_millimetres = 2e-8;
        assert!((position.longitude - 12.359_902_13).abs() < two_millimetres, "{position:?}");
        assert!((position.latitude - 55.673_050_67).abs() < two_millimetres, "{position:?}");
    }

    #[test]
    fn a_file_of_areas_that_is_wrong_is_refused_with_the_feature_that_is() {
        let polygon = |properties: &str, corners: &str| {
            format!(
                r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon","coordinates":[{corners}]}}}}]}}"#
            )
        };
        let good = "[[12.3,55.6],[12.4,55.6],[12.4,55.7],[12.3,55.6]]";
        assert_eq!(
            read_areas(&polygon(r#"{"name":"Nord Øst"}"#, good)).unwrap()[0].key.as_str(),
            "nord-oest"
        );
        let swapped = "[[55.6,12.3],[55.6,12.4],[55.7,12.4],[55.6,12.3]]";
        assert_eq!(read_areas(&polygon(r#"{"name":"Nord"}"#, swapped)), Err(AreaRefusal::Outside(1)));
        assert_eq!(read_areas(&polygon("{}", good)), Err(AreaRefusal::Name(1)));
        assert_eq!(
            read_areas(&polygon(r#"{"name":"Nord","key":"Nord Øst"}"#, good)),
            Err(AreaRefusal::Key(1))
        );
        assert_eq!(read_areas(r#"{"type":"FeatureCollection","features":[]}"#), Err(AreaRefusal::Empty));
        assert!(matches!(read_areas("hej"), Err(AreaRefusal::NoGeoJson(_))));
    }

    #[test]
    fn a_bad_address_point_is_told_and_the_rest_goes_on() {
        let text = "address_id;x;y\n0a3f507a-ec01-32b8-e044-0003ba298018;724434,93;6175755,61\nnix;1;2\n0a3f507a-ec01-32b8-e044-0003ba298018;0;0\n";
        let mut points = AddressPoints::new(text.as_bytes()).unwrap().unwrap();
        let first = points.next_point().unwrap().unwrap().unwrap();
        assert!((first.position.longitude - 12.569).abs() < 0.01, "{first:?}");
        assert_eq!(points.next_point().unwrap().unwrap().unwrap_err().line, 3);
        assert_eq!(points.next_point().unwrap().unwrap().unwrap_err().reason, "the address has no point");
        assert!(points.next_point().unwrap().is_none());
        assert!(AddressPoints::new("id,a,b\n".as_bytes()).unwrap().is_err());
    }

    proptest! {
        #[test]
        fn the_index_finds_what_asking_every_area_finds(longitude in 12.30_f64..12.41, latitude in 55.63_f64..55.72) {
            let map = demo();
            let position = Position { longitude, latitude };
            let point = Point::new(longitude, latitude);
            let slow: Vec<_> = map.areas().iter().filter(|area| area.shape.intersects(&point)).collect();
            prop_assert_eq!(map.at(position), slow);
        }

        #[test]
        fn points_within_a_shape_are_those_whose_areas_hold_it(seeds in proptest::collection::vec((12.31_f64..12.40, 55.64_f64..55.71), 0..40)) {
            let map = demo();
            let points: Vec<_> = seeds.iter().map(|(longitude, latitude)| Position { longitude: *longitude, latitude: *latitude }).collect();
            let index = PointMap::new(points.iter().enumerate().map(|(at, position)| (*position, at)));
            for area in map.areas() {
                let mut within = index.within(&area.shape);
                within.sort_unstable();
                let slow: Vec<usize> = (0..points.len()).filter(|at| map.at(points[*at]).contains(&area)).collect();
                prop_assert_eq!(within, slow);
            }
        }
    }
}
