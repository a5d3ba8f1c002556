use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn working_days_are_counted_as_in_the_known_cases() {
    for (start, five, seven, twenty) in [
        ("2022-01-28", "2022-02-09", "2022-02-11", "2022-03-02"),
        ("2022-09-19", "2022-09-26", "2022-09-28", "2022-10-20"),
        ("2022-09-28", "2022-10-10", "2022-10-12", "2022-10-31"),
        ("2022-12-16", "2022-12-23", "2022-12-27", "2023-01-16"),
        ("2024-02-05", "2024-02-18", "2024-02-20", "2024-03-08"),
        ("2025-01-20", "2025-01-26", "2025-02-05", "2025-02-21"),
    ] {
        let start = day(start);
        for (n, end) in [(5, five), (7, seven), (20, twenty)] {
            assert_eq!(after(start, n).unwrap(), day(end), "{start} + {n}");
            assert_eq!(between(start, day(end)).unwrap(), n, "{start} .. {end}");
        }
    }
}

#[test]
fn a_time_that_ends_on_a_rest_day_ends_on_the_next_working_day() {
    for (raw, rolled) in [
        ("2022-02-12", "2022-02-14"),
        ("2022-10-04", "2022-10-08"),
        ("2022-11-27", "2022-11-28"),
        ("2022-12-31", "2023-01-03"),
        ("2024-04-05", "2024-04-07"),
        ("2025-02-04", "2025-02-05"),
        ("2022-03-29", "2022-03-29"),
        ("2023-02-14", "2023-02-14"),
    ] {
        assert_eq!(on_or_after(day(raw)).unwrap(), day(rolled), "{raw}");
    }
}

#[test]
fn going_back_undoes_going_on() {
    for start in day("2018-02-01").iter_days().take(2900) {
        for n in [1, 3, 20] {
            assert_eq!(after(before(start, n).unwrap(), n).unwrap(), on_or_after(start).unwrap_or(start));
        }
    }
}

#[test]
fn a_year_without_a_notice_is_an_error_and_so_is_the_end_of_the_year_before() {
    let last = last_known();
    assert_eq!((last.month(), last.day()), (12, NEW_YEAR_REACHES_BACK_TO - 1));
    assert!(is_working(last).is_ok());
    for unknown in [next(last), day("2017-12-31"), day("9999-12-31")] {
        let refusal = is_working(unknown).unwrap_err();
        assert_eq!(refusal.code(), Code::CalendarMissing, "{unknown}");
    }
    let refusal = after(last, 3).unwrap_err();
    assert!(refusal.detail().contains(&(last.year() + 1).to_string()), "{refusal}");
}

#[test]
fn the_notices_are_copied_with_care() {
    for (year, notice) in (NOTICES[0].year..).zip(NOTICES) {
        assert_eq!(notice.year, year, "no year is left out");
        assert!(notice.no.starts_with("国办发明电〔"), "{}", notice.year);
        let days = || notice.rest.iter().flat_map(|(from, to)| [from, to]).chain(notice.work);
        assert!(
            days().all(|day| notice.date(*day).year() > 1970),
            "{}: a day that no calendar has",
            notice.year
        );
        let spans: Vec<_> = notice.rest.iter().map(|(a, b)| (notice.date(*a), notice.date(*b))).collect();
        assert!(spans.iter().all(|(from, to)| from <= to && (*to - *from).num_days() < 10));
        assert!(spans.windows(2).all(|pair| pair[0].1 < pair[1].0), "{}: in order", notice.year);
        for work in notice.work.iter().map(|day| notice.date(*day)) {
            assert!(matches!(work.weekday(), Weekday::Sat | Weekday::Sun), "{work} would work anyway");
            assert!(spans.iter().all(|(from, to)| work < *from || work > *to), "{work} rests as well");
        }
        // Every working day taken is given back: 7 days at Spring Festival are 3 or 4 by law and the rest weekends.
        let taken = |(from, to): &(NaiveDate, NaiveDate)| {
            from.iter_days()
                .take_while(|day| day <= to)
                .filter(|day| day.weekday().number_from_monday() < 6)
                .count()
        };
        let free = spans.iter().map(taken).sum::<usize>() - notice.work.len();
        assert!((7..=14).contains(&free), "{}: {free} days off on weekdays without exchange", notice.year);
    }
}
