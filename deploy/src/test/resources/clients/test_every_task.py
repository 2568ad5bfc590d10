"""inference-sdk and roboflow with a model of every task and architecture of a repository."""

import asyncio
import json
import os
from pathlib import Path

import pytest
from conftest import picture
from inference_sdk import InferenceConfiguration, InferenceHTTPClient
from inference_sdk.http.errors import ModelTaskTypeNotSupportedError
from roboflow.models.classification import ClassificationModel
from roboflow.models.instance_segmentation import InstanceSegmentationModel
from roboflow.models.keypoint_detection import KeypointDetectionModel
from roboflow.models.object_detection import ObjectDetectionModel
from roboflow.models.semantic_segmentation import SemanticSegmentationModel

MODELS = Path(os.environ["PENSTOCK_MODELS"])
CAT = picture("chelsea.png")
SIZE = {"width": 451, "height": 300}

DETECTION = {"x", "y", "width", "height", "confidence", "class", "class_id", "detection_id"}
MEMBERS = {
    "object-detection": DETECTION,
    "instance-segmentation": DETECTION | {"points", "mask_format"},
    "keypoint-detection": DETECTION | {"keypoints"},
}


def repository():
    """Model ids with their tasks."""
    for config in sorted(MODELS.glob("*/*/model_config.json")):
        yield "/".join(config.parts[-3:-1]), json.loads(config.read_text())["task_type"]


def models(*tasks):
    found = [(model, task) for model, task in repository() if not tasks or task in tasks]
    return pytest.mark.parametrize("model, task", found, ids=[model for model, _ in found])


def check(result, task):
    assert result["image"] == SIZE
    assert result["time"] > 0
    predictions = result["predictions"]
    if task in MEMBERS:
        for one in predictions:
            assert set(one) == MEMBERS[task]
    elif task == "classification":
        best = predictions[0] if predictions else {"class": "", "confidence": 0}
        assert result["top"] == best["class"]
        assert result["confidence"] == best["confidence"]
    elif task == "multi-label-classification":
        assert set(result["predicted_classes"]) <= set(predictions)
    else:
        assert task == "semantic-segmentation"
        assert {"segmentation_mask", "class_map"} <= set(predictions)


def unnamed(result):
    """Without what differs between two answers to one question."""
    changing = {"inference_id", "time", "detection_id", "parent_id"}
    if isinstance(result, dict):
        return {key: unnamed(one) for key, one in result.items() if key not in changing}
    if isinstance(result, list):
        return [unnamed(one) for one in result]
    return result


@models()
def test_inference_sdk_v0(url, model, task):
    client = InferenceHTTPClient(api_url=url, api_key="any").select_api_v0()

    one = client.infer(CAT, model_id=model)
    both = asyncio.run(client.infer_async([CAT, CAT], model_id=model))

    check(one, task)
    assert [unnamed(other) for other in both] == [unnamed(one)] * 2


@models(*MEMBERS, "classification", "multi-label-classification")
def test_inference_sdk_v1(url, model, task):
    client = InferenceHTTPClient(api_url=url, api_key="any")

    one = client.infer(CAT, model_id=model)
    both = asyncio.run(client.infer_async([CAT, CAT], model_id=model))

    check(one, task)
    assert [unnamed(other) for other in both] == [unnamed(one)] * 2
    assert unnamed(one) == unnamed(client.select_api_v0().infer(CAT, model_id=model))


@models("instance-segmentation")
def test_inference_sdk_gets_masks_as_run_lengths(url, model, task):
    client = InferenceHTTPClient(api_url=url, api_key="any")
    client.configure(InferenceConfiguration(response_mask_format="rle"))

    new = client.infer(CAT, model_id=model)
    old = client.select_api_v0().infer(CAT, model_id=model)

    assert unnamed(old) == unnamed(new)
    for one in new["predictions"]:
        assert set(one) == DETECTION | {"rle", "mask_format"}
        assert one["rle"]["size"] == [SIZE["height"], SIZE["width"]]


@models("semantic-segmentation")
def test_inference_sdk_v1_itself_refuses_semantic_segmentation(url, model, task):
    with pytest.raises(ModelTaskTypeNotSupportedError):
        InferenceHTTPClient(api_url=url, api_key="any").infer(CAT, model_id=model)


@models()
def test_every_model_is_listed_with_its_task(url, model, task):
    client = InferenceHTTPClient(api_url=url, api_key="any")
    listed = task.removeprefix("multi-label-")

    assert client.get_model_description(model).task_type == listed


def roboflow_model(url, model, task):
    name, version = model.split("/")
    options = {"name": name, "version": version, "local": f"{url}/"}
    if task == "object-detection":
        return ObjectDetectionModel("any", f"workspace/{model}", **options)
    if task == "keypoint-detection":
        return KeypointDetectionModel("any", f"workspace/{model}", **options)
    if task == "instance-segmentation":
        return InstanceSegmentationModel("any", f"workspace/{model}", local=url)
    if task == "semantic-segmentation":
        return SemanticSegmentationModel("any", f"workspace/{model}")
    return ClassificationModel("any", f"workspace/{model}", **options)


@models()
def test_roboflow(url, monkeypatch, model, task):
    monkeypatch.setenv("SEMANTIC_SEGMENTATION_URL", url)

    group = roboflow_model(url, model, task).predict(CAT)

    for one in group:
        if task in MEMBERS:
            assert MEMBERS[task] <= set(one.json())
        elif task == "semantic-segmentation":
            assert "segmentation_mask" in one["predictions"]
        else:
            check(one.json(), task)
