"""What a started Penstock answers with exports, beside what their own tools find with the same files: alone, together and in lists.

PENSTOCK_URL   the server, with the models of PENSTOCK_EXPORTS/models
"""
import base64
import concurrent.futures
import json
import os
import pathlib

import cv2
import numpy as np
import pytest
import requests

URL = os.environ["PENSTOCK_URL"]
FOLDER = pathlib.Path(os.environ["PENSTOCK_EXPORTS"])
PICTURES = {path.name: path.read_bytes() for path in sorted((FOLDER / "pictures").iterdir())}

# As docs/models.md promises; corners of answers are whole pixels.
PIXELS, SCORE = 2, 0.02
CONFIDENCE, OVERLAP = 0.3, 0.45
MASK_LIKENESS = 0.85
SMALL_MASK = 300
MAP_LIKENESS = 0.97
ROUTES = {
    "detect": "object_detection",
    "obb": "object_detection",
    "segment": "instance_segmentation",
    "pose": "keypoints_detection",
    "classify": "classification",
    "semantic": "semantic_segmentation",
}
CASES = {path.stem: json.loads(path.read_text()) for path in sorted((FOLDER / "expected").glob("*.json"))}


def ask(name, pictures):
    """The answers to some pictures in one request."""
    case = CASES[name]
    images = [{"type": "base64", "value": base64.b64encode(PICTURES[picture]).decode()} for picture in pictures]
    body = {
        "model_id": f"{name}/1",
        "image": images if len(images) > 1 else images[0],
        "confidence": case.get("confidence", CONFIDENCE),
        "iou_threshold": OVERLAP,
        "oriented_boxes": True,
    }
    answer = requests.post(f"{URL}/infer/{ROUTES[case['task']]}", json=body, timeout=300)
    assert answer.status_code == 200, answer.text[:2000]
    answers = answer.json()
    return answers if isinstance(answers, list) else [answers]


def check(name, picture, answer):
    expected = CASES[name]["answers"][picture]
    if "shares" in expected:
        check_shares(expected["shares"], answer)
    elif "map" in expected:
        check_map(np.asarray(expected["map"]), answer)
    else:
        check_objects(expected["objects"], answer["predictions"], CASES[name].get("score", SCORE), PICTURES[picture])


def check_shares(expected, answer):
    found = {p["class_id"]: p["confidence"] for p in answer["predictions"]}
    for class_id, share in enumerate(expected):
        if class_id in found or share > CONFIDENCE + SCORE:
            assert found.get(class_id, 0) == pytest.approx(share, abs=SCORE)


def check_map(expected, answer):
    png = base64.b64decode(answer["predictions"]["segmentation_mask"])
    found = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert found.shape == expected.shape
    assert (found == expected).mean() >= MAP_LIKENESS


def corners(prediction):
    x, y, w, h = (prediction[k] for k in ("x", "y", "width", "height"))
    return [x - w / 2, y - h / 2, x + w / 2, y + h / 2]


def check_objects(expected, found, score, picture):
    height, width = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR).shape[:2]
    rest = list(expected)
    for prediction in found:
        box = corners(prediction)
        same = [row for row in rest if row["class"] == prediction["class_id"] and near(box, within(row["box"], width, height), PIXELS)]
        same = [row for row in same if abs(row["score"] - prediction["confidence"]) <= score]
        assert same, f"{prediction} is none of {[short(row) for row in rest]}"
        row = min(same, key=lambda r: abs(r["score"] - prediction["confidence"]))
        rest = [other for other in rest if other is not row]
        check_rest(row, prediction, width, height)
    missing = [short(row) for row in rest if row["score"] > CONFIDENCE + score]
    assert not missing, f"{missing} are not among {len(found)} predictions"


def short(row):
    return {k: row[k] for k in ("box", "score", "class")}


def within(box, width, height):
    return [min(max(value, 0), limit) for value, limit in zip(box, [width, height, width, height])]


def near(values, others, tolerance):
    return all(abs(a - b) <= tolerance for a, b in zip(values, others))


def check_rest(row, prediction, width, height):
    if "keypoints" in row:
        found = {p["class_id"]: p for p in prediction["keypoints"]}
        for number, keypoint in enumerate(row["keypoints"]):
            if len(keypoint) == 2 or number in found:
                point = found[number]
                # Outside the picture the tool clips key-points and the API does not.
                assert near(within([point["x"], point["y"]] * 2, width, height), within(keypoint[:2] * 2, width, height), PIXELS)
                if len(keypoint) == 3:
                    assert point["confidence"] == pytest.approx(keypoint[2], abs=SCORE)
    if "corners" in row:
        points = [[p["x"], p["y"]] for p in prediction["points"]]
        assert len(points) == 4
        for corner in row["corners"]:
            assert any(near(corner, point, PIXELS) for point in points), f"{corner} is none of {points}"
    if "mask" in row:
        mask = np.unpackbits(np.asarray(row["mask"], np.uint8))[: height * width].reshape(height, width)
        drawn = np.zeros((height, width), np.uint8)
        points = [[round(p["x"]), round(p["y"])] for p in prediction["points"]]
        if points:
            cv2.fillPoly(drawn, [np.asarray(points, np.int32)], 1)
        # An answer has one outline: only masks of one piece without holes can be compared with it.
        pieces, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        if mask.sum() > SMALL_MASK and len(pieces) == 1:
            assert (mask & drawn).sum() / (mask | drawn).sum() >= MASK_LIKENESS


def test_most_of_them_could_be_made():
    unmade = {name: case["unmade"] for name, case in CASES.items() if "unmade" in case}
    assert len(unmade) <= len(CASES) // 6, unmade


@pytest.fixture(params=CASES)
def name(request):
    if "unmade" in CASES[request.param]:
        pytest.skip(CASES[request.param]["unmade"])
    return request.param


def test_alone(name):
    for picture in PICTURES:
        check(name, picture, ask(name, [picture])[0])


def test_together(name):
    pictures = list(PICTURES) * 6
    with concurrent.futures.ThreadPoolExecutor(len(pictures)) as clients:
        for picture, answers in zip(pictures, clients.map(lambda p: ask(name, [p]), pictures)):
            check(name, picture, answers[0])


def test_in_a_list(name):
    pictures = list(PICTURES) * 2
    answers = ask(name, pictures)
    assert len(answers) == len(pictures)
    for picture, answer in zip(pictures, answers):
        check(name, picture, answer)
