"""Exports small networks of every task with the options of Ultralytics, and writes down what its own predict finds with each file."""
import json
import pathlib
import time

import cv2
import numpy as np
import torch
import yaml

import networks

CONFIDENCE, OVERLAP = 0.3, 0.45
SIDE = 160

# name: architecture, what is changed of it, options of the export
CASES = {
    "v8": ("v8/yolov8.yaml", {}, {}),
    "v8-dynamic": ("v8/yolov8.yaml", {}, {"dynamic": True}),
    "v8-nms": ("v8/yolov8.yaml", {}, {"nms": True}),
    "v8-nms-dynamic": ("v8/yolov8.yaml", {}, {"nms": True, "dynamic": True}),
    "v8-nms-dynamic-batch": ("v8/yolov8.yaml", {}, {"nms": True, "dynamic": True, "batch": 3}),
    "v8-one-class": ("v8/yolov8.yaml", {"nc": 1}, {"dynamic": True}),
    "v8-half": ("v8/yolov8.yaml", {}, {"half": True}),
    "v8-batch": ("v8/yolov8.yaml", {}, {"batch": 2}),
    "v8-odd": ("v8/yolov8.yaml", {}, {"imgsz": [160, 224]}),
    "v8-odd-dynamic": ("v8/yolov8.yaml", {}, {"imgsz": [224, 160], "dynamic": True}),
    "v8-opset": ("v8/yolov8.yaml", {}, {"opset": 13, "simplify": False}),
    "v5": ("v5/yolov5.yaml", {}, {"dynamic": True, "simplify": False}),
    "v9": ("v9/yolov9t.yaml", {}, {"dynamic": True}),
    "v10": ("v10/yolov10n.yaml", {}, {"dynamic": True}),
    "11": ("11/yolo11.yaml", {}, {"dynamic": True}),
    "12": ("12/yolo12.yaml", {}, {}),
    "26": ("26/yolo26.yaml", {}, {"dynamic": True}),
    "26-end2end": ("26/yolo26.yaml", {}, {"end2end": True}),
    "26-plain": ("26/yolo26.yaml", {}, {"end2end": False, "dynamic": True}),
    "v8-seg": ("v8/yolov8-seg.yaml", {}, {"dynamic": True}),
    "v8-seg-nms": ("v8/yolov8-seg.yaml", {}, {"nms": True}),
    "11-seg": ("11/yolo11-seg.yaml", {}, {}),
    "26-seg": ("26/yolo26-seg.yaml", {}, {"dynamic": True}),
    "v8-pose": ("v8/yolov8-pose.yaml", {"kpt_shape": [5, 3]}, {"dynamic": True}),
    "11-pose-nms": ("11/yolo11-pose.yaml", {"kpt_shape": [5, 3]}, {"nms": True}),
    "26-pose": ("26/yolo26-pose.yaml", {"kpt_shape": [5, 3]}, {}),
    "v8-pose-xy": ("v8/yolov8-pose.yaml", {"kpt_shape": [4, 2]}, {"dynamic": True}),
    "26-pose-xy": ("26/yolo26-pose.yaml", {"kpt_shape": [4, 2]}, {"dynamic": True}),
    "v8-obb": ("v8/yolov8-obb.yaml", {}, {"dynamic": True}),
    "v8-obb-nms": ("v8/yolov8-obb.yaml", {}, {"nms": True}),
    "11-obb": ("11/yolo11-obb.yaml", {}, {}),
    "26-obb": ("26/yolo26-obb.yaml", {}, {"dynamic": True}),
    "v8-cls": ("v8/yolov8-cls.yaml", {}, {"dynamic": True}),
    "26-cls": ("26/yolo26-cls.yaml", {}, {}),
    "26-sem": ("26/yolo26-sem.yaml", {}, {}),
    "26-sem-dynamic": ("26/yolo26-sem.yaml", {}, {"dynamic": True}),
    "rtdetr": ("rt-detr/rtdetr-resnet50.yaml", {}, {}),
    "rtdetr-dynamic": ("rt-detr/rtdetr-resnet50.yaml", {"nc": 2}, {"dynamic": True}),
}


def configuration(folder, path, changes):
    import ultralytics

    source = pathlib.Path(ultralytics.__file__).parent / "cfg/models" / path
    config = yaml.safe_load(source.read_text())
    config["nc"] = 3
    config.update(changes)
    if "scales" in config:
        # Attention comes in heads of 32 channels.
        config["scales"] = {"n": [0.33, 0.25 if "12" in path else 0.125, 256]}
    if "rtdetr" in path:
        for layer in config["backbone"]:
            if layer[2] == "ResNetLayer":
                layer[3][-1] = 1
        # Width, queries, points, heads, layers.
        config["head"][-1][3] = ["nc", 64, 60, 4, 4, 2]
    target = folder / source.name
    target.write_text(yaml.safe_dump(config))
    return target


def head_convolutions(head):
    found = []
    for branch in ("cv3", "one2one_cv3"):
        for part in getattr(head, branch, None) or []:
            found.append(list(part.modules())[-1])
    return found


def shrink_boxes(head):
    """Boxes of some cells instead of boxes that cover the picture: far edges are made unlikely."""
    for branch in ("cv2", "one2one_cv2"):
        for part in getattr(head, branch, None) or []:
            last = list(part.modules())[-1]
            with torch.no_grad():
                if head.reg_max > 1:
                    last.bias.copy_((-0.7 * torch.arange(head.reg_max, dtype=torch.float32)).repeat(4))
                else:
                    last.bias.fill_(1.5)


def network(folder, path, changes, size):
    from ultralytics import RTDETR, YOLO

    networks.seed(len(path))
    kind = RTDETR if "rtdetr" in path else YOLO
    model = kind(configuration(folder, path, changes), **({} if kind is RTDETR else {"task": None}))
    images = networks.pictures_for(size)
    networks.settle(model.model, images)
    head = model.model.model[-1]
    if kind is RTDETR:
        networks.sharpen([head.dec_score_head[-1]], lambda: model.model(images), share=0.03)
    elif model.task in ("detect", "segment", "pose", "obb"):
        networks.sharpen(head_convolutions(head), lambda: model.model(images), share=0.02)
        shrink_boxes(head)
    elif model.task == "classify":
        networks.sharpen([head.linear], lambda: model.model(images), share=0.4, steepness=1.5)
    return model


def rows(result):
    """Left, top, right, bottom, confidence, class; then what belongs to the object."""
    if result.obb is not None:
        found = []
        for corners, score, class_id in zip(result.obb.xyxyxyxy.tolist(), result.obb.conf.tolist(), result.obb.cls.tolist()):
            xs, ys = [x for x, _ in corners], [y for _, y in corners]
            found.append({"box": [min(xs), min(ys), max(xs), max(ys)], "score": score, "class": int(class_id), "corners": corners})
        return found
    found = [
        {"box": box, "score": score, "class": int(class_id)}
        for box, score, class_id in zip(result.boxes.xyxy.tolist(), result.boxes.conf.tolist(), result.boxes.cls.tolist())
    ]
    if result.keypoints is not None:
        for row, keypoints in zip(found, result.keypoints.data.tolist()):
            row["keypoints"] = keypoints
    if result.masks is not None:
        for row, mask in zip(found, result.masks.data.numpy()):
            row["mask"] = [int(n) for n in np.packbits(mask.astype(bool).flatten())]
            row["shape"] = list(mask.shape)
    return found


def answer(result):
    if result.probs is not None:
        return {"shares": result.probs.data.tolist()}
    if getattr(result, "semantic_mask", None) is not None:
        mask = result.semantic_mask.data
        mask = mask.numpy() if hasattr(mask, "numpy") else np.asarray(mask)
        return {"map": np.squeeze(mask).astype(int).tolist()}
    return {"objects": rows(result)}


def export(target, work, name, path, changes, options, pictures):
    from ultralytics import RTDETR, YOLO

    size = options.get("imgsz", [SIDE, SIDE])
    model = network(work, path, changes, size)
    file = pathlib.Path(model.export(format="onnx", **{"imgsz": SIDE, "verbose": False, **options}))
    folder = target / "models" / name
    folder.mkdir(parents=True, exist_ok=True)
    placed = file.rename(folder / "1.onnx")
    kind = RTDETR if "rtdetr" in path else YOLO
    tool = kind(placed, **({} if kind is RTDETR else {"task": model.task}))
    expected = {"task": model.task, "options": options, "answers": {}}
    for picture in pictures:
        found = tool.predict(
            cv2.imread(str(picture)), imgsz=size, conf=CONFIDENCE - 0.05, iou=OVERLAP, rect=False, retina_masks=True, device="cpu", verbose=False
        )[0]
        expected["answers"][picture.name] = answer(found)
    return expected


def make(target, pictures, only):
    from ultralytics.utils import SETTINGS

    SETTINGS.update({"sync": False})
    work = target / "work"
    work.mkdir(parents=True, exist_ok=True)
    for name, (path, changes, options) in CASES.items():
        expected = target / "expected" / f"{name}.json"
        if expected.exists() or (only and not name.startswith(only)):
            continue
        start = time.time()
        try:
            made = export(target, work, name, path, changes, options, pictures)
        except Exception as problem:  # noqa: BLE001: an option that this version or its torch does not have is no failure of ours
            made = {"unmade": f"{type(problem).__name__}: {problem}"[:600]}
        expected.write_text(json.dumps(made))
        objects = [len(a.get("objects", a)) for a in made.get("answers", {}).values()]
        print(f"{name}: {made.get('unmade', objects)} in {time.time() - start:.1f} s", flush=True)
