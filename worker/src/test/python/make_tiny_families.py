#!/usr/bin/env python3
"""Writes one tiny network for each output layout into ../resources/packages/families (needs: pip install onnx numpy).

Each looks at a picture of 32 x 32 in four quarters, as those of make_tiny_detectors.py do: a quarter is a candidate box, and how red,
green or blue it is on average are its three scores. Masks cover the left half of a box. The first key-point is the middle of the
box with a confidence of 0.9, the second one lies 4 to the right and 4 below with 0.2; blue objects have only the first one.
"""
import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE, QUARTER, GRID, MASKS = 32, 16, 8, 32
CENTRES = [(8, 8), (24, 8), (8, 24), (24, 24)]
OUT = pathlib.Path(__file__).parent.parent / "resources" / "packages" / "families"

BOXES = np.array([[x, y, QUARTER, QUARTER] for x, y in CENTRES], np.float32).T[None]
CORNERS = np.array([[x - 8, y - 8, x + 8, y + 8] for x, y in CENTRES], np.float32).T[None]
COEFFICIENTS = np.zeros((1, MASKS, 4), np.float32)
COEFFICIENTS[:, 0] = 1
KEYPOINTS = np.array([[x, y, 0.9, x + 4, y + 4, 0.2] for x, y in CENTRES], np.float32).T[None]
PROTOTYPES = np.zeros((1, MASKS, GRID, GRID), np.float32)
PROTOTYPES[:, 0] = np.where(np.arange(GRID) % 4 < 2, 4, -4)


class Network:
    """Nodes by the names of their results; constants take the size of the batch by adding nothing to them."""

    def __init__(self, front=lambda network: "images"):
        self.nodes, self.constants, self.count = [], [], 0
        pooled = self("AveragePool", front(self), kernel_shape=[QUARTER] * 2, strides=[QUARTER] * 2)
        self.scores = self("Reshape", pooled, self.constant(np.array([0, 3, 4], np.int64)))  # [batch, 3, 4]
        self.nothing = self("Mul", self("ReduceMean", self.scores, axes=[1], keepdims=1), self.constant(np.float32(0)))  # [batch, 1, 4]
        self.best = self("ReduceMax", self.scores, axes=[1], keepdims=1)
        self.best_class = self("Cast", self("ArgMax", self.scores, axis=1, keepdims=1), to=TensorProto.FLOAT)

    def name(self):
        self.count += 1
        return f"t{self.count}"

    def constant(self, value):
        name = self.name()
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def __call__(self, kind, *inputs, **attributes):
        name = self.name()
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def batch(self, value):
        """[1, rows, 4] to [batch, rows, 4]."""
        return self("Add", self.nothing, self.constant(value))

    def rows(self, *parts):
        return self("Concat", *parts, axis=1) if len(parts) > 1 else parts[0]

    def columns(self, *parts):
        """[batch, 4, rows], one candidate a line."""
        return self("Transpose", self.rows(*parts), perm=[0, 2, 1])

    def prototypes(self):
        one = self("ReduceMean", self.nothing, axes=[2], keepdims=1)
        return self("Add", self("Unsqueeze", one, self.constant(np.array([3], np.int64))), self.constant(PROTOTYPES))

    def save(self, path, outputs):
        named = [(f"output{i}", tensor, shape) for i, (tensor, shape) in enumerate(outputs)]
        nodes = self.nodes + [helper.make_node("Identity", [tensor], [name]) for name, tensor, _ in named]
        graph = helper.make_graph(
            nodes, "tiny", [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", 3, SIDE, SIDE])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape]) for name, _, shape in named], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        onnx.checker.check_model(model)
        onnx.save(model, path)


def plain(network, extras=()):
    parts = [network.batch(BOXES), network.scores, *(network.batch(e) for e in extras)]
    return [(network.rows(*parts), [7 + sum(e.shape[1] for e in extras), 4])]


def objectness(network, extras=()):
    """Nine tenths of the best score, so that a class has the best one."""
    gate = network("Mul", network.best, network.constant(np.float32(0.9)))
    parts = [network.batch(BOXES), gate, network.scores, *(network.batch(e) for e in extras)]
    return [(network.columns(*parts), [4, 8 + sum(e.shape[1] for e in extras)])]


def end_to_end(network, extras=()):
    parts = [network.batch(CORNERS), network.best, network.best_class, *(network.batch(e) for e in extras)]
    return [(network.columns(*parts), [4, 6 + sum(e.shape[1] for e in extras)])]


def yolonas(network):
    return [(network.columns(network.batch(CORNERS)), [4, 4]), (network.columns(network.scores), [4, 3])]


def yololite(network):
    """Logits from -10 for nothing to 10 for all of it."""
    centred = network("Sub", network.scores, network.constant(np.float32(0.5)))
    logits = network("Mul", centred, network.constant(np.float32(20)))
    ten = network.batch(np.full((1, 1, 4), 10, np.float32))
    return [(network.columns(network.batch(CORNERS)), [4, 4]), (network.columns(ten), [4, 1]), (network.columns(logits), [4, 3])]


def masks(layout):
    return lambda network: layout(network, [COEFFICIENTS]) + [(network.prototypes(), [MASKS, GRID, GRID])]


def masks_last(layout):
    """YOLOv7 answers its three raw heads, too."""
    def outputs(network):
        instances, prototypes = masks(layout)(network)
        return [instances, *[(network.scores, [3, 4])] * 3, prototypes]
    return outputs


def keypoints(layout):
    return lambda network: layout(network, [KEYPOINTS])


def package(dataset, architecture, task, outputs, fused=False):
    folder = OUT / dataset / "1"
    folder.mkdir(parents=True, exist_ok=True)
    network = Network()
    network.save(folder / "weights.onnx", outputs(network))
    (folder / "class_names.txt").write_text("red\ngreen\nblue\n")
    write(folder / "model_config.json", {"model_architecture": architecture, "task_type": task, "backend_type": "onnx"})
    write(folder / "inference_config.json", {
        "network_input": {
            "training_input_size": {"width": SIDE, "height": SIDE}, "dynamic_spatial_size_supported": False,
            "color_mode": "rgb", "resize_mode": "letterbox", "padding_value": 0, "input_channels": 3, "scaling_factor": 255},
        "forward_pass": {"max_dynamic_batch_size": 4},
        "post_processing": {"type": "nms", "fused": fused}})
    if task == "keypoint-detection":
        names = [["middle", "corner"], ["middle", "corner"], ["middle"]]
        write(folder / "keypoints_metadata.json", [
            {"object_class_id": i, "keypoints": {str(k): name for k, name in enumerate(known)}, "edges": []} for i, known in enumerate(names)])


def write(path, value):
    path.write_text(json.dumps(value, indent=1) + "\n")


DETECTION, SEGMENTATION, KEYPOINT = "object-detection", "instance-segmentation", "keypoint-detection"


def main():
    for version in ("yolov8", "yolov9", "yolov11", "yolov12"):
        package(f"{version}-detection", version, DETECTION, plain)
        package(f"{version}-detection-fused", version, DETECTION, end_to_end, fused=True)
    package("yolov5-detection", "yolov5", DETECTION, objectness)
    package("yolov10-detection", "yolov10", DETECTION, end_to_end)
    package("yolo26-detection", "yolo26", DETECTION, end_to_end, fused=True)
    package("yolonas-detection", "yolonas", DETECTION, yolonas)
    package("yololite-detection", "yololite", DETECTION, yololite)
    package("yololite-detection-fused", "yololite", DETECTION, end_to_end, fused=True)
    for version in ("yolov8", "yolov11", "yolov12"):
        package(f"{version}-segmentation", version, SEGMENTATION, masks(plain))
        package(f"{version}-segmentation-fused", version, SEGMENTATION, masks(end_to_end), fused=True)
    package("yolov5-segmentation", "yolov5", SEGMENTATION, masks(objectness))
    package("yolov7-segmentation", "yolov7", SEGMENTATION, masks_last(objectness))
    package("yolo26-segmentation", "yolo26", SEGMENTATION, masks(end_to_end), fused=True)
    for version in ("yolov8", "yolov11", "yolov12"):
        package(f"{version}-keypoints", version, KEYPOINT, keypoints(plain))
        package(f"{version}-keypoints-fused", version, KEYPOINT, keypoints(end_to_end), fused=True)
    package("yolo26-keypoints", "yolo26", KEYPOINT, keypoints(end_to_end), fused=True)


if __name__ == "__main__":
    main()
