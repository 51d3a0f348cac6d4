package io.sightline.processors.image;

import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.BatchFunction;
import io.sightline.processors.stage.StageResult;
import io.sightline.schemas.request.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * The decode stage: one encoded file to one picture. Nothing is gained by batches here; with a batch of one each picture waits for
 * its own pixels only. A batch takes its pixels all at once (a lane that held some while it waited for more could wait for ever);
 * one larger than the whole budget fails as a batch, so that the stage halves it. Where there is no room in time pictures are tried again: those that
 * hold it wait for something themselves (a gallery index that is away), which is no fault of these.
 */
public final class DecodeFunction implements BatchFunction<byte[], DecodedImage> {
    private final ImageDecoder decoder;

    public DecodeFunction(ImageDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public List<StageResult<DecodedImage>> apply(List<byte[]> files, BatchClock clock) throws InterruptedException {
        List<StageResult<DecodedImage>> results = new ArrayList<>(files.size());
        List<ImageHeader> headers = new ArrayList<>(files.size());
        long pixels = 0;
        for (byte[] file : files) {
            try {
                ImageHeader header = decoder.inspect(file);
                pixels += header.pixels();
                headers.add(header);
                results.add(null);
            } catch (InvalidRequestException e) {
                headers.add(null);
                results.add(StageResult.rejected(e.code(), e.getMessage()));
            }
        }
        long maxPixels = decoder.budget().maxPixels();
        if (pixels > maxPixels) {
            throw new IllegalStateException("batch: " + files.size() + " pictures of " + pixels + " pixels (expected: at most " + maxPixels
                    + ", the pixel budget)");
        }
        try (PixelBudget.Share all = decoder.budget().take(pixels)) {
            for (int i = 0; i < files.size(); i++) {
                if (headers.get(i) != null) {
                    results.set(i, decoder.decode(files.get(i), headers.get(i), all.split((int) headers.get(i).pixels())));
                }
            }
        } catch (TimeoutException e) {
            for (int i = 0; i < files.size(); i++) {
                if (headers.get(i) != null) {
                    results.set(i, StageResult.again(e.getMessage()));
                }
            }
        }
        return results;
    }
}
