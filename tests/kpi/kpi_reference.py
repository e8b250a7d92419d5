"""A1 and A3 written down again, by their definitions and without any shortcut: all crossings from all samples, each time anew."""

import math
from dataclasses import dataclass, field
from datetime import timedelta


def deviation(trajectory, at, value):
    """Of `trajectory`: baseline, target, starts_at, due_at; curve, steps [(elapsed, planned)] and band (low, high) if it has any."""
    elapsed = min((at - trajectory.starts_at) / (trajectory.due_at - trajectory.starts_at), 1.0)
    planned = planned_share(getattr(trajectory, "curve", "linear"), getattr(trajectory, "steps", ()), elapsed)
    band = getattr(trajectory, "band", None)
    if band is None:
        return (value - trajectory.baseline) / (trajectory.target - trajectory.baseline) - planned
    outside = distance(band, trajectory.baseline)
    if outside == 0:
        return 1 - distance(band, value) / ((band[1] - band[0]) / 2) - 1
    return 1 - distance(band, value) / outside - planned


def planned_share(curve, steps, elapsed):
    if elapsed >= 1:
        return 1.0
    if curve == "linear":
        return elapsed
    if curve == "steps":
        return max((planned for after, planned in steps if after <= elapsed), default=0.0)
    return (logistic(10 * (elapsed - 0.5)) - logistic(-5)) / (logistic(5) - logistic(-5))


def logistic(x):
    return 1 / (1 + math.exp(-x))


def distance(band, value):
    low, high = band
    return low - value if value < low else value - high if value > high else 0.0


def standing_crossings(rule, path, samples):
    """[(opened, closed or None)] from {time: value} and [(in force from, trajectory or None)]."""
    if not samples:
        return []
    horizon = max(samples) - rule.evaluation_delay
    stretches = [[]]  # nothing holds through the withdrawal of a trajectory
    for index, (begins, trajectory) in enumerate(path):
        ends = path[index + 1][0] if index + 1 < len(path) else None
        if trajectory is None:
            stretches.append([])
            continue
        for at in sorted(samples):
            if begins <= at <= horizon and (ends is None or at < ends) and at >= trajectory.starts_at:
                stretches[-1].append((at, deviation(trajectory, at, samples[at])))
    everything = [judged for stretch in stretches for judged in stretch]
    *cut, last = [
        _crossings(rule, [(at, e, fulfilled(rule, everything, at, e)) for at, e in stretch]) for stretch in stretches
    ]
    return [crossing for found in cut for crossing in found if crossing[1] is not None] + last


def fulfilled(rule, judged, now, e):
    """Whether the rule is, at one of the judged samples, whose deviation is `e`."""
    if rule.burn is None:
        return e <= rule.theta_on
    return any(
        all(_bad_share(rule, judged, now, length) / rule.burn.allowed > window.factor for length in (window.long, window.short))
        for window in rule.burn.windows
    )  # fmt: skip


def _bad_share(rule, judged, now, length):
    within = [e for at, e in judged if now - length < at <= now]
    return sum(e <= rule.theta_on for e in within) / len(within)


def _crossings(rule, judged):
    found, fresh = [], 0  # samples before `fresh` have had their effect
    for index, (at, _, _) in enumerate(judged):
        firing = bool(found) and found[-1][1] is None
        hold = rule.keep if firing else rule.hold
        held_since = _held_since(rule, judged, index, fresh, firing=firing)
        if held_since is None or at - held_since < hold:
            continue
        fresh = index + 1
        if firing:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, None))
    return found


def _held_since(rule, judged, index, fresh, *, firing):
    """Since when every sample up to `index` lies beyond the threshold, without a gap in the data."""
    since = None
    for place in range(index, fresh - 1, -1):
        at, e, fires = judged[place]
        beyond = (e >= rule.theta_off and not fires) if firing else fires
        gap = since is not None and since - at > (rule.stale_after or timedelta.max)
        if not beyond or gap:
            break
        since = at
    return since


@dataclass
class Ledger:
    """The alerts that were raised, by the order of arrival. A crossing seen again keeps its number, the first raised one first."""

    raised: list = field(default_factory=list)  # [number, opened, closed, annulled]
    reopened: list = field(default_factory=list)  # numbers, as often as one that had closed stands open again

    def update(self, crossings):
        matched = set()
        standing = [alert for alert in self.raised if not alert[3]]
        for opened, closed in crossings:
            for alert in standing:
                if alert[0] not in matched and _meet(opened, closed, alert[1], alert[2]):
                    matched.add(alert[0])
                    if closed is None and alert[2] is not None:
                        self.reopened.append(alert[0])
                    alert[1:3] = [opened, closed]
                    break
            else:
                self.raised.append([len(self.raised) + 1, opened, closed, False])
                matched.add(len(self.raised))
        for alert in standing:
            alert[3] = alert[0] not in matched


def _meet(opened, closed, other_opened, other_closed):
    return (other_closed is None or opened < other_closed) and (closed is None or other_opened < closed)
