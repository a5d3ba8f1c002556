//! Which of the cases around are most like the one that is asked about.

use chrono::TimeDelta;
use geo::{Distance, Haversine, Point};

use super::reach::Reach;
use crate::base::clock::Timestamp;
use crate::base::geo::Wgs84;
use crate::base::id::Id;
use crate::features::cases::{Case, CaseKind, Near, Nearby};
use crate::features::events::FRESH_DAYS;

/// What the box around a circle is larger by: the earth is no sphere, by half of this.
const MARGIN: f64 = 1.01;

/// A matter that others are compared with.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The procedure.
    pub kind: CaseKind,
    /// Its category.
    pub category: &'static str,
    /// How far others may be off.
    pub reach: Reach,
    /// Where.
    pub at: Wgs84,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// The case that it is, when it was reported.
    pub case: Option<Id<Case>>,
}

/// A case that may be the same matter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alike {
    /// The case.
    pub id: Id<Case>,
    /// How far off, metres.
    pub distance_m: f64,
    /// How long before or after.
    pub apart: TimeDelta,
}

impl Asked {
    /// The box around the circle and the time, for the index to answer.
    pub fn near(&self, now: Timestamp) -> Near {
        let radius = f64::from(self.reach.radius_m) * MARGIN;
        let (north, east) = self.at.metres_per_degree();
        let (up, aside) = (radius / north, radius / east);
        let days = TimeDelta::days(self.reach.days.into());
        Near {
            kind: self.kind,
            category: self.category,
            lat: (self.at.lat - up, self.at.lat + up),
            lng: (self.at.lng - aside, self.at.lng + aside),
            occurred: (self.occurred_at.plus(-days), self.occurred_at.plus(days)),
            // On the day on which a merger would be refused it is not suggested any more.
            closed_after: Timestamp::start_of(now.local_date() - TimeDelta::days(FRESH_DAYS - 1)),
            except: self.case,
        }
    }

    /// Those of `around` that lie within the circle, the most alike first: distance and time count the same, each as the
    /// part of what the category allows. At most `most`.
    pub fn rank(&self, around: &[Nearby], most: usize) -> Vec<Alike> {
        let here = Point::new(self.at.lng, self.at.lat);
        let alike = around.iter().map(|other| Alike {
            id: other.id,
            distance_m: Haversine.distance(here, Point::new(other.lng, other.lat)),
            apart: other.occurred_at.since(self.occurred_at).abs(),
        });
        let mut alike: Vec<Alike> =
            alike.filter(|other| other.distance_m <= f64::from(self.reach.radius_m)).collect();
        alike.sort_by(|a, b| self.unlike(a).total_cmp(&self.unlike(b)).then(a.id.cmp(&b.id)));
        alike.truncate(most);
        alike
    }

    /// 0 for the same place and time, 2 at the end of both reaches.
    fn unlike(&self, other: &Alike) -> f64 {
        let reach = TimeDelta::days(self.reach.days.into());
        let time = other.apart.num_milliseconds() as f64 / reach.num_milliseconds() as f64;
        other.distance_m / f64::from(self.reach.radius_m) + time
    }
}
