"""Which headers pass, and what is remembered of writes."""

from entente_gateway.context import take_up
from entente_gateway.proxy.domain import Hints, request_headers, response_headers


def test_hop_by_hop_headers_and_what_connection_names_do_not_pass():
    sent = [
        (b"accept", b"*/*"), (b"connection", b"close, X-Private"), (b"x-private", b"1"), (b"keep-alive", b"5"), (b"te", b"gzip"),
        (b"trailer", b"x"), (b"transfer-encoding", b"chunked"), (b"upgrade", b"h2c"), (b"proxy-authorization", b"Basic x"),
    ]  # fmt: skip
    assert request_headers(sent) == [(b"accept", b"*/*")]
    answered = [
        (b"Content-Type", b"text/plain"),
        (b"Connection", b"X-Hop"),
        (b"X-Hop", b"1"),
        (b"Server", b"s"),
        (b"Date", b"d"),
    ]
    assert response_headers(answered) == [(b"content-type", b"text/plain")]


def test_a_plain_connection_header_takes_nothing_else_away():
    assert request_headers([(b"connection", b"Keep-Alive"), (b"accept", b"*/*")]) == [(b"accept", b"*/*")]


def test_what_only_the_gateway_may_say_never_comes_from_a_client():
    forged = [
        (name, b"forged")
        for name in (
            b"authorization", b"host", b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host",
            b"x-real-ip", b"x-entente-caller", b"expect", b"consistency-token",
        )
    ]  # fmt: skip
    assert request_headers([*forged, (b"idempotency-key", b"k")]) == [(b"idempotency-key", b"k")]


def test_repeated_headers_are_all_kept_in_their_order():
    cookies = [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    assert response_headers(cookies) == cookies


def test_a_hint_names_the_last_write_of_each_service_for_a_while():
    hints = Hints(keep=5, capacity=10)
    hints.remember("p", "kpi", b"kpi:1", now=0)
    hints.remember("p", "kpi", b"kpi:2, objectives:9", now=1)
    hints.remember("p", "objectives", b"objectives:3", now=4)
    assert hints.hint(["p"], now=4) == b"kpi:2;soft, objectives:3;soft"
    assert hints.hint(["p"], now=7) == b"objectives:3;soft"
    assert hints.hint(["p"], now=10) is None
    assert hints.hint(["p"], now=10) is None
    assert hints.hint(["other"], now=4) is None


def test_the_later_write_of_a_service_counts_whichever_subject_names_it():
    hints = Hints(keep=5, capacity=10)
    hints.remember("organisation", "kpi", b"kpi:1", now=0)
    hints.remember("p", "kpi", b"kpi:2", now=1)
    assert hints.hint(["p", "organisation"], now=2) == hints.hint(["organisation", "p"], now=2) == b"kpi:2;soft"
    assert hints.hint(["elsewhere", "organisation"], now=2) == b"kpi:1;soft"


def test_what_a_service_repeats_of_others_is_not_remembered():
    hints = Hints(keep=5, capacity=10)
    hints.remember("p", "kpi", b"objectives:1", now=0)
    assert hints.hint(["p"], now=0) is None


def test_only_so_many_subjects_are_remembered_the_oldest_goes_first():
    hints = Hints(keep=5, capacity=2)
    for subject in ("a", "b", "a", "c"):
        hints.remember(subject, "kpi", b"kpi:1", now=0)
    assert [subject for subject in "abc" if hints.hint([subject], now=0)] == ["a", "c"]


def test_a_trace_is_taken_up_or_begun():
    given = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert take_up(given) == given
    for unreadable in (
        None,
        b"",
        b"x" * 200,
        given[:-1],
        b"00-" + b"0" * 32 + b"-b7ad6b7169203331-01",
        given + b"\r\nx: y",
    ):
        begun = take_up(unreadable)
        assert begun != unreadable
        assert take_up(begun) == begun
