"""A partnership that is voted in, over HTTP, beside a model of it."""

import asyncio
from fractions import Fraction
from itertools import permutations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from objectives.committees import committee, general, members
from objectives.governance_model import Ballot, Poll, Rules

WEIGHTS = ("0.5", "0.3", "0.2")
NAMES = ("sponsor", "manager", "delegate")
EVERYBODY = [(party, name) for party in range(len(WEIGHTS)) for name in NAMES]
RULES = {"support": 0.5, "quorum": 0.5, "approval": 0.3, "expires_after": "P30D"}
EXACT = Rules(Fraction(1, 2), Fraction(1, 2), Fraction(3, 10))

people = st.sampled_from(EVERYBODY)
choices = st.sampled_from(("yes", "no", "abstain"))


class Governance(RuleBasedStateMachine):
    """Days are counted from the partnership's first. `grants`: whose vote is with whom; `seats`: who sits in the committee."""

    def __init__(self, runner, scene):
        super().__init__()
        self.run, self.scene = runner.run, scene
        self.day, self.polls, self.grants, self.seats = 0, [], {}, {}

    @initialize()
    def form(self):
        self.run(self._form())

    async def _form(self):
        self.circle = await self.scene.circle(*WEIGHTS)
        made = await committee(self.circle, "delegate", "delegate", "delegate")
        self.committee = f"{self.circle.path}/committees/{made['id']}"
        await self.circle.agree(mandates=general(**RULES))
        known = await members(self.circle)
        self.members = {(party, name): ids[name] for party, ids in enumerate(known) for name in NAMES}
        self.by_id = {str(self.circle.organisations[p].id_of(name)): (p, name) for p, name in EVERYBODY}
        self.seats = {self.by_id[row["person_id"]]: row["id"] for row in made["seats"]}
        self.stranger = (await self.scene.organisation("Stranger", "somebody"))["somebody"]

    def client(self, person):
        return self.circle.organisations[person[0]][person[1]]

    def ask(self, person, method, path, body=None):
        return self.run(self.client(person).request(method, path, body))

    # ------------------------------------------------------------------ what the model says
    def electorate(self):
        sitting = [person for person in EVERYBODY if person in self.seats]
        electors = sitting or [(party, "sponsor") for party in range(len(WEIGHTS))]
        colleagues = [party for party, _ in electors]
        return tuple(
            Ballot(
                person,
                self.voter(person),
                Fraction(WEIGHTS[person[0]]) / colleagues.count(person[0]),
                Fraction(1, colleagues.count(person[0])),
            )
            for person in electors
        )

    def voter(self, person):
        to, _ = self.grants.get(person, (None, None))
        return to if to in self.members else person

    def cast_in_model(self, poll, person, choice):
        return poll.cast(person, choice, member=person in self.members, now=self.day, rules=EXACT)

    def open_polls(self):
        return [index for index, poll in enumerate(self.polls) if poll.status == "open"]

    # ------------------------------------------------------------------ what happens
    @rule(party=st.sampled_from(range(len(WEIGHTS))))
    def propose(self, party):
        body = {"title": "A stand", "text": "A common one", "amount": {"amount": "10", "currency": "EUR"}}
        made = self.ask((party, "sponsor"), "POST", f"{self.circle.path}/proposals", body).json()
        self.polls.append(Poll(made["decision_id"], self.electorate(), self.day + 30))

    @precondition(lambda self: self.polls)
    @rule(data=st.data(), person=people, choice=choices)
    def cast(self, data, person, choice):
        index = data.draw(st.sampled_from(range(len(self.polls))))
        code, after = self.cast_in_model(self.polls[index], person, choice)
        path = f"{self.circle.path}/decisions/{after.id}/votes"
        assert self.ask(person, "POST", path, {"choice": choice}).status_code == code
        self.polls[index] = after

    @precondition(lambda self: self.open_polls())
    @rule(data=st.data(), votes=st.lists(st.tuples(people, choices), min_size=2, max_size=4))
    def cast_together(self, data, votes):
        """Whatever comes first, it is as if one had come after the other."""
        index = data.draw(st.sampled_from(self.open_polls()))
        poll = self.polls[index]
        answers, now = self.run(self._together(poll.id, votes))
        possible = []
        for order in permutations(range(len(votes))):
            codes, after = {}, poll
            for turn in order:
                codes[turn], after = self.cast_in_model(after, *votes[turn])
            possible.append(([codes[turn] for turn in range(len(votes))], after))
        shown = self.shown(now)
        fitting = [after for codes, after in possible if codes == answers and (after.choices, after.status) == shown]
        assert fitting, (answers, shown, possible)
        self.polls[index] = fitting[0]

    async def _together(self, decision_id, votes):
        path = f"{self.circle.path}/decisions/{decision_id}"
        asked = [self.client(person).request("POST", f"{path}/votes", {"choice": choice}) for person, choice in votes]
        answers = [answer.status_code for answer in await asyncio.gather(*asked)]
        return answers, await self.circle.first["sponsor"].get(path)

    @precondition(lambda self: self.polls)
    @rule(choice=choices)
    def a_stranger_votes(self, choice):
        path = f"{self.circle.path}/decisions/{self.polls[-1].id}/votes"
        assert self.run(self.stranger.request("POST", path, {"choice": choice})).status_code == 404

    @rule(person=people, to=st.sampled_from(NAMES))
    def delegate(self, person, to):
        other = (person[0], to)
        body = {"delegate_id": str(self.circle.organisations[person[0]].id_of(to)), "domain": "general"}
        answer = self.ask(person, "POST", f"{self.circle.path}/delegations", body)
        clash = (
            person in self.grants or other in self.grants or person in {holder for holder, _ in self.grants.values()}
        )
        wrong = other == person or other not in self.members
        code = 404 if person not in self.members else 422 if wrong else 409 if clash else 201
        assert answer.status_code == code, answer.text
        if code == 201:
            self.grants[person] = (other, answer.json()["id"])

    @precondition(lambda self: self.grants)
    @rule(data=st.data())
    def revoke(self, data):
        person = data.draw(st.sampled_from(sorted(self.grants)))
        answer = self.ask(person, "DELETE", f"{self.circle.path}/delegations/{self.grants[person][1]}")
        assert answer.status_code == (200 if person in self.members else 404)
        if person in self.members:
            del self.grants[person]

    @rule(person=people)
    def sit_or_rise(self, person):
        manager = (person[0], "manager")
        if person in self.seats:
            answer = self.ask(manager, "DELETE", f"{self.committee}/seats/{self.seats.pop(person)}")
            assert answer.status_code == 200
        elif person in self.members:
            made = self.ask(manager, "POST", f"{self.committee}/seats", {"member_id": self.members[person]}).json()
            self.seats[person] = next(row["id"] for row in made["seats"] if self.by_id[row["person_id"]] == person)

    @rule(party=st.sampled_from(range(len(WEIGHTS))))
    def leave_or_join(self, party):
        person, sponsor, path = (party, "delegate"), (party, "sponsor"), f"{self.circle.path}/members"
        if person in self.members:
            assert self.ask(sponsor, "DELETE", f"{path}/{self.members.pop(person)}").status_code == 204
            self.seats.pop(person, None)
        else:
            body = {"person_id": str(self.circle.organisations[party].id_of("delegate")), "role": "committee_member"}
            self.members[person] = self.ask(sponsor, "POST", path, body).json()["id"]

    @rule(days=st.sampled_from((1, 10, 30)))
    def advance(self, days):
        self.day += days
        self.run(self.circle.advance(_moment(self.day)))
        for index in self.open_polls():
            poll = self.polls[index]
            if self.day >= poll.expires:
                self.polls[index] = poll.at_expiry(EXACT)
                path = f"{self.circle.path}/decisions/{poll.id}"
                self.run(self.circle.first["sponsor"].eventually(path, lambda row: row["status"] != "open"))

    # ------------------------------------------------------------------ what always holds
    def shown(self, row):
        assert len({vote["person_id"] for vote in row["votes"]}) == len(row["votes"])
        return {self.by_id[vote["person_id"]]: vote["choice"] for vote in row["votes"]}, row["status"]

    @invariant()
    def the_newest_decisions_are_as_the_model_says(self):
        for poll in self.polls[-2:]:
            row = self.run(self.circle.first["sponsor"].get(f"{self.circle.path}/decisions/{poll.id}"))
            assert self.shown(row) == (poll.choices, poll.status)
            electors = {(self.by_id[e["person_id"]], self.by_id[e["voter_id"]]) for e in row["electorate"]}
            assert electors == {(ballot.person, ballot.voter) for ballot in poll.ballots}
            for by, measure in (("weight", "weight"), ("party", "share")):
                cast = sum(float(row["tally"][by][choice]) for choice in ("yes", "no", "abstain"))
                expected = sum(getattr(b, measure) for b in poll.ballots if b.person in poll.choices)
                assert abs(cast - expected) < 1e-9


def _moment(day):
    from datetime import UTC, datetime, timedelta

    return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)).isoformat()
