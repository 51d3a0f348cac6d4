"""Makes golden/real-boxes.tsv of RealGoldenTest: what models that others trained find in photographs, computed without Sightline.

    pip install onnxruntime opencv-python-headless              (made with 1.30.0; one thread)
    python3 processors/src/test/python/make_real_goldens.py ../shared/data    (from the project's folder)

A line: description in docs/models, photograph, x1, y1, x2, y2, score, class; for the classifier the class and its probability.
"""
import pathlib
import sys

import cv2
import numpy as np
import onnxruntime

DATA = pathlib.Path(sys.argv[1])
OUT = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden" / "real-boxes.tsv"
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)


def session(name):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(DATA / "models" / name), options, providers=["CPUExecutionProvider"])


def chw(picture):
    return picture.transpose(2, 0, 1)[None].astype(np.float32)


def imagenet(rgb):
    return chw((rgb.astype(np.float32) * np.float32(1 / 255) - MEAN) / STD)


def squashed(bgr, width, height):
    return cv2.resize(bgr[:, :, ::-1], (width, height))


def letterbox(bgr, side, value):
    r = min(side / bgr.shape[0], side / bgr.shape[1])
    small = cv2.resize(bgr, (int(bgr.shape[1] * r), int(bgr.shape[0] * r)))
    padded = np.full((side, side, 3), value, np.uint8)
    padded[: small.shape[0], : small.shape[1]] = small
    return chw(padded), r


def cells(side, stride):
    n = -(-side // stride)
    y, x = np.mgrid[0:n, 0:n]
    return np.stack([x.ravel(), y.ravel()], 1)


def suppressed(boxes, scores, classes, iou):
    for label in sorted(set(classes.tolist())):
        order = [i for i in scores.argsort()[::-1] if classes[i] == label]
        while order:
            best, rest = order[0], order[1:]
            yield boxes[best], scores[best], label
            order = []
            for i in rest:
                w, h = np.minimum(boxes[best, 2:], boxes[i, 2:]) - np.maximum(boxes[best, :2], boxes[i, :2])
                common = max(0, w) * max(0, h)
                areas = sum((boxes[j, 2] - boxes[j, 0]) * (boxes[j, 3] - boxes[j, 1]) for j in (best, i))
                if common / (areas - common) <= iou:
                    order.append(i)


def middles(xy, wh):
    return np.concatenate([xy - wh / 2, xy + wh / 2], 1)


def best(boxes, scores, threshold, iou):
    keep = scores.max(1) >= threshold
    return suppressed(boxes[keep], scores[keep].max(1), scores[keep].argmax(1), iou)


def picodet_xs(net, bgr, h, w):
    rows = net.run(None, {"image": imagenet(squashed(bgr, 320, 320)), "scale_factor": np.array([[320 / h, 320 / w]], np.float32)})[0]
    return [(row[2:], row[1], int(row[0])) for row in rows if row[0] >= 0 and row[1] >= 0.35]


def picodet_s(net, bgr, h, w):
    out = net.run([f"save_infer_model/scale_{i}.tmp_1" for i in range(8)], {"image": imagenet(squashed(bgr, 416, 416))})
    boxes = []
    for i, stride in enumerate((8, 16, 32, 64)):
        bins = np.exp(out[i + 4].reshape(-1, 4, 8))
        distance = (bins / bins.sum(2, keepdims=True) * np.arange(8)).sum(2) * stride
        middle = (cells(416, stride) + 0.5) * stride
        boxes.append(np.concatenate([middle - distance[:, :2], middle + distance[:, 2:]], 1))
    return best(np.concatenate(boxes) / ([416 / w, 416 / h] * 2), np.concatenate([o[0] for o in out[:4]]), 0.4, 0.6)


def yolox(net, bgr, h, w):
    image, r = letterbox(bgr, 416, 114)
    out = net.run(None, {"images": image})[0][0]
    grid = np.concatenate([cells(416, s) for s in (8, 16, 32)])
    stride = np.concatenate([np.full((len(cells(416, s)), 1), s) for s in (8, 16, 32)])
    return best(middles((out[:, :2] + grid) * stride, np.exp(out[:, 2:4]) * stride) / r, out[:, 4:5] * out[:, 5:], 0.3, 0.5)


def yunet(net, bgr, h, w):
    image, r = letterbox(bgr, 640, 0)
    boxes, scores = [], []
    for stride in (8, 16, 32):
        cls, obj, box = (o[0] for o in net.run([f"{k}_{stride}" for k in ("cls", "obj", "bbox")], {"input": image}))
        boxes.append(middles((cells(640, stride) + box[:, :2]) * stride, np.exp(box[:, 2:]) * stride))
        scores.append(np.sqrt(np.clip(cls, 0, 1) * np.clip(obj, 0, 1)))
    return best(np.concatenate(boxes) / r, np.concatenate(scores), 0.7, 0.3)


def ultraface(net, bgr, h, w):
    scores, boxes = net.run(["scores", "boxes"], {"input": chw((squashed(bgr, 320, 240).astype(np.float32) - 127) / 128)})
    return best(boxes[0] * [w, h, w, h], scores[0][:, 1:], 0.7, 0.3)


def classifier(net, bgr, h, w):
    share = 256 / min(h, w)
    rgb = cv2.resize(bgr[:, :, ::-1], (int(round(w * share)), int(round(h * share))))
    y, x = (rgb.shape[0] - 224) // 2, (rgb.shape[1] - 224) // 2
    logits = net.run(None, {"input": imagenet(rgb[y:y + 224, x:x + 224])})[0][0].astype(np.float64)
    shares = np.exp(logits - logits.max())
    return int(logits.argmax()), (shares / shares.sum()).max()


def main():
    lines = []
    detectors = [("picodet-xs-320", "picodet_xs_320_lcnet_postprocessed.onnx", picodet_xs), ("picodet-s-416", "picodet_s_416_coco.onnx", picodet_s),
                 ("yolox-nano", "yolox_nano.onnx", yolox), ("yunet", "face_detection_yunet_2023mar.onnx", yunet),
                 ("ultraface-rfb-320", "ultraface_rfb_320.onnx", ultraface)]
    photographs = [(p.name, cv2.imdecode(np.fromfile(p, np.uint8), 1)) for p in sorted((DATA / "images").iterdir())]
    for name, file, detect in detectors:
        net = session(file)
        for photograph, bgr in photographs:
            h, w = bgr.shape[:2]
            for box, score, label in detect(net, bgr, h, w):
                corners = np.floor(np.clip(box, 0, [w, h, w, h]) + 0.5).astype(int)
                lines.append("\t".join(map(str, [name, photograph, *corners, f"{score:.5f}", label])))
    net = session("mobilenetv2-12-int8.onnx")
    for photograph, bgr in photographs:
        label, share = classifier(net, bgr, *bgr.shape[:2])
        lines.append(f"mobilenetv2\t{photograph}\t{label}\t{share:.5f}")
    OUT.write_text("\n".join(lines) + "\n")


main()
