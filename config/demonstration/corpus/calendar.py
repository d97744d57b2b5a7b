"""When the conference meets, and how many cases it hears: three years with their Christmas and their August."""

from datetime import date, timedelta

WEDNESDAY = 2
FORTNIGHT = timedelta(days=14)
CUTOFF_WORKING_DAYS = 9
SEASON = {1: 1.2, 2: 1.05, 3: 1.0, 4: 1.0, 5: 1.0, 6: 1.0, 7: 0.95, 8: 0.72, 9: 0.92, 10: 1.0, 11: 1.02, 12: 1.25}


def held_days(today, count):
    """The days of the ordinary meetings so far: every second Wednesday, none between Christmas and New Year."""
    day, days = wednesday_before(today - timedelta(days=10)), []
    while len(days) < count:
        if not at_christmas(day):
            days.append(day)
        day -= FORTNIGHT
    return days[::-1]


def coming_days(today, count=3):
    """The days of the next meetings after today's, the first one at least twelve days ahead."""
    day, days = wednesday_before(today + timedelta(days=18)), []
    while len(days) < count:
        if not at_christmas(day):
            days.append(day)
        day += FORTNIGHT
    return days


def wednesday_before(day):
    return day - timedelta(days=(day.weekday() - WEDNESDAY) % 7)


def at_christmas(day):
    return (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 1)


def sizes(days, each):
    """Cases by meeting, whole numbers that follow the season and sum to `each` a meeting."""
    weights = [SEASON[day.month] for day in days]
    scale = each * len(days) / sum(weights)
    exact = [weight * scale for weight in weights]
    whole = [int(size) for size in exact]
    short = each * len(days) - sum(whole)
    for place in sorted(range(len(days)), key=lambda place: whole[place] - exact[place])[:short]:
        whole[place] += 1
    return whole


def working_days_before(day, count):
    """The day so many working days earlier, bank holidays not counted."""
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < 5
    return day


def next_working_day(day):
    day += timedelta(days=1)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def a_year_after(day: date):
    """The same day a year later; 28 February for a leap day."""
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
