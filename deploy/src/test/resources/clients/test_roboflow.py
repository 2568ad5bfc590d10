"""roboflow: its class for object detection, with a local URL."""

import cv2
import pytest
import requests
from conftest import picture
from roboflow.models.object_detection import ObjectDetectionModel

CAT = picture("chelsea.png")
CUP = picture("coffee.png")


@pytest.fixture
def model(url):
    return ObjectDetectionModel("any", "workspace/coco/1", name="coco", version="1", local=f"{url}/")


def classes(group):
    return [prediction["class"] for prediction in group]


@pytest.mark.parametrize("form", [str, cv2.imread], ids=["path", "numpy"])
def test_finds_what_is_in_a_picture(model, form):
    group = model.predict(form(CAT))

    assert "cat" in classes(group)
    assert group.json()["predictions"][0]["confidence"] > 0.4


def test_thresholds_are_percentages(model):
    few = model.predict(CUP, confidence=70, overlap=30)
    many = model.predict(CUP, confidence=10, overlap=30)

    assert 0 < len(few) < len(many)
    assert all(one["confidence"] >= 0.7 for one in few)


def test_classes_are_filtered(model):
    assert set(classes(model.predict(CUP, classes="cup"))) == {"cup"}


def test_predictions_are_drawn(model):
    drawn = model.predict(CAT, format="image", labels=True, stroke=3)

    assert drawn.startswith(b"\xff\xd8")


def test_a_picture_is_resized_by_the_client_and_its_boxes_scaled_back(url):
    preprocessing = {"resize": {"format": "Stretch to", "width": 320, "height": 213}}
    model = ObjectDetectionModel(
        "any", "workspace/coco/1", name="coco", version="1", local=f"{url}/",
        preprocessing=preprocessing,
    )

    cup = next(one for one in model.predict(CUP) if one["class"] == "cup")

    assert 250 < cup["width"] < 290
    assert 280 < cup["height"] < 310


def test_an_address_inside_the_network_is_not_fetched(model):
    with pytest.raises(requests.HTTPError) as refusal:
        model.predict("https://127.0.0.1/secret.jpg", hosted=True)

    assert refusal.value.response.status_code == 400
