"""A1 written down again, by its definition and without any shortcut: all crossings from all samples, each time anew."""

from dataclasses import dataclass, field
from datetime import timedelta


def deviation(trajectory, at, value):
    planned = (at - trajectory.starts_at) / (trajectory.due_at - trajectory.starts_at)
    return (value - trajectory.baseline) / (trajectory.target - trajectory.baseline) - min(planned, 1.0)


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
    *cut, last = [_crossings(rule, stretch) for stretch in stretches]
    return [crossing for found in cut for crossing in found if crossing[1] is not None] + last


def _crossings(rule, judged):
    found, fresh = [], 0  # samples before `fresh` have had their effect
    for index, (at, _) in enumerate(judged):
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
        at, e = judged[place]
        beyond = e >= rule.theta_off if firing else e <= rule.theta_on
        gap = since is not None and since - at > (rule.stale_after or timedelta.max)
        if not beyond or gap:
            break
        since = at
    return since


@dataclass
class Ledger:
    """The alerts that were raised, by the order of arrival. A crossing seen again keeps its number, the first raised one first."""

    raised: list = field(default_factory=list)  # [number, opened, closed, annulled]

    def update(self, crossings):
        matched = set()
        standing = [alert for alert in self.raised if not alert[3]]
        for opened, closed in crossings:
            for alert in standing:
                if alert[0] not in matched and _meet(opened, closed, alert[1], alert[2]):
                    matched.add(alert[0])
                    alert[1:3] = [opened, closed]
                    break
            else:
                self.raised.append([len(self.raised) + 1, opened, closed, False])
                matched.add(len(self.raised))
        for alert in standing:
            alert[3] = alert[0] not in matched


def _meet(opened, closed, other_opened, other_closed):
    return (other_closed is None or opened < other_closed) and (closed is None or other_opened < closed)
