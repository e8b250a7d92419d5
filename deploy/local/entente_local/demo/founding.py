"""How the partnership comes about: the parties meet, say what they bring and what they need, and sign a charter."""

from ..failure import Failure
from ..i18n import _
from . import agreement, figures, means
from .client import Caller
from .people import MAKERS, MANAGER, MINISTRY, SPONSOR, Organisation
from .setting import Setting


def meet(organisations: dict[str, Organisation]) -> Setting:
    """Form the partnership on a replayed clock, and define what it watches."""
    first = next(iter(figures.read_months().values()))[0][0]
    body = {
        "name": _("Road safety"),
        "clock": "replay",
        "starts_at": figures.move(first).isoformat(),
        "parties": [organisation.party for organisation in organisations.values()],
    }
    made = organisations[MINISTRY].people[SPONSOR].post("/partnerships", body)
    parties = {party["organisation_id"]: party["id"] for party in made["parties"]}
    setting = Setting(made["id"], organisations, {key: parties[each.id] for key, each in organisations.items()})
    for subject in figures.read_months():
        setting.kpis[subject] = setting.manager.post(setting.path("/kpis"), agreement.kpi(subject))["id"]
    return setting


def agree(setting: Setting) -> None:
    """Pool resources, negotiate the charter, sign it, and see that the plan is in force."""
    real = figures.read_months()
    baselines = {subject: figures.baseline(series) for subject, series in real.items()}
    _pool(setting)
    _sign(setting, baselines)
    setting.manager.post(setting.path("/allocations"), {})
    for each in setting.list("/objectives"):
        setting.objectives[setting.subject(each["kpi_id"])] = each["id"]
    for subject, baseline in baselines.items():
        _check_plan(setting, subject, baseline)


def _pool(setting: Setting) -> None:
    """Each party enters what it brings, then what it needs."""
    names = means.resource_names()
    for key, resource in means.RESOURCES.items():
        owner = setting.organisations[resource.party].people[MANAGER]
        setting.resources[key] = owner.post(setting.path("/resources"), resource.body(names[key]))["id"]
    names = means.need_names()
    for key, need in means.NEEDS.items():
        owner = setting.organisations[means.RESOURCES[need.resource].party].people[MANAGER]
        body = {
            "name": names[key],
            "kpi_id": need.subject and setting.kpis[need.subject],
            "resource_ids": [setting.resources[need.resource]],
            "least": need.least,
            "most": need.most,
            "priority": need.priority,
        }
        setting.needs[key] = owner.post(setting.path("/needs"), body)["id"]


def _sign(setting: Setting, baselines: dict[str, float]) -> None:
    """The ministry proposes, the car makers counter-propose, and all sponsors sign that last version."""
    path, makers = setting.path("/charter/versions"), setting.organisations[MAKERS].people[MANAGER]
    terms = agreement.charter(setting, baselines)
    first = setting.manager.post(path, terms)
    newest = makers.post(path, agreement.counter_proposal(terms, first["version"]))
    for sponsor in _sponsors(setting):
        signed = sponsor.post(f"{path}/{newest['version']}/signatures", {"hash": newest["hash"]})
    if not signed["agreed"]:
        raise Failure(_("All parties signed version {version} of the charter, and it is not agreed."), **newest)


def _sponsors(setting: Setting) -> list[Caller]:
    return [organisation.people[SPONSOR] for organisation in setting.organisations.values()]


def _check_plan(setting: Setting, subject: str, baseline: float) -> None:
    """The KPI is held against the path that was signed."""
    plan = setting.get(f"/kpis/{setting.kpis[subject]}/trajectory")
    if (plan["baseline"], plan["target"]) != (baseline, agreement.TARGET * baseline):
        raise Failure(
            _("The plan of {subject} should start at {expected}; the API has {baseline}."),
            subject=subject,
            expected=baseline,
            baseline=plan["baseline"],
        )
