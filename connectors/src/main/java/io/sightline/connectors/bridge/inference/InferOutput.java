package io.sightline.connectors.bridge.inference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightline.connectors.results.ResultJson;
import io.sightline.schemas.Detection;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.ScoredClass;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;

/** An output tensor: one item an image. */
enum InferOutput {
    /** The whole result, as the native API answers it. */
    RESULT("result", "BYTES") {
        @Override
        void write(RecognitionResult result, JsonGenerator json) throws IOException {
            json.writeString(ResultJson.toLine(result));
        }

        @Override
        void write(RecognitionResult result, ByteArrayOutputStream out) {
            text(ResultJson.toBytes(result), out);
        }
    },
    /** What the image shows: its best class, else its best match, else the class of its best detection; empty where nothing was found. */
    LABEL("label", "BYTES") {
        @Override
        void write(RecognitionResult result, JsonGenerator json) throws IOException {
            json.writeString(best(result).label());
        }

        @Override
        void write(RecognitionResult result, ByteArrayOutputStream out) {
            text(best(result).label().getBytes(StandardCharsets.UTF_8), out);
        }
    },
    /** Score of the label; 0 where nothing was found. */
    SCORE("score", "FP32") {
        @Override
        void write(RecognitionResult result, JsonGenerator json) throws IOException {
            json.writeNumber((float) best(result).score());
        }

        @Override
        void write(RecognitionResult result, ByteArrayOutputStream out) {
            out.writeBytes(ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat((float) best(result).score()).array());
        }
    };

    private final String tensorName;
    private final String datatype;

    /** What an image shows. */
    private record Best(String label, double score) {
    }

    InferOutput(String tensorName, String datatype) {
        this.tensorName = tensorName;
        this.datatype = datatype;
    }

    String tensorName() {
        return tensorName;
    }

    String datatype() {
        return datatype;
    }

    static Optional<InferOutput> named(String name) {
        return Arrays.stream(values()).filter(output -> output.tensorName.equals(name)).findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(InferOutput::tensorName).collect(Collectors.joining(", "));
    }

    abstract void write(RecognitionResult result, JsonGenerator json) throws IOException;

    /** As a binary tensor has it. */
    abstract void write(RecognitionResult result, ByteArrayOutputStream out);

    private static void text(byte[] utf8, ByteArrayOutputStream out) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(utf8.length).array());
        out.writeBytes(utf8);
    }

    private static Best best(RecognitionResult result) {
        Optional<ScoredClass> scored = result.getDetections().stream().flatMap(detection -> detection.getClasses().stream()).max(Comparator.comparingDouble(ScoredClass::getScore));
        if (scored.isPresent()) {
            return new Best(scored.get().getLabel(), scored.get().getScore());
        }
        Optional<Match> match = result.getDetections().stream().flatMap(detection -> detection.getMatches().stream()).max(Comparator.comparingDouble(Match::getScore));
        if (match.isPresent()) {
            return new Best(match.get().getLabel(), match.get().getScore());
        }
        return result.getDetections().stream().max(Comparator.comparingDouble(Detection::getScore)).map(detection -> new Best(detection.getClass$(), detection.getScore()))
                .orElse(new Best("", 0));
    }
}
