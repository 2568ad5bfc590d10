#!/usr/bin/env python3
"""Writes the tiny classifiers, class maps and RF-DETR networks of the tests into ../resources/packages (needs: pip install onnx numpy).

All look at pictures of 32 x 32 and at how red, green or blue they are on average: the whole picture (classifiers), cells of 4 x 4 (class
maps) or its four quarters (RF-DETR, whose masks are the quarters). So a test can paint what is to be found.

tiny-vit/1, tiny-resnet/1  one label      tiny-vit/2, tiny-resnet/2  many labels      tiny-yolo-cls/1  one label, softmax in the network
tiny-deeplab/1, tiny-yolo26-sem/1, tiny-rfdetr/3  class maps      tiny-rfdetr/1  boxes      tiny-rfdetr/2  boxes and masks
"""
import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE, QUARTER, CELL = 32, 16, 4
OUT = pathlib.Path(__file__).parent.parent / "resources" / "packages"
COLOURS = ["red", "green", "blue"]


def network(nodes, constants, outputs):
    graph = helper.make_graph(
        nodes,
        "tiny network",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape]) for name, shape in outputs.items()],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def classifier(softmax):
    """Ten times the mean of each colour."""
    nodes = [
        helper.make_node("GlobalAveragePool", ["images"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("Mul", ["flat", "ten"], ["scores"]),
        helper.make_node("Softmax" if softmax else "Identity", ["scores"], ["output0"]),
    ]
    return network(nodes, {"ten": np.float32(10)}, {"output0": [3]})


def class_map():
    """Ten times the mean of each colour in each cell, 3 for the background."""
    cells = SIDE // CELL
    nodes = [
        helper.make_node("AveragePool", ["images"], ["pooled"], kernel_shape=[CELL] * 2, strides=[CELL] * 2),
        helper.make_node("Mul", ["pooled", "ten"], ["colours"]),
        helper.make_node("ReduceMean", ["colours"], ["grey"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["grey", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "three"], ["background"]),
        helper.make_node("Concat", ["background", "colours"], ["output0"], axis=1),
    ]
    constants = {"ten": np.float32(10), "zero": np.float32(0), "three": np.float32(3)}
    return network(nodes, constants, {"output0": [4, cells, cells]})


def rfdetr(masks):
    """Twenty times the mean of each colour beyond a half in each quarter, and a fourth class without a name."""
    centres = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
    quarters = np.full((1, 4, 8, 8), -5, np.float32)
    for query, (x, y) in enumerate(centres):
        quarters[0, query, int(y * 8) - 2:int(y * 8) + 2, int(x * 8) - 2:int(x * 8) + 2] = 5
    constants = {
        "boxes": np.array([[[x, y, 0.5, 0.5] for x, y in centres]], np.float32), "quarters": quarters,
        "half": np.float32(0.5), "twenty": np.float32(20), "zero": np.float32(0), "shape": np.array([0, 3, 4], np.int64),
        "four": np.float32(4), "planes": np.array([2], np.int64),
    }
    nodes = [
        helper.make_node("AveragePool", ["images"], ["pooled"], kernel_shape=[QUARTER] * 2, strides=[QUARTER] * 2),
        helper.make_node("Reshape", ["pooled", "shape"], ["rows"]),
        helper.make_node("Transpose", ["rows"], ["colours"], perm=[0, 2, 1]),
        helper.make_node("Sub", ["colours", "half"], ["beyond"]),
        helper.make_node("Mul", ["beyond", "twenty"], ["named"]),
        helper.make_node("ReduceMean", ["named"], ["mean"], axes=[2], keepdims=1),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "four"], ["unnamed"]),
        helper.make_node("Concat", ["named", "unnamed"], ["labels"], axis=2),
        helper.make_node("Add", ["nothing", "boxes"], ["dets"]),
    ]
    outputs = {"dets": [4, 4], "labels": [4, 4]}
    if masks:
        nodes += [
            helper.make_node("Unsqueeze", ["nothing", "planes"], ["nowhere"]),
            helper.make_node("Add", ["nowhere", "quarters"], ["masks"]),
        ]
        outputs["masks"] = [4, 8, 8]
    used = {name for node in nodes for name in node.input}
    return network(nodes, {name: value for name, value in constants.items() if name in used}, outputs)


def package(model_id, model, architecture, task, post="softmax", fused=False, names=COLOURS, resize="stretch"):
    folder = OUT / model_id
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / "weights.onnx")
    (folder / "class_names.txt").write_text("\n".join(names) + "\n")
    (folder / "model_config.json").write_text(
        json.dumps({"model_architecture": architecture, "task_type": task, "backend_type": "onnx"}, indent=1) + "\n")
    (folder / "inference_config.json").write_text(json.dumps({
        "image_pre_processing": {},
        "network_input": {
            "training_input_size": {"width": SIDE, "height": SIDE}, "dynamic_spatial_size_supported": False,
            "color_mode": "rgb", "resize_mode": resize, "padding_value": None, "input_channels": 3,
            "scaling_factor": 255, "normalization": None},
        "forward_pass": {"static_batch_size": None, "max_dynamic_batch_size": 4},
        "post_processing": {"type": post, "fused": fused}}, indent=1) + "\n")


LABEL, LABELS, MAP = "classification", "multi-label-classification", "semantic-segmentation"
for backbone in ("vit", "resnet"):
    package(f"tiny-{backbone}/1", classifier(softmax=False), backbone, LABEL)
    package(f"tiny-{backbone}/2", classifier(softmax=False), backbone, LABELS, post="sigmoid")
package("tiny-yolo-cls/1", classifier(softmax=True), "yolov8", LABEL, fused=True)
WITH_BACKGROUND = ["background", *COLOURS]
package("tiny-deeplab/1", class_map(), "deep-lab-v3-plus", MAP, names=WITH_BACKGROUND)
package("tiny-yolo26-sem/1", class_map(), "yolo26", MAP, names=WITH_BACKGROUND, resize="fit-longer-edge")
package("tiny-rfdetr/1", rfdetr(masks=False), "rfdetr", "object-detection", post="nms")
package("tiny-rfdetr/2", rfdetr(masks=True), "rfdetr", "instance-segmentation", post="nms")
package("tiny-rfdetr/3", class_map(), "rfdetr", MAP, names=WITH_BACKGROUND)
