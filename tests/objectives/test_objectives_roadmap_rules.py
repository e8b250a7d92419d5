"""A13 against published and hand-computed tables, and against a MILP that knows nothing of forward passes."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import highspy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from objectives.networks import EVERY_DAY, START, calendar, goal, key, problem, solved, spell, task

from entente_objectives.calendars.domain import reading, working
from entente_objectives.calendars.domain.working import Calendar, Hours, Spell, covered, working_days
from entente_objectives.recurrence.domain import rule_text, rules
from entente_objectives.recurrence.domain.rule_text import InvalidRule
from entente_objectives.scheduling.domain import relaxation
from entente_objectives.scheduling.domain.earliest import Eased, forward, reached
from entente_objectives.scheduling.domain.problem import Kind
from entente_objectives.scheduling.domain.timetable import NEVER, Timetable

# B. W. Taylor III, Introduction to Management Science, chapter 8 (Project Management), problem solutions: arc, time, ES, EF.
TAYLOR_6_NODES = [
    ("1-2", 7, 0, 7), ("1-3", 10, 0, 10), ("2-4", 6, 7, 13), ("3-4", 5, 10, 15), ("3-5", 4, 10, 14), ("4-5", 3, 15, 18),
    ("5-6", 2, 18, 20),
]  # fmt: skip
# The same: 4-5 is a dummy of no time, over which 5-7 and 5-8 also wait for 1-4.
TAYLOR_9_NODES = [
    ("1-2", 8, 0, 8), ("1-3", 10, 0, 10), ("1-4", 9, 0, 9), ("2-5", 6, 8, 14), ("2-6", 4, 8, 12), ("3-5", 5, 10, 15),
    ("4-7", 7, 9, 16), ("5-7", 12, 15, 27), ("5-8", 15, 15, 30), ("6-9", 18, 12, 30), ("7-8", 4, 27, 31), ("8-9", 7, 31, 38),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "dummies", "length"), [(TAYLOR_6_NODES, [], 20), (TAYLOR_9_NODES, [("1-4", "5-7"), ("1-4", "5-8")], 38)]
)
def test_the_earliest_days_are_those_of_a_textbook(table, dummies, length):
    tasks = [task(arc, time) for arc, time, _, _ in table]
    links = [(a, b) for a, *_ in table for b, *_ in table if a.split("-")[1] == b.split("-")[0]]
    days, _, missed = solved(problem(tasks, links + dummies))
    found = {arc: ((start - START).days, (end - START).days + 1) for arc, (start, end, _) in days.items()}
    assert found == {arc: (earliest, end) for arc, _, earliest, end in table}
    assert (max(end for _, end in found.values()), missed) == (length, 0)


def test_working_days_by_hand():
    """January 2026: the 5th is a Monday. Lyon rests on the 9th and 12th, Kyoto works Sunday to Thursday.

    Draw, 4 days of Lyon: 5 6 7 8. Check, 2 days of both (Mon-Thu but 12): 13 14. Lag of 1 day of Kyoto after the 14th: the 15th;
    so Ship begins on Sunday 18. Validation by Lyon, 2 of its days after the 18th: 19 20.
    """
    lyon = calendar(
        "lyon", holidays=(spell(date(2026, 1, 9)),), blackouts=(spell(date(2026, 1, 12)),), validation_days=2
    )
    kyoto = calendar("kyoto", "SU,MO,TU,WE,TH")
    tasks = [task("draw", 4, lyon), task("check", 2, lyon, kyoto), task("ship", 1, kyoto, validators=(lyon.id,))]
    days, _, missed = solved(problem(tasks, [("draw", "check"), ("check", "ship", 1)], lyon, kyoto))
    expected = {"draw": (5, 8, 8), "check": (13, 14, 14), "ship": (18, 18, 20)}
    assert days == {name: tuple(date(2026, 1, n) for n in numbers) for name, numbers in expected.items()}
    assert missed == 0


def test_a_holiday_is_not_worked():
    office = calendar("office", holidays=(spell(date(2026, 1, 6)),))
    days, _, _ = solved(problem([task("a", 2, office)], [], office))
    assert days["a"][:2] == (date(2026, 1, 5), date(2026, 1, 7))


def test_hours_follow_the_clock_of_the_zone_when_it_changes():
    """RFC 5545, "Daily until December 24, 1997": from 9:00 EDT to 9:00 EST; the clocks went back on 26 October."""
    hours = Hours(rule_text.parse("FREQ=DAILY;UNTIL=19971224T000000Z", date(1997, 9, 2)), time(9), time(17))
    calendar = Calendar(key("New York"), "New York", None, "America/New_York", (hours,))
    span = (datetime.fromisoformat("1997-10-25T00:00:00+00:00"), datetime.fromisoformat("1997-10-28T00:00:00+00:00"))
    worked = working.working_intervals(calendar, *span)
    assert [begin.isoformat() for begin, _ in worked] == [
        "1997-10-25T13:00:00+00:00",
        "1997-10-26T14:00:00+00:00",
        "1997-10-27T14:00:00+00:00",
    ]


def test_spells_reach_into_a_span_from_before_it():
    spell = Spell("Closing", date(2026, 12, 21), 14, rule_text.parse("FREQ=YEARLY", date(2026, 12, 21)))
    assert covered([spell], date(2028, 1, 1), date(2028, 2, 1)) == {
        date(2028, 1, 1),
        date(2028, 1, 2),
        date(2028, 1, 3),
    }
    once = Spell("Move", date(2026, 3, 30), 4)
    assert covered([once], date(2026, 4, 1), date(2026, 5, 1)) == {date(2026, 4, 1), date(2026, 4, 2)}


def test_spells_that_overlap_cost_each_day_once(monkeypatch):
    class Day(timedelta):
        used = 0

        def __rmul__(self, number):
            Day.used += 1
            return timedelta(days=number)

    monkeypatch.setattr(working, "DAY", Day(days=1))
    long = [Spell(str(n), START, 400, rule_text.parse("FREQ=DAILY", START)) for n in range(5)]
    found = covered(long, START + timedelta(days=100), START + timedelta(days=500))
    assert found == {START + timedelta(days=n) for n in range(100, 500)}
    assert Day.used <= 5 + 500 + 400  # the spells, their first days, and the days


@given(
    st.lists(st.tuples(st.integers(-30, 40), st.integers(1, 20), st.integers(1, 9) | st.none()), max_size=5),
    st.integers(0, 15),
    st.integers(1, 40),
)
def test_covered_days_are_those_of_any_spell(sizes, since, length):
    first = [START + timedelta(days=day) for day, _, _ in sizes]
    spells = [
        Spell("", start, days, rule_text.parse(f"FREQ=DAILY;INTERVAL={every}", start) if every else None)
        for start, (_, days, every) in zip(first, sizes, strict=True)
    ]
    span = [START + timedelta(days=since + n) for n in range(length)]
    assert covered(spells, span[0], span[-1] + timedelta(days=1)) == {
        day
        for day in span
        for start, (_, days, every) in zip(first, sizes, strict=True)
        if (gone := (day - start).days) >= 0 and (gone % every if every else gone) < days
    }


def test_only_so_many_rules_are_sought_for_years(monkeypatch):
    """The 29th of February that is a Monday comes in 2044 again."""
    seldom = {"name": "", "first_on": "2026-01-01", "days": 1, "rrule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO"}
    yearly = {**seldom, "rrule": "FREQ=YEARLY;BYMONTH=12"}

    def read(holidays):
        return reading.read(key("a"), None, "", "UTC", 0, {"hours": [], "holidays": holidays})

    reading.check_days(read([yearly] * 100 + [seldom] * reading.MOST_LATE))
    looked_at, matches = [], rules._matches
    monkeypatch.setattr(rules, "_matches", lambda rule, day: looked_at.append(day) or matches(rule, day))
    with pytest.raises(InvalidRule, match="more than 10 rules") as refused:
        reading.check_days(read([yearly] + [seldom] * 100))
    assert refused.value.pointer == f"/holidays/{1 + reading.MOST_LATE}/rrule"
    assert len(looked_at) < (reading.MOST_LATE + 2) * 366 * 20


def test_a_lag_lets_working_days_pass():
    office = calendar("office")
    days, _, _ = solved(problem([task("a", 1, office), task("b", 1, office)], [("a", "b", 5)], office))
    assert days["b"][0] == date(2026, 1, 13)  # 6 7 8 9 and 12 pass


def test_what_needs_budget_begins_inside_a_window_and_may_end_after_it():
    window = Spell("budget", date(2026, 1, 14), 2, rule_text.parse("FREQ=MONTHLY", date(2026, 1, 14)))
    office = calendar("office", budget_windows=(window,))
    tasks = [task("a", 3, office, needs_budget=True), task("b", 1, office, needs_budget=True)]
    days, _, _ = solved(problem(tasks, [("a", "b")], office))
    assert days["a"][:2] == (date(2026, 1, 14), date(2026, 1, 16))
    assert days["b"][0] == date(2026, 4, 14)  # the 14th and 15th of February and of March are weekends


def test_a_cycle_begins_with_its_first_working_day():
    sprint = Spell("sprint", date(2026, 1, 4), 14, rule_text.parse("FREQ=WEEKLY;INTERVAL=2", date(2026, 1, 4)))
    office = calendar("office", cycles=(sprint,))
    tasks = [task("a", 1, office, at_cycle_start=True), task("b", 1, office, at_cycle_start=True)]
    days, _, _ = solved(problem(tasks, [("a", "b")], office))
    assert (days["a"][0], days["b"][0]) == (date(2026, 1, 5), date(2026, 1, 19))


def test_what_has_happened_stands_and_what_is_overdue_ends_at_best_today():
    office = calendar("office")
    tasks = [
        task("done", 9, office, began_on=date(2025, 12, 1), finished_on=date(2025, 12, 2)),
        task("late", 2, office, began_on=date(2025, 12, 10)),
        task("next", 1, office),
    ]
    days, _, _ = solved(problem(tasks, [("done", "late"), ("late", "next")], office))
    assert days["done"] == (date(2025, 12, 1), date(2025, 12, 2), date(2025, 12, 2))
    assert days["late"][1] == START
    assert days["next"][0] == date(2026, 1, 6)


def test_a_deadline_that_cannot_be_kept_is_explained_by_what_alone_keeps_it_from_that():
    """Draw 5 6 7, a lag of 2 (8 9), so build begins on the 12th and ends on the 13th, due on the 9th; the side task is no part."""
    office = calendar("office")
    tasks = [task("draw", 3, office), task("side", 1, office), task("build", 2, office, deadline=date(2026, 1, 9))]
    asked = problem(tasks, [("draw", "build", 2), ("side", "build")], office)
    _, conflicts, missed = solved(asked)
    assert missed == 1
    found = conflicts[0]
    assert (found.due, found.needed, found.irreducible) == (date(2026, 1, 9), date(2026, 1, 13), True)
    assert {(each.kind, each.subject) for each in found.constraints} == {
        (Kind.DEADLINE, key("build")), (Kind.DEPENDENCY, key("build")),
    }  # fmt: skip
    by_kind = {each.constraint.kind: each for each in found.relaxations}
    assert (by_kind[Kind.DEADLINE].days, by_kind[Kind.DEADLINE].to) == (4, date(2026, 1, 13))
    assert by_kind[Kind.DEPENDENCY].days == 2
    assert found.smallest == by_kind[Kind.DEPENDENCY]


def test_a_milestone_a_window_and_a_holiday_in_conflict_are_named():
    window = Spell("budget", date(2026, 1, 12), 1)
    office = calendar("office", budget_windows=(window,), holidays=(spell(date(2026, 1, 13)),))
    asked = problem(
        [task("buy", 2, office, needs_budget=True)], [], office, goals=(goal("Open", date(2026, 1, 13), "buy"),)
    )
    _, conflicts, _ = solved(asked)
    kinds = {each.kind for each in conflicts[0].constraints}
    assert kinds == {Kind.MILESTONE_DUE, Kind.BUDGET_WINDOW, Kind.FREE_DAYS}
    assert {each.constraint.kind for each in conflicts[0].relaxations} == kinds
    assert conflicts[0].smallest.days == 1  # the milestone, by a day


def test_calendars_without_a_day_in_common_are_a_conflict_of_their_own():
    weekend = calendar("weekend", "SA,SU")
    office = calendar("office")
    asked = problem([task("meet", 1, weekend, office), task("after", 1, office)], [("meet", "after")], weekend, office)
    days, conflicts, missed = solved(asked)
    assert (days["meet"][0], days["after"][0], missed) == (None, None, 1)
    assert [each.kind for each in conflicts[0].constraints] == [Kind.HORIZON]
    assert (conflicts[0].needed, conflicts[0].smallest) == (None, None)


def test_what_has_happened_late_is_no_conflict():
    ended = {"began_on": date(2025, 12, 1), "finished_on": date(2025, 12, 30), "deadline": date(2025, 12, 24)}
    asked = problem([task("a", 1, **ended)], goals=(goal("Open", date(2025, 12, 24), "a"),))
    assert solved(asked)[2] == 0


# ------------------------------------------------------------------ random instances, small enough for another way
DAYS = 70
WEEKS = ["MO,TU,WE,TH,FR", "SU,MO,TU,WE,TH", "MO,TU,WE,TH,FR,SA,SU", "TU,TH"]
FREE = st.lists(st.integers(0, DAYS), max_size=4)


@st.composite
def instances(draw):
    loose = draw(st.booleans())  # else nearly all ask for too much
    calendars = [
        calendar(
            f"c{number}",
            draw(st.sampled_from(WEEKS)),
            holidays=tuple(spell(START + timedelta(days=n)) for n in draw(FREE)),
            budget_windows=tuple(
                spell(START + timedelta(days=n), 4) for n in [*draw(FREE), *((12, 26, 40, 54) if loose else ())]
            ),
            cycles=(Spell("s", START, 7, rule_text.parse("FREQ=WEEKLY;INTERVAL=2", START)),),
            validation_days=draw(st.integers(0, 3)),
        )
        for number in range(2)
    ]
    days = st.none() | st.integers(0, DAYS // 4 if loose else DAYS - 1).map(lambda n: START + timedelta(days=n))
    tasks = [
        task(
            f"t{number}",
            draw(st.integers(1, 4)),
            *draw(st.lists(st.sampled_from(calendars), min_size=1, max_size=2, unique_by=lambda each: each.id)),
            earliest=draw(days),
            deadline=None if loose and draw(st.integers(0, 5)) else draw(days),
            needs_budget=draw(st.integers(0, 3)) == 0,
            at_cycle_start=draw(st.integers(0, 3)) == 0,
            validators=tuple(draw(st.lists(st.sampled_from([c.id for c in calendars]), max_size=2, unique=True))),
        )
        for number in range(draw(st.integers(3, 6)))
    ]
    pairs = [(a, b) for a in range(len(tasks)) for b in range(a + 1, len(tasks))]
    chosen = draw(
        st.lists(st.sampled_from(pairs), min_size=min(len(pairs), 3 if loose else 0), max_size=7, unique=True)
    )
    links = [(f"t{a}", f"t{b}", draw(st.integers(0, 3))) for a, b in chosen]
    names = [each.title for each in tasks]
    goals = tuple(
        goal(
            f"g{n}",
            START + timedelta(days=draw(st.integers(DAYS - 10 if loose else 5, DAYS - 1))),
            *draw(st.lists(st.sampled_from(names), max_size=3)),
        )
        for n in range(draw(st.integers(0, 2)))
    )
    return problem(tasks, links, *calendars, days=DAYS, goals=goals)


def count_on(worked, after, count):
    """The `count`th worked day after day `after`, by going through them one by one."""
    for number in range(after + 1, DAYS):
        if number in worked:
            count -= 1
            if count == 0:
                return number
    return None


def choices(asked, each):
    """Of each day on which a task may begin: when it then counts as done."""
    span = (START, START + timedelta(days=DAYS))
    number = {START + timedelta(days=n): n for n in range(DAYS)}
    worked_by = {key: {number[day] for day in working_days(known, *span)} for key, known in asked.calendars.items()}
    worked = set.intersection(*(worked_by[calendar_id] for calendar_id in each.calendars))
    own = asked.calendars[each.own_calendar]
    found = {}
    for start in sorted(worked):
        day = START + timedelta(days=start)
        if (each.earliest and day < each.earliest) or (
            each.needs_budget and day not in covered(own.budget_windows, *span)
        ):
            continue
        if each.at_cycle_start and not any(
            start in range(begin, begin + 7) and not any(n in worked for n in range(begin, start))
            for begin in range(0, DAYS, 14)
        ):
            continue
        finish = count_on(worked, start - 1, each.duration)
        ends = [finish]
        for validator in each.validators:
            lead = asked.calendars[validator].validation_days
            ends.append(finish if finish is None or lead == 0 else count_on(worked_by[validator], finish, lead))
        if None in ends or (each.deadline and START + timedelta(days=max(ends)) > each.deadline):
            continue
        if any(each.id in g.tasks and START + timedelta(days=max(ends)) > g.due for g in asked.goals):
            continue
        found[start] = max(ends)
    return found, worked


def by_milp(asked):
    """The schedule with the least sum of first days, or None: one binary for each task and day (HiGHS)."""
    model = highspy.Highs()
    model.silent()
    allowed = {each.id: choices(asked, each) for each in asked.tasks.values()}
    if not all(found for found, _ in allowed.values()):
        return None
    binary = {t: {day: model.addBinary(obj=day) for day in found} for t, (found, _) in allowed.items()}
    for days in binary.values():
        model.addConstr(sum(days.values()) == 1)
    for link in asked.links:
        release = {
            day: count_on(allowed[link.after][1], done, link.lag + 1) for day, done in allowed[link.before][0].items()
        }
        for day, then in release.items():
            if then is None:
                model.addConstr(binary[link.before][day] == 0)
        late = sum(day * variable for day, variable in binary[link.after].items())
        soon = sum((then or 0) * binary[link.before][day] for day, then in release.items())
        model.addConstr(late - soon >= 0)
    model.minimize()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return {t: next(day for day, variable in days.items() if model.val(variable) > 0.5) for t, days in binary.items()}


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances())
def test_the_forward_pass_finds_what_a_milp_finds_and_misses_what_it_misses(asked):
    timetable = Timetable(asked)
    slots = forward(asked, timetable)
    _, _, missed = solved(asked)
    best = by_milp(asked)
    assert (missed == 0) == (best is not None)
    if best is not None:
        assert {each: slot.start for each, slot in slots.items()} == best


def late(asked, timetable, conflict, dropped):
    """Whether the conflict's deadline is missed where only its constraints hold but those dropped."""
    held = set(conflict.constraints) - dropped
    validations = {(c.subject, c.other) for c in held if c.kind is Kind.VALIDATION}
    tasks = {
        each.id: replace(
            each,
            earliest=each.earliest if any((c.kind, c.subject) == (Kind.EARLIEST, each.id) for c in held) else None,
            needs_budget=any((c.kind, c.subject) == (Kind.BUDGET_WINDOW, each.id) for c in held),
            at_cycle_start=any((c.kind, c.subject) == (Kind.CYCLE_START, each.id) for c in held),
            validators=tuple(v for v in each.validators if (each.id, v) in validations),
        )
        for each in asked.tasks.values()
    }  # fmt: skip
    links = tuple(
        li
        for li in asked.links
        if any((c.kind, c.subject, c.other) == (Kind.DEPENDENCY, li.after, li.before) for c in held)
    )
    free = {c.subject for c in held if c.kind is Kind.FREE_DAYS}
    calendars = {k: known if k in free else replace(known, holidays=()) for k, known in asked.calendars.items()}
    part = replace(asked, tasks=tasks, links=links, calendars=calendars)
    slots = forward(part, Timetable(part))
    broken = conflict.broken
    done = slots[broken.other if broken.kind is Kind.MILESTONE_DUE else broken.subject].done
    return done > timetable.number(conflict.due)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances())
def test_a_conflict_is_one_without_the_rest_and_none_without_any_of_its_constraints(asked):
    timetable = Timetable(asked)
    _, conflicts, _ = solved(asked)
    for conflict in conflicts:
        assert conflict.irreducible
        assert late(asked, timetable, conflict, set())
        for constraint in set(conflict.constraints) - {conflict.broken}:
            assert not late(asked, timetable, conflict, {constraint})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances())
def test_each_relaxation_is_enough_and_a_day_less_is_not(asked):
    timetable = Timetable(asked)
    _, conflicts, _ = solved(asked)
    for conflict in conflicts:
        due = timetable.number(conflict.due)
        for each in conflict.relaxations:
            if each.constraint == conflict.broken:
                assert each.to == conflict.due + timedelta(days=each.days) == conflict.needed
                continue

            def done(eased, conflict=conflict):
                slots = forward(asked, timetable, eased)
                subject = conflict.broken.subject
                return reached(asked, slots)[subject] if subject not in slots else slots[subject].done

            if each.days is None:
                assert done(Eased(frozenset({each.constraint}))) <= due
            else:
                assert done(Eased(shorter={each.constraint: each.days})) <= due
                assert done(Eased(shorter={each.constraint: each.days - 1})) > due


def test_days_beyond_the_horizon_do_not_come():
    asked = problem([task("a", 500)], days=10)
    timetable = Timetable(asked)
    assert forward(asked, timetable)[key("a")].finish == NEVER
    assert timetable.day(NEVER) is None
    assert EVERY_DAY.id in asked.calendars


def test_where_a_chain_is_too_long_to_try_all_of_it_the_answer_says_so(monkeypatch):
    monkeypatch.setattr(relaxation, "STEPS", 2)
    tasks = [task("a", 3), task("b", 3), task("c", 3, deadline=date(2026, 1, 9))]
    _, conflicts, _ = solved(problem(tasks, [("a", "b"), ("b", "c")]))
    assert conflicts[0].irreducible is False
    assert {each.kind for each in conflicts[0].constraints} == {Kind.DEADLINE, Kind.DEPENDENCY, Kind.FREE_DAYS}
    assert [each.constraint.kind for each in conflicts[0].relaxations] == [Kind.DEADLINE]
