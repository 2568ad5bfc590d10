"""Clients at a router with a file of keys: they put theirs where they always do."""

import os
import subprocess

import pytest
import requests
from conftest import classes, picture
from inference_sdk import InferenceConfiguration, InferenceHTTPClient
from inference_sdk.http.errors import HTTPCallErrorError
from roboflow.models.object_detection import ObjectDetectionModel

MODEL = "coco/1"
CAT = picture("chelsea.png")
KEY = os.environ["PENSTOCK_KEY"]
UNAUTHORIZED = {"status": 401, "message": "Unauthorized api_key"}


def new_client(url, mode, key, transport="legacy"):
    client = InferenceHTTPClient(api_url=url, api_key=key)
    client.configure(InferenceConfiguration(api_key_transport=transport))
    return client.select_api_v0() if mode == "v0" else client


@pytest.mark.parametrize("transport", ["legacy", "header", "both"])
@pytest.mark.parametrize("mode", ["v0", "v1"])
def test_the_sdk_is_let_in_with_its_key(url, mode, transport):
    client = new_client(url, mode, KEY, transport)

    assert "cat" in classes(client.infer(CAT, model_id=MODEL))


@pytest.mark.parametrize("transport", ["legacy", "header", "both"])
@pytest.mark.parametrize("mode", ["v0", "v1"])
def test_the_sdk_is_told_that_its_key_is_wrong_and_does_not_try_again(
    url, mode, transport, answers
):
    with pytest.raises(HTTPCallErrorError) as refusal:
        new_client(url, mode, "wrong-" + KEY, transport).infer(CAT, model_id=MODEL)

    assert refusal.value.status_code == 401
    assert refusal.value.api_message == UNAUTHORIZED["message"]
    assert [answer.status for answer in answers] == [401]


def test_the_sdk_loads_a_model_with_a_key_that_is_no_administrators(url):
    client = new_client(url, "v1", KEY)

    assert [model.model_id for model in client.load_model(MODEL).models] == [MODEL]
    with pytest.raises(HTTPCallErrorError) as refusal:
        new_client(url, "v1", KEY, "header").unload_all_models()
    assert refusal.value.status_code == 403


def test_roboflow_is_let_in_with_its_key(url):
    def model(key):
        return ObjectDetectionModel(
            key, "workspace/coco/1", name="coco", version="1", local=f"{url}/"
        )

    assert "cat" in [one["class"] for one in model(KEY).predict(CAT)]
    with pytest.raises(requests.HTTPError) as refusal:
        model("wrong").predict(CAT)
    assert refusal.value.response.json() == UNAUTHORIZED


@pytest.mark.parametrize(
    "with_key", [["{url}/coco/1?api_key={key}"], ["{url}/coco/1", "-H", "Authorization: Bearer {key}"]]
)
def test_curl_is_let_in_with_its_key(url, with_key):
    def status(key):
        arguments = [argument.format(url=url, key=key) for argument in with_key]
        return subprocess.run(
            ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-F", f"file=@{CAT}", *arguments],
            check=True, capture_output=True, text=True,
        ).stdout

    assert status(KEY) == "200"
    assert status("wrong") == "401"
