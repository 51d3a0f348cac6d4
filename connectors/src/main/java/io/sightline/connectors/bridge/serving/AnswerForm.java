package io.sightline.connectors.bridge.serving;

/** How a service writes its answers: as the program of that kind did that people's clients were written for. */
public enum AnswerForm {
    /** PP-ShiTu: {@code result}, boxes with the label and the score of their best match. */
    RECOGNITION(false),
    /** PaddleClas's classification service: {@code label} and {@code prob} of the best class. */
    IMAGENET(true),
    /** insightface's ArcFace service: {@code out}, the embedding as a numpy array. */
    ARCFACE(false),
    /** The classification services of TIPC: {@code class_id} and {@code prob} of the best class. */
    TIPC(true);

    private final boolean everyKeyIsAnImage;

    AnswerForm(boolean everyKeyIsAnImage) {
        this.everyKeyIsAnImage = everyKeyIsAnImage;
    }

    /** Those programs take each value for an image, whatever its key; the others know {@code image}. */
    boolean everyKeyIsAnImage() {
        return everyKeyIsAnImage;
    }
}
