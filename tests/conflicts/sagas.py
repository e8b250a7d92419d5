"""What the other services say in the course of a loop. The values matter little; the links between the events do."""

from datetime import datetime, timedelta
from uuid import UUID

from conflicts.harness import START, Partnership

from entente_shared.events import kpi, objectives, resources
from entente_shared.events.objectives import Outcome, SubjectKind, Tier
from entente_shared.events.resources import Alternative, Change
from entente_shared.ids import new_id

DAY = timedelta(days=1)
TAKEN = START + 4 * DAY


async def sign_charter(partnership, *ladder, version=1):
    policy = objectives.AdjustmentPolicy(
        churn_budget=100,
        rollback_on_failure=True,
        verify_samples=1,
        damping_half_life=14 * DAY,
        cap_per_period=3,
        review_period=90 * DAY,
        cool_down=timedelta(0),
    )
    signed = objectives.CharterSigned(
        partnership_id=partnership.id,
        version=version,
        hash="0" * 64,
        levers=[],
        mandates=[],
        ladder=list(ladder),
        floors=[],
        policy=policy,
    )
    await partnership.alone.heard(await partnership.alone.tell(signed))


class Saga:
    """One loop of a partnership, told event by event. `correlation_id` is the id of its first event."""

    def __init__(self, partnership: Partnership) -> None:
        self.partnership, self.alone = partnership, partnership.alone
        self.objective_id, self.kpi_id, self.deviation_id = new_id(), new_id(), new_id()
        self.adjustment_id, self.decision_id = new_id(), new_id()
        self.correlation_id: UUID | None = None
        self.last: UUID | None = None
        self.change = Change(
            need_id=new_id(),
            resource_id=new_id(),
            party_id=partnership.cars.id,
            period=3,
            before=40.0,
            after=46.5,
        )

    async def tell(self, event) -> UUID:
        links = {"correlation_id": self.correlation_id, "causation_id": self.last}
        self.last = await self.alone.tell(event, **links, starts_saga=self.correlation_id is None)
        self.correlation_id = self.correlation_id or self.last
        return self.last

    async def set_objective(self) -> None:
        trajectory = objectives.TrajectoryChanged(
            partnership_id=self.partnership.id,
            objective_id=self.objective_id,
            kpi_id=self.kpi_id,
            title="Fewer rear passengers hurt",
            baseline=400.0,
            target=320.0,
            starts_at=START,
            due_at=START + 3000 * DAY,
            curve="linear",
            revision=1,
            first_baseline=400.0,
            reason="charter",
            decision_id=None,
            active=True,
        )
        await self.alone.tell(trajectory)
        case = {"kind": "rebaseline", "objective_id": str(self.objective_id), "baseline": 400.0, "target": 340.0}
        self.rebaseline = {**case, "due_at": (START + 2000 * DAY).isoformat()}

    async def deviate(self) -> UUID:
        rule = kpi.ThresholdRule(
            theta_on=-0.25,
            theta_off=-0.1,
            for_=timedelta(0),
            keep=timedelta(0),
            stale_after=None,
            evaluation_delay=timedelta(0),
            version=1,
        )
        opened = kpi.DeviationOpened(
            partnership_id=self.partnership.id,
            deviation_id=self.deviation_id,
            kpi_id=self.kpi_id,
            objective_id=self.objective_id,
            crossing=1,
            at=START,
            value=428.5,
            planned_value=399.8,
            gap=-28.7,
            baseline=400.0,
            target=320.0,
            progress=-0.35,
            planned=0.01,
            deviation=-0.36,
            rule=rule,
            trajectory_revision=1,
        )
        return await self.tell(opened)

    async def recover(self) -> UUID:
        closed = kpi.DeviationClosed(
            partnership_id=self.partnership.id,
            deviation_id=self.deviation_id,
            kpi_id=self.kpi_id,
            crossing=1,
            at=START + DAY,
            value=400.0,
            deviation=0.0,
        )
        return await self.tell(closed)

    async def propose(self) -> UUID:
        half = Alternative(
            key="half", label="Half of it", changes=[self.change], expected_effect=-14.0, amount=None, parties=[]
        )
        proposed = resources.AdjustmentProposed(
            partnership_id=self.partnership.id,
            adjustment_id=self.adjustment_id,
            deviation_id=self.deviation_id,
            kpi_id=self.kpi_id,
            changes=[self.change.model_copy(update={"after": 53.0})],
            parties=[],
            gap=-28.7,
            expected_effect=-28.8,
            horizon=timedelta(days=61),
            amount=None,
            churn=13.0,
            churn_budget=120.0,
            levers=["patrols"],
            alternatives=[half],
            penalty=1000.0,
            event_time=START,
            certificate={},
            rule_version="A8/1",
        )
        return await self.tell(proposed)

    async def find_infeasible(self) -> UUID:
        infeasible = resources.AdjustmentInfeasible(
            partnership_id=self.partnership.id,
            adjustment_id=self.adjustment_id,
            deviation_id=self.deviation_id,
            kpi_id=self.kpi_id,
            gap=-28.7,
            best_effect=-18.0,
            shortfall=10.7,
            churn_needed=None,
            reason="capacity",
            rule_version="A8/1",
        )
        return await self.tell(infeasible)

    async def decide(
        self,
        outcome: Outcome = Outcome.REFUSED,
        subject: SubjectKind = SubjectKind.ADJUSTMENT,
        taken_at: datetime = TAKEN,
    ) -> UUID:
        about = self.adjustment_id if subject is SubjectKind.ADJUSTMENT else self.objective_id
        no = objectives.Vote(
            member_id=new_id(), party_id=self.partnership.cars.id, choice="no", reason="Too much", at=taken_at
        )
        taken = objectives.DecisionTaken(
            partnership_id=self.partnership.id,
            decision_id=self.decision_id,
            subject=objectives.Subject(kind=subject, id=about),
            outcome=outcome,
            tier=Tier.COMMITTEE,
            amount=None,
            votes=[no],
            tally={"weight": {"no": "0.3"}},
            grounds=None,
            taken_at=taken_at,
            rule_version="A15/1",
        )
        return await self.tell(taken)

    async def refuse(self) -> dict:
        """The whole loop to a refused adjustment; returns the case that it opened."""
        await self.set_objective()
        await self.deviate()
        await self.propose()
        await self.decide()
        return await self.partnership.case()
