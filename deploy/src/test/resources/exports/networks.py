"""Small networks whose random weights find some tens of objects, instead of trained ones that take minutes."""
import contextlib
import math
import random

import numpy as np
import torch

SEED = 20240917


def seed(number=0):
    random.seed(SEED + number)
    np.random.seed(SEED + number)
    torch.manual_seed(SEED + number)


def picture(width, height, number=0):
    """Blue, green, red: coloured rectangles, discs and some noise, so that every place looks like no other."""
    import cv2

    chance = np.random.default_rng(SEED + number)
    canvas = np.full((height, width, 3), chance.integers(40, 216, 3), np.uint8)
    for _ in range(24):
        colour = [int(c) for c in chance.integers(0, 256, 3)]
        x, y = int(chance.integers(0, width)), int(chance.integers(0, height))
        size = int(chance.integers(min(width, height) // 12, min(width, height) // 3))
        if chance.random() < 0.5:
            cv2.rectangle(canvas, (x, y), (x + size, y + size * 2 // 3), colour, -1)
        else:
            cv2.circle(canvas, (x, y), size // 2, colour, -1)
    noise = chance.normal(0, 6, canvas.shape)
    return np.clip(canvas + noise, 0, 255).astype(np.uint8)


def pictures_for(size, count=4):
    """[count, 3, height, width] between 0 and 1."""
    height, width = size
    stack = np.stack([picture(width, height, 100 + i) for i in range(count)])
    return torch.from_numpy(stack[..., ::-1].copy()).permute(0, 3, 1, 2).float() / 255


@torch.no_grad()
def settle(model, images):
    """Gives batch normalization the means and deviations that random weights lead to: without, signals fade from layer to layer."""
    norms = [m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    kept = [(m.momentum, m.training) for m in norms]
    model.eval()
    for norm in norms:
        norm.momentum = None
        norm.reset_running_stats()
        norm.train()
    with contextlib.suppress(NotImplementedError):
        model(images)
        model(images)
    for norm, (momentum, _) in zip(norms, kept):
        norm.momentum = momentum
    model.eval()


@torch.no_grad()
def sharpen(convolutions, run, share=0.01, steepness=6.0):
    """Stretches the logits of these convolutions so that this share of them is beyond a half and few are close to it."""
    seen = [[] for _ in convolutions]
    hooks = [c.register_forward_hook(lambda _m, _i, out, to=to: to.append(out.detach())) for c, to in zip(convolutions, seen)]
    run()
    for hook in hooks:
        hook.remove()
    flat = torch.cat([out.flatten() for outs in seen for out in outs])
    middle = torch.quantile(flat[torch.randperm(flat.numel())[:200_000]], 1 - share)
    factor = steepness / max(float(flat.std()), 1e-6)
    for convolution in convolutions:
        convolution.weight.mul_(factor)
        bias = convolution.bias if convolution.bias is not None else None
        if bias is not None:
            bias.copy_((bias - middle) * factor)


def probability(logit):
    return 1 / (1 + math.exp(-logit))
