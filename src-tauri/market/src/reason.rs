//! Why an offer stands where it does, in words.

use rust_decimal::Decimal;

use crate::{
    Offer, Past, ProviderFacts, Usd, Wish,
    compare::{Group, in_region, right_gpu},
    grouped,
};

/// Something that speaks for or against an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its price can't be told in dollars.
    PriceUnknown {
        /// What it is priced in.
        denom: String,
    },
    /// Nobody else offers for this group yet.
    OnlyOffer,
    /// Nobody of this group asks less.
    Cheapest {
        /// How many offer for the group.
        of: usize,
    },
    /// It costs more than the group's cheapest.
    Dearer {
        /// Dollars a month more.
        per_month: Usd,
        /// Per cent more, rounded up; `None` when the cheapest is free.
        percent: Option<u32>,
    },
    /// It does not answer right now.
    Offline,
    /// Leases of the person's own ended badly there.
    Died {
        /// How many.
        died: u32,
        /// Of how many.
        of: u32,
    },
    /// All of the person's leases there went well.
    Lived {
        /// How many.
        leases: u32,
    },
    /// It offers another GPU than was wished for.
    OtherGpu {
        /// Which.
        model: String,
    },
    /// It is not in the region that was wished for.
    OtherRegion {
        /// Where it is, when known.
        region: Option<String>,
        /// Where it was wished to be.
        wish: String,
    },
    /// It is in the region that was wished for.
    WishedRegion {
        /// Which.
        region: String,
    },
    /// How much of the time it answered.
    Uptime {
        /// The share, from 0 to 1.
        share: Decimal,
        /// Of the last so many days.
        days: u32,
    },
    /// Nothing is known of how much of the time it answers.
    UptimeUnknown,
    /// It joined not long ago.
    New {
        /// Days since.
        days: u32,
    },
    /// It gives notice before it takes its machine back.
    Notice {
        /// Whole hours of notice.
        hours: u64,
    },
    /// The person marked it.
    Favourite,
}

/// All reasons, the weightiest first.
pub(crate) fn reasons(
    offer: &Offer,
    facts: &ProviderFacts,
    wish: &Wish,
    price: Option<Usd>,
    group: Group,
) -> Vec<Reason> {
    let mut all = vec![price_reason(offer, price, group)];
    if facts.online == Some(false) {
        all.push(Reason::Offline);
    }
    match facts.past {
        Past { died: 0, lived: 0 } => {}
        Past { died: 0, lived } => all.push(Reason::Lived { leases: lived }),
        Past { died, lived } => all.push(Reason::Died {
            died,
            of: died.saturating_add(lived),
        }),
    }
    if !right_gpu(offer, wish) {
        let models: Vec<&str> = offer.gpus.iter().map(|gpu| gpu.model.as_str()).collect();
        all.push(Reason::OtherGpu {
            model: models.join(", "),
        });
    }
    if let Some(wished) = &wish.region {
        all.push(if in_region(facts, wished) {
            Reason::WishedRegion {
                region: wished.clone(),
            }
        } else {
            Reason::OtherRegion {
                region: facts.region.clone(),
                wish: wished.clone(),
            }
        });
    }
    all.push(uptime(facts));
    if let Some(days) = facts.age_days.filter(|days| *days < 60) {
        all.push(Reason::New { days });
    }
    if let Some(hours) = offer
        .reclamation_seconds
        .map(|s| s / 3600)
        .filter(|hours| *hours > 0)
    {
        all.push(Reason::Notice { hours });
    }
    if facts.favourite {
        all.push(Reason::Favourite);
    }
    all
}

fn price_reason(offer: &Offer, price: Option<Usd>, group: Group) -> Reason {
    let (Some(price), Some(lowest)) = (price, group.lowest) else {
        return Reason::PriceUnknown {
            denom: offer.price.denom.to_string(),
        };
    };
    if group.offers == 1 {
        return Reason::OnlyOffer;
    }
    if price <= lowest {
        return Reason::Cheapest { of: group.offers };
    }
    let per_month = price.saturating_sub(lowest);
    let percent = per_month
        .ratio(lowest)
        .map(|more| more.saturating_mul(Decimal::ONE_HUNDRED));
    let percent = percent.map(|more| u32::try_from(more.ceil()).unwrap_or(u32::MAX));
    Reason::Dearer { per_month, percent }
}

/// The longest span that is known.
fn uptime(facts: &ProviderFacts) -> Reason {
    let spans = [
        (facts.uptime_30d, 30),
        (facts.uptime_7d, 7),
        (facts.uptime_1d, 1),
    ];
    let known = spans
        .iter()
        .find_map(|(share, days)| Some(((*share)?, *days)));
    known.map_or(Reason::UptimeUnknown, |(share, days)| Reason::Uptime {
        share,
        days,
    })
}

/// The first three reasons as a sentence.
pub(crate) fn sentence(reasons: &[Reason]) -> String {
    let parts: Vec<String> = reasons.iter().take(3).map(ToString::to_string).collect();
    let mut text = parts.join("; ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::PriceUnknown { denom } => {
                write!(
                    f,
                    "its price is in {denom}, whose value in dollars is unknown"
                )
            }
            Self::OnlyOffer => f.write_str("the only offer so far"),
            Self::Cheapest { of } => write!(f, "the lowest price of {of}"),
            Self::Dearer { per_month, percent } => {
                write!(
                    f,
                    "${} a month more than the cheapest",
                    grouped(&per_month.round_up(2))
                )?;
                percent.map_or(Ok(()), |percent| write!(f, " (+{percent}%)"))
            }
            Self::Offline => f.write_str("it does not answer right now"),
            Self::Died { died, of } => write!(f, "{died} of your {of} leases there ended badly"),
            Self::Lived { leases: 1 } => f.write_str("your lease there went well"),
            Self::Lived { leases } => write!(f, "all {leases} of your leases there went well"),
            Self::OtherGpu { model } => write!(f, "it offers {model}, not the GPU you prefer"),
            Self::OtherRegion {
                region: Some(region),
                wish,
            } => {
                write!(f, "it is in {region}, not {wish}")
            }
            Self::OtherRegion { region: None, wish } => {
                write!(f, "it does not say whether it is in {wish}")
            }
            Self::WishedRegion { region } => write!(f, "it is in {region}, as you wished"),
            Self::Uptime { share, days } => {
                let percent = share.saturating_mul(Decimal::ONE_HUNDRED);
                // Down: "100%" is said only of what never failed.
                let shown = Usd::new(percent).round_down(1);
                let shown = shown.strip_suffix(".0").unwrap_or(&shown);
                match days {
                    1 => write!(f, "it answered {shown}% of the last day"),
                    _ => write!(f, "it answered {shown}% of the last {days} days"),
                }
            }
            Self::UptimeUnknown => f.write_str("its uptime is unknown"),
            Self::New { days: 0 } => f.write_str("it joined today"),
            Self::New { days: 1 } => f.write_str("it joined yesterday"),
            Self::New { days } => write!(f, "it joined {days} days ago"),
            Self::Notice { hours: 1 } => f.write_str("it gives an hour's notice"),
            Self::Notice { hours } => write!(f, "it gives {hours} hours' notice"),
            Self::Favourite => f.write_str("a favourite of yours"),
        }
    }
}
