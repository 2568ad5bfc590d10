#!/usr/bin/env python3
"""Writes one tiny network for each form in which tools export, as users put it into a folder, into ../resources/packages/exports
(needs: pip install onnx numpy).

Each looks at a picture of 32 x 32 in four quarters, as those of make_tiny_families.py do.
"""
import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper

from make_tiny_families import BOXES, CORNERS, QUARTER, SIDE, Network

OUT = pathlib.Path(__file__).parent.parent / "resources" / "packages" / "exports"
FLOAT, INT64, UINT8 = TensorProto.FLOAT, TensorProto.INT64, TensorProto.UINT8
PLANES = ("images", FLOAT, ["batch", 3, SIDE, SIDE])
NAMES = ["red", "green", "blue"]
IMAGENET = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]]


class Export(Network):
    def number(self, value, kind=np.float32):
        return self.constant(np.array(value, kind))

    def column(self, rows):
        """[batch, 1, 4] to [batch, 4]."""
        return self("Squeeze", rows, self.number([1], np.int64))

    def shares(self):
        """[batch, 4 queries, 4] with centres and sides."""
        return self.columns(self.batch(BOXES / SIDE))

    def logits(self, *more):
        """From -10 for nothing to 10 for all of a colour, and constants behind it."""
        centred = self("Mul", self("Sub", self.scores, self.number(0.5)), self.number(20))
        return self.columns(centred, *(self.batch(np.full((1, 1, 4), n, np.float32)) for n in more))

    def whole(self, tensor):
        return self("Cast", tensor, to=INT64)

    def likely(self):
        """Places of scores over 0.2 among [batch, 4], each [batch, candidate]."""
        return self("Transpose", self("NonZero", self("Greater", self.column(self.best), self.number(0.2))), perm=[1, 0])

    def write(self, dataset, outputs, inputs=(PLANES,), meta=None, names=NAMES, hints=None):
        folder = OUT / dataset / "1"
        folder.mkdir(parents=True, exist_ok=True)
        nodes = self.nodes + [helper.make_node("Identity", [tensor], [name]) for name, tensor, _, _ in outputs]
        graph = helper.make_graph(
            nodes, "tiny", [helper.make_tensor_value_info(*one) for one in inputs],
            [helper.make_tensor_value_info(name, kind, shape) for name, _, kind, shape in outputs], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        for key, value in (meta or {}).items():
            model.metadata_props.add(key=key, value=value)
        onnx.checker.check_model(model)
        onnx.save(model, folder / "any.onnx")
        if names:
            (folder / "class_names.txt").write_text("\n".join(names) + "\n")
        if hints:
            (folder / "inference_config.json").write_text(json.dumps({"network_input": hints}) + "\n")


def said(task, description, **more):
    return {"task": task, "description": description, "names": str(dict(enumerate(NAMES))), "imgsz": "[32, 32]", **more}


def oriented():
    net = Export()
    rows = net.rows(net.batch(BOXES), net.scores, net.nothing)
    net.write("obb", [("output0", rows, FLOAT, ["batch", 8, "anchors"])], meta=said("obb", "YOLO11n-obb"), names=None)
    net = Export()
    rows = net.columns(net.batch(BOXES), net.best, net.best_class, net.nothing)
    net.write("obb-finished", [("output0", rows, FLOAT, ["batch", 4, 7])], meta=said("obb", "YOLO26n-obb", end2end="True"), names=None)


def bare_keypoints():
    net = Export()
    points = net.batch(np.array([[x, y, x + 4, y + 4] for x, y in BOXES[0, :2].T], np.float32).T[None])
    rows = net.rows(net.batch(BOXES), net.scores, points)
    net.write("pose-xy", [("output0", rows, FLOAT, ["batch", 11, 4])], meta=said("pose", "YOLOv8n-pose", kpt_shape="[2, 2]"), names=None)


def rt_detr():
    net = Export()
    rows = net.columns(net.batch(BOXES / SIDE), net.best, net.best_class)
    net.write("rtdetr", [("output0", rows, FLOAT, ["batch", 4, 6])], meta=said("detect", "Ultralytics rtdetr-l"), names=None)
    net = Export()
    rows = net.columns(net.batch(BOXES / SIDE), net.scores)
    net.write("rtdetr-old", [("output0", rows, FLOAT, ["batch", 4, 7])], meta=said("detect", "Ultralytics rtdetr-l"), names=None)


def d_fine():
    net = Export()
    sizes = net("Cast", net("Concat", "orig_target_sizes", "orig_target_sizes", axis=1), to=FLOAT)
    boxes = net("Mul", net.columns(net.batch(CORNERS / SIDE)), net("Unsqueeze", sizes, net.number([1], np.int64)))
    outputs = [
        ("labels", net.whole(net.column(net.best_class)), INT64, ["batch", 4]), ("boxes", boxes, FLOAT, ["batch", 4, 4]),
        ("scores", net.column(net.best), FLOAT, ["batch", 4])]
    net.write("dfine", outputs, inputs=[PLANES, ("orig_target_sizes", INT64, ["batch", 2])])
    net = Export()
    outputs = [
        ("scores", net.column(net.best), FLOAT, ["batch", 4]), ("boxes", net.columns(net.batch(CORNERS / SIDE)), FLOAT, ["batch", 4, 4]),
        ("labels", net.whole(net.column(net.best_class)), INT64, ["batch", 4])]
    net.write("dfine-shares", outputs)


def queries():
    net = Export()
    outputs = [("labels", net.logits(3), FLOAT, ["batch", 4, 4]), ("dets", net.shares(), FLOAT, ["batch", 4, 4])]
    net.write("rf-detr", outputs, hints={"scaling_factor": 255})
    net = Export()
    outputs = [("logits", net.logits(0), FLOAT, ["batch", 4, 4]), ("pred_boxes", net.shares(), FLOAT, ["batch", 4, 4])]
    mask = ("pixel_mask", INT64, ["batch", SIDE, SIDE])
    net.write("detr", outputs, inputs=[PLANES, mask], hints={"scaling_factor": 255})
    net = Export()
    outputs = [("logits", net.logits(), FLOAT, ["batch", 4, 3]), ("pred_boxes", net.shares(), FLOAT, ["batch", 4, 4])]
    net.write("hf-rtdetr", outputs, hints={"scaling_factor": 255})


def finished():
    net = Export(lambda n: n("Unsqueeze", "image", n.number([0], np.int64)))
    likely = net("Gather", net.likely(), net.number(1, np.int64), axis=1)
    outputs = [
        ("boxes", net("Gather", net.number(CORNERS[0].T), likely), FLOAT, ["n", 4]),
        ("labels", net("Add", net.number(1, np.int64), net.whole(net("GatherND", net.column(net.best_class), net.likely()))), INT64, ["n"]),
        ("scores", net("GatherND", net.column(net.best), net.likely()), FLOAT, ["n"])]
    net.write("torchvision", outputs, inputs=[("image", FLOAT, [3, SIDE, SIDE])], names=["__background__", *NAMES])
    net = Export()
    outputs = [
        ("dets", net.columns(net.batch(CORNERS), net.best), FLOAT, ["batch", 4, 5]),
        ("labels", net.whole(net.column(net.best_class)), INT64, ["batch", 4])]
    net.write("mmdet", outputs, hints={"normalization": [[0, 0, 0], [255, 255, 255]]})
    net = Export()
    likely = net.likely()
    parts = [
        net("Cast", net("Gather", likely, net.number([0], np.int64), axis=1), to=FLOAT),
        net("Gather", net.number(CORNERS[0].T), net("Gather", likely, net.number(1, np.int64), axis=1)),
        net("Unsqueeze", net("GatherND", net.column(net.best_class), likely), net.number([1], np.int64)),
        net("Unsqueeze", net("GatherND", net.column(net.best), likely), net.number([1], np.int64))]
    net.write("yolov7", [("output", net("Concat", *parts, axis=1), FLOAT, ["Concat_dim", 7])])


def heads():
    net = Export()
    scores = net.columns(net.scores)
    half = np.full((1, 4, 4, 8), -50, np.float32)
    half[..., :2] = 0  # half a cell to each side
    grids = {8: 16, 16: 4, 32: 1, 64: 1}
    outputs = []
    for stride, cells in grids.items():
        none = net("Expand", net("ReduceMean", net.columns(net.nothing), axes=[1, 2], keepdims=1), net.number([1, cells, 3], np.int64))
        outputs.append((f"scores{stride}", scores if stride == QUARTER else none, FLOAT, ["batch", cells, 3]))
    for stride, cells in grids.items():
        edges = net("Add", net("ReduceMean", net.columns(net.nothing), axes=[1, 2], keepdims=1), net.number(half.reshape(1, 4, 32)[:, :1].repeat(cells, 1)))
        outputs.append((f"edges{stride}", edges, FLOAT, ["batch", cells, 32]))
    net.write("picodet", outputs, hints={"scaling_factor": 255})
    net = Export()
    raw = net("Reshape", net.scores, net.number([0, 1, 2, 2, 3], np.int64))
    rows = net.columns(net.batch(BOXES), net.best, net.scores)
    net.write("yolov5-four", [("raw", raw, FLOAT, ["batch", 1, 2, 2, 3]), ("output", rows, FLOAT, ["batch", 4, 8]), ("raw2", raw, FLOAT, ["batch", 1, 2, 2, 3]),
                              ("raw3", raw, FLOAT, ["batch", 1, 2, 2, 3])])


def forms():
    last = lambda n: n("Transpose", "images", perm=[0, 3, 1, 2])
    scaled = lambda n, pixels: n("Div", n("Cast", pixels, to=FLOAT), n.number(255))
    for name, front, kind, shape in [
            ("floats-last", last, FLOAT, [SIDE, SIDE, 3]), ("bytes-last", lambda n: scaled(n, last(n)), UINT8, [SIDE, SIDE, 3]),
            ("bytes", lambda n: scaled(n, "images"), UINT8, [3, SIDE, SIDE])]:
        net = Export(front)
        rows = net.rows(net.batch(BOXES), net.scores)
        net.write(name, [("output0", rows, FLOAT, ["batch", 7, 4])], inputs=[("images", kind, ["batch", *shape])])


def scores():
    for name, softmax in [("classifier", False), ("classifier-shares", True)]:
        net = Export()
        mean = net("Mul", net("ReduceMean", net.scores, axes=[2], keepdims=0), net.number(10))
        net.write(name, [("logits", net("Softmax", mean) if softmax else mean, FLOAT, ["batch", 3])], hints={"scaling_factor": 255})
    for name, last in [("pixels", False), ("pixels-last", True)]:
        net = Export()
        four = net.rows(net.batch(np.full((1, 1, 4), 3, np.float32)), net("Mul", net.scores, net.number(10)))
        planes = net("Reshape", four, net.number([0, 4, 2, 2], np.int64))
        large = net("Resize", planes, "", net.number([1, 1, 4, 4]), mode="nearest")
        out = net("Transpose", large, perm=[0, 2, 3, 1]) if last else large
        net.write(name, [("out", out, FLOAT, ["batch", *([8, 8, 4] if last else [4, 8, 8])])], names=["background", *NAMES], hints={"scaling_factor": 255})


for one in (oriented, bare_keypoints, rt_detr, d_fine, queries, finished, heads, forms, scores):
    one()
