"""Makes golden/python-text.json of PythonTextTest and NumpyTextTest: values and what Python and numpy write for them.

    python3 connectors/src/test/python/make_python_text_goldens.py    (from the project's folder; Python 3.11, numpy 1.24.2)

Floats stand as their bits (hexadecimal), so that reading them is no part of the test.
"""
import json
import pathlib
import sys

import numpy as np

OUT = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden" / "python-text.json"


def bits32(value):
    return format(int(np.float32(value).view(np.uint32)), "08x")


def bits64(value):
    return format(int(np.float64(value).view(np.uint64)), "016x")


def texts():
    fixed = ["", "daisy", "Red Bull-Enhanced", "it's", 'say "hi"', "it's \"both\"", "back\\slash", "tab\there", "line\nend\r", "\x00\x01\x1f\x7f", "\x80\x9f\xa0\xad",
             "caf\u00e9 \u00fc\u00df", "\u519c\u592b\u5c71\u6cc9", "\u7ea2\u725b-\u5f3a\u5316\u578b", "\U0001f34e apple", "\u200b\u200d zero width", "\u2028\u2029", "\u3000", "\ufeff",
             "\ue000", "\U000e0001", "\U0010ffff", "e\u0301", "\u05e9\u05dc\u05d5\u05dd", "'", '"', "''\"", "\\'", "a]}, {'b': 1", "{'bbox': [1]}", "\u0378", "%s {} \\n"]
    return [{"value": text, "repr": repr(text)} for text in fixed]


def doubles(rng):
    fixed = [0.0, -0.0, 1.0, -1.0, 0.9341, 0.79903316, 0.9341399073600769, 1e-4, 9.9999e-5, 1e-5, 1e15, 1e16, 123456789012345680.0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 2.0 ** -44,
             9007199254740993.0, 1 / 3, 2.0 ** -1022, 0.5, 100.0]
    fixed += [float(v) for v in rng.standard_normal(100)] + [float(v) for v in rng.integers(0, 2 ** 64, 300, dtype=np.uint64).view(np.float64) if np.isfinite(v)]
    fixed += [float(2.0 ** e) for e in range(-1074, 1024, 13)]
    return [{"bits": bits64(value), "repr": repr(value)} for value in fixed]


def floats(rng):
    fixed = [0.0, -0.0, 1.0, 0.79903316, 0.8073724, 0.9341, 1e-4, 9.9999e-5, 1e-5, 1e15, 1e16, 3.4028235e38, 1e-45, 16777216.0, 1 / 3, 8.589973e9, 0.5, 2e-44, 1.1754944e-38]
    fixed = [np.float32(v) for v in fixed] + list(rng.standard_normal(100).astype(np.float32)) + [v for v in rng.integers(0, 2 ** 32, 300, dtype=np.uint32).view(np.float32) if np.isfinite(v)]
    fixed += [np.float32(2.0 ** e) for e in range(-149, 128)]
    return [{"bits": bits32(value), "repr": repr(value)} for value in fixed]


def unit(values):
    values = np.asarray(values, dtype=np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def arrays(rng):
    np.set_printoptions(threshold=sys.maxsize)   # as the stock server does
    cases = [unit(rng.standard_normal((1, 128))), np.round(unit(rng.standard_normal((1, 128))), 5), np.round(unit(rng.standard_normal((3, 128))), 5),
             np.clip(unit(rng.standard_normal((1, 128))), 0.01, 1), np.round(np.clip(np.abs(unit(rng.standard_normal((2, 128)))), 0.001, 0.9), 3),
             np.zeros((1, 4)), np.ones((1, 128)), -np.ones((2, 3)), np.array([[1e8, 1]]), np.array([[123456.78, 1000.5]]), np.array([[0.0001, 0.1]]), np.array([[0.000099, 0.0002]]),
             np.array([[1e-10, 0, -0.0]]), np.array([[1e-40, 1e30]]), np.array([[1.0]]), np.array([[0.5, -0.25, 1000.0]]), np.array([[-0.0, 0.5]]),
             np.array([[0.012345678, 0.0123456789, 0.98765432]]), np.array([[0.00012345678, 0.1]]), np.array([[0.1, 100.0]]), np.array([[0.1, 101.0]]), np.array([[99999999.0, 1e5]]),
             np.array([[0.00195312494, 0.001953125, 0.00390625]])]
    for n in range(1, 24):   # every way in which a last line can end
        cases.append(np.round(unit(rng.standard_normal((1, n))) * 0.9, int(rng.integers(1, 6))))
        cases.append(rng.standard_normal((int(rng.integers(1, 4)), n)) * 10.0 ** float(rng.integers(-3, 6)))
    for _ in range(60):
        cases.append(rng.uniform(0.0001, 0.09, (1, int(rng.integers(2, 40)))))
    cases = [np.asarray(case, dtype=np.float32) for case in cases]
    return [{"bits": [[bits32(v) for v in row] for row in case], "repr": repr(case)} for case in cases]


def results():
    """What the recognition service writes: str() of a list of dictionaries whose scores are numpy.float32."""
    cases = [[], [{"bbox": [345, 95, 524, 576], "rec_docs": "Red Bull-Enhanced", "rec_scores": np.float32(0.79903316)}],
             [{"bbox": [0, 0, 1, 1], "rec_docs": "it's", "rec_scores": np.float32(0.9123)}, {"bbox": [3, 4, 500, 600], "rec_docs": "\u519c\u592b\u5c71\u6cc9", "rec_scores": np.float32(1.0)}]]
    return [{"value": [{**hit, "rec_scores": bits32(hit["rec_scores"])} for hit in case], "str": str(case)} for case in cases]


def main():
    rng = np.random.default_rng(6)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    goldens = {"texts": texts(), "doubles": doubles(rng), "floats": floats(rng), "arrays": arrays(rng), "results": results(),
               "lists": {"labels": str(["daisy", "sea snake"]), "numbers": str([0.9341, 0.5]), "class_ids": str([np.int64(8), np.int64(985)])}}
    lines = ",\n".join(f"{json.dumps(name)}: " + ("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]" if isinstance(cases, list) else json.dumps(cases)) for name, cases in goldens.items())
    OUT.write_text("{\n" + lines + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
