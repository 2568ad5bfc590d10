"""inference-sdk asks again after 429 and 503, which is what Penstock answers when it cannot serve."""

import os
import threading
import time

import pytest
import requests
from conftest import picture
from inference_sdk import InferenceHTTPClient
from inference_sdk.http.errors import HTTPCallErrorError

MODEL = "coco/1"
CAT = picture("chelsea.png")


@pytest.fixture(params=["v0", "v1"])
def client_of(request):
    def client(url):
        made = InferenceHTTPClient(api_url=url, api_key="any")
        return made.select_api_v0() if request.param == "v0" else made

    return client


def await_in_flight(url, jobs):
    deadline = time.monotonic() + 10
    while requests.get(f"{url}/status").json()["jobs"]["inFlight"] != jobs:
        assert time.monotonic() < deadline, f"{jobs} jobs in flight were not seen"


def test_a_refusal_for_too_much_is_tried_again(url, client_of, answers, monkeypatch):
    with open(CAT, "rb") as file:
        body = {"file": file.read()}
    occupant = threading.Thread(
        target=requests.post, args=(f"{url}/{MODEL}?api_key=any",), kwargs={"files": body}
    )
    send = requests.Session.send

    def send_and_make_room(session, request, **options):
        response = send(session, request, **options)
        if response.status_code == 429:
            occupant.join()
        return response

    monkeypatch.setattr(requests.Session, "send", send_and_make_room)
    occupant.start()
    await_in_flight(url, 1)

    result = client_of(url).infer(CAT, model_id=MODEL)

    assert result["predictions"]
    refused = [answer for answer in answers if answer.status == 429]
    assert len(refused) == 1
    assert int(refused[0].headers["Retry-After"]) >= 1


def test_a_router_without_workers_is_tried_three_times(client_of, answers):
    with pytest.raises(HTTPCallErrorError) as refusal:
        client_of(os.environ["PENSTOCK_WORKERLESS_URL"]).infer(CAT, model_id=MODEL)

    assert refusal.value.status_code == 503
    refused = [answer for answer in answers if answer.status == 503]
    assert len(refused) == 3
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)
