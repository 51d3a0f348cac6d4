package io.sightline.connectors.bridge;

import io.sightline.connectors.bridge.GalleryEditor.Edited;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.results.ResultJson;
import io.sightline.schemas.ErrorCode;

/** The lines that a bulk edit answers, and their sum. Not thread-safe. */
final class BulkOutcomes {
    private final String gallery;
    private final EditWait wait;
    private long accepted;
    private long failed;
    private long epoch;

    BulkOutcomes(String gallery, EditWait wait) {
        this.gallery = gallery;
        this.wait = wait;
    }

    /** Of the last edit; 0: none so far. */
    long epoch() {
        return epoch;
    }

    byte[] accepted(long line, Edited edited) {
        accepted++;
        epoch = Math.max(epoch, edited.epoch());
        return outcome(line, edited.key().id(), ErrorCode.OK, "", edited.epoch());
    }

    byte[] refused(long line, String id, HttpProblem problem) {
        failed++;
        return outcome(line, id, problem.code(), problem.getMessage(), 0);
    }

    private static byte[] outcome(long line, String id, ErrorCode code, String message, long epoch) {
        return ResultJson.bytes(json -> {
            json.writeStartObject();
            json.writeNumberField("line", line);
            json.writeStringField("id", id);
            json.writeNumberField("err_no", code.number());
            json.writeStringField("err_msg", message);
            if (epoch > 0) {
                json.writeNumberField("epoch", epoch);
            }
            json.writeEndObject();
            json.writeRaw('\n');
        });
    }

    /** The last line: only where it is there, and without an error, is the caller told of all lines. */
    byte[] end(ErrorCode code, String message) {
        return ResultJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("status", code == ErrorCode.OK ? wait.word() : "failed");
            json.writeNumberField("err_no", code.number());
            json.writeStringField("err_msg", message);
            json.writeStringField("gallery", gallery);
            json.writeNumberField("accepted", accepted);
            json.writeNumberField("failed", failed);
            json.writeNumberField("epoch", epoch);
            json.writeEndObject();
            json.writeRaw('\n');
        });
    }
}
