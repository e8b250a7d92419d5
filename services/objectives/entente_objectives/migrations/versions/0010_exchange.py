"""Exchange and community: discussions, messages, feedback, workspaces, rituals, gatherings, recognitions, ideas, projects,
secondments.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

from entente_shared.migrations import columns, protect

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "discussion", "post", "post_revision", "mention", "post_reaction",
    "message", "message_recipient", "feedback", "workspace",
    "recognition", "ritual", "ritual_attendance", "gathering", "gathering_participant", "idea", "idea_support",
    "cross_project", "secondment",
)  # fmt: skip

NARROWED = "visibility choice, party_ids uuids, seen_by uuids"
ABOUT = "subject_kind choice?, subject_id uuid?"
WHO = "party_id uuid, person_id uuid"

# Beside what row-level security asks of every row: what is not for all is for the organisations that it lists, and what
# hangs on it is for whoever sees that.
SEEN = ("discussion", "message", "feedback", "workspace")
WITH = {
    "post": "discussion", "post_revision": "post", "mention": "post", "post_reaction": "post",
    "message_recipient": "message",
}  # fmt: skip


def upgrade() -> None:
    _create_discussions()
    _create_messages()
    _create_records()
    _create_rituals()
    _create_community()
    _create_joint_work()
    protect(*TENANT_TABLES)
    for table in SEEN:
        _restrict(table, "visibility = 'shared' OR entente_setting('organisation_id') = ANY (seen_by)")
    for table, of in WITH.items():
        same = f"o.partnership_id = {table}.partnership_id AND o.id = {table}.{of}_id"
        _restrict(table, f"EXISTS (SELECT FROM {of} o WHERE {same})")


def downgrade() -> None:
    for table in reversed(TENANT_TABLES):
        op.drop_table(table)


def _restrict(table: str, rule: str) -> None:
    op.execute(f"CREATE POLICY restricted ON {table} AS RESTRICTIVE USING ({rule}) WITH CHECK ({rule})")


def _tenant(table: str, own: str, *, refers: str = "party_id party", unique: str = "", key: str = "id") -> None:
    """A table whose primary key starts with the partnership, and goes on with `key`. `refers` are columns and tables."""
    keys = columns("partnership_id uuid" + (", id uuid" if key == "id" else ""))
    rules: list[sa.Constraint] = [sa.PrimaryKeyConstraint("partnership_id", *key.split(), name=f"pk_{table}")]
    for column, other in (part.split() for part in refers.split(",")):
        here, there = ["partnership_id", column], [f"{other}.partnership_id", f"{other}.id"]
        rules.append(sa.ForeignKeyConstraint(here, there, name=f"fk_{table}_partnership_id_{column}"))
    if unique:
        names = ("partnership_id", *unique.split())
        rules.append(sa.UniqueConstraint(*names, name=f"uq_{table}_{'_'.join(names)}"))
    op.create_table(table, *keys, *columns(own), *rules)


def _index(table: str, columns: str, name: str = "") -> None:
    names = columns.split()
    op.create_index(f"ix_{table}_{name or names[0]}", table, ["partnership_id", *names])


def _create_discussions() -> None:
    _tenant("discussion", f"topic text, {ABOUT}, {NARROWED}, {WHO}, opened_at moment, closed_at moment?, version whole")
    _index("discussion", "subject_id id", "subject")
    _tenant(
        "post",
        f"discussion_id uuid, reply_to uuid?, {WHO}, text text?, revision whole, posted_at moment, edited_at moment?,"
        "deleted_at moment?, version whole",
        refers="discussion_id discussion, reply_to post",
    )
    _index("post", "discussion_id id")
    _tenant(
        "post_revision",
        "post_id uuid, revision whole, text text, written_at moment",
        refers="post_id post",
        unique="post_id revision",
    )
    _tenant(
        "mention",
        "post_id uuid, discussion_id uuid, member_id uuid, person_id uuid, mentioned_at moment, read_at moment?",
        refers="post_id post, member_id member",
        unique="post_id member_id",
    )
    _index("mention", "person_id id")
    _tenant(
        "post_reaction",
        "post_id uuid, person_id uuid, kind choice",
        refers="post_id post",
        key="post_id person_id kind",
    )


def _create_messages() -> None:
    _tenant(
        "message",
        f"type choice, urgency choice, title text, text text, {ABOUT}, {NARROWED}, channels texts, roles texts, {WHO},"
        "charter_version whole?, sent_at moment, acknowledged whole, version whole",
    )
    _index("message", "urgency id")
    _tenant(
        "message_recipient",
        "message_id uuid, person_id uuid, member_id uuid, party_id uuid, acknowledged_at moment?",
        refers="message_id message, member_id member",
        key="message_id person_id",
    )
    _index("message_recipient", "person_id message_id")


def _create_records() -> None:
    _tenant(
        "feedback", f"subject_kind choice, subject_id uuid, rating whole, text text, {NARROWED}, {WHO}, given_at moment"
    )
    _index("feedback", "subject_id id", "subject")
    _tenant(
        "workspace",
        f"title text, url text, kind choice, owner_member_id uuid, {ABOUT}, {NARROWED}, {WHO}, linked_at moment,"
        "version whole",
        refers="party_id party, owner_member_id member",
    )
    _index("workspace", "subject_id id", "subject")


def _create_rituals() -> None:
    _tenant(
        "ritual",
        f"title text, purpose text, rule text, starts_at moment, time_zone text, {WHO}, ended_at moment?, version whole",
    )
    _tenant(
        "ritual_attendance",
        "ritual_id uuid, occurs_at moment, person_id uuid, party_id uuid, noted_at moment",
        refers="ritual_id ritual",
        key="ritual_id occurs_at person_id",
    )
    _tenant(
        "gathering",
        f"title text, purpose text, place text?, starts_at moment, ends_at moment, {WHO}, state choice, outcome text?,"
        "version whole",
    )
    _tenant(
        "gathering_participant",
        "gathering_id uuid, person_id uuid, party_id uuid, joined_at moment",
        refers="gathering_id gathering",
        key="gathering_id person_id",
    )


def _create_community() -> None:
    _tenant(
        "recognition",
        "title text, reason text?, member_id uuid?, party_id uuid?, milestone_id uuid?, given_by_party_id uuid?,"
        "given_by_person_id uuid?, given_at moment",
        refers="member_id member, party_id party",
        unique="milestone_id",
    )
    _tenant(
        "idea",
        f"title text, text text, {WHO}, state choice, supporters whole, supporting_parties whole, became_kind choice?,"
        "became_id uuid?, reason text?, proposed_at moment, supported_at moment?, resolved_at moment?, resolved_by uuid?,"
        "version whole",
    )
    _tenant(
        "idea_support",
        "idea_id uuid, person_id uuid, party_id uuid, supported_at moment",
        refers="idea_id idea, party_id party",
        key="idea_id person_id",
    )


def _create_joint_work() -> None:
    _tenant(
        "cross_project",
        "title text, aim text, lead_member_id uuid, party_ids uuids, starts_on day, ends_on day, state choice,"
        "outcome text?, begun_at moment, ended_at moment?, version whole",
        refers="lead_member_id member",
    )
    _tenant(
        "secondment",
        "seconded_person_id uuid, from_party_id uuid, to_party_id uuid, from_on day, to_on day, last_on day, purpose text,"
        "state choice, lender_person_id uuid?, borrower_person_id uuid?, reason text?, proposed_at moment, version whole",
        refers="from_party_id party, to_party_id party",
    )
    _index("secondment", "seconded_person_id id")
