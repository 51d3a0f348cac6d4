"""Training in bfloat16 on a CPU that has instructions for it: kernels.cpp instead of PyTorch's slow parts. Same weights, same function."""
import os
import subprocess

import torch
from torch import nn

from common import ConvBlock, Separable

HERE = os.path.dirname(os.path.abspath(__file__))
HALF = torch.bfloat16


def build():
    """Compiles kernels.cpp for this machine (needs g++ and Debian's libtorch-dev) and loads it."""
    source, library = os.path.join(HERE, "kernels.cpp"), os.path.join(HERE, "kernels.so")
    if not os.path.exists(library) or os.path.getmtime(library) < os.path.getmtime(source):
        subprocess.run(["g++", "-O3", "-ffast-math", "-march=native", "-mprefer-vector-width=512", "-fopenmp", "-std=c++17", "-w", "-shared", "-fPIC",
                        "-I/usr/include/torch/csrc/api/include", source, "-o", library, "-ltorch_cpu", "-lc10"], check=True)
    torch.ops.load_library(library)


class NormRelu(torch.autograd.Function):
    """relu(batch norm(x) + residual)."""

    @staticmethod
    def forward(ctx, x, weight, bias, residual, norm):
        y, mean, variance = torch.ops.sightline.norm_relu(x, weight, bias, residual, norm.eps)
        count = x.numel() / x.shape[1]
        norm.running_mean.lerp_(mean, norm.momentum)
        norm.running_var.lerp_(variance * (count / (count - 1)), norm.momentum)
        ctx.save_for_backward(y, x, weight, mean, variance)
        ctx.eps, ctx.residual = norm.eps, residual is not None
        return y

    @staticmethod
    def backward(ctx, dy):
        dy = dy.contiguous(memory_format=torch.channels_last)
        dx, dweight, dbias, dresidual = torch.ops.sightline.norm_relu_backward(dy, *ctx.saved_tensors, ctx.eps, ctx.residual)
        return dx, dweight, dbias, dresidual if ctx.residual else None, None


class Depthwise(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, stride, padding):
        small = weight.to(HALF)
        ctx.save_for_backward(x, small)
        ctx.stride, ctx.padding = stride, padding
        return torch.conv2d(x, small, None, stride, padding, 1, x.shape[1])

    @staticmethod
    def backward(ctx, dy):
        x, weight = ctx.saved_tensors
        dy = dy.contiguous(memory_format=torch.channels_last)
        dx = torch.ops.aten.convolution_backward(dy, x, weight, None, ctx.stride, ctx.padding, [1, 1], False, [0, 0], x.shape[1],
                                                 [True, False, False])[0]
        return dx, torch.ops.sightline.depthwise_weight_gradient(x, dy, weight.shape[2], ctx.stride[0], ctx.padding[0]), None, None


def convolved(x, layer):
    return torch.conv2d(x, layer.weight.to(HALF), None if layer.bias is None else layer.bias.to(HALF), layer.stride, layer.padding)


def depthwise(x, layer):
    return Depthwise.apply(x, layer.weight, layer.stride, layer.padding)


def norm_relu(x, norm, residual=None):
    return NormRelu.apply(x, norm.weight, norm.bias, residual, norm)


def features(blocks, x):
    """What the ConvBlocks and Separables of an nn.Sequential compute in training mode."""
    for block in blocks:
        if isinstance(block, ConvBlock):
            x = norm_relu(convolved(x, block[0]), block[1])
        elif isinstance(block, Separable):
            y = norm_relu(depthwise(x, block.depthwise), block.norm1)
            x = norm_relu(convolved(y, block.pointwise), block.norm2, x if block.residual else None)
        else:
            raise TypeError(f"{type(block)} (expected: ConvBlock or Separable)")
    return x


def embed(model, images):
    """model(images) in training mode, most of it in bfloat16."""
    x = features(model.features, images.to(HALF, memory_format=torch.channels_last))
    x = depthwise(x, model.spatial).float()
    x = model.final_norm(model.project(model.norm(x).flatten(1)))
    return nn.functional.normalize(x, dim=1)


def detect(model, images):
    """model(images) of the detector in training mode, most of it in bfloat16."""
    at8 = features(model.stride8, features(model.stride4, images.to(HALF, memory_format=torch.channels_last)))
    at16 = features(model.stride16, at8)
    twice = lambda x: nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")
    top = features([model.from32], features(model.stride32, at16))
    top = features([model.merge16], features([model.from16], at16) + twice(top))
    top = features([model.merge8], features([model.from8], at8) + twice(top))
    score, box = (convolved(features([head[0]], top), head[1]).float() for head in (model.score_head, model.box_head))
    return score, model.distances(box)
