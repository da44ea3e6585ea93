//! Streets of 2620 Albertslund. The names are real; where along them a house stands is invented, and so are the codes.

/// A stretch of a street, with the numbers on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Street {
    /// The street's real name.
    pub name: &'static str,
    /// An invented code in the range above every real one.
    pub code: u16,
    /// The lowest and the highest house number.
    pub numbers: (u16, u16),
    /// Where the lowest number stands, longitude and latitude in WGS84.
    pub from: (f64, f64),
    /// Where the highest number stands.
    pub to: (f64, f64),
}

const fn street(
    code: u16,
    name: &'static str,
    numbers: (u16, u16),
    from: (f64, f64),
    to: (f64, f64),
) -> Street {
    Street { name, code, numbers, from, to }
}

/// The part of town a street belongs to: the four areas of the policy, other places of work, and homes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quarter {
    Workshops,
    RedMill,
    Centre,
    Hersted,
    Elsewhere,
    Homes,
}

const WORKSHOPS: &[Street] = &[
    street(9101, "Holsbjergvej", (2, 60), (12.3606, 55.6610), (12.3682, 55.6617)),
    street(9102, "Hedemarksvej", (1, 40), (12.3615, 55.6626), (12.3680, 55.6630)),
    street(9103, "Vridsløsevej", (3, 24), (12.3608, 55.6614), (12.3612, 55.6632)),
];
const RED_MILL: &[Street] = &[
    street(9111, "Djursvang", (2, 38), (12.3360, 55.6652), (12.3455, 55.6656)),
    street(9112, "Herstedvestervej", (5, 60), (12.3368, 55.6660), (12.3372, 55.6682)),
    street(9113, "Roskildevej", (150, 220), (12.3380, 55.6672), (12.3462, 55.6676)),
];
const CENTRE: &[Street] = &[
    street(9121, "Bytorvet", (1, 38), (12.3504, 55.6570), (12.3530, 55.6578)),
    street(9122, "Stationstorvet", (1, 30), (12.3536, 55.6566), (12.3560, 55.6568)),
    street(9123, "Nordmarks Allé", (2, 16), (12.3500, 55.6586), (12.3560, 55.6590)),
    street(9124, "Vognporten", (2, 14), (12.3545, 55.6578), (12.3570, 55.6584)),
];
const HERSTED: &[Street] = &[
    street(9131, "Herstedøstervej", (7, 60), (12.3792, 55.6796), (12.3796, 55.6856)),
    street(9132, "Herstedvang", (2, 16), (12.3806, 55.6800), (12.3920, 55.6802)),
    street(9133, "Roholmsvej", (1, 36), (12.3810, 55.6830), (12.3930, 55.6838)),
];
const ELSEWHERE: &[Street] = &[
    street(9141, "Kanalgaden", (1, 30), (12.3440, 55.6530), (12.3490, 55.6535)),
    street(9142, "Skallerne", (2, 20), (12.3560, 55.6690), (12.3590, 55.6695)),
    street(9143, "Gamle Landevej", (10, 60), (12.3500, 55.6800), (12.3700, 55.6806)),
    street(9144, "Teglmosevej", (1, 40), (12.3640, 55.6770), (12.3680, 55.6785)),
    street(9145, "Damgårdsvej", (2, 30), (12.3480, 55.6710), (12.3520, 55.6716)),
];
/// Numbers that no house on these streets is likely to have: what is invented must not point at someone's home.
const HOMES: &[Street] = &[
    street(9151, "Rytterhusene", (301, 390), (12.3585, 55.6725), (12.3615, 55.6735)),
    street(9152, "Capellavænget", (301, 350), (12.3460, 55.6722), (12.3480, 55.6730)),
    street(9153, "Randager", (301, 360), (12.3310, 55.6575), (12.3340, 55.6580)),
    street(9154, "Hvedens Kvarter", (301, 380), (12.3400, 55.6520), (12.3430, 55.6525)),
    street(9155, "Hjulets Kvarter", (301, 380), (12.3440, 55.6512), (12.3470, 55.6516)),
    street(9156, "Kløverens Kvarter", (301, 380), (12.3370, 55.6510), (12.3400, 55.6516)),
    street(9157, "Nøglens Kvarter", (301, 380), (12.3450, 55.6496), (12.3475, 55.6500)),
    street(9158, "Hyldespjældet", (301, 390), (12.3280, 55.6600), (12.3310, 55.6606)),
    street(9159, "Horsholmstræde", (301, 330), (12.3300, 55.6620), (12.3320, 55.6624)),
];

impl Quarter {
    pub(super) const ALL: [Self; 6] =
        [Self::Workshops, Self::RedMill, Self::Centre, Self::Hersted, Self::Elsewhere, Self::Homes];

    pub(super) const fn streets(self) -> &'static [Street] {
        match self {
            Self::Workshops => WORKSHOPS,
            Self::RedMill => RED_MILL,
            Self::Centre => CENTRE,
            Self::Hersted => HERSTED,
            Self::Elsewhere => ELSEWHERE,
            Self::Homes => HOMES,
        }
    }
}

impl Street {
    /// Where a house stands: along the line by its number, odd and even on either side.
    pub(super) fn position(&self, number: u16) -> (f64, f64) {
        let (low, high) = self.numbers;
        let along = f64::from(number.saturating_sub(low)) / f64::from((high - low).max(1));
        let side = if number.is_multiple_of(2) { 0.00012 } else { -0.00012 };
        let at = |from: f64, to: f64| from + (to - from) * along.min(1.0);
        let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
        (round(at(self.from.0, self.to.0)), round(at(self.from.1, self.to.1) + side))
    }
}
