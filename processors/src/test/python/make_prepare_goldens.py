"""Makes the golden tensors of PreparedGoldenTest: pictures, and what PaddleClas, PaddleDetection and YOLOX make of them with cv2 and numpy.

    apt-get install python3-opencv python3-numpy python3-pil      (made with OpenCV 4.6.0, numpy 1.24.2, Pillow 9.4.0 of Debian 12)
    python3 processors/src/test/python/make_prepare_goldens.py    (from the project's folder)

Writes src/test/resources/golden/prepare: the pictures, and goldens.bin.gz (big-endian):
    int pictures, then each: utf name, int recipes, then each:
        utf recipe, int stride, 3 doubles (means of the channels of the whole tensor), int n, n unsigned shorts (every stride-th value of the
        CHW tensor before normalisation, 0..255, times 256)
    int tables, then each: utf name, 3 x 256 floats (what normalisation makes of each pixel value, one row a channel)
The steps follow PaddleClas's deploy/python/preprocess.py and det_preprocess.py, its serving example's operators, and YOLOX's preproc.
"""
import gzip
import io
import pathlib
import struct

import cv2
import numpy as np
from PIL import Image

OUT = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden" / "prepare"


def drawn(width, height, seed):
    """RGB: a gradient, discs, a corner mark that tells how the picture is turned, a little noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    picture = np.stack([x * 255 // max(1, width - 1), y * 255 // max(1, height - 1), (x + y) * 255 // max(1, width + height - 2)], 2).astype(np.float64)
    for _ in range(6):
        cx, cy, r = rng.integers(width), rng.integers(height), rng.integers(2, max(3, min(width, height) // 3))
        picture[(x - cx) ** 2 + (y - cy) ** 2 < r * r] = rng.integers(0, 256, 3)
    picture[: height // 4, : width // 4] = (255, 0, 0)
    return np.clip(picture + rng.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)


def pil(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def with_orientation(jpeg, orientation):
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0MM" + struct.pack(">HIH", 42, 8, 1) + entry + struct.pack(">I", 0)
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


def pictures():
    base = pil(Image.fromarray(drawn(150, 100, 1)), "JPEG", quality=80)
    files = {f"exif{o}.jpg": with_orientation(base, o) for o in range(1, 9)}
    files["grey.jpg"] = pil(Image.fromarray(drawn(120, 90, 2)).convert("L"), "JPEG", quality=85)
    files["cmyk.jpg"] = pil(Image.fromarray(drawn(97, 130, 3)).convert("CMYK"), "JPEG", quality=85)
    rgba = np.dstack([drawn(90, 70, 4), np.tile(np.linspace(0, 255, 90).astype(np.uint8), (70, 1))])
    files["rgba.png"] = pil(Image.fromarray(rgba, "RGBA"), "PNG")
    files["odd.jpg"] = pil(Image.fromarray(drawn(101, 57, 5)), "JPEG", quality=90, subsampling=0)
    files["tiny.png"] = pil(Image.fromarray(drawn(3, 2, 6)), "PNG")
    files["wide.jpg"] = pil(Image.fromarray(drawn(601, 40, 7)), "JPEG", quality=75)
    files["tall.jpg"] = pil(Image.fromarray(drawn(31, 301, 8)), "JPEG", quality=75)
    files["progressive.jpg"] = pil(Image.fromarray(drawn(333, 222, 9)), "JPEG", quality=60, progressive=True)
    files["grey16.png"] = cv2.imencode(".png", drawn(64, 48, 10)[:, :, 2].astype(np.uint16) * 257)[1].tobytes()
    files["palette.png"] = pil(Image.fromarray(drawn(80, 60, 11)).convert("P", palette=Image.ADAPTIVE, colors=32), "PNG")
    return files


def decode_image(file):
    return cv2.imdecode(np.frombuffer(file, dtype="uint8"), 1)


def rec(bgr):
    """ResizeImage {size: 224} of PaddleClas."""
    return cv2.resize(bgr[:, :, ::-1], (224, 224), interpolation=cv2.INTER_LINEAR)


def cls(bgr):
    """ResizeImage {resize_short: 256}, CropImage {size: 224} of PaddleClas."""
    img = bgr[:, :, ::-1]
    img_h, img_w = img.shape[:2]
    percent = float(256) / min(img_w, img_h)
    img = cv2.resize(img, (int(round(img_w * percent)), int(round(img_h * percent))), interpolation=cv2.INTER_LINEAR)
    img_h, img_w = img.shape[:2]
    w_start, h_start = (img_w - 224) // 2, (img_h - 224) // 2
    return img[h_start:h_start + 224, w_start:w_start + 224, :]


def det_server(bgr):
    """The stock recognition server: BGR2RGB, Div(255.0), ..., Resize((640, 640)): floats are resized. Normalisation, linear, left out."""
    img = bgr[:, :, ::-1].astype("float32") / 255.0
    return cv2.resize(img, (640, 640), interpolation=cv2.INTER_LINEAR) * 255.0


def det_cubic(bgr):
    """DetResize {interp: 2, keep_ratio: false, target_size: [320, 288]} of PaddleClas's inference_general.yaml, of another size."""
    img = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
    return cv2.resize(img, None, None, fx=288 / float(img.shape[1]), fy=320 / float(img.shape[0]), interpolation=2)


def det_ratio(bgr):
    """DetResize {interp: 1, keep_ratio: true, target_size: [256, 320]}, filled up on the right and below to 320x320 with 0."""
    img = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
    low, high = np.min(img.shape[:2]), np.max(img.shape[:2])
    scale = float(256) / float(low)
    if np.round(scale * high) > 320:
        scale = float(320) / float(high)
    img = cv2.resize(img, None, None, fx=scale, fy=scale, interpolation=1)
    padded = np.zeros((320, 320, 3), np.uint8)
    padded[: img.shape[0], : img.shape[1]] = img
    return padded


def yolox(bgr):
    """YOLOX's preproc: BGR, top left, 114."""
    padded = np.ones((416, 416, 3), dtype=np.uint8) * 114
    r = min(416 / bgr.shape[0], 416 / bgr.shape[1])
    img = cv2.resize(bgr, (int(bgr.shape[1] * r), int(bgr.shape[0] * r)), interpolation=cv2.INTER_LINEAR)
    padded[: img.shape[0], : img.shape[1]] = img
    return padded


RECIPES = [("rec", rec, 149), ("cls", cls, 149), ("det_server", det_server, 997), ("det_cubic", det_cubic, 307), ("det_ratio", det_ratio, 311),
           ("yolox", yolox, 523)]


def tables():
    img = np.tile(np.arange(256, dtype=np.uint8), (3, 1)).reshape(3, 256, 1)
    mean = np.array([0.485, 0.456, 0.406]).reshape((3, 1, 1)).astype("float32")
    std = np.array([0.229, 0.224, 0.225]).reshape((3, 1, 1)).astype("float32")
    imagenet = (img.astype("float32") * np.float32(1.0 / 255.0) - mean) / std
    arcface = (img.astype("float32") - np.float32(127.5)) * np.float32(0.00784313725)
    return {"imagenet": imagenet, "arcface": arcface}


def text(value):
    return struct.pack(">H", len(value)) + value.encode()


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    files = pictures()
    out.write(struct.pack(">i", len(files)))
    for name, file in files.items():
        (OUT / name).write_bytes(file)
        bgr = decode_image(file)
        out.write(text(name) + struct.pack(">i", len(RECIPES)))
        for recipe, make, stride in RECIPES:
            tensor = make(bgr).transpose((2, 0, 1)).astype(np.float64)
            values = np.clip(np.round(tensor.reshape(-1)[::stride] * 256), 0, 65535).astype(">u2")
            out.write(text(recipe) + struct.pack(">i3di", stride, *tensor.mean(axis=(1, 2)), len(values)) + values.tobytes())
    out.write(struct.pack(">i", len(tables())))
    for name, table in tables().items():
        out.write(text(name) + table.astype(">f4").tobytes())
    (OUT / "goldens.bin.gz").write_bytes(gzip.compress(out.getvalue(), 9, mtime=0))


main()
