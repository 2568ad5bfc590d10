"""Makes exports and what their own tools find with them: make.py FOLDER [PREFIX]."""
import logging
import os
import pathlib
import sys

os.environ.setdefault("YOLO_VERBOSE", "false")
os.environ.setdefault("YOLO_AUTOINSTALL", "false")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import cv2  # noqa: E402
import torch  # noqa: E402

import networks  # noqa: E402

PICTURES = {"square.png": (160, 160), "wide.png": (301, 200), "high.png": (150, 277)}


def main():
    target = pathlib.Path(sys.argv[1]).resolve()
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    torch.set_num_threads(2)
    logging.getLogger("torch").setLevel(logging.ERROR)
    (target / "pictures").mkdir(parents=True, exist_ok=True)
    (target / "expected").mkdir(exist_ok=True)
    os.environ["YOLO_CONFIG_DIR"] = str(target)
    pictures = []
    for number, (name, (width, height)) in enumerate(PICTURES.items()):
        path = target / "pictures" / name
        cv2.imwrite(str(path), networks.picture(width, height, number))
        pictures.append(path)
    import make_foreign
    import make_ultralytics

    make_ultralytics.make(target, pictures, only)
    make_foreign.make(target, pictures, only)


if __name__ == "__main__":
    main()
