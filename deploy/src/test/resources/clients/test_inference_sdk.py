"""inference-sdk: object detection, in both of its modes, and its calls about models."""

import asyncio
import base64

import pytest
from conftest import FORMS, classes, picture
from inference_sdk import InferenceConfiguration, InferenceHTTPClient
from inference_sdk.http.entities import HTTPClientMode
from inference_sdk.http.errors import HTTPCallErrorError, ModelNotSelectedError

MODEL = "coco/1"
CAT = picture("chelsea.png")
CUP = picture("coffee.png")
PERSON = picture("astronaut.png")


def new_client(url, mode, **configuration):
    client = InferenceHTTPClient(api_url=url, api_key="any")
    client.configure(InferenceConfiguration(**configuration))
    return client.select_api_v0() if mode == "v0" else client


@pytest.fixture(params=["v0", "v1"])
def mode(request):
    return request.param


@pytest.fixture
def client(url, mode):
    return new_client(url, mode)


def test_any_url_but_the_hosted_one_selects_v1(url):
    assert InferenceHTTPClient(api_url=url, api_key="any").client_mode is HTTPClientMode.V1


@pytest.mark.parametrize("form", FORMS)
def test_takes_an_image_in_every_form(client, form):
    result = client.infer(FORMS[form](CAT), model_id=MODEL)

    assert "cat" in classes(result)
    assert result["image"] == {"width": 451, "height": 300}


@pytest.mark.parametrize("form", FORMS)
def test_takes_an_image_in_every_form_asynchronously(client, form):
    result = asyncio.run(client.infer_async(FORMS[form](CAT), model_id=MODEL))

    assert "cat" in classes(result)


def test_predictions_have_every_member(client):
    result = client.infer(CUP, model_id=MODEL)

    assert {"inference_id", "time", "image", "predictions"} <= result.keys()
    assert set(result["predictions"][0]) == {
        "x", "y", "width", "height", "confidence", "class", "class_id", "detection_id",
    }


def test_the_time_of_an_answer_is_its_execution_time(client, answers):
    result = client.infer(CUP, model_id=MODEL)

    assert answers[-1].seconds("X-Execution-Time") == pytest.approx(result["time"], abs=1e-6)


def test_both_modes_find_the_same(url):
    old, new = (new_client(url, mode).infer(PERSON, model_id=MODEL) for mode in ("v0", "v1"))

    def unnamed(result):
        return [{**one, "detection_id": None} for one in result["predictions"]]

    assert unnamed(old) == unnamed(new)


@pytest.mark.parametrize("batch", [1, 4])
@pytest.mark.parametrize("at_once", [1, 3])
def test_a_list_is_answered_in_its_order(url, mode, batch, at_once):
    client = new_client(url, mode, max_batch_size=batch, max_concurrent_requests=at_once)

    results = client.infer([CAT, CUP, PERSON, CAT], model_id=MODEL)
    later = asyncio.run(client.infer_async([CAT, CUP, PERSON, CAT], model_id=MODEL))

    for found in (results, later):
        for result, expected in zip(found, ["cat", "cup", "person", "cat"], strict=True):
            assert expected in classes(result)


def test_a_selected_model_is_used(client):
    with pytest.raises(ModelNotSelectedError):
        client.infer(CAT)
    with client.use_model(MODEL):
        assert "cat" in classes(client.infer(CAT))


def test_the_confidence_threshold_is_kept(url, mode):
    few = new_client(url, mode, confidence_threshold=0.7).infer(CUP, model_id=MODEL)
    many = new_client(url, mode, confidence_threshold=0.1).infer(CUP, model_id=MODEL)

    assert 0 < len(few["predictions"]) < len(many["predictions"])
    assert all(one["confidence"] >= 0.7 for one in few["predictions"])


def test_at_most_so_many_detections(url, mode):
    client = new_client(url, mode, confidence_threshold=0.1, max_detections=2)

    assert len(client.infer(PERSON, model_id=MODEL)["predictions"]) == 2


def test_classes_are_filtered(url):
    client = new_client(url, "v1", class_filter=["cup"])

    assert set(classes(client.infer(CUP, model_id=MODEL))) == {"cup"}


@pytest.mark.parametrize(
    "mode, option", [("v0", {"format": "image"}), ("v1", {"visualize_predictions": True})]
)
def test_predictions_are_drawn(url, mode, option):
    result = new_client(url, mode, **option).infer(CAT, model_id=MODEL)

    assert base64.b64decode(result["visualization"]).startswith(b"\xff\xd8")


@pytest.mark.parametrize("transport", ["legacy", "header", "both"])
def test_the_key_travels_as_configured(url, mode, transport):
    client = new_client(url, mode, api_key_transport=transport)

    assert "cat" in classes(client.infer(CAT, model_id=MODEL))


def test_what_is_no_image_is_refused(client):
    with pytest.raises(HTTPCallErrorError) as refusal:
        client.infer("bm90IGFuIGltYWdl", model_id=MODEL)

    assert refusal.value.status_code == 400
    assert "image" in refusal.value.api_message


def test_an_unknown_model_is_refused(client):
    with pytest.raises(HTTPCallErrorError) as refusal:
        client.infer(CAT, model_id="nothing-like-it/7")

    assert refusal.value.status_code == 404
    assert refusal.value.api_message.startswith("Requested Roboflow resource not found.")


def test_the_server_introduces_itself(client):
    info = client.get_server_info()

    assert info.name == "Penstock"
    assert info.version and info.uuid


def test_models_are_listed_loaded_and_unloaded(url):
    client = new_client(url, "v1")

    loaded = client.load_model(MODEL, set_as_default=True)
    assert MODEL in [model.model_id for model in loaded.models]
    assert client.selected_model == MODEL
    description = client.get_model_description(MODEL, allow_loading=False)
    assert description.task_type == "object-detection"
    assert (description.input_height, description.input_width) == (416, 416)
    assert client.list_loaded_models() == loaded

    client.unload_model(MODEL)
    assert client.selected_model is None
    client.unload_all_models()
    assert "cat" in classes(client.infer(CAT, model_id=MODEL))


def test_models_are_listed_loaded_and_unloaded_asynchronously(url):
    client = new_client(url, "v1")

    async def walk():
        loaded = await client.load_model_async(MODEL)
        assert MODEL in [model.model_id for model in loaded.models]
        assert await client.list_loaded_models_async() == loaded
        assert (await client.get_model_description_async(MODEL)).task_type == "object-detection"
        await client.unload_model_async(MODEL)
        await client.unload_all_models_async()
        return await client.infer_async(CAT, model_id=MODEL)

    assert "cat" in classes(asyncio.run(walk()))
