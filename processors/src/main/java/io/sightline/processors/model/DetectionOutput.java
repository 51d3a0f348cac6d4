package io.sightline.processors.model;

import java.util.ArrayList;
import java.util.List;

/** How a detector's answer is read. */
public sealed interface DetectionOutput extends ModelOutput {
    /** Smallest score of a detection. */
    float scoreThreshold();

    /** Boxes of one class that share more than this with a better one are dropped; 1: none is. */
    float nmsIou();

    /** Decoder {@code dense}: rows [N, A, 5] of x1, y1, x2, y2 in pixels of the input, score; one class. */
    record Dense(String name, float scoreThreshold, float nmsIou) implements DetectionOutput {
        public static final int COLUMNS = 5;

        @Override
        public String decoder() {
            return "dense";
        }

        @Override
        public List<OutputShape> shapes(ModelSpec spec) {
            return List.of(OutputShape.of("output.name", name, -1, COLUMNS));
        }
    }

    /** Decoder {@code paddle_detection}: rows [K, 6] of class, score, x1, y1, x2, y2 in pixels of the picture, suppressed inside the model. */
    record PaddleDetection(String name, float scoreThreshold, float nmsIou) implements DetectionOutput {
        public static final int COLUMNS = 6;

        @Override
        public String decoder() {
            return "paddle_detection";
        }

        @Override
        public List<OutputShape> shapes(ModelSpec spec) {
            return List.of(OutputShape.of("output.name", name, COLUMNS));
        }
    }

    /**
     * Decoder {@code picodet}: for each stride scores [N, cells, classes], sigmoid done, and distances [N, cells, 4 x bins].
     *
     * @param scores names of the outputs, one a stride
     * @param boxes likewise
     */
    record PicoDet(List<String> scores, List<String> boxes, List<Integer> strides, float scoreThreshold, float nmsIou) implements DetectionOutput {
        public PicoDet {
            scores = List.copyOf(scores);
            boxes = List.copyOf(boxes);
            strides = List.copyOf(strides);
        }

        @Override
        public String decoder() {
            return "picodet";
        }

        @Override
        public List<OutputShape> shapes(ModelSpec spec) {
            List<OutputShape> shapes = new ArrayList<>();
            List<AnchorGrid> grids = AnchorGrid.of(spec.pictureInput(), strides);
            for (int i = 0; i < grids.size(); i++) {
                shapes.add(OutputShape.of("output.scores[" + i + "]", scores.get(i), grids.get(i).cells(), spec.labels().size()));
                shapes.add(OutputShape.of("output.boxes[" + i + "]", boxes.get(i), grids.get(i).cells(), -1));
            }
            return shapes;
        }
    }

    /** Decoder {@code yolox}: [N, cells of all strides, 5 + classes] of x, y, width, height, object, a number a class. */
    record Yolox(String name, List<Integer> strides, float scoreThreshold, float nmsIou) implements DetectionOutput {
        public static final int BOX_COLUMNS = 5;

        public Yolox {
            strides = List.copyOf(strides);
        }

        @Override
        public String decoder() {
            return "yolox";
        }

        @Override
        public List<OutputShape> shapes(ModelSpec spec) {
            int cells = AnchorGrid.of(spec.pictureInput(), strides).stream().mapToInt(AnchorGrid::cells).sum();
            return List.of(OutputShape.of("output.name", name, cells, BOX_COLUMNS + spec.labels().size()));
        }
    }

    /** Decoder {@code yunet}: for each stride cls_S and obj_S [N, cells, 1], bbox_S [N, cells, 4]. */
    record YuNet(List<Integer> strides, float scoreThreshold, float nmsIou) implements DetectionOutput {
        public YuNet {
            strides = List.copyOf(strides);
        }

        @Override
        public String decoder() {
            return "yunet";
        }

        @Override
        public List<OutputShape> shapes(ModelSpec spec) {
            List<OutputShape> shapes = new ArrayList<>();
            for (AnchorGrid grid : AnchorGrid.of(spec.pictureInput(), strides)) {
                shapes.add(OutputShape.of("output.strides", "cls_" + grid.stride(), grid.cells(), 1));
                shapes.add(OutputShape.of("output.strides", "obj_" + grid.stride(), grid.cells(), 1));
                shapes.add(OutputShape.of("output.strides", "bbox_" + grid.stride(), grid.cells(), 4));
            }
            return shapes;
        }
    }

    /** Decoder {@code ultraface}: scores [N, A, 2] of no face, face; boxes [N, A, 4] of x1, y1, x2, y2 as shares of the input's sides. */
    record UltraFace(String scores, String boxes, float scoreThreshold, float nmsIou) implements DetectionOutput {
        @Override
        public String decoder() {
            return "ultraface";
        }

        @Override
        public List<OutputShape> shapes(ModelSpec spec) {
            return List.of(OutputShape.of("output.scores", scores, -1, 2), OutputShape.of("output.boxes", boxes, -1, 4));
        }
    }
}
