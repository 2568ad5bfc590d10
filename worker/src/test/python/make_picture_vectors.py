#!/usr/bin/env python3
"""Writes pictures and what scikit-image and Pillow make of them into ../resources/pictures (needs: pip install numpy pillow scikit-image).

Pictures are blue, green, red to the reference server, whose arithmetic this repeats; they are written as the decoder will see them.
"""
import pathlib

import numpy as np
from PIL import Image
from skimage import exposure

OUT = pathlib.Path(__file__).parent.parent / "resources" / "pictures"


def waves(width, height, seed, low=0, high=255, noise=12):
    """Smooth colours with some noise, between two values."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = []
    for _ in range(3):
        a, b, c = random.uniform(0.02, 0.25, 2).tolist() + [random.uniform(0, 6)]
        planes.append(np.sin(a * x + b * y + c) * 0.5 + 0.5)
    pixels = low + np.stack(planes, -1) * (high - low) + random.normal(0, noise, (height, width, 3))
    return np.clip(pixels, low, high).astype(np.uint8)


PICTURES = {
    "waves": waves(97, 61, 1),
    "dull": waves(64, 90, 2, 90, 140, 3),
    "grey": np.repeat(waves(50, 41, 3)[:, :, :1], 3, axis=2),
    "plain": np.full((9, 12, 3), (40, 90, 200), np.uint8),
    "small": waves(7, 5, 4),
    "line": waves(33, 1, 5),
}


def stretched(image):
    low, high = np.percentile(image, 2), np.percentile(image, 98)
    return exposure.rescale_intensity(image, in_range=(low, high))


def histogram_equalized(image):
    return (exposure.equalize_hist(image.astype(np.float32) / 255) * 255).astype(np.uint8)


def adaptively_equalized(image):
    return (exposure.equalize_adapthist(image.astype(np.float32) / 255, clip_limit=0.03) * 255).astype(np.uint8)


def save(bgr, name):
    Image.fromarray(np.ascontiguousarray(bgr[:, :, ::-1])).save(OUT / f"{name}.png", optimize=True)


OUT.mkdir(parents=True, exist_ok=True)
for name, image in PICTURES.items():
    save(image, name)
    save(stretched(image), f"{name}-contrast-stretching")
    save(histogram_equalized(image), f"{name}-histogram-equalization")
    save(adaptively_equalized(image), f"{name}-adaptive-equalization")
for name, sizes in {"waves": [(32, 32), (97, 20), (20, 61), (140, 100)], "line": [(20, 20)], "small": [(160, 160), (1, 1)]}.items():
    for width, height in sizes:
        resized = Image.fromarray(PICTURES[name]).resize((width, height), Image.BILINEAR)
        save(np.asarray(resized), f"{name}-{width}x{height}")
