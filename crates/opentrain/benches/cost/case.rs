//! Cases that are measured.

use crate::bodies;

/// Piece of work that is measured on two sides.
pub(crate) struct Case {
    /// Name on the command line.
    pub(crate) name: &'static str,
    /// Title in the table.
    pub(crate) title: &'static str,
    /// Status and body that the server sends.
    pub(crate) response: fn() -> (u16, String),
    /// Numbers of repetitions of the two runs whose difference counts.
    pub(crate) repetitions: (usize, usize),
    /// Side that the client is compared with.
    pub(crate) side: Side,
    /// Name of the case that it is compared with, if not with the same case.
    compared: Option<&'static str>,
}

/// Code that does the work.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Client,
    ByHand,
}

impl Side {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::ByHand => "by-hand",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Client, Self::ByHand]
            .into_iter()
            .find(|side| side.name() == name)
    }
}

impl Case {
    /// Finds a case, or fails with the names of all of them.
    pub(crate) fn named(name: &str) -> Result<&'static Self, String> {
        let found = CASES.iter().find(|case| case.name == name);
        found.ok_or_else(|| {
            let known: Vec<&str> = CASES.iter().map(|case| case.name).collect();
            format!("there is no case `{name}`, only: {}", known.join(", "))
        })
    }

    /// Returns the case that this one is compared with.
    pub(crate) fn compared(&self) -> &Self {
        let other = CASES.iter().find(|case| Some(case.name) == self.compared);
        other.unwrap_or(self)
    }
}

const fn case(
    name: &'static str,
    title: &'static str,
    response: fn() -> (u16, String),
    repetitions: (usize, usize),
) -> Case {
    Case {
        name,
        title,
        response,
        repetitions,
        side: Side::ByHand,
        compared: None,
    }
}

/// Numbers of repetitions of a call with a small body.
const CALLS: (usize, usize) = (20, 120);
/// Numbers of repetitions of a call with a page.
const PAGES: (usize, usize) = (3, 13);

pub(crate) const CASES: &[Case] = &[
    case("me", "GET auth/me", || (200, bodies::account()), CALLS),
    case("jobs", "page of 100 jobs", || (200, bodies::jobs()), PAGES),
    case(
        "events",
        "page of 200 events",
        || (200, bodies::events()),
        PAGES,
    ),
    case(
        "ledger",
        "page of 200 ledger rows",
        || (200, bodies::ledger()),
        PAGES,
    ),
    case(
        "decode-jobs",
        "decoding 100 jobs alone",
        || (200, bodies::jobs()),
        PAGES,
    ),
    case(
        "decode-events",
        "decoding 200 events alone",
        || (200, bodies::events()),
        PAGES,
    ),
    case(
        "decode-ledger",
        "decoding 200 ledger rows alone",
        || (200, bodies::ledger()),
        PAGES,
    ),
    case(
        "patch",
        "PATCH draft, all 26 keys",
        || (200, bodies::draft()),
        CALLS,
    ),
    case("missing", "404 typed", || (404, bodies::failure()), CALLS),
    Case {
        side: Side::Client,
        compared: Some("jobs"),
        ..case(
            "rejected",
            "page with one bad element, to a good page",
            || (200, bodies::jobs_with_a_bad_one()),
            PAGES,
        )
    },
];
