#!/usr/bin/env python3
"""Writes the tiny detectors of the tests into ../resources/packages (needs: pip install onnx numpy).

A detector looks at a picture of 32 x 32 in four quarters: each quarter is a candidate box, and how red, green or blue it is
on average are its three scores. So a test can paint what is to be found. Output: the YOLOv8 layout, [batch, 4 + 3, 4].

tiny/1  any batch            tiny/2  batch of 2 only            tiny/3  half precision            tiny/4  output of open shape
"""
import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE, QUARTER = 32, 16
CENTRES = [(8, 8), (24, 8), (8, 24), (24, 24)]
OUT = pathlib.Path(__file__).parent.parent / "resources" / "packages" / "tiny"


def network(batch, element=TensorProto.FLOAT, candidates=4):
    boxes = np.array([[x, y, QUARTER, QUARTER] for x, y in CENTRES], np.float32).T[None]
    constants = {
        "boxes": boxes,
        "zero": np.float32(0),
        "rows": np.array([0, 3, 4], np.int64),
    }
    nodes = [
        helper.make_node("Cast", ["images"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("AveragePool", ["pixels"], ["pooled"], kernel_shape=[QUARTER] * 2, strides=[QUARTER] * 2),
        helper.make_node("Reshape", ["pooled", "rows"], ["scores"]),
        helper.make_node("ReduceMean", ["scores"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "boxes"], ["batch_boxes"]),
        helper.make_node("Concat", ["batch_boxes", "scores"], ["all"], axis=1),
        helper.make_node("Cast", ["all"], ["output0"], to=element),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny detector",
        [helper.make_tensor_value_info("images", element, [batch, 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("output0", element, [batch, 7, candidates])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def package(version, model, static_batch=None):
    folder = OUT / str(version)
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / "weights.onnx")
    (folder / "class_names.txt").write_text("red\ngreen\nblue\n")
    (folder / "model_config.json").write_text(
        json.dumps({"model_architecture": "yolov8", "task_type": "object-detection", "backend_type": "onnx"}, indent=1) + "\n")
    (folder / "inference_config.json").write_text(json.dumps({
        "image_pre_processing": {},
        "network_input": {
            "training_input_size": {"width": SIDE, "height": SIDE}, "dynamic_spatial_size_supported": False,
            "color_mode": "rgb", "resize_mode": "letterbox", "padding_value": 0, "input_channels": 3,
            "scaling_factor": 255, "normalization": None},
        "forward_pass": {"static_batch_size": static_batch, "max_dynamic_batch_size": None if static_batch else 4},
        "post_processing": {"type": "nms", "fused": False}}, indent=1) + "\n")


package(1, network("batch"))
package(2, network(2), static_batch=2)
package(3, network("batch", TensorProto.FLOAT16))
package(4, network("batch", candidates="candidates"))
