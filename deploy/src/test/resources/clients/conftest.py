"""What the tests of Python clients share: where Penstock is, pictures, a look at every answer."""

import base64
import os
from pathlib import Path
from typing import Mapping, NamedTuple

import aiohttp
import cv2
import pytest
import requests
from PIL import Image

PICTURES = Path(os.environ["PENSTOCK_PICTURES"])


class Answer(NamedTuple):
    path: str
    status: int
    headers: Mapping[str, str]

    def seconds(self, header):
        return float(self.headers[header])


def check_times(headers):
    """Every answer says how long it waited and how long it was computed."""
    queue, execution, processing = (
        float(headers[f"X-{name}-Time"]) for name in ("Queue", "Execution", "Processing")
    )
    assert queue >= 0 and execution >= 0
    assert queue + execution <= processing + 0.001
    if "X-Worker-Id" in headers:
        assert execution > 0


@pytest.fixture
def url():
    return os.environ["PENSTOCK_URL"]


@pytest.fixture(autouse=True)
def answers(monkeypatch):
    """The answers that the clients get, seen where their HTTP libraries hand them over."""
    seen = []
    send = requests.Session.send
    request_async = aiohttp.ClientSession._request

    def observed_send(session, request, **options):
        response = send(session, request, **options)
        seen.append(Answer(request.path_url, response.status_code, response.headers))
        return response

    async def observed_request(session, method, address, **options):
        response = await request_async(session, method, address, **options)
        seen.append(Answer(response.url.path_qs, response.status, response.headers))
        return response

    monkeypatch.setattr(requests.Session, "send", observed_send)
    monkeypatch.setattr(aiohttp.ClientSession, "_request", observed_request)
    yield seen
    for answer in seen:
        check_times(answer.headers)


def picture(name):
    return str(PICTURES / name)


def as_base64(path):
    return base64.b64encode(Path(path).read_bytes()).decode()


# How a user may hand an image to a client.
FORMS = {
    "path": str,
    "numpy": cv2.imread,
    "pillow": Image.open,
    "base64": as_base64,
}


def classes(result):
    return [prediction["class"] for prediction in result["predictions"]]
