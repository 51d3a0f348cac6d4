package io.sightline.processors.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which decoder an ONNX file's outputs are for, by their shapes and names.
 *
 * @param why one sentence for the operator
 * @param keys of the output section, behind {@code decoder}
 * @param classes names that are needed; 0: none
 */
public record DecoderGuess(String decoder, ModelTask task, String why, List<String> keys, int classes) {
    private static final int ROW_COLUMNS = DetectionOutput.PaddleDetection.COLUMNS;
    private static final List<Integer> STRIDES = List.of(8, 16, 32, 64);
    private static final List<Integer> YOLOX_STRIDES = List.of(8, 16, 32);
    private static final Pattern YUNET = Pattern.compile("cls_([0-9]{1,3})");
    private static final Pattern CLASSIFIER = Pattern.compile(".*(prob|softmax|logit|class|score|label).*");
    private static final List<Long> VECTORS = List.of(64L, 128L, 192L, 256L, 384L, 512L, 768L, 1024L, 2048L);

    public DecoderGuess {
        keys = List.copyOf(keys);
    }

    /** Empty where no decoder reads such outputs. */
    public static Optional<DecoderGuess> of(OnnxFile file) {
        List<OnnxNode> floats = file.outputs().stream().filter(OnnxNode::floats).toList();
        return Stream.of(paddleDetection(floats), yuNet(floats), ultraFace(floats), picoDet(file, floats), rows(file, floats), vector(floats))
                .flatMap(Optional::stream).findFirst();
    }

    private static Optional<DecoderGuess> paddleDetection(List<OnnxNode> outputs) {
        return only(outputs, o -> o.shape().size() == 2 && o.last() == ROW_COLUMNS).map(rows -> new DecoderGuess("paddle_detection", ModelTask.DETECTION,
                "rows of six: class, score, x1, y1, x2, y2, as PaddleDetection exports them with the suppression inside",
                List.of("name: " + rows.name(), "score_threshold: 0.3"), 1));
    }

    private static Optional<DecoderGuess> yuNet(List<OnnxNode> outputs) {
        List<Integer> strides = outputs.stream().map(o -> YUNET.matcher(o.name())).filter(Matcher::matches).map(m -> Integer.parseInt(m.group(1))).sorted().toList();
        boolean all = strides.stream().allMatch(s -> has(outputs, "obj_" + s) && has(outputs, "bbox_" + s));
        return strides.isEmpty() || !all ? Optional.empty() : Optional.of(new DecoderGuess("yunet", ModelTask.DETECTION,
                "cls_, obj_ and bbox_ for strides " + strides, List.of("strides: " + strides, "score_threshold: 0.7", "nms_iou: 0.3"), 1));
    }

    private static Optional<DecoderGuess> ultraFace(List<OnnxNode> outputs) {
        Optional<OnnxNode> scores = only(outputs, o -> o.shape().size() == 3 && o.last() == 2);
        Optional<OnnxNode> boxes = only(outputs, o -> o.shape().size() == 3 && o.last() == 4);
        return outputs.size() != 2 || scores.isEmpty() || boxes.isEmpty() ? Optional.empty() : Optional.of(new DecoderGuess("ultraface", ModelTask.DETECTION,
                "two scores and four corners an anchor",
                List.of("scores: " + scores.get().name(), "boxes: " + boxes.get().name(), "score_threshold: 0.7", "nms_iou: 0.3"), 1));
    }

    private static Optional<DecoderGuess> picoDet(OnnxFile file, List<OnnxNode> outputs) {
        List<AnchorGrid> grids = grids(file, STRIDES);
        List<List<OnnxNode>> pairs = grids.stream()
                .map(grid -> outputs.stream().filter(o -> o.shape().size() == 3 && o.shape().get(1) == grid.cells()).toList())
                .filter(pair -> pair.size() == 2).toList();
        if (grids.isEmpty() || pairs.size() != grids.size() || outputs.size() != 2 * grids.size()) {
            return Optional.empty();
        }
        String scores = pairs.stream().map(pair -> pair.get(0).name()).collect(Collectors.joining(", ", "scores: [", "]"));
        String boxes = pairs.stream().map(pair -> pair.get(1).name()).collect(Collectors.joining(", ", "boxes: [", "]"));
        return Optional.of(new DecoderGuess("picodet", ModelTask.DETECTION, "scores and distances for each of the strides " + STRIDES,
                List.of(scores, boxes, "strides: " + STRIDES, "score_threshold: 0.4", "nms_iou: 0.6"), (int) pairs.get(0).get(0).last()));
    }

    private static Optional<DecoderGuess> rows(OnnxFile file, List<OnnxNode> outputs) {
        Optional<OnnxNode> rows = only(outputs, o -> o.shape().size() == 3 && o.last() >= DetectionOutput.Dense.COLUMNS);
        if (rows.isEmpty() || outputs.size() != 1) {
            return Optional.empty();
        }
        List<String> keys = List.of("name: " + rows.get().name(), "score_threshold: 0.3", "nms_iou: 0.5");
        int cells = grids(file, YOLOX_STRIDES).stream().mapToInt(AnchorGrid::cells).sum();
        if (rows.get().shape().get(1) == cells) {
            return Optional.of(new DecoderGuess("yolox", ModelTask.DETECTION, cells + " rows, one for each cell of the strides " + YOLOX_STRIDES, keys,
                    (int) rows.get().last() - DetectionOutput.Yolox.BOX_COLUMNS));
        }
        return rows.get().last() != DetectionOutput.Dense.COLUMNS ? Optional.empty() : Optional.of(new DecoderGuess("dense", ModelTask.DETECTION,
                "rows of five: x1, y1, x2, y2 in pixels of the input, score", keys, 1));
    }

    private static Optional<DecoderGuess> vector(List<OnnxNode> outputs) {
        Optional<OnnxNode> vector = only(outputs, o -> o.shape().size() == 2 && o.last() > 0);
        if (vector.isEmpty() || outputs.size() != 1) {
            return Optional.empty();
        }
        String name = vector.get().name();
        long numbers = vector.get().last();
        if (VECTORS.contains(numbers) && !CLASSIFIER.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
            return Optional.of(new DecoderGuess("embedding", ModelTask.EMBEDDING, numbers + " numbers a picture, a usual length of vectors",
                    List.of("name: " + name, "dimension: " + numbers, "normalise: true"), 0));
        }
        return Optional.of(new DecoderGuess("classes", ModelTask.CLASSIFICATION, numbers + " numbers a picture; `activation: none` where they are probabilities",
                List.of("name: " + name, "activation: softmax", "top_k: 5"), (int) numbers));
    }

    private static List<AnchorGrid> grids(OnnxFile file, List<Integer> strides) {
        return ModelSkeleton.picture(file).map(picture -> AnchorGrid.of(picture, strides)).orElse(List.of());
    }

    private static boolean has(List<OnnxNode> outputs, String name) {
        return outputs.stream().anyMatch(o -> o.name().equals(name));
    }

    private static Optional<OnnxNode> only(List<OnnxNode> outputs, Predicate<OnnxNode> predicate) {
        List<OnnxNode> found = outputs.stream().filter(predicate).toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }
}
