"""A partnership in replay whose charter is signed: three parties with sponsors, alliance managers and committee members."""

from dataclasses import dataclass
from typing import Any

from support.world import Client, Organisation, World

ROLES = ("sponsor", "alliance_manager", "committee_member")
NAMES = ("Ministry", "Makers", "Insurer")
WEIGHTS = ("0.4", "0.3", "0.3")
LADDER = [
    {"name": "Negotiation", "responders": ["alliance_manager"], "limit": "P10D"},
    {"name": "Mediation", "responders": ["committee_member"], "limit": "P30D"},
    {"name": "Sponsors", "responders": ["sponsor"], "limit": "P60D"},
]
POLICY = {
    "churn_budget": 10_000.0,
    "rollback_on_failure": True,
    "verify_samples": 2,
    "damping_half_life": "P14D",
    "cap_per_period": 10,
    "review_period": "P30D",
    "cool_down": "PT0S",
}


def mandate(tier: str, limit: str | None, domain: str = "adjustment") -> dict[str, Any]:
    return {
        "key": f"{domain}-{tier.replace('_', '-')}",
        "domain": domain,
        "tier": tier,
        "max_amount": limit and {"amount": limit, "currency": "EUR"},
        "support": 0.5,
        "quorum": 0.5,
        "approval": 0.0,
        "expires_after": "P30D",
    }


@dataclass
class Partnership:
    id: str
    parties: dict[str, str]
    organisations: dict[str, Organisation]

    def path(self, rest: str) -> str:
        return f"/v1/partnerships/{self.id}{rest}"

    def person(self, organisation: str, role: str) -> Client:
        return self.organisations[organisation].person(role)

    @property
    def manager(self) -> Client:
        return self.person("Ministry", "alliance_manager")

    @property
    def system(self) -> Client:
        return self.organisations["Ministry"].system

    async def post(self, rest: str, body: Any) -> Any:
        return await self.manager.post(self.path(rest), body)

    async def items(self, rest: str) -> list[Any]:
        return list((await self.manager.get(self.path(rest)))["items"])

    async def advance(self, now: str) -> None:
        await self.system.post(self.path("/clock"), {"now": now})

    async def define_kpi(self, name: str, cadence: str = "P1D", **rule: Any) -> str:
        rule = {"theta_on": -0.25, "theta_off": -0.1, "for": "PT0S", "keep": "PT0S", **rule}
        body = {"name": name, "unit": "{person}/mo", "cadence": cadence, "rule": rule}
        return str((await self.post("/kpis", body))["id"])

    async def agree(self, **terms: Any) -> dict[str, Any]:
        """Propose a charter, and have every sponsor sign it."""
        standard: dict[str, Any] = {
            "levers": [],
            "mandates": [
                mandate("automatic", "1000"),
                mandate("committee", "20000"),
                mandate("sponsors", None),
                mandate("sponsors", None, "rebaseline"),
            ],
            "ladder": LADDER,
            "floors": [],
            "policy": POLICY,
        }
        proposed = await self.post("/charter/versions", {"based_on": None, **standard, **terms})
        for name in NAMES:
            sponsor = self.person(name, "sponsor")
            path = self.path(f"/charter/versions/{proposed['version']}/signatures")
            signed: dict[str, Any] = await sponsor.post(path, {"hash": proposed["hash"]})
        assert signed["agreed"]
        return signed

    async def sign_charter(self, **terms: Any) -> dict[str, Any]:
        """Agree on a charter, and wait until kpi holds each KPI against it."""
        signed = await self.agree(**terms)
        for objective in terms["objectives"]:
            path = self.path(f"/kpis/{objective['kpi_id']}/trajectory")
            await self.manager.eventually(path, lambda found: "target" in found)
        return signed


async def found(world: World, starts_at: str) -> Partnership:
    """Three organisations and their partnership on a replayed clock."""
    organisations = {name: await world.organisation(name, *ROLES) for name in NAMES}
    parties = [
        {
            "organisation_id": str(organisation.id),
            "weight": weight,
            "members": [{"person_id": str(organisation.person_id(role)), "role": role} for role in ROLES],
        }
        for organisation, weight in zip(organisations.values(), WEIGHTS, strict=True)
    ]
    body = {"name": "Road safety", "clock": "replay", "starts_at": starts_at, "parties": parties}
    made = await organisations["Ministry"].person("sponsor").post("/v1/partnerships", body)
    ids = {party["organisation_id"]: party["id"] for party in made["parties"]}
    return Partnership(made["id"], {name: ids[str(each.id)] for name, each in organisations.items()}, organisations)
