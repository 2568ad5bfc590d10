"""Exports small networks of other tools, and writes down what their own processing finds with each file."""
import json
import time

import cv2
import numpy as np
import onnxruntime
import torch
import torchvision
from PIL import Image

import networks

IMAGENET = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]]
NAMES = ["square", "disc", "star", "cross"]
CONFIDENCE, KEPT = 0.3, 0.25


class Export:
    """One file with what lies beside it, and its session."""

    def __init__(self, target, name, pictures):
        self.folder = target / "models" / name / "1"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.pictures = pictures

    def write(self, module, example, outputs, names, network_input=None, inputs=("images",), dynamic=True, free=(), opset=17):
        axes = {name: {0: "batch"} for name in (*inputs, *outputs)} if dynamic else {}
        axes.update({name: {0: f"{name}_rows"} for name in free})
        torch.onnx.export(
            module.eval(), example, str(self.folder / "model.onnx"), input_names=list(inputs), output_names=list(outputs),
            dynamic_axes=axes, opset_version=opset, dynamo=False,
        )
        (self.folder / "class_names.txt").write_text("\n".join(names) + "\n")
        if network_input:
            (self.folder / "inference_config.json").write_text(json.dumps({"network_input": network_input}))
        self.session = onnxruntime.InferenceSession(str(self.folder / "model.onnx"))

    def run(self, **feeds):
        return self.session.run(None, feeds)

    def answers(self, task, answer):
        """What `answer` makes of each picture, given as Pillow reads it."""
        return {"task": task, "answers": {path.name: answer(Image.open(path).convert("RGB")) for path in self.pictures}}


def tensor(picture, size, antialias=True, normalization=None):
    """A stretched picture, [1, 3, height, width]."""
    import torchvision.transforms.functional as F

    if antialias:
        pixels = F.to_tensor(picture.resize(size[::-1], Image.BILINEAR))
    else:
        pixels = F.resize(F.to_tensor(picture), list(size), antialias=False)
    if normalization:
        pixels = F.normalize(pixels, *normalization)
    return pixels[None].numpy()


def objects(boxes, scores, classes):
    rows = [
        {"box": [float(n) for n in box], "score": float(score), "class": int(class_id)}
        for box, score, class_id in zip(boxes, scores, classes)
        if score > KEPT
    ]
    return {"objects": sorted(rows, key=lambda row: -row["score"])}


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def softmax(values):
    powers = np.exp(values - values.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def corners(boxes, picture):
    x, y, w, h = boxes.T
    return np.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], -1) * np.array([*picture.size] * 2)


# --- classifiers and class maps -------------------------------------------------------------------


def torchvision_classifier(export):
    from torchvision import transforms

    networks.seed(1)
    model = torchvision.models.resnet18(weights=None, num_classes=4)
    images = networks.pictures_for((64, 64), 8)
    networks.settle(model, images)
    networks.sharpen([model.fc], lambda: model(images), share=0.4, steepness=1.5)
    network_input = {"scaling_factor": 255, "normalization": IMAGENET, "shorter_edge": 73}
    export.write(model, images[:1], ["logits"], NAMES, network_input)
    steps = transforms.Compose([transforms.Resize(73), transforms.CenterCrop(64), transforms.ToTensor(), transforms.Normalize(*IMAGENET)])
    return export.answers("classify", lambda picture: {"shares": softmax(export.run(images=steps(picture)[None].numpy())[0][0]).tolist()})


def timm_classifier(export):
    import timm

    networks.seed(2)
    model = timm.create_model("resnet10t", pretrained=False, num_classes=4)
    images = networks.pictures_for((96, 96), 8)
    networks.settle(model, images)
    networks.sharpen([model.fc], lambda: model(images), share=0.4, steepness=1.5)
    export.write(torch.nn.Sequential(model, torch.nn.Softmax(-1)), images[:1], ["shares"], NAMES, {"normalization": IMAGENET})
    steps = timm.data.create_transform(96, interpolation="bilinear", mean=IMAGENET[0], std=IMAGENET[1], crop_pct=1.0)
    return export.answers("classify", lambda picture: {"shares": export.run(images=steps(picture)[None].numpy())[0][0].tolist()})


class FirstOf(torch.nn.Module):
    """One entry of a network's answer."""

    def __init__(self, model, *keys):
        super().__init__()
        self.model, self.keys = model, keys

    def forward(self, images):
        answer = self.model(images)
        found = tuple(answer[key] for key in self.keys)
        return found if len(found) > 1 else found[0]


def torchvision_classes_of_pixels(export, channels_last=False):

    networks.seed(3)
    model = torchvision.models.segmentation.lraspp_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=3)
    images = networks.pictures_for((64, 96), 8)
    networks.settle(model, images)
    networks.sharpen([model.classifier.low_classifier], lambda: model(images), share=0.4, steepness=3)
    module = FirstOf(model, "out")
    if channels_last:
        module = ChannelsLast(module, back=True)
        images = images.permute(0, 2, 3, 1)
    names = ["background", "land", "water"]
    export.write(module, images[:1], ["out"], names, {"scaling_factor": 255, "normalization": IMAGENET}, dynamic=not channels_last)

    def answer(picture):
        small = cv2.resize(np.asarray(picture), (96, 64), interpolation=cv2.INTER_LINEAR)
        pixels = ((small / 255 - IMAGENET[0]) / IMAGENET[1]).astype(np.float32)[None]
        scores = export.run(images=pixels if channels_last else pixels.transpose(0, 3, 1, 2))[0][0]
        planes = torch.from_numpy(scores.transpose(2, 0, 1) if channels_last else scores)
        full = torch.nn.functional.interpolate(planes[None], picture.size[::-1], mode="bilinear")[0].softmax(0)
        score, best = full.max(0)
        return {"map": torch.where(score >= CONFIDENCE, best, 0).tolist()}

    return export.answers("semantic", answer)


# --- detectors ------------------------------------------------------------------------------------


def torchvision_detector(export):

    networks.seed(4)
    model = torchvision.models.detection.ssdlite320_mobilenet_v3_large(
        weights=None, weights_backbone=None, num_classes=5, score_thresh=0.2, detections_per_img=40
    )
    images = networks.pictures_for((320, 320), 2)
    networks.settle(model, images)
    heads = [list(part.modules())[-1] for part in model.head.classification_head.module_list]
    networks.sharpen(heads, lambda: model(images), share=0.3, steepness=2.5)

    class Single(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, image):
            found = self.model([image])[0]
            return found["boxes"], found["scores"], found["labels"]

    export.write(Single(), images[0], ["boxes", "scores", "labels"], ["__background__", *NAMES], inputs=["image"], dynamic=False, free=["boxes", "scores", "labels"])

    def answer(picture):
        small = cv2.resize(np.asarray(picture), (320, 320), interpolation=cv2.INTER_LINEAR)
        boxes, scores, labels = export.run(image=(small.transpose(2, 0, 1) / 255).astype(np.float32))
        return objects(boxes * np.array([*picture.size] * 2) / 320, scores, labels)

    return export.answers("detect", answer)


def query_model(kind):
    """A small network of transformers with the configuration of its family."""
    import transformers

    networks.seed(5)
    backbone = transformers.ResNetConfig(embedding_size=16, hidden_sizes=[16, 32, 48, 64], depths=[1, 1, 1, 1], layer_type="basic", out_features=["stage2", "stage3", "stage4"])
    small = {"num_labels": 4, "d_model": 32, "encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "decoder_layers": 2, "encoder_layers": 1, "num_queries": 40}
    if kind == "detr":
        config = transformers.DetrConfig(
            use_timm_backbone=False, backbone_config=transformers.ResNetConfig(embedding_size=16, hidden_sizes=[16, 32, 48, 64], depths=[1, 1, 1, 1], layer_type="basic", out_features=["stage4"]),
            backbone=None, use_pretrained_backbone=False, encoder_attention_heads=4, decoder_attention_heads=4, **small,
        )
        return transformers.DetrForObjectDetection(config)
    if kind == "yolos":
        config = transformers.YolosConfig(hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96, image_size=[96, 96], patch_size=16, num_detection_tokens=40, num_labels=4)
        return transformers.YolosForObjectDetection(config)
    kinds = {"rtdetr": (transformers.RTDetrConfig, transformers.RTDetrForObjectDetection), "dfine": (transformers.DFineConfig, transformers.DFineForObjectDetection)}
    make_config, make_model = kinds[kind]
    config = make_config(
        backbone_config=transformers.RTDetrResNetConfig(embedding_size=16, hidden_sizes=[16, 32, 48, 64], depths=[1, 1, 1, 1], layer_type="basic", out_features=["stage2", "stage3", "stage4"]),
        encoder_hidden_dim=32, encoder_in_channels=[32, 48, 64], feat_strides=[8, 16, 32], decoder_in_channels=[32, 32, 32], num_feature_levels=3,
        decoder_attention_heads=4, encoder_attention_heads=4, anchor_image_size=None, num_denoising=0, **small,
    )
    return make_model(config)


def sharpen_classes(model, images):
    """Every head of classes: only some layers' are used."""
    heads = [
        module
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and module.out_features in (4, 5) and "class" in name and "denoising" not in name
    ]
    used = []
    hooks = [head.register_forward_hook(lambda module, _inputs, _output: used.append(module)) for head in heads]
    with torch.no_grad():
        model(images)
    for hook in hooks:
        hook.remove()
    networks.sharpen([used[-1]], lambda: model(images), share=0.08, steepness=3)


def query_detector(export, kind, post):
    model = query_model(kind).eval()
    size = (96, 96)
    images = networks.pictures_for(size, 2)
    networks.settle(model, images)
    sharpen_classes(model, images)
    network_input = None if post == "softmax" else {"scaling_factor": 255}
    export.write(FirstOf(model, "logits", "pred_boxes"), images[:1], ["logits", "pred_boxes"], NAMES, network_input, inputs=["pixel_values"])

    def answer(picture):
        logits, boxes = export.run(pixel_values=tensor(picture, size, normalization=IMAGENET if post == "softmax" else None))
        if post == "softmax":
            shares = softmax(logits[0])[:, :-1]
            return objects(corners(boxes[0], picture), shares.max(-1), shares.argmax(-1))
        return top_queries(sigmoid(logits[0]), boxes[0], picture)

    return export.answers("detect", answer)


def top_queries(scores, boxes, picture):
    best = np.argsort(-scores.flatten(), kind="stable")[: len(boxes)]
    return objects(corners(boxes, picture)[best // scores.shape[1]], scores.flatten()[best], best % scores.shape[1])


class Deployed(torch.nn.Module):
    """What D-FINE and RT-DETR export: with the post-processing of their repositories."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, images, orig_target_sizes):
        answer = self.model(images)
        logits, boxes = answer["logits"], answer["pred_boxes"]
        x, y, w, h = boxes.unbind(-1)
        boxes = torch.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], -1) * orig_target_sizes.repeat(1, 2).unsqueeze(1)
        scores, index = torch.topk(logits.sigmoid().flatten(1), boxes.shape[1], dim=-1)
        labels = index - index // logits.shape[2] * logits.shape[2]
        index = index // logits.shape[2]
        return labels, boxes.gather(1, index.unsqueeze(-1).repeat(1, 1, 4)), scores


def deployed_queries(export):
    model = query_model("dfine").eval()
    size = (96, 128)
    images = networks.pictures_for(size, 2)
    networks.settle(model, images)
    sharpen_classes(model, images)
    export.write(
        Deployed(model), (images[:1], torch.tensor([[128, 96]])), ["labels", "boxes", "scores"], NAMES, inputs=["images", "orig_target_sizes"]
    )

    def answer(picture):
        labels, boxes, scores = export.run(images=tensor(picture, size), orig_target_sizes=np.array([picture.size], np.int64))
        return objects(boxes[0], scores[0], labels[0])

    return export.answers("detect", answer)


def rf_detr(export, masks=False):
    """Names and processing of RF-DETR's own export: a last logit that stands for nothing."""
    model = query_model("rtdetr").eval()
    size = (96, 96)
    images = networks.pictures_for(size, 2)
    networks.settle(model, images)
    sharpen_classes(model, images)

    class Named(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, images):
            answer = self.model(images)
            return answer["pred_boxes"], answer["logits"]

    export.write(Named(), images[:1], ["dets", "labels"], NAMES[:3], inputs=["input"])

    def answer(picture):
        boxes, logits = export.run(input=tensor(picture, size, antialias=False, normalization=IMAGENET))
        return top_queries(sigmoid(logits[0][:, :3]), boxes[0], picture)

    return export.answers("detect", answer)


# --- other forms of a YOLO ------------------------------------------------------------------------


class ChannelsLast(torch.nn.Module):
    """As converters from TensorFlow lay pictures out; bytes are scaled inside."""

    def __init__(self, model, back=False):
        super().__init__()
        self.model, self.back = model, back

    def forward(self, images):
        pixels = images.permute(0, 3, 1, 2)
        if images.dtype == torch.uint8:
            pixels = pixels.float() / 255
        answer = self.model(pixels)
        return answer.permute(0, 2, 3, 1) if self.back else answer


class Bytes(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, images):
        return self.model(images.float() / 255)


class NumberedRows(torch.nn.Module):
    """YOLOv7 with --end2end: rows of the picture's number, corners, class and score."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, images):
        nms = torchvision.ops.nms

        found = self.model(images).transpose(1, 2)
        boxes = found[..., :4] @ torch.tensor([[1.0, 0, 1, 0], [0, 1, 0, 1], [-0.5, 0, 0.5, 0], [0, -0.5, 0, 0.5]])
        scores, classes = found[..., 4:].max(-1, keepdim=True)
        number = torch.arange(images.shape[0]).view(-1, 1, 1).expand_as(scores)
        rows = torch.cat([number.float(), boxes, classes.float(), scores], -1).view(-1, 7)
        rows = rows[torch.where(rows[:, 6] > 0.2)[0]]
        apart = (rows[:, :1] * 100 + rows[:, 5:6]) * 4096.0
        return rows[nms(rows[:, 1:5] + apart, rows[:, 6], 0.45)].reshape(-1, 7)


def yolo(export, form):
    from ultralytics.data.augment import LetterBox
    from ultralytics.utils import nms, ops

    import make_ultralytics

    size = (160, 192)
    made = make_ultralytics.network(export.folder.parent.parent.parent / "work", "v8/yolov8.yaml", {"nc": 4}, size)
    model = made.model.fuse(verbose=False).eval()
    model.model[-1].export, model.model[-1].format = True, "onnx"
    images = networks.pictures_for(size, 2)
    bytes_ = (images * 255).round().to(torch.uint8)
    feed = {
        "bytes": (Bytes(model), bytes_),
        "bytes-last": (ChannelsLast(model), bytes_.permute(0, 2, 3, 1)),
        "floats-last": (ChannelsLast(model), images.permute(0, 2, 3, 1)),
        "numbered": (NumberedRows(model), images),
    }[form]
    numbered = form == "numbered"
    export.write(feed[0], feed[1], ["output"], NAMES, free=["output"] if numbered else [])

    def answer(picture):
        source = np.asarray(picture)
        boxed = LetterBox(size, auto=False)(image=source[..., ::-1])[..., ::-1][None]
        pixels = boxed if form.startswith("bytes") else (boxed / 255).astype(np.float32)
        found = torch.from_numpy(export.run(images=np.ascontiguousarray(pixels if form.endswith("last") else pixels.transpose(0, 3, 1, 2)))[0])
        if numbered:
            found = torch.cat([found[:, 1:5], found[:, 6:7], found[:, 5:6]], 1)
        else:
            found = nms.non_max_suppression(found, KEPT, 0.45)[0]
        boxes = ops.scale_boxes(size, found[:, :4], source.shape)
        return objects(boxes.numpy(), found[:, 4].numpy(), found[:, 5].numpy())

    return export.answers("detect", answer)


CASES = {
    "torchvision-classifier": torchvision_classifier,
    "timm-classifier": timm_classifier,
    "torchvision-pixels": torchvision_classes_of_pixels,
    "torchvision-pixels-last": lambda export: torchvision_classes_of_pixels(export, channels_last=True),
    "torchvision-detector": torchvision_detector,
    "hf-detr": lambda export: query_detector(export, "detr", "softmax"),
    "hf-yolos": lambda export: query_detector(export, "yolos", "softmax"),
    "hf-rtdetr": lambda export: query_detector(export, "rtdetr", "sigmoid"),
    "hf-dfine": lambda export: query_detector(export, "dfine", "sigmoid"),
    "dfine-deployed": deployed_queries,
    "rf-detr": rf_detr,
    "yolo-bytes": lambda export: yolo(export, "bytes"),
    "yolo-bytes-last": lambda export: yolo(export, "bytes-last"),
    "yolo-floats-last": lambda export: yolo(export, "floats-last"),
    "yolo-numbered": lambda export: yolo(export, "numbered"),
}


def make(target, pictures, only):
    (target / "work").mkdir(exist_ok=True)
    for name, maker in CASES.items():
        expected = target / "expected" / f"{name}.json"
        if expected.exists() or (only and not name.startswith(only)):
            continue
        start = time.time()
        try:
            made = maker(Export(target, name, pictures))
        except Exception as problem:  # noqa: BLE001: what a version of a tool cannot export is no failure of ours
            made = {"unmade": f"{type(problem).__name__}: {problem}"[:600]}
        expected.write_text(json.dumps(made))
        objects_ = [len(a.get("objects", a)) for a in made.get("answers", {}).values()]
        print(f"{name}: {made.get('unmade', objects_)} in {time.time() - start:.1f} s", flush=True)
