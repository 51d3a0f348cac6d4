"""Starts a network from the ONNX file of an earlier, shallower one (batch norms are fused into the convolutions there)."""
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from common import Separable


def fused_convolutions(path):
    """(weight, bias) of every convolution in the order of execution, and all named initializers."""
    graph = onnx.load(path).graph
    values = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
    pairs = [(values[n.input[1]], values[n.input[2]]) for n in graph.node if n.op_type == "Conv"]
    return pairs, values


def warm_start(model, path, images):
    """Copies the weights; the norms after the convolutions are set, on the given images, so that the function stays the same.

    Returns the file's initializers for layers that are no convolutions. Needs the old convolutions to be executed in the
    old order; new blocks must begin as identities.
    """
    pairs, values = fused_convolutions(path)
    fresh = {id(part) for block in model.modules() if isinstance(block, Separable) and block.identity for part in block.modules()}
    waiting, hooks = [], []

    def before_convolution(layer, _):
        weight, bias = pairs.pop(0)
        assert weight.shape == layer.weight.shape, f"{list(weight.shape)} in the file (expected: {list(layer.weight.shape)})"
        layer.weight.data.copy_(weight)
        if layer.bias is not None:
            layer.bias.data.copy_(bias)
        else:
            waiting.append(bias)

    def before_norm(layer, inputs):
        if not waiting:
            return
        variance, mean = torch.var_mean(inputs[0], [0, 2, 3], unbiased=False)
        layer.weight.data.copy_(torch.sqrt(variance + layer.eps))
        layer.bias.data.copy_(waiting.pop() + mean)
        layer.running_mean.copy_(mean)
        layer.running_var.copy_(variance)

    for layer in model.modules():
        if id(layer) not in fresh and isinstance(layer, nn.Conv2d):
            hooks.append(layer.register_forward_pre_hook(before_convolution))
        if id(layer) not in fresh and isinstance(layer, nn.BatchNorm2d):
            hooks.append(layer.register_forward_pre_hook(before_norm))
    with torch.no_grad():
        model.train()(images)
    for hook in hooks:
        hook.remove()
    assert not pairs, f"{len(pairs)} convolutions left over (expected: none)"
    return values
