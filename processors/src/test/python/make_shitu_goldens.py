"""Makes golden/shitu-nms.csv of ShituPostprocessTest: hits, and which of them the stock server's suppression keeps, in its order.

    python3 processors/src/test/python/make_shitu_goldens.py    (from the project's folder; numpy 1.24.2)

A line: hits as "x1 y1 x2 y2 score" separated by ';', a tab, the numbers of those that are kept separated by spaces. The formula is that of
PP-ShiTu's serving example: by falling score, areas and overlaps with one pixel more a side, IoU above 0.05 dropped.
"""
import pathlib

import numpy as np

OUT = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden" / "shitu-nms.csv"


def kept(boxes, scores, threshold):
    x1, y1, x2, y2 = np.array(boxes).astype("float32").T
    scores = np.array(scores)
    areas = (x2 - x1 + 1) * (y2 - y1 + 1)
    left = scores.argsort()[::-1]
    result = []
    while left.size > 0:
        best, rest = left[0], left[1:]
        width = np.maximum(0.0, np.minimum(x2[best], x2[rest]) - np.maximum(x1[best], x1[rest]) + 1)
        height = np.maximum(0.0, np.minimum(y2[best], y2[rest]) - np.maximum(y1[best], y1[rest]) + 1)
        common = width * height
        left = rest[common / (areas[best] + areas[rest] - common) <= threshold]
        result.append(int(best))
    return result


def main():
    rng = np.random.default_rng(3)
    lines = []
    for case in range(200):
        n = int(rng.integers(1, 7))
        corners = rng.integers(0, 400, (n, 2))
        sides = rng.integers(1, 250, (n, 2))
        boxes = [[int(v) for v in (x, y, x + w, y + h)] for (x, y), (w, h) in zip(corners, sides)]
        scores = np.round(rng.uniform(0.5, 1, n), 2 if case % 4 else 1).astype("float32")   # one decimal: equal scores happen
        hits = ";".join(" ".join(map(str, box)) + f" {score}" for box, score in zip(boxes, scores))
        lines.append(hits + "\t" + " ".join(map(str, kept(boxes, scores, 0.05))))
    OUT.write_text("\n".join(lines) + "\n")


main()
