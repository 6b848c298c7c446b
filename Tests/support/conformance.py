"""What holds for every answer of the relay, whatever was asked."""

from __future__ import annotations

from .http import Response

CODES = {
    400: {"invalid-json", "invalid-message", "invalid-cursor", "invalid-request"},
    401: {"invalid-token"},
    403: {"cross-origin"},
    404: {"not-found"},
    405: {"method-not-allowed"},
    408: {"timeout"},
    409: {"superseded", "out-of-order", "wrong-state", "call-over"},
    413: {"too-large"},
    414: {"uri-too-long"},
    415: {"unsupported-media-type"},
    417: {"invalid-request"},
    421: {"unknown-host"},
    422: {"key-reused"},
    429: {"too-many-dials", "mailbox-full"},
    431: {"headers-too-large"},
    501: {"invalid-request"},
    503: {"overloaded", "stopping"},
    505: {"invalid-request"},
}
PROBLEM_MEMBERS = {"type", "title", "status", "detail", "code"}


def assert_conforms(method: str, target: str, response: Response) -> None:
    """Caching, problem details and the fields that go with a status."""
    if target.startswith("/v1/"):
        assert response.header("Cache-Control") == "no-store", response
    if response.status == 401:
        assert response.header("WWW-Authenticate") == "Bearer", response
    if response.status == 405:
        assert response.header("Allow"), response
    if response.status in (429, 503):
        assert (response.header("Retry-After") or "").isdigit(), response
    if response.status == 204:
        assert response.body == b"" and response.header("Content-Type") is None, response
    if response.status >= 400 and method != "HEAD":
        assert_problem_form(response)


def assert_problem_form(response: Response) -> None:
    """RFC 9457, with the relay's own word for the error."""
    assert response.header("Content-Type") == "application/problem+json", response
    problem = response.json()
    extra = {"expected"} if problem.get("code") == "out-of-order" else set()
    assert set(problem) == PROBLEM_MEMBERS | extra, problem
    assert problem["type"] == "about:blank"
    assert problem["status"] == response.status
    assert isinstance(problem["title"], str) and problem["title"]
    assert isinstance(problem["detail"], str) and problem["detail"]
    assert problem["code"] in CODES[response.status], problem


def assert_refused(response: Response, status: int, code: str) -> dict:
    """The answer is this error of the table; gives its problem details."""
    assert response.status == status, response
    assert_problem_form(response)
    problem = response.json()
    assert problem["code"] == code, problem
    return problem
