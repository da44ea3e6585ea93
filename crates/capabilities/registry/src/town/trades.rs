//! The trades of the invented town: codes and titles of both editions as Danmarks Statistik writes them.

use super::streets::Quarter;

/// How large a company of the trade usually is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// Nobody employed.
    None,
    /// The owner and a few.
    Small,
    /// A workshop, a shop.
    Middle,
    /// A plant, a warehouse.
    Large,
}

/// A trade.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trade {
    /// DB07 code and title.
    pub db07: (&'static str, &'static str),
    /// DB25 code and title.
    pub db25: (&'static str, &'static str),
    /// What a company of the trade calls itself.
    pub words: &'static [&'static str],
    pub size: Size,
    /// How common.
    pub weight: u32,
    /// Where such companies lie, the likeliest first.
    pub quarters: &'static [Quarter],
    /// Whether a sole trader may do it from home.
    pub from_home: bool,
}

use Quarter::{Centre, Elsewhere, Hersted, RedMill, Workshops};
use Size::{Large, Middle, Small};

macro_rules! trades {
    ($($db07:literal $title07:literal, $db25:literal $title25:literal, [$($word:literal),*], $size:expr, $weight:literal, [$($quarter:ident),*], $home:literal;)*) => {
        &[$(Trade {
            db07: ($db07, $title07), db25: ($db25, $title25), words: &[$($word),*], size: $size,
            weight: $weight, quarters: &[$($quarter),*], from_home: $home,
        },)*]
    };
}

pub(super) const TRADES: &[Trade] = trades! {
    "432200" "VVS- og blikkenslagerforretninger", "432200" "Installation af vvs-, varme- og klimaanlæg", ["VVS", "Rør & Varme", "Blik"], Small, 9, [Workshops, Hersted], true;
    "432100" "El-installation", "432100" "El-installation", ["El", "El-teknik", "Installation"], Small, 9, [Workshops, RedMill], true;
    "433200" "Tømrer- og bygningssnedkervirksomhed", "433200" "Tømrer- og bygningssnedkeraktiviteter", ["Tømrer", "Snedkeri", "Tag & Træ"], Small, 11, [Workshops, Hersted], true;
    "433410" "Malerforretninger", "433410" "Maleraktiviteter", ["Maler", "Farver & Facade"], Small, 7, [Workshops], true;
    "412000" "Opførelse af bygninger", "410000" "Opførelse af bygninger", ["Entreprise", "Byg", "Totalentreprise"], Middle, 6, [Hersted, Workshops], false;
    "452010" "Autoreparationsværksteder mv.", "953190" "Reparation og vedligeholdelse af motorkøretøjer i.a.n.", ["Auto", "Bilværksted", "Autoservice"], Small, 10, [Workshops, RedMill], false;
    "452040" "Dækservice", "953110" "Dækservice", ["Dæk", "Hjul & Dæk"], Small, 3, [RedMill, Workshops], false;
    "494100" "Vejgodstransport", "494100" "Vejgodstransport", ["Transport", "Fragt", "Kørsel"], Middle, 9, [Hersted], true;
    "522920" "Speditører", "523100" "Formidlingsaktiviteter inden for godstransport", ["Spedition", "Logistik"], Middle, 5, [Hersted], false;
    "521000" "Oplagrings- og pakhusvirksomhed", "521000" "Oplagring og opbevaring", ["Lager", "Pakhus", "Køl & Frost"], Large, 4, [Hersted], false;
    "251100" "Fremstilling af metalkonstruktioner og dele heraf", "251100" "Fremstilling af metalkonstruktioner og dele heraf", ["Smedje", "Stål", "Svejs"], Middle, 6, [Workshops, Hersted], false;
    "256200" "Maskinforarbejdning", "255300" "Maskinforarbejdning af metal", ["Maskinværksted", "Spåntagning"], Middle, 4, [Workshops, Hersted], false;
    "310900" "Fremstilling af andre møbler", "310000" "Fremstilling af møbler", ["Møbler", "Møbelsnedkeri"], Small, 2, [Workshops], false;
    "181200" "Anden trykning", "181200" "Anden trykning", ["Tryk", "Skilte & Print"], Small, 3, [Workshops, RedMill], false;
    "222900" "Fremstilling af andre plastprodukter", "222600" "Fremstilling af andre plastprodukter", ["Plast", "Støbning"], Large, 2, [Hersted], false;
    "101300" "Produktion af kød- og fjerkrækødprodukter", "101300" "Fremstilling af kød- og fjerkrækødprodukter", ["Pølser", "Slagteri"], Large, 1, [Hersted], false;
    "463900" "Ikke-specialiseret engroshandel med føde-, drikke- og tobaksvarer", "463900" "Ikke-specialiseret engroshandel med føde-, drikke- og tobaksvarer", ["Engros", "Fødevarer"], Middle, 5, [Hersted, RedMill], false;
    "467310" "Engroshandel med træ, trælast og byggematerialer", "468300" "Engroshandel med træ og byggematerialer samt sanitetsartikler", ["Trælast", "Byggematerialer"], Middle, 4, [Hersted, RedMill], false;
    "561010" "Restauranter", "561110" "Servering af mad i restauranter og caféer", ["Restaurant", "Spisehus", "Køkken"], Small, 7, [Centre], false;
    "561020" "Pizzeriaer, grillbarer, isbarer mv.", "561190" "Drift af øvrige spisesteder", ["Pizza", "Grill", "Is & Vafler"], Small, 6, [Centre, RedMill], false;
    "472400" "Detailhandel med brød, konditori- og sukkervarer", "472400" "Detailhandel med bagværk og konfekture", ["Bageri", "Brød"], Small, 3, [Centre], false;
    "477110" "Tøjforretninger", "477110" "Detailhandel med tøj", ["Tøj", "Garderobe"], Small, 4, [Centre], true;
    "477610" "Blomsterforretninger", "477610" "Detailhandel med blomster og planter", ["Blomster", "Buketter"], Small, 2, [Centre], false;
    "476420" "Cykel- og knallertforretninger", "476320" "Detailhandel med cykler", ["Cykler", "Cykelværksted"], Small, 3, [Centre, Workshops], true;
    "960210" "Frisørsaloner", "962100" "Drift af frisør- og barbersaloner", ["Frisør", "Salon", "Barber"], Small, 9, [Centre], true;
    "620100" "Computerprogrammering", "621000" "Computerprogrammering", ["Software", "Data", "Kode"], Small, 7, [RedMill, Centre], true;
    "692000" "Bogføring og revision; skatterådgivning", "692000" "Bogføring og revision; skatterådgivning", ["Revision", "Bogføring", "Regnskab"], Small, 5, [Centre, RedMill], true;
    "702200" "Virksomhedsrådgivning og anden rådgivning om driftsledelse", "702000" "Virksomhedsrådgivning og anden ledelsesrådgivning", ["Rådgivning", "Konsulent"], Small, 10, [RedMill, Centre], true;
    "711210" "Rådgivende ingeniørvirksomhed inden for byggeri og anlægsarbejder", "711210" "Rådgivende ingeniøraktiviteter inden for byggeri og anlægsarbejder", ["Ingeniører", "Anlæg"], Middle, 3, [RedMill], false;
    "741020" "Kommunikationsdesign og grafisk design", "741200" "Grafisk design og visuel kommunikation", ["Grafik", "Design"], Small, 4, [Centre, RedMill], true;
    "782000" "Vikarbureauer", "782000" "Vikarbureauers aktiviteter og anden personaleformidling", ["Vikar", "Personale"], Large, 2, [RedMill], false;
    "812100" "Almindelig rengøring i bygninger", "812100" "Almindelig rengøring i bygninger", ["Rengøring", "Service"], Middle, 10, [RedMill, Workshops], true;
    "813000" "Landskabspleje", "813000" "Landskabspleje", ["Have & Anlæg", "Grønt"], Small, 4, [Hersted, Workshops], true;
    "331200" "Reparation af maskiner", "331200" "Reparation og vedligeholdelse af maskiner", ["Maskinservice", "Pumper"], Middle, 3, [Workshops, Hersted], false;
    "493200" "Taxikørsel", "493300" "Passagertransport på bestilling i køretøj med chauffør", ["Taxi", "Persontransport"], Small, 5, [Elsewhere], true;
    "532000" "Andre post- og kurertjenester", "532000" "Andre post- og kuréraktiviteter", ["Bud", "Kurér"], Middle, 2, [Hersted], true;
    "862300" "Praktiserende tandlæger", "862300" "Tandlægers aktiviteter", ["Tandklinik"], Small, 2, [Centre], false;
    "869020" "Fysio- og ergoterapeuter", "869500" "Fysio- og ergoterapi", ["Fysioterapi"], Small, 3, [Centre], false;
    "931300" "Fitnesscentre", "931300" "Drift af fitnesscentre", ["Træning", "Motion"], Small, 2, [Elsewhere, Centre], false;
    "855900" "Anden undervisning i.a.n.", "855900" "Anden undervisning i.a.n.", ["Kurser", "Køreskole"], Small, 3, [Centre, Elsewhere], true;
    "682040" "Udlejning af erhvervsejendomme", "682040" "Udlejning af erhvervsejendomme", ["Ejendomme", "Lejemål"], Size::None, 7, [RedMill, Centre], false;
    "642020" "Ikke-finansielle holdingselskaber", "642120" "Ikke-finansielle holdingselskaber", ["Holding", "Invest"], Size::None, 9, [RedMill, Hersted], false;
    "949900" "Andre organisationer og foreninger i.a.n.", "949900" "Andre organisationers og foreningers aktiviteter i.a.n.", ["Forening", "Netværk"], Size::None, 3, [Elsewhere, Centre], false;
};

/// Shops of the chains, whose legal unit lies elsewhere.
pub(super) const CHAIN_TRADES: &[Trade] = trades! {
    "471120" "Supermarkeder", "471120" "Detailhandel med dagligvarer i supermarkeder og købmandsbutikker", ["Marked", "Købmand"], Large, 3, [Centre, Elsewhere], false;
    "471130" "Discountforretninger", "471130" "Detailhandel med dagligvarer i discountsupermarkeder", ["Discount"], Middle, 2, [Centre, RedMill], false;
    "477300" "Apoteker", "477300" "Detailhandel med farmaceutiske produkter", ["Apotek"], Middle, 1, [Centre], false;
    "477110" "Tøjforretninger", "477110" "Detailhandel med tøj", ["Mode"], Small, 2, [Centre], false;
    "473000" "Servicestationer", "473000" "Detailhandel med motorbrændstoffer", ["Tank"], Small, 2, [RedMill, Hersted], false;
    "521000" "Oplagrings- og pakhusvirksomhed", "521000" "Oplagring og opbevaring", ["Centrallager"], Large, 2, [Hersted], false;
    "561020" "Pizzeriaer, grillbarer, isbarer mv.", "561190" "Drift af øvrige spisesteder", ["Burger"], Middle, 1, [RedMill, Centre], false;
};
